// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_ATOMS_H
#define LMU_PLUGIN_ATOMS_H

#include "core/attributes.h"
#include "plugin/host.h"

#include <lv2/atom/atom.h>
#include <lv2/urid/urid.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Messages from and to the host, all of them untrusted.
*/

/// Tempo of the host
typedef struct {
  double beats_per_minute;
  double beat_unit; ///< Note that a beat is, 4 for a quarter
} Tempo;

/// Bytes of a message that are still to be read
typedef struct {
  const uint8_t* data;
  uint64_t       offset;
  uint64_t       size;
} AtomCursor;

/// An object in a sequence
typedef struct {
  LV2_URID   type;
  AtomCursor properties;
} AtomObject;

/// A property of an object
typedef struct {
  LV2_URID       key;   ///< Never zero
  LV2_Atom       value; ///< Its size is that of what is there
  const uint8_t* body;  ///< Value behind its atom, perhaps not aligned
} AtomProperty;

/// Return a cursor at the first event of a sequence, which may be null or
/// broken
LMU_RT AtomCursor
atoms_events(const LV2_Atom_Sequence* sequence, const Uris* uris);

/// Return a cursor at the first property of an object behind its atom
LMU_RT AtomCursor
atoms_properties(const uint8_t* body, uint64_t size);

/// Read the next object of a sequence, return false if there is none
LMU_RT bool
atoms_next_object(AtomCursor* cursor, const Uris* uris, AtomObject* object);

/// Read the next property of an object, return false if there is none
LMU_RT bool
atoms_next_property(AtomCursor* cursor, AtomProperty* property);

/// Round up to where the next atom starts, in more bits than a size has
LMU_RT static inline uint64_t
atoms_padded(const uint64_t size)
{
  return (size + 7U) & ~(uint64_t)7U;
}

/// Write an empty sequence if there is room for one, and ports may be null
LMU_RT void
atoms_write_empty(LV2_Atom_Sequence* notify, const Uris* uris);

/// Read the last tempo of a sequence, which may be null or broken
LMU_RT void
atoms_read_tempo(const LV2_Atom_Sequence* control,
                 const Uris*              uris,
                 Tempo*                   tempo);

#endif // LMU_PLUGIN_ATOMS_H
