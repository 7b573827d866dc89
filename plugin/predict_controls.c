// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/predict.h"

#include "core/base/attributes.h"
#include "core/dsp/rt/forecaster.h"
#include "core/dsp/rt/glide.h"
#include "core/dsp/rt/sustain.h"
#include "plugin/controls.h"
#include "plugin/engine_swap.h"
#include "plugin/loader.h"
#include "plugin/loudness.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"

#include <stdbool.h>
#include <stdint.h>

/// Time for which the mode must stand still before it changes, so that it does
/// not stay silent while it is moved [s]
#define REST_SECONDS 0.05

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
  plugin_glide(plugin,
               &self->attack_gain,
               gain_from_db(predict_value(self, PREDICT_ATTACKS)),
               FADE_SECONDS);
  loudness_update(&self->loudness,
                  plugin,
                  (MatchChoice)ports_choice(&plugin->ports,
                                            predict_port(self, PREDICT_MATCH)));
  lmu_sustain_set_decay(self->sustain,
                        decay < MAX_DECAY_S ? decay * plugin->rate
                                            : __builtin_inf());
}

/// Begin what is wanted, without what was learned if the plan is another
LMU_RT static void
set_task(Predict* const self)
{
  const LmuForecastPlan plan   = predict_plan(&self->wanted);
  const bool            passes = self->wanted.mode == MODE_CONTINUE;
  if (!predict_tasks_agree(&self->task, &self->wanted)) {
    lmu_forecaster_set_plan(self->forecaster, &plan);
    self->unheard =
      passes ? 0U : predict_learning_segments(self, &self->wanted);
  }
  self->task = self->wanted;
  predict_reset_shadow(self);
  predict_thaw(self);
  predict_reset_concealment(self);
}

/// Note what is wanted, and return whether the mode has come to rest
LMU_RT static bool
comes_to_rest(Predict* const self)
{
  const PredictTask wanted = predict_wanted_task(self);
  const uint32_t most  = (uint32_t)(REST_SECONDS * self->plugin.rate / SEGMENT);
  const bool     stays = wanted.mode == self->wanted.mode;
  self->wanted         = wanted;
  self->rest           = (!stays) ? 0U : self->rest + (self->rest < most);
  return self->rest >= most;
}

/// Change the mode while it is silent
LMU_RT static void
update_task(Predict* const self)
{
  const bool rests = comes_to_rest(self);
  const bool same  = self->wanted.mode == self->task.mode;
  if (self->plugin.fresh) {
    set_task(self);
    self->unheard = 0U;
    return;
  }

  const bool fades = (rests && !same) || self->unheard;
  self->unheard -= self->unheard > 0U;
  plugin_glide(&self->plugin, &self->level, fades ? 0.0 : 1.0, FADE_SECONDS);
  if (rests && !same && self->level.value <= 0.0) {
    set_task(self);
  }
}

void
predict_begin_segment(Predict* const self)
{
  const double forgetting =
    frames_of_ms(self, predict_value(self, PREDICT_FORGETTING));
  update_task(self);
  predict_update_shadow(self);
  if (forgetting != self->forgetting) {
    self->forgetting = forgetting;
    lmu_forecaster_set_memory(self->forecaster, forgetting);
    lmu_forecaster_set_memory(self->shadow.forecaster, forgetting);
  }
}

void
predict_write_readings(Predict* const self)
{
  const PredictScore score = predict_score(self);
  const double       db    = db_from_power(score.gain);
  const double best = db < MAX_PREDICTION_GAIN_DB ? db : MAX_PREDICTION_GAIN_DB;
  const Ports* const ports = &self->plugin.ports;
  ports_write(ports, predict_port(self, PREDICT_GAIN), best > 0.0 ? best : 0.0);
  ports_write(ports, predict_port(self, PREDICT_CONFIDENCE), score.confidence);
  ports_write(ports,
              predict_port(self, PREDICT_HORIZON_USED),
              1000.0 * score.lead / self->plugin.rate);
  ports_write(ports,
              predict_port(self, PREDICT_STATUS),
              loader_status(&self->weights.loader));
}
