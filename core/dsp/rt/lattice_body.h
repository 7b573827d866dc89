// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

/**
   @file
   Inner loops of lattices for any vector size, part of kernels_body.h.
*/

#include "core/base/attributes.h"
#include "core/kernels/rt/kernels.h"
#include "core/math/rt/vector.h"

#include <stdint.h>

/// A vector at any address
typedef Vec Loose __attribute__((aligned(4)));

/// The last number of a vector, and all but the last of the one behind it
#if WIDTH == 16U
#  define FOLLOW(x, y)       \
    __builtin_shufflevector( \
      x, y, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30)
#elif WIDTH == 8U
#  define FOLLOW(x, y) \
    __builtin_shufflevector(x, y, 7, 8, 9, 10, 11, 12, 13, 14)
#else
#  define FOLLOW(x, y) __builtin_shufflevector(x, y, 3, 4, 5, 6)
#endif

/// Sums of a reflection, apart so that additions need not wait
typedef struct {
  Vec product;
  Vec forward;
  Vec backward;
} Reflected;

/// Reflect one vector, and return what is backward of it.  What is forward
/// moves by a sample, as then only one of four addresses is not a multiple of a
/// vector.
LMU_RT static INLINE Vec
reflect_vector(float* const     forward,
               float* const     backward,
               const Vec        by,
               const Vec        before,
               Reflected* const sums)
{
  const Vec x       = *(const Loose*)(forward + 1);
  const Vec y       = *(const Loose*)backward;
  const Vec f       = x - (by * y);
  const Vec b       = y - (by * x);
  const Vec late    = FOLLOW(before, b);
  *(Loose*)forward  = f;
  *(Loose*)backward = b;
  sums->product += f * late;
  sums->forward += f * f;
  sums->backward += late * late;
  return b;
}

LMU_RT static void
reflect(const LmuReflection* const pass, LmuReflectionSums* const result)
{
  float* const f       = pass->forward;
  float* const b       = pass->backward;
  const Vec    by      = same(pass->by);
  Reflected    sums[2] = {{same(0.0f), same(0.0f), same(0.0f)},
                          {same(0.0f), same(0.0f), same(0.0f)}};
  Vec          before  = same(pass->before);
  uint32_t     i       = 0U;
  for (; i + (2U * WIDTH) <= pass->count; i += 2U * WIDTH) {
    before = reflect_vector(f + i, b + i, by, before, &sums[0]);
    before = reflect_vector(f + i + WIDTH, b + i + WIDTH, by, before, &sums[1]);
  }

  float late    = before[WIDTH - 1U];
  float product = sum(sums[0].product + sums[1].product);
  float power   = sum((sums[0].forward + sums[1].forward) +
                    (sums[0].backward + sums[1].backward));
  for (; i < pass->count; ++i) {
    const float x = f[i + 1U];
    const float y = b[i];
    f[i]          = x - (pass->by * y);
    b[i]          = y - (pass->by * x);
    product += f[i] * late;
    power += (f[i] * f[i]) + (late * late);
    late = b[i];
  }
  result->product += (double)product;
  result->power += (double)power;
}

/// Half a vector of floats at any address, and as many numbers of float64
typedef float   Few __attribute__((vector_size(2 * WIDTH), aligned(4)));
typedef Doubles LooseDoubles __attribute__((aligned(8)));

LMU_RT static void
unfold(double* const  forward,
       double* const  backward,
       const double   by,
       const uint32_t count)
{
  uint32_t i = 0U;
  for (; i + DOUBLES <= count; i += DOUBLES) {
    const Doubles x = *(const LooseDoubles*)(forward + i + 1);
    const Doubles y = *(const LooseDoubles*)(backward + i);

    *(LooseDoubles*)(forward + i)  = x - (by * y);
    *(LooseDoubles*)(backward + i) = y - (by * x);
  }
  for (; i < count; ++i) {
    const double x = forward[i + 1U];
    const double y = backward[i];
    forward[i]     = x - (by * y);
    backward[i]    = y - (by * x);
  }
}

LMU_RT static double
foretell(const double* const weights,
         const float* const  samples,
         const uint32_t      count)
{
  Doubles totals[4] = {{0.0}, {0.0}, {0.0}, {0.0}};
  for (uint32_t i = 0U; i < count; i += 4U * DOUBLES) {
    for (uint32_t j = 0U; j < 4U; ++j) {
      const uint32_t at = i + (j * DOUBLES);
      totals[j] +=
        *(const Doubles*)__builtin_assume_aligned(weights + at, 4 * WIDTH) *
        __builtin_convertvector(*(const Few*)(samples + at), Doubles);
    }
  }
  return sum_doubles((totals[0] + totals[1]) + (totals[2] + totals[3]));
}
