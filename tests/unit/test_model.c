// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/dsp/rt/resampler.h"
#include "core/dsp/setup/resampler.h"
#include "core/memory/rt/memory.h"
#include "core/nn/rt/model.h"
#include "core/nn/rt/network.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/model.h"
#include "core/nn/setup/parameters.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Most outputs of a model in these tests
#define MAX_OUTPUTS 16U

/// Most frames of a signal in these tests
#define MAX_FRAMES 24000U

/// Difference of coefficients at two rates, of an input of 200 Hz.  An input
/// held for a frame of 1/44100 s has its sinc at 3.4e-5 below one.
#define MAX_RATE_ERROR 2e-4

/// Error of a resampled network [dB], where the filters' own is -106
#define MAX_RESAMPLED_ERROR (-90.0)

static const float no_conditions[LMU_MAX_CONDITIONS] = {0.0f};

/* Graphs */

static LmuGraph*
new_graph(const uint32_t n_inputs, const double rate)
{
  LmuGraph* const graph = lmu_graph_new();
  ck_assert_ptr_nonnull(graph);
  graph->n_inputs           = n_inputs;
  graph->metadata.rate      = rate;
  graph->n_layers           = 1U;
  graph->layers[0].n_inputs = n_inputs;
  return graph;
}

/// Make room for all parameters, noise of some size
static void
finish(LmuGraph* const graph, const double size)
{
  LmuError error               = {""};
  uint32_t noise               = 1U;
  graph->layers[0].memory_bias = true;
  graph->layers[0].cell_bias   = true;
  ck_assert_int_eq(lmu_graph_allocate(graph, &error), LMU_SUCCESS);
  for (size_t i = 0U; i < graph->n_values; ++i) {
    graph->values[i] = size * next_noise(&noise);
  }
  ck_assert_msg(!lmu_graph_check(graph, &error), "%s", error.text);
}

/// A memory whose coefficients are the output
static LmuGraph*
memory_graph(const double rate, const uint32_t order, const double theta)
{
  LmuGraph* const graph = new_graph(1U, rate);
  LmuLayer* const layer = &graph->layers[0];
  layer->type           = LMU_LAYER_LMU;
  layer->order          = order;
  layer->memory_d       = 1U;
  layer->theta[0]       = theta;
  finish(graph, 0.0);
  lmu_layer_values(graph, 0U, LMU_KERNEL)[0] = 1.0;
  return graph;
}

/// A memory with a hidden layer that recurs
static LmuGraph*
recurrent_graph(const double rate, const uint32_t n_inputs)
{
  LmuGraph* const graph   = new_graph(n_inputs, rate);
  LmuLayer* const layer   = &graph->layers[0];
  layer->type             = LMU_LAYER_LMU;
  layer->order            = 6U;
  layer->memory_d         = 1U;
  layer->theta[0]         = 40.0;
  layer->cell             = LMU_CELL_SIMPLE_RNN;
  layer->units            = 5U;
  layer->activation       = LMU_TANH;
  layer->hidden_to_memory = true;
  layer->input_to_hidden  = true;
  finish(graph, 0.3);
  return graph;
}

/// A layer whose outputs are its inputs
static LmuGraph*
through_graph(const double rate, const uint32_t n_inputs)
{
  LmuGraph* const graph = new_graph(n_inputs, rate);
  LmuLayer* const layer = &graph->layers[0];
  layer->type           = LMU_LAYER_DENSE;
  layer->units          = n_inputs;
  finish(graph, 0.0);
  for (uint32_t i = 0U; i < n_inputs; ++i) {
    lmu_layer_values(graph, 0U, LMU_CELL_KERNEL)[(i * n_inputs) + i] = 1.0;
  }
  return graph;
}

/* Models */

static LmuModelSpec
spec_at(const double rate, const uint32_t n_channels)
{
  const LmuModelSpec spec = {rate, 1.0, LMU_RATE_AUTO, n_channels};
  return spec;
}

