// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/rt/limits.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "tools/base/allocate.h"
#include "tools/base/failure.h"
#include "tools/base/notice.h"
#include "tools/base/print.h"
#include "tools/base/text.h"
#include "tools/command/arguments.h"
#include "tools/command/command.h"
#include "tools/command/train_sequence.h"
#include "tools/network/trained.h"
#include "tools/picture/picture.h"
#include "tools/train/alignment.h"
#include "tools/train/decibels.h"
#include "tools/train/job.h"
#include "tools/train/layers.h"
#include "tools/train/options.h"
#include "tools/train/outputs.h"
#include "tools/train/recordings.h"
#include "tools/train/report_picture.h"
#include "tools/train/result_json.h"
#include "tools/train/sound_file.h"
#include "tools/train/stop.h"
#include "train/audio/aliasing.h"
#include "train/audio/recipe.h"
#include "train/audio/split.h"
#include "train/audio/streams.h"
#include "train/fold.h"
#include "train/own_step.h"
#include "train/pair/agree.h"
#include "train/pair/pair.h"
#include "train/pair/report.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LATENCY 480000.0 // [frames]

/// All that was asked for, and what it takes
typedef struct {
  const LmuArguments* arguments;
  LmuTrainJob         job;
  LmuGraph*           initial;
  uint32_t            channel;
  LmuRecorded         dry;
  LmuRecorded         wets[LMU_MAX_OPERANDS];
  double              latency; ///< Of all, if it is given [frames]
  LmuPairReport pairs[LMU_MAX_OPERANDS + 1U]; ///< Of wets, and of that to judge
                                              ///< by [frames]
  LmuRecorded    valid_dry;
  LmuRecorded    valid_wet;
  uint32_t       n_wets;
  LmuOutputs     outputs;
  LmuSplit       split;
  double         conditions[LMU_MAX_OPERANDS + 1U][LMU_MAX_CONDITIONS];
  bool           given[LMU_MAX_OPERANDS][LMU_MAX_CONDITIONS];
  LmuTrainResult result;
} Train;

/* Options */

static LmuExit
read_sizes(Train* const self, LmuFailure* const error)
{
  const LmuArguments* const arguments = self->arguments;
  LmuTrainJob* const        job       = &self->job;
  uint32_t                  size      = LMU_SIZE_SMALL;
  LmuExit                   status =
    lmu_read_word(&size, error, arguments, "--size", lmu_size_word, "small");
  if (!status) {
    status = lmu_read_word(
      &job->device, error, arguments, "--device", lmu_device_word, "auto");
  }
  if (!status && job->device == LMU_DEVICE_TIME &&
      (lmu_arguments_has(arguments, "--condition") ||
       lmu_arguments_has(arguments, "--init"))) {
    status = lmu_failure_set(error,
                             LMU_EXIT_USAGE,
                             "--device time is fitted at once, with neither "
                             "--condition nor --init; leave them out");
  }
  job->size = (LmuSize)size;
  return status;
}

static LmuExit
read_numbers(Train* const self, LmuFailure* const error)
{
  LmuTrainJob* const    job       = &self->job;
  const LmuNumberOption numbers[] = {
    {"--latency", &self->latency, -MAX_LATENCY, MAX_LATENCY},
    {"--stop-esr", &job->stop_db, -200.0, 0.0},
    {"--pre-emphasis", &job->emphasis, 0.0, 0.99},
  };

  const LmuExit status = lmu_read_numbers(
    error, self->arguments, numbers, sizeof(numbers) / sizeof(numbers[0]));
  return !status && (self->latency < floor(self->latency) ||
                     self->latency > floor(self->latency))
           ? lmu_failure_set(error,
                             LMU_EXIT_BAD_VALUE,
                             "--latency is in samples; use a whole number")
           : status;
}

