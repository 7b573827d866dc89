// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/rt/match.h"

#include "core/base/attributes.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

/// Constant that keeps the filters from denormals, far below what is heard
#define FLOOR 1e-15

/// Energy of each sound that is always there, -90 dB
#define NOISE 1e-9

/// Energy below which the first sound counts as silent, -60 dB
#define SILENCE 1e-6

void
lmu_match_reset(LmuMatch* const match)
{
  const LmuMatch fresh = {.gain = 1.0};
  *match               = fresh;
}

/// Filter all lanes by a frame, in place (direct form II transposed)
LMU_RT static void
filter(const LmuMatchFilter* const plan,
       double                      past[2][LMU_MATCH_LANES],
       double* const               lanes)
{
  for (uint32_t i = 0U; i < LMU_MATCH_LANES; ++i) {
    const double x = lanes[i];
    const double y = (plan->b[0] * x) + past[0][i];

    past[0][i] = (plan->b[1] * x) - (plan->a[0] * y) + past[1][i];
    past[1][i] = (plan->b[2] * x) - (plan->a[1] * y);
    lanes[i]   = y;
  }
}

/// Hear a frame of both sounds
LMU_RT static void
hear(const LmuMatchPlan* const plan,
     LmuMatch* const           match,
     const double              part,
     const float* const        from,
     const float* const        to)
{
  double lanes[LMU_MATCH_LANES];
  for (uint32_t c = 0U; c < LMU_MATCH_CHANNELS; ++c) {
    lanes[c]                      = (double)from[c] + FLOOR;
    lanes[LMU_MATCH_CHANNELS + c] = (double)to[c] + FLOOR;
  }
  filter(&plan->filters[0], match->past[0], lanes);
  filter(&plan->filters[1], match->past[1], lanes);
  for (uint32_t s = 0U; s < 2U; ++s) {
    const double* const sound = lanes + ((size_t)s * LMU_MATCH_CHANNELS);
    const double        power = (sound[0] * sound[0]) + (sound[1] * sound[1]);
    match->energy[s] += part * (power + (FLOOR * FLOOR) - match->energy[s]);
  }
}

/// Return the gain that makes the second sound as loud as the first
LMU_RT static double
wanted_gain(const LmuMatch* const match)
{
  const double gain =
    sqrt((match->energy[0] + NOISE) / (match->energy[1] + NOISE));
  const double least = 1.0 / LMU_MATCH_MAX_GAIN;
  const double most  = gain < LMU_MATCH_MAX_GAIN ? gain : LMU_MATCH_MAX_GAIN;
  const double near  = most > least ? most : least;
  return match->energy[0] > SILENCE ? near : match->gain;
}

/// Send the gain on its way for the next frames
LMU_RT static void
aim(const LmuMatchPlan* const plan,
    LmuMatch* const           match,
    const LmuMatchSpeed       speed)
{
  const double wanted = wanted_gain(match);
  const double part =
    wanted > match->gain ? plan->rise[speed] : plan->fall[speed];
  match->step = part * (wanted - match->gain) / LMU_MATCH_STEP;
  match->left = LMU_MATCH_STEP;
}

/// Return the factor that keeps a sample below the ceiling
LMU_RT static double
limit(const LmuMatchPlan* const plan, LmuMatch* const match, const double size)
{
  const double ceiling = (double)LMU_MATCH_CEILING;
  const double held    = (plan->release * match->peak) + FLOOR;
  match->peak          = size > held ? size : held;
  return ceiling / (match->peak > ceiling ? match->peak : ceiling);
}

float
lmu_match_step(const LmuMatchPlan* const plan,
               LmuMatch* const           match,
               const LmuMatchSpeed       speed,
               const float* const        from,
               const float* const        to)
{
  hear(plan, match, plan->hear[speed], from, to);
  if (!match->left) {
    aim(plan, match, speed);
  }
  --match->left;
  match->gain += match->step;

  const double left  = fabs((double)to[0]);
  const double right = fabs((double)to[1]);
  const double size  = match->gain * (left > right ? left : right);
  return (float)(match->gain * limit(plan, match, size));
}