/// Make a model, and free its graph
static LmuModel*
make(LmuGraph* const graph, const LmuModelSpec spec)
{
  LmuError        error  = {""};
  LmuModel*       model  = NULL;
  const LmuStatus status = lmu_model_new(&model, graph, &spec, &error);
  ck_assert_msg(!status, "%s", error.text);
  ck_assert_str_eq(error.text, "");
  lmu_graph_free(graph);
  return model;
}

/// Run a model for some frames of all of its channels, [n_channels][n_frames],
/// and set its outputs, [MAX_OUTPUTS][n_frames]
static void
step_frames(LmuModel* const    model,
            const float* const input,
            float* const       out,
            const uint32_t     n_frames)
{
  const float* const in[LMU_MAX_MODEL_CHANNELS] = {input, input + n_frames};
  float*             outputs[MAX_OUTPUTS];
  for (uint32_t i = 0U; i < MAX_OUTPUTS; ++i) {
    outputs[i] = out + ((size_t)i * n_frames);
  }
  lmu_model_process(model, in, no_conditions, outputs, n_frames);
}

/// Run a model of one channel for one frame, and return its first output
static float
step(LmuModel* const model, const float input, float* const out)
{
  const float frame[LMU_MAX_MODEL_CHANNELS] = {input, 0.0f};
  step_frames(model, frame, out, 1U);
  return out[0];
}

/* Rates */

/// Write the coefficients of the memory of 20 ms at the end of 0.1 s
static void
coefficients_at(const double rate, float out[MAX_OUTPUTS])
{
  LmuModel* const model =
    make(memory_graph(44100.0, 8U, 882.0), spec_at(rate, 1U));
  ck_assert_ptr_null(model->resamplers[0]);
  ck_assert(!model->rate_differs);
  for (uint32_t i = 0U; i < (uint32_t)lround(0.1 * rate); ++i) {
    // Each sample is held for a frame, so it stands for the middle of it
    (void)step(model, (float)sin(2.0 * PI * 200.0 * (i + 0.5) / rate), out);
  }
  lmu_model_free(model);
}

START_TEST(windows_keep_their_length_in_seconds)
{
  static const double rates[] = {48000.0, 96000.0, 192000.0, 22050.0};
  float               trained[MAX_OUTPUTS] = {0.0f};
  float               other[MAX_OUTPUTS]   = {0.0f};
  coefficients_at(44100.0, trained);
  coefficients_at(rates[_i], other);
  for (uint32_t i = 0U; i < 8U; ++i) {
    ck_assert_float_eq_tol(other[i], trained[i], (float)MAX_RATE_ERROR);
  }
}
END_TEST

START_TEST(theta_scale_stretches_windows)
{
  LmuModelSpec spec      = spec_at(48000.0, 1U);
  spec.theta_scale       = 2.0;
  LmuModel* const scaled = make(memory_graph(48000.0, 6U, 100.0), spec);
  LmuModel* const longer =
    make(memory_graph(48000.0, 6U, 200.0), spec_at(48000.0, 1U));
  uint32_t noise = 1U;
  for (uint32_t i = 0U; i < 400U; ++i) {
    float       out[2][MAX_OUTPUTS];
    const float x = next_noise(&noise);
    (void)step(scaled, x, out[0]);
    (void)step(longer, x, out[1]);
    for (uint32_t j = 0U; j < 6U; ++j) {
      ck_assert_float_eq(out[0][j], out[1][j]);
    }
  }
  lmu_model_free(longer);
  lmu_model_free(scaled);
}
END_TEST

