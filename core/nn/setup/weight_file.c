// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/weight_file.h"

#include "core/base/setup/error.h"
#include "core/base/setup/file.h"
#include "core/base/setup/number.h"
#include "core/base/status.h"
#include "core/memory/setup/discretise.h"
#include "core/nn/rt/cell.h"
#include "core/nn/rt/limits.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "core/nn/setup/safetensors.h"
#include "core/nn/setup/tensor.h"
#include "core/nn/setup/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// What keys of the whole have for a layer
#define WHOLE UINT32_MAX

/// A fallback for what must be there
#define NEEDED UINT32_MAX

/// Version of the format that this reads
#define VERSION 1U

/// Room for a key or a tensor's name, with its terminator [bytes]
#define MAX_KEY 64U

/// Room for a shape or for all words of a choice, with terminator [bytes]
#define MAX_TEXT 192U

/// A reading of a file
typedef struct {
  const LmuSafetensors* file;
  LmuGraph*             graph;
  LmuError*             error;
  LmuStatus             status; ///< LMU_SUCCESS until something is wrong
  bool                  used_metadata[LMU_MAX_METADATA];
  bool                  used_tensors[LMU_MAX_TENSORS];
} Reader;

/// Name of a key or tensor
typedef struct {
  char text[MAX_KEY];
} Key;

static Key
make_key(const uint32_t layer, const char* const name)
{
  Key key;
  if (layer == WHOLE) {
    (void)snprintf(key.text, sizeof(key.text), "%s", name);
  } else {
    (void)snprintf(key.text, sizeof(key.text), "layers.%u.%s", layer, name);
  }
  return key;
}

/// Refuse a key or tensor, unless there was something before
static void
refuse(Reader* const     reader,
       const char* const what,
       const char* const name,
       const char* const why)
{
  if (!reader->status) {
    reader->status = lmu_error_set(
      reader->error, LMU_BAD_MODEL, "%s \"%s\": %s", what, name, why);
  }
}

/* Metadata */

/// Return a text, and note that it was used, or return null
static const char*
find_text(Reader* const reader, const char* const key)
{
  const LmuSafetensors* const file = reader->file;
  for (uint32_t i = 0U; i < file->n_metadata; ++i) {
    if (!strcmp(file->metadata[i].key, key)) {
      reader->used_metadata[i] = true;
      return file->metadata[i].value;
    }
  }
  return NULL;
}

/// Read an integer
static uint32_t
read_integer(Reader* const     reader,
             const uint32_t    layer,
             const char* const name,
             const uint32_t    fallback)
{
  const Key         key   = make_key(layer, name);
  const char* const text  = find_text(reader, key.text);
  uint32_t          value = fallback;
  if (text && !lmu_number_read_integer(&value, text)) {
    refuse(
      reader, "key", key.text, "is not a whole number; write digits alone");
  } else if (value == NEEDED) {
    refuse(reader, "key", key.text, "is missing; export it again");
  }
  return value;
}

/// Read a number with a fraction
static double
read_number(Reader* const     reader,
            const uint32_t    layer,
            const char* const name,
            const double      fallback)
{
  const Key         key   = make_key(layer, name);
  const char* const text  = find_text(reader, key.text);
  double            value = fallback;
  if (text && !lmu_number_read(&value, text)) {
    refuse(reader, "key", key.text, "is not a number; write it as in 12.5");
  }
  return value;
}

/// Read numbers with commas between, as many as there are
static uint32_t
read_numbers(Reader* const     reader,
             const char* const key,
             double* const     numbers,
             const uint32_t    max)
{
  const char* rest = find_text(reader, key);
  uint32_t    n    = 0U;
  while (rest && !reader->status) {
    char         text[MAX_KEY] = "";
    const size_t length        = strcspn(rest, ",");
    if (length < sizeof(text)) {
      memcpy(text, rest, length);
    }
    if (n == max) {
      refuse(reader, "key", key, "has too many numbers; leave some out");
    } else if (!lmu_number_read(&numbers[n++], text)) {
      refuse(
        reader, "key", key, "is no list of numbers; write it as in 48,1.5");
    }
    rest = rest[length] ? rest + length + 1U : NULL;
  }
  return n;
}

