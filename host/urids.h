// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_HOST_URIDS_H
#define LMU_HOST_URIDS_H

#include "core/base/attributes.h"

#include <lv2/urid/urid.h>

/**
   @file
   Numbers for URIs, as plugins need them.  Any thread may use one.
*/

/// A table of URIs, it owns the heap
typedef struct LmuUridsImpl LmuUrids;

/// Return a new empty table
LMU_SETUP LMU_NODISCARD LmuUrids*
lmu_urids_new(void);

/// Free a table, or do nothing if it is null
LMU_SETUP void
lmu_urids_free(LmuUrids* urids);

/// Return the number of a URI, never zero
LMU_SETUP LV2_URID
lmu_urids_map(LmuUrids* urids, const char* uri);

/// Return the feature for plugins, valid as long as the table
LMU_SETUP LV2_URID_Map*
lmu_urids_map_feature(LmuUrids* urids);

/// Return the feature for plugins, valid as long as the table
LMU_SETUP LV2_URID_Unmap*
lmu_urids_unmap_feature(LmuUrids* urids);

#endif // LMU_HOST_URIDS_H
