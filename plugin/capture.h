// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_CAPTURE_H
#define LMU_PLUGIN_CAPTURE_H

#include "core/base/attributes.h"
#include "core/dsp/rt/glide.h"
#include "plugin/capture_thread.h"
#include "plugin/patch.h"
#include "plugin/path_cell.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/weights.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Learning a device from what goes into it and what comes back.
*/

/// All ports, in the order of their indices
typedef enum {
  CAPTURE_IN = N_ATOM_PORTS,
  CAPTURE_DEVICE,
  CAPTURE_SEND,
  CAPTURE_OUT,
  CAPTURE_ENABLED,
  CAPTURE_FREEWHEEL,
  CAPTURE_RECORD,
  CAPTURE_SOURCE,
  CAPTURE_TRAIN,
  CAPTURE_SIZE,
  CAPTURE_KIND,
  CAPTURE_MONITOR,
  CAPTURE_OUTPUT,
  CAPTURE_RECORDED_S,
  CAPTURE_MEMORY_MIB,
  CAPTURE_ESR,
  CAPTURE_LATENCY,
  CAPTURE_LATENCY_MS,
  CAPTURE_PROGRESS,
  CAPTURE_SECONDS_LEFT,
  CAPTURE_LEVEL_IN,
  CAPTURE_LEVEL_DEVICE,
  CAPTURE_STATUS,
} CapturePort;

/// What is heard, which parts add up
typedef enum {
  PART_DEVICE,
  PART_MODEL, ///< As soon as it can be
  PART_LATE,  ///< The model, as late as the device
  PART_INPUT,
  N_PARTS,
} CapturePart;

/// Instance of the capture
typedef struct {
  Plugin        plugin;
  Weights       weights;
  Patch         name_patch;
  PathRequest   name;
  CaptureThread thread;
  bool          has_thread; ///< Whether that was initialised

  bool     is_recording; ///< Whether frames go to the recorder
  bool     is_over;      ///< Whether the test signal came to its end
  uint64_t position;     ///< Frames of the test signal that were sent

  LmuGlide parts[N_PARTS]; ///< Factors of what is heard
  LmuGlide output;         ///< Factor of all that
  LmuGlide signal;         ///< Part of the test signal in what is sent
  LmuGlide open;           ///< Zero where there is feedback
  double   hot;            ///< Part of recent frames at full scale
  uint32_t n_muted;        ///< Frames until feedback is tried again

  float    meters[2];     ///< Recent peaks of the inputs
  float    meter_fall;    ///< Factor by which those fall in a frame
  float*   past;          ///< What the model played, [MAX_LATENCY + 1]
  uint32_t past_position; ///< Where the next frame goes
} Capture;

/// Start what depends on the sample rate alone
LMU_SETUP void
capture_sound_init(Capture* self);

/// Forget all input, as if there had been silence
LMU_SETUP void
capture_sound_reset(Capture* self);

/// Send everything that moves to where the controls want it, at the start of
/// run()
LMU_RT void
capture_update(Capture* self);

/// The same at the start of a segment
LMU_RT void
capture_begin_segment(Capture* self);

/// Play a part of a segment
LMU_RT void
capture_play(Capture* self, uint32_t offset, uint32_t n_frames);

#endif // LMU_PLUGIN_CAPTURE_H
