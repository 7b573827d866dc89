// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/keras_layer.h"

#include <stdio.h>
#include <string.h>

/// Return the part of a layer that a key names, for messages
static LmuKerasPlace
part_of(const LmuKerasPlace* const place, const json_t* const part)
{
  const LmuKerasPlace inner = {
    place->error,
    place->path,
    lmu_keras_class(part),
    lmu_keras_text(json_object_get(part, "config"), "name", place->name)};
  return inner;
}

static void
set_name(char* const name, const size_t size, const char* const text)
{
  snprintf(name, size, "%s", text);
}

/// Set a path in the file, which is a group and a part of it
static void
set_path(char* const path, const char* const group, const char* const part)
{
  snprintf(path,
           LMU_KERAS_GROUP_SIZE,
           "%.*s%s",
           (int)(LMU_KERAS_GROUP_SIZE - 32U),
           group,
           part);
}

static LmuExit
read_dense(LmuLayer* const            layer,
           const LmuKerasPlace* const place,
           const json_t* const        config,
           const bool                 logits)
{
  const char* const name    = lmu_keras_text(config, "activation", "");
  const bool        softmax = !strcmp(name, "softmax");
  if (softmax && !logits) {
    return lmu_keras_refuse(place,
                            "activation \"softmax\" cannot run; use --logits "
                            "to leave it out, the greatest output stays the "
                            "greatest");
  }
  if (json_is_object(json_object_get(config, "quantization_config"))) {
    return lmu_keras_refuse(
      place, "it is quantised; save the model before quantising it");
  }

  LmuExit status =
    softmax
      ? LMU_EXIT_SUCCESS
      : lmu_keras_activation(&layer->activation, place, config, "activation");
  if (!status) {
    status = lmu_keras_whole(&layer->units, place, config, "units");
  }
  layer->cell_bias = true;
  return status ? status
                : lmu_keras_flag(&layer->cell_bias, place, config, "use_bias");
}

static LmuExit
read_dense_layer(LmuLayer* const            layer,
                 LmuKerasPlan* const        plan,
                 const LmuKerasPlace* const place,
                 const LmuKerasLayer* const source,
                 const bool                 logits)
{
  layer->type = LMU_LAYER_DENSE;
  set_path(plan->group, source->group, "/vars");
  if (strcmp(source->class_name, "TimeDistributed") != 0) {
    return read_dense(layer, place, source->config, logits);
  }

  const json_t* const inner  = json_object_get(source->config, "layer");
  const json_t* const config = json_object_get(inner, "config");
  const LmuKerasPlace part   = part_of(place, inner);
  if (strcmp(part.class_name, "Dense") != 0) {
    return lmu_keras_refuse(&part,
                            "only Dense can run in TimeDistributed; use that");
  }
  const LmuExit status = lmu_keras_check_dtype(&part, config);
  set_path(plan->group, source->group, "/layer/vars");
  return status ? status : read_dense(layer, &part, config, logits);
}

static LmuExit
read_cell_type(LmuLayer* const layer, const LmuKerasPlace* const place)
{
  static const struct {
    const char* class_name;
    LmuCell     cell;
  } cells[] = {
    {"Dense", LMU_CELL_DENSE},
    {"SimpleRNNCell", LMU_CELL_SIMPLE_RNN},
    {"LSTMCell", LMU_CELL_LSTM},
    {"GRUCell", LMU_CELL_GRU},
  };

  for (size_t i = 0U; i < sizeof(cells) / sizeof(cells[0]); ++i) {
    if (!strcmp(place->class_name, cells[i].class_name)) {
      layer->cell = cells[i].cell;
      return LMU_EXIT_SUCCESS;
    }
  }
  return lmu_keras_refuse(place,
                          "this hidden cell cannot run; use None, Dense, "
                          "SimpleRNNCell, LSTMCell or GRUCell");
}

/// Read what a cell is whose kind is known
static LmuExit
read_cell(LmuLayer* const            layer,
          const LmuKerasPlace* const place,
          const json_t* const        config)
{
  const LmuCell cell          = lmu_layer_cell(layer);
  const bool    gates         = cell == LMU_CELL_LSTM || cell == LMU_CELL_GRU;
  layer->activation           = gates ? LMU_TANH : LMU_LINEAR;
  layer->recurrent_activation = gates ? LMU_SIGMOID : LMU_LINEAR;
  layer->reset_after          = cell == LMU_CELL_GRU;
  layer->cell_bias            = true;

  LmuExit status = lmu_keras_check_dtype(place, config);
  if (!status) {
    status = lmu_keras_whole(&layer->units, place, config, "units");
  }
  if (!status) {
    status =
      lmu_keras_activation(&layer->activation, place, config, "activation");
  }
  if (!status && gates) {
    status = lmu_keras_activation(
      &layer->recurrent_activation, place, config, "recurrent_activation");
  }
  if (!status && layer->reset_after) {
    status = lmu_keras_flag(&layer->reset_after, place, config, "reset_after");
  }
  return status ? status
                : lmu_keras_flag(&layer->cell_bias, place, config, "use_bias");
}

