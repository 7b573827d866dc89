// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_CAPTURE_FOLDER_H
#define LMU_PLUGIN_CAPTURE_FOLDER_H

#include "core/base/attributes.h"
#include "plugin/path_cell.h"

#include <stdbool.h>

/**
   @file
   Where a capture is kept: $XDG_DATA_HOME/lmu.lv2/captures/NAME-DATE, or below
   ~/.local/share where that is not set.

   In it are dry.wav, wet.wav and NAME-DATE.safetensors, and beside that what it
   takes to go on with training.  All of it is what `lmu train` reads and
   writes.
*/

/// Names of the recordings
#define CAPTURE_DRY "dry.wav"
#define CAPTURE_WET "wet.wav"

/**
   Make a new folder for a capture, and those that it is in.

   @param folder Set to its path, [PATH_BYTES], or to nothing on error.
   @param name What a user calls it; what no file system has is replaced.
   @return False with the reason in errno.
*/
LMU_SETUP LMU_NODISCARD bool
capture_folder_new(char* folder, const char* name);

/// Set path to that of a file in a folder, [PATH_BYTES], return false if it is
/// too long
LMU_SETUP LMU_NODISCARD bool
capture_folder_file(char* path, const char* folder, const char* name);

/// The same of the model, with an ending behind its name
LMU_SETUP LMU_NODISCARD bool
capture_folder_model(char* path, const char* folder, const char* ending);

#endif // LMU_PLUGIN_CAPTURE_FOLDER_H
