// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/state.h"

#include "core/base/setup/error.h"
#include "core/base/setup/file.h"
#include "core/base/setup/utf8.h"
#include "core/base/status.h"
#include "plugin/atoms.h"
#include "plugin/capture_thread.h"
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

/// Start of the names of copies in a session
#define COPY_PREFIX "copy-"

/// Most bytes of a file's name that such a name takes, as file systems have
/// room for 255, and a file that is being written takes some more
#define COPY_NAME_BYTES 200U

/// Start of a path that is saved as text though it is not UTF-8
#define ENCODED_PREFIX "file://"

/// Bytes of such a text, with its terminator
#define ENCODED_BYTES (((size_t)3U * PATH_BYTES) + sizeof(ENCODED_PREFIX))

/// Bytes of the name of a copy, with its terminator
#define COPY_BYTES (COPY_NAME_BYTES + sizeof(COPY_PREFIX))

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

/// Store text, which may be empty
static void
store_text(const Saving* const saving,
           const LV2_URID      key,
           const LV2_URID      type,
           const char* const   text,
           const bool          is_portable)
{
  const uint32_t flags =
    LV2_STATE_IS_POD | (is_portable ? LV2_STATE_IS_PORTABLE : 0U);
  if (key && type &&
      saving->store(
        saving->session.handle, key, text, strlen(text) + 1U, type, flags)) {
    host_error(saving->session.host,
               saving->session.uris,
               "The host does not keep the weight file in the session");
  }
}

/**
   Encode a path as text, with bytes that are not UTF-8 as in URIs.

   Hosts that write text which is not UTF-8 to a session cannot read any of that
   session again.
*/
static void
encode_path(char text[ENCODED_BYTES], const char* const path)
{
  const size_t size = strlen(path);
  char*        end  = text + sizeof(ENCODED_PREFIX) - 1U;
  memcpy(text, ENCODED_PREFIX, sizeof(ENCODED_PREFIX) - 1U);
  for (size_t i = 0U; i < size;) {
    const size_t n = lmu_utf8_length(path + i, size - i);
    if (!n || path[i] == '%') {
      end += snprintf(end, 4U, "%%%02X", (unsigned)(uint8_t)path[i++]);
    } else {
      memcpy(end, path + i, n);
      end += n;
      i += n;
    }
  }
  *end = '\0';
}

