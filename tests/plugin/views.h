// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_VIEWS_H
#define LMU_TESTS_PLUGIN_VIEWS_H

#include "plugin/view.h"
#include "tests/plugin/instance.h"

#include <lv2/atom/atom.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What a window says to a plugin, and what it is told.
*/

/// Most columns that are made of a trace
#define N_VIEW_COLUMNS 256U

/// A View, all of whose parts were checked
typedef struct {
  int32_t  sequence;
  float    theta; ///< [s]
  float    rate;  ///< [Hz]
  int32_t  order;
  int32_t  basis;
  int32_t  offset;
  uint32_t n_numbers;
  uint32_t n_inputs;  ///< Columns
  uint32_t n_outputs; ///< Columns
  float    numbers[VIEW_NUMBERS];
  float    inputs[N_VIEW_COLUMNS][2]; ///< Least and greatest, oldest first
  float    outputs[N_VIEW_COLUMNS][2];
} View;

/// Send a Watch with the next run(), and only that
void
instance_watch(Instance* instance, float rate);

/// Read the View of a sequence, return false if there is none.  More than one,
/// or one that is not as plugin/view.h says, is an error.
bool
view_read(View* view, const LV2_Atom_Sequence* sequence);

#endif // LMU_TESTS_PLUGIN_VIEWS_H
