// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/restore/restorer.h"

#include "core/dsp/setup/gap_context.h"
#include "tools/base/allocate.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TRIM 8192U // Frames to forget at once, at least

/// Frames that are ready, or gaps, in the order they came
typedef struct {
  void*  items;
  size_t size;     ///< Of one [bytes]
  size_t n_items;  ///< Those that were taken too
  size_t n_taken;  ///< Those that were taken
  size_t capacity; ///< Room
} Queue;

/// A frame that is ready
typedef struct {
  float sample; ///< What was filled in, if it was lost
  bool  is_lost;
} Ready;

/// Numbers of frames are from the start of the window of sound that is held
struct LmuRestorerImpl {
  const LmuConcealer* concealer;
  LmuGapsSearch       search;
  const LmuGaps*      listed;
  size_t              next_listed;
  size_t              before; ///< Frames to hold before what is not decided
  size_t              most;   ///< A gap so long divides what is around it

  uint64_t start; ///< Frame of the whole sound that is the first here
  float*   sound; ///< [capacity]
  bool*    is_lost;
  size_t   capacity;
  size_t   n_frames; ///< Frames that are here
  size_t   n_zeros;  ///< Frames before this are sound, or zeros to its end
  size_t   n_marked; ///< Frames that are known to be lost or not
  size_t   n_split;  ///< Frames whose gaps are known
  size_t   n_ready;  ///< Frames that were passed on
  double   quantum;  ///< Least magnitude so far, but for zero
  bool     is_meant; ///< Whether zeros here are silence, and no gap

  bool           is_open;    ///< Whether a gap goes on
  size_t         open;       ///< Where it began
  bool           is_divided; ///< Whether that was earlier, in `gap_start`
  uint64_t       gap_start;
  LmuGap*        gaps; ///< [max_gaps]
  size_t         max_gaps;
  LmuConcealment work;

  Queue ready;    ///< Of Ready
  Queue restored; ///< Of LmuRestored
};

/* Queues */

/// Return room for more items at the end
static void*
queue_add(Queue* const queue, const size_t count)
{
  if (queue->n_taken > queue->n_items / 2U) {
    queue->n_items -= queue->n_taken;
    memmove(queue->items,
            (char*)queue->items + (queue->n_taken * queue->size),
            queue->n_items * queue->size);
    queue->n_taken = 0U;
  }
  const size_t needed = queue->n_items + count;
  if (needed > queue->capacity) {
    queue->capacity = 2U * needed;
    queue->items = lmu_reallocate(queue->items, queue->capacity, queue->size);
  }
  char* const room = (char*)queue->items + (queue->n_items * queue->size);
  queue->n_items   = needed;
  return room;
}

/// Return the next items, which are taken by that
static const void*
queue_take(Queue* const queue, const size_t count)
{
  const char* const next = (char*)queue->items + (queue->n_taken * queue->size);
  queue->n_taken += count;
  return next;
}

/* The window of sound */

static size_t
greatest(const size_t a, const size_t b)
{
  return a > b ? a : b;
}

LmuRestorer*
lmu_restorer_new(const LmuConcealer* const  concealer,
                 const LmuGapsSearch* const search,
                 const LmuGaps* const       listed)
{
  LmuRestorer* const self = (LmuRestorer*)lmu_allocate(1U, sizeof(LmuRestorer));
  const size_t       margin = concealer ? lmu_concealer_margin(concealer) : 0U;
  const size_t length = concealer ? lmu_concealer_max_length(concealer) : 0U;

  self->concealer     = concealer;
  self->search        = *search;
  self->listed        = listed;
  self->before        = greatest(margin, lmu_gaps_distance(search)) + 1U;
  self->most          = greatest(margin, length) + 1U;
  self->quantum       = (double)INFINITY;
  self->ready.size    = sizeof(Ready);
  self->restored.size = sizeof(LmuRestored);
  return self;
}

void
lmu_restorer_free(LmuRestorer* const restorer)
{
  if (restorer) {
    free(restorer->sound);
    free(restorer->is_lost);
    free(restorer->gaps);
    free(restorer->work.is_faded);
    free(restorer->ready.items);
    free(restorer->restored.items);
    free(restorer);
  }
}

static void
append(LmuRestorer* const self, const float* const sound, const size_t n_frames)
{
  const size_t needed = self->n_frames + n_frames;
  if (needed > self->capacity) {
    self->capacity = 2U * needed;
    self->sound =
      (float*)lmu_reallocate(self->sound, self->capacity, sizeof(float));
    self->is_lost =
      (bool*)lmu_reallocate(self->is_lost, self->capacity, sizeof(bool));
  }
  if (n_frames) {
    memcpy(self->sound + self->n_frames, sound, n_frames * sizeof(float));
    memset(self->is_lost + self->n_frames, 0, n_frames * sizeof(bool));
  }
  self->n_frames = needed;
}

