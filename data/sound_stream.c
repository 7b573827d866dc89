// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "data/sound_stream.h"

#include "core/base/setup/file.h"
#include "core/base/setup/little_endian.h"
#include "tools/base/allocate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNKNOWN 0xffffffffU // As readers of pipes know it
#define RIFF_SIZE 4         // Where the size of all is
#define CHUNK_HEADER 8      // Bytes of a name and a size

static void
put_size(uint8_t* const bytes, const uint64_t size)
{
  lmu_little_endian_write(bytes, 4U, size);
}

/// Set the number of frames in a header, which not all have
static void
put_fact(uint8_t* const   header,
         const sf_count_t n_header,
         const uint64_t   n_frames)
{
  sf_count_t i = 12;
  while (i + CHUNK_HEADER + 4 <= n_header) {
    if (!memcmp(header + i, "fact", 4U)) {
      put_size(header + i + CHUNK_HEADER, n_frames);
      return;
    }
    const uint64_t size = lmu_little_endian_read(header + i + 4, 4U);
    i += CHUNK_HEADER + (sf_count_t)(size + (size & 1U));
  }
}

/// Say how much will come
static void
put_sizes(LmuSoundStream* const stream)
{
  const sf_count_t n_header = stream->n_header;
  const uint64_t   n_sound  = stream->n_frames * stream->n_bytes;
  const uint64_t   whole    = (uint64_t)n_header - CHUNK_HEADER + n_sound;
  const bool       known    = stream->n_frames && whole < UNKNOWN;
  if (n_header <= RIFF_SIZE + CHUNK_HEADER) {
    return;
  }

  put_size(stream->header + RIFF_SIZE, known ? whole : UNKNOWN);
  put_size(stream->header + n_header - 4, known ? n_sound : UNKNOWN);
  put_fact(
    stream->header, n_header, known ? stream->n_frames : (uint64_t)UNKNOWN);
}

static bool
send_bytes(LmuSoundStream* const stream,
           const void* const     data,
           const sf_count_t      count)
{
  if (!lmu_file_write(stream->fd, data, (size_t)count)) {
    stream->error = errno;
    return false;
  }
  stream->n_sent += count;
  return true;
}

bool
lmu_sound_stream_start(LmuSoundStream* const stream)
{
  if (stream->n_sent) {
    return true;
  }
  put_sizes(stream);
  return send_bytes(stream, stream->header, stream->n_header);
}

void
lmu_sound_stream_reset(LmuSoundStream* const stream)
{
  free(stream->header);
  stream->header = NULL;
}

/* For libsndfile */

static sf_count_t
length(void* const data)
{
  const LmuSoundStream* const stream = (const LmuSoundStream*)data;
  return stream->n_sent ? stream->n_sent : stream->n_header;
}

static sf_count_t
seek(const sf_count_t offset, const int whence, void* const data)
{
  LmuSoundStream* const stream = (LmuSoundStream*)data;
  stream->position             = (whence == SEEK_SET) ? offset
                                 : (whence == SEEK_CUR) ? stream->position + offset
                                                        : length(data) + offset;
  return stream->position;
}

static sf_count_t
read_bytes(void* const to, const sf_count_t count, void* const data)
{
  (void)to;
  (void)count;
  (void)data;
  return 0;
}

static sf_count_t
write_bytes(const void* const from, const sf_count_t count, void* const data)
{
  LmuSoundStream* const stream = (LmuSoundStream*)data;
  if (!stream->position && !stream->n_sent) {
    stream->header =
      (uint8_t*)lmu_reallocate(stream->header, (size_t)count, 1U);
    memcpy(stream->header, from, (size_t)count);
    stream->n_header = count;
  } else if (!lmu_sound_stream_start(stream) ||
             (stream->position == stream->n_sent &&
              !send_bytes(stream, from, count))) {
    return 0;
  }

  // A header that comes again when it is sent is lost
  stream->position += count;
  return count;
}

static sf_count_t
tell(void* const data)
{
  return ((const LmuSoundStream*)data)->position;
}

SF_VIRTUAL_IO*
lmu_sound_stream_functions(void)
{
  static SF_VIRTUAL_IO functions = {
    length, seek, read_bytes, write_bytes, tell};
  return &functions;
}
