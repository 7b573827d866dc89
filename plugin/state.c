// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/state.h"

#include "core/setup/error.h"
#include "core/setup/file.h"
#include "core/setup/utf8.h"
#include "core/status.h"
#include "plugin/host.h"
#include "plugin/loader.h"
#include "plugin/path_cell.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/search.h"
#include "plugin/weights.h"

#include <lv2/core/lv2.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Greatest size of files that sessions take a copy of by default [bytes]
#define SMALL_FILE ((size_t)1024U * 1024U)

/// Start of the names of copies in a session, and bytes of such a name
#define COPY_PREFIX "copy-"
#define COPY_BYTES (PATH_BYTES + sizeof(COPY_PREFIX))

/// What a host offers to save() and restore(), all but the handle may be null
typedef struct {
  LV2_State_Handle           handle;
  const Uris*                uris;
  const Host*                host;
  const LV2_State_Map_Path*  map;
  const LV2_State_Make_Path* make;
  const LV2_State_Free_Path* release;
} Session;

static Session
session_of(const Plugin* const             plugin,
           LV2_State_Handle                handle,
           const LV2_Feature* const* const features)
{
  const Session session = {
    handle,
    &plugin->uris,
    &plugin->host,
    (const LV2_State_Map_Path*)host_feature(features, LV2_STATE__mapPath),
    (const LV2_State_Make_Path*)host_feature(features, LV2_STATE__makePath),
    (const LV2_State_Free_Path*)host_feature(features, LV2_STATE__freePath),
  };
  return session;
}

/// Free a path that the host made
static void
free_path(const Session* const session, char* const path)
{
  if (path && session->release) {
    session->release->free_path(session->release->handle, path);
  } else {
    free(path);
  }
}

/* Saving */

typedef struct {
  LV2_State_Store_Function store;
  Session                  session;
} Saving;

/// Store text, unless there is none
static void
store_text(const Saving* const saving,
           const LV2_URID      key,
           const LV2_URID      type,
           const char* const   text,
           const bool          is_portable)
{
  const uint32_t flags =
    LV2_STATE_IS_POD | (is_portable ? LV2_STATE_IS_PORTABLE : 0U);
  if (key && type && text[0] &&
      saving->store(
        saving->session.handle, key, text, strlen(text) + 1U, type, flags)) {
    host_error(saving->session.host,
               saving->session.uris,
               "The host does not keep the weight file in the session");
  }
}

/// Store a path as the host wants it
static void
store_path(const Saving* const saving,
           const LV2_URID      key,
           const char* const   path)
{
  const LV2_State_Map_Path* const map = saving->session.map;
  char* const                     mapped =
    (map && path[0] == '/') ? map->abstract_path(map->handle, path) : NULL;
  const bool is_mapped = mapped && mapped[0];

  store_text(saving,
             key,
             saving->session.uris->atom_Path,
             is_mapped ? mapped : path,
             is_mapped);
  free_path(&saving->session, mapped);
}

/// Write a copy to the session
static void
store_copy(const Saving* const   saving,
           const FileName* const name,
           const FileData* const data)
{
  const LV2_State_Make_Path* const make = saving->session.make;
  LmuError                         error;
  char                             place[COPY_BYTES];
  if (!make || !data->data) {
    return;
  }

  // Hosts make a link of the file's own name, and not all make folders
  (void)snprintf(
    place, sizeof(place), COPY_PREFIX "%s", lmu_file_name(name->origin));
  char* const path = make->path(make->handle, place);
  if (!path || !path[0]) {
    (void)lmu_error_set(
      &error, LMU_BAD_FILE, "The session has no room for the weight file");
  } else if (!lmu_file_save(path, data->data, data->n_bytes, &error)) {
    error.text[0] = '\0';
    store_path(saving, saving->session.uris->weights_copy, path);
  }
  if (error.text[0]) {
    host_error(saving->session.host, saving->session.uris, error.text);
  }
  free_path(&saving->session, path);
}

static size_t
largest_copy(Weights* const weights)
{
  switch ((EmbedChoice)atomic_load(&weights->embed)) {
  case EMBED_NEVER:
    return 0U;
  case EMBED_SMALL:
    return SMALL_FILE;
  case EMBED_ALWAYS:
    break;
  }
  return SIZE_MAX;
}

