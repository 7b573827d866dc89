// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_SETUP_TAP_TABLE_H
#define LMU_CORE_MEMORY_SETUP_TAP_TABLE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/memory/rt/taps.h"
#include "core/memory/setup/modal.h"

/**
   @file
   What core/memory/rt/taps.h needs of an order.
*/

/// Taper and tables of one order, owned by the heap
typedef struct LmuTapTableImpl LmuTapTable;

/**
   Make the taper and tables of an order.

   @param table Set to a new table, or to null on error.
   @param modal Modes, not used after this returns.
   @return LMU_NO_MEMORY on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_tap_table_new(LmuTapTable** table, const LmuModal* modal);

/// Free a table, or do nothing if it is null
LMU_SETUP void
lmu_tap_table_free(LmuTapTable* table);

/// Return what the audio thread needs, valid until lmu_tap_table_free()
LMU_SETUP const LmuTaps*
lmu_tap_table_taps(const LmuTapTable* table);

#endif // LMU_CORE_MEMORY_SETUP_TAP_TABLE_H