START_TEST(theta_scale_is_held_where_a_network_rests)
{
  LmuModelSpec    spec        = spec_at(48000.0, 1U);
  LmuGraph* const graph       = memory_graph(48000.0, 6U, 100.0);
  graph->metadata.least_scale = 0.5;
  ck_assert_double_eq(lmu_graph_scale(graph, 0.25), 0.5);
  ck_assert_double_eq(lmu_graph_scale(graph, 0.75), 0.75);
  spec.theta_scale       = 0.25;
  LmuModel* const scaled = make(graph, spec);
  LmuModel* const half =
    make(memory_graph(48000.0, 6U, 50.0), spec_at(48000.0, 1U));
  uint32_t noise = 1U;
  for (uint32_t i = 0U; i < 400U; ++i) {
    float       out[2][MAX_OUTPUTS];
    const float x = next_noise(&noise);
    (void)step(scaled, x, out[0]);
    (void)step(half, x, out[1]);
    ck_assert_mem_eq(out[0], out[1], 6U * sizeof(float));
  }
  lmu_model_free(half);
  lmu_model_free(scaled);
}
END_TEST

/// Some tones, all far below half of all rates
static float
tones(const double seconds)
{
  return (float)((0.3 * sin(2.0 * PI * 220.0 * seconds)) +
                 (0.2 * sin(2.0 * PI * 1013.0 * seconds)) +
                 (0.1 * sin(2.0 * PI * 2500.0 * seconds)));
}

/// Write the first output of the recurrent network that was made for 48 kHz
static LmuModel*
run_recurrent(const double rate, float* const output, const uint32_t n_frames)
{
  LmuModel* const model = make(recurrent_graph(48000.0, 1U), spec_at(rate, 1U));
  for (uint32_t i = 0U; i < n_frames; ++i) {
    float out[MAX_OUTPUTS];
    output[i] = step(model, tones(i / rate), out);
  }
  return model;
}

START_TEST(a_resampled_network_sounds_as_at_its_own_rate)
{
  // Every `host` frames of the host are `own` frames of the network
  static const struct {
    double   rate;
    uint32_t host;
    uint32_t own;
  } cases[] = {
    {44100.0, 147U, 160U},
    {96000.0, 2U, 1U},
    {192000.0, 4U, 1U},
    {32000.0, 2U, 3U},
  };
  static float    own[MAX_FRAMES];
  static float    host[MAX_FRAMES];
  LmuModel* const trained   = run_recurrent(48000.0, own, MAX_FRAMES);
  LmuModel* const resampled = run_recurrent(cases[_i].rate, host, MAX_FRAMES);
  ck_assert_ptr_null(trained->resamplers[0]);
  ck_assert_double_eq(trained->latency, 0.0);
  ck_assert_ptr_nonnull(resampled->resamplers[0]);

  const uint32_t latency = (uint32_t)resampled->latency;
  double         error   = 0.0;
  double         level   = 0.0;
  uint32_t       count   = 0U;
  for (uint32_t i = 10U; i * cases[_i].own < MAX_FRAMES; ++i) {
    const uint32_t place = (i * cases[_i].host) + latency;
    if (i * cases[_i].own > 2000U && place < MAX_FRAMES) {
      const double y = own[(size_t)i * cases[_i].own];
      error += pow(host[place] - y, 2.0);
      level += y * y;
      ++count;
    }
  }
  ck_assert_uint_gt(count, 80U);
  ck_assert_double_gt(sqrt(level / count), 0.01);
  const double error_db = to_db(sqrt(error / level));
  ck_assert_msg(error_db < MAX_RESAMPLED_ERROR, "%.1f dB", error_db);
  lmu_model_free(resampled);
  lmu_model_free(trained);
}
END_TEST

/// Rate of a host so slow that the network runs as many frames for one of its
/// as it ever does, and more than it can run at once [Hz]
#define SLOW_RATE 1000.0

/// Frames of a slow host that it has at once
#define SLOW_FRAMES 10U

