// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_VIEW_H
#define LMU_UI_VIEW_H

#include "plugin/view.h"

#include <lv2/atom/atom.h>
#include <lv2/urid/urid.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Views of plugin/view.h, checked and put together.
*/

/// Most columns of a trace
#define VIEW_COLUMNS 256U

/// Greatest number of numbers of a memory, in all parts
#define LMU_VIEW_TOTAL 4096U

/// What a plugin showed last, all of it finite
typedef struct {
  int32_t   sequence;
  double    theta_s; ///< Window
  double    rate_hz; ///< Frames of the plugin per second
  uint32_t  order;   ///< Order of the memory, 0 if there is none
  ViewBasis basis;
  uint32_t  n_numbers;
  uint32_t  n_input;  ///< Columns of `input`, of equal width
  uint32_t  n_output; ///< Columns of `output`
  float     numbers[LMU_VIEW_TOTAL];
  float     input[VIEW_COLUMNS][2]; ///< Least and greatest, oldest first
  float     output[VIEW_COLUMNS][2];
} LmuView;

/// URIs as numbers, zero if the host does not know one
typedef struct {
  LV2_URID atom_Float;
  LV2_URID atom_Int;
  LV2_URID atom_Object;
  LV2_URID atom_Path;
  LV2_URID atom_URID;
  LV2_URID atom_Vector;
  LV2_URID atom_eventTransfer;
  LV2_URID patch_Get;
  LV2_URID patch_Put;
  LV2_URID patch_Set;
  LV2_URID patch_body;
  LV2_URID patch_property;
  LV2_URID patch_value;
  LV2_URID weights;
  LV2_URID watch;
  LV2_URID watch_rate;
  LV2_URID view;
  LV2_URID sequence;
  LV2_URID theta;
  LV2_URID rate;
  LV2_URID order;
  LV2_URID basis;
  LV2_URID offset;
  LV2_URID numbers;
  LV2_URID trace_window;
  LV2_URID trace_span;
  LV2_URID trace_lead;
  LV2_URID input_trace;
  LV2_URID output_trace;
} LmuUiUris;

/// Map all URIs
void
lmu_ui_uris_init(LmuUiUris* uris, const LV2_URID_Map* map);

/// Return how many numbers a memory has, or zero if the order is too great
uint32_t
lmu_view_size(uint32_t order, ViewBasis basis);

/**
   Read a message from a plugin.

   @param view Changed by a View or a part of one, as it was by other messages.
   @param uris URIs.
   @param atom Message, all of atom->size bytes can be read.
   @return Whether `view` is complete now.
*/
bool
lmu_view_read(LmuView* view, const LmuUiUris* uris, const LV2_Atom* atom);

/**
   Read the path of the weight file from a patch:Set or patch:Put.

   @param path Set to text, [size].
   @return Whether there was one.
*/
bool
lmu_view_read_path(char*            path,
                   uint32_t         size,
                   const LmuUiUris* uris,
                   const LV2_Atom*  atom);

#endif // LMU_UI_VIEW_H
