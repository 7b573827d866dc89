// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_RT_ACTIVATION_BODY_H
#define LMU_CORE_NN_RT_ACTIVATION_BODY_H

#include "core/base/attributes.h"
#include "core/kernels/rt/kernels.h"
#include "core/math/rt/vector.h"
#include "core/memory/rt/modes.h"
#include "core/nn/rt/cell.h"

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#  include <immintrin.h>
#endif

/**
   @file
   Activations for any vector size, part of kernels_body.h.

   None calls a library, and the time of none depends on its numbers.
*/

typedef Vec Unaligned __attribute__((aligned(4)));

// The compiler makes poor code of a choice by lane, save where it knows better
#if defined(__AVX512F__) && WIDTH == 16U
#  define LEAST _mm512_min_ps
#  define GREATEST _mm512_max_ps
#elif defined(__AVX__) && WIDTH == 8U
#  define LEAST _mm256_min_ps
#  define GREATEST _mm256_max_ps
#elif defined(__SSE__) && WIDTH == 4U
#  define LEAST _mm_min_ps
#  define GREATEST _mm_max_ps
#endif

typedef int32_t  Mask __attribute__((vector_size(4 * WIDTH)));
typedef uint32_t Bits __attribute__((vector_size(4 * WIDTH)));

LMU_RT static INLINE Vec
least(const Vec x, const Vec y)
{
#ifdef LEAST
  return LEAST(x, y);
#else
  const Mask mask = x < y;
  return (Vec)(((Mask)x & mask) | ((Mask)y & ~mask));
#endif
}

LMU_RT static INLINE Vec
greatest(const Vec x, const Vec y)
{
#ifdef GREATEST
  return GREATEST(x, y);
#else
  const Mask mask = x > y;
  return (Vec)(((Mask)x & mask) | ((Mask)y & ~mask));
#endif
}

/// Return tanh(x) to 3e-7, see tests/golden/fit_tanh.py
LMU_RT static INLINE Vec
hyperbolic(const Vec x)
{
  const Vec clamped = greatest(least(x, same(8.0f)), same(-8.0f));
  const Vec y       = clamped * clamped;

  // By pairs of terms, which is sooner done than one after another
  const Vec y_2 = y * y;
  const Vec p_0 = (y * 0.13438187539577484f) + 0.9999999403953552f;
  const Vec p_1 = (y * 2.177317401219625e-5f) + 0.0035641517024487257f;
  const Vec q_0 = (y * 0.4677150845527649f) + 1.0f;
  const Vec q_1 = (y * 0.0003399172273930162f) + 0.026135999709367752f;
  const Vec p_2 = p_1 + (y_2 * 1.506171010134949e-8f);
  const Vec q_2 = q_1 + (y_2 * 8.453620807813422e-7f);

  const Vec numerator   = (clamped * p_0) + ((clamped * y_2) * p_2);
  const Vec denominator = q_0 + (y_2 * q_2);
  return numerator / denominator;
}

/// Return the logistic function to 3e-7
LMU_RT static INLINE Vec
logistic(const Vec x)
{
  return (hyperbolic(x * 0.5f) * 0.5f) + 0.5f;
}

/// Return exp(x) to 2e-7 of itself, of numbers from -87 to 0
LMU_RT static INLINE Vec
exponential(const Vec x)
{
  // Adding 1.5 * 2^23 rounds to an integer, which the lowest bits then hold
  const Vec shifted = (greatest(x, same(-87.0f)) * 1.44269504f) + 12582912.0f;
  const Vec n       = shifted - 12582912.0f;
  const Vec r =
    (greatest(x, same(-87.0f)) - (n * 0.693359375f)) + (n * 2.12194440e-4f);

  // Taylor's series, of |r| below 0.35
  Vec power = (r * 1.98412698e-4f) + 1.38888889e-3f;
  power     = (r * power) + 8.33333333e-3f;
  power     = (r * power) + 4.16666667e-2f;
  power     = (r * power) + 0.166666667f;
  power     = (r * power) + 0.5f;
  power     = (r * power) + 1.0f;
  power     = (r * power) + 1.0f;
  return (Vec)((Bits)power + ((Bits)shifted << 23U));
}

/// Return log(1 + e) to 1e-7, of numbers from 0 to 1: 2 atanh(e / (2 + e))
LMU_RT static INLINE Vec
logarithm(const Vec e)
{
  const Vec s   = e / (e + 2.0f);
  const Vec s_2 = s * s;

  Vec sum = (s_2 * 0.153846154f) + 0.181818182f;
  sum     = (s_2 * sum) + 0.222222222f;
  sum     = (s_2 * sum) + 0.285714286f;
  sum     = (s_2 * sum) + 0.4f;
  sum     = (s_2 * sum) + 0.666666667f;
  sum     = (s_2 * sum) + 2.0f;
  return s * sum;
}

/// Return the part of gelu() that is not max(x, 0), to 4e-7: -|x| / 2 times
/// erfc(|x| / sqrt(2)) by Abramowitz and Stegun, equation 7.1.26
LMU_RT static INLINE Vec
gelu_tail(const Vec x)
{
  const Vec size = least(greatest(x, -x), same(16.0f));
  const Vec t    = 1.0f / ((size * (0.3275911f * 0.707106781f)) + 1.0f);

  Vec sum = (t * 1.061405429f) - 1.453152027f;
  sum     = (t * sum) + 1.421413741f;
  sum     = (t * sum) - 0.284496736f;
  sum     = (t * sum) + 0.254829592f;
  return (sum * t) * exponential(size * size * -0.5f) * (size * -0.5f);
}

