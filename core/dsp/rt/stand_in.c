// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/rt/stand_in.h"

#include "core/base/attributes.h"
#include "core/dsp/rt/lattice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// How much more the long predictor may have erred than the quick one, as it
/// knows what comes for longer
#define PATIENCE 1.5

/// How much more a predictor may err than in what it learned from, as it does
/// in other sound of the same kind
#define MORE_ERROR 4.0

/// What stands in at most, in recent peaks
#define MOST_PEAKS 1.25

/// Mean square of errors that matter to nobody, -120 dB
#define SILENCE 1e-12

/* Lines: all is written twice, so that what is newest is in one piece */

/// Return the end of the sound in a line
LMU_RT static const float*
end_of(const LmuStandIn* const self, const float* const line)
{
  return line + self->position + self->mask + 1U;
}

LMU_RT static void
write_at(const LmuStandIn* const self,
         float* const            line,
         const uint32_t          position,
         const float             sample)
{
  line[position]                   = sample;
  line[position + self->mask + 1U] = sample;
}

/// Put the sound that returned in the place of how it went on
LMU_RT static void
correct(LmuStandIn* const self)
{
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    for (uint32_t i = 1U; i <= self->n_back; ++i) {
      const uint32_t at = (self->position - i) & self->mask;
      write_at(self, self->own[c], at, self->heard[c][at]);
    }
  }
  self->n_back = 0U;
}

/* Predictors */

void
lmu_stand_in_reset(LmuStandIn* const self)
{
  const size_t size = 2U * ((size_t)self->mask + 1U) * sizeof(float);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    memset(self->heard[c], 0, size);
    memset(self->own[c], 0, size);
  }
  for (uint32_t i = 0U; i < LMU_STAND_IN_LATTICES; ++i) {
    lmu_lattice_reset(self->lattices[i]);
    self->errors[i] = 0.0;
  }
  memset(self->next, 0, sizeof(self->next));
  memset(self->peaks, 0, sizeof(self->peaks));
  self->age      = 0U;
  self->position = 0U;
  self->works    = false;
  self->n_back   = 0U;
  self->chosen   = LMU_LONG;
  self->trust    = 0.0;
  self->level    = 0.0;
}

/// Return how much of what a predictor makes is to be heard
LMU_RT static double
trust_in(const LmuStandIn* const self, const uint32_t lattice)
{
  const double left  = lmu_lattice_left(self->lattices[lattice]) + SILENCE;
  const double error = self->errors[lattice] + SILENCE;
  const double trust = MORE_ERROR * left / error;
  return trust < 1.0 ? trust : 1.0;
}

void
lmu_stand_in_begin(LmuStandIn* const self)
{
  const double limit = PATIENCE * (self->errors[LMU_QUICK] + SILENCE);
  self->chosen       = self->errors[LMU_LONG] > limit ? LMU_QUICK : LMU_LONG;
  self->trust        = trust_in(self, self->chosen);
  self->level        = 1.0;
}

void
lmu_stand_in_read(const LmuStandIn* const self, float* const frame)
{
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    frame[c] = (float)self->level * self->next[self->chosen][c];
  }
}

/// Follow the peak of the sound, of this span and the last, as a peak that
/// falls is less than that of a low tone
LMU_RT static void
follow_peak(LmuStandIn* const self, const float* const frame)
{
  if (++self->age >= self->span) {
    self->age      = 0U;
    self->peaks[0] = self->peaks[1];
    self->peaks[1] = 0.0;
  }
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    const double size = (double)__builtin_fabsf(frame[c]);
    self->peaks[1]    = size > self->peaks[1] ? size : self->peaks[1];
  }
}

/// Follow what predictors make of the sound.  What was to go on while sound
/// returned is none of that.
LMU_RT static void
judge(LmuStandIn* const self, const float* const frame)
{
  const double part = self->n_back ? 0.0 : self->part;
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    for (uint32_t i = 0U; i < LMU_STAND_IN_LATTICES; ++i) {
      const double error = (double)frame[c] - (double)self->next[i][c];
      self->errors[i] += part * ((error * error) - self->errors[i]);
    }
  }
}

/// Note a frame, and how the sound goes on if it is lost
LMU_RT static void
note(LmuStandIn* const self, const float* const frame, const LmuHeard what)
{
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    const float own =
      what == LMU_WHOLE ? frame[c] : self->next[self->chosen][c];
    write_at(self, self->heard[c], self->position, frame[c]);
    write_at(self, self->own[c], self->position, own);
  }
  self->position = (self->position + 1U) & self->mask;

  const bool returns = what == LMU_RETURNS && self->n_back < self->mask;
  self->n_back       = (what == LMU_LOST) ? 0U : self->n_back + returns;
  if (what == LMU_WHOLE) {
    correct(self);
  }
}

/// Predict the next frame by all predictors
LMU_RT static void
predict(LmuStandIn* const self)
{
  const bool   falls = self->peaks[0] > self->peaks[1];
  const double most  = MOST_PEAKS * self->peaks[!falls];
  for (uint32_t i = 0U; i < LMU_STAND_IN_LATTICES; ++i) {
    for (uint32_t c = 0U; c < self->n_channels; ++c) {
      const double next =
        lmu_lattice_predict(self->lattices[i], end_of(self, self->own[c]));
      const double low = next > -most ? next : -most;
      self->next[i][c] = (float)(low < most ? low : most);
    }
  }
}

void
lmu_stand_in_hear(LmuStandIn* const  self,
                  const float* const frame,
                  const LmuHeard     what)
{
  const float* ends[LMU_LATTICE_CHANNELS] = {NULL, NULL};
  if (what == LMU_WHOLE) {
    follow_peak(self, frame);
    judge(self, frame);
  }
  note(self, frame, what);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    ends[c] = end_of(self, self->heard[c]);
  }
  for (uint32_t i = 0U; i < LMU_STAND_IN_LATTICES; ++i) {
    lmu_lattice_step(self->lattices[i], ends);
    if (what == LMU_WHOLE) {
      lmu_lattice_take(self->lattices[i]);
    }
  }
  predict(self);
  self->level += self->pace * (self->trust - self->level);
  self->works = true;
}

void
lmu_stand_in_rest(LmuStandIn* const self, const float* const frame)
{
  note(self, frame, LMU_WHOLE);
  if (!self->works) {
    return;
  }

  for (uint32_t i = 0U; i < LMU_STAND_IN_LATTICES; ++i) {
    lmu_lattice_reset(self->lattices[i]);
    self->errors[i] = 0.0;
  }
  memset(self->next, 0, sizeof(self->next));
  memset(self->peaks, 0, sizeof(self->peaks));
  self->works = false;
}
