// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/rt/trace.h"

#include "core/dsp/rt/outline.h"
#include "core/dsp/rt/trace_parts.h"
#include "core/kernels/rt/kernels.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// First level of pairs: as samples, that below would take no less room
#define FIRST_LEVEL 2U

/// First level that is built as samples come
#define BASE_LEVEL (FIRST_LEVEL + LMU_TRACE_LATE_LEVELS)

/// Pairs that are built at a time, which a batch has at the base level
#define STEP 8U

/// Level of one pair for each batch
#define BATCH_LEVEL 8U

/// Pairs of a window at most.  A window begins in a pair, and is built up to
/// the end of a batch or a step, which takes 1 and 8 more.
#define MOST_PAIRS (LMU_TRACE_PAIRS - 24U)

/// Samples of a window at most
#define MOST_SAMPLES (2U * MOST_PAIRS)

/// Where pairs of all levels begin
#define START ((uint64_t)1U << 40U)

// What few calls need would cost all of them registers
#define NOINLINE __attribute__((noinline))

_Static_assert(STEP << BASE_LEVEL == LMU_TRACE_BATCH, "Batches are a step");
_Static_assert(2U * (MOST_PAIRS + 1U) <= LMU_OUTLINE_VALUES, "Pairs fit");

/// Return a level of pairs, [LMU_TRACE_PAIRS]
LMU_RT static inline LmuTracePair*
level_of(LmuTrace* const trace, const uint32_t signal, const uint32_t index)
{
  const size_t row = ((index - FIRST_LEVEL) * LMU_TRACE_SIGNALS) + signal;
  return trace->pairs + (row * LMU_TRACE_PAIRS);
}

/// Return the offset of a pair in any level
LMU_RT static inline uint32_t
offset_of(const uint64_t pair)
{
  return (uint32_t)(pair % LMU_TRACE_PAIRS);
}

uint32_t
lmu_trace_levels(const double max_window)
{
  double   most     = MOST_PAIRS * (double)(1U << BASE_LEVEL);
  uint32_t n_levels = BASE_LEVEL + 1U;
  while (most < max_window && n_levels < LMU_TRACE_MAX_LEVELS) {
    most *= 2.0;
    ++n_levels;
  }
  return n_levels;
}

size_t
lmu_trace_size(const uint32_t n_levels)
{
  // Those below a batch are built with it, and always
  const uint32_t least = BATCH_LEVEL;
  const uint32_t most  = n_levels > least ? n_levels : least;
  return sizeof(LmuTrace) + ((size_t)(most - FIRST_LEVEL) * LMU_TRACE_SIGNALS *
                             LMU_TRACE_PAIRS * sizeof(LmuTracePair));
}

void
lmu_trace_init(LmuTrace* const         trace,
               const uint32_t          n_levels,
               const LmuKernels* const kernels)
{
  trace->kernels  = kernels;
  trace->n_levels = n_levels;
  lmu_trace_reset(trace);
}

void
lmu_trace_reset(LmuTrace* const trace)
{
  trace->now   = START;
  trace->heard = 0U;
  for (uint32_t i = 0U; i < LMU_TRACE_LATE_LEVELS; ++i) {
    trace->built[i][0] = START;
    trace->built[i][1] = START;
  }
}

/* Building */

/// Build a level up to the base level from samples, where both frames are at
/// the start of a step
LMU_RT static inline void
build_level(LmuTrace* const trace,
            const uint32_t  signal,
            const uint32_t  index,
            const uint64_t  begin,
            const uint64_t  end)
{
  const uint64_t all        = (uint64_t)LMU_TRACE_PAIRS << index;
  const uint64_t around     = all < LMU_TRACE_SAMPLES ? all : LMU_TRACE_SAMPLES;
  LmuTracePair* const level = level_of(trace, signal, index);
  for (uint64_t frame = begin; frame < end;) {
    // Neither ring begins again within this
    const uint64_t       left = around - (frame % around);
    const uint64_t       part = end - frame < left ? end - frame : left;
    const LmuFour* const x =
      (const LmuFour*)(trace->samples[signal] + (frame % LMU_TRACE_SAMPLES));
    trace->kernels->outline(x,
                            index,
                            (uint32_t)(part >> index),
                            (LmuFour*)(level + offset_of(frame >> index)));
    frame += part;
  }
}

/// Build the levels below that of a batch from its samples
LMU_RT static inline void
build_batch(LmuTrace* const trace, const uint32_t signal, const uint64_t begin)
{
  build_level(trace, signal, BASE_LEVEL, begin, begin + LMU_TRACE_BATCH);
  for (uint32_t i = BASE_LEVEL + 1U; i < BATCH_LEVEL; ++i) {
    const LmuTracePair* const from = level_of(trace, signal, i - 1U);
    const LmuFour* const      x =
      (const LmuFour*)(from + offset_of(begin >> (i - 1U)));
    LmuFour* const y =
      (LmuFour*)(level_of(trace, signal, i) + offset_of(begin >> i));
    for (uint32_t j = 0U; j < LMU_TRACE_BATCH >> (i + 1U); ++j) {
      y[j] = join(x[2U * j], x[(2U * j) + 1U]);
    }
  }
}

