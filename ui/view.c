// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/view.h"

#include "core/dsp/rt/outline.h"
#include "core/memory/rt/modes.h"
#include "plugin/atoms.h"
#include "plugin/view.h"

#include <lv2/atom/atom.h>
#include <lv2/patch/patch.h>
#include <lv2/urid/urid.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define URI_WEIGHTS "urn:lmu-lv2:weights"

/// Windows and rates that a picture can be made of
#define MAX_THETA_S 1000.0f
#define MIN_RATE_HZ 1000.0f
#define MAX_RATE_HZ 1e6f

/// Greatest magnitude of a number, so that sums of squares stay finite
#define MAX_SIZE 1e9f

/// The properties of one message, zero where they are missing
typedef struct {
  int32_t      number;
  float        theta_s;
  float        rate_hz;
  int32_t      order;
  int32_t      basis;
  int32_t      offset;
  int32_t      window; ///< As in LmuOutline
  int32_t      span;
  int32_t      lead;
  AtomProperty numbers;
  AtomProperty input;
  AtomProperty output;
} Message;

void
lmu_ui_uris_init(LmuUiUris* const uris, const LV2_URID_Map* const map)
{
  const struct {
    LV2_URID*   urid;
    const char* uri;
  } all[] = {
    {&uris->atom_Float, LV2_ATOM__Float},
    {&uris->atom_Int, LV2_ATOM__Int},
    {&uris->atom_Object, LV2_ATOM__Object},
    {&uris->atom_Path, LV2_ATOM__Path},
    {&uris->atom_URID, LV2_ATOM__URID},
    {&uris->atom_Vector, LV2_ATOM__Vector},
    {&uris->atom_eventTransfer, LV2_ATOM__eventTransfer},
    {&uris->patch_Get, LV2_PATCH__Get},
    {&uris->patch_Put, LV2_PATCH__Put},
    {&uris->patch_Set, LV2_PATCH__Set},
    {&uris->patch_body, LV2_PATCH__body},
    {&uris->patch_property, LV2_PATCH__property},
    {&uris->patch_value, LV2_PATCH__value},
    {&uris->weights, URI_WEIGHTS},
    {&uris->watch, LMU_URI_WATCH},
    {&uris->watch_rate, LMU_URI_WATCH_RATE},
    {&uris->view, LMU_URI_VIEW},
    {&uris->sequence, LMU_URI_SEQUENCE},
    {&uris->theta, LMU_URI_VIEW_THETA},
    {&uris->rate, LMU_URI_VIEW_RATE},
    {&uris->order, LMU_URI_VIEW_ORDER},
    {&uris->basis, LMU_URI_BASIS},
    {&uris->offset, LMU_URI_OFFSET},
    {&uris->numbers, LMU_URI_NUMBERS},
    {&uris->trace_window, LMU_URI_TRACE_WINDOW},
    {&uris->trace_span, LMU_URI_TRACE_SPAN},
    {&uris->trace_lead, LMU_URI_TRACE_LEAD},
    {&uris->input_trace, LMU_URI_INPUT_TRACE},
    {&uris->output_trace, LMU_URI_OUTPUT_TRACE},
  };
  for (size_t i = 0U; i < sizeof(all) / sizeof(all[0]); ++i) {
    *all[i].urid = map->map(map->handle, all[i].uri);
  }
}

uint32_t
lmu_view_size(const uint32_t order, const ViewBasis basis)
{
  if (order > LMU_MAX_ORDER) {
    return 0U;
  }

  const uint32_t n_modes  = (order + 1U) / 2U;
  const uint32_t n_blocks = (n_modes + LMU_LANES - 1U) / LMU_LANES;
  return (basis == VIEW_MODES) ? n_blocks * LMU_BLOCK : order;
}