/// Read which channel to take, or whether to mix all
static LmuExit
read_channel(Train* const self, LmuFailure* const error)
{
  const char* const text =
    lmu_arguments_value(self->arguments, "--channel", NULL);
  if (text && !strcmp(text, "mix")) {
    self->channel = LMU_MIX_CHANNELS;
    return LMU_EXIT_SUCCESS;
  }
  return lmu_arguments_whole(
    &self->channel, error, self->arguments, "--channel", 1U, 1024U);
}

/// See that a network can be trained on
static LmuExit
check_initial(const LmuGraph* const graph,
              LmuFailure* const     error,
              const char* const     path)
{
  return lmu_fold_is_possible(graph) && graph->n_outputs == 1U &&
             graph->n_inputs == 1U + graph->metadata.n_conditions
           ? LMU_EXIT_SUCCESS
           : lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s is no network of one signal that ends in a "
                             "linear Dense layer; start from another, or "
                             "without --init",
                             path);
}

/// Read a network to start from, and its conditions
static LmuExit
read_initial(Train* const self, LmuFailure* const error)
{
  const char* const path = lmu_arguments_value(self->arguments, "--init", NULL);
  LmuMetadata* const metadata = &self->job.plan.metadata;
  LmuNetwork*        network  = NULL;
  if (!path) {
    return LMU_EXIT_SUCCESS;
  }
  LmuExit status = lmu_trained_open(&self->initial, &network, error, path);
  lmu_network_free(network);
  if (!status) {
    status = check_initial(self->initial, error, path);
  }
  if (!status) {
    metadata->n_conditions = self->initial->metadata.n_conditions;
    memcpy(metadata->conditions,
           self->initial->metadata.conditions,
           sizeof(metadata->conditions));
  }
  self->job.plan.initial = self->initial;
  return status;
}

/* Conditions */

/// Return the index of a condition of a name, a new one if there is room
static uint32_t
condition_of(LmuMetadata* const metadata,
             const char* const  name,
             const size_t       length)
{
  for (uint32_t i = 0U; i < metadata->n_conditions; ++i) {
    if (strlen(metadata->conditions[i]) == length &&
        !strncmp(metadata->conditions[i], name, length)) {
      return i;
    }
  }
  if (metadata->n_conditions < LMU_MAX_CONDITIONS && length < LMU_MAX_NAME) {
    memcpy(metadata->conditions[metadata->n_conditions], name, length);
    return metadata->n_conditions++;
  }
  return LMU_MAX_CONDITIONS;
}

/// Read "name=value" before a wet recording
static LmuExit
read_condition(Train* const          self,
               LmuFailure* const     error,
               const LmuGiven* const given)
{
  const char* const equals = strchr(given->value, '=');
  double            value  = 0.0;
  if (!equals || equals == given->value ||
      !lmu_text_number(&value, equals + 1) || !(value >= 0.0 && value <= 1.0)) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_VALUE,
                           "--condition cannot be \"%s\"; use a name and a "
                           "value from 0 to 1, such as gain=0.2",
                           given->value);
  }
  if (given->n_before < 1U || given->n_before > self->n_wets) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "--condition %s stands before no wet recording; put "
                           "it before the one that it is about",
                           given->value);
  }
  const uint32_t index = condition_of(
    &self->job.plan.metadata, given->value, (size_t)(equals - given->value));
  if (index == LMU_MAX_CONDITIONS) {
    return lmu_failure_set(
      error,
      LMU_EXIT_BAD_VALUE,
      "--condition %s is a fifth condition, or its name is "
      "too long; use at most %u",
      given->value,
      LMU_MAX_CONDITIONS);
  }
  self->conditions[given->n_before - 1U][index] = value;
  self->given[given->n_before - 1U][index]      = true;
  return LMU_EXIT_SUCCESS;
}

