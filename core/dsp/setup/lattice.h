// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_DSP_SETUP_LATTICE_H
#define LMU_CORE_DSP_SETUP_LATTICE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/dsp/rt/lattice.h"
#include "core/kernels/rt/kernels.h"

#include <stdint.h>

/**
   @file
   Making of predictors that are found over and over.
*/

/// What a predictor is to be
typedef struct {
  uint32_t          n_channels; ///< 1 or 2, of one predictor
  uint32_t          order;      ///< A multiple of LMU_LATTICE_STEP
  uint32_t          window;     ///< Frames to learn from, more than the order
  uint32_t          n_parts;    ///< Frames that a pass takes, 1 or more
  const LmuKernels* kernels;    ///< Or null for the best
} LmuLatticeSpec;

/**
   Make a predictor, of silence at first.

   @param lattice Set to a new one, or to null on error.
   @param spec What it is to be.
   @return LMU_BAD_ORDER, LMU_BAD_VALUE, or LMU_NO_MEMORY on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_lattice_new(LmuLattice** lattice, const LmuLatticeSpec* spec);

/// Free a predictor, or do nothing if it is null
LMU_SETUP void
lmu_lattice_free(LmuLattice* lattice);

#endif // LMU_CORE_DSP_SETUP_LATTICE_H
