// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/batches.h"

#include "tools/base/allocate.h"
#include "tools/base/failure.h"
#include "tools/train/arrays.h"
#include "train/sequence.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// The part that is kept is one of so many
#define N_PARTS 10U

/// Fewest steps of one series
#define LEAST_STEPS 40U

/// Most of the steps of a sequence, one in so many, before which none counts
#define WARM_PART 4U

/// Some steps of some sequences
typedef struct {
  size_t   first; ///< First sequence
  size_t   n;     ///< Number of them
  uint32_t from;  ///< First step
  uint32_t count; ///< Steps of each
  uint32_t warm;  ///< Of these, those at the start that do not count
} Part;

/// Return the steps in which a memory fills: a window, or a part of a sequence
static uint32_t
warm_steps(const double longest, const uint32_t steps)
{
  const uint32_t most = steps / WARM_PART;
  return longest < (double)most ? (uint32_t)ceil(longest) : most;
}

/* Copies */

/// Give a copy room for some sequences
static void
make_room(LmuArrays* const       copy,
          const LmuArrays* const from,
          const size_t           n,
          const uint32_t         n_frames,
          const uint32_t         n_scored)
{
  *copy          = *from;
  copy->n        = n;
  copy->n_frames = n_frames;
  copy->n_scored = n_scored;
  copy->input =
    (float*)lmu_allocate(n * n_frames * from->n_inputs, sizeof(float));
  copy->target  = NULL;
  copy->classes = NULL;
  if (from->target) {
    copy->target =
      (float*)lmu_allocate(n * n_scored * from->n_outputs, sizeof(float));
  } else {
    copy->classes = (uint32_t*)lmu_allocate(n * n_scored, sizeof(uint32_t));
  }
}

/// Copy steps of a sequence, from one of them on
static void
copy_steps(LmuArrays* const       copy,
           const size_t           to,
           const LmuArrays* const from,
           const size_t           index,
           const uint32_t         first)
{
  const size_t width  = from->n_inputs;
  const size_t scored = copy->n_scored;
  // Steps that count stand at the end of both
  const size_t early =
    first + copy->n_frames - scored - (from->n_frames - from->n_scored);
  const size_t place = (index * from->n_scored) + early;
  memcpy(copy->input + (to * copy->n_frames * width),
         from->input + (((index * from->n_frames) + first) * width),
         copy->n_frames * width * sizeof(float));
  if (from->target) {
    const size_t n = from->n_outputs;
    memcpy(copy->target + (to * scored * n),
           from->target + (place * n),
           scored * n * sizeof(float));
  } else {
    memcpy(copy->classes + (to * scored),
           from->classes + place,
           scored * sizeof(uint32_t));
  }
}

/// Copy a part
static void
copy_part(LmuArrays* const       copy,
          const LmuArrays* const from,
          const Part* const      part)
{
  const bool     is_every = from->n_scored == from->n_frames;
  const uint32_t scored = is_every ? part->count - part->warm : from->n_scored;
  make_room(copy, from, part->n, part->count, scored);
  for (size_t i = 0U; i < part->n; ++i) {
    copy_steps(copy, i, from, part->first + i, part->from);
  }
}

/* Batches of few sequences */

/// Repeat sequences until there are enough
static void
repeat(LmuArrays* const arrays, const size_t n)
{
  LmuArrays copy;
  make_room(&copy, arrays, n, arrays->n_frames, arrays->n_scored);
  for (size_t i = 0U; i < n; ++i) {
    copy_steps(&copy, i, arrays, i % arrays->n, 0U);
  }
  lmu_arrays_clear(arrays);
  *arrays = copy;
}

/// Cut sequences until there are enough
static void
cut(LmuArrays* const arrays, const size_t n, const double longest)
{
  const uint32_t steps  = arrays->n_frames;
  const uint32_t pieces = (uint32_t)((n + arrays->n - 1U) / arrays->n);
  const uint32_t warm   = warm_steps(longest, steps);
  const uint32_t length = (steps - warm) / pieces;
  const uint32_t rest   = steps - warm - (length * pieces);
  LmuArrays      copy;
  make_room(&copy, arrays, arrays->n * pieces, warm + length, length);
  for (size_t i = 0U; i < copy.n; ++i) {
    const uint32_t piece = (uint32_t)(i % pieces);
    copy_steps(&copy, i, arrays, i / pieces, rest + (piece * length));
  }
  lmu_arrays_clear(arrays);
  *arrays = copy;
}

