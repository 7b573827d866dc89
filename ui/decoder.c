// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/decoder.h"

#include "core/base/status.h"
#include "core/memory/rt/modes.h"
#include "core/memory/setup/modal.h"
#include "plugin/view.h"
#include "ui/view.h"

#include <complex.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846
#define POINTS LMU_DECODER_POINTS

// Modes are exponentials up to a quarter of the order, from here on they fade
#define TAPER_START 0.2
#define TAPER_END 0.25

// How far above its order a Bessel function is started to be found downwards
#define BESSEL_HEADROOM 60U
#define BESSEL_RESCALE 1e150

/// Four positions at once
typedef float Four __attribute__((vector_size(16)));

// Vectors at once, so that one does not wait for another
#define N_FOURS 2U
#define N_POSITIONS (4U * N_FOURS)

/// Parts of half a turn that positions and modes lie on
#define N_TURNS (2U * POINTS)

/// Places of the older half, of which the newer one is the mirror
#define HALF (POINTS / 2U)

/// A complex number
typedef struct {
  double real;
  double imaginary;
} Complex;

_Static_assert(LMU_MAX_ORDER / 4U <= POINTS, "Each mode has its own place");
_Static_assert(POINTS == 1024U, "Stages of transforms come in pairs");

struct LmuDecoderImpl {
  uint32_t  order;     ///< Order that is set up, 0 for none
  ViewBasis basis;     ///< Basis that is set up
  uint32_t  n_rows;    ///< Coefficients
  uint32_t  n_numbers; ///< Numbers of the memory, up to the last that counts
  float*    matrix;    ///< Coefficients of each number, [n_numbers][n_rows]
  float     positions[HALF];         ///< The older half, as in the paper
  float     turns[LMU_DECODER_ROWS]; ///< See set_recurrence()
  float     sizes[LMU_DECODER_ROWS]; ///< Legendre polynomials are so much of q
  double    cosines[N_TURNS];        ///< Of all parts of half a turn
  double    sines[N_TURNS];          //
};

/**
   Set up multiples q of Legendre polynomials, of sizes that make one factor of
   Bonnet's recurrence 1: q_(n + 1) = turn_n x q_n - q_(n - 1).
*/
static void
set_recurrence(LmuDecoder* const self)
{
  double here   = 1.0;
  double before = 1.0;
  for (uint32_t n = 0U; n < LMU_DECODER_ROWS; ++n) {
    const double next = n ? before * (n + 1.0) / n : 1.0;
    self->sizes[n]    = (float)(1.0 / here);
    self->turns[n]    = (float)((((2.0 * n) + 1.0) / (n + 1.0)) * next / here);
    before            = here;
    here              = next;
  }
}

LmuDecoder*
lmu_decoder_new(void)
{
  LmuDecoder* const self = (LmuDecoder*)calloc(1U, sizeof(LmuDecoder));
  if (!self) {
    return NULL;
  }

  for (uint32_t i = 0U; i < HALF; ++i) {
    self->positions[i] = (float)(1.0 - (((2.0 * i) + 1.0) / POINTS));
  }
  for (uint32_t i = 0U; i < N_TURNS; ++i) {
    self->cosines[i] = cos(PI * i / N_TURNS);
    self->sines[i]   = sin(PI * i / N_TURNS);
  }
  set_recurrence(self);
  return self;
}

void
lmu_decoder_free(LmuDecoder* const decoder)
{
  if (decoder) {
    free(decoder->matrix);
    free(decoder);
  }
}

/// Write what one mode of size 1, and one of size i, add to coefficients
static void
set_column(LmuDecoder* const           self,
           const uint32_t              mode,
           const double complex* const vector)
{
  const uint32_t index = lmu_mode_index(mode);
  float* const   real  = self->matrix + ((size_t)index * self->n_rows);
  float* const   imaginary =
    self->matrix + ((size_t)(index + LMU_LANES) * self->n_rows);
  for (uint32_t n = 0U; n < self->n_rows; ++n) {
    const double scale = 2.0 * sqrt((2.0 * n) + 1.0);
    real[n]            = (float)(scale * creal(vector[n]));
    imaginary[n]       = (float)(-scale * cimag(vector[n]));
  }
}

static bool
set_exactly(LmuDecoder* const self)
{
  LmuModal*             modal = NULL;
  double complex* const work =
    (double complex*)calloc(3U * (size_t)self->order, sizeof(double complex));
  if (!work || lmu_modal_new(&modal, self->order) != LMU_SUCCESS) {
    free(work);
    return false;
  }

  const uint32_t n_modes = lmu_modal_modes(modal)->n_modes;
  for (uint32_t mode = 0U; mode < n_modes; ++mode) {
    set_column(self, mode, lmu_modal_vector(modal, mode, work));
  }
  lmu_modal_free(modal);
  free(work);
  return true;
}

