// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_BASE_SETUP_FILE_H
#define LMU_CORE_BASE_SETUP_FILE_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Whole files, read from anybody and written so that none is ever half there.
*/

/// Return the part of a path that texts name a file by
LMU_SETUP const char*
lmu_file_name(const char* path);

/// Greatest size of a file that is read [bytes]
#define LMU_MAX_FILE (1UL << 26U)

/**
   Read a whole file into memory of our own.

   Never blocks on a pipe or a device, and never maps a file, which others may
   cut short meanwhile.

   @param data Set to its contents for free(), or to null on error.
   @param n_bytes Set to its size, or to zero on error.
   @param path Path of a regular file.
   @return LMU_NOT_FOUND if it is not there, LMU_TOO_LARGE, LMU_BAD_FILE if it
   is empty, cannot be read, or is not a regular file, or LMU_NO_MEMORY.  The
   text names the file.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_file_read(uint8_t**   data,
              size_t*     n_bytes,
              const char* path,
              LmuError*   error);

/// Write all bytes to an open file, whatever signals arrive, or return false
/// with the reason in errno
LMU_SETUP LMU_NODISCARD bool
lmu_file_write(int file, const void* data, size_t n_bytes);

/**
   Write a whole file, by way of a temporary one beside it.

   @return LMU_NOT_FOUND if there is no such folder, LMU_BAD_FILE if it cannot
   be written, or LMU_NO_MEMORY, and then what was there before still is.  The
   text names the file.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_file_save(const char* path,
              const void* data,
              size_t      n_bytes,
              LmuError*   error);

/**
   Do the same without waiting for the disk, which may take long.

   Whatever ends the program leaves the old file or the new one.  After a power
   cut it may be neither.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_file_save_soon(const char* path,
                   const void* data,
                   size_t      n_bytes,
                   LmuError*   error);

#endif // LMU_CORE_BASE_SETUP_FILE_H