static LV2_State_Status
save(LV2_Handle                      instance,
     LV2_State_Store_Function        store,
     LV2_State_Handle                handle,
     const uint32_t                  flags,
     const LV2_Feature* const* const features)
{
  (void)flags;

  const Plugin* const plugin = (const Plugin*)instance;
  const Uris* const   uris   = &plugin->uris;
  const Saving        saving = {store, session_of(plugin, handle, features)};
  FileName* const     name   = (FileName*)calloc(1U, sizeof(FileName));
  FileData            data   = {NULL, 0U, {0}};
  if (!name) {
    return LV2_STATE_ERR_UNKNOWN;
  }

  loader_describe(
    &plugin->weights->loader, name, &data, largest_copy(plugin->weights));
  store_path(&saving, uris->weights, name->path);
  store_text(
    &saving, uris->weights_origin, uris->atom_String, name->origin, true);
  store_text(
    &saving, uris->weights_sha256, uris->atom_String, name->sha256, true);
  store_copy(&saving, name, &data);
  free(data.data);
  free(name);
  return LV2_STATE_SUCCESS;
}

/* Restoring */

typedef struct {
  LV2_State_Retrieve_Function retrieve;
  Session                     session;
} Restoring;

/// Return a text that was saved, or null if it is not there or not right
static const char*
retrieve_text(const Restoring* const restoring,
              const LV2_URID         key,
              const LV2_URID         type,
              const size_t           most)
{
  size_t            size       = 0U;
  uint32_t          found_type = 0U;
  uint32_t          flags      = 0U;
  const char* const text =
    key ? (const char*)restoring->retrieve(
            restoring->session.handle, key, &size, &found_type, &flags)
        : NULL;
  if (!text) {
    return NULL;
  }
  if (type && found_type == type && size && size <= most &&
      memchr(text, '\0', size) == text + size - 1U &&
      lmu_utf8_is_valid(text, size - 1U)) {
    return text;
  }
  host_error(
    restoring->session.host,
    restoring->session.uris,
    "The session says nonsense about the weight file, choose it again");
  return NULL;
}

static void
retrieve_string(const Restoring* const restoring,
                const LV2_URID         key,
                char* const            string,
                const size_t           n_bytes)
{
  const char* const text = retrieve_text(
    restoring, key, restoring->session.uris->atom_String, n_bytes);
  if (text) {
    memcpy(string, text, strlen(text) + 1U);
  }
}

/// Retrieve a path, [PATH_BYTES]
static void
retrieve_path(const Restoring* const restoring,
              const LV2_URID         key,
              char* const            path)
{
  const LV2_State_Map_Path* const map  = restoring->session.map;
  const char* const               text = retrieve_text(
    restoring, key, restoring->session.uris->atom_Path, PATH_BYTES);
  char* const mapped =
    (text && text[0] && map) ? map->absolute_path(map->handle, text) : NULL;
  const char* const found = (mapped && mapped[0] == '/') ? mapped : text;

  if (found && strlen(found) < PATH_BYTES) {
    memcpy(path, found, strlen(found) + 1U);
  }
  free_path(&restoring->session, mapped);
}

static LV2_State_Status
restore(LV2_Handle                      instance,
        LV2_State_Retrieve_Function     retrieve,
        LV2_State_Handle                handle,
        const uint32_t                  flags,
        const LV2_Feature* const* const features)
{
  (void)flags;

  const Plugin* const plugin = (const Plugin*)instance;
  const Uris* const   uris   = &plugin->uris;
  const Restoring restoring  = {retrieve, session_of(plugin, handle, features)};
  FileName* const name       = (FileName*)calloc(1U, sizeof(FileName));
  if (!name) {
    return LV2_STATE_ERR_UNKNOWN;
  }

  retrieve_path(&restoring, uris->weights, name->path);
  retrieve_path(&restoring, uris->weights_copy, name->copy);
  retrieve_string(
    &restoring, uris->weights_origin, name->origin, sizeof(name->origin));
  retrieve_string(
    &restoring, uris->weights_sha256, name->sha256, sizeof(name->sha256));
  loader_restore(
    &plugin->weights->loader,
    name,
    (const LV2_Worker_Schedule*)host_feature(features, LV2_WORKER__schedule));
  free(name);
  return LV2_STATE_SUCCESS;
}

const LV2_State_Interface lmu_state_interface = {save, restore};
