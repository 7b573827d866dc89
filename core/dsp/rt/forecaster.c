// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/rt/forecaster.h"

#include "core/base/attributes.h"
#include "core/dsp/rt/learner.h"
#include "core/dsp/rt/win_rate.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/memory.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/tuning.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A forecast at most, in recent peaks
#define MOST_PEAKS 1.0

/// Energy in a score at most, in parts of the present power: as for learners,
/// what was much louder is not to outweigh what is.  Less than there, as a
/// score is to follow what was learned.
#define MOST_ENERGY 2.0

/// Greatest power, 24 dB above full scale, so that a burst is over at once
#define MOST_POWER 256.0

/// Input at most, 6 dB above full scale or in recent mean levels: a burst is
/// else learned instead of the sound around it.  What stays so loud is heard in
/// full once the level has followed.
#define MOST_INPUT 2.0
#define MOST_LEVELS 8.0

/// Parts of the memory over which power is taken
#define POWER_PARTS 64.0

/// Square of a correlation that may come by chance
#define CHANCE 0.04

/// Memories in which credit falls by a factor of e, and for which the energy of
/// late is all that can have been saved
#define CREDIT_MEMORIES 10.0

/// Parts of the energy of the input that are credit to begin with: of all, and
/// where full forecasts would have saved all of it
#define OVERDRAFT 1e-5
#define SURE_OVERDRAFT 0.03

/// What a forecast costs at most if it is wrong: its square by the first, as
/// the input may be its opposite, and its size times the peak by the second
#define RISK_SQUARE 3.0
#define RISK_PEAK 0.5

/// Part of the memory that counts as not yet due at most, as else it takes
/// seconds until a tone is trusted far ahead
#define AHEAD_PARTS 28.0

LMU_RT static void
clear(float* const numbers, const size_t count)
{
  for (size_t i = 0U; i < count; ++i) {
    numbers[i] = 0.0f;
  }
}

LMU_RT static uint32_t
n_features(const LmuForecastPlan* const plan)
{
  return plan->order + plan->n_taps;
}

LmuForecastPlan
lmu_forecast_plan(const uint32_t n_weights,
                  const double   theta,
                  const uint32_t horizon)
{
  const bool            near    = horizon <= LMU_NEAR_HORIZON;
  const uint32_t        order   = n_weights / (near ? 4U : 2U);
  const uint32_t        n_taps  = n_weights - order;
  const double          reach   = near ? 0.0 : theta;
  const double          spacing = reach / (n_taps > 1U ? n_taps - 1U : 1U);
  const LmuForecastPlan result  = {order,
                                   theta / (near ? 4.0 : 2.0),
                                   n_taps,
                                  spacing > 1.0 ? (uint32_t)spacing : 1U,
                                   {horizon}};
  return result;
}

uint32_t
lmu_forecast_reach(const LmuForecastPlan* const plan)
{
  return plan->n_taps ? (plan->n_taps - 1U) * plan->spacing : 0U;
}

/// Return the modes of the present order, or null if there is no memory
LMU_RT static const LmuModes*
modes(const LmuForecaster* const self)
{
  return self->modes[self->plan.order];
}

/* Changes */

void
lmu_forecaster_reset(LmuForecaster* const self)
{
  const size_t size = (size_t)self->mask + 1U;
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    clear(self->history[c], size);
  }
  self->peak  = 0.0;
  self->level = 0.0;
  lmu_forecaster_set_plan(self, &self->plan);
}

LMU_RT static void
reset_memories(const LmuForecaster* const self)
{
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    lmu_memory_reset(self->now[c], modes(self));
    for (uint32_t h = 0U; h < self->n_horizons; ++h) {
      lmu_memory_reset(self->past[h][c], modes(self));
    }
  }
}

