// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_TASK_H
#define LMU_PLUGIN_TASK_H

#include "core/attributes.h"
#include "core/setup/engine.h"
#include "plugin/host.h"

#include <lv2/worker/worker.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/**
   @file
   Messages to the worker.
*/

/// What the worker is to do
typedef enum {
  TASK_BUILD,       ///< Build an engine
  TASK_CONVERT,     ///< Move a window to it
  TASK_FREE,        ///< Free an engine
  TASK_LOAD,        ///< Load what the loader was asked for
  TASK_FREE_MODELS, ///< Free models that played
} Task;

/// Message to the worker, at most 64 bytes
typedef struct {
  Task          task;
  LmuEngineSpec spec; ///< What to build
} Request;

/// Read a request, return false if it is not one
LMU_SETUP static inline bool
task_read(Request* const request, const uint32_t size, const void* const data)
{
  if (size != sizeof(*request) || !data) {
    return false;
  }
  memcpy(request, data, sizeof(*request));
  return true;
}

/// Send a request to the worker, return false if it must be tried again
LMU_RT static inline bool
task_ask(const LV2_Worker_Schedule* const schedule,
         const Request* const             request)
{
  LMU_RT_TRUST_BEGIN // LV2 says that schedule_work() is for the audio thread
  return schedule &&
         !schedule->schedule_work(schedule->handle, sizeof(*request), request);
  LMU_RT_TRUST_END
}

#endif // LMU_PLUGIN_TASK_H
