// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/patch.h"

#include "plugin/atoms.h"
#include "plugin/host.h"
#include "plugin/path_cell.h"

#include <lv2/atom/atom.h>
#include <lv2/urid/urid.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Stamp of no path
#define NO_STAMP UINT64_MAX

/// What a message says
typedef struct {
  LV2_URID    subject;  ///< Zero for us
  LV2_URID    property; ///< Zero for all
  int32_t     sequence; ///< Zero if no answer is needed
  const char* path;     ///< Path that it sets, or null
  uint32_t    length;   ///< Length of that
} Message;

void
patch_init(Patch* const      patch,
           const Host* const host,
           const char* const uri,
           const PatchText   text)
{
  memset(patch, 0, sizeof(*patch));
  patch->text    = text;
  patch->subject = host->map->map(host->map->handle, uri);
}

/* Reading */

/// Read a path, return false if it is none
LMU_RT static bool
read_path(const AtomProperty* const value,
          const PatchText* const    text,
          Message* const            message)
{
  if (!value->value.type || value->value.type != text->type) {
    return false;
  }

  if (!atoms_text_length(
        &message->length, value->body, value->value.size, PATH_BYTES)) {
    return false;
  }
  message->path = (const char*)value->body;
  return true;
}

/// Read the body of a patch:Put
LMU_RT static void
read_body(const AtomProperty* const body,
          const PatchText* const    text,
          const Uris* const         uris,
          Message* const            message)
{
  if (!body->value.type || (body->value.type != uris->atom_Object &&
                            body->value.type != uris->atom_Blank)) {
    return;
  }

  AtomCursor   cursor = atoms_properties(body->body, body->value.size);
  AtomProperty property;
  while (atoms_next_property(&cursor, &property)) {
    const bool is_other =
      !message->property && text->other && property.key == text->other;
    if (is_other || (property.key == text->property &&
                     read_path(&property, text, message))) {
      message->property = property.key;
    }
  }
}

/// Read one property of a message, return false if it makes no sense
LMU_RT static bool
read_property(const AtomProperty* const property,
              const PatchText* const    text,
              const Uris* const         uris,
              Message* const            message)
{
  if (property->key == uris->patch_property) {
    return atoms_read_word(property, uris->atom_URID, &message->property);
  }
  if (property->key == uris->patch_subject) {
    return atoms_read_word(property, uris->atom_URID, &message->subject);
  }
  if (property->key == uris->patch_sequenceNumber) {
    return atoms_read_word(property, uris->atom_Int, &message->sequence);
  }
  if (property->key == uris->patch_value) {
    return read_path(property, text, message);
  }
  if (property->key == uris->patch_body) {
    read_body(property, text, uris, message);
  }
  return true;
}

/// Read a message, return false if it makes no sense
LMU_RT static bool
read_message(AtomCursor             properties,
             const PatchText* const text,
             const Uris* const      uris,
             Message* const         message)
{
  bool         is_good = true;
  AtomProperty property;
  while (atoms_next_property(&properties, &property)) {
    is_good = read_property(&property, text, uris, message) && is_good;
  }
  return is_good;
}

/// Queue an answer, if it can be said
LMU_RT static void
answer(Patch* const patch, const LV2_URID type, const int32_t sequence)
{
  if (type && patch->n_answers < PATCH_ANSWERS) {
    const PatchAnswer next             = {type, sequence};
    patch->answers[patch->n_answers++] = next;
  }
}

/// Return whether a message is about our property, or all of them
LMU_RT static bool
is_about(const Patch* const patch, const Message* const message, const bool all)
{
  return patch->text.property && (message->property == patch->text.property ||
                                  (all && !message->property));
}

/// Refuse a message that nobody else answers
LMU_RT static void
refuse(Patch* const patch, const Uris* const uris, const Message* const message)
{
  const bool is_answered =
    message->property && (message->property == uris->mod_view ||
                          message->property == patch->text.other);
  if (message->sequence && !is_answered) {
    answer(patch, uris->patch_Error, message->sequence);
  }
}

/// Answer what a message asks for, return whether it sets a path
LMU_RT static bool
use_message(Patch* const         patch,
            const LV2_URID       type,
            const Uris* const    uris,
            const Message* const message,
            const bool           is_good)
{
  const bool is_set  = type == uris->patch_Set || type == uris->patch_Put;
  const bool is_ours = is_good && is_about(patch, message, !is_set);
  if (!is_ours || (is_set && !message->path)) {
    refuse(patch, uris, message);
    return false;
  }

  if (!is_set) {
    answer(patch,
           message->property ? uris->patch_Set : uris->patch_Put,
           message->sequence);
  } else if (message->sequence) {
    answer(patch, uris->patch_Ack, message->sequence);
  }
  return is_set;
}

