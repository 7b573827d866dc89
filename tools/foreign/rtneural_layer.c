// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/rtneural_layer.h"

#include "tools/network/names.h"

#include <stdio.h>
#include <string.h>

/// Layers with weights, as RTNeural calls them
static const struct {
  const char*  name;
  LmuLayerType type;
} types[] = {
  {"dense", LMU_LAYER_DENSE},
  {"time-distributed-dense", LMU_LAYER_DENSE},
  {"lstm", LMU_LAYER_LSTM},
  {"gru", LMU_LAYER_GRU},
};

#define N_TYPES (sizeof(types) / sizeof(types[0]))

/* What it is */

/// Return the name of a layer's activation, "" if it has none
static const char*
activation_name(const json_t* const source)
{
  const char* const name =
    json_string_value(json_object_get(source, "activation"));
  return name ? name : "";
}

/// Read the activation of a Dense layer
static LmuExit
read_activation(LmuActivation* const      activation,
                const LmuJsonPlace* const place,
                const char* const         name,
                const bool                logits)
{
  static const LmuActivation known[] = {
    LMU_LINEAR, LMU_TANH, LMU_SIGMOID, LMU_RELU, LMU_ELU};

  *activation        = LMU_LINEAR;
  const bool softmax = !strcmp(name, "softmax");
  if (!name[0] || (softmax && logits)) {
    return LMU_EXIT_SUCCESS;
  }
  for (size_t i = 0U; i < sizeof(known) / sizeof(known[0]); ++i) {
    if (!strcmp(name, lmu_activation_name(known[i]))) {
      *activation = known[i];
      return LMU_EXIT_SUCCESS;
    }
  }
  return softmax
           ? lmu_json_refuse(place,
                             "activation \"softmax\" cannot run; at the end "
                             "of a network --logits leaves it out")
           : lmu_json_refuse(place,
                             "activation \"%.40s\" cannot run; train with "
                             "linear, tanh, sigmoid, relu or elu",
                             name);
}

/// Check that an LSTM or a GRU says no other activation than it has there
static LmuExit
check_activation(const LmuJsonPlace* const place, const char* const name)
{
  return (!name[0] || !strcmp(name, "tanh") || !strcmp(name, "linear"))
           ? LMU_EXIT_SUCCESS
           : lmu_json_refuse(place,
                             "it has the activation \"%.40s\", in the place of "
                             "which RTNeural takes tanh; train with tanh",
                             name);
}

/// Return the next layer of a graph, empty, or null if there is no room
static LmuLayer*
next_layer(LmuGraph* const graph)
{
  if (graph->n_layers == LMU_MAX_LAYERS) {
    return NULL;
  }
  LmuLayer* const layer = &graph->layers[graph->n_layers++];
  layer->slope          = LMU_DEFAULT_SLOPE;
  return layer;
}

static LmuExit
refuse_number(const LmuJsonPlace* const place)
{
  return lmu_json_refuse(
    place, "it is one layer too many; train with at most %u", LMU_MAX_LAYERS);
}

LmuLayer*
lmu_rtneural_layer_pass(LmuGraph* const graph,
                        const json_t*   weights[LMU_MAX_LAYERS],
                        const uint32_t  units)
{
  LmuLayer* const layer = next_layer(graph);
  if (layer) {
    layer->type                  = LMU_LAYER_DENSE;
    layer->units                 = units;
    weights[graph->n_layers - 1] = NULL;
  }
  return layer;
}

/// Put an activation behind what there is
static LmuExit
add_activation(LmuGraph* const           graph,
               const json_t*             weights[LMU_MAX_LAYERS],
               const LmuJsonPlace* const place,
               const json_t* const       source,
               const bool                logits)
{
  LmuActivation activation = LMU_LINEAR;
  const LmuExit status =
    read_activation(&activation, place, activation_name(source), logits);
  if (status || activation == LMU_LINEAR) {
    return status;
  }

  LmuLayer* layer =
    graph->n_layers ? &graph->layers[graph->n_layers - 1U] : NULL;
  if (!layer || layer->type != LMU_LAYER_DENSE ||
      layer->activation != LMU_LINEAR) {
    layer = lmu_rtneural_layer_pass(
      graph, weights, layer ? layer->units : graph->n_inputs);
  }
  if (!layer) {
    return refuse_number(place);
  }
  layer->activation = activation;
  return LMU_EXIT_SUCCESS;
}

/// Read the units of a layer with weights, its last size
static LmuExit
read_units(LmuLayer* const           layer,
           const LmuJsonPlace* const place,
           const json_t* const       source)
{
  const json_t* const shape = json_object_get(source, "shape");
  const size_t        size  = json_array_size(shape);
  const json_t* const last  = size ? json_array_get(shape, size - 1U) : NULL;
  return json_is_array(json_object_get(source, "weights"))
           ? lmu_json_whole(&layer->units, place, last, "shape", LMU_MAX_UNITS)
           : lmu_json_refuse(place,
                             "its \"weights\" are no list; export the "
                             "network again");
}