/// Copy numbers in range out of a vector, return how many there are
static uint32_t
read_floats(float* const              values,
            const uint32_t            max_values,
            const AtomProperty* const property,
            const LmuUiUris* const    uris)
{
  LV2_Atom_Vector_Body head = {0U, 0U};
  const uint32_t       size = property->value.size;
  if (!property->value.type || property->value.type != uris->atom_Vector ||
      size < sizeof(head)) {
    return 0U;
  }

  memcpy(&head, property->body, sizeof(head));
  const uint32_t n_bytes = size - (uint32_t)sizeof(head);
  const uint32_t count   = n_bytes / (uint32_t)sizeof(float);
  if (head.child_type != uris->atom_Float || head.child_size != sizeof(float) ||
      n_bytes % sizeof(float) || count > max_values) {
    return 0U;
  }

  memcpy(values, property->body + sizeof(head), n_bytes);
  for (uint32_t i = 0U; i < count; ++i) {
    values[i] = (fabsf(values[i]) <= MAX_SIZE) ? values[i] : 0.0f; // Nor NaN
  }
  return count;
}

/// Read the head of an object, return false if it is none of that type
static bool
open_object(AtomCursor* const      cursor,
            LV2_URID* const        type,
            const LmuUiUris* const uris,
            const LV2_Atom* const  atom)
{
  LV2_Atom_Object_Body head = {0U, 0U};
  if (!atom->type || atom->type != uris->atom_Object ||
      atom->size < sizeof(head)) {
    return false;
  }

  const uint8_t* const body = (const uint8_t*)(atom + 1);
  memcpy(&head, body, sizeof(head));
  *type   = head.otype;
  *cursor = atoms_properties(body, atom->size);
  return true;
}

/// Note one property of a View, return false if it makes no sense
static bool
read_property(Message* const            message,
              const AtomProperty* const property,
              const LmuUiUris* const    uris)
{
  const struct {
    void*         word;
    AtomProperty* vector;
    LV2_URID      key;
    LV2_URID      type;
  } all[] = {
    {&message->number, NULL, uris->sequence, uris->atom_Int},
    {&message->theta_s, NULL, uris->theta, uris->atom_Float},
    {&message->rate_hz, NULL, uris->rate, uris->atom_Float},
    {&message->order, NULL, uris->order, uris->atom_Int},
    {&message->basis, NULL, uris->basis, uris->atom_Int},
    {&message->offset, NULL, uris->offset, uris->atom_Int},
    {&message->window, NULL, uris->trace_window, uris->atom_Int},
    {&message->span, NULL, uris->trace_span, uris->atom_Int},
    {&message->lead, NULL, uris->trace_lead, uris->atom_Int},
    {NULL, &message->numbers, uris->numbers, uris->atom_Vector},
    {NULL, &message->input, uris->input_trace, uris->atom_Vector},
    {NULL, &message->output, uris->output_trace, uris->atom_Vector},
  };
  for (size_t i = 0U; i < sizeof(all) / sizeof(all[0]); ++i) {
    if (all[i].key == property->key) {
      if (all[i].vector) {
        *all[i].vector = *property;
        return true;
      }
      return atoms_read_word(property, all[i].type, all[i].word);
    }
  }
  return true; // A plugin of the future may say more
}

/// Return whether the numbers of a message make a picture
static bool
is_sane(const Message* const message)
{
  return isfinite(message->theta_s) && message->theta_s > 0.0f &&
         message->theta_s <= MAX_THETA_S && isfinite(message->rate_hz) &&
         message->rate_hz >= MIN_RATE_HZ && message->rate_hz <= MAX_RATE_HZ &&
         message->order >= 0 && message->order <= (int32_t)LMU_MAX_ORDER &&
         message->offset >= 0 &&
         (message->basis == VIEW_COEFFICIENTS || message->basis == VIEW_MODES);
}

/// Read the columns of a trace, return how many there are
static uint32_t
read_trace(float                     columns[VIEW_COLUMNS][2],
           const Message* const      message,
           const AtomProperty* const property,
           const LmuUiUris* const    uris)
{
  float            values[LMU_OUTLINE_VALUES];
  const LmuOutline outline = {(uint32_t)message->window,
                              (uint32_t)message->span,
                              (uint32_t)message->lead};
  const uint32_t   n_values =
    read_floats(values, LMU_OUTLINE_VALUES, property, uris);
  if (!n_values || !lmu_outline_is_good(&outline) ||
      n_values != lmu_outline_size(&outline)) {
    return 0U;
  }
  return lmu_outline_columns(&outline, values, VIEW_COLUMNS, columns);
}

