// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_DATA_SOUND_SINK_H
#define LMU_DATA_SOUND_SINK_H

#include "core/base/attributes.h"

#include <sndfile.h>

/**
   @file
   A sound file on a disk that may be full.

   Not all encoders that libsndfile uses tell when nothing more can be written,
   so this remembers it.
*/

/// A file that libsndfile writes
typedef struct {
  int        fd;       ///< Where to
  sf_count_t position; ///< Next byte
  sf_count_t length;   ///< Bytes so far
  int        error;    ///< errno of the first write that failed, or zero
} LmuSoundSink;

/// Return how libsndfile writes to a sink
LMU_SETUP SF_VIRTUAL_IO*
lmu_sound_sink_functions(void);

#endif // LMU_DATA_SOUND_SINK_H
