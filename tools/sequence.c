// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/sequence.h"

#include "tools/allocate.h"
#include "tools/npy.h"
#include "tools/output.h"
#include "tools/sound_reader.h"
#include "tools/sound_writer.h"
#include "tools/text.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 4096U // Frames of sound at once

bool
lmu_path_ends(const char* const path, const char* const ending)
{
  const size_t length = strlen(path);
  const size_t part   = strlen(ending);
  return length > part && lmu_text_equal(path + length - part, ending);
}

static size_t
count_values(const LmuSequence* const sequence)
{
  return sequence->n_rows * sequence->n_frames * sequence->n_signals;
}

static LmuExit
check_finite(const LmuSequence* const sequence,
             LmuFailure* const        error,
             const char* const        path)
{
  const size_t count = count_values(sequence);
  for (size_t i = 0U; i < count; ++i) {
    if (!isfinite(sequence->values[i])) {
      return lmu_failure_set(
        error,
        LMU_EXIT_BAD_INPUT,
        "%s: value %zu of frame %zu is not a finite float32; replace it",
        path,
        (i % sequence->n_signals) + 1U,
        (i / sequence->n_signals) + 1U);
    }
  }
  return count ? LMU_EXIT_SUCCESS
               : lmu_failure_set(error,
                                 LMU_EXIT_BAD_INPUT,
                                 "%s is empty; give a file with frames in it",
                                 path);
}

/* NPY */

/// Set the sizes of a sequence from the shape of an array
static void
set_sizes(LmuSequence* const sequence, const LmuNpy* const npy)
{
  const size_t* const shape = npy->shape;
  const uint32_t      rank  = npy->rank;

  sequence->rank      = rank;
  sequence->n_rows    = (rank == 3U) ? shape[0] : 1U;
  sequence->n_frames  = rank ? shape[rank == 3U ? 1U : 0U] : 0U;
  sequence->n_signals = (rank > 1U) ? (uint32_t)shape[rank - 1U] : 1U;
}

static LmuExit
load_npy(LmuSequence* const sequence,
         LmuFailure* const  error,
         const char* const  path)
{
  LmuNpy        npy    = {0U, {0U}, 0U, NULL};
  const LmuExit status = lmu_npy_load(&npy, error, path);
  if (status) {
    return status;
  }

  set_sizes(sequence, &npy);
  sequence->values = (float*)lmu_allocate(npy.n_values, sizeof(float));
  for (size_t i = 0U; i < npy.n_values; ++i) {
    sequence->values[i] = (float)npy.values[i];
  }
  lmu_npy_reset(&npy);
  return LMU_EXIT_SUCCESS;
}

static void
write_npy(const LmuSequence* const sequence, FILE* const file)
{
  const size_t shape[] = {
    sequence->n_rows, sequence->n_frames, sequence->n_signals};
  lmu_npy_write_header(
    file, sequence->rank, (sequence->rank == 3U) ? shape : shape + 1);
  (void)fwrite(sequence->values, sizeof(float), count_values(sequence), file);
}

/* CSV */

/// What a CSV file has so far
typedef struct {
  LmuSequence* sequence;
  size_t       capacity; ///< Room for values
  uint32_t     line;     ///< Number of the line, from 1
} Table;

static void
append(Table* const table, const double value)
{
  LmuSequence* const sequence = table->sequence;
  const size_t       count    = count_values(sequence);
  if (count == table->capacity) {
    table->capacity = (2U * table->capacity) + 64U;
    sequence->values =
      (float*)lmu_reallocate(sequence->values, table->capacity, sizeof(float));
  }
  sequence->values[count] = (float)value;
  ++sequence->n_frames; // Values for now
}

/// Read the numbers of a line; return how many, or zero if one is none
static uint32_t
read_line(Table* const table, char* const line)
{
  uint32_t    count = 0U;
  char*       place = NULL;
  const char* word  = strtok_r(line, ",", &place);
  for (; word; word = strtok_r(NULL, ",", &place)) {
    char*        end   = NULL;
    const double value = strtod(word, &end);
    end += strspn(end, " \t\r\n");
    if (end == word || *end) {
      return 0U;
    }
    append(table, value);
    ++count;
  }
  return count;
}

static bool
is_skipped(const char* const line)
{
  return line[0] == '#' || !line[strspn(line, " \t\r\n")];
}

