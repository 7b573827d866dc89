// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/tables.h"

#include "core/base/status.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/taps.h"
#include "core/memory/setup/modal.h"
#include "core/memory/setup/tap_table.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

struct LmuTablesImpl {
  LmuTables*   next;
  uint32_t     order;
  uint32_t     n_users;
  LmuModal*    modal;
  LmuTapTable* taps; ///< Null until someone asks for it
};

/// All tables that someone uses.  Instances share this, so that a second one
/// takes neither the time nor the memory; nothing is left when the last is
/// gone.
static struct {
  pthread_mutex_t lock;
  LmuTables*      first;
} tables_in_use = {PTHREAD_MUTEX_INITIALIZER, NULL};

/// Return where tables of an order are linked from, or would be
static LmuTables**
place_of(const uint32_t order)
{
  LmuTables** place = &tables_in_use.first;
  while (*place && (*place)->order != order) {
    place = &(*place)->next;
  }
  return place;
}

static void
tables_free(LmuTables* const tables)
{
  lmu_tap_table_free(tables->taps);
  lmu_modal_free(tables->modal);
  free(tables);
}

/// Make what is needed and not there yet
static LmuStatus
complete(LmuTables* const tables, const LmuTablesKind kind)
{
  LmuStatus status = LMU_SUCCESS;
  if (!tables->modal) {
    status = lmu_modal_new(&tables->modal, tables->order);
  }
  if (!status && kind == LMU_TABLES_TAPS && !tables->taps) {
    status = lmu_tap_table_new(&tables->taps, tables->modal);
  }
  return status;
}

/// Make tables that nobody uses yet
static LmuStatus
make(LmuTables** const tables, const uint32_t order, const LmuTablesKind kind)
{
  LmuTables* const self = (LmuTables*)calloc(1U, sizeof(LmuTables));
  if (!self) {
    return LMU_NO_MEMORY;
  }

  self->order            = order;
  const LmuStatus status = complete(self, kind);
  if (status) {
    tables_free(self);
    return status;
  }
  *tables = self;
  return LMU_SUCCESS;
}

LmuStatus
lmu_tables_take(const LmuTables** const tables,
                const uint32_t          order,
                const LmuTablesKind     kind)
{
  *tables = NULL;
  (void)pthread_mutex_lock(&tables_in_use.lock);

  // A place at the end of the list, where new ones belong, if there are none
  LmuTables** const place = place_of(order);
  const LmuStatus   status =
    *place ? complete(*place, kind) : make(place, order, kind);
  if (!status) {
    ++(*place)->n_users;
    *tables = *place;
  }

  (void)pthread_mutex_unlock(&tables_in_use.lock);
  return status;
}

void
lmu_tables_give(const LmuTables* const tables)
{
  if (!tables) {
    return;
  }

  (void)pthread_mutex_lock(&tables_in_use.lock);
  LmuTables** const place = place_of(tables->order);
  LmuTables* const  self  = *place;
  if (self && --self->n_users == 0U) {
    *place = self->next;
    tables_free(self);
  }
  (void)pthread_mutex_unlock(&tables_in_use.lock);
}

const LmuModal*
lmu_tables_modal(const LmuTables* const tables)
{
  return tables->modal;
}

const LmuModes*
lmu_tables_modes(const LmuTables* const tables)
{
  return lmu_modal_modes(tables->modal);
}

const LmuTaps*
lmu_tables_taps(const LmuTables* const tables)
{
  return lmu_tap_table_taps(tables->taps);
}
