// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/keras.h"

#include "core/setup/error.h"
#include "tools/allocate.h"
#include "tools/archive.h"
#include "tools/hdf5.h"
#include "tools/keras_layer.h"
#include "tools/keras_layers.h"

#include <stdlib.h>
#include <string.h>

/// All that is read of a model
typedef struct {
  const LmuKerasFile* file;
  LmuFailure*         error;
  json_t*             model;
  LmuHdf5*            weights;
  LmuKerasLayers      layers;
  LmuKerasPlan        plans[LMU_MAX_LAYERS];
} Reader;

static bool
is_archive(const char* const path)
{
  static const char* const ending = ".keras";
  const size_t             length = strlen(path);
  return length > strlen(ending) &&
         !strcmp(path + length - strlen(ending), ending);
}

static LmuExit
bad_json(LmuFailure* const         error,
         const char* const         path,
         const json_error_t* const reason)
{
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_INPUT,
                         "%s: cannot read the configuration, line %d: %s; give "
                         "what model.to_json() returns",
                         path,
                         reason->line,
                         reason->text);
}

static LmuExit
open_config(Reader* const self)
{
  const char* const path   = self->file->path;
  const char* const config = self->file->config;
  json_error_t      reason = {.line = 0};
  if (config) {
    self->model = json_load_file(config, JSON_REJECT_DUPLICATES, &reason);
    return self->model ? LMU_EXIT_SUCCESS
                       : bad_json(self->error, config, &reason);
  }
  if (!is_archive(path)) {
    return lmu_failure_set(self->error,
                           LMU_EXIT_USAGE,
                           "%s has weights only; give --config FILE too, what "
                           "model.to_json() returns, or a .keras file",
                           path);
  }

  uint8_t*      text   = NULL;
  size_t        length = 0U;
  const LmuExit status =
    lmu_archive_read(&text, &length, self->error, path, "config.json");
  if (status) {
    return status;
  }
  self->model =
    json_loadb((const char*)text, length, JSON_REJECT_DUPLICATES, &reason);
  free(text);
  return self->model ? LMU_EXIT_SUCCESS : bad_json(self->error, path, &reason);
}

static LmuExit
open_weights(Reader* const self)
{
  const char* const path = self->file->path;
  if (!is_archive(path)) {
    return lmu_hdf5_new(&self->weights, self->error, path, NULL, 0U);
  }

  uint8_t* data    = NULL;
  size_t   n_bytes = 0U;
  LmuExit  status =
    lmu_archive_read(&data, &n_bytes, self->error, path, "model.weights.h5");
  if (!status) {
    status = lmu_hdf5_new(&self->weights, self->error, path, data, n_bytes);
  }
  free(data);
  return status;
}

/// Pass on what core says, which does not name the file
static LmuExit
check(Reader* const self, const LmuStatus status, const LmuError* const reason)
{
  return status ? lmu_failure_set(self->error,
                                  LMU_EXIT_BAD_INPUT,
                                  "%s: %s",
                                  self->file->path,
                                  reason->text)
                : LMU_EXIT_SUCCESS;
}

/// Read what all layers are
static LmuExit
read_layers(Reader* const self, LmuGraph* const graph)
{
  const uint32_t n_layers = self->layers.n_layers;
  if (!n_layers || n_layers > LMU_MAX_LAYERS) {
    return lmu_failure_set(self->error,
                           LMU_EXIT_BAD_INPUT,
                           "%s: the model has %u layers that do something; "
                           "save one with 1 to %u",
                           self->file->path,
                           n_layers,
                           LMU_MAX_LAYERS);
  }

  LmuExit  status = LMU_EXIT_SUCCESS;
  uint32_t width  = self->layers.n_inputs;
  for (uint32_t i = 0U; !status && i < n_layers; ++i) {
    const LmuKerasLayer* const source = &self->layers.layers[i];
    LmuLayer* const            layer  = &graph->layers[i];
    const LmuKerasPlace        place  = {
              self->error, self->file->path, source->class_name, source->name};

    layer->n_inputs = width;
    status          = lmu_keras_layer_init(layer,
                                  &self->plans[i],
                                  &place,
                                  source,
                                  self->file->logits && i + 1U == n_layers);
    width = layer->units ? layer->units : layer->memory_d * layer->order;
  }
  graph->n_inputs = self->layers.n_inputs;
  graph->n_layers = n_layers;
  return status;
}

static LmuExit
load(Reader* const self, LmuGraph* const graph)
{
  LmuError reason = {""};
  LmuExit  status = open_config(self);
  if (!status) {
    status = lmu_keras_layers_init(
      &self->layers, self->error, self->file->path, self->model);
  }
  if (!status) {
    status = read_layers(self, graph);
  }
  if (!status) {
    status = check(self, lmu_graph_check_sizes(graph, &reason), &reason);
  }
  if (!status) {
    status = open_weights(self);
  }
  for (uint32_t i = 0U; !status && i < graph->n_layers; ++i) {
    status =
      lmu_keras_layer_read(&graph->layers[i], &self->plans[i], self->weights);
  }
  return status ? status
                : check(self, lmu_graph_check(graph, &reason), &reason);
}

LmuExit
lmu_keras_load(LmuGraph* const           graph,
               LmuFailure* const         error,
               const LmuKerasFile* const file)
{
  Reader* const self = (Reader*)lmu_allocate(1U, sizeof(Reader));
  self->file         = file;
  self->error        = error;

  const LmuExit status = load(self, graph);
  lmu_hdf5_free(self->weights);
  json_decref(self->model);
  free(self);
  return status;
}
