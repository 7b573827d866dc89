// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "data/channels.h"
#include "data/input.h"
#include "data/sound_reader.h"
#include "data/sound_writer.h"
#include "host/automation.h"
#include "host/file_state.h"
#include "host/host.h"
#include "host/preset.h"
#include "host/tempo.h"
#include "tools/base/allocate.h"
#include "tools/base/notice.h"
#include "tools/base/print.h"
#include "tools/base/progress.h"
#include "tools/base/text.h"
#include "tools/command/command.h"
#include "tools/command/meter.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_BLOCK 512U
#define MAX_BLOCK 65536U
#define MAX_TAIL_S 3600.0
#define MIN_TEMPO 1.0
#define MAX_TEMPO 1000.0

/// One render from start to end
typedef struct {
  const LmuArguments* arguments;
  LmuWorld            world;
  const LilvPlugin*   plugin;
  LmuSoundReader*     reader;
  LmuSoundWriter*     writer;
  LmuHost*            host;
  LmuAutomations      automations;
  LmuMeter            meter;
  LmuProgress         progress;
  bool                quiet;
  double              rate;
  uint32_t            block;      ///< Frames a run
  uint32_t            n_channels; ///< Of the input file
  uint32_t            n_inputs;   ///< Of the plugin
  uint32_t            n_outputs;  ///< Of the plugin
  uint32_t*           map;        ///< Channel of each input, [n_inputs]
  float**             channels;   ///< As read, [n_channels][block]
  float**             inputs;     ///< Point to channels or silence, [n_inputs]
  float*              silence;    ///< [block]
  float**             outputs;    ///< [n_outputs][block]
  uint64_t            n_read;     ///< Frames of the file so far
  uint64_t            n_tail;     ///< Frames after the end of the file
  bool                at_end;     ///< There is no more to read
  uint64_t            n_done;     ///< Frames run so far
  uint64_t            n_written;  ///< Frames written so far
  uint32_t            latency;    ///< Frames to drop at the start
} Render;

static float**
new_buffers(const uint32_t n_buffers, const uint32_t n_frames)
{
  float** const buffers = (float**)lmu_allocate(n_buffers, sizeof(float*));
  for (uint32_t i = 0U; i < n_buffers; ++i) {
    buffers[i] = (float*)lmu_allocate(n_frames, sizeof(float));
  }
  return buffers;
}

static void
free_buffers(float** const buffers, const uint32_t n_buffers)
{
  for (uint32_t i = 0U; buffers && i < n_buffers; ++i) {
    free(buffers[i]);
  }
  free(buffers);
}

/// Split "NAME=REST" at the equals sign; return null if there is none
static const char*
split(char** const name, const char* const text)
{
  const char* const equals = strchr(text, '=');
  if (!equals || equals == text) {
    return NULL;
  }

  *name = lmu_allocate_text("%.*s", (int)(equals - text), text);
  return equals + 1;
}

static LmuExit
apply_setting(Render* const     self,
              LmuFailure* const error,
              const char* const option,
              const char* const text)
{
  char*             symbol = NULL;
  const char* const rest   = split(&symbol, text);
  if (!rest) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "%s cannot be \"%s\"; write %s",
                           option,
                           text,
                           !strcmp(option, "--set") ? "SYMBOL=VALUE"
                                                    : "SYMBOL=FILE.csv");
  }

  const LmuExit status =
    !strcmp(option, "--set")
      ? lmu_host_set(self->host, error, symbol, rest)
      : lmu_automations_add(
          &self->automations, error, self->host, symbol, rest);
  free(symbol);
  return status;
}

/// Apply the preset first, then all settings in order
static LmuExit
apply_settings(Render* const self, LmuFailure* const error)
{
  const LmuArguments* const arguments = self->arguments;
  const char* const preset = lmu_arguments_value(arguments, "--preset", NULL);
  const char* const file   = lmu_arguments_value(arguments, "--file", NULL);

  LmuExit status =
    preset
      ? lmu_preset_load(self->host, error, &self->world, self->plugin, preset)
      : LMU_EXIT_SUCCESS;
  if (!status && file) {
    status =
      lmu_file_state_load(self->host, error, &self->world, self->plugin, file);
  }
  for (uint32_t i = 0U; !status && i < arguments->n_given; ++i) {
    const LmuGiven* const given = &arguments->given[i];
    if (!strcmp(given->name, "--set") || !strcmp(given->name, "--automate")) {
      status = apply_setting(self, error, given->name, given->value);
    }
  }
  return status;
}

