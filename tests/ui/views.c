// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/ui/views.h"

#include "plugin/view.h"
#include "ui/view.h"

#include <lv2/atom/atom.h>
#include <lv2/atom/util.h>
#include <lv2/urid/urid.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_URIS 256U

const ViewSpec good_view =
  {1, 0.02f, 48000.0f, 32, VIEW_COEFFICIENTS, 0, 32U, 256U, 0.1f};

static LV2_URID
map_uri(LV2_URID_Map_Handle handle, const char* const uri)
{
  static char*    uris[MAX_URIS];
  static LV2_URID n_uris;
  (void)handle;
  for (LV2_URID i = 0U; i < n_uris; ++i) {
    if (!strcmp(uris[i], uri)) {
      return i + 1U;
    }
  }
  uris[n_uris++] = strdup(uri); // For as long as the test runs
  return n_uris;
}

const LV2_URID_Map views_map = {NULL, map_uri};

/// A message that grows
typedef struct {
  uint8_t* data;
  uint32_t n_bytes;
} Message;

static void
put(Message* const message, const void* const bytes, const uint32_t n_bytes)
{
  const uint32_t padded = lv2_atom_pad_size(n_bytes);
  message->data =
    (uint8_t*)realloc(message->data, message->n_bytes + padded + 1U);
  memset(message->data + message->n_bytes, 0, padded);
  memcpy(message->data + message->n_bytes, bytes, n_bytes);
  message->n_bytes += padded;
}

static void
put_property(Message* const    message,
             const LV2_URID    key,
             const LV2_URID    type,
             const void* const body,
             const uint32_t    n_bytes)
{
  const LV2_Atom_Property_Body head = {key, 0U, {n_bytes, type}};
  put(message, &head, sizeof(head));
  put(message, body, n_bytes);
}

static void
put_vector(Message* const         message,
           const LmuUiUris* const uris,
           const LV2_URID         key,
           const uint32_t         count,
           const float            fill)
{
  const uint32_t n_bytes =
    (uint32_t)(sizeof(LV2_Atom_Vector_Body) + (count * sizeof(float)));
  uint8_t* const             body = (uint8_t*)malloc(n_bytes);
  const LV2_Atom_Vector_Body head = {sizeof(float), uris->atom_Float};
  memcpy(body, &head, sizeof(head));
  for (uint32_t i = 0U; i < count; ++i) {
    memcpy(body + sizeof(head) + (i * sizeof(float)), &fill, sizeof(fill));
  }
  put_property(message, key, uris->atom_Vector, body, n_bytes);
  free(body);
}

/// Return a message as an atom of its exact size
static LV2_Atom*
close_message(Message* const message)
{
  LV2_Atom* const atom = (LV2_Atom*)malloc(message->n_bytes);
  memcpy(atom, message->data, message->n_bytes);
  atom->size = message->n_bytes - (uint32_t)sizeof(LV2_Atom);
  free(message->data);
  return atom;
}

static Message
open_message(const LmuUiUris* const uris, const LV2_URID type)
{
  const LV2_Atom_Object head    = {{0U, uris->atom_Object}, {0U, type}};
  Message               message = {NULL, 0U};
  put(&message, &head, sizeof(head));
  return message;
}

LV2_Atom*
view_new(const LmuUiUris* const uris, const ViewSpec* const spec)
{
  const int32_t basis   = (int32_t)spec->basis;
  Message       message = open_message(uris, uris->view);
  put_property(&message, uris->sequence, uris->atom_Int, &spec->sequence, 4U);
  put_property(&message, uris->theta, uris->atom_Float, &spec->theta_s, 4U);
  put_property(&message, uris->rate, uris->atom_Float, &spec->rate_hz, 4U);
  put_property(&message, uris->order, uris->atom_Int, &spec->order, 4U);
  put_property(&message, uris->basis, uris->atom_Int, &basis, 4U);
  put_property(&message, uris->offset, uris->atom_Int, &spec->offset, 4U);
  if (spec->n_numbers) {
    put_vector(&message, uris, uris->numbers, spec->n_numbers, spec->fill);
  }
  if (spec->n_pairs) {
    put_vector(
      &message, uris, uris->input_trace, 2U * spec->n_pairs, spec->fill);
    put_vector(
      &message, uris, uris->output_trace, 2U * spec->n_pairs, spec->fill);
  }
  return close_message(&message);
}

LV2_Atom*
path_message_new(const LmuUiUris* const uris, const char* const path)
{
  Message message = open_message(uris, uris->patch_Set);
  put_property(
    &message, uris->patch_property, uris->atom_URID, &uris->weights, 4U);
  put_property(&message,
               uris->patch_value,
               uris->atom_Path,
               path,
               (uint32_t)strlen(path) + 1U);
  return close_message(&message);
}

LV2_Atom*
message_cut(const LV2_Atom* const atom, const uint32_t n_bytes)
{
  LV2_Atom* const copy = (LV2_Atom*)malloc(n_bytes);
  memcpy(copy, atom, n_bytes);
  copy->size = n_bytes - (uint32_t)sizeof(LV2_Atom);
  return copy;
}