/// Run a network at its own rate for a frame of a slow host, and return for how
/// many of its own
static uint32_t
step_resampled(LmuModel* const     own,
               LmuResampler* const resampler,
               const float* const  frame,
               float* const        output)
{
  float          inner[LMU_MAX_INNER * LMU_MAX_MODEL_CHANNELS];
  float          answers[LMU_MAX_INNER * MAX_OUTPUTS];
  const uint32_t n_inner = lmu_resampler_put(resampler, frame, inner);
  for (uint32_t i = 0U; i < n_inner; ++i) {
    float out[MAX_OUTPUTS];
    step_frames(own, inner + ((size_t)i * own->n_audio), out, 1U);
    memcpy(answers + ((size_t)i * own->n_outputs),
           out,
           sizeof(float) * own->n_outputs);
  }
  lmu_resampler_get(resampler, answers, n_inner, output);
  return n_inner;
}

START_TEST(all_frames_of_a_network_run_for_one_of_a_slow_host)
{
  const uint32_t  n = (uint32_t)_i;
  LmuModel* const slow =
    make(recurrent_graph(48000.0, n), spec_at(SLOW_RATE, n));
  LmuModel* const own = make(recurrent_graph(48000.0, n), spec_at(48000.0, n));
  const LmuResamplerSpec spec      = {SLOW_RATE, 48000.0, n, own->n_outputs};
  LmuResampler*          resampler = NULL;
  uint32_t               most      = 0U;
  uint32_t               noise     = 1U;
  ck_assert_int_eq(lmu_resampler_new(&resampler, &spec), LMU_SUCCESS);

  for (uint32_t block = 0U; block < 30U; ++block) {
    float in[LMU_MAX_MODEL_CHANNELS][SLOW_FRAMES];
    float out[MAX_OUTPUTS][SLOW_FRAMES];
    float wanted[SLOW_FRAMES][MAX_OUTPUTS];
    for (uint32_t t = 0U; t < SLOW_FRAMES; ++t) {
      const float frame[]    = {next_noise(&noise), next_noise(&noise)};
      in[0][t]               = frame[0];
      in[1][t]               = frame[1];
      const uint32_t n_inner = step_resampled(own, resampler, frame, wanted[t]);
      most                   = n_inner > most ? n_inner : most;
    }
    step_frames(slow, in[0], out[0], SLOW_FRAMES);
    for (uint32_t t = 0U; t < SLOW_FRAMES; ++t) {
      for (uint32_t i = 0U; i < own->n_outputs; ++i) {
        ck_assert_float_eq(out[i][t], wanted[t][i]);
      }
    }
  }
  ck_assert_uint_gt(most, LMU_NETWORK_FRAMES);
  lmu_resampler_free(resampler);
  lmu_model_free(own);
  lmu_model_free(slow);
}
END_TEST

START_TEST(a_rate_mode_decides_what_runs)
{
  static const struct {
    double      file_rate;
    LmuRateMode mode;
    bool        recurs;
    bool        resamples;
    bool        differs;
  } cases[] = {
    {44100.0, LMU_RATE_AUTO, false, false, false},
    {44100.0, LMU_RATE_AUTO, true, true, false},
    {48000.0, LMU_RATE_AUTO, true, false, false},
    {0.0, LMU_RATE_AUTO, true, false, false},
    {44100.0, LMU_RATE_RESAMPLE, false, true, false},
    {48000.0, LMU_RATE_RESAMPLE, true, false, false},
    {0.0, LMU_RATE_RESAMPLE, true, false, false},
    {44100.0, LMU_RATE_AS_IS, true, false, true},
    {44100.0, LMU_RATE_AS_IS, false, false, true},
    {48000.0, LMU_RATE_AS_IS, true, false, false},
    {0.0, LMU_RATE_AS_IS, false, false, false},
  };
  for (size_t i = 0U; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    LmuModelSpec spec = spec_at(48000.0, 1U);
    spec.rate_mode    = cases[i].mode;
    LmuModel* const model =
      make(cases[i].recurs ? recurrent_graph(cases[i].file_rate, 1U)
                           : memory_graph(cases[i].file_rate, 4U, 50.0),
           spec);
    ck_assert_int_eq(model->resamplers[0] != NULL, cases[i].resamples);
    ck_assert_int_eq(model->rate_differs, cases[i].differs);
    ck_assert_int_eq(model->latency > 0.0, cases[i].resamples);
    lmu_model_free(model);
  }
}
END_TEST

