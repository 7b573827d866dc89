// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/setup/conceal.h"

#include "core/setup/surroundings.h"
#include "core/status.h"
#include "tools/allocate.h"
#include "tools/clock.h"
#include "tools/command.h"
#include "tools/gaps.h"
#include "tools/progress.h"
#include "tools/sound_reader.h"
#include "tools/sound_writer.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 4096U // Frames to read or write at once

// What counts as a gap [ms]
#define DEFAULT_MIN_MS 1.0
#define DEFAULT_MAX_MS 100.0
#define LIMIT_MS 60000.0
#define NEAR_MS 20.0

/// One channel
typedef struct {
  float*  sound;    ///< [n_frames]
  LmuGaps gaps;     ///< In order
  bool*   is_faded; ///< Whether a gap could not be restored, [n_gaps]
} Channel;

/// One work from start to end
typedef struct {
  const LmuArguments* arguments;
  LmuSoundInfo        info;
  Channel*            channels; ///< [n_channels]
  float**             block;    ///< Point into sounds, [n_channels]
  LmuConcealer*       concealer;
  LmuProgress         progress;
  size_t              n_gaps; ///< Of all channels
  size_t              n_done;
  double              work_s; ///< Time that filling took
  bool                quiet;
} Conceal;

/// Read the whole file, as a gap needs what comes after it
static LmuExit
read_all(Conceal* const self, LmuFailure* const error, LmuSoundReader* reader)
{
  LmuExit  status = LMU_EXIT_SUCCESS;
  uint64_t n      = 0U;
  uint32_t n_read = BLOCK;
  while (!status && n_read == BLOCK && n < self->info.n_frames) {
    const uint64_t left  = self->info.n_frames - n;
    const uint32_t count = left < BLOCK ? (uint32_t)left : BLOCK;
    for (uint32_t i = 0U; i < self->info.n_channels; ++i) {
      self->block[i] = self->channels[i].sound + n;
    }
    status = lmu_sound_reader_read(reader, error, self->block, count, &n_read);
    n += n_read;
  }
  self->info.n_frames = n;
  return status;
}

static LmuExit
open_input(Conceal* const self, LmuFailure* const error)
{
  LmuSoundReader* reader = NULL;
  LmuExit         status =
    lmu_sound_reader_new(&reader, error, self->arguments->operands[0]);
  if (status) {
    return status;
  }

  self->info       = *lmu_sound_reader_info(reader);
  const uint32_t n = self->info.n_channels;
  self->channels   = (Channel*)lmu_allocate(n, sizeof(Channel));
  self->block      = (float**)lmu_allocate(n, sizeof(float*));
  for (uint32_t i = 0U; i < n; ++i) {
    self->channels[i].sound =
      (float*)lmu_allocate(self->info.n_frames, sizeof(float));
  }
  status = read_all(self, error, reader);
  lmu_sound_reader_free(reader);
  return status;
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

/// Load the gaps of one channel, and find others in it
static LmuExit
find_gaps(const Conceal* const       self,
          LmuFailure* const          error,
          Channel* const             channel,
          const LmuGapsSearch* const search)
{
  const LmuArguments* const arguments = self->arguments;
  const bool        in_frames = lmu_arguments_has(arguments, "--frames");
  const LmuGapsFile file      = {lmu_arguments_value(arguments, "--gaps", NULL),
                            in_frames ? 1.0 : self->info.rate,
                                 (size_t)self->info.n_frames};

  LmuGapsSearch wanted = *search;
  wanted.max           = file.path ? 0U : search->max;
  lmu_gaps_find(
    &channel->gaps, &wanted, channel->sound, (size_t)self->info.n_frames);
  const LmuExit status =
    file.path ? lmu_gaps_load(&channel->gaps, error, &file) : LMU_EXIT_SUCCESS;
  lmu_gaps_sort(&channel->gaps);
  return status;
}

static LmuExit
find_all(Conceal* const self, LmuFailure* const error)
{
  LmuGapsSearch search = {0U, 0U, 0U};
  LmuExit       status = read_search(self, error, &search);
  for (uint32_t i = 0U; !status && i < self->info.n_channels; ++i) {
    Channel* const channel = &self->channels[i];
    status                 = find_gaps(self, error, channel, &search);
    channel->is_faded =
      (bool*)lmu_allocate(channel->gaps.n_items, sizeof(bool));
    self->n_gaps += channel->gaps.n_items;
  }
  return status;
}

static LmuStatus
fill_channel(Conceal* const self, const Channel* const channel)
{
  LmuConcealment work   = {{channel->sound,
                            (size_t)self->info.n_frames,
                            channel->gaps.items,
                            channel->gaps.n_items},
                           channel->is_faded,
                           0U};
  LmuStatus      status = LMU_SUCCESS;
  while (!status && work.n_done < work.gappy.n_gaps) {
    const size_t before = work.n_done;
    status              = lmu_concealer_step(self->concealer, &work);
    self->n_done += work.n_done - before;
    lmu_progress_set(&self->progress,
                     (double)self->n_done / (double)self->n_gaps);
  }
  return status;
}

static LmuExit
fill_all(Conceal* const self, LmuFailure* const error)
{
  if (!self->n_gaps) {
    return LMU_EXIT_SUCCESS;
  }

  const double start_s = lmu_clock_s();
  LmuStatus    status  = lmu_concealer_new(&self->concealer, self->info.rate);
  lmu_progress_init(&self->progress, 0.0, self->quiet);
  for (uint32_t i = 0U; !status && i < self->info.n_channels; ++i) {
    status = fill_channel(self, &self->channels[i]);
  }
  lmu_progress_reset(&self->progress);
  self->work_s = lmu_clock_s() - start_s;
  if (status == LMU_BAD_RATE) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s has a sample rate of %.0f Hz; use 1000 to "
                           "1000000",
                           self->arguments->operands[0],
                           self->info.rate);
  }
  return status ? lmu_failure_core(error,
                                   self->arguments->operands[0],
                                   status,
                                   lmu_status_text(status))
                : LMU_EXIT_SUCCESS;
}

