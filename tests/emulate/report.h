// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_EMULATE_REPORT_H
#define LMU_TESTS_EMULATE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   How much kernels differ from the generic ones.
*/

/// What is compared, by the function of LmuKernels that it is of
typedef enum {
  TUNE,
  GAIN, ///< What the sums of tune become
  ROWS,
  RUN,
  DOT,
  TAP,
  TAP_WEIGHTS,
  AFFINE,
  ACTIVATE,
  FUSED,   ///< Networks of this form, with a Dense layer: affine, activate
  SPLIT,   ///< The same
  BLOCKED, ///< The same: affine, recur
  MODAL,   ///< The same: run, affine, recur
  GRAM,
  LEARNER, ///< Weights that sums of gram lead to
  SYNTHESISE,
  OUTLINE,
  REFLECT,
  UNFOLD,
  FORETELL,
  DESCEND,
  N_RESULTS
} Result;

/// Greatest differences so far
typedef struct {
  double difference[N_RESULTS]; ///< In parts of the greatest number beside it
} Report;

/// Note how much arrays differ, in parts of the greatest number in x
void
compare(Report*      report,
        Result       result,
        const float* x,
        const float* y,
        uint32_t     count);

/// Note the same of arrays of float64
void
compare_doubles(Report*       report,
                Result        result,
                const double* x,
                const double* y,
                uint32_t      count);

/// Print the greatest differences, and return whether all are small
bool
print_report(const Report* report);

#endif // LMU_TESTS_EMULATE_REPORT_H
