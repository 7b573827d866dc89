// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/rtneural_gains.h"

#include "tools/foreign/rtneural_layer.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_GAIN_DB 100.0 // What is no mistake

/// Read a gain in dB, left as it is if there is none
static LmuExit
read_gain(double* const             gain,
          const LmuJsonPlace* const place,
          const json_t* const       model,
          const char* const         key)
{
  const json_t* const value = json_object_get(model, key);
  if (!value || json_is_null(value)) {
    return LMU_EXIT_SUCCESS;
  }
  if (!json_is_number(value) || fabs(json_number_value(value)) > MAX_GAIN_DB) {
    return lmu_json_refuse(
      place, "\"%s\" is not from -100 to 100 dB; correct it", key);
  }

  *gain = pow(10.0, json_number_value(value) / 20.0);
  return LMU_EXIT_SUCCESS;
}

/// Read whether the input goes past the network
static LmuExit
read_skip(bool* const               skip,
          const LmuJsonPlace* const place,
          const json_t* const       model)
{
  const json_t* const value  = json_object_get(model, "in_skip");
  const json_int_t    number = json_integer_value(value);
  if (!value || json_is_null(value)) {
    return LMU_EXIT_SUCCESS;
  }
  if (!json_is_integer(value) || number < 0 || number > 1) {
    return lmu_json_refuse(
      place, "\"in_skip\" is not 0 or 1; train with one of these");
  }

  *skip = number == 1;
  return LMU_EXIT_SUCCESS;
}

static LmuLayer*
last_layer(LmuGraph* const graph)
{
  return &graph->layers[graph->n_layers - 1U];
}

/// Let the last layer be one that can scale and add
static LmuExit
end_with_dense(LmuGraph* const           graph,
               const json_t*             weights[LMU_MAX_LAYERS],
               const LmuJsonPlace* const place)
{
  const LmuLayer* const layer = last_layer(graph);
  return ((layer->type == LMU_LAYER_DENSE && layer->activation == LMU_LINEAR) ||
          lmu_rtneural_layer_pass(graph, weights, layer->units))
           ? LMU_EXIT_SUCCESS
           : lmu_json_refuse(place,
                             "with \"out_gain\" or \"in_skip\" its last layer "
                             "is to be dense and linear; train with one layer "
                             "fewer");
}

/// Let the last layer take the input too
static LmuExit
add_input(LmuGraph* const graph, const LmuJsonPlace* const place)
{
  LmuLayer* const layer = last_layer(graph);
  if (layer->units != 1U) {
    return lmu_json_refuse(place,
                           "\"in_skip\" cannot add the input to %u outputs; "
                           "train with one",
                           layer->units);
  }
  if (graph->n_layers > 1U) {
    layer->n_sources  = 2U;
    layer->sources[0] = graph->n_layers - 2U;
    layer->sources[1] = LMU_SOURCE_INPUT;
  }
  return LMU_EXIT_SUCCESS;
}

LmuExit
lmu_rtneural_gains_read(LmuRtneuralGains* const   gains,
                        LmuGraph* const           graph,
                        const json_t*             weights[LMU_MAX_LAYERS],
                        const LmuJsonPlace* const place,
                        const json_t* const       model)
{
  LmuExit status = read_gain(&gains->in, place, model, "in_gain");
  if (!status) {
    status = read_gain(&gains->out, place, model, "out_gain");
  }
  if (!status) {
    status = read_skip(&gains->skip, place, model);
  }
  if (!status && (gains->skip || gains->out != 1.0)) {
    status = end_with_dense(graph, weights, place);
  }
  return (!status && gains->skip) ? add_input(graph, place) : status;
}

/// Scale values
static void
scale(double* const values, const size_t count, const double gain)
{
  for (size_t i = 0U; values && i < count; ++i) {
    values[i] *= gain;
  }
}

void
lmu_rtneural_gains_apply(const LmuRtneuralGains* const gains,
                         const LmuGraph* const         graph)
{
  const uint32_t            end   = graph->n_layers - 1U;
  const LmuLayer* const     layer = &graph->layers[end];
  const LmuParameter* const first =
    &graph->layers[0].parameters[LMU_CELL_KERNEL];
  const LmuParameter* const kernel = &layer->parameters[LMU_CELL_KERNEL];
  double* const values = lmu_layer_values(graph, end, LMU_CELL_KERNEL);

  // The row of the first input alone, others are controls
  scale(
    lmu_layer_values(graph, 0U, LMU_CELL_KERNEL), first->columns, gains->in);
  if (gains->out != 1.0) {
    scale(values, lmu_parameter_count(kernel), gains->out);
    scale(
      lmu_layer_values(graph, end, LMU_CELL_BIAS), layer->units, gains->out);
  }
  if (gains->skip) {
    // There is one output
    values[end ? graph->layers[end - 1U].n_outputs : 0U] +=
      gains->in * gains->out;
  }
}
