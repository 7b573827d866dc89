// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/keras_paths.h"

#include "core/nn/setup/sources.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static LmuKerasPlace
place_of(const LmuKerasPaths* const self, const uint32_t index)
{
  const LmuKerasLayer* const layer = &self->layers->layers[index];
  const LmuKerasPlace        place = {
           self->error, self->path, layer->class_name, layer->name};
  return place;
}

/// Refuse to put together what Keras has for all frames and for the last alone
static LmuExit
check_frames(const LmuKerasPaths* const self,
             const uint32_t             index,
             const bool                 last)
{
  const LmuKerasLayer* const layer = &self->layers->layers[index];
  const LmuKerasPlace        place = place_of(self, index);
  for (uint32_t i = 0U; i < layer->n_sources; ++i) {
    if (self->outputs[layer->sources[i]].last != last) {
      return lmu_keras_refuse(&place,
                              "it takes all frames of one layer and the last "
                              "of another; save the model with "
                              "return_sequences");
    }
  }
  return LMU_EXIT_SUCCESS;
}

/// Put all that a layer takes one behind the other
static LmuExit
collect(const LmuKerasPaths* const self,
        const uint32_t             index,
        LmuKerasOutput* const      to)
{
  const LmuKerasLayer* const layer = &self->layers->layers[index];
  const LmuKerasPlace        place = place_of(self, index);
  to->count                        = layer->n_sources ? 0U : 1U;
  to->sources[0]                   = LMU_SOURCE_INPUT;
  to->last                         = false;
  for (uint32_t i = 0U; i < layer->n_sources; ++i) {
    const LmuKerasOutput* const from = &self->outputs[layer->sources[i]];
    if (to->count + from->count > LMU_MAX_SOURCES) {
      return lmu_keras_refuse(&place,
                              "it takes more than %u layers; put some together "
                              "in a layer before",
                              LMU_MAX_SOURCES);
    }
    memcpy(to->sources + to->count,
           from->sources,
           from->count * sizeof(from->sources[0]));
    to->count += from->count;
    to->last = from->last;
  }
  return check_frames(self, index, to->last);
}

static uint32_t
width_of(const LmuKerasPaths* const self, const LmuKerasOutput* const output)
{
  uint32_t width = 0U;
  for (uint32_t i = 0U; i < output->count; ++i) {
    width += lmu_source_width(self->graph, output->sources[i]);
  }
  return width;
}

/// Append a layer that takes something, which is listed unless it is what comes
/// before
static LmuLayer*
append(LmuKerasPaths* const        self,
       const uint32_t              index,
       const LmuKerasOutput* const from)
{
  LmuGraph* const     graph = self->graph;
  const LmuKerasPlace place = place_of(self, index);
  if (graph->n_layers == LMU_MAX_LAYERS) {
    (void)lmu_keras_refuse(&place,
                           "more than %u layers that do something up to here; "
                           "save a model with fewer",
                           LMU_MAX_LAYERS);
    return NULL;
  }

  LmuLayer* const layer = &graph->layers[graph->n_layers++];
  const uint32_t  usual = lmu_layer_source(graph, graph->n_layers - 1U, 0U);
  layer->n_inputs       = width_of(self, from);
  if (from->count > 1U || from->sources[0] != usual) {
    layer->n_sources = from->count;
    memcpy(layer->sources, from->sources, sizeof(from->sources));
  }
  self->outputs[index].count      = 1U;
  self->outputs[index].sources[0] = graph->n_layers - 1U;
  self->outputs[index].last       = from->last;
  return layer;
}

LmuLayer*
lmu_keras_paths_begin(LmuKerasPaths* const paths, const uint32_t index)
{
  const json_t* const config = paths->layers->layers[index].config;
  LmuKerasOutput      from;
  if (collect(paths, index, &from)) {
    return NULL;
  }

  from.last =
    from.last || json_is_false(json_object_get(config, "return_sequences"));
  return append(paths, index, &from);
}

/// Append a Dense layer that changes nothing
static LmuLayer*
append_identity(LmuKerasPaths* const        self,
                const uint32_t              index,
                const LmuKerasOutput* const from)
{
  LmuLayer* const layer = append(self, index, from);
  if (layer) {
    layer->type      = LMU_LAYER_DENSE;
    layer->units     = layer->n_inputs;
    layer->n_outputs = layer->n_inputs;
  }
  return layer;
}

