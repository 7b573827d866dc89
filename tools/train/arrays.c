// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/arrays.h"

#include "core/nn/setup/graph.h"
#include "data/npy.h"
#include "tools/base/allocate.h"
#include "tools/base/failure.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Room for a shape as text [bytes]
#define MAX_SHAPE 80U

/// What X and Y are, until they fit each other
typedef struct {
  LmuNpy x;
  LmuNpy y;
} Pair;

/// A shape as users know it
typedef struct {
  char text[MAX_SHAPE];
} Shape;

static Shape
shape_of(const LmuNpy* const npy)
{
  Shape  shape  = {"("};
  size_t length = 1U;
  for (uint32_t i = 0U; i < npy->rank; ++i) {
    length += (size_t)snprintf(shape.text + length,
                               MAX_SHAPE - length,
                               i ? ", %zu" : "%zu",
                               npy->shape[i]);
  }
  (void)snprintf(
    shape.text + length, MAX_SHAPE - length, npy->rank == 1U ? ",)" : ")");
  return shape;
}

/// Refuse a pair with the shapes of both
static LmuExit
refuse(const LmuArrays* const self,
       LmuFailure* const      error,
       const Pair* const      pair,
       const char* const      why)
{
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_INPUT,
                         "%s has shape %s and %s %s%s: %s",
                         self->x_path,
                         shape_of(&pair->x).text,
                         self->y_path,
                         pair->y.is_whole ? "whole numbers of shape " : "",
                         shape_of(&pair->y).text,
                         why);
}

/* Shapes */

/// Set what X is
static LmuExit
read_x_shape(LmuArrays* const  self,
             LmuFailure* const error,
             const Pair* const pair)
{
  const size_t* const shape = pair->x.shape;
  const uint32_t      rank  = pair->x.rank;
  self->is_series           = rank < 3U;
  self->n                   = self->is_series ? 1U : shape[0];
  const size_t n_frames     = rank ? shape[self->is_series ? 0U : 1U] : 0U;
  const size_t n_inputs     = rank > 1U ? shape[rank - 1U] : 1U;
  if (!pair->x.n_values || !rank) {
    return refuse(self,
                  error,
                  pair,
                  "there is nothing in it; give arrays with "
                  "values");
  }
  if (n_inputs > LMU_MAX_UNITS || n_frames > UINT32_MAX / 2U ||
      self->n > UINT32_MAX / 2U) {
    return refuse(self,
                  error,
                  pair,
                  "that is more than 1024 inputs or two billion steps; X is "
                  "(sequences, steps, inputs), or (steps, inputs) for one "
                  "series");
  }
  self->n_frames = (uint32_t)n_frames;
  self->n_inputs = (uint32_t)n_inputs;
  return LMU_EXIT_SUCCESS;
}

/// Set what Y of one series is: something at every step
static bool
read_series_y(LmuArrays* const self, const LmuNpy* const y)
{
  self->n_scored  = self->n_frames;
  self->n_outputs = y->rank == 2U ? (uint32_t)y->shape[1] : 1U;
  return y->rank >= 1U && y->rank <= 2U && y->shape[0] == self->n_frames &&
         (y->rank == 1U || y->shape[1] <= LMU_MAX_UNITS) &&
         (!y->is_whole || self->n_outputs == 1U);
}

/// Set what Y of sequences is: something at every step, or at the last one
static bool
read_sequences_y(LmuArrays* const self, const LmuNpy* const y)
{
  const size_t steps   = y->rank == 3U || y->is_whole ? y->shape[1] : 1U;
  const size_t outputs = y->rank == 3U
                           ? y->shape[2]
                           : (y->rank == 2U && !y->is_whole ? y->shape[1] : 1U);
  const bool   one     = y->rank == 1U || steps == 1U;
  self->n_scored       = one ? 1U : self->n_frames;
  self->n_outputs      = (uint32_t)outputs;
  return y->rank && y->shape[0] == self->n && outputs <= LMU_MAX_UNITS &&
         (one || steps == self->n_frames) && (!y->is_whole || y->rank < 3U);
}

static LmuExit
read_y_shape(LmuArrays* const  self,
             LmuFailure* const error,
             const Pair* const pair)
{
  const LmuNpy* const y = &pair->y;
  if (self->is_series) {
    return read_series_y(self, y) && y->n_values
             ? LMU_EXIT_SUCCESS
             : refuse(self,
                      error,
                      pair,
                      "one series needs (steps, outputs), or whole numbers of "
                      "shape (steps,) as classes; give X as (sequences, steps, "
                      "inputs) if it is many");
  }
  if (y->rank == 2U && !y->is_whole && y->shape[1] == self->n_frames &&
      self->n_frames > 1U) {
    return refuse(self,
                  error,
                  pair,
                  "that may be a number at every step, or many at the last; "
                  "give (sequences, steps, 1) or (sequences, 1, outputs)");
  }
  return read_sequences_y(self, y) && y->n_values
           ? LMU_EXIT_SUCCESS
           : refuse(self,
                    error,
                    pair,
                    "they do not fit; give Y as (sequences, steps, outputs) or "
                    "(sequences, outputs), or as whole numbers of shape "
                    "(sequences,) or (sequences, steps), which are classes");
}

