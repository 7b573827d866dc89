// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/modal.h"

#include "core/base/setup/aligned.h"
#include "core/base/status.h"
#include "core/math/setup/complex.h"
#include "core/memory/rt/modes.h"
#include "core/memory/setup/paper_scale.h"

#include <assert.h>
#include <complex.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846

/// Modes below this part of the order have s = i pi (2k + 1) to rounding
#define EXACT_PART 0.2

/// Newton steps from one guess, most modes take six
#define MAX_STEPS 40U

/// Guesses for one mode, the worst of all orders takes four
#define MAX_GUESSES 32U

/// Relative size of the last Newton step, the error is then its square
#define TOLERANCE 1e-10

/// Steps that polish a root with its eigenvector, each squares the error
#define N_POLISH 2U

struct LmuModalImpl {
  LmuModes        modes;
  double*         numbers; ///< s and p of modes
  double*         b;       ///< Off-diagonal of inv(A), [order]
  double          corner;  ///< Last diagonal entry of H is -corner
  double complex* lambda;  ///< Eigenvalues of H, [n_modes]
};

/// Buffers for one eigenvector
typedef struct {
  double complex* down;   ///< Pivots from the first row on, [order]
  double complex* up;     ///< Pivots from the last row on, [order]
  double complex* vector; ///< Eigenvector, [order]
} Workspace;

/// Return f'/f of the characteristic polynomial f at z, from its pivots
static double complex
log_derivative(const LmuModal* const modal, const double complex z)
{
  const uint32_t last       = modal->modes.order - 1U;
  double complex pivot      = z;
  double complex derivative = 1.0;
  double complex sum        = 0.0;

  for (uint32_t n = 0U; n < last; ++n) {
    const double         b2      = modal->b[n] * modal->b[n];
    const double complex inverse = lmu_quotient(1.0, pivot);
    const double complex part    = lmu_product(derivative, inverse);

    sum += part;
    pivot      = z + (b2 * inverse);
    derivative = 1.0 - (b2 * lmu_product(part, inverse));
  }
  return sum +
         lmu_product(derivative, lmu_quotient(1.0, pivot + modal->corner));
}

/// Return the same with the eigenvalues found so far divided out
static double complex
deflated_log_derivative(const LmuModal* const modal,
                        const uint32_t        n_found,
                        const double complex  z)
{
  double complex sum = log_derivative(modal, z);
  for (uint32_t k = 0U; k < n_found; ++k) {
    const double complex root = modal->lambda[k];
    sum -= lmu_quotient(1.0, z - root);
    if (cimag(root) != 0.0) {
      sum -= lmu_quotient(1.0, z - conj(root));
    }
  }
  return sum;
}

/// Guess the next eigenvalue from those before it
static double complex
guess(const LmuModal* const modal, const uint32_t k)
{
  const double exact = EXACT_PART * modal->modes.order;
  if (k < 3U || k < (uint32_t)exact) {
    return 1.0 / lmu_cartesian(-1e-9, -PI * ((2.0 * k) + 1.0));
  }

  const double complex s1 = 1.0 / modal->lambda[k - 1U];
  const double complex s2 = 1.0 / modal->lambda[k - 2U];
  return 1.0 / (s1 + ((s1 - s2) * 1.02) - (0.01 * cabs(s1 - s2)));
}

/// Follow Newton's method from z, and store where it ends
static bool
descend(LmuModal* const modal, const uint32_t k, double complex z)
{
  for (uint32_t i = 0U; i < MAX_STEPS; ++i) {
    const double complex step =
      lmu_quotient(1.0, deflated_log_derivative(modal, k, z));

    const double size  = cabs(step);
    const double limit = 0.5 * cabs(z);
    z -= (size > limit) ? (step * (limit / size)) : step;
    if (size < TOLERANCE * cabs(z)) {
      const bool is_real = fabs(cimag(z)) < 1e-9 * cabs(z);
      modal->lambda[k] =
        is_real ? creal(z) : lmu_cartesian(creal(z), -fabs(cimag(z)));
      return true;
    }
  }
  return false;
}

/// Find one more eigenvalue, real or with negative imaginary part
static bool
find(LmuModal* const modal, const uint32_t k)
{
  const double complex first = guess(modal, k);
  for (uint32_t i = 0U; i < MAX_GUESSES; ++i) {
    const double complex away = 0.05 * i * cexp(lmu_cartesian(0.0, 2.4 * i));
    if (descend(modal, k, first * (1.0 + away))) {
      return true;
    }
  }
  return false;
}

