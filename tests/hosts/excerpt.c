// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/hosts/sound.h"

#include <stdio.h>
#include <stdlib.h>

/// Frames by which each channel lags the one before, so that no two are alike
#define LAG 37U

/// Return the first channel of a sound on many channels, each a bit later
static SoundFile
spread(const SoundFile* const source,
       const size_t           n_channels,
       const size_t           n_frames)
{
  SoundFile sound = sound_new(n_frames, n_channels, source->rate);
  for (size_t c = 0U; c < n_channels; ++c) {
    const size_t end = source->n_frames + (c * LAG);
    for (size_t i = c * LAG; i < n_frames && i < end; ++i) {
      sound.samples[(i * n_channels) + c] =
        source->samples[(i - (c * LAG)) * source->n_channels];
    }
  }
  return sound;
}

/// Make the last channel a voltage that stands still
static void
hold_last(const SoundFile* const sound, const float voltage)
{
  for (size_t i = 1U; i <= sound->n_frames; ++i) {
    sound->samples[(i * sound->n_channels) - 1U] = voltage;
  }
}

/// Cut a recording, or add silence, and spread it over as many channels as
/// asked, the last of which may be a voltage
int
main(int argc, char** argv)
{
  if (argc != 5 && argc != 6) {
    (void)fprintf(stderr, "Usage: excerpt IN OUT CHANNELS FRAMES [VOLTAGE]\n");
    return 2;
  }

  SoundFile source = sound_load(argv[1]);
  SoundFile result =
    spread(&source, strtoul(argv[3], NULL, 10), strtoul(argv[4], NULL, 10));
  if (argc == 6) {
    hold_last(&result, strtof(argv[5], NULL));
  }
  sound_save(&result, argv[2]);

  sound_free(&result);
  sound_free(&source);
  return 0;
}
