// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_DATA_SEQUENCE_WRITER_H
#define LMU_DATA_SEQUENCE_WRITER_H

#include "core/base/attributes.h"
#include "data/sequence.h"
#include "tools/base/failure.h"

#include <stddef.h>

/**
   @file
   Writing signals of any kind in pieces.
*/

/// File being written, it owns the heap
typedef struct LmuSequenceWriterImpl LmuSequenceWriter;

/**
   Begin a file of the kind that its name says: .npy, .csv, or a sound.

   @param writer Set to a new writer, or to null on error.
   @param sequence What will be written; of fewer frames, if it has one row, the
   file tells as many as there were.
   @return LMU_EXIT_USAGE if no such file can hold it, or LMU_EXIT_BAD_OUTPUT.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sequence_writer_new(LmuSequenceWriter** writer,
                        LmuFailure*         error,
                        const char*         path,
                        const LmuSequence*  sequence);

/// Drop what was not saved, or do nothing if it is null
LMU_SETUP void
lmu_sequence_writer_free(LmuSequenceWriter* writer);

/// Write a line that says what follows, where there is a place for it
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sequence_writer_set_note(LmuSequenceWriter* writer,
                             LmuFailure*        error,
                             const char*        note);

/**
   Write the next frames.

   @param values Samples, [n_frames][n_signals].
   @return LMU_EXIT_BAD_OUTPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sequence_writer_process(LmuSequenceWriter* writer,
                            LmuFailure*        error,
                            const float*       values,
                            size_t             n_frames);

/// Complete the file; only now it has its name
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sequence_writer_save(LmuSequenceWriter* writer, LmuFailure* error);

#endif // LMU_DATA_SEQUENCE_WRITER_H
