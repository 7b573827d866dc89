// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/asymptotic.h"

#include "core/math/setup/complex.h"
#include "core/memory/rt/modes.h"

#include <complex.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#define PI 3.14159265358979323846

/// Modes below this part of the order have s = i pi (2k + 1) to rounding
#define EXACT_PART 0.2

/// So many fewer, for low orders
#define N_INEXACT 2U

/// Newton steps from one mode to the next, most take two
#define MAX_STEPS 60U

/// Greatest size of a step, and that of the last, as parts of t
#define MAX_STEP 0.25
#define LAST_STEP 1e-3

/// Phase beyond |s| = 2d from where the first of these modes is looked for
#define FIRST_PHASE 3.0

bool
lmu_asymptotic_is_exact(const uint32_t mode, const uint32_t order)
{
  return mode + N_INEXACT < (uint32_t)(EXACT_PART * order);
}

/// Return the Newton step from t to where the two sides are equal
static double complex
step_from(const double complex t, const double order, const double target)
{
  const double complex error =
    (2.0 * order * (t - (2.0 * catan(t)))) + (I * clog(t)) - target;
  const double complex slope =
    (2.0 * order * (1.0 - (2.0 / (1.0 + (t * t))))) + (I / t);
  return -error / slope;
}

/// Return t of a mode, from that of the mode before
static double complex
follow(double complex t, const double order, const double target)
{
  double size = 1.0;
  for (uint32_t i = 0U; i < MAX_STEPS && size > LAST_STEP; ++i) {
    const double complex step = step_from(t, order, target);
    size                      = cabs(step) / cabs(t);
    t += size > MAX_STEP ? step * (MAX_STEP / size) : step;
  }
  return t;
}

void
lmu_asymptotic_rates(double* const s, const uint32_t order)
{
  const uint32_t n_modes = (order + 1U) / 2U;
  double complex t       = 1.0 / (1.0 + sqrt(FIRST_PHASE / order));
  for (uint32_t k = 0U; k < n_modes; ++k) {
    const double   omega = PI * ((2.0 * k) + 1.0);
    double complex rate  = lmu_cartesian(0.0, omega);
    if (omega >= 2.0 * order) {
      t    = follow(t, order, PI * ((2.0 * k) + 1.5 - order));
      rate = I * (double)order * (t + (1.0 / t));
    }

    const bool    is_real = (order % 2U) && k + 1U == n_modes;
    double* const out     = s + lmu_mode_index(k);
    out[0]                = creal(rate);
    out[LMU_LANES]        = is_real ? 0.0 : cimag(rate);
  }
}
