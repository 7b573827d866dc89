// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/rt/bandwidth.h"
#include "core/nn/setup/graph.h"
#include "data/output.h"
#include "data/sound_reader.h"
#include "tools/base/allocate.h"
#include "tools/base/print.h"
#include "tools/base/progress.h"
#include "tools/base/text.h"
#include "tools/command/command.h"
#include "tools/forecast/blocks.h"
#include "tools/forecast/dataset.h"
#include "tools/forecast/forecast_network.h"
#include "tools/network/trained.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WINDOWS 16U  // To choose from
#define MAX_ORDER 512U   // Sums take the square of it each frame
#define MAX_RECENT 64U   // Of the short window
#define MAX_THETA_MS 4e3 // Of the long one
#define MIN_RIDGE 1e-12  // Less is lost in rounding

/// One fit from start to end
typedef struct {
  const LmuArguments* arguments;
  const char*         path; ///< What is read
  char*               target;
  LmuSoundInfo        info;
  LmuForecastSpec     spec; ///< Of all, but for theta
  uint32_t            n_windows;
  double              windows[MAX_WINDOWS]; ///< To choose from [frames]
  double              gains[MAX_WINDOWS];   ///< Mean in validation [dB]
  LmuBlocks           blocks;
  LmuForecastNetwork  best;
  bool                quiet;
} Forecast;

/* What is asked for */

/// Read a time in milliseconds, or in frames with an f behind it
static bool
read_time(double* const frames, const char* const text, const double rate)
{
  const size_t length   = strlen(text);
  const bool   is_frame = length && text[length - 1U] == 'f';
  char* const  digits =
    lmu_allocate_text("%.*s", (int)(length - (is_frame ? 1U : 0U)), text);
  double     number = 0.0;
  const bool good   = lmu_text_number(&number, digits);
  free(digits);
  *frames = is_frame ? number : number * rate / 1e3;
  return good;
}

/// A list of times, in options that may be given often
typedef struct {
  const char* option;
  double      rate; ///< Of the sound [Hz]
  double      least;
  double      most; ///< [frames]
  uint32_t    max;  ///< Room for so many
  bool        whole;
} Times;

static LmuExit
add_time(double* const      frames,
         LmuFailure* const  error,
         const Times* const times,
         const char* const  text)
{
  double     read = 0.0;
  const bool good = read_time(&read, text, times->rate);
  *frames         = times->whole ? round(read) : read;
  return (good && *frames >= times->least && *frames <= times->most)
           ? LMU_EXIT_SUCCESS
           : lmu_failure_set(error,
                             LMU_EXIT_BAD_VALUE,
                             "%s cannot be \"%s\"; use %.4g to %g, "
                             "milliseconds, or frames as in 1f",
                             times->option,
                             text,
                             1e3 * times->least / times->rate,
                             1e3 * times->most / times->rate);
}

/// Read a list with commas between
static LmuExit
add_times(double* const      frames,
          uint32_t* const    n_frames,
          LmuFailure* const  error,
          const Times* const times,
          const char*        text)
{
  LmuExit status = LMU_EXIT_SUCCESS;
  while (!status && text) {
    const size_t length = strcspn(text, ",");
    char* const  word   = lmu_allocate_text("%.*s", (int)length, text);
    if (*n_frames == times->max) {
      status = lmu_failure_set(error,
                               LMU_EXIT_BAD_VALUE,
                               "%s %s is one too many; give at most %u",
                               times->option,
                               word,
                               times->max);
    } else {
      status = add_time(&frames[(*n_frames)++], error, times, word);
    }
    free(word);
    text = text[length] ? text + length + 1U : NULL;
  }
  return status;
}

/// Read all lists of an option, or the fallback
static LmuExit
read_times(double* const             frames,
           uint32_t* const           n_frames,
           LmuFailure* const         error,
           const LmuArguments* const arguments,
           const Times* const        times,
           const char* const         fallback)
{
  if (!lmu_arguments_has(arguments, times->option)) {
    return add_times(frames, n_frames, error, times, fallback);
  }
  LmuExit status = LMU_EXIT_SUCCESS;
  for (uint32_t i = 0U; !status && i < arguments->n_given; ++i) {
    const LmuGiven* const given = &arguments->given[i];
    if (!strcmp(given->name, times->option)) {
      status = add_times(frames, n_frames, error, times, given->value);
    }
  }
  return status;
}

