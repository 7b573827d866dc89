// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/readout.h"

#include "core/base/status.h"
#include "core/memory/rt/legendre.h"
#include "core/memory/rt/modes.h"
#include "core/memory/setup/eigenvectors.h"
#include "core/memory/setup/modal.h"
#include "core/memory/setup/paper_scale.h"

#include <complex.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// How much of the curvature to correct at a position in the window
static double
curvature_part(const double r)
{
  return fmin(fmax((1.0 - r) / (1.0 - LMU_CURVATURE_END), 0.0), 1.0);
}

void
lmu_readout_delay(double* const  weights,
                  const uint32_t order,
                  const double   theta,
                  const double   delay,
                  const bool     correct)
{
  const double r = (delay + 0.5) / theta;
  const double factor =
    correct ? curvature_part(r) / (6.0 * theta * theta) : 0.0;

  // (2 / theta)^2 / 24 of P'', which fades to nothing at the old end
  lmu_legendre_curvatures(weights, order, (2.0 * r) - 1.0);
  for (uint32_t n = 0U; n < order; ++n) {
    const double p = lmu_legendre(n, (2.0 * r) - 1.0);
    weights[n]     = (p - (factor * weights[n])) * lmu_paper_scale(n);
  }
}

void
lmu_readout_coefficient(double* const  weights,
                        const uint32_t order,
                        const uint32_t index)
{
  memset(weights, 0, sizeof(double) * order);
  if (index < order) {
    weights[index] = lmu_paper_scale(index);
  }
}

/// Return the weight of a mode and its conjugate in a functional
static double complex
mode_weight(const double* const         weights,
            const double complex* const vector,
            const uint32_t              order)
{
  double complex sum = 0.0;
  for (uint32_t n = 0U; n < order; ++n) {
    sum += weights[n] * vector[n];
  }
  return 2.0 * sum;
}

/// Set the weight of one mode in all readouts
static void
set_mode(float* const                out,
         const uint32_t              mode,
         const double complex* const v,
         const double* const         weights,
         const uint32_t              n_readouts,
         const LmuModes* const       modes)
{
  const size_t size = (size_t)modes->n_blocks * LMU_BLOCK;
  for (size_t j = 0U; j < n_readouts; ++j) {
    const double complex weight =
      mode_weight(weights + (j * modes->order), v, modes->order);
    float* const part = out + (j * size) + lmu_mode_index(mode);

    part[0]         = (float)creal(weight);
    part[LMU_LANES] = (float)-cimag(weight);
  }
}

LmuStatus
lmu_readout_modal(const LmuModal* const modal,
                  const double* const   weights,
                  const uint32_t        n_readouts,
                  float* const          out)
{
  const LmuModes* const modes = lmu_modal_modes(modal);
  const size_t          size  = (size_t)modes->n_blocks * LMU_BLOCK;
  double complex* const work  = lmu_modal_work(modes->order);
  if (!work) {
    return LMU_NO_MEMORY;
  }

  memset(out, 0, sizeof(float) * n_readouts * size);
  for (uint32_t k = 0U; k < modes->n_modes; k += LMU_EIGENVECTORS) {
    const double complex* v = lmu_modal_vectors(modal, k, work);
    for (uint32_t i = 0U; i < lmu_modal_group(modal, k); ++i) {
      set_mode(
        out, k + i, v + ((size_t)i * modes->order), weights, n_readouts, modes);
    }
  }
  free(work);
  return LMU_SUCCESS;
}