/// Store a path as text, which no host changes
static void
store_origin(const Saving* const saving,
             const LV2_URID      key,
             const char* const   path)
{
  const LV2_URID type = saving->session.uris->atom_String;
  if (!path[0]) {
    return;
  }
  if (lmu_utf8_is_valid(path, strlen(path))) {
    store_text(saving, key, type, path, true);
    return;
  }

  char text[ENCODED_BYTES];
  encode_path(text, path);
  store_text(saving, key, type, text, true);
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

/**
   Store the path that is wanted, also where there is none, as some hosts keep
   what was saved before.

   That is a text, as other hosts write an empty path as that of the session.
*/
static void
store_wanted(const Saving* const saving, const char* const path)
{
  const Uris* const uris = saving->session.uris;
  if (path[0]) {
    store_path(saving, uris->weights, path);
  } else {
    store_text(saving, uris->weights, uris->atom_String, path, true);
  }
}

/**
   Name a copy after the end of a file's name.

   In UTF-8, which all hosts keep, though the name of a file may be any bytes.
*/
static void
name_copy(char name[COPY_BYTES], const char* const path)
{
  const char* const whole = lmu_file_name(path);
  const size_t      size  = strlen(whole);
  const char* const end =
    (size > COPY_NAME_BYTES) ? whole + size - COPY_NAME_BYTES : whole;
  const int length = snprintf(name, COPY_BYTES, COPY_PREFIX "%s", end);

  for (size_t i = 0U; i < (size_t)length;) {
    const size_t n = lmu_utf8_length(name + i, (size_t)length - i);
    if (!n || name[i] == '/') {
      name[i] = '_';
    }
    i += n ? n : 1U;
  }
}

/// Write a copy to the session
static void
store_copy(const Saving* const   saving,
           const FileName* const name,
           const FileData* const data)
{
  const LV2_State_Make_Path* const make = saving->session.make;
  LmuError                         error;
  char                             copy[COPY_BYTES];
  if (!make || !data->data) {
    return;
  }

  // Hosts make a link of the file's own name, and not all make folders
  name_copy(copy, name->origin);
  char* const path = make->path(make->handle, copy);
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

/// Store what a user calls a capture, and where it is, with room for a path
static void
save_capture(const Saving* const  saving,
             CaptureThread* const capture,
             char* const          path)
{
  const Uris* const uris = saving->session.uris;
  (void)path_request_get(capture->name, path);
  store_origin(saving, uris->capture_name, path);
  capture_thread_describe(capture, path);
  store_origin(saving, uris->capture_folder, path);
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
  store_wanted(&saving, name->path);
  store_origin(&saving, uris->weights_origin, name->origin);
  if (name->sha256[0]) {
    store_text(
      &saving, uris->weights_sha256, uris->atom_String, name->sha256, true);
  }
  store_copy(&saving, name, &data);
  if (plugin->capture) {
    save_capture(&saving, plugin->capture, name->path);
  }
  free(data.data);
  free(name);
  return LV2_STATE_SUCCESS;
}

/* Restoring */

typedef struct {
  LV2_State_Retrieve_Function retrieve;
  Session                     session;
} Restoring;

/// Read a text that was saved, of a type or a string, or return false if it is
/// not there or malformed
static bool
retrieve_text(const Restoring* const restoring,
              const LV2_URID         key,
              const LV2_URID         type,
              char* const            text,
              const uint32_t         room)
{
  const Session* const session    = &restoring->session;
  size_t               size       = 0U;
  uint32_t             found_type = 0U;
  uint32_t             flags      = 0U;
  const void* const    value =
    key ? restoring->retrieve(session->handle, key, &size, &found_type, &flags)
           : NULL;
  if (!value || !size) {
    return false;
  }
  const bool is_text = found_type && (found_type == type ||
                                      found_type == session->uris->atom_String);
  if (is_text && atoms_read_text(text, value, size, room)) {
    return true;
  }
  host_error(session->host,
             session->uris,
             "The saved weight-file entry is malformed, choose the file again");
  return false;
}

/// Retrieve a path, [PATH_BYTES]
static void
retrieve_path(const Restoring* const restoring,
              const LV2_URID         key,
              char* const            path)
{
  const LV2_State_Map_Path* const map = restoring->session.map;
  if (!retrieve_text(
        restoring, key, restoring->session.uris->atom_Path, path, PATH_BYTES)) {
    return;
  }

  // A path that the host cannot map is kept as it is
  char* const mapped =
    (path[0] && map) ? map->absolute_path(map->handle, path) : NULL;
  if (mapped && mapped[0] == '/' && strlen(mapped) < PATH_BYTES) {
    memcpy(path, mapped, strlen(mapped) + 1U);
  }
  free_path(&restoring->session, mapped);
}

/// Return the value of a hexadecimal digit, or a greater one
static unsigned
digit_of(const char c)
{
  return (c >= '0' && c <= '9')   ? (unsigned)(c - '0')
         : (c >= 'A' && c <= 'F') ? (unsigned)(c - 'A') + 10U
         : (c >= 'a' && c <= 'f') ? (unsigned)(c - 'a') + 10U
                                  : 16U;
}

/// Decode a path in place, which stays as it is unless it is encoded
static void
decode_path(char* const text)
{
  const size_t prefix = sizeof(ENCODED_PREFIX) - 1U;
  if (strncmp(text, ENCODED_PREFIX, prefix) != 0) {
    return;
  }

  const char* from = text + prefix;
  char*       to   = text;
  while (*from) {
    const unsigned high = (from[0] == '%') ? digit_of(from[1]) : 16U;
    const unsigned low  = (high < 16U) ? digit_of(from[2]) : 16U;
    const unsigned byte = (16U * high) + low;
    if (low < 16U && byte) {
      *to++ = (char)byte;
      from += 3;
    } else {
      *to++ = *from++;
    }
  }
  *to = '\0';
}

/// Retrieve a path that was saved as text, [PATH_BYTES]
static void
retrieve_origin(const Restoring* const restoring,
                const LV2_URID         key,
                char* const            path)
{
  const Uris* const uris = restoring->session.uris;
  char              text[ENCODED_BYTES];
  if (retrieve_text(restoring, key, uris->atom_String, text, sizeof(text))) {
    decode_path(text);
    (void)atoms_read_text(path, text, strlen(text) + 1U, PATH_BYTES);
  }
}

/// Retrieve what a user calls a capture, and where it is, with room for a path
static void
restore_capture(const Restoring* const restoring,
                CaptureThread* const   capture,
                char* const            path)
{
  const Uris* const uris = restoring->session.uris;
  path[0]                = '\0';
  retrieve_origin(restoring, uris->capture_name, path);
  (void)path_request_set(
    capture->name, PATH_FROM_RESTORE, path, (uint32_t)strlen(path));
  path[0] = '\0';
  retrieve_origin(restoring, uris->capture_folder, path);
  capture_thread_restore(capture, path);
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
  retrieve_origin(&restoring, uris->weights_origin, name->origin);
  (void)retrieve_text(&restoring,
                      uris->weights_sha256,
                      uris->atom_String,
                      name->sha256,
                      sizeof(name->sha256));
  loader_restore(
    &plugin->weights->loader,
    name,
    (const LV2_Worker_Schedule*)host_feature(features, LV2_WORKER__schedule));
  if (plugin->capture) {
    restore_capture(&restoring, plugin->capture, name->path);
  }
  free(name);
  return LV2_STATE_SUCCESS;
}

const LV2_State_Interface lmu_state_interface = {save, restore};
