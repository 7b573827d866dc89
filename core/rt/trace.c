// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/rt/trace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE__)
#  include <xmmintrin.h>
#endif

/// First level that is built as samples come
#define BASE_LEVEL (LMU_TRACE_LATE_LEVELS + 1U)

/// Frames that the base level is built at a time, and what part of them the
/// rest comes in
#define BATCH 256U
#define STEP 32U

/// Level of one pair for each batch
#define BATCH_LEVEL 8U

/// Pairs of a window at most.  A window begins in a pair, and is built up to
/// the end of a batch, which takes 1 and 16 more.
#define MOST_PAIRS (LMU_TRACE_PAIRS - 24U)

/// Where pairs of all levels begin
#define START ((uint64_t)1U << 40U)

/// Columns of a window that has more frames, as a power of two
#define COLUMN_BITS 8U

/// Frames that players hear at a time
#define USUAL_PART 16U

// What few calls need would cost all of them registers
#define NOINLINE __attribute__((noinline))

/// Four samples, or two pairs
typedef float Four __attribute__((vector_size(16)));

/// Return a level from 1 on, [LMU_TRACE_PAIRS]
LMU_RT static inline LmuTracePair*
level_of(LmuTrace* const trace, const uint32_t index)
{
  return trace->pairs + ((index - 1U) * (size_t)LMU_TRACE_PAIRS);
}

/// Return where a pair of any level is
LMU_RT static inline uint32_t
place(const uint64_t pair)
{
  return (uint32_t)(pair % LMU_TRACE_PAIRS);
}

LMU_RT static inline float
lesser(const float x, const float y)
{
  return x < y ? x : y;
}

/// Return the lesser of each
LMU_RT static inline Four
least_of(const Four x, const Four y)
{
#if defined(__SSE__)
  // The compiler makes single numbers of the loop
  return _mm_min_ps(x, y);
#else
  Four result = x;
  for (uint32_t i = 0U; i < 4U; ++i) {
    result[i] = lesser(x[i], y[i]);
  }
  return result;
#endif
}

LMU_RT static inline Four
greatest_of(const Four x, const Four y)
{
#if defined(__SSE__)
  return _mm_max_ps(x, y);
#else
  return -least_of(-x, -y);
#endif
}

/// Return the least of both pairs
LMU_RT static inline LmuTracePair
least_pair(const LmuTracePair x, const LmuTracePair y)
{
  const LmuTracePair result = {lesser(x.least, y.least),
                               lesser(x.minus_greatest, y.minus_greatest)};
  return result;
}

uint32_t
lmu_trace_levels(const double max_window)
{
  double   most     = MOST_PAIRS;
  uint32_t n_levels = BASE_LEVEL + 1U;
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
  // Those below a batch are built with it, and always
  const uint32_t least = BATCH_LEVEL;
  const uint32_t most  = n_levels > least ? n_levels : least;
  return sizeof(LmuTrace) +
         ((most - 1U) * LMU_TRACE_PAIRS * sizeof(LmuTracePair));
}

void
lmu_trace_reset(LmuTrace* const trace, const uint32_t n_levels)
{
  trace->n_levels = n_levels;
  trace->now      = START;
  for (uint32_t i = 0U; i < LMU_TRACE_LATE_LEVELS; ++i) {
    trace->built[i] = START;
  }
}

bool
lmu_trace_is_empty(const LmuTrace* const trace)
{
  return trace->now == START;
}

/* Building */

/// Return samples, and their negatives, in turn: the first two, or the last
#define FIRST_TWO(x, y) __builtin_shufflevector(x, y, 0, 4, 1, 5)
#define LAST_TWO(x, y) __builtin_shufflevector(x, y, 2, 6, 3, 7)

/// Return two pairs, each the least of two pairs that follow one another
LMU_RT static inline Four
join(const Four x, const Four y)
{
  return least_of(__builtin_shufflevector(x, y, 0, 1, 4, 5),
                  __builtin_shufflevector(x, y, 2, 3, 6, 7));
}

