// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/result_json.h"

#include "core/nn/setup/graph.h"
#include "tools/train/job.h"
#include "train/audio/recipe.h"
#include "train/audio/rest.h"

#include <jansson.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>

static void
set_number(json_t* const object, const char* const key, const double number)
{
  (void)json_object_set_new(
    object, key, isfinite(number) ? json_real(number) : json_null());
}

static void
set_text(json_t* const object, const char* const key, const char* const text)
{
  json_t* const string = text ? json_string(text) : NULL;
  (void)json_object_set_new(object, key, string ? string : json_null());
}

static void
set_score(json_t* const object, const LmuTrainResult* const result)
{
  double rest = -INFINITY;
  for (uint32_t i = 0U; i < LMU_N_REST_FACTORS; ++i) {
    rest =
      fmax(rest, fmax(result->rest.apart_db[i], result->rest.moving_db[i]));
  }
  set_number(object, "esr", result->score.esr);
  set_number(object, "esr_db", 10.0 * log10(result->score.esr));
  set_number(object, "esr_preemphasised", result->score.emphasised);
  set_number(object, "esr_quiet_tenth", result->score.quiet);
  set_number(object, "esr_volume_control", result->plain_esr);
  set_number(object, "rest_db", rest);
  set_number(object, "least_window_scale", result->graph->metadata.least_scale);
}

/// Add what is no harmonic of each tone, null where there is no such tone
static void
set_aliasing(json_t* const object, const double db[LMU_N_ALIASING])
{
  json_t* const array = json_array();
  for (uint32_t i = 0U; i < LMU_N_ALIASING; ++i) {
    (void)json_array_append_new(array,
                                isnan(db[i]) ? json_null() : json_real(db[i]));
  }
  (void)json_object_set_new(object, "aliasing_db", array);
}

void
lmu_result_json_print(const LmuTrainResult* const result,
                      const LmuTrainJob* const    job,
                      const char* const           dry,
                      const char* const           wet)
{
  json_t* const object = json_object();
  set_text(object, "model", job->plan.output);
  set_text(object, "dry", dry);
  set_text(object, "wet", wet);
  // A model to start from may be of any kind
  set_text(object,
           "device",
           job->plan.initial ? NULL : lmu_device_word(result->device));
  set_text(object, "size", job->plan.initial ? NULL : lmu_size_word(job->size));
  set_number(object, "rate", job->rate);
  (void)json_object_set_new(object, "latency", json_integer(job->latency));
  (void)json_object_set_new(
    object, "parameters", json_integer(lmu_graph_n_trainable(result->graph)));
  set_score(object, result);
  set_aliasing(object, result->aliasing);
  set_number(object, "ns_a_sample", result->ns_a_sample);
  (void)json_object_set_new(
    object, "updates", json_integer((json_int_t)result->n_updates));
  (void)json_object_set_new(object, "rewinds", json_integer(result->n_rewinds));
  set_number(object, "seconds", result->seconds);
  set_number(object, "cpu_s", result->cpu_seconds);
  set_number(object,
             "audio_s_per_cpu_s",
             result->audio_s / fmax(result->cpu_seconds, 1e-9));
  (void)json_object_set_new(
    object, "interrupted", json_boolean(result->interrupted));
  (void)json_dumpf(object, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9));
  (void)putchar('\n');
  json_decref(object);
}
