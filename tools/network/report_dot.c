// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/network/report.h"

#include "core/base/setup/utf8.h"
#include "core/nn/setup/sources.h"
#include "tools/base/allocate.h"
#include "tools/base/failure.h"
#include "tools/network/names.h"

#include <stdio.h>
#include <stdlib.h>

/// Print a text in double quotes, as dot reads it
static void
print_quoted(const char* const text)
{
  char* const tame = lmu_allocate_text("%s", text);
  lmu_utf8_clean(tame);
  putchar('"');
  for (size_t i = 0U; text[i]; ++i) {
    if (text[i] == '\n') {
      fputs("\\n", stdout);
      continue;
    }
    if (text[i] == '"' || text[i] == '\\') {
      putchar('\\');
    }
    putchar(tame[i]);
  }
  putchar('"');
  free(tame);
}

/// Print a node; what it takes is free()d
static void
print_node(const char* const name, const char* const style, char* const label)
{
  printf("    %s [%slabel=", name, style);
  print_quoted(label);
  puts("];");
  free(label);
}

/// Print an edge with its width and the tensor on it, both free()d
static void
print_edge(char* const edge, const uint32_t width, char* const tensor)
{
  printf("  %s [label=", edge);
  char* const label = tensor ? lmu_allocate_text("%u\n%s", width, tensor)
                             : lmu_allocate_text("%u", width);
  print_quoted(label);
  puts("];");
  free(label);
  free(tensor);
  free(edge);
}

static char*
shape_text(const char* const name, const uint32_t rows, const uint32_t columns)
{
  return lmu_allocate_text("%s [%u][%u]", name, rows, columns);
}

static const char*
cell_title(const LmuLayer* const layer)
{
  static const char* const titles[] = {"", "Dense", "SimpleRNN", "LSTM", "GRU"};
  return titles[lmu_layer_cell(layer)];
}

/// Return the windows of all channels times a factor, for free()
static char*
windows_text(const LmuLayer* const layer,
             const char* const     format,
             const double          factor)
{
  const uint32_t count = layer->n_thetas ? layer->n_thetas : 1U;
  char*          text  = lmu_allocate_text("%s", "");
  for (uint32_t i = 0U; i < count; ++i) {
    char* const number =
      lmu_allocate_text(format, factor * lmu_layer_theta(layer, i));
    char* const longer =
      lmu_allocate_text("%s%s%s", text, i ? ", " : "", number);
    free(number);
    free(text);
    text = longer;
  }
  return text;
}

static void
print_memory(const LmuGraph* const graph,
             const LmuLayer* const l,
             const uint32_t        i)
{
  const double rate   = graph->metadata.rate;
  char* const  thetas = windows_text(l, "%.7g", 1.0);
  char* const  ms   = windows_text(l, "%.4g", (rate > 0.0) ? 1e3 / rate : 0.0);
  char* const  step = (l->method == LMU_PADE)
                        ? lmu_allocate_text("pade [%u/%u]", l->stages, l->stages)
                        : lmu_allocate_text("%s", lmu_method_name(l->method));
  char         name[32];
  snprintf(name, sizeof(name), "u%u", i);
  print_node(name,
             "shape=circle, ",
             lmu_allocate_text(l->memory_bias ? "+\nbias" : "+"));
  snprintf(name, sizeof(name), "m%u", i);
  print_node(name,
             "shape=box3d, ",
             lmu_allocate_text("m: Legendre memory\n%u x order %u\ntheta %s "
                               "frames%s%s%s\nm' = Ad m + Bd u, %s%s",
                               l->memory_d,
                               l->order,
                               thetas,
                               (rate > 0.0) ? " = " : "",
                               (rate > 0.0) ? ms : "",
                               (rate > 0.0) ? " ms" : "",
                               step,
                               l->stored ? ", stored" : ""));
  free(step);
  free(ms);
  free(thetas);
}

static void
print_hidden(const LmuLayer* const l, const uint32_t i)
{
  char name[32];
  snprintf(name, sizeof(name), "h%u", i);
  const LmuCell cell  = lmu_layer_cell(l);
  const bool    gates = cell == LMU_CELL_LSTM || cell == LMU_CELL_GRU;
  print_node(
    name,
    "shape=box, ",
    lmu_allocate_text("h: %s of %u, %s%s%s%s%s",
                      cell_title(l),
                      l->units,
                      lmu_activation_name(l->activation),
                      gates ? ", gates " : "",
                      gates ? lmu_activation_name(l->recurrent_activation) : "",
                      l->cell_bias ? "\nwith bias" : "",
                      (cell == LMU_CELL_GRU)
                        ? (l->reset_after ? "\nreset after" : "\nreset before")
                        : ""));
}

