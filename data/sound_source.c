// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "data/sound_source.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define MAX_CHUNKS 4096U     // To look at, a file may have no end of them
#define MAX_ID 16U           // Of Wave64
#define STREAM 0x7ffff000ULL // From here on a size of 32 bits is of a stream
#define OPEN_32 0xffffffffULL
#define STREAM_64 (1ULL << 62U) // The same of 64 bits, less what a header has

/// A file of chunks, each with a name and a size
typedef struct {
  const char* magic;  ///< What it begins with
  const char* data;   ///< What the name of the chunk with the sound begins with
  uint32_t    first;  ///< Where the first chunk is
  uint32_t    n_id;   ///< Bytes of a name
  uint32_t    n_size; ///< Bytes of a size
  uint32_t    n_before;   ///< Bytes of the chunk before the sound
  bool        is_big;     ///< The first byte of a size is the greatest
  bool        counts_all; ///< The size counts name and size
} Form;

/// A chunk
typedef struct {
  sf_count_t offset;     ///< Of its name
  char       id[MAX_ID]; ///< Name
  uint64_t   size;       ///< Of what follows
} Chunk;

static const Form forms[] = {
  {"RIFF", "data", 12U, 4U, 4U, 0U, false, false},
  {"RIFX", "data", 12U, 4U, 4U, 0U, true, false},
  {"RF64", "data", 12U, 4U, 4U, 0U, false, false},
  {"BW64", "data", 12U, 4U, 4U, 0U, false, false},
  {"FORM", "SSND", 12U, 4U, 4U, 8U, true, false},
  {"caff", "data", 8U, 4U, 8U, 4U, true, false},
  {"riff", "data", 40U, 16U, 8U, 0U, false, true},
};

#define N_FORMS (sizeof(forms) / sizeof(forms[0]))

/// Read at an offset, and return how many bytes there were
static sf_count_t
read_at(const LmuSoundSource* const source,
        const sf_count_t            offset,
        void* const                 data,
        const sf_count_t            n_bytes)
{
  uint8_t* const bytes = (uint8_t*)data;
  sf_count_t     done  = 0;
  while (done < n_bytes) {
    const ssize_t n_read = pread(source->fd,
                                 bytes + done,
                                 (size_t)(n_bytes - done),
                                 source->start + offset + done);
    if (n_read < 0 && errno == EINTR) {
      continue;
    }
    if (n_read <= 0) {
      break;
    }
    done += n_read;
  }
  return done;
}

static uint64_t
read_number(const uint8_t* const bytes, const uint32_t n, const bool is_big)
{
  uint64_t number = 0U;
  for (uint32_t i = 0U; i < n; ++i) {
    number = (number << 8U) | bytes[is_big ? i : n - 1U - i];
  }
  return number;
}

static void
set_patch(LmuSoundSource* const source,
          const sf_count_t      offset,
          const uint32_t        n,
          const bool            is_big,
          const uint64_t        number)
{
  source->patch = (LmuPatch){offset, n, {0U}};
  for (uint32_t i = 0U; i < n; ++i) {
    source->patch.bytes[is_big ? n - 1U - i : i] =
      (uint8_t)(number >> (8U * i));
  }
}

static sf_count_t
header_size(const Form* const form)
{
  return (sf_count_t)form->n_id + (sf_count_t)form->n_size;
}

/// Read the chunk at an offset; return false at the end of the file
static bool
read_chunk(Chunk* const                chunk,
           const LmuSoundSource* const source,
           const Form* const           form,
           const sf_count_t            offset)
{
  uint8_t          bytes[MAX_ID + 8U] = {0U};
  const sf_count_t size               = header_size(form);
  if (read_at(source, offset, bytes, size) < size) {
    return false;
  }

  chunk->offset = offset;
  memcpy(chunk->id, bytes, form->n_id);
  chunk->size = read_number(bytes + form->n_id, form->n_size, form->is_big);
  if (form->counts_all) {
    const uint64_t whole = (uint64_t)size;
    chunk->size          = chunk->size > whole ? chunk->size - whole : 0U;
  }
  return true;
}

/// Return where the next chunk is, or the end of the file
static sf_count_t
next_chunk(const LmuSoundSource* const source,
           const Form* const           form,
           const Chunk* const          chunk)
{
  const uint64_t align = form->counts_all ? 8U : form->n_size == 4U ? 2U : 1U;
  const uint64_t start = (uint64_t)(chunk->offset + header_size(form));
  const uint64_t rest  = (uint64_t)source->length - start;
  if (chunk->size >= rest) {
    return source->length;
  }
  return (sf_count_t)(start + ((chunk->size + align - 1U) / align * align));
}

/// Return whether what follows an offset is chunks to the very end
static bool
has_chunks(const LmuSoundSource* const source,
           const Form* const           form,
           sf_count_t                  offset)
{
  for (uint32_t n = 0U; n < MAX_CHUNKS && offset < source->length; ++n) {
    Chunk chunk = {0, "", 0U};
    if (!read_chunk(&chunk, source, form, offset)) {
      return false;
    }
    for (uint32_t i = 0U; i < 4U; ++i) {
      if (!isprint((unsigned char)chunk.id[i])) {
        return false;
      }
    }
    const sf_count_t size = header_size(form);
    if (chunk.size > (uint64_t)(source->length - offset - size)) {
      return false;
    }
    offset = next_chunk(source, form, &chunk);
  }
  return true;
}

