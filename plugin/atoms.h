// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_ATOMS_H
#define LMU_PLUGIN_ATOMS_H

#include "core/attributes.h"
#include "plugin/host.h"

#include <lv2/atom/atom.h>

/**
   @file
   Messages from and to the host, all of them untrusted.
*/

/// Tempo of the host
typedef struct {
  double beats_per_minute;
  double beat_unit; ///< Note that a beat is, 4 for a quarter
} Tempo;

/// Write an empty sequence if there is room for one, and ports may be null
LMU_RT void
atoms_write_empty(LV2_Atom_Sequence* notify, const Uris* uris);

/// Read the last tempo of a sequence, which may be null or broken
LMU_RT void
atoms_read_tempo(const LV2_Atom_Sequence* control,
                 const Uris*              uris,
                 Tempo*                   tempo);

#endif // LMU_PLUGIN_ATOMS_H
