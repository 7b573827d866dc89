// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/predict.h"

#include "core/base/attributes.h"
#include "core/base/setup/aligned.h"
#include "core/dsp/rt/forecaster.h"
#include "core/dsp/rt/glide.h"
#include "core/dsp/rt/win_rate.h"
#include "core/memory/rt/memory.h"
#include "core/nn/rt/model.h"
#include "core/nn/setup/graph.h"
#include "plugin/controls.h"
#include "plugin/engine_swap.h"
#include "plugin/loaded_model.h"
#include "plugin/loader.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/weights.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/**
   @file
   Forecasts by a weight file, in place of those that are learned.

   Which output of the network plays, and so which horizon, is the nearest to
   what the controls ask for.
*/

/* Setup */

/// Return one of the rings of all files, by channel, voice, and file
static float**
ring(FileForecaster* const file, const uint32_t index)
{
  return &file->forecasts[index % 2U].voices[index / 2U % 2U].past[index / 4U];
}

/// Allocate rings for the greatest horizon, and return whether there was room
static bool
allocate(Predict* const self)
{
  FileForecaster* const file = &self->file;
  const double most = MAX_PREDICT_THETA_MS * self->plugin.rate / 1000.0;
  uint32_t     size = 2U;
  while ((double)size < most + 2.0) {
    size *= 2U;
  }

  bool enough = true;
  file->mask  = size - 1U;
  for (uint32_t i = 0U; i < 4U * self->n_channels; ++i) {
    float** const past = ring(file, i);
    *past              = (float*)lmu_aligned_zeros(size * sizeof(float));
    enough             = enough && *past;
  }
  return enough;
}

bool
predict_file_init(Predict* const self, const char* const bundle_path)
{
  const LoaderSpec spec = {&self->plugin.host,
                           &self->plugin.uris,
                           LOADED_MODEL_FORECASTS,
                           self->plugin.rate,
                           self->n_channels,
                           NULL,
                           0U,
                           bundle_path};
  self->file.memory =
    PREDICT_SCORE_SECONDS * self->plugin.rate * self->n_channels;
  return allocate(self) && weights_init(&self->weights, &self->plugin, &spec);
}

void
predict_file_clear(Predict* const self)
{
  weights_clear(&self->weights, &self->plugin);
  for (uint32_t i = 0U; i < 4U * LMU_MAX_FORECAST_CHANNELS; ++i) {
    free(*ring(&self->file, i));
  }
}

void
predict_file_activate(Predict* const self)
{
  FileForecaster* const file = &self->file;
  file->forecasts[0].loaded  = NULL;
  file->forecasts[1].loaded  = NULL;
  file->energy               = 0.0;
  file->error                = 0.0;
  file->win_rate             = (LmuWinRate){0.0, 0.0, 0.0};
  loader_activate(&self->weights.loader);
}

/* Realtime */

/// Return whether forecasts are those of a loaded model, or of none
LMU_RT static bool
is_of(const FileForecasts* const it, const LoadedModel* const loaded)
{
  return it->loaded == loaded && (!loaded || it->number == loaded->number);
}

/// Return the recent forecasts of a loaded model, or null if there are none
LMU_RT static FileForecasts*
find(Predict* const self, const LoadedModel* const loaded)
{
  for (uint32_t i = 0U; i < 2U; ++i) {
    if (is_of(&self->file.forecasts[i], loaded)) {
      return &self->file.forecasts[i];
    }
  }
  return NULL;
}

/// Return the output whose horizon is nearest to what is asked for
LMU_RT static uint32_t
wanted_output(const Predict* const self, const LmuModel* const model)
{
  const double horizon = predict_wanted_task(self).horizon;
  return lmu_model_output(model, horizon + model->latency);
}

/// Begin to keep what an output forecasts
LMU_RT static void
start_voice(FileVoice* const         voice,
            const LoadedModel* const loaded,
            const uint32_t           output)
{
  voice->output = output;
  voice->lead   = (uint32_t)(loaded_model_lead(loaded, output) + 0.5);
  voice->age    = 0U;
}

/// Let the other voice play, once it knows what it forecast for now
LMU_RT static void
change_voice(const Predict* const self, FileForecasts* const it)
{
  const FileVoice* const other = &it->voices[1U - it->now];
  if (it->fade.value >= 1.0) {
    it->now     = 1U - it->now;
    it->changes = false;
    lmu_glide_set(&it->fade, 0.0);
  } else if (other->age >= other->lead && it->fade.target <= 0.0) {
    plugin_glide(&self->plugin, &it->fade, 1.0, FADE_SECONDS);
  }
}

/// Follow which output has the horizon that is nearest to what is asked for
LMU_RT static void
follow_horizon(const Predict* const self, FileForecasts* const it)
{
  const uint32_t output = wanted_output(self, it->loaded->model);
  if (it->changes) {
    change_voice(self, it);
  } else if (output != it->voices[it->now].output) {
    it->changes = true;
    start_voice(&it->voices[1U - it->now], it->loaded, output);
  }
}

/// Begin with the output that is asked for
LMU_RT static void
start(const Predict* const     self,
      FileForecasts* const     it,
      const LoadedModel* const loaded)
{
  it->loaded  = loaded;
  it->number  = loaded->number;
  it->changes = false;
  lmu_glide_set(&it->fade, 0.0);
  if (loaded->model) {
    start_voice(
      &it->voices[it->now], loaded, wanted_output(self, loaded->model));
  }
}

