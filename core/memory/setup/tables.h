// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_MEMORY_SETUP_TABLES_H
#define LMU_CORE_MEMORY_SETUP_TABLES_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/taps.h"
#include "core/memory/setup/modal.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Modes and tap tables of orders, made once for all that use them in a process.

   They depend on the order alone, and nothing writes to them once they are
   made.  Any thread that may block can take and give them, and waits while
   another makes some.  What nobody uses any more is freed.
*/

/// Modes of an order, and its taps once someone has asked for them
typedef struct LmuTablesImpl LmuTables;

/// What is needed of tables
typedef enum {
  LMU_TABLES_MODES, ///< Modes alone
  LMU_TABLES_TAPS,  ///< Modes and taps
} LmuTablesKind;

/**
   Use the tables of an order.

   @param tables Set to tables, or to null on error.
   @param order Number of Legendre coefficients, 1 to LMU_MAX_ORDER.
   @param kind What is needed.
   @return LMU_BAD_ORDER, LMU_NO_MEMORY, or LMU_DIVERGED on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_tables_take(const LmuTables** tables, uint32_t order, LmuTablesKind kind);

/// Use tables no more, or do nothing if they are null
LMU_SETUP void
lmu_tables_give(const LmuTables* tables);

/// Return modes, valid until lmu_tables_give()
LMU_SETUP const LmuModal*
lmu_tables_modal(const LmuTables* tables);

/// Return what the audio thread needs of modes, valid until lmu_tables_give()
LMU_SETUP const LmuModes*
lmu_tables_modes(const LmuTables* tables);

/// Return taps, which must have been asked for, valid until lmu_tables_give()
LMU_SETUP const LmuTaps*
lmu_tables_taps(const LmuTables* tables);

#endif // LMU_CORE_MEMORY_SETUP_TABLES_H