/// Read the hidden cell
static LmuExit
read_hidden(LmuLayer* const            layer,
            LmuKerasPlan* const        plan,
            const LmuKerasPlace* const place,
            const json_t* const        cell)
{
  const json_t* const config = json_object_get(cell, "config");
  const LmuKerasPlace part   = part_of(place, cell);
  plan->legacy.cell          = lmu_keras_text(config, "name", "");
  plan->has_hidden           = true;

  const LmuExit status = read_cell_type(layer, &part);
  return status ? status : read_cell(layer, &part, config);
}

/// Let a Dense cell that changes nothing put out the memory and the input
static LmuExit
pass_through(LmuLayer* const layer, const LmuKerasPlace* const place)
{
  if (layer->hidden_to_memory) {
    return lmu_keras_refuse(place,
                            "hidden_to_memory needs a hidden cell; save the "
                            "model with one");
  }
  if (layer->input_to_hidden) {
    layer->cell  = LMU_CELL_DENSE;
    layer->units = (layer->memory_d * layer->order) + layer->n_inputs;
  }
  return LMU_EXIT_SUCCESS;
}

static LmuExit
read_method(LmuLayer* const            layer,
            const LmuKerasPlace* const place,
            const json_t* const        config)
{
  const char* const name = lmu_keras_text(config, "discretizer", "zoh");
  if (strcmp(name, "zoh") != 0 && strcmp(name, "euler") != 0) {
    return lmu_keras_refuse(
      place, "discretizer \"%s\" is unknown; use zoh or euler", name);
  }

  layer->method = !strcmp(name, "euler") ? LMU_EULER : LMU_ZOH;
  return LMU_EXIT_SUCCESS;
}

/// Read numbers and switches of an LMU, an LMUCell or an LMUFeedforward
static LmuExit
read_memory(LmuLayer* const            layer,
            LmuKerasPlan* const        plan,
            const LmuKerasPlace* const place,
            const json_t* const        config)
{
  const struct {
    bool*       flag;
    const char* key;
  } flags[] = {
    {&layer->hidden_to_memory, "hidden_to_memory"},
    {&layer->memory_to_memory, "memory_to_memory"},
    {&layer->input_to_hidden, "input_to_hidden"},
    {&layer->memory_bias, "use_bias"},
    {&plan->has_theta, "trainable_theta"},
  };

  LmuExit status = lmu_keras_check_dtype(place, config);
  if (!status) {
    status = lmu_keras_whole(&layer->memory_d, place, config, "memory_d");
  }
  if (!status) {
    status = lmu_keras_whole(&layer->order, place, config, "order");
  }
  if (!status) {
    status = lmu_keras_number(&layer->theta[0], place, config, "theta");
  }
  for (size_t i = 0U; !status && i < sizeof(flags) / sizeof(flags[0]); ++i) {
    status = lmu_keras_flag(flags[i].flag, place, config, flags[i].key);
  }
  return status ? status : read_method(layer, place, config);
}

/// Return whether Keras runs an LMU as LMUFeedforward, and names it so in files
static bool
is_feedforward(const LmuLayer* const layer, const LmuKerasPlan* const plan)
{
  return !layer->hidden_to_memory && !layer->memory_to_memory &&
         !plan->has_theta;
}

/// Read an LMU whose configuration is `config`
static LmuExit
read_lmu(LmuLayer* const            layer,
         LmuKerasPlan* const        plan,
         const LmuKerasPlace* const place,
         const json_t* const        config)
{
  const json_t* const cell = json_object_get(config, "hidden_cell");

  layer->type = LMU_LAYER_LMU;
  plan->has_kernel =
    !json_is_null(json_object_get(config, "kernel_initializer"));

  LmuExit status = read_memory(layer, plan, place, config);
  if (!status) {
    status = json_is_object(cell) ? read_hidden(layer, plan, place, cell)
                                  : pass_through(layer, place);
  }

  const uint32_t width =
    layer->n_inputs + (layer->hidden_to_memory ? layer->units : 0U);
  if (!status && !plan->has_kernel && width != layer->memory_d) {
    status = lmu_keras_refuse(place,
                              "without a kernel, %u signals cannot go to %u "
                              "memories; save the model again",
                              width,
                              layer->memory_d);
  }
  return status;
}