/// Write spherical Bessel functions j_0(x) to j_(count - 1)(x)
static void
set_bessel(double* const j, const uint32_t count, const double x)
{
  // Downwards from far above, where any start will do (Miller's algorithm)
  const uint32_t start = (uint32_t)fmax((double)count, x) + BESSEL_HEADROOM;
  double         above = 0.0;
  double         here  = 1e-300;
  double         first = 0.0;
  for (uint32_t n = start; n > 0U; --n) {
    const double below = ((((2.0 * n) + 1.0) / x) * here) - above;
    above              = here;
    here               = below;
    if (n - 1U < count) {
      j[n - 1U] = here;
    }
    if (fabs(here) > BESSEL_RESCALE) {
      above /= BESSEL_RESCALE;
      here /= BESSEL_RESCALE;
      for (uint32_t i = n - 1U; i < count; ++i) {
        j[i] /= BESSEL_RESCALE;
      }
    }
    first = here;
  }

  // The larger of the first two says how large all of them are
  const double sine   = sin(x) / x;
  const double second = ((sin(x) / x) - cos(x)) / x;
  const double ratio =
    (fabs(first) > fabs(above)) ? sine / first : second / above;
  for (uint32_t i = 0U; i < count; ++i) {
    j[i] *= ratio;
  }
}

/// Return how many modes are exponentials
static uint32_t
n_exponentials(const uint32_t order)
{
  return (uint32_t)(TAPER_END * order);
}

/// Return how much of a mode is an exponential
static double
taper(const uint32_t mode, const uint32_t order)
{
  const double share =
    (((double)mode / order) - TAPER_START) / (TAPER_END - TAPER_START);
  return 0.5 + (0.5 * cos(PI * fmin(fmax(share, 0.0), 1.0)));
}

/**
   Take modes as exponentials i exp(-i omega r), whose Legendre coefficients are
   (2n + 1) (-i)^n j_n(omega / 2) times a turn by omega / 2.
*/
static bool
set_nearly(LmuDecoder* const self)
{
  double* const         j = (double*)calloc(self->n_rows, sizeof(double));
  double complex* const vector =
    (double complex*)calloc(self->n_rows, sizeof(double complex));
  const uint32_t last = n_exponentials(self->order);
  for (uint32_t mode = 0U; j && vector && mode < last; ++mode) {
    const double half = 0.5 * PI * ((2.0 * mode) + 1.0);

    double complex turn = I * cexp(-I * half) * taper(mode, self->order);
    set_bessel(j, self->n_rows, half);
    for (uint32_t n = 0U; n < self->n_rows; ++n) {
      vector[n] = sqrt((2.0 * n) + 1.0) * turn * j[n];
      turn *= -I;
    }
    set_column(self, mode, vector);
  }

  const bool is_done = j && vector;
  free(vector);
  free(j);
  return is_done;
}

/// Return how many numbers of a memory count
static uint32_t
n_numbers(const LmuView* const view)
{
  const uint32_t last = n_exponentials(view->order) - 1U;
  return (view->order <= LMU_DECODER_EXACT)
           ? view->n_numbers
           : ((lmu_mode_index(last) / LMU_BLOCK) + 1U) * LMU_BLOCK;
}

static bool
set_order(LmuDecoder* const self, const LmuView* const view)
{
  if (self->order == view->order && self->basis == view->basis) {
    return true;
  }

  free(self->matrix);
  self->matrix    = NULL;
  self->order     = view->order;
  self->basis     = view->basis;
  self->n_numbers = n_numbers(view);
  self->n_rows =
    (self->order < LMU_DECODER_ROWS) ? self->order : LMU_DECODER_ROWS;
  if (self->basis == VIEW_COEFFICIENTS) {
    return true;
  }

  self->matrix =
    (float*)calloc((size_t)self->n_numbers * self->n_rows, sizeof(float));
  const bool is_done =
    self->matrix &&
    (self->order <= LMU_DECODER_EXACT ? set_exactly(self) : set_nearly(self));
  self->order = is_done ? self->order : 0U;
  return is_done;
}

/// Return a number turned by a part of half a turn
static Complex
turned(const LmuDecoder* const self, const Complex number, const uint32_t turn)
{
  const double cosine = self->cosines[turn];
  const double sine   = self->sines[turn];
  return (Complex){(number.real * cosine) - (number.imaginary * sine),
                   (number.real * sine) + (number.imaginary * cosine)};
}

/// Take one stage of a Fourier transform, of parts of `length`, `count` each
static void
step(const LmuDecoder* const self,
     Complex* const          output,
     const Complex* const    input,
     const uint32_t          length)
{
  const uint32_t count = POINTS / length;
  for (uint32_t p = 0U; p < length / 2U; ++p) {
    for (uint32_t q = count * p; q < count * (p + 1U); ++q) {
      const Complex  a    = input[q];
      const Complex  b    = input[q + HALF];
      const Complex  less = {a.real - b.real, a.imaginary - b.imaginary};
      Complex* const both = &output[q + (count * p)];
      both[0]     = (Complex){a.real + b.real, a.imaginary + b.imaginary};
      both[count] = turned(self, less, 4U * count * p);
    }
  }
}

