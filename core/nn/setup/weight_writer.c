// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/weight_file.h"

#include "core/base/setup/error.h"
#include "core/base/setup/number.h"
#include "core/base/status.h"
#include "core/memory/setup/discretise.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "core/nn/setup/words.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Size of what is before the header, and a multiple of which the header has
#define PREFIX 8U

/// First size of a text that grows [bytes]
#define FIRST_CAPACITY 4096U

/// Longest thing to add to a text at once, with its terminator [bytes]
#define MAX_PIECE 256U

/// A text that grows
typedef struct {
  char*  data;
  size_t size;
  size_t capacity;
  bool   failed; ///< Whether there was too little memory
} Text;

/// One tensor of the file
typedef struct {
  uint32_t            layer;
  const LmuParameter* parameter;
  const double*       values;
  uint32_t            n_bytes; ///< Size of a number, 4 or 8
} Item;

/// All tensors of the file
typedef struct {
  uint32_t count;
  Item     items[LMU_MAX_LAYERS * LMU_N_ROLES];
} Items;

/* Text */

static void
add_bytes(Text* const text, const char* const bytes, const size_t size)
{
  if (text->size + size > text->capacity) {
    const size_t capacity = (2U * text->capacity) + FIRST_CAPACITY + size;
    char* const  data     = (char*)realloc(text->data, capacity);
    text->failed          = text->failed || !data;
    text->data            = data ? data : text->data;
    text->capacity        = data ? capacity : text->capacity;
  }
  if (!text->failed) {
    memcpy(text->data + text->size, bytes, size);
    text->size += size;
  }
}

/// Add what printf() prints, at most MAX_PIECE
__attribute__((format(printf, 2, 3))) static void
add(Text* const text, const char* const format, ...)
{
  char    piece[MAX_PIECE];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(piece, sizeof(piece), format, arguments);
  va_end(arguments);
  add_bytes(text, piece, strlen(piece));
}

/// Add what is between the quotes of a string
static void
add_string(Text* const text, const char* const string)
{
  for (const char* c = string; *c; ++c) {
    if ((unsigned char)*c < 0x20U) {
      add(text, "\\u%04x", (unsigned)*c);
    } else {
      add_bytes(text, "\\", (*c == '"' || *c == '\\') ? 1U : 0U);
      add_bytes(text, c, 1U);
    }
  }
}

/* Metadata */

/// Add a pair, all others but the first have a comma before them
static void
add_pair(Text* const text, const char* const key, const char* const value)
{
  if (*value) {
    add(text, ",\"%s\":\"", key);
    add_string(text, value);
    add(text, "\"");
  }
}

static void
add_number(Text* const text, const char* const key, const double value)
{
  char number[LMU_NUMBER_SIZE];
  lmu_number_write(number, value);
  add_pair(text, key, number);
}

/// Add numbers with commas between, if there are any
static void
add_numbers(Text* const         text,
            const char* const   key,
            const double* const numbers,
            const uint32_t      count)
{
  for (uint32_t i = 0U; i < count; ++i) {
    char number[LMU_NUMBER_SIZE];
    lmu_number_write(number, numbers[i]);
    if (i) {
      add(text, ",%s", number);
    } else {
      add(text, ",\"%s\":\"%s", key, number);
    }
  }
  if (count) {
    add(text, "\"");
  }
}

static void
add_notes(Text* const text, const LmuMetadata* const metadata)
{
  for (uint32_t i = 0U; i < metadata->n_notes; ++i) {
    add(text, ",\"" LMU_NOTE_PREFIX);
    add_string(text, metadata->notes[i].key);
    add(text, "\":\"");
    add_string(text, metadata->notes[i].value);
    add(text, "\"");
  }
}

