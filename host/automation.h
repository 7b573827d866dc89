// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_HOST_AUTOMATION_H
#define LMU_HOST_AUTOMATION_H

#include "host/host.h"
#include "tools/base/failure.h"

#include <stdint.h>

/**
   @file
   Controls that move while a render runs.
*/

/// Where a control is at a time
typedef struct {
  double time_s; ///< From the start of the file
  float  value;  ///< Value of the control
} LmuAutomationPoint;

/// The way of one control
typedef struct {
  char*               symbol;   ///< Of the control
  LmuAutomationPoint* points;   ///< In order of time, [n_points]
  uint32_t            n_points; ///< At least one
} LmuAutomation;

/// All that moves, zero is nothing; it owns the heap
typedef struct {
  LmuAutomation* items;   ///< [n_items]
  uint32_t       n_items; ///< Number of controls
} LmuAutomations;

/**
   Add a control.

   @param path Text file with lines of "seconds,value" in order of time.
   Empty lines and lines that begin with '#' are skipped.
   @return LMU_EXIT_BAD_INPUT if the file cannot be read, or an error of
   lmu_host_set().
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_automations_add(LmuAutomations* automations,
                    LmuFailure*     error,
                    LmuHost*        host,
                    const char*     symbol,
                    const char*     path);

/// Set all controls to where they are at a time
LMU_SETUP void
lmu_automations_process(const LmuAutomations* automations,
                        LmuHost*              host,
                        double                time_s);

/// Free everything that was added
LMU_SETUP void
lmu_automations_reset(LmuAutomations* automations);

#endif // LMU_HOST_AUTOMATION_H
