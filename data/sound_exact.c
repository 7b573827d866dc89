// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "data/sound_exact.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define CHUNK 1024U       // Samples to convert at once
#define FULL 2147483648.0 // Of 32 bits

/// Return the bits of whole numbers, or zero if samples are others
static uint32_t
bits_of(const SF_INFO* const info)
{
  switch (info->format & SF_FORMAT_SUBMASK) {
  case SF_FORMAT_PCM_S8:
  case SF_FORMAT_PCM_U8:
    return 8U;
  case SF_FORMAT_PCM_16:
  case SF_FORMAT_ALAC_16:
  case SF_FORMAT_ULAW:
  case SF_FORMAT_ALAW:
    return 16U;
  case SF_FORMAT_ALAC_20:
    return 20U;
  case SF_FORMAT_PCM_24:
  case SF_FORMAT_ALAC_24:
    return 24U;
  case SF_FORMAT_PCM_32:
  case SF_FORMAT_ALAC_32:
    return 32U;
  default:
    return 0U;
  }
}

/* Whole numbers go as such: libsndfile scales them by others than it reads */

static sf_count_t
read_whole(SNDFILE* const file, double* const samples, const sf_count_t count)
{
  int              whole[CHUNK];
  const sf_count_t n_read = sf_read_int(file, whole, count);
  for (sf_count_t i = 0; i < n_read; ++i) {
    samples[i] = (double)whole[i] / FULL;
  }
  return n_read;
}

static sf_count_t
write_whole(SNDFILE* const      file,
            const double* const samples,
            const sf_count_t    count,
            const uint32_t      n_bits)
{
  int          whole[CHUNK];
  const double full = ldexp(1.0, (int)n_bits - 1);
  for (sf_count_t i = 0; i < count; ++i) {
    const double sample =
      fmin(fmax(rint(samples[i] * full), -full), full - 1.0);
    whole[i] = (int)(sample * (FULL / full));
  }
  return sf_write_int(file, whole, count);
}

static sf_count_t
read_single(SNDFILE* const file, double* const samples, const sf_count_t count)
{
  float            single[CHUNK];
  const sf_count_t n_read = sf_read_float(file, single, count);
  for (sf_count_t i = 0; i < n_read; ++i) {
    samples[i] = (double)single[i];
  }
  return n_read;
}

static sf_count_t
write_single(SNDFILE* const      file,
             const double* const samples,
             const sf_count_t    count)
{
  float single[CHUNK];
  for (sf_count_t i = 0; i < count; ++i) {
    single[i] = (float)samples[i];
  }
  return sf_write_float(file, single, count);
}

static bool
is_double(const SF_INFO* const info)
{
  return (info->format & SF_FORMAT_SUBMASK) == SF_FORMAT_DOUBLE;
}

/// Return how many samples of whole frames fit into a chunk
static sf_count_t
chunk_of(const SF_INFO* const info, const sf_count_t left)
{
  const sf_count_t n    = info->channels;
  const sf_count_t most = (sf_count_t)CHUNK / n * n;
  return left < most ? left : most;
}

uint32_t
lmu_sound_exact_read(SNDFILE* const       file,
                     const SF_INFO* const info,
                     double* const        frames,
                     const uint32_t       n_frames)
{
  const sf_count_t all    = (sf_count_t)n_frames * info->channels;
  sf_count_t       done   = 0;
  sf_count_t       n_read = 1;
  while (done < all && n_read > 0) {
    double* const    to    = frames + done;
    const sf_count_t count = chunk_of(info, all - done);

    n_read = is_double(info) ? sf_read_double(file, to, count)
             : bits_of(info) ? read_whole(file, to, count)
                             : read_single(file, to, count);
    done += n_read > 0 ? n_read : 0;
  }
  return (uint32_t)(done / info->channels);
}

uint32_t
lmu_sound_exact_write(SNDFILE* const       file,
                      const SF_INFO* const info,
                      const double* const  frames,
                      const uint32_t       n_frames)
{
  const uint32_t   n_bits  = bits_of(info);
  const sf_count_t all     = (sf_count_t)n_frames * info->channels;
  sf_count_t       done    = 0;
  sf_count_t       written = 1;
  while (done < all && written > 0) {
    const double* const from  = frames + done;
    const sf_count_t    count = chunk_of(info, all - done);

    written = is_double(info) ? sf_write_double(file, from, count)
              : n_bits        ? write_whole(file, from, count, n_bits)
                              : write_single(file, from, count);
    done += written > 0 ? written : 0;
  }
  return (uint32_t)(done / info->channels);
}

bool
lmu_sound_exact_is_kept(const SF_INFO* const info)
{
  const int codec = info->format & SF_FORMAT_SUBMASK;
  return bits_of(info) || is_double(info) || codec == SF_FORMAT_FLOAT;
}

uint32_t
lmu_sound_exact_bytes(const SF_INFO* const info)
{
  const int codec = info->format & SF_FORMAT_SUBMASK;
  return is_double(info)                                      ? 8U
         : codec == SF_FORMAT_ULAW || codec == SF_FORMAT_ALAW ? 1U
         : bits_of(info) ? bits_of(info) / 8U
                         : (uint32_t)sizeof(float);
}

/// Return a kind of WAV file that keeps the layout of channels, or `major`
static int
choose_major(const int major, const SF_INFO* const from)
{
  const int own = from->format & SF_FORMAT_TYPEMASK;
  return major == SF_FORMAT_WAV && own == SF_FORMAT_WAVEX ? own : major;
}

int
lmu_sound_exact_format(const int wanted, const SF_INFO* const from)
{
  const SF_INFO  usual  = {0, 0, 0, wanted, 0, 0};
  const int      major  = choose_major(wanted & SF_FORMAT_TYPEMASK, from);
  const int      codec  = from->format & SF_FORMAT_SUBMASK;
  const uint32_t n_bits = bits_of(from);
  if (!lmu_sound_exact_is_kept(&usual)) {
    return wanted;
  }

  // What loses some of the sound would lose more if it went through it again
  const bool is_kept = lmu_sound_exact_is_kept(from);
  const int  tries[] = {
     is_kept ? codec | (from->format & SF_FORMAT_ENDMASK) : 0,
    is_kept ? codec : 0,
    n_bits == 8U ? SF_FORMAT_PCM_S8 : 0,
    n_bits == 8U ? SF_FORMAT_PCM_U8 : 0,
    n_bits && n_bits <= 16U ? SF_FORMAT_PCM_16 : 0,
    n_bits && n_bits <= 24U ? SF_FORMAT_PCM_24 : 0,
    n_bits ? SF_FORMAT_PCM_32 : 0,
    wanted & SF_FORMAT_SUBMASK,
  };
  for (size_t i = 0U; i < sizeof(tries) / sizeof(tries[0]); ++i) {
    SF_INFO info = *from;
    info.format  = major | tries[i];
    if (tries[i] && sf_format_check(&info)) {
      return info.format;
    }
  }
  return wanted;
}
