// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_DATA_INPUT_H
#define LMU_DATA_INPUT_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
   @file
   Opening what a user names, also "-" and pipes.

   The path "-" is standard input.  That, and what is no regular file, is
   copied to a file without a name first, so that all can seek in it; opened
   again, it is the same copy.  Errors are in errno.
*/

/**
   Open for reading.

   @param path A file, or "-".
   @return A regular file that stands at its start, to be closed; or -1.
*/
LMU_SETUP int
lmu_input_open(const char* path);

/// Open as a stream of C, to be closed, or return null
LMU_SETUP FILE*
lmu_input_fopen(const char* path);

/// Open what may be a pipe, as it comes, or return -1
LMU_SETUP int
lmu_input_open_pipe(const char* path);

/// Return whether a path is "-", or that of an open pipe, such as /dev/stdin
LMU_SETUP bool
lmu_input_is_pipe(const char* path);

/**
   Read a whole file as lmu_file_read() does, and also what
   lmu_input_is_pipe().

   @param data Set to its contents for free(), or to null on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_input_read(uint8_t**   data,
               size_t*     n_bytes,
               const char* path,
               LmuError*   error);

/**
   Read what lmu_input_open_pipe() opened to its end, and close it.

   @return What lmu_input_open() would, now and later; or -1.
*/
LMU_SETUP int
lmu_input_take(const char* path, int fd);

/// Return what to do about an error of opening: what is usual, unless there was
/// no room for a copy of a pipe
LMU_SETUP const char*
lmu_input_advice(int number, const char* usual);

/// Return what to call a path: "standard input", or itself
LMU_SETUP const char*
lmu_input_name(const char* path);

#endif // LMU_DATA_INPUT_H
