// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_PASS_PARTS_H
#define LMU_TRAIN_PASS_PARTS_H

#include "core/base/attributes.h"
#include "core/base/setup/arena.h"
#include "core/nn/rt/cell.h"
#include "core/nn/rt/limits.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "train/kernels/kernels.h"
#include "train/network.h"
#include "train/pass.h"
#include "train/real.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   What layers of a pass keep, for its parts.

   Arrays of states begin with what was before the first frame.  A slope is what
   a change of a number does to the loss, and the array of the same name with d
   before it.
*/

/// One layer in a pass.  All are of `lanes` numbers in rows.
typedef struct {
  const LmuLayer* layer;
  uint32_t        index;   ///< Of the layer
  uint32_t        n_gates; ///< Columns of the cell's kernels
  uint32_t        n_m;     ///< Coefficients of the memory

  LmuReal* m;      ///< Memory, [frames + 1][n_m]
  LmuReal* u;      ///< What is written to it, [frames][memory_d]
  LmuReal* h;      ///< Hidden state, [frames + 1][n_outputs], m if no cell
  LmuReal* c;      ///< State of an LSTM, [frames + 1][units]
  LmuReal* before; ///< Gates before activation, [frames][n_gates], or gates
  LmuReal* gates;  ///< Gates, [frames][n_gates], h without its first if that
                   ///< is the same
  LmuReal* active; ///< An LSTM's activated c, [frames][units]
  LmuReal* past;   ///< What a GRU's candidate hears of h, [frames][units]
  LmuReal* y;      ///< Output, [frames][n_outputs], h without its first if
                   ///< nothing is added

  LmuReal* dy;     ///< Slope of y, [frames][n_outputs]
  LmuReal* dgates; ///< [frames][n_gates]
  LmuReal* dm;     ///< [frames + 1][n_m], of what m becomes
  LmuReal* du;     ///< [frames][memory_d]
  LmuReal* dpast;  ///< [frames][units]
  LmuReal* dh;     ///< Of the state that the frame before left, [n_outputs]
  LmuReal* dc;     ///< The same of c, [units]
  LmuReal* work;   ///< Scratch, [largest width]
} LmuPassLayer;

struct LmuTrainPassImpl {
  LmuArena               arena;
  const LmuTrainNetwork* network;
  const LmuTrainKernels* kernels;
  uint32_t               frames;   ///< Most frames
  uint32_t               n_frames; ///< Frames of the last forward pass
  uint32_t               lanes;
  const LmuReal*         input;       ///< Of the last forward pass
  LmuReal*               input_slope; ///< Of a backward pass, or null
  LmuPassLayer           layers[LMU_MAX_LAYERS];
};

/// A frame of one layer
typedef struct {
  LmuTrainPass* pass;
  LmuPassLayer* self;
  uint32_t      t;
} LmuPassFrame;

/// Return a row of an array of vectors
static inline LmuReal*
lmu_pass_at(const LmuTrainPass* const pass,
            LmuReal* const            values,
            const uint32_t            width,
            const uint32_t            t)
{
  return values + ((size_t)t * width * pass->lanes);
}

/// Return the slopes of a source in all frames, or null if nobody asked
static inline LmuReal*
lmu_pass_source_slopes(const LmuTrainPass* const pass, const uint32_t source)
{
  return (source == LMU_SOURCE_INPUT) ? pass->input_slope
                                      : pass->layers[source].dy;
}

/// Return the kernel of some rows of a parameter, n_rows may be zero
LmuTrainMatrix
lmu_pass_kernel(const LmuTrainPass* pass,
                const LmuPassLayer* self,
                LmuRole             role,
                uint32_t            first_row,
                uint32_t            n_rows);

/// Return the transpose of a matrix
static inline LmuTrainMatrix
lmu_pass_transpose(const LmuTrainMatrix m)
{
  const LmuTrainMatrix result = {
    m.values, m.n_columns, m.n_rows, m.column_stride, m.row_stride};
  return result;
}

/// Set y to a bias in all lanes, or to zero
void
lmu_pass_bias(const LmuPassFrame* frame,
              LmuRole             role,
              uint32_t            row,
              LmuReal*            y,
              uint32_t            width);