/// Read an earlier layer by its number, or "input"
static bool
read_source(uint32_t* const source, const char* const text)
{
  if (!strcmp(text, "input")) {
    *source = LMU_SOURCE_INPUT;
    return true;
  }
  return lmu_number_read_integer(source, text) && *source != LMU_SOURCE_INPUT;
}

/// Read earlier layers by their numbers, or "input", with commas between
static uint32_t
read_sources(Reader* const     reader,
             const uint32_t    layer,
             const char* const name,
             uint32_t          sources[LMU_MAX_SOURCES])
{
  const Key   key  = make_key(layer, name);
  const char* rest = find_text(reader, key.text);
  uint32_t    n    = 0U;
  while (rest && !reader->status) {
    char         text[MAX_KEY] = "";
    const size_t length        = strcspn(rest, ",");
    if (length < sizeof(text)) {
      memcpy(text, rest, length);
    }
    if (n == LMU_MAX_SOURCES) {
      refuse(reader, "key", key.text, "has too many sources; leave some out");
    } else if (!read_source(&sources[n++], text)) {
      refuse(reader,
             "key",
             key.text,
             "is no list of input and layers; write it as in input,0,1");
    }
    rest = rest[length] ? rest + length + 1U : NULL;
  }
  return n;
}

/// Read one of some words
static uint32_t
read_word(Reader* const     reader,
          const uint32_t    layer,
          const char* const name,
          const LmuWords    words,
          const uint32_t    fallback)
{
  const Key         key   = make_key(layer, name);
  const char* const text  = find_text(reader, key.text);
  uint32_t          value = fallback;
  if (text ? !lmu_words_read(words, &value, text) : fallback == NEEDED) {
    char all[MAX_TEXT];
    char why[MAX_TEXT + MAX_KEY];
    lmu_words_write(words, all, sizeof(all));
    (void)snprintf(why,
                   sizeof(why),
                   "%s; write one of %s",
                   text ? "is none that this version knows" : "is missing",
                   all);
    refuse(reader, "key", key.text, why);
  }
  return value;
}

static bool
read_switch(Reader* const     reader,
            const uint32_t    layer,
            const char* const name,
            const uint32_t    fallback)
{
  return read_word(reader, layer, name, lmu_switch_words, fallback) == 1U;
}

/// Read a text for people
static void
read_text(Reader* const     reader,
          const uint32_t    layer,
          const char* const name,
          char* const       text,
          const size_t      size)
{
  const Key         key   = make_key(layer, name);
  const char* const value = find_text(reader, key.text);
  const size_t      n     = value ? strlen(value) : 0U;
  if (n >= size) {
    refuse(reader, "key", key.text, "is too long; shorten it");
  } else if (value) {
    memcpy(text, value, n + 1U);
  }
}

/// Check that the file is one of ours
static void
read_format(Reader* const reader)
{
  const char* const format = find_text(reader, "format");
  if (!format || strcmp(format, "lmu") != 0) {
    refuse(reader,
           "key",
           "format",
           "is not \"lmu\", so this is no file for lmu.lv2; convert it with "
           "the command lmu import");
    return;
  }
  const uint32_t version =
    read_integer(reader, WHOLE, "format_version", NEEDED);
  if (version > VERSION) {
    refuse(reader,
           "key",
           "format_version",
           "is newer than this version reads; get a newer lmu.lv2");
  } else if (version < VERSION) {
    refuse(reader, "key", "format_version", "must be 1");
  }
}

