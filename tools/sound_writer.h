// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_SOUND_WRITER_H
#define LMU_TOOLS_SOUND_WRITER_H

#include "tools/failure.h"
#include "tools/sound_reader.h"

#include <stdint.h>

/**
   @file
   Writing a WAV file of 32-bit floats, by libsndfile.
*/

/// A sound file being written, it owns the heap
typedef struct LmuSoundWriterImpl LmuSoundWriter;

/**
   Begin a sound file.

   @param writer Set to a new writer, or to null on error.
   @param info What will be written; the number of frames decides whether a
   WAV file can hold them or an RF64 file is needed.
   @return LMU_EXIT_BAD_OUTPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sound_writer_new(LmuSoundWriter**    writer,
                     LmuFailure*         error,
                     const char*         path,
                     const LmuSoundInfo* info);

/// Drop what was not saved, or do nothing if it is null
LMU_SETUP void
lmu_sound_writer_free(LmuSoundWriter* writer);

/**
   Write frames.

   @param channels One buffer a channel, [n_channels][n_frames].
   @param first Where in the buffers to start.
   @return LMU_EXIT_BAD_OUTPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sound_writer_process(LmuSoundWriter* writer,
                         LmuFailure*     error,
                         float* const*   channels,
                         uint32_t        first,
                         uint32_t        n_frames);

/// Complete the file; only now it has its name
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sound_writer_save(LmuSoundWriter* writer, LmuFailure* error);

#endif // LMU_TOOLS_SOUND_WRITER_H
