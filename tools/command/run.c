// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "data/input.h"
#include "data/sequence.h"
#include "data/sequence_reader.h"
#include "data/sequence_writer.h"
#include "tools/base/allocate.h"
#include "tools/base/clock.h"
#include "tools/base/print.h"
#include "tools/base/progress.h"
#include "tools/command/command.h"
#include "tools/network/trained.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK 4096U // Frames to read and write at once

/// One run from start to end
typedef struct {
  const LmuArguments* arguments;
  LmuGraph*           graph;
  LmuNetwork*         network;
  LmuNetworkState**   states;   ///< One, or one for each channel, [n_states]
  uint32_t            n_states; ///< Number of them
  LmuSequenceReader*  reader;
  LmuSequenceWriter*  writer;
  LmuSequence         input;
  LmuSequence         output;
  LmuProgress         progress;
  float*              in;     ///< [CHUNK][signals]
  float*              out;    ///< [CHUNK][signals]
  float*              one_in; ///< Of one state, [block][n_inputs]
  float*              one_out;
  uint64_t            n_frames; ///< Of all rows, that were run
  uint32_t            block;    ///< Frames at a time
  bool                last;     ///< Keep the last frame of each row only
  bool                quiet;
  double              run_s; ///< Time that the network took
} Run;

static LmuExit
open_network(Run* const self, LmuFailure* const error)
{
  const char* const path = self->arguments->operands[0];
  return lmu_trained_open(&self->graph, &self->network, error, path);
}

static LmuExit
bad_signals(const Run* const self, LmuFailure* const error)
{
  const char* const name     = lmu_input_name(self->arguments->operands[1]);
  const uint32_t    n        = self->input.n_signals;
  const uint32_t    n_inputs = self->graph->n_inputs;
  if (self->input.rate > 0.0) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s has %u channel%s, the network takes %u; give a "
                           "sound of %u",
                           name,
                           n,
                           n > 1U ? "s" : "",
                           n_inputs,
                           n_inputs);
  }
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_INPUT,
                         "%s has %u signals, the network takes %u; give frames "
                         "of %u",
                         name,
                         n,
                         n_inputs,
                         n_inputs);
}

/// Make a state for all signals, or for each channel of a sound
static LmuExit
open_states(Run* const self, LmuFailure* const error)
{
  const bool is_each = self->input.rate > 0.0 && self->graph->n_inputs == 1U;
  if (!is_each && self->input.n_signals != self->graph->n_inputs) {
    return bad_signals(self, error);
  }

  bool enough    = true;
  self->n_states = is_each ? self->input.n_signals : 1U;
  self->states =
    (LmuNetworkState**)lmu_allocate(self->n_states, sizeof(LmuNetworkState*));
  for (uint32_t i = 0U; i < self->n_states; ++i) {
    self->states[i] = lmu_network_state_new(self->network);
    enough          = enough && self->states[i];
  }
  return enough ? LMU_EXIT_SUCCESS
                : lmu_failure_core(error,
                                   self->arguments->operands[0],
                                   LMU_NO_MEMORY,
                                   "out of memory");
}

static LmuExit
open_input(Run* const self, LmuFailure* const error)
{
  const LmuExit status =
    lmu_sequence_reader_new(&self->reader, error, self->arguments->operands[1]);
  if (status) {
    return status;
  }
  self->input = *lmu_sequence_reader_info(self->reader);
  return open_states(self, error);
}