/// Start a View with its first part
static void
begin(LmuView* const         view,
      const Message* const   message,
      const LmuUiUris* const uris)
{
  view->sequence  = message->number;
  view->theta_s   = (double)message->theta_s;
  view->rate_hz   = (double)message->rate_hz;
  view->order     = message->numbers.key ? (uint32_t)message->order : 0U;
  view->basis     = (ViewBasis)message->basis;
  view->n_numbers = 0U;
  view->n_input   = read_trace(view->input, message, &message->input, uris);
  view->n_output  = read_trace(view->output, message, &message->output, uris);
}

bool
lmu_view_read(LmuView* const         view,
              const LmuUiUris* const uris,
              const LV2_Atom* const  atom)
{
  AtomCursor   cursor  = {NULL, 0U, 0U};
  LV2_URID     type    = 0U;
  Message      message = {0};
  AtomProperty property;
  if (!open_object(&cursor, &type, uris, atom) || !type || type != uris->view) {
    return false;
  }
  while (atoms_next_property(&cursor, &property)) {
    if (!read_property(&message, &property, uris)) {
      return false;
    }
  }

  const uint32_t offset  = (uint32_t)message.offset;
  const bool     goes_on = offset && message.number == view->sequence &&
                       offset == view->n_numbers &&
                       (uint32_t)message.order == view->order &&
                       (ViewBasis)message.basis == view->basis;
  if (!is_sane(&message) || (offset && !goes_on)) {
    return false;
  }
  if (!offset) {
    begin(view, &message, uris);
  }

  const uint32_t total = lmu_view_size(view->order, view->basis);
  view->n_numbers += read_floats(view->numbers + view->n_numbers,
                                 total - view->n_numbers,
                                 &message.numbers,
                                 uris);
  return view->n_numbers == total;
}

/// Read a path, return false if it is none that fits
static bool
read_path(char* const               path,
          const uint32_t            size,
          const AtomProperty* const property,
          const LmuUiUris* const    uris)
{
  const LV2_Atom* const atom = &property->value;
  return atom->type && atom->type == uris->atom_Path &&
         atoms_read_text(path, property->body, atom->size, size);
}

/// Read a path from the body of a patch:Put
static bool
read_put(char* const               path,
         const uint32_t            size,
         const AtomProperty* const body,
         const LmuUiUris* const    uris)
{
  if (!body->value.type || body->value.type != uris->atom_Object ||
      body->value.size < sizeof(LV2_Atom_Object_Body)) {
    return false;
  }

  AtomCursor   cursor = atoms_properties(body->body, body->value.size);
  AtomProperty property;
  bool         result = false;
  while (atoms_next_property(&cursor, &property)) {
    if (property.key == uris->weights) {
      result = read_path(path, size, &property, uris) || result;
    }
  }
  return result;
}

bool
lmu_view_read_path(char* const            path,
                   const uint32_t         size,
                   const LmuUiUris* const uris,
                   const LV2_Atom* const  atom)
{
  AtomCursor   cursor   = {NULL, 0U, 0U};
  LV2_URID     type     = 0U;
  LV2_URID     key      = 0U;
  AtomProperty value    = {0};
  AtomProperty property = {0};
  if (!open_object(&cursor, &type, uris, atom) || !type ||
      (type != uris->patch_Set && type != uris->patch_Put)) {
    return false;
  }

  bool result = false;
  while (atoms_next_property(&cursor, &property)) {
    if (property.key == uris->patch_property) {
      (void)atoms_read_word(&property, uris->atom_URID, &key);
    } else if (property.key == uris->patch_value) {
      value = property;
    } else if (property.key == uris->patch_body && type == uris->patch_Put) {
      result = read_put(path, size, &property, uris) || result;
    }
  }
  return result || (type == uris->patch_Set && key && key == uris->weights &&
                    read_path(path, size, &value, uris));
}
