// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/rt/trace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Frames that are built at a time, level 4
#define SEGMENT 16U
#define SEGMENT_LEVEL 4U

/// Pairs of a window at most.  A window begins in a pair, and is built up to
/// the end of a segment, which takes 1 and 8 more.
#define MOST_PAIRS (LMU_TRACE_PAIRS - 24U)

/// Where pairs of all levels begin
#define START ((uint64_t)1U << 40U)

/// Pairs of one level, [LMU_TRACE_PAIRS]
typedef struct {
  float* least;
  float* greatest;
} Level;

LMU_RT static Level
level_of(LmuTrace* const trace, const uint32_t index)
{
  float* const pairs  = trace->pairs + (2U * index * (size_t)LMU_TRACE_PAIRS);
  const Level  result = {pairs, pairs + LMU_TRACE_PAIRS};
  return result;
}

/// Return where a pair of any level is
LMU_RT static uint32_t
place(const uint64_t pair)
{
  return (uint32_t)(pair % LMU_TRACE_PAIRS);
}

LMU_RT static inline float
lesser(const float x, const float y)
{
  return x < y ? x : y;
}

LMU_RT static inline float
greater(const float x, const float y)
{
  return x > y ? x : y;
}

uint32_t
lmu_trace_levels(const double max_window)
{
  double   most     = MOST_PAIRS;
  uint32_t n_levels = SEGMENT_LEVEL + 1U;
  for (uint32_t i = 1U; i < n_levels; ++i) {
    most *= 2.0;
  }
  while (most < max_window && n_levels < LMU_TRACE_MAX_LEVELS) {
    most *= 2.0;
    ++n_levels;
  }
  return n_levels;
}

size_t
lmu_trace_size(const uint32_t n_levels)
{
  return sizeof(LmuTrace) +
         (2U * sizeof(float) * n_levels * (size_t)LMU_TRACE_PAIRS);
}

void
lmu_trace_reset(LmuTrace* const trace, const uint32_t n_levels)
{
  trace->n_levels = n_levels;
  trace->now      = START;
}

bool
lmu_trace_is_empty(const LmuTrace* const trace)
{
  return trace->now == START;
}

/* Building */

/// Make pairs of twice as many.  They overlap nowhere, which vectors need.
LMU_RT static inline void
halve(const Level from, const Level to, const uint32_t count)
{
  const float* restrict const least    = from.least;
  const float* restrict const greatest = from.greatest;
  float* restrict const new_least      = to.least;
  float* restrict const new_greatest   = to.greatest;
  for (uint32_t i = 0U; i < count; ++i) {
    new_least[i] = lesser(least[2U * i], least[(2U * i) + 1U]);
  }
  for (uint32_t i = 0U; i < count; ++i) {
    new_greatest[i] = greater(greatest[2U * i], greatest[(2U * i) + 1U]);
  }
}

/// Return pairs of a level from a frame on
LMU_RT static inline Level
pairs_at(LmuTrace* const trace, const uint32_t index, const uint64_t frame)
{
  const Level    level  = level_of(trace, index);
  const uint32_t at     = place(frame >> index);
  const Level    result = {level.least + at, level.greatest + at};
  return result;
}

/// Build the levels of the segment that begins at a frame
LMU_RT static void
build_segment(LmuTrace* const trace, const uint64_t frame)
{
  const Level samples = pairs_at(trace, 0U, frame);
  const Level level1  = pairs_at(trace, 1U, frame);
  const Level level2  = pairs_at(trace, 2U, frame);
  const Level level3  = pairs_at(trace, 3U, frame);
  const Level both    = {samples.least, samples.least};
  halve(both, level1, 8U);
  halve(level1, level2, 4U);
  halve(level2, level3, 2U);
  halve(level3, pairs_at(trace, SEGMENT_LEVEL, frame), 1U);
}

/// Build one pair above that, of two or of the first alone
LMU_RT static void
build_pair(LmuTrace* const trace,
           const uint32_t  index,
           const uint64_t  pair,
           const bool      has_second)
{
  const Level    from   = level_of(trace, index - 1U);
  const Level    to     = level_of(trace, index);
  const uint32_t first  = place(2U * pair);
  const uint32_t second = first + has_second;

  to.least[place(pair)] = lesser(from.least[first], from.least[second]);
  to.greatest[place(pair)] =
    greater(from.greatest[first], from.greatest[second]);
}

