// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/keras_legacy.h"

#include <stdio.h>
#include <string.h>

LmuExit
lmu_keras_legacy_root(const char** const   root,
                      const LmuHdf5* const hdf5,
                      LmuFailure* const    error)
{
  // Of a whole model, and of its weights alone
  static const char* const groups[][2] = {{"model_weights", "model_weights/"},
                                          {"", ""}};

  LmuExit status = LMU_EXIT_SUCCESS;
  *root          = NULL;
  for (size_t i = 0U; !status && !*root && i < 2U; ++i) {
    LmuTexts names = {0U, NULL};
    status = lmu_hdf5_texts(&names, hdf5, error, groups[i][0], "layer_names");
    if (names.count) {
      *root = groups[i][1];
    }
    lmu_texts_reset(&names);
  }
  return status;
}

/// Return the length of a part of a path that ends at `end`
static size_t
part_length(const char* const path, const char* const end)
{
  size_t length = 0U;
  while (end - length > path && end[-1 - (ptrdiff_t)length] != '/') {
    ++length;
  }
  return length;
}

/// Return whether a name is a variable of the hidden cell
static bool
is_hidden(const char* const name, const char* const cell)
{
  const char* const slash = strrchr(name, '/');
  if (!slash || !*cell) {
    return false;
  }
  const size_t length = part_length(name, slash);
  return length == strlen(cell) && !memcmp(slash - length, cell, length);
}

/// Return whether a name is of that variable, such as ".../kernel:0"
static bool
has_role(const char* const name, const char* const role)
{
  const char* const slash = strrchr(name, '/');
  const char* const last  = slash ? slash + 1 : name;
  return strcspn(last, ":") == strlen(role) &&
         !strncmp(last, role, strlen(role));
}

LmuExit
lmu_keras_legacy_find(char                        path[LMU_KERAS_PATH_SIZE],
                      uint32_t* const             count,
                      const LmuHdf5* const        hdf5,
                      LmuFailure* const           error,
                      const LmuKerasLegacy* const legacy,
                      const char* const           role)
{
  LmuTexts names = {0U, NULL};
  char     group[LMU_KERAS_PATH_SIZE];
  snprintf(group, sizeof(group), "%s%s", legacy->root, legacy->layer);
  const LmuExit status =
    lmu_hdf5_texts(&names, hdf5, error, group, "weight_names");

  path[0] = '\0';
  *count  = 0U;
  for (uint32_t i = 0U; i < names.count; ++i) {
    const char* const name = names.texts[i];
    if (is_hidden(name, legacy->cell) == legacy->hidden) {
      ++*count;
      if (has_role(name, role)) {
        snprintf(path, LMU_KERAS_PATH_SIZE, "%.250s/%.250s", group, name);
      }
    }
  }
  lmu_texts_reset(&names);
  return status;
}