/// Read all keys that are notes
static void
read_notes(Reader* const reader)
{
  static const char           prefix[] = LMU_NOTE_PREFIX;
  const size_t                length   = sizeof(prefix) - 1U;
  const LmuSafetensors* const file     = reader->file;
  for (uint32_t i = 0U; i < file->n_metadata; ++i) {
    const char* const key = file->metadata[i].key;
    if (!strncmp(key, prefix, length) &&
        !lmu_metadata_note(
          &reader->graph->metadata, key + length, find_text(reader, key))) {
      refuse(reader, "key", key, "is too long, or one of too many; shorten it");
    }
  }
}

static void
read_whole(Reader* const reader)
{
  LmuMetadata* const metadata = &reader->graph->metadata;
  read_text(reader, WHOLE, "name", metadata->name, LMU_MAX_NAME);
  read_text(reader, WHOLE, "author", metadata->author, LMU_MAX_NAME);
  read_text(reader, WHOLE, "license", metadata->license, LMU_MAX_NAME);
  read_text(reader, WHOLE, "source", metadata->source, LMU_MAX_NAME);
  read_text(reader, WHOLE, "comment", metadata->comment, LMU_MAX_COMMENT);

  metadata->rate        = read_number(reader, WHOLE, "sample_rate", 0.0);
  metadata->latency     = read_number(reader, WHOLE, "latency", 0.0);
  metadata->least_scale = read_number(reader, WHOLE, "least_window_scale", 0.0);
  metadata->loudness_db =
    read_number(reader, WHOLE, "loudness", metadata->loudness_db);
  metadata->n_horizons =
    read_numbers(reader, "horizons", metadata->horizons, LMU_MAX_HORIZONS);
  metadata->n_conditions  = read_integer(reader, WHOLE, "conditions", 0U);
  reader->graph->n_layers = read_integer(reader, WHOLE, "layers", NEEDED);

  for (uint32_t i = 0U; i < LMU_MAX_CONDITIONS; ++i) {
    char key[MAX_KEY];
    (void)snprintf(key, sizeof(key), "conditions.%u.name", i);
    read_text(reader, WHOLE, key, metadata->conditions[i], LMU_MAX_NAME);
  }
  read_notes(reader);
}

/// Read the windows of all channels, or one that they have in common
static void
read_windows(Reader* const reader, const uint32_t i)
{
  LmuLayer* const layer = &reader->graph->layers[i];
  const Key       key   = make_key(i, "theta");
  const char*     text  = find_text(reader, key.text);
  if (!text || !strchr(text, ',')) {
    layer->theta[0] = read_number(reader, i, "theta", 0.0);
    return;
  }
  layer->n_thetas =
    read_numbers(reader, key.text, layer->theta, LMU_MAX_MEMORY_CHANNELS);
}

static void
read_memory(Reader* const reader, const uint32_t i)
{
  LmuLayer* const layer = &reader->graph->layers[i];
  layer->order          = read_integer(reader, i, "order", NEEDED);
  layer->memory_d       = read_integer(reader, i, "memory_d", 1U);
  read_windows(reader, i);
  layer->method = (LmuMethod)read_word(
    reader, i, "discretisation", lmu_method_words, LMU_ZOH);
  if (layer->method == LMU_PADE) {
    layer->stages = read_integer(reader, i, "stages", NEEDED);
  }
  layer->hidden_to_memory = read_switch(reader, i, "hidden_to_memory", false);
  layer->memory_to_memory = read_switch(reader, i, "memory_to_memory", false);
  layer->input_to_hidden  = read_switch(reader, i, "input_to_hidden", false);
}

static void
read_units(Reader* const reader, const uint32_t i)
{
  LmuLayer* const layer = &reader->graph->layers[i];
  layer->units          = read_integer(reader, i, "units", NEEDED);
  layer->activation     = (LmuActivation)read_word(
    reader, i, "activation", lmu_activation_words, NEEDED);
}