/// Print the nodes of a layer in a frame of their own
static void
print_layer(const LmuGraph* const graph, const uint32_t i)
{
  const LmuLayer* const l = &graph->layers[i];
  char* const           title =
    lmu_allocate_text("Layer %u, %s%s%s, %u weight%s",
                      i,
                      lmu_layer_title(l->type),
                      *l->name ? ": " : "",
                      l->name,
                      lmu_layer_n_trainable(l),
                      lmu_layer_n_trainable(l) == 1U ? "" : "s");
  printf("  subgraph cluster%u {\n    label=", i);
  print_quoted(title);
  puts(";\n    style=rounded; color=gray;");
  free(title);
  if (l->type == LMU_LAYER_DENSE) {
    char name[32];
    snprintf(name, sizeof(name), "h%u", i);
    print_node(name,
               "shape=box, ",
               lmu_allocate_text("Dense of %u, %s%s",
                                 l->units,
                                 lmu_activation_name(l->activation),
                                 l->cell_bias ? "\nwith bias" : ""));
  } else {
    if (l->type == LMU_LAYER_LMU) {
      print_memory(graph, l, i);
    }
    if (lmu_layer_cell(l) != LMU_CELL_NONE) {
      print_hidden(l, i);
    }
  }
  if (l->n_adds) {
    char name[32];
    snprintf(name, sizeof(name), "a%u", i);
    print_node(name, "shape=circle, ", lmu_allocate_text("+"));
  }
  puts("  }");
}

/// Return the letter of the node that a layer's h is
static const char*
state_letter(const LmuLayer* const layer)
{
  return (lmu_layer_cell(layer) == LMU_CELL_NONE) ? "m" : "h";
}

/// Return the node that puts out what a source is, for free()
static char*
source_name(const LmuGraph* const graph, const uint32_t source)
{
  if (source == LMU_SOURCE_INPUT) {
    return lmu_allocate_text("input");
  }
  const LmuLayer* const layer = &graph->layers[source];
  return lmu_allocate_text(
    "%s%u", layer->n_adds ? "a" : state_letter(layer), source);
}

/// Print the edges from all that a layer takes to one of its nodes, the tensor
/// on the first, which is free()d
static void
print_input_edges(const LmuGraph* const graph,
                  const uint32_t        i,
                  const char* const     letter,
                  char*                 tensor)
{
  for (uint32_t j = 0U; j < lmu_layer_n_sources(&graph->layers[i]); ++j) {
    const uint32_t source = lmu_layer_source(graph, i, j);
    char* const    name   = source_name(graph, source);
    print_edge(lmu_allocate_text("%s -> %s%u", name, letter, i),
               lmu_source_width(graph, source),
               tensor);
    tensor = NULL;
    free(name);
  }
}

/// Print the edges of what is added to the output of a layer
static void
print_add_edges(const LmuGraph* const graph, const uint32_t i)
{
  const LmuLayer* const l = &graph->layers[i];
  if (l->n_adds) {
    print_edge(lmu_allocate_text("%s%u -> a%u", state_letter(l), i, i),
               l->n_outputs,
               NULL);
  }
  for (uint32_t j = 0U; j < l->n_adds; ++j) {
    char* const name = source_name(graph, l->adds[j]);
    print_edge(lmu_allocate_text("%s -> a%u", name, i), l->n_outputs, NULL);
    free(name);
  }
}

/// Print the edges of an LMU's memory
static void
print_memory_edges(const LmuGraph* const graph, const uint32_t i)
{
  const LmuLayer* const l   = &graph->layers[i];
  const uint32_t        n_m = l->memory_d * l->order;
  const uint32_t rows = l->n_inputs + (l->hidden_to_memory ? l->n_outputs : 0U);

  print_input_edges(graph, i, "u", shape_text("kernel", rows, l->memory_d));
  print_edge(lmu_allocate_text("u%u -> m%u", i, i), l->memory_d, NULL);
  print_edge(lmu_allocate_text("m%u -> m%u", i, i),
             n_m,
             lmu_allocate_text("Ad, frame before"));
  if (l->hidden_to_memory) {
    print_edge(lmu_allocate_text("h%u -> u%u", i, i),
               l->n_outputs,
               lmu_allocate_text("kernel, frame before"));
  }
  if (l->memory_to_memory) {
    print_edge(lmu_allocate_text("m%u -> u%u", i, i),
               n_m,
               lmu_allocate_text(
                 "recurrent_kernel [%u][%u], frame before", n_m, l->memory_d));
  }
}

