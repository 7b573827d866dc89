// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/setup/conceal.h"

#include "core/base/status.h"
#include "data/sound_reader.h"
#include "data/sound_writer.h"
#include "tools/base/allocate.h"
#include "tools/base/clock.h"
#include "tools/base/print.h"
#include "tools/base/progress.h"
#include "tools/command/command.h"
#include "tools/restore/gaps.h"
#include "tools/restore/restorer.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 4096U // Frames to read at once

// What counts as a gap [ms]
#define DEFAULT_MIN_MS 1.0
#define DEFAULT_MAX_MS 100.0
#define LIMIT_MS 60000.0
#define NEAR_MS 20.0

/// What was done about one channel, for the list
typedef struct {
  LmuRestored* items;   ///< [n_items]
  size_t       n_items; ///< Number of gaps
} Report;

/// One work from start to end
typedef struct {
  const LmuArguments* arguments;
  LmuSoundReader*     reader;
  LmuSoundWriter*     writer;
  LmuSoundInfo        info;
  LmuConcealer*       concealer; ///< Null if there is none for this rate
  LmuGaps             listed;    ///< In the file of --gaps
  LmuRestorer**       restorers; ///< [n_channels]
  Report*             reports;   ///< [n_channels]
  float*              block;     ///< Of one channel, [BLOCK]
  double*             sound;     ///< Read but not written, [n_held][n_channels]
  size_t              max_held;  ///< Frames of room in it
  size_t              n_held;
  uint64_t            n_frames; ///< That were read
  LmuProgress         progress;
  size_t              n_gaps;  ///< Of all channels
  size_t              n_faded; ///< Those that could not be restored
  uint64_t            n_lost;  ///< Frames of gaps
  double              work_s;  ///< Time that filling took
  bool                quiet;
} Conceal;

static LmuGapsFile
gaps_file(const Conceal* const self)
{
  const bool in_frames = lmu_arguments_has(self->arguments, "--frames");
  return (LmuGapsFile){lmu_arguments_value(self->arguments, "--gaps", NULL),
                       in_frames ? 1.0 : self->info.rate,
                       self->info.n_frames};
}

/// Read what counts as a gap
static LmuExit
read_search(const Conceal* const self,
            LmuFailure* const    error,
            LmuGapsSearch* const search)
{
  const LmuArguments* const arguments = self->arguments;
  const double              per_ms    = self->info.rate / 1000.0;

  double  min_ms = DEFAULT_MIN_MS;
  double  max_ms = DEFAULT_MAX_MS;
  LmuExit status =
    lmu_arguments_number(&min_ms, error, arguments, "--min-gap", 0.0, LIMIT_MS);
  if (!status) {
    status = lmu_arguments_number(
      &max_ms, error, arguments, "--max-gap", min_ms, LIMIT_MS);
  }
  search->min  = (size_t)(min_ms * per_ms);
  search->min  = search->min ? search->min : 1U;
  search->max  = (size_t)(max_ms * per_ms);
  search->near = (size_t)(NEAR_MS * per_ms);
  return status;
}

/// Say what is in vain beside other options
static LmuExit
check_options(const Conceal* const self, LmuFailure* const error)
{
  const bool has_file = lmu_arguments_has(self->arguments, "--gaps");
  if (has_file && (lmu_arguments_has(self->arguments, "--min-gap") ||
                   lmu_arguments_has(self->arguments, "--max-gap"))) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "--min-gap and --max-gap are about gaps to find; "
                           "leave them out with --gaps");
  }
  if (!has_file && lmu_arguments_has(self->arguments, "--frames")) {
    return lmu_failure_set(
      error, LMU_EXIT_USAGE, "--frames is about the file of --gaps; give both");
  }
  return LMU_EXIT_SUCCESS;
}

/// Load the gaps that are listed
static LmuExit
load_gaps(Conceal* const self, LmuFailure* const error)
{
  const LmuGapsFile file = gaps_file(self);
  const LmuExit     status =
    file.path ? lmu_gaps_load(&self->listed, error, &file) : LMU_EXIT_SUCCESS;
  lmu_gaps_sort(&self->listed);
  return status;
}

static LmuExit
open_input(Conceal* const self, LmuFailure* const error)
{
  const LmuExit status = lmu_sound_reader_new_stream(
    &self->reader, error, self->arguments->operands[0]);
  if (!status) {
    self->info = *lmu_sound_reader_info(self->reader);
  }
  return status;
}

static LmuExit
fail(const Conceal* const self, LmuFailure* const error, const LmuStatus status)
{
  const char* const path = self->arguments->operands[0];
  if (status == LMU_BAD_RATE) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s has a sample rate of %.0f Hz; use 1000 to "
                           "1000000",
                           path,
                           self->info.rate);
  }
  return lmu_failure_core(error, path, status, lmu_status_text(status));
}

