// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/rt/bandwidth.h"
#include "core/nn/setup/network.h"
#include "tools/base/allocate.h"
#include "tools/base/print.h"
#include "tools/network/names.h"
#include "tools/network/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define USUAL_RATE 48000.0 // To compare costs at, where a file names none

static const char*
plural(const uint32_t count)
{
  return (count == 1U) ? "" : "s";
}

static void
print_text(const char* const name, const char* const text)
{
  if (*text) {
    lmu_print("  %-9s %s\n", name, text);
  }
}

static void
print_head(const LmuReport* const report)
{
  const LmuGraph* const graph = report->graph;

  lmu_print("%s\n",
            *graph->metadata.name ? graph->metadata.name : report->path);
  print_text("Author", graph->metadata.author);
  print_text("License", graph->metadata.license);
  print_text("Source", graph->metadata.source);
  print_text("Comment", graph->metadata.comment);
  lmu_print("  %-9s %u layer%s, %u weight%s, %u input%s, %u output%s\n",
            "Size",
            graph->n_layers,
            plural(graph->n_layers),
            report->n_parameters,
            plural(report->n_parameters),
            graph->n_inputs,
            plural(graph->n_inputs),
            graph->n_outputs,
            plural(graph->n_outputs));
  for (uint32_t i = 0U; i < graph->metadata.n_conditions; ++i) {
    lmu_print("  %-9s input %u is a control from 0 to 1, \"%s\"\n",
              i ? "" : "Controls",
              graph->n_inputs - graph->metadata.n_conditions + i + 1U,
              graph->metadata.conditions[i]);
  }
}

static void
print_rate(const LmuGraph* const graph)
{
  if (graph->metadata.rate > 0.0) {
    lmu_print("  %-9s %g Hz; at others %s\n",
              "Rate",
              graph->metadata.rate,
              lmu_graph_rescales(graph)
                ? "windows keep their length in milliseconds"
                : "the sound is resampled");
  }
  if (graph->metadata.latency > 0.0) {
    lmu_print("  %-9s %g frames\n", "Latency", graph->metadata.latency);
  }
  if (graph->metadata.least_scale > 0.0) {
    lmu_print(
      "  %-9s from a scale of %g on\n", "Windows", graph->metadata.least_scale);
  }
  if (!isnan(graph->metadata.loudness_db)) {
    lmu_print("  %-9s %.1f dBFS\n", "Loudness", graph->metadata.loudness_db);
  }
}

static void
print_horizons(const LmuGraph* const graph)
{
  char* const horizons = lmu_graph_horizons_text(graph);
  if (horizons) {
    lmu_print(
      "  %-9s the input %s ahead, an output each\n", "Predicts", horizons);
  }
  free(horizons);
}

static void
print_notes(const LmuMetadata* const metadata)
{
  for (uint32_t i = 0U; i < metadata->n_notes; ++i) {
    const LmuNote* const note = &metadata->notes[i];
    lmu_print("  %-9s %s: %s\n", i ? "" : "Notes", note->key, note->value);
  }
}

static void
print_cost(const LmuReport* const report)
{
  const double rate = (report->graph->metadata.rate > 0.0)
                        ? report->graph->metadata.rate
                        : USUAL_RATE;
  lmu_print("  %-9s %.1f ns a frame on this CPU (%s), %.2g %% of a core at %g "
            "Hz\n",
            "Cost",
            report->frame_ns,
            report->kernels,
            100e-9 * report->frame_ns * rate,
            rate);
}

/// Print the windows of all channels times a factor, one if they are the same
static void
print_windows(const LmuLayer* const layer,
              const char* const     format,
              const double          factor)
{
  const uint32_t count = layer->n_thetas ? layer->n_thetas : 1U;
  for (uint32_t i = 0U; i < count; ++i) {
    char* const text =
      lmu_allocate_text(format, factor * lmu_layer_theta(layer, i));
    lmu_print("%s%s", i ? ", " : "", text);
    free(text);
  }
}