/// See that each wet recording has all conditions, and a network to start from
/// has no others
static LmuExit
check_conditions(const Train* const self, LmuFailure* const error)
{
  const LmuMetadata* const metadata = &self->job.plan.metadata;
  const uint32_t n = self->initial ? self->initial->metadata.n_conditions
                                   : metadata->n_conditions;
  if (metadata->n_conditions > n) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_VALUE,
                           "%s has no condition %s; start without --init",
                           lmu_arguments_value(self->arguments, "--init", ""),
                           metadata->conditions[n]);
  }
  for (uint32_t i = 0U; i < self->n_wets; ++i) {
    for (uint32_t j = 0U; j < self->job.plan.metadata.n_conditions; ++j) {
      if (!self->given[i][j]) {
        return lmu_failure_set(error,
                               LMU_EXIT_USAGE,
                               "%s has no value of the condition %s; put "
                               "--condition %s=VALUE before it",
                               self->arguments->operands[i + 1U],
                               self->job.plan.metadata.conditions[j],
                               self->job.plan.metadata.conditions[j]);
      }
    }
  }
  return LMU_EXIT_SUCCESS;
}

static LmuExit
read_conditions(Train* const self, LmuFailure* const error)
{
  LmuExit status = LMU_EXIT_SUCCESS;
  for (uint32_t i = 0U; !status && i < self->arguments->n_given; ++i) {
    const LmuGiven* const given = &self->arguments->given[i];
    if (!strcmp(given->name, "--condition")) {
      status = read_condition(self, error, given);
    }
  }
  return status ? status : check_conditions(self, error);
}

/// Read a network that the user wrote
static LmuExit
read_layers(Train* const self, LmuFailure* const error)
{
  const char* const given =
    lmu_arguments_value(self->arguments, "--layers", NULL);
  LmuTrainPlan* const plan = &self->job.plan;
  const uint32_t      n    = plan->metadata.n_conditions;
  const LmuLayersSpec spec = {1U + n, n, plan->seed};
  if (!given) {
    return LMU_EXIT_SUCCESS;
  }
  if (self->initial || self->job.device == LMU_DEVICE_TIME) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "--layers is another network than %s has; give one "
                           "of them",
                           self->initial ? "--init" : "--device time");
  }
  LmuExit status = lmu_layers_read(&self->initial, error, given, &spec);
  if (!status) {
    status = check_initial(self->initial, error, "--layers");
  }
  plan->initial = self->initial;
  plan->is_new  = true;
  return status;
}

/// See that memories can be learned whose A and B are to be
static LmuExit
check_memories(Train* const self, LmuFailure* const error)
{
  if (!self->job.plan.learns_step) {
    return LMU_EXIT_SUCCESS;
  }
  if (!self->initial) {
    return lmu_failure_set(
      error,
      LMU_EXIT_USAGE,
      "--learn-memory is for memories with one window; give "
      "a network of those with --layers or --init");
  }
  LmuGraph* const graph  = lmu_graph_copy(self->initial);
  LmuError        reason = {""};
  const LmuStatus status =
    graph ? lmu_own_steps(graph, &reason) : LMU_NO_MEMORY;
  lmu_graph_free(graph);
  return status ? lmu_failure_core(error, NULL, status, reason.text)
                : LMU_EXIT_SUCCESS;
}

/// Read all that is asked for but files of sound
static LmuExit
read_options(Train* const self, LmuFailure* const error)
{
  LmuExit (*const steps[])(Train*, LmuFailure*) = {read_sizes,
                                                   read_numbers,
                                                   read_channel,
                                                   read_initial,
                                                   read_conditions,
                                                   read_layers,
                                                   check_memories};
  LmuExit status = lmu_read_plan(&self->job.plan, error, self->arguments);
  for (size_t i = 0U; !status && i < sizeof(steps) / sizeof(steps[0]); ++i) {
    status = steps[i](self, error);
  }
  return status;
}

/* Outputs */

/// See that a sound can be written, once its rate is known
static LmuExit
check_sound(const Train* const self, LmuFailure* const error)
{
  const char* const path =
    lmu_arguments_value(self->arguments, "--sound", NULL);
  if (path && self->outputs.count > 1U) {
    return lmu_failure_set(
      error, LMU_EXIT_USAGE, "--sound is of one model; train one at a time");
  }
  return path ? lmu_sound_file_check(error, path, self->dry.rate)
              : LMU_EXIT_SUCCESS;
}

