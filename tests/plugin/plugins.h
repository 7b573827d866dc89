// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_PLUGINS_H
#define LMU_TESTS_PLUGIN_PLUGINS_H

#include <lv2/core/lv2.h>

#include <stdbool.h>

/**
   @file
   Where a test has its plugins from, one of two libraries: plugins_loaded.c
   opens the binary that users get, and plugins_held.c has them in its own
   program, as sanitizers need.
*/

/// Whether the plugins are part of this program
extern const bool plugins_are_held;

/// Return the function that describes the plugins of a file, or of this program
/// whatever the path.  Returns null after a message on stderr if it cannot.
LV2_Descriptor_Function
plugins_open(const char* path);

#endif // LMU_TESTS_PLUGIN_PLUGINS_H
