// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/trigger.h"

#include "plugin/ports.h"

#include <stdbool.h>
#include <stdint.h>

LMU_RT static bool
crosses(const TriggerSpec* const spec, const float before, const float now)
{
  return spec->choice == TRIGGER_RISING
           ? before < spec->level && now >= spec->level
           : before > spec->level && now <= spec->level;
}

/// Move on by a sample, return whether it is time for the picture
LMU_RT static bool
step(Trigger* const trigger, const TriggerSpec* const spec, const float sample)
{
  const float before = trigger->last;
  trigger->last      = sample;
  if (trigger->has_seen) {
    --trigger->left;
  } else if (crosses(spec, before, sample)) {
    trigger->has_seen = true;
    trigger->left     = spec->delay;
  } else {
    ++trigger->idle;
  }
  return trigger->has_seen ? !trigger->left : trigger->idle >= spec->patience;
}

uint32_t
trigger_process(Trigger* const           trigger,
                const TriggerSpec* const spec,
                const float* const       samples,
                const uint32_t           n_frames)
{
  for (uint32_t i = 0U; i < n_frames; ++i) {
    if (step(trigger, spec, samples[i])) {
      trigger->has_seen = false;
      trigger->idle     = 0U;
      return i + 1U;
    }
  }
  return 0U;
}

void
trigger_rest(Trigger* const     trigger,
             const float* const samples,
             const uint32_t     n_frames)
{
  if (n_frames) {
    trigger->last = samples[n_frames - 1U];
  }
}
