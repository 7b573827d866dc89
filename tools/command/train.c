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
#include "tools/network/trained.h"
#include "tools/train/job.h"
#include "tools/train/recordings.h"
#include "tools/train/report_picture.h"
#include "tools/train/result_json.h"
#include "tools/train/split.h"
#include "train/audio/recipe.h"
#include "train/audio/streams.h"
#include "train/fold.h"
#include "train/team.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_MINUTES 10080.0 // A week
#define MAX_LATENCY 480000U
#define MIN_S 3.0 // Of a recording

/// All that was asked for, and what it takes
typedef struct {
  const LmuArguments* arguments;
  LmuTrainJob         job;
  LmuGraph*           initial;
  uint32_t            channel;
  LmuRecorded         dry;
  LmuRecorded         wets[LMU_MAX_OPERANDS];
  int64_t             latencies[LMU_MAX_OPERANDS]; ///< Of wets [frames]
  LmuRecorded         valid_dry;
  LmuRecorded         valid_wet;
  uint32_t            n_wets;
  LmuSplit            split;
  double              conditions[LMU_MAX_OPERANDS][LMU_MAX_CONDITIONS];
  bool                given[LMU_MAX_OPERANDS][LMU_MAX_CONDITIONS];
  LmuTrainResult      result;
} Train;

/* Options */

/// Return which of some words an option has, or `count` and an error
static LmuExit
read_word(uint32_t* const           index,
          LmuFailure* const         error,
          const LmuArguments* const arguments,
          const char* const         option,
          const char* (*const word)(uint32_t index),
          const char* const extra)
{
  const char* const text = lmu_arguments_value(arguments, option, NULL);
  uint32_t          i    = 0U;
  if (!text) {
    return LMU_EXIT_SUCCESS;
  }
  while (word(i) && strcmp(word(i), text) != 0) {
    ++i;
  }
  if (!word(i) && strcmp(text, extra) != 0) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_VALUE,
                           "%s cannot be \"%s\"; see lmu train --help",
                           option,
                           text);
  }
  *index = i;
  return LMU_EXIT_SUCCESS;
}

static LmuExit
read_sizes(Train* const self, LmuFailure* const error)
{
  const LmuArguments* const arguments = self->arguments;
  LmuTrainJob* const        job       = &self->job;
  uint32_t                  size      = LMU_SIZE_SMALL;
  LmuExit                   status =
    read_word(&size, error, arguments, "--size", lmu_size_word, "small");
  if (!status) {
    status = read_word(
      &job->device, error, arguments, "--device", lmu_device_word, "auto");
  }
  job->size = (LmuSize)size;
  return status;
}

static LmuExit
read_numbers(Train* const self, LmuFailure* const error)
{
  const LmuArguments* const a   = self->arguments;
  LmuTrainJob* const        job = &self->job;
  const struct {
    const char* option;
    double*     number;
    double      least;
    double      most;
  } numbers[] = {
    {"--minutes", &job->minutes, 0.01, MAX_MINUTES},
    {"--stop-esr", &job->stop_db, -200.0, 0.0},
    {"--rate", &job->learning_rate, 1e-6, 1.0},
    {"--pre-emphasis", &job->emphasis, 0.0, 0.99},
  };
  const struct {
    const char* option;
    uint32_t*   number;
    uint32_t    least;
    uint32_t    most;
  } wholes[] = {
    {"--updates", &job->n_updates, 1U, UINT32_MAX},
    {"--seed", &job->seed, 0U, UINT32_MAX},
    {"--threads", &job->n_threads, 1U, LMU_MAX_TEAM},
  };

  LmuExit status = LMU_EXIT_SUCCESS;
  for (size_t i = 0U; !status && i < sizeof(numbers) / sizeof(numbers[0]);
       ++i) {
    status = lmu_arguments_number(numbers[i].number,
                                  error,
                                  a,
                                  numbers[i].option,
                                  numbers[i].least,
                                  numbers[i].most);
  }
  for (size_t i = 0U; !status && i < sizeof(wholes) / sizeof(wholes[0]); ++i) {
    status = lmu_arguments_whole(wholes[i].number,
                                 error,
                                 a,
                                 wholes[i].option,
                                 wholes[i].least,
                                 wholes[i].most);
  }
  return status;
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

/// Read a network to start from
static LmuExit
read_initial(Train* const self, LmuFailure* const error)
{
  const char* const path = lmu_arguments_value(self->arguments, "--init", NULL);
  LmuNetwork*       network = NULL;
  LmuExit           status  = LMU_EXIT_SUCCESS;
  if (path) {
    status = lmu_trained_open(&self->initial, &network, error, path);
  }
  lmu_network_free(network);
  if (!status && path &&
      (!lmu_fold_is_possible(self->initial) || self->initial->n_outputs != 1U ||
       self->initial->n_inputs != 1U + self->initial->metadata.n_conditions)) {
    status = lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s is no network of one signal that ends in a "
                             "linear Dense layer; start from another, or "
                             "without --init",
                             path);
  }
  self->job.initial = self->initial;
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
    &self->job.metadata, given->value, (size_t)(equals - given->value));
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

