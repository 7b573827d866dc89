// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/fuzz/oracle.h"

#include "core/nn/setup/graph.h"
#include "core/nn/setup/safetensors.h"
#include "core/nn/setup/tensor.h"

#include <jansson.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX 8U
#define METADATA "__metadata__"

/// Greatest integer, 2^48 - 1
#define MAX_INTEGER INT64_C(281474976710655)

/// Relative error of a number that is off by a unit of the last place
#define ULP 2.3e-16

/// Longest horizon [s]
#define MAX_HORIZON_S 4.0

/// Wide enough for the product of a size and any integer of a shape
__extension__ typedef unsigned __int128 Wide;

/// Kinds of numbers and their sizes in bits, as the format lists them
static const char* const kinds = " BOOL=8 F4=4 F6_E2M3=6 F6_E3M2=6 U8=8 I8=8 "
                                 "F8_E5M2=8 F8_E4M3=8 F8_E8M0=8 F8_E4M3FNUZ=8 "
                                 "F8_E5M2FNUZ=8 I16=16 U16=16 F16=16 BF16=16 "
                                 "I32=32 U32=32 F32=32 C64=64 F64=64 I64=64 "
                                 "U64=64 ";

/// Return the size of a kind of numbers, or zero if there is no such kind
static unsigned
kind_bits(const char* const kind)
{
  char word[32];
  if (strlen(kind) > 16U || strpbrk(kind, " =")) {
    return 0U;
  }
  (void)snprintf(word, sizeof(word), " %s=", kind);
  const char* const place = *kind ? strstr(kinds, word) : NULL;
  return place ? (unsigned)strtoul(place + strlen(word), NULL, 10) : 0U;
}

/// Return the header, or null if the file has none
static json_t*
load(const uint8_t* const data, const size_t size, uint64_t* const n_values)
{
  if (size < PREFIX) {
    return NULL;
  }
  Wide n = 0U;
  for (unsigned i = PREFIX; i-- > 0U;) {
    n = (n << 8U) + data[i];
  }
  if (n + PREFIX > size || n > LMU_MAX_HEADER) {
    return NULL;
  }
  *n_values = size - PREFIX - (size_t)n;
  return json_loadb(
    (const char*)data + PREFIX, (size_t)n, JSON_REJECT_DUPLICATES, NULL);
}

/// Return whether there is what jansson forgives: a zero behind a number, or
/// -0, which it reads as 0.  No integer here may be negative.
static bool
is_forgiven(const uint8_t* const data, const size_t size)
{
  bool inside = false;
  for (size_t i = 0U; i < size; ++i) {
    if (inside && data[i] == '\\') {
      ++i;
    } else if (data[i] == '"') {
      inside = !inside;
    } else if (!inside && (data[i] == '-' || data[i] == '\0')) {
      return true;
    }
  }
  return false;
}

static bool
is_size(const json_t* const value)
{
  return json_is_integer(value) && json_integer_value(value) >= 0 &&
         json_integer_value(value) <= MAX_INTEGER;
}

/// Return element i of an array of sizes
static uint64_t
element(const json_t* const array, const size_t i)
{
  return (uint64_t)json_integer_value(json_array_get(array, i));
}

/// Return whether a value is an array of sizes
static bool
is_sizes(const json_t* const array, const size_t min, const size_t max)
{
  bool good = json_is_array(array) && json_array_size(array) >= min &&
              json_array_size(array) <= max;
  for (size_t i = 0U; good && i < json_array_size(array); ++i) {
    good = is_size(json_array_get(array, i));
  }
  return good;
}

/// Return whether a tensor is right by itself, within so many bytes
static bool
is_tensor(const char* const   name,
          const json_t* const tensor,
          const uint64_t      n_values)
{
  const json_t* const dtype   = json_object_get(tensor, "dtype");
  const json_t* const shape   = json_object_get(tensor, "shape");
  const json_t* const offsets = json_object_get(tensor, "data_offsets");
  if (strlen(name) > 127U || json_object_size(tensor) != 3U ||
      !json_is_string(dtype) || !kind_bits(json_string_value(dtype)) ||
      !is_sizes(shape, 0U, 8U) || !is_sizes(offsets, 2U, 2U)) {
    return false;
  }

  Wide n = 1U;
  for (size_t i = 0U; i < json_array_size(shape); ++i) {
    n *= element(shape, i);
    if (n > UINT64_MAX) {
      return false;
    }
  }
  n *= kind_bits(json_string_value(dtype));

  const uint64_t begin = element(offsets, 0U);
  const uint64_t end   = element(offsets, 1U);
  return n <= UINT64_MAX && end <= n_values && begin <= end &&
         n == (Wide)8U * (end - begin);
}