/// Return two pairs whose least is that of 4 n_fours samples
LMU_RT static inline Four
two_parts(const Four* const x, const uint32_t n_fours)
{
  Four least    = x[0];
  Four greatest = x[0];
  for (uint32_t i = 1U; i < n_fours; ++i) {
    least    = least_of(least, x[i]);
    greatest = greatest_of(greatest, x[i]);
  }
  return least_of(FIRST_TWO(least, -greatest), LAST_TWO(least, -greatest));
}

/// Build pairs of 2^index samples each, for STEP frames.  With a literal index
/// this has no loops.
LMU_RT static inline void
build_step(const Four* const x, const uint32_t index, Four* const out)
{
  const uint32_t n_fours = index < 2U ? 1U : 1U << (index - 2U);
  for (uint32_t i = 0U; i < STEP >> (index + 1U); ++i) {
    if (index == 1U) {
      out[i] = join(FIRST_TWO(x[i], -x[i]), LAST_TWO(x[i], -x[i]));
    } else {
      const Four* const first = x + ((size_t)2U * i * n_fours);
      out[i] =
        join(two_parts(first, n_fours), two_parts(first + n_fours, n_fours));
    }
  }
}

/// Build a level up to the base level from samples, where both frames are at
/// steps
LMU_RT static inline void
build_level(LmuTrace* const trace,
            const uint32_t  index,
            const uint64_t  begin,
            const uint64_t  end)
{
  LmuTracePair* const level = level_of(trace, index);
  for (uint64_t frame = begin; frame < end; frame += STEP) {
    const Four* const x =
      (const Four*)(trace->samples + (frame % LMU_TRACE_SAMPLES));
    Four* const out = (Four*)(level + place(frame >> index));
    switch (index) {
    case 1U:
      build_step(x, 1U, out);
      break;
    case 2U:
      build_step(x, 2U, out);
      break;
    case 3U:
      build_step(x, 3U, out);
      break;
    default:
      build_step(x, BASE_LEVEL, out);
      break;
    }
  }
}

/// Build one pair above that, of two or of the first alone
LMU_RT static inline void
build_pair(LmuTrace* const trace,
           const uint32_t  index,
           const uint64_t  pair,
           const bool      has_second)
{
  const LmuTracePair* const from = level_of(trace, index - 1U);

  const uint32_t first = place(2U * pair);
  level_of(trace, index)[place(pair)] =
    least_pair(from[first], from[first + has_second]);
}

/// Build all that ends now, at the end of a batch
LMU_RT NOINLINE static void
end_batch(LmuTrace* const trace)
{
  const uint64_t now   = trace->now;
  const uint64_t begin = now - BATCH;
  build_level(trace, BASE_LEVEL, begin, now);
  for (uint32_t i = BASE_LEVEL + 1U; i < BATCH_LEVEL; ++i) {
    const Four* const from =
      (const Four*)(level_of(trace, i - 1U) + place(begin >> (i - 1U)));
    Four* const to = (Four*)(level_of(trace, i) + place(begin >> i));
    for (uint32_t j = 0U; j < BATCH >> (i + 1U); ++j) {
      to[j] = join(from[2U * j], from[(2U * j) + 1U]);
    }
  }
  for (uint32_t i = BATCH_LEVEL; i < trace->n_levels; ++i) {
    if (now & (((uint64_t)1U << i) - 1U)) {
      break;
    }
    build_pair(trace, i, (now >> i) - 1U, true);
  }
}

/// Hear samples that may end batches
LMU_RT NOINLINE static void
hear_parts(LmuTrace* const    trace,
           const float* const input,
           const uint32_t     n_frames)
{
  for (uint32_t done = 0U; done < n_frames;) {
    const uint32_t at   = (uint32_t)(trace->now % LMU_TRACE_SAMPLES);
    const uint32_t left = BATCH - (at % BATCH);
    const uint32_t more = n_frames - done;
    const uint32_t part = left < more ? left : more;
    memcpy(trace->samples + at, input + done, part * sizeof(float));

    trace->now += part;
    done += part;
    if (part == left) {
      end_batch(trace);
    }
  }
}