/// Begin the output, in the form of the input
static LmuExit
open_output(Run* const self, LmuFailure* const error)
{
  const uint32_t n_outputs = self->graph->n_outputs;
  const uint32_t n_signals = self->n_states * n_outputs;

  self->output           = self->input;
  self->output.n_signals = n_signals;
  if (self->last) {
    self->output.rank     = 2U;
    self->output.n_frames = self->input.n_rows;
    self->output.n_rows   = 1U;
  } else if (self->output.rank == 1U && n_signals > 1U) {
    self->output.rank = 2U;
  }

  const size_t size = sizeof(float);
  self->in          = (float*)lmu_allocate(CHUNK, self->input.n_signals * size);
  self->out         = (float*)lmu_allocate(CHUNK, n_signals * size);
  self->one_in =
    (float*)lmu_allocate(self->block, self->graph->n_inputs * size);
  self->one_out = (float*)lmu_allocate(self->block, n_outputs * size);
  return lmu_sequence_writer_new(
    &self->writer, error, self->arguments->operands[2], &self->output);
}

static LmuExit
check_finite(const Run* const self, LmuFailure* const error, const size_t count)
{
  const uint32_t n = self->input.n_signals;
  for (size_t i = 0U; i < count * n; ++i) {
    if (!isfinite(self->in[i])) {
      return lmu_failure_set(
        error,
        LMU_EXIT_BAD_INPUT,
        "%s: value %zu of frame %llu is not a finite float32; replace it",
        lmu_input_name(self->arguments->operands[1]),
        (i % n) + 1U,
        (unsigned long long)self->n_frames + (i / n) + 1U);
    }
  }
  return LMU_EXIT_SUCCESS;
}

/// Run some frames of a chunk through one of several states
static void
run_state(const Run* const self,
          const uint32_t   state,
          const size_t     first,
          const uint32_t   count)
{
  const uint32_t n_in  = self->graph->n_inputs;
  const uint32_t n_out = self->graph->n_outputs;
  const float*   from  = self->in + (first * self->input.n_signals);
  float*         to    = self->out + (first * self->output.n_signals);
  for (uint32_t i = 0U; i < count; ++i) {
    memcpy(self->one_in + ((size_t)i * n_in),
           from + ((size_t)i * self->input.n_signals) + ((size_t)state * n_in),
           n_in * sizeof(float));
  }

  lmu_network_process(
    self->network, self->states[state], self->one_in, count, self->one_out);
  for (uint32_t i = 0U; i < count; ++i) {
    memcpy(to + ((size_t)i * self->output.n_signals) + ((size_t)state * n_out),
           self->one_out + ((size_t)i * n_out),
           n_out * sizeof(float));
  }
}

static void
run_chunk(Run* const self, const size_t count)
{
  const double start_s = lmu_clock_s();
  for (size_t i = 0U; i < count; i += self->block) {
    const size_t   left = count - i;
    const uint32_t n    = left < self->block ? (uint32_t)left : self->block;
    for (uint32_t state = 0U; state < self->n_states; ++state) {
      run_state(self, state, i, n);
    }
  }
  self->run_s += lmu_clock_s() - start_s;
  self->n_frames += count;
}

/// Run a row, or what there is of it
static LmuExit
run_row(Run* const self, LmuFailure* const error)
{
  const size_t n_all  = self->input.n_frames * self->input.n_rows;
  const float* newest = NULL;
  size_t       left   = self->input.n_frames;
  size_t       n_read = 1U;
  LmuExit      status = LMU_EXIT_SUCCESS;
  for (uint32_t i = 0U; i < self->n_states; ++i) {
    lmu_network_reset(self->network, self->states[i]);
  }
  while (!status && left && n_read) {
    status = lmu_sequence_reader_read(
      self->reader, error, self->in, left < CHUNK ? left : CHUNK, &n_read);
    status = status ? status : check_finite(self, error, n_read);
    if (status || !n_read) {
      break;
    }
    run_chunk(self, n_read);
    left -= n_read;
    newest = self->out + ((n_read - 1U) * self->output.n_signals);
    if (!self->last) {
      status =
        lmu_sequence_writer_process(self->writer, error, self->out, n_read);
    }
    lmu_progress_set(&self->progress, (double)self->n_frames / (double)n_all);
  }
  return !status && self->last && newest
           ? lmu_sequence_writer_process(self->writer, error, newest, 1U)
           : status;
}