static int
compare(const void* const a, const void* const b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

static LmuExit
set_horizons(Forecast* const self, LmuFailure* const error)
{
  LmuForecastSpec* const spec  = &self->spec;
  const Times            times = {"--horizon",
                                  spec->rate,
                                  1.0,
                                  LMU_MAX_HORIZON_S * spec->rate,
                                  LMU_MAX_HORIZONS,
                                  true};

  const LmuExit status = read_times(spec->horizons,
                                    &spec->n_horizons,
                                    error,
                                    self->arguments,
                                    &times,
                                    "1f,1,5,20");
  qsort(spec->horizons, spec->n_horizons, sizeof(double), compare);
  for (uint32_t i = 1U; !status && i < spec->n_horizons; ++i) {
    if (spec->horizons[i] == spec->horizons[i - 1U]) {
      return lmu_failure_set(error,
                             LMU_EXIT_BAD_VALUE,
                             "--horizon names %g frames, %.4g ms, twice; leave "
                             "one out",
                             spec->horizons[i],
                             1e3 * spec->horizons[i] / spec->rate);
    }
  }
  return status;
}

/// Leave out windows too short for the order, unless they were asked for
static void
drop_windows(Forecast* const self)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < self->n_windows; ++i) {
    if (self->spec.order <= lmu_useful_order(self->windows[i])) {
      self->windows[n++] = self->windows[i];
    }
  }
  self->n_windows = n ? n : self->n_windows;
}

static LmuExit
set_windows(Forecast* const self, LmuFailure* const error)
{
  const double rate  = self->spec.rate;
  const Times  times = {
     "--theta", rate, 1.0, MAX_THETA_MS * rate / 1e3, MAX_WINDOWS, false};
  const LmuExit status = read_times(self->windows,
                                    &self->n_windows,
                                    error,
                                    self->arguments,
                                    &times,
                                    "2.5,5,10,20,40,80");
  if (!status && !lmu_arguments_has(self->arguments, "--theta")) {
    drop_windows(self);
  }
  return status;
}

static LmuExit
set_sizes(Forecast* const self, LmuFailure* const error)
{
  const LmuArguments* const arguments = self->arguments;
  LmuForecastSpec* const    spec      = &self->spec;

  LmuExit status = lmu_arguments_whole(
    &spec->order, error, arguments, "--order", 1U, MAX_ORDER);
  if (!status) {
    status = lmu_arguments_whole(
      &spec->recent, error, arguments, "--recent", 0U, MAX_RECENT);
  }
  return status ? status
                : lmu_arguments_number(
                    &spec->ridge, error, arguments, "--ridge", MIN_RIDGE, 1.0);
}

static LmuExit
open_sound(Forecast* const self, LmuFailure* const error)
{
  LmuSoundReader* reader = NULL;
  const LmuExit   status = lmu_sound_reader_new(&reader, error, self->path);
  if (!status) {
    self->info      = *lmu_sound_reader_info(reader);
    self->spec.rate = self->info.rate;
  }
  lmu_sound_reader_free(reader);
  return status;
}

static LmuExit
set_target(Forecast* const self, LmuFailure* const error)
{
  const char* const given = self->arguments->output;
  const char* const slash = strrchr(self->path, '/');
  const char* const dot   = strrchr(slash ? slash : self->path, '.');
  const size_t length = dot ? (size_t)(dot - self->path) : strlen(self->path);

  self->target =
    given ? lmu_allocate_text("%s", given)
    : !strcmp(self->path, LMU_STANDARD)
      ? lmu_allocate_text("%s", LMU_STANDARD)
      : lmu_allocate_text("%.*s.safetensors", (int)length, self->path);
  return lmu_trained_check_path(error, self->target);
}

/* Fitting */