void
lmu_trace_process(LmuTrace* const    trace,
                  const float* const input,
                  const uint32_t     n_frames)
{
  const uint32_t at = (uint32_t)(trace->now % LMU_TRACE_SAMPLES);
  if (n_frames == USUAL_PART && at % BATCH < BATCH - USUAL_PART) {
    // By far the most calls.  Players have just written these one by one, and
    // CPUs wait long for a vector of what is not in the cache yet.
    const volatile float* const fresh = input;
    for (uint32_t i = 0U; i < USUAL_PART; ++i) {
      trace->samples[at + i] = fresh[i];
    }
    trace->now += USUAL_PART;
  } else {
    hear_parts(trace, input, n_frames);
  }
}

/* Reading */

/// Build a level below the base, as far as it is not and a window needs it
LMU_RT static void
build_late(LmuTrace* const trace,
           const uint32_t  index,
           const uint64_t  begin,
           const uint64_t  end)
{
  uint64_t* const built = &trace->built[index - 1U];
  const uint64_t  first = *built > begin ? *built : begin;
  build_level(trace, index, first - (first % STEP), end);
  *built = trace->now;
}

/// Build the batch that has begun, and all above
LMU_RT static void
build_base(LmuTrace* const trace, const uint32_t top, const uint64_t end)
{
  const uint64_t last  = trace->now - 1U;
  const uint64_t begin = trace->now - (trace->now % BATCH);
  build_level(trace, BASE_LEVEL, begin, end);
  for (uint32_t i = BASE_LEVEL + 1U; i <= top; ++i) {
    for (uint64_t pair = begin >> i; pair <= last >> i; ++pair) {
      const bool has_second = pair < last >> i || ((last >> (i - 1U)) & 1U);
      build_pair(trace, i, pair, has_second);
    }
  }
}

