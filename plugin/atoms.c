// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/atoms.h"

#include "plugin/host.h"

#include <lv2/atom/atom.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Slowest and fastest tempo that a host may send, and its notes
#define MIN_TEMPO 1.0
#define MAX_TEMPO 1000.0
#define MAX_UNIT 128.0

/// Bytes of a sequence that has no events
#define EMPTY_SIZE ((uint32_t)sizeof(LV2_Atom_Sequence_Body))

/// Round up to where the next atom starts, in more bits than a size has
LMU_RT static uint64_t
padded(const uint64_t size)
{
  return (size + 7U) & ~(uint64_t)7U;
}

void
atoms_write_empty(LV2_Atom_Sequence* const notify, const Uris* const uris)
{
  if (notify && notify->atom.size >= EMPTY_SIZE) {
    notify->atom.type = uris->atom_Sequence;
    notify->atom.size = EMPTY_SIZE;
    notify->body.unit = 0U;
    notify->body.pad  = 0U;
  }
}

/// Read a number of any type, return false if it is not one of a sane size
LMU_RT static bool
read_number(const LV2_Atom* const atom,
            const uint8_t* const  body,
            const Uris* const     uris,
            double* const         value)
{
  union {
    float   as_float;
    double  as_double;
    int32_t as_int;
    int64_t as_long;
  } number;

  const LV2_URID type = atom->type;
  if (!type || atom->size > sizeof(number)) {
    return false;
  }

  memcpy(&number, body, atom->size);
  if (type == uris->atom_Float && atom->size == sizeof(float)) {
    *value = (double)number.as_float;
  } else if (type == uris->atom_Double && atom->size == sizeof(double)) {
    *value = number.as_double;
  } else if (type == uris->atom_Int && atom->size == sizeof(int32_t)) {
    *value = (double)number.as_int;
  } else if (type == uris->atom_Long && atom->size == sizeof(int64_t)) {
    *value = (double)number.as_long;
  } else {
    return false;
  }
  return true;
}

LMU_RT static void
use_property(const LV2_URID    key,
             const double      value,
             const Uris* const uris,
             Tempo* const      tempo)
{
  if (key == uris->time_beatsPerMinute) {
    if (value >= MIN_TEMPO && value <= MAX_TEMPO) {
      tempo->beats_per_minute = value;
    }
  } else if (key == uris->time_beatUnit) {
    if (value >= 1.0 && value <= MAX_UNIT) {
      tempo->beat_unit = value;
    }
  }
}

/// Read an object of `size` bytes behind its atom, if it is a position
LMU_RT static void
read_object(const uint8_t* const body,
            const uint32_t       size,
            const Uris* const    uris,
            Tempo* const         tempo)
{
  const uint32_t       header = (uint32_t)sizeof(LV2_Atom_Property_Body);
  LV2_Atom_Object_Body object = {0U, 0U};
  if (size < sizeof(object) || !uris->time_Position) {
    return;
  }

  memcpy(&object, body, sizeof(object));
  uint64_t offset = sizeof(object);
  while (object.otype == uris->time_Position && offset <= size &&
         size - offset >= header) {
    LV2_Atom_Property_Body property;
    memcpy(&property, body + offset, header);
    if (property.value.size > size - offset - header) {
      return;
    }

    double value = 0.0;
    if (property.key &&
        read_number(&property.value, body + offset + header, uris, &value)) {
      use_property(property.key, value, uris, tempo);
    }
    offset += padded((uint64_t)header + property.value.size);
  }
}

void
atoms_read_tempo(const LV2_Atom_Sequence* const control,
                 const Uris* const              uris,
                 Tempo* const                   tempo)
{
  // By copies, as no host can be trusted to align what it sends
  const uint8_t* const data   = (const uint8_t*)control;
  const uint32_t       header = (uint32_t)sizeof(LV2_Atom_Event);
  LV2_Atom             atom   = {0U, 0U};
  if (data) {
    memcpy(&atom, data, sizeof(atom));
  }
  if (!atom.type || atom.type != uris->atom_Sequence) {
    return;
  }

  const uint8_t* const body   = data + sizeof(atom);
  uint64_t             offset = EMPTY_SIZE;
  while (offset <= atom.size && atom.size - offset >= header) {
    LV2_Atom_Event event;
    memcpy(&event, body + offset, header);
    if (event.body.size > atom.size - offset - header) {
      return;
    }
    if (event.body.type && (event.body.type == uris->atom_Object ||
                            event.body.type == uris->atom_Blank)) {
      read_object(body + offset + header, event.body.size, uris, tempo);
    }
    offset += padded((uint64_t)header + event.body.size);
  }
}
