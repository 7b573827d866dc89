// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// How loud sounds are, by EBU R 128, and how high their peaks.
// usage: loudness measure FILE...      Prints LUFS and dBFS, a line a file
//        loudness peaks FILE...        Prints dBFS of each channel
//        loudness prepare FILE OUT.wav First channel, its peak at -3 dBFS

#include "tests/hosts/sound.h"

#include <ebur128.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Peak of what is prepared [dBFS]
#define PREPARED_DB (-3.0)

/// Return the peak of a channel
static double
peak_of(const SoundFile* const sound, const size_t channel)
{
  double peak = 0.0;
  for (size_t i = 0U; i < sound->n_frames; ++i) {
    const size_t place = (i * sound->n_channels) + channel;
    peak               = fmax(peak, fabs((double)sound->samples[place]));
  }
  return peak;
}

static double
to_db(const double ratio)
{
  return 20.0 * log10(ratio + 1e-30);
}

static double
loudness_of(const SoundFile* const sound)
{
  double         loudness = -HUGE_VAL;
  ebur128_state* state    = ebur128_init(
    (unsigned)sound->n_channels, (unsigned long)sound->rate, EBUR128_MODE_I);
  if (!state ||
      ebur128_add_frames_float(state, sound->samples, sound->n_frames) ||
      ebur128_loudness_global(state, &loudness)) {
    (void)fprintf(stderr, "loudness: libebur128 failed\n");
    exit(EXIT_FAILURE);
  }
  ebur128_destroy(&state);
  return loudness;
}

static void
measure(const char* const path)
{
  SoundFile sound = sound_load(path);
  double    peak  = 0.0;
  for (size_t c = 0U; c < sound.n_channels; ++c) {
    peak = fmax(peak, peak_of(&sound, c));
  }
  printf("%.2f %.2f\n", loudness_of(&sound), to_db(peak));
  sound_free(&sound);
}

static void
print_peaks(const char* const path)
{
  SoundFile sound = sound_load(path);
  for (size_t c = 0U; c < sound.n_channels; ++c) {
    printf("%.2f%c",
           to_db(peak_of(&sound, c)),
           c + 1U < sound.n_channels ? ' ' : '\n');
  }
  sound_free(&sound);
}

static void
prepare(const char* const path, const char* const out)
{
  SoundFile sound = sound_load(path);
  SoundFile mono  = sound_new(sound.n_frames, 1U, sound.rate);
  for (size_t i = 0U; i < sound.n_frames; ++i) {
    mono.samples[i] = sound.samples[i * sound.n_channels];
  }

  const double gain = pow(10.0, PREPARED_DB / 20.0) / peak_of(&mono, 0U);
  for (size_t i = 0U; i < mono.n_frames; ++i) {
    mono.samples[i] *= (float)gain;
  }
  sound_save(&mono, out);
  sound_free(&mono);
  sound_free(&sound);
}

int
main(const int argc, char** const argv)
{
  if (argc == 4 && strcmp(argv[1], "prepare") == 0) {
    prepare(argv[2], argv[3]);
    return EXIT_SUCCESS;
  }

  const bool peaks = argc > 2 && strcmp(argv[1], "peaks") == 0;
  if (argc < 3 || (!peaks && strcmp(argv[1], "measure") != 0)) {
    (void)fprintf(stderr, "usage: loudness measure|peaks|prepare FILE...\n");
    return EXIT_FAILURE;
  }
  for (int i = 2; i < argc; ++i) {
    (peaks ? print_peaks : measure)(argv[i]);
  }
  return EXIT_SUCCESS;
}
