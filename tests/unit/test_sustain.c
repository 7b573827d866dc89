// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/status.h"
#include "core/dsp/rt/sustain.h"
#include "core/dsp/rt/sustain_parts.h"
#include "core/dsp/setup/sustain.h"
#include "core/kernels/rt/kernels.h"
#include "core/math/rt/complex.h"
#include "tests/unit/run.h"
#include "tests/unit/signals.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define RATE 48000.0
#define WINDOW 4801U

/// What is not the tone, beside it [dB]: the kernel is cut off at -60 dB, and
/// its tables and the transform are single precision
#define MAX_ERROR_DB (-50.0)

extern const LmuKernels lmu_kernels_wide;

/// Sound to continue: channel c of frame t
typedef float (*Sound)(uint32_t t, uint32_t c);

static LmuSustain*
sustain_new(const double            rate,
            const uint32_t          n_channels,
            const uint32_t          window,
            const LmuKernels* const kernels)
{
  const LmuSustainSpec spec = {rate, n_channels, window, kernels};
  LmuSustain*          self = NULL;
  ck_assert_int_eq(lmu_sustain_new(&self, &spec), LMU_SUCCESS);
  return self;
}

/// Hear frames from a time up to another
static void
hear(LmuSustain* const self,
     const Sound       sound,
     const uint32_t    from,
     const uint32_t    to)
{
  for (uint32_t t = from; t < to; ++t) {
    const float frame[] = {sound(t, 0U), sound(t, 1U)};
    lmu_sustain_hear(self, frame);
  }
}

/// Step so many frames, and return the last
static float
skip(LmuSustain* const self, const uint32_t count)
{
  float frame[LMU_SUSTAIN_CHANNELS] = {0.0f, 0.0f};
  for (uint32_t i = 0U; i < count; ++i) {
    lmu_sustain_step(self, frame);
  }
  return frame[0];
}

/// Continue the sound up to a window's end, until it is about to play
static void
freeze(LmuSustain* const self, const Sound sound, const uint32_t window)
{
  hear(self, sound, 0U, window);
  lmu_sustain_begin(self, window);
  skip(self, lmu_sustain_delay(self));
}

/// Return the level of what follows
static double
level_of(LmuSustain* const self, const uint32_t count)
{
  double total = 0.0;
  for (uint32_t i = 0U; i < count; ++i) {
    const double x = (double)skip(self, 1U);
    total += x * x;
  }
  return sqrt(total / count);
}

/// Return the level of what follows less the sound, in parts of the sound's.
/// `first` is the time of what follows.
static double
error_of(LmuSustain* const self,
         const Sound       sound,
         const uint32_t    first,
         const uint32_t    count,
         const uint32_t    channel)
{
  double error = 0.0;
  double total = 0.0;
  for (uint32_t i = 0U; i < count; ++i) {
    float        frame[LMU_SUSTAIN_CHANNELS];
    const double x = (double)sound(first + i, channel);
    lmu_sustain_step(self, frame);
    error += pow((double)frame[channel] - x, 2.0);
    total += x * x;
  }
  return sqrt(error / total);
}

/// Return what a tone of so many periods in the window may err by: the level
/// of the window is not that of the tone if the last period is not whole
static double
max_error_of(const double periods)
{
  return pow(10.0, MAX_ERROR_DB / 20.0) + (1.0 / (4.0 * PI * periods));
}

/* Sounds */

/// Frequency of the tone [1 / frame]
static double frequency;

static float
tone(const uint32_t t, const uint32_t c)
{
  const double gain = c ? 0.1 : 0.5;
  return (float)(gain * sin((2.0 * PI * frequency * t) + 1.0 + c));
}

/// Distance of the chord's partials [1 / frame]
static double spacing;

#define N_CHORD 12U

static float
chord(const uint32_t t, const uint32_t c)
{
  double total = 0.0;
  for (uint32_t k = 1U; k <= N_CHORD; ++k) {
    const double phase = 2.0 * PI * spacing * (k + 0.3) * t;
    total += 0.1 * sin(phase + ((double)k * k) + c) / k;
  }
  return (float)total;
}

