// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/predict.h"

#include "core/attributes.h"
#include "core/rt/glide.h"
#include "core/rt/shape.h"
#include "core/rt/stand_in.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"

#include <stdbool.h>
#include <stdint.h>

/// Frames without input after which it fades in.  A sound that is silent for
/// less merely crosses zero.
#define GAP_FRAMES 16U

/// Time for which a drop-out is hidden, and then to fade to silence, as a pause
/// is no drop-out [s]
#define HIDE_SECONDS 0.1
#define HIDE_FADE_SECONDS 0.1

/// Time in which input that returns fades in at most: both sounds are about the
/// same, and what is real is better [s]
#define RETURN_SECONDS 0.004

/// Times in which peaks fall by a factor of e [s]
#define PEAK_SECONDS 0.05
#define TAIL_SECONDS 0.0005

/// Least of the two, the tail beside the peak, from which silence is a
/// drop-out. A line to zero of 5 ms or more leaves less, and so does a tone
/// below 40 Hz that crosses it: tail / (e length), and 2 pi frequency tail / e.
#define ABRUPT 0.05

void
predict_reset_concealment(Predict* const self)
{
  Concealment* const it = &self->concealment;
  lmu_glide_set(&it->cover, 0.0);
  it->gap   = 0U;
  it->hides = false;
  it->clean = UINT32_MAX;
  it->peak  = 0.0;
  it->tail  = 0.0;
}

/// Return whether drop-outs are hidden
LMU_RT static bool
conceals(const Predict* const self)
{
  return self->task.mode == MODE_CONTINUE &&
         predict_switch(self, PREDICT_CONCEAL);
}

/// Move a peak by a frame
LMU_RT static double
peak_with(const Predict* const self,
          const double         peak,
          const double         size,
          const double         seconds)
{
  const double left = peak - (peak / (1.0 + (seconds * self->plugin.rate)));
  return size > left ? size : left;
}

/// Return whether lost input is a drop-out from this frame on
LMU_RT static bool
drops_out(const Predict* const self, const PredictInput* const input)
{
  const Concealment* const it = &self->concealment;
  return input->is_bad || (!it->gap && it->tail > ABRUPT * it->peak);
}

/// Follow how loud the input is
LMU_RT static void
follow_peaks(Predict* const self, const PredictInput* const input)
{
  Concealment* const it   = &self->concealment;
  double             size = 0.0;
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    const double own = (double)__builtin_fabsf(input->in[c]);
    size             = own > size ? own : size;
  }
  it->peak = peak_with(self, it->peak, size, PEAK_SECONDS);
  it->tail = peak_with(self, it->tail, size, TAIL_SECONDS);
}

/// Follow whether there is input, and so whether what stands in is to hide that
/// there is none
LMU_RT static void
watch_input(Predict* const self, const PredictInput* const input)
{
  Concealment* const it = &self->concealment;
  const uint32_t most  = predict_frames(self, HIDE_SECONDS + HIDE_FADE_SECONDS);
  const bool     hides = it->hides || drops_out(self, input);
  const bool     is_long = it->gap >= most;
  if (!input->is_lost && it->gap && it->gap < GAP_FRAMES) {
    lmu_glide_set(&it->cover, 0.0);
  }
  it->gap   = input->is_lost ? it->gap + !is_long : 0U;
  it->hides = conceals(self) && input->is_lost && hides && !is_long;
  it->clean += it->clean < UINT32_MAX;
  if (it->hides && it->gap >= GAP_FRAMES) {
    it->clean = 0U;
  }
  follow_peaks(self, input);
}

/// Let what stands in come at once, as there is nothing to fade from, and go
LMU_RT static void
follow(Predict* const self)
{
  Concealment* const it   = &self->concealment;
  const double       fade = predict_value(self, PREDICT_FADE) / 1000.0;
  if (it->hides && it->gap < predict_frames(self, HIDE_SECONDS)) {
    if (it->cover.value <= 0.0) {
      lmu_stand_in_begin(self->stand_in);
    }
    lmu_glide_set(&it->cover, 1.0);
  } else if (it->hides) {
    lmu_glide_to(&it->cover, 0.0, predict_frames(self, HIDE_FADE_SECONDS));
  } else {
    const double most = fade < RETURN_SECONDS ? fade : RETURN_SECONDS;
    lmu_glide_to(&it->cover, 0.0, predict_frames(self, most));
  }
  (void)lmu_glide_next(&it->cover);
}

void
predict_conceal(Predict* const            self,
                const PredictInput* const input,
                float* const              out)
{
  float                    own[LMU_MAX_FORECAST_CHANNELS] = {0.0f, 0.0f};
  const Concealment* const it                             = &self->concealment;
  watch_input(self, input);
  follow(self);
  lmu_stand_in_read(self->stand_in, own);
  const bool  covers = it->cover.value > 0.0;
  const float part   = (float)lmu_smooth_step(it->cover.value);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    const float in = input->in[c];
    out[c]         = covers ? in + (part * (own[c] - in)) : in;
  }

  const LmuHeard returns = covers ? LMU_RETURNS : LMU_WHOLE;
  if (conceals(self)) {
    lmu_stand_in_hear(self->stand_in, out, it->hides ? LMU_LOST : returns);
  } else {
    lmu_stand_in_rest(self->stand_in, out);
  }
}
