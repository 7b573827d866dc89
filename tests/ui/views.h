// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_UI_VIEWS_H
#define LMU_TESTS_UI_VIEWS_H

#include "plugin/view.h"
#include "ui/view.h"

#include <lv2/atom/atom.h>
#include <lv2/urid/urid.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Messages as plugins send them, good ones and bad ones.
*/

/// Greatest size of a message [bytes]
#define MAX_MESSAGE 65536U

/// What a View says
typedef struct {
  int32_t   sequence;
  float     theta_s;
  float     rate_hz;
  int32_t   order;
  ViewBasis basis;
  int32_t   offset;
  uint32_t  n_numbers;
  uint32_t  n_pairs; ///< Of both traces
  float     fill;    ///< All numbers are this
  int32_t   window;  ///< Outline of the traces
  int32_t   span;
  int32_t   lead;
} ViewSpec;

/// A View that is good
extern const ViewSpec good_view;

/// Map URIs to numbers, the same each time
extern const LV2_URID_Map views_map;

/// Return a View of its exact size on the heap, to be freed
LV2_Atom*
view_new(const LmuUiUris* uris, const ViewSpec* spec);

/// Return a patch:Set of a path, to be freed
LV2_Atom*
path_message_new(const LmuUiUris* uris, const char* path);

/// Return a copy that ends after some bytes and says so, to be freed
LV2_Atom*
message_cut(const LV2_Atom* atom, uint32_t n_bytes);

#endif // LMU_TESTS_UI_VIEWS_H
