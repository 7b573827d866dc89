// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_PATCHES_H
#define LMU_TESTS_PLUGIN_PATCHES_H

#include "tests/plugin/instance.h"

#include <lv2/atom/atom.h>
#include <lv2/atom/forge.h>
#include <lv2/urid/urid.h>

#include <stdint.h>

/**
   @file
   Messages about properties: to a plugin, and what it answers.
*/

/// Sequence number of messages that have none
#define NO_NUMBER 0

/// Messages in the making
typedef struct {
  LV2_URID_Map         map;
  LV2_Atom_Forge       forge;
  LV2_Atom_Forge_Frame frame; ///< Of the sequence
} Patches;

/// What a message says
typedef struct {
  LV2_URID    type;     ///< URI_PATCH_SET...
  LV2_URID    property; ///< Or zero for none
  LV2_URID    subject;  ///< Or zero for none
  LV2_URID    kind;     ///< Type of the value, or zero for none
  const void* value;
  uint32_t    size;   ///< Of the value [bytes]
  int32_t     number; ///< Sequence number
} PatchMessage;

/// Start a sequence in a buffer
void
patches_begin(Patches* patches, void* buffer, size_t size);

/// Add a message
void
patches_add(Patches* patches, const PatchMessage* patch);

/// Return what sets the weight file
PatchMessage
patch_of_path(const char* path);

/// End a sequence
void
patches_end(Patches* patches);

/// Send a message with the next run(), and only that
void
instance_send(Instance* instance, const PatchMessage* patch);

/// Send the path of a weight file with the next run(), and only that
void
instance_send_path(Instance* instance, const char* path);

/// Send it as Carla does, with a property of its own and two terminators
void
instance_send_path_like_carla(Instance* instance, const char* path);

/**
   Read what a plugin sent in the last run().

   @param answers Set to messages, whose values stay where they are.
   @return How many there are, at most max.
*/
uint32_t
instance_answers(const Instance* instance, PatchMessage* answers, uint32_t max);

#endif // LMU_TESTS_PLUGIN_PATCHES_H