/// Read a layer with weights, whose type is set
static LmuExit
read_layer(LmuLayer* const           layer,
           const LmuJsonPlace* const place,
           const json_t* const       source,
           const bool                logits)
{
  const char* const name   = activation_name(source);
  const LmuExit     status = read_units(layer, place, source);
  if (status) {
    return status;
  }
  if (layer->type == LMU_LAYER_DENSE) {
    layer->cell_bias = json_array_size(json_object_get(source, "weights")) > 1U;
    return read_activation(&layer->activation, place, name, logits);
  }

  layer->cell_bias            = true;
  layer->activation           = LMU_TANH;
  layer->recurrent_activation = LMU_SIGMOID;
  layer->reset_after          = layer->type == LMU_LAYER_GRU;
  return check_activation(place, name);
}

/// Append a layer with weights
static LmuExit
add_layer(LmuGraph* const           graph,
          const json_t*             weights[LMU_MAX_LAYERS],
          const LmuJsonPlace* const place,
          const json_t* const       source,
          const LmuLayerType        type,
          const bool                logits)
{
  LmuLayer* const layer = next_layer(graph);
  if (!layer) {
    return refuse_number(place);
  }
  layer->type                   = type;
  weights[graph->n_layers - 1U] = json_object_get(source, "weights");
  return read_layer(layer, place, source, logits);
}

LmuExit
lmu_rtneural_layer_add(LmuGraph* const           graph,
                       const json_t*             weights[LMU_MAX_LAYERS],
                       const LmuJsonPlace* const place,
                       const json_t* const       source,
                       const bool                logits)
{
  const char* const name = json_string_value(json_object_get(source, "type"));
  if (name && !strcmp(name, "activation")) {
    return add_activation(graph, weights, place, source, logits);
  }
  for (size_t i = 0U; name && i < N_TYPES; ++i) {
    if (!strcmp(name, types[i].name)) {
      return add_layer(graph, weights, place, source, types[i].type, logits);
    }
  }
  return lmu_json_refuse(place,
                         "this kind of layer cannot run here, only dense, "
                         "time-distributed-dense, lstm, gru and activation; "
                         "train a network of these");
}

/* Its weights */

/// Let a layer put out what it takes
static void
set_identity(const LmuGraph* const graph, const uint32_t layer)
{
  const uint32_t units  = graph->layers[layer].units;
  double* const  values = lmu_layer_values(graph, layer, LMU_CELL_KERNEL);
  for (uint32_t i = 0U; i < units; ++i) {
    values[((size_t)i * units) + i] = 1.0;
  }
}

/// Return how many signals a layer takes from the one before, or the input
static uint32_t
width_before(const LmuGraph* const graph, const uint32_t layer)
{
  return layer ? graph->layers[layer - 1U].n_outputs : graph->n_inputs;
}

/// The parameters of a layer, in the order in which a file has them
static const struct {
  LmuRole     role;
  const char* name;
} parts[] = {
  {LMU_CELL_KERNEL, "the kernel"},
  {LMU_CELL_RECURRENT, "the recurrent kernel"},
  {LMU_CELL_BIAS, "the bias"},
};

#define N_PARTS (sizeof(parts) / sizeof(parts[0]))

/// Read a parameter that a layer has, of which a file need not have all rows
static LmuExit
read_part(const LmuGraph* const     graph,
          const uint32_t            layer,
          const size_t              part,
          const LmuJsonPlace* const place,
          const json_t* const       list)
{
  const LmuRole             role   = parts[part].role;
  const char* const         name   = parts[part].name;
  const LmuParameter* const shape  = &graph->layers[layer].parameters[role];
  double* const             values = lmu_layer_values(graph, layer, role);
  const uint32_t            rows =
    (role == LMU_CELL_KERNEL) ? width_before(graph, layer) : shape->rows;
  return shape->vector
           ? lmu_json_vector(values, place, list, shape->columns, name)
           : lmu_json_matrix(values, place, list, rows, shape->columns, name);
}

/// Read the parameters that a layer has
static LmuExit
read_parts(const LmuGraph* const     graph,
           const uint32_t            layer,
           const LmuJsonPlace* const place,
           const json_t* const       weights)
{
  size_t  next   = 0U;
  LmuExit status = LMU_EXIT_SUCCESS;
  for (size_t i = 0U; !status && i < N_PARTS; ++i) {
    if (lmu_layer_values(graph, layer, parts[i].role)) {
      status =
        read_part(graph, layer, i, place, json_array_get(weights, next++));
    }
  }
  return (status || json_array_size(weights) == next)
           ? status
           : lmu_json_refuse(place,
                             "it has %zu arrays of weights, not %zu; export "
                             "the network again",
                             json_array_size(weights),
                             next);
}

LmuExit
lmu_rtneural_layer_read(const LmuGraph* const     graph,
                        const uint32_t            layer,
                        const json_t* const       weights,
                        const LmuJsonPlace* const file)
{
  LmuJsonPlace place = *file;
  snprintf(place.where,
           sizeof(place.where),
           "%s %u",
           lmu_layer_title(graph->layers[layer].type),
           layer + 1U);
  if (!weights) {
    set_identity(graph, layer);
    return LMU_EXIT_SUCCESS;
  }
  return read_parts(graph, layer, &place, weights);
}
