// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/unit/network_run.h"

#include "core/base/setup/error.h"
#include "core/kernels/rt/kernels.h"
#include "core/nn/rt/network.h"
#include "core/nn/rt/network_plan.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "core/nn/setup/reference.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

LmuNetwork*
network_of(const LmuGraph* const graph, const LmuNetworkOptions* const options)
{
  LmuError    error   = {""};
  LmuNetwork* network = NULL;
  ck_assert_msg(
    !lmu_network_new_with(&network, graph, options, &error), "%s", error.text);
  return network;
}

void
make_input(float* const input, const uint32_t count)
{
  uint32_t noise = 7U;
  for (uint32_t i = 0U; i < count; ++i) {
    input[i] = next_noise(&noise);
  }
}

void
run_blocks(const LmuNetwork* const network,
           const float* const      input,
           const uint32_t          n_frames,
           const uint32_t* const   blocks,
           const uint32_t          n_blocks,
           float* const            output)
{
  LmuNetworkState* const state = lmu_network_state_new(network);
  ck_assert_ptr_nonnull(state);
  uint32_t frame = 0U;
  for (uint32_t i = 0U; frame < n_frames; ++i) {
    const uint32_t left  = n_frames - frame;
    const uint32_t block = blocks[i % n_blocks];
    const uint32_t part  = block < left ? block : left;
    lmu_network_process(network,
                        state,
                        input + ((size_t)frame * lmu_network_inputs(network)),
                        part,
                        output +
                          ((size_t)frame * lmu_network_outputs(network)));
    frame += part;
  }
  lmu_network_state_free(state);
}

/// Run the reference over the input
static void
run_reference(Expected* const self, const double theta_factor)
{
  const LmuGraph* const graph     = self->graph;
  LmuReference*         reference = NULL;
  double* const         x = (double*)calloc(graph->n_inputs, sizeof(double));
  ck_assert(!lmu_reference_new(&reference, graph, theta_factor, NULL));
  for (size_t i = 0U; i < N_FRAMES; ++i) {
    for (size_t j = 0U; j < graph->n_inputs; ++j) {
      x[j] = (double)self->input[(i * graph->n_inputs) + j];
    }
    lmu_reference_step(reference, x, self->expected + (i * graph->n_outputs));
  }
  lmu_reference_free(reference);
  free(x);
}

Expected
expected_new(const LmuGraph* const graph, const double theta_factor)
{
  const size_t n_out = (size_t)N_FRAMES * graph->n_outputs;
  Expected     self  = {
         graph,
         (float*)calloc((size_t)N_FRAMES * graph->n_inputs, sizeof(float)),
         (double*)calloc(n_out, sizeof(double)),
         0.0};
  ck_assert(self.input && self.expected);
  make_input(self.input, N_FRAMES * graph->n_inputs);
  run_reference(&self, theta_factor);
  for (size_t i = 0U; i < n_out; ++i) {
    self.peak = fmax(self.peak, fabs(self.expected[i]));
  }
  ck_assert_double_gt(self.peak, 1e-3);
  return self;
}

void
expected_clear(Expected* const expected)
{
  free(expected->expected);
  free(expected->input);
}

/// Return how far a network may be from the reference
static double
tolerance(const LmuNetwork* const network)
{
  bool modal = false;
  for (uint32_t i = 0U; i < network->n_layers; ++i) {
    modal = modal || network->layers[i].form == LMU_FORM_MODAL;
  }
  return modal ? MAX_MODAL_ERROR : MAX_ERROR;
}

double
expect_equal(const Expected* const          expected,
             const LmuNetworkOptions* const options,
             const char* const              name)
{
  static const uint32_t whole   = LMU_NETWORK_FRAMES;
  LmuNetwork* const     network = network_of(expected->graph, options);
  const size_t          n_out   = (size_t)N_FRAMES * network->n_outputs;
  float* const          output  = (float*)calloc(n_out, sizeof(float));
  double                worst   = 0.0;
  run_blocks(network, expected->input, N_FRAMES, &whole, 1U, output);
  for (size_t i = 0U; i < n_out; ++i) {
    const double error =
      fabs((double)output[i] - expected->expected[i]) / expected->peak;
    worst = fmax(worst, error);
    ck_assert_msg(error <= tolerance(network),
                  "%s, %s, %s, number %zu: %.9g is not %.9g",
                  name,
                  lmu_network_form(network, 0U),
                  network->kernels->name,
                  i,
                  (double)output[i],
                  expected->expected[i]);
  }
  free(output);
  lmu_network_free(network);
  return worst;
}

void
expect_same_bits(const LmuGraph* const graph, const LmuForm form)
{
  static const uint32_t   blocks[] = {1U, 16U, 3U, 7U, 1U, 2U, 13U, 16U, 5U};
  static const uint32_t   one      = 1U;
  const LmuNetworkOptions options  = {1.0, NULL, true, form};
  LmuNetwork* const       network  = network_of(graph, &options);
  const size_t size = (size_t)N_FRAMES * graph->n_outputs * sizeof(float);
  float* const input =
    (float*)calloc((size_t)N_FRAMES * graph->n_inputs, sizeof(float));
  float* const x = (float*)malloc(size);
  float* const y = (float*)malloc(size);
  make_input(input, N_FRAMES * graph->n_inputs);
  run_blocks(network, input, N_FRAMES, &one, 1U, x);
  run_blocks(network, input, N_FRAMES, blocks, 9U, y);
  ck_assert_mem_eq(x, y, size);
  free(y);
  free(x);
  free(input);
  lmu_network_free(network);
}
