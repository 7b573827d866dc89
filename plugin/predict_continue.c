// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/predict.h"

#include "core/attributes.h"
#include "core/rt/glide.h"
#include "core/rt/sustain.h"
#include "plugin/ports.h"

#include <stdbool.h>
#include <stdint.h>

/// Frames without input that make a drop-out.  A sound that is silent for less
/// merely crosses zero.
#define GAP_FRAMES 16U

/// Time from forecasts that feed themselves to the sustain [s]
#define HANDOVER_SECONDS 0.01

/// Return a time in frames, at least one
LMU_RT static uint32_t
frames_of(const Predict* const self, const double seconds)
{
  return (uint32_t)(seconds * self->plugin.rate) + 1U;
}

void
predict_thaw(Predict* const self)
{
  Continuation* const continuation = &self->continuation;
  lmu_glide_set(&continuation->part, 0.0);
  lmu_glide_set(&continuation->handover, 0.0);
  lmu_sustain_end(self->sustain);
  continuation->is_on = false;
  continuation->hides = false;
  continuation->wait  = 0U;
}

bool
predict_feeds_itself(const Predict* const self)
{
  const Continuation* const continuation = &self->continuation;
  return continuation->part.value > 0.0 && continuation->handover.value < 1.0;
}

/// Begin to go on, from what was heard up to now
LMU_RT static void
begin(Predict* const self)
{
  Continuation* const continuation = &self->continuation;
  const double        theta        = self->wanted.theta;
  if (continuation->part.value <= 0.0) {
    lmu_glide_set(&continuation->handover, 0.0);
  }
  lmu_sustain_begin(self->sustain, (uint32_t)theta);
  continuation->wait = lmu_sustain_delay(self->sustain) + 1U;
}

/// Follow whether there is input, and so whether what goes on is to hide that
/// there is none
LMU_RT static void
watch_input(Predict* const self, const bool is_lost)
{
  Continuation* const continuation = &self->continuation;
  const bool          conceals     = predict_switch(self, PREDICT_CONCEAL);
  const bool          is_short     = continuation->gap < GAP_FRAMES;
  if (!is_lost && continuation->hides && is_short && !continuation->is_on) {
    lmu_glide_set(&continuation->part, 0.0);
  }
  continuation->gap   = is_lost ? continuation->gap + is_short : 0U;
  continuation->hides = conceals && is_lost;
}

/// Freeze or let go.  Where there is input it is heard until the sustain plays,
/// as forecasts that feed themselves go astray.
LMU_RT static void
set_on(Predict* const self, const bool is_on)
{
  Continuation* const continuation = &self->continuation;
  const uint32_t      n_frames =
    frames_of(self, predict_value(self, PREDICT_FADE) / 1000.0);
  if (is_on && !continuation->is_on) {
    begin(self);
  }
  const bool is_early =
    continuation->part.value <= 0.0 && continuation->handover.value < 1.0;
  continuation->is_on = is_on;
  lmu_glide_to(&continuation->part, is_on && !is_early ? 1.0 : 0.0, n_frames);
}

/// Follow the switch and the input
LMU_RT static void
follow(Predict* const self)
{
  Continuation* const continuation = &self->continuation;
  const bool          works        = self->task.mode == MODE_CONTINUE;
  const bool          freeze = works && predict_switch(self, PREDICT_FREEZE);
  const bool is_gap = continuation->hides && continuation->gap >= GAP_FRAMES;

  set_on(self, freeze || is_gap);
  if (continuation->hides) {
    lmu_glide_set(&continuation->part, 1.0); // There is nothing to fade from
  }
}

/// Let the sustain take over from the forecaster when it plays
LMU_RT static void
hand_over(Predict* const self)
{
  Continuation* const continuation = &self->continuation;
  continuation->wait -= continuation->wait > 0U;
  if (continuation->is_on && !continuation->wait) {
    const bool is_heard = continuation->part.value > 0.0;
    lmu_glide_to(&continuation->handover,
                 1.0,
                 is_heard ? frames_of(self, HANDOVER_SECONDS) : 1U);
  }
  (void)lmu_glide_next(&continuation->handover);
}

void
predict_continue(Predict* const     self,
                 const float* const in,
                 const bool         is_lost,
                 float* const       out)
{
  float                     sustained[LMU_MAX_FORECAST_CHANNELS] = {0.0f, 0.0f};
  float                     heard[LMU_MAX_FORECAST_CHANNELS]     = {0.0f, 0.0f};
  const Continuation* const continuation = &self->continuation;
  watch_input(self, is_lost && self->task.mode == MODE_CONTINUE);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    heard[c] = continuation->hides ? self->next[c] : in[c];
  }

  lmu_sustain_hear(self->sustain, heard);
  follow(self);
  lmu_sustain_step(self->sustain, sustained);
  hand_over(self);
  (void)lmu_glide_next(&self->continuation.part);

  const float part = (float)continuation->handover.value;
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    out[c] = self->next[c] + (part * (sustained[c] - self->next[c]));
  }
}