static LmuExit
apply_tempo(Render* const self, LmuFailure* const error)
{
  double        tempo  = 0.0;
  const LmuExit status = lmu_arguments_number(
    &tempo, error, self->arguments, "--tempo", MIN_TEMPO, MAX_TEMPO);
  if (!status && tempo > 0.0) {
    lmu_tempo_send(self->host, tempo);
  }
  return status;
}

/// Find the plugin; of a pair, the one that has an input for each channel
static LmuExit
find_plugin(Render* const self, LmuFailure* const error)
{
  const char* const list =
    lmu_arguments_value(self->arguments, "--channels", NULL);
  const LmuExit status = lmu_world_plugin(
    &self->plugin, error, &self->world, self->arguments->operands[0]);
  if (status || lmu_channels_count(self->n_channels, list) != 2U ||
      lmu_plugin_n_inputs(&self->world, self->plugin) != 1U) {
    return status;
  }

  const LilvPlugin* const stereo = lmu_world_stereo(&self->world, self->plugin);
  if (stereo) {
    self->plugin = stereo;
    lmu_notice("%s is in stereo; used %s",
               lmu_input_name(self->arguments->operands[1]),
               lmu_plugin_short_name(stereo));
  }
  return status;
}

static LmuExit
open_host(Render* const self, LmuFailure* const error)
{
  const LmuArguments* const arguments = self->arguments;

  LmuExit status =
    lmu_world_init(&self->world,
                   error,
                   lmu_arguments_value(arguments, "--bundle", NULL),
                   arguments->program);
  if (!status) {
    status = find_plugin(self, error);
  }
  if (!status) {
    const LmuHostSettings settings = {
      self->rate, self->block, self->block, self->quiet};
    status =
      lmu_host_new(&self->host, error, &self->world, self->plugin, &settings);
  }
  if (!status) {
    status = apply_settings(self, error);
  }
  return status ? status : apply_tempo(self, error);
}

static LmuExit
open_input(Render* const self, LmuFailure* const error)
{
  self->block = DEFAULT_BLOCK;

  double  tail_s = 0.0;
  LmuExit status = lmu_arguments_whole(
    &self->block, error, self->arguments, "--block", 1U, MAX_BLOCK);
  if (!status) {
    status = lmu_arguments_number(
      &tail_s, error, self->arguments, "--tail", 0.0, MAX_TAIL_S);
  }
  if (!status) {
    status = lmu_sound_reader_new_stream(
      &self->reader, error, self->arguments->operands[1]);
  }
  if (status) {
    return status;
  }

  const LmuSoundInfo* const info = lmu_sound_reader_info(self->reader);
  self->rate                     = info->rate;
  self->n_channels               = info->n_channels;
  self->n_tail                   = (uint64_t)llround(tail_s * info->rate);
  return LMU_EXIT_SUCCESS;
}

/// Make the buffers, and let the inputs point to what they hear
static LmuExit
map_channels(Render* const self, LmuFailure* const error)
{
  self->n_inputs  = lmu_host_n_inputs(self->host);
  self->n_outputs = lmu_host_n_outputs(self->host);
  self->map       = (uint32_t*)lmu_allocate(self->n_inputs, sizeof(uint32_t));
  self->channels  = new_buffers(self->n_channels, self->block);
  self->outputs   = new_buffers(self->n_outputs, self->block);
  self->silence   = (float*)lmu_allocate(self->block, sizeof(float));
  self->inputs    = (float**)lmu_allocate(self->n_inputs, sizeof(float*));

  const LmuExit status =
    lmu_channels_map(self->map,
                     error,
                     self->n_inputs,
                     self->n_channels,
                     lmu_arguments_value(self->arguments, "--channels", NULL),
                     self->arguments->operands[1]);
  for (uint32_t i = 0U; !status && i < self->n_inputs; ++i) {
    const uint32_t channel = self->map[i];
    self->inputs[i] =
      (channel == LMU_NO_CHANNEL) ? self->silence : self->channels[channel];
  }
  return status;
}