/// Forget frames, and gaps that end in them
static void
drop(LmuRestorer* const self, const size_t n_frames)
{
  LmuConcealment* const work   = &self->work;
  size_t                n_gaps = 0U;
  for (size_t i = 0U; i < work->gapped.n_gaps; ++i) {
    const LmuGap gap = self->gaps[i];
    const size_t end = gap.start + gap.length;
    if (end > n_frames) {
      const size_t first     = greatest(gap.start, n_frames);
      self->gaps[n_gaps]     = (LmuGap){first - n_frames, end - first};
      work->is_faded[n_gaps] = work->is_faded[i];
      ++n_gaps;
    }
  }
  const size_t n_dropped = work->gapped.n_gaps - n_gaps;
  work->gapped.n_gaps    = n_gaps;
  work->n_begun -= n_dropped;
  work->n_done -= n_dropped;

  self->start += n_frames;
  self->n_frames -= n_frames;
  self->n_zeros = greatest(self->n_zeros, n_frames) - n_frames;
  self->n_marked -= n_frames;
  self->n_split -= n_frames;
  self->n_ready -= n_frames;
  self->open -= self->is_open ? n_frames : 0U;
  memmove(self->sound, self->sound + n_frames, self->n_frames * sizeof(float));
  memmove(
    self->is_lost, self->is_lost + n_frames, self->n_frames * sizeof(bool));
}

/* What is lost */

/// Return whether a frame is in a gap that was listed
static bool
is_listed(LmuRestorer* const self, const size_t frame)
{
  const uint64_t       time = self->start + frame;
  const LmuGaps* const list = self->listed;
  while (self->next_listed < list->n_items &&
         list->items[self->next_listed].start +
             list->items[self->next_listed].length <=
           time) {
    ++self->next_listed;
  }
  return self->next_listed < list->n_items &&
         list->items[self->next_listed].start <= time;
}

/// Mark zeros that go on from here; return false if more sound must tell
static bool
mark_zeros(LmuRestorer* const self, const bool is_end)
{
  const size_t first = self->n_marked;
  self->n_zeros      = greatest(self->n_zeros, first);
  while (self->n_zeros < self->n_frames &&
         lmu_gaps_is_zero(self->sound[self->n_zeros])) {
    ++self->n_zeros;
  }

  const LmuGap run     = {first, self->n_zeros - first};
  const bool   is_long = run.length > self->search.max;
  const bool   is_seen =
    is_end ||
    self->n_frames >= self->n_zeros + lmu_gaps_distance(&self->search);
  const bool is_meant = self->is_meant || is_long || !(self->start + first);
  if (!is_meant && !is_seen) {
    return false;
  }

  const LmuGapsSound around = {
    self->sound, self->is_lost, self->n_frames, self->quantum};
  const bool is_gap = !is_meant && lmu_gaps_is_gap(&self->search, &around, run);
  memset(self->is_lost + first, is_gap, run.length);
  self->n_marked = self->n_zeros;
  self->is_meant = is_meant;
  return true;
}

/// Mark frames as lost or not, as far as can be told
static void
mark(LmuRestorer* const self, const bool is_end)
{
  while (self->n_marked < self->n_frames) {
    const size_t i      = self->n_marked;
    const float  sample = self->sound[i];
    const bool   zero   = lmu_gaps_is_zero(sample);
    if (zero && self->search.max) {
      if (!mark_zeros(self, is_end)) {
        return;
      }
      continue;
    }

    self->is_meant   = false;
    self->is_lost[i] = !isfinite(sample) || is_listed(self, i);
    if (!zero && isfinite(sample)) {
      self->quantum = fmin(self->quantum, fabs((double)sample));
    }
    ++self->n_marked;
  }
}

/* Filling */

static void
add_gap(LmuRestorer* const self, const LmuGap gap)
{
  LmuGappedSignal* const gapped = &self->work.gapped;
  if (gapped->n_gaps == self->max_gaps) {
    self->max_gaps = (2U * self->max_gaps) + 16U;
    self->gaps =
      (LmuGap*)lmu_reallocate(self->gaps, self->max_gaps, sizeof(LmuGap));
    self->work.is_faded =
      (bool*)lmu_reallocate(self->work.is_faded, self->max_gaps, sizeof(bool));
  }
  self->work.is_faded[gapped->n_gaps] = false;
  self->gaps[gapped->n_gaps++]        = gap;
}

/// Keep what was done about a gap
static void
tell(LmuRestorer* const self, const size_t i)
{
  const LmuGap   gap        = self->gaps[i];
  const bool     is_divided = self->is_divided && !gap.start;
  const uint64_t end        = self->start + gap.start + gap.length;
  const uint64_t start = is_divided ? self->gap_start : self->start + gap.start;

  LmuRestored* const restored = (LmuRestored*)queue_add(&self->restored, 1U);
  *restored        = (LmuRestored){start, end - start, self->work.is_faded[i]};
  self->is_divided = self->is_divided && !is_divided;
}