/// Fit a forecaster with one window
static LmuExit
fit(LmuForecastNetwork* const forecaster,
    LmuFailure* const         error,
    const Forecast* const     self,
    LmuProgress* const        progress,
    const uint32_t            index)
{
  const LmuWork   work = {progress, index, self->n_windows};
  LmuForecastSpec spec = self->spec;
  spec.theta           = self->windows[index];

  LmuDataset dataset = {0};
  LmuExit    status  = lmu_forecast_network_init(forecaster, error, &spec);
  if (!status) {
    status = lmu_dataset_read(
      &dataset, error, self->path, &self->blocks, forecaster, &work);
  }
  if (!status) {
    status = lmu_forecast_network_set(forecaster,
                                      error,
                                      &dataset.sums[LMU_TRAINING],
                                      &dataset.sums[LMU_VALIDATION],
                                      &dataset.sums[LMU_TEST]);
  }
  lmu_dataset_reset(&dataset);
  return status;
}

/// Choose which parts of the sound are for what
static LmuExit
set_blocks(Forecast* const self, LmuFailure* const error)
{
  // As many are skipped for all windows, so that their gains compare
  for (uint32_t i = 0U; i < self->n_windows; ++i) {
    const uint32_t window = (uint32_t)ceil(self->windows[i]);
    if (self->spec.n_skipped < window) {
      self->spec.n_skipped = window;
    }
  }
  return lmu_blocks_init(&self->blocks,
                         error,
                         self->path,
                         &self->spec,
                         self->spec.order + self->spec.recent + 1U);
}

/// Fit all windows, and keep the one that predicts best in validation
static LmuExit
fit_all(Forecast* const self, LmuFailure* const error)
{
  const double length_s = (double)self->info.n_frames / self->info.rate;
  LmuProgress  progress;
  lmu_progress_init(&progress, length_s * self->n_windows, self->quiet);

  LmuExit status = LMU_EXIT_SUCCESS;
  for (uint32_t i = 0U; !status && i < self->n_windows; ++i) {
    LmuForecastNetwork next;
    status         = fit(&next, error, self, &progress, i);
    self->gains[i] = status ? 0.0 : next.gains.mean_validated;
    if (!status && (!i || self->gains[i] > self->best.gains.mean_validated)) {
      lmu_forecast_network_reset(&self->best);
      self->best = next;
    } else {
      lmu_forecast_network_reset(&next);
    }
  }
  lmu_progress_reset(&progress);
  return status;
}

static LmuExit
save(Forecast* const self, LmuFailure* const error)
{
  LmuGraph* const graph  = self->best.graph;
  const LmuExit   status = lmu_trained_set_texts(graph, error, self->arguments);
  lmu_trained_set_name(graph, self->path);
  return status ? status
                : lmu_trained_save(graph, error, self->path, self->target);
}

/* What is said */

static void
print_windows(const Forecast* const self)
{
  if (self->n_windows > 1U) {
    printf("Windows, and their mean gain in validation:");
    for (uint32_t i = 0U; i < self->n_windows; ++i) {
      lmu_print("%s %.4g ms %.1f dB",
                i ? "," : "",
                1e3 * self->windows[i] / self->spec.rate,
                self->gains[i]);
    }
    puts("");
  }
}

/// Print a gain, and no zero with a sign
static void
print_gain(const int width, const double gain_db)
{
  printf("%*.2f", width, fabs(gain_db) < 5e-3 ? 0.0 : gain_db);
}

/// Say what the recording was used for
static void
print_uses(const Forecast* const self)
{
  const LmuBlocks* const blocks = &self->blocks;
  lmu_print(
    "\nOf %llu parts of %.3g s, %llu are for training, %llu for validation, "
    "by which the %sshrinking %s chosen, and %llu for the test.\n",
    (unsigned long long)blocks->n_blocks,
    (double)blocks->length / self->spec.rate,
    (unsigned long long)blocks->count[LMU_TRAINING],
    (unsigned long long)blocks->count[LMU_VALIDATION],
    self->n_windows > 1U ? "window and the " : "",
    self->n_windows > 1U ? "were" : "was",
    (unsigned long long)blocks->count[LMU_TEST]);
}