static LmuExit
bad_line(const Table* const table,
         LmuFailure* const  error,
         const char* const  path,
         const uint32_t     wanted)
{
  return lmu_failure_set(error,
                         LMU_EXIT_BAD_INPUT,
                         "line %u of %s is not %u number%s with commas "
                         "between; mend it, or begin it with #",
                         table->line,
                         path,
                         wanted ? wanted : 1U,
                         (wanted > 1U) ? "s" : "");
}

static LmuExit
read_lines(Table* const      table,
           LmuFailure* const error,
           const char* const path,
           FILE* const       file)
{
  char*    line     = NULL;
  size_t   size     = 0U;
  uint32_t n_values = 0U;
  LmuExit  status   = LMU_EXIT_SUCCESS;
  while (!status && getline(&line, &size, file) >= 0) {
    ++table->line;
    if (!is_skipped(line)) {
      const uint32_t count = read_line(table, line);

      n_values = n_values ? n_values : count;
      status   = (count && count == n_values)
                   ? LMU_EXIT_SUCCESS
                   : bad_line(table, error, path, n_values);
    }
  }
  free(line);

  LmuSequence* const sequence = table->sequence;
  sequence->n_signals         = n_values ? n_values : 1U;
  sequence->n_frames /= sequence->n_signals;
  return status;
}

static LmuExit
load_csv(LmuSequence* const sequence,
         LmuFailure* const  error,
         const char* const  path)
{
  FILE* const file = fopen(path, "r");
  if (!file) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "cannot read %s: %s; give a file with a line of "
                           "numbers a frame",
                           path,
                           strerror(errno));
  }

  sequence->rank       = 2U;
  sequence->n_rows     = 1U;
  sequence->n_signals  = 1U;
  Table         table  = {sequence, 0U, 0U};
  const LmuExit status = read_lines(&table, error, path, file);
  fclose(file);
  return status;
}

static void
write_csv(const LmuSequence* const sequence, FILE* const file)
{
  const size_t count = count_values(sequence);
  for (size_t i = 0U; i < count; ++i) {
    const bool last = i % sequence->n_signals == sequence->n_signals - 1U;
    fprintf(file, "%.9g%c", (double)sequence->values[i], last ? '\n' : ',');
  }
}

/* Sounds */

/// Copy channels into frames, or back
static void
interleave(const LmuSequence* const sequence,
           float* const* const      channels,
           const size_t             first,
           const uint32_t           n_frames)
{
  for (uint32_t i = 0U; i < n_frames; ++i) {
    for (uint32_t j = 0U; j < sequence->n_signals; ++j) {
      sequence->values[((first + i) * sequence->n_signals) + j] =
        channels[j][i];
    }
  }
}

static void
deinterleave(const LmuSequence* const sequence,
             float* const* const      channels,
             const size_t             first,
             const uint32_t           n_frames)
{
  for (uint32_t i = 0U; i < n_frames; ++i) {
    for (uint32_t j = 0U; j < sequence->n_signals; ++j) {
      channels[j][i] =
        sequence->values[((first + i) * sequence->n_signals) + j];
    }
  }
}

static float**
new_channels(const uint32_t n_channels)
{
  float** const channels = (float**)lmu_allocate(n_channels, sizeof(float*));
  for (uint32_t i = 0U; i < n_channels; ++i) {
    channels[i] = (float*)lmu_allocate(CHUNK, sizeof(float));
  }
  return channels;
}

static void
free_channels(float** const channels, const uint32_t n_channels)
{
  for (uint32_t i = 0U; i < n_channels; ++i) {
    free(channels[i]);
  }
  free(channels);
}

static LmuExit
read_sound(LmuSequence* const    sequence,
           LmuFailure* const     error,
           LmuSoundReader* const reader)
{
  float** const channels = new_channels(sequence->n_signals);
  const size_t  n_frames = sequence->n_frames;
  uint32_t      n_read   = CHUNK;
  LmuExit       status   = LMU_EXIT_SUCCESS;

  sequence->n_frames = 0U;
  while (!status && n_read && sequence->n_frames < n_frames) {
    const size_t   left = n_frames - sequence->n_frames;
    const uint32_t want = (left < CHUNK) ? (uint32_t)left : CHUNK;
    status = lmu_sound_reader_read(reader, error, channels, want, &n_read);
    if (!status) {
      interleave(sequence, channels, sequence->n_frames, n_read);
      sequence->n_frames += n_read;
    }
  }
  free_channels(channels, sequence->n_signals);
  return status;
}

