// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/command/train_sequence.h"

#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "tools/base/failure.h"
#include "tools/base/notice.h"
#include "tools/base/print.h"
#include "tools/command/arguments.h"
#include "tools/network/trained.h"
#include "tools/train/arrays.h"
#include "tools/train/layers.h"
#include "tools/train/options.h"
#include "tools/train/sequence_job.h"
#include "tools/train/session.h"
#include "train/audio/recipe.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/// All that was asked for, and what it takes
typedef struct {
  const LmuArguments* arguments;
  LmuSequenceJob      job;
  LmuArrays           train;
  LmuArrays           valid;
  LmuGraph*           initial;
} Sequence;

/// Options of recordings alone
static const char* const audio_options[] = {"--device",
                                            "--stop-esr",
                                            "--condition",
                                            "--channel",
                                            "--latency",
                                            "--validate-dry",
                                            "--validate-wet",
                                            "--pre-emphasis",
                                            "--report",
                                            "--sound"};

/* Options */

static LmuExit
read_options(Sequence* const self, LmuFailure* const error)
{
  const LmuArguments* const arguments = self->arguments;
  LmuSequenceJob* const     job       = &self->job;
  const LmuNumberOption     numbers[] = {
        {"--stop-at", &job->stop_at, 0.0, 100.0},
        {"--adversary", &job->adversary, 0.0, 1000.0},
  };
  LmuExit status =
    lmu_refuse_options(error,
                       arguments,
                       audio_options,
                       sizeof(audio_options) / sizeof(audio_options[0]),
                       "is for recordings alone, without --sequence");
  if (!status) {
    status = lmu_read_plan(&job->plan, error, arguments);
  }
  if (!status) {
    status = lmu_read_word(
      &job->size, error, arguments, "--size", lmu_size_word, "small");
  }
  if (!status) {
    status = lmu_read_numbers(
      error, arguments, numbers, sizeof(numbers) / sizeof(numbers[0]));
  }
  return status ? status
                : lmu_arguments_whole(
                    &job->frames, error, arguments, "--frames", 1U, UINT32_MAX);
}

/// See that the model can be written
static LmuExit
check_output(Sequence* const self, LmuFailure* const error)
{
  const char* const output = self->arguments->output;
  const LmuExit     status =
    lmu_session_check(error, output, self->job.plan.resumes);
  self->job.plan.output = output;
  lmu_trained_set_name_of(&self->job.plan.metadata, output);
  return status ? status : lmu_check_initial(error, self->arguments, output);
}

/* Arrays */

/// Say what arrays are, as the same shape may be meant in two ways
static void
tell(const LmuArrays* const arrays)
{
  char what[64];
  (void)snprintf(what,
                 sizeof(what),
                 arrays->is_series ? "one series" : "%zu sequences",
                 arrays->n);
  lmu_notice("%s: %s of %u step%s with %u input%s; %s: %s%u %s %s",
             arrays->x_path,
             what,
             arrays->n_frames,
             arrays->n_frames > 1U ? "s" : "",
             arrays->n_inputs,
             arrays->n_inputs > 1U ? "s" : "",
             arrays->y_path,
             arrays->target ? "" : "one of ",
             arrays->n_outputs,
             !arrays->target          ? "classes"
             : arrays->n_outputs > 1U ? "numbers"
                                      : "number",
             arrays->n_scored == arrays->n_frames ? "at each step"
                                                  : "at the last step");
}

/// Find where the arrays to judge by are, which follow --validate, among the
/// operands; return their index, or the number of operands without
static uint32_t
first_valid(const LmuArguments* const arguments)
{
  for (uint32_t i = 0U; i < arguments->n_given; ++i) {
    if (!strcmp(arguments->given[i].name, "--validate")) {
      return arguments->given[i].n_before;
    }
  }
  return arguments->n_operands - 1U;
}

static LmuExit
read_arrays(Sequence* const self, LmuFailure* const error)
{
  const LmuArguments* const arguments = self->arguments;
  const char* const* const  paths     = arguments->operands;
  const uint32_t            n         = arguments->n_operands - 1U;
  const uint32_t            valid     = first_valid(arguments);
  const uint32_t            first     = (valid == 0U && n == 4U) ? 2U : 0U;
  const bool fits = (valid == n) ? n == 2U : n == 4U && !(valid % 2U);
  if (!fits) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "--sequence takes two arrays, and two more after "
                           "--validate; give X.npy Y.npy");
  }
  LmuExit status =
    lmu_arrays_read(&self->train, error, paths[first], paths[first + 1U]);
  self->job.train = &self->train;
  if (status || valid == n) {
    return status;
  }
  status =
    lmu_arrays_read(&self->valid, error, paths[valid], paths[valid + 1U]);
  self->job.valid = &self->valid;
  return status ? status : lmu_arrays_match(&self->valid, error, &self->train);
}

