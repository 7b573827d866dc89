// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_SNAPSHOT_H
#define LMU_PLUGIN_SNAPSHOT_H

#include "core/dsp/rt/outline.h"
#include "core/dsp/rt/trace.h"
#include "core/memory/rt/modes.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What there was to see at one moment.
*/

/// What is drawn as a trace
typedef enum {
  TRACE_INPUT,
  TRACE_OUTPUT,
  N_TRACES = LMU_TRACE_SIGNALS,
} TraceKind;

/// Points of the shape of a memory
#define SHAPE_POINTS 64U

/// A View that was taken, plain data
typedef struct {
  int32_t    sequence;
  int32_t    order;
  int32_t    basis; ///< ViewBasis
  float      theta; ///< [s]
  float      rate;  ///< [Hz]
  LmuOutline outline;
  bool       has_trace[N_TRACES];
  uint32_t   n_numbers;
  uint32_t   n_points; ///< Of the shape, 0 if there is none
  float      numbers[LMU_MAX_ORDER];
  float      traces[N_TRACES][LMU_OUTLINE_VALUES]; ///< As the outline says
  float      shape[SHAPE_POINTS]; ///< What the memory keeps, oldest first
} Snapshot;

#endif // LMU_PLUGIN_SNAPSHOT_H