static void
add_whole(Text* const text, const LmuGraph* const graph)
{
  const LmuMetadata* const metadata = &graph->metadata;

  add(text, "\"__metadata__\":{\"format\":\"lmu\",\"format_version\":\"1\"");
  add_pair(text, "name", metadata->name);
  add_pair(text, "author", metadata->author);
  add_pair(text, "license", metadata->license);
  add_pair(text, "source", metadata->source);
  add_pair(text, "comment", metadata->comment);
  if (metadata->rate > 0.0) {
    add_number(text, "sample_rate", metadata->rate);
  }
  if (metadata->latency > 0.0) {
    add_number(text, "latency", metadata->latency);
  }
  if (metadata->least_scale > 0.0) {
    add_number(text, "least_window_scale", metadata->least_scale);
  }
  if (!isnan(metadata->loudness_db)) {
    add_number(text, "loudness", metadata->loudness_db);
  }
  add_numbers(text, "horizons", metadata->horizons, metadata->n_horizons);
  if (metadata->n_conditions) {
    add_number(text, "conditions", metadata->n_conditions);
  }
  for (uint32_t i = 0U; i < metadata->n_conditions; ++i) {
    char key[MAX_PIECE];
    (void)snprintf(key, sizeof(key), "conditions.%u.name", i);
    add_pair(text, key, metadata->conditions[i]);
  }
  add_notes(text, metadata);
  add_number(text, "layers", graph->n_layers);
}

/// A text of a layer
static void
add_word(Text* const       text,
         const uint32_t    layer,
         const char* const name,
         const char* const word)
{
  char key[MAX_PIECE];
  (void)snprintf(key, sizeof(key), "layers.%u.%s", layer, name);
  add_pair(text, key, word);
}

static void
add_integer(Text* const       text,
            const uint32_t    layer,
            const char* const name,
            const uint32_t    value)
{
  char word[LMU_NUMBER_SIZE];
  (void)snprintf(word, sizeof(word), "%u", value);
  add_word(text, layer, name, word);
}

static void
add_units(Text* const text, const uint32_t i, const LmuLayer* const layer)
{
  add_integer(text, i, "units", layer->units);
  add_word(text, i, "activation", lmu_activation_words[layer->activation]);
}

static void
add_layer_numbers(Text* const         text,
                  const uint32_t      layer,
                  const char* const   name,
                  const double* const numbers,
                  const uint32_t      count)
{
  char key[MAX_PIECE];
  (void)snprintf(key, sizeof(key), "layers.%u.%s", layer, name);
  add_numbers(text, key, numbers, count);
}

/// What gates are, and the slope of any activation
static void
add_gates(Text* const text, const uint32_t i, const LmuLayer* const layer)
{
  const LmuCell cell = lmu_layer_cell(layer);
  if (cell == LMU_CELL_LSTM || cell == LMU_CELL_GRU) {
    add_word(text,
             i,
             "recurrent_activation",
             lmu_activation_words[layer->recurrent_activation]);
  }
  if (cell == LMU_CELL_GRU) {
    add_word(text, i, "reset_after", lmu_switch_words[layer->reset_after]);
  }
  if (lmu_layer_leaks(layer)) {
    add_layer_numbers(text, i, "negative_slope", &layer->slope, 1U);
  }
}

static void
add_memory(Text* const text, const uint32_t i, const LmuLayer* const layer)
{
  add_integer(text, i, "order", layer->order);
  add_integer(text, i, "memory_d", layer->memory_d);
  add_layer_numbers(
    text, i, "theta", layer->theta, layer->n_thetas ? layer->n_thetas : 1U);
  add_word(text, i, "discretisation", lmu_method_words[layer->method]);
  if (layer->method == LMU_PADE) {
    add_integer(text, i, "stages", layer->stages);
  }
}

static void
add_hidden(Text* const text, const uint32_t i, const LmuLayer* const layer)
{
  const LmuWords* const words = &lmu_switch_words;
  add_word(text, i, "hidden_to_memory", (*words)[layer->hidden_to_memory]);
  add_word(text, i, "memory_to_memory", (*words)[layer->memory_to_memory]);
  add_word(text, i, "input_to_hidden", (*words)[layer->input_to_hidden]);
  add_word(text, i, "hidden_cell", lmu_cell_words[layer->cell]);
  if (layer->cell != LMU_CELL_NONE) {
    add_units(text, i, layer);
  }
}

/// Earlier layers with commas between, if there are any
static void
add_sources(Text* const           text,
            const uint32_t        layer,
            const char* const     name,
            const uint32_t* const sources,
            const uint32_t        count)
{
  for (uint32_t i = 0U; i < count; ++i) {
    if (i) {
      add(text, ",");
    } else {
      add(text, ",\"layers.%u.%s\":\"", layer, name);
    }
    if (sources[i] == LMU_SOURCE_INPUT) {
      add(text, "input");
    } else {
      add(text, "%u", sources[i]);
    }
  }
  if (count) {
    add(text, "\"");
  }
}

