// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/emulate/networks.h"

#include "bench/random_graph.h"
#include "core/kernels/rt/kernels.h"
#include "core/nn/rt/cell.h"
#include "core/nn/rt/network.h"
#include "core/nn/rt/network_plan.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "core/nn/setup/network_forms.h"
#include "tests/emulate/report.h"
#include "tests/unit/signals.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/// Frames in blocks, the last not full
#define N_FRAMES 60U

/// Rows of one block to five, which is a tile and a part of one
static const uint32_t sizes[][2] = {{1U, 1U},
                                    {16U, 16U},
                                    {24U, 40U},
                                    {32U, 9U}};

static const LmuCell cells[] = {LMU_CELL_DENSE,
                                LMU_CELL_SIMPLE_RNN,
                                LMU_CELL_LSTM,
                                LMU_CELL_GRU};

static const LmuActivation activations[] = {LMU_TANH,
                                            LMU_SIGMOID,
                                            LMU_RELU,
                                            LMU_SOFTSIGN,
                                            LMU_HARD_SIGMOID};

/// Where differences of networks of each form go
static const Result results[] = {FUSED, SPLIT, BLOCKED, MODAL};

/// Run noise through a network
static void
run(const LmuGraph* const   graph,
    const LmuKernels* const kernels,
    const LmuForm           form,
    float* const            output)
{
  const LmuNetworkOptions options = {1.0, kernels, true, form};
  LmuNetwork*             network = NULL;
  if (lmu_network_new_with(&network, graph, &options, NULL)) {
    abort();
  }

  LmuNetworkState* const state = lmu_network_state_new(network);
  uint32_t               noise = 1U;
  for (uint32_t i = 0U; state && i < N_FRAMES; i += LMU_NETWORK_FRAMES - 1U) {
    float input[LMU_NETWORK_FRAMES];
    for (uint32_t j = 0U; j < LMU_NETWORK_FRAMES; ++j) {
      input[j] = next_noise(&noise);
    }
    lmu_network_process(
      network, state, input, LMU_NETWORK_FRAMES - 1U, output + i);
  }
  lmu_network_state_free(state);
  lmu_network_free(network);
}

/// Compare a graph of one input in all forms that its first layer can take
static void
compare_forms(LmuGraph* const         graph,
              const LmuKernels* const kernels,
              Report* const           report)
{
  for (uint32_t form = 0U; form < LMU_FORM_DENSE; ++form) {
    if (!lmu_form_fits((LmuForm)form, &graph->layers[0], false)) {
      continue;
    }
    float x[N_FRAMES] = {0.0f};
    float y[N_FRAMES] = {0.0f};
    run(graph, &lmu_kernels_generic, (LmuForm)form, x);
    run(graph, kernels, (LmuForm)form, y);
    compare(report, results[form], x, y, N_FRAMES);
  }
  lmu_graph_free(graph);
}

/// Compare activations that cells do not feed back, of windows apart
static void
compare_activations(const LmuKernels* const kernels, Report* const report)
{
  for (uint32_t i = LMU_GELU; i < LMU_N_ACTIVATIONS; ++i) {
    LmuLayer layer         = paper_cell(12U, 6U);
    layer.cell             = LMU_CELL_DENSE;
    layer.activation       = (LmuActivation)i;
    layer.slope            = LMU_DEFAULT_SLOPE;
    layer.hidden_to_memory = false;
    layer.memory_to_memory = false;
    layer.memory_d         = 2U;
    layer.n_thetas         = 2U;
    layer.theta[1]         = 90.0;
    compare_forms(random_graph_new(&layer), kernels, report);
  }
}

void
compare_networks(const LmuKernels* const kernels, Report* const report)
{
  for (uint32_t i = 0U; i < sizeof(sizes) / sizeof(sizes[0]); ++i) {
    for (uint32_t j = 0U; j < 2U * sizeof(cells) / sizeof(cells[0]); ++j) {
      LmuLayer layer             = paper_cell(sizes[i][0], sizes[i][1]);
      layer.cell                 = cells[j / 2U];
      layer.activation           = activations[(i + j) % 5U];
      layer.recurrent_activation = LMU_SIGMOID;
      layer.hidden_to_memory     = j % 2U;
      layer.memory_to_memory     = j % 2U;
      compare_forms(random_graph_new(&layer), kernels, report);
    }
  }
  compare_activations(kernels, report);
}