/// Build all that ends now, at the end of a segment
LMU_RT static void
end_segment(LmuTrace* const trace)
{
  const uint64_t now = trace->now;
  build_segment(trace, now - SEGMENT);
  for (uint32_t i = SEGMENT_LEVEL + 1U; i < trace->n_levels; ++i) {
    if (now & (((uint64_t)1U << i) - 1U)) {
      break;
    }
    build_pair(trace, i, (now >> i) - 1U, true);
  }
}

void
lmu_trace_process(LmuTrace* const    trace,
                  const float* const input,
                  const uint32_t     n_frames)
{
  float* const samples = level_of(trace, 0U).least;
  for (uint32_t done = 0U; done < n_frames;) {
    const uint32_t left = SEGMENT - (uint32_t)(trace->now % SEGMENT);
    const uint32_t more = n_frames - done;
    const uint32_t part = left < more ? left : more;
    memcpy(samples + place(trace->now), input + done, part * sizeof(float));

    trace->now += part;
    done += part;
    if (part == left) {
      end_segment(trace);
    }
  }
}

/* Reading */

/// Build what ends later with what is there of it
LMU_RT static void
build_rest(LmuTrace* const trace, const uint32_t top)
{
  float* const   samples = level_of(trace, 0U).least;
  const uint64_t last    = trace->now - 1U;
  for (uint64_t frame = trace->now; frame % SEGMENT; ++frame) {
    samples[place(frame)] = samples[place(last)];
  }
  build_segment(trace, last - (last % SEGMENT));
  for (uint32_t i = SEGMENT_LEVEL + 1U; i <= top; ++i) {
    build_pair(trace, i, last >> i, (last >> (i - 1U)) & 1U);
  }
}

/// Return the level to read a window from
LMU_RT static uint32_t
top_level(const LmuTrace* const trace, const uint32_t window)
{
  uint32_t index = 0U;
  while (index + 1U < trace->n_levels &&
         ((uint64_t)MOST_PAIRS << index) < window) {
    ++index;
  }
  return index;
}

/// Write a column of some pairs, with silence before the start
LMU_RT static inline void
write_column(const Level    level,
             const uint64_t start,
             const uint64_t first,
             const uint64_t end,
             float* const   out)
{
  uint64_t pair     = first;
  float    least    = level.least[place(pair)];
  float    greatest = level.greatest[place(pair)];
  if (pair < start) {
    least    = 0.0f;
    greatest = 0.0f;
    pair     = start - 1U;
  }
  while (++pair < end) {
    least    = lesser(least, level.least[place(pair)]);
    greatest = greater(greatest, level.greatest[place(pair)]);
  }
  out[0] = least;
  out[1] = greatest;
}

uint32_t
lmu_trace_read(LmuTrace* const trace, const uint32_t window, float* const out)
{
  const uint32_t index  = top_level(trace, window);
  const uint64_t most   = (uint64_t)MOST_PAIRS << index;
  const uint32_t frames = window < most ? window : (uint32_t)most;
  const uint32_t count =
    frames < LMU_TRACE_COLUMNS ? frames : LMU_TRACE_COLUMNS;
  Level level    = level_of(trace, index);
  level.greatest = index ? level.greatest : level.least;
  if (!lmu_trace_is_empty(trace)) {
    build_rest(trace, index);
  }

  // Columns of frames / count, without a division for each
  const uint32_t whole = frames / count;
  const uint32_t part  = frames % count;
  uint64_t       end   = trace->now - frames;
  uint64_t       first = end >> index;
  uint32_t       rest  = 0U;
  for (uint32_t i = 1U; i <= count; ++i) {
    rest += part;
    end += whole + (rest >= count);
    rest -= rest >= count ? count : 0U;

    // The last may end within a pair
    const uint64_t next =
      (i < count) ? end >> index : ((end - 1U) >> index) + 1U;
    write_column(
      level, START >> index, first, next, out + (2U * (size_t)(i - 1U)));
    first = next;
  }
  return count;
}