static float
silence(const uint32_t t, const uint32_t c)
{
  (void)t;
  (void)c;
  return 0.0f;
}

static float
offset_tone(const uint32_t t, const uint32_t c)
{
  return 0.7f + tone(t, c);
}

static float
noise(const uint32_t t, const uint32_t c)
{
  uint32_t state = (t * 2654435761U) + (c * 40503U) + 12345U;
  next_noise(&state);
  state ^= state >> 15U;
  return next_noise(&state);
}

static float
click(const uint32_t t, const uint32_t c)
{
  return (t + c) == 3000U ? 1.0f : 0.0f;
}

static float
early_click(const uint32_t t, const uint32_t c)
{
  return (t + c) == 1U ? 1.0f : 0.0f;
}

static float
square(const uint32_t t, const uint32_t c)
{
  return ((t / (50U + c)) % 2U) ? 1e4f : -1e4f;
}

static float
nyquist(const uint32_t t, const uint32_t c)
{
  return ((t + c) % 2U) ? 1.0f : -1.0f;
}

static float
ramp(const uint32_t t, const uint32_t c)
{
  return (float)(t + c) * 1e-4f;
}

static float
denormal(const uint32_t t, const uint32_t c)
{
  return ((t / 20U) + c) % 2U ? 1e-40f : -1e-41f;
}

/// Nearly 200 partials of the same level
static float
pulses(const uint32_t t, const uint32_t c)
{
  return (t + c) % 381U == 7U ? 1.0f : 0.0f;
}

static float
left_noise(const uint32_t t, const uint32_t c)
{
  return c ? 0.0f : noise(t, c);
}

static const Sound sounds[] = {silence,
                               noise,
                               click,
                               early_click,
                               square,
                               nyquist,
                               ramp,
                               denormal,
                               pulses,
                               left_noise,
                               tone};

#define N_SOUNDS ((int)(sizeof(sounds) / sizeof(sounds[0])))

/* Tests */

static const double rates[] = {4e3, 8e3, 44.1e3, 48e3, 96e3, 192e3, 800e3};

#define N_RATES ((int)(sizeof(rates) / sizeof(rates[0])))

START_TEST(a_steady_tone_goes_on_in_phase_at_any_rate)
{
  const uint32_t    window = (uint32_t)(0.1 * rates[_i]);
  LmuSustain* const self   = sustain_new(rates[_i], 1U, window, NULL);
  double            hz     = 33.3;
  while (hz < 0.45 * rates[_i]) {
    frequency = hz / rates[_i];
    lmu_sustain_reset(self);
    freeze(self, tone, window);
    const uint32_t first = window - 1U + lmu_sustain_delay(self);
    const double   error = error_of(self, tone, first, window, 0U);
    const double   most  = max_error_of(frequency * window);
    ck_assert_msg(error < most, "%g Hz: %g of %g", hz, error, most);
    hz *= 1.61;
  }
  lmu_sustain_free(self);
}
END_TEST

START_TEST(a_steady_tone_goes_on_from_any_window)
{
  LmuSustain* const self = sustain_new(RATE, 1U, WINDOW, NULL);
  for (uint32_t window = 65U; window < WINDOW; window += 97U) {
    frequency = 5.37 / window;
    lmu_sustain_reset(self);
    freeze(self, tone, window);
    const uint32_t first = window - 1U + lmu_sustain_delay(self);
    const double   error = error_of(self, tone, first, window, 0U);
    const double   most  = max_error_of(5.37);
    ck_assert_msg(error < most, "%u: %g of %g", window, error, most);
  }
  lmu_sustain_free(self);
}
END_TEST

