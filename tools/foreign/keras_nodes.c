// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/keras_nodes.h"

#include <stddef.h>

/// Add the name of the layer that made a tensor
static bool
add_name(LmuKerasNames* const names, const char* const name)
{
  if (!name || names->count == LMU_MAX_SOURCES) {
    return false;
  }
  names->names[names->count++] = name;
  return true;
}

/// Read a call in the form of Keras 2: [["name", 0, 0, {}], ...]
static bool
read_legacy(LmuKerasNames* const names, const json_t* const node)
{
  bool good = json_array_size(node) > 0U;
  for (size_t i = 0U; good && i < json_array_size(node); ++i) {
    const json_t* const input = json_array_get(node, i);
    good = add_name(names, json_string_value(json_array_get(input, 0U)));
  }
  return good;
}

/// Add a tensor of Keras 3, {"config": {"keras_history": ["name", 0, 0]}}
static bool
add_tensor(LmuKerasNames* const names, const json_t* const tensor)
{
  const json_t* const config  = json_object_get(tensor, "config");
  const json_t* const history = json_object_get(config, "keras_history");
  return add_name(names, json_string_value(json_array_get(history, 0U)));
}

/// Read a call in the form of Keras 3, of one tensor or a list of them
static bool
read_call(LmuKerasNames* const names, const json_t* const node)
{
  const json_t* const args = json_object_get(node, "args");
  const json_t* const list = json_array_get(args, 0U);
  bool                good = json_array_size(args) == 1U;
  if (good && !json_is_array(list)) {
    return add_tensor(names, list);
  }
  good = good && json_array_size(list) > 0U;
  for (size_t i = 0U; good && i < json_array_size(list); ++i) {
    good = add_tensor(names, json_array_get(list, i));
  }
  return good;
}

bool
lmu_keras_names_read(LmuKerasNames* const names, const json_t* const nodes)
{
  const json_t* const node = json_array_get(nodes, 0U);
  names->count             = 0U;
  if (json_array_size(nodes) > 1U) {
    return false;
  }
  if (!node) {
    return true;
  }
  return json_is_array(node) ? read_legacy(names, node)
                             : read_call(names, node);
}

/// Return the first keyword that has a value, or null
static const char*
find_keyword(json_t* const keywords)
{
  const char* key   = NULL;
  json_t*     value = NULL;
  json_object_foreach(keywords, key, value)
  {
    if (!json_is_null(value) && !json_is_false(value)) {
      return key;
    }
  }
  return NULL;
}

const char*
lmu_keras_nodes_keyword(const json_t* const nodes)
{
  const json_t* const node = json_array_get(nodes, 0U);
  const char*         key  = find_keyword(json_object_get(node, "kwargs"));
  for (size_t i = 0U; !key && i < json_array_size(node); ++i) {
    key = find_keyword(json_array_get(json_array_get(node, i), 3U));
  }
  return key;
}
