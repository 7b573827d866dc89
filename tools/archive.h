// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_ARCHIVE_H
#define LMU_TOOLS_ARCHIVE_H

#include "tools/failure.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   Reading zip archives, by libzip.
*/

/**
   Read one file of an archive into memory.

   @param data Set to its contents with a zero byte after, for free(), or to
   null on error.
   @param n_bytes Set to their number, without the zero byte.
   @param path Path of the archive.
   @param name Name of the file inside.
   @return LMU_EXIT_BAD_INPUT if it is not there, too large, or damaged.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_archive_read(uint8_t**   data,
                 size_t*     n_bytes,
                 LmuFailure* error,
                 const char* path,
                 const char* name);

#endif // LMU_TOOLS_ARCHIVE_H
