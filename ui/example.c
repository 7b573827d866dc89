// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/example.h"

#include "core/base/status.h"
#include "core/memory/rt/bandwidth.h"
#include "core/memory/rt/engine.h"
#include "core/memory/setup/decoder.h"
#include "core/memory/setup/engine.h"
#include "plugin/ports.h"
#include "plugin/view.h"
#include "ui/layout.h"
#include "ui/live.h"
#include "ui/panel.h"
#include "ui/panel_spec.h"
#include "ui/view.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846
#define RATE 48000.0
#define VIEW_FRAMES 1920U // 25 a second
#define N_FRAMES ((size_t)VIEW_FRAMES * LMU_EXAMPLE_VIEWS)
#define NOTE_FRAMES 28800U
#define N_HARMONICS 10U
#define STAGES 3U
#define DRIVE 5.0
#define NETWORK_MS 20.0 // Of what a model shows
#define NETWORK_ORDER 24.0f

struct LmuExampleImpl {
  LmuPanel*   panel;
  LmuDecoder* decoder;
  LmuEngine*  engine;
  float*      input;
  float*      output;
  uint32_t    frame; ///< Of the next View
  LmuView     view;
  double      theta; ///< [frames]
};

/// Return a plucked string, some notes one after another
static double
pluck(const uint32_t frame)
{
  static const double notes_hz[] = {110.0, 164.8, 130.8, 196.0, 146.8, 220.0};

  const uint32_t note = frame / NOTE_FRAMES;
  const double   age  = (frame % NOTE_FRAMES) / RATE;
  const double   hz   = notes_hz[note % (sizeof(notes_hz) / sizeof(double))];
  double         sum  = 0.0;
  for (uint32_t k = 1U; k <= N_HARMONICS; ++k) {
    const double size = sin(0.28 * PI * k) / k * exp(-age * (1.2 + (1.1 * k)));
    sum += size * sin(2.0 * PI * k * hz * age);
  }
  return 0.62 * sum * (1.0 - exp(-age / 0.002));
}

/// Write the outline of a window that ends at a frame, return its columns
static uint32_t
set_trace(float          trace[][2],
          const float*   samples,
          const double   theta,
          const uint32_t end)
{
  const uint32_t length = (uint32_t)fmin(ceil(theta), end);
  const uint32_t count  = (length < VIEW_COLUMNS) ? length : VIEW_COLUMNS;
  for (uint32_t i = 0U; i < count; ++i) {
    const uint64_t first = end - length + (((uint64_t)length * i) / count);
    const uint64_t last =
      end - length + (((uint64_t)length * (i + 1U)) / count);
    trace[i][0] = samples[first];
    trace[i][1] = samples[first];
    for (uint64_t j = first; j < last; ++j) {
      trace[i][0] = fminf(trace[i][0], samples[j]);
      trace[i][1] = fmaxf(trace[i][1], samples[j]);
    }
  }
  return count;
}

/// Take the numbers of the memory as a plugin sends them
static bool
set_numbers(LmuExample* const self, const bool is_decoder)
{
  LmuView* const view = &self->view;
  view->order         = self->engine->modes->order;
  view->basis         = is_decoder ? VIEW_COEFFICIENTS : VIEW_MODES;
  view->n_numbers     = lmu_view_size(view->order, view->basis);
  if (!is_decoder) {
    memcpy(
      view->numbers, self->engine->live[0]->z, view->n_numbers * sizeof(float));
    return true;
  }

  double     m[LMU_MAX_ORDER];
  const bool is_good =
    lmu_engine_coefficients(self->engine, 0U, m) == LMU_SUCCESS;
  for (uint32_t i = 0U; is_good && i < view->order; ++i) {
    view->numbers[i] = (float)m[i];
  }
  return is_good;
}

/// Return what a few samples before make likely, by a polynomial
static float
forecast(const float* const input, const uint32_t frame)
{
  const uint32_t step = 9U;
  return (frame < 3U * step)
           ? 0.0f
           : (3.0f * input[frame - step]) -
               (3.0f * input[frame - (2U * step)]) + input[frame - (3U * step)];
}

/// Write what the plugin would put out
static void
set_output(LmuExample* const self, const uint32_t first, const uint32_t count)
{
  const bool  is_decoder = lmu_panel_spec_has(self->panel->spec, "position");
  const float position   = lmu_panel_value(self->panel, "position", 0.0f);
  for (uint32_t i = first; i < first + count; ++i) {
    if (is_decoder) {
      lmu_engine_process(self->engine, 0U, self->input + i, 1U);
      self->output[i] = lmu_engine_tap(self->engine, 0U, (double)position);
    } else if (lmu_panel_spec_has(self->panel->spec, "horizon")) {
      self->output[i] = forecast(self->input, i);
    } else {
      self->output[i] = (float)(0.5 * tanh(DRIVE * (double)self->input[i]));
    }
  }
  if (!is_decoder) {
    lmu_engine_process(self->engine, 0U, self->input + first, count);
  }
}

