// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/rt/engine.h"

#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/memory.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/taps.h"
#include "core/memory/rt/tuning.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

void
lmu_engine_reset(LmuEngine* const engine)
{
  for (uint32_t c = 0U; c < engine->n_channels; ++c) {
    lmu_memory_reset(engine->live[c], engine->modes);
    lmu_memory_reset(engine->held[c], engine->modes);
  }
}

void
lmu_engine_set_theta(LmuEngine* const engine, const double theta)
{
  lmu_tuning_set(&engine->tuning, engine->modes, theta, engine->kernels);
  for (uint32_t c = 0U; c < engine->n_channels; ++c) {
    lmu_memory_retune(
      engine->live[c], engine->modes, &engine->tuning, engine->kernels);
  }
}

void
lmu_engine_process(LmuEngine* const   engine,
                   const uint32_t     channel,
                   const float* const input,
                   const uint32_t     n_frames)
{
  const LmuFrames frames = {input, n_frames, 0U, 0U, NULL};
  lmu_engine_read(engine, channel, &frames);
}

void
lmu_engine_read(LmuEngine* const       engine,
                const uint32_t         channel,
                const LmuFrames* const frames)
{
  engine->kernels->run(&engine->tuning,
                       engine->live[channel],
                       engine->modes->n_blocks,
                       engine->weights,
                       frames);
}

float
lmu_engine_tap(const LmuEngine* const engine,
               const uint32_t         channel,
               const double           r)
{
  return engine->kernels->tap(engine->taps, engine->live[channel]->z, r);
}

float
lmu_engine_held_tap(const LmuEngine* const engine,
                    const uint32_t         channel,
                    const double           r)
{
  return engine->kernels->tap(engine->taps, engine->held[channel]->z, r);
}

/// Return the weights of a readout
LMU_RT static float*
weights(const LmuEngine* const engine, const uint32_t index)
{
  assert(index < engine->n_readouts);

  return engine->weights +
         ((size_t)index * engine->modes->n_blocks * LMU_BLOCK);
}

void
lmu_engine_set_readout(LmuEngine* const engine,
                       const uint32_t   index,
                       const double     r)
{
  engine->kernels->tap_weights(engine->taps, r, weights(engine, index));
}

void
lmu_engine_clear_readout(LmuEngine* const engine, const uint32_t index)
{
  float* const out = weights(engine, index);
  for (uint32_t i = 0U; i < engine->modes->n_blocks * LMU_BLOCK; ++i) {
    out[i] = 0.0f;
  }
}

void
lmu_engine_add_readout(LmuEngine* const engine,
                       const uint32_t   index,
                       const uint32_t   other,
                       const float      gain)
{
  const float* const in  = weights(engine, other);
  float* const       out = weights(engine, index);
  for (uint32_t i = 0U; i < engine->modes->n_blocks * LMU_BLOCK; ++i) {
    out[i] += gain * in[i];
  }
}

float
lmu_engine_readout(const LmuEngine* const engine,
                   const uint32_t         channel,
                   const uint32_t         index)
{
  return engine->kernels->dot(
    weights(engine, index), engine->live[channel]->z, engine->modes->n_blocks);
}

void
lmu_engine_hold(LmuEngine* const engine)
{
  const uint32_t count = engine->modes->n_blocks * LMU_BLOCK;
  for (uint32_t c = 0U; c < engine->n_channels; ++c) {
    for (uint32_t i = 0U; i < count; ++i) {
      engine->held[c]->z[i] = engine->live[c]->z[i];
    }
  }
}
