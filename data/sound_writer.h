// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_DATA_SOUND_WRITER_H
#define LMU_DATA_SOUND_WRITER_H

#include "data/sound_reader.h"
#include "tools/base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Writing a sound file, by libsndfile.

   The ending of its name says what it is.  Samples are floats of 32 bits, but
   for FLAC, which has 24 bits, and formats that lose some of the sound.  The
   path "-" is standard output, as WAV.
*/

/// A sound file being written, it owns the heap
typedef struct LmuSoundWriterImpl LmuSoundWriter;

/**
   Begin a sound file.

   @param writer Set to a new writer, or to null on error.
   @param info What will be written; the number of frames, or
   LMU_UNKNOWN_FRAMES, decides whether a WAV file becomes an RF64 file.
   @return LMU_EXIT_USAGE or LMU_EXIT_BAD_OUTPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sound_writer_new(LmuSoundWriter**    writer,
                     LmuFailure*         error,
                     const char*         path,
                     const LmuSoundInfo* info);

/**
   Begin a sound file like another.

   Samples are kept as they are there, if this kind of file can, and so is all
   that is beside them.

   @param like The other one.
   @return LMU_EXIT_BAD_OUTPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sound_writer_new_like(LmuSoundWriter**      writer,
                          LmuFailure*           error,
                          const char*           path,
                          const LmuSoundReader* like);

/// Return whether the file keeps samples one by one, with no loss
LMU_SETUP bool
lmu_sound_writer_is_exact(const LmuSoundWriter* writer);

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

/**
   Write frames, each sample as the nearest that the file can hold.

   @param frames Samples, [n_frames][n_channels].
   @return LMU_EXIT_BAD_OUTPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sound_writer_write(LmuSoundWriter* writer,
                       LmuFailure*     error,
                       const double*   frames,
                       size_t          n_frames);

/// Complete the file; only now it has its name
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sound_writer_save(LmuSoundWriter* writer, LmuFailure* error);

#endif // LMU_DATA_SOUND_WRITER_H
