// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/hdf5_chunks.h"

#include "tools/base/allocate.h"

// Its input is constant only then
#define ZLIB_CONST
#include <zlib.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CHUNK 67108864U // Of the largest network, all in one [bytes]
#define MAX_ALL 268435456U  // Of an array, with what sticks out [bytes]
#define MAX_CHUNKS 65536U   // Of an array
#define OUT_SIZE 65536U     // Inflated at a time
#define DAMAGED "is damaged; get an undamaged copy"

/// How an array is cut
typedef struct {
  hid_t   dataset;
  int     rank;
  hsize_t sizes[2]; ///< Of the array
  hsize_t chunk[2]; ///< Of a chunk
  size_t  n_bytes;  ///< Of a chunk, inflated
  bool    deflated;
} Chunks;

/// Say what is wrong with the filters of an array, or return null
static const char*
read_filters(Chunks* const self, const hid_t properties)
{
  const int n_filters = H5Pget_nfilters(properties);
  for (int i = 0; i < n_filters; ++i) {
    unsigned           flags = 0U;
    size_t             n     = 0U;
    const H5Z_filter_t filter =
      H5Pget_filter(properties, (unsigned)i, &flags, &n, NULL, 0U, NULL, NULL);
    const bool first = filter == H5Z_FILTER_SHUFFLE && i == 0;
    const bool last  = filter == H5Z_FILTER_DEFLATE && i == n_filters - 1;
    if (!first && !last) {
      return "is compressed by more than one gzip (filter pipeline): not read; "
             "save the model again, without compression";
    }
    self->deflated = self->deflated || last;
  }
  return n_filters < 0 ? DAMAGED : NULL;
}

/// Say what is wrong with the sizes of chunks, or return null
static const char*
read_sizes(Chunks* const self, const hid_t properties)
{
  const hid_t space = H5Dget_space(self->dataset);
  const hid_t type  = H5Dget_type(self->dataset);
  uint64_t    bytes = H5Tget_size(type);
  uint64_t    count = 1U;
  self->rank        = H5Sget_simple_extent_ndims(space);
  bool good         = self->rank > 0 && self->rank <= 2 &&
              H5Sget_simple_extent_dims(space, self->sizes, NULL) >= 0 &&
              H5Pget_chunk(properties, 2, self->chunk) == self->rank;
  H5Tclose(type);
  H5Sclose(space);
  for (int i = 0; good && i < self->rank; ++i) {
    const hsize_t chunk = self->chunk[i];
    good                = chunk > 0U && chunk <= MAX_CHUNK / bytes;
    bytes *= good ? chunk : 1U;
    count *= good ? (self->sizes[i] + chunk - 1U) / chunk : 1U;
    good = good && count <= MAX_CHUNKS;
  }
  self->n_bytes = (size_t)bytes;
  return good && bytes * count <= MAX_ALL
           ? NULL
           : "is in chunks that are too large or too many; save the model "
             "again, without chunks";
}

/// Return whether bytes inflate to exactly so many
static bool
inflates_to(const uint8_t* const data,
            const size_t         n_bytes,
            const size_t         wanted)
{
  static uint8_t out[OUT_SIZE];

  z_stream stream;
  memset(&stream, 0, sizeof(stream));
  if (inflateInit(&stream) != Z_OK) {
    return false;
  }

  stream.next_in  = data;
  stream.avail_in = (uInt)n_bytes;
  int status      = Z_OK;
  while (status == Z_OK && stream.total_out <= wanted) {
    stream.next_out  = out;
    stream.avail_out = OUT_SIZE;
    status           = inflate(&stream, Z_NO_FLUSH);
  }
  const bool good = status == Z_STREAM_END && stream.total_out == wanted;
  inflateEnd(&stream);
  return good;
}

/// Return whether the chunk at an offset becomes what it should
static bool
is_good(const Chunks* const self, const hsize_t* const offset)
{
  hsize_t size = 0U;
  if (H5Dget_chunk_storage_size(self->dataset, offset, &size) < 0 || !size) {
    return true; // It is not there, and all of it the array's default
  }
  if (size > MAX_CHUNK) {
    return false;
  }

  uint32_t       skipped = 0U;
  uint8_t* const data    = (uint8_t*)lmu_allocate((size_t)size, 1U);
  const bool     good =
    H5Dread_chunk(self->dataset, H5P_DEFAULT, offset, &skipped, data) >= 0 &&
    !skipped &&
    (self->deflated ? inflates_to(data, (size_t)size, self->n_bytes)
                    : size == self->n_bytes);
  free(data);
  return good;
}

const char*
lmu_hdf5_chunks_refusal(const hid_t dataset, const hid_t properties)
{
  Chunks            self = {dataset, 0, {1U, 1U}, {1U, 1U}, 0U, false};
  const char* const what = read_filters(&self, properties);
  const char* const size = read_sizes(&self, properties);
  if (what || size) {
    return what ? what : size;
  }

  for (hsize_t i = 0U; i < self.sizes[0]; i += self.chunk[0]) {
    for (hsize_t j = 0U; j < self.sizes[1]; j += self.chunk[1]) {
      const hsize_t offset[2] = {i, j};
      if (!is_good(&self, offset)) {
        return DAMAGED;
      }
    }
  }
  return NULL;
}
