// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "data/sound_reader.h"

#include "data/input.h"
#include "data/sound_exact.h"
#include "data/sound_source.h"
#include "data/sound_tags.h"
#include "tools/base/allocate.h"
#include "tools/base/hush.h"
#include "tools/base/notice.h"

#include <sndfile.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYSTEM_ERROR "System error : " // Before what the system said
#define ADVICE "give a WAV, FLAC or other sound file"
#define CHUNK 4096U           // Frames to ask libsndfile for at once
#define HEAD 1024U            // Bytes of a pipe to look at first
#define OPEN_SIZE 0x7ffff000U // From here on a size stands for "until the end"

struct LmuSoundReaderImpl {
  char*          path;
  LmuSoundSource source; ///< Or with an fd of -1, libsndfile has the file
  SNDFILE*       file;
  LmuSoundInfo   info;
  SF_INFO        format;
  float*         chunk;    ///< Interleaved, [CHUNK][n_channels]
  uint32_t       position; ///< Next frame in the chunk
  uint32_t       n_chunk;  ///< Frames in the chunk
  uint64_t       n_read;   ///< Frames in all chunks so far
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
refuse(LmuFailure* const error,
       const char* const path,
       const char* const why,
       const char* const advice)
{
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_INPUT,
                         "cannot read %s: %s; %s",
                         lmu_input_name(path),
                         why,
                         advice);
}

static LmuExit
fail(LmuFailure* const error,
     SNDFILE* const    file,
     const char* const path,
     const char* const advice)
{
  char* const   why    = reason(file);
  const LmuExit status = refuse(error, path, why, advice);
  free(why);
  return status;
}

static SNDFILE*
open_source(LmuSoundSource* const source, SF_INFO* const info)
{
  lmu_sound_source_rewind(source);
  *info = (SF_INFO){0};

  // The decoder of MP3 talks about what it may be wrong in
  lmu_hush_start();
  SNDFILE* const file =
    sf_open_virtual(lmu_sound_source_functions(), SFM_READ, info, source);
  free(lmu_hush_stop());
  return file;
}

/// Return how many frames there are to the end
static sf_count_t
count_frames(SNDFILE* const file, const SF_INFO* const info)
{
  float* const chunk =
    (float*)lmu_allocate((size_t)CHUNK * (size_t)info->channels, sizeof(float));
  sf_count_t count  = 0;
  sf_count_t n_read = CHUNK;
  while (n_read > 0) {
    n_read = sf_readf_float(file, chunk, CHUNK);
    count += n_read > 0 ? n_read : 0;
  }
  free(chunk);
  return count;
}

/// Set the number of frames of a file whose header does not say it
static SNDFILE*
find_length(SNDFILE* file, LmuSoundSource* const source, SF_INFO* const info)
{
  if (source->fd < 0 || (info->frames > 0 && info->frames < SF_COUNT_MAX)) {
    return file;
  }

  const sf_count_t n_frames = count_frames(file, info);
  sf_close(file);
  file         = open_source(source, info);
  info->frames = n_frames;
  return file;
}

/// Own an open file, unless nothing is in it
static LmuExit
adopt(LmuSoundReader* const opened,
      LmuFailure* const     error,
      SNDFILE* const        file,
      const SF_INFO* const  info)
{
  const bool     known    = info->frames < SF_COUNT_MAX;
  const uint32_t channels = (uint32_t)info->channels;
  opened->file            = file;
  opened->format          = *info;
  if (info->frames < 1 || info->channels < 1 || info->samplerate < 1) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s is empty; give a file with sound in it",
                           lmu_input_name(opened->path));
  }

  opened->format.format = lmu_sound_tags_format(file, info);
  opened->info =
    (LmuSoundInfo){(double)info->samplerate,
                   channels,
                   known ? (uint64_t)info->frames : LMU_UNKNOWN_FRAMES};
  opened->chunk = (float*)lmu_allocate((size_t)CHUNK * channels, sizeof(float));
  return LMU_EXIT_SUCCESS;
}

/// Tell what the header has wrong
static void
notice_source(const LmuSoundReader* const reader)
{
  const char* const           name   = lmu_input_name(reader->path);
  const LmuSoundSource* const source = &reader->source;
  if (source->is_unfinished) {
    lmu_notice("the header of %s was never finished; read it to its end", name);
  } else if (source->missing > 0) {
    lmu_notice("%s was cut short, %lld bytes are missing; read what is there",
               name,
               (long long)source->missing);
  }
}

static bool
is_pipe(const char* const path)
{
  struct stat info;
  return !strcmp(path, "-") || stat(path, &info) || !S_ISREG(info.st_mode);
}

