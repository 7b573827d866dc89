// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Writes a network anew in the JSON of RTNeural, whose reader does the rest.

#include "tools/foreign/guitarml.h"

#include "tools/foreign/rtneural.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define RATE 44100 // That Proteus plays at [Hz]
#define MAX_KEY 64U

/// Sizes of a network
typedef struct {
  uint32_t n_layers;
  uint32_t n_inputs;
  uint32_t units;
  uint32_t n_outputs;
  bool     gru;
} Sizes;

/// A tensor of PyTorch
typedef struct {
  const LmuJsonPlace* place;
  const json_t*       value;
  char                key[MAX_KEY];
  size_t              rows;
  size_t              columns; ///< Or zero for a vector
  size_t              swap;    ///< How many rows go behind as many that follow
} Tensor;

/* Tensors */

/// Return a tensor of a layer, whose rows are gates: a GRU has r before z
static Tensor
find_gates(const LmuJsonPlace* const place,
           const json_t* const       state,
           const Sizes* const        sizes,
           const char* const         name,
           const uint32_t            layer)
{
  const size_t units  = sizes->units;
  Tensor       tensor = {place, NULL, "", units, 0U, 0U};
  tensor.rows         = units * (sizes->gru ? 3U : 4U);
  tensor.swap         = sizes->gru ? units : 0U;
  snprintf(tensor.key, sizeof(tensor.key), "rec.%s_l%u", name, layer);
  tensor.value = json_object_get(state, tensor.key);
  return tensor;
}

/// Return a tensor of the head
static Tensor
find_head(const LmuJsonPlace* const place,
          const json_t* const       state,
          const Sizes* const        sizes,
          const char* const         name)
{
  Tensor tensor = {place, NULL, "", sizes->n_outputs, 0U, 0U};
  snprintf(tensor.key, sizeof(tensor.key), "lin.%s", name);
  tensor.value = json_object_get(state, tensor.key);
  return tensor;
}

/// Return what stands in a row of a tensor, when rows are in the order of Keras
static const json_t*
row_of(const Tensor* const tensor, const size_t index)
{
  const size_t swap = tensor->swap;
  const size_t from = index < swap        ? index + swap
                      : index < 2U * swap ? index - swap
                                          : index;
  return json_array_get(tensor->value, from);
}

/// Check the shape of a tensor, which bounds all work on it
static LmuExit
check(const Tensor* const tensor)
{
  bool good = json_array_size(tensor->value) == tensor->rows;
  for (size_t i = 0U; good && i < tensor->rows; ++i) {
    const json_t* const row = json_array_get(tensor->value, i);
    good = tensor->columns ? json_array_size(row) == tensor->columns
                           : json_is_number(row);
  }
  return good ? LMU_EXIT_SUCCESS
              : lmu_json_refuse(tensor->place,
                                "\"%s\" is not there, or has not the shape "
                                "[%zu][%zu]; export the network again",
                                tensor->key,
                                tensor->rows,
                                tensor->columns ? tensor->columns : 1U);
}

/// Add a matrix, transposed
static LmuExit
add_matrix(json_t* const list, Tensor tensor, const size_t columns)
{
  tensor.columns       = columns;
  const LmuExit status = check(&tensor);
  if (status) {
    return status;
  }

  json_t* const turned = json_array();
  for (size_t j = 0U; j < columns; ++j) {
    json_t* const row = json_array();
    for (size_t i = 0U; i < tensor.rows; ++i) {
      (void)json_array_append(row, json_array_get(row_of(&tensor, i), j));
    }
    (void)json_array_append_new(turned, row);
  }
  (void)json_array_append_new(list, turned);
  return LMU_EXIT_SUCCESS;
}

/// Add a vector, and to each of its numbers that of another if there is one
static LmuExit
add_vector(json_t* const       list,
           const Tensor* const tensor,
           const Tensor* const other)
{
  LmuExit status = check(tensor);
  if (!status && other) {
    status = check(other);
  }
  if (status) {
    return status;
  }

  json_t* const vector = json_array();
  for (size_t i = 0U; i < tensor->rows; ++i) {
    const double more  = other ? json_number_value(row_of(other, i)) : 0.0;
    const double value = json_number_value(row_of(tensor, i));
    (void)json_array_append_new(vector, json_real(value + more));
  }
  (void)json_array_append_new(list, vector);
  return LMU_EXIT_SUCCESS;
}

/* Layers */

/// Add a layer with its weights, which it takes
static void
add_layer(json_t* const     layers,
          const char* const type,
          const uint32_t    units,
          json_t* const     weights)
{
  (void)json_array_append_new(layers,
                              json_pack("{s:s, s:[i], s:o}",
                                        "type",
                                        type,
                                        "shape",
                                        (int)units,
                                        "weights",
                                        weights));
}