/// Build one pair above that, of two or of the first alone
LMU_RT static inline void
build_pair(LmuTrace* const trace,
           const uint32_t  signal,
           const uint32_t  index,
           const uint64_t  pair,
           const bool      has_second)
{
  const LmuTracePair* const from = level_of(trace, signal, index - 1U);
  const LmuTracePair        x    = from[offset_of(2U * pair)];
  const LmuTracePair        y    = from[offset_of((2U * pair) + has_second)];
  const LmuTracePair        both = {lesser(x.least, y.least),
                                    greater(x.greatest, y.greatest)};
  level_of(trace, signal, index)[offset_of(pair)] = both;
}

/// Build all that ends at a frame, the end of a batch
LMU_RT NOINLINE static void
end_batch(LmuTrace* const trace, const uint32_t signal, const uint64_t now)
{
  build_batch(trace, signal, now - LMU_TRACE_BATCH);
  for (uint32_t i = BATCH_LEVEL; i < trace->n_levels; ++i) {
    if (now & (((uint64_t)1U << i) - 1U)) {
      break;
    }
    build_pair(trace, signal, i, (now >> i) - 1U, true);
  }
}

/* Hearing */

/// Keep samples of a signal, unless they are where they should be
LMU_RT static void
keep(LmuTrace* const    trace,
     const uint32_t     signal,
     const float* const input,
     const uint32_t     n_frames)
{
  float* const room = lmu_trace_room(trace, signal);
  if (!input) {
    memset(room, 0, n_frames * sizeof(float));
  } else if (input != room) {
    memmove(room, input, n_frames * sizeof(float)); // Perhaps of this ring
  }
}

/// Hear samples that end a batch at most
LMU_RT static void
hear_part(LmuTrace* const    trace,
          const uint32_t     signal,
          const float* const input,
          const uint32_t     n_frames)
{
  if (lmu_trace_has(trace, signal)) {
    keep(trace, signal, input, n_frames);
    if ((trace->now + n_frames) % LMU_TRACE_BATCH == 0U) {
      end_batch(trace, signal, trace->now + n_frames);
    }
  }
}

/// Hear samples that are to be copied, or that end batches
LMU_RT static void
hear_parts(LmuTrace* const    trace,
           const float* const inputs[LMU_TRACE_SIGNALS],
           const uint32_t     n_frames)
{
  for (uint32_t done = 0U; done < n_frames;) {
    const uint32_t left =
      LMU_TRACE_BATCH - (uint32_t)(trace->now % LMU_TRACE_BATCH);
    const uint32_t more = n_frames - done;
    const uint32_t part = left < more ? left : more;
    for (uint32_t i = 0U; i < LMU_TRACE_SIGNALS; ++i) {
      hear_part(trace, i, inputs[i] ? inputs[i] + done : NULL, part);
    }
    trace->now += part;
    done += part;
  }
}

void
lmu_trace_process(LmuTrace* const    trace,
                  const float* const inputs[LMU_TRACE_SIGNALS],
                  const uint32_t     n_frames)
{
  const uint32_t new_ones =
    ((inputs[0] ? 1U : 0U) | (inputs[1] ? 2U : 0U)) & ~trace->heard;
  if (new_ones && n_frames) {
    const uint32_t heard = trace->heard | new_ones;
    lmu_trace_reset(trace);
    trace->heard = heard;
  }

  hear_parts(trace, inputs, n_frames);
}

/* Reading */

/// Repeat the last sample up to the end of a step, so that levels can be built
LMU_RT static void
pad(LmuTrace* const trace, const uint32_t signal, const uint64_t end)
{
  float* const   samples = trace->samples[signal];
  const uint64_t before  = trace->now - 1U;
  const float    last    = samples[before % LMU_TRACE_SAMPLES];
  const LmuFour  four    = {last, last, last, last};
  uint64_t       frame   = trace->now;
  for (; frame < end && frame % 4U; ++frame) {
    samples[frame % LMU_TRACE_SAMPLES] = last;
  }

  // Steps do not go beyond the end of the ring
  LmuFour* const fours = (LmuFour*)(samples + (frame % LMU_TRACE_SAMPLES));
  for (uint64_t i = 0U; i < (end - frame) / 4U; ++i) {
    fours[i] = four;
  }
}

/// Return a frame, or the end of some that it is within
LMU_RT static inline uint64_t
rounded_up(const uint64_t frame, const uint64_t n_frames)
{
  return ((frame + n_frames - 1U) / n_frames) * n_frames;
}

/// Return a frame, or the start if it is before that
LMU_RT static inline uint64_t
since_start(const uint64_t frame)
{
  return frame > START ? frame : START;
}

