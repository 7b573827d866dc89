// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "data/sequence_reader.h"

#include "data/input.h"
#include "data/npy.h"
#include "data/sound_reader.h"
#include "tools/base/allocate.h"
#include "tools/base/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define CHUNK 4096U // Frames to read at once
#define HEAD 256U   // Bytes that tell text from other files

struct LmuSequenceReaderImpl {
  char*           path;
  LmuSequenceKind kind;
  LmuSequence     info;
  uint64_t        position; ///< Next frame
  size_t          n_there;  ///< Frames that were counted, or zero
  LmuSoundReader* sound;    ///< Of a sound
  float**         channels; ///< Of a sound, [n_signals][CHUNK]
  FILE*           file;     ///< Of others
  LmuNpyHeader    npy;
  double*         values; ///< Of a chunk, or of a line, [CHUNK][n_signals]
  long long       start;  ///< Where in the file the first value is
  char*           line;   ///< Of CSV
  size_t          line_size;
};

static LmuExit
open_file(LmuSequenceReader* const self,
          LmuFailure* const        error,
          const char* const        advice)
{
  self->file       = lmu_input_fopen(self->path);
  const int number = errno;
  return self->file ? LMU_EXIT_SUCCESS
                    : lmu_failure_set(error,
                                      LMU_EXIT_BAD_INPUT,
                                      "cannot read %s: %s; %s",
                                      lmu_input_name(self->path),
                                      strerror(number),
                                      lmu_input_advice(number, advice));
}

static LmuExit
changed(const LmuSequenceReader* const self, LmuFailure* const error)
{
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_INPUT,
                         "%s changed while it was read; try again",
                         lmu_input_name(self->path));
}

/* NPY */

static LmuExit
open_npy(LmuSequenceReader* const self, LmuFailure* const error)
{
  LmuExit status =
    open_file(self, error, "give a file that numpy.save() wrote");
  if (!status) {
    status = lmu_npy_read_header(&self->npy, error, self->path, self->file);
  }
  if (status) {
    return status;
  }

  const size_t* const shape = self->npy.shape;
  const uint32_t      rank  = self->npy.rank;
  const bool          empty = !self->npy.n_values || !rank;
  self->start               = (long long)ftello(self->file);
  self->info.rank           = rank;
  self->info.n_rows         = (rank == 3U) ? shape[0] : 1U;
  self->info.n_frames       = empty ? 0U : shape[rank == 3U ? 1U : 0U];
  self->info.n_signals      = (rank > 1U) ? (uint32_t)shape[rank - 1U] : 1U;
  return (rank > 1U && shape[rank - 1U] > UINT32_MAX)
           ? lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s has too many signals; split it",
                             self->path)
           : LMU_EXIT_SUCCESS;
}

static LmuExit
read_npy(LmuSequenceReader* const self,
         LmuFailure* const        error,
         float* const             values,
         const uint32_t           n_frames,
         uint32_t* const          n_read)
{
  const size_t n     = self->info.n_signals;
  const size_t count = n_frames * n;
  const size_t there =
    lmu_npy_read(&self->npy, self->file, self->values, count);
  for (size_t i = 0U; i < there; ++i) {
    values[i] = (float)self->values[i];
  }
  *n_read = (uint32_t)(there / n);
  return ferror(self->file) ? lmu_failure_set(error,
                                              LMU_EXIT_BAD_INPUT,
                                              "%s cannot be read to its end; "
                                              "save it again",
                                              self->path)
                            : LMU_EXIT_SUCCESS;
}

/* CSV */

/// Read the numbers of a line; return how many, or zero if one is none
static uint32_t
read_numbers(LmuSequenceReader* const self, const uint32_t n_wanted)
{
  uint32_t    count = 0U;
  char*       rest  = NULL;
  const char* word  = strtok_r(self->line, ",", &rest);
  for (; word; word = strtok_r(NULL, ",", &rest)) {
    char*        end   = NULL;
    const double value = strtod(word, &end);
    end += strspn(end, " \t\r\n");
    if (end == word || *end) {
      return 0U;
    }
    if (count < n_wanted) {
      self->values[count] = value;
    }
    ++count;
  }
  return count;
}

/// Read up to a line that has numbers, as it should; return false at the end
static bool
next_line(LmuSequenceReader* const self, uint64_t* const number)
{
  while (getline(&self->line, &self->line_size, self->file) >= 0) {
    const char* const line = self->line;
    ++*number;
    if (line[0] != '#' && line[strspn(line, " \t\r\n")]) {
      return true;
    }
  }
  return false;
}

static LmuExit
bad_line(const LmuSequenceReader* const self,
         LmuFailure* const              error,
         const uint64_t                 number,
         const uint32_t                 wanted)
{
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_INPUT,
                         "line %llu of %s is not %u number%s with commas "
                         "between; mend it, or begin it with #",
                         (unsigned long long)number,
                         self->path,
                         wanted ? wanted : 1U,
                         (wanted > 1U) ? "s" : "");
}

