// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Features of the end of sequences against the memory that walks through them

#include "bench/noise.h"
#include "bench/random_graph.h"
#include "core/base/status.h"
#include "core/memory/setup/discretise.h"
#include "core/nn/rt/cell.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "core/nn/setup/reference.h"
#include "tests/unit/run.h"
#include "train/end_features.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <string.h>

#define ORDER 8U
#define N_FRAMES 60U
#define N_UNITS 5U
#define N_SEQUENCES 20U

/// How far products of features are from those of an orthonormal basis: the
/// ridge of 1e-5, as a part of the faintest direction of this memory
#define MAX_SKEW 1e-3

/// Part of the peak by which float32 features may be off what float64 walks to
#define MAX_ERROR 1e-5

/// Return a layer with a memory and units that read it, linearly
static LmuLayer
memory_of(const LmuMethod method)
{
  LmuLayer layer         = paper_cell(N_UNITS, ORDER);
  layer.theta[0]         = N_FRAMES;
  layer.method           = method;
  layer.stages           = (method == LMU_PADE) ? 1U : 0U;
  layer.cell             = LMU_CELL_DENSE;
  layer.activation       = LMU_LINEAR;
  layer.hidden_to_memory = false;
  layer.memory_to_memory = false;
  layer.input_to_hidden  = false;
  return layer;
}

static LmuEndFeatures*
features_of(const LmuLayer* const layer)
{
  LmuEndFeatures* features = unset();
  ck_assert(!lmu_end_features_new(&features, layer, N_FRAMES));
  return features;
}

START_TEST(features_of_white_noise_are_white)
{
  const LmuLayer        layer    = memory_of((LmuMethod)_i);
  LmuEndFeatures* const features = features_of(&layer);
  for (uint32_t i = 0U; i < ORDER; ++i) {
    for (uint32_t j = 0U; j < ORDER; ++j) {
      double sum = 0.0;
      for (uint32_t t = 0U; t < N_FRAMES; ++t) {
        const float* const row = features->rows + ((size_t)t * ORDER);
        sum += (double)row[i] * (double)row[j];
      }
      ck_assert_double_eq_tol(sum, (i == j) ? 1.0 : 0.0, MAX_SKEW);
    }
  }
  lmu_end_features_free(features);
}
END_TEST

/// Return a graph of one layer whose bias is zero and whose memory hears the
/// input as it is
static LmuGraph*
graph_of(const LmuLayer* const layer)
{
  LmuGraph* const graph = lmu_graph_new();
  ck_assert_ptr_nonnull(graph);
  graph->n_layers  = 1U;
  graph->layers[0] = *layer;
  random_graph_fill(graph, 4U);
  *lmu_layer_values(graph, 0U, LMU_KERNEL) = 1.0;
  *lmu_layer_values(graph, 0U, LMU_BIAS)   = 0.0;
  memset(
    lmu_layer_values(graph, 0U, LMU_CELL_BIAS), 0, N_UNITS * sizeof(double));
  return graph;
}

/// Write what a graph puts out at the end of a sequence
static void
walk(const LmuGraph* const graph, const float* const x, double y[N_UNITS])
{
  LmuReference* reference = NULL;
  ck_assert(!lmu_reference_new(&reference, graph, 1.0, NULL));
  for (uint32_t t = 0U; t < N_FRAMES; ++t) {
    const double sample = (double)x[t];
    lmu_reference_step(reference, &sample, y);
  }
  lmu_reference_free(reference);
}

START_TEST(a_folded_kernel_reads_the_memory_as_the_kernel_did_features)
{
  const LmuLayer        layer    = memory_of((LmuMethod)_i);
  LmuEndFeatures* const features = features_of(&layer);
  LmuGraph* const       graph    = graph_of(&layer);
  double* const         folded   = lmu_layer_values(graph, 0U, LMU_CELL_KERNEL);
  double                kernel[ORDER * N_UNITS];
  uint32_t              seed = 6U;
  memcpy(kernel, folded, sizeof(kernel));
  ck_assert(!lmu_end_features_fold(features, folded, N_UNITS));
  for (uint32_t i = 0U; i < N_SEQUENCES; ++i) {
    float  x[N_FRAMES];
    float  found[ORDER];
    double walked[N_UNITS];
    for (uint32_t t = 0U; t < N_FRAMES; ++t) {
      x[t] = (t % 3U == i % 3U) ? 0.0f : next_noise(&seed);
    }
    lmu_end_features_find(features, x, found);
    walk(graph, x, walked);
    for (uint32_t j = 0U; j < N_UNITS; ++j) {
      double y = 0.0;
      for (uint32_t k = 0U; k < ORDER; ++k) {
        y += (double)found[k] * kernel[(k * N_UNITS) + j];
      }
      ck_assert_double_eq_tol(y, walked[j], MAX_ERROR * (1.0 + fabs(y)));
    }
  }
  lmu_graph_free(graph);
  lmu_end_features_free(features);
}
END_TEST

START_TEST(what_cannot_be_a_memory_is_refused)
{
  LmuLayer        layer    = memory_of(LMU_ZOH);
  LmuEndFeatures* features = unset();
  layer.theta[0]           = 0.0;
  ck_assert_int_eq(lmu_end_features_new(&features, &layer, N_FRAMES),
                   LMU_BAD_THETA);
  ck_assert_ptr_null(features);
  lmu_end_features_free(NULL);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("end_features");
  for (int method = LMU_ZOH; method <= LMU_PADE; method += LMU_PADE) {
    tcase_add_loop_test(
      tcase, features_of_white_noise_are_white, method, method + 1);
    tcase_add_loop_test(
      tcase,
      a_folded_kernel_reads_the_memory_as_the_kernel_did_features,
      method,
      method + 1);
  }
  tcase_add_test(tcase, what_cannot_be_a_memory_is_refused);
  return run_case("end_features", tcase);
}
