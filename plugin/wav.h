// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_WAV_H
#define LMU_PLUGIN_WAV_H

#include "core/base/attributes.h"
#include "core/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Recordings of one channel as WAV of 32-bit float, which grow as they are
   recorded.

   Each time samples are added the header says so, so that a file is whole
   whenever its writer ends.  The binary of the plugins has no library for
   sound, and reads nothing but what it wrote.

   Source: "Multimedia Programming Interface and Data Specifications 1.0", IBM
   and Microsoft, 1991, and its revision 3 of 1994 for floating point.
*/

/// Frames of the longest file that is read: half an hour at 192 kHz
#define WAV_MAX_FRAMES ((size_t)345600000U)

/// Begin a file that is not there yet, and return it open, or -1 with the
/// reason in errno
LMU_SETUP int
wav_create(const char* path, uint32_t rate);

/**
   Add samples to a file.

   @param file From wav_create().
   @param n_before Frames that it has.
   @param samples [n_frames].
   @return False with the reason in errno; then the file has as many frames as
   before.
*/
LMU_SETUP LMU_NODISCARD bool
wav_append(int file, size_t n_before, const float* samples, size_t n_frames);

/// Open a file to add to it, or return -1 with the reason in errno
LMU_SETUP int
wav_open(const char* path);

/// Return the frames of an open file, and set its rate, or zero if it is none
/// that wav_create() began
LMU_SETUP size_t
wav_length(int file, uint32_t* rate);

/// Read frames of an open file from a place on, return false if they are not
/// there
LMU_SETUP LMU_NODISCARD bool
wav_read(int file, size_t place, float* samples, size_t n_frames);

#endif // LMU_PLUGIN_WAV_H
