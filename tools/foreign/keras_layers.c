// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/keras_layers.h"

#include "tools/foreign/keras_nodes.h"

#include <stdio.h>
#include <string.h>

/// Layers that are known, and how Keras writes their class in HDF5 files
static const struct {
  const char*  class_name;
  const char*  group; ///< First group, or null if it has no variables
  LmuKerasKind kind;
} classes[] = {
  {"LMU", "lmu", LMU_KERAS_LAYER},
  {"LMUFeedforward", "lmu_feedforward", LMU_KERAS_LAYER},
  {"RNN", "rnn", LMU_KERAS_LAYER},
  {"SimpleRNN", "simple_rnn", LMU_KERAS_LAYER},
  {"LSTM", "lstm", LMU_KERAS_LAYER},
  {"GRU", "gru", LMU_KERAS_LAYER},
  {"Dense", "dense", LMU_KERAS_LAYER},
  {"TimeDistributed", "time_distributed", LMU_KERAS_LAYER},
  {"BatchNormalization", "batch_normalization", LMU_KERAS_AFFINE},
  {"Normalization", "normalization", LMU_KERAS_AFFINE},
  {"Rescaling", "rescaling", LMU_KERAS_AFFINE},
  {"Add", NULL, LMU_KERAS_ADD},
  {"Concatenate", NULL, LMU_KERAS_CONCATENATE},
  {"Activation", NULL, LMU_KERAS_ACTIVATION},
  {"ReLU", NULL, LMU_KERAS_ACTIVATION},
  {"LeakyReLU", NULL, LMU_KERAS_ACTIVATION},
  {"ELU", NULL, LMU_KERAS_ACTIVATION},
  {"InputLayer", NULL, LMU_KERAS_IDLE},
  {"Dropout", NULL, LMU_KERAS_IDLE},
  {"SpatialDropout1D", NULL, LMU_KERAS_IDLE},
  {"GaussianDropout", NULL, LMU_KERAS_IDLE},
  {"GaussianNoise", NULL, LMU_KERAS_IDLE},
  {"ActivityRegularization", NULL, LMU_KERAS_IDLE},
};

#define N_CLASSES (sizeof(classes) / sizeof(classes[0]))

static LmuKerasPlace
place_of(LmuFailure* const          error,
         const char* const          path,
         const LmuKerasLayer* const layer)
{
  const LmuKerasPlace place = {error, path, layer->class_name, layer->name};
  return place;
}

/// Find the group of a layer: the class, and how many of it came before
static LmuExit
set_group(LmuKerasLayer* const       layer,
          uint32_t                   counts[N_CLASSES],
          const LmuKerasPlace* const place)
{
  for (size_t i = 0U; i < N_CLASSES; ++i) {
    if (strcmp(layer->class_name, classes[i].class_name) != 0) {
      continue;
    }
    layer->kind = classes[i].kind;
    if (classes[i].group && counts[i]) {
      snprintf(layer->group,
               sizeof(layer->group),
               "layers/%s_%u",
               classes[i].group,
               counts[i]);
    } else if (classes[i].group) {
      snprintf(
        layer->group, sizeof(layer->group), "layers/%s", classes[i].group);
    }
    ++counts[i];
    return LMU_EXIT_SUCCESS;
  }
  return lmu_keras_refuse(
    place,
    "this kind of layer cannot run here; use only LMU, "
    "LMUFeedforward, RNN of LMUCell, SimpleRNN, LSTM, GRU, "
    "Dense, TimeDistributed(Dense), Add, Concatenate, "
    "Activation, ReLU, LeakyReLU, ELU, Rescaling, Normalization, "
    "BatchNormalization and Dropout");
}

static LmuExit
read_layer(LmuKerasLayer* const layer,
           uint32_t             counts[N_CLASSES],
           LmuFailure* const    error,
           const char* const    path,
           const json_t* const  value)
{
  layer->config     = json_object_get(value, "config");
  layer->node       = json_object_get(value, "inbound_nodes");
  layer->class_name = lmu_keras_class(value);
  layer->name       = lmu_keras_text(layer->config, "name", "?");
  layer->group[0]   = '\0';

  const LmuKerasPlace place = place_of(error, path, layer);
  return set_group(layer, counts, &place);
}

