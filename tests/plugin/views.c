// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/plugin/views.h"

#include "core/dsp/rt/outline.h"
#include "plugin/view.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/require.h"
#include "tests/plugin/uris.h"

#include <lv2/atom/atom.h>
#include <lv2/atom/util.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

void
instance_watch(Instance* const instance, const float rate)
{
  const LV2_URID key = URI_WATCH_RATE;
  instance_send_floats(instance, URI_WATCH, &key, &rate, 1U);
}

static int32_t
int_of(const LV2_Atom* const atom)
{
  REQUIRE(atom->type == URI_ATOM_INT && atom->size == sizeof(int32_t));
  return ((const LV2_Atom_Int*)atom)->body;
}

static float
float_of(const LV2_Atom* const atom)
{
  REQUIRE(atom->type == URI_ATOM_FLOAT && atom->size == sizeof(float));
  return ((const LV2_Atom_Float*)atom)->body;
}

/// Copy a vector, and return its length
static uint32_t
floats_of(const LV2_Atom* const atom, float* const to, const uint32_t most)
{
  const LV2_Atom_Vector* const vector = (const LV2_Atom_Vector*)atom;
  REQUIRE(atom->type == URI_ATOM_VECTOR && atom->size >= sizeof(vector->body));
  REQUIRE(vector->body.child_type == URI_ATOM_FLOAT &&
          vector->body.child_size == sizeof(float));

  const size_t n_bytes = atom->size - sizeof(vector->body);
  REQUIRE(n_bytes % sizeof(float) == 0U && n_bytes <= most * sizeof(float));
  memcpy(to, vector + 1, n_bytes);
  return (uint32_t)(n_bytes / sizeof(float));
}

/// Traces of a View
typedef struct {
  LmuOutline outline;
  uint32_t   n_inputs;
  uint32_t   n_outputs;
  float      inputs[LMU_OUTLINE_VALUES];
  float      outputs[LMU_OUTLINE_VALUES];
} Traces;

/// Make columns of a trace, and return their number
static uint32_t
columns_of(const LmuOutline* const outline,
           const float* const      values,
           const uint32_t          n_values,
           float                   columns[N_VIEW_COLUMNS][2])
{
  if (!n_values) {
    return 0U;
  }

  REQUIRE(lmu_outline_is_good(outline));
  REQUIRE(n_values == lmu_outline_size(outline));
  return lmu_outline_columns(outline, values, N_VIEW_COLUMNS, columns);
}

static void
read_property(View* const           view,
              Traces* const         traces,
              const LV2_URID        key,
              const LV2_Atom* const value)
{
  switch (key) {
  case URI_VIEW_SEQUENCE:
    view->sequence = int_of(value);
    break;
  case URI_VIEW_THETA:
    view->theta = float_of(value);
    break;
  case URI_VIEW_RATE:
    view->rate = float_of(value);
    break;
  case URI_VIEW_ORDER:
    view->order = int_of(value);
    break;
  case URI_VIEW_BASIS:
    view->basis = int_of(value);
    break;
  case URI_VIEW_OFFSET:
    view->offset = int_of(value);
    break;
  case URI_VIEW_NUMBERS:
    view->n_numbers = floats_of(value, view->numbers, VIEW_NUMBERS);
    break;
  case URI_VIEW_WINDOW:
    traces->outline.window = (uint32_t)int_of(value);
    break;
  case URI_VIEW_SPAN:
    traces->outline.span = (uint32_t)int_of(value);
    break;
  case URI_VIEW_LEAD:
    traces->outline.lead = (uint32_t)int_of(value);
    break;
  case URI_VIEW_INPUT:
    traces->n_inputs = floats_of(value, traces->inputs, LMU_OUTLINE_VALUES);
    break;
  case URI_VIEW_OUTPUT:
    traces->n_outputs = floats_of(value, traces->outputs, LMU_OUTLINE_VALUES);
    break;
  default:
    REQUIRE(false);
  }
}

bool
view_read(View* const view, const LV2_Atom_Sequence* const sequence)
{
  bool is_there = false;
  REQUIRE(sequence->atom.type == URI_ATOM_SEQUENCE);
  LV2_ATOM_SEQUENCE_FOREACH(sequence, event) {
    const LV2_Atom_Object* const object = (const LV2_Atom_Object*)&event->body;
    REQUIRE(event->body.type == URI_ATOM_OBJECT && !event->time.frames);
    if (object->body.otype != URI_VIEW) {
      continue;
    }

    REQUIRE(!is_there);
    is_there      = true;
    Traces traces = {0};
    memset(view, 0, sizeof(*view));
    LV2_ATOM_OBJECT_FOREACH(object, property) {
      read_property(view, &traces, property->key, &property->value);
    }
    view->n_inputs =
      columns_of(&traces.outline, traces.inputs, traces.n_inputs, view->inputs);
    view->n_outputs = columns_of(
      &traces.outline, traces.outputs, traces.n_outputs, view->outputs);
  }
  return is_there;
}
