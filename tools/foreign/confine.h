// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_CONFINE_H
#define LMU_TOOLS_FOREIGN_CONFINE_H

#include "tools/base/failure.h"
#include "tools/foreign/sandbox.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   Work on what nobody vouches for, in a process of its own that can do nothing
   but answer.

   Whatever happens to that process, this one goes on.  Its answer is no more to
   be trusted than its input.
*/

/// What confined work found, in memory of the heap
typedef struct {
  uint32_t kind;    ///< What it is, as the work says
  uint8_t* data;    ///< Bytes, for free(), or null
  size_t   n_bytes; ///< Their number
} LmuAnswer;

/// Greatest size of an answer [bytes]
#define LMU_MAX_ANSWER (100UL << 20U)

/// Work to confine
typedef struct {
  const char* path;    ///< What it is about, for messages
  const void* input;   ///< Passed on to it
  LmuSandbox  sandbox; ///< What it may use

  /// Do it, in another process
  LmuExit (*run)(LmuAnswer* answer, LmuFailure* error, const void* input);
} LmuConfined;

/**
   Do work in a confined process, and wait for its answer.

   @param answer Set to the answer, or to nothing on error.
   @return What the work returned, with its message on one line; or
   LMU_EXIT_BAD_INPUT if it crashed, took more than it may, or answered nothing
   that makes sense; or LMU_EXIT_NO_MEMORY if there can be no process.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_confine(LmuAnswer* answer, LmuFailure* error, const LmuConfined* work);

#endif // LMU_TOOLS_FOREIGN_CONFINE_H
