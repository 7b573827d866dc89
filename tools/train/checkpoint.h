// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_CHECKPOINT_H
#define LMU_TOOLS_TRAIN_CHECKPOINT_H

#include "core/base/attributes.h"
#include "tools/base/failure.h"
#include "train/checkpoint.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   Where training stands, in a file beside the model: OUT.resume.

   The file is there from the first moment, when there is no trainer yet.  It is
   replaced as a whole, so that whatever ends the program leaves one that loads.
*/

/// Return the path of the checkpoint of a model, for free()
LMU_SETUP char*
lmu_checkpoint_path(const char* output);

/// Read what is known, or return LMU_EXIT_BAD_INPUT if it is no whole
/// checkpoint
LMU_SETUP LMU_NODISCARD LmuExit
lmu_checkpoint_peek(LmuCheckpoint* checkpoint,
                    LmuFailure*    error,
                    const char*    output);

/**
   Read what a trainer saved of itself.

   @param state Set to bytes for free(), or to null on error.
   @param n_state Set to their number.
   @return As lmu_checkpoint_peek().
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_checkpoint_load(uint8_t**   state,
                    size_t*     n_state,
                    LmuFailure* error,
                    const char* output);

/**
   Write where a trainer stands.

   @param state What it saved of itself, or null if there is none yet.
   @param n_state Number of bytes.
   @return LMU_EXIT_BAD_OUTPUT or LMU_EXIT_NO_MEMORY.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_checkpoint_save(const LmuCheckpoint* checkpoint,
                    LmuFailure*          error,
                    const uint8_t*       state,
                    size_t               n_state,
                    const char*          output);

/// Remove the file, as there is nothing left to do
LMU_SETUP void
lmu_checkpoint_remove(const char* output);

#endif // LMU_TOOLS_TRAIN_CHECKPOINT_H
