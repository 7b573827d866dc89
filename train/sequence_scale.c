// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/sequence_scale.h"

#include "core/nn/setup/graph.h"
#include "train/fold.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Deviation, in parts of the mean's magnitude, below which a signal is
/// constant
#define CONSTANT 1e-6

/// Return what makes a signal standard
static LmuFoldGain
find_gain(const float* const values,
          const size_t       n_rows,
          const size_t       n_signals,
          const bool         shifts)
{
  double mean   = 0.0;
  double square = 0.0;
  for (size_t i = 0U; i < n_rows; ++i) {
    mean += (double)values[i * n_signals] / (double)n_rows;
  }
  const double offset = shifts ? mean : 0.0;
  for (size_t i = 0U; i < n_rows; ++i) {
    const double x = (double)values[i * n_signals] - offset;
    square += x * x / (double)n_rows;
  }
  const double      deviation = sqrt(square);
  const LmuFoldGain gain      = {
         deviation > CONSTANT * fabs(mean) ? 1.0 / deviation : 1.0, offset};
  return gain;
}

/// Set what makes all signals standard, or leaves them as they are
static void
find_gains(LmuFoldGain* const gains,
           const float* const values,
           const size_t       n_rows,
           const size_t       n_signals,
           const bool         shifts)
{
  for (size_t i = 0U; i < n_signals; ++i) {
    const LmuFoldGain none = {1.0, 0.0};
    gains[i] = values ? find_gain(values + i, n_rows, n_signals, shifts) : none;
  }
}

void
lmu_sequence_scale_find(LmuSequenceScale* const scale,
                        const LmuGraph* const   graph,
                        const float* const      input,
                        const size_t            n_rows,
                        const float* const      target,
                        const size_t            n_targets)
{
  const bool has_bias = graph->layers[graph->n_layers - 1U].cell_bias;
  find_gains(scale->input,
             lmu_fold_takes_input(graph) ? input : NULL,
             n_rows,
             graph->n_inputs,
             lmu_fold_shifts_input(graph));
  find_gains(scale->target,
             lmu_fold_takes_output(graph) ? target : NULL,
             n_targets,
             target ? graph->n_outputs : 0U,
             has_bias);
  for (uint32_t i = target ? graph->n_outputs : 0U; i < LMU_MAX_UNITS; ++i) {
    scale->target[i] = (LmuFoldGain){1.0, 0.0};
  }
}

void
lmu_sequence_scale_apply(const LmuFoldGain* const gains,
                         float* const             values,
                         const size_t             n_rows,
                         const size_t             n_signals)
{
  for (size_t i = 0U; i < n_rows * n_signals; ++i) {
    const LmuFoldGain* const gain = &gains[i % n_signals];
    values[i] = (float)(gain->gain * ((double)values[i] - gain->offset));
  }
}

/// Fold gains into both ends of a graph that can take them
static void
fold(LmuGraph* const          graph,
     const LmuFoldGain* const input,
     const LmuFoldGain* const output)
{
  if (lmu_fold_takes_input(graph)) {
    lmu_fold_inputs(graph, input);
  }
  if (lmu_fold_takes_output(graph)) {
    lmu_fold_outputs(graph, output);
  }
}

void
lmu_sequence_scale_enter(const LmuSequenceScale* const scale,
                         LmuGraph* const               graph)
{
  LmuFoldGain input[LMU_MAX_UNITS];
  for (uint32_t i = 0U; i < graph->n_inputs; ++i) {
    input[i] = lmu_fold_inverse(scale->input[i]);
  }
  fold(graph, input, scale->target);
}

void
lmu_sequence_scale_leave(const LmuSequenceScale* const scale,
                         LmuGraph* const               graph)
{
  LmuFoldGain output[LMU_MAX_UNITS];
  for (uint32_t i = 0U; i < LMU_MAX_UNITS; ++i) {
    output[i] = lmu_fold_inverse(scale->target[i]);
  }
  fold(graph, scale->input, output);
}
