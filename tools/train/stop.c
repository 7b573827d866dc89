// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/stop.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

static volatile sig_atomic_t is_stopped = 0;

static void
stop(const int number)
{
  (void)number;
  is_stopped = 1;
}

void
lmu_train_catch_signals(void)
{
  struct sigaction action;
  memset(&action, 0, sizeof(action));
  action.sa_handler = stop;
  action.sa_flags   = (int)SA_RESETHAND | SA_RESTART;
  for (size_t i = 0U; i < sizeof(numbers) / sizeof(numbers[0]); ++i) {
    struct sigaction before;
    if (!sigaction(numbers[i], NULL, &before) && before.sa_handler != SIG_IGN) {
      (void)sigaction(numbers[i], &action, NULL);
    }
  }
}

bool
lmu_train_was_stopped(void)
{
  return is_stopped != 0;
}
