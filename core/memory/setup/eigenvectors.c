// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/eigenvectors.h"

#include "core/math/setup/complex.h"

#include <complex.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#define N LMU_EIGENVECTORS

/// A number of each vector, in memory that callers have as complex numbers
typedef double Lanes
  __attribute__((vector_size(N * sizeof(double)), aligned(8), may_alias));

/// Whether something holds for each vector, all bits or none
typedef int64_t Mask __attribute__((vector_size(N * sizeof(int64_t))));

/// A complex number of each vector
typedef struct {
  Lanes re;
  Lanes im;
} Group;

/// What it takes to make vectors
typedef struct {
  Group  z;
  Group* before;  ///< What rows before take from pivots, [order]
  Group* after;   ///< What rows after take from pivots, [order]
  Group* vectors; ///< [order]
} Workspace;

static inline Group
product(const Group x, const Group y)
{
  const Group result = {(x.re * y.re) - (x.im * y.im),
                        (x.re * y.im) + (x.im * y.re)};
  return result;
}

/// Return x / y
static inline Group
quotient(const double x, const Group y)
{
  const Lanes scale  = x / ((y.re * y.re) + (y.im * y.im));
  const Group result = {y.re * scale, -y.im * scale};
  return result;
}

/// Return x + scale y
static inline Group
sum(const Group x, const double scale, const Group y)
{
  const Group result = {x.re + (scale * y.re), x.im + (scale * y.im)};
  return result;
}

/// Return a where a mask is set, and b elsewhere
static inline Lanes
choose(const Mask mask, const Lanes a, const Lanes b)
{
  return (Lanes)((mask & (Mask)a) | (~mask & (Mask)b));
}

/**
   Eliminate the rows of z - H from both ends.

   The pivot of row n is z + b[n-1] before[n] from the first row on, and
   z + b[n] after[n] from the last row on, which starts with the corner.
*/
static void
factorise(const LmuTridiagonal* const h, const Workspace* const work)
{
  const uint32_t      last = h->order - 1U;
  const double* const b    = h->b;
  const Group         none = {{0.0}, {0.0}};
  Group               down = work->z;
  Group               up   = work->z;
  up.re += h->corner;

  work->before[0]   = none;
  work->after[last] = none;
  for (uint32_t n = 0U; n < last; ++n) {
    const uint32_t m = last - 1U - n;

    work->before[n + 1U] = quotient(b[n], down);
    work->after[m]       = quotient(b[m], up);

    down = sum(work->z, b[n], work->before[n + 1U]);
    up   = sum(work->z, b[m], work->after[m]);
  }
}

/// Return what is left of a row where both eliminations meet there
static inline Group
residual_at(const LmuTridiagonal* const h,
            const Workspace* const      work,
            const uint32_t              n)
{
  const double before = n ? h->b[n - 1U] : 0.0;
  Group        result = sum(work->z, before, work->before[n]);
  result              = sum(result, h->b[n], work->after[n]);
  result.re += n + 1U < h->order ? 0.0 : h->corner;
  return result;
}

/// Find the rows where both eliminations meet best
static Lanes
find_twists(const LmuTridiagonal* const h, const Workspace* const work)
{
  const Lanes zeros = {0.0};
  Lanes       least = zeros + (double)INFINITY;
  Lanes       rows  = zeros;
  for (uint32_t n = 0U; n < h->order; ++n) {
    const Group residual = residual_at(h, work, n);
    const Lanes size =
      (residual.re * residual.re) + (residual.im * residual.im);
    const Mask is_less = size < least;

    least = choose(is_less, size, least);
    rows  = choose(is_less, zeros + (double)n, rows);
  }
  return rows;
}

/// Solve (H - z) v = -residual e_twist
static void
solve(const LmuTridiagonal* const h,
      const Lanes                 twists,
      const Workspace* const      work)
{
  const Lanes zeros = {0.0};
  Group       v     = {zeros, zeros};
  for (uint32_t n = 0U; n < h->order; ++n) {
    const Mask is_twist = twists == (double)n;
    v                   = n ? product(v, work->after[n - 1U]) : v;
    v.re                = choose(is_twist, zeros + 1.0, -v.re);
    v.im                = choose(is_twist, zeros, -v.im);
    work->vectors[n]    = v;
  }

  v.re = zeros;
  v.im = zeros;
  for (uint32_t n = h->order - 1U; n > 0U; --n) {
    const Mask is_twist   = twists == (double)n;
    v.re                  = choose(is_twist, zeros + 1.0, v.re);
    v.im                  = choose(is_twist, zeros, v.im);
    v                     = product(v, work->before[n]);
    work->vectors[n - 1U] = sum(work->vectors[n - 1U], 1.0, v);
  }
}

/// Return v.v of all vectors in H's inner product
static Group
squares(const LmuTridiagonal* const h, const Workspace* const work)
{
  Group result = {{0.0}, {0.0}};
  for (uint32_t n = 0U; n < h->order; ++n) {
    const Group v = work->vectors[n];
    result        = sum(result, (n % 2U) ? -1.0 : 1.0, product(v, v));
  }
  return result;
}

/// Set how far numbers are from eigenvalues
static void
set_errors(const LmuTridiagonal* const h,
           const Workspace* const      work,
           const Lanes                 twists,
           double complex* const       errors)
{
  const Group all = squares(h, work);
  for (uint32_t i = 0U; i < N; ++i) {
    const uint32_t       twist  = (uint32_t)twists[i];
    const Group          parts  = residual_at(h, work, twist);
    const double complex left   = lmu_cartesian(parts.re[i], parts.im[i]);
    const double complex square = lmu_cartesian(all.re[i], all.im[i]);

    errors[i] = ((twist % 2U) ? left : -left) / square;
  }
}

/// Write vectors one after the other
static void
write_vectors(const Workspace* const work,
              const uint32_t         order,
              double complex* const  out)
{
  for (uint32_t i = 0U; i < N; ++i) {
    for (uint32_t n = 0U; n < order; ++n) {
      const Group* const v         = work->vectors + n;
      out[((size_t)i * order) + n] = lmu_cartesian(v->re[i], v->im[i]);
    }
  }
}

double complex*
lmu_eigenvectors(const LmuTridiagonal* const h,
                 const double complex* const z,
                 double complex* const       errors,
                 double complex* const       work)
{
  const size_t order  = h->order;
  Group* const groups = (Group*)work;
  Workspace    parts  = {
        {{0.0}, {0.0}}, groups, groups + order, groups + (2U * order)};
  for (uint32_t i = 0U; i < N; ++i) {
    parts.z.re[i] = creal(z[i]);
    parts.z.im[i] = cimag(z[i]);
  }

  factorise(h, &parts);
  const Lanes twists = find_twists(h, &parts);
  solve(h, twists, &parts);
  set_errors(h, &parts, twists, errors);

  // In the place of what nothing needs any more
  write_vectors(&parts, h->order, work);
  return work;
}
