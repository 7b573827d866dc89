// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/plugin/paths.h"

#include "tests/plugin/require.h"

#include <lv2/core/lv2.h>
#include <lv2/state/state.h>

#include <unistd.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Bytes before a path that the host has to free itself
#define PREFIX 16U

/// Return a copy of a path for the plugin, which free() cannot free if the host
/// offers to.  By a function that test_faults.c does not let fail.
static char*
lend(Paths* const paths, const char* const path)
{
  const size_t prefix = paths->can_free ? PREFIX : 0U;
  const size_t size   = strlen(path) + 1U;
  char* const  block  = (char*)reallocarray(NULL, 1U, prefix + size);
  REQUIRE(block);
  memcpy(block + prefix, path, size);
  paths->n_lent += paths->can_free;
  return block + prefix;
}

static void
free_path(LV2_State_Free_Path_Handle handle, char* const path)
{
  Paths* const paths = (Paths*)handle;
  if (path) {
    --paths->n_lent;
    free(path - PREFIX);
  }
}

/// Return the path of a file in the session's folder
static char*
lend_inside(Paths* const paths, const char* const name)
{
  char path[2U * PATHS_MAX] = {0};
  (void)snprintf(path, sizeof(path), "%s/%s", paths->folder, name);
  return lend(paths, path);
}

/// Return a link that leads to itself
static char*
lend_loop(Paths* const paths)
{
  char path[2U * PATHS_MAX] = {0};
  (void)snprintf(path, sizeof(path), "%s/loop", paths->folder);
  (void)unlink(path);
  REQUIRE(!symlink("loop", path));
  return lend(paths, path);
}

/// Return what a bad host does
static char*
lend_nonsense(Paths* const paths)
{
  switch (paths->kind) {
  case PATHS_EMPTY:
    return lend(paths, "");
  case PATHS_RELATIVE:
    return lend(paths, "./weights");
  case PATHS_LOOPED:
    return lend_loop(paths);
  case PATHS_LINKED:
  case PATHS_PLAIN:
  case PATHS_NONE:
  case PATHS_NULL:
  case N_PATHS:
    break;
  }
  return NULL;
}

static char*
abstract_path(LV2_State_Map_Path_Handle handle, const char* const absolute)
{
  Paths* const paths  = (Paths*)handle;
  const size_t length = strlen(paths->folder);
  if (paths->kind == PATHS_PLAIN) {
    return lend(paths, absolute);
  }
  if (paths->kind != PATHS_LINKED) {
    return lend_nonsense(paths);
  }
  if (!strncmp(absolute, paths->folder, length) && absolute[length] == '/') {
    return lend(paths, absolute + length + 1U);
  }

  const char* const slash               = strrchr(absolute, '/');
  const char* const name                = slash ? slash + 1 : absolute;
  char              link[PATHS_MAX * 2] = {0};
  (void)snprintf(link, sizeof(link), "%s/%s", paths->folder, name);
  (void)unlink(link);
  REQUIRE(!symlink(absolute, link));
  return lend(paths, name);
}

static char*
absolute_path(LV2_State_Map_Path_Handle handle, const char* const abstract)
{
  Paths* const paths = (Paths*)handle;
  if (paths->kind == PATHS_PLAIN || abstract[0] == '/') {
    return lend(paths, abstract);
  }
  return (paths->kind == PATHS_LINKED) ? lend_inside(paths, abstract)
                                       : lend_nonsense(paths);
}

// Like Lilv's, it makes no folders in the session's, though LV2 says so
static char*
make_path(LV2_State_Make_Path_Handle handle, const char* const name)
{
  Paths* const paths = (Paths*)handle;
  return (paths->kind == PATHS_LINKED || paths->kind == PATHS_PLAIN)
           ? lend_inside(paths, name)
           : lend_nonsense(paths);
}

void
paths_init(Paths* const paths, const PathsKind kind, const char* const folder)
{
  memset(paths, 0, sizeof(*paths));
  paths->kind     = kind;
  paths->can_make = true;
  paths->can_free = true;
  (void)snprintf(paths->folder, sizeof(paths->folder), "%s", folder);

  const LV2_State_Map_Path  map     = {paths, abstract_path, absolute_path};
  const LV2_State_Make_Path make    = {paths, make_path};
  const LV2_State_Free_Path release = {paths, free_path};
  paths->map                        = map;
  paths->make                       = make;
  paths->release                    = release;

  const LV2_Feature features[] = {{LV2_STATE__mapPath, &paths->map},
                                  {LV2_STATE__freePath, &paths->release},
                                  {LV2_STATE__makePath, &paths->make}};
  memcpy(paths->features, features, sizeof(features));
}

uint32_t
paths_features(Paths* const        paths,
               const LV2_Feature** features,
               const bool          is_saving)
{
  uint32_t count = 0U;
  if (paths->kind != PATHS_NONE) {
    features[count++] = &paths->features[0];
  }
  if (paths->can_free) {
    features[count++] = &paths->features[1];
  }
  if (paths->can_make && is_saving) {
    features[count++] = &paths->features[2];
  }
  return count;
}
