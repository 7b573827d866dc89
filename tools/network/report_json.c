// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/network.h"
#include "core/nn/setup/sources.h"
#include "tools/network/names.h"
#include "tools/network/report.h"

#include <jansson.h>

#include <math.h>
#include <stdio.h>

static json_t*
flags_json(const LmuLayer* const layer)
{
  return json_pack("{s:b, s:b, s:b, s:b, s:b}",
                   "hidden_to_memory",
                   layer->hidden_to_memory,
                   "memory_to_memory",
                   layer->memory_to_memory,
                   "input_to_hidden",
                   layer->input_to_hidden,
                   "bias",
                   layer->memory_bias,
                   "hidden_bias",
                   layer->cell_bias);
}

/// Return the window of each channel
static json_t*
thetas_json(const LmuLayer* const layer)
{
  json_t* const json = json_array();
  for (uint32_t i = 0U; i < layer->memory_d; ++i) {
    json_array_append_new(json, json_real(lmu_layer_theta(layer, i)));
  }
  return json;
}

/// Return earlier layers as numbers, and the network's input as a word
static json_t*
source_json(const uint32_t source)
{
  return (source == LMU_SOURCE_INPUT) ? json_string("input")
                                      : json_integer(source);
}

/// Add what a layer takes, and what is added to its output
static void
add_sources(json_t* const         json,
            const LmuGraph* const graph,
            const uint32_t        index)
{
  const LmuLayer* const layer   = &graph->layers[index];
  json_t* const         sources = json_array();
  json_t* const         adds    = json_array();
  for (uint32_t i = 0U; i < lmu_layer_n_sources(layer); ++i) {
    json_array_append_new(sources,
                          source_json(lmu_layer_source(graph, index, i)));
  }
  for (uint32_t i = 0U; i < layer->n_adds; ++i) {
    json_array_append_new(adds, source_json(layer->adds[i]));
  }
  json_object_set_new(json, "sources", sources);
  json_object_set_new(json, "adds", adds);
}

/// Add what an LMU has and a Dense layer has not
static void
add_memory(json_t* const json, const LmuGraph* const graph, const LmuLayer* l)
{
  json_object_set_new(json, "order", json_integer(l->order));
  json_object_set_new(json, "memory_d", json_integer(l->memory_d));
  json_object_set_new(json, "theta", json_real(lmu_layer_longest(l)));
  json_object_set_new(json, "thetas", thetas_json(l));
  json_object_set_new(
    json,
    "theta_ms",
    (graph->metadata.rate > 0.0)
      ? json_real(1e3 * lmu_layer_longest(l) / graph->metadata.rate)
      : json_null());
  json_object_set_new(
    json, "discretisation", json_string(lmu_method_name(l->method)));
  json_object_set_new(json, "stages", json_integer(l->stages));
  json_object_set_new(json, "step_stored", json_boolean(l->stored));
  json_object_set_new(json, "hidden_cell", json_string(lmu_cell_name(l->cell)));
  json_object_update_missing_new(json, flags_json(l));
}

/// Add what a cell has that recurs
static void
add_gates(json_t* const json, const LmuLayer* const layer)
{
  json_object_set_new(
    json,
    "recurrent_activation",
    json_string(lmu_activation_name(layer->recurrent_activation)));
  json_object_set_new(json, "reset_after", json_boolean(layer->reset_after));
}

static json_t*
layer_json(const LmuReport* const report, const uint32_t index)
{
  const LmuLayer* const layer = &report->graph->layers[index];
  json_t* const         json  = json_object();
  json_object_set_new(json, "name", json_string(layer->name));
  json_object_set_new(
    json, "type", json_string(lmu_layer_type_name(layer->type)));
  json_object_set_new(json, "inputs", json_integer(layer->n_inputs));
  json_object_set_new(json, "outputs", json_integer(layer->n_outputs));
  json_object_set_new(json, "units", json_integer(layer->units));
  json_object_set_new(
    json, "parameters", json_integer(lmu_layer_n_trainable(layer)));
  json_object_set_new(
    json, "activation", json_string(lmu_activation_name(layer->activation)));
  json_object_set_new(
    json, "form", json_string(lmu_network_form(report->network, index)));
  add_sources(json, report->graph, index);
  if (lmu_layer_leaks(layer)) {
    json_object_set_new(json, "negative_slope", json_real(layer->slope));
  }
  if (layer->type == LMU_LAYER_LMU) {
    add_memory(json, report->graph, layer);
  }
  if (layer->type != LMU_LAYER_DENSE) {
    add_gates(json, layer);
  }
  return json;
}

/// Add what outputs predict, empty if they do not
static void
add_horizons(json_t* const json, const LmuGraph* const graph)
{
  json_t* const frames = json_array();
  json_t* const ms     = json_array();
  for (uint32_t i = 0U; i < graph->metadata.n_horizons; ++i) {
    json_array_append_new(frames, json_real(graph->metadata.horizons[i]));
    json_array_append_new(ms, json_real(1e3 * lmu_graph_horizon_s(graph, i)));
  }
  json_object_set_new(json, "horizons", frames);
  json_object_set_new(json, "horizons_ms", ms);
}

/// Add all notes by their keys
static void
add_notes(json_t* const json, const LmuMetadata* const metadata)
{
  json_t* const notes = json_object();
  for (uint32_t i = 0U; i < metadata->n_notes; ++i) {
    json_object_set_new(
      notes, metadata->notes[i].key, json_string(metadata->notes[i].value));
  }
  json_object_set_new(json, "notes", notes);
}

static json_t*
report_json(const LmuReport* const report)
{
  const LmuGraph* const graph      = report->graph;
  json_t* const         layers     = json_array();
  json_t* const         warnings   = json_array();
  json_t* const         conditions = json_array();
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    json_array_append_new(layers, layer_json(report, i));
  }
  for (uint32_t i = 0U; i < report->n_warnings; ++i) {
    json_array_append_new(warnings, json_string(report->warnings[i]));
  }
  for (uint32_t i = 0U; i < graph->metadata.n_conditions; ++i) {
    json_array_append_new(conditions,
                          json_string(graph->metadata.conditions[i]));
  }

  json_t* const json = json_pack(
    "{s:s, s:s, s:s, s:s, s:s, s:f, s:f, s:i, s:i, s:i, s:f, s:s, s:o, s:o, "
    "s:o}",
    "name",
    graph->metadata.name,
    "author",
    graph->metadata.author,
    "license",
    graph->metadata.license,
    "source",
    graph->metadata.source,
    "comment",
    graph->metadata.comment,
    "sample_rate",
    graph->metadata.rate,
    "latency",
    graph->metadata.latency,
    "inputs",
    (int)graph->n_inputs,
    "outputs",
    (int)graph->n_outputs,
    "parameters",
    (int)report->n_parameters,
    "frame_ns",
    report->frame_ns,
    "kernels",
    report->kernels,
    "conditions",
    conditions,
    "layers",
    layers,
    "warnings",
    warnings);
  json_object_set_new(json,
                      "loudness_db",
                      isnan(graph->metadata.loudness_db)
                        ? json_null()
                        : json_real(graph->metadata.loudness_db));
  json_object_set_new(
    json, "least_window_scale", json_real(graph->metadata.least_scale));
  add_horizons(json, graph);
  add_notes(json, &graph->metadata);
  return json;
}

void
lmu_report_print_json(const LmuReport* const report)
{
  json_t* const json = report_json(report);
  (void)json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
  puts("");
  json_decref(json);
}
