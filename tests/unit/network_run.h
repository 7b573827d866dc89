// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_UNIT_NETWORK_RUN_H
#define LMU_TESTS_UNIT_NETWORK_RUN_H

#include "core/nn/rt/network.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"

#include <stdint.h>

/**
   @file
   Networks that run, beside the reference in float64.
*/

/// Frames of a comparison, some windows long
#define N_FRAMES 400U

/// Part of the output's peak by which float32 may differ from float64
#define MAX_ERROR 1e-5

/// The same where the memory runs as modes, which float32 holds less well
#define MAX_MODAL_ERROR 3e-5

/// What a graph puts out
typedef struct {
  const LmuGraph* graph;
  float*          input;    ///< [N_FRAMES][n_inputs]
  double*         expected; ///< By the reference, [N_FRAMES][n_outputs]
  double          peak;     ///< Greatest magnitude of that
} Expected;

/// Return a network, or fail
LmuNetwork*
network_of(const LmuGraph* graph, const LmuNetworkOptions* options);

/// Fill frames with noise that is the same each time
void
make_input(float* input, uint32_t count);

/// Run a network from its first state, in blocks of given sizes in turn
void
run_blocks(const LmuNetwork* network,
           const float*      input,
           uint32_t          n_frames,
           const uint32_t*   blocks,
           uint32_t          n_blocks,
           float*            output);

/// Return what the reference makes of noise, windows times a factor
Expected
expected_new(const LmuGraph* graph, double theta_factor);

/// Free what expected_new() made
void
expected_clear(Expected* expected);

/**
   Run a network, and require that it equals the reference.

   @param name What to say if it does not.
   @return Greatest error, as a part of the peak.
*/
double
expect_equal(const Expected*          expected,
             const LmuNetworkOptions* options,
             const char*              name);

/// Require that blocks of any size give the same bits, in a form
void
expect_same_bits(const LmuGraph* graph, LmuForm form);

#endif // LMU_TESTS_UNIT_NETWORK_RUN_H