/// Read what gates are, and the slope of any activation
static void
read_gates(Reader* const reader, const uint32_t i)
{
  LmuLayer* const layer = &reader->graph->layers[i];
  const LmuCell   cell  = lmu_layer_cell(layer);
  if (cell == LMU_CELL_LSTM || cell == LMU_CELL_GRU) {
    layer->recurrent_activation = (LmuActivation)read_word(
      reader, i, "recurrent_activation", lmu_activation_words, NEEDED);
  }
  if (cell == LMU_CELL_GRU) {
    layer->reset_after = read_switch(reader, i, "reset_after", NEEDED);
  }
  if (lmu_layer_leaks(layer)) {
    layer->slope = read_number(reader, i, "negative_slope", LMU_DEFAULT_SLOPE);
  }
}

static void
read_hidden(Reader* const reader, const uint32_t i)
{
  LmuLayer* const layer = &reader->graph->layers[i];
  layer->cell =
    (LmuCell)read_word(reader, i, "hidden_cell", lmu_cell_words, NEEDED);
  if (layer->cell != LMU_CELL_NONE) {
    read_units(reader, i);
  }
}

static void
read_layer(Reader* const reader, const uint32_t i)
{
  LmuLayer* const layer = &reader->graph->layers[i];
  layer->type =
    (LmuLayerType)read_word(reader, i, "type", lmu_layer_words, NEEDED);
  read_text(reader, i, "name", layer->name, LMU_MAX_NAME);
  layer->n_sources = read_sources(reader, i, "inputs", layer->sources);
  layer->n_adds    = read_sources(reader, i, "add", layer->adds);
  if (layer->type == LMU_LAYER_LMU) {
    read_memory(reader, i);
    read_hidden(reader, i);
  } else {
    read_units(reader, i);
  }
  read_gates(reader, i);
}

/// Refuse keys of layers that nobody asked for, such as misspelt ones
static void
check_keys(Reader* const reader)
{
  static const char           prefix[] = "layers.";
  const LmuSafetensors* const file     = reader->file;
  for (uint32_t i = 0U; i < file->n_metadata; ++i) {
    const char* const key = file->metadata[i].key;
    if (!reader->used_metadata[i] &&
        !strncmp(key, prefix, sizeof(prefix) - 1U)) {
      refuse(
        reader, "key", key, "has no meaning here; correct it, or take it away");
    }
  }
}

/* Tensors */

/// Return a tensor, and note that it was used, or return null
static const LmuTensor*
find_tensor(Reader* const reader, const char* const name)
{
  const LmuTensor* const tensor = lmu_safetensors_tensor(reader->file, name);
  if (tensor) {
    reader->used_tensors[tensor - reader->file->tensors] = true;
  }
  return tensor;
}

static bool
has_tensor(Reader* const reader, const uint32_t layer, const char* const name)
{
  const Key key = make_key(layer, name);
  return lmu_safetensors_tensor(reader->file, key.text);
}

/// Set what follows from which tensors of a layer there are
static void
read_presence(Reader* const reader, const uint32_t i)
{
  LmuLayer* const layer = &reader->graph->layers[i];
  if (layer->type != LMU_LAYER_LMU) {
    layer->cell_bias = has_tensor(reader, i, "bias");
    return;
  }
  layer->stored = has_tensor(reader, i, "ad") || has_tensor(reader, i, "bd");
  layer->memory_bias = has_tensor(reader, i, "bias");
  layer->cell_bias =
    layer->cell != LMU_CELL_NONE && has_tensor(reader, i, "hidden.bias");
}

/// Set what follows from which tensors there are, and how large the first is
static void
read_sizes(Reader* const reader)
{
  LmuLayer* const        first  = &reader->graph->layers[0];
  const Key              name   = make_key(0U, "kernel");
  const LmuTensor* const kernel = find_tensor(reader, name.text);
  if (!kernel || kernel->rank != 2U) {
    refuse(reader,
           "tensor",
           name.text,
           kernel ? "must have two dimensions; export it again"
                  : "is missing; export it again");
    return;
  }

  const uint64_t rows = kernel->shape[0];
  const uint32_t h    = first->hidden_to_memory ? first->units : 0U;
  first->n_inputs     = rows > UINT32_MAX ? UINT32_MAX
                        : rows > h        ? (uint32_t)rows - h
                                          : 0U;
  for (uint32_t i = 0U; i < reader->graph->n_layers; ++i) {
    read_presence(reader, i);
  }
}

