// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/stream.h"

#include "core/base/setup/aligned.h"
#include "core/dsp/rt/outline.h"
#include "core/dsp/rt/trace.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/engine.h"
#include "plugin/atoms.h"
#include "plugin/display.h"
#include "plugin/engine_swap.h"
#include "plugin/host.h"
#include "plugin/mod_view.h"
#include "plugin/snapshot.h"
#include "plugin/view.h"

#include <lv2/atom/atom.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Greatest order whose shape is shown in the mixer
#define MAX_SHAPE_ORDER 256U

bool
stream_init(Stream* const     stream,
            const double      rate,
            const double      max_theta,
            const Host* const host)
{
  const uint32_t n_levels = lmu_trace_levels(max_theta * rate);

  stream->rate     = rate;
  stream->trace    = (LmuTrace*)lmu_aligned_zeros(lmu_trace_size(n_levels));
  stream->snapshot = (Snapshot*)lmu_aligned_zeros(sizeof(Snapshot));
  stream->is_sent  = true;
  stream->on_mod   = host->is_mod;
  if (!display_init(&stream->display, host->display) || !stream->trace ||
      !stream->snapshot) {
    return false;
  }

  lmu_trace_init(stream->trace, n_levels, lmu_kernels(0U));
  return true;
}

void
stream_clear(Stream* const stream)
{
  display_clear(&stream->display);
  free(stream->snapshot);
  free(stream->trace);
  stream->snapshot = NULL;
  stream->trace    = NULL;
}

/* Reading */

/// Return the rate that a message asks for, or less than zero if it does not
LMU_RT static double
read_rate(AtomCursor properties, const Uris* const uris)
{
  double       result = -1.0;
  AtomProperty property;
  while (atoms_next_property(&properties, &property)) {
    double rate = 0.0;
    if (property.key == uris->watch_rate &&
        property.value.type == uris->atom_Float &&
        atoms_read_number(&property, uris, &rate) && rate >= 0.0) {
      result = rate;
    }
  }
  return result;
}

void
stream_keep(Stream* const stream)
{
  stream->is_kept = true;
  stream->hears   = true;
  lmu_trace_reset(stream->trace);
}

/// Start with a View at once
LMU_RT static void
begin(Stream* const stream)
{
  if (!stream->is_kept && !stream_is_drawn(stream)) {
    lmu_trace_reset(stream->trace);
  }
  stream->is_sent  = true;
  stream->has_sent = false;
  stream->age      = stream->rate * VIEW_PATIENCE_SECONDS;
}

LMU_RT static void
watch(Stream* const stream, const double rate)
{
  const double most  = (double)VIEW_MAX_RATE;
  const double least = 1.0 / VIEW_PATIENCE_SECONDS;
  if (rate <= 0.0) {
    stream->patience = 0U;
    return;
  }

  if (!stream_is_on(stream)) {
    begin(stream);
  }
  stream->wanted   = (rate < least) ? least : (rate > most) ? most : rate;
  stream->patience = (uint32_t)(VIEW_PATIENCE_SECONDS * stream->rate);
}

LMU_RT static void
watch_from_mod(Stream* const stream)
{
  watch(stream, VIEW_MOD_RATE);
  stream->is_mod = true;
}

/// Return whether MOD's web interface asks for a picture
LMU_RT static bool
is_mod_question(const AtomObject* const object, const Uris* const uris)
{
  AtomCursor   properties = object->properties;
  AtomProperty property;
  bool         result = false;
  while (uris->mod_view && object->type == uris->patch_Get &&
         atoms_next_property(&properties, &property)) {
    LV2_URID key = 0U;
    if (property.key == uris->patch_property &&
        atoms_read_word(&property, uris->atom_URID, &key)) {
      result = key == uris->mod_view;
    }
  }
  return result;
}

/// Follow a message
LMU_RT static void
read_object(Stream* const           stream,
            const AtomObject* const object,
            const Uris* const       uris)
{
  if (object->type == uris->watch) {
    const double rate = read_rate(object->properties, uris);
    if (rate >= 0.0) {
      watch(stream, rate);
      stream->is_mod = false;
    }
  } else if (is_mod_question(object, uris)) {
    watch_from_mod(stream);
  }
}

void
stream_read(Stream* const                  stream,
            const LV2_Atom_Sequence* const control,
            const Uris* const              uris,
            const bool                     is_still)
{
  AtomCursor events = atoms_events(control, uris);
  AtomObject object;
  while (uris->view && atoms_next_object(&events, uris, &object)) {
    if (object.type) {
      read_object(stream, &object, uris);
    }
  }
  if (stream->on_mod && uris->mod_view &&
      (stream->is_mod || !stream_is_on(stream))) {
    watch_from_mod(stream);
  }
  stream->is_still = is_still;
  stream->hears    = stream->is_kept || stream_is_used(stream);
}

/* Looking */

