// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_RECORDINGS_H
#define LMU_TOOLS_TRAIN_RECORDINGS_H

#include "core/base/attributes.h"
#include "tools/base/failure.h"
#include "train/pair/pair.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   Recordings to train on, whole in memory.
*/

/// All channels mixed
#define LMU_MIX_CHANNELS 0U

/// One channel of a sound file, it owns the heap
typedef struct {
  const char* path;       ///< As the user wrote it
  float*      samples;    ///< [n_frames]
  size_t      n_frames;   ///< Number of frames
  double      rate;       ///< Sample rate [Hz]
  uint32_t    n_channels; ///< Of the file
} LmuRecorded;

/**
   Read a file.

   @param recorded Set to what is in it, free with lmu_recorded_clear().
   @param channel Channel from 1, or LMU_MIX_CHANNELS; files with one channel
   give that.
   @return LMU_EXIT_BAD_INPUT, or LMU_EXIT_BAD_VALUE if it has no such channel.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_recorded_read(LmuRecorded* recorded,
                  LmuFailure*  error,
                  const char*  path,
                  uint32_t     channel);

/// Return a dry and a wet recording as a pair, lent
LMU_SETUP LmuCapture
lmu_recorded_pair(const LmuRecorded* dry, const LmuRecorded* wet);

/// Free what was read
LMU_SETUP void
lmu_recorded_clear(LmuRecorded* recorded);

#endif // LMU_TOOLS_TRAIN_RECORDINGS_H