/// Have as many sequences as a batch at least
static void
fill_batch(LmuArrays* const arrays, const LmuBatchesSpec* const spec)
{
  const bool is_every = arrays->n_scored == arrays->n_frames;
  const bool is_long  = arrays->n_frames >= 2U * spec->lanes;
  if (arrays->n < spec->lanes && is_every && is_long) {
    cut(arrays, spec->lanes, spec->longest);
  }
  if (arrays->n < spec->lanes) {
    repeat(arrays, spec->lanes);
  }
}

/* Division */

/// Divide one series
static LmuExit
divide_series(LmuBatches* const           batches,
              LmuFailure* const           error,
              const LmuArrays* const      arrays,
              const LmuBatchesSpec* const spec)
{
  const uint32_t steps = arrays->n_frames;
  const uint32_t kept  = steps / N_PARTS;
  const uint32_t warm  = warm_steps(spec->longest, steps - kept);
  const Part     first = {0U, 1U, 0U, steps - kept, 0U};
  const Part     last  = {0U, 1U, steps - kept - warm, kept + warm, warm};
  if (steps < LEAST_STEPS) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s is one series of %u steps, which is too short; "
                           "give %u or more, or (sequences, steps, inputs)",
                           arrays->x_path,
                           steps,
                           LEAST_STEPS);
  }
  copy_part(&batches->train, arrays, &first);
  copy_part(&batches->valid, arrays, &last);
  return LMU_EXIT_SUCCESS;
}

/// Divide sequences
static LmuExit
divide(LmuBatches* const           batches,
       LmuFailure* const           error,
       const LmuArrays* const      arrays,
       const LmuBatchesSpec* const spec)
{
  const bool is_every = arrays->n_scored == arrays->n_frames;
  if (arrays->n == 1U && is_every) {
    return divide_series(batches, error, arrays, spec);
  }
  if (arrays->n < 2U) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s is one sequence; give more, or another to judge "
                           "by with --validate",
                           arrays->x_path);
  }
  const size_t tenth = arrays->n / N_PARTS;
  const size_t kept  = tenth ? tenth : 1U;
  const Part   first = {0U, arrays->n - kept, 0U, arrays->n_frames, 0U};
  const Part   last  = {arrays->n - kept, kept, 0U, arrays->n_frames, 0U};
  copy_part(&batches->train, arrays, &first);
  copy_part(&batches->valid, arrays, &last);
  return LMU_EXIT_SUCCESS;
}

LmuExit
lmu_batches_make(LmuBatches* const           batches,
                 LmuFailure* const           error,
                 const LmuArrays* const      arrays,
                 const LmuArrays* const      valid,
                 const LmuBatchesSpec* const spec)
{
  LmuExit status = LMU_EXIT_SUCCESS;
  memset(batches, 0, sizeof(*batches));
  if (valid) {
    const Part all  = {0U, arrays->n, 0U, arrays->n_frames, 0U};
    const Part kept = {0U, valid->n, 0U, valid->n_frames, 0U};
    copy_part(&batches->train, arrays, &all);
    copy_part(&batches->valid, valid, &kept);
  } else {
    status = divide(batches, error, arrays, spec);
  }
  if (!status) {
    fill_batch(&batches->train, spec);
  }
  return status;
}

void
lmu_batches_clear(LmuBatches* const batches)
{
  lmu_arrays_clear(&batches->train);
  lmu_arrays_clear(&batches->valid);
}

LmuSequences
lmu_batches_sequences(const LmuArrays* const arrays)
{
  const LmuSequences sequences = {arrays->input,
                                  arrays->target,
                                  arrays->classes,
                                  arrays->n,
                                  arrays->n_frames,
                                  arrays->n_scored};
  return sequences;
}
