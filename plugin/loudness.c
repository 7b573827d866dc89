// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/loudness.h"

#include "core/base/attributes.h"
#include "core/dsp/rt/glide.h"
#include "core/dsp/rt/match.h"
#include "core/dsp/setup/match.h"
#include "plugin/controls.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"

void
loudness_init(Loudness* const loudness, const double rate)
{
  lmu_match_plan_init(&loudness->plan, rate);
  loudness_reset(loudness);
}

void
loudness_reset(Loudness* const loudness)
{
  lmu_match_reset(&loudness->match);
  lmu_glide_set(&loudness->part, 0.0);
}

void
loudness_update(Loudness* const     loudness,
                const Plugin* const plugin,
                const MatchChoice   choice)
{
  const bool is_wanted = choice != MATCH_OFF;
  if (is_wanted) {
    loudness->speed = choice == MATCH_FAST ? LMU_MATCH_FAST : LMU_MATCH_SLOW;
  }
  if (is_wanted && !loudness_is_on(loudness)) {
    lmu_match_reset(&loudness->match); // What it heard is long ago
  }
  plugin_glide(plugin, &loudness->part, is_wanted ? 1.0 : 0.0, FADE_SECONDS);
}

float
loudness_gain(Loudness* const    loudness,
              const double       bypass_gain,
              const float* const from,
              const float* const to)
{
  const float gain = lmu_match_step(
    &loudness->plan, &loudness->match, loudness->speed, from, to);
  const double part = bypass_gain * lmu_glide_next(&loudness->part);
  // In float a gain near zero would lose as much as 1 has digits
  return (float)(1.0 + (part * ((double)gain - 1.0)));
}
