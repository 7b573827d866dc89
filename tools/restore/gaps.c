// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/restore/gaps.h"

#include "core/dsp/setup/gap_context.h"
#include "data/input.h"
#include "tools/base/allocate.h"
#include "tools/base/text.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LINE 256

/// An edge that is so much quieter than the sound before it is a fade
#define FADE_RATIO 0.1

/// Below this a sound has ended, and is not cut [full scale], -110 dB
#define LEAST_EDGE 3e-6

/// Below this it is faint, -60 dB: notes end there, and others begin
#define FAINT_EDGE 1e-3

/// Sides of a gap in faint sound differ by no more than this, 12 dB
#define FAINT_RATIO 4.0

/// Steps of the sound's numbers that a cut has at least: what passes through
/// zero so slowly that a run of zeros is as long as an edge has two after it
#define CUT_STEPS 2.5

/// Steps below which sound rounds to runs of zeros, of which a gap is the
/// longest, so many times
#define ROUND_STEPS 16.0
#define ROUND_RATIO 2U

/// Sound of so few steps goes on the same on both sides of a gap, within 6 dB,
/// does not fade in the quarter beside it, a tenth of its samples are not zero,
/// other runs of zeros are short, and it has two steps beside the run
#define LIKE_RATIO 2.0
#define STEADY_STEPS 1.5
#define STEADY_RATIO 1.6
#define STEADY_PART 10U
#define STEADY_RUN 4U

/// Greatest step, that of 8 bits: square waves have larger numbers only
#define MAX_STEP 0.0078125

static void
append(LmuGaps* const gaps, const LmuGap gap)
{
  // Room for 1, 2, 4 and so on
  if (!(gaps->n_items & (gaps->n_items - 1U))) {
    gaps->items = (LmuGap*)lmu_reallocate(
      gaps->items, gaps->n_items ? 2U * gaps->n_items : 1U, sizeof(LmuGap));
  }
  gaps->items[gaps->n_items++] = gap;
}

/// Cut white space off both ends
static char*
trim(char* const text)
{
  char* const start  = text + strspn(text, " \t");
  size_t      length = strlen(start);
  while (length && strchr(" \t\r\n", start[length - 1U])) {
    start[--length] = '\0';
  }
  return start;
}

static LmuExit
bad_line(LmuFailure* const        error,
         const LmuGapsFile* const file,
         const size_t             number)
{
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_INPUT,
                         "line %zu of %s is wrong; write \"start,length\" in "
                         "%s",
                         number,
                         file->path,
                         file->rate > 1.0 ? "seconds" : "whole frames");
}

static LmuExit
bad_position(LmuFailure* const        error,
             const LmuGapsFile* const file,
             const size_t             number)
{
  const bool is_time = file->rate > 1.0;
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_INPUT,
                         "line %zu of %s is not within the sound of %.*f %s; "
                         "%s",
                         number,
                         file->path,
                         is_time ? 3 : 0,
                         (double)file->n_frames / file->rate,
                         is_time ? "s" : "frames",
                         is_time ? "mend the line, or say --frames if it "
                                   "counts frames"
                                 : "mend the line");
}

/// Read "start,length" from a line, cut in two at its comma
static LmuExit
read_gap(LmuGaps* const           gaps,
         LmuFailure* const        error,
         const LmuGapsFile* const file,
         const char* const        words[2],
         const size_t             number)
{
  const bool is_time = file->rate > 1.0;
  double     start   = 0.0;
  double     length  = 0.0;
  if (!words[1] || !lmu_text_number(&start, words[0]) ||
      !lmu_text_number(&length, words[1]) || start < 0.0 || length <= 0.0 ||
      (!is_time && (start != floor(start) || length != floor(length)))) {
    return bad_line(error, file, number);
  }

  // Both ends to the nearest frame, but not to nothing
  const double first = floor((start * file->rate) + 0.5);
  const double end   = floor(((start + length) * file->rate) + 0.5);
  const double last  = fmax(end, first + 1.0);
  if (file->n_frames && last > (double)file->n_frames) {
    return bad_position(error, file, number);
  }
  append(gaps, (LmuGap){(size_t)first, (size_t)(last - first)});
  return LMU_EXIT_SUCCESS;
}