void
lmu_forecaster_set_plan(LmuForecaster* const         self,
                        const LmuForecastPlan* const plan)
{
  assert(plan->order <= LMU_MAX_FORECAST_ORDER);
  assert(plan->n_taps <= LMU_MAX_FORECAST_TAPS);
  assert(lmu_forecast_reach(plan) <= self->max_reach);

  self->plan = *plan;
  self->age  = 0U;
  lmu_learner_resize(self->learner, n_features(plan));
  if (modes(self)) {
    reset_memories(self);
    lmu_forecaster_set_theta(self, plan->theta);
  }
  for (uint32_t h = 0U; h <= self->n_horizons; ++h) {
    clear(self->features[h], self->learner->stride);
  }
  for (uint32_t h = 0U; h < self->n_horizons; ++h) {
    const LmuForecastScore none = {.energy = 0.0};
    assert(plan->horizons[h] && plan->horizons[h] <= self->max_reach);

    self->scores[h] = none;
    clear(self->weights[h], self->learner->stride);
  }
}

void
lmu_forecaster_set_theta(LmuForecaster* const self, const double theta)
{
  self->plan.theta = theta;
  if (!modes(self)) {
    return;
  }

  lmu_tuning_set(&self->tuning, modes(self), theta, self->kernels);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    lmu_memory_retune(self->now[c], modes(self), &self->tuning, self->kernels);
    for (uint32_t h = 0U; h < self->n_horizons; ++h) {
      lmu_memory_retune(
        self->past[h][c], modes(self), &self->tuning, self->kernels);
    }
  }
}

void
lmu_forecaster_set_memory(LmuForecaster* const self, const double memory)
{
  // All channels teach the same learner
  lmu_learner_set_memory(self->learner, memory * self->n_channels);
}

/* Features */

/// Return the input of a channel some frames ago
LMU_RT static float
input_before(const LmuForecaster* const self,
             const uint32_t             channel,
             const uint32_t             n_frames)
{
  return self->history[channel][(self->position - n_frames) & self->mask];
}

/// Advance a memory by a sample
LMU_RT static void
advance(const LmuForecaster* const self,
        LmuMemory* const           memory,
        const float                sample)
{
  const LmuFrames frames = {&sample, 1U, 0U, 0U, NULL};
  self->kernels->run(
    &self->tuning, memory, modes(self)->n_blocks, NULL, &frames);
}

/// Advance a memory of the input some frames ago, and write what is known then
LMU_RT static void
feel(const LmuForecaster* const self,
     const uint32_t             channel,
     const uint32_t             n_frames,
     LmuMemory* const           memory,
     float* const               features)
{
  const uint32_t order = self->plan.order;
  if (modes(self)) {
    advance(self, memory, input_before(self, channel, n_frames));
  }

  // The mode of an odd order is real, and the last
  const uint32_t n_real = order - (order / 2U);
  for (uint32_t k = 0U; k < n_real; ++k) {
    features[k] = memory->z[lmu_mode_index(k)];
  }
  for (uint32_t k = 0U; k < order / 2U; ++k) {
    features[n_real + k] = memory->z[lmu_mode_index(k) + LMU_LANES];
  }
  for (uint32_t k = 0U; k < self->plan.n_taps; ++k) {
    features[order + k] =
      input_before(self, channel, n_frames + (k * self->plan.spacing));
  }
}

/* Forecasts */

/// Return the factor of a forecast that leaves the least error, less what the
/// mean of few frames makes of chance alone
LMU_RT static double
best_factor(const LmuForecastScore* const score)
{
  const double both   = score->energy * score->raw;
  const double common = score->common > 0.0 ? score->common : 0.0;
  const double square = common * common; // Of the correlation, times both
  const double doubt  = CHANCE * (both - square);
  const double sure   = square > doubt ? square - doubt : 0.0;
  const double factor = sure / ((common * score->raw) +
                                (LMU_FORECAST_SILENCE * LMU_FORECAST_SILENCE));
  return factor < 1.0 ? factor : 1.0;
}

/// Return the decay factor that bounds a score after a loud sample
LMU_RT static double
kept(LmuForecastScore* const score, const double input, const double part)
{
  const double square = input * input;
  const double now    = square < MOST_POWER ? square : MOST_POWER;
  score->power += POWER_PARTS * part * (now - score->power);

  const double most = MOST_ENERGY * (score->power + LMU_FORECAST_SILENCE);
  return score->energy > most ? most / score->energy : 1.0;
}

