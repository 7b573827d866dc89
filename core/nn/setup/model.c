// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/model.h"

#include "core/base/setup/aligned.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/dsp/rt/resampler.h"
#include "core/dsp/setup/resampler.h"
#include "core/nn/rt/model.h"
#include "core/nn/rt/network.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/// Loudness that a model is brought to [dBFS], and the most it is changed [dB]
#define LOUDNESS_DB (-18.0)
#define MAX_LOUDNESS_GAIN_DB 24.0

/// Rates that differ by less than this part are the same
#define SAME_RATE 1e-6

_Static_assert(LMU_MAX_HORIZONS == LMU_MAX_HORIZONS,
               "A model has room for all horizons");
_Static_assert(LMU_MAX_CONDITIONS == LMU_MAX_CONDITIONS,
               "A model has room for all conditions");

/// How a network runs at the host's rate
typedef struct {
  bool   resample;
  double theta_factor; ///< Factor of its windows
} Plan;

static bool
is_recurrent(const LmuGraph* const graph)
{
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    if (lmu_layer_recurs(&graph->layers[i])) {
      return true;
    }
  }
  return false;
}

/// Return whether the host's rate is not the one the network was made for
static bool
rate_differs(const LmuGraph* const graph, const LmuModelSpec* const spec)
{
  return graph->metadata.rate > 0.0 &&
         fabs((spec->rate / graph->metadata.rate) - 1.0) > SAME_RATE;
}

/// Decide what to do about the rate
static Plan
make_plan(const LmuGraph* const graph, const LmuModelSpec* const spec)
{
  Plan plan = {false, spec->theta_scale};
  if (!rate_differs(graph, spec) || spec->rate_mode == LMU_RATE_AS_IS) {
    return plan;
  }

  plan.resample = spec->rate_mode == LMU_RATE_RESAMPLE || is_recurrent(graph);
  if (!plan.resample) {
    plan.theta_factor *= spec->rate / graph->metadata.rate;
  }
  return plan;
}

/// Return the network's own latency [frames of the host]
static double
own_latency(const LmuGraph* const graph, const LmuModelSpec* const spec)
{
  const bool in_seconds =
    rate_differs(graph, spec) && spec->rate_mode != LMU_RATE_AS_IS;

  return round(graph->metadata.latency *
               (in_seconds ? spec->rate / graph->metadata.rate : 1.0));
}

/// Set how far ahead outputs predict: longer windows see longer waves, whose
/// future is as much longer
static void
set_horizons(LmuModel* const           model,
             const LmuGraph* const     graph,
             const LmuModelSpec* const spec)
{
  const bool in_seconds =
    rate_differs(graph, spec) && spec->rate_mode != LMU_RATE_AS_IS;
  const double factor =
    spec->theta_scale * (in_seconds ? spec->rate / graph->metadata.rate : 1.0);
  model->n_horizons = graph->metadata.n_horizons;
  for (uint32_t i = 0U; i < graph->metadata.n_horizons; ++i) {
    model->horizons[i] = factor * graph->metadata.horizons[i];
  }
}

/// Make the network, and change a plan that is not possible
static LmuStatus
make_network(LmuNetwork** const        network,
             Plan* const               plan,
             const LmuGraph* const     graph,
             const LmuModelSpec* const spec,
             LmuError* const           error)
{
  LmuStatus status = lmu_network_new(network, graph, plan->theta_factor, error);
  const bool scaled = plan->theta_factor != spec->theta_scale;
  if (scaled && (status == LMU_BAD_THETA || status == LMU_UNSTABLE)) {
    // At a lower rate its window has too few frames
    plan->resample     = true;
    plan->theta_factor = spec->theta_scale;
    status = lmu_network_new(network, graph, plan->theta_factor, error);
    if (!status && error) {
      error->text[0] = '\0';
    }
  }
  return status;
}

/// Check that the inputs of a network fit the channels
static LmuStatus
check_inputs(const LmuGraph* const     graph,
             const LmuModelSpec* const spec,
             LmuError* const           error)
{
  const uint32_t n_audio = graph->n_inputs - graph->metadata.n_conditions;
  if (n_audio == 1U || (n_audio == 2U && spec->n_channels == 2U)) {
    return LMU_SUCCESS;
  }
  if (n_audio == 2U) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "the network hears two channels; load it in LMU Model "
                         "Stereo");
  }
  return lmu_error_set(error,
                       LMU_BAD_MODEL,
                       "the network hears %u signals, a plugin has one or two; "
                       "run it with the command lmu run",
                       n_audio);
}

static LmuStatus
check(const LmuGraph* const     graph,
      const LmuModelSpec* const spec,
      LmuError* const           error)
{
  if (!(spec->rate > 0.0 && spec->rate < INFINITY)) {
    return lmu_error_set(
      error, LMU_BAD_RATE, "the sample rate is not above zero");
  }
  if (!(spec->theta_scale > 0.0 && spec->theta_scale < INFINITY)) {
    return lmu_error_set(
      error, LMU_BAD_THETA, "the factor of all windows is not above zero");
  }
  if (!spec->n_channels || spec->n_channels > LMU_MAX_MODEL_CHANNELS) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "%u channels, there can be 1 to %u",
                         spec->n_channels,
                         LMU_MAX_MODEL_CHANNELS);
  }
  return check_inputs(graph, spec, error);
}

