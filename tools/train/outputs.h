// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_OUTPUTS_H
#define LMU_TOOLS_TRAIN_OUTPUTS_H

#include "core/base/attributes.h"
#include "tools/base/failure.h"
#include "tools/command/arguments.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Names of the models of one command: the one that was given, or one in a
   folder for each wet recording.
*/

/// Names of models, which own the heap
typedef struct {
  const char* folder;                  ///< Folder of all, or null
  char*       paths[LMU_MAX_OPERANDS]; ///< Models to write
  uint32_t    count;                   ///< Number of them
} LmuOutputs;

/// What they are named by
typedef struct {
  const char*        output; ///< What follows -o
  const char* const* wets;   ///< Paths of wet recordings, [n_wets]
  uint32_t           n_wets;
  bool               is_one;  ///< Whether all wet recordings make one model
  bool               resumes; ///< Whether to go on where it was stopped
} LmuOutputsSpec;

/**
   Find the names, and see that models can be written, as far as that is known
   before the work.

   @param outputs Set to names, free with lmu_outputs_clear() in any case.
   @return LMU_EXIT_USAGE, or what lmu_session_check() does.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_outputs_find(LmuOutputs*           outputs,
                 LmuFailure*           error,
                 const LmuOutputsSpec* spec);

/// Make the folder, if there is none, or return LMU_EXIT_BAD_OUTPUT
LMU_SETUP LMU_NODISCARD LmuExit
lmu_outputs_make_folder(const LmuOutputs* outputs, LmuFailure* error);

/// Free all names
LMU_SETUP void
lmu_outputs_clear(LmuOutputs* outputs);

#endif // LMU_TOOLS_TRAIN_OUTPUTS_H