/// See that a picture can be written
static LmuExit
check_report(const Train* const self, LmuFailure* const error)
{
  const char* const path =
    lmu_arguments_value(self->arguments, "--report", NULL);
  if (path && self->outputs.count > 1U) {
    return lmu_failure_set(
      error, LMU_EXIT_USAGE, "--report draws one model; train one at a time");
  }
  return path ? lmu_picture_check(error, path) : LMU_EXIT_SUCCESS;
}

/// Find out what to write
static LmuExit
read_outputs(Train* const self, LmuFailure* const error)
{
  const LmuOutputsSpec spec   = {self->arguments->output,
                                 self->arguments->operands + 1U,
                                 self->n_wets,
                                 self->job.plan.metadata.n_conditions > 0U,
                                 self->job.plan.resumes};
  LmuExit              status = lmu_outputs_find(&self->outputs, error, &spec);
  for (uint32_t i = 0U; !status && i < self->outputs.count; ++i) {
    status = lmu_check_initial(error, self->arguments, self->outputs.paths[i]);
  }
  return status ? status : check_report(self, error);
}

/* Recordings */

static LmuExit
bad_rate(LmuFailure* const        error,
         const LmuRecorded* const dry,
         const LmuRecorded* const wet)
{
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_INPUT,
                         "%s is of %g Hz and %s of %g Hz; convert one of them, "
                         "for instance with sox %s -r %g OUT.wav",
                         dry->path,
                         dry->rate,
                         wet->path,
                         wet->rate,
                         wet->path,
                         dry->rate);
}

/// Say if a network to start from is of another rate
static void
tell_rate(const Train* const self)
{
  const double rate = self->initial ? self->initial->metadata.rate : 0.0;
  if (rate > 0.0 && (rate < self->job.rate || rate > self->job.rate)) {
    lmu_notice("%s is of %g Hz, and recordings are of %g Hz: its windows are "
               "so much %s now",
               lmu_arguments_value(self->arguments, "--init", ""),
               rate,
               self->job.rate,
               rate < self->job.rate ? "shorter" : "longer");
  }
}

/// Read a recording, and say which of its channels is taken if that is unclear
static LmuExit
read_one(const Train* const self,
         LmuRecorded* const recorded,
         LmuFailure* const  error,
         const char* const  path)
{
  const LmuExit status =
    lmu_recorded_read(recorded, error, path, self->channel);
  if (!status && recorded->n_channels > 1U &&
      !lmu_arguments_has(self->arguments, "--channel")) {
    lmu_notice("%s has %u channels, the first is taken; choose another with "
               "--channel, or --channel mix",
               path,
               (unsigned)recorded->n_channels);
  }
  return status;
}

/// Read a recording whose rate is that of the first
static LmuExit
read_like(const Train* const self,
          LmuRecorded* const recorded,
          LmuFailure* const  error,
          const char* const  path)
{
  const double  rate   = self->dry.rate;
  const LmuExit status = read_one(self, recorded, error, path);
  return !status && (recorded->rate < rate || recorded->rate > rate)
           ? bad_rate(error, &self->dry, recorded)
           : status;
}

/// Read what was given to try the result on
static LmuExit
read_valid(Train* const self, LmuFailure* const error)
{
  const char* const dry =
    lmu_arguments_value(self->arguments, "--validate-dry", NULL);
  const char* const wet =
    lmu_arguments_value(self->arguments, "--validate-wet", NULL);
  if (!dry != !wet) {
    return lmu_failure_set(
      error,
      LMU_EXIT_USAGE,
      "--validate-dry and --validate-wet go together; give "
      "both");
  }
  LmuExit status = LMU_EXIT_SUCCESS;
  if (dry) {
    status = read_like(self, &self->valid_dry, error, dry);
  }
  if (dry && !status) {
    status = read_like(self, &self->valid_wet, error, wet);
  }
  return status;
}

