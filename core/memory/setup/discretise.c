// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/discretise.h"

#include "core/base/status.h"
#include "core/math/setup/matrix.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/tuning.h"
#include "core/memory/setup/paper_scale.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Greatest degree of an approximant of exp()
#define MAX_DEGREE 13U

/// Norm for which degree 13 is exact to rounding (Higham 2005, table 2.3)
#define MAX_NORM 5.37

/// Squarings that show whether a step grows: it is taken 2^this times
#define N_SQUARINGS 24U

/// Matrices of a workspace
#define N_MATRICES 4U

/// Room for one step, matrices of [order][order]
typedef struct {
  double* x;
  double* even;
  double* odd;
  double* spare;
} Workspace;

void
lmu_continuous(double* const a, double* const b, const uint32_t order)
{
  for (uint32_t i = 0U; i < order; ++i) {
    double* const row = a + ((size_t)i * order);
    for (uint32_t j = 0U; j < order; ++j) {
      const double sign = (i < j || (i - j) % 2U == 0U) ? -1.0 : 1.0;
      row[j]            = sign * sqrt(((2.0 * i) + 1.0) * ((2.0 * j) + 1.0));
    }
    b[i] = ((i % 2U) ? -1.0 : 1.0) * lmu_paper_scale(i);
  }
}

/// Coefficient k of the numerator of the [degree/degree] approximant
static double
pade_coefficient(const uint32_t degree, const uint32_t k)
{
  double c = 1.0;
  for (uint32_t i = 0U; i < k; ++i) {
    c *= (double)(degree - i) / (double)(((2U * degree) - i) * (i + 1U));
  }
  return c;
}

static void
add_identity(double* const x, const double value, const uint32_t order)
{
  for (size_t i = 0U; i < order; ++i) {
    x[(i * order) + i] += value;
  }
}

/// Set out to the [degree/degree] approximant of exp(work->x), by Horner's
/// rule; return false if its denominator is singular
static bool
pade(double* const    out,
     Workspace* const work,
     const uint32_t   degree,
     const uint32_t   order)
{
  const size_t  size = sizeof(double) * order * order;
  double* const x2   = out;
  lmu_matrix_multiply(x2, work->x, work->x, order);

  // Even and odd parts as polynomials of the square
  double* const parts[2] = {work->even, work->odd};
  double* const spare    = work->spare;
  for (uint32_t parity = 0U; parity < 2U; ++parity) {
    double* const part = parts[parity];
    memset(part, 0, size);
    for (uint32_t k = degree + 1U; k-- > 0U;) {
      if (k % 2U == parity) {
        lmu_matrix_multiply(spare, part, x2, order);
        memcpy(part, spare, size);
        add_identity(part, pade_coefficient(degree, k), order);
      }
    }
  }
  lmu_matrix_multiply(spare, work->odd, work->x, order);
  memcpy(out, work->even, size);
  lmu_matrix_add(out, 1.0, spare, order);
  lmu_matrix_add(work->even, -1.0, spare, order);
  return lmu_matrix_solve(work->even, out, order, order);
}

/// Set out to exp(work->x), by scaling and squaring
static bool
exponential(double* const out, Workspace* const work, const uint32_t order)
{
  uint32_t     n_squarings = 0U;
  const double norm        = lmu_matrix_norm(work->x, order);
  while (ldexp(norm, -(int)n_squarings) > MAX_NORM) {
    ++n_squarings;
  }

  const double scale = ldexp(1.0, -(int)n_squarings) - 1.0;
  for (size_t i = 0U; i < (size_t)order * order; ++i) {
    work->x[i] += scale * work->x[i];
  }
  if (!pade(out, work, MAX_DEGREE, order)) {
    return false;
  }
  for (uint32_t i = 0U; i < n_squarings; ++i) {
    lmu_matrix_multiply(work->x, out, out, order);
    memcpy(out, work->x, sizeof(double) * order * order);
  }
  return true;
}

/// Return whether powers of a step grow
static bool
is_unstable(const double* const a, Workspace* const work, const uint32_t order)
{
  memcpy(work->x, a, sizeof(double) * order * order);
  for (uint32_t i = 0U; i < N_SQUARINGS; ++i) {
    lmu_matrix_multiply(work->even, work->x, work->x, order);
    memcpy(work->x, work->even, sizeof(double) * order * order);

    const double norm = lmu_matrix_norm(work->x, order);
    if (!(norm < 1e100)) {
      return true;
    }
    if (norm < 0.5) {
      return false;
    }
  }
  return true;
}

static LmuStatus
step(double* const    a,
     Workspace* const work,
     const uint32_t   order,
     const LmuMethod  method,
     const uint32_t   stages)
{
  switch (method) {
  case LMU_ZOH:
    return exponential(a, work, order) ? LMU_SUCCESS : LMU_DIVERGED;
  case LMU_PADE:
    return pade(a, work, stages, order) ? LMU_SUCCESS : LMU_DIVERGED;
  case LMU_EULER:
    break;
  }

  memcpy(a, work->x, sizeof(double) * order * order);
  add_identity(a, 1.0, order);
  return is_unstable(a, work, order) ? LMU_UNSTABLE : LMU_SUCCESS;
}

static LmuStatus
check(const uint32_t  order,
      const double    theta,
      const LmuMethod method,
      const uint32_t  stages)
{
  if (!order || order > LMU_MAX_ORDER) {
    return LMU_BAD_ORDER;
  }
  if (!(theta >= 1.0 && isfinite(theta))) {
    return LMU_BAD_THETA;
  }
  if (method == LMU_PADE && (!stages || stages > LMU_MAX_STAGES)) {
    return LMU_BAD_STAGE;
  }
  return LMU_SUCCESS;
}

LmuStatus
lmu_discretise(double* const   a,
               double* const   b,
               const uint32_t  order,
               const double    theta,
               const LmuMethod method,
               const uint32_t  stages)
{
  LmuStatus status = check(order, theta, method, stages);
  if (status) {
    return status;
  }

  const size_t  size   = (size_t)order * order;
  double* const buffer = (double*)calloc(N_MATRICES * size, sizeof(double));
  if (!buffer) {
    return LMU_NO_MEMORY;
  }

  Workspace work = {
    buffer, buffer + size, buffer + (2U * size), buffer + (3U * size)};
  lmu_continuous(work.x, b, order);
  for (size_t i = 0U; i < size; ++i) {
    work.x[i] /= theta;
  }
  status = step(a, &work, order, method, stages);
  free(buffer);

  // A e0 = -B, so Bd is minus what the step adds to e0; Euler's is B / theta
  for (size_t i = 0U; !status && i < order; ++i) {
    b[i] = (i == 0U ? 1.0 : 0.0) - a[i * order];
  }
  return status;
}