START_TEST(a_window_of_too_few_frames_is_resampled)
{
  LmuModel* const model =
    make(memory_graph(48000.0, 2U, 2.0), spec_at(8000.0, 1U));
  ck_assert_ptr_nonnull(model->resamplers[0]);
  lmu_model_free(model);
}
END_TEST

START_TEST(rates_too_far_apart_are_refused_in_words)
{
  LmuError           error = {""};
  const LmuModelSpec spec  = spec_at(48000.0, 1U);
  LmuGraph* const    graph = recurrent_graph(500.0, 1U);
  LmuModel*          model = unset();
  ck_assert_int_eq(lmu_model_new(&model, graph, &spec, &error), LMU_BAD_RATE);
  ck_assert_ptr_null(model);
  ck_assert_ptr_nonnull(strstr(error.text, "500 Hz"));
  ck_assert_ptr_nonnull(strstr(error.text, "Rate Mode"));
  lmu_graph_free(graph);
}
END_TEST

START_TEST(latency_is_the_file_s_and_the_resampler_s)
{
  LmuGraph* const slow   = memory_graph(48000.0, 4U, 50.0);
  slow->metadata.latency = 10.0;
  LmuModel* const as_is  = make(slow, spec_at(96000.0, 1U));
  ck_assert_double_eq(as_is->latency, 20.0);
  lmu_model_free(as_is);

  LmuGraph* const recurs   = recurrent_graph(48000.0, 1U);
  recurs->metadata.latency = 10.0;
  LmuModel* const model    = make(recurs, spec_at(44100.0, 1U));
  ck_assert_double_eq(model->latency,
                      9.0 + lmu_resampler_latency(model->resamplers[0]));
  lmu_model_free(model);
}
END_TEST

/// Make a model whose four outputs predict 0 to 3 times ten frames ahead
static LmuModel*
make_forecaster(const double rate, const LmuModelSpec spec)
{
  LmuGraph* const graph      = memory_graph(rate, 4U, 50.0);
  graph->metadata.n_horizons = 4U;
  for (uint32_t i = 0U; i < 4U; ++i) {
    graph->metadata.horizons[i] = 10.0 * i;
  }
  return make(graph, spec);
}

START_TEST(horizons_are_in_frames_of_the_host)
{
  static const LmuRateMode modes[] = {
    LMU_RATE_AUTO, LMU_RATE_RESAMPLE, LMU_RATE_AS_IS};
  static const double factors[] = {2.0, 2.0, 1.0};
  LmuModelSpec        spec      = spec_at(96000.0, 1U);
  spec.rate_mode                = modes[_i];
  spec.theta_scale              = 3.0;
  LmuModel* const model         = make_forecaster(48000.0, spec);
  ck_assert_uint_eq(model->n_horizons, 4U);
  for (uint32_t i = 0U; i < 4U; ++i) {
    ck_assert_double_eq(model->horizons[i], 30.0 * factors[_i] * i);
  }
  lmu_model_free(model);
}
END_TEST

