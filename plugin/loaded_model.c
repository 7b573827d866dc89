// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/loaded_model.h"

#include "core/base/setup/aligned.h"
#include "core/base/setup/error.h"
#include "core/base/setup/number.h"
#include "core/base/status.h"
#include "core/nn/rt/model.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/model.h"
#include "core/nn/setup/weight_file.h"
#include "plugin/ports.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/// Describe the memories of a graph
static void
describe(LoadedModel* const        loaded,
         const LmuGraph* const     graph,
         const LmuModelSpec* const spec)
{
  double theta = 0.0;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    const LmuLayer* const layer = &graph->layers[i];
    if (layer->type == LMU_LAYER_LMU) {
      const double longest = lmu_layer_longest(layer);

      theta = (longest > theta) ? longest : theta;
      loaded->order =
        (layer->order > loaded->order) ? layer->order : loaded->order;
    }
  }

  const double trained    = graph->metadata.rate;
  const bool   keeps_time = trained > 0.0 && !loaded->model->rate_differs;
  const double rate       = keeps_time ? trained : spec->rate;
  loaded->file_rate       = trained;
  loaded->theta_ms =
    1000.0 * theta * lmu_graph_scale(graph, spec->theta_scale) / rate;
}

/// Return whether a model can play sound
static LmuStatus
check_sound(const LmuModel* const model, LmuError* const error)
{
  if (model->n_states * model->n_outputs > model->n_channels) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "The network has %u outputs where one is needed, use "
                         "LMU Memory to get them all",
                         model->n_outputs);
  }
  if (model->latency > (double)MAX_LATENCY) {
    return lmu_error_set(error,
                         LMU_TOO_LARGE,
                         "The network is late by more than %d frames",
                         MAX_LATENCY);
  }
  return LMU_SUCCESS;
}

/// Return whether a loaded model can forecast
static LmuStatus
check_forecasts(const LoadedModel* const  loaded,
                const LmuModelSpec* const spec,
                LmuError* const           error)
{
  const LmuModel* const model = loaded->model;
  const double          most  = MAX_PREDICT_THETA_MS * spec->rate / 1000.0;
  if (!model->n_horizons || model->n_states != model->n_channels) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "The network does not predict its input, make one "
                         "that does with lmu forecast, or use LMU Model");
  }
  for (uint32_t i = 0U; i < model->n_horizons; ++i) {
    const double lead = loaded_model_lead(loaded, i);
    if (!(lead >= 0.5 && lead <= most + 0.5)) {
      char lead_ms[LMU_NUMBER_SIZE];
      lmu_number_write(lead_ms, round(1e4 * lead / spec->rate) / 10.0);
      return lmu_error_set(error,
                           LMU_BAD_MODEL,
                           "Horizon %u is %s ms ahead of the sound, use one "
                           "sample to %d ms",
                           i + 1U,
                           lead_ms,
                           MAX_PREDICT_THETA_MS);
    }
  }
  return LMU_SUCCESS;
}

static LmuStatus
check_kind(const LoadedModel* const  loaded,
           const LoadedModelKind     kind,
           const LmuModelSpec* const spec,
           LmuError* const           error)
{
  switch (kind) {
  case LOADED_MODEL_SOUND:
    return check_sound(loaded->model, error);
  case LOADED_MODEL_FORECASTS:
    return check_forecasts(loaded, spec, error);
  case LOADED_MODEL_READOUTS:
    break;
  }
  return LMU_SUCCESS;
}

static LmuStatus
allocate_outputs(LoadedModel* const loaded)
{
  const LmuModel* const model = loaded->model;
  const uint32_t        count = model->n_states * model->n_outputs;
  float* const          all =
    (float*)lmu_aligned_zeros((size_t)count * LMU_MODEL_FRAMES * sizeof(float));

  loaded->outputs = (float**)calloc(count, sizeof(float*));
  if (!loaded->outputs || !all) {
    free(all);
    return LMU_NO_MEMORY;
  }
  for (uint32_t i = 0U; i < count; ++i) {
    loaded->outputs[i] = all + ((size_t)i * LMU_MODEL_FRAMES);
  }
  loaded->n_outputs = count;
  return LMU_SUCCESS;
}

/// Fill a loaded model from the bytes of a file
static LmuStatus
fill(LoadedModel* const        loaded,
     const uint8_t* const      data,
     const size_t              n_bytes,
     const LoadedModelKind     kind,
     const LmuModelSpec* const spec,
     LmuError* const           error)
{
  LmuGraph* graph  = NULL;
  LmuStatus status = lmu_weights_parse(&graph, data, n_bytes, error);
  if (!status) {
    status = lmu_model_new(&loaded->model, graph, spec, error);
  }
  if (!status) {
    status = check_kind(loaded, kind, spec, error);
  }
  if (!status) {
    status = lmu_error_status(error, allocate_outputs(loaded));
  }
  if (!status) {
    loaded->latency = (uint32_t)loaded->model->latency;
    describe(loaded, graph, spec);
  }
  lmu_graph_free(graph);
  return status;
}

LmuStatus
loaded_model_new(LoadedModel** const       loaded,
                 const uint8_t* const      data,
                 const size_t              n_bytes,
                 const LoadedModelKind     kind,
                 const LmuModelSpec* const spec,
                 LmuError* const           error)
{
  *loaded               = NULL;
  LoadedModel* const it = (LoadedModel*)calloc(1, sizeof(LoadedModel));
  if (!it) {
    return lmu_error_status(error, LMU_NO_MEMORY);
  }

  const LmuStatus status =
    data ? fill(it, data, n_bytes, kind, spec, error) : LMU_SUCCESS;
  if (status) {
    loaded_model_free(it);
  } else {
    *loaded = it;
  }
  return status;
}

double
loaded_model_lead(const LoadedModel* const loaded, const uint32_t output)
{
  const LmuModel* const model = loaded->model;
  return model->horizons[output] - model->latency;
}

void
loaded_model_free(LoadedModel* const loaded)
{
  if (loaded) {
    lmu_model_free(loaded->model);
    if (loaded->n_outputs) {
      free(loaded->outputs[0]);
    }
    free(loaded->outputs);
    free(loaded);
  }
}

void
loaded_model_reset(const LoadedModel* const loaded)
{
  if (loaded->model) {
    lmu_model_reset(loaded->model);
  }
}

void
loaded_model_process(const LoadedModel* const  loaded,
                     const float* const* const input,
                     const float* const        conditions,
                     const uint32_t            n_frames)
{
  if (loaded->model) {
    lmu_model_process(
      loaded->model, input, conditions, loaded->outputs, n_frames);
  }
}
