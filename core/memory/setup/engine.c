// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/engine.h"

#include "core/base/setup/aligned.h"
#include "core/base/status.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/engine.h"
#include "core/memory/rt/memory.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/taps.h"
#include "core/memory/rt/tuning.h"
#include "core/memory/setup/modal.h"
#include "core/memory/setup/paper_scale.h"
#include "core/memory/setup/readout.h"
#include "core/memory/setup/tables.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/// Window of a new engine [frames]
#define FIRST_THETA 1000.0

/// Return the modes of an engine
static const LmuModal*
modal_of(const LmuEngine* const engine)
{
  return lmu_tables_modal(engine->tables);
}

static LmuStatus
check(const LmuEngineSpec* const spec)
{
  if (!spec->order || spec->order > LMU_MAX_ORDER) {
    return LMU_BAD_ORDER;
  }
  return (spec->stages && spec->stages <= LMU_MAX_STAGES) ? LMU_SUCCESS
                                                          : LMU_BAD_STAGE;
}

/// Allocate what run() writes to
static bool
allocate(LmuEngine* const engine)
{
  const LmuModes* const modes   = engine->modes;
  const size_t          block   = LMU_BLOCK * sizeof(float);
  const size_t          n_reads = engine->n_readouts * (size_t)modes->n_blocks;
  const size_t          n_steps = lmu_tuning_size(modes, engine->tuning.stages);

  engine->tuning.numbers = (float*)lmu_aligned_zeros(n_steps * sizeof(float));
  engine->weights        = (float*)lmu_aligned_zeros(n_reads * block);

  bool enough = engine->tuning.numbers && engine->weights;
  for (uint32_t c = 0U; c < engine->n_channels; ++c) {
    const size_t size = lmu_memory_size(modes);
    engine->live[c]   = (LmuMemory*)lmu_aligned_zeros(size);
    engine->held[c]   = (LmuMemory*)lmu_aligned_zeros(size);
    enough            = enough && engine->live[c] && engine->held[c];
  }
  return enough;
}

/// Make readouts of the first coefficients
static LmuStatus
read_coefficients(LmuEngine* const engine)
{
  const uint32_t order = engine->modes->order;
  const uint32_t count =
    engine->n_readouts < order ? engine->n_readouts : order;
  double* const weights =
    (double*)calloc((size_t)engine->n_readouts * count, sizeof(double));
  if (!weights) {
    return LMU_NO_MEMORY;
  }

  for (uint32_t i = 0U; i < engine->n_readouts; ++i) {
    lmu_readout_coefficient(weights + ((size_t)i * count), count, i);
  }
  const LmuStatus status = lmu_readout_modal(
    modal_of(engine), weights, count, engine->n_readouts, engine->weights);
  free(weights);
  return status;
}

static LmuStatus
init(LmuEngine* const engine, const LmuEngineSpec* const spec)
{
  engine->kernels       = lmu_kernels(0U);
  engine->n_channels    = spec->n_channels;
  engine->n_readouts    = spec->n_readouts;
  engine->tuning.stages = spec->stages;

  const LmuTables* tables = NULL;
  const LmuStatus  status =
    lmu_tables_take(&tables, spec->order, LMU_TABLES_TAPS);
  if (status) {
    return status;
  }

  engine->tables = tables;
  engine->modes  = lmu_tables_modes(tables);
  engine->taps   = lmu_tables_taps(tables);
  return allocate(engine) ? LMU_SUCCESS : LMU_NO_MEMORY;
}

LmuStatus
lmu_engine_new(LmuEngine** const engine, const LmuEngineSpec* const spec)
{
  *engine          = NULL;
  LmuStatus status = check(spec);
  if (status) {
    return status;
  }

  LmuEngine* const self = (LmuEngine*)calloc(1, sizeof(LmuEngine));
  if (!self) {
    return LMU_NO_MEMORY;
  }

  status = init(self, spec);
  if (!status && self->n_readouts) {
    status = read_coefficients(self);
  }
  if (status) {
    lmu_engine_free(self);
    return status;
  }

  lmu_engine_set_theta(self, FIRST_THETA);
  *engine = self;
  return LMU_SUCCESS;
}

void
lmu_engine_free(LmuEngine* const engine)
{
  if (!engine) {
    return;
  }

  for (uint32_t c = 0U; c < LMU_MAX_CHANNELS; ++c) {
    free(engine->held[c]);
    free(engine->live[c]);
  }
  free(engine->weights);
  free(engine->tuning.numbers);
  lmu_tables_give(engine->tables);
  free(engine);
}

LmuStatus
lmu_engine_coefficients_of(const LmuEngine* const engine,
                           const uint32_t         n_states,
                           const float* const     states,
                           double* const          m)
{
  const size_t  order = engine->modes->order;
  double* const work  = lmu_modal_work(engine->modes->order);
  if (!work) {
    return LMU_NO_MEMORY;
  }

  lmu_modal_to_legendre(modal_of(engine), n_states, states, m, work);
  for (size_t i = 0U; i < n_states; ++i) {
    for (size_t n = 0U; n < order; ++n) {
      m[(i * order) + n] *= lmu_paper_scale((uint32_t)n);
    }
  }
  free(work);
  return LMU_SUCCESS;
}

LmuStatus
lmu_engine_coefficients(const LmuEngine* const engine,
                        const uint32_t         channel,
                        double* const          m)
{
  return lmu_engine_coefficients_of(engine, 1U, engine->live[channel]->z, m);
}

static bool
is_silent(const LmuMemory* const memory, const LmuModes* const modes)
{
  for (uint32_t i = 0U; i < modes->n_blocks * LMU_BLOCK; ++i) {
    if (memory->z[i] != 0.0f) {
      return false;
    }
  }
  return true;
}

/// Set a state of one engine to the window that another's state holds, by way
/// of coefficients
static void
move(LmuMemory* const       to,
     const LmuEngine* const engine,
     const LmuMemory* const from,
     const LmuEngine* const source,
     double* const          m,
     double* const          work)
{
  const uint32_t order = source->modes->order;
  if (is_silent(from, source->modes)) {
    lmu_memory_reset(to, engine->modes);
    return;
  }

  lmu_modal_to_legendre(modal_of(source), 1U, from->z, m, work);
  lmu_modal_from_legendre(modal_of(engine), m, order, to->z, work);
}

LmuStatus
lmu_engine_adopt(LmuEngine* const              engine,
                 const LmuEngine* const        source,
                 const LmuMemory* const* const live,
                 const LmuMemory* const* const held)
{
  const uint32_t old   = source->modes->order;
  const uint32_t order = engine->modes->order;
  double* const  m     = (double*)calloc(old, sizeof(double));
  double* const  work  = lmu_modal_work(old > order ? old : order);
  for (uint32_t c = 0U; m && work && c < engine->n_channels; ++c) {
    move(engine->live[c], engine, live[c], source, m, work);
    move(engine->held[c], engine, held[c], source, m, work);
  }
  free(work);
  free(m);
  return m && work ? LMU_SUCCESS : LMU_NO_MEMORY;
}
