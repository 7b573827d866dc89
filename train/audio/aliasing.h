// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_AUDIO_ALIASING_H
#define LMU_TRAIN_AUDIO_ALIASING_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"

/**
   @file
   What a model makes of high tones that is no harmonic of them.

   A distortion has harmonics.  Those above half of the sample rate come back as
   tones that are none, which one hears in high gain.
*/

/// Tones, one each 1000 Hz from 1000 Hz on
#define LMU_N_ALIASING 10U

/**
   Play sines to a network, and find what is no harmonic.

   @param db Set to the energy that is neither a harmonic below half of the
   sample rate nor an offset, in parts of the output without its offset [dB],
   for each tone; NaN for those with no harmonic but themselves.
   @param rate Sample rate [Hz].
   @param rms Of the sines.
   @return LMU_NO_MEMORY, or what lmu_score_find() does.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_aliasing_find(double          db[LMU_N_ALIASING],
                  const LmuGraph* graph,
                  double          rate,
                  double          rms);

/// Return the worst of all tones, and set its frequency [Hz]
LMU_SETUP double
lmu_aliasing_worst(const double db[LMU_N_ALIASING], double* frequency);

#endif // LMU_TRAIN_AUDIO_ALIASING_H
