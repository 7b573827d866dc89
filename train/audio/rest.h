// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_AUDIO_REST_H
#define LMU_TRAIN_AUDIO_REST_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"

#include <stdbool.h>

/**
   @file
   Whether a network comes to rest: what it plays in silence dies away, whatever
   came before.

   A network with feedback may whistle, or stay where a loud sound put it, which
   its error on recordings need not show.  It is run as a plugin runs it, from
   nothing and through a loud burst, and then in silence: both must come to the
   same, and to a constant, at windows as trained and far from it.
*/

/// Window factors at which a network is tried
#define LMU_N_REST_FACTORS 9U

/// What is left of a burst
typedef struct {
  double factors[LMU_N_REST_FACTORS];   ///< Window factors
  double apart_db[LMU_N_REST_FACTORS];  ///< How far what a burst left is from
                                        ///< what silence alone does, beside the
                                        ///< burst's peak
  double moving_db[LMU_N_REST_FACTORS]; ///< What still moves, the same
  bool   rests;                         ///< Whether all are below LMU_REST_DB
  double least;   ///< Least factor up to 1 from which on all are, or infinity
  bool   stopped; ///< Whether that was not found out, as `stops` said so
} LmuRest;

/// How to find out
typedef struct {
  double rate;                 ///< Sample rate [Hz]
  bool   quick;                ///< Whether to try windows as trained alone
  bool (*stops)(void* handle); ///< Whether to stop, asked every few
                               ///< milliseconds, or null
  void* handle;                ///< What it is given
} LmuRestSpec;

/// What rests is this far below the loudest [dB]
#define LMU_REST_DB (-60.0)

/**
   Find out whether a network comes to rest.

   Windows that are so short that no network can have them are left out, as are
   those below the least scale that the graph says it rests at.

   @param graph Network of one signal, conditions, and one output.
   @return What lmu_network_new() does.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_rest_find(LmuRest* rest, const LmuGraph* graph, const LmuRestSpec* spec);

#endif // LMU_TRAIN_AUDIO_REST_H
