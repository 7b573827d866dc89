// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/network/report.h"

#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/bandwidth.h"
#include "core/nn/setup/network.h"
#include "core/nn/setup/parameters.h"
#include "tools/base/allocate.h"
#include "tools/base/clock.h"
#include "tools/network/growth.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEASURE_S 0.05 // Time to measure for, at least
#define N_MEASURES 5U  // Of which the fastest counts
#define LARGE 100.0    // Weights that training hardly ever makes
#define GROWS 1.0001   // Factor a frame that is no longer a rounding error
#define MIN_LEVEL 0.1f // Of the sound that is measured with

bool
lmu_graph_rescales(const LmuGraph* const graph)
{
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    if (lmu_layer_recurs(&graph->layers[i])) {
      return false;
    }
  }
  return true;
}

char*
lmu_graph_horizons_text(const LmuGraph* const graph)
{
  char* text = NULL;
  for (uint32_t i = 0U; i < graph->metadata.n_horizons; ++i) {
    char* const longer = lmu_allocate_text("%s%s%.4g",
                                           text ? text : "",
                                           text ? ", " : "",
                                           1e3 * lmu_graph_horizon_s(graph, i));
    free(text);
    text = longer;
  }
  if (!text) {
    return NULL;
  }

  char* const with_unit = lmu_allocate_text("%s ms", text);
  free(text);
  return with_unit;
}

/* Cost */

/// Return the time of a frame in a run of some length [ns]
static double
measure(const LmuNetwork* const network,
        LmuNetworkState* const  state,
        const float* const      input,
        float* const            output)
{
  const double start_s  = lmu_clock_s();
  double       past_s   = 0.0;
  uint64_t     n_frames = 0U;
  while (past_s < MEASURE_S / N_MEASURES) {
    lmu_network_process(network, state, input, LMU_NETWORK_FRAMES, output);
    n_frames += LMU_NETWORK_FRAMES;
    past_s = lmu_clock_s() - start_s;
  }
  return 1e9 * past_s / (double)n_frames;
}

static double
least_time(const LmuNetwork* const network, LmuNetworkState* const state)
{
  const uint32_t n_inputs = lmu_network_inputs(network);
  float* const   input =
    (float*)lmu_allocate(n_inputs, LMU_NETWORK_FRAMES * sizeof(float));
  float* const output = (float*)lmu_allocate(
    lmu_network_outputs(network), LMU_NETWORK_FRAMES * sizeof(float));
  for (uint32_t i = 0U; i < n_inputs * LMU_NETWORK_FRAMES; ++i) {
    input[i] = MIN_LEVEL * (float)sin((double)i);
  }

  double least = INFINITY;
  for (uint32_t i = 0U; i < N_MEASURES; ++i) {
    least = fmin(least, measure(network, state, input, output));
  }
  free(output);
  free(input);
  return least;
}

/* Warnings */

static void
warn(LmuReport* report, const char* format, ...)
  __attribute__((format(printf, 2, 3)));

static void
warn(LmuReport* const report, const char* const format, ...)
{
  char    text[512];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  if (report->n_warnings < LMU_MAX_WARNINGS) {
    report->warnings[report->n_warnings++] = lmu_allocate_text("%s", text);
  }
}

static void
check_rate(LmuReport* const report)
{
  static const double usual[] = {8e3,
                                 11025.0,
                                 16e3,
                                 22050.0,
                                 24e3,
                                 32e3,
                                 44100.0,
                                 48e3,
                                 88200.0,
                                 96e3,
                                 176400.0,
                                 192e3};
  const double        rate    = report->graph->metadata.rate;
  bool                known   = false;
  for (size_t i = 0U; i < sizeof(usual) / sizeof(usual[0]); ++i) {
    known = known || fabs(rate - usual[i]) < 1e-6;
  }
  if (rate <= 0.0) {
    warn(report,
         "The file names no sample rate, so the network runs at any rate as "
         "if it were made for it.");
  } else if (!known) {
    warn(report, "A sample rate of %g Hz is unusual; is it meant?", rate);
  }
}

static void
check_weights(LmuReport* const report, const uint32_t index)
{
  const LmuGraph* const graph = report->graph;
  for (uint32_t i = 0U; i < LMU_N_ROLES; ++i) {
    const LmuParameter* const parameter = &graph->layers[index].parameters[i];
    const double* const values = lmu_layer_values(graph, index, (LmuRole)i);
    double              peak   = 0.0;
    for (size_t j = 0U; j < lmu_parameter_count(parameter); ++j) {
      peak = fmax(peak, fabs(values[j]));
    }
    if (peak > LARGE) {
      warn(report,
           "Tensor layers.%u.%s has a value of %.3g, which is unusually large.",
           index,
           parameter->name,
           peak);
    }
  }
}

/// Warn of an order above what the shortest window holds
static void
check_order(LmuReport* const report, const uint32_t index)
{
  const LmuLayer* const layer = &report->graph->layers[index];
  const double          least = lmu_layer_shortest(layer);
  if (layer->order > lmu_useful_order(least)) {
    warn(report,
         "Layer %u has an order of %u, but %g frames hold no more than %.0f; "
         "the rest is above half the sample rate.",
         index,
         layer->order,
         least,
         lmu_useful_order(least));
  }
}

static void
check_memory(LmuReport* const report, const uint32_t index)
{
  const LmuLayer* const layer = &report->graph->layers[index];
  const double          growth =
    layer->memory_to_memory ? lmu_memory_growth(report->graph, index) : 0.0;
  if (growth > GROWS) {
    warn(report,
         "Layer %u feeds its memory back so that it grows %.5g times a frame "
         "by itself; it will be reset again and again.",
         index,
         growth);
  }
  check_order(report, index);
}

static void
check_all(LmuReport* const report)
{
  const LmuGraph* const graph = report->graph;
  check_rate(report);
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    check_weights(report, i);
    if (graph->layers[i].type == LMU_LAYER_LMU) {
      check_memory(report, i);
    }
  }
}

LmuExit
lmu_report_init(LmuReport* const        report,
                LmuFailure* const       error,
                const char* const       path,
                const LmuGraph* const   graph,
                const LmuNetwork* const network)
{
  memset(report, 0, sizeof(*report));
  report->path         = path;
  report->graph        = graph;
  report->network      = network;
  report->kernels      = lmu_kernels(0U)->name;
  report->n_parameters = lmu_graph_n_trainable(graph);

  LmuNetworkState* const state = lmu_network_state_new(network);
  if (!state) {
    return lmu_failure_core(error, path, LMU_NO_MEMORY, "out of memory");
  }
  report->frame_ns = least_time(network, state);
  lmu_network_state_free(state);

  check_all(report);
  return LMU_EXIT_SUCCESS;
}

void
lmu_report_reset(LmuReport* const report)
{
  for (uint32_t i = 0U; i < report->n_warnings; ++i) {
    free(report->warnings[i]);
  }
  memset(report, 0, sizeof(*report));
}
