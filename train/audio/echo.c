// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/audio/echo.h"

#include "core/base/setup/aligned.h"
#include "core/base/setup/arena.h"
#include "core/base/status.h"
#include "core/math/setup/cholesky.h"
#include "core/memory/setup/discretise.h"
#include "core/nn/rt/cell.h"
#include "core/nn/rt/network.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "train/audio/streams.h"
#include "train/kernels/kernels.h"
#include "train/random.h"
#include "train/stop.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Windows to try [s], and the order to try them with
static const double windows_s[] = {0.03, 0.075, 0.15, 0.3, 0.6};

#define N_WINDOWS (sizeof(windows_s) / sizeof(windows_s[0]))
#define TRIED_ORDER 128U

/// Ridges to try, in parts of each feature's energy
static const double ridges[] = {1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2};

#define N_RIDGES (sizeof(ridges) / sizeof(ridges[0]))

/// Frames that are taken at random for each feature, to choose a window and to
/// fit the one
#define FRAMES_TO_CHOOSE 5U
#define FRAMES_TO_FIT 16U

/// Frames whose memory is found at once
#define LANES ((size_t)4U * LMU_TRAIN_LANES)

/// Windows after which nothing of an impulse is left in a memory
#define IMPULSE_WINDOWS 1.6

/// Part of the loudest feature by which all are raised
#define LEAST_FEATURE 1e-9

/// Normal equations of features: coefficients, the input, a constant
typedef struct {
  LmuArena arena;
  size_t   n;        ///< Number of features
  size_t   n_frames; ///< Frames to take
  double*  matrix;   ///< Upper half, [n][n]
  double*  right;    ///< [n]
  double   target;   ///< Energy of the target in the same frames
  double*  factor;   ///< Scratch, [n][n]
  double*  weights;  ///< [n]
  double*  row;      ///< [n]
} Equations;

/// Return a memory, and a layer that reads it beside the input
static LmuGraph*
graph_of(const uint32_t order, const double theta, const double rate)
{
  LmuGraph* const graph = lmu_graph_new();
  if (!graph) {
    return NULL;
  }
  LmuLayer* const memory = &graph->layers[0];
  LmuLayer* const reader = &graph->layers[1];
  graph->n_layers        = 2U;
  graph->metadata.rate   = rate;
  memory->type           = LMU_LAYER_LMU;
  memory->n_inputs       = 1U;
  memory->order          = order;
  memory->memory_d       = 1U;
  memory->theta[0]       = theta;
  memory->method         = LMU_PADE;
  memory->stages         = 3U;
  reader->type           = LMU_LAYER_DENSE;
  reader->units          = 1U;
  reader->cell_bias      = true;
  reader->n_sources      = 2U;
  reader->sources[0]     = 0U;
  reader->sources[1]     = LMU_SOURCE_INPUT;
  if (lmu_graph_allocate(graph, NULL)) {
    lmu_graph_free(graph);
    return NULL;
  }
  lmu_layer_values(graph, 0U, LMU_KERNEL)[0] = 1.0;
  return graph;
}

/// Return a graph of the memory alone
static LmuGraph*
memory_of(const LmuGraph* const graph)
{
  LmuGraph* const memory = lmu_graph_copy(graph);
  if (memory) {
    memory->n_layers = 1U;
  }
  if (memory && lmu_graph_allocate(memory, NULL)) {
    lmu_graph_free(memory);
    return NULL;
  }
  return memory;
}

static LmuStatus
equations_init(Equations* const equations, const size_t n)
{
  LmuArena* const arena = &equations->arena;
  equations->n          = n;
  equations->matrix     = (double*)lmu_arena_take(arena, n * n, sizeof(double));
  equations->factor     = (double*)lmu_arena_take(arena, n * n, sizeof(double));
  equations->right      = (double*)lmu_arena_take(arena, n, sizeof(double));
  equations->weights    = (double*)lmu_arena_take(arena, n, sizeof(double));
  equations->row        = (double*)lmu_arena_take(arena, n, sizeof(double));
  return arena->failed ? LMU_NO_MEMORY : LMU_SUCCESS;
}

/// Add a frame
static void
equations_add(Equations* const equations, const double target)
{
  const size_t        n   = equations->n;
  const double* const row = equations->row;
  for (size_t i = 0U; i < n; ++i) {
    double* const sums = equations->matrix + (i * n);
    for (size_t j = i; j < n; ++j) {
      sums[j] += row[i] * row[j];
    }
    equations->right[i] += row[i] * target;
  }
  equations->target += target * target;
}

/// Return the error-to-signal ratio of weights in the frames of equations
static double
equations_esr(const Equations* const equations, const double* const weights)
{
  const size_t n   = equations->n;
  double       sum = equations->target;
  for (size_t i = 0U; i < n; ++i) {
    const double* const row = equations->matrix + (i * n);
    double              dot = row[i] * weights[i];
    for (size_t j = i + 1U; j < n; ++j) {
      dot += 2.0 * row[j] * weights[j];
    }
    sum += weights[i] * (dot - (2.0 * equations->right[i]));
  }
  return sum / fmax(equations->target, 1e-30);
}