/// Keep forecasts of a loaded model, for which there is always room as two play
/// at most
LMU_RT static void
follow(Predict* const self, const LoadedModel* const loaded)
{
  FileForecasts* const known = find(self, loaded);
  FileForecasts* const it    = known ? known : find(self, NULL);
  if (it && !known) {
    start(self, it, loaded);
  } else if (it && loaded->model) {
    follow_horizon(self, it);
  }
}

void
predict_file_begin_segment(Predict* const self)
{
  Loader* const loader = &self->weights.loader;
  if (!loader->now) {
    return;
  }

  loader_update(loader);
  for (uint32_t i = 0U; i < 2U; ++i) {
    FileForecasts* const it = &self->file.forecasts[i];
    if (!is_of(it, loader->now) && !is_of(it, loader->next)) {
      it->loaded = NULL;
    }
  }
  follow(self, loader->now);
  if (loader->next) {
    follow(self, loader->next);
  }
}

void
predict_file_hear(Predict* const            self,
                  const float* const* const input,
                  const uint32_t            n_frames)
{
  const float conditions[LMU_MAX_CONDITIONS] = {0.5f, 0.5f, 0.5f, 0.5f};
  if (self->weights.loader.now) {
    loader_process(&self->weights.loader, input, conditions, n_frames);
  }
}

/// Return what a voice forecasts of a channel, and keep it
LMU_RT static LmuForecast
speak(const FileForecaster* const file,
      const FileForecasts* const  it,
      const FileVoice* const      voice,
      const uint32_t              channel,
      const uint32_t              index)
{
  const LoadedModel* const loaded = it->loaded;
  const uint32_t output = (channel * loaded->model->n_outputs) + voice->output;
  const uint32_t before = (file->position - voice->lead) & file->mask;
  float* const   past   = voice->past[channel];

  const LmuForecast result = {loaded->outputs[output][index],
                              voice->age >= voice->lead ? past[before] : 0.0f};
  past[file->position]     = result.next;
  return result;
}

/// Return a forecast on the way from one to another
LMU_RT static LmuForecast
between(const LmuForecast x, const LmuForecast y, const float part)
{
  const LmuForecast result = {x.next + (part * (y.next - x.next)),
                              x.due + (part * (y.due - x.due))};
  return result;
}

/// Return what a file forecasts of a channel, or what was learned without one
LMU_RT static LmuForecast
forecast(const FileForecaster* const file,
         const FileForecasts* const  it,
         const uint32_t              channel,
         const uint32_t              index,
         const LmuForecast           learned)
{
  if (!it->loaded->model) {
    return learned;
  }

  const LmuForecast now = speak(file, it, &it->voices[it->now], channel, index);
  if (!it->changes) {
    return now;
  }
  const LmuForecast other =
    speak(file, it, &it->voices[1U - it->now], channel, index);
  return between(now, other, (float)it->fade.value);
}

/// Keep the score of a frame
LMU_RT static void
keep_score(Predict* const           self,
           const float* const       in,
           const LmuForecast* const forecasts)
{
  FileForecaster* const file = &self->file;
  const double          part = 1.0 / file->memory;
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    const double input = (double)in[c];
    const double error = input - (double)forecasts[c].due;
    file->energy += part * ((input * input) - file->energy);
    file->error += part * ((error * error) - file->error);
    lmu_win_rate_update(
      &file->win_rate, (input * input) - (error * error), file->memory);
  }
}

/// Move on by a frame
LMU_RT static void
advance(FileForecaster* const file)
{
  file->position = (file->position + 1U) & file->mask;
  for (uint32_t i = 0U; i < 2U; ++i) {
    FileForecasts* const it = &file->forecasts[i];
    (void)lmu_glide_next(&it->fade);
    it->voices[0].age += it->voices[0].age < UINT32_MAX;
    it->voices[1].age += it->voices[1].age < UINT32_MAX;
  }
}

void
predict_file_forecast(Predict* const     self,
                      const uint32_t     index,
                      const float* const in,
                      LmuForecast* const forecasts)
{
  Loader* const loader = &self->weights.loader;
  if (!loader->now) {
    return;
  }

  const FileForecasts* const now  = find(self, loader->now);
  const FileForecasts* const next = find(self, loader->next);
  const float                part =
    loader_rising(loader) ? (float)loader_next_fade(loader) : 0.0f;
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    const LmuForecast learned = forecasts[c];
    forecasts[c]              = forecast(&self->file, now, c, index, learned);
    if (loader->next) {
      forecasts[c] = between(
        forecasts[c], forecast(&self->file, next, c, index, learned), part);
    }
  }
  keep_score(self, in, forecasts);
  advance(&self->file);
}

/// Return the weight file whose forecasts are heard, or are to be, or null
LMU_RT static const FileForecasts*
playing(const Predict* const self)
{
  const LoadedModel* const last = loader_last(&self->weights.loader);
  for (uint32_t i = 0U; i < 2U; ++i) {
    const FileForecasts* const it = &self->file.forecasts[i];
    if (last && last->model && is_of(it, last)) {
      return it;
    }
  }
  return NULL;
}

PredictScore
predict_score(const Predict* const self)
{
  const FileForecaster* const file = &self->file;
  const FileForecasts* const  it   = playing(self);
  const PredictScore learned       = {lmu_forecaster_gain(self->forecaster, 0U),
                                      lmu_forecaster_confidence(self->forecaster, 0U),
                                      self->task.horizon};
  if (!it) {
    return learned;
  }

  const PredictScore score = {lmu_prediction_gain(file->energy, file->error),
                              lmu_win_rate_confidence(&file->win_rate),
                              it->voices[it->now].lead};
  return score;
}
