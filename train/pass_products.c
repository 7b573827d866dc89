// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/graph.h"
#include "core/nn/setup/sources.h"
#include "train/kernels/kernels.h"
#include "train/network.h"
#include "train/pass.h"
#include "train/pass_parts.h"
#include "train/real.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

LmuTrainMatrix
lmu_pass_kernel(const LmuTrainPass* const pass,
                const LmuPassLayer* const self,
                const LmuRole             role,
                const uint32_t            first_row,
                const uint32_t            n_rows)
{
  // y = x kernel, so a row of the product is a column of the kernel
  const LmuTrainGroup group =
    lmu_train_network_group(pass->network, self->index, role);
  const LmuTrainMatrix matrix = {pass->network->values + group.offset +
                                   ((size_t)first_row * group.n_columns),
                                 group.n_columns,
                                 n_rows,
                                 1U,
                                 group.n_columns};
  return matrix;
}

void
lmu_pass_bias(const LmuPassFrame* const frame,
              const LmuRole             role,
              const uint32_t            row,
              LmuReal* const            y,
              const uint32_t            width)
{
  const LmuTrainPass* const pass = frame->pass;
  const LmuTrainGroup       group =
    lmu_train_network_group(pass->network, frame->self->index, role);
  const LmuReal* const bias =
    pass->network->values + group.offset + ((size_t)row * group.n_columns);
  for (size_t i = 0U; i < width; ++i) {
    const LmuReal value = (row < group.n_rows) ? bias[i] : 0;
    for (size_t j = 0U; j < pass->lanes; ++j) {
      y[(i * pass->lanes) + j] = value;
    }
  }
}

/// Return the numbers of a source in all frames
static LmuTrainFrames
frames_of(const LmuTrainPass* const pass, const uint32_t source)
{
  const uint32_t width = lmu_source_width(pass->network->graph, source);
  return lmu_pass_frames(pass,
                         (source == LMU_SOURCE_INPUT) ? pass->input
                                                      : pass->layers[source].y,
                         width);
}

void
lmu_pass_add_sources(const LmuPassFrame* const frame,
                     const LmuRole             role,
                     const uint32_t            first_row,
                     LmuReal* const            y)
{
  const LmuTrainPass* const pass = frame->pass;
  const LmuPassLayer* const self = frame->self;
  uint32_t                  row  = first_row;
  for (uint32_t i = 0U; i < lmu_layer_n_sources(self->layer); ++i) {
    const LmuTrainFrames x =
      frames_of(pass, lmu_layer_source(pass->network->graph, self->index, i));
    const LmuTrainMatrix kernel =
      lmu_pass_kernel(pass, self, role, row, x.n_units);
    pass->kernels->multiply(
      &kernel, x.values + (frame->t * x.stride), y, pass->lanes);
    row += x.n_units;
  }
}

void
lmu_pass_add_source_slopes(const LmuPassFrame* const frame,
                           const LmuRole             role,
                           const uint32_t            first_row,
                           const LmuReal* const      dy)
{
  const LmuTrainPass* const pass  = frame->pass;
  const LmuPassLayer* const self  = frame->self;
  const LmuGraph* const     graph = pass->network->graph;
  uint32_t                  row   = first_row;
  for (uint32_t i = 0U; i < lmu_layer_n_sources(self->layer); ++i) {
    const uint32_t source = lmu_layer_source(graph, self->index, i);
    const uint32_t width  = lmu_source_width(graph, source);
    LmuReal* const slopes = lmu_pass_source_slopes(pass, source);
    if (slopes) {
      const LmuTrainMatrix kernel =
        lmu_pass_transpose(lmu_pass_kernel(pass, self, role, row, width));
      pass->kernels->multiply(
        &kernel, dy, lmu_pass_at(pass, slopes, width, frame->t), pass->lanes);
    }
    row += width;
  }
}

void
lmu_pass_gradient(const LmuTrainPass* const    pass,
                  const LmuPassLayer* const    self,
                  const LmuPassGradient* const what,
                  LmuReal* const               gradient)
{
  const LmuTrainGroup group =
    lmu_train_network_group(pass->network, self->index, what->role);
  const LmuTrainProducts products = {
    gradient + group.offset + ((size_t)what->first_row * group.n_columns) +
      what->first_column,
    group.n_columns,
    what->x,
    what->slope,
    pass->n_frames,
    pass->lanes};
  pass->kernels->outer(&products);
}

void
lmu_pass_source_gradient(const LmuTrainPass* const pass,
                         const LmuPassLayer* const self,
                         const LmuPassGradient     what,
                         LmuReal* const            gradient)
{
  LmuPassGradient part = what;
  for (uint32_t i = 0U; i < lmu_layer_n_sources(self->layer); ++i) {
    part.x =
      frames_of(pass, lmu_layer_source(pass->network->graph, self->index, i));
    lmu_pass_gradient(pass, self, &part, gradient);
    part.first_row += part.x.n_units;
  }
}

/// Return the sum of a unit over frames and lanes, which are added up side by
/// side
static LmuReal
sum_of(const LmuTrainFrames* const x,
       const uint32_t              unit,
       const uint32_t              n_frames,
       const uint32_t              lanes)
{
  LmuReal sums[LMU_TRAIN_LANES] = {0};
  LmuReal sum                   = 0;
  for (size_t t = 0U; t < n_frames; ++t) {
    const LmuReal* const row =
      x->values + (t * x->stride) + ((size_t)unit * lanes);
    for (size_t i = 0U; i < lanes; i += LMU_TRAIN_LANES) {
      for (size_t j = 0U; j < LMU_TRAIN_LANES; ++j) {
        sums[j] += row[i + j];
      }
    }
  }
  for (size_t j = 0U; j < LMU_TRAIN_LANES; ++j) {
    sum += sums[j];
  }
  return sum;
}

void
lmu_pass_bias_gradient(const LmuTrainPass* const    pass,
                       const LmuPassLayer* const    self,
                       const LmuPassGradient* const what,
                       LmuReal* const               gradient)
{
  const LmuTrainGroup group =
    lmu_train_network_group(pass->network, self->index, what->role);
  LmuReal* const sums = gradient + group.offset +
                        ((size_t)what->first_row * group.n_columns) +
                        what->first_column;
  for (uint32_t i = 0U;
       what->first_row < group.n_rows && i < what->slope.n_units;
       ++i) {
    sums[i] += sum_of(&what->slope, i, pass->n_frames, pass->lanes);
  }
}