START_TEST(partials_two_and_a_half_lobes_apart_go_on)
{
  LmuSustain* const self = sustain_new(RATE, 2U, WINDOW, NULL);
  for (uint32_t i = 0U; i < 12U; ++i) {
    const double lobes = 2.5 * pow(1.2, i);
    spacing            = lobes / WINDOW;
    for (uint32_t c = 0U; c < 2U; ++c) {
      lmu_sustain_reset(self);
      freeze(self, chord, WINDOW);
      const uint32_t first = WINDOW - 1U + lmu_sustain_delay(self);
      const double   error = error_of(self, chord, first, WINDOW, c);
      // Neighbours beat, as often as they are lobes apart, and two by two
      const double most = max_error_of(lobes / 3.0);
      ck_assert_msg(error < most, "%g: %g of %g", lobes, error, most);
    }
  }
  lmu_sustain_free(self);
}
END_TEST

/// Return the strongest partial
static uint32_t
strongest(const LmuSustain* const self)
{
  uint32_t result = 0U;
  double   most   = 0.0;
  for (uint32_t i = 0U; i < LMU_PARTIALS; ++i) {
    const LmuComplex a = self->partials[i].amplitude[0];
    if (hypot(a.re, a.im) > most) {
      most   = hypot(a.re, a.im);
      result = i;
    }
  }
  return result;
}

START_TEST(a_minute_later_nothing_has_changed)
{
  LmuSustain* const self = sustain_new(RATE, 1U, WINDOW, NULL);
  frequency              = 440.0 / RATE;
  freeze(self, tone, WINDOW);
  const double first = level_of(self, 4800U);
  for (uint32_t i = 0U; i < 59U; ++i) {
    ck_assert_double_eq_tol(level_of(self, 48000U), first, 1e-3 * first);
  }

  const LmuBank* const bank = &self->banks[self->newest];
  for (uint32_t i = 0U; i < LMU_PARTIALS; ++i) {
    ck_assert_double_eq_tol(hypot(bank->re[i], bank->im[i]), 1.0, 1e-13);
  }

  // It is a hundredth of a cent off at most
  const double bins = self->partials[strongest(self)].frequency;
  ck_assert_double_eq_tol(bins / self->fft.size / frequency, 1.0, 6e-6);
  lmu_sustain_free(self);
}
END_TEST

START_TEST(a_mean_is_left_out)
{
  LmuSustain* const self = sustain_new(RATE, 1U, WINDOW, NULL);
  frequency              = 480.0 / RATE;
  freeze(self, offset_tone, WINDOW);
  double total = 0.0;
  for (uint32_t i = 0U; i < 48000U; ++i) {
    total += (1.0 - cos(2.0 * PI * i / 48000.0)) * (double)skip(self, 1U);
  }
  ck_assert_double_lt(fabs(total / 48000.0), 1e-6);
  ck_assert_double_eq_tol(level_of(self, 4800U), 0.5 * sqrt(0.5), 1e-3);
  lmu_sustain_free(self);
}
END_TEST

START_TEST(the_level_is_that_of_the_window)
{
  static const Sound all[] = {noise, click, pulses, chord, tone, square};

  LmuSustain* const self  = sustain_new(RATE, 1U, WINDOW, NULL);
  const Sound       sound = all[_i];
  double            mean  = 0.0;
  double            total = 0.0;
  frequency               = 1000.0 / RATE;
  spacing                 = 5.0 / WINDOW;
  for (uint32_t t = 0U; t < WINDOW; ++t) {
    mean += (double)sound(t, 0U) / WINDOW;
  }
  for (uint32_t t = 0U; t < WINDOW; ++t) {
    total += pow((double)sound(t, 0U) - mean, 2.0) / WINDOW;
  }
  freeze(self, sound, WINDOW);
  const double ratio = level_of(self, 480000U) / sqrt(total);
  ck_assert_double_lt(fabs(to_db(ratio)), 0.2);
  lmu_sustain_free(self);
}
END_TEST

