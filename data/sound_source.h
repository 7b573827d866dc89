// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_DATA_SOUND_SOURCE_H
#define LMU_DATA_SOUND_SOURCE_H

#include "core/base/attributes.h"

#include <sndfile.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   The bytes of a sound file as libsndfile should see them.

   A header that was never finished, as the recorder was stopped or wrote to a
   pipe, gets the size that the sound really has.
*/

/// Bytes that are seen in the place of others
typedef struct {
  sf_count_t offset;   ///< Of the first
  uint32_t   n_bytes;  ///< Number, up to 8
  uint8_t    bytes[8]; ///< [n_bytes]
} LmuPatch;

/// A file as it should be, which owns the file
typedef struct {
  int        fd;            ///< Open file that can seek
  sf_count_t start;         ///< Where in it the sound file begins
  sf_count_t length;        ///< Bytes from there
  sf_count_t position;      ///< Next byte
  LmuPatch   patch;         ///< Size of the sound, none if it has no bytes
  bool       is_unfinished; ///< The header says that there is no sound
  sf_count_t missing; ///< Bytes of sound that it says are there, and are not
} LmuSoundSource;

/// Look at a file from where it stands, and own it
LMU_SETUP void
lmu_sound_source_init(LmuSoundSource* source, int fd);

/// Start from its first byte
LMU_SETUP void
lmu_sound_source_rewind(LmuSoundSource* source);

/// Close the file
LMU_SETUP void
lmu_sound_source_reset(LmuSoundSource* source);

/// Return how libsndfile reads a source
LMU_SETUP SF_VIRTUAL_IO*
lmu_sound_source_functions(void);

#endif // LMU_DATA_SOUND_SOURCE_H
