// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/folder.h"

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/// Return "folder/name", to be freed, or null
static char*
join(const char* const folder, const char* const name)
{
  const size_t size   = strlen(folder) + strlen(name) + 2U;
  char* const  result = (char*)malloc(size);
  const bool   is_top = !strcmp(folder, "/");
  if (result) {
    (void)snprintf(result, size, "%s%s%s", folder, is_top ? "" : "/", name);
  }
  return result;
}

/// Return whether a path is a folder
static bool
is_folder(const char* const path)
{
  struct stat status;
  return !stat(path, &status) && S_ISDIR(status.st_mode);
}

/// Return whether a path is a file to read
static bool
is_file(const char* const path)
{
  struct stat status;
  return !stat(path, &status) && S_ISREG(status.st_mode);
}

static bool
has_suffix(const char* const name)
{
  const size_t length = strlen(name);
  const size_t suffix = strlen(LMU_FOLDER_SUFFIX);
  return length > suffix && !strcmp(name + length - suffix, LMU_FOLDER_SUFFIX);
}

/// Folders first, then by name
static int
compare(const void* const a, const void* const b)
{
  const LmuFile* const first  = (const LmuFile*)a;
  const LmuFile* const second = (const LmuFile*)b;
  return (first->is_folder != second->is_folder)
           ? (second->is_folder ? 1 : -1)
           : strcmp(first->name, second->name);
}

/// Append a line if it is something to choose, return false without memory
static bool
append(LmuFolder* const folder, const char* const name)
{
  if (name[0] == '.' || folder->n_files == LMU_MAX_FILES) {
    return true; // Hidden ones too
  }

  char* const path = join(folder->path, name);
  if (!path) {
    return false;
  }
  const bool enters = is_folder(path);
  const bool fits   = enters || (has_suffix(name) && is_file(path));
  free(path);
  if (!fits) {
    return true;
  }

  char* const copy = strdup(name);
  if (copy) {
    folder->files[folder->n_files++] = (LmuFile){copy, enters};
  }
  return copy;
}

/// Read the lines of a folder whose path is set
static bool
read_lines(LmuFolder* const folder)
{
  DIR* const handle = opendir(folder->path);
  if (!handle) {
    return false;
  }

  folder->files = (LmuFile*)calloc(LMU_MAX_FILES, sizeof(LmuFile));
  bool is_good  = folder->files;

  // Each call has a handle of its own, which is all that is needed
  const struct dirent* entry = NULL;
  while (is_good &&
         (entry = readdir(handle))) { // NOLINT(concurrency-mt-unsafe)
    is_good = append(folder, entry->d_name);
  }
  (void)closedir(handle);
  if (is_good) {
    qsort(folder->files, folder->n_files, sizeof(LmuFile), compare);
  }
  return is_good;
}

/// Return the folder that a path is in, to be freed, or null
static char*
folder_of(const char* const path)
{
  const char* const slash = strrchr(path, '/');
  if (!slash) {
    return NULL;
  }

  const size_t length = (slash == path) ? 1U : (size_t)(slash - path);
  return strndup(path, length);
}

static void
select_name(LmuFolder* const folder, const char* const name)
{
  for (uint32_t i = 0U; i < folder->n_files; ++i) {
    if (!strcmp(folder->files[i].name, name)) {
      folder->selected = i;
    }
  }
}

bool
lmu_folder_read(LmuFolder* const folder, const char* const path)
{
  LmuFolder  next   = {NULL, NULL, 0U, 0U, 0U};
  const bool enters = is_folder(path);
  next.path         = enters ? strdup(path) : folder_of(path);
  if (!next.path || !read_lines(&next)) {
    lmu_folder_reset(&next);
    return false;
  }

  if (!enters) {
    select_name(&next, strrchr(path, '/') + 1);
  }
  lmu_folder_reset(folder);
  *folder = next;
  return true;
}

void
lmu_folder_reset(LmuFolder* const folder)
{
  for (uint32_t i = 0U; i < folder->n_files; ++i) {
    free(folder->files[i].name);
  }
  free(folder->files);
  free(folder->path);
  memset(folder, 0, sizeof(*folder));
}

char*
lmu_folder_file(const LmuFolder* const folder, const uint32_t index)
{
  return (index < folder->n_files)
           ? join(folder->path, folder->files[index].name)
           : NULL;
}

char*
lmu_folder_above(const LmuFolder* const folder)
{
  return (folder->path && strcmp(folder->path, "/") != 0)
           ? folder_of(folder->path)
           : NULL;
}

uint32_t
lmu_folder_next(const LmuFolder* const folder, const int step)
{
  const uint32_t count = folder->n_files;
  uint32_t       i     = folder->selected;
  for (uint32_t n = 0U; n < count; ++n) {
    i = (step > 0) ? (i + 1U) % count : (i + count - 1U) % count;
    if (!folder->files[i].is_folder) {
      return i;
    }
  }
  return count;
}
