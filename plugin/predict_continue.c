// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/predict.h"

#include "core/attributes.h"
#include "core/rt/glide.h"
#include "core/rt/sustain.h"
#include "plugin/ports.h"

#include <stdbool.h>
#include <stdint.h>

/// Frames without input before the sustain is asked for.  A sound that is
/// silent for less merely crosses zero.
#define GAP_FRAMES 16U

/// Time for which a drop-out is hidden, and then to fade to silence, as a pause
/// is no drop-out [s]
#define HIDE_SECONDS 0.1
#define HIDE_FADE_SECONDS 0.1

/// Times in which peaks fall by a factor of e [s]
#define PEAK_SECONDS 0.05
#define TAIL_SECONDS 0.0005

/// Least of the two, the tail beside the peak, from which silence is a
/// drop-out. A line to zero of 5 ms or more leaves less, and so does a tone
/// below 40 Hz that crosses it: tail / (e length), and 2 pi frequency tail / e.
#define ABRUPT 0.05

/// Time from forecasts that feed themselves to the sustain [s]
#define HANDOVER_SECONDS 0.01

/// Return a time in frames, at least one
LMU_RT static uint32_t
frames_of(const Predict* const self, const double seconds)
{
  return (uint32_t)(seconds * self->plugin.rate) + 1U;
}

void
predict_thaw(Predict* const self)
{
  Continuation* const continuation = &self->continuation;
  lmu_glide_set(&continuation->part, 0.0);
  lmu_glide_set(&continuation->handover, 0.0);
  lmu_sustain_end(self->sustain);
  continuation->is_on = false;
  continuation->hides = false;
  continuation->wait  = 0U;
}

bool
predict_feeds_itself(const Predict* const self)
{
  const Continuation* const continuation = &self->continuation;
  return continuation->part.value > 0.0 && continuation->handover.value < 1.0;
}

/// Begin to go on, from what was heard up to now
LMU_RT static void
begin(Predict* const self)
{
  Continuation* const continuation = &self->continuation;
  const double        theta        = self->wanted.theta;
  if (continuation->part.value <= 0.0) {
    lmu_glide_set(&continuation->handover, 0.0);
  }
  lmu_sustain_begin(self->sustain, (uint32_t)theta);
  continuation->wait = lmu_sustain_delay(self->sustain) + 1U;
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
  const Continuation* const continuation = &self->continuation;
  return input->is_bad || (!continuation->gap &&
                           continuation->tail > ABRUPT * continuation->peak);
}

/// Follow how loud the input is
LMU_RT static void
follow_peaks(Predict* const self, const PredictInput* const input)
{
  Continuation* const continuation = &self->continuation;
  double              size         = 0.0;
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    const double own = (double)__builtin_fabsf(input->in[c]);
    size             = own > size ? own : size;
  }
  continuation->peak = peak_with(self, continuation->peak, size, PEAK_SECONDS);
  continuation->tail = peak_with(self, continuation->tail, size, TAIL_SECONDS);
}

/// Follow whether there is input, and so whether what goes on is to hide that
/// there is none
LMU_RT static void
watch_input(Predict* const self, const PredictInput* const input)
{
  Continuation* const continuation = &self->continuation;
  const bool          is_lost      = input->is_lost;
  const bool          is_short     = continuation->gap < GAP_FRAMES;
  const uint32_t      most = frames_of(self, HIDE_SECONDS + HIDE_FADE_SECONDS);
  if (!is_lost && continuation->hides && is_short && !continuation->is_on) {
    lmu_glide_set(&continuation->part, 0.0);
  }
  const bool hides    = continuation->hides || drops_out(self, input);
  const bool is_long  = continuation->gap >= most;
  continuation->gap   = is_lost ? continuation->gap + !is_long : 0U;
  continuation->hides = conceals(self) && is_lost && hides && !is_long;
  continuation->clean += continuation->clean < UINT32_MAX;
  if (continuation->hides && continuation->gap >= GAP_FRAMES) {
    continuation->clean = 0U;
  }
  follow_peaks(self, input);
}

/// Freeze or let go.  Where there is input it is heard until the sustain plays,
/// as forecasts that feed themselves go astray.
LMU_RT static void
set_on(Predict* const self, const bool is_on)
{
  Continuation* const continuation = &self->continuation;
  const double        fade         = predict_value(self, PREDICT_FADE) / 1000.0;
  const uint32_t      n_frames =
    frames_of(self, continuation->hides && !is_on ? HIDE_FADE_SECONDS : fade);
  if (is_on && !continuation->is_on) {
    begin(self);
  }
  const bool is_early =
    continuation->part.value <= 0.0 && continuation->handover.value < 1.0;
  continuation->is_on = is_on;
  lmu_glide_to(&continuation->part, is_on && !is_early ? 1.0 : 0.0, n_frames);
}

/// Follow the switch and the input
LMU_RT static void
follow(Predict* const self)
{
  Continuation* const continuation = &self->continuation;
  const bool          works        = self->task.mode == MODE_CONTINUE;
  const bool          freeze = works && predict_switch(self, PREDICT_FREEZE);
  const bool          hides =
    continuation->hides && continuation->gap < frames_of(self, HIDE_SECONDS);

  set_on(self, freeze || (hides && continuation->gap >= GAP_FRAMES));
  if (hides && continuation->part.value <= 0.0) {
    lmu_glide_set(&continuation->handover, 0.0); // From what was before
  }
  if (hides) {
    lmu_glide_set(&continuation->part, 1.0); // There is nothing to fade from
  }
}

/// Let the sustain take over from the forecaster when it plays
LMU_RT static void
hand_over(Predict* const self)
{
  Continuation* const continuation = &self->continuation;
  continuation->wait -= continuation->wait > 0U;
  if (continuation->is_on && !continuation->wait) {
    const bool is_heard = continuation->part.value > 0.0;
    lmu_glide_to(&continuation->handover,
                 1.0,
                 is_heard ? frames_of(self, HANDOVER_SECONDS) : 1U);
  }
  (void)lmu_glide_next(&continuation->handover);
}

void
predict_update_continuation(Predict* const self)
{
  lmu_sustain_set_readiness(self->sustain,
                            conceals(self) ? (uint32_t)self->wanted.theta : 0U);
}

void
predict_continue(Predict* const            self,
                 const PredictInput* const input,
                 float* const              out)
{
  float                     sustained[LMU_MAX_FORECAST_CHANNELS] = {0.0f, 0.0f};
  float                     heard[LMU_MAX_FORECAST_CHANNELS]     = {0.0f, 0.0f};
  const Continuation* const continuation = &self->continuation;
  watch_input(self, input);
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    heard[c] = continuation->hides ? self->next[c] : input->in[c];
  }

  lmu_sustain_hear(self->sustain, heard);
  follow(self);
  lmu_sustain_step(self->sustain, sustained);
  hand_over(self);
  (void)lmu_glide_next(&self->continuation.part);

  const float part = (float)continuation->handover.value;
  for (uint32_t c = 0U; c < self->n_channels; ++c) {
    out[c] = self->next[c] + (part * (sustained[c] - self->next[c]));
  }
}