static bool
is_metadata(json_t* const metadata)
{
  const char* key   = NULL;
  json_t*     value = NULL;
  if (!json_is_object(metadata) || json_object_size(metadata) > 1024U) {
    return false;
  }
  json_object_foreach(metadata, key, value)
  {
    if (!json_is_string(value)) {
      return false;
    }
  }
  return true;
}

/// Count tensors that start at a place, and set where the longest of them ends
static size_t
count_at(json_t* const header, const uint64_t place, uint64_t* const end)
{
  size_t      n      = 0U;
  const char* name   = NULL;
  json_t*     tensor = NULL;
  json_object_foreach(header, name, tensor)
  {
    const json_t* const offsets = json_object_get(tensor, "data_offsets");
    if (strcmp(name, METADATA) != 0 && element(offsets, 0U) == place) {
      ++n;
      *end = element(offsets, 1U) > *end ? element(offsets, 1U) : *end;
    }
  }
  return n;
}

/// Count tensors that have values and start at a place
static size_t
count_full_at(json_t* const header, const uint64_t place)
{
  size_t      n      = 0U;
  const char* name   = NULL;
  json_t*     tensor = NULL;
  json_object_foreach(header, name, tensor)
  {
    const json_t* const offsets = json_object_get(tensor, "data_offsets");
    n += strcmp(name, METADATA) != 0 && element(offsets, 0U) == place &&
         element(offsets, 1U) > place;
  }
  return n;
}

/// Return whether tensors are one behind the other from the first byte to the
/// last, by walking from each to the next
static bool
is_whole(json_t* const header, const uint64_t n_values)
{
  const size_t n_tensors =
    json_object_size(header) - (json_object_get(header, METADATA) ? 1U : 0U);
  size_t   n     = 0U;
  uint64_t place = 0U;
  for (uint64_t end = 0U;; place = end) {
    n += count_at(header, place, &end);
    if (count_full_at(header, place) > 1U) {
      return false;
    }
    if (end == place) {
      return n == n_tensors && place == n_values;
    }
  }
}

static bool
is_header(json_t* const header, const uint64_t n_values)
{
  const char* name  = NULL;
  json_t*     value = NULL;
  size_t      n     = 0U;
  if (!json_is_object(header)) {
    return false;
  }
  json_object_foreach(header, name, value)
  {
    const bool metadata = !strcmp(name, METADATA);
    n += metadata ? 0U : 1U;
    if (!(metadata ? is_metadata(value) : is_tensor(name, value, n_values))) {
      return false;
    }
  }
  return n <= 256U && is_whole(header, n_values);
}

bool
oracle_accepts(const uint8_t* const data, const size_t size)
{
  uint64_t      n_values = 0U;
  json_t* const header   = load(data, size, &n_values);
  const bool    good     = header && is_header(header, n_values) &&
                    !is_forgiven(data + PREFIX, size - PREFIX - n_values);
  json_decref(header);
  return good;
}

static bool
tensor_agrees(const LmuTensor* const tensor,
              const json_t* const    value,
              const uint8_t* const   values)
{
  const json_t* const shape   = json_object_get(value, "shape");
  const json_t* const offsets = json_object_get(value, "data_offsets");
  bool                good    = !strcmp(tensor->dtype->name,
                      json_string_value(json_object_get(value, "dtype"))) &&
              tensor->dtype->n_bits == kind_bits(tensor->dtype->name) &&
              tensor->rank == json_array_size(shape) &&
              tensor->data == values + element(offsets, 0U) &&
              tensor->n_bytes == element(offsets, 1U) - element(offsets, 0U);
  for (uint32_t i = 0U; good && i < tensor->rank; ++i) {
    good = tensor->shape[i] == element(shape, i);
  }
  return good;
}

static bool
metadata_agrees(const LmuSafetensors* const file, json_t* const metadata)
{
  const char* key   = NULL;
  json_t*     value = NULL;
  bool        good  = file->n_metadata == json_object_size(metadata);
  json_object_foreach(metadata, key, value)
  {
    const char* const text = lmu_safetensors_metadata(file, key);
    good = good && text && !strcmp(text, json_string_value(value));
  }
  return good;
}

