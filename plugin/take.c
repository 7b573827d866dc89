// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// For strerror_r(), which C does not have
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
#define _POSIX_C_SOURCE 200809L

#include "plugin/take.h"

#include "plugin/capture_folder.h"
#include "plugin/path_cell.h"
#include "plugin/wav.h"
#include "train/stop.h"

#include <sys/stat.h>

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Magnitude from which on a converter was at its end, and frames in a row that
/// say so
#define FULL_SCALE 0.999f
#define MIN_RUN 3U

/// Room of the first recordings [frames]
#define FIRST_ROOM ((size_t)1U << 20U)

/// Names of the files
static const char* const names[N_TAKE_SIDES] = {CAPTURE_DRY, CAPTURE_WET};

void
take_init(Take* const take)
{
  memset(take, 0, sizeof(*take));
  for (uint32_t i = 0U; i < N_TAKE_SIDES; ++i) {
    take->files[i] = -1;
  }
}

static void
close_files(Take* const take)
{
  for (uint32_t i = 0U; i < N_TAKE_SIDES; ++i) {
    if (take->files[i] >= 0) {
      (void)close(take->files[i]);
    }
    take->files[i] = -1;
  }
}

void
take_clear(Take* const take)
{
  for (uint32_t i = 0U; i < N_TAKE_SIDES; ++i) {
    free(take->sides[i]);
  }
  close_files(take);
  take_init(take);
}

void
take_begin(Take* const take, const uint32_t rate)
{
  take_clear(take);
  take->rate = rate;
}

bool
take_create(Take* const take, const char* const name)
{
  bool works = capture_folder_new(take->folder, name);
  for (uint32_t i = 0U; works && i < N_TAKE_SIDES; ++i) {
    char path[PATH_BYTES];
    works = capture_folder_file(path, take->folder, names[i]);
    if (works) {
      take->files[i] = wav_create(path, take->rate);
      works          = take->files[i] >= 0;
    }
  }
  return works;
}

/// Make room for some more frames
static bool
make_room(Take* const take, const size_t n_frames)
{
  size_t n_room = take->n_room ? take->n_room : FIRST_ROOM;
  while (n_room < take->n_frames + n_frames) {
    n_room *= 2U;
  }
  if (n_room == take->n_room) {
    return true;
  }
  for (uint32_t i = 0U; i < N_TAKE_SIDES; ++i) {
    float* const side = (float*)realloc(take->sides[i], n_room * sizeof(float));
    if (!side) {
      return false;
    }
    take->sides[i] = side;
  }
  take->n_room = n_room;
  return true;
}

/// Look at the levels of new frames
static void
measure(Take* const        take,
        const TakeSide     side,
        const float* const x,
        const size_t       n_frames)
{
  for (size_t i = 0U; i < n_frames; ++i) {
    const float level = fabsf(x[i]);
    take->peaks[side] = fmaxf(take->peaks[side], level);
    take->runs[side]  = (level >= FULL_SCALE) ? take->runs[side] + 1U : 0U;
    take->is_clipped  = take->is_clipped || take->runs[side] == MIN_RUN;
  }
}

bool
take_add(Take* const        take,
         const float* const dry,
         const float* const wet,
         const uint32_t     n_frames)
{
  const float* const sides[] = {dry, wet};
  if (!make_room(take, n_frames)) {
    return false;
  }
  for (uint32_t i = 0U; i < N_TAKE_SIDES; ++i) {
    memcpy(take->sides[i] + take->n_frames, sides[i], n_frames * sizeof(float));
    measure(take, (TakeSide)i, sides[i], n_frames);
  }
  take->n_frames += n_frames;
  return true;
}

void
take_find(Take* const take)
{
  struct stat file = {.st_nlink = 1};
  for (uint32_t i = 0U; i < N_TAKE_SIDES; ++i) {
    if (take->files[i] >= 0 && !fstat(take->files[i], &file) &&
        !file.st_nlink) {
      close_files(take);
      take->folder[0] = '\0';
      take->n_written = 0U;
    }
  }
}

bool
take_write(Take* const take)
{
  const size_t count = take->n_frames - take->n_written;
  for (uint32_t i = 0U; i < N_TAKE_SIDES && count; ++i) {
    if (!wav_append(take->files[i],
                    take->n_written,
                    take->sides[i] + take->n_written,
                    count)) {
      return false;
    }
  }
  take->n_written = take->n_frames;
  return true;
}

void
take_reason(char* const text, const size_t size)
{
  const int number = errno;
  if (strerror_r(number, text, size)) {
    (void)snprintf(text, size, "error %d", number);
  }
}

/* Reading */

/// Open the files of a take, and return the frames that both have
static size_t
open_files(Take* const take, const char* const folder)
{
  uint32_t rates[N_TAKE_SIDES]   = {0U, 0U};
  size_t   lengths[N_TAKE_SIDES] = {0U, 0U};
  for (uint32_t i = 0U; i < N_TAKE_SIDES; ++i) {
    char path[PATH_BYTES];
    if (!capture_folder_file(path, folder, names[i])) {
      return 0U;
    }
    take->files[i] = wav_open(path);
    if (take->files[i] < 0) {
      return 0U;
    }
    lengths[i] = wav_length(take->files[i], &rates[i]);
  }
  take->rate = rates[TAKE_DRY];
  if (!take->rate || rates[TAKE_WET] != take->rate) {
    return 0U;
  }
  return lengths[TAKE_DRY] < lengths[TAKE_WET] ? lengths[TAKE_DRY]
                                               : lengths[TAKE_WET];
}

/// Read some frames of both files behind those that were read
static bool
load_part(Take* const take, const size_t count)
{
  const size_t place = take->n_frames;
  for (uint32_t i = 0U; i < N_TAKE_SIDES; ++i) {
    if (!wav_read(take->files[i], place, take->sides[i] + place, count)) {
      return false;
    }
    measure(take, (TakeSide)i, take->sides[i] + place, count);
  }
  take->n_frames += count;
  take->n_written = take->n_frames;
  return true;
}

bool
take_load(Take* const take, const char* const folder, const LmuStop* const stop)
{
  take_clear(take);
  const size_t n_frames = open_files(take, folder);
  bool         works    = n_frames && make_room(take, n_frames);
  while (works && take->n_frames < n_frames) {
    const size_t left = n_frames - take->n_frames;
    works =
      !lmu_stop_asked(stop) &&
      load_part(take, (left < LMU_STOP_SAMPLES) ? left : LMU_STOP_SAMPLES);
  }
  if (!works) {
    take_clear(take);
    return false;
  }
  (void)strncpy(take->folder, folder, PATH_BYTES - 1U);
  return true;
}

size_t
take_measure(const char* const folder, uint32_t* const rate)
{
  Take take;
  take_init(&take);
  const size_t n_frames = open_files(&take, folder);
  *rate                 = take.rate;
  take_clear(&take);
  return n_frames;
}
