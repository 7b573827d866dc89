// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/unit/plain_network.h"

#include "core/base/status.h"
#include "core/memory/setup/discretise.h"
#include "core/nn/rt/cell.h"
#include "core/nn/setup/graph.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// State of one layer
typedef struct {
  double* ad; ///< [order][order]
  double* bd; ///< [order]
  double* m;  ///< [memory_d][order]
  double* h;  ///< [n_outputs]
  double* c;  ///< [units]
} PlainLayer;

struct PlainNetworkImpl {
  const LmuGraph* graph;
  PlainLayer      layers[LMU_MAX_LAYERS];
};

static double*
numbers(const size_t count)
{
  double* const result = (double*)calloc(count + 1U, sizeof(double));
  ck_assert_ptr_nonnull(result);
  return result;
}

/// Discretise, and go from the orthonormal basis to the paper's
static void
make_step(const LmuLayer* const layer,
          const double          theta,
          PlainLayer* const     plain)
{
  const uint32_t d = layer->order;
  ck_assert_int_eq(
    lmu_discretise(
      plain->ad, plain->bd, d, theta, layer->method, layer->stages),
    LMU_SUCCESS);
  for (uint32_t i = 0U; i < d; ++i) {
    plain->bd[i] *= sqrt((2.0 * i) + 1.0);
    for (uint32_t j = 0U; j < d; ++j) {
      plain->ad[(i * d) + j] *= sqrt(((2.0 * i) + 1.0) / ((2.0 * j) + 1.0));
    }
  }
}

static void
make_layer(const LmuLayer* const layer,
           const double          factor,
           PlainLayer* const     plain)
{
  const uint32_t d = layer->order;
  plain->ad        = numbers((size_t)d * d);
  plain->bd        = numbers(d);
  plain->m         = numbers((size_t)d * layer->memory_d);
  plain->h         = numbers(layer->n_outputs);
  plain->c         = numbers(layer->units);
  if (layer->type == LMU_LAYER_LMU && layer->stored && factor == 1.0) {
    memcpy(plain->ad, layer->ad, sizeof(double) * d * d);
    memcpy(plain->bd, layer->bd, sizeof(double) * d);
  } else if (layer->type == LMU_LAYER_LMU) {
    make_step(layer, layer->theta * factor, plain);
  }
}

PlainNetwork*
plain_network_new(const LmuGraph* const graph, const double theta_factor)
{
  PlainNetwork* const self = (PlainNetwork*)calloc(1, sizeof(PlainNetwork));
  ck_assert_ptr_nonnull(self);
  self->graph = graph;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    make_layer(&graph->layers[i], theta_factor, &self->layers[i]);
  }
  return self;
}

void
plain_network_free(PlainNetwork* const network)
{
  for (uint32_t i = 0U; i < network->graph->n_layers; ++i) {
    free(network->layers[i].c);
    free(network->layers[i].h);
    free(network->layers[i].m);
    free(network->layers[i].bd);
    free(network->layers[i].ad);
  }
  free(network);
}

static double
activated(const LmuActivation function, const double x)
{
  switch (function) {
  case LMU_LINEAR:
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
  }
  return x;
}

/// Add x @ kernel to y, a kernel of `columns` columns
static void
add_product(double* const       y,
            const double* const x,
            const uint32_t      rows,
            const double* const kernel,
            const uint32_t      columns)
{
  for (uint32_t i = 0U; i < rows; ++i) {
    for (uint32_t j = 0U; j < columns; ++j) {
      y[j] += x[i] * kernel[(i * columns) + j];
    }
  }
}

/// Add a row of numbers, which may be null
static void
add_bias(double* const y, const double* const bias, const uint32_t count)
{
  for (uint32_t i = 0U; bias && i < count; ++i) {
    y[i] += bias[i];
  }
}

static void
step_memory(const LmuLayer* const layer,
            PlainLayer* const     plain,
            const double* const   x)
{
  const uint32_t d   = layer->order;
  const uint32_t n_u = layer->memory_d;
  double* const  u   = numbers(n_u);
  double* const  m   = numbers((size_t)d * n_u);
  add_product(u, x, layer->n_inputs, layer->kernel, n_u);
  add_bias(u, layer->bias, n_u);
  if (layer->hidden_to_memory) {
    add_product(u,
                plain->h,
                layer->n_outputs,
                layer->kernel + ((size_t)layer->n_inputs * n_u),
                n_u);
  }
  if (layer->memory_to_memory) {
    add_product(u, plain->m, d * n_u, layer->recurrent_kernel, n_u);
  }

  for (uint32_t i = 0U; i < d * n_u; ++i) {
    const uint32_t c = i / d;
    m[i]             = plain->bd[i % d] * u[c];
    for (uint32_t j = 0U; j < d; ++j) {
      m[i] += plain->ad[((i % d) * d) + j] * plain->m[(c * d) + j];
    }
  }
  memcpy(plain->m, m, sizeof(double) * d * n_u);
  free(m);
  free(u);
}

