// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

/**
   @file
   Inner loops for any vector size, included once by each kernels_*.c.

   WIDTH is the number of floats in a vector, and TABLE the name of the table.
   The compiler's vector extensions make the same loops SSE, AVX, or NEON.
*/

// Also a test includes this: products of sizes fit in 32 bits
// NOLINTBEGIN(bugprone-implicit-widening-of-multiplication-result)

#include "core/base/attributes.h"
#include "core/dsp/rt/lattice_body.h"
#include "core/dsp/rt/learner_body.h"
#include "core/dsp/rt/sustain_body.h"
#include "core/dsp/rt/trace_body.h"
#include "core/kernels/rt/kernels.h"
#include "core/math/rt/vector.h"
#include "core/memory/rt/angle.h"
#include "core/memory/rt/memory.h"
#include "core/memory/rt/modes.h"
#include "core/memory/rt/pade.h"
#include "core/memory/rt/recurrence_body.h"
#include "core/memory/rt/taps.h"
#include "core/memory/rt/tuning.h"
#include "core/nn/rt/network_body.h"

#include <stddef.h>
#include <stdint.h>

/// Numbers of one block: q, then U_j
LMU_RT static INLINE uint32_t
block_size(const uint32_t stages)
{
  return (1U + stages) * LMU_BLOCK;
}

/* Steps */

/// Turn sums over the state into the factors of U_j
LMU_RT static INLINE void
couple(const LmuTuning* const tuning,
       const uint32_t         stages,
       const float* const     rows,
       const float            input,
       float* const           c)
{
  const float* const gain  = tuning->gain;
  const float        drive = tuning->drive * input;
  const uint32_t     first = stages % 2U;

  if (first) {
    c[0] = gain[0] * ((2.0f * rows[0]) - drive);
  }
  for (uint32_t j = first; j < stages; j += 2U) {
    const float re = rows[j] - drive;
    const float im = rows[j + 1U];

    c[j]      = (gain[j] * re) - (gain[j + 1U] * im);
    c[j + 1U] = -(gain[j] * im) - (gain[j + 1U] * re);
  }
}

/// Sums over vectors, apart so that additions need not wait for each other
typedef struct {
  Vec re[LMU_MAX_STAGES];
  Vec im[LMU_MAX_STAGES];
} Sums;

/// Advance one vector of modes, and add it to the sums of the next step
LMU_RT static INLINE void
advance(const float* const numbers,
        float* const       z,
        const uint32_t     stages,
        const Vec* const   c,
        Sums* const        sums)
{
  const float* const u   = numbers + LMU_BLOCK;
  const Vec          q_r = load(numbers);
  const Vec          q_i = load(numbers + LMU_LANES);
  const Vec          z_r = load(z);
  const Vec          z_i = load(z + LMU_LANES);

  Vec re = z_r + (q_r * z_r) - (q_i * z_i);
  Vec im = z_i + (q_r * z_i) + (q_i * z_r);
  for (uint32_t j = 0U; j < stages; ++j) {
    re += load(u + (j * LMU_BLOCK)) * c[j];
    im += load(u + (j * LMU_BLOCK) + LMU_LANES) * c[j];
  }
  store(z, re);
  store(z + LMU_LANES, im);
  for (uint32_t j = 0U; j < stages; ++j) {
    sums->re[j] += load(u + (j * LMU_BLOCK)) * re;
    sums->im[j] += load(u + (j * LMU_BLOCK) + LMU_LANES) * im;
  }
}

LMU_RT static INLINE void
step(const LmuTuning* const tuning,
     float* const           z,
     float* const           rows,
     const uint32_t         n_blocks,
     const uint32_t         stages,
     const float            input)
{
  float c[LMU_MAX_STAGES];
  Vec   factors[LMU_MAX_STAGES];
  Sums  sums;
  couple(tuning, stages, rows, input, c);
  for (uint32_t j = 0U; j < stages; ++j) {
    factors[j] = same(c[j]);
    sums.re[j] = same(0.0f);
    sums.im[j] = same(0.0f);
  }

  for (uint32_t b = 0U; b < n_blocks; ++b) {
    const float* const numbers = tuning->numbers + (b * block_size(stages));
    for (uint32_t i = 0U; i < LMU_LANES; i += WIDTH) {
      advance(numbers + i, z + (b * LMU_BLOCK) + i, stages, factors, &sums);
    }
  }
  for (uint32_t j = 0U; j < stages; ++j) {
    rows[j] = sum(sums.re[j] - sums.im[j]);
  }
}