/// Read an open file that can seek
static LmuExit
open_fd(LmuSoundReader* const opened, LmuFailure* const error, const int fd)
{
  const char* const path = opened->path;
  SF_INFO           info = {0};
  lmu_sound_source_init(&opened->source, fd);
  SNDFILE* file = open_source(&opened->source, &info);
  if (!file && !is_pipe(path)) {
    // Some files without a header are known by their names
    lmu_sound_source_reset(&opened->source);
    info = (SF_INFO){0};
    file = sf_open(path, SFM_READ, &info);
  }
  if (!file) {
    return fail(error, NULL, path, ADVICE);
  }

  file = find_length(file, &opened->source, &info);
  if (!file) {
    return fail(error, NULL, path, ADVICE);
  }
  notice_source(opened);
  return adopt(opened, error, file, &info);
}

/// Read an open file that can seek, unless that failed
static LmuExit
open_taken(LmuSoundReader* const opened, LmuFailure* const error, const int fd)
{
  const int number = errno;
  return fd < 0 ? refuse(error,
                         opened->path,
                         strerror(number),
                         lmu_input_advice(number, ADVICE))
                : open_fd(opened, error, fd);
}

static LmuExit
open_seekable(LmuSoundReader* const opened, LmuFailure* const error)
{
  return open_taken(opened, error, lmu_input_open(opened->path));
}

/// Make a reader that is opened in some way
static LmuExit
new_by(LmuSoundReader** const reader,
       LmuFailure* const      error,
       const char* const      path,
       LmuExit (*const open)(LmuSoundReader*, LmuFailure*))
{
  LmuSoundReader* const opened =
    (LmuSoundReader*)lmu_allocate(1U, sizeof(LmuSoundReader));
  opened->path      = lmu_allocate_text("%s", path);
  opened->source.fd = -1;
  *reader           = opened;

  const LmuExit status = open(opened, error);
  if (status) {
    lmu_sound_reader_free(opened);
    *reader = NULL;
  }
  return status;
}

LmuExit
lmu_sound_reader_new(LmuSoundReader** const reader,
                     LmuFailure* const      error,
                     const char* const      path)
{
  return new_by(reader, error, path, open_seekable);
}

/// How many bytes of sound a pipe will bring, by its first bytes
typedef enum { PIPE_UNFIT, PIPE_OPEN, PIPE_KNOWN } Pipe;

/// Judge a size of 32 bits; zero cannot be mended in a pipe
static Pipe
judge_size(const uint8_t* const bytes, const bool is_big)
{
  const uint32_t size = (uint32_t)bytes[is_big ? 0 : 3] << 24U |
                        (uint32_t)bytes[is_big ? 1 : 2] << 16U |
                        (uint32_t)bytes[is_big ? 2 : 1] << 8U |
                        (uint32_t)bytes[is_big ? 3 : 0];
  return !size ? PIPE_UNFIT : size < OPEN_SIZE ? PIPE_KNOWN : PIPE_OPEN;
}

/// Look at the first bytes of a pipe and leave them in it; only WAV and AU can
/// be read without seeking
static Pipe
judge_pipe(const int fd)
{
  int     copy[2];
  uint8_t head[HEAD] = {0U};
  if (pipe2(copy, O_CLOEXEC)) {
    return PIPE_UNFIT;
  }

  const ssize_t n_bytes =
    tee(fd, copy[1], sizeof(head), 0U) > 0 ? read(copy[0], head, HEAD) : 0;
  close(copy[0]);
  close(copy[1]);
  if (n_bytes >= 12 && !memcmp(head, ".snd", 4U)) {
    return judge_size(head + 8, true);
  }

  const uint8_t* const data =
    n_bytes < 12 || memcmp(head, "RIFF", 4U) != 0
      ? NULL
      : (const uint8_t*)memmem(head, (size_t)n_bytes - 4U, "data", 4U);
  return data && data + 8 <= head + n_bytes ? judge_size(data + 4, false)
                                            : PIPE_UNFIT;
}

/// Open a pipe that needs no seeking, or leave the file null
static LmuExit
open_pipe(LmuSoundReader* const opened, LmuFailure* const error)
{
  const int fd = lmu_input_open_pipe(opened->path);
  if (fd < 0) {
    return refuse(error, opened->path, strerror(errno), ADVICE);
  }

  const Pipe pipe = judge_pipe(fd);
  if (pipe == PIPE_UNFIT) {
    return open_taken(opened, error, lmu_input_take(opened->path, fd));
  }

  SF_INFO        info = {0};
  SNDFILE* const file = sf_open_fd(fd, SFM_READ, &info, SF_TRUE);
  if (!file) {
    return fail(error, NULL, opened->path, ADVICE);
  }
  info.frames = (pipe == PIPE_KNOWN) ? info.frames : SF_COUNT_MAX;
  return adopt(opened, error, file, &info);
}

