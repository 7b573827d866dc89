// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/forecast/forecast_network.h"

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "tools/base/allocate.h"
#include "tools/base/failure.h"
#include "tools/forecast/normal_equations.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Describe a memory whose hidden cell is a matrix of [m, x]
static void
set_layer(LmuLayer* const layer,
          const uint32_t  n_inputs,
          const uint32_t  order,
          const double    theta)
{
  layer->type            = LMU_LAYER_LMU;
  layer->n_inputs        = n_inputs;
  layer->order           = order;
  layer->memory_d        = 1U;
  layer->theta[0]        = theta;
  layer->method          = LMU_ZOH;
  layer->cell            = LMU_CELL_DENSE;
  layer->activation      = LMU_LINEAR;
  layer->input_to_hidden = true;
  layer->units           = order + n_inputs;
}

/// Have a layer take its last input alone into its memory, and put out [m, x]
static void
set_identity(const LmuGraph* const graph, const uint32_t index)
{
  const LmuLayer* const layer  = &graph->layers[index];
  const size_t          n      = layer->units;
  double* const         kernel = lmu_layer_values(graph, index, LMU_KERNEL);
  double* const hidden = lmu_layer_values(graph, index, LMU_CELL_KERNEL);
  kernel[layer->n_inputs - 1U] = 1.0;
  for (size_t i = 0U; i < n; ++i) {
    hidden[(i * n) + i] = 1.0;
  }
}

/// Pass on why a graph cannot be
static LmuExit
pass_on(LmuFailure* const     error,
        const LmuStatus       status,
        const LmuError* const reason)
{
  return status ? lmu_failure_set(error, LMU_EXIT_BAD_VALUE, "%s", reason->text)
                : LMU_EXIT_SUCCESS;
}

static LmuExit
allocate(const LmuForecastNetwork* const self, LmuFailure* const error)
{
  LmuError        reason = {""};
  const LmuStatus status = lmu_graph_allocate(self->graph, &reason);
  return pass_on(error, status, &reason);
}

LmuExit
lmu_forecast_network_init(LmuForecastNetwork* const    forecaster,
                          LmuFailure* const            error,
                          const LmuForecastSpec* const spec)
{
  memset(forecaster, 0, sizeof(*forecaster));
  LmuGraph* const graph = lmu_graph_new();
  if (!graph) {
    return lmu_failure_core(error, NULL, LMU_NO_MEMORY, "out of memory");
  }

  forecaster->spec       = *spec;
  forecaster->n_features = spec->order + spec->recent + 1U;
  forecaster->graph      = graph;
  graph->metadata.rate   = spec->rate;
  if (spec->recent) {
    LmuLayer* const layer = &graph->layers[graph->n_layers++];
    set_layer(layer, 1U, spec->recent, spec->recent);
  }
  LmuLayer* const last = &graph->layers[graph->n_layers++];
  set_layer(last, spec->recent + 1U, spec->order, spec->theta);

  const LmuExit status = allocate(forecaster, error);
  for (uint32_t i = 0U; !status && i < graph->n_layers; ++i) {
    set_identity(graph, i);
  }
  return status;
}

void
lmu_forecast_network_reset(LmuForecastNetwork* const forecaster)
{
  lmu_graph_free(forecaster->graph);
  forecaster->graph = NULL;
}

/// Return the factor from 0 to 1 that makes weights best for a target
static double
best_factor(const LmuNormalEquations* const equations,
            const uint32_t                  target,
            const double* const             weights)
{
  const double power = lmu_normal_equations_power(equations, weights);
  const double product =
    lmu_normal_equations_product(equations, target, weights);
  return (power > 0.0) ? fmin(fmax(product / power, 0.0), 1.0) : 0.0;
}

/// Shrink the weights of all horizons, and set what they gain
static void
judge(LmuForecastNetwork* const       self,
      double* const                   weights,
      const LmuNormalEquations* const training,
      const LmuNormalEquations* const validation,
      const LmuNormalEquations* const test)
{
  LmuForecastGains* const gains  = &self->gains;
  const uint32_t          n      = self->n_features;
  double* const           newest = (double*)lmu_allocate(n, sizeof(double));
  newest[n - 1U]                 = 1.0;
  gains->mean_validated          = 0.0;
  for (uint32_t k = 0U; k < self->spec.n_horizons; ++k) {
    double* const w      = weights + ((size_t)k * n);
    const double  factor = best_factor(validation, k, w);
    for (uint32_t i = 0U; i < n; ++i) {
      w[i] = (double)(float)(factor * w[i]);
    }
    gains->trained[k]     = lmu_normal_equations_gain_db(training, k, w);
    gains->validated[k]   = lmu_normal_equations_gain_db(validation, k, w);
    gains->tested[k]      = lmu_normal_equations_gain_db(test, k, w);
    gains->persistence[k] = lmu_normal_equations_gain_db(test, k, newest);
    gains->mean_validated += gains->validated[k] / self->spec.n_horizons;
  }
  free(newest);
}

/// Replace the last layer's matrix by weights, [n_horizons][n_features]
static LmuExit
set_readout(LmuForecastNetwork* const self,
            LmuFailure* const         error,
            const double* const       weights)
{
  LmuGraph* const graph     = self->graph;
  const uint32_t  last      = graph->n_layers - 1U;
  const uint32_t  n         = self->n_features;
  const uint32_t  units     = self->spec.n_horizons;
  graph->layers[last].units = units;

  const LmuExit status = allocate(self, error);
  double* const kernel = lmu_layer_values(graph, last, LMU_CELL_KERNEL);
  for (uint32_t i = 0U; !status && i < n; ++i) {
    for (uint32_t k = 0U; k < units; ++k) {
      kernel[((size_t)i * units) + k] = weights[((size_t)k * n) + i];
    }
  }
  graph->metadata.n_horizons = self->spec.n_horizons;
  memcpy(graph->metadata.horizons,
         self->spec.horizons,
         sizeof(graph->metadata.horizons));
  return status;
}

LmuExit
lmu_forecast_network_set(LmuForecastNetwork* const       forecaster,
                         LmuFailure* const               error,
                         const LmuNormalEquations* const training,
                         const LmuNormalEquations* const validation,
                         const LmuNormalEquations* const test)
{
  const size_t  count   = (size_t)forecaster->n_features * training->n_targets;
  double* const weights = (double*)lmu_allocate(count, sizeof(double));
  lmu_normal_equations_weights(weights, training, forecaster->spec.ridge);
  judge(forecaster, weights, training, validation, test);

  const LmuExit status = set_readout(forecaster, error, weights);
  LmuError      reason = {""};
  free(weights);
  return status ? status
                : pass_on(error,
                          lmu_graph_check(forecaster->graph, &reason),
                          &reason);
}
