// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/ui/views.h"

#include "plugin/atoms.h"
#include "plugin/host.h"
#include "plugin/view.h"
#include "ui/view.h"

#include <lv2/atom/atom.h>
#include <lv2/urid/urid.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_URIS 256U

const ViewSpec good_view =
  {1, 0.02f, 48000.0f, 32, VIEW_COEFFICIENTS, 0, 32U, 256U, 0.1f, 1022, 4, 2};

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
  uint64_t   data[MAX_MESSAGE / sizeof(uint64_t)];
  AtomWriter writer;
} Message;

static void
put_property(Message* const    message,
             const LV2_URID    key,
             const LV2_URID    type,
             const void* const body,
             const uint32_t    n_bytes)
{
  atoms_write_property(&message->writer, key, type, body, n_bytes);
}

static void
put_vector(Message* const         message,
           const LmuUiUris* const uris,
           const LV2_URID         key,
           const uint32_t         count,
           const float            fill)
{
  const Uris   known  = {.atom_Float  = uris->atom_Float,
                         .atom_Vector = uris->atom_Vector};
  float* const values = (float*)calloc(count + 1U, sizeof(float));
  for (uint32_t i = 0U; i < count; ++i) {
    values[i] = fill;
  }
  atoms_write_floats(&message->writer, &known, key, values, count);
  free(values);
}

/// Start a message
static void
open_message(Message* const         message,
             const LmuUiUris* const uris,
             const LV2_URID         type)
{
  const LV2_Atom_Object head = {{0U, uris->atom_Object}, {0U, type}};
  message->writer =
    (AtomWriter){(uint8_t*)message->data, 0U, sizeof(message->data)};
  atoms_write(&message->writer, &head, sizeof(head));
}

/// Return a message as an atom of its exact size
static LV2_Atom*
close_message(const Message* const message)
{
  const size_t    n_bytes = (size_t)message->writer.n_bytes;
  LV2_Atom* const atom    = (LV2_Atom*)malloc(n_bytes);
  memcpy(atom, message->data, n_bytes);
  atom->size = (uint32_t)(n_bytes - sizeof(LV2_Atom));
  return atom;
}

LV2_Atom*
view_new(const LmuUiUris* const uris, const ViewSpec* const spec)
{
  const int32_t basis = (int32_t)spec->basis;
  Message       message;
  open_message(&message, uris, uris->view);
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
    put_property(
      &message, uris->trace_window, uris->atom_Int, &spec->window, 4U);
    put_property(&message, uris->trace_span, uris->atom_Int, &spec->span, 4U);
    put_property(&message, uris->trace_lead, uris->atom_Int, &spec->lead, 4U);
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
  Message message;
  open_message(&message, uris, uris->patch_Set);
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
