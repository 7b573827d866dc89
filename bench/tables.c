// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/status.h"
#include "core/memory/rt/engine.h"
#include "core/memory/rt/modes.h"
#include "core/memory/setup/asymptotic.h"
#include "core/memory/setup/engine.h"
#include "core/memory/setup/modal.h"
#include "core/memory/setup/tap_table.h"

#include <complex.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/**
   @file
   CPU time of what depends on an order alone: modes, beside the same number of
   Newton steps by plain loops over one mode after the other; taps; and an
   engine that is the first of its order, and one that is not.
*/

/// Runs of each, of which the fastest counts
#define N_RUNS 5U

/// Passes that most blocks of modes take: three steps, and one for vectors
#define N_PASSES 4U

static double plain_s[(LMU_MAX_BLOCKS + 1U) * LMU_BLOCK];

/// Return the CPU time of this process [ms]
static double
cpu_ms(void)
{
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (1e3 * (double)t.tv_sec) + (1e-6 * (double)t.tv_nsec);
}

static void
require(const LmuStatus status)
{
  if (status) {
    (void)fprintf(stderr, "bench: %s\n", lmu_status_text(status));
    abort();
  }
}

/// Follow one mode by plain loops
static double complex
plain_mode(double complex s, const uint32_t order)
{
  for (uint32_t i = 0U; i < N_PASSES; ++i) {
    const double complex by     = 2.0 / s;
    double complex       next   = -1.0;
    double complex       here   = 1.0;
    double complex       square = 0.0;
    for (uint32_t n = order; n-- > 0U;) {
      const double         factor = (2.0 * n) + 1.0;
      const double complex after  = next - (factor * by * here);
      square += (n % 2U ? -factor : factor) * here * here;
      next = here;
      here = after;
    }
    s /= 1.0 + (0.5 * s * next * here / square);
  }
  return s;
}

/// Return the time that plain loops take for modes that are not exact
static double
plain_ms(const uint32_t order)
{
  volatile double sink  = 0.0;
  const double    start = cpu_ms();
  lmu_asymptotic_rates(plain_s, order);
  for (uint32_t k = 0U; k < (order + 1U) / 2U; ++k) {
    const double* const s = plain_s + lmu_mode_index(k);
    if (!lmu_asymptotic_is_exact(k, order)) {
      sink = creal(plain_mode(s[0] + (s[LMU_LANES] * I), order));
    }
  }
  (void)sink;
  return cpu_ms() - start;
}

/// Set the least times of modes and of taps
static void
time_tables(double times[2], const uint32_t order)
{
  LmuModal*    modal = NULL;
  LmuTapTable* taps  = NULL;
  const double start = cpu_ms();
  require(lmu_modal_new(&modal, order));
  const double middle = cpu_ms();
  require(lmu_tap_table_new(&taps, modal));
  const double end = cpu_ms();
  times[0]         = middle - start < times[0] ? middle - start : times[0];
  times[1]         = end - middle < times[1] ? end - middle : times[1];
  lmu_tap_table_free(taps);
  lmu_modal_free(modal);
}

/// Set the least times of the first engine of an order, and of another
static void
time_engines(double times[2], const uint32_t order)
{
  const LmuEngineSpec spec       = {order, 3U, 1U, 1U};
  LmuEngine*          engines[2] = {NULL, NULL};
  for (uint32_t i = 0U; i < 2U; ++i) {
    const double start = cpu_ms();
    require(lmu_engine_new(&engines[i], &spec));
    const double time = cpu_ms() - start;
    times[i]          = time < times[i] ? time : times[i];
  }
  lmu_engine_free(engines[0]);
  lmu_engine_free(engines[1]);
}

int
main(void)
{
  static const uint32_t orders[] = {32U, 64U, 256U, 512U, 1024U, 4096U};
  (void)printf("CPU time, ms\n%5s %8s %8s %6s %8s %8s %8s\n",
               "order",
               "modes",
               "plain",
               "ratio",
               "taps",
               "engine",
               "another");
  for (uint32_t i = 0U; i < sizeof(orders) / sizeof(orders[0]); ++i) {
    double plain     = 1e9;
    double tables[2] = {1e9, 1e9};
    double made[2]   = {1e9, 1e9};
    for (uint32_t j = 0U; j < N_RUNS; ++j) {
      const double time = plain_ms(orders[i]);
      plain             = time < plain ? time : plain;
      time_tables(tables, orders[i]);
      time_engines(made, orders[i]);
    }
    (void)printf("%5u %8.2f %8.2f %6.1f %8.2f %8.2f %8.2f\n",
                 orders[i],
                 tables[0],
                 plain,
                 plain / tables[0],
                 tables[1],
                 made[0],
                 made[1]);
  }
  return EXIT_SUCCESS;
}