LmuExit
lmu_sound_reader_new_stream(LmuSoundReader** const reader,
                            LmuFailure* const      error,
                            const char* const      path)
{
  return new_by(reader, error, path, is_pipe(path) ? open_pipe : open_seekable);
}

void
lmu_sound_reader_free(LmuSoundReader* const reader)
{
  if (reader) {
    if (reader->file) {
      sf_close(reader->file);
    }
    if (reader->source.fd >= 0) {
      lmu_sound_source_reset(&reader->source);
    }
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

/// Tell that the file ends before it should, or fail where it is damaged
static LmuExit
check_end(const LmuSoundReader* const reader, LmuFailure* const error)
{
  const LmuSoundSource* const source = &reader->source;
  const bool                  at_end =
    source->fd >= 0 && source->position >= source->length && reader->n_read;
  if (sf_error(reader->file) && !at_end) {
    return fail(error, reader->file, reader->path, "get an undamaged copy");
  }
  if (reader->n_read < reader->info.n_frames && source->missing <= 0) {
    lmu_notice("%s was cut short: %.3f of %.3f s are there; read those",
               lmu_input_name(reader->path),
               (double)reader->n_read / reader->info.rate,
               (double)reader->info.n_frames / reader->info.rate);
  }
  return LMU_EXIT_SUCCESS;
}

static LmuExit
read_chunk(LmuSoundReader* const reader, LmuFailure* const error)
{
  const sf_count_t n_read = sf_readf_float(reader->file, reader->chunk, CHUNK);
  reader->position        = 0U;
  reader->n_chunk         = (uint32_t)(n_read > 0 ? n_read : 0);
  reader->n_read += reader->n_chunk;
  return reader->n_chunk < CHUNK ? check_end(reader, error) : LMU_EXIT_SUCCESS;
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

bool
lmu_sound_reader_seeks(const LmuSoundReader* const reader)
{
  return reader->format.seekable && lmu_sound_exact_is_kept(&reader->format);
}

bool
lmu_sound_reader_seek(LmuSoundReader* const reader, const uint64_t frame)
{
  if (frame > INT64_MAX ||
      sf_seek(reader->file, (sf_count_t)frame, SEEK_SET) < 0) {
    return false;
  }
  reader->n_read   = frame;
  reader->n_chunk  = 0U;
  reader->position = 0U;
  return true;
}

/// Return whether the last frame is there, as far as that is soon known
static bool
has_last(LmuSoundReader* const reader)
{
  return lmu_sound_reader_seeks(reader) &&
         lmu_sound_reader_seek(reader, reader->info.n_frames - 1U) &&
         sf_readf_float(reader->file, reader->chunk, 1) == 1;
}

/// Open the file once more, and count its frames up to the end
static LmuExit
count_all(const LmuSoundReader* const reader,
          LmuFailure* const           error,
          uint64_t* const             n_frames)
{
  LmuSoundReader* other  = NULL;
  LmuExit         status = lmu_sound_reader_new(&other, error, reader->path);
  *n_frames              = 0U;
  bool more              = !status;
  while (more) {
    status    = read_chunk(other, error);
    more      = !status && other->n_chunk;
    *n_frames = other->n_read;
  }
  lmu_sound_reader_free(other);
  return status;
}

LmuExit
lmu_sound_reader_measure(LmuSoundReader* const reader,
                         LmuFailure* const     error,
                         uint64_t* const       n_frames)
{
  *n_frames = reader->info.n_frames;
  if (has_last(reader)) {
    return LMU_EXIT_SUCCESS;
  }

  const LmuExit status = count_all(reader, error, n_frames);
  return status || *n_frames ? status
                             : refuse(error,
                                      reader->path,
                                      "no sound is there",
                                      "get an undamaged copy");
}

LmuExit
lmu_sound_reader_read_exact(LmuSoundReader* const reader,
                            LmuFailure* const     error,
                            double* const         frames,
                            const uint32_t        n_frames,
                            uint32_t* const       n_read)
{
  *n_read =
    lmu_sound_exact_read(reader->file, &reader->format, frames, n_frames);
  reader->n_read += *n_read;
  return *n_read < n_frames ? check_end(reader, error) : LMU_EXIT_SUCCESS;
}

const SF_INFO*
lmu_sound_reader_format(const LmuSoundReader* const reader)
{
  return &reader->format;
}

void
lmu_sound_reader_copy_tags(const LmuSoundReader* const reader,
                           SNDFILE* const              to)
{
  lmu_sound_tags_copy(to, reader->file);
}