/* Network */

/// See that a network is for such arrays
static LmuExit
check_network(const Sequence* const self,
              LmuFailure* const     error,
              const char* const     name)
{
  const LmuArrays* const arrays = &self->train;
  const LmuGraph* const  graph  = self->initial;
  return graph->n_inputs == arrays->n_inputs &&
             graph->n_outputs == arrays->n_outputs
           ? LMU_EXIT_SUCCESS
           : lmu_failure_set(
               error,
               LMU_EXIT_BAD_INPUT,
               "%s takes %u inputs and ends in %u outputs, and %s "
               "has %u and %s %u %s; give another network",
               name,
               graph->n_inputs,
               graph->n_outputs,
               arrays->x_path,
               arrays->n_inputs,
               arrays->y_path,
               arrays->n_outputs,
               arrays->target ? "numbers" : "classes");
}

/// Read what to start from: a model, or layers that the user wrote
static LmuExit
read_network(Sequence* const self, LmuFailure* const error)
{
  const LmuArguments* const arguments = self->arguments;
  const char* const   init   = lmu_arguments_value(arguments, "--init", NULL);
  const char* const   layers = lmu_arguments_value(arguments, "--layers", NULL);
  const LmuLayersSpec spec   = {self->train.n_inputs, 0U, self->job.plan.seed};
  LmuNetwork*         network = NULL;
  LmuExit             status  = LMU_EXIT_SUCCESS;
  if (init && layers) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "--layers is another network than --init has; give "
                           "one of them");
  }
  if (init) {
    status = lmu_trained_open(&self->initial, &network, error, init);
    lmu_network_free(network);
  } else if (layers) {
    status = lmu_layers_read(&self->initial, error, layers, &spec);
  }
  self->job.plan.initial = self->initial;
  self->job.plan.is_new  = layers;
  return status || !self->initial
           ? status
           : check_network(self, error, init ? init : "--layers");
}

/* Training */

static void
print_summary(const Sequence* const self, const LmuSequenceResult* const result)
{
  const LmuSequenceScore* const best = &result->report.best;
  lmu_print("%s: %u weights, %s %.2f %%, %.0f s, %.0f s of CPU time\n",
            self->job.plan.output,
            lmu_graph_n_trainable(result->graph),
            self->train.target ? "NRMSE" : "accuracy",
            lmu_sequence_figure(&self->job, best),
            result->seconds,
            result->cpu_seconds);
}

static LmuExit
train(Sequence* const self, LmuFailure* const error)
{
  LmuSequenceResult result;
  if (!self->job.plan.quiet) {
    tell(&self->train);
  }
  const LmuExit status = lmu_sequence_job_run(&result, error, &self->job);
  if (result.was_done) {
    lmu_notice("%s is trained already, and has nothing to resume; remove it to "
               "train anew",
               self->job.plan.output);
  }
  if (result.graph && (!status || status == LMU_EXIT_INTERRUPTED)) {
    if (lmu_arguments_has(self->arguments, "--json")) {
      lmu_sequence_result_print(&result, &self->job);
    } else if (!self->job.plan.quiet) {
      print_summary(self, &result);
    }
    (void)fflush(stdout);
  }
  lmu_graph_free(result.graph);
  return status;
}

LmuExit
lmu_train_sequence(const LmuArguments* const arguments, LmuFailure* const error)
{
  LmuExit (*const steps[])(Sequence*, LmuFailure*) = {
    read_options, check_output, read_arrays, read_network, train};
  Sequence self    = {.arguments = arguments};
  self.job.plan    = lmu_default_plan();
  self.job.size    = LMU_SIZE_SMALL;
  self.job.stop_at = NAN;
  LmuExit status   = LMU_EXIT_SUCCESS;
  for (size_t i = 0U; !status && i < sizeof(steps) / sizeof(steps[0]); ++i) {
    status = steps[i](&self, error);
  }
  lmu_arrays_clear(&self.valid);
  lmu_arrays_clear(&self.train);
  lmu_graph_free(self.initial);
  return status;
}
