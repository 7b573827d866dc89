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

/* Writing */

AtomWriter
atoms_writer(LV2_Atom_Sequence* const notify, const uint32_t capacity)
{
  // Some hosts count the header of the sequence, and some do not: stay safe
  AtomWriter writer = {NULL, 0U, 0U};
  if (notify && capacity >= sizeof(LV2_Atom_Sequence)) {
    writer.data     = (uint8_t*)&notify->body;
    writer.n_bytes  = notify->atom.size;
    writer.capacity = capacity - sizeof(LV2_Atom);
  }
  return writer;
}

void
atoms_write(AtomWriter* const writer,
            const void* const bytes,
            const uint32_t    n_bytes)
{
  const uint64_t zeros = 0U;
  const uint64_t begin = writer->n_bytes;
  const uint64_t end   = begin + atoms_padded(n_bytes);
  if (end <= writer->capacity) {
    memcpy(writer->data + begin, bytes, n_bytes);
    memcpy(
      writer->data + begin + n_bytes, &zeros, (size_t)(end - begin - n_bytes));
  }
  writer->n_bytes = end;
}

void
atoms_write_property(AtomWriter* const writer,
                     const LV2_URID    key,
                     const LV2_URID    type,
                     const void* const value,
                     const uint32_t    n_bytes)
{
  const LV2_Atom_Property_Body header = {key, 0U, {n_bytes, type}};
  atoms_write(writer, &header, sizeof(header));
  atoms_write(writer, value, n_bytes);
}

void
atoms_write_floats(AtomWriter* const  writer,
                   const Uris* const  uris,
                   const LV2_URID     key,
                   const float* const values,
                   const uint32_t     n_values)
{
  const LV2_Atom_Vector_Body   body    = {sizeof(float), uris->atom_Float};
  const uint32_t               n_bytes = n_values * (uint32_t)sizeof(float);
  const LV2_Atom_Property_Body header  = {
     key, 0U, {(uint32_t)sizeof(body) + n_bytes, uris->atom_Vector}};
  atoms_write(writer, &header, sizeof(header));
  atoms_write(writer, &body, sizeof(body));
  atoms_write(writer, values, n_bytes);
}

void
atoms_write_word(AtomWriter* const writer,
                 const LV2_URID    key,
                 const LV2_URID    type,
                 const void* const word)
{
  struct {
    LV2_Atom_Property_Body header;
    uint32_t               value;
    uint32_t               zeros;
  } property = {{key, 0U, {sizeof(uint32_t), type}}, 0U, 0U};
  memcpy(&property.value, word, sizeof(uint32_t));
  atoms_write(writer, &property, sizeof(property));
}

uint64_t
atoms_begin_event(AtomWriter* const writer, const Uris* const uris)
{
  const uint64_t       offset = writer->n_bytes;
  const LV2_Atom_Event event  = {{0}, {0U, uris->atom_Object}};
  atoms_write(writer, &event, sizeof(event));
  return offset;
}

bool
atoms_end_event(AtomWriter* const writer, const uint64_t offset)
{
  if (writer->n_bytes > writer->capacity) {
    writer->n_bytes = offset;
    return false;
  }

  const uint64_t body = offset + sizeof(LV2_Atom_Event);
  const uint32_t size = (uint32_t)(writer->n_bytes - body);
  memcpy(writer->data + body - sizeof(LV2_Atom), &size, sizeof(size));
  return true;
}

void
atoms_write_end(const AtomWriter* const writer, LV2_Atom_Sequence* const notify)
{
  if (writer->capacity) {
    notify->atom.size = (uint32_t)writer->n_bytes;
  }
}

/* Reading */

bool
atoms_read_word(const AtomProperty* const property,
                const LV2_URID            type,
                void* const               word)
{
  if (!type || property->value.type != type ||
      property->value.size != sizeof(uint32_t)) {
    return false;
  }
  memcpy(word, property->body, sizeof(uint32_t));
  return true;
}

