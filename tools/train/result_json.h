// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_RESULT_JSON_H
#define LMU_TOOLS_TRAIN_RESULT_JSON_H

#include "core/base/attributes.h"
#include "tools/train/job.h"

/// Print what became of a training as one line of JSON, for other programs
LMU_SETUP void
lmu_result_json_print(const LmuTrainResult* result,
                      const LmuTrainJob*    job,
                      const char*           dry,
                      const char*           wet);

#endif // LMU_TOOLS_TRAIN_RESULT_JSON_H