static LmuExit
open_restorers(Conceal* const self, LmuFailure* const error)
{
  const uint32_t n      = self->info.n_channels;
  LmuGapsSearch  search = {0U, 0U, 0U};
  const LmuExit  status = read_search(self, error, &search);
  if (status) {
    return status;
  }

  // Without one at this rate, a sound without gaps is still copied
  const LmuStatus made = lmu_concealer_new(&self->concealer, self->info.rate);
  if (made && made != LMU_BAD_RATE) {
    return fail(self, error, made);
  }

  search.max  = lmu_arguments_has(self->arguments, "--gaps") ? 0U : search.max;
  self->block = (float*)lmu_allocate(BLOCK, sizeof(float));
  self->reports   = (Report*)lmu_allocate(n, sizeof(Report));
  self->restorers = (LmuRestorer**)lmu_allocate(n, sizeof(LmuRestorer*));
  for (uint32_t i = 0U; i < n; ++i) {
    self->restorers[i] =
      lmu_restorer_new(self->concealer, &search, &self->listed);
  }
  return LMU_EXIT_SUCCESS;
}

static LmuExit
open_output(Conceal* const self, LmuFailure* const error)
{
  return lmu_sound_writer_new_like(
    &self->writer, error, self->arguments->operands[1], self->reader);
}

/// Take what a restorer did, and list it if that was asked for
static void
take_gaps(Conceal* const self, const uint32_t channel)
{
  const bool    is_listed = lmu_arguments_has(self->arguments, "--list");
  Report* const report    = &self->reports[channel];
  LmuRestored   next      = {0U, 0U, false};
  while (lmu_restorer_next(self->restorers[channel], &next)) {
    ++self->n_gaps;
    self->n_lost += next.length;
    self->n_faded += next.is_faded ? 1U : 0U;
    if (is_listed) {
      // Room for 1, 2, 4 and so on
      if (!(report->n_items & (report->n_items - 1U))) {
        report->items = (LmuRestored*)lmu_reallocate(
          report->items,
          report->n_items ? 2U * report->n_items : 1U,
          sizeof(LmuRestored));
      }
      report->items[report->n_items++] = next;
    }
  }
}

/// Give frames that were read last to the restorer of a channel
static LmuStatus
hear(Conceal* const self,
     const uint32_t channel,
     const uint32_t n_frames,
     const bool     is_end)
{
  const uint32_t      n    = self->info.n_channels;
  const double* const from = self->sound + ((self->n_held - n_frames) * n);
  for (uint32_t i = 0U; i < n_frames; ++i) {
    self->block[i] = (float)from[((size_t)i * n) + channel];
  }

  const double    start_s = lmu_clock_s();
  const LmuStatus status  = lmu_restorer_process(
    self->restorers[channel], self->block, n_frames, is_end);
  self->work_s += lmu_clock_s() - start_s;
  take_gaps(self, channel);
  return status;
}

/// Write what all channels are ready for
static LmuExit
write_ready(Conceal* const self, LmuFailure* const error)
{
  const uint32_t n       = self->info.n_channels;
  size_t         n_ready = self->n_held;
  for (uint32_t i = 0U; i < n; ++i) {
    const size_t ready = lmu_restorer_n_ready(self->restorers[i]);
    n_ready            = ready < n_ready ? ready : n_ready;
  }
  for (uint32_t i = 0U; i < n; ++i) {
    lmu_restorer_read(self->restorers[i], self->sound + i, n, n_ready);
  }

  const LmuExit status =
    lmu_sound_writer_write(self->writer, error, self->sound, n_ready);
  self->n_held -= n_ready;
  memmove(self->sound,
          self->sound + (n_ready * n),
          self->n_held * n * sizeof(double));
  return status;
}

/// Read the next frames behind those that are held
static LmuExit
read_more(Conceal* const self, LmuFailure* const error, uint32_t* const n_read)
{
  const uint32_t n = self->info.n_channels;
  if (self->n_held + BLOCK > self->max_held) {
    self->max_held = 2U * (self->n_held + BLOCK);
    self->sound =
      (double*)lmu_reallocate(self->sound, self->max_held, n * sizeof(double));
  }

  const LmuExit status = lmu_sound_reader_read_exact(
    self->reader, error, self->sound + (self->n_held * n), BLOCK, n_read);
  self->n_held += *n_read;
  self->n_frames += *n_read;
  return status;
}

static LmuExit
conceal_all(Conceal* const self, LmuFailure* const error)
{
  const double rate   = self->info.rate;
  uint32_t     n_read = BLOCK;
  LmuExit      status = LMU_EXIT_SUCCESS;
  lmu_progress_init(
    &self->progress, (double)self->info.n_frames / rate, self->quiet);
  while (!status && n_read == BLOCK) {
    LmuStatus filled = LMU_SUCCESS;
    status           = read_more(self, error, &n_read);
    for (uint32_t i = 0U; !status && !filled && i < self->info.n_channels;
         ++i) {
      filled = hear(self, i, n_read, n_read < BLOCK);
    }
    status = filled ? fail(self, error, filled) : status;
    status = status ? status : write_ready(self, error);
    if (self->info.n_frames) {
      lmu_progress_set(&self->progress,
                       (double)self->n_frames / (double)self->info.n_frames);
    }
  }
  lmu_progress_reset(&self->progress);
  return status;
}

