// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/rt/tuning.h"

#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/pade.h"

#include <assert.h>
#include <stdint.h>

uint32_t
lmu_tuning_size(const LmuModes* const modes, const uint32_t stages)
{
  return modes->n_blocks * (1U + stages) * LMU_BLOCK;
}

/// Set the gain of one pole, a / (2 / theta - sum of p^2 / (1/z - rho))
LMU_RT static float*
set_gain(float* const         gain,
         const double         drive,
         const LmuPole* const pole,
         const LmuPoleSum     sum)
{
  if (pole->rho_im == 0.0) {
    gain[0] = (float)(pole->a_re / (drive - sum.re));
    return gain + 1U;
  }

  const double re    = drive - sum.re;
  const double im    = -sum.im;
  const double scale = 1.0 / ((re * re) + (im * im));
  gain[0]            = (float)(((pole->a_re * re) + (pole->a_im * im)) * scale);
  gain[1]            = (float)(((pole->a_im * re) - (pole->a_re * im)) * scale);
  return gain + 2U;
}

void
lmu_tuning_set(LmuTuning* const        tuning,
               const LmuModes* const   modes,
               const double            theta,
               const LmuKernels* const kernels)
{
  assert(theta >= 1.0);

  LmuPoleSum sums[2] = {{0.0, 0.0}, {0.0, 0.0}};
  tuning->theta      = theta;
  tuning->drive      = (float)(2.0 / theta);
  kernels->tune(tuning, modes, sums);

  const LmuPade* const pade = lmu_pade(tuning->stages);
  float*               gain = tuning->gain;
  for (uint32_t i = 0U; i < pade->n_poles; ++i) {
    gain = set_gain(gain, 2.0 / theta, &pade->poles[i], sums[i]);
  }
}
