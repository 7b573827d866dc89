// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Passes in float32 with the loops of every CPU against simple loops, and
// against the network as it runs

#include "bench/noise.h"
#include "bench/random_graph.h"
#include "core/base/setup/aligned.h"
#include "core/nn/rt/network.h"
#include "core/nn/rt/network_plan.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "tests/unit/run.h"
#include "train/kernels/kernels.h"
#include "train/network.h"
#include "train/pass.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define N_GRAPHS 60
#define N_FRAMES 70U
#define LANES 48U // Of which AVX-512 has an odd number of vectors

/// Part of the peak by which outputs may differ
#define MAX_OUTPUT_ERROR 1e-5

/// Part of the greatest gradient of a network by which any may differ: sums of
/// some thousand products in float32, of states that differ as above
#define MAX_GRADIENT_ERROR 1e-4

/// What a pass gives
typedef struct {
  float* output;
  float* gradient;
  size_t n_outputs;
  size_t n_values;
} Result;

static float*
floats(const size_t count)
{
  float* const result = (float*)lmu_aligned_zeros(count * sizeof(float));
  ck_assert_ptr_nonnull(result);
  return result;
}

static float*
noise_of(const size_t count, uint32_t seed)
{
  float* const result = floats(count);
  for (size_t i = 0U; i < count; ++i) {
    result[i] = next_noise(&seed);
  }
  return result;
}

static void
copy(float* const to, const float* const from, const size_t count)
{
  for (size_t i = 0U; i < count; ++i) {
    to[i] = from[i];
  }
}

static Result
result_of(const LmuGraph* const graph, const LmuTrainKernels* const kernels)
{
  const LmuTrainOptions  options = {true, false};
  const LmuTrainPassSpec spec    = {N_FRAMES, LANES, kernels};
  LmuTrainNetwork*       network = NULL;
  ck_assert(!lmu_train_network_new(&network, graph, &options, NULL));
  LmuTrainPass* const pass = lmu_train_pass_new(network, &spec);
  ck_assert_ptr_nonnull(pass);

  const size_t n     = (size_t)N_FRAMES * graph->n_outputs * LANES;
  float* const input = noise_of((size_t)N_FRAMES * graph->n_inputs * LANES, 3U);
  float* const slope = noise_of(n, 7U);
  const Result result = {
    floats(n), floats(network->n_values), n, network->n_values};
  lmu_train_pass_forward(pass, input, N_FRAMES);
  lmu_train_pass_backward(pass, slope, result.gradient);
  copy(result.output, lmu_train_pass_output(pass), n);
  free(slope);
  free(input);
  lmu_train_pass_free(pass);
  lmu_train_network_free(network);
  return result;
}

static void
result_clear(Result* const result)
{
  free(result->gradient);
  free(result->output);
}

/// Return the greatest difference, as a part of the greatest magnitude
static double
difference(const float* const x, const float* const y, const size_t count)
{
  double peak = 1e-9;
  double off  = 0.0;
  for (size_t i = 0U; i < count; ++i) {
    peak = fmax(peak, fabs((double)x[i]));
    off  = fmax(off, fabs((double)x[i] - (double)y[i]));
  }
  return off / peak;
}

START_TEST(every_cpu_equals_simple_loops)
{
  LmuGraph* const graph = random_graph_any((uint32_t)_i + 1U);
  Result          plain = result_of(graph, &lmu_train_kernels_plain);
  for (uint32_t k = 0U; lmu_train_kernels(k); ++k) {
    Result       result = result_of(graph, lmu_train_kernels(k));
    const double output =
      difference(plain.output, result.output, plain.n_outputs);
    const double gradient =
      difference(plain.gradient, result.gradient, plain.n_values);
    printf("# graph %d, %s: output %.1e, gradient %.1e\n",
           _i + 1,
           lmu_train_kernels(k)->name,
           output,
           gradient);
    ck_assert_double_lt(output, MAX_OUTPUT_ERROR);
    ck_assert_double_lt(gradient, MAX_GRADIENT_ERROR);
    result_clear(&result);
  }
  result_clear(&plain);
  lmu_graph_free(graph);
}
END_TEST

