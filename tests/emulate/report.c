// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/emulate/report.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/// Float32 sums in another order, of up to 128 terms; 9e-6 was measured
#define MAX_DIFFERENCE 3e-5

static const char* const names[N_RESULTS] = {
  "tune",        "gain",     "rows",     "run",        "dot",     "tap",
  "tap_weights", "affine",   "activate", "fused",      "split",   "blocked",
  "modal",       "gram",     "learner",  "synthesise", "outline", "reflect",
  "unfold",      "foretell", "descend"};

/// Greatest numbers so far, of two arrays
typedef struct {
  double scale;
  double difference;
} Greatest;

/// Note two numbers that are to be equal
static void
note(Greatest* const greatest, const double x, const double y)
{
  const double difference = fabs(x - y);
  greatest->scale         = fmax(greatest->scale, fabs(x));
  greatest->difference    = isfinite(difference)
                              ? fmax(greatest->difference, difference)
                              : (double)INFINITY;
}

static void
add(Report* const report, const Result result, const Greatest* const greatest)
{
  const double  difference = greatest->difference;
  double* const most       = &report->difference[result];
  if (!isfinite(difference)) {
    *most = (double)INFINITY;
  } else if (difference > 0.0) {
    *most = fmax(*most, difference / greatest->scale);
  }
}

void
compare(Report* const      report,
        const Result       result,
        const float* const x,
        const float* const y,
        const uint32_t     count)
{
  Greatest greatest = {0.0, 0.0};
  for (uint32_t i = 0U; i < count; ++i) {
    note(&greatest, (double)x[i], (double)y[i]);
  }
  add(report, result, &greatest);
}

void
compare_doubles(Report* const       report,
                const Result        result,
                const double* const x,
                const double* const y,
                const uint32_t      count)
{
  Greatest greatest = {0.0, 0.0};
  for (uint32_t i = 0U; i < count; ++i) {
    note(&greatest, x[i], y[i]);
  }
  add(report, result, &greatest);
}

bool
print_report(const Report* const report)
{
  bool equal = true;
  for (uint32_t i = 0U; i < N_RESULTS; ++i) {
    const bool small = report->difference[i] <= MAX_DIFFERENCE;
    printf("  %-11s differs from generic by %.2g%s\n",
           names[i],
           report->difference[i],
           small ? "" : ", TOO MUCH");
    equal = equal && small;
  }
  return equal;
}