static LmuExit
process(Run* const self, LmuFailure* const error)
{
  const LmuSequence* const in     = &self->input;
  LmuExit                  status = LMU_EXIT_SUCCESS;

  lmu_progress_init(&self->progress,
                    in->rate > 0.0 ? (double)in->n_frames / in->rate : 0.0,
                    self->quiet);
  for (size_t i = 0U; !status && i < in->n_rows; ++i) {
    status = run_row(self, error);
  }
  lmu_progress_reset(&self->progress);
  return status ? status : lmu_sequence_writer_save(self->writer, error);
}

static void
print_summary(const Run* const self)
{
  const LmuSequence* const in      = &self->input;
  const double             trained = self->graph->metadata.rate;
  const size_t             n_frames =
    self->last ? in->n_rows : (size_t)(self->n_frames / in->n_rows);

  lmu_print("%s: ", self->arguments->operands[2]);
  if (in->n_rows > 1U) {
    printf("%zu rows of ", in->n_rows);
  }
  lmu_print("%zu frame%s, %u output%s, %.1f ns/frame\n",
            n_frames,
            n_frames > 1U ? "s" : "",
            self->output.n_signals,
            self->output.n_signals > 1U ? "s" : "",
            1e9 * self->run_s / (double)self->n_frames);
  if (in->rate > 0.0 && trained > 0.0 && fabs(in->rate - trained) > 0.5) {
    printf("Note: the network was trained at %.0f Hz, and ran at %.0f Hz frame "
           "by frame.\n",
           trained,
           in->rate);
  }
}

static void
close_all(Run* const self)
{
  for (uint32_t i = 0U; i < self->n_states; ++i) {
    lmu_network_state_free(self->states[i]);
  }
  free(self->states);
  free(self->one_out);
  free(self->one_in);
  free(self->out);
  free(self->in);
  lmu_sequence_writer_free(self->writer);
  lmu_sequence_reader_free(self->reader);
  lmu_network_free(self->network);
  lmu_graph_free(self->graph);
}

static LmuExit
run(const LmuArguments* const arguments, LmuFailure* const error)
{
  LmuExit (*const steps[])(Run*, LmuFailure*) = {
    open_network, open_input, open_output, process};

  Run self       = {0};
  self.arguments = arguments;
  self.block     = LMU_NETWORK_FRAMES;
  self.last      = lmu_arguments_has(arguments, "--last");
  self.quiet     = lmu_arguments_has(arguments, "--quiet");

  LmuExit status = lmu_arguments_whole(
    &self.block, error, arguments, "--block", 1U, LMU_NETWORK_FRAMES);
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
  {"--last",
   NULL,
   "Write the last frame of each row only,\nas shape [rows][outputs]"},
  {"--block", "FRAMES", "Frames at a time, 1 to 16 (16)"},
  {"-o", "OUT", "Write this, in the place of the last word"},
  {"--quiet", NULL, "Print nothing but errors"},
  {"--help", NULL, "Show this"},
  {NULL, NULL, NULL},
};

const LmuCommand lmu_run_command = {
  {"run",
   "FILE IN OUT",
   3U,
   3U,
   "Send any sequence through a trained network",
   "Runs a trained network frame by frame on a sequence of any kind, from\n"
   "silence, and writes what it puts out.\n\n"
   "FILE holds a network that lmu import wrote.  IN and OUT are NPY arrays of\n"
   "shape [frames], [frames][signals] or [rows][frames][signals], where each\n"
   "row starts anew; CSV with a line a frame; or sounds.  Their names' "
   "endings\n"
   "say which; without, as in \"-\", IN is looked at and OUT becomes the "
   "same.\n\n"
   "A network of one input takes each channel of a sound by "
   "itself,\n"
   "and puts out what it makes of the first, then of the second.",
   options},
  run,
};