static LmuExit
load_sound(LmuSequence* const sequence,
           LmuFailure* const  error,
           const char* const  path)
{
  LmuSoundReader* reader = NULL;
  LmuExit         status = lmu_sound_reader_new(&reader, error, path);
  if (status) {
    return status;
  }

  const LmuSoundInfo* const info = lmu_sound_reader_info(reader);
  sequence->rank                 = 2U;
  sequence->n_rows               = 1U;
  sequence->n_frames             = (size_t)info->n_frames;
  sequence->n_signals            = info->n_channels;
  sequence->rate                 = info->rate;
  sequence->values =
    (float*)lmu_allocate(count_values(sequence), sizeof(float));

  status = read_sound(sequence, error, reader);
  lmu_sound_reader_free(reader);
  return status;
}

static LmuExit
save_sound(const LmuSequence* const sequence,
           LmuFailure* const        error,
           const char* const        path)
{
  const LmuSoundInfo info = {
    sequence->rate, sequence->n_signals, (uint64_t)sequence->n_frames};
  LmuSoundWriter* writer = NULL;
  LmuExit         status = lmu_sound_writer_new(&writer, error, path, &info);
  if (status) {
    return status;
  }

  float** const channels = new_channels(sequence->n_signals);
  size_t        done     = 0U;
  while (!status && done < sequence->n_frames) {
    const size_t   left  = sequence->n_frames - done;
    const uint32_t count = (left < CHUNK) ? (uint32_t)left : CHUNK;
    deinterleave(sequence, channels, done, count);
    status = lmu_sound_writer_process(writer, error, channels, 0U, count);
    done += count;
  }
  free_channels(channels, sequence->n_signals);

  status = status ? status : lmu_sound_writer_save(writer, error);
  lmu_sound_writer_free(writer);
  return status;
}

/* All */

LmuExit
lmu_sequence_load(LmuSequence* const sequence,
                  LmuFailure* const  error,
                  const char* const  path)
{
  memset(sequence, 0, sizeof(*sequence));

  LmuExit status = lmu_path_ends(path, ".npy") ? load_npy(sequence, error, path)
                   : lmu_path_ends(path, ".csv")
                     ? load_csv(sequence, error, path)
                     : load_sound(sequence, error, path);
  if (!status) {
    status = check_finite(sequence, error, path);
  }
  if (status) {
    lmu_sequence_reset(sequence);
  }
  return status;
}

LmuExit
lmu_sequence_check(const LmuSequence* const sequence,
                   LmuFailure* const        error,
                   const char* const        path)
{
  const bool wav = lmu_path_ends(path, ".wav");
  if (lmu_path_ends(path, ".npy")) {
    return LMU_EXIT_SUCCESS;
  }
  if (!wav && !lmu_path_ends(path, ".csv")) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "cannot write %s; choose a name that ends in .npy, "
                           ".csv or .wav",
                           path);
  }
  if (sequence->rank == 3U) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "%s cannot hold rows of sequences; write a .npy "
                           "file",
                           path);
  }
  return (wav && sequence->rate <= 0.0)
           ? lmu_failure_set(error,
                             LMU_EXIT_USAGE,
                             "%s needs a sample rate, and the input has none; "
                             "write a .npy or .csv file",
                             path)
           : LMU_EXIT_SUCCESS;
}

LmuExit
lmu_sequence_save(const LmuSequence* const sequence,
                  LmuFailure* const        error,
                  const char* const        path)
{
  if (lmu_path_ends(path, ".wav")) {
    return save_sound(sequence, error, path);
  }

  LmuOutput output = LMU_NO_OUTPUT;
  LmuExit   status = lmu_output_init(&output, error, path, false);
  if (status) {
    return status;
  }

  FILE* const file = fdopen(dup(output.fd), "wb");
  if (file && lmu_path_ends(path, ".npy")) {
    write_npy(sequence, file);
  } else if (file) {
    write_csv(sequence, file);
  }
  const bool failed = !file || ferror(file);
  if ((file && fclose(file)) || failed) {
    status = lmu_failure_set(error,
                             LMU_EXIT_BAD_OUTPUT,
                             "cannot write %s: %s; choose another place",
                             path,
                             strerror(errno));
  }
  status = status ? status : lmu_output_save(&output, error);
  lmu_output_reset(&output);
  return status;
}

void
lmu_sequence_reset(LmuSequence* const sequence)
{
  free(sequence->values);
  memset(sequence, 0, sizeof(*sequence));
}
