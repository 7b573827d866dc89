// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/plugin/cost_runs.h"

#include "tests/plugin/count.h"
#include "tests/plugin/instance.h"

#include <stdint.h>

#define NOINLINE __attribute__((noinline))

/// What they store keeps compilers from making them one
static volatile int run_now;

NOINLINE void
cost_silence(const Instance* const instance, const uint32_t n_frames)
{
  run_now = 1;
  instance->descriptor->run(instance->handle, n_frames);
  run_now = 0;
}

NOINLINE void
cost_noise(const Instance* const instance, const uint32_t n_frames)
{
  run_now = 2;
  instance->descriptor->run(instance->handle, n_frames);
  run_now = 0;
}

NOINLINE void
cost_nan(const Instance* const instance, const uint32_t n_frames)
{
  run_now = 3;
  instance->descriptor->run(instance->handle, n_frames);
  run_now = 0;
}

void
count_run(const CostRun         run,
          const Instance* const instance,
          const uint32_t        n_frames)
{
  count_begin();
  run(instance, n_frames);
  count_end();
}