/// Set weights by a ridge
static void
equations_solve(Equations* const         equations,
                const double             ridge,
                const LmuEchoSpec* const spec)
{
  const size_t n    = equations->n;
  double       most = 0.0;
  memcpy(equations->factor, equations->matrix, n * n * sizeof(double));
  memcpy(equations->weights, equations->right, n * sizeof(double));
  for (size_t i = 0U; i < n; ++i) {
    most = fmax(most, equations->matrix[(i * n) + i]);
  }
  for (size_t i = 0U; i < n; ++i) {
    double* const diagonal = &equations->factor[(i * n) + i];
    *diagonal = (*diagonal * (1.0 + ridge)) + (LEAST_FEATURE * most);
  }
  for (size_t i = 0U; i < n && !lmu_stop_asked(&spec->stop); ++i) {
    lmu_cholesky_factorise_row(equations->factor, n, LEAST_FEATURE * most, i);
  }
  lmu_cholesky_solve(equations->factor, equations->weights, n);
}

/// What an impulse leaves in a memory: what was k frames ago is in m by row k
typedef struct {
  float*   rows; ///< [n_rows][order]
  uint32_t n_rows;
  uint32_t order;
} Impulse;

/// Find out how a memory plays an impulse, as it runs
static LmuStatus
impulse_init(Impulse* const           impulse,
             const LmuGraph* const    graph,
             const LmuEchoSpec* const spec)
{
  LmuGraph* const memory  = memory_of(graph);
  LmuNetwork*     network = NULL;
  LmuStatus       status =
    memory ? lmu_network_new(&network, memory, 1.0, NULL) : LMU_NO_MEMORY;
  LmuNetworkState* state = status ? NULL : lmu_network_state_new(network);
  impulse->order         = graph->layers[0].order;
  impulse->n_rows = (uint32_t)ceil(IMPULSE_WINDOWS * graph->layers[0].theta[0]);
  impulse->rows =
    (float*)calloc((size_t)impulse->n_rows * impulse->order, sizeof(float));
  if (!status && (!state || !impulse->rows)) {
    status = LMU_NO_MEMORY;
  }
  for (size_t i = 0U;
       !status && i < impulse->n_rows && !lmu_stop_asked(&spec->stop);
       ++i) {
    const float x = i ? 0.0f : 1.0f;
    lmu_network_process(
      network, state, &x, 1U, impulse->rows + (i * impulse->order));
  }
  lmu_network_state_free(state);
  lmu_network_free(network);
  lmu_graph_free(memory);
  return status;
}

/// Frames of recordings that were taken
typedef struct {
  float* past;          ///< What was before them, [n_rows][LANES]
  float* m;             ///< [order][LANES]
  float  input[LANES];  ///< Inputs at those frames
  float  target[LANES]; ///< Targets at those frames
} Taken;

/// Take a frame at random
static void
take(Taken* const            taken,
     const Impulse* const    impulse,
     const LmuStreams* const streams,
     const uint32_t          lane,
     uint64_t* const         random)
{
  size_t frame =
    (size_t)(lmu_random_unit(random) * (double)lmu_streams_length(streams));
  uint32_t pair = 0U;
  while (frame >= streams->pairs[pair].n_frames) {
    frame -= streams->pairs[pair++].n_frames;
  }
  const LmuRecording* const r = &streams->pairs[pair];
  for (size_t i = 0U; i < impulse->n_rows; ++i) {
    taken->past[(i * LANES) + lane] = (i <= frame) ? r->input[frame - i] : 0.0f;
  }
  taken->input[lane]  = r->input[frame];
  taken->target[lane] = r->target[frame];
}

/// Add the frames that were taken
static void
add_taken(Equations* const equations, const Taken* const taken)
{
  const size_t order = equations->n - 2U;
  for (size_t lane = 0U; lane < LANES; ++lane) {
    for (size_t i = 0U; i < order; ++i) {
      equations->row[i] = (double)taken->m[(i * LANES) + lane];
    }
    equations->row[order]      = (double)taken->input[lane];
    equations->row[order + 1U] = 1.0;
    equations_add(equations, (double)taken->target[lane]);
  }
}

/// Add frames of all recordings, taken at random
static LmuStatus
gather(Equations* const         equations,
       const Impulse* const     impulse,
       const LmuStreams* const  streams,
       const LmuEchoSpec* const spec)
{
  uint64_t             random = spec->seed;
  const LmuTrainMatrix matrix = {
    impulse->rows, impulse->order, impulse->n_rows, 1U, impulse->order};
  const size_t m_size = (size_t)impulse->order * LANES * sizeof(float);
  Taken taken = {.past = (float*)lmu_aligned_zeros((size_t)impulse->n_rows *
                                                   LANES * sizeof(float)),
                 .m    = (float*)lmu_aligned_zeros(m_size)};
  const bool works = taken.past && taken.m;
  for (size_t i = 0U;
       works && i < equations->n_frames && !lmu_stop_asked(&spec->stop);
       i += LANES) {
    for (uint32_t j = 0U; j < LANES; ++j) {
      take(&taken, impulse, streams, j, &random);
    }
    memset(taken.m, 0, m_size);
    lmu_train_kernels(0U)->multiply(&matrix, taken.past, taken.m, LANES);
    add_taken(equations, &taken);
  }
  free(taken.m);
  free(taken.past);
  return works ? LMU_SUCCESS : LMU_NO_MEMORY;
}