/// Build what ends later with what is there of it, for a window from a frame on
LMU_RT static void
build_rest(LmuTrace* const trace, const uint32_t top, const uint64_t begin)
{
  const uint64_t last = trace->now - 1U;
  const uint64_t end  = last - (last % STEP) + STEP;
  const float    x    = trace->samples[last % LMU_TRACE_SAMPLES];
  for (uint64_t frame = trace->now; frame < end; ++frame) {
    trace->samples[frame % LMU_TRACE_SAMPLES] = x;
  }

  if (top && top < BASE_LEVEL) {
    build_late(trace, top, begin > START ? begin : START, end);
  }
  if (top >= BASE_LEVEL) {
    build_base(trace, top, end);
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

/// Copy samples out of their ring, each as a pair
LMU_RT static void
unroll_samples(const LmuTrace* const trace,
               const uint64_t        first,
               const uint32_t        count,
               LmuTracePair* const   out)
{
  for (uint32_t i = 0U; i < count; ++i) {
    const float x         = trace->samples[(first + i) % LMU_TRACE_SAMPLES];
    out[i].least          = x;
    out[i].minus_greatest = -x;
  }
}

/// Copy pairs out of their ring
LMU_RT static void
unroll_pairs(const LmuTracePair* const level,
             const uint64_t            first,
             const uint32_t            count,
             LmuTracePair* const       out)
{
  const uint32_t at   = place(first);
  const uint32_t left = LMU_TRACE_PAIRS - at;
  const uint32_t part = left < count ? left : count;
  memcpy(out, level + at, part * sizeof(*out));
  memcpy(out + part, level, (count - part) * sizeof(*out));
}

/// Return pairs as they follow one another, with silence before the start,
/// perhaps in some room
LMU_RT static const LmuTracePair*
line_up(LmuTrace* const     trace,
        const uint32_t      index,
        const uint64_t      first,
        const uint32_t      count,
        LmuTracePair* const room)
{
  const LmuTracePair silence = {0.0f, -0.0f};
  const uint64_t     start   = START >> index;
  const uint64_t     silent  = first < start ? start - first : 0U;
  if (!index) {
    unroll_samples(trace, first, count, room);
  } else if (silent || place(first) + count > LMU_TRACE_PAIRS) {
    unroll_pairs(level_of(trace, index), first, count, room);
  } else {
    return level_of(trace, index) + place(first);
  }

  for (uint32_t i = 0U; i < silent && i < count; ++i) {
    room[i] = silence;
  }
  return room;
}

/// Pairs that columns are made of, where the i-th begins at pair
/// (phase + i step) / 2^bits
typedef struct {
  const LmuTracePair* pairs;
  uint64_t            phase;
  uint64_t            step;
  uint32_t            bits;
} Grid;

/// Write a column of some pairs
LMU_RT static inline void
write_column(const LmuTracePair* const pairs,
             const size_t              count,
             float* const              out)
{
  LmuTracePair sum = pairs[0];
  for (size_t i = 1U; i < count; ++i) {
    sum = least_pair(sum, pairs[i]);
  }
  out[0] = sum.least;
  out[1] = -sum.minus_greatest;
}

/// Return two pairs that follow one another, at any place
LMU_RT static inline Four
two_at(const LmuTracePair* const pairs)
{
  Four result;
  memcpy(&result, pairs, sizeof(result));
  return result;
}

LMU_RT static inline Four
two_of(const LmuTracePair x, const LmuTracePair y)
{
  const Four result = {x.least, x.minus_greatest, y.least, y.minus_greatest};
  return result;
}

/**
   Write LMU_TRACE_COLUMNS columns.

   They have one or two pairs each if they are narrow, and else two to four, so
   that the first and the last of a column, one or two of each, are all of it.
*/
LMU_RT static inline void
write_columns(const Grid* const grid, const bool is_narrow, float* const out)
{
  const Four                signs = {1.0f, -1.0f, 1.0f, -1.0f};
  const LmuTracePair* const pairs = grid->pairs;
  uint64_t                  now   = grid->phase;
  uint64_t                  first = 0U;
  for (uint32_t i = 0U; i < LMU_TRACE_COLUMNS; i += 2U) {
    const uint64_t next = (now + grid->step) >> grid->bits;
    now += 2U * grid->step;
    const uint64_t end = now >> grid->bits;

    const Four least =
      is_narrow
        ? least_of(two_of(pairs[first], pairs[next]),
                   two_of(pairs[next - 1U], pairs[end - 1U]))
        : join(least_of(two_at(pairs + first), two_at(pairs + next - 2U)),
               least_of(two_at(pairs + next), two_at(pairs + end - 2U)));
    const Four columns = signs * least;
    memcpy(out + (2U * (size_t)i), &columns, sizeof(columns));
    first = end;
  }
}

uint32_t
lmu_trace_read(LmuTrace* const trace, const uint32_t window, float* const out)
{
  const uint32_t index  = top_level(trace, window);
  const uint64_t most   = (uint64_t)MOST_PAIRS << index;
  const uint64_t frames = window < most ? window : most;
  const uint64_t begin  = trace->now - frames;
  const uint64_t first  = begin >> index;
  const uint32_t count =
    (uint32_t)((((trace->now - 1U) >> index) + 1U) - first);
  const uint32_t bits = COLUMN_BITS + index;
  LmuTracePair   room[LMU_TRACE_PAIRS];
  if (!lmu_trace_is_empty(trace)) {
    build_rest(trace, index, begin);
  }
  const LmuTracePair* const pairs = line_up(trace, index, first, count, room);

  if (frames < LMU_TRACE_COLUMNS) {
    for (uint32_t i = 0U; i < count; ++i) {
      write_column(pairs + i, 1U, out + (2U * (size_t)i));
    }
    return count;
  }

  const Grid grid = {
    pairs, (begin - (first << index)) << COLUMN_BITS, frames, bits};
  if (frames >> bits < 2U) {
    write_columns(&grid, true, out);
  } else {
    write_columns(&grid, false, out);
  }

  // The last may end within a pair
  const uint32_t i    = LMU_TRACE_COLUMNS - 1U;
  const uint64_t last = (grid.phase + (i * grid.step)) >> bits;
  write_column(pairs + last, count - last, out + (2U * (size_t)i));
  return LMU_TRACE_COLUMNS;
}