/// Refuse what an RNN may do that needs all frames at once, or a second output
static LmuExit
check_direction(const LmuKerasPlace* const place, const json_t* const config)
{
  bool    backwards = false;
  bool    state     = false;
  LmuExit status    = lmu_keras_flag(&backwards, place, config, "go_backwards");
  if (!status) {
    status = lmu_keras_flag(&state, place, config, "return_state");
  }
  return (status || !(backwards || state))
           ? status
           : lmu_keras_refuse(place,
                              "%s cannot run; save the model without it",
                              backwards ? "go_backwards" : "return_state");
}

/// Read a cell that is a layer
static LmuExit
read_recurrent_layer(LmuLayer* const            layer,
                     LmuKerasPlan* const        plan,
                     const LmuKerasPlace* const place,
                     const LmuKerasLayer* const source)
{
  const LmuExit status = check_direction(place, source->config);
  set_path(plan->group, source->group, "/cell/vars");
  return status ? status : read_cell(layer, place, source->config);
}

/// Set the type of a layer that is a cell, or return false if it is none
static bool
find_recurrent(LmuLayerType* const type, const char* const class_name)
{
  static const struct {
    const char*  class_name;
    LmuLayerType type;
  } types[] = {
    {"SimpleRNN", LMU_LAYER_SIMPLE_RNN},
    {"LSTM", LMU_LAYER_LSTM},
    {"GRU", LMU_LAYER_GRU},
  };

  for (size_t i = 0U; i < sizeof(types) / sizeof(types[0]); ++i) {
    if (!strcmp(class_name, types[i].class_name)) {
      *type = types[i].type;
      return true;
    }
  }
  return false;
}

/// Read an LMUCell in an RNN
static LmuExit
read_rnn(LmuLayer* const            layer,
         LmuKerasPlan* const        plan,
         const LmuKerasPlace* const place,
         const LmuKerasLayer* const source)
{
  const json_t* const cell = json_object_get(source->config, "cell");
  const LmuKerasPlace part = part_of(place, cell);
  if (strcmp(part.class_name, "LMUCell") != 0) {
    return lmu_keras_refuse(&part, "only LMUCell can run in RNN; use that");
  }

  const LmuExit status = check_direction(place, source->config);
  set_path(plan->group, source->group, "/cell/vars");
  set_path(plan->hidden, source->group, "/cell/hidden_cell/vars");
  return status ? status
                : read_lmu(layer, plan, &part, json_object_get(cell, "config"));
}

static LmuExit
read_lmu_layer(LmuLayer* const            layer,
               LmuKerasPlan* const        plan,
               const LmuKerasPlace* const place,
               const LmuKerasLayer* const source)
{
  const LmuExit status = read_lmu(layer, plan, place, source->config);
  const bool    inner  = !strcmp(source->class_name, "LMU");
  set_path(plan->hidden, source->group, "/hidden_cell/vars");
  set_path(plan->group,
           source->group,
           !inner                        ? "/vars"
           : is_feedforward(layer, plan) ? "/layer/vars"
                                         : "/layer/cell/vars");
  return status;
}

LmuExit
lmu_keras_layer_init(LmuLayer* const            layer,
                     LmuKerasPlan* const        plan,
                     const LmuKerasPlace* const place,
                     const LmuKerasLayer* const source,
                     const bool                 logits)
{
  memset(plan, 0, sizeof(*plan));
  plan->place        = *place;
  plan->legacy.layer = source->name;
  plan->legacy.cell  = "";
  set_name(layer->name, sizeof(layer->name), source->name);
  layer->slope = LMU_DEFAULT_SLOPE;

  const LmuExit status = lmu_keras_check_dtype(place, source->config);
  if (status) {
    return status;
  }
  if (!strcmp(source->class_name, "RNN")) {
    return read_rnn(layer, plan, place, source);
  }
  if (find_recurrent(&layer->type, source->class_name)) {
    return read_recurrent_layer(layer, plan, place, source);
  }
  return (!strcmp(source->class_name, "LMU") ||
          !strcmp(source->class_name, "LMUFeedforward"))
           ? read_lmu_layer(layer, plan, place, source)
           : read_dense_layer(layer, plan, place, source, logits);
}