/// Return how many frames there should be to write, if the file says it
static uint64_t
expected(const Render* const self)
{
  const uint64_t n_frames = lmu_sound_reader_info(self->reader)->n_frames;
  return n_frames == LMU_UNKNOWN_FRAMES ? n_frames : n_frames + self->n_tail;
}

static LmuExit
open_output(Render* const self, LmuFailure* const error)
{
  if (!self->n_outputs) {
    return lmu_failure_set(error,
                           LMU_EXIT_PLUGIN_FAILED,
                           "%s has no audio outputs; use a plugin that has",
                           lmu_plugin_short_name(self->plugin));
  }

  const LmuSoundInfo info = {self->rate, self->n_outputs, expected(self)};
  return lmu_sound_writer_new(
    &self->writer, error, self->arguments->operands[2], &info);
}

/// Fill the channels with the next block of the file, then with silence
static LmuExit
read_block(Render* const self, LmuFailure* const error)
{
  uint32_t n_read = 0U;
  LmuExit  status = LMU_EXIT_SUCCESS;
  if (!self->at_end) {
    status = lmu_sound_reader_read(
      self->reader, error, self->channels, self->block, &n_read);
    self->at_end = n_read < self->block;
    self->n_read += n_read;
  }
  for (uint32_t i = 0U; !status && i < self->n_channels; ++i) {
    memset(
      self->channels[i] + n_read, 0, (self->block - n_read) * sizeof(float));
  }
  return status;
}

static LmuExit
run_block(Render* const self, LmuFailure* const error)
{
  lmu_automations_process(
    &self->automations, self->host, (double)self->n_done / self->rate);

  const LmuExit status = lmu_host_process(
    self->host, error, self->inputs, self->outputs, self->block);
  if (!self->n_done) {
    self->latency = lmu_host_latency(self->host);
  }
  self->n_done += self->block;
  return status;
}

/// Return how many frames there are to write, as far as the file was read
static uint64_t
n_known(const Render* const self)
{
  return self->n_read + (self->at_end ? self->n_tail : 0U);
}

/// Write what of this block is neither latency nor past the end
static LmuExit
write_block(Render* const self, LmuFailure* const error)
{
  const uint64_t start = self->n_done - self->block;
  if (self->n_done <= self->latency) {
    return LMU_EXIT_SUCCESS;
  }

  const uint32_t first =
    (start < self->latency) ? (uint32_t)(self->latency - start) : 0U;
  const uint64_t left  = n_known(self) - self->n_written;
  const uint32_t room  = self->block - first;
  const uint32_t count = (left < room) ? (uint32_t)left : room;
  for (uint32_t i = 0U; i < self->n_outputs; ++i) {
    if (!lmu_meter_process(&self->meter, self->outputs[i] + first, count)) {
      return lmu_failure_set(error,
                             LMU_EXIT_PLUGIN_FAILED,
                             "%s put out values that are not finite in output "
                             "%u near %.3f s; report it to its author",
                             lmu_plugin_short_name(self->plugin),
                             i + 1U,
                             (double)self->n_written / self->rate);
    }
  }

  self->n_written += count;
  return lmu_sound_writer_process(
    self->writer, error, self->outputs, first, count);
}

/// Start with controls where automation has them first
static LmuExit
start_plugin(Render* const self, LmuFailure* const error)
{
  lmu_automations_process(&self->automations, self->host, 0.0);
  return lmu_host_start(self->host, error);
}

static LmuExit
process(Render* const self, LmuFailure* const error)
{
  const double n_frames = (double)expected(self);
  LmuExit      status   = start_plugin(self, error);
  lmu_progress_init(
    &self->progress, n_frames / self->rate, self->quiet || n_frames < 1.0);
  while (!status && (!self->at_end || self->n_written < n_known(self))) {
    status = read_block(self, error);
    if (!status) {
      status = run_block(self, error);
    }
    if (!status) {
      status = write_block(self, error);
    }
    lmu_progress_set(&self->progress, (double)self->n_written / n_frames);
  }

  lmu_progress_reset(&self->progress);
  return status ? status : lmu_sound_writer_save(self->writer, error);
}

