// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/settings.h"

#include "core/base/setup/number.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define MAX_PATH 4096U
#define MAX_TEXT 256U
#define FOLDER "/lmu-lv2"

/// Write the path of something in the folder, return false if there is none
static bool
write_path(char path[MAX_PATH], const char* const name)
{
  // Hosts do not change these while windows open
  const char* const config =
    getenv("XDG_CONFIG_HOME");               // NOLINT(concurrency-mt-unsafe)
  const char* const home   = getenv("HOME"); // NOLINT(concurrency-mt-unsafe)
  const bool        is_set = config && config[0] == '/';
  if (!is_set && (!home || home[0] != '/')) {
    return false;
  }
  const int length = snprintf(path,
                              MAX_PATH,
                              "%s%s" FOLDER "%s",
                              is_set ? config : home,
                              is_set ? "" : "/.config",
                              name);
  return length > 0 && length < (int)MAX_PATH;
}

/// Use one line
static void
read_line(LmuSettings* const settings, const char* const line)
{
  double zoom = 0.0;
  if (!strcmp(line, "dark") || !strcmp(line, "light")) {
    settings->is_dark = line[0] == 'd';
  } else if (!strncmp(line, "zoom ", 5U) && lmu_number_read(&zoom, line + 5)) {
    settings->zoom = fmin(fmax(zoom, LMU_MIN_ZOOM), LMU_MAX_ZOOM);
  }
}

void
lmu_settings_load(LmuSettings* const settings)
{
  char path[MAX_PATH];
  char text[MAX_TEXT] = "";
  settings->is_dark   = true;
  settings->zoom      = 1.0;
  if (!write_path(path, "/ui")) {
    return;
  }

  const int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) {
    return;
  }
  const ssize_t n_bytes = read(file, text, sizeof(text) - 1U);
  (void)close(file);
  text[(n_bytes > 0) ? n_bytes : 0] = '\0';

  char* rest = NULL;
  for (char* line = strtok_r(text, "\n", &rest); line;
       line       = strtok_r(NULL, "\n", &rest)) {
    read_line(settings, line);
  }
}

/// Make a folder and the one above, return whether it is there
static bool
make_folder(char path[MAX_PATH])
{
  char* const slash = strrchr(path, '/');
  *slash            = '\0';
  (void)mkdir(path, 0700);
  *slash = '/';
  return !mkdir(path, 0700) || errno == EEXIST;
}

void
lmu_settings_save(const LmuSettings* const settings)
{
  char folder[MAX_PATH];
  char path[MAX_PATH];
  char next[MAX_PATH];
  char text[MAX_TEXT];
  char zoom[LMU_NUMBER_SIZE];
  if (!write_path(folder, "") || !write_path(path, "/ui") ||
      !write_path(next, "/ui.XXXXXX") || !make_folder(folder)) {
    return;
  }

  lmu_number_write(zoom, settings->zoom);
  const int length = snprintf(text,
                              sizeof(text),
                              "%s\nzoom %s\n",
                              settings->is_dark ? "dark" : "light",
                              zoom);
  const int file   = mkstemp(next);
  if (file < 0) {
    return;
  }

  const bool is_written = write(file, text, (size_t)length) == length;
  if (close(file) || !is_written || rename(next, path)) {
    (void)unlink(next);
  }
}
