// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/layers.h"

#include "core/base/setup/error.h"
#include "core/base/setup/number.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/safetensors.h"
#include "core/nn/setup/weight_file.h"
#include "data/input.h"
#include "tools/base/allocate.h"
#include "tools/base/failure.h"
#include "train/initialise.h"

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Longest list [bytes]
#define MAX_BYTES 1048576U

/// Room for a value as text [bytes]
#define MAX_VALUE 2048U

/// A list that is being read
typedef struct {
  LmuFailure* error;
  const char* name; ///< For users
  LmuPair*    pairs;
  char**      texts; ///< Of the pairs, which own the heap
  uint32_t    n_pairs;
} List;

/// Add a pair, of texts for free()
static void
add_pair(List* const list, char* const key, char* const value)
{
  const size_t place                 = (size_t)2U * list->n_pairs;
  list->texts[place]                 = key;
  list->texts[place + 1U]            = value;
  list->pairs[list->n_pairs].key     = key;
  list->pairs[list->n_pairs++].value = value;
}

/// Refuse the list, or a key of a layer
static LmuExit
refuse(const List* const list,
       const size_t      layer,
       const char* const key,
       const char* const why)
{
  return key ? lmu_failure_set(list->error,
                               LMU_EXIT_BAD_INPUT,
                               "%s: key \"layers.%zu.%s\": %s",
                               list->name,
                               layer,
                               key,
                               why)
             : lmu_failure_set(
                 list->error, LMU_EXIT_BAD_INPUT, "%s: %s", list->name, why);
}

/* Values */

/// Return the text of a value that is no list, or null if it has no meaning
static const char*
text_of(const json_t* const value, char number[LMU_NUMBER_SIZE])
{
  if (json_is_string(value)) {
    return json_string_value(value);
  }
  if (json_is_boolean(value)) {
    return json_is_true(value) ? "true" : "false";
  }
  if (json_is_integer(value)) {
    (void)snprintf(
      number, LMU_NUMBER_SIZE, "%lld", (long long)json_integer_value(value));
    return number;
  }
  if (json_is_real(value)) {
    lmu_number_write(number, json_real_value(value));
    return number;
  }
  return NULL;
}

/// Write a value that is no list, and return whether it has a meaning
static bool
write_one(char* const text, const size_t size, const json_t* const value)
{
  char              number[LMU_NUMBER_SIZE] = "";
  const char* const word                    = text_of(value, number);
  return word && snprintf(text, size, "%s", word) < (int)size;
}

/// Write a value, a list with commas between
static bool
write_value(char* const text, const json_t* const value)
{
  size_t length = 0U;
  size_t i      = 0U;
  text[0]       = '\0';
  if (!json_is_array(value)) {
    return write_one(text, MAX_VALUE, value);
  }
  for (; i < json_array_size(value); ++i) {
    if (i && length + 1U < MAX_VALUE) {
      text[length++] = ',';
    }
    if (!write_one(
          text + length, MAX_VALUE - length, json_array_get(value, i))) {
      return false;
    }
    length += strlen(text + length);
  }
  return i > 0U;
}

/// Add all keys of a layer
static LmuExit
add_layer(List* const list, const size_t index, json_t* const layer)
{
  const char* key   = NULL;
  json_t*     value = NULL;
  if (!json_is_object(layer)) {
    return lmu_failure_set(list->error,
                           LMU_EXIT_BAD_INPUT,
                           "%s: layer %zu is no object; write it as in "
                           "{\"type\": \"dense\", \"units\": 1, "
                           "\"activation\": \"linear\"}",
                           list->name,
                           index);
  }
  json_object_foreach(layer, key, value)
  {
    char text[MAX_VALUE];
    if (!write_value(text, value)) {
      return refuse(list,
                    index,
                    key,
                    "is neither a number, a text, true, false, nor a list of "
                    "these; see doc/weights.md");
    }
    if (list->n_pairs == LMU_MAX_METADATA) {
      return refuse(list, index, key, "is one key too many; leave some out");
    }
    add_pair(list,
             lmu_allocate_text("layers.%zu.%s", index, key),
             lmu_allocate_text("%s", text));
  }
  return LMU_EXIT_SUCCESS;
}

