// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "data/sequence_writer.h"

#include "data/npy.h"
#include "data/output.h"
#include "data/sound_format.h"
#include "data/sound_writer.h"
#include "tools/base/allocate.h"
#include "tools/base/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 4096U // Frames of sound at once

struct LmuSequenceWriterImpl {
  char*           path;
  LmuSequence     info;
  size_t          n_written; ///< Frames of all rows
  LmuSoundWriter* sound;     ///< Of a sound
  float**         channels;  ///< Of a sound, [n_signals][CHUNK]
  LmuOutput       output;    ///< Of others
  FILE*           file;      ///< The same
};

static bool
is_npy(const LmuSequenceWriter* const self)
{
  return lmu_sequence_kind(self->path, self->info.kind) == LMU_SEQUENCE_NPY;
}

static bool
is_sound(const LmuSequenceWriter* const self)
{
  return lmu_sequence_kind(self->path, self->info.kind) == LMU_SEQUENCE_SOUND;
}

static LmuExit
check(const LmuSequenceWriter* const self, LmuFailure* const error)
{
  const char* const path = self->path;
  if (is_npy(self)) {
    return LMU_EXIT_SUCCESS;
  }
  if (is_sound(self) && *lmu_text_ending(path) &&
      !lmu_sound_format_is_known(path)) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "cannot write %s; choose a name that ends in .npy, "
                           ".csv, " LMU_SOUND_ENDINGS,
                           path);
  }
  if (self->info.rank == 3U) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "%s cannot hold rows of sequences; write a .npy "
                           "file",
                           path);
  }
  return (is_sound(self) && self->info.rate <= 0.0)
           ? lmu_failure_set(error,
                             LMU_EXIT_USAGE,
                             "%s needs a sample rate, and the input has none; "
                             "write a .npy or .csv file",
                             path)
           : LMU_EXIT_SUCCESS;
}

static LmuExit
fail(const LmuSequenceWriter* const self, LmuFailure* const error)
{
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_OUTPUT,
                         "cannot write %s: %s; choose another place",
                         self->path,
                         strerror(errno));
}

static LmuExit
open_sound(LmuSequenceWriter* const self, LmuFailure* const error)
{
  const uint32_t n = self->info.n_signals;
  self->channels   = (float**)lmu_allocate(n, sizeof(float*));
  for (uint32_t i = 0U; i < n; ++i) {
    self->channels[i] = (float*)lmu_allocate(CHUNK, sizeof(float));
  }

  const LmuSoundInfo info = {self->info.rate, n, (uint64_t)self->info.n_frames};
  return lmu_sound_writer_new(&self->sound, error, self->path, &info);
}

/// Write the header of an array as it is so far
static bool
put_header(const LmuSequenceWriter* const self, const size_t n_frames)
{
  char         bytes[LMU_NPY_HEADER_SIZE];
  const size_t shape[] = {self->info.n_rows, n_frames, self->info.n_signals};
  lmu_npy_set_header(
    bytes, self->info.rank, (self->info.rank == 3U) ? shape : shape + 1);
  return fwrite(bytes, sizeof(bytes), 1U, self->file) == 1U;
}

static LmuExit
open_file(LmuSequenceWriter* const self, LmuFailure* const error)
{
  const LmuExit status =
    lmu_output_init(&self->output, error, self->path, is_npy(self));
  if (status) {
    return status;
  }

  self->file = fdopen(dup(self->output.fd), "wb");
  return !self->file || (is_npy(self) && !put_header(self, self->info.n_frames))
           ? fail(self, error)
           : LMU_EXIT_SUCCESS;
}

