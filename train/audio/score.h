// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_AUDIO_SCORE_H
#define LMU_TRAIN_AUDIO_SCORE_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "train/audio/streams.h"

#include <stddef.h>

/**
   @file
   How close a network comes to a device, as plugins run it.

   An error-to-signal ratio is the energy of the difference in parts of that of
   the target.
*/

/// What is said of a network
typedef struct {
  double esr;          ///< Of all that was played
  double emphasised;   ///< With pre-emphasis of 0.85, which hears highs
  double quiet;        ///< Of the quietest tenth that is no silence
  double input_rms;    ///< Of the input
  double target_rms;   ///< Of the target
  double output_rms;   ///< Of what the network played
  double silence_peak; ///< Greatest output of a second of silence at the start
} LmuScore;

/**
   Run a network over recordings, each from its first state.

   @param score Set to what is said.
   @param graph Network of one signal and conditions.
   @param streams Recordings, whose gains are ignored.
   @param output Set to what it played, one recording behind another, or null.
   @return LMU_NO_MEMORY, or what lmu_network_new() does.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_score_find(LmuScore*         score,
               const LmuGraph*   graph,
               const LmuStreams* streams,
               float*            output);

#endif // LMU_TRAIN_AUDIO_SCORE_H
