// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/rescue.h"

#include "core/nn/setup/graph.h"
#include "tools/base/allocate.h"
#include "tools/base/failure.h"
#include "tools/network/trained.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Names that are tried in a folder
#define MAX_NAMES 1000U

/// Return the path of a new file in a folder, for free(), or null
static char*
new_path(const char* const folder, const char* const path)
{
  const char* const slash = strrchr(path, '/');
  const char* const name  = slash ? slash + 1 : path;
  const char* const dot   = strrchr(name, '.');
  const int         stem  = (int)(dot ? (size_t)(dot - name) : strlen(name));
  for (uint32_t i = 1U; i < MAX_NAMES; ++i) {
    char* const found =
      (i == 1U)
        ? lmu_allocate_text("%s/%s", folder, name)
        : lmu_allocate_text(
            "%s/%.*s-%u%s", folder, stem, name, (unsigned)i, name + stem);
    if (access(found, F_OK)) {
      return found;
    }
    free(found);
  }
  return NULL;
}

/// Write to a folder, and return the path, for free(), or null
static char*
save_in(LmuGraph* const graph, const char* const folder, const char* const path)
{
  LmuFailure  error = {LMU_EXIT_SUCCESS, ""};
  char* const found = folder && *folder ? new_path(folder, path) : NULL;
  if (found && lmu_trained_save(graph, &error, found, found)) {
    free(found);
    return NULL;
  }
  return found;
}

/// Write wherever that works, and return the path, for free(), or null
static char*
save_anywhere(LmuGraph* const graph, const char* const path)
{
  const char* const folders[] = {getenv("TMPDIR"), "/tmp", getenv("HOME")};
  LmuFailure        error     = {LMU_EXIT_SUCCESS, ""};
  char*             found     = NULL;
  if (!lmu_trained_save(graph, &error, path, path)) {
    return lmu_allocate_text("%s", path);
  }
  for (size_t i = 0U; !found && i < sizeof(folders) / sizeof(folders[0]); ++i) {
    found = save_in(graph, folders[i], path);
  }
  return found;
}

void
lmu_rescue(LmuGraph* const   graph,
           LmuFailure* const error,
           const char* const path)
{
  const LmuFailure before = *error;
  char* const      found  = save_anywhere(graph, path);
  const char*      end    = strrchr(before.text, ';');
  if (found) {
    (void)lmu_failure_set(
      error,
      before.code,
      "%.*s; the best model so far is %s",
      (int)(end ? (size_t)(end - before.text) : strlen(before.text)),
      before.text,
      found);
  }
  free(found);
}
