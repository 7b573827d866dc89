// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/rt/legendre.h"
#include "core/memory/setup/discretise.h"
#include "core/memory/setup/readout.h"
#include "train/random.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
   @file
   Capacity: how well a memory of order 100 holds white noise up to 10 Hz for a
   second, at more and more time steps.

   The task of Voelker, Kajic, Eliasmith, "Legendre Memory Units", NeurIPS 2019,
   section 3.1, for the memory alone (LMU-0): mean squared error of the signal
   0, 1/4, 1/2, 3/4, and 1 window ago.  Read as published, and half a sample
   earlier, which is where an input that is held is centred.
*/

#define ORDER 100U
#define BAND_HZ 10.0
#define N_TONES 10U
#define N_SIGNALS 20U
#define N_PLACES 5U
#define TAU 6.28318530717958647693

/// A periodic signal of a second's period times three
typedef struct {
  double amplitude[3U * N_TONES];
  double phase[3U * N_TONES];
} Signal;

static Signal
signal_of(uint64_t* const random)
{
  Signal signal;
  for (size_t i = 0U; i < (size_t)3U * N_TONES; ++i) {
    signal.amplitude[i] = sqrt(2.0 / (3.0 * N_TONES));
    signal.phase[i]     = TAU * lmu_random_unit(random);
  }
  return signal;
}

static double
signal_at(const Signal* const signal, const double seconds)
{
  double sum = 0.0;
  for (size_t i = 0U; i < (size_t)3U * N_TONES; ++i) {
    const double hz = (double)(i + 1U) * BAND_HZ / (3.0 * N_TONES);
    sum += signal->amplitude[i] * sin((TAU * hz * seconds) + signal->phase[i]);
  }
  return sum;
}

/// A memory and two ways to read it
typedef struct {
  double ad[ORDER * ORDER];
  double bd[ORDER];
  double m[ORDER];
  double next[ORDER];
  double published[N_PLACES][ORDER];
  double half[N_PLACES][ORDER];
} Memory;

static void
memory_init(Memory* const memory, const uint32_t steps, const double theta)
{
  if (lmu_discretise(memory->ad, memory->bd, ORDER, theta, LMU_ZOH, 0U)) {
    abort();
  }
  for (uint32_t i = 0U; i < N_PLACES; ++i) {
    const double r = i / (N_PLACES - 1.0);
    lmu_legendre_all(
      memory->published[i], ORDER, (2.0 * r * steps / theta) - 1.0);
    for (uint32_t j = 0U; j < ORDER; ++j) {
      memory->published[i][j] *= sqrt((2.0 * j) + 1.0);
    }
    // The oldest is not in the window to its end, and the newest is a step that
    // has no droop
    lmu_readout_delay(
      memory->half[i], ORDER, theta, fmin(r * steps, theta - 0.5), i > 0U);
  }
}

static void
memory_step(Memory* const memory, const double input)
{
  for (uint32_t i = 0U; i < ORDER; ++i) {
    memory->next[i] = memory->bd[i] * input;
    for (uint32_t j = 0U; j < ORDER; ++j) {
      memory->next[i] += memory->ad[(i * ORDER) + j] * memory->m[j];
    }
  }
  memcpy(memory->m, memory->next, sizeof(memory->m));
}

static double
read(const Memory* const memory, const double* const weights)
{
  double sum = 0.0;
  for (uint32_t i = 0U; i < ORDER; ++i) {
    sum += weights[i] * memory->m[i];
  }
  return sum;
}

/// Add the squared errors of the second window of a signal
static void
add_errors(double         errors[2][N_PLACES],
           Memory* const  memory,
           const Signal   signal,
           const uint32_t steps,
           const double   longest)
{
  memset(memory->m, 0, sizeof(memory->m));
  for (uint32_t t = 0U; t < 3U * steps; ++t) {
    memory_step(memory, signal_at(&signal, (double)t / steps));
    for (uint32_t i = 0U; t >= 2U * steps && i < N_PLACES; ++i) {
      const double ago = fmin(i * steps / (N_PLACES - 1.0), longest);
      const double old =
        signal_at(&signal, ((double)t / steps) - (i / (N_PLACES - 1.0)));
      const double half = signal_at(&signal, (t - ago) / steps);
      errors[0][i] += pow(read(memory, memory->published[i]) - old, 2.0);
      errors[1][i] += pow(read(memory, memory->half[i]) - half, 2.0);
    }
  }
}

static void
run(Memory* const memory, const uint32_t steps, const double longer)
{
  const double theta               = steps * longer;
  double       errors[2][N_PLACES] = {{0.0}, {0.0}};
  uint64_t     random              = 1U;
  memory_init(memory, steps, theta);
  for (uint32_t i = 0U; i < N_SIGNALS; ++i) {
    add_errors(errors, memory, signal_of(&random), steps, theta - 0.5);
  }
  for (uint32_t way = 0U; way < 2U; ++way) {
    double mean = 0.0;
    printf("  %5u  %6.0f  %-14s",
           steps,
           theta,
           way ? "half a sample" : "as published");
    for (uint32_t i = 0U; i < N_PLACES; ++i) {
      const double mse = errors[way][i] / ((double)N_SIGNALS * steps);
      mean += mse / N_PLACES;
      printf(" %9.1e", mse);
    }
    printf("   mean %.1e\n", mean);
  }
}

int
main(void)
{
  Memory* const memory = (Memory*)calloc(1U, sizeof(Memory));
  if (!memory) {
    return EXIT_FAILURE;
  }
  puts("Capacity, order 100, MSE of what was 0, 1/4, 1/2, 3/4, 1 window ago\n"
       "  steps   theta  read");
  for (uint32_t steps = 100U; steps <= 1000U; steps += 450U) {
    run(memory, steps, 1.0);
    run(memory, steps, 1.03);
  }
  puts("  published (LMU-0): 8e-3 to 2e-2 at 100 steps, 7e-5 to 2e-4 at 1000");
  free(memory);
  return EXIT_SUCCESS;
}
