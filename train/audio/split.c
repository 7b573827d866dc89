// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/audio/split.h"

#include "train/audio/streams.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/// Parts of a recording
#define N_PARTS 10U

/// Longest part that is kept [s]
#define MAX_KEPT_S 30.0

/// Energy of what is silent, in parts of the loudest
#define SILENT 1e-6

/// Energy of a part
typedef struct {
  double   energy;
  uint32_t index;
} Part;

static int
by_energy(const void* const a, const void* const b)
{
  const Part* const x = (const Part*)a;
  const Part* const y = (const Part*)b;
  return (x->energy > y->energy) - (x->energy < y->energy);
}

/// Set how loud parts of the target are, in order of it
static void
sort_parts(Part                      parts[N_PARTS],
           const LmuRecording* const recording,
           const size_t              length)
{
  for (uint32_t i = 0U; i < N_PARTS; ++i) {
    const float* const x = recording->target + (i * length);
    parts[i].index       = i;
    parts[i].energy      = 0.0;
    for (size_t j = 0U; j < length; ++j) {
      parts[i].energy += (double)x[j] * (double)x[j];
    }
  }
  qsort(parts, N_PARTS, sizeof(Part), by_energy);
}

/// Return the part whose target is neither loud nor quiet, of those with sound
static uint32_t
middle_part(const LmuRecording* const recording, const size_t length)
{
  Part     parts[N_PARTS];
  uint32_t n_silent = 0U;
  sort_parts(parts, recording, length);
  while (n_silent < N_PARTS - 1U &&
         parts[n_silent].energy < SILENT * parts[N_PARTS - 1U].energy) {
    ++n_silent;
  }
  return parts[(n_silent + N_PARTS) / 2U].index;
}

/// Return some frames of a recording
static LmuRecording
part_of(const LmuRecording* const recording,
        const size_t              first,
        const size_t              end)
{
  LmuRecording part = *recording;
  part.input += first;
  part.target += first;
  part.n_frames = end - first;
  return part;
}

void
lmu_split_add(LmuSplit* const           split,
              const LmuRecording* const recording,
              const double              rate)
{
  const size_t length            = recording->n_frames / N_PARTS;
  const size_t most              = (size_t)(MAX_KEPT_S * rate);
  const size_t first             = middle_part(recording, length) * length;
  const size_t end               = first + ((length < most) ? length : most);
  split->valid[split->n_valid++] = part_of(recording, first, end);
  if (first) {
    split->train[split->n_train++] = part_of(recording, 0U, first);
  }
  if (end < recording->n_frames) {
    split->train[split->n_train++] =
      part_of(recording, end, recording->n_frames);
  }
}