/// Return what a network that runs makes of the first lane
static float*
run_lane(const LmuGraph* const graph, const float* const input)
{
  const LmuNetworkOptions options = {1.0, NULL, true, LMU_FORM_FUSED};
  LmuNetwork*             network = NULL;
  ck_assert(!lmu_network_new_with(&network, graph, &options, NULL));
  LmuNetworkState* const state = lmu_network_state_new(network);
  ck_assert_ptr_nonnull(state);
  float* const y = floats((size_t)N_FRAMES * graph->n_outputs);
  for (uint32_t t = 0U; t < N_FRAMES; ++t) {
    float x[8] = {0.0f};
    for (uint32_t i = 0U; i < graph->n_inputs; ++i) {
      x[i] = input[(((size_t)t * graph->n_inputs) + i) * LANES];
    }
    lmu_network_process(
      network, state, x, 1U, y + ((size_t)t * graph->n_outputs));
  }
  lmu_network_state_free(state);
  lmu_network_free(network);
  return y;
}

START_TEST(training_hears_what_plugins_play)
{
  LmuGraph* const graph  = random_graph_any((uint32_t)_i + 1U);
  Result          result = result_of(graph, NULL);
  float* const input = noise_of((size_t)N_FRAMES * graph->n_inputs * LANES, 3U);
  float* const expected = run_lane(graph, input);
  const size_t n        = (size_t)N_FRAMES * graph->n_outputs;
  float* const lane     = floats(n);
  for (size_t i = 0U; i < n; ++i) {
    lane[i] = result.output[i * LANES];
  }
  const double error = difference(expected, lane, n);
  printf("# graph %d as it plays: %.1e\n", _i + 1, error);
  ck_assert_double_lt(error, MAX_OUTPUT_ERROR);
  free(lane);
  free(expected);
  free(input);
  result_clear(&result);
  lmu_graph_free(graph);
}
END_TEST

START_TEST(the_same_pass_gives_the_same_bits)
{
  LmuGraph* const graph = random_graph_any((uint32_t)_i + 1U);
  Result          x     = result_of(graph, NULL);
  Result          y     = result_of(graph, NULL);
  ck_assert_mem_eq(x.output, y.output, x.n_outputs * sizeof(float));
  ck_assert_mem_eq(x.gradient, y.gradient, x.n_values * sizeof(float));
  result_clear(&y);
  result_clear(&x);
  lmu_graph_free(graph);
}
END_TEST

/// Derivatives as functions of numbers alone
START_TEST(derivatives_of_every_cpu_equal_simple_ones)
{
  const LmuTrainFunction       function = {(LmuActivation)_i, 0.3f};
  const LmuTrainKernels* const plain    = &lmu_train_kernels_plain;
  float* const                 x        = floats(LMU_TRAIN_LANES);
  float* const                 y        = floats(LMU_TRAIN_LANES);
  float* const                 expected = floats(LMU_TRAIN_LANES);
  float* const                 slope    = floats(LMU_TRAIN_LANES);
  double                       worst    = 0.0;
  for (uint32_t k = 0U; lmu_train_kernels(k); ++k) {
    for (int32_t i = -3000; i <= 3000; ++i) {
      for (uint32_t j = 0U; j < LMU_TRAIN_LANES; ++j) {
        x[j]        = (0.003f * (float)i) + (1e-4f * (float)j) + 5e-5f;
        expected[j] = slope[j] = 1.0f;
      }
      plain->activate(function, x, y, LMU_TRAIN_LANES);
      plain->differentiate(function, x, y, expected, LMU_TRAIN_LANES);
      lmu_train_kernels(k)->activate(function, x, y, LMU_TRAIN_LANES);
      lmu_train_kernels(k)->differentiate(
        function, x, y, slope, LMU_TRAIN_LANES);
      for (uint32_t j = 0U; j < LMU_TRAIN_LANES; ++j) {
        worst = fmax(worst, fabs((double)expected[j] - (double)slope[j]));
      }
    }
  }
  printf("# derivative of activation %d: %.1e\n", _i, worst);
  ck_assert_double_lt(worst, 2e-5);
  free(slope);
  free(expected);
  free(y);
  free(x);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("pass");
  tcase_add_loop_test(tcase, every_cpu_equals_simple_loops, 0, N_GRAPHS);
  tcase_add_loop_test(tcase, training_hears_what_plugins_play, 0, N_GRAPHS);
  tcase_add_loop_test(tcase, the_same_pass_gives_the_same_bits, 0, 10);
  tcase_add_loop_test(
    tcase, derivatives_of_every_cpu_equal_simple_ones, 0, LMU_GATED);
  return run_case("pass", tcase);
}
