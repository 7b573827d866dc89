// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// For pwrite() and others, which C does not have
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
#define _POSIX_C_SOURCE 200809L

#include "plugin/wav.h"

#include "core/base/setup/little_endian.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Size of all before the samples, and of a sample [bytes]
#define HEADER 58U
#define SAMPLE 4U

/// Where numbers are in the header
#define RIFF_SIZE 4U
#define RATE 24U
#define BYTE_RATE 28U
#define N_FRAMES 46U
#define DATA_SIZE 54U

/// Samples that are converted at once
#define PART 1024U

/// A header of no samples, format 3 is floating point
static const uint8_t empty_header[HEADER] =
  "RIFF\0\0\0\0WAVE"
  "fmt \x12\0\0\0\3\0\1\0\0\0\0\0\0\0\0\0\4\0\x20\0\0\0"
  "fact\4\0\0\0\0\0\0\0"
  "data\0\0\0";

/* Numbers */

static void
put_word(uint8_t* const bytes, const uint32_t word)
{
  lmu_little_endian_write(bytes, 4U, word);
}

static uint32_t
get_word(const uint8_t* const bytes)
{
  return (uint32_t)lmu_little_endian_read(bytes, 4U);
}

static void
put_sample(uint8_t* const bytes, const float sample)
{
  uint32_t word = 0U;
  memcpy(&word, &sample, sizeof(word));
  put_word(bytes, word);
}

static float
get_sample(const uint8_t* const bytes)
{
  const uint32_t word   = get_word(bytes);
  float          sample = 0.0f;
  memcpy(&sample, &word, sizeof(sample));
  return sample;
}

/* Files */

/// Write bytes at a place, whatever signals arrive
static bool
write_at(const int            file,
         const uint8_t* const bytes,
         const size_t         n_bytes,
         const size_t         place)
{
  size_t done = 0U;
  while (done < n_bytes) {
    const ssize_t n =
      pwrite(file, bytes + done, n_bytes - done, (off_t)(place + done));
    if (n < 0 && errno != EINTR) {
      return false;
    }
    done += n > 0 ? (size_t)n : 0U;
  }
  return true;
}

/// Read bytes from a place, whatever signals arrive
static bool
read_at(const int      file,
        uint8_t* const bytes,
        const size_t   n_bytes,
        const size_t   place)
{
  size_t done = 0U;
  while (done < n_bytes) {
    const ssize_t n =
      pread(file, bytes + done, n_bytes - done, (off_t)(place + done));
    if (n == 0 || (n < 0 && errno != EINTR)) {
      return false;
    }
    done += n > 0 ? (size_t)n : 0U;
  }
  return true;
}

/// Say in the header how many frames there are
static bool
write_lengths(const int file, const size_t n_frames)
{
  const uint32_t size = (uint32_t)(n_frames * SAMPLE);
  uint8_t        words[3][4];
  put_word(words[0], HEADER - 8U + size);
  put_word(words[1], (uint32_t)n_frames);
  put_word(words[2], size);
  return write_at(file, words[0], 4U, RIFF_SIZE) &&
         write_at(file, words[1], 4U, N_FRAMES) &&
         write_at(file, words[2], 4U, DATA_SIZE);
}

int
wav_create(const char* const path, const uint32_t rate)
{
  const int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  uint8_t   header[HEADER];
  if (file < 0) {
    return -1;
  }
  memcpy(header, empty_header, HEADER);
  put_word(header + RIFF_SIZE, HEADER - 8U);
  put_word(header + RATE, rate);
  put_word(header + BYTE_RATE, SAMPLE * rate);
  if (!write_at(file, header, HEADER, 0U)) {
    const int reason = errno;
    (void)close(file);
    (void)unlink(path);
    errno = reason;
    return -1;
  }
  return file;
}

bool
wav_append(const int          file,
           const size_t       n_before,
           const float* const samples,
           const size_t       n_frames)
{
  uint8_t bytes[PART * SAMPLE];
  for (size_t first = 0U; first < n_frames; first += PART) {
    const size_t left  = n_frames - first;
    const size_t count = (left < PART) ? left : PART;
    for (size_t i = 0U; i < count; ++i) {
      put_sample(bytes + (SAMPLE * i), samples[first + i]);
    }
    if (!write_at(file,
                  bytes,
                  SAMPLE * count,
                  HEADER + (SAMPLE * (n_before + first)))) {
      return false;
    }
  }
  return write_lengths(file, n_before + n_frames);
}

int
wav_open(const char* const path)
{
  return open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

size_t
wav_length(const int file, uint32_t* const rate)
{
  struct stat info;
  uint8_t     header[HEADER] = {0U};
  *rate                      = 0U;
  if (fstat(file, &info) || !S_ISREG(info.st_mode) ||
      !read_at(file, header, HEADER, 0U) ||
      memcmp(header, empty_header, RIFF_SIZE) != 0 ||
      memcmp(header + 8U, empty_header + 8U, RATE - 8U) != 0) {
    return 0U;
  }
  const size_t n_there = ((size_t)info.st_size - HEADER) / SAMPLE;
  const size_t n_said  = get_word(header + DATA_SIZE) / SAMPLE;
  const size_t n       = (n_said < n_there) ? n_said : n_there;
  *rate                = get_word(header + RATE);
  return (n < WAV_MAX_FRAMES) ? n : WAV_MAX_FRAMES;
}

bool
wav_read(const int    file,
         const size_t place,
         float* const samples,
         const size_t n_frames)
{
  uint8_t bytes[PART * SAMPLE] = {0U};
  for (size_t first = 0U; first < n_frames; first += PART) {
    const size_t left  = n_frames - first;
    const size_t count = (left < PART) ? left : PART;
    if (!read_at(
          file, bytes, SAMPLE * count, HEADER + (SAMPLE * (place + first)))) {
      return false;
    }
    for (size_t i = 0U; i < count; ++i) {
      samples[first + i] = get_sample(bytes + (SAMPLE * i));
    }
  }
  return true;
}