static LmuExit
read_sound(Train* const self, LmuFailure* const error)
{
  const char* const* const paths  = self->arguments->operands;
  LmuExit                  status = read_one(self, &self->dry, error, paths[0]);
  for (uint32_t i = 0U; !status && i < self->n_wets; ++i) {
    status = read_like(self, &self->wets[i], error, paths[i + 1U]);
  }
  self->job.rate = self->dry.rate;
  if (!status) {
    tell_rate(self);
    status = read_valid(self, error);
  }
  if (!status) {
    status = check_sound(self, error);
  }
  return status;
}

/// Find out how late a recording is, unless that is known
static LmuExit
align_one(Train* const             self,
          LmuFailure* const        error,
          const LmuRecorded* const dry,
          const LmuRecorded* const wet,
          const uint32_t           index)
{
  const int64_t given = (int64_t)self->latency;
  const bool    known = lmu_arguments_has(self->arguments, "--latency");
  return lmu_alignment_find(
    &self->pairs[index], error, dry, wet, known ? &given : NULL);
}

/// Let some wet recordings agree with what there is to judge by, of one device
static void
agree(Train* const self)
{
  LmuTakeOfDevice takes[LMU_MAX_OPERANDS + 1U];
  uint32_t        n = 0U;
  for (; n < self->n_wets; ++n) {
    takes[n].pair   = lmu_recorded_pair(&self->dry, &self->wets[n]);
    takes[n].report = &self->pairs[n];
  }
  if (self->valid_dry.samples) {
    takes[n].pair     = lmu_recorded_pair(&self->valid_dry, &self->valid_wet);
    takes[n++].report = &self->pairs[LMU_MAX_OPERANDS];
  }
  lmu_pairs_agree(takes, n);
}

/// Say what was found out of all recordings
static void
tell_all(const Train* const self)
{
  const bool known = lmu_arguments_has(self->arguments, "--latency");
  for (uint32_t i = 0U; i < self->n_wets; ++i) {
    lmu_alignment_tell(&self->pairs[i], &self->wets[i], known);
  }
  if (self->valid_dry.samples) {
    lmu_alignment_tell(&self->pairs[LMU_MAX_OPERANDS], &self->valid_wet, known);
  }
}

/// Look at all recordings before the work
static LmuExit
align_all(Train* const self, LmuFailure* const error)
{
  const uint32_t n      = self->n_wets;
  const bool     is_one = self->outputs.count == 1U;
  LmuExit        status = LMU_EXIT_SUCCESS;
  for (uint32_t i = 0U; !status && i < n; ++i) {
    status = align_one(self, error, &self->dry, &self->wets[i], i);
  }
  if (!status && self->valid_dry.samples) {
    status = align_one(
      self, error, &self->valid_dry, &self->valid_wet, LMU_MAX_OPERANDS);
  }
  if (!status && is_one && !lmu_arguments_has(self->arguments, "--latency")) {
    agree(self);
  }
  if (!status) {
    tell_all(self);
  }
  return status;
}

/// Return what is common to both recordings, the wet one earlier by its latency
static LmuRecording
overlap_of(const Train* const       self,
           const LmuRecorded* const dry,
           const LmuRecorded* const wet,
           const uint32_t           index)
{
  const LmuCapture pair    = lmu_recorded_pair(dry, wet);
  const LmuCapture aligned = lmu_pair_aligned(&pair, &self->pairs[index]);
  LmuRecording     overlap = {aligned.dry, aligned.wet, aligned.n_dry, {0.0}};
  memcpy(
    overlap.conditions, self->conditions[index], sizeof(overlap.conditions));
  return overlap;
}

