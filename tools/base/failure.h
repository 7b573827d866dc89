// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_BASE_FAILURE_H
#define LMU_TOOLS_BASE_FAILURE_H

#include "core/base/attributes.h"
#include "core/base/status.h"

/**
   @file
   What went wrong, in one line for the user, and the exit code for scripts: an
   LmuError of core with room for two paths, that knows how the program ends.

   Functions of the tool that can fail take an LmuFailure and return its code.
   Nothing but main() prints it.
*/

/// Size of a message, longer ones are cut
#define LMU_FAILURE_SIZE 2048U

/// Exit codes, documented in doc/lmu.1: never change one
typedef enum {
  LMU_EXIT_SUCCESS        = 0,  ///< Done
  LMU_EXIT_NO_MEMORY      = 1,  ///< Out of memory
  LMU_EXIT_USAGE          = 2,  ///< Command line makes no sense
  LMU_EXIT_UNKNOWN_PLUGIN = 3,  ///< No such plugin, or more than one
  LMU_EXIT_UNKNOWN_PORT   = 4,  ///< Plugin has no such control
  LMU_EXIT_BAD_VALUE      = 5,  ///< Not a number, or out of range
  LMU_EXIT_BAD_INPUT      = 6,  ///< File missing, unreadable, broken or empty
  LMU_EXIT_BAD_OUTPUT     = 7,  ///< File cannot be written
  LMU_EXIT_PLUGIN_FAILED  = 8,  ///< Plugin refused to start or misbehaved
  LMU_EXIT_UNKNOWN_PRESET = 9,  ///< Plugin has no such preset
  LMU_EXIT_INTERRUPTED    = 10, ///< Stopped, what there is was saved
} LmuExit;

/// A message and its exit code, zero is success
typedef struct {
  LmuExit code;                   ///< Why
  char    text[LMU_FAILURE_SIZE]; ///< "what is wrong; what to do"
} LmuFailure;

/**
   Describe an error.

   @param error Set to the message.
   @param code Returned, so that a caller can `return lmu_failure_set(...)`.
   @param format As for printf(): "what is wrong; what to do".
*/
LMU_SETUP LmuExit
lmu_failure_set(LmuFailure* error, LmuExit code, const char* format, ...)
  __attribute__((format(printf, 3, 4)));

/**
   Pass on an error of core.

   @param path File to name first, or null if the text does so.
   @param status What core returned.
   @param text What it said.
*/
LMU_SETUP LmuExit
lmu_failure_core(LmuFailure* error,
                 const char* path,
                 LmuStatus   status,
                 const char* text);

#endif // LMU_TOOLS_BASE_FAILURE_H