START_TEST(the_nearest_horizon_is_chosen)
{
  LmuModel* const model = make_forecaster(48000.0, spec_at(48000.0, 1U));
  ck_assert_uint_eq(lmu_model_output(model, -1.0), 0U);
  ck_assert_uint_eq(lmu_model_output(model, 5.0), 0U);
  ck_assert_uint_eq(lmu_model_output(model, 5.1), 1U);
  ck_assert_uint_eq(lmu_model_output(model, 24.9), 2U);
  ck_assert_uint_eq(lmu_model_output(model, 1e9), 3U);
  lmu_model_free(model);

  LmuModel* const other = make(through_graph(0.0, 1U), spec_at(48000.0, 1U));
  ck_assert_uint_eq(other->n_horizons, 0U);
  ck_assert_uint_eq(lmu_model_output(other, 10.0), 0U);
  lmu_model_free(other);
}
END_TEST

START_TEST(loudness_is_brought_to_one_level)
{
  static const double levels[] = {-18.0, -28.0, -90.0, 20.0, (double)NAN};
  static const double gains[]  = {0.0, 10.0, 24.0, -24.0, 0.0};
  for (uint32_t i = 0U; i < 5U; ++i) {
    LmuGraph* const graph       = through_graph(0.0, 1U);
    graph->metadata.loudness_db = levels[i];
    LmuModel* const model       = make(graph, spec_at(48000.0, 1U));
    ck_assert_double_eq_tol(
      to_db((double)model->loudness_gain), gains[i], 1e-5);
    lmu_model_free(model);
  }
}
END_TEST

/* Channels, blocks, and values */

START_TEST(blocks_do_not_matter)
{
  // Odd: resampled
  const double    rate  = (_i % 2) ? 44100.0 : 48000.0;
  LmuModel* const whole = make(recurrent_graph(48000.0, 1U), spec_at(rate, 1U));
  LmuModel* const split = make(recurrent_graph(48000.0, 1U), spec_at(rate, 1U));
  uint32_t        noise = 1U;
  for (uint32_t i = 0U; i < 200U; ++i) {
    float              x[LMU_MODEL_FRAMES];
    float              y[MAX_OUTPUTS][LMU_MODEL_FRAMES];
    float*             out[MAX_OUTPUTS];
    const float* const in = x;
    const uint32_t     n  = 1U + (i % LMU_MODEL_FRAMES);
    for (uint32_t j = 0U; j < n; ++j) {
      x[j] = next_noise(&noise);
    }
    for (uint32_t j = 0U; j < MAX_OUTPUTS; ++j) {
      out[j] = y[j];
    }
    lmu_model_process(whole, &in, no_conditions, out, n);
    for (uint32_t j = 0U; j < n; ++j) {
      float single[MAX_OUTPUTS];
      (void)step(split, x[j], single);
      for (uint32_t k = 0U; k < 5U; ++k) {
        ck_assert_float_eq(y[k][j], single[k]);
      }
    }
  }
  lmu_model_free(split);
  lmu_model_free(whole);
}
END_TEST

START_TEST(channels_do_not_mix_and_buffers_may_be_shared)
{
  // Odd: resampled
  const double    rate   = (_i % 2) ? 44100.0 : 48000.0;
  LmuModel* const stereo = make(through_graph(48000.0, 1U), spec_at(rate, 2U));
  LmuModel* const left   = make(through_graph(48000.0, 1U), spec_at(rate, 1U));
  LmuModel* const right  = make(through_graph(48000.0, 1U), spec_at(rate, 1U));
  uint32_t        noise  = 1U;
  for (uint32_t i = 0U; i < 500U; ++i) {
    float              mono[MAX_OUTPUTS];
    float              x[2]    = {next_noise(&noise), next_noise(&noise)};
    const float        copy[2] = {x[0], x[1]};
    const float* const in[2]   = {&x[0], &x[1]};
    float* const       out[2]  = {&x[1], &x[0]}; // Crossed
    lmu_model_process(stereo, in, no_conditions, out, 1U);
    ck_assert_float_eq(x[1], step(left, copy[0], mono));
    ck_assert_float_eq(x[0], step(right, copy[1], mono));
  }
  lmu_model_free(right);
  lmu_model_free(left);
  lmu_model_free(stereo);
}
END_TEST

