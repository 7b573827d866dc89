// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "data/sound_sink.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

static sf_count_t
length(void* const data)
{
  return ((const LmuSoundSink*)data)->length;
}

static sf_count_t
seek(const sf_count_t offset, const int whence, void* const data)
{
  LmuSoundSink* const sink = (LmuSoundSink*)data;
  const sf_count_t    from = (whence == SEEK_SET)   ? 0
                             : (whence == SEEK_CUR) ? sink->position
                                                    : sink->length;
  sink->position           = from + offset;
  return sink->position;
}

static sf_count_t
read_bytes(void* const to, const sf_count_t count, void* const data)
{
  LmuSoundSink* const sink = (LmuSoundSink*)data;
  const ssize_t       n_read =
    pread(sink->fd, to, (size_t)count, (off_t)sink->position);
  sink->position += n_read > 0 ? n_read : 0;
  return n_read > 0 ? n_read : 0;
}

static sf_count_t
write_bytes(const void* const from, const sf_count_t count, void* const data)
{
  LmuSoundSink* const  sink  = (LmuSoundSink*)data;
  const uint8_t* const bytes = (const uint8_t*)from;
  sf_count_t           done  = 0;
  while (done < count && !sink->error) {
    const ssize_t n_written = pwrite(sink->fd,
                                     bytes + done,
                                     (size_t)(count - done),
                                     (off_t)(sink->position + done));
    if (n_written >= 0) {
      done += n_written;
    } else if (errno != EINTR) {
      sink->error = errno;
    }
  }

  sink->position += done;
  sink->length = sink->position > sink->length ? sink->position : sink->length;
  return done;
}

static sf_count_t
tell(void* const data)
{
  return ((const LmuSoundSink*)data)->position;
}

SF_VIRTUAL_IO*
lmu_sound_sink_functions(void)
{
  static SF_VIRTUAL_IO functions = {
    length, seek, read_bytes, write_bytes, tell};
  return &functions;
}