START_TEST(a_retrigger_of_a_steady_tone_is_not_heard)
{
  LmuSustain* const self = sustain_new(RATE, 1U, WINDOW, NULL);
  frequency              = 311.0 / RATE;
  freeze(self, tone, WINDOW);
  const uint32_t delay = lmu_sustain_delay(self);
  for (uint32_t t = WINDOW; t < (6U * WINDOW); ++t) {
    const float x = tone(t, 0U);
    lmu_sustain_hear(self, &x);
  }
  skip(self, (5U * WINDOW) - delay);

  // The last frame that was heard is the next to be played
  lmu_sustain_begin(self, WINDOW);
  const double error = error_of(self, tone, (6U * WINDOW) - 1U, 4U * delay, 0U);
  ck_assert_double_lt(to_db(error), MAX_ERROR_DB + 10.0);
  lmu_sustain_free(self);
}
END_TEST

START_TEST(a_retrigger_fades_to_the_new_sound_without_a_jump)
{
  LmuSustain* const self = sustain_new(RATE, 1U, WINDOW, NULL);
  frequency              = 200.0 / RATE;
  freeze(self, tone, WINDOW);
  float before = skip(self, 1000U);
  frequency    = 1000.0 / RATE;
  hear(self, tone, 0U, WINDOW);
  lmu_sustain_begin(self, WINDOW);
  const uint32_t delay = lmu_sustain_delay(self);
  for (uint32_t i = 0U; i < 2U * delay; ++i) {
    const float now = skip(self, 1U);
    ck_assert_float_lt(fabsf(now - before), 0.1f);
    before = now;
  }
  const uint32_t first = WINDOW - 1U + (2U * delay);
  const double   error = error_of(self, tone, first, WINDOW, 0U);
  ck_assert_double_lt(to_db(error), MAX_ERROR_DB);
  lmu_sustain_free(self);
}
END_TEST

START_TEST(retriggers_at_any_time_never_jump)
{
  LmuSustain* const self = sustain_new(RATE, 1U, WINDOW, NULL);
  frequency              = 100.0 / RATE;
  freeze(self, tone, WINDOW);
  float    before = skip(self, 1U);
  uint32_t state  = 1U;
  for (uint32_t i = 0U; i < 100U; ++i) {
    hear(self, tone, 0U, WINDOW / 2U);
    lmu_sustain_begin(self, WINDOW);
    const uint32_t wait = (uint32_t)(1000.0f * (1.0f + next_noise(&state)));
    for (uint32_t j = 0U; j < wait; ++j) {
      const float now = skip(self, 1U);
      ck_assert_float_lt(fabsf(now - before), 0.1f);
      before = now;
    }
  }
  lmu_sustain_free(self);
}
END_TEST

START_TEST(decay_falls_by_60_db_in_its_time)
{
  static const double times[] = {1.0, 30.0, 480.0, 48000.0, 4.8e6};

  LmuSustain* const self = sustain_new(RATE, 1U, WINDOW, NULL);
  frequency              = 1000.0 / RATE;
  lmu_sustain_set_decay(self, times[_i]);
  freeze(self, tone, WINDOW);
  const uint32_t count = 1000U;
  skip(self, count);
  const double wanted = -60.0 * count / times[_i];
  const double level  = self->levels[self->newest];
  if (wanted > -290.0) {
    ck_assert_double_eq_tol(to_db(level), wanted, 1e-5 * fabs(wanted));
  } else {
    ck_assert_double_eq(level, 0.0);
  }
  lmu_sustain_set_decay(self, (double)INFINITY);
  skip(self, count);
  ck_assert_double_eq(self->levels[self->newest], level);
  lmu_sustain_free(self);
}
END_TEST

