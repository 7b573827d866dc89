// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_RESCUE_H
#define LMU_TOOLS_TRAIN_RESCUE_H

#include "core/base/attributes.h"
#include "core/nn/setup/graph.h"
#include "tools/base/failure.h"

/**
   @file
   A place for a model where its own cannot be written any more: the disk is
   full, or gone.
*/

/**
   Write a model to where it belongs, or else to a new file of the same name in
   $TMPDIR, /tmp, or the home folder.

   @param error What could not be written; set to that, and where the model is.
   @param path Where it belongs.
*/
LMU_SETUP void
lmu_rescue(LmuGraph* graph, LmuFailure* error, const char* path);

#endif // LMU_TOOLS_TRAIN_RESCUE_H
