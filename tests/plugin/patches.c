// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/plugin/patches.h"

#include "tests/plugin/instance.h"
#include "tests/plugin/require.h"
#include "tests/plugin/uris.h"

#include <lv2/atom/atom.h>
#include <lv2/atom/forge.h>
#include <lv2/atom/util.h>
#include <lv2/urid/urid.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Sending */

void
patches_begin(Patches* const patches, void* const buffer, const size_t size)
{
  const LV2_URID_Map map = {NULL, uri_map};
  memset(patches, 0, sizeof(*patches));
  patches->map = map;
  lv2_atom_forge_init(&patches->forge, &patches->map);
  lv2_atom_forge_set_buffer(&patches->forge, (uint8_t*)buffer, size);
  REQUIRE(lv2_atom_forge_sequence_head(&patches->forge, &patches->frame, 0U));
}

/// Add a property whose value is a URI
static void
add_uri(LV2_Atom_Forge* const forge, const LV2_URID key, const LV2_URID value)
{
  if (value) {
    REQUIRE(lv2_atom_forge_key(forge, key));
    REQUIRE(lv2_atom_forge_urid(forge, value));
  }
}

void
patches_add(Patches* const patches, const PatchMessage* const patch)
{
  LV2_Atom_Forge* const forge = &patches->forge;
  LV2_Atom_Forge_Frame  frame;
  REQUIRE(lv2_atom_forge_frame_time(forge, 0));
  REQUIRE(lv2_atom_forge_object(forge, &frame, 0U, patch->type));
  add_uri(forge, URI_PATCH_SUBJECT, patch->subject);
  if (patch->number != NO_NUMBER) {
    REQUIRE(lv2_atom_forge_key(forge, URI_PATCH_SEQUENCE_NUMBER));
    REQUIRE(lv2_atom_forge_int(forge, patch->number));
  }
  add_uri(forge, URI_PATCH_PROPERTY, patch->property);
  if (patch->kind) {
    REQUIRE(lv2_atom_forge_key(forge, URI_PATCH_VALUE));
    REQUIRE(lv2_atom_forge_atom(forge, patch->size, patch->kind));
    REQUIRE(!patch->size ||
            lv2_atom_forge_write(forge, patch->value, patch->size));
  }
  lv2_atom_forge_pop(forge, &frame);
}

PatchMessage
patch_of_path(const char* const path)
{
  const PatchMessage patch = {URI_PATCH_SET,
                              URI_WEIGHTS,
                              URI_NONE,
                              URI_ATOM_PATH,
                              path,
                              (uint32_t)strlen(path) + 1U,
                              NO_NUMBER};
  return patch;
}

void
patches_end(Patches* const patches)
{
  lv2_atom_forge_pop(&patches->forge, &patches->frame);
}

void
instance_send(Instance* const instance, const PatchMessage* const patch)
{
  Patches patches;
  patches_begin(&patches, &instance->control, sizeof(instance->control));
  patches_add(&patches, patch);
  patches_end(&patches);
}

void
instance_send_path(Instance* const instance, const char* const path)
{
  const PatchMessage patch = patch_of_path(path);
  instance_send(instance, &patch);
}

void
instance_send_path_like_carla(Instance* const instance, const char* const path)
{
  Patches              patches;
  LV2_Atom_Forge*      forge = &patches.forge;
  LV2_Atom_Forge_Frame frame;
  patches_begin(&patches, &instance->control, sizeof(instance->control));
  REQUIRE(lv2_atom_forge_frame_time(forge, 0));
  REQUIRE(lv2_atom_forge_object(forge, &frame, 0U, URI_PATCH_SET));
  REQUIRE(lv2_atom_forge_key(
    forge, uri_map(NULL, "http://kxstudio.sf.net/ns/carla/parameterChange")));
  REQUIRE(lv2_atom_forge_bool(forge, true));
  add_uri(forge, URI_PATCH_PROPERTY, URI_WEIGHTS);

  // The length that it gives has the terminator, and the forge adds another
  REQUIRE(lv2_atom_forge_key(forge, URI_PATCH_VALUE));
  REQUIRE(lv2_atom_forge_path(forge, path, (uint32_t)strlen(path) + 1U));
  lv2_atom_forge_pop(forge, &frame);
  patches_end(&patches);
}

/* Receiving */

/// Read the first property of the body of a patch:Put
static void
read_body(PatchMessage* const patch, const LV2_Atom* const body)
{
  const LV2_Atom_Object* const object = (const LV2_Atom_Object*)body;
  REQUIRE(body->type == URI_ATOM_OBJECT);
  LV2_ATOM_OBJECT_FOREACH(object, property) {
    patch->property = property->key;
    patch->kind     = property->value.type;
    patch->size     = property->value.size;
    patch->value    = LV2_ATOM_BODY_CONST(&property->value);
  }
}

static PatchMessage
read_patch(const LV2_Atom_Object* const object)
{
  PatchMessage patch = {object->body.otype, 0U, 0U, 0U, NULL, 0U, NO_NUMBER};
  LV2_ATOM_OBJECT_FOREACH(object, property) {
    const LV2_Atom* const value = &property->value;
    const void* const     body  = LV2_ATOM_BODY_CONST(value);
    if (property->key == URI_PATCH_PROPERTY) {
      patch.property = *(const uint32_t*)body;
    } else if (property->key == URI_PATCH_SUBJECT) {
      patch.subject = *(const uint32_t*)body;
    } else if (property->key == URI_PATCH_SEQUENCE_NUMBER) {
      patch.number = *(const int32_t*)body;
    } else if (property->key == URI_PATCH_BODY) {
      read_body(&patch, value);
    } else if (property->key == URI_PATCH_VALUE) {
      patch.kind  = value->type;
      patch.size  = value->size;
      patch.value = body;
    }
  }
  return patch;
}

uint32_t
instance_answers(const Instance* const instance,
                 PatchMessage* const   answers,
                 const uint32_t        max)
{
  const LV2_Atom_Sequence* const sequence = &instance->notify.sequence;
  uint32_t                       count    = 0U;
  if (sequence->atom.type != URI_ATOM_SEQUENCE) {
    return 0U;
  }
  LV2_ATOM_SEQUENCE_FOREACH(sequence, event) {
    REQUIRE(event->body.type == URI_ATOM_OBJECT);
    if (count < max) {
      answers[count++] = read_patch((const LV2_Atom_Object*)&event->body);
    }
  }
  return count;
}
