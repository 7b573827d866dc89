// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_DATA_SOUND_FORMAT_H
#define LMU_DATA_SOUND_FORMAT_H

#include "data/sound_reader.h"
#include "tools/base/failure.h"

#include <stdbool.h>

/**
   @file
   Which kind of sound file a name stands for.
*/

/// Endings of the sound files that can be written, for messages
#define LMU_SOUND_ENDINGS \
  ".wav, .rf64, .w64, .aiff, .au, .caf, .flac, .ogg, .opus or .mp3"

/// Return whether a name ends as that of a sound file that can be written
LMU_SETUP bool
lmu_sound_format_is_known(const char* path);

/**
   Choose the format of a sound file by the ending of its name.

   Without an ending it is WAV, which becomes RF64 if it has to.

   @param format Set to a format of libsndfile.
   @return LMU_EXIT_USAGE if nothing is written under such a name,
   LMU_EXIT_BAD_OUTPUT if the format cannot hold such sound.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sound_format(int*                format,
                 LmuFailure*         error,
                 const char*         path,
                 const LmuSoundInfo* info);

#endif // LMU_DATA_SOUND_FORMAT_H
