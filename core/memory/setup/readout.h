// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_SETUP_READOUT_H
#define LMU_CORE_MEMORY_SETUP_READOUT_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/memory/setup/modal.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Linear functionals of the window, as weights of its coefficients.

   An input held for a frame is centred half a frame late, so a delay is read at
   r = (delay + 1/2) / theta.  Holding also droops by sinc(f / rate), which the
   second derivative of the polynomials undoes to fourth order.  At the old end
   that derivative explodes, so it fades out from LMU_CURVATURE_END on.
*/

/// Place in the window above which curvature is not corrected
#define LMU_CURVATURE_END 0.97

/**
   Write weights that read a delay.

   @param weights Set to weights of orthonormal coefficients, [order].
   @param order Number of coefficients.
   @param theta Window [frames].
   @param delay How long ago to read [frames], from 0 to theta - 1/2.
   @param correct Whether to undo the droop.
*/
LMU_SETUP void
lmu_readout_delay(double*  weights,
                  uint32_t order,
                  double   theta,
                  double   delay,
                  bool     correct);

/// Write weights that read coefficient `index` in the paper's scaling
LMU_SETUP void
lmu_readout_coefficient(double* weights, uint32_t order, uint32_t index);

/**
   Turn weights of coefficients into weights of modes.

   @param modal Modes.
   @param weights Weights of the first orthonormal coefficients, the others
   weigh nothing, [n_readouts][n_weights].
   @param n_weights Number of these, at most the order.
   @param n_readouts Number of readouts.
   @param out Set to weights of modes, [n_readouts][n_blocks][2][LMU_LANES].
   @return LMU_NO_MEMORY on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_readout_modal(const LmuModal* modal,
                  const double*   weights,
                  uint32_t        n_weights,
                  uint32_t        n_readouts,
                  float*          out);

#endif // LMU_CORE_MEMORY_SETUP_READOUT_H
