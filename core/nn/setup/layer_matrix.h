// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_SETUP_LAYER_MATRIX_H
#define LMU_CORE_NN_SETUP_LAYER_MATRIX_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   One layer as matrices in float64: all that is linear in a frame.

   With v = [m; h; x] as columns, h only if it recurs, and m orthonormal:

       u     = encode v
       m     = step m + drive u        for each channel of memory_d
       gates = gate v

   Rows of gates are padded to LMU_LANES, each gate apart.  A GRU has four: z,
   r, what [m; x] adds to the candidate, and what h adds to it.  Without a
   memory there are no channels, and v is [h; x].
*/

/// Matrices of one layer, owned by the heap
typedef struct {
  uint32_t order;    ///< d
  uint32_t channels; ///< memory_d
  uint32_t memory;   ///< Columns of m, channels * order
  uint32_t inputs;   ///< Columns of x
  uint32_t hidden;   ///< Columns of h, or zero
  uint32_t columns;  ///< All columns
  uint32_t units;    ///< Units of the hidden cell
  uint32_t rows;     ///< Rows of gates, padded
  uint32_t n_steps;  ///< Steps: channels, one that all have, or zero

  double* step;        ///< Ad, [n_steps][order][order]
  double* drive;       ///< Bd, [n_steps][order]
  double* encode;      ///< [channels][columns]
  double* encode_base; ///< [channels]
  double* gates;       ///< [rows][columns]
  double* gates_base;  ///< [rows]
  double* candidate;   ///< GRU that resets before: [padded units][units]
  double* scale;       ///< What makes m the paper's, [memory]
} LmuLayerMatrix;

/**
   Write the matrices of a layer.

   @param matrix Set to matrices, call lmu_layer_matrix_clear() in any case.
   @param layer Index of a layer.
   @param theta_factor Factor of all windows.
   @param stored Whether to use the layer's own Ad and Bd.
   @return LMU_BAD_THETA, LMU_UNSTABLE, or LMU_NO_MEMORY on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_layer_matrix_init(LmuLayerMatrix* matrix,
                      const LmuGraph* graph,
                      uint32_t        layer,
                      double          theta_factor,
                      bool            stored);

/// Return the step of a channel, [order][order]
LMU_SETUP const double*
lmu_layer_matrix_step(const LmuLayerMatrix* matrix, uint32_t channel);

/// Return what a channel adds to a step for its input, [order]
LMU_SETUP const double*
lmu_layer_matrix_drive(const LmuLayerMatrix* matrix, uint32_t channel);

/// Free matrices
LMU_SETUP void
lmu_layer_matrix_clear(LmuLayerMatrix* matrix);

/// Return how many groups of rows the gates of a layer have
LMU_SETUP uint32_t
lmu_row_groups(const LmuLayer* layer);

/// Return a number of rows or numbers as whole blocks of LMU_LANES
LMU_SETUP uint32_t
lmu_padded(uint32_t count);

#endif // LMU_CORE_NN_SETUP_LAYER_MATRIX_H