/// Return whether a line has two words, and none of them is a number
static bool
is_header(const char* const words[2])
{
  double number = 0.0;
  return words[1] && *words[0] && *words[1] && !strpbrk(words[1], ",") &&
         !strpbrk(words[0], "0123456789") && !strpbrk(words[1], "0123456789") &&
         !lmu_text_number(&number, words[0]);
}

static LmuExit
read_lines(LmuGaps* const           gaps,
           LmuFailure* const        error,
           const LmuGapsFile* const file,
           FILE* const              stream)
{
  char   line[MAX_LINE];
  size_t n_lines = 0U;
  for (size_t number = 1U; fgets(line, sizeof(line), stream); ++number) {
    char* const start = trim(line);
    if (!*start || *start == '#') {
      continue;
    }

    char* const comma = strchr(start, ',');
    if (comma) {
      *comma = '\0';
    }
    const char* const words[2] = {trim(start), comma ? trim(comma + 1) : NULL};
    if (!n_lines++ && is_header(words)) {
      continue;
    }

    const LmuExit status = read_gap(gaps, error, file, words, number);
    if (status) {
      return status;
    }
  }
  return LMU_EXIT_SUCCESS;
}

LmuExit
lmu_gaps_load(LmuGaps* const           gaps,
              LmuFailure* const        error,
              const LmuGapsFile* const file)
{
  FILE* const stream = lmu_input_fopen(file->path);
  if (!stream) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "cannot read %s: %s; give a file with lines of "
                           "\"start,length\"",
                           file->path,
                           strerror(errno));
  }

  LmuExit status = read_lines(gaps, error, file, stream);
  if (!status && ferror(stream)) {
    status = lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "cannot read %s; give a file with lines of "
                             "\"start,length\"",
                             file->path);
  }
  fclose(stream);
  return status;
}

LmuExit
lmu_gaps_check(const LmuGaps* const     gaps,
               LmuFailure* const        error,
               const LmuGapsFile* const file)
{
  if (!gaps->n_items) {
    return LMU_EXIT_SUCCESS;
  }
  const LmuGap   last = gaps->items[gaps->n_items - 1U];
  const uint64_t end  = (uint64_t)last.start + last.length;
  return end <= file->n_frames
           ? LMU_EXIT_SUCCESS
           : lmu_failure_set(
               error,
               LMU_EXIT_BAD_INPUT,
               "%s has a gap to %.*f %s, and the sound has %.*f; "
               "mend the line%s",
               file->path,
               file->rate > 1.0 ? 3 : 0,
               (double)end / file->rate,
               file->rate > 1.0 ? "s" : "frames",
               file->rate > 1.0 ? 3 : 0,
               (double)file->n_frames / file->rate,
               file->rate > 1.0 ? ", or say --frames if it counts frames" : "");
}

/* Gaps in a sound */

size_t
lmu_gaps_distance(const LmuGapsSearch* const search)
{
  return search->min > search->near ? search->min : search->near;
}

bool
lmu_gaps_is_zero(const float sample)
{
  return fpclassify(sample) == FP_ZERO;
}

/// Sound on one side of a run of zeros
typedef struct {
  double near;     ///< Greatest magnitude
  double edge;     ///< The same beside the run
  double step;     ///< Least magnitude, but for zero
  double sum;      ///< Of magnitudes
  double quarter;  ///< The same, of the quarter beside the run
  size_t n_frames; ///< Of both sums
  size_t n_zeros;  ///< Among them
  size_t run;      ///< Longest run of zeros
} Side;

/// Return the magnitude of a frame, zero if it is lost
static double
size_of(const LmuGapsSound* const sound, const size_t frame)
{
  const double size = fabs((double)sound->sound[frame]);
  return !isfinite(size) || sound->is_lost[frame] ? 0.0 : size;
}

/// Add a frame that is so far from the run
static void
add(Side* const                side,
    const LmuGapsSearch* const search,
    const size_t               distance,
    const double               size)
{
  side->edge = distance < search->min ? fmax(side->edge, size) : side->edge;
  if (distance < search->near) {
    side->near = fmax(side->near, size);
    side->sum += size;
    side->quarter += distance < search->near / 4U ? size : 0.0;
    side->n_zeros += size > 0.0 ? 0U : 1U;
    ++side->n_frames;
  }
  if (size > 0.0) {
    side->step = fmin(side->step, size);
  }
}

