// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_FOLDER_H
#define LMU_UI_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Weight files and folders of a folder, to choose from.
*/

/// Ending of weight files
#define LMU_FOLDER_SUFFIX ".safetensors"

/// Greatest number of lines, the rest is left out
#define LMU_MAX_FILES 4096U

/// A line
typedef struct {
  char* name;      ///< Bytes as the system has them
  bool  is_folder; ///< Whether it can be entered
} LmuFile;

/// Contents of a folder, owned by the heap, zero is none
typedef struct {
  char*    path;  ///< Of the folder, or null
  LmuFile* files; ///< Folders first, each sorted by name, [n_files]
  uint32_t n_files;
  uint32_t selected; ///< Line that keys and clicks chose
  uint32_t top;      ///< First line that is seen
} LmuFolder;

/**
   Read a folder.

   @param folder Changed only if it can be read.
   @param path Folder, or a file in it, which is selected then.
   @return Whether it could be read.
*/
bool
lmu_folder_read(LmuFolder* folder, const char* path);

/// Free the contents
void
lmu_folder_reset(LmuFolder* folder);

/// Return the path of a line, to be freed, or null if there is no memory
char*
lmu_folder_file(const LmuFolder* folder, uint32_t index);

/// Return the folder above, to be freed, or null if there is none
char*
lmu_folder_above(const LmuFolder* folder);

/// Return the weight file `step` files after the selected one, round the ends,
/// as an index, or n_files if there is none
uint32_t
lmu_folder_next(const LmuFolder* folder, int step);

#endif // LMU_UI_FOLDER_H