START_TEST(reset_forgets_all)
{
  LmuSustain* const first  = sustain_new(RATE, 2U, WINDOW, NULL);
  LmuSustain* const second = sustain_new(RATE, 2U, WINDOW, NULL);
  freeze(first, noise, WINDOW);
  skip(first, 100U);
  hear(first, square, 0U, 1000U);
  lmu_sustain_begin(first, 999U);
  skip(first, 100U);
  lmu_sustain_reset(first);
  ck_assert_float_eq(skip(first, 2000U), 0.0f);
  ck_assert_uint_eq(lmu_sustain_age(first), 0U);

  lmu_sustain_reset(first);
  frequency = 0.01;
  hear(first, tone, 0U, WINDOW / 2U);
  hear(second, tone, 0U, WINDOW / 2U);
  lmu_sustain_begin(first, WINDOW);
  lmu_sustain_begin(second, WINDOW);
  for (uint32_t i = 0U; i < 3000U; ++i) {
    const float x = skip(first, 1U);
    ck_assert_float_eq(x, skip(second, 1U));
  }
  lmu_sustain_free(second);
  lmu_sustain_free(first);
}
END_TEST

START_TEST(end_fades_to_silence)
{
  LmuSustain* const self = sustain_new(RATE, 1U, WINDOW, NULL);
  frequency              = 100.0 / RATE;
  freeze(self, tone, WINDOW);
  lmu_sustain_begin(self, WINDOW);
  float before = skip(self, 500U);
  while (before < 0.45f) {
    before = skip(self, 1U);
  }
  lmu_sustain_end(self);
  for (uint32_t i = 0U; i < lmu_sustain_delay(self); ++i) {
    const float now = skip(self, 1U);
    ck_assert_float_lt(fabsf(now - before), 0.02f);
    before = now;
  }
  ck_assert_float_eq(before, 0.0f);
  ck_assert_uint_eq(lmu_sustain_age(self), 0U);
  ck_assert(!lmu_sustain_is_busy(self));
  ck_assert_float_eq(skip(self, 5000U), 0.0f);
  lmu_sustain_free(self);
}
END_TEST

START_TEST(any_input_is_bounded_and_takes_as_many_frames)
{
  for (uint32_t n = 1U; n <= 2U; ++n) {
    LmuSustain* const self = sustain_new(RATE, n, WINDOW, NULL);
    frequency              = 0.0001;
    freeze(self, sounds[_i], WINDOW);
    ck_assert(lmu_sustain_is_busy(self));
    double most = 0.0;
    for (uint32_t i = 0U; i < WINDOW; ++i) {
      for (uint32_t c = 0U; c < n; ++c) {
        most = fmax(most, fabs((double)sounds[_i](i, c)));
      }
    }

    // 128 sinusoids in phase are 16 times above their level
    float frame[2] = {0.0f, 0.0f};
    for (uint32_t i = 0U; i < 200000U; ++i) {
      lmu_sustain_step(self, frame);
      ck_assert(!lmu_sustain_is_busy(self));
      for (uint32_t c = 0U; c < n; ++c) {
        ck_assert(isfinite(frame[c]));
        ck_assert_double_le(fabs((double)frame[c]), 16.1 * most);
      }
    }
    lmu_sustain_free(self);
  }
}
END_TEST

START_TEST(any_window_is_kept_within_limits)
{
  static const uint32_t windows[] = {0U, 1U, 64U, 5000U, UINT32_MAX};

  LmuSustain* const self = sustain_new(RATE, 1U, 4800U, NULL);
  for (size_t i = 0U; i < sizeof(windows) / sizeof(windows[0]); ++i) {
    hear(self, noise, 0U, 4800U);
    lmu_sustain_begin(self, windows[i]);
    skip(self, lmu_sustain_delay(self) + 1U);
    ck_assert(isfinite(skip(self, 5000U)));
    ck_assert_uint_ge(self->window, 65U);
    ck_assert_uint_le(self->window, 4799U);
  }
  lmu_sustain_free(self);
}
END_TEST

