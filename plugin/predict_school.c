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
#define SCHOOL_SECONDS 0.2

uint32_t
predict_schooling(const Predict* const self, const PredictTask* const task)
{
  const double frames =
    task->theta + task->horizon + (SCHOOL_SECONDS * self->plugin.rate);
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
predict_reset_school(Predict* const self)
{
  self->school.is_on = false;
  lmu_glide_set(&self->school.handover, 0.0);
}

/// Begin to learn what is wanted
LMU_RT static void
begin(Predict* const self)
{
  School* const         school = &self->school;
  const LmuForecastPlan plan   = predict_plan(&self->wanted);
  lmu_forecaster_set_plan(school->pupil, &plan);
  school->task  = self->wanted;
  school->is_on = true;
  school->left  = predict_schooling(self, &school->task);
}

/// Let the second forecaster be the first
LMU_RT static void
end(Predict* const self)
{
  LmuForecaster* const old = self->forecaster;
  self->forecaster         = self->school.pupil;
  self->school.pupil       = old;
  self->task.order         = self->school.task.order;
  self->task.horizon       = self->school.task.horizon;
  self->task.theta         = self->school.task.theta;
  predict_reset_school(self);
}

void
predict_update_school(Predict* const self)
{
  School* const school = &self->school;
  if (school->handover.value >= 1.0) {
    end(self);
  }
  if (!school->is_on && self->wanted.mode == self->task.mode &&
      !predict_tasks_agree(&self->wanted, &self->task)) {
    begin(self);
  }
  if (!school->is_on) {
    return;
  }

  school->left -= school->left && predict_learns(self);
  if (!school->left) {
    plugin_glide(&self->plugin, &school->handover, 1.0, FADE_SECONDS);
  }
}

void
predict_forecast(Predict* const     self,
                 const float* const input,
                 const bool         learns,
                 LmuForecast* const forecasts)
{
  School* const school = &self->school;
  lmu_forecaster_process(self->forecaster, input, learns, forecasts);
  if (!school->is_on) {
    lmu_forecaster_hear(school->pupil, input, learns);
    return;
  }

  LmuForecast others[LMU_MAX_FORECAST_CHANNELS];
  lmu_forecaster_process(school->pupil, input, learns, others);
  const float part = (float)lmu_glide_next(&school->handover);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    forecasts[c].next += part * (others[c].next - forecasts[c].next);
    forecasts[c].due += part * (others[c].due - forecasts[c].due);
  }
}
