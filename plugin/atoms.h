// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_ATOMS_H
#define LMU_PLUGIN_ATOMS_H

#include "core/base/attributes.h"
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

/// Room for events
typedef struct {
  uint8_t* data;
  uint64_t n_bytes;  ///< Written, and all that would have been
  uint64_t capacity; ///< Room [bytes]
} AtomWriter;

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

/**
   Return a writer behind the events that were written to a sequence.

   @param notify Sequence that atoms_write_empty() made, or null.
   @param capacity What the host said that it has room for [bytes].
   @return Writer, without any room if there is no sequence.
*/
LMU_RT AtomWriter
atoms_writer(LV2_Atom_Sequence* notify, uint32_t capacity);

/// Write bytes and pad them, or only count them if there is no room
LMU_RT void
atoms_write(AtomWriter* writer, const void* bytes, uint32_t n_bytes);

LMU_RT void
atoms_write_property(AtomWriter* writer,
                     LV2_URID    key,
                     LV2_URID    type,
                     const void* value,
                     uint32_t    n_bytes);

/// Write a property that is a vector
LMU_RT void
atoms_write_floats(AtomWriter*  writer,
                   const Uris*  uris,
                   LV2_URID     key,
                   const float* values,
                   uint32_t     n_values);

/// Write a property of four bytes
LMU_RT void
atoms_write_word(AtomWriter* writer,
                 LV2_URID    key,
                 LV2_URID    type,
                 const void* word);

/// Write the head of an object at frame 0, and return its offset
LMU_RT uint64_t
atoms_begin_event(AtomWriter* writer, const Uris* uris);

/// Write the size of an object that began at an offset, or return false and
/// leave it out if there was no room for all of it
LMU_RT bool
atoms_end_event(AtomWriter* writer, uint64_t offset);

/// Make what was written a part of its sequence
LMU_RT void
atoms_write_end(const AtomWriter* writer, LV2_Atom_Sequence* notify);

/// Read a value of four bytes, return false if it is not of a type
LMU_RT bool
atoms_read_word(const AtomProperty* property, LV2_URID type, void* word);

/// Read a number of any type, return false if it is not one of a sane size
LMU_RT bool
atoms_read_number(const AtomProperty* property,
                  const Uris*         uris,
                  double*             value);

/**
   Find out how long a text of a host is, in a message or a state.

   LV2 wants one terminator.  Some hosts send two of a path that a user chose,
   and none of a text that they kept, so all is taken that can mean only one
   thing.  A text is bytes, not characters, as paths are.

   @param length Set to the length without terminators.
   @param text Text, of which no more than `size` bytes are read.
   @param size Size that the host gave [bytes].
   @param room Bytes that the text may take with one terminator.
   @return False if there is none, if it is too long, or if anything but
   terminators is behind one.
*/
LMU_RT bool
atoms_text_length(uint32_t*   length,
                  const void* text,
                  uint64_t    size,
                  uint32_t    room);

/// Copy such a text, with one terminator, or return false and copy nothing
LMU_RT bool
atoms_read_text(char* copy, const void* text, uint64_t size, uint32_t room);

/// Read the last tempo of a sequence, which may be null or broken
LMU_RT void
atoms_read_tempo(const LV2_Atom_Sequence* control,
                 const Uris*              uris,
                 Tempo*                   tempo);

#endif // LMU_PLUGIN_ATOMS_H
