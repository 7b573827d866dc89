// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_SETUP_REFERENCE_H
#define LMU_CORE_NN_SETUP_REFERENCE_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"

/**
   @file
   Networks by plain loops in float64, which all others must equal.

   It follows the order of operations of Keras and keras-lmu, layer by layer and
   frame by frame, with m as the paper scales it.
*/

/// Network that runs, owned by the heap
typedef struct LmuReferenceImpl LmuReference;

/**
   Make a network in its first state.

   @param reference Set to a new network, or to null on error.
   @param graph Graph that passes lmu_graph_check(), and stays while this runs:
   its values may change from frame to frame.
   @param theta_factor Factor of all windows, 1 as trained.  Others discretise
   stored steps anew, by their method.
   @return LMU_BAD_THETA, LMU_UNSTABLE, or LMU_NO_MEMORY on error.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_reference_new(LmuReference**  reference,
                  const LmuGraph* graph,
                  double          theta_factor,
                  LmuError*       error);

/// Free a network, or do nothing if it is null
LMU_SETUP void
lmu_reference_free(LmuReference* reference);

/// Advance by one frame, from [n_inputs] to [n_outputs]
LMU_SETUP void
lmu_reference_step(LmuReference* reference,
                   const double* input,
                   double*       output);

#endif // LMU_CORE_NN_SETUP_REFERENCE_H
