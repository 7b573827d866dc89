// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_DATA_OUTPUT_H
#define LMU_DATA_OUTPUT_H

#include "tools/base/failure.h"

#include <stdbool.h>
#include <stddef.h>

/**
   @file
   A file that appears complete or not at all, or a stream.

   A file is written without a name, in the folder of its final one, and named
   at the end: if the program ends first, however, then nothing is left.  A file
   that is there before keeps its access and its owner; if a new one in its
   place could not, then it is overwritten at the end.  Links are followed.

   The path "-" is standard output.  That, and what is no regular file, such as
   a pipe, is written as it comes.
*/

/// Path of standard output, and of standard input
#define LMU_STANDARD "-"

/// How a file gets where it belongs
typedef enum {
  LMU_OUTPUT_LINK,   ///< It is given its name
  LMU_OUTPUT_RENAME, ///< It is renamed
  LMU_OUTPUT_COPY,   ///< It is copied to where it belongs
  LMU_OUTPUT_STREAM, ///< It is there
} LmuOutputWay;

/// A file being written, it owns the heap
typedef struct {
  LmuOutputWay way;       ///< How it gets where it belongs
  char*        path;      ///< As the user wrote it
  char*        name;      ///< Final name in the folder, or null
  char*        temporary; ///< Name in the folder until it is complete, or null
  int          folder;    ///< Folder of both names, or -1
  int          fd;        ///< Open for writing, or -1
  int          to;        ///< What is there before, to be copied to, or -1
} LmuOutput;

/// An output that is not open
#define LMU_NO_OUTPUT \
  ((LmuOutput){LMU_OUTPUT_STREAM, NULL, NULL, NULL, -1, -1, -1})

/**
   Begin a file.

   @param output Set to a new empty file.
   @param path Final name, or "-"; a file of that name is replaced.
   @param seeks Whether the writer seeks: then `fd` is a regular file, copied at
   the end to what cannot seek.  Without, `fd` may be a pipe.
   @return LMU_EXIT_BAD_OUTPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_output_init(LmuOutput*  output,
                LmuFailure* error,
                const char* path,
                bool        seeks);

/// Write bytes, or return LMU_EXIT_BAD_OUTPUT
LMU_SETUP LMU_NODISCARD LmuExit
lmu_output_write(const LmuOutput* output,
                 LmuFailure*      error,
                 const void*      data,
                 size_t           n_bytes);

/**
   Close the file and give it its final name.

   @return LMU_EXIT_BAD_OUTPUT on error, the file is then removed.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_output_save(LmuOutput* output, LmuFailure* error);

/// Remove the file unless it was saved, and free what lmu_output_init() set
LMU_SETUP void
lmu_output_reset(LmuOutput* output);

/**
   See that standard output has only what is written to the path "-".

   All else that is printed to it goes to standard error from now on.  A path
   that is not standard output changes nothing.
*/
LMU_SETUP void
lmu_output_claim(const char* path);

/// Return whether a path is standard output
LMU_SETUP bool
lmu_output_is_standard(const char* path);

/// Return whether a path is "-", or of what is there and no regular file
LMU_SETUP bool
lmu_output_is_stream(const char* path);

/**
   Write a whole file of bytes.

   @return LMU_EXIT_BAD_OUTPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_output_put(LmuFailure* error,
               const char* path,
               const void* data,
               size_t      n_bytes);

#endif // LMU_DATA_OUTPUT_H