/// Add a parameter that the layer has to those of a group
static void
add(LmuKerasGroup* const  group,
    const LmuGraph* const graph,
    const uint32_t        layer,
    const LmuRole         role)
{
  const LmuParameter* const parameter = &graph->layers[layer].parameters[role];
  const LmuShape            vector    = {1U, {parameter->columns, 0U}};
  const LmuShape matrix = {2U, {parameter->rows, parameter->columns}};
  if (parameter->rows) {
    const char* const      dot      = strrchr(parameter->name, '.');
    const LmuKerasVariable variable = {lmu_layer_values(graph, layer, role),
                                       parameter->vector ? vector : matrix,
                                       dot ? dot + 1 : parameter->name};

    group->variables[group->n_variables++] = variable;
  }
}

/// Make a square matrix one that changes nothing
static void
set_identity(const LmuGraph* const graph,
             const uint32_t        layer,
             const LmuRole         role)
{
  const LmuParameter* const parameter = &graph->layers[layer].parameters[role];
  double* const             values    = lmu_layer_values(graph, layer, role);
  for (uint32_t i = 0U; i < parameter->rows; ++i) {
    values[((size_t)i * parameter->columns) + i] = 1.0;
  }
}

/// Turn the trained 1/theta into theta
static LmuExit
invert_theta(LmuLayer* const           layer,
             const LmuKerasPlan* const plan,
             const double              theta_inv)
{
  if (plan->has_theta) {
    layer->theta[0] = 1.0 / theta_inv;
  }
  return (layer->theta[0] >= 1.0 && layer->theta[0] <= 1e9)
           ? LMU_EXIT_SUCCESS
           : lmu_keras_refuse(&plan->place,
                              "theta is not from 1 to 1000000000 frames; "
                              "train it again");
}

/// Read kernel, bias, 1/theta and recurrent kernel, those there are
static LmuExit
read_memory_group(LmuGraph* const           graph,
                  const uint32_t            layer,
                  const LmuKerasPlan* const plan,
                  const LmuHdf5* const      hdf5)
{
  double        theta_inv = 0.0;
  LmuKerasGroup group     = {0U, 0U, {{NULL, {0U, {0U, 0U}}, NULL}}};
  if (plan->has_kernel) {
    add(&group, graph, layer, LMU_KERNEL);
  } else {
    set_identity(graph, layer, LMU_KERNEL);
  }
  add(&group, graph, layer, LMU_BIAS);
  if (plan->has_theta) {
    group.variables[group.n_variables++] =
      (LmuKerasVariable){&theta_inv, {0U, {0U, 0U}}, "theta_inv"};
  }
  add(&group, graph, layer, LMU_MEMORY_RECURRENT);

  const LmuExit status = lmu_keras_group_read(plan, hdf5, plan->group, &group);
  return status ? status : invert_theta(&graph->layers[layer], plan, theta_inv);
}

/// Read kernel, recurrent kernel and bias of a cell
static LmuExit
read_cell_group(const LmuGraph* const     graph,
                const uint32_t            layer,
                const LmuKerasPlan* const plan,
                const LmuHdf5* const      hdf5,
                const char* const         name)
{
  LmuKerasGroup group = {0U, 0U, {{NULL, {0U, {0U, 0U}}, NULL}}};
  add(&group, graph, layer, LMU_CELL_KERNEL);
  add(&group, graph, layer, LMU_CELL_RECURRENT);
  if (!plan->no_bias) {
    add(&group, graph, layer, LMU_CELL_BIAS);
  }
  return lmu_keras_group_read(plan, hdf5, name, &group);
}

/// Read the hidden cell of an LMU
static LmuExit
read_hidden_group(const LmuGraph* const     graph,
                  const uint32_t            layer,
                  const LmuKerasPlan* const plan,
                  const LmuHdf5* const      hdf5)
{
  if (graph->layers[layer].cell == LMU_CELL_NONE) {
    return LMU_EXIT_SUCCESS;
  }
  if (!plan->has_hidden) {
    set_identity(graph, layer, LMU_CELL_KERNEL);
    return LMU_EXIT_SUCCESS;
  }
  return read_cell_group(graph, layer, plan, hdf5, plan->hidden);
}

LmuExit
lmu_keras_layer_read(LmuGraph* const           graph,
                     const uint32_t            layer,
                     const LmuKerasPlan* const plan,
                     const LmuHdf5* const      hdf5)
{
  if (!plan->place.path) {
    set_identity(graph, layer, LMU_CELL_KERNEL);
    return LMU_EXIT_SUCCESS;
  }
  if (graph->layers[layer].type != LMU_LAYER_LMU) {
    return read_cell_group(graph, layer, plan, hdf5, plan->group);
  }

  const LmuExit status = read_memory_group(graph, layer, plan, hdf5);
  return status ? status : read_hidden_group(graph, layer, plan, hdf5);
}