/// Set what to train on, of one wet recording or of all
static void
set_recordings(Train* const self, const uint32_t first, const uint32_t count)
{
  LmuSplit* const split = &self->split;
  split->n_train        = 0U;
  split->n_valid        = 0U;
  for (uint32_t i = first; i < first + count; ++i) {
    const LmuRecording overlap =
      overlap_of(self, &self->dry, &self->wets[i], i);
    if (self->valid_dry.samples) {
      split->train[split->n_train++] = overlap;
    } else {
      lmu_split_add(split, &overlap, self->job.rate);
    }
  }
  if (self->valid_dry.samples) {
    split->valid[split->n_valid++] =
      overlap_of(self, &self->valid_dry, &self->valid_wet, LMU_MAX_OPERANDS);
  }

  const uint32_t   n     = self->job.plan.metadata.n_conditions;
  const LmuStreams train = {split->train, split->n_train, n, 1.0, 1.0};
  const LmuStreams valid = {split->valid, split->n_valid, n, 1.0, 1.0};
  self->job.train        = train;
  self->job.valid        = valid;
  self->job.latency      = self->pairs[first].latency.frames;
}

/* Results */

static void
print_aliasing(const double db[LMU_N_ALIASING])
{
  double       frequency = 0.0;
  const double worst     = lmu_aliasing_worst(db, &frequency);
  lmu_print("aliasing: of sines from 1 to 10 kHz, at most %.1f dB of the sound "
            "is no harmonic (%.0f Hz)\n",
            worst,
            frequency);
}

static void
print_summary(const Train* const self, const char* const output)
{
  const LmuTrainResult* const result = &self->result;
  const LmuScore* const       score  = &result->score;
  const char* const           initial =
    lmu_arguments_value(self->arguments, "--init", NULL);
  lmu_print("%s: %s %s, %u weights, %.0f ns a sample\n",
            output,
            initial ? "from" : lmu_size_word(self->job.size),
            initial ? initial : lmu_device_word(result->device),
            lmu_graph_n_trainable(result->graph),
            result->ns_a_sample);
  lmu_print("ESR %.1f dB, pre-emphasised %.1f dB, of the quietest tenth %.1f "
            "dB; a volume control alone %.1f dB\n",
            lmu_energy_db(score->esr),
            lmu_energy_db(score->emphasised),
            lmu_energy_db(score->quiet),
            lmu_energy_db(result->plain_esr));
  print_aliasing(result->aliasing);
  lmu_print("%.0f s, %.0f s of CPU time, %.0f s of audio for each\n",
            result->seconds,
            result->cpu_seconds,
            result->audio_s / fmax(result->cpu_seconds, 1e-9));
}

/* Jobs */

/// Draw the model, if that was asked for
static LmuExit
draw_report(const Train* const self, LmuFailure* const error)
{
  const char* const path =
    lmu_arguments_value(self->arguments, "--report", NULL);
  return path ? lmu_report_picture_save(&self->result, error, &self->job, path)
              : LMU_EXIT_SUCCESS;
}

/// Write the sound of both, if that was asked for
static LmuExit
write_sound(const Train* const self, LmuFailure* const error)
{
  const char* const path =
    lmu_arguments_value(self->arguments, "--sound", NULL);
  return path ? lmu_sound_file_save(&self->result, error, &self->job, path)
              : LMU_EXIT_SUCCESS;
}

/// Train one model, and tell
static LmuExit
train_one(Train* const      self,
          LmuFailure* const error,
          const char* const output,
          const char* const wet)
{
  LmuTrainResult* const result = &self->result;
  self->job.plan.output        = output;
  lmu_trained_set_name_of(&self->job.plan.metadata, output);
  LmuExit status = lmu_train_job_run(result, error, &self->job);
  if (result->was_done) {
    lmu_notice("%s is trained already, and has nothing to resume; remove it to "
               "train anew",
               output);
  }
  if (result->graph && (!status || status == LMU_EXIT_INTERRUPTED)) {
    if (lmu_arguments_has(self->arguments, "--json")) {
      lmu_result_json_print(result, &self->job, self->dry.path, wet);
    } else if (!self->job.plan.quiet) {
      print_summary(self, output);
    }
    (void)fflush(stdout);
  }
  if (!status && result->graph) {
    status = draw_report(self, error);
  }
  if (!status && result->graph) {
    status = write_sound(self, error);
  }
  lmu_graph_free(result->graph);
  result->graph = NULL;
  return status;
}

