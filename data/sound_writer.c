// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "data/sound_writer.h"

#include "data/output.h"
#include "data/sound_exact.h"
#include "data/sound_format.h"
#include "data/sound_sink.h"
#include "data/sound_stream.h"
#include "tools/base/allocate.h"
#include "tools/base/notice.h"
#include "tools/base/text.h"

#include <sndfile.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK 4096U // Frames to give to libsndfile at once

struct LmuSoundWriterImpl {
  LmuOutput      output;
  LmuSoundStream stream; ///< Used if the output is one
  LmuSoundSink   sink;   ///< Used if not
  SNDFILE*       file;
  SF_INFO        format;
  uint32_t       n_channels;
  float*         chunk;      ///< Interleaved, [CHUNK][n_channels]
  uint32_t       n_chunk;    ///< Frames in the chunk
  bool           is_integer; ///< Nothing above full scale fits
  bool           may_grow;   ///< It is WAV unless it becomes too large
  uint64_t       n_clipped;  ///< Samples that were above it
};

static LmuExit
fail(LmuFailure* const error, const LmuSoundWriter* const writer)
{
  // What the system said has a prefix
  const int number =
    writer->stream.error ? writer->stream.error : writer->sink.error;
  const char* const said  = sf_strerror(writer->file);
  const char* const colon = strstr(said, " : ");
  const char* const why   = number  ? strerror(number)
                            : colon ? colon + strlen(" : ")
                                    : said;
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_OUTPUT,
                         "cannot write %s: %.*s; choose another place",
                         writer->output.path,
                         (int)strcspn(why, ".\n"),
                         why);
}

static bool
is_integer(const int format)
{
  const int codec = format & SF_FORMAT_SUBMASK;
  return codec == SF_FORMAT_PCM_16 || codec == SF_FORMAT_PCM_24 ||
         codec == SF_FORMAT_PCM_32;
}

/// Let libsndfile write to the output
static SNDFILE*
open_file(LmuSoundWriter* const writer)
{
  SF_INFO        format = writer->format;
  SNDFILE* const file =
    (writer->output.way == LMU_OUTPUT_STREAM)
      ? sf_open_virtual(
          lmu_sound_stream_functions(), SFM_WRITE, &format, &writer->stream)
      : sf_open_virtual(
          lmu_sound_sink_functions(), SFM_WRITE, &format, &writer->sink);
  if (file) {
    // It holds the time of day, and the same render is to give the same file
    sf_command(file, SFC_SET_ADD_PEAK_CHUNK, NULL, SF_FALSE);
    sf_command(file, SFC_RF64_AUTO_DOWNGRADE, NULL, writer->may_grow);
    sf_command(file, SFC_SET_CLIPPING, NULL, writer->is_integer);
  }
  return file;
}

static bool
is_wav(const int format)
{
  const int major = format & SF_FORMAT_TYPEMASK;
  return major == SF_FORMAT_WAV || major == SF_FORMAT_WAVEX;
}

/// Return what can be written to a pipe, whose header need not be mended
static int
pipe_format(const int format)
{
  const int major = format & SF_FORMAT_TYPEMASK;
  return (is_wav(format) ? major : SF_FORMAT_WAV) |
         (format & SF_FORMAT_SUBMASK);
}

static void
set_format(LmuSoundWriter* const     writer,
           const LmuSoundInfo* const info,
           const int                 format)
{
  const bool is_stream = writer->output.way == LMU_OUTPUT_STREAM;

  writer->format.samplerate = (int)info->rate;
  writer->format.channels   = (int)info->n_channels;
  // WAV that may become larger than WAV can be
  writer->may_grow =
    !is_stream && is_wav(format) && info->n_frames == LMU_UNKNOWN_FRAMES;
  writer->format.format   = is_stream ? pipe_format(format)
                            : writer->may_grow
                              ? SF_FORMAT_RF64 | (format & SF_FORMAT_SUBMASK)
                              : format;
  writer->is_integer      = is_integer(writer->format.format);
  writer->n_channels      = info->n_channels;
  writer->sink.fd         = writer->output.fd;
  writer->stream.fd       = writer->output.fd;
  writer->stream.n_frames = info->n_frames;
  writer->stream.n_bytes =
    info->n_channels * lmu_sound_exact_bytes(&writer->format);
}