/// Have the graph read its memory by the weights
static void
set_weights(LmuGraph* const graph, const Equations* const equations)
{
  const size_t n = equations->n - 1U;
  memcpy(lmu_layer_values(graph, 1U, LMU_CELL_KERNEL),
         equations->weights,
         n * sizeof(double));
  lmu_layer_values(graph, 1U, LMU_CELL_BIAS)[0] = equations->weights[n];
}

/// Solve by the ridge that suits frames best which were not used, and return
/// the error-to-signal ratio there
static double
choose_ridge(Equations* const         equations,
             const Equations* const   valid,
             const LmuEchoSpec* const spec)
{
  double best  = INFINITY;
  double ridge = ridges[0];
  for (size_t i = 0U; i < N_RIDGES && !lmu_stop_asked(&spec->stop); ++i) {
    equations_solve(equations, ridges[i], spec);
    const double esr = equations_esr(valid, equations->weights);
    if (esr < best) {
      best  = esr;
      ridge = ridges[i];
    }
  }
  equations_solve(equations, ridge, spec);
  return best;
}

/// Fit a graph's weights
static LmuStatus
fit_weights(LmuGraph* const          graph,
            double* const            esr,
            const LmuStreams* const  recordings[2],
            const LmuEchoSpec* const spec,
            const size_t             n_frames)
{
  Equations    equations[2] = {{.n = 0U}, {.n = 0U}};
  Impulse      impulse      = {NULL, 0U, 0U};
  LmuStatus    status       = impulse_init(&impulse, graph, spec);
  const size_t n            = (size_t)spec->order + 2U;
  for (uint32_t i = 0U; !status && i < 2U; ++i) {
    status                = equations_init(&equations[i], n);
    equations[i].n_frames = n_frames * n;
    if (!status) {
      status = gather(&equations[i], &impulse, recordings[i], spec);
    }
  }
  if (!status) {
    *esr = choose_ridge(&equations[0], &equations[1], spec);
    set_weights(graph, &equations[0]);
  }
  free(impulse.rows);
  lmu_arena_clear(&equations[1].arena);
  lmu_arena_clear(&equations[0].arena);
  return status;
}

/// Fit one window
static LmuStatus
fit(LmuGraph** const         graph,
    double* const            esr,
    const LmuStreams* const  recordings[2],
    const LmuEchoSpec* const spec,
    const double             window_s,
    const size_t             n_frames)
{
  *graph = graph_of(spec->order, window_s * spec->rate, spec->rate);
  const LmuStatus status =
    *graph ? fit_weights(*graph, esr, recordings, spec, n_frames)
           : LMU_NO_MEMORY;
  if (status) {
    lmu_graph_free(*graph);
    *graph = NULL;
  }
  return status;
}

/// Return which window suits best
static LmuStatus
choose_window(double* const            window_s,
              const LmuStreams* const  recordings[2],
              const LmuEchoSpec* const spec)
{
  LmuEchoSpec tried  = *spec;
  double      best   = INFINITY;
  LmuStatus   status = LMU_SUCCESS;
  tried.order        = (spec->order < TRIED_ORDER) ? spec->order : TRIED_ORDER;
  for (size_t i = 0U; !status && i < N_WINDOWS && !lmu_stop_asked(&spec->stop);
       ++i) {
    LmuGraph* graph = NULL;
    double    esr   = INFINITY;
    status =
      fit(&graph, &esr, recordings, &tried, windows_s[i], FRAMES_TO_CHOOSE);
    if (!status && esr < best) {
      best      = esr;
      *window_s = windows_s[i];
    }
    lmu_graph_free(graph);
  }
  return status;
}

LmuStatus
lmu_echo_fit(LmuGraph** const         graph,
             double* const            esr,
             const LmuStreams* const  train,
             const LmuStreams* const  valid,
             const LmuEchoSpec* const spec)
{
  const LmuStreams* const recordings[] = {train, valid};
  double                  window_s     = windows_s[0];
  *graph                               = NULL;
  if (lmu_streams_length(train) < (size_t)spec->rate) {
    return LMU_BAD_VALUE;
  }
  LmuStatus status = choose_window(&window_s, recordings, spec);
  if (!status && !lmu_stop_asked(&spec->stop)) {
    status = fit(graph, esr, recordings, spec, window_s, FRAMES_TO_FIT);
  }
  if (lmu_stop_asked(&spec->stop)) {
    lmu_graph_free(*graph);
    *graph = NULL;
  }
  return status;
}
