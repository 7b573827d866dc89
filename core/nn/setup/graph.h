// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_SETUP_GRAPH_H
#define LMU_CORE_NN_SETUP_GRAPH_H

#include "core/base/attributes.h"
#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/memory/setup/discretise.h"
#include "core/nn/rt/cell.h"
#include "core/nn/rt/limits.h"
#include "core/nn/setup/parameters.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   A trained network as it is in a file: layers in a row, and what they are for.

   One frame of an LMU layer, in the order of keras-lmu 0.9, with x the layer's
   input, by rows, and `@` the product of a row and a matrix:

       u = [x, h_prev] @ kernel + bias + m_prev @ recurrent_kernel
       m = Ad m_prev + Bd u                    for each of memory_d channels
       h = hidden cell([m, x], h_prev)

   `h_prev` is there with hidden_to_memory, the last term of u with
   memory_to_memory, and x in the hidden cell's input with input_to_hidden.
   The paper's cell has encoders kernel = [e_x; e_h] and recurrent_kernel = e_m,
   and a SimpleRNN with kernel [W_m; W_x] and recurrent kernel W_h.

   m is as the paper scales it, not orthonormal; coefficient i of channel c is
   at c * order + i.

   Source: Voelker, Kajic, Eliasmith, "Legendre Memory Units", NeurIPS 2019,
   equations 1 to 7, and the Python package keras-lmu.
*/

/// Greatest sizes, checked before anything is allocated
#define LMU_MAX_LAYERS 16U
#define LMU_MAX_UNITS 1024U         ///< Units of a layer, inputs of a network
#define LMU_MAX_MEMORY 8192U        ///< memory_d * order
#define LMU_MAX_PARAMETERS 8000000U ///< Weights of a network, stored Ad too
#define LMU_MAX_HORIZON_S 4.0       ///< How far ahead [s]
#define LMU_MAX_NAME 128U           ///< Name, with its terminator [bytes]
#define LMU_MAX_COMMENT 1024U       ///< Comment, with its terminator [bytes]
#define LMU_MAX_NOTES 32U           ///< Notes about a network
#define LMU_MAX_NOTE_KEY 48U        ///< What one is about, with its terminator

/// Keras's slope of a leaky_relu that says none
#define LMU_DEFAULT_SLOPE 0.2

/// The network's input, where a layer lists earlier ones
#define LMU_SOURCE_INPUT UINT32_MAX

/// What a layer is
typedef enum {
  LMU_LAYER_LMU,        ///< Legendre memory and hidden cell
  LMU_LAYER_DENSE,      ///< activation(x @ kernel + bias)
  LMU_LAYER_SIMPLE_RNN, ///< A cell alone, whose input is x
  LMU_LAYER_LSTM,
  LMU_LAYER_GRU,
} LmuLayerType;

/**
   One layer: a cell, and in an LMU the memory before it.

   Layers without a memory are a cell alone, so what follows the head says what
   the one and what the other is.
*/
// Fields stand with what they are about: bytes between them cost a file nothing
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding)
typedef struct {
  char         name[LMU_MAX_NAME]; ///< What its maker called it, may be empty
  LmuLayerType type;
  uint32_t     n_inputs;  ///< Width of x
  uint32_t     n_outputs; ///< Width of h: units, or memory_d * order

  // Earlier layers by their index, or LMU_SOURCE_INPUT
  uint32_t n_sources;                ///< What x is, zero for the layer before
  uint32_t sources[LMU_MAX_SOURCES]; ///< One behind the other in x
  uint32_t n_adds;                   ///< What is added to h as it is put out
  uint32_t adds[LMU_MAX_SOURCES];    ///< As wide as h each

  // The cell, of an LMU the hidden one
  LmuCell       cell;  ///< Of an LMU, others have what their type says
  uint32_t      units; ///< Width of h, or zero
  LmuActivation activation;
  LmuActivation recurrent_activation; ///< Of the gates of an LSTM or a GRU
  double        slope;                ///< Of LMU_LEAKY_RELU below zero, 0 to 1
  bool          reset_after; ///< Of a GRU: whether its bias has two rows
  bool          cell_bias;   ///< Whether it has a bias

  // The memory of an LMU
  uint32_t order;    ///< d, 1 to LMU_MAX_ORDER
  uint32_t memory_d; ///< Channels of the memory, 1 or more
  uint32_t n_thetas; ///< Windows that are listed, memory_d, or zero for one
                     ///< that all channels have
  double theta[LMU_MAX_MEMORY_CHANNELS]; ///< Windows, 1 or more each [frames of
                                         ///< the file's rate]
  LmuMethod method;                      ///< How the memory is discretised
  uint32_t  stages; ///< s of LMU_PADE, 1 to 4, zero for other methods
  bool      stored; ///< Whether Ad and Bd are given, and hold at this theta
  bool      memory_bias; ///< Whether u has a bias
  bool      hidden_to_memory;
  bool      memory_to_memory;
  bool      input_to_hidden;

  /// Where its parameters are, by LmuRole, set by lmu_graph_allocate()
  LmuParameter parameters[LMU_N_ROLES];
} LmuLayer;

