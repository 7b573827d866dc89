// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/predict.h"

#include "core/attributes.h"
#include "core/rt/forecaster.h"
#include "core/rt/memory.h"
#include "core/rt/model.h"
#include "core/setup/aligned.h"
#include "core/setup/graph.h"
#include "plugin/exchange.h"
#include "plugin/loader.h"
#include "plugin/package.h"
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

/// Time over which the gain is taken, as that of what is learned [s]
#define SCORE_SECONDS 0.4

/// Mean square that counts as silence, -140 dB
#define SILENCE 1e-14

/* Setup */

/// Allocate rings for the greatest horizon, and return whether there was room
static bool
allocate(Predict* const self)
{
  Frozen* const frozen = &self->frozen;
  const double  most   = MAX_PREDICT_THETA_MS * self->plugin.rate / 1000.0;
  uint32_t      size   = 2U;
  while ((double)size < most + 2.0) {
    size *= 2U;
  }

  bool enough  = true;
  frozen->mask = size - 1U;
  for (uint32_t i = 0U; i < 2U * self->n_channels; ++i) {
    float** const past = &frozen->forecasts[i % 2U].past[i / 2U];
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
                           PACKAGE_FORECASTS,
                           self->plugin.rate,
                           self->n_channels,
                           NULL,
                           0U,
                           bundle_path};
  return allocate(self) && weights_init(&self->weights, &self->plugin, &spec);
}

void
predict_file_clear(Predict* const self)
{
  weights_clear(&self->weights, &self->plugin);
  for (uint32_t i = 0U; i < 2U * LMU_MAX_FORECAST_CHANNELS; ++i) {
    free(self->frozen.forecasts[i % 2U].past[i / 2U]);
  }
}

void
predict_file_activate(Predict* const self)
{
  Frozen* const frozen         = &self->frozen;
  frozen->forecasts[0].package = NULL;
  frozen->forecasts[1].package = NULL;
  frozen->energy               = 0.0;
  frozen->error                = 0.0;
  loader_activate(&self->weights.loader);
}

/* Realtime */

/// Return what a package forecast of late, or null if it has no place
LMU_RT static FileForecasts*
find(Predict* const self, const Package* const package)
{
  for (uint32_t i = 0U; i < 2U; ++i) {
    if (self->frozen.forecasts[i].package == package) {
      return &self->frozen.forecasts[i];
    }
  }
  return NULL;
}

/// Take the output whose horizon is nearest to what is asked for
LMU_RT static void
choose_output(FileForecasts* const it, const uint32_t horizon)
{
  const LmuModel* const model = it->package->model;
  const uint32_t        output =
    lmu_model_output(model, (double)horizon + model->latency);
  if (!it->lead || output != it->output) {
    it->output = output;
    it->lead   = (uint32_t)(package_lead(it->package, output) + 0.5);
    it->age    = 0U;
  }
}

/// Give a package a place, which there always is, as two play at most
LMU_RT static void
follow(Predict* const self, const Package* const package)
{
  FileForecasts* const known = find(self, package);
  FileForecasts* const it    = known ? known : find(self, NULL);
  if (!it) {
    return;
  }
  if (!known) {
    it->package = package;
    it->lead    = 0U;
  }
  if (package->model) {
    choose_output(it, self->task.horizon);
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
    FileForecasts* const it = &self->frozen.forecasts[i];
    if (it->package != loader->now && it->package != loader->next) {
      it->package = NULL;
    }
  }
  follow(self, loader->now);
  if (loader->next) {
    follow(self, loader->next);
  }
}

void
predict_file_hear(Predict* const self,
                  const uint32_t offset,
                  const uint32_t n_frames)
{
  const float        conditions[LMU_MAX_CONDITIONS] = {0.5f, 0.5f, 0.5f, 0.5f};
  float              input[LMU_MAX_FORECAST_CHANNELS][SEGMENT];
  const float* const inputs[LMU_MAX_FORECAST_CHANNELS] = {input[0], input[1]};
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    const float* const source = plugin_audio(&self->plugin, N_ATOM_PORTS + c);
    for (uint32_t i = 0U; i < n_frames; ++i) {
      input[c][i] = source ? lmu_sane(source[offset + i]) : 0.0f;
    }
  }
  if (self->weights.loader.now) {
    loader_process(&self->weights.loader, inputs, conditions, n_frames);
  }
}

/// Return what a file forecasts of a channel, or what was learned without one
LMU_RT static LmuForecast
forecast(const Predict* const       self,
         const FileForecasts* const it,
         const uint32_t             index,
         const uint32_t             channel,
         const LmuForecast          learned)
{
  const Frozen* const  frozen  = &self->frozen;
  const Package* const package = it->package;
  if (!package->model) {
    return learned;
  }

  const uint32_t output = (channel * package->model->n_outputs) + it->output;
  const uint32_t before = (frozen->place - it->lead) & frozen->mask;
  float* const   past   = it->past[channel];

  const LmuForecast result = {package->outputs[output][index],
                              it->age >= it->lead ? past[before] : 0.0f};
  past[frozen->place]      = result.next;
  return result;
}

/// Keep the score of a frame
LMU_RT static void
keep_score(Predict* const           self,
           const float* const       in,
           const LmuForecast* const forecasts)
{
  Frozen* const frozen = &self->frozen;
  const double  part =
    1.0 / (SCORE_SECONDS * self->plugin.rate * self->n_channels);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    const double input = (double)in[c];
    const double error = input - (double)forecasts[c].due;
    frozen->energy += part * ((input * input) - frozen->energy);
    frozen->error += part * ((error * error) - frozen->error);
  }
}

/// Move on by a frame
LMU_RT static void
advance(Frozen* const frozen)
{
  frozen->place = (frozen->place + 1U) & frozen->mask;
  for (uint32_t i = 0U; i < 2U; ++i) {
    frozen->forecasts[i].age += frozen->forecasts[i].age < UINT32_MAX;
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
    forecasts[c]              = forecast(self, now, index, c, learned);
    if (loader->next) {
      const LmuForecast other = forecast(self, next, index, c, learned);
      forecasts[c].next += part * (other.next - forecasts[c].next);
      forecasts[c].due += part * (other.due - forecasts[c].due);
    }
  }
  keep_score(self, in, forecasts);
  advance(&self->frozen);
}

const FileForecasts*
predict_file_now(const Predict* const self)
{
  const Loader* const  loader = &self->weights.loader;
  const Package* const rising = loader_rising(loader);
  const Package* const last   = rising ? rising : loader->now;
  for (uint32_t i = 0U; i < 2U; ++i) {
    const FileForecasts* const it = &self->frozen.forecasts[i];
    if (last && last->model && it->package == last) {
      return it;
    }
  }
  return NULL;
}

double
predict_file_gain(const Predict* const self)
{
  return (self->frozen.energy + SILENCE) / (self->frozen.error + SILENCE);
}