/// Write the mean of two channels
LMU_RT static inline void
write_frames(float* const      mean,
             const StreamSound sound,
             const uint32_t    n_frames)
{
  // None is where another is
  float* restrict const out         = mean;
  const float* restrict const left  = sound.left;
  const float* restrict const right = sound.right;
  for (uint32_t i = 0U; i < n_frames; ++i) {
    out[i] = 0.5f * (left[i] + right[i]);
  }
}

/// Write the mean of two channels, and return it
LMU_RT static inline const float*
write_mean(float* const mean, const StreamSound sound, const uint32_t n_frames)
{
  if (n_frames == SEGMENT) {
    write_frames(mean, sound, SEGMENT); // By far the most calls, without a loop
  } else {
    write_frames(mean, sound, n_frames);
  }
  return mean;
}

/// Return the samples of a sound: of one channel, or the mean of two
LMU_RT static inline const float*
mean_of(const Stream* const stream,
        const TraceKind     kind,
        const StreamSound   sound,
        const uint32_t      n_frames)
{
  if (!sound.left || !sound.right || sound.left == sound.right) {
    return sound.left ? sound.left : sound.right;
  }
  return write_mean(lmu_trace_room(stream->trace, kind), sound, n_frames);
}

void
stream_process(Stream* const     stream,
               const StreamSound input,
               const StreamSound output,
               const uint32_t    n_frames)
{
  const float* const inputs[N_TRACES] = {
    mean_of(stream, TRACE_INPUT, input, n_frames),
    mean_of(stream, TRACE_OUTPUT, output, n_frames),
  };
  if (!lmu_trace_step(stream->trace, inputs[0], inputs[1], n_frames)) {
    lmu_trace_process(stream->trace, inputs, n_frames);
  }
}

/// Return how many pictures a second are of use
LMU_RT static double
pace(const Stream* const stream)
{
  return stream_is_on(stream) ? stream->wanted : DISPLAY_RATE;
}

bool
stream_is_due(const Stream* const stream)
{
  return stream_is_used(stream) && stream->is_sent && !stream->is_still &&
         stream->age * pace(stream) >= stream->rate;
}

LMU_RT static void
take_numbers(Snapshot* const snapshot, const ViewSource* const source)
{
  const uint32_t     count = source->order ? source->n_numbers : 0U;
  const float* const left  = source->numbers[0];
  const float* const right = source->numbers[source->n_channels - 1U];
  for (uint32_t i = 0U; i < count; ++i) {
    snapshot->numbers[i] = 0.5f * (left[i] + right[i]);
  }
  for (uint32_t i = 0U; source->scale && i < count; ++i) {
    snapshot->numbers[i] *= source->scale[i];
  }
  snapshot->n_numbers = count;
}

/// Return a window that a trace takes [frames]
LMU_RT static uint32_t
window_of(const double theta)
{
  const double most = (double)UINT32_MAX;
  return (theta < 1.0) ? 1U : (theta < most) ? (uint32_t)theta : UINT32_MAX;
}

/// Read what the memory keeps at some places, if that takes little time
LMU_RT static void
take_shape(Snapshot* const snapshot, const ViewSource* const source)
{
  const LmuEngine* const engine   = source->engine;
  const bool             is_small = engine && source->order <= MAX_SHAPE_ORDER;
  snapshot->n_points              = is_small ? SHAPE_POINTS : 0U;
  for (uint32_t i = 0U; i < snapshot->n_points; ++i) {
    const double r   = 1.0 - (i / (SHAPE_POINTS - 1.0));
    float        sum = 0.0f;
    for (uint32_t c = 0U; c < source->n_channels; ++c) {
      sum += source->is_held ? lmu_engine_held_tap(engine, c, r)
                             : lmu_engine_tap(engine, c, r);
    }
    snapshot->shape[i] = sum / (float)source->n_channels;
  }
}

/// Show the snapshot in the host's mixer, unless that was a moment ago
LMU_RT static void
show(Stream* const stream)
{
  Display* const display = &stream->display;
  if (display->age * DISPLAY_RATE >= stream->rate) {
    display->age = 0.0;
    display_show(display, stream->snapshot);
  }
}

void
stream_take(Stream* const stream, const ViewSource* const source)
{
  Snapshot* const snapshot = stream->snapshot;
  snapshot->order          = (int32_t)source->order;
  snapshot->basis          = (int32_t)source->basis;
  snapshot->theta          = (float)(source->theta / stream->rate);
  snapshot->rate           = (float)stream->rate;
  take_numbers(snapshot, source);
  snapshot->outline =
    lmu_trace_read(stream->trace, window_of(source->theta), snapshot->traces);
  for (uint32_t i = 0U; i < N_TRACES; ++i) {
    snapshot->has_trace[i] = lmu_trace_has(stream->trace, i);
  }
  if (stream->is_mod || stream_is_drawn(stream)) {
    take_shape(snapshot, source);
  }
  if (stream_is_drawn(stream)) {
    show(stream);
  }
}

