// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "data/sound_tags.h"

#include "tools/base/allocate.h"
#include "tools/base/notice.h"

#include <sndfile.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CHUNK 65536U   // Of all chunks: libsndfile has room for 100 kB
#define MAX_SANE 67108864U // Greater is no chunk, but what follows the last
#define ALIGNMENT 4U       // Sizes are rounded up to it by libsndfile

/// Chunks that describe the sound itself, or nothing
static const char* const own_chunks[] = {"RIFF",
                                         "RIFX",
                                         "RF64",
                                         "ds64",
                                         "fmt ",
                                         "fact",
                                         "data",
                                         "PEAK",
                                         "JUNK",
                                         "junk",
                                         "FLLR",
                                         "PAD ",
                                         "FORM",
                                         "COMM",
                                         "SSND",
                                         "FVER",
                                         "CHAN",
                                         "RLND"};

/// Return the kind of chunks that a file consists of, or zero
static int
family_of(SNDFILE* const file)
{
  SF_INFO info = {0};
  (void)sf_command(file, SFC_GET_CURRENT_SF_INFO, &info, sizeof(info));
  const int major = info.format & SF_FORMAT_TYPEMASK;
  return (major == SF_FORMAT_WAVEX || major == SF_FORMAT_RF64) ? SF_FORMAT_WAV
         : (major == SF_FORMAT_WAV || major == SF_FORMAT_AIFF) ? major
                                                               : 0;
}

/* As they are */

static bool
is_own(const char* const id)
{
  for (size_t i = 0U; i < sizeof(own_chunks) / sizeof(own_chunks[0]); ++i) {
    if (!memcmp(id, own_chunks[i], 4U)) {
      return true;
    }
  }
  return false;
}

/// Return what fills a chunk up: XML may end with spaces, others with zeros
static int
filling(const char* const id)
{
  return (!memcmp(id + 1, "XML", 3U) || !memcmp(id + 1, "xml", 3U) ||
          !memcmp(id, "_PMX", 4U))
           ? ' '
           : '\0';
}

/// Copy a chunk, unless it makes them more than there is room for
static void
copy_chunk(SNDFILE* const                 to,
           const SF_CHUNK_ITERATOR* const iterator,
           SF_CHUNK_INFO* const           info,
           uint32_t* const                n_copied)
{
  if (is_own(info->id) ||
      sf_get_chunk_size(iterator, info) != SF_ERR_NO_ERROR || !info->datalen ||
      info->datalen > MAX_SANE) {
    return;
  }

  const uint32_t n_bytes = info->datalen;
  if (n_bytes > MAX_CHUNK - *n_copied) {
    lmu_notice("the chunk \"%.4s\" of %u bytes is too large to be copied; add "
               "it to the new file",
               info->id,
               n_bytes);
    return;
  }
  *n_copied += n_bytes;

  const uint32_t padded = (n_bytes + ALIGNMENT - 1U) / ALIGNMENT * ALIGNMENT;
  char* const    data   = (char*)lmu_allocate(padded, 1U);
  info->data            = data;
  if (sf_get_chunk_data(iterator, info) == SF_ERR_NO_ERROR) {
    memset(data + n_bytes, filling(info->id), padded - n_bytes);
    info->datalen = padded;
    (void)sf_set_chunk(to, info);
  }
  free(data);
}

/// Read the name of a chunk, which only comes with its first bytes; of those
/// that have none, libsndfile divides by their number
static bool
read_name(const SF_CHUNK_ITERATOR* const iterator, SF_CHUNK_INFO* const info)
{
  if (sf_get_chunk_size(iterator, info) != SF_ERR_NO_ERROR || !info->datalen) {
    return false;
  }

  info->datalen = 4U;
  return sf_get_chunk_data(iterator, info) == SF_ERR_NO_ERROR;
}

static void
copy_chunks(SNDFILE* const to, SNDFILE* const from)
{
  uint32_t           n_copied = 0U;
  SF_CHUNK_ITERATOR* iterator = sf_get_chunk_iterator(from, NULL);
  while (iterator) {
    char          start[4] = "";
    SF_CHUNK_INFO info     = {.data = start};
    if (read_name(iterator, &info)) {
      copy_chunk(to, iterator, &info, &n_copied);
    }
    iterator = sf_next_chunk_iterator(iterator);
  }
}

/* As libsndfile understands them */

int
lmu_sound_tags_format(SNDFILE* const file, const SF_INFO* const info)
{
  const bool is_wide = (info->format & SF_FORMAT_TYPEMASK) == SF_FORMAT_WAVEX;
  int* const map     = (int*)lmu_allocate((size_t)info->channels, sizeof(int));
  const bool has_layout =
    sf_command(file,
               SFC_GET_CHANNEL_MAP_INFO,
               map,
               (int)((size_t)info->channels * sizeof(int))) == SF_TRUE;
  free(map);
  return is_wide && !has_layout
           ? SF_FORMAT_WAV | (info->format & ~SF_FORMAT_TYPEMASK)
           : info->format;
}

static void
copy_texts(SNDFILE* const to, SNDFILE* const from)
{
  for (int type = SF_STR_FIRST; type <= SF_STR_LAST; ++type) {
    const char* const text = sf_get_string(from, type);
    if (text) {
      (void)sf_set_string(to, type, text);
    }
  }
}

/// Copy what is found and set by these commands
static void
copy_block(SNDFILE* const to,
           SNDFILE* const from,
           const int      get,
           const int      set,
           const size_t   size)
{
  void* const block = lmu_allocate(size, 1U);
  if (sf_command(from, get, block, (int)size) == SF_TRUE) {
    (void)sf_command(to, set, block, (int)size);
  }
  free(block);
}

static void
copy_cues(SNDFILE* const to, SNDFILE* const from)
{
  uint32_t count = 0U;
  if (sf_command(from, SFC_GET_CUE_COUNT, &count, sizeof(count)) != SF_TRUE ||
      !count || count > MAX_CHUNK / sizeof(SF_CUE_POINT)) {
    return;
  }

  const size_t size =
    offsetof(SF_CUES, cue_points) + (count * sizeof(SF_CUE_POINT));
  copy_block(to, from, SFC_GET_CUE, SFC_SET_CUE, size);
}

/// Room for broadcast information with this much history
typedef SF_BROADCAST_INFO_VAR(16384) Broadcast;
typedef SF_CART_INFO_VAR(16384) Cart;

void
lmu_sound_tags_copy(SNDFILE* const to, SNDFILE* const from)
{
  SF_INFO info = {0};
  (void)sf_command(from, SFC_GET_CURRENT_SF_INFO, &info, sizeof(info));
  copy_block(to,
             from,
             SFC_GET_CHANNEL_MAP_INFO,
             SFC_SET_CHANNEL_MAP_INFO,
             (size_t)info.channels * sizeof(int));

  // Chunks are read from the file again
  const int family = family_of(from);
  if (family && family == family_of(to) && info.seekable) {
    copy_chunks(to, from);
    return;
  }
  copy_texts(to, from);
  copy_cues(to, from);
  copy_block(to,
             from,
             SFC_GET_BROADCAST_INFO,
             SFC_SET_BROADCAST_INFO,
             sizeof(Broadcast));
  copy_block(to, from, SFC_GET_CART_INFO, SFC_SET_CART_INFO, sizeof(Cart));
  copy_block(
    to, from, SFC_GET_INSTRUMENT, SFC_SET_INSTRUMENT, sizeof(SF_INSTRUMENT));
}
