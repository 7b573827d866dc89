// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/reference_cell.h"

#include "core/nn/rt/cell.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/reference_memory.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define TAU 6.28318530717958647693

double
lmu_reference_activate(const LmuActivation function,
                       const double        slope,
                       const double        x)
{
  switch (function) {
  case LMU_LINEAR:
  case LMU_GATED:
    break;
  case LMU_TANH:
    return tanh(x);
  case LMU_SIGMOID:
    return 1.0 / (1.0 + exp(-x));
  case LMU_RELU:
    return fmax(x, 0.0);
  case LMU_SOFTSIGN:
    return x / (1.0 + fabs(x));
  case LMU_HARD_SIGMOID:
    return fmin(fmax((x / 6.0) + 0.5, 0.0), 1.0);
  case LMU_GELU:
    return 0.5 * x * erfc(-x * sqrt(0.5));
  case LMU_GELU_TANH:
    return 0.5 * x *
           (1.0 + tanh(sqrt(4.0 / TAU) * (x + (0.044715 * x * x * x))));
  case LMU_ELU:
    return x > 0.0 ? x : expm1(x);
  case LMU_SELU:
    return LMU_SELU_SCALE * (x > 0.0 ? x : LMU_SELU_ALPHA * expm1(x));
  case LMU_LEAKY_RELU:
    return x > 0.0 ? x : slope * x;
  case LMU_SOFTPLUS:
    return fmax(x, 0.0) + log1p(exp(-fabs(x)));
  }
  return x;
}

static void
activate(const LmuLayer* const layer,
         const LmuActivation   function,
         double* const         x,
         const size_t          count)
{
  for (size_t i = 0U; i < count; ++i) {
    x[i] = lmu_reference_activate(function, layer->slope, x[i]);
  }
}

/// Add a row of numbers, which may be null
static void
add(double* const y, const double* const x, const size_t count)
{
  for (size_t i = 0U; x && i < count; ++i) {
    y[i] += x[i];
  }
}

/// Let the second half of a unit's columns gate the first
static void
gate(const LmuLayer* const layer, double* const x)
{
  const size_t  n = layer->units;
  double* const y = x + n;
  activate(layer, LMU_TANH, x, n);
  activate(layer, LMU_SIGMOID, y, n);
  for (size_t i = 0U; i < n; ++i) {
    x[i] *= y[i];
  }
}

/// Gates i, f, the candidate, o
static void
step_lstm(const LmuLayer* const layer,
          double* const         gates,
          double* const         h,
          double* const         c)
{
  const size_t  n      = layer->units;
  double* const forget = gates + n;
  double* const next   = gates + (2U * n);
  double* const out    = gates + (3U * n);
  activate(layer, layer->recurrent_activation, gates, 2U * n);
  activate(layer, layer->activation, next, n);
  activate(layer, layer->recurrent_activation, out, n);
  for (size_t i = 0U; i < n; ++i) {
    c[i] = (forget[i] * c[i]) + (gates[i] * next[i]);
    h[i] = c[i];
  }
  activate(layer, layer->activation, h, n);
  for (size_t i = 0U; i < n; ++i) {
    h[i] *= out[i];
  }
}

/// Add what h does to the candidate of a GRU, through the gate r
static void
add_past(const LmuReferenceCell* const cell,
         double* const                 gates,
         const double* const           past,
         const double* const           h)
{
  const size_t        n         = cell->layer->units;
  const double* const r         = gates + n;
  double* const       candidate = gates + (2U * n);
  for (size_t i = 0U; i < n && cell->layer->reset_after; ++i) {
    candidate[i] += r[i] * past[(2U * n) + i];
  }
  for (size_t j = 0U; j < n && !cell->layer->reset_after; ++j) {
    for (size_t i = 0U; i < n; ++i) {
      candidate[i] +=
        r[j] * h[j] * cell->recurrent[(j * 3U * n) + (2U * n) + i];
    }
  }
}

/// Gates z, r, the candidate
static void
step_gru(const LmuReferenceCell* const cell,
         double* const                 gates,
         double* const                 h)
{
  const LmuLayer* const layer = cell->layer;
  const uint32_t        n     = layer->units;
  double* const         past  = gates + (3UL * n);
  memset(past, 0, sizeof(double) * 3UL * n);
  lmu_reference_multiply(past, h, n, cell->recurrent, 3U * n);
  if (layer->reset_after && cell->bias) {
    add(past, cell->bias + (3UL * n), 3UL * n);
  }

  add(gates, past, 2UL * n);
  activate(layer, layer->recurrent_activation, gates, 2UL * n);
  add_past(cell, gates, past, h);
  activate(layer, layer->activation, gates + (2UL * n), n);
  for (uint32_t i = 0U; i < n; ++i) {
    h[i] = (gates[i] * h[i]) + ((1.0 - gates[i]) * gates[(2UL * n) + i]);
  }
}

void
lmu_reference_cell_step(const LmuReferenceCell* const cell,
                        double* const                 gates,
                        double* const                 h,
                        double* const                 c)
{
  const LmuLayer* const layer = cell->layer;
  const LmuCell         kind  = lmu_layer_cell(layer);
  const uint32_t        n     = lmu_layer_gates(layer) * layer->units;
  add(gates, cell->bias, n);
  if (kind == LMU_CELL_GRU) {
    step_gru(cell, gates, h);
    return;
  }

  lmu_reference_multiply(gates, h, layer->units, cell->recurrent, n);
  if (kind == LMU_CELL_LSTM) {
    step_lstm(layer, gates, h, c);
    return;
  }
  if (layer->activation == LMU_GATED) {
    gate(layer, gates);
  }
  activate(layer, layer->activation, gates, layer->units);
  memcpy(h, gates, sizeof(double) * layer->units);
}
