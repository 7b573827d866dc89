// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/own_step.h"

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/memory/setup/discretise.h"
#include "core/memory/setup/paper_scale.h"
#include "core/nn/setup/graph.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/// Have the memory of a layer store the step that it has
static LmuStatus
own_step(LmuGraph* const graph, const uint32_t index, LmuError* const error)
{
  const LmuLayer* const layer = &graph->layers[index];
  const uint32_t        d     = layer->order;
  double* const ad     = (double*)calloc((d + 1U) * (size_t)d, sizeof(double));
  double* const bd     = ad ? ad + ((size_t)d * d) : NULL;
  LmuStatus     status = LMU_NO_MEMORY;
  if (ad) {
    status = lmu_discretise(
      ad, bd, d, lmu_layer_theta(layer, 0U), layer->method, layer->stages);
  }
  if (!status) {
    lmu_step_to_paper(ad, bd, d);
    status = lmu_graph_store_step(graph, index, ad, bd, error);
  }
  free(ad);
  return status ? lmu_error_status(error, status) : LMU_SUCCESS;
}

LmuStatus
lmu_own_steps(LmuGraph* const graph, LmuError* const error)
{
  LmuStatus status = LMU_SUCCESS;
  uint32_t  n      = 0U;
  for (uint32_t i = 0U; !status && i < graph->n_layers; ++i) {
    const LmuLayer* const layer = &graph->layers[i];
    if (layer->type != LMU_LAYER_LMU) {
      continue;
    }
    if (layer->n_thetas) {
      return lmu_error_set(
        error,
        LMU_BAD_VALUE,
        "Layer %u has several windows; A and B are learned of "
        "memories with one theta",
        (unsigned)i);
    }
    status = layer->stored ? LMU_SUCCESS : own_step(graph, i, error);
    ++n;
  }
  return (status || n) ? status
                       : lmu_error_set(error,
                                       LMU_BAD_VALUE,
                                       "There is no memory whose A and B could "
                                       "be learned");
}
