// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/package.h"

#include "core/base/setup/aligned.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/rt/model.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/model.h"
#include "core/nn/setup/weight_file.h"
#include "plugin/ports.h"

#include <stdint.h>
#include <stdlib.h>

/// Describe the memories of a graph
static void
describe(Package* const            package,
         const LmuGraph* const     graph,
         const LmuModelSpec* const spec)
{
  double theta = 0.0;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    const LmuLayer* const layer = &graph->layers[i];
    if (layer->type == LMU_LAYER_LMU) {
      theta = (layer->theta > theta) ? layer->theta : theta;
      package->order =
        (layer->order > package->order) ? layer->order : package->order;
    }
  }

  const bool   keeps_time = graph->rate > 0.0 && !package->model->rate_differs;
  const double rate       = keeps_time ? graph->rate : spec->rate;
  package->file_rate      = graph->rate;
  package->theta_ms       = 1000.0 * theta * spec->theta_scale / rate;
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

/// Return whether a package can forecast
static LmuStatus
check_forecasts(const Package* const      package,
                const LmuModelSpec* const spec,
                LmuError* const           error)
{
  const LmuModel* const model = package->model;
  const double          most  = MAX_PREDICT_THETA_MS * spec->rate / 1000.0;
  if (!model->n_horizons || model->n_states != model->n_channels) {
    return lmu_error_set(error,
                         LMU_BAD_MODEL,
                         "The network does not predict its input, make one "
                         "that does with lmu forecast, or use LMU Model");
  }
  for (uint32_t i = 0U; i < model->n_horizons; ++i) {
    const double lead = package_lead(package, i);
    if (!(lead >= 0.5 && lead <= most + 0.5)) {
      return lmu_error_set(error,
                           LMU_BAD_MODEL,
                           "Horizon %u is %.1f ms ahead of the sound, use one "
                           "sample to %d ms",
                           i + 1U,
                           1000.0 * lead / spec->rate,
                           MAX_PREDICT_THETA_MS);
    }
  }
  return LMU_SUCCESS;
}

static LmuStatus
check_kind(const Package* const      package,
           const PackageKind         kind,
           const LmuModelSpec* const spec,
           LmuError* const           error)
{
  switch (kind) {
  case PACKAGE_SOUND:
    return check_sound(package->model, error);
  case PACKAGE_FORECASTS:
    return check_forecasts(package, spec, error);
  case PACKAGE_READOUTS:
    break;
  }
  return LMU_SUCCESS;
}

static LmuStatus
allocate_outputs(Package* const package)
{
  const LmuModel* const model = package->model;
  const uint32_t        count = model->n_states * model->n_outputs;
  float* const          all =
    (float*)lmu_aligned_zeros((size_t)count * LMU_MODEL_FRAMES * sizeof(float));

  package->outputs = (float**)calloc(count, sizeof(float*));
  if (!package->outputs || !all) {
    free(all);
    return LMU_NO_MEMORY;
  }
  for (uint32_t i = 0U; i < count; ++i) {
    package->outputs[i] = all + ((size_t)i * LMU_MODEL_FRAMES);
  }
  package->n_outputs = count;
  return LMU_SUCCESS;
}

/// Fill a package from the bytes of a file
static LmuStatus
fill(Package* const            package,
     const uint8_t* const      data,
     const size_t              n_bytes,
     const PackageKind         kind,
     const LmuModelSpec* const spec,
     LmuError* const           error)
{
  LmuGraph* graph  = NULL;
  LmuStatus status = lmu_weights_parse(&graph, data, n_bytes, error);
  if (!status) {
    status = lmu_model_new(&package->model, graph, spec, error);
  }
  if (!status) {
    status = check_kind(package, kind, spec, error);
  }
  if (!status) {
    status = lmu_error_status(error, allocate_outputs(package));
  }
  if (!status) {
    package->latency = (uint32_t)package->model->latency;
    describe(package, graph, spec);
  }
  lmu_graph_free(graph);
  return status;
}

LmuStatus
package_new(Package** const           package,
            const uint8_t* const      data,
            const size_t              n_bytes,
            const PackageKind         kind,
            const LmuModelSpec* const spec,
            LmuError* const           error)
{
  *package          = NULL;
  Package* const it = (Package*)calloc(1, sizeof(Package));
  if (!it) {
    return lmu_error_status(error, LMU_NO_MEMORY);
  }

  const LmuStatus status =
    data ? fill(it, data, n_bytes, kind, spec, error) : LMU_SUCCESS;
  if (status) {
    package_free(it);
  } else {
    *package = it;
  }
  return status;
}

double
package_lead(const Package* const package, const uint32_t output)
{
  const LmuModel* const model = package->model;
  return model->horizons[output] - model->latency;
}

void
package_free(Package* const package)
{
  if (package) {
    lmu_model_free(package->model);
    if (package->n_outputs) {
      free(package->outputs[0]);
    }
    free(package->outputs);
    free(package);
  }
}

void
package_reset(const Package* const package)
{
  if (package->model) {
    lmu_model_reset(package->model);
  }
}

void
package_process(const Package* const      package,
                const float* const* const input,
                const float* const        conditions,
                const uint32_t            n_frames)
{
  if (package->model) {
    lmu_model_process(
      package->model, input, conditions, package->outputs, n_frames);
  }
}