/// What keys of notes begin with in files
#define LMU_NOTE_PREFIX "meta."

/// What people say of a network beside the texts that all have
typedef struct {
  char key[LMU_MAX_NOTE_KEY]; ///< What it is about
  char value[LMU_MAX_NAME];
} LmuNote;

/// What people and plugins are told of a network
typedef struct {
  char   name[LMU_MAX_NAME];       ///< Shown to users, may be empty
  char   author[LMU_MAX_NAME];     ///< Who trained it
  char   license[LMU_MAX_NAME];    ///< What others may do with it
  char   source[LMU_MAX_NAME];     ///< What it is a model of, or comes from
  char   comment[LMU_MAX_COMMENT]; ///< Anything else
  double rate;        ///< Sample rate that it was trained at [Hz], or zero
  double latency;     ///< What the output is late by [frames of that rate]
  double loudness_db; ///< RMS of the output for the input it was trained with
                      ///< [dBFS], NaN if unknown
  double least_scale; ///< Least factor of all windows at which it comes to rest
                      ///< in silence, up to 1, or zero if it always does

  uint32_t
       n_conditions; ///< Inputs that are controls from 0 to 1, the last ones
  char conditions[LMU_MAX_CONDITIONS][LMU_MAX_NAME]; ///< Their names

  uint32_t n_horizons; ///< n_outputs if outputs predict the input, or zero
  double   horizons[LMU_MAX_HORIZONS]; ///< How far ahead of the newest frame
                                       ///< [frames of the file's rate]

  uint32_t n_notes;
  LmuNote  notes[LMU_MAX_NOTES]; ///< In the order of their writing
} LmuMetadata;

/// A network, owned by the heap
typedef struct {
  LmuMetadata metadata;
  uint32_t    n_inputs;               ///< Width of the network's input
  uint32_t    n_outputs;              ///< Width of the last layer's output
  uint32_t    n_layers;               ///< Number of layers, 1 or more
  LmuLayer    layers[LMU_MAX_LAYERS]; ///< Layers, [n_layers]
  size_t      n_values;               ///< Number of values
  double*     values;                 ///< All parameters, [n_values], or null
} LmuGraph;

/**
   Set a note, in the place of an earlier one about the same.

   @return Whether there was room for it; nothing is changed otherwise.
*/
LMU_SETUP bool
lmu_metadata_note(LmuMetadata* metadata, const char* key, const char* value);

/// Return the value of a note, or null if there is none about that
LMU_SETUP const char*
lmu_metadata_noted(const LmuMetadata* metadata, const char* key);

/// Return the number of gates of a cell: 4, 3, 1, or 0 for none
LMU_SETUP uint32_t
lmu_cell_gates(LmuCell cell);

/// Return whether a cell hears what its output was
LMU_SETUP bool
lmu_cell_recurs(LmuCell cell);

/// Return the cell of a layer, a Dense one of a Dense layer
LMU_SETUP LmuCell
lmu_layer_cell(const LmuLayer* layer);

/// Return how many columns a unit has in the kernels of its layer's cell: its
/// gates, or two if it is gated
LMU_SETUP uint32_t
lmu_layer_gates(const LmuLayer* layer);