/* Values */

/// Convert values, which must be finite as float32
static LmuExit
read_values(float** const       values,
            LmuFailure* const   error,
            const LmuNpy* const npy,
            const char* const   path)
{
  *values = (float*)lmu_allocate(npy->n_values, sizeof(float));
  for (size_t i = 0U; i < npy->n_values; ++i) {
    (*values)[i] = (float)npy->values[i];
    if (!isfinite((*values)[i])) {
      return lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s: value %zu of %zu, of shape %s, is not a "
                             "finite float32; replace it",
                             path,
                             i + 1U,
                             npy->n_values,
                             shape_of(npy).text);
    }
  }
  return LMU_EXIT_SUCCESS;
}

/// Convert classes, and count them
static LmuExit
read_classes(LmuArrays* const  self,
             LmuFailure* const error,
             const Pair* const pair)
{
  const LmuNpy* const y = &pair->y;
  self->classes   = (uint32_t*)lmu_allocate(y->n_values, sizeof(uint32_t));
  self->n_outputs = 1U;
  for (size_t i = 0U; i < y->n_values; ++i) {
    if (!(y->values[i] >= 0.0) || y->values[i] >= LMU_MAX_CLASSES) {
      return lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s: value %zu of %zu is %.0f; classes are 0 to "
                             "%u, give numbers to follow as float32",
                             self->y_path,
                             i + 1U,
                             y->n_values,
                             y->values[i],
                             LMU_MAX_CLASSES - 1U);
    }
    self->classes[i] = (uint32_t)y->values[i];
    if (self->classes[i] >= self->n_outputs) {
      self->n_outputs = self->classes[i] + 1U;
    }
  }
  return LMU_EXIT_SUCCESS;
}

/// Check and convert a pair
static LmuExit
take(LmuArrays* const self, LmuFailure* const error, const Pair* const pair)
{
  LmuExit status = read_x_shape(self, error, pair);
  if (!status) {
    status = read_y_shape(self, error, pair);
  }
  if (!status) {
    status = read_values(&self->input, error, &pair->x, self->x_path);
  }
  if (status) {
    return status;
  }
  return pair->y.is_whole
           ? read_classes(self, error, pair)
           : read_values(&self->target, error, &pair->y, self->y_path);
}

LmuExit
lmu_arrays_read(LmuArrays* const  arrays,
                LmuFailure* const error,
                const char* const x_path,
                const char* const y_path)
{
  Pair    pair   = {.x = {.rank = 0U}};
  LmuExit status = lmu_npy_load(&pair.x, error, x_path);
  memset(arrays, 0, sizeof(*arrays));
  arrays->x_path = x_path;
  arrays->y_path = y_path;
  if (!status) {
    status = lmu_npy_load_any(&pair.y, error, y_path);
  }
  if (!status) {
    status = take(arrays, error, &pair);
  }
  lmu_npy_reset(&pair.y);
  lmu_npy_reset(&pair.x);
  if (status) {
    lmu_arrays_clear(arrays);
  }
  return status;
}

LmuExit
lmu_arrays_match(LmuArrays* const       arrays,
                 LmuFailure* const      error,
                 const LmuArrays* const other)
{
  const bool is_every = arrays->n_scored == arrays->n_frames;
  const bool same     = arrays->n_inputs == other->n_inputs &&
                    !arrays->target == !other->target &&
                    is_every == (other->n_scored == other->n_frames) &&
                    (arrays->target ? arrays->n_outputs == other->n_outputs
                                    : arrays->n_outputs <= other->n_outputs);
  if (same) {
    arrays->n_outputs = other->n_outputs;
    return LMU_EXIT_SUCCESS;
  }
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_INPUT,
                         "%s and %s are not of the same kind as %s and %s, "
                         "which have %u inputs and %u %s; give such to "
                         "--validate",
                         arrays->x_path,
                         arrays->y_path,
                         other->x_path,
                         other->y_path,
                         other->n_inputs,
                         other->n_outputs,
                         other->target ? "outputs" : "classes");
}

void
lmu_arrays_clear(LmuArrays* const arrays)
{
  free(arrays->input);
  free(arrays->target);
  free(arrays->classes);
  arrays->input   = NULL;
  arrays->target  = NULL;
  arrays->classes = NULL;
}
