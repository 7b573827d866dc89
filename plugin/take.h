// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_TAKE_H
#define LMU_PLUGIN_TAKE_H

#include "core/base/attributes.h"
#include "plugin/path_cell.h"
#include "train/stop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   A pair of recordings, in memory and in files that follow it.

   What cannot be written waits in memory, and is written once there is room.
*/

/// What goes into a device, and what comes back
typedef enum {
  TAKE_DRY,
  TAKE_WET,
  N_TAKE_SIDES,
} TakeSide;

/// Recordings of one device
typedef struct {
  char     folder[PATH_BYTES];  ///< Empty if there is none
  uint32_t rate;                ///< [Hz]
  float*   sides[N_TAKE_SIDES]; ///< [n_frames]
  size_t   n_frames;
  size_t   n_room;              ///< Frames that there is memory for
  size_t   n_written;           ///< Frames in the files
  int      files[N_TAKE_SIDES]; ///< Open, or -1
  float    peaks[N_TAKE_SIDES]; ///< Greatest magnitudes
  uint32_t runs[N_TAKE_SIDES];  ///< Frames at full scale until now
  bool     is_clipped;          ///< Whether there were some in a row
} Take;

/// Start without recordings
LMU_SETUP void
take_init(Take* take);

/// Forget recordings and close their files
LMU_SETUP void
take_clear(Take* take);

/// Begin a new take that has no folder yet
LMU_SETUP void
take_begin(Take* take, uint32_t rate);

/// Make files in a folder of this name, return false with the reason in errno
LMU_SETUP LMU_NODISCARD bool
take_create(Take* take, const char* name);

/// Add recordings, return false if memory is short
LMU_SETUP LMU_NODISCARD bool
take_add(Take* take, const float* dry, const float* wet, uint32_t n_frames);

/// Have a take be written anew if somebody removed its files
LMU_SETUP void
take_find(Take* take);

/// Write what is in memory alone, return false with the reason in errno
LMU_SETUP LMU_NODISCARD bool
take_write(Take* take);

/**
   Read a take again, from a folder that take_create() made.

   @return False if there is none, or it was stopped; the take is empty then.
*/
LMU_SETUP LMU_NODISCARD bool
take_load(Take* take, const char* folder, const LmuStop* stop);

/// Return the frames of the take in a folder, and set its rate, or zero
LMU_SETUP size_t
take_measure(const char* folder, uint32_t* rate);

/// Write why files could not be written, as errno has it
LMU_SETUP void
take_reason(char* text, size_t size);

#endif // LMU_PLUGIN_TAKE_H
