// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_SANDBOX_H
#define LMU_TOOLS_FOREIGN_SANDBOX_H

#include "core/base/attributes.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   Giving up all that a process needs no more once it has its input in memory.
*/

/// What a process may still use
typedef struct {
  size_t   n_bytes; ///< Memory, beyond what it has when it enters [bytes]
  uint32_t cpu_s;   ///< Time of a CPU [s]
} LmuSandbox;

/**
   Confine this process for the rest of its life.

   It keeps one file to write to, and may allocate, compute, and exit: it cannot
   open, read or make files, speak to a network, start programs, or signal
   others.  Where the system has no seccomp, limits on resources alone see to
   most of this.  Beyond its time it gets SIGXCPU; beyond its memory there is
   none, but in builds with sanitizers, which need far more.

   @param file Descriptor to keep, all others are closed.
*/
LMU_SETUP void
lmu_sandbox_enter(const LmuSandbox* sandbox, int file);

#endif // LMU_TOOLS_FOREIGN_SANDBOX_H