LmuExit
lmu_sequence_writer_new(LmuSequenceWriter** const writer,
                        LmuFailure* const         error,
                        const char* const         path,
                        const LmuSequence* const  sequence)
{
  LmuSequenceWriter* const self =
    (LmuSequenceWriter*)lmu_allocate(1U, sizeof(LmuSequenceWriter));
  self->path   = lmu_allocate_text("%s", path);
  self->info   = *sequence;
  self->output = LMU_NO_OUTPUT;

  LmuExit status = check(self, error);
  if (!status) {
    status = is_sound(self) ? open_sound(self, error) : open_file(self, error);
  }
  if (status) {
    lmu_sequence_writer_free(self);
  }
  *writer = status ? NULL : self;
  return status;
}

void
lmu_sequence_writer_free(LmuSequenceWriter* const writer)
{
  if (!writer) {
    return;
  }
  for (uint32_t i = 0U; writer->channels && i < writer->info.n_signals; ++i) {
    free(writer->channels[i]);
  }
  free(writer->channels);
  lmu_sound_writer_free(writer->sound);
  if (writer->file) {
    fclose(writer->file);
  }
  lmu_output_reset(&writer->output);
  free(writer->path);
  free(writer);
}

LmuExit
lmu_sequence_writer_set_note(LmuSequenceWriter* const writer,
                             LmuFailure* const        error,
                             const char* const        note)
{
  const bool is_text = writer->file && !is_npy(writer);
  return is_text && fprintf(writer->file, "# %s\n", note) < 0
           ? fail(writer, error)
           : LMU_EXIT_SUCCESS;
}

static LmuExit
write_sound(LmuSequenceWriter* const self,
            LmuFailure* const        error,
            const float* const       values,
            const size_t             n_frames)
{
  const uint32_t n      = self->info.n_signals;
  LmuExit        status = LMU_EXIT_SUCCESS;
  for (size_t done = 0U; !status && done < n_frames; done += CHUNK) {
    const size_t   left  = n_frames - done;
    const uint32_t count = left < CHUNK ? (uint32_t)left : CHUNK;
    for (uint32_t i = 0U; i < count; ++i) {
      for (uint32_t j = 0U; j < n; ++j) {
        self->channels[j][i] = values[((done + i) * n) + j];
      }
    }
    status =
      lmu_sound_writer_process(self->sound, error, self->channels, 0U, count);
  }
  return status;
}

static bool
write_values(const LmuSequenceWriter* const self,
             const float* const             values,
             const size_t                   n_frames)
{
  const uint32_t n     = self->info.n_signals;
  const size_t   count = n_frames * n;
  bool           good  = true;
  for (size_t i = 0U; good && i < count; ++i) {
    uint8_t bytes[4];
    lmu_npy_set_value(bytes, values[i]);
    good = is_npy(self) ? fwrite(bytes, sizeof(bytes), 1U, self->file) == 1U
                        : fprintf(self->file,
                                  "%.9g%c",
                                  (double)values[i],
                                  i % n == n - 1U ? '\n' : ',') > 0;
  }
  return good;
}

LmuExit
lmu_sequence_writer_process(LmuSequenceWriter* const writer,
                            LmuFailure* const        error,
                            const float* const       values,
                            const size_t             n_frames)
{
  writer->n_written += n_frames;
  if (writer->sound) {
    return write_sound(writer, error, values, n_frames);
  }
  return write_values(writer, values, n_frames) ? LMU_EXIT_SUCCESS
                                                : fail(writer, error);
}

/// Mend the header of an array, which may be shorter than it was to be
static bool
mend_header(const LmuSequenceWriter* const self)
{
  const size_t n_frames = self->n_written / self->info.n_rows;
  return n_frames == self->info.n_frames ||
         (!fseek(self->file, 0L, SEEK_SET) && put_header(self, n_frames));
}

LmuExit
lmu_sequence_writer_save(LmuSequenceWriter* const writer,
                         LmuFailure* const        error)
{
  if (writer->sound) {
    return lmu_sound_writer_save(writer->sound, error);
  }

  const bool  mended = !is_npy(writer) || mend_header(writer);
  FILE* const file   = writer->file;
  writer->file       = NULL;
  return fclose(file) || !mended ? fail(writer, error)
                                 : lmu_output_save(&writer->output, error);
}
