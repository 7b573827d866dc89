// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/search.h"

#include "core/base/setup/error.h"
#include "core/base/setup/file.h"
#include "core/base/setup/sha256.h"
#include "core/base/status.h"
#include "core/nn/setup/weight_file.h"
#include "plugin/path_cell.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Folder of weight files in the data folder of a user, and in the bundle
#define USER_FOLDER "lmu.lv2/models"
#define BUNDLE_FOLDER "models"

/// What to look for, and what was found
typedef struct {
  FileData*   data;
  const char* name;   ///< Name of the file, without its folder
  const char* sha256; ///< What must be in it, or empty
} Search;

/// Read a file at a full path, and describe what is in it
static LmuStatus
read_file(FileData* const data, const char* const path, LmuError* const error)
{
  memset(data, 0, sizeof(*data));
  if (path[0] != '/') {
    return lmu_error_set(
      error, LMU_NOT_FOUND, "%s: not a full path, choose the file again", path);
  }

  const LmuStatus status =
    lmu_file_read(&data->data, &data->n_bytes, path, error);
  if (!status) {
    uint8_t digest[LMU_SHA256_SIZE];
    lmu_sha256(digest, data->data, data->n_bytes);
    lmu_sha256_hex(data->sha256, digest);
  }
  return status;
}

/// Read a file if it is the wanted one
static bool
read_wanted(FileData* const   data,
            const char* const path,
            const char* const sha256)
{
  if (read_file(data, path, NULL)) {
    return false;
  }
  if (!strcmp(data->sha256, sha256)) {
    return true;
  }

  free(data->data);
  memset(data, 0, sizeof(*data));
  return false;
}

/// Read a file of the wanted name and contents in a folder
static bool
find_in(const Search* const search,
        const char* const   folder,
        const size_t        length,
        const char* const   subfolder)
{
  char path[PATH_BYTES];
  if (length >= sizeof(path)) {
    return false;
  }

  const int n_bytes = snprintf(path,
                               sizeof(path),
                               "%.*s/%s%s%s",
                               (int)length,
                               folder,
                               subfolder,
                               subfolder[0] ? "/" : "",
                               search->name);
  return n_bytes >= 0 && (size_t)n_bytes < sizeof(path) &&
         read_wanted(search->data, path, search->sha256);
}

/// Look in folders that colons separate
static bool
find_in_list(const Search* const search, const char* folders)
{
  while (folders && *folders) {
    const size_t length = strcspn(folders, ":");
    if (length && find_in(search, folders, length, "")) {
      return true;
    }
    folders += length + (folders[length] == ':');
  }
  return false;
}

static bool
find_in_folder(const Search* const search,
               const char* const   folder,
               const char* const   subfolder)
{
  return folder && folder[0] &&
         find_in(search, folder, strlen(folder), subfolder);
}

/// Return a variable of the environment, or null.  Hosts do not change it while
/// plugins load, or nothing that reads it would be safe.
static const char*
variable(const char* const name)
{
  return getenv(name); // NOLINT(concurrency-mt-unsafe)
}

/// Look in the data folder of the user, as the XDG base directories have it
static bool
find_in_data_folder(const Search* const search)
{
  const char* const folder = variable("XDG_DATA_HOME");
  if (folder && folder[0] == '/') {
    return find_in_folder(search, folder, USER_FOLDER);
  }
  return find_in_folder(search, variable("HOME"), ".local/share/" USER_FOLDER);
}

LmuStatus
search_file(FileData* const       data,
            const FileName* const name,
            const char* const     bundle,
            LmuError* const       error)
{
  const LmuStatus status = read_file(data, name->path, error);
  if (!status) {
    return LMU_SUCCESS;
  }

  // What went wrong there is told if there is no other.  A host may still have
  // the copy of a file that was played before.
  if ((name->copy[0] && read_wanted(data, name->copy, name->sha256)) ||
      (name->origin[0] && !read_file(data, name->origin, NULL))) {
    return LMU_SUCCESS;
  }

  // A link of a session may bear another name than the file had
  const char* const path   = name->origin[0] ? name->origin : name->path;
  const char* const slash  = strrchr(path, '/');
  const Search      search = {data, slash ? slash + 1 : path, name->sha256};
  const bool        found  = name->sha256[0] && search.name[0] &&
                     (find_in_list(&search, variable("LMU_MODEL_PATH")) ||
                      find_in_data_folder(&search) ||
                      find_in_folder(&search, bundle, BUNDLE_FOLDER));
  return found ? LMU_SUCCESS : status;
}
