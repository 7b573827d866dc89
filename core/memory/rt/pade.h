// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_RT_PADE_H
#define LMU_CORE_MEMORY_RT_PADE_H

#include "core/base/attributes.h"

#include <stdint.h>

/**
   @file
   Diagonal Pade approximants of exp(z), as sums over their poles:
   1 + sum a / (1/z - rho).
*/

/// Greatest number of stages s
#define LMU_MAX_STAGES 4U

/// Pole of the approximant, one of a conjugate pair or a real one
typedef struct {
  double rho_re; ///< Pole in 1/z
  double rho_im; ///< Zero if the pole is real
  double a_re;   ///< Residue
  double a_im;   ///< Zero if the pole is real
} LmuPole;

/// Poles of one approximant
typedef struct {
  uint32_t n_poles; ///< Real poles, and one of each conjugate pair
  LmuPole  poles[2];
} LmuPade;

/// Return the poles of the [stages/stages] Pade approximant of exp()
LMU_RT const LmuPade*
lmu_pade(uint32_t stages);

#endif // LMU_CORE_MEMORY_RT_PADE_H
