// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What folds back of harmonics, beside what Fourier's integral says of them

#include "core/nn/setup/graph.h"
#include "core/nn/setup/parameters.h"
#include "tests/unit/run.h"
#include "train/audio/aliasing.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RATE 48000.0
#define PI 3.14159265358979323846

/// Points of an integral and harmonics, enough for tanh() of the gains here
#define N_POINTS 4096U
#define N_HARMONICS 160U

/// Return tanh(gain x + offset) as a network
static LmuGraph*
shaper(const LmuActivation activation, const double gain, const double offset)
{
  LmuGraph* const graph       = lmu_graph_new();
  graph->n_layers             = 1U;
  graph->layers[0].type       = LMU_LAYER_DENSE;
  graph->layers[0].units      = 1U;
  graph->layers[0].n_inputs   = 1U;
  graph->layers[0].cell_bias  = true;
  graph->layers[0].activation = activation;
  ck_assert(!lmu_graph_allocate(graph, NULL));
  lmu_layer_values(graph, 0U, LMU_CELL_KERNEL)[0] = gain;
  lmu_layer_values(graph, 0U, LMU_CELL_BIAS)[0]   = offset;
  return graph;
}

/// Find the energies of all harmonics of tanh(gain sin(t) + offset)
static void
find_harmonics(double       energies[N_HARMONICS],
               const double gain,
               const double offset)
{
  for (uint32_t k = 1U; k < N_HARMONICS; ++k) {
    double re = 0.0;
    double im = 0.0;
    for (uint32_t i = 0U; i < N_POINTS; ++i) {
      const double t = 2.0 * PI * i / N_POINTS;
      const double y = tanh((gain * sin(t)) + offset);
      re += y * cos(k * t) / N_POINTS;
      im += y * sin(k * t) / N_POINTS;
    }
    energies[k] = (re * re) + (im * im);
  }
}

/// Return the frequency of a tone: as many periods in 9600 frames as are not
/// less than it is called by, and have no factor of 9600
static double
frequency_of(const uint32_t index)
{
  uint32_t n = 200U * (index + 1U);
  while (n % 2U == 0U || n % 3U == 0U || n % 5U == 0U) {
    ++n;
  }
  return n * RATE / 9600.0;
}

/// Return what is above half of the sample rate [dB of all but the offset]
static double
folded(const double energies[N_HARMONICS], const double frequency)
{
  double below = 0.0;
  double above = 0.0;
  for (uint32_t i = 1U; i < N_HARMONICS; ++i) {
    *(i * frequency < 0.5 * RATE ? &below : &above) += energies[i];
  }
  return 10.0 * log10(above / (below + above));
}

START_TEST(what_folds_back_is_found)
{
  static const double gains[][2] = {{2.0, 0.0}, {10.0, 0.0}, {10.0, 1.0}};
  const double* const gain       = gains[_i];
  LmuGraph* const     graph      = shaper(LMU_TANH, gain[0], gain[1]);
  double              energies[N_HARMONICS];
  double              db[LMU_N_ALIASING];
  find_harmonics(energies, gain[0], gain[1]);
  ck_assert(!lmu_aliasing_find(db, graph, RATE, sqrt(0.5)));
  for (uint32_t i = 0U; i < LMU_N_ALIASING; ++i) {
    const double expected = folded(energies, frequency_of(i));
    ck_assert_msg(expected < -110.0 || fabs(db[i] - expected) < 0.05,
                  "%u kHz: %g dB, not %g",
                  i + 1U,
                  db[i],
                  expected);
    ck_assert(expected > -110.0 || db[i] < -100.0);
  }
  lmu_graph_free(graph);
}
END_TEST

START_TEST(what_is_linear_folds_nothing_back)
{
  LmuGraph* const graph = shaper(LMU_LINEAR, 3.0, 0.5);
  double          frequency;
  double          db[LMU_N_ALIASING];
  ck_assert(!lmu_aliasing_find(db, graph, RATE, 0.1));
  const double worst = lmu_aliasing_worst(db, &frequency);
  ck_assert_msg(worst < -110.0, "%g dB at %g Hz", worst, frequency);
  lmu_graph_free(graph);
}
END_TEST

START_TEST(the_worst_is_named_of_tones_that_there_are)
{
  LmuGraph* const graph = shaper(LMU_TANH, 10.0, 0.0);
  double          frequency;
  double          db[LMU_N_ALIASING];
  ck_assert(!lmu_aliasing_find(db, graph, 8000.0, 0.5));
  ck_assert(!isnan(db[2]) && isnan(db[3]) && isnan(db[9]));
  const double worst = lmu_aliasing_worst(db, &frequency);
  for (uint32_t i = 0U; i < 3U; ++i) {
    ck_assert(db[i] <= worst);
    ck_assert(db[i] < worst || fabs(frequency - (1000.0 * (i + 1U))) < 1.0);
  }
  lmu_graph_free(graph);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("aliasing");
  tcase_add_loop_test(tcase, what_folds_back_is_found, 0, 3);
  tcase_add_test(tcase, what_is_linear_folds_nothing_back);
  tcase_add_test(tcase, the_worst_is_named_of_tones_that_there_are);
  return run_case("aliasing", tcase);
}
