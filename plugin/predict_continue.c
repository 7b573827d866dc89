// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/predict.h"

#include "core/base/attributes.h"
#include "core/dsp/rt/glide.h"
#include "core/dsp/rt/sustain.h"
#include "plugin/ports.h"

#include <stdbool.h>
#include <stdint.h>

/// Time from forecasts that feed themselves to the sustain [s]
#define HANDOVER_SECONDS 0.01

void
predict_thaw(Predict* const self)
{
  Continuation* const continuation = &self->continuation;
  lmu_glide_set(&continuation->part, 0.0);
  lmu_glide_set(&continuation->handover, 0.0);
  lmu_sustain_end(self->sustain);
  continuation->is_on = false;
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

/// Freeze or let go.  What is heard goes on until the sustain plays, as
/// forecasts that feed themselves go astray.
LMU_RT static void
follow(Predict* const self)
{
  Continuation* const continuation = &self->continuation;
  const bool          is_on =
    self->task.mode == MODE_CONTINUE && predict_switch(self, PREDICT_FREEZE);
  const double   fade     = predict_value(self, PREDICT_FADE) / 1000.0;
  const uint32_t n_frames = predict_frames(self, fade);
  if (is_on && !continuation->is_on) {
    begin(self);
  }
  const bool is_early =
    continuation->part.value <= 0.0 && continuation->handover.value < 1.0;
  continuation->is_on = is_on;
  lmu_glide_to(&continuation->part, is_on && !is_early ? 1.0 : 0.0, n_frames);
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
                 is_heard ? predict_frames(self, HANDOVER_SECONDS) : 1U);
  }
  (void)lmu_glide_next(&continuation->handover);
}

void
predict_continue(Predict* const     self,
                 const float* const heard,
                 float* const       out)
{
  float sustained[LMU_MAX_FORECAST_CHANNELS] = {0.0f, 0.0f};
  lmu_sustain_hear(self->sustain, heard);
  follow(self);
  lmu_sustain_step(self->sustain, sustained);
  hand_over(self);
  (void)lmu_glide_next(&self->continuation.part);

  const float part = (float)self->continuation.handover.value;
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    out[c] = self->next[c] + (part * (sustained[c] - self->next[c]));
  }
}
