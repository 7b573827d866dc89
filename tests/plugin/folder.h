// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_FOLDER_H
#define LMU_TESTS_PLUGIN_FOLDER_H

#include <stddef.h>

/**
   @file
   Files for the time of a test.
*/

/// Bytes of a path, with its terminator
#define FOLDER_MAX_PATH 512U

/// A folder that is there for a test only
typedef struct {
  char path[FOLDER_MAX_PATH];
} Folder;

/// Path of a file
typedef struct {
  char text[FOLDER_MAX_PATH];
} Path;

/// Make an empty folder
Folder
folder_new(void);

/// Remove a folder and all that is in it
void
folder_remove(const Folder* folder);

/// Return the path of a file in a folder
Path
folder_path(const Folder* folder, const char* name);

/// Make a folder in a folder
Folder
folder_add(const Folder* folder, const char* name);

/// Write a file
void
file_write(const char* path, const void* data, size_t size);

/// Copy the first bytes of a file, or all of it if it is shorter
void
file_copy(const char* from, const char* to, size_t size);

#endif // LMU_TESTS_PLUGIN_FOLDER_H
