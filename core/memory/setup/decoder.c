// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/decoder.h"

#include "core/base/status.h"
#include "core/math/rt/complex.h"
#include "core/math/rt/fft.h"
#include "core/math/setup/fft.h"
#include "core/memory/rt/modes.h"
#include "core/memory/setup/modal.h"
#include "core/memory/setup/paper_scale.h"
#include "core/memory/setup/recurrence.h"
#include "core/memory/setup/tables.h"
#include "core/memory/setup/taper.h"

#include <assert.h>
#include <complex.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846
#define POINTS LMU_DECODER_POINTS

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

_Static_assert(LMU_MAX_ORDER / 10U * 3U < 2U * POINTS,
               "Modes go round the places once");

struct LmuDecoderImpl {
  uint32_t   order;     ///< Order that is set up, 0 for none
  bool       is_modal;  ///< Whether modes are set up
  uint32_t   n_rows;    ///< Coefficients
  uint32_t   n_numbers; ///< Numbers of the memory, up to the last that counts
  float*     matrix;    ///< Coefficients of each number, [n_numbers][n_rows]
  float      positions[HALF];         ///< The older half, as in the paper
  float      turns[LMU_DECODER_ROWS]; ///< See set_recurrence()
  float      sizes[LMU_DECODER_ROWS]; ///< Legendre polynomials are so much of q
  LmuComplex phases[N_TURNS];         ///< All parts of half a turn
  LmuFft     fft;                     ///< Of POINTS
  float      room[5U * POINTS];       ///< See lmu_fft_room()
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
    self->phases[i].re = cos(PI * i / N_TURNS);
    self->phases[i].im = sin(PI * i / N_TURNS);
  }
  assert(lmu_fft_room(POINTS) * sizeof(float) == sizeof(self->room));
  lmu_fft_init(&self->fft, self->room, POINTS);
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
    const double scale = 2.0 * lmu_paper_scale(n);
    real[n]            = (float)(scale * creal(vector[n]));
    imaginary[n]       = (float)(-scale * cimag(vector[n]));
  }
}

/// Write what a block of modes of the same sizes adds, of a memory of few modes
static void
set_block(LmuDecoder* const     self,
          const LmuModal* const modal,
          const uint32_t        block,
          double* const         work)
{
  lmu_modal_vectors(modal, block, self->n_rows, work);
  for (uint32_t i = 0U; i < LMU_LANES; ++i) {
    double complex vector[LMU_DECODER_EXACT];
    for (uint32_t n = 0U; n < self->n_rows; ++n) {
      vector[n] = lmu_lane(lmu_modal_row(work, self->n_rows, n), i);
    }
    set_column(self, (block * LMU_LANES) + i, vector);
  }
}

static bool
set_exactly(LmuDecoder* const self)
{
  const LmuTables* tables = NULL;
  double* const    work   = lmu_modal_work(self->order);
  if (!work || lmu_tables_take(&tables, self->order, LMU_TABLES_MODES)) {
    free(work);
    return false;
  }

  for (uint32_t b = 0U; b < lmu_tables_modes(tables)->n_blocks; ++b) {
    set_block(self, lmu_tables_modal(tables), b, work);
  }
  lmu_tables_give(tables);
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
  const uint32_t last = lmu_taper_count(self->order);
  for (uint32_t mode = 0U; j && vector && mode < last; ++mode) {
    const double half = 0.5 * PI * ((2.0 * mode) + 1.0);

    double complex turn = I * cexp(-I * half) * lmu_taper(mode, self->order);
    set_bessel(j, self->n_rows, half);
    for (uint32_t n = 0U; n < self->n_rows; ++n) {
      vector[n] = lmu_paper_scale(n) * turn * j[n];
      turn *= -I;
    }
    set_column(self, mode, vector);
  }

  const bool is_done = j && vector;
  free(vector);
  free(j);
  return is_done;
}

/// Return how many numbers of a memory count, in whole blocks
static uint32_t
n_numbers(const uint32_t order)
{
  const uint32_t n_modes =
    (order <= LMU_DECODER_EXACT) ? (order + 1U) / 2U : lmu_taper_count(order);
  return ((lmu_mode_index(n_modes - 1U) / LMU_BLOCK) + 1U) * LMU_BLOCK;
}

/// Set the matrix of an order
static bool
set_matrix(LmuDecoder* const self)
{
  self->n_numbers = n_numbers(self->order);
  self->matrix =
    (float*)calloc((size_t)self->n_numbers * self->n_rows, sizeof(float));
  return self->matrix && (self->order <= LMU_DECODER_EXACT ? set_exactly(self)
                                                           : set_nearly(self));
}

static bool
set_order(LmuDecoder* const self, const uint32_t order, const bool is_modal)
{
  if (self->order == order && self->is_modal == is_modal) {
    return true;
  }

  free(self->matrix);
  self->matrix   = NULL;
  self->order    = order;
  self->is_modal = is_modal;
  self->n_rows   = (order < LMU_DECODER_ROWS) ? order : LMU_DECODER_ROWS;

  const bool is_done = !is_modal || set_matrix(self);
  self->order        = is_done ? order : 0U;
  return is_done;
}

/**
   Write the sum of modes of a memory of high order at each place.

   Mode k is i exp(-i pi (2k + 1) r) at place i, where r is 1 - (2i + 1) / 2N of
   N places.  So the sums are an inverse Fourier transform, turned before and
   after, and modes k and k + N differ by their sign alone.
*/
static void
read_modes(LmuDecoder* const  self,
           float* const       estimate,
           const float* const numbers)
{
  // Parts are swapped, which makes it the inverse
  float* const re = self->fft.work[0].im;
  float* const im = self->fft.work[0].re;
  memset(re, 0, POINTS * sizeof(float));
  memset(im, 0, POINTS * sizeof(float));
  for (uint32_t mode = 0U; mode < lmu_taper_count(self->order); ++mode) {
    const uint32_t   index  = lmu_mode_index(mode);
    const uint32_t   bin    = mode % POINTS;
    const double     taper  = 2.0 * lmu_taper(mode, self->order);
    const double     scale  = (mode < POINTS) ? taper : -taper;
    const LmuComplex number = {scale * (double)numbers[index],
                               scale * (double)numbers[index + LMU_LANES]};
    const LmuComplex turned =
      lmu_complex_times(number, self->phases[(2U * bin) + 1U]);
    re[bin] += (float)turned.re;
    im[bin] += (float)turned.im;
  }

  lmu_fft_process(&self->fft, 0U, lmu_fft_count(&self->fft));
  const LmuSpectrum* const out = lmu_fft_result(&self->fft);
  for (uint32_t i = 0U; i < POINTS; ++i) {
    const LmuComplex sum = {(double)out->im[i], (double)out->re[i]};
    estimate[i] = (float)lmu_complex_times(sum, self->phases[2U * i]).im;
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
lmu_decoder_process(LmuDecoder* const  decoder,
                    float* const       coefficients,
                    float* const       estimate,
                    const float* const numbers,
                    const uint32_t     order,
                    const bool         is_modal)
{
  if (!set_order(decoder, order, is_modal)) {
    return 0U;
  }

  if (is_modal) {
    read_numbers(decoder, coefficients, numbers);
  } else {
    memcpy(coefficients, numbers, decoder->n_rows * sizeof(float));
  }
  if (is_modal && order > LMU_DECODER_EXACT) {
    read_modes(decoder, estimate, numbers);
  } else {
    read_legendre(decoder, estimate, coefficients);
  }
  return decoder->n_rows;
}