START_TEST(a_network_of_two_channels_runs_once)
{
  LmuModel* const model =
    make(through_graph(48000.0, 2U), spec_at(48000.0, 2U));
  ck_assert_uint_eq(model->n_states, 1U);
  ck_assert_uint_eq(model->n_audio, 2U);
  const float        x[2]   = {0.25f, -0.5f};
  float              y[2]   = {0.0f, 0.0f};
  const float* const in[2]  = {&x[0], &x[1]};
  float* const       out[2] = {&y[0], &y[1]};
  lmu_model_process(model, in, no_conditions, out, 1U);
  ck_assert_float_eq(y[0], x[0]);
  ck_assert_float_eq(y[1], x[1]);
  lmu_model_free(model);
}
END_TEST

START_TEST(inputs_that_do_not_fit_are_refused_in_words)
{
  static const uint32_t    channels[] = {1U, 1U, 2U, 3U};
  static const uint32_t    inputs[]   = {2U, 3U, 3U, 1U};
  static const char* const words[]    = {
       "LMU Model Stereo", "hears 3", "hears 3", "3 channels"};
  for (uint32_t i = 0U; i < 4U; ++i) {
    LmuError           error = {""};
    const LmuModelSpec spec  = spec_at(48000.0, channels[i]);
    LmuGraph* const    graph = through_graph(48000.0, inputs[i]);
    LmuModel*          model = unset();
    ck_assert_int_eq(lmu_model_new(&model, graph, &spec, &error),
                     LMU_BAD_MODEL);
    ck_assert_ptr_null(model);
    ck_assert_ptr_nonnull(strstr(error.text, words[i]));
    lmu_graph_free(graph);
  }
}
END_TEST

START_TEST(conditions_are_the_last_inputs)
{
  // Odd: resampled, and conditions are not
  LmuGraph* const graph        = through_graph(48000.0, 3U);
  graph->metadata.n_conditions = 2U;
  LmuModelSpec spec            = spec_at((_i % 2) ? 44100.0 : 48000.0, 1U);
  spec.rate_mode               = LMU_RATE_RESAMPLE;
  LmuModel* const model        = make(graph, spec);
  ck_assert_uint_eq(model->n_conditions, 2U);

  const float        conditions[LMU_MAX_CONDITIONS] = {0.25f, 0.75f};
  const float        x                              = 0.5f;
  const float* const in                             = &x;
  float              y[3];
  float* const       out[3] = {&y[0], &y[1], &y[2]};
  for (uint32_t i = 0U; i < 200U; ++i) {
    lmu_model_process(model, &in, conditions, out, 1U);
  }
  ck_assert_float_eq_tol(y[0], 0.5f, 1e-6f);
  ck_assert_float_eq_tol(y[1], 0.25f, 1e-6f);
  ck_assert_float_eq_tol(y[2], 0.75f, 1e-6f);
  lmu_model_free(model);
}
END_TEST

// Filters overshoot at steps, and weights may be of any size
START_TEST(outputs_stay_within_bounds)
{
  // Odd: resampled
  LmuGraph* const graph = through_graph(48000.0, 1U);
  graph->values[0]      = (_i < 2) ? 1.0 : 1e30;
  LmuModelSpec spec     = spec_at((_i % 2) ? 44100.0 : 48000.0, 1U);
  spec.rate_mode        = LMU_RATE_RESAMPLE;
  LmuModel* const model = make(graph, spec);
  float           out[MAX_OUTPUTS];
  for (uint32_t i = 0U; i < 1000U; ++i) {
    const float x = ((i / 50U) % 2U) ? LMU_MAX_INPUT : -LMU_MAX_INPUT;
    ck_assert_float_le(fabsf(step(model, x, out)), LMU_MAX_INPUT);
  }
  lmu_model_free(model);
}
END_TEST

