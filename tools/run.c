// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/setup/graph.h"
#include "core/setup/network.h"
#include "tools/allocate.h"
#include "tools/clock.h"
#include "tools/command.h"
#include "tools/progress.h"
#include "tools/sequence.h"
#include "tools/trained.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK_FRAMES 65536U // After so many the terminal hears of it

/// One run from start to end
typedef struct {
  const LmuArguments* arguments;
  LmuGraph*           graph;
  LmuNetwork*         network;
  LmuNetworkState*    state;
  LmuSequence         input;
  LmuSequence         output;
  LmuProgress         progress;
  float*              scratch; ///< Output of a block, [block][n_outputs]
  uint32_t            block;   ///< Frames at a time
  bool                last;    ///< Keep the last frame of each row only
  bool                quiet;
  double              run_s; ///< Time that the network took
} Run;

static LmuExit
open_network(Run* const self, LmuFailure* const error)
{
  const char* const path = self->arguments->operands[0];
  const LmuExit     status =
    lmu_trained_open(&self->graph, &self->network, error, path);
  if (status) {
    return status;
  }

  self->state = lmu_network_state_new(self->network);
  return self->state
           ? LMU_EXIT_SUCCESS
           : lmu_failure_core(error, path, LMU_NO_MEMORY, "out of memory");
}

static LmuExit
open_input(Run* const self, LmuFailure* const error)
{
  const char* const path     = self->arguments->operands[1];
  LmuExit           status   = lmu_sequence_load(&self->input, error, path);
  const uint32_t    n_inputs = self->graph->n_inputs;
  if (!status && self->input.n_signals != n_inputs) {
    status = lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s has %u signals, the network takes %u; give "
                             "frames of %u",
                             path,
                             self->input.n_signals,
                             n_inputs,
                             n_inputs);
  }
  return status;
}

/// Make room for the output, in the form of the input
static LmuExit
open_output(Run* const self, LmuFailure* const error)
{
  const uint32_t n_outputs = self->graph->n_outputs;

  self->output           = self->input;
  self->output.n_signals = n_outputs;
  if (self->last) {
    self->output.rank     = 2U;
    self->output.n_frames = self->input.n_rows;
    self->output.n_rows   = 1U;
  } else if (self->output.rank == 1U && n_outputs > 1U) {
    self->output.rank = 2U;
  }
  self->output.values = (float*)lmu_allocate(
    self->output.n_rows * self->output.n_frames, n_outputs * sizeof(float));
  self->scratch = (float*)lmu_allocate(self->block, n_outputs * sizeof(float));
  return lmu_sequence_check(&self->output, error, self->arguments->operands[2]);
}

/// Run some frames of a row
static void
run_block(Run* const   self,
          const size_t row,
          const size_t first,
          const size_t count)
{
  const LmuSequence* const in    = &self->input;
  const LmuSequence* const out   = &self->output;
  const size_t             frame = (row * in->n_frames) + first;
  float* const             result =
    self->last ? self->scratch : out->values + (frame * out->n_signals);

  lmu_network_process(self->network,
                      self->state,
                      in->values + (frame * in->n_signals),
                      (uint32_t)count,
                      result);
  if (self->last) {
    memcpy(out->values + (row * out->n_signals),
           result + ((count - 1U) * out->n_signals),
           out->n_signals * sizeof(float));
  }
}

static void
run_row(Run* const self, const size_t row)
{
  const size_t n_frames = self->input.n_frames;
  const double n_all    = (double)(n_frames * self->input.n_rows);
  lmu_network_reset(self->network, self->state);
  for (size_t i = 0U; i < n_frames; i += self->block) {
    const size_t left = n_frames - i;
    run_block(self, row, i, left < self->block ? left : self->block);
    if (i % CHECK_FRAMES < self->block) {
      lmu_progress_set(&self->progress, (double)((row * n_frames) + i) / n_all);
    }
  }
}

static LmuExit
process(Run* const self, LmuFailure* const error)
{
  const LmuSequence* const in = &self->input;

  lmu_progress_init(&self->progress,
                    in->rate > 0.0 ? (double)in->n_frames / in->rate : 0.0,
                    self->quiet);
  const double start_s = lmu_clock_s();
  for (size_t i = 0U; i < in->n_rows; ++i) {
    run_row(self, i);
  }
  self->run_s = lmu_clock_s() - start_s;
  lmu_progress_reset(&self->progress);
  return lmu_sequence_save(&self->output, error, self->arguments->operands[2]);
}

static void
print_summary(const Run* const self)
{
  const LmuSequence* const in      = &self->input;
  const double             trained = self->graph->rate;

  printf("%s: ", self->arguments->operands[2]);
  if (in->n_rows > 1U) {
    printf("%zu rows of ", in->n_rows);
  }
  printf("%zu frame%s, %u output%s, %.1f ns/frame\n",
         self->output.n_frames,
         self->output.n_frames > 1U ? "s" : "",
         self->output.n_signals,
         self->output.n_signals > 1U ? "s" : "",
         1e9 * self->run_s / (double)(in->n_frames * in->n_rows));
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
  free(self->scratch);
  lmu_sequence_reset(&self->output);
  lmu_sequence_reset(&self->input);
  lmu_network_state_free(self->state);
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
   "row starts anew; CSV with a line a frame; or sounds, of which WAV is\n"
   "written.  Their names' endings say which.",
   options},
  run,
};
