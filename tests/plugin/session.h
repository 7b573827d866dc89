// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_SESSION_H
#define LMU_TESTS_PLUGIN_SESSION_H

#include "tests/plugin/instance.h"
#include "tests/plugin/paths.h"

#include <lv2/state/state.h>
#include <lv2/urid/urid.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Saving and restoring an instance, as hosts do with sessions and presets.
*/

/// Greatest number of properties that an instance saves
#define SESSION_MAX_PROPERTIES 16U

/// What a plugin saved under one key
typedef struct {
  LV2_URID key;
  LV2_URID type;
  uint32_t flags;
  uint32_t size; ///< Of the value [bytes]
  char*    value;
} Property;

/// All that a host keeps of an instance.  Controls are left as they are.
typedef struct {
  Paths    paths;
  bool     has_worker; ///< Whether restore() may schedule work
  bool     keeps;      ///< Whether what is not saved again stays, as in Carla
  uint32_t n_properties;
  Property properties[SESSION_MAX_PROPERTIES];
} Session;

/// Start empty, with a folder that exists
void
session_init(Session* session, PathsKind kind, const char* folder);

/// Free what was saved
void
session_clear(Session* session);

/// Return a property, or null
const Property*
session_find(const Session* session, LV2_URID key);

/// Return the text of a property, or null
const char*
session_text(const Session* session, LV2_URID key);

/// Set a property to a copy of anything, or remove it if the value is null
void
session_put(Session*    session,
            LV2_URID    key,
            LV2_URID    type,
            const void* value,
            uint32_t    size);

/// Let all texts end with a number of terminators, and be no byte longer
void
session_set_ends(Session* session, uint32_t n_ends);

/// Return whether both hold the same properties, in any order
bool
session_equal(const Session* x, const Session* y);

/// Call save(), which replaces what was saved before
LV2_State_Status
session_save(Session* session, const Instance* instance);

/// Call restore()
LV2_State_Status
session_restore(Session* session, Instance* instance);

#endif // LMU_TESTS_PLUGIN_SESSION_H
