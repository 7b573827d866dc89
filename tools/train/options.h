// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_OPTIONS_H
#define LMU_TOOLS_TRAIN_OPTIONS_H

#include "core/base/attributes.h"
#include "tools/base/failure.h"
#include "tools/command/arguments.h"
#include "tools/train/session.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   Options of any training.
*/

/// A number that an option may set
typedef struct {
  const char* option;
  double*     number;
  double      least;
  double      most;
} LmuNumberOption;

/// A whole number that an option may set
typedef struct {
  const char* option;
  uint32_t*   number;
  uint32_t    least;
  uint32_t    most;
} LmuWholeOption;

/// Read numbers, left as they are if their options were not given
LMU_SETUP LMU_NODISCARD LmuExit
lmu_read_numbers(LmuFailure*            error,
                 const LmuArguments*    arguments,
                 const LmuNumberOption* numbers,
                 size_t                 count);

/// The same of whole numbers
LMU_SETUP LMU_NODISCARD LmuExit
lmu_read_wholes(LmuFailure*           error,
                const LmuArguments*   arguments,
                const LmuWholeOption* wholes,
                size_t                count);

/**
   Find which of some words an option has.

   @param index Set to it, or left as it is if the option was not given.
   @param word Returns the words, then null.
   @param extra Another word, whose index is behind theirs.
   @return LMU_EXIT_BAD_VALUE if it is none.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_read_word(uint32_t*           index,
              LmuFailure*         error,
              const LmuArguments* arguments,
              const char*         option,
              const char* (*word)(uint32_t index),
              const char* extra);

/// Return how one trains where nothing is asked for
LMU_SETUP LmuTrainPlan
lmu_default_plan(void);

/// Read all but what to start from: how long, how, and what is said of it
LMU_SETUP LMU_NODISCARD LmuExit
lmu_read_plan(LmuTrainPlan*       plan,
              LmuFailure*         error,
              const LmuArguments* arguments);

/// See that a model is not written to what to start from, which would be
/// another one when training is resumed
LMU_SETUP LMU_NODISCARD LmuExit
lmu_check_initial(LmuFailure*         error,
                  const LmuArguments* arguments,
                  const char*         output);

/// Refuse options that another kind of training has, [n_options]
LMU_SETUP LMU_NODISCARD LmuExit
lmu_refuse_options(LmuFailure*         error,
                   const LmuArguments* arguments,
                   const char* const*  options,
                   size_t              n_options,
                   const char*         why);

#endif // LMU_TOOLS_TRAIN_OPTIONS_H