LMU_RT static float
dot(const float* const weights, const float* const z, const uint32_t n_blocks)
{
  Vec sums[2] = {same(0.0f), same(0.0f)};
  for (uint32_t i = 0U; i < n_blocks * LMU_BLOCK; i += 2U * WIDTH) {
    sums[0] += load(weights + i) * load(z + i);
    sums[1] += load(weights + i + WIDTH) * load(z + i + WIDTH);
  }
  return sum(sums[0] + sums[1]);
}

LMU_RT static INLINE void
run_stages(const LmuTuning* const tuning,
           LmuMemory* const       memory,
           const uint32_t         n_blocks,
           const float* const     weights,
           const LmuFrames* const frames,
           const uint32_t         stages)
{
  const uint32_t size  = n_blocks * LMU_BLOCK;
  const uint32_t count = frames->n_readouts;
  float* const   z     = memory->z;

  // In registers, as the compiler must take rows and z for the same array
  float now[LMU_MAX_STAGES];
  for (uint32_t j = 0U; j < stages; ++j) {
    now[j] = memory->rows[j];
  }

  for (uint32_t i = 0U; i < frames->n_frames; ++i) {
    step(tuning, z, now, n_blocks, stages, frames->input[i]);
    for (uint32_t j = 0U; j < count; ++j) {
      const float* const readout   = weights + ((frames->first + j) * size);
      frames->out[(i * count) + j] = dot(readout, z, n_blocks);
    }
  }

  for (uint32_t j = 0U; j < stages; ++j) {
    memory->rows[j] = now[j];
  }
}

LMU_RT static void
run(const LmuTuning* const tuning,
    LmuMemory* const       memory,
    const uint32_t         n_blocks,
    const float* const     weights,
    const LmuFrames* const frames)
{
  switch (tuning->stages) {
  case 1U:
    run_stages(tuning, memory, n_blocks, weights, frames, 1U);
    break;
  case 2U:
    run_stages(tuning, memory, n_blocks, weights, frames, 2U);
    break;
  case 3U:
    run_stages(tuning, memory, n_blocks, weights, frames, 3U);
    break;
  default:
    run_stages(tuning, memory, n_blocks, weights, frames, 4U);
    break;
  }
}

LMU_RT static void
rows(const LmuTuning* const tuning,
     const float* const     z,
     const uint32_t         n_blocks,
     float* const           out)
{
  const uint32_t size = block_size(tuning->stages);
  for (uint32_t j = 0U; j < tuning->stages; ++j) {
    const float* const u     = tuning->numbers + ((1U + j) * LMU_BLOCK);
    Vec                total = same(0.0f);
    for (uint32_t b = 0U; b < n_blocks; ++b) {
      for (uint32_t i = 0U; i < LMU_LANES; i += WIDTH) {
        const float* const part = z + (b * LMU_BLOCK) + i;
        total += load(u + (b * size) + i) * load(part);
        total -= load(u + (b * size) + LMU_LANES + i) * load(part + LMU_LANES);
      }
    }
    out[j] = sum(total);
  }
}

/* Tuning */

/// Complex numbers
typedef struct {
  Wide re;
  Wide im;
} Complex;

LMU_RT static INLINE Complex
times(const Complex x, const Complex y)
{
  const Complex product = {(x.re * y.re) - (x.im * y.im),
                           (x.re * y.im) + (x.im * y.re)};
  return product;
}

LMU_RT static INLINE Complex
inverse(const Complex x)
{
  const Wide    scale  = 1.0 / ((x.re * x.re) + (x.im * x.im));
  const Complex result = {x.re * scale, -x.im * scale};
  return result;
}

/// Return offset + factor z
LMU_RT static INLINE Complex
linear(const double offset, const double factor, const Complex z)
{
  const Complex result = {offset + (factor * z.re), factor * z.im};
  return result;
}

/// Store U = p x, and return the real parts of p^2 x
LMU_RT static INLINE Wide
store_u(float* const u, const Complex p, const Complex x)
{
  const Complex product = times(p, x);
  store_narrow(u, product.re);
  store_narrow(u + LMU_LANES, product.im);
  return times(p, product).re;
}