static LmuExit
save(Conceal* const self, LmuFailure* const error)
{
  // The length that the file tells may be wrong
  LmuGapsFile file     = gaps_file(self);
  file.n_frames        = self->n_frames;
  const LmuExit status = lmu_gaps_check(&self->listed, error, &file);
  return status ? status : lmu_sound_writer_save(self->writer, error);
}

static void
print_list(const Conceal* const self)
{
  puts("channel,start,length,how");
  for (uint32_t i = 0U; i < self->info.n_channels; ++i) {
    const Report* const report = &self->reports[i];
    for (size_t j = 0U; j < report->n_items; ++j) {
      const LmuRestored gap = report->items[j];
      printf("%u,%.6f,%.6f,%s\n",
             i + 1U,
             (double)gap.start / self->info.rate,
             (double)gap.length / self->info.rate,
             gap.is_faded ? "faded" : "restored");
    }
  }
}

static void
print_summary(const Conceal* const self)
{
  if (!self->n_gaps) {
    const bool exact = lmu_sound_writer_is_exact(self->writer);
    lmu_print("%s: no gaps, %s%s%s\n",
              self->arguments->operands[1],
              exact ? "a copy of " : "",
              self->arguments->operands[0],
              exact ? "" : " encoded anew, with loss");
    return;
  }

  const size_t n_faded = self->n_faded;
  lmu_print("%s: %zu gap%s in %u channel%s, %.1f ms in all, %.1f ms of work a "
            "gap\n",
            self->arguments->operands[1],
            self->n_gaps,
            self->n_gaps > 1U ? "s" : "",
            self->info.n_channels,
            self->info.n_channels > 1U ? "s" : "",
            1000.0 * (double)self->n_lost / self->info.rate,
            1000.0 * self->work_s / (double)self->n_gaps);
  if (n_faded) {
    lmu_print(
      "Note: %zu gap%s could not be restored and fade%s to silence: longer "
      "than %.0f ms, or too little sound around.\n",
      n_faded,
      n_faded > 1U ? "s" : "",
      n_faded > 1U ? "" : "s",
      LMU_MAX_CONCEAL_MS);
  }
}

static void
close_all(Conceal* const self)
{
  for (uint32_t i = 0U; self->restorers && i < self->info.n_channels; ++i) {
    lmu_restorer_free(self->restorers[i]);
    free(self->reports[i].items);
  }
  free(self->restorers);
  free(self->reports);
  free(self->block);
  free(self->sound);
  lmu_gaps_reset(&self->listed);
  lmu_concealer_free(self->concealer);
  lmu_sound_writer_free(self->writer);
  lmu_sound_reader_free(self->reader);
}

static LmuExit
conceal(const LmuArguments* const arguments, LmuFailure* const error)
{
  Conceal self   = {0};
  self.arguments = arguments;
  self.quiet     = lmu_arguments_has(arguments, "--quiet");

  LmuExit status                                  = check_options(&self, error);
  LmuExit (*const steps[])(Conceal*, LmuFailure*) = {
    open_input, load_gaps, open_restorers, open_output, conceal_all, save};
  for (size_t i = 0U; !status && i < sizeof(steps) / sizeof(steps[0]); ++i) {
    status = steps[i](&self, error);
  }
  if (!status && lmu_arguments_has(arguments, "--list")) {
    print_list(&self);
  }
  if (!status && !self.quiet) {
    print_summary(&self);
  }
  close_all(&self);
  return status;
}

static const LmuOption options[] = {
  {"--gaps",
   "FILE.csv",
   "Fill these gaps, a line of \"start,length\" in\n"
   "seconds for each, in all channels"},
  {"--frames", NULL, "The lines of --gaps count frames"},
  {"--min-gap", "MS", "Shortest run of zeros that is a gap (1)"},
  {"--max-gap", "MS", "Longest run of zeros that is a gap (100)"},
  {"--list",
   NULL,
   "Print each gap: channel, start and length in\nseconds, how"},
  {"-o", "OUT", "Write this, in the place of the last word"},
  {"--quiet", NULL, "Print no summary"},
  {"--help", NULL, "Show this"},
  {NULL, NULL, NULL},
};

const LmuCommand lmu_conceal_command = {
  {"conceal",
   "IN.wav OUT.wav",
   2U,
   2U,
   "Fill drop-outs of a sound with what was probably there",
   "Fills gaps of a sound from what is on both sides of them.  All that is "
   "not\n"
   "in a gap stays as it is, also the kind of samples, channels and tags, if\n"
   "files that end as OUT.wav does can hold them.\n\n"
   "Without --gaps it finds them, in each channel by itself: runs of exact\n"
   "zeros that cut through sound.  Samples that are no numbers are always\n"
   "gaps.  Up to 20 ms are restored best; of gaps above 200 ms, or with too\n"
   "little sound around, the ends fade to silence.",
   options},
  conceal,
};
