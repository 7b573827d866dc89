// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_STREAM_H
#define LMU_PLUGIN_STREAM_H

#include "core/base/attributes.h"
#include "core/dsp/rt/trace.h"
#include "core/memory/rt/engine.h"
#include "plugin/display.h"
#include "plugin/host.h"
#include "plugin/snapshot.h"
#include "plugin/view.h"

#include <lv2/atom/atom.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Views for a window that watches, see plugin/view.h.

   Nothing of it changes the sound, and it costs nothing unless someone watches.
   MOD's web interface is taken to watch as long as its host runs the plugin: it
   has no safe way to ask, as its server ends the connection of a page that asks
   for a plugin that has just gone.

   A View is taken at one moment and kept, so that all its parts are of that.
*/

/// Most channels that a plugin shows as one
#define VIEW_SOURCE_CHANNELS 2U

/// What there is to see now
typedef struct {
  double    theta; ///< Window [frames]
  uint32_t  order; ///< Of the memory, 0 if there is none
  ViewBasis basis;
  uint32_t  n_numbers;  ///< Of one channel, at most LMU_MAX_ORDER
  uint32_t  n_channels; ///< Channels whose mean is shown

  const float* numbers[VIEW_SOURCE_CHANNELS]; ///< Of the memories, [n_numbers]
  const float* scale; ///< Factors of the numbers, [n_numbers], or null

  const LmuEngine* engine;  ///< That the numbers are of, or null
  bool             is_held; ///< Whether they are of what it holds
} ViewSource;

/// What is heard of a sound: finite samples of two channels, whose mean is
/// shown.  They may be the same, and null is none.
typedef struct {
  const float* left;
  const float* right;
} StreamSound;

static const StreamSound stream_silence = {NULL, NULL};

/// Stream of an instance
typedef struct {
  double    rate; ///< Of the plugin [Hz]
  LmuTrace* trace;
  Snapshot* snapshot;
  Display   display; ///< In the host's mixer

  double   wanted;   ///< Views a second, 0 if nobody watches
  uint32_t patience; ///< Frames until nobody is taken to watch
  double   age;      ///< Frames since the last View was due
  uint32_t offset;   ///< First number that is not sent yet
  bool     is_sent;  ///< Whether all of the snapshot is
  bool     has_sent; ///< Whether there was one since someone watches
  bool     is_mod;   ///< Whether it is MOD's web interface that watches
  bool     on_mod;   ///< Whether that watches unless another does
  bool     is_kept;  ///< Whether traces go on while nobody watches
  bool     hears;    ///< Whether the trace is of use in this run()
  bool     is_still; ///< Whether the host renders, and no one looks
} Stream;

/**
   Start without subscribers, but with MOD's web interface if it is there.

   @param stream Stream, zeroed.
   @param rate Frames of the plugin per second.
   @param max_theta Longest window [s].
   @param host Features of the host.
   @return False if memory is short.
*/
LMU_SETUP bool
stream_init(Stream* stream, double rate, double max_theta, const Host* host);

/// Free everything
LMU_SETUP void
stream_clear(Stream* stream);

/// Read messages of windows, from a sequence that may be null or broken
LMU_RT void
stream_read(Stream*                  stream,
            const LV2_Atom_Sequence* control,
            const Uris*              uris,
            bool                     is_still);

/// Return whether someone watches
LMU_RT static inline bool
stream_is_on(const Stream* const stream)
{
  return stream->patience > 0U;
}

/// Return whether the host's mixer shows pictures
LMU_RT static inline bool
stream_is_drawn(const Stream* const stream)
{
  return display_is_on(&stream->display);
}

/// Return whether pictures are of any use
LMU_RT static inline bool
stream_is_used(const Stream* const stream)
{
  return stream_is_on(stream) || stream_is_drawn(stream);
}

/// Return where to write the next frames of one channel to, at most
/// LMU_TRACE_ROOM: where they are needed for a picture, or somewhere else.
/// stream_take() spoils them unless they are heard first.
LMU_RT static inline float*
stream_room(const Stream* const stream,
            const TraceKind     kind,
            float* const        other)
{
  return stream->hears ? lmu_trace_room(stream->trace, kind) : other;
}

/// Hear frames that are of use
LMU_RT void
stream_process(Stream*     stream,
               StreamSound input,
               StreamSound output,
               uint32_t    n_frames);

/// Hear the same frames of both sounds, if they are of any use: at most
/// LMU_TRACE_ROOM if there are two channels
LMU_RT static inline void
stream_hear(Stream* const     stream,
            const StreamSound input,
            const StreamSound output,
            const uint32_t    n_frames)
{
  if (stream->hears &&
      (input.left != input.right || output.left != output.right ||
       !lmu_trace_step(stream->trace, input.left, output.left, n_frames))) {
    stream_process(stream, input, output, n_frames);
  }
}

/// Return whether it is time for another View
LMU_RT bool
stream_is_due(const Stream* stream);

/// Take a View of what there is now, and keep it
LMU_RT void
stream_take(Stream* stream, const ViewSource* source);

/// Send the View that was taken last, perhaps again, to those who watch
LMU_RT void
stream_send(Stream* stream);

/// Start with an empty trace, which also goes on while nobody watches
LMU_RT void
stream_keep(Stream* stream);

/// Return whether those who look have a picture already
LMU_RT static inline bool
stream_has_picture(const Stream* const stream)
{
  return stream_is_used(stream) && stream->has_sent;
}

/// Move on
LMU_RT void
stream_advance(Stream* stream, uint32_t n_frames);

/**
   Append at most one message to what was written.

   @param stream Stream.
   @param notify Sequence, which may be null.
   @param capacity What the host said that it has room for [bytes].
   @param uris URIs.
*/
LMU_RT void
stream_write(Stream*            stream,
             LV2_Atom_Sequence* notify,
             uint32_t           capacity,
             const Uris*        uris);

#endif // LMU_PLUGIN_STREAM_H
