// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_ARCHIVE_H
#define LMU_TOOLS_FOREIGN_ARCHIVE_H

#include "tools/base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Reading zip archives in memory, by libzip.
*/

/// An open archive, it owns the heap
typedef struct LmuArchiveImpl LmuArchive;

/// Return whether bytes begin as an archive does
LMU_SETUP bool
lmu_archive_is(const uint8_t* data, size_t n_bytes);

/**
   Open an archive.

   @param archive Set to the open archive, or to null on error.
   @param path Where it came from, for messages, which must outlive it.
   @param data All of it, which must outlive it.
   @return LMU_EXIT_BAD_INPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_archive_new(LmuArchive**   archive,
                LmuFailure*    error,
                const char*    path,
                const uint8_t* data,
                size_t         n_bytes);

/// Close an archive, or do nothing if it is null
LMU_SETUP void
lmu_archive_free(LmuArchive* archive);

/// Return the path of the first file of that name, or with that ending if it
/// begins with a dot, or null
LMU_SETUP const char*
lmu_archive_find(const LmuArchive* archive, const char* name);

/**
   Read one file of an archive into memory.

   @param data Set to its contents with a zero byte after, for free(), or to
   null on error.
   @param n_bytes Set to their number, without the zero byte.
   @param name Path of the file inside.
   @param max_bytes Most that it may have, checked before anything is inflated.
   @return LMU_EXIT_BAD_INPUT if it is not there, too large, or damaged.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_archive_read(const LmuArchive* archive,
                 uint8_t**         data,
                 size_t*           n_bytes,
                 LmuFailure*       error,
                 const char*       name,
                 size_t            max_bytes);

#endif // LMU_TOOLS_FOREIGN_ARCHIVE_H
