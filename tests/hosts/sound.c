// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/hosts/sound.h"

#include <sndfile.h>

#include <stdio.h>
#include <stdlib.h>

static void
fail(const char* const path, const char* const reason)
{
  (void)fprintf(stderr, "%s: %s\n", path, reason);
  exit(2); // NOLINT(concurrency-mt-unsafe): no other thread exits
}

SoundFile
sound_new(const size_t n_frames, const size_t n_channels, const int rate)
{
  const SoundFile sound = {
    .n_frames   = n_frames,
    .n_channels = n_channels,
    .rate       = rate,
    .samples    = calloc((n_frames * n_channels) + 1U, sizeof(float)),
  };
  if (!sound.samples) {
    fail("sound", "out of memory");
  }
  return sound;
}

SoundFile
sound_load(const char* const path)
{
  SF_INFO        info = {0};
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  if (!file) {
    fail(path, sf_strerror(NULL));
  }

  const SoundFile sound =
    sound_new((size_t)info.frames, (size_t)info.channels, info.samplerate);
  if (sf_readf_float(file, sound.samples, info.frames) != info.frames) {
    fail(path, "cut short");
  }

  sf_close(file);
  return sound;
}

void
sound_save(const SoundFile* const sound, const char* const path)
{
  SF_INFO info = {
    .samplerate = sound->rate,
    .channels   = (int)sound->n_channels,
    .format     = SF_FORMAT_WAV | SF_FORMAT_FLOAT,
  };
  SNDFILE* const file = sf_open(path, SFM_WRITE, &info);
  if (!file) {
    fail(path, sf_strerror(NULL));
  }

  const sf_count_t n_frames = (sf_count_t)sound->n_frames;
  if (sf_writef_float(file, sound->samples, n_frames) != n_frames ||
      sf_close(file)) {
    fail(path, "cannot write");
  }
}

void
sound_free(SoundFile* const sound)
{
  free(sound->samples);
  sound->samples = NULL;
}