/// Tell others of a new path, return false if that is just being written
LMU_RT static bool
follow(Patch* const patch, const Uris* const uris, PathRequest* const request)
{
  if (path_request_stamp(request) == patch->stamp) {
    return true;
  }

  uint64_t stamp = 0U;
  if (!path_request_try(request, patch->path, &stamp)) {
    patch->path[0] = '\0'; // Half of a path is none
    patch->stamp   = NO_STAMP;
    return false;
  }
  patch->stamp = stamp;
  answer(patch, uris->patch_Set, 0);
  return true;
}

/// Return whether a path is the one that is wanted
LMU_RT static bool
is_wanted(const Patch* const patch, const Message* const message)
{
  for (uint32_t i = 0U; i < message->length; ++i) {
    if (patch->path[i] != message->path[i] || !patch->path[i]) {
      return false;
    }
  }
  return !patch->path[message->length];
}

void
patch_read(Patch* const                   patch,
           const LV2_Atom_Sequence* const control,
           const Uris* const              uris,
           PathRequest* const             request,
           const bool                     again)
{
  Message    last   = {0U, 0U, 0, NULL, 0U};
  AtomCursor events = atoms_events(control, uris);
  AtomObject object;
  const bool is_known = follow(patch, uris, request);
  while (atoms_next_object(&events, uris, &object)) {
    const bool is_message = object.type && (object.type == uris->patch_Get ||
                                            object.type == uris->patch_Set ||
                                            object.type == uris->patch_Put);
    Message    message    = {0U, 0U, 0, NULL, 0U};
    if (!is_message) {
      continue;
    }

    const bool is_good =
      read_message(object.properties, &patch->text, uris, &message);
    const bool is_ours = !message.subject || message.subject == patch->subject;
    if (is_ours && use_message(patch, object.type, uris, &message, is_good)) {
      last = message;
    }
  }

  if (last.path && (again || !is_known || !is_wanted(patch, &last))) {
    (void)path_request_set(request, PATH_FROM_RUN, last.path, last.length);
    (void)follow(patch, uris, request);
  }
}

/* Writing */

/// Put the property that the path is
LMU_RT static void
put_text(AtomWriter* const writer, const Patch* const patch, const LV2_URID key)
{
  uint32_t length = 0U;
  while (patch->path[length]) {
    ++length;
  }
  atoms_write_property(writer, key, patch->text.type, patch->path, length + 1U);
}

/// Put an object that has the path
LMU_RT static void
put_body(AtomWriter* const  writer,
         const Patch* const patch,
         const Uris* const  uris)
{
  const LV2_Atom_Object_Body object = {0U, 0U};
  AtomWriter                 count  = {NULL, sizeof(object), 0U};
  put_text(&count, patch, patch->text.property);

  const LV2_Atom_Property_Body header = {
    uris->patch_body, 0U, {(uint32_t)count.n_bytes, uris->atom_Object}};
  atoms_write(writer, &header, sizeof(header));
  atoms_write(writer, &object, sizeof(object));
  put_text(writer, patch, patch->text.property);
}

/// Put an answer behind the header of its event
LMU_RT static void
put_answer(AtomWriter* const        writer,
           const Patch* const       patch,
           const PatchAnswer* const what,
           const Uris* const        uris)
{
  const LV2_Atom_Object_Body object = {0U, what->type};
  atoms_write(writer, &object, sizeof(object));
  atoms_write_property(writer,
                       uris->patch_subject,
                       uris->atom_URID,
                       &patch->subject,
                       sizeof(patch->subject));
  if (what->sequence) {
    atoms_write_property(writer,
                         uris->patch_sequenceNumber,
                         uris->atom_Int,
                         &what->sequence,
                         sizeof(what->sequence));
  }
  if (what->type == uris->patch_Set) {
    atoms_write_property(writer,
                         uris->patch_property,
                         uris->atom_URID,
                         &patch->text.property,
                         sizeof(patch->text.property));
    put_text(writer, patch, uris->patch_value);
  } else if (what->type == uris->patch_Put) {
    put_body(writer, patch, uris);
  }
}

/// Append an event, return false if there is no room for all of it
LMU_RT static bool
put_event(AtomWriter* const        writer,
          const Patch* const       patch,
          const PatchAnswer* const what,
          const Uris* const        uris)
{
  const uint64_t offset = atoms_begin_event(writer, uris);
  put_answer(writer, patch, what, uris);
  return atoms_end_event(writer, offset);
}

void
patch_write(Patch* const             patch,
            LV2_Atom_Sequence* const notify,
            const uint32_t           capacity,
            const Uris* const        uris)
{
  if (!patch->text.type || !uris->atom_URID || !uris->atom_Object) {
    return;
  }

  AtomWriter writer = atoms_writer(notify, capacity);
  uint32_t   n_done = 0U;
  while (n_done < patch->n_answers &&
         put_event(&writer, patch, &patch->answers[n_done], uris)) {
    ++n_done;
  }
  for (uint32_t i = n_done; i < patch->n_answers; ++i) {
    patch->answers[i - n_done] = patch->answers[i];
  }
  patch->n_answers -= n_done;
  atoms_write_end(&writer, notify);
}