START_TEST(channels_have_their_own_level_and_phase)
{
  LmuSustain* const self = sustain_new(RATE, 2U, WINDOW, NULL);
  frequency              = 700.0 / RATE;
  for (uint32_t c = 0U; c < 2U; ++c) {
    lmu_sustain_reset(self);
    freeze(self, tone, WINDOW);
    const uint32_t first = WINDOW - 1U + lmu_sustain_delay(self);
    const double   error = error_of(self, tone, first, WINDOW, c);
    ck_assert_double_lt(to_db(error), MAX_ERROR_DB);
  }

  lmu_sustain_reset(self);
  freeze(self, left_noise, WINDOW);
  for (uint32_t i = 0U; i < 5000U; ++i) {
    float frame[2];
    lmu_sustain_step(self, frame);
    ck_assert_float_lt(fabsf(frame[1]), 1e-6f);
  }
  lmu_sustain_free(self);
}
END_TEST

START_TEST(more_equal_partials_than_oscillators_use_all)
{
  LmuSustain* const self = sustain_new(RATE, 1U, 19201U, NULL);
  freeze(self, pulses, 19201U);
  for (uint32_t i = 0U; i < 120U; ++i) {
    ck_assert_double_eq(self->partials[i].use, 1.0);
  }
  lmu_sustain_free(self);
}
END_TEST

START_TEST(the_strongest_peaks_are_kept)
{
  LmuSustain* const self = sustain_new(RATE, 1U, WINDOW, NULL);
  hear(self, noise, 0U, WINDOW);
  lmu_sustain_begin(self, WINDOW);
  while (self->part < LMU_SUSTAIN_REFINE) {
    skip(self, 1U);
  }
  ck_assert_uint_eq(self->n_peaks, LMU_PARTIALS);

  // As many local maxima are as strong as the weakest that is kept, or more
  float weakest = INFINITY;
  for (uint32_t i = 0U; i < LMU_PARTIALS; ++i) {
    const uint32_t bin = (uint32_t)lround(self->partials[i].first);
    weakest            = fminf(weakest, self->power[LMU_SUSTAIN_GUARD + bin]);
  }
  uint32_t n_stronger = 0U;
  for (uint32_t k = 6U; k + 6U < self->fft.size / 2U; ++k) {
    const float* const p        = self->power + LMU_SUSTAIN_GUARD + k;
    bool               greatest = true;
    for (int i = -4; i <= 4; ++i) {
      greatest = greatest && (!i || p[i] < p[0]);
    }
    // Peaks of a level are within an eighth of an octave
    n_stronger += greatest && *p > 1.125f * weakest;
  }
  ck_assert_uint_le(n_stronger, LMU_PARTIALS);
  ck_assert_uint_ge(n_stronger, LMU_PARTIALS / 2U);
  lmu_sustain_free(self);
}
END_TEST

START_TEST(getters_tell_what_goes_on)
{
  LmuSustain* const self  = sustain_new(RATE, 1U, WINDOW, NULL);
  const uint32_t    delay = lmu_sustain_delay(self);
  ck_assert_uint_gt(delay, 480U);
  ck_assert_uint_lt(delay, 1200U);
  ck_assert(!lmu_sustain_is_busy(self));
  hear(self, noise, 0U, WINDOW);
  lmu_sustain_begin(self, WINDOW);
  for (uint32_t i = 0U; i < delay; ++i) {
    ck_assert_float_eq(skip(self, 1U), 0.0f);
    ck_assert(lmu_sustain_is_busy(self));
    ck_assert_uint_eq(lmu_sustain_age(self), 0U);
  }
  ck_assert_float_ne(skip(self, 1U), 0.0f);
  ck_assert(!lmu_sustain_is_busy(self));
  ck_assert_uint_eq(lmu_sustain_age(self), 1U);
  skip(self, 99U);
  ck_assert_uint_eq(lmu_sustain_age(self), 100U);
  lmu_sustain_begin(self, WINDOW);
  skip(self, delay + 1U);
  ck_assert_uint_eq(lmu_sustain_age(self), 1U);
  lmu_sustain_free(self);
}
END_TEST

