// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// For mkdir() and others, which C does not have
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
#define _POSIX_C_SOURCE 200809L

#include "plugin/capture_folder.h"

#include "core/base/setup/file.h"
#include "core/base/setup/utf8.h"
#include "plugin/path_cell.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/// Folders of one second that are tried
#define MAX_ATTEMPTS 100U

/// Most bytes of a name that become part of a path
#define NAME_BYTES 100U

/// Folder of all captures in that of the user's data
#define CAPTURES "lmu.lv2/captures"

/// What a capture without a name is called
#define NO_NAME "capture"

/// Print to a path, return false if it is too long
static bool
is_short(const int length)
{
  const bool fits = length >= 0 && (size_t)length < PATH_BYTES;
  errno           = fits ? errno : ENAMETOOLONG;
  return fits;
}

bool
capture_folder_file(char* const       path,
                    const char* const folder,
                    const char* const name)
{
  return is_short(snprintf(path, PATH_BYTES, "%s/%s", folder, name));
}

bool
capture_folder_model(char* const       path,
                     const char* const folder,
                     const char* const ending)
{
  return is_short(snprintf(path,
                           PATH_BYTES,
                           "%s/%s.safetensors%s",
                           folder,
                           lmu_file_name(folder),
                           ending));
}

/// Return a variable of the environment, which hosts do not change while
/// plugins run, or null
static const char*
variable(const char* const name)
{
  return getenv(name); // NOLINT(concurrency-mt-unsafe)
}

/// Set the folder of all captures, return false if there is no place for it
static bool
find_captures(char* const path)
{
  const char* const data = variable("XDG_DATA_HOME");
  const char* const home = variable("HOME");
  if (data && data[0] == '/') {
    return is_short(snprintf(path, PATH_BYTES, "%s/" CAPTURES, data));
  }
  if (home && home[0] == '/') {
    return is_short(
      snprintf(path, PATH_BYTES, "%s/.local/share/" CAPTURES, home));
  }
  errno = ENOENT;
  return false;
}

/// Make a folder and those that it is in, return false if that cannot be
static bool
make_all(char* const path)
{
  for (char* slash = strchr(path + 1, '/'); slash;
       slash       = strchr(slash + 1, '/')) {
    *slash          = '\0';
    const bool made = !mkdir(path, 0777) || errno == EEXIST;
    *slash          = '/';
    if (!made) {
      return false;
    }
  }
  return !mkdir(path, 0777) || errno == EEXIST;
}

/// Write what a file may be called
static void
clean_name(char text[NAME_BYTES + 1U], const char* const name)
{
  size_t length = 0U;
  while (name[length]) {
    const size_t n = lmu_utf8_length(name + length, strlen(name + length));
    if (length + (n ? n : 1U) > NAME_BYTES) {
      break;
    }
    const char c      = name[length];
    const bool is_odd = !n || (uint8_t)c < 0x20U || c == '/' || c == 0x7F;
    memcpy(text + length, name + length, n ? n : 1U);
    if (is_odd) {
      text[length] = '_';
    }
    length += n ? n : 1U;
  }
  text[length] = '\0';
  if (!length || text[0] == '.') {
    memcpy(text, NO_NAME, sizeof(NO_NAME));
  }
}

/// Write the time of day, as users have it
static void
write_date(char text[32])
{
  const time_t now = time(NULL);
  struct tm    parts;
  if (!localtime_r(&now, &parts) ||
      !strftime(text, 32U, "%Y%m%d-%H%M%S", &parts)) {
    memcpy(text, "0", 2U);
  }
}

bool
capture_folder_new(char* const folder, const char* const name)
{
  char parent[PATH_BYTES];
  char clean[NAME_BYTES + 1U];
  char date[32];
  folder[0] = '\0';
  if (!find_captures(parent) || !make_all(parent)) {
    return false;
  }
  clean_name(clean, name);
  write_date(date);
  for (uint32_t i = 0U; i < MAX_ATTEMPTS; ++i) {
    char more[8] = "";
    if (i) {
      (void)snprintf(more, sizeof(more), "-%u", i + 1U);
    }
    if (!is_short(snprintf(
          folder, PATH_BYTES, "%s/%s-%s%s", parent, clean, date, more))) {
      break;
    }
    if (!mkdir(folder, 0777)) {
      return true;
    }
    if (errno != EEXIST) {
      break;
    }
  }
  folder[0] = '\0';
  return false;
}
