// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/decoder.h"

#include "core/rt/modes.h"
#include "core/setup/modal.h"
#include "core/status.h"
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

struct LmuDecoderImpl {
  uint32_t  order;     ///< Order that is set up, 0 for none
  ViewBasis basis;     ///< Basis that is set up
  uint32_t  n_rows;    ///< Coefficients
  uint32_t  n_numbers; ///< Numbers of the memory
  float*    matrix;    ///< Coefficients of each number, [n_numbers][n_rows]
  double    x[POINTS]; ///< Places from the old end to the new, as in the paper
};

LmuDecoder*
lmu_decoder_new(void)
{
  LmuDecoder* const self = (LmuDecoder*)calloc(1U, sizeof(LmuDecoder));
  for (uint32_t i = 0U; self && i < POINTS; ++i) {
    self->x[i] = 1.0 - ((2.0 * i) + 1.0) / POINTS;
  }
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
  const uint32_t place = lmu_mode_place(mode);
  float* const   real  = self->matrix + ((size_t)place * self->n_rows);
  float* const   imaginary =
    self->matrix + ((size_t)(place + LMU_LANES) * self->n_rows);
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
  const uint32_t last = (uint32_t)(TAPER_END * self->order);
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
  self->n_numbers = view->n_numbers;
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

/// Write the sum of modes of a memory of high order at each place
static void
read_modes(const LmuDecoder* const self,
           float* const            estimate,
           const float* const      numbers)
{
  double       real[POINTS];
  double       imaginary[POINTS];
  double       step_real[POINTS];
  double       step_imaginary[POINTS];
  double       sum[POINTS] = {0.0};
  const double all         = TAPER_END * self->order;
  for (uint32_t i = 0U; i < POINTS; ++i) {
    const double r    = 0.5 * (1.0 + self->x[i]);
    real[i]           = cos(PI * r);
    imaginary[i]      = -sin(PI * r);
    step_real[i]      = cos(2.0 * PI * r);
    step_imaginary[i] = -sin(2.0 * PI * r);
  }

  // 2 Re(i e z) = -2 (Re e Im z + Im e Re z)
  for (uint32_t mode = 0U; mode < (uint32_t)all; ++mode) {
    const uint32_t place = lmu_mode_place(mode);
    const double   scale = -2.0 * taper(mode, self->order);
    const double   a     = scale * (double)numbers[place];
    const double   b     = scale * (double)numbers[place + LMU_LANES];
    for (uint32_t i = 0U; i < POINTS; ++i) {
      const double turned =
        (real[i] * step_real[i]) - (imaginary[i] * step_imaginary[i]);
      sum[i] += (real[i] * b) + (imaginary[i] * a);
      imaginary[i] =
        (real[i] * step_imaginary[i]) + (imaginary[i] * step_real[i]);
      real[i] = turned;
    }
  }
  for (uint32_t i = 0U; i < POINTS; ++i) {
    estimate[i] = (float)sum[i];
  }
}

/// Write the sum of Legendre polynomials at each place, by Clenshaw's rule
static void
read_legendre(const LmuDecoder* const self,
              float* const            estimate,
              const float* const      coefficients)
{
  double b1[POINTS] = {0.0};
  double b2[POINTS] = {0.0};
  for (uint32_t n = self->n_rows; n-- > 0U;) {
    const double a = ((2.0 * n) + 1.0) / (n + 1.0);
    const double c = (n + 1.0) / (n + 2.0);
    const double m = (double)coefficients[n];
    for (uint32_t i = 0U; i < POINTS; ++i) {
      const double b0 = m + (a * self->x[i] * b1[i]) - (c * b2[i]);
      b2[i]           = b1[i];
      b1[i]           = b0;
    }
  }
  for (uint32_t i = 0U; i < POINTS; ++i) {
    estimate[i] = (float)b1[i];
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

  const uint32_t n_rows = decoder->n_rows;
  if (decoder->basis == VIEW_COEFFICIENTS) {
    memcpy(coefficients, view->numbers, n_rows * sizeof(float));
  } else {
    memset(coefficients, 0, n_rows * sizeof(float));
    for (uint32_t i = 0U; i < decoder->n_numbers; ++i) {
      const float        number = view->numbers[i];
      const float* const column = decoder->matrix + ((size_t)i * n_rows);
      for (uint32_t n = 0U; n < n_rows; ++n) {
        coefficients[n] += number * column[n];
      }
    }
  }

  if (decoder->basis == VIEW_MODES && decoder->order > LMU_DECODER_EXACT) {
    read_modes(decoder, estimate, view->numbers);
  } else {
    read_legendre(decoder, estimate, coefficients);
  }
  return n_rows;
}