/// Look at frames from the run on, backwards in time or not
static Side
look(const LmuGapsSearch* const search,
     const LmuGapsSound* const  sound,
     const LmuGap               run,
     const bool                 back)
{
  const size_t end   = run.start + run.length;
  const size_t there = back ? run.start : sound->n_frames - end;
  const size_t most  = lmu_gaps_distance(search);
  const size_t count = there < most ? there : most;

  Side   side   = {.step = (double)INFINITY};
  size_t length = 0U;
  for (size_t i = 0U; i < count; ++i) {
    const double size = size_of(sound, back ? run.start - 1U - i : end + i);

    length   = size > 0.0 ? 0U : length + 1U;
    side.run = length > side.run ? length : side.run;
    add(&side, search, i, size);
  }
  return side;
}

/// Return whether sound on a side is cut there, and did not end by itself
static bool
is_cut(const Side* const side, const double step)
{
  return side->edge >= LEAST_EDGE && side->edge >= CUT_STEPS * step &&
         side->edge >= FADE_RATIO * side->near;
}

/// Return whether numbers differ by no more than this factor
static bool
is_like(const double a, const double b, const double factor)
{
  return fmax(a, b) <= factor * fmin(a, b);
}

/// Return whether sound on a side goes on the same, and is not sparse
static bool
is_steady(const Side* const side, const double step)
{
  return side->edge >= LEAST_EDGE && side->edge >= STEADY_STEPS * step &&
         STEADY_PART * (side->n_frames - side->n_zeros) >= side->n_frames &&
         is_like(4.0 * side->quarter, side->sum, STEADY_RATIO);
}

/// Return whether sound of a few steps has zeros that are none of its own
static bool
is_rounded_gap(const Side* const left,
               const Side* const right,
               const double      step,
               const size_t      length)
{
  const size_t longest = left->run > right->run ? left->run : right->run;
  return (is_cut(left, step) && is_cut(right, step) &&
          length > ROUND_RATIO * longest) ||
         (is_steady(left, step) && is_steady(right, step) &&
          length > STEADY_RUN * longest &&
          is_like(left->sum, right->sum, LIKE_RATIO));
}

bool
lmu_gaps_is_gap(const LmuGapsSearch* const search,
                const LmuGapsSound* const  sound,
                const LmuGap               run)
{
  const size_t end = run.start + run.length;
  if (run.length < search->min || run.length > search->max || !run.start ||
      end == sound->n_frames) {
    return false;
  }

  const Side   left  = look(search, sound, run, true);
  const Side   right = look(search, sound, run, false);
  const double least = fmin(left.step, right.step);
  const double step  = fmin(fmin(sound->quantum, least), MAX_STEP);
  const double edge  = fmin(left.edge, right.edge);
  if (edge < FAINT_EDGE && !is_like(left.near, right.near, FAINT_RATIO)) {
    return false;
  }
  return edge < ROUND_STEPS * step
           ? is_rounded_gap(&left, &right, step, run.length)
           : is_cut(&left, step) && is_cut(&right, step);
}

static int
compare(const void* const a, const void* const b)
{
  const size_t x = ((const LmuGap*)a)->start;
  const size_t y = ((const LmuGap*)b)->start;
  return (x > y) - (x < y);
}

void
lmu_gaps_sort(LmuGaps* const gaps)
{
  if (gaps->n_items < 2U) {
    return;
  }

  qsort(gaps->items, gaps->n_items, sizeof(LmuGap), compare);
  size_t last = 0U;
  for (size_t i = 1U; i < gaps->n_items; ++i) {
    LmuGap* const to   = &gaps->items[last];
    const LmuGap  next = gaps->items[i];
    const size_t  end  = next.start + next.length;
    if (next.start > to->start + to->length) {
      gaps->items[++last] = next;
    } else if (end > to->start + to->length) {
      to->length = end - to->start;
    }
  }
  gaps->n_items = last + 1U;
}

void
lmu_gaps_reset(LmuGaps* const gaps)
{
  free(gaps->items);
  *gaps = (LmuGaps){NULL, 0U};
}