static void
write_shape(char                  text[MAX_TEXT],
            const uint64_t* const shape,
            const uint32_t        rank)
{
  size_t length = 0U;
  text[0]       = '\0';
  for (uint32_t i = 0U; i < rank; ++i) {
    length += (size_t)snprintf(
      text + length, MAX_TEXT - length, "[%llu]", (unsigned long long)shape[i]);
  }
}

/// Check that a tensor has the shape that a layer needs
static bool
check_shape(Reader* const             reader,
            const LmuTensor* const    tensor,
            const LmuParameter* const parameter)
{
  const uint64_t  whole[2] = {parameter->rows, parameter->columns};
  const uint64_t* shape    = whole + (parameter->vector ? 1U : 0U);
  const uint32_t  rank     = parameter->vector ? 1U : 2U;
  if (tensor->rank == rank &&
      !memcmp(tensor->shape, shape, rank * sizeof(shape[0]))) {
    return true;
  }

  char is[MAX_TEXT];
  char expected[MAX_TEXT];
  char why[(2U * MAX_TEXT) + MAX_KEY];
  write_shape(is, tensor->shape, tensor->rank);
  write_shape(expected, shape, rank);
  (void)snprintf(why,
                 sizeof(why),
                 "has shape %s, expected %s; export it again",
                 tensor->rank ? is : "of one number",
                 expected);
  refuse(reader, "tensor", tensor->name, why);
  return false;
}

/// Read the values of a parameter that its layer has
static void
read_parameter(Reader* const reader, const uint32_t layer, const LmuRole role)
{
  const LmuGraph* const     graph     = reader->graph;
  const LmuParameter* const parameter = &graph->layers[layer].parameters[role];
  const Key                 name      = make_key(layer, parameter->name);
  const LmuTensor* const    tensor    = find_tensor(reader, name.text);
  if (!tensor) {
    refuse(reader, "tensor", name.text, "is missing; export it again");
  } else if (check_shape(reader, tensor, parameter)) {
    reader->status = lmu_tensor_read(
      tensor, lmu_layer_values(graph, layer, role), reader->error);
  }
}

static void
read_tensors(Reader* const reader)
{
  const LmuGraph* const graph = reader->graph;
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    for (uint32_t j = 0U; j < LMU_N_ROLES && !reader->status; ++j) {
      if (graph->layers[i].parameters[j].rows) {
        read_parameter(reader, i, (LmuRole)j);
      }
    }
  }

  for (uint32_t i = 0U; i < reader->file->n_tensors; ++i) {
    if (!reader->used_tensors[i]) {
      refuse(reader,
             "tensor",
             reader->file->tensors[i].name,
             "belongs to no layer; take it away, or correct its name");
    }
  }
}

/* All of it */

static void
read_graph(Reader* const reader)
{
  LmuGraph* const graph = reader->graph;
  read_format(reader);
  if (!reader->status) {
    read_whole(reader);
  }
  for (uint32_t i = 0U; i < graph->n_layers && i < LMU_MAX_LAYERS; ++i) {
    if (!reader->status) {
      read_layer(reader, i);
    }
  }
  check_keys(reader);
  if (!reader->status && graph->n_layers <= LMU_MAX_LAYERS) {
    read_sizes(reader);
  }
  if (!reader->status) {
    reader->status = lmu_graph_allocate(graph, reader->error);
  }
  if (!reader->status) {
    read_tensors(reader);
  }
  if (!reader->status) {
    reader->status = lmu_graph_check(graph, reader->error);
  }
}

