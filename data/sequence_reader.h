// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_DATA_SEQUENCE_READER_H
#define LMU_DATA_SEQUENCE_READER_H

#include "core/base/attributes.h"
#include "data/sequence.h"
#include "tools/base/failure.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   Reading signals of any kind in pieces, from any place on.
*/

/// Open file, it owns the heap
typedef struct LmuSequenceReaderImpl LmuSequenceReader;

/**
   Open a file.

   A CSV file is read once to count its lines, and to check them.

   @param reader Set to a new reader, or to null on error.
   @return LMU_EXIT_BAD_INPUT if it is missing, damaged or empty.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sequence_reader_new(LmuSequenceReader** reader,
                        LmuFailure*         error,
                        const char*         path);

/// Close a file, or do nothing if it is null
LMU_SETUP void
lmu_sequence_reader_free(LmuSequenceReader* reader);

/// Return what is in the file; of a sound, the frames there should be
LMU_SETUP const LmuSequence*
lmu_sequence_reader_info(const LmuSequenceReader* reader);

/**
   Read the next frames, of the next row too after the last of one.

   @param values Set to them, may be not finite, [n_frames][n_signals].
   @param n_read Set to the number read, less than asked for at the end only.
   @return LMU_EXIT_BAD_INPUT if the file is broken here.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sequence_reader_read(LmuSequenceReader* reader,
                         LmuFailure*        error,
                         float*             values,
                         size_t             n_frames,
                         size_t*            n_read);

/**
   Count the frames of a sound that are there, if they may be less than its
   header says, and go to the first: reading behind the end would start the
   search for it again each time.

   @return LMU_EXIT_BAD_INPUT if the file is broken, or no frame is there.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sequence_reader_measure(LmuSequenceReader* reader, LmuFailure* error);

/// Read from this frame of all rows on
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sequence_reader_seek(LmuSequenceReader* reader,
                         LmuFailure*        error,
                         uint64_t           frame);

#endif // LMU_DATA_SEQUENCE_READER_H
