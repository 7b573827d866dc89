// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_SOUND_H
#define LMU_TESTS_PLUGIN_SOUND_H

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Sounds to play to plugins, and what to ask of those that come back.
*/

/// Channels of a sound
#define SOUND_MAX_CHANNELS 33U

/// Some channels of audio
typedef struct {
  uint32_t n_channels;
  uint32_t n_frames;
  float*   channels[SOUND_MAX_CHANNELS];
} Sound;

/// Make silence
Sound
sound_new(uint32_t n_channels, uint32_t n_frames);

/// Free a sound
void
sound_free(Sound* sound);

/// Fill all channels with different noise, the same on each call
void
sound_fill_noise(Sound* sound, float level);

/// Fill all channels with one tone
void
sound_fill_tone(Sound* sound, double cycles_per_frame, double level);

/// Return whether two sounds are the same bit for bit
bool
sound_equal(const Sound* x, const Sound* y);

/// Return whether all samples are finite
bool
sound_is_finite(const Sound* sound);

/// Return the greatest size of a sample from one frame on, or infinity
double
peak(const float* samples, uint32_t first, uint32_t last);

/// Return the greatest step between neighbours, from first to last
double
steepest(const float* samples, uint32_t first, uint32_t last);

/// Return the root of the mean square
double
level(const float* samples, uint32_t first, uint32_t last);

/// Return the greatest step of a tone
double
tone_step(double cycles_per_frame, double level);

/// Return a ratio in decibels
double
decibels(double ratio);

#endif // LMU_TESTS_PLUGIN_SOUND_H
