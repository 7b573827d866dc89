// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_TRIGGER_H
#define LMU_PLUGIN_TRIGGER_H

#include "core/base/attributes.h"
#include "plugin/ports.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   When to take a picture, so that what repeats stands still.

   That is some time after the signal crosses a level, or when it does not for
   long.
*/

/// What to wait for
typedef struct {
  TriggerChoice choice; ///< Not TRIGGER_OFF
  float         level;
  uint32_t      delay;    ///< Frames from the crossing to the picture
  uint32_t      patience; ///< Frames to wait for a crossing, 1 or more
} TriggerSpec;

/// Trigger, zero is a new one
typedef struct {
  float    last;     ///< Newest sample
  uint32_t idle;     ///< Frames that it waits for a crossing
  uint32_t left;     ///< Frames until the picture, after a crossing
  bool     has_seen; ///< Whether there was a crossing
} Trigger;

/**
   Wait for a picture.

   @param trigger Trigger.
   @param spec What to wait for.
   @param samples Next samples, [n_frames].
   @param n_frames Number of frames.
   @return How many frames to take for the picture to be right after them, or 0
   if it is not within these.  In the first case the rest was not heard.
*/
LMU_RT uint32_t
trigger_process(Trigger*           trigger,
                const TriggerSpec* spec,
                const float*       samples,
                uint32_t           n_frames);

/// Hear samples while no picture is wanted
LMU_RT void
trigger_rest(Trigger* trigger, const float* samples, uint32_t n_frames);

#endif // LMU_PLUGIN_TRIGGER_H
