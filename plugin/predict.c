// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/predict.h"

#include "core/base/attributes.h"
#include "core/base/rt/fpu.h"
#include "core/dsp/rt/forecaster.h"
#include "core/dsp/rt/glide.h"
#include "core/dsp/rt/stand_in.h"
#include "core/dsp/rt/sustain.h"
#include "core/dsp/setup/attacks.h"
#include "core/dsp/setup/forecaster.h"
#include "core/dsp/setup/stand_in.h"
#include "core/dsp/setup/sustain.h"
#include "core/memory/rt/memory.h"
#include "core/memory/rt/modes.h"
#include "plugin/extensions.h"
#include "plugin/loudness.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/stream.h"
#include "plugin/view.h"
#include "plugin/weights.h"

#include <lv2/core/lv2.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Time from weights to weights [s]
#define HOP_SECONDS 0.005

/// What keeps weights small, in parts of the power, as bench/forecast.c has it
#define RIDGE 1e-6

/// Two samples lie a whole window apart, and count as two windows
#define REACH_SECONDS (2.0 * MAX_PREDICT_THETA_MS / 1000.0)

static void
cleanup(LV2_Handle instance)
{
  Predict* const self = (Predict*)instance;
  predict_file_clear(self);
  lmu_stand_in_free(self->stand_in);
  lmu_sustain_free(self->sustain);
  lmu_forecaster_free(self->shadow.forecaster);
  lmu_forecaster_free(self->forecaster);
  plugin_clear(&self->plugin);
  free(self);
}

static bool
new_forecasters(Predict* const self)
{
  const double            rate = self->plugin.rate;
  const LmuForecasterSpec spec = {
    .memory     = PREDICT_SCORE_SECONDS * rate,
    .ridge      = RIDGE,
    .n_channels = self->n_channels,
    .n_horizons = 1U,
    .max_reach  = (uint32_t)(REACH_SECONDS * rate) + 1U,
    .hop        = (uint32_t)(HOP_SECONDS * rate),
  };
  self->task                 = predict_wanted_task(self);
  const LmuForecastPlan plan = predict_plan(&self->task);
  return !lmu_forecaster_new(&self->forecaster, &spec, &plan) &&
         !lmu_forecaster_new(&self->shadow.forecaster, &spec, &plan);
}

static bool
new_sustain(Predict* const self)
{
  const double         rate   = self->plugin.rate;
  const double         window = MAX_PREDICT_THETA_MS * rate / 1000.0;
  const uint32_t       most   = LMU_MAX_SUSTAIN;
  const LmuSustainSpec spec   = {
      rate, self->n_channels, (window < most) ? (uint32_t)window : most, NULL};
  return !lmu_sustain_new(&self->sustain, &spec);
}

static bool
new_stand_in(Predict* const self)
{
  const LmuStandInSpec spec = {self->plugin.rate, self->n_channels, NULL};
  return !lmu_stand_in_new(&self->stand_in, &spec);
}

static LV2_Handle
instantiate(const LV2_Descriptor* const     descriptor,
            const double                    rate,
            const char* const               bundle_path,
            const LV2_Feature* const* const features)
{
  const size_t   i    = (size_t)(descriptor - lmu_predict_descriptors);
  Predict* const self = (Predict*)calloc(1, sizeof(Predict));
  if (!self) {
    return NULL;
  }

  self->n_channels = (uint32_t)i + 1U;
  if (!plugin_init(&self->plugin, &lmu_predict_ports[i], rate, features) ||
      !new_forecasters(self) || !new_sustain(self) || !new_stand_in(self) ||
      !predict_file_init(self, bundle_path)) {
    cleanup(self);
    return NULL;
  }
  loudness_init(&self->loudness, rate);
  lmu_attack_plan_init(&self->attack_plan, rate);
  return self;
}

static void
activate(LV2_Handle instance)
{
  Predict* const self = (Predict*)instance;
  plugin_activate(&self->plugin);
  lmu_forecaster_reset(self->forecaster);
  lmu_forecaster_reset(self->shadow.forecaster);
  predict_reset_shadow(self);
  lmu_sustain_reset(self->sustain);
  predict_thaw(self);
  lmu_stand_in_reset(self->stand_in);
  predict_reset_concealment(self);
  predict_file_activate(self);
  loudness_reset(&self->loudness);
  memset(&self->attacks, 0, sizeof(self->attacks));

  self->wanted  = self->task;
  self->unheard = 0U;
  self->rest    = 0U;
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    self->next[c] = 0.0f;
  }
  lmu_glide_set(&self->level, 1.0);
}

/// Return what there is to see: the window of the forecaster's memory
LMU_RT static ViewSource
view_source(const Predict* const self)
{
  const LmuForecaster* const forecaster = self->forecaster;
  const uint32_t             order      = forecaster->plan.order;
  const uint32_t             n_numbers =
    order ? forecaster->modes[order]->n_blocks * LMU_BLOCK : 0U;
  ViewSource source = {.theta      = forecaster->tuning.theta,
                       .order      = order,
                       .basis      = VIEW_MODES,
                       .n_numbers  = n_numbers,
                       .n_channels = self->n_channels};
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    source.numbers[c] = forecaster->now[c]->z;
  }
  return source;
}

LMU_RT static void
run(LV2_Handle instance, const uint32_t n_frames)
{
  Predict* const self   = (Predict*)instance;
  Plugin* const  plugin = &self->plugin;
  const LmuFpu   host   = lmu_fpu_enter();
  plugin_begin_run(plugin, predict_port(self, PREDICT_ENABLED));
  weights_begin_run(&self->weights, plugin);
  predict_update(self);

  for (uint32_t offset = 0U; offset < n_frames;) {
    const uint32_t part = plugin_part(plugin, n_frames - offset);
    if (!plugin->phase) {
      predict_begin_segment(self);
      predict_file_begin_segment(self);
    }
    predict_play(self, offset, part);
    plugin_advance(plugin, part);
    offset += part;
  }
  predict_write_readings(self);

  const ViewSource source = view_source(self);
  plugin_end_run(plugin, n_frames, &source);
  lmu_fpu_leave(host);
}

#define PREDICT(name)                                                     \
  {                                                                       \
    LMU_URI_PREFIX name, instantiate, plugin_connect_port, activate, run, \
      NULL, cleanup, extensions_of_weights                                \
  }

const LV2_Descriptor lmu_predict_descriptors[2] = {PREDICT("predict"),
                                                   PREDICT("predict-stereo")};