/// Compare what kernels make of noise with the generic ones
static void
check_kernels(const LmuKernels* const kernels)
{
  for (uint32_t n = 1U; n <= 2U; ++n) {
    LmuSustain* const x = sustain_new(RATE, n, WINDOW, &lmu_kernels_generic);
    LmuSustain* const y = sustain_new(RATE, n, WINDOW, kernels);
    freeze(x, noise, WINDOW);
    freeze(y, noise, WINDOW);
    for (uint32_t i = 0U; i < 20000U; ++i) {
      float a[2] = {0.0f, 0.0f};
      float b[2] = {0.0f, 0.0f};
      lmu_sustain_step(x, a);
      lmu_sustain_step(y, b);
      ck_assert_float_eq_tol(a[0], b[0], 1e-6f);
      ck_assert_float_eq_tol(a[1], b[1], 1e-6f);
    }
    lmu_sustain_free(y);
    lmu_sustain_free(x);
  }
}

START_TEST(all_kernels_equal_the_generic_ones)
{
  for (uint32_t k = 0U; lmu_kernels(k); ++k) {
    check_kernels(lmu_kernels(k));
  }
  check_kernels(&lmu_kernels_wide);
}
END_TEST

START_TEST(numbers_out_of_range_are_refused)
{
  static const struct {
    LmuSustainSpec spec;
    LmuStatus      status;
  } cases[] = {
    {{3999.0, 1U, 400U, NULL}, LMU_BAD_RATE},
    {{8.1e5, 1U, 400U, NULL}, LMU_BAD_RATE},
    {{(double)NAN, 1U, 400U, NULL}, LMU_BAD_RATE},
    {{RATE, 0U, 400U, NULL}, LMU_BAD_VALUE},
    {{RATE, 3U, 400U, NULL}, LMU_BAD_VALUE},
    {{RATE, 1U, 64U, NULL}, LMU_BAD_VALUE},
    {{RATE, 1U, LMU_MAX_SUSTAIN + 1U, NULL}, LMU_BAD_VALUE},
  };
  for (size_t i = 0U; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    LmuSustain* self = unset();
    ck_assert_int_eq(lmu_sustain_new(&self, &cases[i].spec), cases[i].status);
    ck_assert_ptr_null(self);
  }
  lmu_sustain_free(NULL);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("sustain");
  tcase_add_loop_test(
    tcase, a_steady_tone_goes_on_in_phase_at_any_rate, 0, N_RATES);
  tcase_add_test(tcase, a_steady_tone_goes_on_from_any_window);
  tcase_add_test(tcase, partials_two_and_a_half_lobes_apart_go_on);
  tcase_add_test(tcase, a_minute_later_nothing_has_changed);
  tcase_add_test(tcase, a_mean_is_left_out);
  tcase_add_loop_test(tcase, the_level_is_that_of_the_window, 0, 6);
  tcase_add_test(tcase, a_retrigger_of_a_steady_tone_is_not_heard);
  tcase_add_test(tcase, a_retrigger_fades_to_the_new_sound_without_a_jump);
  tcase_add_test(tcase, retriggers_at_any_time_never_jump);
  tcase_add_loop_test(tcase, decay_falls_by_60_db_in_its_time, 0, 5);
  tcase_add_test(tcase, reset_forgets_all);
  tcase_add_test(tcase, end_fades_to_silence);
  tcase_add_loop_test(
    tcase, any_input_is_bounded_and_takes_as_many_frames, 0, N_SOUNDS);
  tcase_add_test(tcase, any_window_is_kept_within_limits);
  tcase_add_test(tcase, channels_have_their_own_level_and_phase);
  tcase_add_test(tcase, more_equal_partials_than_oscillators_use_all);
  tcase_add_test(tcase, the_strongest_peaks_are_kept);
  tcase_add_test(tcase, getters_tell_what_goes_on);
  tcase_add_test(tcase, all_kernels_equal_the_generic_ones);
  tcase_add_test(tcase, numbers_out_of_range_are_refused);
  return run_case("sustain", tcase);
}
