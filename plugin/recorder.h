// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_RECORDER_H
#define LMU_PLUGIN_RECORDER_H

#include "core/base/attributes.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Sound on its way from the audio thread to another, without locks.

   The other thread hands out empty chunks and takes full ones.  Where none is
   left, as that thread is late by seconds, sound is lost and counted.
*/

/// Frames of a chunk
#define RECORDER_FRAMES 8192U

/// Chunks of a recorder, a power of two
#define RECORDER_CHUNKS 32U

/// Sound of both inputs
typedef struct {
  uint32_t n_frames;
  float    dry[RECORDER_FRAMES]; ///< What goes into the device
  float    wet[RECORDER_FRAMES]; ///< What comes back
} RecorderChunk;

/// Chunks from one thread to another, which each use one side
typedef struct {
  atomic_uint    n_put;
  atomic_uint    n_taken;
  RecorderChunk* chunks[RECORDER_CHUNKS];
} RecorderQueue;

/// Both ways
typedef struct {
  RecorderQueue  empty;  ///< To the audio thread
  RecorderQueue  full;   ///< From there
  RecorderChunk* now;    ///< The audio thread's, or null
  atomic_uint    n_lost; ///< Frames for which there was no chunk
} Recorder;

/// Start without chunks
LMU_SETUP void
recorder_init(Recorder* recorder);

/// Free all chunks, once both threads are done
LMU_SETUP void
recorder_clear(Recorder* recorder);

/// Return whether there is room for a chunk at least
LMU_RT bool
recorder_has_room(Recorder* recorder);

/// Record some frames, in the audio thread
LMU_RT void
recorder_write(Recorder*    recorder,
               const float* dry,
               const float* wet,
               uint32_t     n_frames);

/// Send what was recorded, in the audio thread
LMU_RT void
recorder_flush(Recorder* recorder);

/// Hand out all chunks that there can be, return false if memory is short
LMU_SETUP bool
recorder_supply(Recorder* recorder);

/// Take the next full chunk, or return null
LMU_SETUP RecorderChunk*
recorder_take(Recorder* recorder);

/// Hand a chunk out again
LMU_SETUP void
recorder_return(Recorder* recorder, RecorderChunk* chunk);

#endif // LMU_PLUGIN_RECORDER_H