LmuStatus
lmu_weights_parse(LmuGraph** const  graph,
                  const void* const data,
                  const size_t      n_bytes,
                  LmuError* const   error)
{
  LmuSafetensors* file   = NULL;
  LmuStatus       status = lmu_safetensors_new(&file, data, n_bytes, error);
  *graph                 = NULL;
  if (status) {
    return status;
  }

  Reader reader = {.file = file, .graph = lmu_graph_new(), .error = error};
  if (reader.graph) {
    read_graph(&reader);
    status = reader.status;
  } else {
    status = lmu_error_status(error, LMU_NO_MEMORY);
  }
  lmu_safetensors_free(file);
  if (status) {
    lmu_graph_free(reader.graph);
    return status;
  }
  *graph = reader.graph;
  return LMU_SUCCESS;
}

/* Layers alone */

/// Set which biases there are by switches
static void
read_biases(Reader* const reader, const uint32_t i)
{
  LmuLayer* const layer     = &reader->graph->layers[i];
  const bool      is_memory = layer->type == LMU_LAYER_LMU;
  const bool      bias      = read_switch(reader, i, "bias", !is_memory);
  layer->memory_bias        = is_memory && bias;
  layer->cell_bias          = !is_memory && bias;
  if (is_memory && layer->cell != LMU_CELL_NONE) {
    layer->cell_bias = read_switch(reader, i, "hidden.bias", true);
  }
}

/// Read layers of a file without tensors
static void
read_layers(Reader* const reader)
{
  LmuGraph* const graph = reader->graph;
  graph->n_layers       = read_integer(reader, WHOLE, "layers", NEEDED);
  if (!graph->n_layers || graph->n_layers > LMU_MAX_LAYERS) {
    refuse(reader, "key", "layers", "must be 1 to 16; leave some out");
  }
  for (uint32_t i = 0U; !reader->status && i < graph->n_layers; ++i) {
    read_layer(reader, i);
    read_biases(reader, i);
  }
  check_keys(reader);
}

LmuStatus
lmu_weights_read_layers(LmuGraph** const     graph,
                        const LmuPair* const pairs,
                        const uint32_t       n_pairs,
                        LmuError* const      error)
{
  LmuSafetensors* const file =
    (LmuSafetensors*)calloc(1U, sizeof(LmuSafetensors));
  Reader reader = {.file = file, .graph = lmu_graph_new(), .error = error};
  *graph        = NULL;
  if (!file || !reader.graph || n_pairs > LMU_MAX_METADATA) {
    reader.status = lmu_error_status(error, LMU_NO_MEMORY);
  } else {
    file->n_metadata = n_pairs;
    memcpy(file->metadata, pairs, n_pairs * sizeof(LmuPair));
    read_layers(&reader);
  }
  free(file);
  if (reader.status) {
    lmu_graph_free(reader.graph);
    return reader.status;
  }
  *graph = reader.graph;
  return LMU_SUCCESS;
}

/* Files */

/// Put the name of a file before what is wrong with it
static LmuStatus
name_file(LmuError* const       error,
          const LmuStatus       status,
          const char* const     path,
          const LmuError* const what)
{
  return status ? lmu_error_set(
                    error, status, "%s: %s", lmu_file_name(path), what->text)
                : LMU_SUCCESS;
}

LmuStatus
lmu_weights_load(LmuGraph** const  graph,
                 const char* const path,
                 LmuError* const   error)
{
  uint8_t*  data    = NULL;
  size_t    n_bytes = 0U;
  LmuError  what    = {""};
  LmuStatus status  = lmu_file_read(&data, &n_bytes, path, error);
  *graph            = NULL;
  if (status) {
    return status;
  }

  status = lmu_weights_parse(graph, data, n_bytes, &what);
  free(data);
  return name_file(error, status, path, &what);
}

LmuStatus
lmu_weights_save(const LmuGraph* const graph,
                 const char* const     path,
                 LmuError* const       error)
{
  uint8_t*  data    = NULL;
  size_t    n_bytes = 0U;
  LmuError  what    = {""};
  LmuStatus status  = lmu_weights_write(&data, &n_bytes, graph, &what);
  if (status) {
    return name_file(error, status, path, &what);
  }

  status = lmu_file_save(path, data, n_bytes, error);
  free(data);
  return status;
}