bool
oracle_agrees(const LmuSafetensors* const file,
              const uint8_t* const        data,
              const size_t                size)
{
  uint64_t      n_values = 0U;
  json_t* const header   = load(data, size, &n_values);
  json_t* const metadata = json_object_get(header, METADATA);
  bool          good =
    header && metadata_agrees(file, metadata) &&
    file->n_tensors == json_object_size(header) - (metadata ? 1U : 0U);
  for (uint32_t i = 0U; good && i < file->n_tensors; ++i) {
    const LmuTensor* const tensor = &file->tensors[i];
    const json_t* const    value  = json_object_get(header, tensor->name);
    good = value && tensor_agrees(tensor, value, data + size - n_values);
  }
  json_decref(header);
  return good;
}

/// Return whether numbers of a text are those of a graph, up to its end
static bool
horizons_agree(const LmuGraph* const graph, const char* text)
{
  for (uint32_t i = 0U; i < graph->n_outputs; ++i) {
    char*        end   = NULL;
    const double value = strtod(text, &end);
    if (end == text || *end != (i + 1U < graph->n_outputs ? ',' : '\0') ||
        !(value >= 0.0 &&
          value <= MAX_HORIZON_S * graph->metadata.rate * (1.0 + ULP)) ||
        !(fabs(graph->metadata.horizons[i] - value) <= ULP * value)) {
      return false;
    }
    text = end + 1;
  }
  return true;
}

bool
oracle_agrees_on_horizons(const LmuGraph* const graph,
                          const uint8_t* const  data,
                          const size_t          size)
{
  uint64_t            n_values = 0U;
  json_t* const       header   = load(data, size, &n_values);
  const json_t* const value =
    json_object_get(json_object_get(header, METADATA), "horizons");
  const bool good =
    header && (value ? graph->metadata.n_horizons == graph->n_outputs &&
                         horizons_agree(graph, json_string_value(value))
                     : !graph->metadata.n_horizons);
  json_decref(header);
  return good;
}

/// Return a key's text of a layer, or null
static const char*
layer_text(const json_t* const metadata,
           const uint32_t      layer,
           const char* const   name)
{
  char key[64];
  (void)snprintf(key, sizeof(key), "layers.%u.%s", layer, name);
  return json_string_value(json_object_get(metadata, key));
}

/// Return whether sources of a text are those of a list, up to its end
static bool
sources_agree(const char*           text,
              const uint32_t* const sources,
              const uint32_t        count)
{
  static const char input[] = "input";
  for (uint32_t i = 0U; i < count; ++i) {
    const bool    outer = !strncmp(text, input, sizeof(input) - 1U);
    char*         end   = NULL;
    const int64_t value = outer ? -1 : (int64_t)strtoul(text, &end, 10);
    text                = outer ? text + sizeof(input) - 1U : end;
    if (*text != (i + 1U < count ? ',' : '\0') ||
        sources[i] != (outer ? LMU_SOURCE_INPUT : (uint32_t)value)) {
      return false;
    }
    ++text;
  }
  return true;
}

/// Return whether windows of a text are those of a layer
static bool
windows_agree(const LmuLayer* const layer, const char* text)
{
  const uint32_t count = strchr(text, ',') ? layer->memory_d : 1U;
  for (uint32_t i = 0U; i < count; ++i) {
    char*        end   = NULL;
    const double value = strtod(text, &end);
    if (end == text || *end != (i + 1U < count ? ',' : '\0') ||
        !(value >= 1.0 - ULP) ||
        !(fabs(lmu_layer_theta(layer, i) - value) <= ULP * value)) {
      return false;
    }
    text = end + 1;
  }
  return true;
}

bool
oracle_agrees_on_lists(const LmuGraph* const graph,
                       const uint8_t* const  data,
                       const size_t          size)
{
  uint64_t            n_values = 0U;
  json_t* const       header   = load(data, size, &n_values);
  const json_t* const metadata = json_object_get(header, METADATA);
  bool                good     = header;
  for (uint32_t i = 0U; good && i < graph->n_layers; ++i) {
    const LmuLayer* const layer  = &graph->layers[i];
    const char* const     theta  = layer_text(metadata, i, "theta");
    const char* const     inputs = layer_text(metadata, i, "inputs");
    const char* const     adds   = layer_text(metadata, i, "add");
    good =
      !inputs == !layer->n_sources && !adds == !layer->n_adds &&
      (!inputs || sources_agree(inputs, layer->sources, layer->n_sources)) &&
      (!adds || sources_agree(adds, layer->adds, layer->n_adds)) &&
      (!theta || windows_agree(layer, theta));
  }
  json_decref(header);
  return good;
}
