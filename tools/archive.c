// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/archive.h"

#include "tools/allocate.h"

#include <zip.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// Weights of the largest network, as float64, with an optimiser's two moments
#define MAX_BYTES 268435456U

static LmuExit
fail(LmuFailure* const error,
     const char* const path,
     const char* const name,
     const char* const why,
     const char* const advice)
{
  return lmu_failure_set(
    error, LMU_EXIT_BAD_INPUT, "%s: %s %s; %s", path, name, why, advice);
}

static zip_t*
open_archive(LmuFailure* const error, const char* const path)
{
  int          code    = 0;
  zip_t* const archive = zip_open(path, ZIP_RDONLY, &code);
  if (!archive) {
    zip_error_t reason;
    zip_error_init_with_code(&reason, code);
    (void)lmu_failure_set(error,
                          LMU_EXIT_BAD_INPUT,
                          "cannot read %s: %s; give a file that model.save() "
                          "wrote",
                          path,
                          zip_error_strerror(&reason));
    zip_error_fini(&reason);
  }
  return archive;
}

/// Read all of an open file; return false if it is damaged
static bool
read_bytes(zip_file_t* const file, uint8_t* const data, const size_t n_bytes)
{
  size_t n_read = 0U;
  while (n_read < n_bytes) {
    const zip_int64_t count =
      zip_fread(file, data + n_read, (zip_uint64_t)(n_bytes - n_read));
    if (count <= 0) {
      return false;
    }
    n_read += (size_t)count;
  }
  return true;
}

static LmuExit
read_entry(zip_t* const      archive,
           uint8_t** const   data,
           size_t* const     n_bytes,
           LmuFailure* const error,
           const char* const path,
           const char* const name)
{
  zip_stat_t info;
  zip_stat_init(&info);
  if (zip_stat(archive, name, 0U, &info) || !(info.valid & ZIP_STAT_SIZE)) {
    return fail(
      error, path, name, "is not in it", "give a file that model.save() wrote");
  }
  if (info.size > MAX_BYTES) {
    return fail(error, path, name, "is above 256 MiB", "save a smaller model");
  }

  const size_t      size = (size_t)info.size;
  uint8_t* const    read = (uint8_t*)lmu_allocate(size + 1U, 1U);
  zip_file_t* const file = zip_fopen(archive, name, 0U);
  const bool        good = file && read_bytes(file, read, size);
  if (file) {
    zip_fclose(file);
  }
  if (!good) {
    free(read);
    return fail(error, path, name, "is damaged", "get an undamaged copy");
  }

  *data    = read;
  *n_bytes = size;
  return LMU_EXIT_SUCCESS;
}

LmuExit
lmu_archive_read(uint8_t** const   data,
                 size_t* const     n_bytes,
                 LmuFailure* const error,
                 const char* const path,
                 const char* const name)
{
  *data    = NULL;
  *n_bytes = 0U;

  zip_t* const archive = open_archive(error, path);
  if (!archive) {
    return LMU_EXIT_BAD_INPUT;
  }

  const LmuExit status = read_entry(archive, data, n_bytes, error, path, name);
  zip_discard(archive);
  return status;
}
