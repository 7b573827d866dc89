// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Changes one file in an archive, and packs all again with the right sizes and
// checksums, as few changes would come further than those otherwise.

#include "tests/plugin/require.h"

#include <zip.h>

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILE_BYTES (1U << 20U)

// The names that libFuzzer has
// NOLINTBEGIN(readability-identifier-naming)
size_t
LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

size_t
LLVMFuzzerCustomMutator(uint8_t*     data,
                        size_t       size,
                        size_t       max_size,
                        unsigned int seed);
// NOLINTEND(readability-identifier-naming)

/// Read a file of an archive; return its size, or zero
static size_t
read_file(zip_t* const zip, const zip_uint64_t index, uint8_t* const data)
{
  zip_file_t* const file = zip_fopen_index(zip, index, 0U);
  const zip_int64_t size = file ? zip_fread(file, data, MAX_FILE_BYTES) : 0;
  if (file) {
    (void)zip_fclose(file);
  }
  return size > 0 ? (size_t)size : 0U;
}

/// Put a file into an archive, uncompressed
static void
put_file(zip_t* const         zip,
         const char* const    name,
         const uint8_t* const data,
         const size_t         size)
{
  // libzip does not free a copy of nothing
  uint8_t* const copy = size ? (uint8_t*)malloc(size) : NULL;
  REQUIRE(copy || !size);
  if (copy) {
    memcpy(copy, data, size);
  }
  zip_source_t* const source = zip_source_buffer(zip, copy, size, 1);
  const zip_int64_t   index  = zip_file_add(zip, name, source, ZIP_FL_ENC_RAW);
  if (index < 0) {
    zip_source_free(source);
  } else {
    (void)zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0U);
  }
}

/// Pack all files again, one of them changed
static void
repack(zip_t* const new_zip, zip_t* const old, const uint64_t changed)
{
  static uint8_t    file[MAX_FILE_BYTES];
  const zip_int64_t count = zip_get_num_entries(old, 0U);
  for (zip_int64_t i = 0; i < count && i < 64; ++i) {
    const char* const name = zip_get_name(old, (zip_uint64_t)i, ZIP_FL_ENC_RAW);
    size_t            size = read_file(old, (zip_uint64_t)i, file);
    if ((uint64_t)i == changed) {
      size = LLVMFuzzerMutate(file, size, MAX_FILE_BYTES / 8U);
    }
    if (name) {
      put_file(new_zip, name, file, size);
    }
  }
}

/// Write an archive to memory; return its size, or zero if it is too large
static size_t
take_bytes(zip_source_t* const source,
           uint8_t* const      data,
           const size_t        max_size)
{
  zip_stat_t info;
  zip_stat_init(&info);
  if (zip_source_stat(source, &info) || info.size > max_size ||
      zip_source_open(source)) {
    return 0U;
  }
  const zip_int64_t size = zip_source_read(source, data, info.size);
  (void)zip_source_close(source);
  return size > 0 ? (size_t)size : 0U;
}

/// Change an archive; return its new size, or zero if it cannot be read
static size_t
change(uint8_t* const     data,
       const size_t       size,
       const size_t       max_size,
       const unsigned int seed)
{
  zip_source_t* const from = zip_source_buffer_create(data, size, 0, NULL);
  zip_source_t* const to   = zip_source_buffer_create(NULL, 0U, 0, NULL);
  REQUIRE(from && to);
  zip_t* const old     = zip_open_from_source(from, ZIP_RDONLY, NULL);
  zip_t* const new_zip = zip_open_from_source(to, ZIP_TRUNCATE, NULL);
  size_t       result  = 0U;
  REQUIRE(new_zip);
  zip_source_keep(to);
  if (old && zip_get_num_entries(old, 0U) > 0) {
    repack(new_zip, old, seed % (uint64_t)zip_get_num_entries(old, 0U));
  }
  if (!zip_close(new_zip)) {
    result = take_bytes(to, data, max_size);
  } else {
    zip_discard(new_zip);
  }
  zip_source_free(to);
  if (old) {
    zip_discard(old);
  } else {
    zip_source_free(from);
  }
  return result;
}

size_t
LLVMFuzzerCustomMutator(uint8_t* const     data,
                        const size_t       size,
                        const size_t       max_size,
                        const unsigned int seed)
{
  const size_t changed =
    seed % 8U ? change(data, size, max_size, seed / 8U) : 0U;
  return changed ? changed : LLVMFuzzerMutate(data, size, max_size);
}
