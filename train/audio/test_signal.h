// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_AUDIO_TEST_SIGNAL_H
#define LMU_TRAIN_AUDIO_TEST_SIGNAL_H

#include "core/base/attributes.h"

#include <stddef.h>

/**
   @file
   A sound to learn a device by, where nobody plays.

   Plucked notes, chords, sweeps and noise, each at four levels from soft to
   full scale, that swell and fade.  It begins with half a second of silence,
   which shows the noise of a device, and a burst whose onset shows its latency,
   and ends with silence, in which a device comes to rest.
*/

/// Greatest magnitude of the signal
#define LMU_TEST_SIGNAL_PEAK 0.95

/**
   Return a test signal for free(), or null if memory is short.

   @param n_frames Set to its length [frames].
   @param rate Sample rate, more than 0 [Hz].
*/
LMU_SETUP float*
lmu_test_signal_new(size_t* n_frames, double rate);

#endif // LMU_TRAIN_AUDIO_TEST_SIGNAL_H