/// Read all layers as they stand in the configuration
static LmuExit
read_layers(LmuKerasLayers* const layers,
            LmuFailure* const     error,
            const char* const     path,
            const json_t* const   list)
{
  const size_t count = json_array_size(list);
  if (!count || count > LMU_MAX_KERAS_LAYERS) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s: the model has %zu layers; save one with 1 to "
                           "%u",
                           path,
                           count,
                           LMU_MAX_KERAS_LAYERS);
  }

  uint32_t counts[N_CLASSES] = {0U};
  LmuExit  status            = LMU_EXIT_SUCCESS;
  for (size_t i = 0U; !status && i < count; ++i) {
    status = read_layer(
      &layers->layers[i], counts, error, path, json_array_get(list, i));
  }
  layers->n_layers = (uint32_t)count;
  return status;
}

/// Return the name in a list of the one input or output, or null
static const char*
end_name(const json_t* const config, const char* const key)
{
  const json_t* list = json_object_get(config, key);
  if (json_is_array(json_array_get(list, 0U))) {
    list = (json_array_size(list) == 1U) ? json_array_get(list, 0U) : NULL;
  }
  return json_string_value(json_array_get(list, 0U));
}

/// Return the index of a layer among the first, or their number
static uint32_t
find_layer(const LmuKerasLayers* const layers,
           const uint32_t              count,
           const char* const           name)
{
  uint32_t i = 0U;
  while (i < count && strcmp(layers->layers[i].name, name) != 0) {
    ++i;
  }
  return i;
}

/// Refuse calls of layers with more than what feeds them
static LmuExit
check_keywords(const LmuKerasLayers* const layers,
               LmuFailure* const           error,
               const char* const           path)
{
  LmuExit status = LMU_EXIT_SUCCESS;
  for (uint32_t i = 0U; !status && i < layers->n_layers; ++i) {
    const LmuKerasLayer* const layer = &layers->layers[i];
    const LmuKerasPlace        place = place_of(error, path, layer);
    const char* const          key   = lmu_keras_nodes_keyword(layer->node);
    if (key) {
      status = lmu_keras_refuse(&place,
                                "it is called with %s, which cannot run; call "
                                "it with its inputs alone",
                                key);
    }
  }
  return status;
}

/// Set what feeds a layer, if all of it is among the first layers
static bool
find_sources(const LmuKerasLayers* const layers,
             const uint32_t              count,
             LmuKerasLayer* const        layer)
{
  LmuKerasNames names;
  bool          good = lmu_keras_names_read(&names, layer->node);
  layer->n_sources   = 0U;
  for (uint32_t i = 0U; good && i < names.count; ++i) {
    const uint32_t source = find_layer(layers, count, names.names[i]);
    layer->sources[layer->n_sources++] = source;
    good                               = source < count;
  }

  // Nothing but the one input comes from outside
  return good && (names.count || !count);
}

/// Find a layer all of whose sources are there, and put it next
static LmuExit
find_next(LmuKerasLayers* const layers,
          LmuFailure* const     error,
          const char* const     path,
          const uint32_t        index)
{
  LmuKerasLayer* const all = layers->layers;
  for (uint32_t i = index; i < layers->n_layers; ++i) {
    if (find_sources(layers, index, &all[i])) {
      const LmuKerasLayer found = all[i];

      all[i]     = all[index];
      all[index] = found;
      return LMU_EXIT_SUCCESS;
    }
  }

  const LmuKerasPlace place = place_of(error, path, &all[index]);
  return lmu_keras_refuse(
    &place,
    "it is fed by no layer before it, by more than %u, or "
    "more than once; save a model without loops and "
    "layers that are shared",
    LMU_MAX_SOURCES);
}