/// Add the biases of a layer: a GRU keeps both, an LSTM their sum
static LmuExit
add_biases(json_t* const             weights,
           const LmuJsonPlace* const place,
           const json_t* const       state,
           const Sizes* const        sizes,
           const uint32_t            layer)
{
  const Tensor input  = find_gates(place, state, sizes, "bias_ih", layer);
  const Tensor hidden = find_gates(place, state, sizes, "bias_hh", layer);
  if (!sizes->gru) {
    return add_vector(weights, &input, &hidden);
  }

  json_t* const rows   = json_array();
  LmuExit       status = add_vector(rows, &input, NULL);
  if (!status) {
    status = add_vector(rows, &hidden, NULL);
  }
  (void)json_array_append_new(weights, rows);
  return status;
}

static LmuExit
add_recurrent(json_t* const             layers,
              const LmuJsonPlace* const place,
              const json_t* const       state,
              const Sizes* const        sizes,
              const uint32_t            layer)
{
  json_t* const weights = json_array();
  LmuExit       status =
    add_matrix(weights,
               find_gates(place, state, sizes, "weight_ih", layer),
               layer ? sizes->units : sizes->n_inputs);
  if (!status) {
    status = add_matrix(weights,
                        find_gates(place, state, sizes, "weight_hh", layer),
                        sizes->units);
  }
  if (!status) {
    status = add_biases(weights, place, state, sizes, layer);
  }
  add_layer(layers, sizes->gru ? "gru" : "lstm", sizes->units, weights);
  return status;
}

static LmuExit
add_head(json_t* const             layers,
         const LmuJsonPlace* const place,
         const json_t* const       state,
         const Sizes* const        sizes)
{
  json_t* const weights = json_array();
  const Tensor  bias    = find_head(place, state, sizes, "bias");
  LmuExit       status =
    add_matrix(weights, find_head(place, state, sizes, "weight"), sizes->units);
  if (!status) {
    status = add_vector(weights, &bias, NULL);
  }
  add_layer(layers, "dense", sizes->n_outputs, weights);
  return status;
}

/* The whole */

static LmuExit
read_unit(bool* const               gru,
          const LmuJsonPlace* const place,
          const json_t* const       data)
{
  const char* const unit =
    json_string_value(json_object_get(data, "unit_type"));
  *gru = unit && !strcmp(unit, "GRU");
  return (*gru || (unit && !strcmp(unit, "LSTM")))
           ? LMU_EXIT_SUCCESS
           : lmu_json_refuse(place,
                             "its \"unit_type\", %.40s, cannot run here, only "
                             "LSTM and GRU; train it again as one of these",
                             unit ? unit : "none");
}

static LmuExit
read_sizes(Sizes* const              sizes,
           const LmuJsonPlace* const place,
           const json_t* const       data)
{
  const LmuJsonNumber numbers[] = {
    {&sizes->n_layers, "num_layers", LMU_MAX_LAYERS - 1U},
    {&sizes->n_inputs, "input_size", LMU_MAX_UNITS},
    {&sizes->units, "hidden_size", LMU_MAX_UNITS},
    {&sizes->n_outputs, "output_size", LMU_MAX_UNITS},
  };

  const LmuExit status = read_unit(&sizes->gru, place, data);
  return status ? status
                : lmu_json_wholes(
                    numbers, sizeof(numbers) / sizeof(numbers[0]), place, data);
}

/// Write all layers anew
static LmuExit
add_layers(json_t* const             layers,
           const LmuJsonPlace* const place,
           const json_t* const       state,
           const Sizes* const        sizes)
{
  LmuExit status = LMU_EXIT_SUCCESS;
  for (uint32_t i = 0U; !status && i < sizes->n_layers; ++i) {
    status = add_recurrent(layers, place, state, sizes, i);
  }
  return status ? status : add_head(layers, place, state, sizes);
}

LmuExit
lmu_guitarml_load(LmuGraph* const           graph,
                  const LmuJsonPlace* const place,
                  const json_t* const       model)
{
  const json_t* const data   = json_object_get(model, "model_data");
  const json_t* const state  = json_object_get(model, "state_dict");
  Sizes               sizes  = {0U, 0U, 0U, 0U, false};
  LmuExit             status = read_sizes(&sizes, place, data);
  if (status) {
    return status;
  }

  json_t* const layers = json_array();
  status               = add_layers(layers, place, state, &sizes);
  json_t* const anew   = json_pack("{s:[i], s:O*, s:O*, s:i, s:o}",
                                 "in_shape",
                                 (int)sizes.n_inputs,
                                 "in_skip",
                                 json_object_get(data, "skip"),
                                 "metadata",
                                 json_object_get(model, "metadata"),
                                 "samplerate",
                                 RATE,
                                 "layers",
                                 layers);
  if (!status) {
    status = lmu_rtneural_load(graph, place, anew, false);
  }
  json_decref(anew);
  return status;
}