static LmuExit
write_all(Conceal* const self, LmuFailure* const error)
{
  LmuSoundWriter* writer = NULL;
  LmuExit         status = lmu_sound_writer_new(
    &writer, error, self->arguments->operands[1], &self->info);
  for (uint64_t n = 0U; !status && n < self->info.n_frames; n += BLOCK) {
    const uint64_t left = self->info.n_frames - n;
    for (uint32_t i = 0U; i < self->info.n_channels; ++i) {
      self->block[i] = self->channels[i].sound + n;
    }
    status = lmu_sound_writer_process(
      writer, error, self->block, 0U, left < BLOCK ? (uint32_t)left : BLOCK);
  }
  if (!status) {
    status = lmu_sound_writer_save(writer, error);
  }
  lmu_sound_writer_free(writer);
  return status;
}

static void
print_list(const Conceal* const self)
{
  puts("channel,start,length,how");
  for (uint32_t i = 0U; i < self->info.n_channels; ++i) {
    const Channel* const channel = &self->channels[i];
    for (size_t j = 0U; j < channel->gaps.n_items; ++j) {
      const LmuGap gap = channel->gaps.items[j];
      printf("%u,%.6f,%.6f,%s\n",
             i + 1U,
             (double)gap.start / self->info.rate,
             (double)gap.length / self->info.rate,
             channel->is_faded[j] ? "faded" : "restored");
    }
  }
}

/// Add up the frames of gaps, and count those that could not be restored
static size_t
sum_gaps(const Conceal* const self, double* const n_frames)
{
  size_t n_faded = 0U;
  for (uint32_t i = 0U; i < self->info.n_channels; ++i) {
    const Channel* const channel = &self->channels[i];
    for (size_t j = 0U; j < channel->gaps.n_items; ++j) {
      *n_frames += (double)channel->gaps.items[j].length;
      n_faded += channel->is_faded[j] ? 1U : 0U;
    }
  }
  return n_faded;
}

static void
print_summary(const Conceal* const self)
{
  if (!self->n_gaps) {
    printf("%s: no gaps, a copy of %s\n",
           self->arguments->operands[1],
           self->arguments->operands[0]);
    return;
  }

  double       n_frames = 0.0;
  const size_t n_faded  = sum_gaps(self, &n_frames);
  printf("%s: %zu gap%s in %u channel%s, %.1f ms in all, %.1f ms of work a "
         "gap\n",
         self->arguments->operands[1],
         self->n_gaps,
         self->n_gaps > 1U ? "s" : "",
         self->info.n_channels,
         self->info.n_channels > 1U ? "s" : "",
         1000.0 * n_frames / self->info.rate,
         1000.0 * self->work_s / (double)self->n_gaps);
  if (n_faded) {
    printf(
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
  for (uint32_t i = 0U; self->channels && i < self->info.n_channels; ++i) {
    free(self->channels[i].sound);
    free(self->channels[i].is_faded);
    lmu_gaps_reset(&self->channels[i].gaps);
  }
  free(self->channels);
  free(self->block);
  lmu_concealer_free(self->concealer);
}

static LmuExit
conceal(const LmuArguments* const arguments, LmuFailure* const error)
{
  Conceal self   = {0};
  self.arguments = arguments;
  self.quiet     = lmu_arguments_has(arguments, "--quiet");

  LmuExit status                                  = check_options(&self, error);
  LmuExit (*const steps[])(Conceal*, LmuFailure*) = {
    open_input, find_all, fill_all, write_all};
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
   "Fills gaps of a sound from what is on both sides of them, and writes a "
   "WAV\n"
   "file of 32-bit floats.  All that is not in a gap stays as it is.\n\n"
   "Without --gaps it finds them, in each channel by itself: runs of exact\n"
   "zeros that cut through sound.  Samples that are no numbers are always\n"
   "gaps.  Up to 20 ms are restored best; of gaps above 200 ms, or with too\n"
   "little sound around, the ends fade to silence.",
   options},
  conceal,
};
