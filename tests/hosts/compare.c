// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/hosts/sound.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/// A reference quieter than this in dB is no reference: any silence equals it
#define MIN_PEAK (-60.0)

/// What a comparison found
typedef struct {
  double peak;       ///< Greatest sample of the reference, 0 or more
  double difference; ///< Greatest difference, 0 or more
  size_t frame;      ///< Where the difference is greatest
  size_t channel;    ///< Where the difference is greatest
  size_t start;      ///< Frame from which on is compared
} Result;

static double
decibels(const double ratio)
{
  return 20.0 * log10(ratio);
}

/// Compare a sound with as many channels of the reference, from `first` on
static void
compare(Result* const          result,
        const SoundFile* const reference,
        const SoundFile* const sound,
        const size_t           first)
{
  for (size_t i = result->start; i < reference->n_frames; ++i) {
    for (size_t c = 0U; c < sound->n_channels; ++c) {
      const size_t at         = (i * reference->n_channels) + first + c;
      const double expected   = reference->samples[at];
      const double actual     = sound->samples[(i * sound->n_channels) + c];
      const double difference = fabs(actual - expected);

      result->peak = fmax(result->peak, fabs(expected));
      if (!(difference <= result->difference)) { // NaN counts as different
        result->difference = isnan(difference) ? INFINITY : difference;
        result->frame      = i;
        result->channel    = first + c;
      }
    }
  }
}

/// Compare the channels of all sounds in turn, or return false if shapes differ
static bool
compare_all(Result* const          result,
            const SoundFile* const reference,
            char** const           paths,
            const int              n_paths)
{
  size_t n_channels = 0U;
  for (int i = 0; i < n_paths; ++i) {
    SoundFile  sound = sound_load(paths[i]);
    const bool fits  = sound.n_frames == reference->n_frames &&
                      sound.rate == reference->rate &&
                      n_channels + sound.n_channels <= reference->n_channels;

    if (!fits) {
      (void)printf("%s: %zu frames, %zu channels at %d Hz do not fit\n",
                   paths[i],
                   sound.n_frames,
                   sound.n_channels,
                   sound.rate);
      sound_free(&sound);
      return false;
    }

    compare(result, reference, &sound, n_channels);
    n_channels += sound.n_channels;
    sound_free(&sound);
  }
  return n_channels == reference->n_channels;
}

/// Compare a reference with one sound, or with several that hold its channels,
/// from a frame on that may be behind the maximum as MAX_DB@FRAME
int
main(int argc, char** argv)
{
  if (argc < 4) {
    (void)fprintf(stderr, "Usage: compare MAX_DB[@FRAME] REFERENCE FILE...\n");
    return 2;
  }

  char*        rest      = NULL;
  const double max_db    = strtod(argv[1], &rest);
  SoundFile    reference = sound_load(argv[2]);
  Result       result    = {0};
  result.start           = (*rest == '@') ? strtoul(rest + 1, NULL, 10) : 0U;
  const bool same_shape  = compare_all(&result, &reference, argv + 3, argc - 3);

  (void)printf("%zu frames, %zu channels: peak %.1f dB, difference %.1f dB "
               "(frame %zu, channel %zu)\n",
               reference.n_frames,
               reference.n_channels,
               decibels(result.peak),
               decibels(result.difference),
               result.frame,
               result.channel);
  sound_free(&reference);

  return same_shape && decibels(result.peak) >= MIN_PEAK &&
             decibels(result.difference) <= max_db
           ? 0
           : 1;
}
