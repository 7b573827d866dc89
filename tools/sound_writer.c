// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/sound_writer.h"

#include "tools/allocate.h"
#include "tools/output.h"

#include <sndfile.h>

#include <stdlib.h>

#define CHUNK 4096U // Frames to give to libsndfile at once

// Bytes of sound that a WAV file can hold, with room for its header
#define MAX_WAV_BYTES 4294900000ULL

struct LmuSoundWriterImpl {
  LmuOutput output;
  SNDFILE*  file;
  uint32_t  n_channels;
  float*    chunk;   ///< Interleaved, [CHUNK][n_channels]
  uint32_t  n_chunk; ///< Frames in the chunk
};

static LmuExit
fail(LmuFailure* const error, const char* const path, SNDFILE* const file)
{
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_OUTPUT,
                         "cannot write %s: %s; choose another place",
                         path,
                         sf_strerror(file));
}

static SNDFILE*
open_file(const int fd, const LmuSoundInfo* const info)
{
  const uint64_t n_bytes = info->n_frames * info->n_channels * sizeof(float);

  SF_INFO format    = {0};
  format.samplerate = (int)info->rate;
  format.channels   = (int)info->n_channels;
  format.format     = SF_FORMAT_FLOAT |
                  (n_bytes > MAX_WAV_BYTES ? SF_FORMAT_RF64 : SF_FORMAT_WAV);

  SNDFILE* const file = sf_open_fd(fd, SFM_WRITE, &format, SF_FALSE);
  if (file) {
    // It holds the time of day, and the same render is to give the same file
    sf_command(file, SFC_SET_ADD_PEAK_CHUNK, NULL, SF_FALSE);
  }
  return file;
}

LmuExit
lmu_sound_writer_new(LmuSoundWriter** const    writer,
                     LmuFailure* const         error,
                     const char* const         path,
                     const LmuSoundInfo* const info)
{
  *writer = NULL;

  LmuOutput     output = {NULL, NULL, -1};
  const LmuExit status = lmu_output_init(&output, error, path);
  if (status) {
    return status;
  }

  SNDFILE* const file = open_file(output.fd, info);
  if (!file) {
    lmu_output_reset(&output);
    return fail(error, path, NULL);
  }

  LmuSoundWriter* const opened =
    (LmuSoundWriter*)lmu_allocate(1U, sizeof(LmuSoundWriter));
  opened->output     = output;
  opened->file       = file;
  opened->n_channels = info->n_channels;
  opened->chunk =
    (float*)lmu_allocate((size_t)CHUNK * info->n_channels, sizeof(float));

  *writer = opened;
  return LMU_EXIT_SUCCESS;
}

void
lmu_sound_writer_free(LmuSoundWriter* const writer)
{
  if (writer) {
    if (writer->file) {
      sf_close(writer->file);
    }
    lmu_output_reset(&writer->output);
    free(writer->chunk);
    free(writer);
  }
}

static LmuExit
write_chunk(LmuSoundWriter* const writer, LmuFailure* const error)
{
  const sf_count_t count = (sf_count_t)writer->n_chunk;
  writer->n_chunk        = 0U;
  return (sf_writef_float(writer->file, writer->chunk, count) == count)
           ? LMU_EXIT_SUCCESS
           : fail(error, writer->output.path, writer->file);
}

LmuExit
lmu_sound_writer_process(LmuSoundWriter* const writer,
                         LmuFailure* const     error,
                         float* const* const   channels,
                         const uint32_t        first,
                         const uint32_t        n_frames)
{
  LmuExit status = LMU_EXIT_SUCCESS;
  for (uint32_t i = 0U; !status && i < n_frames; ++i) {
    float* const to =
      writer->chunk + ((size_t)writer->n_chunk++ * writer->n_channels);
    for (uint32_t j = 0U; j < writer->n_channels; ++j) {
      to[j] = channels[j][first + i];
    }
    if (writer->n_chunk == CHUNK) {
      status = write_chunk(writer, error);
    }
  }
  return status;
}

LmuExit
lmu_sound_writer_save(LmuSoundWriter* const writer, LmuFailure* const error)
{
  const LmuExit status = write_chunk(writer, error);
  if (status) {
    return status;
  }

  const int closed = sf_close(writer->file);
  writer->file     = NULL;
  return closed ? fail(error, writer->output.path, NULL)
                : lmu_output_save(&writer->output, error);
}
