// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/hosts/sound.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
   @file
   Write what somebody plays, and what a device makes of it, as the two channels
   of a file: plucked chords, soft and loud, through a drive or a compressor
   that is slow, as late as an interface.
*/

#define PI 3.14159265358979323846

/// How late the device is [frames]
#define LATENCY 63U

/// Notes each second, strings of a chord, and partials of a note
#define NOTES_A_SECOND 3U
#define STRINGS 3U
#define PARTIALS 6U

/// Semitones above the lowest note that is played [Hz]
#define LOWEST_HZ 82.4
#define N_SEMITONES 36U

/// A device, which is at rest when all is zero
typedef struct {
  double low;      ///< Lowest part of what goes in
  double smooth;   ///< What comes out, without its highest part
  double envelope; ///< Of the compressor
} Device;

/// Return the next number of a sequence, 0 to 1
static double
next_random(uint32_t* const state)
{
  *state = (*state * 1664525U) + 1013904223U;
  return *state / 4294967296.0;
}

/// Add a note that decays
static void
add_note(double* const x, const size_t n, const int rate, uint32_t* const state)
{
  const double gain   = 0.02 + (0.2 * pow(next_random(state), 2.0));
  const double offset = floor(next_random(state) * N_SEMITONES);
  const double hz     = LOWEST_HZ * exp2(offset / 12.0);
  const double decay  = 1.0 + (3.0 * next_random(state));
  for (size_t i = 0U; i < n; ++i) {
    const double t = (double)i / rate;
    for (uint32_t k = 1U; k <= PARTIALS; ++k) {
      x[i] += gain / k * exp(-decay * k * t) * (1.0 - exp(-t / 0.002)) *
              sin(2.0 * PI * hz * k * t);
    }
  }
}

/// Return what is played
static double*
play(const size_t n, const int rate)
{
  double* const x      = (double*)calloc(n, sizeof(double));
  const size_t  period = (size_t)rate / NOTES_A_SECOND;
  uint32_t      state  = 1U;
  for (size_t start = (size_t)rate; x && start < n; start += period) {
    const uint32_t n_strings =
      1U + (uint32_t)(next_random(&state) * (double)STRINGS);
    const size_t rings = 3U * period;
    const size_t left  = n - start;
    for (uint32_t i = 0U; i < n_strings; ++i) {
      add_note(x + start, left < rings ? left : rings, rate, &state);
    }
  }
  return x;
}

/// Cut the bass, limit both halves of the wave by different amounts, dull
static double
drive(Device* const device, const double x, const int rate)
{
  const double pole = 1.0 - exp(-2.0 * PI * 300.0 / rate);
  const double dull = 1.0 - exp(-2.0 * PI * 4000.0 / rate);
  device->low += pole * (x - device->low);
  const double y =
    0.5 * (tanh((8.0 * (x - (0.7 * device->low))) + 0.2) - tanh(0.2));
  device->smooth += dull * (y - device->smooth);
  return device->smooth;
}

/// Lower what is loud, and take a fifth of a second to let go
static double
compress(Device* const device, const double x, const int rate)
{
  const double level = fabs(x);
  const double time  = (level > device->envelope) ? 0.01 : 0.2;
  device->envelope +=
    (1.0 - exp(-1.0 / (time * rate))) * (level - device->envelope);
  return 0.5 * x / (1.0 + (10.0 * device->envelope));
}

int
main(int argc, char** argv)
{
  if (argc != 5) {
    (void)fprintf(stderr, "Usage: pair drive|compressor OUT RATE SECONDS\n");
    return 2;
  }
  const int     rate   = (int)strtol(argv[3], NULL, 10);
  const size_t  n      = strtoul(argv[4], NULL, 10) * (size_t)rate;
  SoundFile     sound  = sound_new(n, 2U, rate);
  double* const dry    = play(n, rate);
  Device        device = {0.0, 0.0, 0.0};
  for (size_t i = 0U; dry && i < n; ++i) {
    const float x         = (float)dry[i];
    sound.samples[2U * i] = x;
    const double y        = strcmp(argv[1], "drive")
                              ? compress(&device, (double)x, rate)
                              : drive(&device, (double)x, rate);
    if (i + LATENCY < n) {
      sound.samples[(2U * (i + LATENCY)) + 1U] = (float)y;
    }
  }
  sound_save(&sound, argv[2]);
  sound_free(&sound);
  free(dry);
  return 0;
}