/// Write what parameters a layer needs by its sizes and switches, without
/// offsets
LMU_SETUP void
lmu_layer_describe(const LmuLayer* layer, LmuParameter table[LMU_N_ROLES]);

/// Return whether a layer has a slope below zero
LMU_SETUP bool
lmu_layer_leaks(const LmuLayer* layer);

/// Return the factor of all windows nearest to one at which it comes to rest
LMU_SETUP double
lmu_graph_scale(const LmuGraph* graph, double scale);

/// Return the window of a channel [frames of the file's rate]
LMU_SETUP double
lmu_layer_theta(const LmuLayer* layer, uint32_t channel);

/// Return the shortest window of a layer [frames of the file's rate]
LMU_SETUP double
lmu_layer_shortest(const LmuLayer* layer);

/// Return the longest window of a layer [frames of the file's rate]
LMU_SETUP double
lmu_layer_longest(const LmuLayer* layer);

/// Return the number of coefficients in the memory of a layer, or zero
LMU_SETUP uint32_t
lmu_layer_memory(const LmuLayer* layer);

/// Return whether what a layer's hidden state or memory was acts on what it is,
/// other than through the continuous memory
LMU_SETUP bool
lmu_layer_recurs(const LmuLayer* layer);

/// Return the number of values that a layer was trained with
LMU_SETUP uint32_t
lmu_layer_n_trainable(const LmuLayer* layer);

/// Return the number of values that a graph was trained with
LMU_SETUP uint32_t
lmu_graph_n_trainable(const LmuGraph* graph);

/// Return the longest window of a graph [frames of the file's rate], or zero
LMU_SETUP double
lmu_graph_longest(const LmuGraph* graph);

/// Return how far ahead output `index` predicts [s], in a graph with horizons
LMU_SETUP double
lmu_graph_horizon_s(const LmuGraph* graph, uint32_t index);

/**
   Check sizes and switches of a graph, against the greatest and against each
   other.

   Sets what follows from the rest: n_inputs of all layers but the first,
   n_outputs.

   @return LMU_BAD_MODEL or LMU_TOO_LARGE on error, whose text names the layer.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_graph_check_sizes(LmuGraph* graph, LmuError* error);

/**
   Do the same, and check all else: texts, numbers, that all parameters have
   room, and that every value is finite.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_graph_check(LmuGraph* graph, LmuError* error);

/**
   Give all layers room for their parameters.

   Those that had room of that shape keep their values, others are zero.

   @param graph Graph, whose sizes and switches are checked.
   @return Also LMU_NO_MEMORY, and then all is as it was.
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_graph_allocate(LmuGraph* graph, LmuError* error);

/**
   Have a layer use a step as it is, in a graph that has room for its
   parameters.

   @param layer Index of an LMU layer.
   @param ad Step as the paper scales m, [order][order].
   @param bd Input of a step, [order].
   @return As lmu_graph_allocate().
*/
LMU_SETUP LMU_NODISCARD LmuStatus
lmu_graph_store_step(LmuGraph*     graph,
                     uint32_t      layer,
                     const double* ad,
                     const double* bd,
                     LmuError*     error);

/// Return the values of a parameter by rows, or null if the layer has it not
LMU_SETUP double*
lmu_layer_values(const LmuGraph* graph, uint32_t layer, LmuRole role);

/**
   Append a Dense layer with a bias that takes the layer before, to a graph
   whose values are not allocated yet and that has less than LMU_MAX_LAYERS.
*/
LMU_SETUP LmuLayer*
lmu_graph_append_dense(LmuGraph*     graph,
                       uint32_t      units,
                       LmuActivation activation);

/// Return an empty graph without layers, loudness unknown, or null
LMU_SETUP LmuGraph*
lmu_graph_new(void);

/// Return a copy of a graph and its values, or null
LMU_SETUP LmuGraph*
lmu_graph_copy(const LmuGraph* graph);

/// Free a graph and its values, or do nothing if it is null
LMU_SETUP void
lmu_graph_free(LmuGraph* graph);

#endif // LMU_CORE_NN_SETUP_GRAPH_H