/// Open a file, with samples as another keeps them or as floats
static LmuExit
open_writer(LmuSoundWriter* const       writer,
            LmuFailure* const           error,
            const char* const           path,
            const LmuSoundInfo* const   info,
            const LmuSoundReader* const like)
{
  int     format = 0;
  LmuExit status = lmu_sound_format(&format, error, path, info);
  if (!status) {
    format = like
               ? lmu_sound_exact_format(format, lmu_sound_reader_format(like))
               : format;

    // Only the header of WAV need not be mended at the end
    const bool is_plain =
      is_wav(format) || ((format & SF_FORMAT_TYPEMASK) == SF_FORMAT_RF64 &&
                         !lmu_text_equal(lmu_text_ending(path), ".rf64"));
    status = lmu_output_init(&writer->output, error, path, !is_plain);
  }
  if (status) {
    return status;
  }

  set_format(writer, info, format);
  writer->chunk =
    (float*)lmu_allocate((size_t)CHUNK * info->n_channels, sizeof(float));
  writer->file = open_file(writer);
  if (writer->file && like) {
    lmu_sound_reader_copy_tags(like, writer->file);
  }
  return writer->file ? LMU_EXIT_SUCCESS : fail(error, writer);
}

static LmuExit
new_writer(LmuSoundWriter** const      writer,
           LmuFailure* const           error,
           const char* const           path,
           const LmuSoundInfo* const   info,
           const LmuSoundReader* const like)
{
  LmuSoundWriter* const opened =
    (LmuSoundWriter*)lmu_allocate(1U, sizeof(LmuSoundWriter));
  opened->output       = LMU_NO_OUTPUT;
  const LmuExit status = open_writer(opened, error, path, info, like);
  if (status) {
    lmu_sound_writer_free(opened);
  }
  *writer = status ? NULL : opened;
  return status;
}

LmuExit
lmu_sound_writer_new(LmuSoundWriter** const    writer,
                     LmuFailure* const         error,
                     const char* const         path,
                     const LmuSoundInfo* const info)
{
  return new_writer(writer, error, path, info, NULL);
}

LmuExit
lmu_sound_writer_new_like(LmuSoundWriter** const      writer,
                          LmuFailure* const           error,
                          const char* const           path,
                          const LmuSoundReader* const like)
{
  return new_writer(writer, error, path, lmu_sound_reader_info(like), like);
}

bool
lmu_sound_writer_is_exact(const LmuSoundWriter* const writer)
{
  return lmu_sound_exact_is_kept(&writer->format);
}

void
lmu_sound_writer_free(LmuSoundWriter* const writer)
{
  if (writer) {
    if (writer->file) {
      sf_close(writer->file);
    }
    lmu_output_reset(&writer->output);
    lmu_sound_stream_reset(&writer->stream);
    free(writer->chunk);
    free(writer);
  }
}

/// Count a sample that does not fit
static void
count_clipped(LmuSoundWriter* const writer, const double sample)
{
  writer->n_clipped += writer->is_integer && fabs(sample) > 1.0;
}

/// Return whether all was written, as far as encoders and the system say
static LmuExit
check(const LmuSoundWriter* const writer,
      LmuFailure* const           error,
      const bool                  is_written)
{
  return is_written && !writer->sink.error && !writer->stream.error
           ? LMU_EXIT_SUCCESS
           : fail(error, writer);
}

static LmuExit
write_chunk(LmuSoundWriter* const writer, LmuFailure* const error)
{
  const sf_count_t count = (sf_count_t)writer->n_chunk;
  for (size_t i = 0U; i < (size_t)writer->n_chunk * writer->n_channels; ++i) {
    count_clipped(writer, (double)writer->chunk[i]);
  }
  writer->n_chunk = 0U;
  return check(writer,
               error,
               sf_writef_float(writer->file, writer->chunk, count) == count);
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
lmu_sound_writer_write(LmuSoundWriter* const writer,
                       LmuFailure* const     error,
                       const double* const   frames,
                       const size_t          n_frames)
{
  for (size_t i = 0U; i < n_frames * writer->n_channels; ++i) {
    count_clipped(writer, frames[i]);
  }
  const uint32_t n_written = lmu_sound_exact_write(
    writer->file, &writer->format, frames, (uint32_t)n_frames);
  return check(writer, error, n_written == n_frames);
}

/// Complete what is written, up to the name of the file
static LmuExit
finish(LmuSoundWriter* const writer, LmuFailure* const error)
{
  LmuExit status = write_chunk(writer, error);
  if (!status && writer->output.way == LMU_OUTPUT_STREAM &&
      !lmu_sound_stream_start(&writer->stream)) {
    status = fail(error, writer);
  }
  if (status) {
    return status;
  }

  const int closed = sf_close(writer->file);
  writer->file     = NULL;
  return check(writer, error, !closed);
}

LmuExit
lmu_sound_writer_save(LmuSoundWriter* const writer, LmuFailure* const error)
{
  LmuExit status = finish(writer, error);
  if (!status) {
    status = lmu_output_save(&writer->output, error);
  }
  if (!status && writer->n_clipped) {
    lmu_notice("%llu sample%s of %s %s above full scale and cut off; make it "
               "quieter, or write a .wav file",
               (unsigned long long)writer->n_clipped,
               writer->n_clipped > 1U ? "s" : "",
               writer->output.path,
               writer->n_clipped > 1U ? "were" : "was");
  }
  return status;
}