/// Factorise H - z from both ends and return the row where they meet best
static uint32_t
factorise(const LmuModal* const  modal,
          const double complex   z,
          const Workspace* const work)
{
  const uint32_t      last = modal->modes.order - 1U;
  const double* const b    = modal->b;

  work->down[0]  = z;
  work->up[last] = z + modal->corner;
  for (uint32_t n = 0U; n < last; ++n) {
    const uint32_t m = last - 1U - n;

    work->down[n + 1U] = z + lmu_quotient(b[n] * b[n], work->down[n]);
    work->up[m]        = z + lmu_quotient(b[m] * b[m], work->up[m + 1U]);
  }
  work->down[last] += modal->corner;

  uint32_t best  = 0U;
  double   least = INFINITY;
  for (uint32_t n = 0U; n <= last; ++n) {
    const double complex diagonal = (n == last) ? z + modal->corner : z;
    const double residual = cabs(work->down[n] + work->up[n] - diagonal);
    if (residual < least) {
      least = residual;
      best  = n;
    }
  }
  return best;
}

/// Solve (H - z) v = -residual e_twist, and return v.v in H's inner product
static double complex
solve(const LmuModal* const  modal,
      const uint32_t         twist,
      const Workspace* const work)
{
  const uint32_t        last = modal->modes.order - 1U;
  const double* const   b    = modal->b;
  double complex* const v    = work->vector;

  v[twist] = 1.0;
  for (uint32_t n = twist; n > 0U; --n) {
    v[n - 1U] = lmu_product(v[n], lmu_quotient(b[n - 1U], work->down[n - 1U]));
  }
  for (uint32_t n = twist; n < last; ++n) {
    v[n + 1U] = -lmu_product(v[n], lmu_quotient(b[n], work->up[n + 1U]));
  }

  double complex square = 0.0;
  for (uint32_t n = 0U; n <= last; ++n) {
    square += (n % 2U) ? -lmu_product(v[n], v[n]) : lmu_product(v[n], v[n]);
  }
  return square;
}

/// Make the eigenvector of z, and return how far z is from its eigenvalue
static double complex
eigenvector(const LmuModal* const  modal,
            const double complex   z,
            const Workspace* const work)
{
  const uint32_t       twist    = factorise(modal, z, work);
  const uint32_t       last     = modal->modes.order - 1U;
  const double complex diagonal = (twist == last) ? z + modal->corner : z;
  const double complex residual =
    work->down[twist] + work->up[twist] - diagonal;

  const double complex square = solve(modal, twist, work);
  return ((twist % 2U) ? residual : -residual) / square;
}

/// Scale so that V inv(V) = 1 and the mode is +i at the new end of the window
static void
normalise(const LmuModal* const modal, double complex* const v, const bool real)
{
  const uint32_t order  = modal->modes.order;
  double complex square = 0.0;
  double complex start  = 0.0;
  for (uint32_t n = 0U; n < order; ++n) {
    const double sign = (n % 2U) ? -1.0 : 1.0;
    square += sign * lmu_product(v[n], v[n]);
    start += sign * lmu_paper_scale(n) * v[n];
  }

  const double complex root  = csqrt(real ? 2.0 * square : square);
  const double         sign  = cimag(start / root) < 0.0 ? -1.0 : 1.0;
  const double complex scale = sign / root;
  for (uint32_t n = 0U; n < order; ++n) {
    v[n] = lmu_product(v[n], scale);
  }
}

static Workspace
workspace(const LmuModal* const modal, double complex* const buffer)
{
  const size_t    order = modal->modes.order;
  const Workspace work  = {buffer, buffer + order, buffer + (2U * order)};

  return work;
}

/// Refine an eigenvalue with its eigenvector
static void
polish(LmuModal* const modal, const uint32_t k, const Workspace* const work)
{
  const bool real = cimag(modal->lambda[k]) == 0.0;
  for (uint32_t i = 0U; i < N_POLISH; ++i) {
    const double complex z      = modal->lambda[k];
    const double complex better = z + eigenvector(modal, z, work);

    modal->lambda[k] = real ? creal(better) : better;
  }
}

/// Store what the audio thread needs of a mode
static void
store(LmuModal* const modal, const uint32_t k, double complex* const buffer)
{
  const double complex  s     = 1.0 / modal->lambda[k];
  const double complex* v     = lmu_modal_vector(modal, k, buffer);
  double* const         rates = modal->numbers + lmu_mode_index(k);
  double* const firsts = rates + ((size_t)modal->modes.n_blocks * LMU_BLOCK);

  rates[0]          = creal(s);
  rates[LMU_LANES]  = cimag(s);
  firsts[0]         = creal(v[0]);
  firsts[LMU_LANES] = cimag(v[0]);
}

