// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_CAPTURE_TRAINING_H
#define LMU_PLUGIN_CAPTURE_TRAINING_H

#include "core/base/attributes.h"
#include "plugin/capture_thread.h"

#include <stdbool.h>

/**
   @file
   From a take to a model that plays, as `lmu train` does it.

   The model is written whenever it is better, and loaded as others are; beside
   it is written every few seconds what it takes to go on, as `lmu train
   --resume` does, or the next session.
*/

/// Learn from the take until that is done, or somebody ends it
LMU_SETUP void
capture_train(CaptureThread* thread);

/// Say how good the model of a take is that was read again, and return whether
/// its training came to its end
LMU_SETUP bool
capture_recall(CaptureThread* self);

#endif // LMU_PLUGIN_CAPTURE_TRAINING_H
