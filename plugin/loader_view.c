// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/loader_view.h"

#include "core/nn/rt/model.h"
#include "core/nn/rt/network.h"
#include "plugin/loaded_model.h"
#include "plugin/loader.h"
#include "plugin/stream.h"
#include "plugin/view.h"

#include <stddef.h>
#include <stdint.h>

/// Window that is shown of a network without memory [s]
#define MEMORYLESS_SECONDS 0.05

ViewSource
loader_view(const Loader* const loader, const double rate)
{
  const LoadedModel* const now    = loader->now;
  const LmuModel* const    model  = now ? now->model : NULL;
  ViewSource               source = {
                  .theta = MEMORYLESS_SECONDS * rate, .basis = VIEW_MODES, .n_channels = 1U};
  for (uint32_t i = 0U; model && i < model->n_states; ++i) {
    const LmuNetworkMemory memory =
      lmu_network_memory(model->network, model->states[i]);
    const double inner = model->resamplers[i] ? now->file_rate : rate;
    if (memory.order) {
      source.theta      = memory.theta * rate / inner;
      source.order      = memory.order;
      source.basis      = memory.scale ? VIEW_COEFFICIENTS : VIEW_MODES;
      source.n_numbers  = memory.n_numbers;
      source.n_channels = i + 1U;
      source.numbers[i] = memory.numbers;
      source.scale      = memory.scale;
    }
  }
  return source;
}