/// Train all models: of all wet recordings, or of one each
static LmuExit
train_all(Train* const self, LmuFailure* const error)
{
  const LmuOutputs* const outputs = &self->outputs;
  const uint32_t          n       = outputs->folder ? 1U : self->n_wets;
  const bool              named   = self->job.plan.metadata.name[0];
  LmuExit                 status  = lmu_outputs_make_folder(outputs, error);
  for (uint32_t i = 0U; !status && i < outputs->count; ++i) {
    set_recordings(self, i, n);
    status = train_one(self, error, outputs->paths[i], self->wets[i].path);
    if (!named) {
      self->job.plan.metadata.name[0] = '\0';
    }
  }
  return status;
}

static void
reset(Train* const self)
{
  for (uint32_t i = 0U; i < self->n_wets; ++i) {
    lmu_recorded_clear(&self->wets[i]);
  }
  lmu_recorded_clear(&self->valid_wet);
  lmu_recorded_clear(&self->valid_dry);
  lmu_recorded_clear(&self->dry);
  lmu_graph_free(self->initial);
  lmu_outputs_clear(&self->outputs);
  free(self);
}

/// Return what is trained where nothing else is asked for
static LmuTrainJob
default_job(void)
{
  const LmuTrainJob job = {.plan    = lmu_default_plan(),
                           .device  = LMU_DEVICE_AUTO,
                           .size    = LMU_SIZE_SMALL,
                           .stop_db = -300.0};
  return job;
}

/// Options of sequences alone
static const char* const sequence_options[] = {"--validate",
                                               "--stop-at",
                                               "--frames",
                                               "--adversary"};

#define N_SEQUENCE_OPTIONS \
  (sizeof(sequence_options) / sizeof(sequence_options[0]))

static LmuExit
train(const LmuArguments* const arguments, LmuFailure* const error)
{
  LmuExit (*const steps[])(Train*, LmuFailure*) = {
    read_options, read_outputs, read_sound, align_all, train_all};
  if (!lmu_arguments_has(arguments, LMU_OUTPUT_OPTION)) {
    return lmu_failure_set(
      error, LMU_EXIT_USAGE, "no output given; end with -o MODEL.safetensors");
  }

  lmu_train_catch_signals();
  if (lmu_arguments_has(arguments, "--sequence")) {
    return lmu_train_sequence(arguments, error);
  }

  LmuExit      status = lmu_refuse_options(error,
                                      arguments,
                                      sequence_options,
                                      N_SEQUENCE_OPTIONS,
                                      "is for --sequence alone");
  Train* const self   = (Train*)lmu_allocate(1U, sizeof(Train));
  self->arguments     = arguments;
  self->n_wets        = arguments->n_operands - 2U;
  self->channel       = 1U;
  self->job           = default_job();
  for (size_t i = 0U; !status && i < sizeof(steps) / sizeof(steps[0]); ++i) {
    status = steps[i](self, error);
  }
  reset(self);
  return status;
}