/**
   Write the sum of modes of a memory of high order at each position.

   Mode k is i exp(-i pi (2k + 1) r) at position i, where r is 1 - (2i + 1) / 2N
   of N positions.  So the sums are a Fourier transform, turned before and
   after.
*/
static void
read_modes(const LmuDecoder* const self,
           float* const            estimate,
           const float* const      numbers)
{
  Complex work[2][POINTS] = {{{0.0, 0.0}}};
  for (uint32_t mode = 0U; mode < n_exponentials(self->order); ++mode) {
    const uint32_t index  = lmu_mode_index(mode);
    const double   scale  = 2.0 * taper(mode, self->order);
    const Complex  number = {scale * (double)numbers[index],
                             scale * (double)numbers[index + LMU_LANES]};
    work[0][mode]         = turned(self, number, (2U * mode) + 1U);
  }

  // Each takes two stages, so that the result is where the input was
  for (uint32_t length = POINTS; length > 1U; length /= 4U) {
    step(self, work[1], work[0], length);
    step(self, work[0], work[1], length / 2U);
  }
  for (uint32_t i = 0U; i < POINTS; ++i) {
    estimate[i] = (float)turned(self, work[0][i], 2U * i).imaginary;
  }
}

/// Return four times the same
static Four
four(const float value)
{
  return (Four){value, value, value, value};
}

/// Write the sums of even and of odd polynomials at N_POSITIONS positions
static void
read_positions(const LmuDecoder* const self,
               float                   sums[2][N_POSITIONS],
               const float* const      m,
               const float* const      positions)
{
  Four x[N_FOURS];
  Four q[N_FOURS];
  Four before[N_FOURS];
  Four even[N_FOURS];
  Four odd[N_FOURS];
  memcpy(x, positions, sizeof(x));
  for (uint32_t k = 0U; k < N_FOURS; ++k) {
    q[k]      = four(1.0f);
    before[k] = four(0.0f);
    even[k]   = four(0.0f);
    odd[k]    = four(0.0f);
  }

  for (uint32_t n = 0U; n < self->n_rows; n += 2U) {
    for (uint32_t k = 0U; k < N_FOURS; ++k) {
      const Four next = (four(self->turns[n]) * x[k] * q[k]) - before[k];
      even[k] += four(m[n]) * q[k];
      odd[k] += four(m[n + 1U]) * next;
      before[k] = next;
      q[k]      = (four(self->turns[n + 1U]) * x[k] * next) - q[k];
    }
  }
  memcpy(sums[0], even, sizeof(even));
  memcpy(sums[1], odd, sizeof(odd));
}

/// Write the sum of Legendre polynomials at each position
static void
read_legendre(const LmuDecoder* const self,
              float* const            estimate,
              const float* const      coefficients)
{
  float m[LMU_DECODER_ROWS] = {0.0f};
  float sums[2][N_POSITIONS];
  for (uint32_t n = 0U; n < self->n_rows; ++n) {
    m[n] = coefficients[n] * self->sizes[n];
  }

  // Even polynomials are the same on both sides of the middle, and odd ones of
  // the other sign
  for (uint32_t i = 0U; i < HALF; i += N_POSITIONS) {
    read_positions(self, sums, m, self->positions + i);
    for (uint32_t k = 0U; k < N_POSITIONS; ++k) {
      estimate[i + k]               = sums[0][k] + sums[1][k];
      estimate[POINTS - 1U - i - k] = sums[0][k] - sums[1][k];
    }
  }
}

/// Write the coefficients of all numbers of a memory, four at a time
static void
read_numbers(const LmuDecoder* const self,
             float* const            coefficients,
             const float* const      numbers)
{
  const size_t n_rows = self->n_rows;
  memset(coefficients, 0, n_rows * sizeof(float));
  for (uint32_t i = 0U; i < self->n_numbers; i += 4U) {
    const float* const a = self->matrix + (i * n_rows);
    const float* const b = a + n_rows;
    const float* const c = b + n_rows;
    const float* const d = c + n_rows;
    for (size_t n = 0U; n < n_rows; ++n) {
      coefficients[n] += (numbers[i] * a[n]) + (numbers[i + 1U] * b[n]) +
                         (numbers[i + 2U] * c[n]) + (numbers[i + 3U] * d[n]);
    }
  }
}

uint32_t
lmu_decoder_process(LmuDecoder* const    decoder,
                    float* const         coefficients,
                    float* const         estimate,
                    const LmuView* const view)
{
  if (!set_order(decoder, view)) {
    return 0U;
  }

  if (decoder->basis == VIEW_COEFFICIENTS) {
    memcpy(coefficients, view->numbers, decoder->n_rows * sizeof(float));
  } else {
    read_numbers(decoder, coefficients, view->numbers);
  }
  if (decoder->basis == VIEW_MODES && decoder->order > LMU_DECODER_EXACT) {
    read_modes(decoder, estimate, view->numbers);
  } else {
    read_legendre(decoder, estimate, coefficients);
  }
  return decoder->n_rows;
}
