// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/keras.h"

#include "core/base/setup/error.h"
#include "tools/base/allocate.h"
#include "tools/foreign/archive.h"
#include "tools/foreign/hdf5.h"
#include "tools/foreign/keras_affine.h"
#include "tools/foreign/keras_layer.h"
#include "tools/foreign/keras_layers.h"
#include "tools/foreign/keras_paths.h"

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
parse_config(Reader* const     self,
             const char* const path,
             const char* const text,
             const size_t      length)
{
  json_error_t reason = {.line = 0};
  if (length > LMU_MAX_KERAS_CONFIG) {
    return lmu_failure_set(self->error,
                           LMU_EXIT_BAD_INPUT,
                           "%s: its configuration is above %lu MiB, which no "
                           "network needs; save a smaller model",
                           path,
                           LMU_MAX_KERAS_CONFIG >> 20U);
  }
  self->model = json_loadb(text, length, JSON_REJECT_DUPLICATES, &reason);
  return self->model ? LMU_EXIT_SUCCESS : bad_json(self->error, path, &reason);
}

/// Parse the configuration that is an attribute of the weights
static LmuExit
parse_attribute(Reader* const self)
{
  const char* const path  = self->file->path;
  LmuTexts          texts = {0U, NULL};
  LmuExit           status =
    lmu_hdf5_texts(&texts, self->weights, self->error, "", "model_config");
  if (!status && texts.count) {
    status = parse_config(self, path, texts.texts[0], strlen(texts.texts[0]));
  } else if (!status) {
    status = lmu_failure_set(self->error,
                             LMU_EXIT_USAGE,
                             "%s has weights only; give --config FILE too, "
                             "what model.to_json() returns, or what "
                             "model.save() wrote",
                             path);
  }
  lmu_texts_reset(&texts);
  return status;
}

static LmuExit
open_config(Reader* const self)
{
  const LmuKerasFile* const file = self->file;
  if (file->config) {
    return parse_config(self, file->config_path, file->config, file->n_config);
  }
  if (!file->archive) {
    return parse_attribute(self);
  }

  uint8_t* text   = NULL;
  size_t   length = 0U;
  LmuExit  status = lmu_archive_read(file->archive,
                                    &text,
                                    &length,
                                    self->error,
                                    "config.json",
                                    LMU_MAX_KERAS_CONFIG);
  if (!status) {
    status = parse_config(self, file->path, (const char*)text, length);
  }
  free(text);
  return status;
}

static LmuExit
open_weights(Reader* const self)
{
  const LmuKerasFile* const file    = self->file;
  const uint8_t*            data    = file->weights;
  size_t                    n_bytes = file->n_weights;
  LmuExit                   status  = LMU_EXIT_SUCCESS;
  uint8_t*                  read    = NULL;
  if (file->archive) {
    status = lmu_archive_read(file->archive,
                              &read,
                              &n_bytes,
                              self->error,
                              "model.weights.h5",
                              LMU_MAX_KERAS_WEIGHTS);
    data   = read;
  }
  if (!status) {
    status =
      lmu_hdf5_new(&self->weights, self->error, file->path, data, n_bytes);
  }
  free(read);
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

/// Return whether all layers behind one do nothing
static bool
is_last(const LmuKerasLayers* const layers, const uint32_t index)
{
  bool last = true;
  for (uint32_t i = index + 1U; i < layers->n_layers; ++i) {
    last = last && layers->layers[i].kind == LMU_KERAS_IDLE;
  }
  return last;
}

/// Read what a layer with parameters is
static LmuExit
read_layer(Reader* const self, LmuKerasPaths* const paths, const uint32_t index)
{
  const LmuKerasLayer* const source = &self->layers.layers[index];
  const LmuKerasPlace        place  = {
            self->error, self->file->path, source->class_name, source->name};
  LmuLayer* const layer = lmu_keras_paths_begin(paths, index);
  if (!layer) {
    return LMU_EXIT_BAD_INPUT;
  }

  const LmuExit status =
    lmu_keras_layer_init(layer,
                         &self->plans[paths->graph->n_layers - 1U],
                         &place,
                         source,
                         self->file->logits && is_last(&self->layers, index));
  layer->n_outputs = layer->units ? layer->units : lmu_layer_memory(layer);
  return status;
}

/// Read what all layers are
static LmuExit
read_layers(Reader* const self, LmuGraph* const graph)
{
  LmuKerasPaths* const paths =
    (LmuKerasPaths*)lmu_allocate(1U, sizeof(LmuKerasPaths));
  LmuExit status  = LMU_EXIT_SUCCESS;
  paths->error    = self->error;
  paths->path     = self->file->path;
  paths->graph    = graph;
  paths->layers   = &self->layers;
  paths->plans    = self->plans;
  graph->n_inputs = self->layers.n_inputs;
  for (uint32_t i = 0U; !status && i < self->layers.n_layers; ++i) {
    status = (self->layers.layers[i].kind == LMU_KERAS_LAYER)
               ? read_layer(self, paths, i)
               : lmu_keras_paths_follow(paths, i);
  }
  if (!status) {
    status = lmu_keras_paths_end(paths);
  }
  free(paths);
  return (status || graph->n_layers)
           ? status
           : lmu_failure_set(self->error,
                             LMU_EXIT_BAD_INPUT,
                             "%s: the model has 0 layers that do something; "
                             "save one with 1 to %u",
                             self->file->path,
                             LMU_MAX_LAYERS);
}

/// Read all variables, once layers and sizes are known
static LmuExit
read_weights(Reader* const self, LmuGraph* const graph)
{
  const LmuKerasPlace place  = {self->error, self->file->path, NULL, NULL};
  LmuError            reason = {""};
  const char*         root   = NULL;
  LmuExit status = lmu_keras_legacy_root(&root, self->weights, self->error);
  for (uint32_t i = 0U; !status && i < graph->n_layers; ++i) {
    self->plans[i].legacy.root = root;
    status = lmu_keras_layer_read(graph, i, &self->plans[i], self->weights);
    if (!status && self->plans[i].affine) {
      status =
        lmu_keras_affine_fold(graph, i, &self->plans[i], &place, self->weights);
    }
  }
  return status ? status
                : check(self, lmu_graph_check(graph, &reason), &reason);
}

static LmuExit
load(Reader* const self, LmuGraph* const graph)
{
  // An archive says more about what is wrong with the rest
  const bool attribute = !self->file->archive;
  LmuError   reason    = {""};
  LmuExit    status    = attribute ? open_weights(self) : LMU_EXIT_SUCCESS;
  if (!status) {
    status = open_config(self);
  }
  if (!status) {
    status = lmu_keras_layers_init(
      &self->layers, self->error, self->file->path, self->model);
  }
  if (!status) {
    status = read_layers(self, graph);
  }
  if (!status) {
    status = check(self, lmu_graph_allocate(graph, &reason), &reason);
  }
  if (!status && !attribute) {
    status = open_weights(self);
  }
  return status ? status : read_weights(self, graph);
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