static void
print_summary(const Forecast* const self)
{
  const LmuForecastNetwork* const best  = &self->best;
  const LmuForecastGains* const   gains = &best->gains;

  print_windows(self);
  lmu_print("%s: window %.4g ms, order %u, %u weight%s an output\n\n",
            self->target,
            1e3 * best->spec.theta / best->spec.rate,
            best->spec.order,
            best->n_features,
            best->n_features == 1U ? "" : "s");
  printf("Prediction gain [dB]\n%10s%10s%12s%12s%12s%14s\n",
         "frames",
         "ms",
         "training",
         "validation",
         "test",
         "persistence");
  for (uint32_t k = 0U; k < best->spec.n_horizons; ++k) {
    printf("%10.0f%10.4g",
           best->spec.horizons[k],
           1e3 * best->spec.horizons[k] / best->spec.rate);
    print_gain(12, gains->trained[k]);
    print_gain(12, gains->validated[k]);
    print_gain(12, gains->tested[k]);
    print_gain(14, gains->persistence[k]);
    puts("");
  }
  print_uses(self);
}

static LmuExit
forecast(const LmuArguments* const arguments, LmuFailure* const error)
{
  LmuExit (*const steps[])(Forecast*, LmuFailure*) = {set_target,
                                                      set_sizes,
                                                      open_sound,
                                                      set_horizons,
                                                      set_windows,
                                                      set_blocks,
                                                      fit_all,
                                                      save};

  Forecast self   = {0};
  self.arguments  = arguments;
  self.path       = arguments->operands[0];
  self.spec.order = 32U;
  self.spec.ridge = 1e-5;
  self.quiet      = lmu_arguments_has(arguments, "--quiet");

  LmuExit status = LMU_EXIT_SUCCESS;
  for (size_t i = 0U; !status && i < sizeof(steps) / sizeof(steps[0]); ++i) {
    status = steps[i](&self, error);
  }
  if (!status && !self.quiet) {
    print_summary(&self);
  }
  lmu_forecast_network_reset(&self.best);
  lmu_blocks_reset(&self.blocks);
  free(self.target);
  return status;
}

static const LmuOption options[] = {
  {"--horizon",
   "MS,...",
   "How far ahead to predict, 1f is a frame (1f,1,5,20)"},
  {"--theta",
   "MS,...",
   "Windows of which to keep the best\n(2.5,5,10,20,40,80)"},
  {"--order", "N", "Legendre coefficients of the window, 1 to 512 (32)"},
  {"--recent",
   "N",
   "And of a window of the newest N frames, 0 to 64 (0).\n8 helps up to a few "
   "frames ahead, and harms at other\nsample rates"},
  {"--ridge",
   "AMOUNT",
   "Keep weights small, 1e-12 to 1, more for a sound that\nchanges, or for "
   "other sample rates (1e-5)"},
  {"--name", "TEXT", "What users see (the name of the file)"},
  {"--author", "TEXT", "Who trained it"},
  {"--license", "TEXT", "What others may do with it"},
  {"--source", "TEXT", "What it learned from"},
  {"--comment", "TEXT", "Anything else"},
  {"-o", "OUT", "Write this, in the place of the last word"},
  {"--quiet", NULL, "Print nothing but errors"},
  {"--help", NULL, "Show this"},
  {NULL, NULL, NULL},
};

const LmuCommand lmu_forecast_command = {
  {"forecast",
   "IN [OUT.safetensors]",
   1U,
   2U,
   "Fit a network that predicts a sound to a recording",
   "Fits weights that predict a sound from a Legendre memory of its past, by\n"
   "least squares, and writes them as a trained network with an output for "
   "each\n"
   "horizon: output k at a frame predicts the input so much later.\n\n"
   "Of each ten parts of the recording that have sound, one is for "
   "validation,\n"
   "to choose the window and to shrink what does not help, and one for the\n"
   "test, which chooses nothing.  The gain is the energy of the sound over "
   "that\n"
   "of the error; persistence takes the newest sample for the future, in the\n"
   "test.\n"
   "All channels train the one network, which takes one.",
   options},
  forecast,
};