/// Set U of a real pole, add its part to q, and 2 p^2 times it to the sums
LMU_RT static INLINE void
tune_real(const LmuPole* const pole,
          const Complex        z,
          const Complex        p,
          float* const         u,
          Complex* const       q,
          Wide* const          sums)
{
  // 1 / (1/z - rho)
  const Complex x = times(z, inverse(linear(1.0, -pole->rho_re, z)));
  sums[0] += 2.0 * store_u(u, p, x);
  q->re += pole->a_re * x.re;
  q->im += pole->a_re * x.im;
}

/// Do the same for a pair of poles, which needs two U
LMU_RT static INLINE void
tune_pair(const LmuPole* const pole,
          const Complex        z,
          const Complex        p,
          float* const         u,
          Complex* const       q,
          Wide* const          sums)
{
  // Sum of 1 / (1/z - rho) of both, and -i times their difference
  const double size =
    (pole->rho_re * pole->rho_re) + (pole->rho_im * pole->rho_im);
  const Complex quadratic =
    linear(1.0, 1.0, times(z, linear(-2.0 * pole->rho_re, size, z)));
  const Complex common = times(z, inverse(quadratic));
  const Complex total  = times(common, linear(2.0, -2.0 * pole->rho_re, z));
  const Complex other  = times(common, linear(0.0, 2.0 * pole->rho_im, z));

  sums[0] += store_u(u, p, total);
  sums[1] += store_u(u + LMU_BLOCK, p, other);
  q->re += (pole->a_re * total.re) - (pole->a_im * other.re);
  q->im += (pole->a_re * total.im) - (pole->a_im * other.im);
}

/// Set the numbers of one vector of modes
LMU_RT static INLINE void
tune_part(const LmuPole* const poles,
          const uint32_t       stages,
          const Complex        z,
          const Complex        p,
          float* const         numbers,
          Wide* const          sums)
{
  Complex        q    = {z.re * 0.0, z.re * 0.0};
  float* const   u    = numbers + LMU_BLOCK;
  const uint32_t real = stages % 2U; // It comes first
  if (real) {
    tune_real(&poles[0], z, p, u, &q, sums);
  }
  for (uint32_t j = real; j < stages; j += 2U) {
    const uint32_t i = (j + 1U) / 2U;
    tune_pair(&poles[i], z, p, u + (j * LMU_BLOCK), &q, sums + (2U * i));
  }
  store_narrow(numbers, q.re);
  store_narrow(numbers + LMU_LANES, q.im);
}

LMU_RT static INLINE void
tune_stages(LmuTuning* const      tuning,
            const LmuModes* const modes,
            const uint32_t        stages,
            LmuPoleSum* const     sums)
{
  const LmuPole poles[2] = {lmu_pade(stages)->poles[0],
                            lmu_pade(stages)->poles[1]};
  const double  rate     = 1.0 / tuning->theta;
  const Wide    zero     = {0.0};
  Wide          parts[4] = {zero, zero, zero, zero};
  for (uint32_t b = 0U; b < modes->n_blocks; ++b) {
    float* const        numbers = tuning->numbers + (b * block_size(stages));
    const double* const s       = modes->s + (b * LMU_BLOCK);
    const double* const p       = modes->p + (b * LMU_BLOCK);
    for (uint32_t i = 0U; i < LMU_LANES; i += WIDTH) {
      const Complex z     = {load_wide(s + i) * rate,
                             load_wide(s + LMU_LANES + i) * rate};
      const Complex first = {load_wide(p + i), load_wide(p + LMU_LANES + i)};
      tune_part(poles, stages, z, first, numbers + i, parts);
    }
  }
  for (uint32_t i = 0U; i < 2U; ++i) {
    sums[i].re = sum_wide(parts[2U * i]);
    sums[i].im = sum_wide(parts[(2U * i) + 1U]);
  }
}

LMU_RT static void
tune(LmuTuning* const      tuning,
     const LmuModes* const modes,
     LmuPoleSum* const     sums)
{
  switch (tuning->stages) {
  case 1U:
    tune_stages(tuning, modes, 1U, sums);
    break;
  case 2U:
    tune_stages(tuning, modes, 2U, sums);
    break;
  case 3U:
    tune_stages(tuning, modes, 3U, sums);
    break;
  default:
    tune_stages(tuning, modes, 4U, sums);
    break;
  }
}

/* Taps */

/// Weights of the rows of a table around a position, and the first of the rows
typedef struct {
  const float* rows;
  float        weights[LMU_TAP_POINTS];
} Edge;

