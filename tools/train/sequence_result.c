// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/graph.h"
#include "tools/train/arrays.h"
#include "tools/train/sequence_job.h"

#include <jansson.h>

#include <stdio.h>

static void
set_whole(json_t* const object, const char* const key, const double number)
{
  (void)json_object_set_new(object, key, json_integer((json_int_t)number));
}

static void
set_real(json_t* const object, const char* const key, const double number)
{
  (void)json_object_set_new(object, key, json_real(number));
}

static void
set_text(json_t* const object, const char* const key, const char* const text)
{
  json_t* const string = json_string(text);
  (void)json_object_set_new(object, key, string ? string : json_null());
}

/// Set what it was trained on
static void
set_arrays(json_t* const object, const LmuArrays* const arrays)
{
  set_text(object, "x", arrays->x_path);
  set_text(object, "y", arrays->y_path);
  set_text(object, "task", arrays->target ? "regression" : "classification");
  set_whole(object, "sequences", (double)arrays->n);
  set_whole(object, "steps", arrays->n_frames);
  set_whole(object, "inputs", arrays->n_inputs);
  set_whole(object, "outputs", arrays->n_outputs);
}

void
lmu_sequence_result_print(const LmuSequenceResult* const result,
                          const LmuSequenceJob* const    job)
{
  const LmuSequenceReport* const report = &result->report;
  json_t* const                  object = json_object();
  set_text(object, "model", job->plan.output);
  set_arrays(object, job->train);
  set_whole(object, "parameters", lmu_graph_n_trainable(result->graph));
  if (job->train->target) {
    set_real(object, "nrmse", report->best.nrmse);
  } else {
    set_real(object, "accuracy", report->best.accuracy);
    set_real(object, "cross_entropy", report->best.entropy);
  }
  set_whole(object, "updates", (double)report->n_updates);
  set_whole(object, "rewinds", report->n_rewinds);
  set_real(object, "seconds", result->seconds);
  set_real(object, "cpu_s", result->cpu_seconds);
  (void)json_object_set_new(
    object, "interrupted", json_boolean(result->interrupted));
  (void)json_dumpf(object, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9));
  (void)putchar('\n');
  json_decref(object);
}
