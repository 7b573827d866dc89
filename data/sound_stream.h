// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_DATA_SOUND_STREAM_H
#define LMU_DATA_SOUND_STREAM_H

#include "core/base/attributes.h"

#include <sndfile.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   A WAV file for a pipe, where nothing can be mended later.

   The header is sent with the first sound.  It has the sizes that there will
   be, or those that readers take for "until the end" if nobody knows.
*/

/// A WAV file on its way, it owns the heap but not the pipe
typedef struct {
  int        fd;       ///< Where to
  uint64_t   n_frames; ///< Frames that will come, or zero if nobody knows
  uint32_t   n_bytes;  ///< Bytes of a frame
  uint8_t*   header;   ///< Header as libsndfile has it, [n_header]
  sf_count_t n_header; ///< Bytes of the header
  sf_count_t position; ///< Where libsndfile believes to be
  sf_count_t n_sent;   ///< Bytes sent, zero as long as the header may change
  int        error;    ///< errno of a write that failed, or zero
} LmuSoundStream;

/// Send the header if nothing else was; return false on error
LMU_SETUP LMU_NODISCARD bool
lmu_sound_stream_start(LmuSoundStream* stream);

/// Free the header
LMU_SETUP void
lmu_sound_stream_reset(LmuSoundStream* stream);

/// Return how libsndfile writes to a stream
LMU_SETUP SF_VIRTUAL_IO*
lmu_sound_stream_functions(void);

#endif // LMU_DATA_SOUND_STREAM_H