/// Return the edge to add at r, its rows are null in the middle of the window
LMU_RT static INLINE Edge
edge_at(const LmuTaps* const taps, const double r)
{
  const uint32_t end      = r > 0.5;
  const double   distance = square_root(end ? 1.0 - r : r);
  Edge           edge     = {NULL, {0.0f}};
  if (distance >= taps->edge) {
    return edge;
  }

  const double   position = distance * taps->density;
  const uint32_t row      = (uint32_t)position;
  lagrange(position - row, edge.weights);
  edge.rows = taps->ends[end] + ((size_t)row * taps->n_edge_blocks * LMU_BLOCK);
  return edge;
}

LMU_RT static INLINE Vec
edge_part(const LmuTaps* const taps, const Edge* const edge, const uint32_t i)
{
  const uint32_t stride = taps->n_edge_blocks * LMU_BLOCK;
  Vec            total  = same(0.0f);
  for (uint32_t j = 0U; j < LMU_TAP_POINTS; ++j) {
    total += load(edge->rows + (j * stride) + i) * edge->weights[j];
  }
  return total;
}

/// Turn by one block of modes
LMU_RT static INLINE void
turn(float* const re, float* const im, const float step_re, const float step_im)
{
  for (uint32_t i = 0U; i < LMU_LANES; i += WIDTH) {
    const Vec x = load(re + i);
    const Vec y = load(im + i);
    store(re + i, (x * step_re) - (y * step_im));
    store(im + i, (x * step_im) + (y * step_re));
  }
}

LMU_RT static void
tap_weights(const LmuTaps* const taps, const double r, float* const weights)
{
  _Alignas(64) float re[LMU_LANES];
  _Alignas(64) float im[LMU_LANES];
  float              by[2];
  lmu_angles(r, re, im, by);
  for (uint32_t b = 0U; b < taps->n_band_blocks; ++b) {
    const float* const gain = taps->taper + (b * LMU_LANES);
    float* const       part = weights + (b * LMU_BLOCK);
    for (uint32_t i = 0U; i < LMU_LANES; i += WIDTH) {
      store(part + i, load(gain + i) * load(re + i));
      store(part + i + LMU_LANES, load(gain + i) * -load(im + i));
    }
    turn(re, im, by[0], by[1]);
  }
  for (uint32_t i = taps->n_band_blocks * LMU_BLOCK;
       i < taps->n_blocks * LMU_BLOCK;
       i += WIDTH) {
    store(weights + i, same(0.0f));
  }

  const Edge edge = edge_at(taps, r);
  for (uint32_t i = 0U; edge.rows && i < taps->n_edge_blocks * LMU_BLOCK;
       i += WIDTH) {
    float* const part = weights + (taps->first_edge * LMU_BLOCK) + i;
    store(part, load(part) + edge_part(taps, &edge, i));
  }
}

LMU_RT static float
tap(const LmuTaps* const taps, const float* const z, const double r)
{
  _Alignas(64) float re[LMU_LANES];
  _Alignas(64) float im[LMU_LANES];
  float              by[2];
  Vec                total = same(0.0f);
  lmu_angles(r, re, im, by);
  for (uint32_t b = 0U; b < taps->n_band_blocks; ++b) {
    const float* const gain = taps->taper + (b * LMU_LANES);
    const float* const part = z + (b * LMU_BLOCK);
    for (uint32_t i = 0U; i < LMU_LANES; i += WIDTH) {
      total += load(gain + i) * ((load(re + i) * load(part + i)) -
                                 (load(im + i) * load(part + i + LMU_LANES)));
    }
    turn(re, im, by[0], by[1]);
  }

  const Edge edge = edge_at(taps, r);
  for (uint32_t i = 0U; edge.rows && i < taps->n_edge_blocks * LMU_BLOCK;
       i += WIDTH) {
    total +=
      edge_part(taps, &edge, i) * load(z + (taps->first_edge * LMU_BLOCK) + i);
  }
  return sum(total);
}

const LmuKernels TABLE = {NAME,
                          tune,
                          rows,
                          run,
                          dot,
                          tap,
                          tap_weights,
                          affine,
                          activate,
                          recur,
                          fused,
                          split,
                          gram,
                          synthesise,
                          outline,
                          reflect,
                          unfold,
                          foretell,
                          descend};

// NOLINTEND(bugprone-implicit-widening-of-multiplication-result)
