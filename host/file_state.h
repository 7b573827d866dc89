// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_HOST_FILE_STATE_H
#define LMU_HOST_FILE_STATE_H

#include "core/base/attributes.h"
#include "host/host.h"
#include "host/world.h"
#include "tools/base/failure.h"

#include <lilv/lilv.h>

/**
   Give a plugin a file, such as weights, as a session would.

   Works with any plugin that keeps the path of a file as a property.

   @param path File, relative to the working folder.
   @return LMU_EXIT_BAD_INPUT if there is no such file, or the plugin logs that
   it cannot use it, or LMU_EXIT_USAGE if it takes no files.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_file_state_load(LmuHost*          host,
                    LmuFailure*       error,
                    const LmuWorld*   world,
                    const LilvPlugin* plugin,
                    const char*       path);

#endif // LMU_HOST_FILE_STATE_H
