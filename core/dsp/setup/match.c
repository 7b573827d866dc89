// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/setup/match.h"

#include "core/dsp/rt/match.h"

#include <math.h>

#define PI 3.14159265358979323846

/// Greatest corner of a filter as a part of the rate, for very low rates
#define MAX_CORNER 0.45

/// Times of each speed [s]
typedef struct {
  double hear; ///< Over which energy counts
  double rise; ///< Of the gain
  double fall; ///< Of the gain
} Times;

/// By LmuMatchSpeed.  Fast keeps guitars, drums and all factory presets within
/// 2 LU; slow is about as fast as a hand at a knob.
static const Times times[LMU_N_MATCH_SPEEDS] = {{0.05, 0.5, 0.3},
                                                {0.03, 0.1, 0.02}};

/// Time in which the limiter lets go [s]
#define RELEASE 0.05

/// Return the part of the way that an approach goes in some frames
static double
part_in(const double n_frames, const double seconds, const double rate)
{
  return 1.0 - exp(-n_frames / (seconds * rate));
}

static double
prewarped(const double hz, const double rate)
{
  return tan(PI * fmin(hz / rate, MAX_CORNER));
}

/// Set the shelf that stands for the head.  The analogue prototype of the
/// filter that BS.1770 gives for 48 kHz, by the bilinear transform.
static void
set_shelf(LmuMatchFilter* const filter, const double rate)
{
  const double q    = 0.7071752369554196;
  const double k    = prewarped(1681.974450955533, rate);
  const double high = pow(10.0, 3.999843853973347 / 20.0);
  const double band = pow(high, 0.4996667741545416);
  const double norm = 1.0 / (1.0 + (k / q) + (k * k));

  filter->b[0] = norm * (high + (band * k / q) + (k * k));
  filter->b[1] = norm * 2.0 * ((k * k) - high);
  filter->b[2] = norm * (high - (band * k / q) + (k * k));
  filter->a[0] = norm * 2.0 * ((k * k) - 1.0);
  filter->a[1] = norm * (1.0 - (k / q) + (k * k));
}

/// Set the high-pass below it, in the same way
static void
set_high_pass(LmuMatchFilter* const filter, const double rate)
{
  const double q    = 0.5003270373238773;
  const double k    = prewarped(38.13547087602444, rate);
  const double norm = 1.0 / (1.0 + (k / q) + (k * k));

  filter->b[0] = 1.0;
  filter->b[1] = -2.0;
  filter->b[2] = 1.0;
  filter->a[0] = norm * 2.0 * ((k * k) - 1.0);
  filter->a[1] = norm * (1.0 - (k / q) + (k * k));
}

void
lmu_match_plan_init(LmuMatchPlan* const plan, const double rate)
{
  set_shelf(&plan->filters[0], rate);
  set_high_pass(&plan->filters[1], rate);
  for (int i = 0; i < LMU_N_MATCH_SPEEDS; ++i) {
    plan->hear[i] = part_in(1.0, times[i].hear, rate);
    plan->rise[i] = part_in(LMU_MATCH_STEP, times[i].rise, rate);
    plan->fall[i] = part_in(LMU_MATCH_STEP, times[i].fall, rate);
  }
  plan->release = exp(-1.0 / (RELEASE * rate));
}
