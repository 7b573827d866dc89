// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_DATA_CHANNELS_H
#define LMU_DATA_CHANNELS_H

#include "tools/base/failure.h"

#include <stdint.h>

/**
   @file
   Which channel of a file goes to which input of a plugin.
*/

/// No channel: the input hears silence
#define LMU_NO_CHANNEL UINT32_MAX

/// Return how many channels a list such as "2-9" or "1,3" has, or all there are
/// without one; zero if it is no list of them
LMU_SETUP uint32_t
lmu_channels_count(uint32_t n_channels, const char* list);

/**
   Choose a channel for each input.

   Channels go to inputs one by one.  A file of one channel goes to both inputs
   of a stereo plugin.  Inputs without a channel hear silence.  More channels
   than inputs are an error, but a plugin without inputs takes any file.

   @param map Set to channels from 0, or LMU_NO_CHANNEL, [n_inputs].
   @param list Channels from 1 to use, such as "2-9" or "1,3", or null for all.
   @param path Name of the file, for the message.
   @return LMU_EXIT_USAGE if they do not fit, LMU_EXIT_BAD_VALUE for a bad
   list.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_channels_map(uint32_t*   map,
                 LmuFailure* error,
                 uint32_t    n_inputs,
                 uint32_t    n_channels,
                 const char* list,
                 const char* path);

#endif // LMU_DATA_CHANNELS_H
