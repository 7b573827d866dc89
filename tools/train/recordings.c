// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/recordings.h"

#include "core/memory/rt/memory.h"
#include "data/sound_reader.h"
#include "tools/base/allocate.h"
#include "tools/base/failure.h"
#include "train/pair/pair.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Frames to read at once
#define CHUNK 65536U

/// Greatest magnitude that is sound
#define MAX_SAMPLE ((double)LMU_MAX_INPUT)

/// Longest recording: ten hours at 48 kHz
#define MAX_FRAMES 1728000000U

/// Sample rates of sound; what is tried for seconds takes for ever at others
/// [Hz]
#define MIN_RATE 1000.0
#define MAX_RATE 768000.0

/// Buffers of all channels
typedef struct {
  float**  channels; ///< [n_channels][CHUNK]
  uint32_t n_channels;
} Buffers;

static Buffers
buffers_new(const uint32_t n_channels)
{
  const Buffers buffers = {(float**)lmu_allocate(n_channels, sizeof(float*)),
                           n_channels};
  for (uint32_t i = 0U; i < n_channels; ++i) {
    buffers.channels[i] = (float*)lmu_allocate(CHUNK, sizeof(float));
  }
  return buffers;
}

static void
buffers_free(const Buffers buffers)
{
  for (uint32_t i = 0U; i < buffers.n_channels; ++i) {
    free(buffers.channels[i]);
  }
  free(buffers.channels);
}

/// Append a channel, or the mean of all
static void
append(LmuRecorded* const   recorded,
       const Buffers* const buffers,
       const uint32_t       channel,
       const uint32_t       n_frames)
{
  recorded->samples = (float*)lmu_reallocate(
    recorded->samples, recorded->n_frames + n_frames, sizeof(float));
  for (uint32_t i = 0U; i < n_frames; ++i) {
    float sum = 0.0f;
    for (uint32_t j = 0U; j < buffers->n_channels; ++j) {
      if (channel == LMU_MIX_CHANNELS) {
        sum += buffers->channels[j][i] / (float)buffers->n_channels;
      } else if (j + 1U == channel) {
        sum = buffers->channels[j][i];
      }
    }
    recorded->samples[recorded->n_frames + i] = sum;
  }
  recorded->n_frames += n_frames;
}

/// See that all samples are sound, which may be louder than full scale
static LmuExit
check_samples(const LmuRecorded* const recorded, LmuFailure* const error)
{
  for (size_t i = 0U; i < recorded->n_frames; ++i) {
    const double sample = (double)recorded->samples[i];
    if (!(fabs(sample) <= MAX_SAMPLE)) {
      return lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s has a sample of %g at %.6g s; repair it, or "
                             "cut it out",
                             recorded->path,
                             sample,
                             (double)i / recorded->rate);
    }
  }
  return LMU_EXIT_SUCCESS;
}

/// See that a rate is one of sound
static LmuExit
check_rate(const LmuRecorded* const recorded, LmuFailure* const error)
{
  return recorded->rate >= MIN_RATE && recorded->rate <= MAX_RATE
           ? LMU_EXIT_SUCCESS
           : lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s is of %g Hz, must be from %g to %g Hz; repair "
                             "it, or convert it",
                             recorded->path,
                             recorded->rate,
                             MIN_RATE,
                             MAX_RATE);
}

/// Read all frames
static LmuExit
read_all(LmuRecorded* const    recorded,
         LmuFailure* const     error,
         LmuSoundReader* const reader,
         const uint32_t        channel)
{
  const Buffers buffers = buffers_new(recorded->n_channels);
  LmuExit       status  = LMU_EXIT_SUCCESS;
  uint32_t      n_read  = CHUNK;
  while (!status && n_read == CHUNK) {
    status =
      lmu_sound_reader_read(reader, error, buffers.channels, CHUNK, &n_read);
    if (!status) {
      append(recorded, &buffers, channel, n_read);
    }
    if (!status && recorded->n_frames > MAX_FRAMES) {
      status = lmu_failure_set(error,
                               LMU_EXIT_BAD_INPUT,
                               "%s is longer than ten hours; cut it",
                               recorded->path);
    }
  }
  buffers_free(buffers);
  return status;
}

/// Read a channel, the only one of mono files whichever is asked for
static LmuExit
read_channel(LmuRecorded* const    recorded,
             LmuFailure* const     error,
             LmuSoundReader* const reader,
             const uint32_t        channel)
{
  const uint32_t one = (recorded->n_channels == 1U) ? 1U : channel;
  return (one <= recorded->n_channels)
           ? read_all(recorded, error, reader, one)
           : lmu_failure_set(error,
                             LMU_EXIT_BAD_VALUE,
                             "%s has %u channel%s, not %u; choose one with "
                             "--channel, or mix",
                             recorded->path,
                             recorded->n_channels,
                             recorded->n_channels > 1U ? "s" : "",
                             channel);
}

LmuExit
lmu_recorded_read(LmuRecorded* const recorded,
                  LmuFailure* const  error,
                  const char* const  path,
                  const uint32_t     channel)
{
  const LmuRecorded none   = {path, NULL, 0U, 0.0, 0U};
  LmuSoundReader*   reader = NULL;
  *recorded                = none;
  LmuExit status           = lmu_sound_reader_new(&reader, error, path);
  if (status) {
    return status;
  }

  recorded->rate       = lmu_sound_reader_info(reader)->rate;
  recorded->n_channels = lmu_sound_reader_info(reader)->n_channels;
  status               = check_rate(recorded, error);
  if (!status) {
    status = read_channel(recorded, error, reader, channel);
  }
  lmu_sound_reader_free(reader);
  if (!status) {
    status = check_samples(recorded, error);
  }
  if (status) {
    lmu_recorded_clear(recorded);
  }
  return status;
}

LmuCapture
lmu_recorded_pair(const LmuRecorded* const dry, const LmuRecorded* const wet)
{
  const LmuCapture pair = {dry->samples,
                           dry->n_frames,
                           wet->samples,
                           wet->n_frames,
                           dry->rate,
                           {NULL, NULL}};
  return pair;
}

void
lmu_recorded_clear(LmuRecorded* const recorded)
{
  free(recorded->samples);
  recorded->samples  = NULL;
  recorded->n_frames = 0U;
}
