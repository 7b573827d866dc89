// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/readout.h"

#include "core/base/status.h"
#include "core/memory/rt/legendre.h"
#include "core/memory/rt/modes.h"
#include "core/memory/setup/modal.h"
#include "core/memory/setup/paper_scale.h"

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

/// Set the weights of a block of modes and their conjugates in a readout
static void
set_block(float* const out, const double* const sums)
{
  for (uint32_t i = 0U; i < LMU_LANES; ++i) {
    out[i]             = (float)(2.0 * sums[i]);
    out[LMU_LANES + i] = (float)(-2.0 * sums[LMU_LANES + i]);
  }
}

LmuStatus
lmu_readout_modal(const LmuModal* const modal,
                  const double* const   weights,
                  const uint32_t        n_weights,
                  const uint32_t        n_readouts,
                  float* const          out)
{
  const LmuModes* const modes = lmu_modal_modes(modal);
  const size_t          size  = (size_t)modes->n_blocks * LMU_BLOCK;
  double* const         work  = lmu_modal_work(n_weights);
  if (!work) {
    return LMU_NO_MEMORY;
  }

  for (size_t b = 0U; b < modes->n_blocks; ++b) {
    lmu_modal_vectors(modal, (uint32_t)b, n_weights, work);
    for (size_t j = 0U; j < n_readouts; ++j) {
      double sums[LMU_BLOCK];
      lmu_modal_project(work, weights + (j * n_weights), n_weights, 1.0, sums);
      set_block(out + (j * size) + (b * LMU_BLOCK), sums);
    }
  }
  free(work);
  return LMU_SUCCESS;
}
