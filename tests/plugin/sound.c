// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/plugin/sound.h"

#include "tests/plugin/require.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846

Sound
sound_new(const uint32_t n_channels, const uint32_t n_frames)
{
  REQUIRE(n_channels <= SOUND_MAX_CHANNELS);

  Sound sound = {n_channels, n_frames, {0}};
  for (uint32_t c = 0U; c < n_channels; ++c) {
    sound.channels[c] = (float*)calloc(n_frames + 1U, sizeof(float));
    REQUIRE(sound.channels[c]);
  }
  return sound;
}

void
sound_free(Sound* const sound)
{
  for (uint32_t c = 0U; c < sound->n_channels; ++c) {
    free(sound->channels[c]);
  }
  memset(sound, 0, sizeof(*sound));
}

void
sound_fill_noise(Sound* const sound, const float level)
{
  uint32_t seed = 12345U;
  for (uint32_t c = 0U; c < sound->n_channels; ++c) {
    for (uint32_t i = 0U; i < sound->n_frames; ++i) {
      seed                  = (seed * 1664525U) + 1013904223U;
      sound->channels[c][i] = level * (float)(int32_t)seed / 2147483648.0f;
    }
  }
}

void
sound_fill_tone(Sound* const sound,
                const double cycles_per_frame,
                const double level)
{
  for (uint32_t c = 0U; c < sound->n_channels; ++c) {
    for (uint32_t i = 0U; i < sound->n_frames; ++i) {
      sound->channels[c][i] =
        (float)(level * sin(2.0 * PI * cycles_per_frame * i));
    }
  }
}

bool
sound_equal(const Sound* const x, const Sound* const y)
{
  for (uint32_t c = 0U; c < x->n_channels; ++c) {
    if (memcmp(x->channels[c], y->channels[c], x->n_frames * sizeof(float)) !=
        0) {
      return false;
    }
  }
  return true;
}

bool
sound_is_finite(const Sound* const sound)
{
  for (uint32_t c = 0U; c < sound->n_channels; ++c) {
    for (uint32_t i = 0U; i < sound->n_frames; ++i) {
      if (!isfinite(sound->channels[c][i])) {
        return false;
      }
    }
  }
  return true;
}

double
peak(const float* const samples, const uint32_t first, const uint32_t last)
{
  double result = 0.0;
  for (uint32_t i = first; i < last; ++i) {
    const double size = fabs((double)samples[i]);
    result            = (size <= result) ? result : size;
    if (!isfinite(size)) {
      return INFINITY;
    }
  }
  return result;
}

double
steepest(const float* const samples, const uint32_t first, const uint32_t last)
{
  double result = 0.0;
  for (uint32_t i = first + 1U; i < last; ++i) {
    const double step = fabs((double)samples[i] - (double)samples[i - 1U]);
    result            = (step <= result) ? result : step;
    if (!isfinite(step)) {
      return INFINITY;
    }
  }
  return result;
}

double
level(const float* const samples, const uint32_t first, const uint32_t last)
{
  double sum = 0.0;
  for (uint32_t i = first; i < last; ++i) {
    sum += (double)samples[i] * (double)samples[i];
  }
  return sqrt(sum / (last - first));
}

double
tone_step(const double cycles_per_frame, const double level)
{
  return 2.0 * level * sin(PI * cycles_per_frame);
}

double
decibels(const double ratio)
{
  return 20.0 * log10(ratio);
}
