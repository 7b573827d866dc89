// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/predict.h"

#include "core/base/attributes.h"
#include "core/dsp/rt/forecaster.h"
#include "core/dsp/rt/glide.h"
#include "plugin/controls.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"

#include <stdbool.h>
#include <stdint.h>

/*
  What was learned for one window says nothing about another: where the window
  glides, weights are wrong all the way, and even a tone is forecast worse than
  nothing.  So another window, order or horizon is learned by a second
  forecaster while the first still plays, and then faded to.  A window that is
  never at rest is followed in steps, each as long as that takes.
*/

/// Time for which a new task learns unheard, beside the window and the horizon
/// that it needs, as the first forecasts are rough [s]
#define LEARNING_SECONDS 0.2

uint32_t
predict_learning_segments(const Predict* const     self,
                          const PredictTask* const task)
{
  const double frames =
    task->theta + task->horizon + (LEARNING_SECONDS * self->plugin.rate);
  return (uint32_t)(frames / SEGMENT) + 1U;
}

bool
predict_tasks_agree(const PredictTask* const x, const PredictTask* const y)
{
  return x->order == y->order && x->horizon == y->horizon &&
         x->theta == y->theta;
}

bool
predict_learns(const Predict* const self)
{
  // A window that holds what stood in for lost input is none of the sound
  const double frames = self->task.theta + self->task.horizon;
  return predict_switch(self, PREDICT_LEARN) && !predict_feeds_itself(self) &&
         !self->concealment.hides && self->concealment.clean >= frames;
}

void
predict_reset_shadow(Predict* const self)
{
  self->shadow.is_on = false;
  lmu_glide_set(&self->shadow.handover, 0.0);
}

/// Begin to learn what is wanted
LMU_RT static void
begin(Predict* const self)
{
  ShadowForecaster* const shadow = &self->shadow;
  const LmuForecastPlan   plan   = predict_plan(&self->wanted);
  lmu_forecaster_set_plan(shadow->forecaster, &plan);
  shadow->task  = self->wanted;
  shadow->is_on = true;
  shadow->left  = predict_learning_segments(self, &shadow->task);
}

/// Let the second forecaster be the first
LMU_RT static void
end(Predict* const self)
{
  LmuForecaster* const old = self->forecaster;
  self->forecaster         = self->shadow.forecaster;
  self->shadow.forecaster  = old;
  self->task.order         = self->shadow.task.order;
  self->task.horizon       = self->shadow.task.horizon;
  self->task.theta         = self->shadow.task.theta;
  predict_reset_shadow(self);
}

void
predict_update_shadow(Predict* const self)
{
  ShadowForecaster* const shadow = &self->shadow;
  if (shadow->handover.value >= 1.0) {
    end(self);
  }
  if (!shadow->is_on && self->wanted.mode == self->task.mode &&
      !predict_tasks_agree(&self->wanted, &self->task)) {
    begin(self);
  }
  if (!shadow->is_on) {
    return;
  }

  shadow->left -= shadow->left && predict_learns(self);
  if (!shadow->left) {
    plugin_glide(&self->plugin, &shadow->handover, 1.0, FADE_SECONDS);
  }
}

void
predict_forecast(Predict* const     self,
                 const float* const input,
                 const bool         learns,
                 LmuForecast* const forecasts)
{
  ShadowForecaster* const shadow = &self->shadow;
  lmu_forecaster_process(self->forecaster, input, learns, forecasts);
  if (!shadow->is_on) {
    lmu_forecaster_hear(shadow->forecaster, input, learns);
    return;
  }

  LmuForecast others[LMU_MAX_FORECAST_CHANNELS];
  lmu_forecaster_process(shadow->forecaster, input, learns, others);
  const float part = (float)lmu_glide_next(&shadow->handover);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    forecasts[c].next += part * (others[c].next - forecasts[c].next);
    forecasts[c].due += part * (others[c].due - forecasts[c].due);
  }
}