/// Show readings as the plugin would
static void
set_readings(const LmuExample* const self)
{
  LmuPanel* const panel = self->panel;
  const uint32_t  order = self->engine->modes->order;
  lmu_panel_set(panel, "order_used", (float)order);
  lmu_panel_set(
    panel, "bandwidth", (float)lmu_bandwidth(order, self->theta, RATE));
  if (!strncmp(panel->spec->name, "model", 5U)) {
    lmu_panel_set(panel, "theta", (float)(1e3 * self->theta / RATE));
    lmu_panel_set(panel, "order", (float)order);
    lmu_panel_set(panel, "file_rate", (float)RATE);
    lmu_panel_set(panel, "status", FILE_READY);
    (void)snprintf(panel->path,
                   sizeof(panel->path),
                   "%s",
                   "/models/Warm Valve Overdrive.safetensors");
  }
  lmu_panel_set(panel, "prediction_gain", 23.4f);
  lmu_panel_set(panel, "confidence", 0.99f);
  lmu_panel_set(panel, "horizon_used", 5.0f);
}

/// Take what all Views share, and a memory
static bool
set_memory(LmuExample* const self)
{
  const LmuPanel* const panel     = self->panel;
  const bool            has_curve = lmu_scene(panel->spec).has_curve;
  const double          theta_ms =
    has_curve ? (double)lmu_panel_value(panel, "theta", 20.0f) : NETWORK_MS;
  const float order =
    has_curve ? lmu_panel_value(panel, "order", 32.0f) : NETWORK_ORDER;
  const LmuEngineSpec spec = {(uint32_t)order, STAGES, 1U, 1U};
  if (lmu_engine_new(&self->engine, &spec) != LMU_SUCCESS) {
    return false;
  }

  const bool   has_taps = lmu_panel_spec_has(panel->spec, "tap1_position");
  const double margin   = has_taps ? TAPS_MARGIN : 1.0;
  self->theta           = 1e-3 * theta_ms * RATE * margin;
  self->view.theta_s    = self->theta / RATE;
  self->view.rate_hz    = RATE;
  lmu_engine_set_theta(self->engine, self->theta);
  return true;
}

LmuExample*
lmu_example_new(LmuPanel* const panel)
{
  LmuExample* const self = (LmuExample*)calloc(1U, sizeof(LmuExample));
  if (!self) {
    return NULL;
  }

  self->panel   = panel;
  self->decoder = lmu_decoder_new();
  self->input   = (float*)calloc(N_FRAMES, sizeof(float));
  self->output  = (float*)calloc(N_FRAMES, sizeof(float));
  if (!self->decoder || !self->input || !self->output || !set_memory(self)) {
    lmu_example_free(self);
    return NULL;
  }

  for (uint32_t i = 0U; i < N_FRAMES; ++i) {
    self->input[i] = (float)pluck(i + (NOTE_FRAMES / 2U));
  }
  lmu_live_reset(&panel->live);
  set_readings(self);
  return self;
}

bool
lmu_example_step(LmuExample* const example)
{
  LmuExample* const self    = example;
  LmuView* const    view    = &self->view;
  const LmuScene    scene   = lmu_scene(self->panel->spec);
  const bool     is_decoder = lmu_panel_spec_has(self->panel->spec, "position");
  const uint32_t end        = self->frame + VIEW_FRAMES;
  if (end > N_FRAMES) {
    return false;
  }

  set_output(self, self->frame, VIEW_FRAMES);
  if (!set_numbers(self, is_decoder)) {
    return false;
  }
  view->n_input =
    is_decoder ? 0U : set_trace(view->input, self->input, self->theta, end);
  view->n_output = scene.has_output
                     ? set_trace(view->output, self->output, self->theta, end)
                     : 0U;
  ++view->sequence;
  self->frame = end;
  return true;
}

const LmuView*
lmu_example_view(const LmuExample* const example)
{
  return &example->view;
}

void
lmu_example_free(LmuExample* const example)
{
  if (example) {
    lmu_engine_free(example->engine);
    lmu_decoder_free(example->decoder);
    free(example->output);
    free(example->input);
    free(example);
  }
}

bool
lmu_example_set(LmuPanel* const panel)
{
  LmuExample* const self    = lmu_example_new(panel);
  uint32_t          n_views = 0U;
  while (self && lmu_example_step(self)) {
    lmu_live_step(&panel->live, self->decoder, &self->view);
    ++n_views;
  }
  lmu_example_free(self);
  return n_views == LMU_EXAMPLE_VIEWS;
}