/// Print the edge of a cell that hears itself
static void
print_past_edge(const LmuLayer* const l,
                const char* const     tensor,
                const uint32_t        i)
{
  if (lmu_cell_recurs(lmu_layer_cell(l))) {
    print_edge(lmu_allocate_text("h%u -> h%u", i, i),
               l->units,
               lmu_allocate_text("%s [%u][%u], frame before",
                                 tensor,
                                 l->units,
                                 lmu_layer_gates(l) * l->units));
  }
}

/// Print the edges of an LMU's hidden cell
static void
print_hidden_edges(const LmuGraph* const graph, const uint32_t i)
{
  const LmuLayer* const l       = &graph->layers[i];
  const uint32_t        n_m     = lmu_layer_memory(l);
  const uint32_t        columns = lmu_layer_gates(l) * l->units;
  if (l->cell == LMU_CELL_NONE) {
    return;
  }

  print_edge(lmu_allocate_text("m%u -> h%u", i, i),
             n_m,
             shape_text("hidden.kernel",
                        n_m + (l->input_to_hidden ? l->n_inputs : 0U),
                        columns));
  if (l->input_to_hidden) {
    print_input_edges(graph, i, "h", lmu_allocate_text("hidden.kernel"));
  }
  print_past_edge(l, "hidden.recurrent_kernel", i);
}

static void
print_edges(const LmuGraph* const graph, const uint32_t i)
{
  const LmuLayer* const l = &graph->layers[i];
  if (l->type == LMU_LAYER_LMU) {
    print_memory_edges(graph, i);
    print_hidden_edges(graph, i);
  } else {
    const uint32_t columns = lmu_layer_gates(l) * l->units;
    print_input_edges(
      graph, i, "h", shape_text("kernel", l->n_inputs, columns));
    print_past_edge(l, "recurrent_kernel", i);
  }
  print_add_edges(graph, i);
}

static void
print_ends(const LmuGraph* const graph)
{
  const uint32_t n_signals = graph->n_inputs - graph->metadata.n_conditions;
  char*          label     = lmu_allocate_text(
    "input: %u signal%s", n_signals, n_signals > 1U ? "s" : "");
  for (uint32_t i = 0U; i < graph->metadata.n_conditions; ++i) {
    char* const longer = lmu_allocate_text(
      "%s\ncontrol \"%s\"", label, graph->metadata.conditions[i]);
    free(label);
    label = longer;
  }
  print_node("input", "shape=oval, ", label);
  char* const horizons = lmu_graph_horizons_text(graph);
  print_node("output",
             "shape=oval, ",
             lmu_allocate_text("output: %u signal%s%s%s",
                               graph->n_outputs,
                               graph->n_outputs > 1U ? "s" : "",
                               horizons ? "\ninput ahead by " : "",
                               horizons ? horizons : ""));
  free(horizons);
}

void
lmu_report_print_dot(const LmuReport* const report)
{
  const LmuGraph* const graph = report->graph;
  char* const           rate =
    (graph->metadata.rate > 0.0)
                ? lmu_allocate_text(", trained at %g Hz", graph->metadata.rate)
                : lmu_allocate_text("%s", "");
  char* const title = lmu_allocate_text(
    "%s: %u weight%s%s",
    *graph->metadata.name ? graph->metadata.name : report->path,
    report->n_parameters,
    report->n_parameters == 1U ? "" : "s",
    rate);
  printf("digraph network {\n  rankdir=LR; labelloc=t; fontname=sans;\n"
         "  node [fontname=sans]; edge [fontname=sans, fontsize=10];\n"
         "  label=");
  print_quoted(title);
  puts(";");
  free(title);
  free(rate);

  print_ends(graph);
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    print_layer(graph, i);
  }
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    print_edges(graph, i);
  }
  char* const last = source_name(graph, graph->n_layers - 1U);
  print_edge(lmu_allocate_text("%s -> output", last), graph->n_outputs, NULL);
  free(last);
  puts("}");
}