/// Return the first frame from one on that a level below the base lacks
LMU_RT static uint64_t
first_missing(const LmuTrace* const trace,
              const uint32_t        index,
              const uint64_t        begin)
{
  const uint64_t* const built = trace->built[index - FIRST_LEVEL];
  return begin < built[0] || begin > built[1] ? begin : built[1];
}

/// Note what a level below the base is built of, for all signals
LMU_RT static void
note_built(LmuTrace* const trace, const uint32_t index, const uint64_t begin)
{
  uint64_t* const built = trace->built[index - FIRST_LEVEL];
  if (first_missing(trace, index, begin) == begin) {
    built[0] = begin;
  }
  built[1] = trace->now;
}

/// Build a level below the base up to now, as far as a window needs it
LMU_RT static void
build_late(LmuTrace* const trace,
           const uint32_t  signal,
           const uint32_t  index,
           const uint64_t  begin)
{
  const uint64_t step  = (uint64_t)STEP << index;
  const uint64_t first = first_missing(trace, index, begin);
  const uint64_t start = first - (first % step);
  const uint64_t end   = rounded_up(trace->now, step);
  pad(trace, signal, end);
  build_level(trace, signal, index, start, end);
}

/// Build the batch that has begun, and all above
LMU_RT static void
build_begun(LmuTrace* const trace, const uint32_t signal, const uint32_t top)
{
  const uint64_t last  = trace->now - 1U;
  const uint64_t begin = last - (last % LMU_TRACE_BATCH);
  pad(trace, signal, begin + LMU_TRACE_BATCH);
  build_batch(trace, signal, begin);
  for (uint32_t i = BATCH_LEVEL; i <= top; ++i) {
    build_pair(trace, signal, i, last >> i, (last >> (i - 1U)) & 1U);
  }
}

/// Return the level to read a window from
LMU_RT static uint32_t
top_level(const LmuTrace* const trace, const uint32_t window)
{
  if (window <= MOST_SAMPLES) {
    return 0U;
  }

  uint32_t index = FIRST_LEVEL;
  while (index + 1U < trace->n_levels &&
         ((uint64_t)MOST_PAIRS << index) < window) {
    ++index;
  }
  return index;
}

/// Read what a ring holds of some values, with silence before the start
LMU_RT static void
read_ring(const float* const ring,
          const uint32_t     n_values,
          const uint64_t     first,
          const uint64_t     end,
          const uint64_t     start,
          float* const       out)
{
  const uint32_t at    = (uint32_t)(first % n_values);
  const uint32_t count = (uint32_t)(end - first);
  const uint32_t left  = n_values - at;
  const uint32_t part  = left < count ? left : count;
  memcpy(out, ring + at, part * sizeof(float));
  memcpy(out + part, ring, (count - part) * sizeof(float));
  for (uint64_t i = first; i < start && i < end; ++i) {
    out[i - first] = 0.0f;
  }
}

/// Read pairs of a level from a frame on, once they are built
LMU_RT static void
read_pairs(LmuTrace* const trace,
           const uint32_t  signal,
           const uint32_t  index,
           const uint64_t  begin,
           float* const    out)
{
  if (index < BASE_LEVEL) {
    build_late(trace, signal, index, since_start(begin));
  } else {
    build_begun(trace, signal, index);
  }
  read_ring(&level_of(trace, signal, index)->least,
            2U * LMU_TRACE_PAIRS,
            2U * (begin >> index),
            2U * (((trace->now - 1U) >> index) + 1U),
            2U * (START >> index),
            out);
}

/// Read a signal from a frame on
LMU_RT static void
read_signal(LmuTrace* const trace,
            const uint32_t  signal,
            const uint32_t  index,
            const uint64_t  begin,
            float* const    out)
{
  if (index) {
    read_pairs(trace, signal, index, begin, out);
  } else {
    read_ring(
      trace->samples[signal], LMU_TRACE_SAMPLES, begin, trace->now, START, out);
  }
}

LmuOutline
lmu_trace_read(LmuTrace* const trace,
               const uint32_t  window,
               float           outs[LMU_TRACE_SIGNALS][LMU_OUTLINE_VALUES])
{
  const uint32_t   index  = top_level(trace, window);
  const uint64_t   most   = (uint64_t)MOST_PAIRS << index;
  const uint32_t   frames = index && window > most ? (uint32_t)most : window;
  const uint64_t   begin  = trace->now - frames;
  const uint32_t   span   = 1U << index;
  const LmuOutline result = {frames, span, (uint32_t)(begin % span)};
  for (uint32_t i = 0U; i < LMU_TRACE_SIGNALS; ++i) {
    if (lmu_trace_has(trace, i)) {
      read_signal(trace, i, index, begin, outs[i]);
    }
  }
  if (index && index < BASE_LEVEL) {
    note_built(trace, index, since_start(begin));
  }
  return result;
}