static void
print_summary(const Render* const self)
{
  lmu_print("%s: %llu frame%s, %u channel%s, %.0f Hz, peak %.1f dBFS, "
            "RMS %.1f dBFS, %.1f ns/frame",
            self->arguments->operands[2],
            (unsigned long long)self->n_written,
            self->n_written == 1U ? "" : "s",
            self->n_outputs,
            (self->n_outputs > 1U) ? "s" : "",
            self->rate,
            lmu_meter_peak_db(&self->meter),
            lmu_meter_rms_db(&self->meter),
            1e9 * lmu_host_run_s(self->host) / (double)self->n_done);
  if (self->latency) {
    printf(", %u frame%s of latency taken out",
           self->latency,
           self->latency > 1U ? "s" : "");
  }
  printf("\n");
}

static void
close_all(Render* const self)
{
  lmu_sound_writer_free(self->writer);
  lmu_sound_reader_free(self->reader);
  lmu_automations_reset(&self->automations);
  lmu_host_free(self->host);
  lmu_world_reset(&self->world);
  free_buffers(self->channels, self->n_channels);
  free_buffers(self->outputs, self->n_outputs);
  free(self->silence);
  free(self->inputs);
  free(self->map);
}

static LmuExit
render(const LmuArguments* const arguments, LmuFailure* const error)
{
  LmuExit (*const steps[])(Render*, LmuFailure*) = {
    open_input, open_host, map_channels, open_output, process};

  Render self    = {0};
  self.arguments = arguments;
  self.quiet     = lmu_arguments_has(arguments, "--quiet");

  LmuExit status = LMU_EXIT_SUCCESS;
  for (size_t i = 0U; !status && i < sizeof(steps) / sizeof(steps[0]); ++i) {
    status = steps[i](&self, error);
  }
  if (!status && !self.quiet) {
    print_summary(&self);
  }
  close_all(&self);
  return status;
}

static const LmuOption options[] = {
  {"--set",
   "SYMBOL=VALUE",
   "Set a control, by number or by the name of a choice.\n"
   "May be given often; comes after the preset"},
  {"--preset", "NAME", "Start from a preset, by name or URI"},
  {"--file",
   "FILE",
   "Load a file, such as weights, into the plugin; comes\n"
   "after the preset"},
  {"--automate",
   "SYMBOL=FILE",
   "Move a control along lines of \"seconds,value\" in a\n"
   "file, straight from point to point, once a block"},
  {"--tempo", "BPM", "Tell the plugin that the song plays at this tempo"},
  {"--channels", "LIST", "Channels of the file to use, such as 2-9 or 1,3"},
  {"--tail", "SECONDS", "Go on after the end of the file, in silence"},
  {"--block", "FRAMES", "Frames at a time, 1 to 65536 (512)"},
  {"--bundle", "DIR", "Look for plugins in this bundle only"},
  {"-o", "OUT", "Write this, in the place of the last word"},
  {"--quiet", NULL, "Print nothing but errors"},
  {"--help", NULL, "Show this"},
  {NULL, NULL, NULL},
};

const LmuCommand lmu_render_command = {
  {"render",
   "PLUGIN IN OUT",
   3U,
   3U,
   "Send a sound file through a plugin",
   "Sends a sound file through a plugin, and writes a file with a channel for\n"
   "each output of the plugin.  The ending of OUT says what it is: .wav, "
   ".rf64,\n"
   ".w64, .aiff, .au and .caf hold 32-bit floats, .flac 24 bits, .ogg, .opus\n"
   "and .mp3 lose some of the sound.  \"-\" is standard input or output.\n\n"
   "PLUGIN is a URI, the short name of a plugin of this project (such as\n"
   "delay), or the name of any LV2 plugin.  Channels of the file go to inputs\n"
   "of the plugin one by one; a mono file feeds both inputs of a stereo\n"
   "plugin; a stereo file goes to the stereo one of two plugins of this "
   "project;\n"
   "inputs left over hear silence.",
   options},
  render,
};
