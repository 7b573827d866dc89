// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_HOST_H
#define LMU_PLUGIN_HOST_H

#include "core/base/attributes.h"
#include "plugin/inline_display.h"

#include <lv2/core/lv2.h>
#include <lv2/log/log.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What a host offers, and what it calls the URIs that we use.
*/

/// URIs as numbers, zero if the host does not know one
typedef struct {
  LV2_URID atom_Blank;
  LV2_URID atom_Double;
  LV2_URID atom_Float;
  LV2_URID atom_Int;
  LV2_URID atom_Long;
  LV2_URID atom_Object;
  LV2_URID atom_Path;
  LV2_URID atom_Sequence;
  LV2_URID atom_String;
  LV2_URID atom_URID;
  LV2_URID atom_Vector;
  LV2_URID time_Position;
  LV2_URID time_beatUnit;
  LV2_URID time_beatsPerMinute;
  LV2_URID log_Error;
  LV2_URID patch_Ack;
  LV2_URID patch_Error;
  LV2_URID patch_Get;
  LV2_URID patch_Put;
  LV2_URID patch_Set;
  LV2_URID patch_body;
  LV2_URID patch_property;
  LV2_URID patch_sequenceNumber;
  LV2_URID patch_subject;
  LV2_URID patch_value;
  LV2_URID weights;        ///< Path of a weight file
  LV2_URID weights_origin; ///< Where a file came from
  LV2_URID weights_sha256; ///< What was in it
  LV2_URID weights_copy;   ///< Path of a session's copy
  LV2_URID capture_name;   ///< What a user calls a capture
  LV2_URID capture_folder; ///< Where a session left it

  // See plugin/view.h
  LV2_URID mod_view;
  LV2_URID watch;
  LV2_URID watch_rate;
  LV2_URID view;
  LV2_URID view_sequence;
  LV2_URID view_theta;
  LV2_URID view_rate;
  LV2_URID view_order;
  LV2_URID view_basis;
  LV2_URID view_offset;
  LV2_URID view_numbers;
  LV2_URID view_window;
  LV2_URID view_span;
  LV2_URID view_lead;
  LV2_URID view_traces[2]; ///< Of the input and of the output
} Uris;

/// Features of a host, of the pointers only the map is never null
typedef struct {
  const LV2_URID_Map*        map;
  const LV2_Worker_Schedule* schedule;
  const LV2_Log_Log*         log;
  const InlineDisplayQueue*  display;
  bool                       is_mod; ///< Whether it is that of MOD
} Host;

/// Return the data of a feature, or null
LMU_SETUP const void*
host_feature(const LV2_Feature* const* features, const char* uri);

/// Read features and map URIs, return false if a required feature is missing
LMU_SETUP bool
host_init(Host* host, Uris* uris, const LV2_Feature* const* features);

/// Log an error, to standard error if the host has no log
LMU_SETUP void
host_error(const Host* host, const Uris* uris, const char* message);

#endif // LMU_PLUGIN_HOST_H