/// Keep the credit of forecasts by the energy of a sample and of its error
LMU_RT static void
keep_credit(const LmuForecaster* const self,
            LmuForecastScore* const    score,
            const double               square,
            const double               loss)
{
  const double frames = CREDIT_MEMORIES * self->memory;
  const double most   = score->energy * frames;
  const double factor = score->factor;
  const double saved = factor * ((2.0 * score->common) - (factor * score->raw));
  const double sure  = saved / (score->energy + LMU_FORECAST_SILENCE);
  const double overdraft = OVERDRAFT + (SURE_OVERDRAFT * sure * sure * sure);
  score->credit += ((1.0 + overdraft) * square) - loss;
  score->credit -= score->credit / frames;
  score->credit = score->credit < most ? score->credit : most;
}

/// Keep a score by a sample and what was forecast for it
LMU_RT static void
keep_score(const LmuForecaster* const self,
           LmuForecastScore* const    score,
           const double               raw,
           const double               due,
           const double               input)
{
  const double part  = 1.0 / self->memory;
  const double error = input - due;
  const double keep  = kept(score, input, part) * (1.0 - part);
  score->energy      = (keep * score->energy) + (part * input * input);
  score->error       = (keep * score->error) + (part * error * error);
  score->raw         = (keep * score->raw) + (part * raw * raw);
  score->common      = (keep * score->common) + (part * raw * input);

  score->factor = best_factor(score);
  keep_credit(self, score, input * input, error * error);
  lmu_win_rate_update(
    &score->win_rate, (input * input) - (error * error), self->memory);
}

/// Move the weights in use towards those of the learner, and return what they
/// make of the present features
LMU_RT static float
predict(const LmuForecaster* const self, const uint32_t horizon)
{
  const uint32_t     n    = self->learner->stride;
  const float        part = (float)self->glide;
  const float* const to   = self->learner->weights + ((size_t)horizon * n);
  const float* const x    = self->features[0];
  float* const       w    = self->weights[horizon];
  float              totals[LMU_LANES] = {0.0f};
  for (uint32_t i = 0U; i < n; i += LMU_LANES) {
    for (uint32_t j = 0U; j < LMU_LANES; ++j) {
      w[i + j] += part * (to[i + j] - w[i + j]);
      totals[j] += w[i + j] * x[i + j];
    }
  }
  for (uint32_t n_left = LMU_LANES / 2U; n_left; n_left /= 2U) {
    for (uint32_t j = 0U; j < n_left; ++j) {
      totals[j] += totals[n_left + j];
    }
  }
  return totals[0];
}

/// Return a forecast kept within a size
LMU_RT static float
limited(const float forecast, const float most)
{
  const float low = forecast > -most ? forecast : -most;
  return low < most ? low : most;
}

/// Return how large a forecast may be, so that all that are not yet due risk no
/// more than there is
LMU_RT static float
affordable(const LmuForecaster* const self, const uint32_t horizon)
{
  const double credit  = self->scores[horizon].credit;
  const double ahead   = (double)self->plan.horizons[horizon];
  const double most    = self->memory / AHEAD_PARTS;
  const double n_ahead = ahead < most ? ahead : most;
  const double each    = credit > 0.0 ? credit / n_ahead : 0.0;
  const double root    = __builtin_sqrt(each / RISK_SQUARE);
  const double size = each / (RISK_PEAK * (self->peak + LMU_FORECAST_SILENCE));
  return (float)(root < size ? root : size);
}

/// Compare the forecast of a channel that is due with the input
LMU_RT static float
take_due(LmuForecaster* const self,
         const uint32_t       horizon,
         const uint32_t       channel,
         const bool           learns)
{
  // What the rings hold from before the plan was set is none of its forecasts
  const bool  made  = self->age >= self->plan.horizons[horizon];
  const float input = input_before(self, channel, 0U);
  const float raw   = made ? self->raw[horizon][channel][self->position] : 0.0f;
  const float due   = made ? self->due[horizon][channel][self->position] : 0.0f;
  LmuForecastScore score = self->scores[horizon];
  keep_score(self, &score, (double)raw, (double)due, (double)input);
  self->scores[horizon] = learns ? score : self->scores[horizon];
  return due;
}

