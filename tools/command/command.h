// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_COMMAND_COMMAND_H
#define LMU_TOOLS_COMMAND_COMMAND_H

#include "tools/base/failure.h"
#include "tools/command/arguments.h"

/**
   @file
   The commands of `lmu`, one source each.
*/

/// A command
typedef struct {
  LmuUsage usage; ///< What it takes

  /// Do it
  LmuExit (*run)(const LmuArguments* arguments, LmuFailure* error);
} LmuCommand;

extern const LmuCommand lmu_render_command;
extern const LmuCommand lmu_plot_command;
extern const LmuCommand lmu_list_command;
extern const LmuCommand lmu_import_command;
extern const LmuCommand lmu_info_command;
extern const LmuCommand lmu_run_command;
extern const LmuCommand lmu_train_command;
extern const LmuCommand lmu_forecast_command;
extern const LmuCommand lmu_conceal_command;

#endif // LMU_TOOLS_COMMAND_COMMAND_H
