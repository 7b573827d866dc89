// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_COMMAND_TRAIN_SEQUENCE_H
#define LMU_TOOLS_COMMAND_TRAIN_SEQUENCE_H

#include "core/base/attributes.h"
#include "tools/base/failure.h"
#include "tools/command/arguments.h"

/**
   @file
   What `lmu train --sequence` does.
*/

/// Train on arrays, as the arguments of lmu_train_command say
LMU_SETUP LMU_NODISCARD LmuExit
lmu_train_sequence(const LmuArguments* arguments, LmuFailure* error);

#endif // LMU_TOOLS_COMMAND_TRAIN_SEQUENCE_H
