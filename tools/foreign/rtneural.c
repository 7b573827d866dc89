// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/rtneural.h"

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "tools/foreign/rtneural_gains.h"
#include "tools/foreign/rtneural_layer.h"

#include <stdio.h>
#include <string.h>

#define MAX_CONTROLS 2U // Of AIDA-X

/// Return the last element of a list, or null
static const json_t*
last(const json_t* const list)
{
  const size_t size = json_array_size(list);
  return size ? json_array_get(list, size - 1U) : NULL;
}

/* Layers */

/// Read what all layers are
static LmuExit
read_layers(LmuGraph* const           graph,
            const json_t*             weights[LMU_MAX_LAYERS],
            const LmuJsonPlace* const file,
            const json_t* const       list,
            const bool                logits)
{
  const size_t count  = json_array_size(list);
  LmuExit      status = LMU_EXIT_SUCCESS;
  for (size_t i = 0U; !status && i < count; ++i) {
    const json_t* const source = json_array_get(list, i);
    const char* const type = json_string_value(json_object_get(source, "type"));
    LmuJsonPlace      place = *file;
    snprintf(place.where,
             sizeof(place.where),
             "layer %zu (%.40s)",
             i + 1U,
             type ? type : "of no type");
    status = lmu_rtneural_layer_add(
      graph, weights, &place, source, logits && i + 1U == count);
  }
  return (status || graph->n_layers)
           ? status
           : lmu_json_refuse(file, "it has no layers; export it again");
}

/// Read all weights, once layers and sizes are known
static LmuExit
read_weights(LmuGraph* const           graph,
             const json_t* const       weights[LMU_MAX_LAYERS],
             const LmuJsonPlace* const file)
{
  LmuExit status = LMU_EXIT_SUCCESS;
  for (uint32_t i = 0U; !status && i < graph->n_layers; ++i) {
    status = lmu_rtneural_layer_read(graph, i, weights[i], file);
  }
  return status;
}

/* What it is */

/// Add the first text that is not empty
static void
read_text(char* const         text,
          const json_t* const said,
          const json_t* const model,
          const char* const   key)
{
  lmu_json_add_text(text, LMU_MAX_NAME, json_object_get(said, key));
  if (!text[0]) {
    lmu_json_add_text(text, LMU_MAX_NAME, json_object_get(model, key));
  }
}

static void
read_comment(char* const comment, const json_t* const said)
{
  static const char* const keys[] = {
    "style", "source", "dataset", "device", "comment", "esr"};
  for (size_t i = 0U; i < sizeof(keys) / sizeof(keys[0]); ++i) {
    lmu_json_add_remark(comment, LMU_MAX_COMMENT, said, keys[i]);
  }
}

/// Read what is said of a network, beside it or in "metadata"
static LmuExit
read_metadata(LmuMetadata* const        metadata,
              const LmuJsonPlace* const place,
              const json_t* const       model)
{
  static const char* const keys[] = {
    "sample_rate", "samplerate", "expected_sample_rate"};

  const json_t* const said   = json_object_get(model, "metadata");
  LmuExit             status = LMU_EXIT_SUCCESS;
  read_text(metadata->name, said, model, "name");
  read_text(metadata->author, said, model, "author");
  read_text(metadata->license, said, model, "license");
  read_text(metadata->source, said, model, "based");
  read_comment(metadata->comment, said ? said : model);
  for (size_t i = 0U; !status && i < sizeof(keys) / sizeof(keys[0]); ++i) {
    status =
      lmu_json_rate(&metadata->rate, place, json_object_get(model, keys[i]));
    if (!status) {
      status =
        lmu_json_rate(&metadata->rate, place, json_object_get(said, keys[i]));
    }
  }
  return status;
}

/// Name the controls of a network as AIDA-X does
static void
name_controls(LmuGraph* const graph)
{
  const uint32_t n_controls = graph->n_inputs - 1U;
  if (n_controls > MAX_CONTROLS || graph->n_outputs > 1U) {
    return;
  }
  for (uint32_t i = 0U; i < n_controls; ++i) {
    snprintf(graph->metadata.conditions[i], LMU_MAX_NAME, "PARAM%u", i + 1U);
  }
  graph->metadata.n_conditions = n_controls;
}

LmuExit
lmu_rtneural_load(LmuGraph* const           graph,
                  const LmuJsonPlace* const place,
                  const json_t* const       model,
                  const bool                logits)
{
  const json_t*    weights[LMU_MAX_LAYERS] = {NULL};
  LmuRtneuralGains gains                   = {1.0, 1.0, false};
  LmuError         reason                  = {""};

  LmuExit status = lmu_json_whole(&graph->n_inputs,
                                  place,
                                  last(json_object_get(model, "in_shape")),
                                  "in_shape",
                                  LMU_MAX_UNITS);
  if (!status) {
    status = read_layers(
      graph, weights, place, json_object_get(model, "layers"), logits);
  }
  if (!status) {
    graph->layers[0].n_inputs = graph->n_inputs;
    status = lmu_rtneural_gains_read(&gains, graph, weights, place, model);
  }
  if (!status && lmu_graph_allocate(graph, &reason)) {
    status = lmu_json_refuse(place, "%s", reason.text);
  }
  if (!status) {
    status = read_weights(graph, weights, place);
  }
  if (status) {
    return status;
  }

  lmu_rtneural_gains_apply(&gains, graph);
  name_controls(graph);
  return read_metadata(&graph->metadata, place, model);
}
