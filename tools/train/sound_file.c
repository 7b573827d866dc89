// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/sound_file.h"

#include "data/sound_format.h"
#include "data/sound_reader.h"
#include "data/sound_writer.h"
#include "tools/base/allocate.h"
#include "tools/base/failure.h"
#include "tools/train/job.h"
#include "tools/train/measure.h"
#include "train/audio/streams.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Frames that are written at once
#define BLOCK 4096U

static LmuSoundInfo
info_of(const double rate, const uint64_t n_frames)
{
  const LmuSoundInfo info = {rate, 2U, n_frames};
  return info;
}

LmuExit
lmu_sound_file_check(LmuFailure* const error,
                     const char* const path,
                     const double      rate)
{
  const LmuSoundInfo info   = info_of(rate, LMU_UNKNOWN_FRAMES);
  int                format = 0;
  return lmu_sound_format(&format, error, path, &info);
}

/// Copy what devices put out, one recording behind another
static void
copy_targets(float* target, const LmuStreams* const streams)
{
  for (uint32_t i = 0U; i < streams->n_pairs; ++i) {
    const LmuRecording* const pair = &streams->pairs[i];
    memcpy(target, pair->target, pair->n_frames * sizeof(float));
    target += pair->n_frames;
  }
}

static LmuExit
write_all(LmuSoundWriter* const writer,
          LmuFailure* const     error,
          float* const          left,
          float* const          right,
          const size_t          length)
{
  LmuExit status = LMU_EXIT_SUCCESS;
  for (size_t i = 0U; i < length && !status; i += BLOCK) {
    float* const   channels[] = {left + i, right + i};
    const uint32_t n = (uint32_t)(length - i < BLOCK ? length - i : BLOCK);
    status           = lmu_sound_writer_process(writer, error, channels, 0U, n);
  }
  return status ? status : lmu_sound_writer_save(writer, error);
}

LmuExit
lmu_sound_file_save(const LmuTrainResult* const result,
                    LmuFailure* const           error,
                    const LmuTrainJob* const    job,
                    const char* const           path)
{
  const size_t       length = lmu_streams_length(&job->valid);
  const LmuSoundInfo info   = info_of(job->rate, length);
  float* const       sound  = (float*)lmu_allocate(2U * length, sizeof(float));
  LmuSoundWriter*    writer = NULL;
  LmuExit            status =
    lmu_measure_play(sound + length, error, result->graph, &job->valid);
  if (!status) {
    status = lmu_sound_writer_new(&writer, error, path, &info);
  }
  if (!status) {
    copy_targets(sound, &job->valid);
    status = write_all(writer, error, sound, sound + length, length);
  }
  lmu_sound_writer_free(writer);
  free(sound);
  return status;
}