/// Put the layers of a Functional model into the order in which they run
static LmuExit
sort_layers(LmuKerasLayers* const layers,
            LmuFailure* const     error,
            const char* const     path,
            const json_t* const   config)
{
  const char* const first = end_name(config, "input_layers");
  const char* const last  = end_name(config, "output_layers");
  if (!first || !last) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s: the model has not just one input and one "
                           "output; save one that has",
                           path);
  }

  LmuExit status = check_keywords(layers, error, path);
  for (uint32_t i = 0U; i < layers->n_layers; ++i) {
    if (!strcmp(layers->layers[i].name, first)) {
      const LmuKerasLayer found = layers->layers[i];

      layers->layers[i] = layers->layers[0];
      layers->layers[0] = found;
    }
  }
  for (uint32_t i = 1U; !status && i < layers->n_layers; ++i) {
    status = find_next(layers, error, path, i);
  }

  const LmuKerasLayer* const end   = &layers->layers[layers->n_layers - 1U];
  const LmuKerasPlace        place = place_of(error, path, end);
  if (!status && strcmp(end->name, last) != 0) {
    status = lmu_keras_refuse(&place,
                              "it comes after the output; save a model whose "
                              "last layer is its output");
  }
  return status;
}

/// Return the last size in a shape of [batch][frames][inputs], or zero
static uint32_t
last_size(const json_t* const shape)
{
  const json_int_t size = json_integer_value(json_array_get(shape, 2U));
  return (json_array_size(shape) == 3U && size > 0 && size < INT32_MAX)
           ? (uint32_t)size
           : 0U;
}

/// Find the width of the input, which Keras knows once a model was built
static LmuExit
read_inputs(LmuKerasLayers* const layers,
            LmuFailure* const     error,
            const char* const     path,
            const json_t* const   model)
{
  const json_t* const config   = json_object_get(model, "config");
  const json_t* const list     = json_object_get(config, "layers");
  const json_t* const first    = json_array_get(list, 0U);
  const json_t* const shapes[] = {
    json_object_get(layers->layers[0].config, "batch_shape"),
    json_object_get(layers->layers[0].config, "batch_input_shape"),
    json_object_get(config, "build_input_shape"),
    json_object_get(json_object_get(model, "build_config"), "input_shape"),
    json_object_get(json_object_get(first, "build_config"), "input_shape"),
  };

  layers->n_inputs = 0U;
  for (size_t i = 0U;
       !layers->n_inputs && i < sizeof(shapes) / sizeof(shapes[0]);
       ++i) {
    layers->n_inputs = last_size(shapes[i]);
  }
  return layers->n_inputs
           ? LMU_EXIT_SUCCESS
           : lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s: the model does not take [batch][frames]"
                             "[inputs] with a fixed number of inputs; begin it "
                             "with Input((None, inputs))",
                             path);
}

/// Let each layer of a Sequential model be fed by the one before
static void
connect_row(LmuKerasLayers* const layers)
{
  for (uint32_t i = 1U; i < layers->n_layers; ++i) {
    layers->layers[i].n_sources  = 1U;
    layers->layers[i].sources[0] = i - 1U;
  }
}

LmuExit
lmu_keras_layers_init(LmuKerasLayers* const layers,
                      LmuFailure* const     error,
                      const char* const     path,
                      const json_t* const   model)
{
  const char* const   kind   = lmu_keras_text(model, "class_name", "?");
  const json_t* const config = json_object_get(model, "config");
  const bool functional = !strcmp(kind, "Functional") || !strcmp(kind, "Model");
  if (!functional && strcmp(kind, "Sequential") != 0) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s: the model is of class %s; save a Sequential or "
                           "Functional one",
                           path,
                           kind);
  }

  LmuExit status =
    read_layers(layers, error, path, json_object_get(config, "layers"));
  if (!status && functional) {
    status = sort_layers(layers, error, path, config);
  } else if (!status) {
    connect_row(layers);
  }
  if (!status) {
    status = read_inputs(layers, error, path, model);
  }
  return status;
}
