// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_REPORT_PICTURE_H
#define LMU_TOOLS_TRAIN_REPORT_PICTURE_H

#include "core/base/attributes.h"
#include "tools/base/failure.h"
#include "tools/train/job.h"

/**
   @file
   A picture of how well a model does: its learning, a stretch of sound,
   spectra, what it makes of a level, and its error by level.
*/

/**
   Draw and write a picture.

   @param path Ends in .png, .svg, or .pdf.
   @return LMU_EXIT_USAGE, LMU_EXIT_BAD_OUTPUT, or LMU_EXIT_NO_MEMORY.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_report_picture_save(const LmuTrainResult* result,
                        LmuFailure*           error,
                        const LmuTrainJob*    job,
                        const char*           path);

#endif // LMU_TOOLS_TRAIN_REPORT_PICTURE_H
