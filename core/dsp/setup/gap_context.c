// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/setup/gap_context.h"

#include "core/base/status.h"
#include "core/dsp/setup/predictor.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/// Stretches being found
typedef struct {
  const LmuGapContext* from;
  LmuStretch*          stretches;
  size_t               n_stretches;
  size_t               n_frames; ///< In one way of time
  size_t               reach;
  bool                 strict; ///< Whether all of the past must be known
} Search;

static bool
allocate(LmuGapContext* const self)
{
  self->sound    = (double*)calloc(2U * self->n_frames, sizeof(double));
  self->is_known = (bool*)calloc(self->n_frames, sizeof(bool));
  if (!self->sound || !self->is_known) {
    lmu_gap_context_reset(self);
    return false;
  }
  self->reversed = self->sound + self->n_frames;
  return true;
}

/// Mark what of a gap is within; return false if nothing is
static bool
mark(LmuGapContext* const self, const LmuGap* const gap, const size_t origin)
{
  const size_t end  = gap->start + gap->length + self->margin;
  const size_t from = gap->start + self->margin;
  const size_t to   = origin + self->n_frames;
  if (end <= origin || from >= to) {
    return false;
  }

  const size_t first = from > origin ? from - origin : 0U;
  const size_t last  = end < to ? end - origin : self->n_frames;
  memset(self->is_known + first, 0, last - first);
  return true;
}

/// Mark the gap and those around it as unknown
static void
mark_all(LmuGapContext* const         self,
         const LmuGappedSignal* const gapped,
         const size_t                 gap)
{
  // Frame `margin` of a sound that had as much silence before it
  const size_t origin = gapped->gaps[gap].start;
  for (size_t i = gap + 1U; i-- > 0U;) {
    if (!mark(self, &gapped->gaps[i], origin)) {
      break;
    }
  }
  for (size_t i = gap + 1U; i < gapped->n_gaps; ++i) {
    if (!mark(self, &gapped->gaps[i], origin)) {
      break;
    }
  }
}

static void
copy(LmuGapContext* const self, const float* const sound)
{
  const size_t n = self->n_frames;
  for (size_t i = self->n_before; i < n - self->n_after; ++i) {
    const double sample = (double)sound[i - self->n_before];
    self->is_known[i]   = isfinite(sample);
    self->sound[i]      = isfinite(sample) ? sample : 0.0;
  }
  for (size_t i = 0U; i < n; ++i) {
    self->reversed[n - 1U - i] = self->sound[i];
  }
}

LmuStatus
lmu_gap_context_init(LmuGapContext* const         context,
                     const LmuGappedSignal* const gapped,
                     const size_t                 gap,
                     const size_t                 margin)
{
  const LmuGap* const at   = &gapped->gaps[gap];
  const size_t        left = gapped->n_frames - at->start - at->length;
  const size_t        past = at->start < margin ? at->start : margin;

  LmuGapContext self = {0};
  self.margin        = margin;
  self.length        = at->length;
  self.n_frames      = at->length + (2U * margin);
  self.n_before      = margin - past;
  self.n_after       = left < margin ? margin - left : 0U;
  if (!allocate(&self)) {
    return LMU_NO_MEMORY;
  }

  copy(&self, gapped->sound + at->start - past);
  mark_all(&self, gapped, gap);
  *context = self;
  return LMU_SUCCESS;
}

void
lmu_gap_context_reset(LmuGapContext* const context)
{
  free(context->sound);
  free(context->is_known);
  *context = (LmuGapContext){0};
}

/// Add frames from `first` to before `end`, which are known, as far as they go
static void
add(Search* const search, const size_t first, const size_t end)
{
  const LmuGapContext* const from  = search->from;
  const size_t               n     = from->n_frames;
  const size_t               reach = search->reach;

  // What is to predict, in usual and in backward time
  const size_t low   = search->strict ? first + reach : first;
  const size_t start = low > reach ? low : reach;
  const size_t high  = search->strict ? end : end + reach;
  const size_t stop  = (high < n ? high : n) - reach;
  if (search->n_stretches + 2U > LMU_MAX_STRETCHES || start >= end ||
      stop <= first) {
    return;
  }

  search->stretches[search->n_stretches++] =
    (LmuStretch){from->reversed + (n - 1U - start), end - start};
  search->stretches[search->n_stretches++] =
    (LmuStretch){from->sound + (stop - 1U), stop - first};
  search->n_frames += end - start;
}

/// Add runs of known frames, going away from the gap to both sides
static void
add_all(Search* const search)
{
  const LmuGapContext* const from  = search->from;
  size_t                     left  = from->margin;
  size_t                     right = from->margin + from->length;
  while (left || right < from->n_frames) {
    const size_t end = left;
    while (left && from->is_known[left - 1U]) {
      --left;
    }
    add(search, left, end);
    left -= left ? 1U : 0U;

    const size_t first = right;
    while (right < from->n_frames && from->is_known[right]) {
      ++right;
    }
    add(search, first, right);
    right += right < from->n_frames ? 1U : 0U;
  }
}

size_t
lmu_gap_context_stretches(const LmuGapContext* const context,
                          LmuStretch* const          stretches,
                          const size_t               reach,
                          const size_t               n_least,
                          const bool                 strict)
{
  Search search = {context, stretches, 0U, 0U, reach, strict};
  add_all(&search);
  return search.n_frames >= n_least ? search.n_stretches : 0U;
}

double
lmu_gap_context_peak(const LmuGapContext* const context, const size_t distance)
{
  const size_t margin = context->margin;
  const size_t from   = distance < margin ? margin - distance : 0U;
  double       peak   = 0.0;
  for (size_t i = from; i < context->n_frames - from; ++i) {
    if (context->is_known[i]) {
      peak = fmax(peak, fabs(context->sound[i]));
    }
  }
  return peak;
}