static const LmuOption options[] = {
  {"--sequence", NULL, "Train on X.npy and Y.npy, see above"},
  {"--minutes", "M", "How long to train (1)"},
  {"--size", "SIZE", "nano, small, standard, or large (small)"},
  {"--device",
   "KIND",
   "drive, dynamics, time, or auto, which tries all\n(auto)"},
  {"--stop-esr", "DB", "Stop as soon as the error is so low, such as -40"},
  {"--condition",
   "NAME=VALUE",
   "Where a control of the device stood, 0 to 1, in the\nwet recording that "
   "follows: one model of all"},
  {"--channel", "N", "Channel of files to take, or mix (1)"},
  {"--latency", "N", "How many samples WET is late (found from the sound)"},
  {"--validate-dry",
   "DRY",
   "Recordings to judge by, and not a tenth of the\nothers"},
  {"--validate-wet", "WET", "What the device made of that"},
  {"--resume", NULL, "Go on where OUT.resume was left"},
  {"--init", "MODEL", "Start from the weights of this model"},
  {"--layers",
   "JSON",
   "Train this network: a file with a list of layers in\nthe words of "
   "doc/weights.md, or the list itself"},
  {"--updates", "N", "Train for so many updates, always the same result"},
  {"--rate", "RATE", "Learning rate (by size and device, 0.02 to 0.005)"},
  {"--pre-emphasis", "P", "Count highs more, such as 0.85 (0)"},
  {"--learn-theta", NULL, "Learn the windows too"},
  {"--learn-memory",
   NULL,
   "Learn A and B of memories too that have one window\nin --layers or "
   "MODEL"},
  {"--seed", "N", "Start from other random weights (1)"},
  {"--threads", "N", "Threads to use, 1 to 16 (2)"},
  {"--report",
   "FILE.png",
   "Draw how it learned and how close it comes, also\n.svg or .pdf"},
  {"--sound",
   "FILE.wav",
   "Write what it was judged by to listen to: the device\nleft, the model "
   "right"},
  {"--validate",
   NULL,
   "With --sequence: judge by the two arrays that follow,\nand not by a tenth "
   "of the others"},
  {"--stop-at", "PERCENT", "With --sequence: stop at this NRMSE or accuracy"},
  {"--frames",
   "N",
   "With --sequence: steps that gradients go back (128, or\nall where only the "
   "last counts)"},
  {"--adversary",
   "D",
   "With --sequence: learn from inputs too that are moved\nso far against the "
   "network (0)"},
  {"--json", NULL, "Print the result as one line of JSON"},
  {"--name", "TEXT", "What users see (the name of the file)"},
  {"--author", "TEXT", "Who trained it"},
  {"--license", "TEXT", "What others may do with it"},
  {"--source", "TEXT", "What it is a model of"},
  {"--comment", "TEXT", "Anything else"},
  {"--meta", "KEY=TEXT", "More of that, such as mic=SM57; lmu info shows it"},
  {"-o", "OUT", "Write this model, or a folder of one for each WET"},
  {"--quiet", NULL, "Print nothing but errors"},
  {"--help", NULL, "Show this"},
  {NULL, NULL, NULL},
};

const LmuCommand lmu_train_command = {
  {"train",
   "DRY.wav WET.wav [WET.wav]... -o OUT.safetensors",
   2U,
   LMU_MAX_OPERANDS,
   "Train a model of a device by what it makes of a recording",
   "Trains a network to do what a device did to a recording, for the plugin\n"
   "Model: DRY is what went in, WET what came out.  Any sound will do that "
   "uses the\n"
   "device as it will be used, a minute or more of it.  How late WET is, is "
   "found\n"
   "and taken out, and what is odd about the recordings is said.\n\n"
   "The model is written whenever it is better, and OUT.resume beside it with "
   "what\n"
   "it takes to go on; Ctrl-C stops, and keeps both.  Of ten parts of the "
   "recording\n"
   "one is not trained on, but to judge by: the error-to-signal ratio (ESR) is "
   "the\n"
   "energy of the difference over that of the device's sound, -20 dB is alike, "
   "-30\n"
   "dB and below hard to tell apart.\n\n"
   "lmu train --sequence X.npy Y.npy -o OUT.safetensors learns from arrays "
   "what to\n"
   "put out at each step, or at the last.  X is (sequences, steps, inputs), "
   "or\n"
   "(steps, inputs) for one long series; Y is (sequences, steps, outputs) or\n"
   "(sequences, outputs), or whole numbers for classes, (sequences) or "
   "(sequences,\n"
   "steps).  The last tenth is judged by: NRMSE is the error in parts of the\n"
   "deviation of Y.  The model does with arrays in lmu run what it learned.\n\n"
   "Exit codes: 0 done, 10 stopped and saved, 6 recordings of no use, 7 cannot "
   "be\n"
   "written (the message says where the model is).  doc/training.md has more.",
   options},
  train,
};
