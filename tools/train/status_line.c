// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/status_line.h"

#include "tools/base/clock.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#define WIDTH 24       // Characters of the bar
#define INTERVAL_S 0.1 // Between two drawings

void
lmu_status_line_init(LmuStatusLine* const line, const bool quiet)
{
  const LmuStatusLine start = {
    quiet, isatty(STDERR_FILENO) != 0, false, lmu_clock_s(), -1.0, 0.0, 0};
  *line = start;
}

/// Return the seconds that are left, by what was done since the start
static double
left_s(const LmuStatusLine* const line, const double done)
{
  const double part = done - line->first_done;
  const double past = lmu_clock_s() - line->start_s;
  return (part > 0.0) ? past * (1.0 - done) / part : 0.0;
}

static void
draw(const LmuStatusLine* const line, const double done, const char* const text)
{
  const int left = (int)left_s(line, done);
  if (line->is_terminal) {
    char      bar[WIDTH + 1] = {0};
    const int n_full         = (int)(done * WIDTH);
    for (int i = 0; i < WIDTH; ++i) {
      bar[i] = (char)(i < n_full ? '#' : '.');
    }
    fprintf(stderr, "\r[%s] ", bar);
  }
  fprintf(stderr,
          "%3d %%, %d:%02d left, %s",
          (int)(100.0 * done),
          left / 60,
          left % 60,
          text);
  fputs(line->is_terminal ? "\033[K" : "\n", stderr);
  fflush(stderr);
}

void
lmu_status_line_show(LmuStatusLine* const line,
                     const double         done,
                     const char* const    text)
{
  const double now   = lmu_clock_s();
  const int    tenth = (int)(10.0 * done);
  if (line->first_done < 0.0) {
    line->first_done = done;
    line->start_s    = now;
  }
  const bool due =
    line->is_terminal ? now - line->drawn_s >= INTERVAL_S : tenth > line->tenth;
  if (!line->quiet && due) {
    draw(line, done, text);
    line->drawn_s  = now;
    line->tenth    = tenth;
    line->is_shown = line->is_terminal;
  }
}

void
lmu_status_line_clear(LmuStatusLine* const line)
{
  if (line->is_shown) {
    fputs("\r\033[K", stderr);
    fflush(stderr);
    line->is_shown = false;
  }
}

void
lmu_status_line_say(LmuStatusLine* const line, const char* const format, ...)
{
  if (line->quiet) {
    return;
  }
  va_list arguments;
  va_start(arguments, format);
  lmu_status_line_clear(line);
  (void)vfprintf(stderr, format, arguments);
  va_end(arguments);
  (void)fputc('\n', stderr);
}
