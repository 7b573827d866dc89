// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_RT_NETWORK_PLAN_H
#define LMU_CORE_NN_RT_NETWORK_PLAN_H

#include "core/base/attributes.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/tuning.h"
#include "core/nn/rt/cell.h"
#include "core/nn/rt/limits.h"
#include "core/nn/rt/network.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   What a network is made of while it runs, see doc/lmu.md.

   All that stands before the activations of a frame is linear in the memory m,
   the layer's input x, and the hidden state h of the frame before.  So a layer
   runs in one of these forms, whichever is least work:

   - fused: one matrix takes [m; h; x] to the next m and to the gates.
   - split: one takes [m; h; x] to the memory's input u, one steps each channel
     of the memory, one takes the new [m; h; x] to the gates.
   - blocked: for memories without feedback.  As u is known for some frames,
     m_t = Ad^16 m_(t-16) + sum of Ad^k Bd u_(t-k) over k below 16 makes the
     block a product of matrices, which reads Ad once for all its frames.
   - modal: the memory as modes (core/memory/rt/modes.h), the gates as readouts.

   Here m is orthonormal.  Rows are padded to LMU_LANES, for each gate apart.
*/

/// Frames that the memory of a form `blocked` looks back
#define LMU_BLOCKED_FRAMES 16U

/// How a layer runs
typedef enum {
  LMU_FORM_FUSED,
  LMU_FORM_SPLIT,
  LMU_FORM_BLOCKED,
  LMU_FORM_MODAL,
  LMU_FORM_DENSE, ///< No memory, only an activation of a product
} LmuForm;

/// Number of forms
#define LMU_N_FORMS 5U

/// Blocks of rows that are multiplied at once
#define LMU_TILE 4U

/// Rows that are sooner multiplied one by one than as a block
#define LMU_NARROW 4U

/**
   Product y = base + matrix x.

   Rows are in tiles of LMU_TILE blocks, the last of what is left: [tile]
   [n_columns][blocks of the tile][LMU_LANES].  Up to LMU_NARROW rows are as
   they are: [n_rows][n_columns].
*/
typedef struct LmuAffineImpl {
  uint32_t     n_blocks;  ///< Blocks of rows, zero if there is no product
  uint32_t     n_rows;    ///< Rows that are multiplied one by one, or zero
  uint32_t     n_columns; ///< Size of x
  const float* base;      ///< [n_blocks][LMU_LANES], or null to add to y
  const float* matrix;    ///< Tiles, see above
} LmuAffine;

/// What a layer takes or adds
typedef struct {
  uint32_t slot;  ///< Of a layer's output, or LMU_SLOT_INPUT
  uint32_t width; ///< Numbers a frame
} LmuSource;

/// The network's input, where a source has a slot
#define LMU_SLOT_INPUT UINT32_MAX

/// One layer.  Offsets are in floats from the start of the state's numbers.
typedef struct LmuLayerPlanImpl {
  LmuForm       form;
  LmuCell       cell;
  LmuActivation activation;
  LmuActivation gate_activation; ///< Of an LSTM or a GRU
  float         slope;           ///< Of a leaky activation
  bool          reset_after;     ///< Of a GRU
  bool          feedback;        ///< Whether h or m act on u

  LmuSource sources[LMU_MAX_SOURCES]; ///< What x is, [n_sources]
  LmuSource adds[LMU_MAX_SOURCES];    ///< Added to the output, [n_adds]
  uint32_t  n_sources;
  uint32_t  n_adds;
  uint32_t  slot; ///< Of its output in scratch

  uint32_t n_inputs;
  uint32_t n_outputs;
  uint32_t units;       ///< Size of h
  uint32_t n_past;      ///< Columns of h, zero if it does not recur
  uint32_t unit_blocks; ///< Blocks of h, and of each gate
  uint32_t n_gates;     ///< Blocks of rows of gates, in units of unit_blocks
  uint32_t order;
  uint32_t channels; ///< memory_d
  uint32_t n_steps;  ///< Steps: channels, or one that all have
  double   theta[LMU_MAX_MEMORY_CHANNELS]; ///< Windows [frames], [n_steps]

  LmuAffine fused;     ///< [m; h; x] to [m; gates]
  LmuAffine encode;    ///< Split [m; h; x], blocked [x], modal [h; x]; to u
  LmuAffine gates;     ///< Fused none, split [m; h; x], others [x] to gates
  LmuAffine remember;  ///< Ahead [m] to gates
  LmuAffine recurrent; ///< h to gates, of forms without feedback
  LmuAffine candidate; ///< r h to the last gate, of a GRU without reset_after

  LmuAffine* steps;  ///< m to m one frame on, or so many as are blocked,
                     ///< [n_steps]
  LmuAffine* drives; ///< Split [1] to m, blocked the last of u to m, [n_steps]

  const float* scale; ///< Of m where it is the output, [memory size]

  // Modal form
  const LmuModes* modes;
  LmuTuning*      tunings;    ///< [n_steps]
  const float*    readouts;   ///< [channels][n_readouts] of modes
  uint32_t        n_readouts; ///< Weights of m in gates, then in u

  uint32_t memory;      ///< Offset of what the memory's content is in
  uint32_t memory_size; ///< Its size
  uint32_t vector;      ///< Offset of [m; h; x]
  uint32_t history; ///< Offset of past u, [channels][2 * LMU_BLOCKED_FRAMES]
  uint32_t hidden;  ///< Offset of h, then c, [2][unit_blocks][LMU_LANES]
} LmuLayerPlan;

/// Return which step a channel has
LMU_RT static inline uint32_t
lmu_step_of(const LmuLayerPlan* const layer, const uint32_t channel)
{
  return (layer->n_steps > 1U) ? channel : 0U;
}

/// Plan of a network
struct LmuNetworkImpl {
  const LmuKernels* kernels;
  uint32_t          n_inputs;
  uint32_t          n_outputs;
  uint32_t          n_layers;
  LmuLayerPlan*     layers;

  uint32_t state_size; ///< Numbers that last from frame to frame
  uint32_t wide;       ///< Size of one frame of scratch
  uint32_t n_slots;    ///< Outputs of layers that are there at once
  uint32_t gathered;   ///< Size of one frame of x of more than one source
  uint32_t scratch;    ///< Offset of [n_slots + 3][frames][wide], then
                       ///< [frames][gathered]
  uint32_t total_size; ///< All numbers
  void*    owner;      ///< What lmu_network_free() frees
};

/// State of a network
struct LmuNetworkStateImpl {
  uint32_t phase;       ///< Frames, modulo LMU_BLOCKED_FRAMES
  uint32_t padding[31]; ///< So that numbers are aligned
  float    numbers[] __attribute__((aligned(128))); ///< See the plan
};

#endif // LMU_CORE_NN_RT_NETWORK_PLAN_H
