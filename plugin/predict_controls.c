// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/predict.h"

#include "core/attributes.h"
#include "core/rt/forecaster.h"
#include "core/rt/glide.h"
#include "core/rt/sustain.h"
#include "plugin/controls.h"
#include "plugin/exchange.h"
#include "plugin/loader.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"

#include <stdbool.h>
#include <stdint.h>

/// Time for which controls must stand still before what is forecast changes,
/// so that it does not stay silent while one of them is moved [s]
#define REST_SECONDS 0.05

/// Time for which a new task learns unheard, beside the window that it needs,
/// as the first forecasts are rough [s]
#define SCHOOL_SECONDS 0.1

/// Return a time in frames
LMU_RT static double
frames_of_ms(const Predict* const self, const double ms)
{
  return ms * self->plugin.rate / 1000.0;
}

PredictTask
predict_wanted_task(const Predict* const self)
{
  const Ports* const ports = &self->plugin.ports;
  const ModeChoice   mode =
    (ModeChoice)ports_choice(ports, predict_port(self, PREDICT_MODE));
  const double horizon =
    frames_of_ms(self, predict_value(self, PREDICT_HORIZON));
  const bool        is_next = mode == MODE_CONTINUE || horizon < 1.0;
  const PredictTask task    = {
       mode,
       ports_choice(ports, predict_port(self, PREDICT_ORDER)),
    is_next ? 1U : (uint32_t)(horizon + 0.5),
       frames_of_ms(self, predict_value(self, PREDICT_THETA))};
  return task;
}

LmuForecastPlan
predict_plan(const PredictTask* const task)
{
  return lmu_forecast_plan(task->order, task->theta, task->horizon);
}

/// Return whether one plan is for both tasks
LMU_RT static bool
is_alike(const PredictTask* const x, const PredictTask* const y)
{
  return x->order == y->order && x->horizon == y->horizon &&
         x->theta == y->theta;
}

LMU_RT static bool
is_same(const PredictTask* const x, const PredictTask* const y)
{
  return x->mode == y->mode && is_alike(x, y);
}

void
predict_update(Predict* const self)
{
  const Plugin* const plugin = &self->plugin;
  const double        decay  = predict_value(self, PREDICT_DECAY);
  plugin_glide(
    plugin, &self->mix, predict_value(self, PREDICT_MIX), FADE_SECONDS);
  plugin_glide(plugin,
               &self->gain,
               gain_from_db(predict_value(self, PREDICT_OUTPUT)),
               FADE_SECONDS);
  lmu_sustain_set_decay(self->sustain,
                        decay < MAX_DECAY_S ? decay * plugin->rate
                                            : __builtin_inf());
}

/// Return for how many segments a task is to learn unheard
LMU_RT static uint32_t
school_of(const Predict* const self, const PredictTask* const task)
{
  const bool   learns = task->mode != MODE_CONTINUE;
  const double frames =
    task->theta + task->horizon + (SCHOOL_SECONDS * self->plugin.rate);
  return learns ? (uint32_t)(frames / SEGMENT) + 1U : 0U;
}

/// Begin what is wanted, without what was learned if the plan is another
LMU_RT static void
set_task(Predict* const self)
{
  const LmuForecastPlan plan = predict_plan(&self->wanted);
  if (!is_alike(&self->task, &self->wanted)) {
    lmu_forecaster_set_plan(self->forecaster, &plan);
    self->school = school_of(self, &self->wanted);
  }
  self->task = self->wanted;
  predict_thaw(self);
}

/// Return whether nobody hears a change of what is forecast
LMU_RT static bool
is_unheard(const Predict* const self)
{
  const Continuation* const continuation = &self->continuation;
  return self->level.value <= 0.0 ||
         (self->task.mode == MODE_CONTINUE &&
          self->wanted.mode == MODE_CONTINUE && !continuation->is_on &&
          continuation->part.value <= 0.0);
}

/// Note what is wanted, and return whether the controls have come to rest
LMU_RT static bool
comes_to_rest(Predict* const self)
{
  const PredictTask wanted = predict_wanted_task(self);
  const uint32_t most  = (uint32_t)(REST_SECONDS * self->plugin.rate / SEGMENT);
  const bool     stays = is_same(&wanted, &self->wanted);
  self->wanted         = wanted;
  self->rest           = (!stays) ? 0U : self->rest + (self->rest < most);
  return self->rest >= most;
}

/// Change what is forecast, while it is silent or something else plays
LMU_RT static void
update_task(Predict* const self)
{
  const bool rests = comes_to_rest(self);
  const bool same  = is_same(&self->wanted, &self->task);
  if (self->plugin.fresh) {
    if (!same) {
      set_task(self);
    }
    self->school = 0U;
    return;
  }

  const bool goes_on =
    self->task.mode == MODE_CONTINUE && self->wanted.mode == MODE_CONTINUE;
  const bool fades = (rests && !same && !goes_on) || self->school;
  self->school -= self->school > 0U;
  plugin_glide(&self->plugin, &self->level, fades ? 0.0 : 1.0, FADE_SECONDS);
  if (rests && !same && is_unheard(self)) {
    set_task(self);
  }
}

void
predict_begin_segment(Predict* const self)
{
  const double forgetting =
    frames_of_ms(self, predict_value(self, PREDICT_FORGETTING));
  update_task(self);
  if (forgetting != self->forgetting) {
    self->forgetting = forgetting;
    lmu_forecaster_set_memory(self->forecaster, forgetting);
  }
}

void
predict_write_readings(Predict* const self)
{
  const FileForecasts* const file = predict_file_now(self);

  const double gain =
    file ? predict_file_gain(self) : lmu_forecaster_gain(self->forecaster, 0U);
  const double lead = file ? file->lead : self->task.horizon;
  const double db   = db_from_power(gain);
  const double sure = 1.0 - (1.0 / gain);
  const double best = db < MAX_PREDICTION_GAIN_DB ? db : MAX_PREDICTION_GAIN_DB;
  ports_write(&self->plugin.ports,
              predict_port(self, PREDICT_GAIN),
              best > 0.0 ? best : 0.0);
  ports_write(&self->plugin.ports,
              predict_port(self, PREDICT_CONFIDENCE),
              sure > 0.0 ? sure : 0.0);
  ports_write(&self->plugin.ports,
              predict_port(self, PREDICT_HORIZON_USED),
              1000.0 * lead / self->plugin.rate);
  ports_write(&self->plugin.ports,
              predict_port(self, PREDICT_STATUS),
              loader_status(&self->weights.loader));
}
