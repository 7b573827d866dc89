// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/base/progress.h"

#include "tools/base/clock.h"

#include <stdio.h>
#include <unistd.h>

#define WIDTH 40       // Characters of the bar
#define WAIT_S 0.3     // Before this, the whole time cannot be judged
#define LONG_S 2.0     // Work that is longer gets a bar
#define INTERVAL_S 0.1 // Between two drawings

void
lmu_progress_init(LmuProgress* const progress,
                  const double       length_s,
                  const bool         quiet)
{
  const double now   = lmu_clock_s();
  progress->enabled  = !quiet && isatty(STDERR_FILENO);
  progress->is_shown = false;
  progress->start_s  = now;
  progress->newest_s = now;
  progress->length_s = length_s;
}

static void
draw(const double done, const double speed)
{
  char      bar[WIDTH + 1] = {0};
  const int n_full         = (int)(done * WIDTH);
  for (int i = 0; i < WIDTH; ++i) {
    bar[i] = (char)(i < n_full ? '#' : '.');
  }
  fprintf(stderr, "\r[%s] %3d %%  ", bar, (int)(100.0 * done));
  if (speed > 0.0) {
    fprintf(stderr, "%.1f x real time  ", speed);
  }
  fflush(stderr);
}

void
lmu_progress_set(LmuProgress* const progress, const double done)
{
  if (!progress->enabled) {
    return;
  }

  const double now  = lmu_clock_s();
  const double past = now - progress->start_s;
  const bool   due  = now - progress->newest_s >= INTERVAL_S;
  const bool   slow = past >= WAIT_S && past > done * LONG_S;
  if (due && (progress->is_shown || slow)) {
    draw(done, done * progress->length_s / past);
    progress->newest_s = now;
    progress->is_shown = true;
  }
}

void
lmu_progress_reset(LmuProgress* const progress)
{
  if (progress->is_shown) {
    fputs("\r\033[K", stderr);
    progress->is_shown = false;
  }
}