LMU_RT static INLINE Vec
gelu_tanh(const Vec x)
{
  const Vec cubic = x * ((x * x * 0.044715f) + 1.0f) * 0.797884561f;
  return ((hyperbolic(cubic) * 0.5f) + 0.5f) * x;
}

/// Return an activation of one number, which the compiler knows
LMU_RT static INLINE Vec
activated(const LmuActivation function, const float slope, const Vec x)
{
  const Vec zero  = same(0.0f);
  const Vec above = greatest(x, zero);
  const Vec below = least(x, zero);
  switch (function) {
  case LMU_TANH:
    return hyperbolic(x);
  case LMU_SIGMOID:
    return logistic(x);
  case LMU_RELU:
    return above;
  case LMU_SOFTSIGN:
    return x / (greatest(x, -x) + 1.0f);
  case LMU_HARD_SIGMOID:
    return greatest(least((x * (1.0f / 6.0f)) + 0.5f, same(1.0f)), same(0.0f));
  case LMU_GELU:
    return above + gelu_tail(x);
  case LMU_GELU_TANH:
    return gelu_tanh(x);
  case LMU_ELU:
    return above + (exponential(below) - 1.0f);
  case LMU_SELU:
    return (above * (float)LMU_SELU_SCALE) +
           ((exponential(below) - 1.0f) *
            (float)(LMU_SELU_SCALE * LMU_SELU_ALPHA));
  case LMU_LEAKY_RELU:
    return above + (below * slope);
  case LMU_SOFTPLUS:
    return above + logarithm(exponential(below - above));
  case LMU_GATED:
  case LMU_LINEAR:
    break;
  }
  return x;
}

/// Where results go, and they may all be the same
typedef struct {
  float* aligned; ///< Or null
  float* past;    ///< At any place, or null
  float* output;  ///< At any place, or null
} Places;

LMU_RT static INLINE void
activate_as(const LmuActivation function,
            const float         slope,
            const float* const  x,
            const uint32_t      n_blocks,
            const Places        to)
{
  const uint32_t size = n_blocks * LMU_LANES;
  for (uint32_t i = 0U; i < size; i += WIDTH) {
    const Vec y = (function == LMU_GATED)
                    ? hyperbolic(load(x + i)) * logistic(load(x + size + i))
                    : activated(function, slope, load(x + i));
    if (to.aligned) {
      store(to.aligned + i, y);
    }
    if (to.past) {
      *(Unaligned*)(to.past + i) = y;
    }
    if (to.output) {
      *(Unaligned*)(to.output + i) = y;
    }
  }
}

/// Do the same for functions that few networks have, which would make all
/// loops larger
LMU_RT static __attribute__((noinline)) void
activate_rare(const LmuActivation function,
              const float         slope,
              const float* const  x,
              const uint32_t      n_blocks,
              const Places        to)
{
  switch (function) {
  case LMU_GELU:
    activate_as(LMU_GELU, slope, x, n_blocks, to);
    break;
  case LMU_GELU_TANH:
    activate_as(LMU_GELU_TANH, slope, x, n_blocks, to);
    break;
  case LMU_ELU:
    activate_as(LMU_ELU, slope, x, n_blocks, to);
    break;
  case LMU_SELU:
    activate_as(LMU_SELU, slope, x, n_blocks, to);
    break;
  case LMU_LEAKY_RELU:
    activate_as(LMU_LEAKY_RELU, slope, x, n_blocks, to);
    break;
  case LMU_SOFTPLUS:
    activate_as(LMU_SOFTPLUS, slope, x, n_blocks, to);
    break;
  case LMU_GATED:
    activate_as(LMU_GATED, slope, x, n_blocks, to);
    break;
  default:
    break;
  }
}

LMU_RT static INLINE void
activate_to(const LmuActivation function,
            const float         slope,
            const float* const  x,
            const uint32_t      n_blocks,
            const Places        to)
{
  switch (function) {
  case LMU_TANH:
    activate_as(LMU_TANH, slope, x, n_blocks, to);
    break;
  case LMU_SIGMOID:
    activate_as(LMU_SIGMOID, slope, x, n_blocks, to);
    break;
  case LMU_RELU:
    activate_as(LMU_RELU, slope, x, n_blocks, to);
    break;
  case LMU_SOFTSIGN:
    activate_as(LMU_SOFTSIGN, slope, x, n_blocks, to);
    break;
  case LMU_HARD_SIGMOID:
    activate_as(LMU_HARD_SIGMOID, slope, x, n_blocks, to);
    break;
  case LMU_LINEAR:
    activate_as(LMU_LINEAR, slope, x, n_blocks, to);
    break;
  default:
    activate_rare(function, slope, x, n_blocks, to);
    break;
  }
}

/// Activate numbers where they are, in the first half of them if gated
LMU_RT static INLINE void
activate(const LmuActivation function,
         const float         slope,
         float* const        x,
         const uint32_t      n_blocks)
{
  const Places same_place = {x, NULL, NULL};
  activate_to(function, slope, x, n_blocks, same_place);
}

#endif // LMU_CORE_NN_RT_ACTIVATION_BODY_H
