// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/mod_view.h"

#include "core/base/attributes.h"
#include "core/memory/rt/legendre.h"
#include "plugin/atoms.h"
#include "plugin/host.h"
#include "plugin/snapshot.h"
#include "plugin/view.h"

#include <lv2/atom/atom.h>
#include <lv2/urid/urid.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Greatest number, as MOD prints others longer than it has room for
#define MAX_NUMBER 1e6

/// Theta and order before the coefficients
#define N_HEAD 2U

/// A picture
typedef struct {
  uint32_t n_values;
  float    values[N_HEAD + VIEW_MOD_NUMBERS];
} ModView;

/// Return the sound that a memory keeps, or that comes in, at a point of the
/// shape
LMU_RT static double
point(const Snapshot* const snapshot, const uint32_t index)
{
  if (snapshot->n_points) {
    return (double)snapshot->shape[index];
  }

  const uint32_t kind =
    snapshot->has_trace[TRACE_INPUT] ? TRACE_INPUT : TRACE_OUTPUT;
  float column[2];
  lmu_outline_column(
    &snapshot->outline, snapshot->traces[kind], index, SHAPE_POINTS, column);
  return 0.5 * ((double)column[0] + (double)column[1]);
}

/// Return the weight of a point in an integral by Simpson's 3/8 rule
LMU_RT static double
weight(const uint32_t index)
{
  const double step   = 3.0 / (8.0 * (SHAPE_POINTS - 1.0));
  const bool   is_end = !index || index == SHAPE_POINTS - 1U;
  return step * (is_end ? 1.0 : (index % 3U) ? 3.0 : 2.0);
}

_Static_assert(SHAPE_POINTS % 3U == 1U, "The rule takes triples of intervals");

/// Return what can be sent
LMU_RT static float
limited(const double number)
{
  const double low = number > -MAX_NUMBER ? number : -MAX_NUMBER;
  return (float)(low < MAX_NUMBER ? low : MAX_NUMBER);
}

/// Write the coefficients of the window
LMU_RT static void
project(const Snapshot* const snapshot, ModView* const view)
{
  const uint32_t order = (uint32_t)snapshot->order;
  const uint32_t n     = order < VIEW_MOD_NUMBERS ? order : VIEW_MOD_NUMBERS;
  double         sums[VIEW_MOD_NUMBERS] = {0.0};
  double         p[VIEW_MOD_NUMBERS];
  for (uint32_t i = 0U; i < SHAPE_POINTS; ++i) {
    const double position =
      1.0 - (2.0 * i / (SHAPE_POINTS - 1.0)); // Oldest first
    const double part = weight(i) * point(snapshot, i);
    lmu_legendre_all(p, VIEW_MOD_NUMBERS, position);
    for (uint32_t k = 0U; k < VIEW_MOD_NUMBERS; ++k) {
      sums[k] += part * p[k];
    }
  }
  for (uint32_t k = 0U; k < n; ++k) {
    view->values[N_HEAD + k] = limited(((2.0 * k) + 1.0) * sums[k]);
  }
  view->n_values = N_HEAD + n;
}

/// Write a patch:Set behind the head of its event
LMU_RT static void
write_set(AtomWriter* const    writer,
          const Uris* const    uris,
          const ModView* const view)
{
  const LV2_Atom_Object_Body object = {0U, uris->patch_Set};
  const LV2_URID             key    = uris->mod_view;
  atoms_write(writer, &object, sizeof(object));
  atoms_write_property(
    writer, uris->patch_property, uris->atom_URID, &key, sizeof(key));
  atoms_write_floats(
    writer, uris, uris->patch_value, view->values, view->n_values);
}

bool
mod_view_write(AtomWriter* const     writer,
               const Uris* const     uris,
               const Snapshot* const snapshot)
{
  const bool is_known = snapshot->n_points ||
                        snapshot->has_trace[TRACE_INPUT] ||
                        snapshot->has_trace[TRACE_OUTPUT];
  if (!is_known || snapshot->order < 1) {
    return false;
  }

  ModView view = {
    0U, {limited((double)snapshot->theta), limited((double)snapshot->order)}};
  project(snapshot, &view);

  const uint64_t offset = atoms_begin_event(writer, uris);
  write_set(writer, uris, &view);
  return atoms_end_event(writer, offset);
}
