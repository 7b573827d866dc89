// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/predict.h"

#include "core/base/attributes.h"
#include "core/dsp/rt/glide.h"
#include "core/dsp/rt/shape.h"
#include "core/dsp/rt/stand_in.h"
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

/// Time in which what stands in is back alone where sound that returned is lost
/// before it faded in [s]
#define AGAIN_SECONDS 0.001

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
  lmu_glide_set(&it->level, 0.0);
  for (uint32_t c = 0U; c < LMU_MAX_FORECAST_CHANNELS; ++c) {
    it->apart[c] = 0.0f;
  }
  it->gap   = 0U;
  it->age   = 0U;
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

/// Return whether lost input is a drop-out from this frame on, as it is where
/// what stood in before is still heard
LMU_RT static bool
drops_out(const Predict* const self, const PredictInput* const input)
{
  const Concealment* const it        = &self->concealment;
  const bool               is_abrupt = it->tail > ABRUPT * it->peak;
  const bool               is_again  = it->cover.value > 0.0;
  return input->is_bad || (!it->gap && (is_abrupt || is_again));
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
  const bool     is_long  = it->gap >= most || it->age >= most;
  const bool     is_first = it->age <= it->gap;
  if (!input->is_lost && it->gap && it->gap < GAP_FRAMES && is_first) {
    lmu_glide_set(&it->cover, 0.0);
  }
  it->gap   = input->is_lost ? it->gap + (it->gap < most) : 0U;
  it->hides = conceals(self) && input->is_lost && hides && !is_long;
  it->clean += it->clean < UINT32_MAX;
  if (it->hides && it->gap >= GAP_FRAMES) {
    it->clean = 0U;
  }
  follow_peaks(self, input);
}

/// Begin to stand in at once, as there is nothing to fade from
LMU_RT static void
begin(Predict* const self)
{
  Concealment* const it = &self->concealment;
  lmu_stand_in_begin(self->stand_in);
  lmu_glide_set(&it->cover, 1.0);
  lmu_glide_set(&it->level, 1.0);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    it->apart[c] = 0.0f;
  }
  it->age = 0U;
}

/// Let what stands in come at once, or again, and go as fast from wherever it
/// is
LMU_RT static void
follow(Predict* const self)
{
  Concealment* const it    = &self->concealment;
  const double       fade  = predict_value(self, PREDICT_FADE) / 1000.0;
  const double       most  = fade < RETURN_SECONDS ? fade : RETURN_SECONDS;
  const double       whole = predict_frames(self, most);
  const bool         waits = it->hides && it->gap < GAP_FRAMES;
  if (it->hides && it->cover.value <= 0.0) {
    begin(self);
  } else if (it->hides && !waits) {
    lmu_glide_to(&it->cover, 1.0, predict_frames(self, AGAIN_SECONDS));
  } else if (!it->hides) {
    lmu_glide_to(&it->cover, 0.0, (uint32_t)(it->cover.value * whole) + 1U);
  }
  if (it->age >= predict_frames(self, HIDE_SECONDS)) {
    lmu_glide_to(&it->level, 0.0, predict_frames(self, HIDE_FADE_SECONDS));
  }
  // Sound that returns may cross zero, but has not faded in before it is back
  if (!waits || it->cover.n_frames > 1U) {
    (void)lmu_glide_next(&it->cover);
  }
  (void)lmu_glide_next(&it->level);
  it->age = it->cover.value > 0.0 ? it->age + (it->age < UINT32_MAX) : 0U;
}

/// Return a frame of a channel, in which sound that is lost as it returns stays
/// as far apart from what stands in as it was, so that nothing jumps
LMU_RT static float
join(Concealment* const it,
     const uint32_t     channel,
     const float        in,
     const float        own)
{
  const float part = (float)lmu_smooth_step(it->cover.value);
  if (!it->hides) {
    it->apart[channel] = in - own;
  }
  return own + ((1.0f - part) * it->apart[channel]);
}

void
predict_conceal(Predict* const            self,
                const PredictInput* const input,
                float* const              out)
{
  float              own[LMU_MAX_FORECAST_CHANNELS] = {0.0f, 0.0f};
  Concealment* const it                             = &self->concealment;
  watch_input(self, input);
  follow(self);
  lmu_stand_in_read(self->stand_in, own);
  const bool  covers = it->cover.value > 0.0;
  const float level  = (float)lmu_smooth_step(it->level.value);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    const float in = input->in[c];
    out[c]         = covers ? join(it, c, in, level * own[c]) : in;
  }

  const LmuHeard returns = covers ? LMU_RETURNS : LMU_WHOLE;
  if (conceals(self)) {
    lmu_stand_in_hear(self->stand_in, out, it->hides ? LMU_LOST : returns);
  } else {
    lmu_stand_in_rest(self->stand_in, out);
  }
}