START_TEST(reset_forgets_all_input)
{
  // Odd: resampled
  LmuModel* const model = make(recurrent_graph(48000.0, 1U),
                               spec_at((_i % 2) ? 44100.0 : 48000.0, 1U));
  float           first[300];
  float           out[MAX_OUTPUTS];
  uint32_t        noise = 1U;
  for (uint32_t i = 0U; i < 300U; ++i) {
    first[i] = step(model, next_noise(&noise), out);
  }
  lmu_model_reset(model);
  noise = 1U;
  for (uint32_t i = 0U; i < 300U; ++i) {
    ck_assert_float_eq(step(model, next_noise(&noise), out), first[i]);
  }
  lmu_model_free(model);
}
END_TEST

START_TEST(an_equal_model_goes_on_where_the_last_one_was)
{
  // Odd: resampled
  LmuModelSpec spec     = spec_at((_i % 2) ? 44100.0 : 48000.0, 1U);
  spec.rate_mode        = LMU_RATE_RESAMPLE;
  LmuModel* const first = make(memory_graph(48000.0, 6U, 200.0), spec);
  LmuModel* const next  = make(memory_graph(48000.0, 6U, 200.0), spec);
  LmuModel* const other = make(memory_graph(48000.0, 7U, 200.0), spec);
  uint32_t        noise = 1U;
  float           out[2][MAX_OUTPUTS];
  for (uint32_t i = 0U; i < 1000U; ++i) {
    (void)step(first, next_noise(&noise), out[0]);
  }
  ck_assert(!lmu_model_adopt(other, first));
  ck_assert(lmu_model_adopt(next, first));
  for (uint32_t i = 0U; i < 300U; ++i) {
    const float x = next_noise(&noise);
    (void)step(first, x, out[0]);
    (void)step(next, x, out[1]);
    for (uint32_t j = 0U; j < 6U; ++j) {
      ck_assert_float_eq_tol(out[0][j], out[1][j], 1e-5f);
    }
  }
  lmu_model_free(other);
  lmu_model_free(next);
  lmu_model_free(first);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("model");
  tcase_add_loop_test(tcase, windows_keep_their_length_in_seconds, 0, 4);
  tcase_add_test(tcase, theta_scale_stretches_windows);
  tcase_add_test(tcase, theta_scale_is_held_where_a_network_rests);
  tcase_add_loop_test(
    tcase, a_resampled_network_sounds_as_at_its_own_rate, 0, 4);
  tcase_add_loop_test(
    tcase, all_frames_of_a_network_run_for_one_of_a_slow_host, 1, 3);
  tcase_add_test(tcase, a_rate_mode_decides_what_runs);
  tcase_add_test(tcase, a_window_of_too_few_frames_is_resampled);
  tcase_add_test(tcase, rates_too_far_apart_are_refused_in_words);
  tcase_add_test(tcase, latency_is_the_file_s_and_the_resampler_s);
  tcase_add_loop_test(tcase, horizons_are_in_frames_of_the_host, 0, 3);
  tcase_add_test(tcase, the_nearest_horizon_is_chosen);
  tcase_add_test(tcase, loudness_is_brought_to_one_level);
  tcase_add_loop_test(tcase, blocks_do_not_matter, 0, 2);
  tcase_add_loop_test(
    tcase, channels_do_not_mix_and_buffers_may_be_shared, 0, 2);
  tcase_add_test(tcase, a_network_of_two_channels_runs_once);
  tcase_add_test(tcase, inputs_that_do_not_fit_are_refused_in_words);
  tcase_add_loop_test(tcase, conditions_are_the_last_inputs, 0, 2);
  tcase_add_loop_test(tcase, outputs_stay_within_bounds, 0, 4);
  tcase_add_loop_test(tcase, reset_forgets_all_input, 0, 2);
  tcase_add_loop_test(
    tcase, an_equal_model_goes_on_where_the_last_one_was, 0, 2);
  return run_case("model", tcase);
}