/// See that the sound of a chunk is as long as the file is
static void
mend_data(LmuSoundSource* const source,
          const Form* const     form,
          const Chunk* const    data,
          const sf_count_t      wide_size)
{
  const sf_count_t start = data->offset + header_size(form);
  const uint64_t   rest  = (uint64_t)(source->length - start);
  uint8_t          bytes[8];
  const bool is_wide  = wide_size && read_at(source, wide_size, bytes, 8) == 8;
  const uint64_t said = is_wide ? read_number(bytes, 8U, false) : data->size;
  const bool     none = said <= form->n_before && rest > form->n_before &&
                    !has_chunks(source, form, start);
  if (!none && said <= rest) {
    return;
  }

  const uint64_t stream  = form->n_size == 4U && !is_wide ? STREAM : STREAM_64;
  const bool     is_open = none || said >= stream;
  source->is_unfinished  = none;
  source->missing        = is_open ? 0 : (sf_count_t)(said - rest);
  if (is_wide) {
    set_patch(source, wide_size, 8U, false, rest);
  } else if (form->n_size == 8U || rest < OPEN_32) {
    const uint64_t whole = form->counts_all ? (uint64_t)header_size(form) : 0U;
    set_patch(source,
              data->offset + form->n_id,
              form->n_size,
              form->is_big,
              rest + whole);
  }
}

/// Find the chunk with the sound
static void
mend_form(LmuSoundSource* const source, const Form* const form)
{
  sf_count_t wide_size = 0;
  sf_count_t offset    = form->first;
  for (uint32_t n = 0U; n < MAX_CHUNKS && offset < source->length; ++n) {
    Chunk chunk = {0, "", 0U};
    if (!read_chunk(&chunk, source, form, offset)) {
      return;
    }
    if (!memcmp(chunk.id, form->data, 4U)) {
      mend_data(source, form, &chunk, wide_size);
      return;
    }
    if (!memcmp(chunk.id, "ds64", 4U)) {
      wide_size = offset + header_size(form) + 8;
    }
    offset = next_chunk(source, form, &chunk);
  }
}

/// Mend the header of an AU file, which has a place for "unknown"
static void
mend_au(LmuSoundSource* const source)
{
  uint8_t bytes[8] = {0U};
  if (read_at(source, 4, bytes, 8) < 8) {
    return;
  }

  const uint64_t start  = read_number(bytes, 4U, true);
  const uint64_t said   = read_number(bytes + 4, 4U, true);
  const uint64_t whole  = (uint64_t)source->length;
  const uint64_t rest   = whole > start ? whole - start : 0U;
  source->is_unfinished = !said && rest;
  source->missing =
    said == OPEN_32 || said <= rest ? 0 : (sf_count_t)(said - rest);
  if (source->is_unfinished) {
    set_patch(source, 8, 4U, true, OPEN_32);
  }
}

static void
mend(LmuSoundSource* const source)
{
  char magic[4] = "";
  if (read_at(source, 0, magic, 4) < 4) {
    return;
  }
  if (!memcmp(magic, ".snd", 4U)) {
    mend_au(source);
  }
  for (size_t i = 0U; i < N_FORMS; ++i) {
    if (!memcmp(magic, forms[i].magic, 4U)) {
      mend_form(source, &forms[i]);
    }
  }
}

void
lmu_sound_source_init(LmuSoundSource* const source, const int fd)
{
  memset(source, 0, sizeof(*source));
  source->fd     = fd;
  source->start  = lseek(fd, 0, SEEK_CUR);
  source->length = lseek(fd, 0, SEEK_END) - source->start;
  mend(source);
}

void
lmu_sound_source_rewind(LmuSoundSource* const source)
{
  source->position = 0;
}

void
lmu_sound_source_reset(LmuSoundSource* const source)
{
  close(source->fd);
  source->fd = -1;
}

/* For libsndfile */

static sf_count_t
length(void* const data)
{
  return ((const LmuSoundSource*)data)->length;
}

static sf_count_t
seek(const sf_count_t offset, const int whence, void* const data)
{
  LmuSoundSource* const source = (LmuSoundSource*)data;
  const sf_count_t      from   = (whence == SEEK_SET)   ? 0
                                 : (whence == SEEK_CUR) ? source->position
                                                        : source->length;
  if (offset < -from || offset > INT64_MAX - from) {
    return -1;
  }
  source->position = from + offset;
  return source->position;
}

static sf_count_t
read_bytes(void* const to, const sf_count_t count, void* const data)
{
  LmuSoundSource* const source = (LmuSoundSource*)data;
  const LmuPatch* const patch  = &source->patch;
  const sf_count_t      first  = source->position;
  const sf_count_t      n_read = read_at(source, first, to, count);
  for (uint32_t i = 0U; i < patch->n_bytes; ++i) {
    const sf_count_t offset = patch->offset + (sf_count_t)i - first;
    if (offset >= 0 && offset < n_read) {
      ((uint8_t*)to)[offset] = patch->bytes[i];
    }
  }
  source->position += n_read;
  return n_read;
}

static sf_count_t
write_bytes(const void* const from, const sf_count_t count, void* const data)
{
  (void)from;
  (void)count;
  (void)data;
  return 0;
}

static sf_count_t
tell(void* const data)
{
  return ((const LmuSoundSource*)data)->position;
}

SF_VIRTUAL_IO*
lmu_sound_source_functions(void)
{
  static SF_VIRTUAL_IO functions = {
    length, seek, read_bytes, write_bytes, tell};
  return &functions;
}