static float
loudness_gain(const double loudness_db)
{
  if (!isfinite(loudness_db)) {
    return 1.0f;
  }
  const double gain_db =
    fmin(fmax(LOUDNESS_DB - loudness_db, -MAX_LOUDNESS_GAIN_DB),
         MAX_LOUDNESS_GAIN_DB);
  return (float)pow(10.0, gain_db / 20.0);
}

static LmuStatus
add_resampler(LmuModel* const       model,
              const uint32_t        state,
              const LmuGraph* const graph,
              const double          rate,
              LmuError* const       error)
{
  const LmuResamplerSpec spec = {
    rate, graph->metadata.rate, model->n_audio, model->n_outputs};
  const LmuStatus status = lmu_resampler_new(&model->resamplers[state], &spec);
  return (status == LMU_BAD_RATE)
           ? lmu_error_set(error,
                           status,
                           "the network was made for %u Hz and cannot be "
                           "resampled to %u Hz, more than a factor of 48; set "
                           "Rate Mode to As Is, or train it for a nearer rate",
                           (unsigned)lround(fmin(graph->metadata.rate, 1e9)),
                           (unsigned)lround(fmin(rate, 1e9)))
           : lmu_error_status(error, status);
}

/// Allocate what runs: states, resamplers, and room for what they answer
static LmuStatus
allocate(LmuModel* const       model,
         const LmuGraph* const graph,
         const double          rate,
         const bool            resample,
         LmuError* const       error)
{
  const uint32_t n_frames  = resample ? LMU_MAX_INNER : LMU_MODEL_FRAMES;
  const size_t   n_answers = (size_t)n_frames * model->n_outputs;
  model->answers = (float*)lmu_aligned_zeros(n_answers * sizeof(float));
  bool enough    = model->answers;
  for (uint32_t i = 0U; i < model->n_states; ++i) {
    model->states[i] = lmu_network_state_new(model->network);
    enough           = enough && model->states[i];
  }

  LmuStatus status =
    lmu_error_status(error, enough ? LMU_SUCCESS : LMU_NO_MEMORY);
  for (uint32_t i = 0U; i < model->n_states && resample && !status; ++i) {
    status = add_resampler(model, i, graph, rate, error);
  }
  return status;
}

static LmuStatus
init(LmuModel* const           model,
     const LmuGraph* const     graph,
     const LmuModelSpec* const spec,
     LmuError* const           error)
{
  LmuNetwork*     network = NULL;
  Plan            plan    = make_plan(graph, spec);
  const LmuStatus status  = make_network(&network, &plan, graph, spec, error);
  if (status) {
    return status;
  }

  model->owner         = network;
  model->network       = network;
  model->n_channels    = spec->n_channels;
  model->n_audio       = graph->n_inputs - graph->metadata.n_conditions;
  model->n_states      = spec->n_channels / model->n_audio;
  model->n_conditions  = graph->metadata.n_conditions;
  model->n_outputs     = graph->n_outputs;
  model->loudness_gain = loudness_gain(graph->metadata.loudness_db);
  model->latency       = own_latency(graph, spec);
  set_horizons(model, graph, spec);
  model->rate_differs =
    rate_differs(graph, spec) && spec->rate_mode == LMU_RATE_AS_IS;

  const LmuStatus rest =
    allocate(model, graph, spec->rate, plan.resample, error);
  if (!rest && plan.resample) {
    model->latency += lmu_resampler_latency(model->resamplers[0]);
  }
  return rest;
}

LmuStatus
lmu_model_new(LmuModel** const          model,
              const LmuGraph* const     graph,
              const LmuModelSpec* const spec,
              LmuError* const           error)
{
  LmuModelSpec held = *spec;
  held.theta_scale  = lmu_graph_scale(graph, spec->theta_scale);
  *model            = NULL;
  LmuStatus status  = check(graph, spec, error);
  if (status) {
    return status;
  }

  LmuModel* const self = (LmuModel*)calloc(1, sizeof(LmuModel));
  if (!self) {
    return lmu_error_status(error, LMU_NO_MEMORY);
  }

  status = init(self, graph, &held, error);
  if (status) {
    lmu_model_free(self);
    return status;
  }
  *model = self;
  return LMU_SUCCESS;
}

void
lmu_model_free(LmuModel* const model)
{
  if (model) {
    for (uint32_t i = 0U; i < LMU_MAX_MODEL_CHANNELS; ++i) {
      lmu_resampler_free(model->resamplers[i]);
      lmu_network_state_free(model->states[i]);
    }
    free(model->answers);
    lmu_network_free((LmuNetwork*)model->owner);
    free(model);
  }
}
