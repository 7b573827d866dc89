// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/atoms.h"

#include "plugin/host.h"

#include <lv2/atom/atom.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
read_number(const LV2_Atom* const atom, const Uris* const uris, double* value)
{
  const void* const body = atom + 1;
  if (!atom->type) {
    return false;
  }
  if (atom->type == uris->atom_Float && atom->size == sizeof(float)) {
    *value = (double)*(const float*)body;
  } else if (atom->type == uris->atom_Double && atom->size == sizeof(double)) {
    *value = *(const double*)body;
  } else if (atom->type == uris->atom_Int && atom->size == sizeof(int32_t)) {
    *value = (double)*(const int32_t*)body;
  } else if (atom->type == uris->atom_Long && atom->size == sizeof(int64_t)) {
    *value = (double)*(const int64_t*)body;
  } else {
    return false;
  }
  return true;
}

LMU_RT static void
read_property(const LV2_Atom_Property_Body* const property,
              const Uris* const                   uris,
              Tempo* const                        tempo)
{
  double value = 0.0;
  if (!property->key || !read_number(&property->value, uris, &value)) {
    return;
  }
  if (property->key == uris->time_beatsPerMinute) {
    if (value >= MIN_TEMPO && value <= MAX_TEMPO) {
      tempo->beats_per_minute = value;
    }
  } else if (property->key == uris->time_beatUnit) {
    if (value >= 1.0 && value <= MAX_UNIT) {
      tempo->beat_unit = value;
    }
  }
}

/// Read properties of an object whose body is in bounds
LMU_RT static void
read_position(const LV2_Atom_Object* const object,
              const Uris* const            uris,
              Tempo* const                 tempo)
{
  const uint8_t* const body   = (const uint8_t*)&object->body;
  const uint32_t       size   = object->atom.size;
  const uint32_t       header = (uint32_t)sizeof(LV2_Atom_Property_Body);

  uint64_t offset = sizeof(LV2_Atom_Object_Body);
  while (offset <= size && size - offset >= header) {
    const LV2_Atom_Property_Body* const property =
      (const LV2_Atom_Property_Body*)(const void*)(body + offset);
    if (property->value.size > size - offset - header) {
      return;
    }
    read_property(property, uris, tempo);
    offset += padded((uint64_t)header + property->value.size);
  }
}

LMU_RT static bool
is_position(const LV2_Atom* const atom, const Uris* const uris)
{
  const bool is_object = atom->type && (atom->type == uris->atom_Object ||
                                        atom->type == uris->atom_Blank);

  return is_object && atom->size >= sizeof(LV2_Atom_Object_Body) &&
         uris->time_Position &&
         ((const LV2_Atom_Object*)atom)->body.otype == uris->time_Position;
}

void
atoms_read_tempo(const LV2_Atom_Sequence* const control,
                 const Uris* const              uris,
                 Tempo* const                   tempo)
{
  if (!control || !uris->atom_Sequence ||
      control->atom.type != uris->atom_Sequence) {
    return;
  }

  const uint8_t* const body   = (const uint8_t*)&control->body;
  const uint32_t       size   = control->atom.size;
  const uint32_t       header = (uint32_t)sizeof(LV2_Atom_Event);

  uint64_t offset = EMPTY_SIZE;
  while (offset <= size && size - offset >= header) {
    const LV2_Atom_Event* const event =
      (const LV2_Atom_Event*)(const void*)(body + offset);
    if (event->body.size > size - offset - header) {
      return;
    }
    if (is_position(&event->body, uris)) {
      read_position((const LV2_Atom_Object*)&event->body, uris, tempo);
    }
    offset += padded((uint64_t)header + event->body.size);
  }
}
