// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/rt/resampler.h"

#include "core/dsp/rt/resampler_parts.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LANES LMU_RESAMPLER_LANES

LMU_RT static void
filter_reset(LmuRateFilter* const filter)
{
  const size_t size = (size_t)filter->n_signals * 2U * filter->n_taps;
  memset(filter->history, 0, size * sizeof(float));
  filter->position = 0U;
}

/// Take one frame
LMU_RT static void
filter_write(LmuRateFilter* const filter, const float* const frame)
{
  const uint32_t n_taps = filter->n_taps;
  for (uint32_t i = 0U; i < filter->n_signals; ++i) {
    float* const history               = filter->history + (2U * i * n_taps);
    history[filter->position]          = frame[i];
    history[filter->position + n_taps] = frame[i];
  }
  filter->position = (filter->position + 1U) % n_taps;
}

/// Part of the lanes, as any CPU can hold it
typedef float Quad __attribute__((vector_size(16)));

#define N_QUADS (LANES / 4U)

LMU_RT static inline Quad
load(const float* const x)
{
  Quad value;
  memcpy(&value, x, sizeof(value)); // As x may be at any sample
  return value;
}

/// Return the sum of all lanes
LMU_RT static inline float
sum(const Quad lanes[N_QUADS])
{
  const Quad total = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
  return (total[0] + total[2]) + (total[1] + total[3]);
}

LMU_RT static float
dot(const float* const row, const float* const x, const uint32_t n_taps)
{
  Quad lanes[N_QUADS] = {{0.0f}};
  for (uint32_t i = 0U; i < n_taps; i += LANES) {
    for (uint32_t j = 0U; j < N_QUADS; ++j) {
      const uint32_t k = i + (4U * j);
      lanes[j] += load(row + k) * load(x + k);
    }
  }
  return sum(lanes);
}

/// Return the product of `part` of the way from a row to the next
LMU_RT static float
dot_between(const float* const row,
            const float        part,
            const float* const x,
            const uint32_t     n_taps)
{
  const float* const next           = row + n_taps;
  Quad               lanes[N_QUADS] = {{0.0f}};
  for (uint32_t i = 0U; i < n_taps; i += LANES) {
    for (uint32_t j = 0U; j < N_QUADS; ++j) {
      const uint32_t k = i + (4U * j);
      const Quad     w = load(row + k);
      lanes[j] += (w + (part * (load(next + k) - w))) * load(x + k);
    }
  }
  return sum(lanes);
}

/// Read one frame at a phase from 0 to n_phases - 1
LMU_RT static void
filter_read(const LmuRateFilter* const filter,
            const uint32_t             phase,
            float* const               frame)
{
  const uint32_t     n_taps   = filter->n_taps;
  const uint64_t     position = (uint64_t)phase * filter->n_rows;
  const uint64_t     row      = position / filter->n_phases;
  const uint64_t     rest     = position % filter->n_phases;
  const float        part     = (float)rest / (float)filter->n_phases;
  const float* const rows     = filter->rows + (row * n_taps);
  for (uint32_t i = 0U; i < filter->n_signals; ++i) {
    const float* const x =
      filter->history + (2U * i * n_taps) + filter->position;
    frame[i] = rest ? dot_between(rows, part, x, n_taps) : dot(rows, x, n_taps);
  }
}

void
lmu_resampler_reset(LmuResampler* const resampler)
{
  filter_reset(&resampler->inward);
  filter_reset(&resampler->outward);
  resampler->time = -(int64_t)resampler->host_step;
}

uint32_t
lmu_resampler_put(LmuResampler* const resampler,
                  const float* const  input,
                  float* const        inner)
{
  const uint32_t n_signals = resampler->inward.n_signals;
  uint32_t       n_frames  = 0U;
  filter_write(&resampler->inward, input);
  resampler->time += resampler->host_step;
  while (resampler->time >= 0) {
    filter_read(&resampler->inward,
                (uint32_t)resampler->time,
                inner + ((size_t)n_frames * n_signals));
    resampler->time -= resampler->inner_step;
    ++n_frames;
  }
  return n_frames;
}

void
lmu_resampler_get(LmuResampler* const resampler,
                  const float* const  inner,
                  const uint32_t      n_frames,
                  float* const        output)
{
  const uint32_t n_signals = resampler->outward.n_signals;
  for (uint32_t i = 0U; i < n_frames; ++i) {
    filter_write(&resampler->outward, inner + ((size_t)i * n_signals));
  }
  filter_read(&resampler->outward,
              (uint32_t)(resampler->time + resampler->inner_step),
              output);
}

/// Take over what a filter of the same length heard, if it has as many signals
LMU_RT static void
filter_adopt(LmuRateFilter* const filter, const LmuRateFilter* const source)
{
  const size_t size = (size_t)filter->n_signals * 2U * filter->n_taps;
  if (filter->n_signals == source->n_signals) {
    memcpy(filter->history, source->history, size * sizeof(float));
    filter->position = source->position;
  }
}

void
lmu_resampler_adopt(LmuResampler* const       resampler,
                    const LmuResampler* const source)
{
  if (resampler->host_step == source->host_step &&
      resampler->inner_step == source->inner_step) {
    filter_adopt(&resampler->inward, &source->inward);
    filter_adopt(&resampler->outward, &source->outward);
    resampler->time = source->time;
  }
}

double
lmu_resampler_latency(const LmuResampler* const resampler)
{
  return resampler->latency;
}