/// Return whether nobody but one layer takes what another puts out
static bool
feeds_one(const LmuKerasPaths* const self, const uint32_t index)
{
  uint32_t n_fed = 0U;
  for (uint32_t i = 0U; i < self->layers->n_layers; ++i) {
    const LmuKerasLayer* const layer = &self->layers->layers[i];
    for (uint32_t j = 0U; j < layer->n_sources; ++j) {
      n_fed += (layer->sources[j] == index) ? 1U : 0U;
    }
  }
  return n_fed == 1U;
}

/// Return which of what is summed is the layer made last, for this sum alone,
/// or how many there are
static uint32_t
find_last(const LmuKerasPaths* const  self,
          const uint32_t              index,
          const LmuKerasOutput* const from)
{
  const LmuKerasLayer* const layer = &self->layers->layers[index];
  const uint32_t             last  = self->graph->n_layers - 1U;
  if (!self->graph->n_layers || from->count != layer->n_sources) {
    return from->count;
  }
  for (uint32_t i = 0U; i < from->count; ++i) {
    const LmuKerasLayer* const fed = &self->layers->layers[layer->sources[i]];
    const bool                 made =
      fed->kind == LMU_KERAS_LAYER || fed->kind == LMU_KERAS_AFFINE;
    if (from->sources[i] == last && made &&
        feeds_one(self, layer->sources[i]) &&
        self->graph->layers[last].n_adds == 0U) {
      return i;
    }
  }
  return from->count;
}

/// Sum what a layer takes, each of which is one layer of the graph
static LmuExit
follow_add(LmuKerasPaths* const self, const uint32_t index)
{
  const LmuKerasPlace place = place_of(self, index);
  LmuKerasOutput      from;
  const LmuExit       status = collect(self, index, &from);
  if (status) {
    return status;
  }
  if (from.count != self->layers->layers[index].n_sources) {
    return lmu_keras_refuse(
      &place, "a Concatenate cannot be summed; put a Dense layer between");
  }

  uint32_t             kept  = find_last(self, index, &from);
  const LmuKerasOutput first = {1U, {from.sources[0]}, from.last};
  LmuLayer*            to    = NULL;
  if (kept < from.count) {
    to                              = &self->graph->layers[from.sources[kept]];
    self->outputs[index].count      = 1U;
    self->outputs[index].sources[0] = from.sources[kept];
    self->outputs[index].last       = from.last;
  } else {
    kept = 0U;
    to   = append_identity(self, index, &first);
  }
  for (uint32_t i = 0U; to && i < from.count; ++i) {
    if (i != kept) {
      to->adds[to->n_adds++] = from.sources[i];
    }
  }
  return to ? LMU_EXIT_SUCCESS : LMU_EXIT_BAD_INPUT;
}

/// Put what a layer takes one behind the other, along the last axis
static LmuExit
follow_concatenate(LmuKerasPaths* const self, const uint32_t index)
{
  const LmuKerasPlace place  = place_of(self, index);
  const json_t* const config = self->layers->layers[index].config;
  const json_t* const axis   = json_object_get(config, "axis");
  const json_int_t    number = json_integer_value(axis);
  if (axis && number != -1 && number != 2) {
    return lmu_keras_refuse(&place,
                            "only the last axis can be put together; use axis "
                            "-1");
  }
  return collect(self, index, &self->outputs[index]);
}

/// Read a number, or leave what is there if the configuration has none
static double
number_of(const json_t* const config,
          const char* const   key,
          const double        fallback)
{
  const json_t* const value = json_object_get(config, key);
  return json_is_number(value) ? json_number_value(value) : fallback;
}

