// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/modal.h"

#include "core/base/setup/aligned.h"
#include "core/base/status.h"
#include "core/math/setup/complex.h"
#include "core/memory/rt/modes.h"
#include "core/memory/setup/eigenvectors.h"
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

/// So many fewer, for low orders
#define N_INEXACT 2U

/// Newton steps from one guess, most modes take six
#define MAX_STEPS 40U

/// Guesses for one mode, the worst of all orders takes four
#define MAX_GUESSES 32U

/// Relative size of the last Newton step, the error is then its square
#define TOLERANCE 1e-7

/// Steps that polish a root with its eigenvector, each squares the error
#define N_POLISH 2U

struct LmuModalImpl {
  LmuModes        modes;
  double*         numbers; ///< s and p of modes
  LmuTridiagonal  h;       ///< inv(A)
  double complex* lambda;  ///< Eigenvalues of H, [n_modes]
};

/// Return f'/f of the characteristic polynomial f at z, from its pivots
static double complex
log_derivative(const LmuModal* const modal, const double complex z)
{
  const uint32_t last       = modal->h.order - 1U;
  double complex pivot      = z;
  double complex derivative = 1.0;
  double complex sum        = 0.0;

  for (uint32_t n = 0U; n < last; ++n) {
    const double         b2      = modal->h.b[n] * modal->h.b[n];
    const double complex inverse = lmu_quotient(1.0, pivot);
    const double complex part    = lmu_product(derivative, inverse);

    sum += part;
    pivot      = z + (b2 * inverse);
    derivative = 1.0 - (b2 * lmu_product(part, inverse));
  }
  return sum +
         lmu_product(derivative, lmu_quotient(1.0, pivot + modal->h.corner));
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

/// Tell whether the guess of an eigenvalue needs no search
static bool
is_exact(const LmuModal* const modal, const uint32_t k)
{
  return k + N_INEXACT < (uint32_t)(EXACT_PART * modal->modes.order);
}

/// Guess the next eigenvalue from those before it
static double complex
guess(const LmuModal* const modal, const uint32_t k)
{
  if (k < 3U || is_exact(modal, k)) {
    return 1.0 / lmu_cartesian(-1e-9, PI * ((2.0 * k) + 1.0));
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
      const bool is_real = fabs(cimag(z)) < TOLERANCE * cabs(z);
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
  if (is_exact(modal, k)) {
    modal->lambda[k] = first;
    return true;
  }

  for (uint32_t i = 0U; i < MAX_GUESSES; ++i) {
    const double complex away = 0.05 * i * cexp(lmu_cartesian(0.0, 2.4 * i));
    if (descend(modal, k, first * (1.0 + away))) {
      return true;
    }
  }
  return false;
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

/// Return modes of a group, the last mode again where there are less
static uint32_t
mode_of(const LmuModal* const modal, const uint32_t first, const uint32_t i)
{
  const uint32_t last = modal->modes.n_modes - 1U;
  return first + i < last ? first + i : last;
}

/// Make eigenvectors of a group of modes, and tell how far their values are off
static double complex*
make_vectors(const LmuModal* const modal,
             const uint32_t        first,
             double complex* const errors,
             double complex* const work)
{
  double complex z[LMU_EIGENVECTORS];
  for (uint32_t i = 0U; i < LMU_EIGENVECTORS; ++i) {
    z[i] = modal->lambda[mode_of(modal, first, i)];
  }
  return lmu_eigenvectors(&modal->h, z, errors, work);
}

/// Refine eigenvalues of a group with their eigenvectors, and return these
static double complex*
polish(LmuModal* const modal, const uint32_t first, double complex* const work)
{
  double complex* v = NULL;
  for (uint32_t i = 0U; i < N_POLISH; ++i) {
    double complex errors[LMU_EIGENVECTORS];
    v = make_vectors(modal, first, errors, work);
    for (uint32_t k = 0U; k < lmu_modal_group(modal, first); ++k) {
      double complex* const z      = modal->lambda + first + k;
      const double complex  better = *z + errors[k];
      *z                           = cimag(*z) == 0.0 ? creal(better) : better;
    }
  }
  return v;
}

/// Store what the audio thread needs of a mode, and scale its eigenvector
static void
store(LmuModal* const modal, const uint32_t mode, double complex* const v)
{
  const size_t         size  = (size_t)modal->modes.n_blocks * LMU_BLOCK;
  const double complex value = modal->lambda[mode];
  const double complex s     = 1.0 / value;
  double* const        rates = modal->numbers + lmu_mode_index(mode);
  double* const        parts = rates + size;

  normalise(modal, v, cimag(value) == 0.0);
  rates[0]         = creal(s);
  rates[LMU_LANES] = cimag(s);
  parts[0]         = creal(v[0]);
  parts[LMU_LANES] = cimag(v[0]);
}

static LmuStatus
init(LmuModal* const modal, const uint32_t order)
{
  const uint32_t n_modes  = (order + 1U) / 2U;
  const uint32_t n_blocks = (n_modes + LMU_LANES - 1U) / LMU_LANES;
  const size_t   size     = (size_t)n_blocks * LMU_BLOCK;

  modal->numbers = (double*)lmu_aligned_zeros(2U * size * sizeof(double));
  modal->h.b     = (double*)calloc(order, sizeof(double));
  modal->lambda  = (double complex*)calloc(n_modes, sizeof(double complex));
  if (!modal->numbers || !modal->h.b || !modal->lambda) {
    return LMU_NO_MEMORY;
  }

  modal->h.corner = 0.5 / ((2.0 * order) - 1.0);
  for (uint32_t n = 0U; n < order; ++n) {
    modal->h.b[n] = 0.5 / sqrt(((2.0 * n) + 1.0) * ((2.0 * n) + 3.0));
  }

  modal->h.order       = order;
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

  double complex* const work = lmu_modal_work(modal->modes.order);
  if (!work) {
    return LMU_NO_MEMORY;
  }

  for (uint32_t k = 0U; k < modal->modes.n_modes; k += LMU_EIGENVECTORS) {
    double complex* const v = polish(modal, k, work);
    for (uint32_t i = 0U; i < lmu_modal_group(modal, k); ++i) {
      store(modal, k + i, v + ((size_t)i * modal->modes.order));
    }
  }
  free(work);
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
    free(modal->h.b);
    free(modal->numbers);
    free(modal);
  }
}

const LmuModes*
lmu_modal_modes(const LmuModal* const modal)
{
  return &modal->modes;
}

double complex*
lmu_modal_work(const uint32_t order)
{
  return (double complex*)calloc((size_t)order * LMU_EIGENVECTORS_WORK,
                                 sizeof(double complex));
}

uint32_t
lmu_modal_group(const LmuModal* const modal, const uint32_t first)
{
  const uint32_t left = modal->modes.n_modes - first;
  return left < LMU_EIGENVECTORS ? left : LMU_EIGENVECTORS;
}

const double complex*
lmu_modal_vectors(const LmuModal* const modal,
                  const uint32_t        first,
                  double complex* const work)
{
  double complex        errors[LMU_EIGENVECTORS];
  double complex* const v = make_vectors(modal, first, errors, work);
  for (uint32_t i = 0U; i < LMU_EIGENVECTORS; ++i) {
    const double complex value = modal->lambda[mode_of(modal, first, i)];
    normalise(modal, v + ((size_t)i * modal->h.order), cimag(value) == 0.0);
  }
  return v;
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
  for (uint32_t k = 0U; k < modal->modes.n_modes; k += LMU_EIGENVECTORS) {
    // By far the most work, so it is done once for all states
    const double complex* v = lmu_modal_vectors(modal, k, work);
    for (uint32_t i = 0U; i < lmu_modal_group(modal, k); ++i, v += order) {
      for (uint32_t j = 0U; j < n_states; ++j) {
        add_mode(m + (j * order),
                 modal->modes.order,
                 v,
                 z + (j * size) + lmu_mode_index(k + i));
      }
    }
  }
}

/// Set what one mode of a state is of coefficients
static void
set_mode(float* const                z,
         const uint32_t              mode,
         const double complex* const v,
         const double* const         m,
         const uint32_t              count)
{
  double complex sum = 0.0;
  for (uint32_t n = 0U; n < count; ++n) {
    sum += (n % 2U) ? -(v[n] * m[n]) : (v[n] * m[n]);
  }

  float* const part = z + lmu_mode_index(mode);
  part[0]           = (float)creal(sum);
  part[LMU_LANES]   = (float)cimag(sum);
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
  for (uint32_t k = 0U; k < modal->modes.n_modes; k += LMU_EIGENVECTORS) {
    const double complex* v = lmu_modal_vectors(modal, k, work);
    for (uint32_t i = 0U; i < lmu_modal_group(modal, k); ++i, v += order) {
      set_mode(z, k + i, v, m, count);
    }
  }
}
