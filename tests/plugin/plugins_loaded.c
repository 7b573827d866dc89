// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/plugin/plugins.h"

#include <lv2/core/lv2.h>

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

const bool plugins_are_held = false;

LV2_Descriptor_Function
plugins_open(const char* const path)
{
  void* const library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char* const error = dlerror(); // NOLINT(concurrency-mt-unsafe)
    (void)fprintf(stderr, "%s\n", error);
    return NULL;
  }

  // C has no conversion from an object to a function
  void* const             symbol   = dlsym(library, "lv2_descriptor");
  LV2_Descriptor_Function function = NULL;
  memcpy(&function, &symbol, sizeof(symbol));
  return function;
}
