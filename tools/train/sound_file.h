// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_SOUND_FILE_H
#define LMU_TOOLS_TRAIN_SOUND_FILE_H

#include "core/base/attributes.h"
#include "core/nn/setup/graph.h"
#include "tools/base/failure.h"
#include "tools/train/job.h"

/**
   @file
   A sound to compare a device and its model by ear: the device left, the model
   right, of what was not trained on.
*/

/// Check that sounds are written under such a name, or return an exit code
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sound_file_check(LmuFailure* error, const char* path, double rate);

/// Play all recordings to try a model on, and write both sounds
LMU_SETUP LMU_NODISCARD LmuExit
lmu_sound_file_save(const LmuTrainResult* result,
                    LmuFailure*           error,
                    const LmuTrainJob*    job,
                    const char*           path);

#endif // LMU_TOOLS_TRAIN_SOUND_FILE_H