/// Fill gaps of which all that matters is before `known`
static LmuStatus
fill(LmuRestorer* const self,
     const size_t       n_frames,
     const size_t       known,
     const bool         is_end)
{
  LmuConcealment* const work = &self->work;
  work->gapped.sound         = self->sound;
  work->gapped.n_frames      = n_frames;
  work->gapped.gaps          = self->gaps;

  LmuStatus status = LMU_SUCCESS;
  while (!status && work->n_done < work->gapped.n_gaps &&
         (is_end || lmu_concealer_end(self->concealer, work) <= known)) {
    const size_t first = work->n_done;
    status             = lmu_concealer_step(self->concealer, work);
    for (size_t i = first; i < work->n_done; ++i) {
      // Of one that is divided, the end is not known yet
      if (!self->is_open || self->gaps[i].start != self->open) {
        tell(self, i);
      }
    }
  }
  return status;
}

/// Pass on frames before `end`
static void
settle(LmuRestorer* const self, const size_t end)
{
  const size_t first = self->n_ready;
  if (end > first) {
    Ready* const ready = (Ready*)queue_add(&self->ready, end - first);
    for (size_t i = first; i < end; ++i) {
      ready[i - first] = (Ready){self->sound[i], self->is_lost[i]};
    }
    self->n_ready = end;
  }
}

/**
   Divide a gap that goes on.

   Nothing reaches across so much of it, so all before can be filled, and what
   is after begins with as much that is lost.
*/
static LmuStatus
divide(LmuRestorer* const self)
{
  const size_t end = self->open + self->most;
  if (self->is_divided && !self->open) {
    memset(self->sound, 0, end * sizeof(float));
  } else {
    add_gap(self, (LmuGap){self->open, self->most});
    const LmuStatus status = fill(self, end, end, true);
    if (status) {
      return status;
    }
    self->is_divided = true;
    self->gap_start  = self->start + self->open;
  }
  settle(self, end);
  self->open = end;
  drop(self, end);
  return LMU_SUCCESS;
}

/// Find gaps in marked frames
static LmuStatus
split(LmuRestorer* const self)
{
  LmuStatus status = LMU_SUCCESS;
  while (!status && self->n_split < self->n_marked) {
    const size_t i = self->n_split++;
    if (self->is_lost[i] && !self->concealer) {
      return LMU_BAD_RATE;
    }
    if (self->is_lost[i] && !self->is_open) {
      self->is_open = true;
      self->open    = i;
    } else if (!self->is_lost[i] && self->is_open) {
      self->is_open = false;
      add_gap(self, (LmuGap){self->open, i - self->open});
    } else if (self->is_open && i + 1U - self->open == 2U * self->most) {
      status = divide(self);
    }
  }
  return status;
}

/// Close a gap that the sound ends with
static void
close_gap(LmuRestorer* const self)
{
  if (self->is_open) {
    self->is_open = false;
    add_gap(self, (LmuGap){self->open, self->n_frames - self->open});
  }
}

/// Return the first frame that is not final
static size_t
first_undone(const LmuRestorer* const self)
{
  const LmuConcealment* const work = &self->work;
  return work->n_done < work->gapped.n_gaps ? self->gaps[work->n_done].start
         : self->is_open                    ? self->open
                                            : self->n_split;
}

LmuStatus
lmu_restorer_process(LmuRestorer* const restorer,
                     const float* const sound,
                     const size_t       n_frames,
                     const bool         is_end)
{
  append(restorer, sound, n_frames);
  mark(restorer, is_end);
  LmuStatus status = split(restorer);
  if (!status && is_end) {
    close_gap(restorer);
  }
  if (!status) {
    const size_t known = restorer->is_open ? restorer->open : restorer->n_split;
    status             = fill(restorer, restorer->n_frames, known, is_end);
  }
  if (status) {
    return status;
  }

  const size_t undone = first_undone(restorer);
  settle(restorer, undone);
  if (undone >= restorer->before + TRIM) {
    drop(restorer, undone - restorer->before);
  }
  return LMU_SUCCESS;
}

/* What came out */

size_t
lmu_restorer_n_ready(const LmuRestorer* const restorer)
{
  return restorer->ready.n_items - restorer->ready.n_taken;
}

void
lmu_restorer_read(LmuRestorer* const restorer,
                  double* const      sound,
                  const size_t       stride,
                  const size_t       n_frames)
{
  const Ready* const ready =
    (const Ready*)queue_take(&restorer->ready, n_frames);
  for (size_t i = 0U; i < n_frames; ++i) {
    if (ready[i].is_lost) {
      sound[i * stride] = (double)ready[i].sample;
    }
  }
}

bool
lmu_restorer_next(LmuRestorer* const restorer, LmuRestored* const restored)
{
  Queue* const queue = &restorer->restored;
  if (queue->n_taken == queue->n_items) {
    return false;
  }
  *restored = *(const LmuRestored*)queue_take(queue, 1U);
  return true;
}
