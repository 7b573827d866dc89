// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_DATA_SOUND_EXACT_H
#define LMU_DATA_SOUND_EXACT_H

#include "core/base/attributes.h"

#include <sndfile.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Samples of any kind of file as doubles, which hold them all.

   What was read and is written to a file with the same kind of samples is
   the same, bit for bit, unless the kind is a lossy one.
*/

/**
   Read frames.

   @param frames Set to samples, 1 is full scale, [n_frames][channels].
   @return Number of frames that were read, less at the end and on error.
*/
LMU_SETUP uint32_t
lmu_sound_exact_read(SNDFILE*       file,
                     const SF_INFO* info,
                     double*        frames,
                     uint32_t       n_frames);

/**
   Write frames, each sample as the nearest that the file can hold.

   @return Number of frames that were written, less on error.
*/
LMU_SETUP uint32_t
lmu_sound_exact_write(SNDFILE*       file,
                      const SF_INFO* info,
                      const double*  frames,
                      uint32_t       n_frames);

/// Return whether samples are kept one by one, with no loss between them
LMU_SETUP bool
lmu_sound_exact_is_kept(const SF_INFO* info);

/// Return the bytes of a sample, unless samples have no fixed number of them
LMU_SETUP uint32_t
lmu_sound_exact_bytes(const SF_INFO* info);

/**
   Return how a file can keep the samples of another.

   @param wanted What the new file is to be, such as WAV of floats.
   @param from What the other is.
   @return The same file with the same kind of samples, or else one that holds
   them all, or else `wanted`, also if that is a kind that loses some.
*/
LMU_SETUP int
lmu_sound_exact_format(int wanted, const SF_INFO* from);

#endif // LMU_DATA_SOUND_EXACT_H
