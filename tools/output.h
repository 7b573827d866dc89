// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_OUTPUT_H
#define LMU_TOOLS_OUTPUT_H

#include "tools/failure.h"

/**
   @file
   A file that appears complete or not at all.

   It is written under a temporary name in the folder of its final one, and
   renamed at the end.  If the program ends first, also by a signal, then the
   temporary file is removed.  There is one at a time.
*/

/// A file being written, it owns the heap
typedef struct {
  char* path;      ///< Final name
  char* temporary; ///< Name until it is complete
  int   fd;        ///< Open for writing, or -1
} LmuOutput;

/**
   Begin a file.

   @param output Set to a new empty file.
   @param path Final name; a file of that name is replaced, a link followed.
   @return LMU_EXIT_BAD_OUTPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_output_init(LmuOutput* output, LmuFailure* error, const char* path);

/**
   Close the file and give it its final name.

   @return LMU_EXIT_BAD_OUTPUT on error, the file is then removed.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_output_save(LmuOutput* output, LmuFailure* error);

/// Remove the file unless it was saved, and free what lmu_output_init() set
LMU_SETUP void
lmu_output_reset(LmuOutput* output);

#endif // LMU_TOOLS_OUTPUT_H
