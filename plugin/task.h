// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_TASK_H
#define LMU_PLUGIN_TASK_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/**
   @file
   Messages to the worker.

   They say nothing but which request is to be done, as anything may come from a
   host.  What the request is about lies in the plugin.
*/

/// What the worker is to do
typedef enum {
  TASK_BUILD,        ///< Build an engine
  TASK_CONVERT,      ///< Move a window to it
  TASK_FREE,         ///< Free an engine
  TASK_LOAD,         ///< Load what run() found to be wanted
  TASK_LOAD_RESTORE, ///< Load what a state asked for
  TASK_FREE_MODELS,  ///< Free models that played
  TASK_CAPTURE,      ///< Start the thread that records and trains
} Task;

/// Message to the worker, at most 64 bytes
typedef struct {
  uint32_t task;   ///< Task, or anything
  uint32_t number; ///< Of the request, never zero, see plugin/job.h
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

#endif // LMU_PLUGIN_TASK_H
