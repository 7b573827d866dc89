// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/attributes.h"
#include "plugin/extensions.h"
#include "plugin/memory.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"

#include <lv2/core/lv2.h>

#include <stddef.h>
#include <stdint.h>

/**
   @file
   Memory whose outputs are audio, behind its input.
*/

#define PORT_THRU MEMORY_OTHER

LMU_RT static void
write_audio(Memory* const self, const MemoryPart* const part)
{
  const Plugin* const plugin = &self->base.plugin;
  float* const        thru   = plugin_audio(plugin, PORT_THRU);
  for (uint32_t i = 0U; thru && i < part->n_frames; ++i) {
    thru[part->offset + i] = part->in[i];
  }

  const uint32_t n_outs = self->n_outs;
  for (uint32_t j = 0U; j < n_outs; ++j) {
    float* const out = plugin_audio(plugin, MEMORY_OUT + j);
    for (uint32_t i = 0U; out && i < part->n_frames; ++i) {
      out[part->offset + i] = part->gain[i] * part->readouts[(i * n_outs) + j];
    }
  }
}

static LV2_Handle
instantiate(const LV2_Descriptor* const     descriptor,
            const double                    rate,
            const char* const               bundle_path,
            const LV2_Feature* const* const features)
{
  static const MemoryKind kind = {sizeof(Memory), 0U, NULL, NULL, write_audio};

  const size_t i = (size_t)(descriptor - lmu_memory_descriptors);
  return memory_new(
    &kind, 8U << i, &lmu_memory_ports[i], rate, bundle_path, features);
}

#define MEMORY(n)                                                              \
  {                                                                            \
    LMU_URI_PREFIX "memory" #n, instantiate, plugin_connect_port,              \
      memory_activate, memory_run, NULL, memory_cleanup, extensions_of_weights \
  }

const LV2_Descriptor lmu_memory_descriptors[3] = {MEMORY(8),
                                                  MEMORY(16),
                                                  MEMORY(32)};
