// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_HOSTS_SOUND_H
#define LMU_TESTS_HOSTS_SOUND_H

#include <stddef.h>

/**
   @file
   Whole sound files in memory, for the helpers of the host tests.

   The helpers are short programs: on any error they say so and end.
*/

/// A sound, its samples owned by the heap
typedef struct {
  size_t n_frames;
  size_t n_channels;
  int    rate;    ///< Frames per second
  float* samples; ///< [n_frames][n_channels]
} SoundFile;

/// Return a silent sound
SoundFile
sound_new(size_t n_frames, size_t n_channels, int rate);

/// Return the sound in a file of any format libsndfile reads
SoundFile
sound_load(const char* path);

/// Write a sound to a WAV file of 32-bit floats
void
sound_save(const SoundFile* sound, const char* path);

/// Free the samples
void
sound_free(SoundFile* sound);

#endif // LMU_TESTS_HOSTS_SOUND_H