static LmuExit
open_csv(LmuSequenceReader* const self, LmuFailure* const error)
{
  const LmuExit status =
    open_file(self, error, "give a file with a line of numbers a frame");
  if (status) {
    return status;
  }

  uint32_t n_signals = 0U;
  uint64_t number    = 0U;
  while (next_line(self, &number)) {
    const uint32_t count = read_numbers(self, 0U);
    n_signals            = n_signals ? n_signals : count;
    if (!count || count != n_signals) {
      return bad_line(self, error, number, n_signals);
    }
    ++self->info.n_frames;
  }
  self->info.rank      = 2U;
  self->info.n_rows    = 1U;
  self->info.n_signals = n_signals ? n_signals : 1U;
  rewind(self->file);
  return LMU_EXIT_SUCCESS;
}

static LmuExit
read_csv(LmuSequenceReader* const self,
         LmuFailure* const        error,
         float* const             values,
         const uint32_t           n_frames,
         uint32_t* const          n_read)
{
  const uint32_t n      = self->info.n_signals;
  uint64_t       number = 0U;
  *n_read               = 0U;
  while (*n_read < n_frames && next_line(self, &number)) {
    if (read_numbers(self, n) != n) {
      return changed(self, error);
    }
    for (uint32_t i = 0U; i < n; ++i) {
      values[((size_t)*n_read * n) + i] = (float)self->values[i];
    }
    ++*n_read;
  }
  return LMU_EXIT_SUCCESS;
}

/* Sounds */

static LmuExit
open_sound(LmuSequenceReader* const self, LmuFailure* const error)
{
  const LmuExit status = lmu_sound_reader_new(&self->sound, error, self->path);
  if (status) {
    return status;
  }

  const LmuSoundInfo* const info = lmu_sound_reader_info(self->sound);
  self->info                     = (LmuSequence){2U,
                                                 1U,
                                                 (size_t)info->n_frames,
                                                 info->n_channels,
                                                 info->rate,
                                                 LMU_SEQUENCE_SOUND};
  self->channels = (float**)lmu_allocate(info->n_channels, sizeof(float*));
  for (uint32_t i = 0U; i < info->n_channels; ++i) {
    self->channels[i] = (float*)lmu_allocate(CHUNK, sizeof(float));
  }
  return LMU_EXIT_SUCCESS;
}

static LmuExit
read_sound(LmuSequenceReader* const self,
           LmuFailure* const        error,
           float* const             values,
           const uint32_t           n_frames,
           uint32_t* const          n_read)
{
  const uint32_t n = self->info.n_signals;
  const LmuExit  status =
    lmu_sound_reader_read(self->sound, error, self->channels, n_frames, n_read);
  for (uint32_t i = 0U; !status && i < *n_read; ++i) {
    for (uint32_t j = 0U; j < n; ++j) {
      values[((size_t)i * n) + j] = self->channels[j][i];
    }
  }
  return status;
}

/* All */

static LmuExit
open_any(LmuSequenceReader* const self, LmuFailure* const error)
{
  LmuExit (*const ways[])(LmuSequenceReader*, LmuFailure*) = {
    [LMU_SEQUENCE_NPY]   = open_npy,
    [LMU_SEQUENCE_CSV]   = open_csv,
    [LMU_SEQUENCE_SOUND] = open_sound,
  };

  LmuExit status  = ways[self->kind](self, error);
  self->info.kind = self->kind;
  if (!status && !self->info.n_frames) {
    status = lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s is empty; give a file with frames in it",
                             lmu_input_name(self->path));
  }
  if (!status) {
    self->values =
      (double*)lmu_allocate(CHUNK, self->info.n_signals * sizeof(double));
  }
  return status;
}

/// Return what a file without an ending is
static LmuSequenceKind
look(const char* const path)
{
  uint8_t       bytes[HEAD] = {0U};
  const int     fd      = *lmu_text_ending(path) ? -1 : lmu_input_open(path);
  const ssize_t n_bytes = fd < 0 ? 0 : read(fd, bytes, sizeof(bytes));
  if (fd >= 0) {
    close(fd);
  }
  return lmu_sequence_look(bytes, n_bytes > 0 ? (size_t)n_bytes : 0U);
}

LmuExit
lmu_sequence_reader_new(LmuSequenceReader** const reader,
                        LmuFailure* const         error,
                        const char* const         path)
{
  LmuSequenceReader* const self =
    (LmuSequenceReader*)lmu_allocate(1U, sizeof(LmuSequenceReader));
  self->path           = lmu_allocate_text("%s", path);
  self->kind           = lmu_sequence_kind(path, look(path));
  const LmuExit status = open_any(self, error);
  if (status) {
    lmu_sequence_reader_free(self);
  }
  *reader = status ? NULL : self;
  return status;
}

