// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/plugin/folder.h"

#include "tests/plugin/require.h"

#include <ftw.h>
#include <sys/stat.h>

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Folders that nftw() may have open at once
#define MAX_OPEN 8

Folder
folder_new(void)
{
  const char* const parent = getenv("TMPDIR"); // NOLINT(concurrency-mt-unsafe)
  Folder            folder = {{0}};
  (void)snprintf(folder.path,
                 sizeof(folder.path),
                 "%s/lmu-test-XXXXXX",
                 parent ? parent : "/tmp");
  REQUIRE(mkdtemp(folder.path));
  return folder;
}

static int
remove_one(const char* const        path,
           const struct stat* const status,
           const int                type,
           struct FTW* const        place)
{
  (void)status;
  (void)type;
  (void)place;

  return remove(path);
}

void
folder_remove(const Folder* const folder)
{
  REQUIRE(!nftw(folder->path, remove_one, MAX_OPEN, FTW_DEPTH | FTW_PHYS));
}

Path
folder_path(const Folder* const folder, const char* const name)
{
  const size_t length = strlen(folder->path);
  Path         path   = {{0}};
  REQUIRE(length + strlen(name) + 2U <= sizeof(path.text));
  memcpy(path.text, folder->path, length);
  path.text[length] = '/';
  memcpy(path.text + length + 1U, name, strlen(name));
  return path;
}

Folder
folder_add(const Folder* const folder, const char* const name)
{
  const Path path   = folder_path(folder, name);
  Folder     result = {{0}};
  memcpy(result.path, path.text, sizeof(result.path));
  REQUIRE(!mkdir(result.path, 0700));
  return result;
}

void
file_write(const char* const path, const void* const data, const size_t size)
{
  FILE* const file = fopen(path, "wb");
  REQUIRE(file);
  REQUIRE(fwrite(data, 1U, size, file) == size);
  REQUIRE(!fclose(file));
}

void
file_copy(const char* const from, const char* const to, const size_t size)
{
  FILE* const file = fopen(from, "rb");
  REQUIRE(file);
  REQUIRE(!fseek(file, 0L, SEEK_END));
  const size_t length = (size_t)ftell(file);
  const size_t count  = length < size ? length : size;
  rewind(file);

  char* const data = (char*)malloc(count + 1U);
  REQUIRE(data && fread(data, 1U, count, file) == count);
  REQUIRE(!fclose(file));
  file_write(to, data, count);
  free(data);
}
