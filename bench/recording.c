// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "bench/recording.h"

#include <sndfile.h>

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_FRAMES 6000000

Recording
recording_read(const char* const path)
{
  SF_INFO        info   = {0};
  SNDFILE* const file   = sf_open(path, SFM_READ, &info);
  Recording      result = {NULL, 0U, 0.0};
  if (!file) {
    (void)fprintf(stderr, "%s: %s\n", path, sf_strerror(NULL));
    return result;
  }

  const sf_count_t most  = info.frames < MAX_FRAMES ? info.frames : MAX_FRAMES;
  const size_t     count = (size_t)most * (size_t)info.channels;
  result.sound           = (float*)calloc(count + 1U, sizeof(float));
  result.rate            = info.samplerate;
  if (result.sound) {
    result.n_frames = (size_t)sf_readf_float(file, result.sound, most);
  }
  for (size_t i = 0U; i < result.n_frames; ++i) {
    result.sound[i] = result.sound[i * (size_t)info.channels];
  }
  sf_close(file);
  return result;
}
