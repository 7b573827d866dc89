// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/gaps.h"

#include "core/setup/surroundings.h"
#include "tools/allocate.h"
#include "tools/text.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LINE 256

/// Below this a sound has ended, and is not cut [full scale], -60 dB
#define LEAST_EDGE 1e-3

/// An edge that is so much quieter than the sound before it is a fade
#define FADE_RATIO 0.1

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
bad_place(LmuFailure* const        error,
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
  if (last > (double)file->n_frames) {
    return bad_place(error, file, number);
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
  FILE* const stream = fopen(file->path, "r");
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

/// Return the greatest magnitude of some frames, others count as silence
static double
peak_of(const float* const sound, const size_t first, const size_t end)
{
  double peak = 0.0;
  for (size_t i = first; i < end; ++i) {
    const double size = fabs((double)sound[i]);
    peak              = isfinite(size) ? fmax(peak, size) : peak;
  }
  return peak;
}

/// Return whether sound with these peaks, far and at the edge, is cut there
static bool
is_cut(const double near, const double edge)
{
  return edge >= LEAST_EDGE && edge >= FADE_RATIO * near;
}

/// Return whether a run of zeros cuts through sound on both sides
static bool
is_gap(const LmuGapsSearch* const search,
       const float* const         sound,
       const size_t               n_frames,
       const LmuGap               run)
{
  const size_t end = run.start + run.length;
  if (run.length < search->min || run.length > search->max || !run.start ||
      end == n_frames) {
    return false;
  }

  const size_t edge  = search->min;
  const size_t left  = run.start;
  const size_t right = n_frames - end;
  return is_cut(
           peak_of(sound, left > search->near ? left - search->near : 0U, left),
           peak_of(sound, left > edge ? left - edge : 0U, left)) &&
         is_cut(peak_of(sound,
                        end,
                        end + (right < search->near ? right : search->near)),
                peak_of(sound, end, end + (right < edge ? right : edge)));
}

/// Kinds of samples, of which runs are sought
typedef enum { SOUND, ZERO, NO_NUMBER } Kind;

static Kind
kind_of(const float sample)
{
  return !isfinite(sample)                       ? NO_NUMBER
         : fpclassify((double)sample) == FP_ZERO ? ZERO
                                                 : SOUND;
}

void
lmu_gaps_find(LmuGaps* const             gaps,
              const LmuGapsSearch* const search,
              const float* const         sound,
              const size_t               n_frames)
{
  for (size_t start = 0U, end = 0U; start < n_frames; start = end) {
    const Kind kind = kind_of(sound[start]);
    end             = start + 1U;
    while (end < n_frames && kind_of(sound[end]) == kind) {
      ++end;
    }

    const LmuGap run = {start, end - start};
    if (kind == NO_NUMBER ||
        (kind == ZERO && is_gap(search, sound, n_frames, run))) {
      append(gaps, run);
    }
  }
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