static void
close_all(LmuSequenceReader* const self)
{
  for (uint32_t i = 0U; self->channels && i < self->info.n_signals; ++i) {
    free(self->channels[i]);
  }
  free(self->channels);
  lmu_sound_reader_free(self->sound);
  if (self->file) {
    fclose(self->file);
  }
  free(self->values);
  self->channels = NULL;
  self->sound    = NULL;
  self->file     = NULL;
  self->values   = NULL;
}

void
lmu_sequence_reader_free(LmuSequenceReader* const reader)
{
  if (reader) {
    close_all(reader);
    free(reader->line);
    free(reader->path);
    free(reader);
  }
}

const LmuSequence*
lmu_sequence_reader_info(const LmuSequenceReader* const reader)
{
  return &reader->info;
}

LmuExit
lmu_sequence_reader_read(LmuSequenceReader* const reader,
                         LmuFailure* const        error,
                         float* const             values,
                         const size_t             n_frames,
                         size_t* const            n_read)
{
  LmuExit (*const read)(
    LmuSequenceReader*, LmuFailure*, float*, uint32_t, uint32_t*) =
    reader->sound                      ? read_sound
    : reader->kind == LMU_SEQUENCE_NPY ? read_npy
                                       : read_csv;

  uint32_t count  = 1U;
  LmuExit  status = LMU_EXIT_SUCCESS;
  *n_read         = 0U;
  while (!status && count && *n_read < n_frames) {
    const size_t   left = n_frames - *n_read;
    const uint32_t want = left < CHUNK ? (uint32_t)left : CHUNK;
    count               = 0U;

    status = read(
      reader, error, values + (*n_read * reader->info.n_signals), want, &count);
    *n_read += count;
    reader->position += count;
  }
  return status;
}

/// Go to a frame without reading those before it; return false if that fails
static bool
jump(LmuSequenceReader* const self, const uint64_t frame)
{
  if (self->sound) {
    return lmu_sound_reader_seeks(self->sound) &&
           lmu_sound_reader_seek(self->sound, frame);
  }
  const uint64_t size = (uint64_t)self->npy.n_bytes * self->info.n_signals;
  return self->npy.n_bytes &&
         !fseeko(self->file,
                 (off_t)(self->start + (long long)(frame * size)),
                 SEEK_SET);
}

/// Go back to the first frame
static LmuExit
restart(LmuSequenceReader* const self, LmuFailure* const error)
{
  self->position = 0U;
  if (self->file) {
    rewind(self->file); // Only CSV comes here
    return LMU_EXIT_SUCCESS;
  }

  const uint32_t n_signals = self->info.n_signals;
  close_all(self);
  const LmuExit status = open_any(self, error);
  if (self->n_there) {
    self->info.n_frames = self->n_there;
  }
  return !status && self->info.n_signals != n_signals ? changed(self, error)
                                                      : status;
}

/// Read up to a frame, or to the end
static LmuExit
skip(LmuSequenceReader* const self,
     LmuFailure* const        error,
     const uint64_t           frame)
{
  LmuExit      status = LMU_EXIT_SUCCESS;
  const size_t size   = self->info.n_signals * sizeof(float);
  float* const waste  = (float*)lmu_allocate(CHUNK, size);
  size_t       count  = 1U;
  while (!status && count && self->position < frame) {
    const uint64_t left = frame - self->position;
    status              = lmu_sequence_reader_read(
      self, error, waste, left < CHUNK ? (size_t)left : CHUNK, &count);
  }
  free(waste);
  return status;
}

/// Read up to a frame, from the start if need be
static LmuExit
pass(LmuSequenceReader* const self,
     LmuFailure* const        error,
     const uint64_t           frame)
{
  const bool    is_lost = self->sound && lmu_sound_reader_seeks(self->sound);
  const LmuExit status  = (frame < self->position || is_lost)
                            ? restart(self, error)
                            : LMU_EXIT_SUCCESS;
  return status ? status : skip(self, error, frame);
}

LmuExit
lmu_sequence_reader_seek(LmuSequenceReader* const reader,
                         LmuFailure* const        error,
                         const uint64_t           frame)
{
  if (frame == reader->position) {
    return LMU_EXIT_SUCCESS;
  }
  if (!jump(reader, frame)) {
    return pass(reader, error, frame);
  }
  reader->position = frame;
  return LMU_EXIT_SUCCESS;
}

LmuExit
lmu_sequence_reader_measure(LmuSequenceReader* const reader,
                            LmuFailure* const        error)
{
  if (!reader->sound) {
    return LMU_EXIT_SUCCESS;
  }

  uint64_t      n_frames = 0U;
  const LmuExit status =
    lmu_sound_reader_measure(reader->sound, error, &n_frames);
  reader->n_there = (size_t)n_frames;
  return status ? status : restart(reader, error);
}
