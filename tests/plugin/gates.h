// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_GATES_H
#define LMU_TESTS_PLUGIN_GATES_H

#include <stdbool.h>

/**
   @file
   Ways to watch a call of run() for what it may not do.
*/

/// Something to watch
typedef void (*GateFunction)(void* data);

/// A way to watch
typedef struct {
  const char* name;

  /// Return whether this computer and build can do it
  bool (*is_available)(void);

  /// Call a function, and return how many faults were seen
  int (*count)(GateFunction function, void* data);
} Gate;

/// The ways
typedef enum {
  GATE_SYSTEM_CALLS,
  GATE_LIBRARY_CALLS,
  GATE_PAGE_FAULTS,
  GATE_FLAGS,
  GATE_TRAPS,
  GATE_STACK,
  N_GATES,
} GateIndex;

extern const Gate gates[N_GATES];

/// Return the most stack that a function took at GATE_STACK so far [bytes]
unsigned
gate_stack_used(void);

#endif // LMU_TESTS_PLUGIN_GATES_H
