// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_TRAIN_MEASURE_H
#define LMU_TOOLS_TRAIN_MEASURE_H

#include "core/base/attributes.h"
#include "core/nn/setup/graph.h"
#include "tools/base/failure.h"
#include "train/audio/streams.h"

/**
   @file
   Figures of models and recordings that users are told.
*/

/// Return the processor time of all threads of this program [s]
LMU_SETUP double
lmu_cpu_s(void);

/// Return the time that a model takes for a sample on this machine [ns], or
/// zero if it cannot run
LMU_SETUP double
lmu_measure_speed(const LmuGraph* graph);

/**
   Run a model over recordings, each from its first state.

   @param output Set to what it played, one recording behind another.
   @return LMU_EXIT_NO_MEMORY, or that of a model that cannot run.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_measure_play(float*            output,
                 LmuFailure*       error,
                 const LmuGraph*   graph,
                 const LmuStreams* streams);

/// Return the ESR of the best volume control, which any model should beat
LMU_SETUP double
lmu_measure_volume(const LmuStreams* streams);

#endif // LMU_TOOLS_TRAIN_MEASURE_H