static void
step_lstm(const LmuLayer* const layer,
          PlainLayer* const     plain,
          const double* const   g)
{
  const uint32_t n = layer->units;
  for (uint32_t i = 0U; i < n; ++i) {
    const double in     = activated(layer->recurrent_activation, g[i]);
    const double forget = activated(layer->recurrent_activation, g[n + i]);
    const double next   = activated(layer->activation, g[(2U * n) + i]);
    const double out = activated(layer->recurrent_activation, g[(3U * n) + i]);
    plain->c[i]      = (forget * plain->c[i]) + (in * next);
    plain->h[i]      = out * activated(layer->activation, plain->c[i]);
  }
}

static void
step_gru(const LmuLayer* const layer, PlainLayer* const plain, double* const g)
{
  const uint32_t      n      = layer->units;
  const double* const kernel = layer->hidden_recurrent;
  double* const       past   = numbers(3UL * n);
  double* const       h      = numbers(n);
  add_product(past, plain->h, n, kernel, 3U * n);
  if (layer->reset_after && layer->hidden_bias) {
    add_bias(past, layer->hidden_bias + (3UL * n), 3U * n);
  }
  for (uint32_t i = 0U; i < 2U * n; ++i) {
    g[i] = activated(layer->recurrent_activation, g[i] + past[i]);
  }
  for (uint32_t i = 0U; i < n; ++i) {
    double candidate = g[(2U * n) + i];
    if (layer->reset_after) {
      candidate += g[n + i] * past[(2U * n) + i];
    } else {
      for (uint32_t j = 0U; j < n; ++j) {
        candidate +=
          g[n + j] * plain->h[j] * kernel[(j * 3U * n) + (2U * n) + i];
      }
    }
    candidate = activated(layer->activation, candidate);
    h[i]      = (g[i] * plain->h[i]) + ((1.0 - g[i]) * candidate);
  }
  memcpy(plain->h, h, sizeof(double) * n);
  free(h);
  free(past);
}

static void
step_cell(const LmuLayer* const layer,
          PlainLayer* const     plain,
          const double* const   x)
{
  const uint32_t n_m = layer->order * layer->memory_d;
  const uint32_t n_g = lmu_cell_gates(layer->cell) * layer->units;
  double* const  g   = numbers(n_g);
  add_product(g, plain->m, n_m, layer->hidden_kernel, n_g);
  add_bias(g, layer->hidden_bias, n_g);
  if (layer->input_to_hidden) {
    add_product(
      g, x, layer->n_inputs, layer->hidden_kernel + ((size_t)n_m * n_g), n_g);
  }

  const bool adds =
    layer->cell == LMU_CELL_SIMPLE_RNN || layer->cell == LMU_CELL_LSTM;
  if (adds) {
    add_product(g, plain->h, layer->units, layer->hidden_recurrent, n_g);
  }
  if (layer->cell == LMU_CELL_LSTM) {
    step_lstm(layer, plain, g);
  } else if (layer->cell == LMU_CELL_GRU) {
    step_gru(layer, plain, g);
  } else {
    for (uint32_t i = 0U; i < layer->units; ++i) {
      plain->h[i] = activated(layer->activation, g[i]);
    }
  }
  free(g);
}

static void
step_layer(const LmuLayer* const layer,
           PlainLayer* const     plain,
           const double* const   x)
{
  if (layer->type == LMU_LAYER_DENSE) {
    memset(plain->h, 0, sizeof(double) * layer->units);
    add_product(plain->h, x, layer->n_inputs, layer->kernel, layer->units);
    add_bias(plain->h, layer->bias, layer->units);
    for (uint32_t i = 0U; i < layer->units; ++i) {
      plain->h[i] = activated(layer->activation, plain->h[i]);
    }
    return;
  }

  step_memory(layer, plain, x);
  if (layer->cell == LMU_CELL_NONE) {
    memcpy(plain->h, plain->m, sizeof(double) * layer->n_outputs);
  } else {
    step_cell(layer, plain, x);
  }
}

void
plain_network_step(PlainNetwork* const network,
                   const double* const input,
                   double* const       output)
{
  const LmuGraph* const graph = network->graph;
  const double*         x     = input;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    step_layer(&graph->layers[i], &network->layers[i], x);
    x = network->layers[i].h;
  }
  memcpy(output, x, sizeof(double) * graph->n_outputs);
}