static LmuStatus
init(LmuModal* const modal, const uint32_t order)
{
  const uint32_t n_modes  = (order + 1U) / 2U;
  const uint32_t n_blocks = (n_modes + LMU_LANES - 1U) / LMU_LANES;
  const size_t   size     = (size_t)n_blocks * LMU_BLOCK;

  modal->numbers = (double*)lmu_aligned_zeros(2U * size * sizeof(double));
  modal->b       = (double*)calloc(order, sizeof(double));
  modal->lambda  = (double complex*)calloc(n_modes, sizeof(double complex));
  if (!modal->numbers || !modal->b || !modal->lambda) {
    return LMU_NO_MEMORY;
  }

  modal->corner = 0.5 / ((2.0 * order) - 1.0);
  for (uint32_t n = 0U; n < order; ++n) {
    modal->b[n] = 0.5 / sqrt(((2.0 * n) + 1.0) * ((2.0 * n) + 3.0));
  }

  const LmuModes modes = {
    order, n_modes, n_blocks, modal->numbers, modal->numbers + size};
  modal->modes = modes;
  return LMU_SUCCESS;
}

static LmuStatus
find_all(LmuModal* const modal)
{
  for (uint32_t k = 0U; k < modal->modes.n_modes; ++k) {
    if (!find(modal, k)) {
      return LMU_DIVERGED;
    }
  }

  double complex* const buffer =
    (double complex*)calloc(3UL * modal->modes.order, sizeof(double complex));
  if (!buffer) {
    return LMU_NO_MEMORY;
  }

  const Workspace work = workspace(modal, buffer);
  for (uint32_t k = 0U; k < modal->modes.n_modes; ++k) {
    polish(modal, k, &work);
    store(modal, k, buffer);
  }
  free(buffer);
  return LMU_SUCCESS;
}

LmuStatus
lmu_modal_new(LmuModal** const modal, const uint32_t order)
{
  *modal = NULL;
  if (!order || order > LMU_MAX_ORDER) {
    return LMU_BAD_ORDER;
  }

  LmuModal* const self = (LmuModal*)calloc(1, sizeof(LmuModal));
  if (!self) {
    return LMU_NO_MEMORY;
  }

  LmuStatus status = init(self, order);
  status           = status ? status : find_all(self);
  if (status) {
    lmu_modal_free(self);
    return status;
  }

  *modal = self;
  return LMU_SUCCESS;
}

void
lmu_modal_free(LmuModal* const modal)
{
  if (modal) {
    free(modal->lambda);
    free(modal->b);
    free(modal->numbers);
    free(modal);
  }
}

const LmuModes*
lmu_modal_modes(const LmuModal* const modal)
{
  return &modal->modes;
}

const double complex*
lmu_modal_vector(const LmuModal* const modal,
                 const uint32_t        mode,
                 double complex* const work)
{
  const Workspace      parts = workspace(modal, work);
  const double complex value = modal->lambda[mode];

  (void)eigenvector(modal, value, &parts);
  normalise(modal, parts.vector, cimag(value) == 0.0);
  return parts.vector;
}

/// Add what one mode of a state is to its coefficients
static void
add_mode(double* const               m,
         const uint32_t              order,
         const double complex* const v,
         const float* const          part)
{
  const double re = 2.0 * (double)part[0];
  const double im = 2.0 * (double)part[LMU_LANES];
  for (uint32_t n = 0U; n < order; ++n) {
    m[n] += (creal(v[n]) * re) - (cimag(v[n]) * im);
  }
}

void
lmu_modal_to_legendre(const LmuModal* const modal,
                      const uint32_t        n_states,
                      const float* const    z,
                      double* const         m,
                      double complex* const work)
{
  const size_t order = modal->modes.order;
  const size_t size  = (size_t)modal->modes.n_blocks * LMU_BLOCK;
  memset(m, 0, n_states * order * sizeof(double));
  for (uint32_t k = 0U; k < modal->modes.n_modes; ++k) {
    // By far the most work, so it is done once for all states
    const double complex* const v = lmu_modal_vector(modal, k, work);
    for (uint32_t i = 0U; i < n_states; ++i) {
      add_mode(m + (i * order),
               modal->modes.order,
               v,
               z + (i * size) + lmu_mode_index(k));
    }
  }
}

void
lmu_modal_from_legendre(const LmuModal* const modal,
                        const double* const   m,
                        const uint32_t        n_coefficients,
                        float* const          z,
                        double complex* const work)
{
  const uint32_t order = modal->modes.order;
  const uint32_t count = n_coefficients < order ? n_coefficients : order;

  memset(z, 0, sizeof(float) * modal->modes.n_blocks * LMU_BLOCK);
  for (uint32_t k = 0U; k < modal->modes.n_modes; ++k) {
    const double complex* const v   = lmu_modal_vector(modal, k, work);
    double complex              sum = 0.0;
    for (uint32_t n = 0U; n < count; ++n) {
      sum += (n % 2U) ? -(v[n] * m[n]) : (v[n] * m[n]);
    }

    float* const part = z + lmu_mode_index(k);
    part[0]           = (float)creal(sum);
    part[LMU_LANES]   = (float)cimag(sum);
  }
}
