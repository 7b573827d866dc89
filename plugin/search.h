// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_SEARCH_H
#define LMU_PLUGIN_SEARCH_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/setup/sha256.h"
#include "core/base/status.h"
#include "plugin/path_cell.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   Finding a weight file, also after a session has moved.
*/

/// A weight file, as sessions know it.  Texts may be empty.
typedef struct {
  char path[PATH_BYTES];            ///< Where it is to be
  char copy[PATH_BYTES];            ///< Where the session has a copy
  char origin[PATH_BYTES];          ///< Where it was when it was first saved
  char sha256[LMU_SHA256_HEX_SIZE]; ///< What was in it
} FileName;

/// Contents of a file
typedef struct {
  uint8_t* data; ///< For free(), or null
  size_t   n_bytes;
  char     sha256[LMU_SHA256_HEX_SIZE];
} FileData;

/**
   Read the first file that is there: at its path, the session's copy, at its
   origin; then one of the same name and contents in the folders of
   $LMU_MODEL_PATH, in the user's data folder, and in the bundle.

   @param data Set to its contents, with null data on error.
   @param name File.
   @param bundle Folder of the bundle, or null.
   @return Why the file at its path cannot be read, if no other is there.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
search_file(FileData*       data,
            const FileName* name,
            const char*     bundle,
            LmuError*       error);

#endif // LMU_PLUGIN_SEARCH_H