static void
add_layer(Text* const text, const uint32_t i, const LmuLayer* const layer)
{
  add_word(text, i, "type", lmu_layer_words[layer->type]);
  add_word(text, i, "name", layer->name);
  add_sources(text, i, "inputs", layer->sources, layer->n_sources);
  add_sources(text, i, "add", layer->adds, layer->n_adds);
  if (layer->type == LMU_LAYER_LMU) {
    add_memory(text, i, layer);
    add_hidden(text, i, layer);
  } else {
    add_units(text, i, layer);
  }
  add_gates(text, i, layer);
}

/* Tensors */

/// List the parameters that are trained, or those that are exact
static void
list(Items* const items, const LmuGraph* const graph, const bool trainable)
{
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    for (uint32_t j = 0U; j < LMU_N_ROLES; ++j) {
      const LmuParameter* const parameter = &graph->layers[i].parameters[j];
      if (parameter->rows && parameter->trainable == trainable) {
        const Item item = {i,
                           parameter,
                           lmu_layer_values(graph, i, (LmuRole)j),
                           trainable ? 4U : 8U};

        items->items[items->count++] = item;
      }
    }
  }
}

static size_t
count(const Item* const item)
{
  return lmu_parameter_count(item->parameter);
}

static void
add_tensor(Text* const text, const Item* const item, const size_t begin)
{
  char rows[LMU_NUMBER_SIZE] = "";
  if (!item->parameter->vector) {
    (void)snprintf(rows, sizeof(rows), "%u,", item->parameter->rows);
  }
  add(text,
      ",\"layers.%u.%s\":{\"dtype\":\"%s\",\"shape\":[%s%u],"
      "\"data_offsets\":[%zu,%zu]}",
      item->layer,
      item->parameter->name,
      item->n_bytes == 8U ? "F64" : "F32",
      rows,
      item->parameter->columns,
      begin,
      begin + (count(item) * item->n_bytes));
}

/// Write the header, and return the size of all values
static size_t
write_header(Text* const           text,
             const LmuGraph* const graph,
             const Items* const    items)
{
  size_t place = 0U;
  add(text, "{");
  add_whole(text, graph);
  for (uint32_t i = 0U; i < graph->n_layers; ++i) {
    add_layer(text, i, &graph->layers[i]);
  }
  add(text, "}");
  for (uint32_t i = 0U; i < items->count; ++i) {
    add_tensor(text, &items->items[i], place);
    place += count(&items->items[i]) * items->items[i].n_bytes;
  }
  add(text, "}");
  while (text->size % PREFIX) {
    add(text, " ");
  }
  return place;
}

/// Write an integer to bytes, the lowest first, and return what is behind it
static uint8_t*
write_integer(uint8_t* bytes, uint64_t value, const uint32_t size)
{
  for (uint32_t i = 0U; i < size; ++i) {
    *bytes++ = (uint8_t)(value & 0xFFU);
    value >>= 8U;
  }
  return bytes;
}

static uint8_t*
write_values(uint8_t* bytes, const Item* const item)
{
  for (size_t i = 0U; i < count(item); ++i) {
    const float single  = (float)item->values[i];
    uint64_t    bits    = 0U;
    uint32_t    bits_32 = 0U;
    memcpy(&bits, &item->values[i], sizeof(bits));
    memcpy(&bits_32, &single, sizeof(bits_32));
    bytes =
      write_integer(bytes, item->n_bytes == 8U ? bits : bits_32, item->n_bytes);
  }
  return bytes;
}

LmuStatus
lmu_weights_write(uint8_t** const       data,
                  size_t* const         n_bytes,
                  const LmuGraph* const graph,
                  LmuError* const       error)
{
  Items items = {0};
  Text  text  = {0};
  list(&items, graph, false);
  list(&items, graph, true);

  const size_t   n_values = write_header(&text, graph, &items);
  const size_t   size     = PREFIX + text.size + n_values;
  uint8_t* const bytes    = text.failed ? NULL : (uint8_t*)malloc(size);
  *data                   = bytes;
  *n_bytes                = bytes ? size : 0U;
  if (bytes) {
    uint8_t* place = write_integer(bytes, text.size, PREFIX);
    memcpy(place, text.data, text.size);
    place += text.size;
    for (uint32_t i = 0U; i < items.count; ++i) {
      place = write_values(place, &items.items[i]);
    }
  }
  free(text.data);
  return bytes ? LMU_SUCCESS : lmu_error_status(error, LMU_NO_MEMORY);
}
