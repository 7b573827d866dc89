// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/turn.h"

#include <stdatomic.h>
#include <stdbool.h>

/// Whether an instance trains
static atomic_bool turn_is_taken;

bool
turn_take(void)
{
  return !atomic_exchange(&turn_is_taken, true);
}

void
turn_give(void)
{
  atomic_store(&turn_is_taken, false);
}