void
stream_send(Stream* const stream)
{
  const double interval = stream->rate / pace(stream);
  stream->age -= interval;
  stream->age      = stream->age < interval ? stream->age : 0.0;
  stream->offset   = 0U;
  stream->is_sent  = !stream_is_on(stream);
  stream->has_sent = true;

  Snapshot* const snapshot = stream->snapshot;
  snapshot->sequence =
    (int32_t)(((uint32_t)snapshot->sequence + 1U) & INT32_MAX);
}

void
stream_advance(Stream* const stream, const uint32_t n_frames)
{
  const uint32_t left = stream->patience;
  stream->patience    = n_frames < left ? left - n_frames : 0U;
  stream->age += n_frames;
  stream->display.age += n_frames;
}

/* Writing */

LMU_RT static void
write_int(AtomWriter* const writer,
          const Uris* const uris,
          const LV2_URID    key,
          const int32_t     value)
{
  atoms_write_word(writer, key, uris->atom_Int, &value);
}

LMU_RT static void
write_float(AtomWriter* const writer,
            const Uris* const uris,
            const LV2_URID    key,
            const float       value)
{
  atoms_write_word(writer, key, uris->atom_Float, &value);
}

/// Return how many numbers the next message has
LMU_RT static uint32_t
part_of(const Stream* const stream)
{
  const uint32_t left = stream->snapshot->n_numbers - stream->offset;
  return left < VIEW_NUMBERS ? left : VIEW_NUMBERS;
}

LMU_RT static void
write_traces(AtomWriter* const     writer,
             const Snapshot* const snapshot,
             const Uris* const     uris)
{
  const LmuOutline* const outline = &snapshot->outline;
  write_int(writer, uris, uris->view_window, (int32_t)outline->window);
  write_int(writer, uris, uris->view_span, (int32_t)outline->span);
  write_int(writer, uris, uris->view_lead, (int32_t)outline->lead);
  for (uint32_t i = 0U; i < N_TRACES; ++i) {
    if (snapshot->has_trace[i]) {
      atoms_write_floats(writer,
                         uris,
                         uris->view_traces[i],
                         snapshot->traces[i],
                         lmu_outline_size(outline));
    }
  }
}

/// Write a View behind the head of its event
LMU_RT static void
write_view(AtomWriter* const   writer,
           const Stream* const stream,
           const Uris* const   uris,
           const bool          has_traces)
{
  const Snapshot* const      snapshot = stream->snapshot;
  const LV2_Atom_Object_Body object   = {0U, uris->view};
  atoms_write(writer, &object, sizeof(object));
  write_int(writer, uris, uris->view_sequence, snapshot->sequence);
  write_float(writer, uris, uris->view_theta, snapshot->theta);
  write_float(writer, uris, uris->view_rate, snapshot->rate);
  write_int(writer, uris, uris->view_order, snapshot->order);
  write_int(writer, uris, uris->view_basis, snapshot->basis);
  if (snapshot->n_numbers) {
    write_int(writer, uris, uris->view_offset, (int32_t)stream->offset);
    atoms_write_floats(writer,
                       uris,
                       uris->view_numbers,
                       snapshot->numbers + stream->offset,
                       part_of(stream));
  }
  if (has_traces && lmu_outline_is_good(&snapshot->outline)) {
    write_traces(writer, snapshot, uris);
  }
}

/// Append a View, return false if there is no room for all of it
LMU_RT static bool
write_event(AtomWriter* const   writer,
            const Stream* const stream,
            const Uris* const   uris,
            const bool          has_traces)
{
  const uint64_t offset = atoms_begin_event(writer, uris);
  write_view(writer, stream, uris, has_traces);
  return atoms_end_event(writer, offset);
}

/// Append a picture for MOD's web interface, if there is room for it
LMU_RT static void
write_mod_view(const Stream* const      stream,
               LV2_Atom_Sequence* const notify,
               const uint32_t           capacity,
               const Uris* const        uris)
{
  AtomWriter writer = atoms_writer(notify, capacity);
  if (mod_view_write(&writer, uris, stream->snapshot)) {
    atoms_write_end(&writer, notify);
  }
}

void
stream_write(Stream* const            stream,
             LV2_Atom_Sequence* const notify,
             const uint32_t           capacity,
             const Uris* const        uris)
{
  if (stream->is_sent || !stream_is_on(stream) || stream->is_still) {
    return;
  }
  if (stream->is_mod) {
    write_mod_view(stream, notify, capacity, uris);
    stream->is_sent = true;
    return;
  }

  AtomWriter writer = atoms_writer(notify, capacity);
  const bool is_written =
    (!stream->offset && write_event(&writer, stream, uris, true)) ||
    write_event(&writer, stream, uris, false);
  if (is_written) {
    atoms_write_end(&writer, notify);
  }

  // What did not fit never will
  stream->offset += part_of(stream);
  stream->is_sent =
    !is_written || stream->offset == stream->snapshot->n_numbers;
}