/// Add what the sources of a layer contribute to y through rows of a kernel
void
lmu_pass_add_sources(const LmuPassFrame* frame,
                     LmuRole             role,
                     uint32_t            first_row,
                     LmuReal*            y);

/// Add to the slopes of the sources what a slope of y does through rows of a
/// kernel
void
lmu_pass_add_source_slopes(const LmuPassFrame* frame,
                           LmuRole             role,
                           uint32_t            first_row,
                           const LmuReal*      dy);

/// Vectors whose products with slopes are the gradient of a kernel
typedef struct {
  LmuRole        role;
  uint32_t       first_row;    ///< Of the kernel
  uint32_t       first_column; ///< Of the kernel
  LmuTrainFrames x;            ///< What the rows are multiplied by
  LmuTrainFrames slope;        ///< Slope of what comes out
} LmuPassGradient;

/// Add the gradient of a kernel
void
lmu_pass_gradient(const LmuTrainPass*    pass,
                  const LmuPassLayer*    self,
                  const LmuPassGradient* what,
                  LmuReal*               gradient);

/// Add the gradient of rows of a kernel that the sources are multiplied by
void
lmu_pass_source_gradient(const LmuTrainPass* pass,
                         const LmuPassLayer* self,
                         LmuPassGradient     what,
                         LmuReal*            gradient);

/// Add the gradient of a bias in its first row, whose x is not read
void
lmu_pass_bias_gradient(const LmuTrainPass*    pass,
                       const LmuPassLayer*    self,
                       const LmuPassGradient* what,
                       LmuReal*               gradient);

/// Return vectors of an array
static inline LmuTrainFrames
lmu_pass_frames(const LmuTrainPass* const pass,
                const LmuReal* const      values,
                const uint32_t            width)
{
  const LmuTrainFrames result = {values, width, (size_t)width * pass->lanes};
  return result;
}

/* Memory */

/// Set u and m
void
lmu_pass_memory_forward(const LmuPassFrame* frame);

/// Set du, and what dm of the frame before and dh hear of it
void
lmu_pass_memory_backward(const LmuPassFrame* frame);

/// Add the gradients of all that a memory has
void
lmu_pass_memory_gradient(const LmuTrainPass* pass,
                         const LmuPassLayer* self,
                         LmuReal*            gradient);

/* Cells */

/// Set gates and h
void
lmu_pass_cell_forward(const LmuPassFrame* frame);

/// Set dgates from dy and dh, dh to what the frame before is to hear, and add
/// to dm and to the sources
void
lmu_pass_cell_backward(const LmuPassFrame* frame);

/// Add the gradients of all that a cell has
void
lmu_pass_cell_gradient(const LmuTrainPass* pass,
                       const LmuPassLayer* self,
                       LmuReal*            gradient);

/// The same of an LSTM's gates alone, which are not yet activated
void
lmu_pass_lstm_forward(const LmuPassFrame* frame);
void
lmu_pass_lstm_backward(const LmuPassFrame* frame, const LmuReal* dh);

/// The same of a GRU's; its `work` has what of dh does not pass through gates
void
lmu_pass_gru_forward(const LmuPassFrame* frame);
void
lmu_pass_gru_backward(const LmuPassFrame* frame, const LmuReal* dh);
void
lmu_pass_gru_gradient(const LmuTrainPass* pass,
                      const LmuPassLayer* self,
                      LmuReal*            gradient);

/// Return whether a layer's gates are what it is, of one activation each
static inline bool
lmu_pass_gates_are_h(const LmuLayer* const layer)
{
  const LmuCell cell = lmu_layer_cell(layer);
  return layer->activation != LMU_GATED &&
         (cell == LMU_CELL_DENSE || cell == LMU_CELL_SIMPLE_RNN);
}

/// Return a layer's activation, or that of its gates
static inline LmuTrainFunction
lmu_pass_activation(const LmuLayer* const layer)
{
  const LmuTrainFunction result = {layer->activation, (LmuReal)layer->slope};
  return result;
}

static inline LmuTrainFunction
lmu_pass_gate(const LmuLayer* const layer)
{
  const LmuTrainFunction result = {layer->recurrent_activation,
                                   (LmuReal)layer->slope};
  return result;
}

#endif // LMU_TRAIN_PASS_PARTS_H
