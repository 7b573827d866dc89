// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_PATH_CELL_H
#define LMU_PLUGIN_PATH_CELL_H

#include "core/base/attributes.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/**
   @file
   The path that was asked for, without locks.

   Two threads may ask: the audio thread by a message, and the host's by a
   state.  Each writes a cell of its own, and the newer one counts.
*/

/// Bytes of the longest path, with its terminator
#define PATH_BYTES 4096U

/// Words of the longest path
#define PATH_WORDS (PATH_BYTES / 8U)

/// Who asks for paths
typedef enum {
  PATH_FROM_RUN,     ///< The audio thread alone
  PATH_FROM_RESTORE, ///< The thread that restores a state alone
  N_PATH_WRITERS,
} PathWriter;

/// A path that one thread writes and any other reads
typedef struct {
  atomic_uint_least64_t version; ///< Odd while it is written
  atomic_uint_least64_t stamp;   ///< When it was asked for, zero for never
  atomic_uint_least64_t words[PATH_WORDS];
} PathCell;

/// The path that was asked for
typedef struct {
  atomic_uint_least64_t clock; ///< Last stamp
  PathCell              cells[N_PATH_WRITERS];
} PathRequest;

/// Start with an empty path
LMU_SETUP void
path_request_init(PathRequest* request);

/**
   Ask for a path.

   @param request Request.
   @param writer Who asks.
   @param path Path, empty for none.
   @param length Its length, less than PATH_BYTES.
   @return Stamp.
*/
LMU_RT uint64_t
path_request_set(PathRequest* request,
                 PathWriter   writer,
                 const char*  path,
                 uint32_t     length);

/// Return the stamp of the newest path, zero if there never was one
LMU_RT uint64_t
path_request_stamp(PathRequest* request);

/**
   Read the newest path.

   @param request Request.
   @param path Set to the path, [PATH_BYTES].
   @param stamp Set to its stamp.
   @return False if it is just being written, try again later.
*/
LMU_RT bool
path_request_try(PathRequest* request, char* path, uint64_t* stamp);

/// Read the newest path and return its stamp, in a thread that may wait
LMU_SETUP uint64_t
path_request_get(PathRequest* request, char* path);

#endif // LMU_PLUGIN_PATH_CELL_H
