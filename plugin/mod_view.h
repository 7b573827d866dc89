// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_MOD_VIEW_H
#define LMU_PLUGIN_MOD_VIEW_H

#include "core/base/attributes.h"
#include "plugin/atoms.h"
#include "plugin/host.h"
#include "plugin/snapshot.h"

#include <stdbool.h>

/**
   Append a picture for MOD's web interface, see LMU_URI_MOD_VIEW.

   Its coefficients are those of what the memory keeps, or of the sound where
   that is not known, at some places, which is enough for a picture of the
   slowest.

   @return Whether there was room for it, and something to show.
*/
LMU_RT bool
mod_view_write(AtomWriter* writer, const Uris* uris, const Snapshot* snapshot);

#endif // LMU_PLUGIN_MOD_VIEW_H
