// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/network/step.h"

#include "core/math/setup/matrix.h"
#include "core/memory/setup/paper_scale.h"
#include "tools/base/allocate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_ROUNDS 6U       // Of Newton's method, which needs three or four
#define RELATIVE 1e-6     // Change of theta that counts, and for a difference
#define NEARLY_WHOLE 1e-3 // Most that theta is off a whole number [relative]
#define EXACT 1e-5        // Distance that float32 makes
#define MAX_THETA 1e9
#define MAX_SEARCHED 512U // Order above which only a whole theta is tried

/// Return a step in the paper's scale, [order][order], for free(), or null
static double*
new_step(const uint32_t order, const LmuMethod method, const double theta)
{
  double* const a =
    (double*)lmu_allocate((size_t)order * order, sizeof(double));
  double* const b    = (double*)lmu_allocate(order, sizeof(double));
  const bool    good = theta >= 1.0 && theta <= MAX_THETA &&
                    !lmu_discretise(a, b, order, theta, method, 0U);
  lmu_step_to_paper(a, NULL, order);
  free(b);
  if (!good) {
    free(a);
    return NULL;
  }
  return a;
}

/// Return the product of x - y and z - w, as if they were vectors
static double
product(const double* const x,
        const double* const y,
        const double* const z,
        const double* const w,
        const size_t        count)
{
  double sum = 0.0;
  for (size_t i = 0U; i < count; ++i) {
    sum += (x[i] - y[i]) * (z[i] - w[i]);
  }
  return sum;
}

static double
distance_to(const LmuStep* const step, const double* const ours)
{
  const uint32_t order  = step->order;
  double         change = 0.0;
  double         apart  = 0.0;
  for (uint32_t i = 0U; i < order; ++i) {
    for (uint32_t j = 0U; j < order; ++j) {
      const size_t k    = ((size_t)i * order) + j;
      const double from = ours[k] - (i == j ? 1.0 : 0.0);
      change += from * from;
      apart += (step->ad[k] - ours[k]) * (step->ad[k] - ours[k]);
    }
  }
  return sqrt(apart / change);
}

double
lmu_step_distance(const LmuStep* const step,
                  const LmuMethod      method,
                  const double         theta)
{
  double* const ours     = new_step(step->order, method, theta);
  const double  distance = ours ? distance_to(step, ours) : INFINITY;
  free(ours);
  return distance;
}

/// Return ln |det Ad|, which for ZOH is trace(A) / theta = -order^2 / theta
static double
log_determinant(const LmuStep* const step)
{
  const size_t  count = (size_t)step->order * step->order;
  double* const a     = (double*)lmu_allocate(count, sizeof(double));
  memcpy(a, step->ad, count * sizeof(double));

  const double result = lmu_matrix_log_determinant(a, step->order);
  free(a);
  return result;
}

/// Return a theta nearer to what made a step by ZOH: Gauss and Newton's method
static double
improve(const LmuStep* const step, const double theta)
{
  const size_t  count = (size_t)step->order * step->order;
  const double  delta = theta * RELATIVE;
  double* const here  = new_step(step->order, LMU_ZOH, theta);
  double* const there = new_step(step->order, LMU_ZOH, theta + delta);
  double        next  = theta;
  if (here && there) {
    next += delta * product(step->ad, here, there, here, count) /
            product(there, here, there, here, count);
  }
  free(there);
  free(here);
  return (next >= 1.0 && next <= MAX_THETA) ? next : theta;
}

static double
trace(const LmuStep* const step)
{
  double sum = 0.0;
  for (uint32_t i = 0U; i < step->order; ++i) {
    sum += step->ad[((size_t)i * step->order) + i];
  }
  return sum;
}

/// Take a whole number of frames if that is as near; return whether it is
static bool
round_theta(LmuStepOrigin* const origin, const LmuStep* const step)
{
  const double whole = round(origin->theta);
  if (!(fabs(whole - origin->theta) < NEARLY_WHOLE * whole)) {
    return false;
  }
  const double distance = lmu_step_distance(step, origin->method, whole);
  if (!(distance <= (1.1 * origin->distance) + RELATIVE)) {
    return false;
  }
  origin->theta    = whole;
  origin->distance = distance;
  return true;
}

/// Find the window of a step by zero-order hold
static void
solve_zoh(LmuStepOrigin* const origin, const LmuStep* const step)
{
  const double n     = (double)step->order;
  const double first = -n * n / log_determinant(step);
  double       theta = fmax(1.0, fmin(first, MAX_THETA));
  double       last  = 0.0;

  // A whole number of frames is most likely, and spares the exponentials.  It
  // must be as near as it looks, as a theta at its limit is whole by itself.
  *origin = (LmuStepOrigin){LMU_ZOH, theta, EXACT};
  if (round_theta(origin, step)) {
    return;
  }
  if (step->order > MAX_SEARCHED) {
    origin->distance = INFINITY; // More exponentials would take minutes
    return;
  }

  for (uint32_t i = 0U; i < N_ROUNDS && fabs(theta - last) > RELATIVE * theta;
       ++i) {
    last  = theta;
    theta = improve(step, theta);
  }
  origin->theta    = theta;
  origin->distance = lmu_step_distance(step, LMU_ZOH, theta);
  (void)round_theta(origin, step);
}

bool
lmu_step_solve(LmuStepOrigin* const origin, const LmuStep* const step)
{
  // Both methods have trace(A) = -order^2, Euler in Ad itself
  const double n     = (double)step->order;
  const double euler = n * n / (n - trace(step));

  origin->method   = LMU_EULER;
  origin->theta    = euler;
  origin->distance = lmu_step_distance(step, LMU_EULER, euler);
  if (step->order == 1U || !(origin->distance < LMU_STEP_NEAR)) {
    solve_zoh(origin, step); // One number may be either, this is usual
  } else {
    (void)round_theta(origin, step);
  }
  return origin->distance < LMU_STEP_NEAR;
}