/// See that each wet recording has all conditions
static LmuExit
check_conditions(const Train* const self, LmuFailure* const error)
{
  for (uint32_t i = 0U; i < self->n_wets; ++i) {
    for (uint32_t j = 0U; j < self->job.metadata.n_conditions; ++j) {
      if (!self->given[i][j]) {
        return lmu_failure_set(error,
                               LMU_EXIT_USAGE,
                               "%s has no value of the condition %s; put "
                               "--condition %s=VALUE before it",
                               self->arguments->operands[i + 1U],
                               self->job.metadata.conditions[j],
                               self->job.metadata.conditions[j]);
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

/// Read all that is asked for but files of sound
static LmuExit
read_options(Train* const self, LmuFailure* const error)
{
  LmuExit (*const steps[])(Train*, LmuFailure*) = {
    read_sizes, read_numbers, read_channel, read_conditions, read_initial};
  LmuGraph* const texts = lmu_graph_new();
  LmuExit status = texts ? lmu_trained_set_texts(texts, error, self->arguments)
                         : lmu_failure_core(error, NULL, LMU_NO_MEMORY, "");
  if (texts) {
    self->job.metadata = texts->metadata;
  }
  lmu_graph_free(texts);
  for (size_t i = 0U; !status && i < sizeof(steps) / sizeof(steps[0]); ++i) {
    status = steps[i](self, error);
  }
  return status;
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

/// Read a recording whose rate is that of another
static LmuExit
read_like(LmuRecorded* const       recorded,
          LmuFailure* const        error,
          const char* const        path,
          const uint32_t           channel,
          const LmuRecorded* const other)
{
  const LmuExit status = lmu_recorded_read(recorded, error, path, channel);
  if (!status &&
      (recorded->rate < other->rate || recorded->rate > other->rate)) {
    return bad_rate(error, other, recorded);
  }
  return status;
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
    status = read_like(&self->valid_dry, error, dry, self->channel, &self->dry);
  }
  if (dry && !status) {
    status = read_like(&self->valid_wet, error, wet, self->channel, &self->dry);
  }
  return status;
}

static LmuExit
read_sound(Train* const self, LmuFailure* const error)
{
  LmuExit status = lmu_recorded_read(
    &self->dry, error, self->arguments->operands[0], self->channel);
  for (uint32_t i = 0U; !status && i < self->n_wets; ++i) {
    status = read_like(&self->wets[i],
                       error,
                       self->arguments->operands[i + 1U],
                       self->channel,
                       &self->dry);
  }
  self->job.rate = self->dry.rate;
  return status ? status : read_valid(self, error);
}

/// Return what is common to both recordings, the wet one earlier by its latency
static LmuRecording
overlap_of(const Train* const       self,
           const LmuRecorded* const dry,
           const LmuRecorded* const wet,
           const uint32_t           index)
{
  const int64_t late    = self->latencies[index];
  const size_t  skip    = (late > 0) ? (size_t)late : 0U;
  const size_t  lead    = (late < 0) ? (size_t)-late : 0U;
  const size_t  n_dry   = (dry->n_frames > lead) ? dry->n_frames - lead : 0U;
  const size_t  n_wet   = (wet->n_frames > skip) ? wet->n_frames - skip : 0U;
  LmuRecording  overlap = {dry->samples + lead,
                           wet->samples + skip,
                          (n_dry < n_wet) ? n_dry : n_wet,
                           {0.0}};
  memcpy(
    overlap.conditions, self->conditions[index], sizeof(overlap.conditions));
  return overlap;
}

/// Set what to train on, of one wet recording or of all
static LmuExit
set_recordings(Train* const      self,
               LmuFailure* const error,
               const uint32_t    first,
               const uint32_t    count)
{
  LmuSplit* const split = &self->split;
  split->n_train        = 0U;
  split->n_valid        = 0U;
  for (uint32_t i = first; i < first + count; ++i) {
    const LmuRecording overlap =
      overlap_of(self, &self->dry, &self->wets[i], i);
    if ((double)overlap.n_frames < MIN_S * self->job.rate) {
      return lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s and %s have %.3g s in common, and at least %g "
                             "are needed; record for a minute or more",
                             self->dry.path,
                             self->wets[i].path,
                             (double)overlap.n_frames / self->job.rate,
                             MIN_S);
    }
    if (self->valid_dry.samples) {
      split->train[split->n_train++] = overlap;
    } else {
      lmu_split_add(split, &overlap, self->job.rate);
    }
  }
  if (self->valid_dry.samples) {
    split->valid[split->n_valid++] =
      overlap_of(self, &self->valid_dry, &self->valid_wet, first);
  }

  const uint32_t   n     = self->job.metadata.n_conditions;
  const LmuStreams train = {split->train, split->n_train, n, 1.0, 1.0};
  const LmuStreams valid = {split->valid, split->n_valid, n, 1.0, 1.0};
  self->job.train        = train;
  self->job.valid        = valid;
  return LMU_EXIT_SUCCESS;
}

/* Results */

static double
decibels(const double ratio)
{
  return 10.0 * log10(fmax(ratio, 1e-20));
}

static void
print_summary(const Train* const self, const char* const output)
{
  const LmuTrainResult* const result = &self->result;
  const LmuScore* const       score  = &result->score;
  uint32_t                    n      = 0U;
  for (uint32_t i = 0U; i < result->graph->n_layers; ++i) {
    n += lmu_layer_n_trainable(&result->graph->layers[i]);
  }
  lmu_print("%s: %s, %s, %u weights, %.0f ns a sample\n",
            output,
            lmu_device_word(result->device),
            lmu_size_word(self->job.size),
            n,
            result->ns_a_sample);
  lmu_print("ESR %.1f dB, pre-emphasised %.1f dB, of the quietest tenth %.1f "
            "dB; a volume control alone %.1f dB\n",
            decibels(score->esr),
            decibels(score->emphasised),
            decibels(score->quiet),
            decibels(result->plain_esr));
  lmu_print("%.0f s, %.0f s of CPU time, %.0f s of audio for each\n",
            result->seconds,
            result->cpu_seconds,
            result->audio_s / fmax(result->cpu_seconds, 1e-9));
}

/* Jobs */

/// Return the name of a model of a wet recording in a folder, for free()
static char*
output_in(const char* const folder, const char* const wet)
{
  const char* const slash = strrchr(wet, '/');
  const char* const name  = slash ? slash + 1 : wet;
  const char* const dot   = strrchr(name, '.');
  const int         n     = dot ? (int)(dot - name) : (int)strlen(name);
  const size_t      end   = strlen(folder);
  const bool        bare  = end && folder[end - 1U] == '/';
  return lmu_allocate_text(
    "%s%s%.*s.safetensors", folder, bare ? "" : "/", n, name);
}

static bool
is_folder(const char* const path)
{
  struct stat  info;
  const size_t n = strlen(path);
  return (n && path[n - 1U] == '/') ||
         (!stat(path, &info) && S_ISDIR(info.st_mode));
}

/// Draw the model, if that was asked for
static LmuExit
draw_report(const Train* const self, LmuFailure* const error)
{
  const char* const path =
    lmu_arguments_value(self->arguments, "--report", NULL);
  return path ? lmu_report_picture_save(&self->result, error, &self->job, path)
              : LMU_EXIT_SUCCESS;
}

/// Train one model, and tell
static LmuExit
train_one(Train* const      self,
          LmuFailure* const error,
          const char* const output,
          const char* const wet)
{
  self->job.output = output;
  lmu_trained_set_name_of(&self->job.metadata, output);
  LmuExit status = lmu_trained_check_path(error, output);
  if (!status) {
    status = lmu_train_job_run(&self->result, error, &self->job);
  }
  if (self->result.was_done) {
    lmu_notice("%s is trained already, and has nothing to resume; remove it to "
               "train anew",
               output);
  } else if (self->result.graph &&
             (!status || status == LMU_EXIT_INTERRUPTED)) {
    if (lmu_arguments_has(self->arguments, "--json")) {
      lmu_result_json_print(&self->result, &self->job, self->dry.path, wet);
    } else if (!self->job.quiet) {
      print_summary(self, output);
    }
  }
  if (!status && self->result.graph) {
    status = draw_report(self, error);
  }
  lmu_graph_free(self->result.graph);
  self->result.graph = NULL;
  return status;
}

/// Train a model of each wet recording, in a folder
static LmuExit
train_each(Train* const self, LmuFailure* const error)
{
  const char* const folder = self->arguments->output;
  LmuExit           status = LMU_EXIT_SUCCESS;
  (void)mkdir(folder, 0777);
  for (uint32_t i = 0U; !status && i < self->n_wets; ++i) {
    char* const output = output_in(folder, self->wets[i].path);
    status             = set_recordings(self, error, i, 1U);
    if (!status) {
      status = train_one(self, error, output, self->wets[i].path);
    }
    self->job.metadata.name[0] = '\0';
    free(output);
  }
  return status;
}

static LmuExit
train_all(Train* const self, LmuFailure* const error)
{
  const char* const output = self->arguments->output;
  const bool        one    = self->job.metadata.n_conditions > 0U;
  if (!one && (self->n_wets > 1U || is_folder(output))) {
    if (!is_folder(output)) {
      return lmu_failure_set(error,
                             LMU_EXIT_USAGE,
                             "%u wet recordings make as many models; give a "
                             "folder, as in -o %s/, or --condition before each "
                             "for one model of all",
                             self->n_wets,
                             output);
    }
    return train_each(self, error);
  }
  const LmuExit status = set_recordings(self, error, 0U, self->n_wets);
  return status ? status : train_one(self, error, output, self->wets[0].path);
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
  free(self);
}

/// Return what is trained where nothing else is asked for
static LmuTrainJob
default_job(void)
{
  const long        cpus = sysconf(_SC_NPROCESSORS_ONLN);
  const LmuTrainJob job  = {.device    = LMU_DEVICE_AUTO,
                            .size      = LMU_SIZE_SMALL,
                            .minutes   = 1.0,
                            .stop_db   = -300.0,
                            .n_threads = (cpus > 1) ? 2U : 1U,
                            .seed      = 1U};
  return job;
}

static LmuExit
train(const LmuArguments* const arguments, LmuFailure* const error)
{
  LmuExit (*const steps[])(Train*,
                           LmuFailure*) = {read_options, read_sound, train_all};
  if (!lmu_arguments_has(arguments, LMU_OUTPUT_OPTION)) {
    return lmu_failure_set(
      error, LMU_EXIT_USAGE, "no output given; end with -o MODEL.safetensors");
  }

  Train* const self      = (Train*)lmu_allocate(1U, sizeof(Train));
  self->arguments        = arguments;
  self->n_wets           = arguments->n_operands - 2U;
  self->channel          = 1U;
  self->job              = default_job();
  self->job.quiet        = lmu_arguments_has(arguments, "--quiet");
  self->job.resumes      = lmu_arguments_has(arguments, "--resume");
  self->job.learns_theta = lmu_arguments_has(arguments, "--learn-theta");
  LmuExit status         = LMU_EXIT_SUCCESS;
  lmu_train_catch_signals();
  for (size_t i = 0U; !status && i < sizeof(steps) / sizeof(steps[0]); ++i) {
    status = steps[i](self, error);
  }
  reset(self);
  return status;
}

static const LmuOption options[] = {
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
  {"--validate-dry",
   "DRY",
   "Recordings to judge by, and not a tenth of the\nothers"},
  {"--validate-wet", "WET", "What the device made of that"},
  {"--resume", NULL, "Go on where OUT.resume was left"},
  {"--init", "MODEL", "Start from the weights of this model"},
  {"--updates", "N", "Train for so many updates, always the same result"},
  {"--rate", "RATE", "Learning rate (by size: 0.02, 0.015, or 0.01)"},
  {"--pre-emphasis", "P", "Count highs more, such as 0.85 (0)"},
  {"--learn-theta", NULL, "Learn the windows too"},
  {"--seed", "N", "Start from other random weights (1)"},
  {"--threads", "N", "Threads to use, 1 to 16 (2)"},
  {"--report",
   "FILE.png",
   "Draw how it learned and how close it comes, also\n.svg or .pdf"},
  {"--json", NULL, "Print the result as one line of JSON"},
  {"--name", "TEXT", "What users see (the name of the file)"},
  {"--author", "TEXT", "Who trained it"},
  {"--license", "TEXT", "What others may do with it"},
  {"--source", "TEXT", "What it is a model of"},
  {"--comment", "TEXT", "Anything else"},
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
   "uses "
   "the\n"
   "device as it will be used, a minute or more of it.\n\n"
   "The model is written whenever it is better, and OUT.resume beside it with\n"
   "what it takes to go on; Ctrl-C stops, and keeps both.  Of ten parts of "
   "the\n"
   "recording one is not trained on, but to judge by: the error-to-signal\n"
   "ratio (ESR) is the energy of the difference over that of the device's "
   "sound,\n"
   "-20 dB is alike, -30 dB and below hard to tell apart.",
   options},
  train,
};
