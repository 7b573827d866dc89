// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/archive.h"

#include "tools/base/allocate.h"

#include <zip.h>

#include <stdlib.h>
#include <string.h>

struct LmuArchiveImpl {
  const char* path;
  zip_t*      zip;
};

bool
lmu_archive_is(const uint8_t* const data, const size_t n_bytes)
{
  return n_bytes >= 4U &&
         (!memcmp(data, "PK\3\4", 4U) || !memcmp(data, "PK\5\6", 4U));
}

LmuExit
lmu_archive_new(LmuArchive** const   archive,
                LmuFailure* const    error,
                const char* const    path,
                const uint8_t* const data,
                const size_t         n_bytes)
{
  zip_error_t         reason;
  zip_t*              zip    = NULL;
  zip_source_t* const source = zip_source_buffer_create(data, n_bytes, 0, NULL);
  zip_error_init(&reason);
  if (source) {
    zip = zip_open_from_source(source, ZIP_RDONLY, &reason);
  }

  *archive = NULL;
  if (!zip) {
    (void)lmu_failure_set(error,
                          LMU_EXIT_BAD_INPUT,
                          "cannot read %s: %s; give a file that model.save() "
                          "or torch.save() wrote",
                          path,
                          zip_error_strerror(&reason));
    zip_source_free(source);
    zip_error_fini(&reason);
    return LMU_EXIT_BAD_INPUT;
  }
  zip_error_fini(&reason);

  *archive         = (LmuArchive*)lmu_allocate(1U, sizeof(LmuArchive));
  (*archive)->path = path;
  (*archive)->zip  = zip;
  return LMU_EXIT_SUCCESS;
}

void
lmu_archive_free(LmuArchive* const archive)
{
  if (archive) {
    zip_discard(archive->zip);
    free(archive);
  }
}

const char*
lmu_archive_find(const LmuArchive* const archive, const char* const name)
{
  const zip_int64_t count  = zip_get_num_entries(archive->zip, 0U);
  const size_t      length = strlen(name);
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* const entry =
      zip_get_name(archive->zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW);
    const size_t size = entry ? strlen(entry) : 0U;
    if (entry && size >= length && !strcmp(entry + size - length, name) &&
        (size == length || name[0] == '.' ||
         entry[size - length - 1U] == '/')) {
      return entry;
    }
  }
  return NULL;
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

  // Its checksum is compared once there is no more
  uint8_t more = 0U;
  return zip_fread(file, &more, 1U) == 0;
}

static LmuExit
fail(const LmuArchive* const archive,
     LmuFailure* const       error,
     const char* const       name,
     const char* const       why)
{
  return lmu_failure_set(
    error, LMU_EXIT_BAD_INPUT, "%s: %s %s", archive->path, name, why);
}

LmuExit
lmu_archive_read(const LmuArchive* const archive,
                 uint8_t** const         data,
                 size_t* const           n_bytes,
                 LmuFailure* const       error,
                 const char* const       name,
                 const size_t            max_bytes)
{
  zip_stat_t info;
  zip_stat_init(&info);
  *data    = NULL;
  *n_bytes = 0U;
  if (zip_stat(archive->zip, name, ZIP_FL_ENC_RAW, &info) ||
      !(info.valid & ZIP_STAT_SIZE)) {
    return fail(
      archive,
      error,
      name,
      "is not in it; give a file that model.save() or torch.save() wrote");
  }
  if (info.size > max_bytes) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s: %s is above %zu MiB, which no network needs; "
                           "save a smaller model, without its optimizer",
                           archive->path,
                           name,
                           max_bytes >> 20U);
  }

  const size_t      size = (size_t)info.size;
  uint8_t* const    read = (uint8_t*)lmu_allocate(size + 1U, 1U);
  zip_file_t* const file = zip_fopen_index(archive->zip, info.index, 0U);
  const bool        good = file && read_bytes(file, read, size);
  if (file) {
    zip_fclose(file);
  }
  if (!good) {
    free(read);
    return fail(archive, error, name, "is damaged; get an undamaged copy");
  }

  *data    = read;
  *n_bytes = size;
  return LMU_EXIT_SUCCESS;
}