/// Read a function that is a layer of its own
static LmuExit
read_function(LmuLayer* const            layer,
              const LmuKerasPlace* const place,
              const json_t* const        config)
{
  const bool relu = !strcmp(place->class_name, "ReLU");
  layer->slope    = LMU_DEFAULT_SLOPE;
  if (!strcmp(place->class_name, "Activation")) {
    return lmu_keras_activation(
      &layer->activation, place, config, "activation");
  }
  if (!strcmp(place->class_name, "ELU")) {
    const double alpha = number_of(config, "alpha", 1.0);
    layer->activation  = LMU_ELU;
    return (alpha < 1.0 || alpha > 1.0)
             ? lmu_keras_refuse(place, "only an alpha of 1 can run; use that")
             : LMU_EXIT_SUCCESS;
  }

  const double threshold = number_of(config, "threshold", 0.0);
  if (json_is_number(json_object_get(config, "max_value")) || threshold < 0.0 ||
      threshold > 0.0) {
    return lmu_keras_refuse(
      place, "max_value and threshold cannot run; save the model without");
  }

  // Keras 2 calls the slope alpha
  const double alpha = number_of(config, "alpha", relu ? 0.0 : 0.3);
  layer->slope       = number_of(config, "negative_slope", alpha);
  layer->activation  = (layer->slope > 0.0) ? LMU_LEAKY_RELU : LMU_RELU;
  return LMU_EXIT_SUCCESS;
}

/// Return whether a function can be part of a layer before, which must not take
/// what it puts out itself
static bool
takes_function(const LmuLayer* const layer)
{
  return lmu_layer_cell(layer) == LMU_CELL_DENSE &&
         layer->activation == LMU_LINEAR && !layer->hidden_to_memory;
}

/// Return the layer before that a function can be part of, or a Dense one that
/// changes nothing, or null
static LmuLayer*
fold(LmuKerasPaths* const self, const uint32_t index)
{
  const bool     affine = self->layers->layers[index].kind == LMU_KERAS_AFFINE;
  LmuKerasOutput from;
  if (collect(self, index, &from)) {
    return NULL;
  }

  const uint32_t last = from.sources[0];
  if (from.count != 1U || find_last(self, index, &from) ||
      !takes_function(&self->graph->layers[last]) ||
      (affine && self->plans[last].affine)) {
    return append_identity(self, index, &from);
  }
  self->outputs[index] = from;
  return &self->graph->layers[last];
}

/// Let the layer before have an activation
static LmuExit
follow_activation(LmuKerasPaths* const self, const uint32_t index)
{
  const LmuKerasLayer* const source   = &self->layers->layers[index];
  const LmuKerasPlace        place    = place_of(self, index);
  LmuLayer                   function = {.activation = LMU_LINEAR};
  const LmuExit   status = read_function(&function, &place, source->config);
  LmuLayer* const layer  = status ? NULL : fold(self, index);
  if (!layer) {
    return LMU_EXIT_BAD_INPUT;
  }
  layer->activation = function.activation;
  layer->slope      = function.slope;
  return LMU_EXIT_SUCCESS;
}

/// Let the layer before, or one that changes nothing, scale and add
static LmuExit
follow_affine(LmuKerasPaths* const self, const uint32_t index)
{
  LmuLayer* const layer = fold(self, index);
  if (!layer) {
    return LMU_EXIT_BAD_INPUT;
  }

  LmuKerasPlan* const plan = &self->plans[layer - self->graph->layers];
  plan->affine             = &self->layers->layers[index];
  plan->no_bias            = plan->no_bias || !layer->cell_bias;
  layer->cell_bias         = true;
  return LMU_EXIT_SUCCESS;
}

LmuExit
lmu_keras_paths_follow(LmuKerasPaths* const paths, const uint32_t index)
{
  switch (paths->layers->layers[index].kind) {
  case LMU_KERAS_ADD:
    return follow_add(paths, index);
  case LMU_KERAS_CONCATENATE:
    return follow_concatenate(paths, index);
  case LMU_KERAS_ACTIVATION:
    return follow_activation(paths, index);
  case LMU_KERAS_AFFINE:
    return follow_affine(paths, index);
  case LMU_KERAS_IDLE:
  case LMU_KERAS_LAYER:
    break;
  }
  return collect(paths, index, &paths->outputs[index]);
}

LmuExit
lmu_keras_paths_end(LmuKerasPaths* const paths)
{
  const uint32_t              last   = paths->layers->n_layers - 1U;
  const LmuKerasOutput* const output = &paths->outputs[last];
  const LmuKerasOutput        copy   = *output;
  if (!paths->graph->n_layers ||
      (output->count == 1U &&
       output->sources[0] == paths->graph->n_layers - 1U)) {
    return LMU_EXIT_SUCCESS;
  }
  return append_identity(paths, last, &copy) ? LMU_EXIT_SUCCESS
                                             : LMU_EXIT_BAD_INPUT;
}
