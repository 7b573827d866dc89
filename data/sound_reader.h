// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_DATA_SOUND_READER_H
#define LMU_DATA_SOUND_READER_H

#include "tools/base/failure.h"

#include <sndfile.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Reading a sound file, by libsndfile.

   The path "-" is standard input.  Headers that were never finished are read as
   far as the file goes.  What is missing at the end is told in a notice.
*/

/// Number of frames that nobody knows yet
#define LMU_UNKNOWN_FRAMES 0U

/// An open sound file, it owns the heap
typedef struct LmuSoundReaderImpl LmuSoundReader;

/// What is in a sound file
typedef struct {
  double   rate;       ///< Frames per second
  uint32_t n_channels; ///< Number of channels
  uint64_t n_frames;   ///< Frames there should be, or LMU_UNKNOWN_FRAMES
} LmuSoundInfo;

/**
   Open a sound file whose number of frames is known, as all of it is there.

   Standard input and pipes are read to their end first.

   @param reader Set to a new reader, or to null on error.
   @return LMU_EXIT_BAD_INPUT if it is missing, broken or empty.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sound_reader_new(LmuSoundReader** reader,
                     LmuFailure*      error,
                     const char*      path);

/**
   Open a sound file that is read once.

   The same as lmu_sound_reader_new(), but a WAV or AU file from a pipe is read
   as it comes.  Its number of frames may be LMU_UNKNOWN_FRAMES.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sound_reader_new_stream(LmuSoundReader** reader,
                            LmuFailure*      error,
                            const char*      path);

/// Close a sound file, or do nothing if it is null
LMU_SETUP void
lmu_sound_reader_free(LmuSoundReader* reader);

/// Return what is in the file
LMU_SETUP const LmuSoundInfo*
lmu_sound_reader_info(const LmuSoundReader* reader);

/**
   Read the next frames.

   @param channels One buffer a channel of the file, null to skip that channel,
   [n_channels][n_frames].
   @param n_read Set to the number read, less than asked for at the end only,
   which may be earlier than the header says.
   @return LMU_EXIT_BAD_INPUT if the file is broken here.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sound_reader_read(LmuSoundReader* reader,
                      LmuFailure*     error,
                      float* const*   channels,
                      uint32_t        n_frames,
                      uint32_t*       n_read);

/// Return whether it can go to any frame, and then reads what is there: what
/// was coded with loss depends on what was read before
LMU_SETUP bool
lmu_sound_reader_seeks(const LmuSoundReader* reader);

/// Read from this frame on; return false if that failed, and the reader is of
/// no use then
LMU_SETUP LMU_NODISCARD bool
lmu_sound_reader_seek(LmuSoundReader* reader, uint64_t frame);

/**
   Count the frames that are there, which may be less than the header says; the
   reader is of no use then.

   @param n_frames Set to their number.
   @return LMU_EXIT_BAD_INPUT if the file is broken, or has none.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sound_reader_measure(LmuSoundReader* reader,
                         LmuFailure*     error,
                         uint64_t*       n_frames);

/**
   Read the next frames as they are in the file, but for its byte order.

   @param frames Set to samples as doubles hold them all,
   [n_frames][n_channels].
   @param n_read Set to the number read, less than asked for at the end only.
   @return LMU_EXIT_BAD_INPUT if the file is broken here.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sound_reader_read_exact(LmuSoundReader* reader,
                            LmuFailure*     error,
                            double*         frames,
                            uint32_t        n_frames,
                            uint32_t*       n_read);

/// Return the format of the file
LMU_SETUP const SF_INFO*
lmu_sound_reader_format(const LmuSoundReader* reader);

/// Copy what the file holds beside its sound, see lmu_sound_tags_copy()
LMU_SETUP void
lmu_sound_reader_copy_tags(const LmuSoundReader* reader, SNDFILE* to);

#endif // LMU_DATA_SOUND_READER_H