static void
print_memory(const LmuGraph* const graph, const LmuLayer* const layer)
{
  const double rate = graph->metadata.rate;
  printf("    Memory    order %u", layer->order);
  if (layer->memory_d > 1U) {
    printf(", %u channels", layer->memory_d);
  }
  printf(", theta ");
  print_windows(layer, "%.7g", 1.0);
  printf(" frames");
  if (rate > 0.0) {
    printf(" = ");
    print_windows(layer, "%.4g", 1e3 / rate);
    printf(" ms, up to about %.4g Hz",
           lmu_bandwidth(layer->order, lmu_layer_shortest(layer), rate));
  }
  lmu_print(", by %s", lmu_method_name(layer->method));
  if (layer->method == LMU_PADE) {
    printf(" [%u/%u]", layer->stages, layer->stages);
  }
  lmu_print("%s\n", layer->stored ? ", step stored" : "");
}

/// Print what a cell is, after its name
static void
print_cell(const LmuLayer* const layer)
{
  const LmuCell cell = lmu_layer_cell(layer);
  lmu_print(" of %u, %s", layer->units, lmu_activation_name(layer->activation));
  if (cell == LMU_CELL_LSTM || cell == LMU_CELL_GRU) {
    lmu_print(", gates %s", lmu_activation_name(layer->recurrent_activation));
  }
  if (cell == LMU_CELL_GRU) {
    lmu_print(", reset %s", layer->reset_after ? "after" : "before");
  }
  if (lmu_layer_leaks(layer)) {
    lmu_print(", slope %.4g", layer->slope);
  }
}

static void
print_hidden(const LmuLayer* const layer)
{
  lmu_print("    Hidden    %s", lmu_cell_name(layer->cell));
  if (layer->cell != LMU_CELL_NONE) {
    print_cell(layer);
  }
  printf("\n");
  if (layer->hidden_to_memory || layer->memory_to_memory ||
      layer->input_to_hidden) {
    lmu_print("    Also      %s%s%s\n",
              layer->hidden_to_memory ? "hidden to memory  " : "",
              layer->memory_to_memory ? "memory to memory  " : "",
              layer->input_to_hidden ? "input to hidden" : "");
  }
}

static void
print_sources(const char* const     what,
              const uint32_t* const sources,
              const uint32_t        count)
{
  for (uint32_t i = 0U; i < count; ++i) {
    printf("%s", i ? ", " : what);
    if (sources[i] == LMU_SOURCE_INPUT) {
      printf("input");
    } else {
      printf("layer %u", sources[i]);
    }
  }
  printf("%s", count ? "\n" : "");
}

static void
print_layer(const LmuReport* const report, const uint32_t index)
{
  const LmuLayer* const layer = &report->graph->layers[index];

  lmu_print("\n  Layer %u, %s%s%s\n",
            index,
            lmu_layer_title(layer->type),
            *layer->name ? ": " : "",
            layer->name);
  printf("    Size      %u to %u, %u weight%s\n",
         layer->n_inputs,
         layer->n_outputs,
         lmu_layer_n_trainable(layer),
         plural(lmu_layer_n_trainable(layer)));
  print_sources("    Takes     ", layer->sources, layer->n_sources);
  if (layer->type == LMU_LAYER_LMU) {
    print_memory(report->graph, layer);
    print_hidden(layer);
  } else if (layer->type == LMU_LAYER_DENSE) {
    lmu_print("    Output    %s", lmu_activation_name(layer->activation));
    if (lmu_layer_leaks(layer)) {
      printf(", slope %.4g", layer->slope);
    }
    printf("\n");
  } else {
    printf("    Cell      %s", lmu_layer_type_name(layer->type));
    print_cell(layer);
    printf("\n");
  }
  print_sources("    Adds      ", layer->adds, layer->n_adds);
  lmu_print("    Runs      %s\n", lmu_network_form(report->network, index));
}

void
lmu_report_print(const LmuReport* const report)
{
  print_head(report);
  print_rate(report->graph);
  print_horizons(report->graph);
  print_notes(&report->graph->metadata);
  print_cost(report);
  for (uint32_t i = 0U; i < report->graph->n_layers; ++i) {
    print_layer(report, i);
  }
  for (uint32_t i = 0U; i < report->n_warnings; ++i) {
    lmu_print("%sWarning: %s\n", i ? "" : "\n", report->warnings[i]);
  }
}