bool
atoms_read_number(const AtomProperty* const property,
                  const Uris* const         uris,
                  double* const             value)
{
  const LV2_Atom* const atom = &property->value;
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

  memcpy(&number, property->body, atom->size);
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

bool
atoms_text_length(uint32_t* const   length,
                  const void* const text,
                  const uint64_t    size,
                  const uint32_t    room)
{
  const uint8_t* const bytes = (const uint8_t*)text;
  uint32_t             n     = 0U;
  while (n < size && n < room && bytes[n]) {
    ++n;
  }
  if (!size || n >= room) {
    return false;
  }
  for (uint64_t i = n; i < size; ++i) {
    if (bytes[i]) {
      return false;
    }
  }
  *length = n;
  return true;
}

bool
atoms_read_text(char* const       copy,
                const void* const text,
                const uint64_t    size,
                const uint32_t    room)
{
  uint32_t length = 0U;
  if (!atoms_text_length(&length, text, size, room)) {
    return false;
  }
  memcpy(copy, text, length);
  copy[length] = '\0';
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

/// Return whether this many bytes are left
LMU_RT static bool
has_left(const AtomCursor* const cursor, const uint64_t n_bytes)
{
  return cursor->offset <= cursor->size &&
         cursor->size - cursor->offset >= n_bytes;
}

// By copies, as no host can be trusted to align what it sends

AtomCursor
atoms_events(const LV2_Atom_Sequence* const sequence, const Uris* const uris)
{
  const uint8_t* const data   = (const uint8_t*)sequence;
  AtomCursor           cursor = {NULL, EMPTY_SIZE, 0U};
  LV2_Atom             atom   = {0U, 0U};
  if (data) {
    memcpy(&atom, data, sizeof(atom));
  }
  if (atom.type && atom.type == uris->atom_Sequence) {
    cursor.data = data + sizeof(atom);
    cursor.size = atom.size;
  }
  return cursor;
}

AtomCursor
atoms_properties(const uint8_t* const body, const uint64_t size)
{
  const AtomCursor cursor = {body, sizeof(LV2_Atom_Object_Body), size};
  return cursor;
}

bool
atoms_next_object(AtomCursor* const cursor,
                  const Uris* const uris,
                  AtomObject* const object)
{
  while (has_left(cursor, sizeof(LV2_Atom_Event))) {
    LV2_Atom_Event event;
    memcpy(&event, cursor->data + cursor->offset, sizeof(event));
    cursor->offset += sizeof(event);
    if (!has_left(cursor, event.body.size)) {
      return false;
    }

    const uint8_t* const body = cursor->data + cursor->offset;
    const bool           is_object =
      event.body.type && (event.body.type == uris->atom_Object ||
                          event.body.type == uris->atom_Blank);
    cursor->offset += atoms_padded(event.body.size);
    if (is_object && event.body.size >= sizeof(LV2_Atom_Object_Body)) {
      LV2_Atom_Object_Body header;
      memcpy(&header, body, sizeof(header));
      object->type       = header.otype;
      object->properties = atoms_properties(body, event.body.size);
      return true;
    }
  }
  return false;
}

bool
atoms_next_property(AtomCursor* const cursor, AtomProperty* const property)
{
  while (has_left(cursor, sizeof(LV2_Atom_Property_Body))) {
    LV2_Atom_Property_Body header;
    memcpy(&header, cursor->data + cursor->offset, sizeof(header));
    cursor->offset += sizeof(header);
    if (!has_left(cursor, header.value.size)) {
      return false;
    }

    property->key   = header.key;
    property->value = header.value;
    property->body  = cursor->data + cursor->offset;
    cursor->offset += atoms_padded(header.value.size);
    if (property->key) {
      return true;
    }
  }
  return false;
}

/// Read a position
LMU_RT static void
read_position(AtomCursor properties, const Uris* const uris, Tempo* const tempo)
{
  AtomProperty property;
  while (atoms_next_property(&properties, &property)) {
    double value = 0.0;
    if (atoms_read_number(&property, uris, &value)) {
      use_property(property.key, value, uris, tempo);
    }
  }
}

void
atoms_read_tempo(const LV2_Atom_Sequence* const control,
                 const Uris* const              uris,
                 Tempo* const                   tempo)
{
  AtomCursor events = atoms_events(control, uris);
  AtomObject object;
  while (atoms_next_object(&events, uris, &object)) {
    if (object.type && object.type == uris->time_Position) {
      read_position(object.properties, uris, tempo);
    }
  }
}
