// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_ALIGNMENT_H
#define LMU_TOOLS_TRAIN_ALIGNMENT_H

#include "core/base/attributes.h"
#include "tools/base/failure.h"
#include "tools/train/recordings.h"
#include "train/pair/report.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What users are told of two recordings before a model is trained on them.
*/

/**
   Look at two recordings: how late the wet one is and what is odd about them.

   @param report Set to what was found, and to which part of both to train on.
   @param given Frames by which the wet one is late if that is known, or null.
   @return LMU_EXIT_BAD_INPUT if nothing can be learned from them.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_alignment_find(LmuPairReport*     report,
                   LmuFailure*        error,
                   const LmuRecorded* dry,
                   const LmuRecorded* wet,
                   const int64_t*     given);

/**
   Say in notices how late a wet recording is taken to be, unless that was
   given, and what is odd about it.
*/
LMU_SETUP void
lmu_alignment_tell(const LmuPairReport* report,
                   const LmuRecorded*   wet,
                   bool                 is_given);

#endif // LMU_TOOLS_TRAIN_ALIGNMENT_H
