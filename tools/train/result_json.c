// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/result_json.h"

#include "core/nn/setup/graph.h"
#include "tools/train/job.h"
#include "tools/train/json_line.h"
#include "train/audio/recipe.h"
#include "train/audio/rest.h"

#include <jansson.h>

#include <math.h>
#include <stdint.h>

static void
set_score(json_t* const object, const LmuTrainResult* const result)
{
  double rest = -INFINITY;
  for (uint32_t i = 0U; i < LMU_N_REST_FACTORS; ++i) {
    rest =
      fmax(rest, fmax(result->rest.apart_db[i], result->rest.moving_db[i]));
  }
  lmu_json_line_number(object, "esr", result->score.esr);
  lmu_json_line_number(object, "esr_db", 10.0 * log10(result->score.esr));
  lmu_json_line_number(object, "esr_preemphasised", result->score.emphasised);
  lmu_json_line_number(object, "esr_quiet_tenth", result->score.quiet);
  lmu_json_line_number(object, "esr_volume_control", result->plain_esr);
  lmu_json_line_number(object, "rest_db", rest);
  lmu_json_line_number(
    object, "least_window_scale", result->graph->metadata.least_scale);
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
  lmu_json_line_text(object, "model", job->plan.output);
  lmu_json_line_text(object, "dry", dry);
  lmu_json_line_text(object, "wet", wet);
  // A model to start from may be of any kind
  lmu_json_line_text(object,
                     "device",
                     job->plan.initial ? NULL
                                       : lmu_device_word(result->device));
  lmu_json_line_text(
    object, "size", job->plan.initial ? NULL : lmu_size_word(job->size));
  lmu_json_line_number(object, "rate", job->rate);
  lmu_json_line_whole(object, "latency", job->latency);
  lmu_json_line_whole(
    object, "parameters", lmu_graph_n_trainable(result->graph));
  set_score(object, result);
  set_aliasing(object, result->aliasing);
  lmu_json_line_number(object, "ns_a_sample", result->ns_a_sample);
  lmu_json_line_whole(object, "updates", (int64_t)result->n_updates);
  lmu_json_line_whole(object, "rewinds", result->n_rewinds);
  lmu_json_line_number(object, "seconds", result->seconds);
  lmu_json_line_number(object, "cpu_s", result->cpu_seconds);
  lmu_json_line_number(object,
                       "audio_s_per_cpu_s",
                       result->audio_s / fmax(result->cpu_seconds, 1e-9));
  (void)json_object_set_new(
    object, "interrupted", json_boolean(result->interrupted));
  lmu_json_line_print(object);
}
