// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/graph.h"
#include "tools/train/arrays.h"
#include "tools/train/json_line.h"
#include "tools/train/sequence_job.h"

#include <jansson.h>

#include <stdint.h>

/// Set what it was trained on
static void
set_arrays(json_t* const object, const LmuArrays* const arrays)
{
  lmu_json_line_text(object, "x", arrays->x_path);
  lmu_json_line_text(object, "y", arrays->y_path);
  lmu_json_line_text(
    object, "task", arrays->target ? "regression" : "classification");
  lmu_json_line_whole(object, "sequences", (int64_t)arrays->n);
  lmu_json_line_whole(object, "steps", arrays->n_frames);
  lmu_json_line_whole(object, "inputs", arrays->n_inputs);
  lmu_json_line_whole(object, "outputs", arrays->n_outputs);
}

void
lmu_sequence_result_print(const LmuSequenceResult* const result,
                          const LmuSequenceJob* const    job)
{
  const LmuSequenceReport* const report = &result->report;
  json_t* const                  object = json_object();
  lmu_json_line_text(object, "model", job->plan.output);
  set_arrays(object, job->train);
  lmu_json_line_whole(
    object, "parameters", lmu_graph_n_trainable(result->graph));
  if (job->train->target) {
    lmu_json_line_number(object, "nrmse", report->best.nrmse);
  } else {
    lmu_json_line_number(object, "accuracy", report->best.accuracy);
    lmu_json_line_number(object, "cross_entropy", report->best.entropy);
  }
  lmu_json_line_whole(object, "updates", (int64_t)report->n_updates);
  lmu_json_line_whole(object, "rewinds", report->n_rewinds);
  lmu_json_line_number(object, "seconds", result->seconds);
  lmu_json_line_number(object, "cpu_s", result->cpu_seconds);
  (void)json_object_set_new(
    object, "interrupted", json_boolean(result->interrupted));
  lmu_json_line_print(object);
}