/// Forecast a channel, and note it for when it is due
LMU_RT static float
forecast(const LmuForecaster* const self,
         const uint32_t             horizon,
         const uint32_t             channel)
{
  const uint32_t at =
    (self->position + self->plan.horizons[horizon]) & self->mask;
  const float raw =
    limited(predict(self, horizon), (float)(MOST_PEAKS * self->peak));
  const float next = limited((float)self->scores[horizon].factor * raw,
                             affordable(self, horizon));

  self->raw[horizon][channel][at] = raw;
  self->due[horizon][channel][at] = next;
  return next;
}

/// Learn what would have forecast the present sample of a channel, or work as
/// hard, as what is lost or frozen must not change the time of a frame
LMU_RT static void
learn(const LmuForecaster* const self,
      const uint32_t             channel,
      const bool                 counts)
{
  float values[LMU_MAX_FORECASTS];
  for (uint32_t h = 0U; h < self->n_horizons; ++h) {
    values[h] = input_before(self, channel, 0U);
  }
  const LmuTrainingExample example = {
    self->features[0], (const float* const*)self->features + 1, values, counts};
  lmu_learner_process(self->learner, &example);
}

LMU_RT static void
process_channel(LmuForecaster* const self,
                const uint32_t       channel,
                const bool           learns,
                LmuForecast* const   output)
{
  feel(self, channel, 0U, self->now[channel], self->features[0]);
  for (uint32_t h = 0U; h < self->n_horizons; ++h) {
    feel(self,
         channel,
         self->plan.horizons[h],
         self->past[h][channel],
         self->features[1U + h]);
    output[(h * self->n_channels) + channel].due =
      take_due(self, h, channel, learns);
  }
  // While the window is not full it is no window of the signal
  learn(self, channel, learns && (double)self->age >= self->plan.theta);
  for (uint32_t h = 0U; h < self->n_horizons; ++h) {
    output[(h * self->n_channels) + channel].next = forecast(self, h, channel);
  }
}

/// Follow peak and level, of which the peak falls by a factor of e in the
/// memory
LMU_RT static void
follow(LmuForecaster* const self, const double size, const bool learns)
{
  const double part  = 1.0 / (self->memory * self->n_channels);
  const double left  = self->peak - (self->peak * part);
  const double peak  = size > left ? size : left;
  const double level = self->level + (part * (size - self->level));
  self->peak         = learns ? peak : self->peak;
  self->level        = learns ? level : self->level;
}

/// Note a frame of input
LMU_RT static void
note(LmuForecaster* const self, const float* const input, const bool learns)
{
  const double loud = MOST_LEVELS * self->level;
  const float  most = (float)(loud > MOST_INPUT ? loud : MOST_INPUT);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    const float low  = input[c] > -most ? input[c] : -most;
    const float used = low < most ? low : most;

    self->history[c][self->position] = used;
    follow(self, (double)__builtin_fabsf(used), learns);
  }
}

/// Move on to the next frame
LMU_RT static void
move_on(LmuForecaster* const self)
{
  self->position = (self->position + 1U) & self->mask;
  self->age += self->age < UINT32_MAX;
}

void
lmu_forecaster_process(LmuForecaster* const self,
                       const float* const   input,
                       const bool           learns,
                       LmuForecast* const   output)
{
  note(self, input, learns);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    process_channel(self, c, learns, output);
  }
  move_on(self);
}

void
lmu_forecaster_hear(LmuForecaster* const self,
                    const float* const   input,
                    const bool           learns)
{
  note(self, input, learns);
  move_on(self);
}

double
lmu_forecaster_gain(const LmuForecaster* const self, const uint32_t horizon)
{
  const LmuForecastScore* const score = &self->scores[horizon];
  return lmu_prediction_gain(score->energy, score->error);
}

double
lmu_forecaster_confidence(const LmuForecaster* const self,
                          const uint32_t             horizon)
{
  return lmu_win_rate_confidence(&self->scores[horizon].win_rate);
}