/* All */

/// Add the number of layers, and all keys of all
static LmuExit
add_layers(List* const list, json_t* const layers)
{
  const size_t n      = json_array_size(layers);
  LmuExit      status = LMU_EXIT_SUCCESS;
  if (!json_is_array(layers)) {
    return refuse(list,
                  0U,
                  NULL,
                  "is no list of layers; write it as in [{\"type\": \"lmu\", "
                  "...}, {\"type\": \"dense\", ...}]");
  }
  add_pair(list, lmu_allocate_text("layers"), lmu_allocate_text("%zu", n));
  for (size_t i = 0U; !status && i < n && i < LMU_MAX_LAYERS; ++i) {
    status = add_layer(list, i, json_array_get(layers, i));
  }
  return status;
}

/// Make a graph of what was read
static LmuExit
make_graph(LmuGraph** const           graph,
           const List* const          list,
           const LmuLayersSpec* const spec)
{
  LmuError  reason = {""};
  LmuStatus status =
    lmu_weights_read_layers(graph, list->pairs, list->n_pairs, &reason);
  if (!status) {
    (*graph)->layers[0].n_inputs    = spec->n_inputs;
    (*graph)->metadata.n_conditions = spec->n_conditions;
    status                          = lmu_graph_allocate(*graph, &reason);
  }
  if (status) {
    lmu_graph_free(*graph);
    *graph = NULL;
    return lmu_failure_core(list->error, list->name, status, reason.text);
  }
  lmu_initialise(*graph, spec->seed);
  return LMU_EXIT_SUCCESS;
}

/// Read a list from JSON
static LmuExit
parse(LmuGraph** const           graph,
      List* const                list,
      const char* const          text,
      const size_t               n_bytes,
      const LmuLayersSpec* const spec)
{
  json_error_t  reason;
  json_t* const root =
    json_loadb(text, n_bytes, JSON_REJECT_DUPLICATES, &reason);
  if (!root) {
    return lmu_failure_set(list->error,
                           LMU_EXIT_BAD_INPUT,
                           "%s: it is no JSON, line %d: %s; mend it",
                           list->name,
                           reason.line,
                           reason.text);
  }
  json_t* const inner = json_object_get(root, "layers");
  list->pairs    = (LmuPair*)lmu_allocate(LMU_MAX_METADATA, sizeof(LmuPair));
  list->texts    = (char**)lmu_allocate(LMU_MAX_METADATA, 2U * sizeof(char*));
  LmuExit status = add_layers(list, inner ? inner : root);
  if (!status) {
    status = make_graph(graph, list, spec);
  }
  for (uint32_t i = 0U; i < 2U * list->n_pairs; ++i) {
    free(list->texts[i]);
  }
  free(list->texts);
  free(list->pairs);
  json_decref(root);
  return status;
}

LmuExit
lmu_layers_read(LmuGraph** const           graph,
                LmuFailure* const          error,
                const char* const          given,
                const LmuLayersSpec* const spec)
{
  uint8_t* data    = NULL;
  size_t   n_bytes = 0U;
  LmuError reason  = {""};
  List     list    = {.error = error, .name = "--layers"};
  *graph           = NULL;
  if (given[0] == '[' || given[0] == '{') {
    return parse(graph, &list, given, strlen(given), spec);
  }

  list.name              = lmu_input_name(given);
  const LmuStatus status = lmu_input_read(&data, &n_bytes, given, &reason);
  if (status) {
    return lmu_failure_core(error, NULL, status, reason.text);
  }
  const LmuExit code =
    n_bytes <= MAX_BYTES
      ? parse(graph, &list, (const char*)data, n_bytes, spec)
      : refuse(&list, 0U, NULL, "is longer than 1 MiB; give a list of layers");
  free(data);
  return code;
}
