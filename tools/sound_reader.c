// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/sound_reader.h"

#include "tools/allocate.h"

#include <sndfile.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SYSTEM_ERROR "System error : " // Before what the system said
#define CHUNK 4096U                    // Frames to ask libsndfile for at once

struct LmuSoundReaderImpl {
  char*        path;
  SNDFILE*     file;
  LmuSoundInfo info;
  float*       chunk;    ///< Interleaved, [CHUNK][n_channels]
  uint32_t     position; ///< Next frame in the chunk
  uint32_t     n_chunk;  ///< Frames in the chunk
};

/// Return libsndfile's reason without its full stop, for free()
static char*
reason(SNDFILE* const file)
{
  const char* const said   = sf_strerror(file);
  const size_t      noise  = strlen(SYSTEM_ERROR);
  const bool        system = !strncmp(said, SYSTEM_ERROR, noise);

  char* const text   = lmu_allocate_text("%s", said + (system ? noise : 0U));
  size_t      length = 0U;
  while (text[length] && text[length] != '\n') {
    ++length;
  }
  while (length && (text[length - 1U] == '.' || text[length - 1U] == ' ')) {
    --length;
  }
  text[length] = '\0';
  return text;
}

static LmuExit
fail(LmuFailure* const error,
     SNDFILE* const    file,
     const char* const path,
     const char* const advice)
{
  char* const   why    = reason(file);
  const LmuExit status = lmu_failure_set(
    error, LMU_EXIT_BAD_INPUT, "cannot read %s: %s; %s", path, why, advice);
  free(why);
  return status;
}

LmuExit
lmu_sound_reader_new(LmuSoundReader** const reader,
                     LmuFailure* const      error,
                     const char* const      path)
{
  *reader = NULL;

  SF_INFO        info = {0};
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  if (!file) {
    return fail(error, NULL, path, "give a WAV, FLAC or other sound file");
  }
  if (info.frames < 1 || info.channels < 1 || info.samplerate < 1) {
    sf_close(file);
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s is empty; give a file with sound in it",
                           path);
  }

  LmuSoundReader* const opened =
    (LmuSoundReader*)lmu_allocate(1U, sizeof(LmuSoundReader));
  opened->path = lmu_allocate_text("%s", path);
  opened->file = file;
  opened->info = (LmuSoundInfo){
    (double)info.samplerate, (uint32_t)info.channels, (uint64_t)info.frames};
  opened->chunk = (float*)lmu_allocate((size_t)CHUNK * opened->info.n_channels,
                                       sizeof(float));

  *reader = opened;
  return LMU_EXIT_SUCCESS;
}

void
lmu_sound_reader_free(LmuSoundReader* const reader)
{
  if (reader) {
    sf_close(reader->file);
    free(reader->chunk);
    free(reader->path);
    free(reader);
  }
}

const LmuSoundInfo*
lmu_sound_reader_info(const LmuSoundReader* const reader)
{
  return &reader->info;
}

static LmuExit
read_chunk(LmuSoundReader* const reader, LmuFailure* const error)
{
  const sf_count_t n_read = sf_readf_float(reader->file, reader->chunk, CHUNK);
  reader->position        = 0U;
  reader->n_chunk         = (uint32_t)(n_read > 0 ? n_read : 0);
  return sf_error(reader->file)
           ? fail(error, reader->file, reader->path, "get an undamaged copy")
           : LMU_EXIT_SUCCESS;
}

static void
copy_frame(LmuSoundReader* const reader,
           float* const* const   channels,
           const uint32_t        frame)
{
  const uint32_t     n_channels = reader->info.n_channels;
  const float* const from =
    reader->chunk + ((size_t)reader->position++ * n_channels);
  for (uint32_t i = 0U; i < n_channels; ++i) {
    if (channels[i]) {
      channels[i][frame] = from[i];
    }
  }
}

LmuExit
lmu_sound_reader_read(LmuSoundReader* const reader,
                      LmuFailure* const     error,
                      float* const* const   channels,
                      const uint32_t        n_frames,
                      uint32_t* const       n_read)
{
  for (uint32_t i = 0U; i < n_frames; ++i) {
    if (reader->position == reader->n_chunk) {
      const LmuExit status = read_chunk(reader, error);
      if (status || !reader->n_chunk) {
        *n_read = i;
        return status;
      }
    }
    copy_frame(reader, channels, i);
  }

  *n_read = n_frames;
  return LMU_EXIT_SUCCESS;
}
