// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/rt/sustain.h"

#include "core/base/attributes.h"
#include "core/dsp/rt/glide.h"
#include "core/dsp/rt/shape.h"
#include "core/dsp/rt/sustain_parts.h"
#include "core/math/rt/complex.h"
#include "core/math/rt/fft.h"
#include "core/memory/rt/angle.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define GUARD LMU_SUSTAIN_GUARD

/// Natural logarithm of 60 dB
#define LOG_60_DB 6.90775527898213705205

/// Level below which a bank is silent, so that no number gets too small
#define SILENCE 1e-15

/// Energy that counts as none, so that it can divide
#define TINY 1e-30

/// Least distance of a peak from zero, half of a kernel and what leaks of the
/// mean [lobes]
#define LOWEST 1.5

/// How far a greater neighbour hides a peak: the slope of a tone has humps of a
/// lobe each, which are none themselves [lobes]
#define HIDDEN 1.25

/// How far around a partial it is fitted: half of the kernel's main lobe is 2
#define FITTED 1.5

/// How far a partial may move in one go, and from its peak [lobes]
#define MAX_STEP 0.25
#define MAX_WAY 0.5

/// How often each partial is fitted while the others stay
#define N_SWEEPS 5U

/// Return exp(2 pi i turns), for turns that are not negative
LMU_RT static LmuComplex
turn_of(const double turns)
{
  const LmuComplex eighth  = turn_eighth(turns - (double)(int64_t)turns);
  const LmuComplex quarter = lmu_complex_times(eighth, eighth);
  const LmuComplex half    = lmu_complex_times(quarter, quarter);
  const LmuComplex whole   = lmu_complex_times(half, half);
  const LmuComplex result  = {whole.re, -whole.im};
  return result;
}

/// Return a number kept within -limit and limit
LMU_RT static double
clamp(const double x, const double limit)
{
  return (x > limit) ? limit : (x < -limit) ? -limit : x;
}

/// Return the number of channels so that a compiler sees it is 1 or 2
LMU_RT static uint32_t
n_channels(const LmuSustain* const s)
{
  return (s->n_channels == 1U) ? 1U : LMU_SUSTAIN_CHANNELS;
}

/* Window */

LMU_RT static void
gather(LmuSustain* const s, const uint32_t from, const uint32_t to)
{
  // The tapered mean, as tones of no whole number of periods have no other
  for (uint32_t i = from; i < to; ++i) {
    const double weight = (1.0 - s->hann.re) / s->window;
    for (uint32_t c = 0U; c < n_channels(s); ++c) {
      const float x  = s->ring[c][(s->first + i) & s->mask];
      s->sound[c][i] = x;
      s->mean[c] += weight * (double)x;
    }
    s->hann = lmu_complex_times(s->hann, s->hann_turn);
  }
}

/// Put the window's middle at the start, so that the spectrum of the Hann
/// window is real, and channels into real and imaginary parts
LMU_RT static void
taper(LmuSustain* const s, const uint32_t from, const uint32_t to)
{
  const uint32_t shift   = s->fft.size - (s->window / 2U);
  float* const   parts[] = {s->fft.work[0].re, s->fft.work[0].im};
  for (uint32_t i = from; i < to; ++i) {
    const uint32_t target = (i + shift) & (s->fft.size - 1U);
    const bool     inside = i < s->window;
    const double   weight = inside ? 2.0 * (1.0 - s->hann.re) / s->window : 0.0;
    const uint32_t index  = inside ? i : 0U;
    parts[1][target]      = 0.0f;
    for (uint32_t c = 0U; c < n_channels(s); ++c) {
      const double x   = (double)s->sound[c][index] - s->mean[c];
      parts[c][target] = (float)(weight * x);
      s->energy[c] += inside ? x * x / s->window : 0.0;
    }
    s->hann = lmu_complex_times(s->hann, s->hann_turn);
  }
}

/* Spectrum */

LMU_RT static void
transform(LmuSustain* const s, const uint32_t from, const uint32_t to)
{
  lmu_fft_process(&s->fft, from, to);
}

/// Set one bin, or one of the guards to zero
LMU_RT static void
split_bin(LmuSustain* const s, const uint32_t at)
{
  const LmuSpectrum* const z = lmu_fft_result(&s->fft);
  const uint32_t           k = (at - GUARD) & (s->fft.size - 1U);
  const uint32_t           l = (s->fft.size - k) & (s->fft.size - 1U);
  const bool  have           = at >= GUARD && at <= GUARD + (s->fft.size / 2U);
  const float half           = have ? 0.5f : 0.0f;

  const float re[] = {half * (z->re[k] + z->re[l]),
                      half * (z->im[k] + z->im[l])};
  const float im[] = {half * (z->im[k] - z->im[l]),
                      half * (z->re[l] - z->re[k])};
  s->power[at]     = 0.0f;
  for (uint32_t c = 0U; c < n_channels(s); ++c) {
    s->spectra[c].re[at] = re[c];
    s->spectra[c].im[at] = im[c];
    s->power[at] += (re[c] * re[c]) + (im[c] * im[c]);
  }
}

LMU_RT static void
split(LmuSustain* const s, const uint32_t from, const uint32_t to)
{
  for (uint32_t i = from; i < to; ++i) {
    split_bin(s, i);
  }
}

/* Peaks, of which the strongest are kept by counting them by level first: so
   the time does not depend on what they are */

/// Return the level of a peak from 1 up, or 0 if there is none
LMU_RT static uint32_t
peak_level(const LmuSustain* const s, const uint32_t bin)
{
  const float* const power = s->power + GUARD + bin;
  const uint32_t     reach = (uint32_t)(HIDDEN * s->lobe);
  const double       edge  = LOWEST * s->lobe;
  float              most  = 0.0f;
  for (uint32_t i = 1U; i <= reach; ++i) {
    const float below = power[-(ptrdiff_t)i];
    const float above = power[i];
    most              = (below > most) ? below : most;
    most              = (above > most) ? above : most;
  }

  // As integers, positive numbers sort the same
  union {
    float    value;
    uint32_t bits;
  } own = {*power};
  const bool is_peak =
    (own.value > most) & (bin > edge) & (bin + edge < 0.5 * s->fft.size);
  return is_peak ? own.bits >> 20U : 0U;
}

LMU_RT static void
count(LmuSustain* const s, const uint32_t from, const uint32_t to)
{
  for (uint32_t i = from; i < to; ++i) {
    ++s->counts[peak_level(s, i)];
  }
}

LMU_RT static void
rank(LmuSustain* const s, const uint32_t from, const uint32_t to)
{
  for (uint32_t i = from; i < to; ++i) {
    const uint32_t level = LMU_PEAK_LEVELS - 1U - i;
    const uint32_t more  = s->n_peaks + (level ? s->counts[level] : 0U);
    const bool     fits  = !s->is_full && more <= LMU_PARTIALS;
    s->n_peaks           = fits ? more : s->n_peaks;
    s->least             = s->is_full ? s->least : level;
    s->is_full           = !fits;
  }
  s->room = LMU_PARTIALS - s->n_peaks;
}

/// Return where the peak is of a parabola through magnitudes, from a bin
LMU_RT static double
peak_offset(const float* const power)
{
  const double below  = __builtin_sqrt((double)power[-1]);
  const double own    = __builtin_sqrt((double)power[0]);
  const double above  = __builtin_sqrt((double)power[1]);
  const double curve  = (2.0 * own) - below - above;
  const double offset = 0.5 * (above - below) / (curve + TINY);
  return clamp(offset, 0.5);
}

LMU_RT static void
pick(LmuSustain* const s, const uint32_t from, const uint32_t to)
{
  if (!from) {
    s->n_peaks = 0U;
  }
  for (uint32_t i = from; i < to; ++i) {
    const uint32_t level     = peak_level(s, i);
    const bool     ties      = level && level == s->least && s->room;
    const bool     keep      = level > s->least || ties;
    const double   frequency = i + peak_offset(s->power + GUARD + i);
    LmuPartial blank = {.frequency = frequency, .first = frequency, .use = 1.0};
    s->room -= ties;

    // The last one is overwritten until it is to be kept, and there is room
    if (s->n_peaks < LMU_PARTIALS) {
      s->partials[s->n_peaks] = blank;
    }
    s->n_peaks += keep;
  }
}

/* Fit */

/// Most bins of a range, as a lobe has less than four
#define MAX_BINS ((8U * LMU_KERNEL_REACH) + 1U)

/// Bins of the spectra that a kernel covers
typedef struct {
  int32_t  first;
  uint32_t count;
} Range;

/// Return the bins within so many lobes of a frequency
LMU_RT static Range
range_of(const LmuSustain* const s, const double frequency, const double lobes)
{
  const int32_t reach  = (int32_t)(lobes * s->lobe);
  const int32_t middle = (int32_t)(frequency + 0.5);
  const Range   range  = {middle - reach, (2U * (uint32_t)reach) + 1U};
  return range;
}

/// Read a table at all bins of a range: by how far they are from a frequency,
/// or zero beyond its end
LMU_RT static void
read_table(const LmuSustain* const s,
           const float* const      table,
           const Range             range,
           const double            frequency,
           float* const            values)
{
  const double step  = LMU_KERNEL_DENSITY / s->lobe;
  const float  by    = (float)step;
  const float  first = (float)((range.first - frequency) * step);
  const float  end   = LMU_KERNEL_SIZE - 2U;
  for (uint32_t i = 0U; i < range.count; ++i) {
    const float    size = __builtin_fabsf(first + (by * (float)(int32_t)i));
    const float    at   = (size < end) ? size : end;
    const uint32_t k    = (uint32_t)(int32_t)at;
    const float    part = at - (float)(int32_t)k;
    values[i]           = table[k] + (part * (table[k + 1U] - table[k]));
  }
}

/// Add a tone at a frequency to the spectra of all channels
LMU_RT static void
add_tone(LmuSustain* const       s,
         const Range             range,
         const double            frequency,
         const LmuComplex* const amplitude)
{
  float weights[MAX_BINS];
  read_table(s, s->kernel, range, frequency, weights);
  for (uint32_t c = 0U; c < n_channels(s); ++c) {
    const ptrdiff_t at   = range.first + (int32_t)GUARD;
    float* const    to[] = {s->spectra[c].re + at, s->spectra[c].im + at};
    const float     re   = (float)amplitude[c].re;
    const float     im   = (float)amplitude[c].im;
    for (uint32_t i = 0U; i < range.count; ++i) {
      to[0][i] += weights[i] * re;
      to[1][i] += weights[i] * im;
    }
  }
}

/// Add a partial to the spectra, times a sign.  What it is below zero is left
/// out: partials are so far above it that no fit gets better by that.
LMU_RT static void
add_partial(LmuSustain* const       s,
            const LmuPartial* const partial,
            const double            sign)
{
  const Range range = range_of(s, partial->first, LMU_KERNEL_REACH);
  LmuComplex  amplitude[LMU_SUSTAIN_CHANNELS];
  for (uint32_t c = 0U; c < n_channels(s); ++c) {
    amplitude[c].re = sign * partial->amplitude[c].re;
    amplitude[c].im = sign * partial->amplitude[c].im;
  }
  add_tone(s, range, partial->frequency, amplitude);
}

/// Products of what is not fitted with the kernel at a frequency, and its slope
typedef struct {
  LmuComplex kernel[LMU_SUSTAIN_CHANNELS];
  LmuComplex slope[LMU_SUSTAIN_CHANNELS];
  double     kernel_size; ///< Of the kernel with itself
  double     slope_size;  ///< Of the slope with itself
  double     cross_size;  ///< Of both, not zero as bins are to no side alike
} Match;

LMU_RT static Match
match_at(const LmuSustain* const s, const double frequency)
{
  const Range range  = range_of(s, frequency, FITTED);
  Match       result = {.kernel_size = 0.0};
  float       kernel[MAX_BINS];
  float       slope[MAX_BINS];
  read_table(s, s->kernel, range, frequency, kernel);
  read_table(s, s->slope, range, frequency, slope);
  for (uint32_t i = 0U; i < range.count; ++i) {
    const int32_t bin = range.first + (int32_t)i;
    const double  w   = (double)kernel[i];
    const double  v = (bin < frequency) ? -(double)slope[i] : (double)slope[i];
    result.kernel_size += w * w;
    result.slope_size += v * v;
    result.cross_size += v * w;
    for (uint32_t c = 0U; c < n_channels(s); ++c) {
      const double re = (double)s->spectra[c].re[bin + (int32_t)GUARD];
      const double im = (double)s->spectra[c].im[bin + (int32_t)GUARD];
      result.kernel[c].re += w * re;
      result.kernel[c].im += w * im;
      result.slope[c].re += v * re;
      result.slope[c].im += v * im;
    }
  }
  return result;
}

/// Return how far to move a partial [lobes], a step of Gauss and Newton
LMU_RT static double
way_of(const LmuSustain* const s,
       const LmuPartial* const partial,
       const Match* const      match)
{
  double size    = TINY;
  double product = 0.0;
  for (uint32_t c = 0U; c < n_channels(s); ++c) {
    const LmuComplex a   = partial->amplitude[c];
    const LmuComplex b   = match->slope[c];
    const double     own = (a.re * a.re) + (a.im * a.im);
    product += (a.re * b.re) + (a.im * b.im) - (own * match->cross_size);
    size += own;
  }
  return clamp(-product / (size * match->slope_size), MAX_STEP);
}

/// Fit one partial to what the others leave, in the first sweep not its
/// frequency
LMU_RT static void
refine_partial(LmuSustain* const s, const uint32_t sweep, const uint32_t index)
{
  LmuPartial* const partial = &s->partials[index];
  add_partial(s, partial, 1.0);

  const Match  match = match_at(s, partial->frequency);
  const double scale = partial->use / match.kernel_size;
  for (uint32_t c = 0U; c < n_channels(s); ++c) {
    partial->amplitude[c].re = scale * match.kernel[c].re;
    partial->amplitude[c].im = scale * match.kernel[c].im;
  }

  const double way   = sweep ? way_of(s, partial, &match) * s->lobe : 0.0;
  const double all   = partial->frequency + way - partial->first;
  partial->frequency = partial->first + clamp(all, MAX_WAY * s->lobe);
  add_partial(s, partial, -1.0);
}

LMU_RT static void
refine(LmuSustain* const s, const uint32_t from, const uint32_t to)
{
  for (uint32_t i = from; i < to; ++i) {
    const uint32_t index = i % LMU_PARTIALS;
    if (i < LMU_PARTIALS && i >= s->n_peaks) {
      const double     frequency = LMU_KERNEL_REACH * s->lobe;
      const LmuPartial blank     = {.frequency = frequency, .first = frequency};
      s->partials[index]         = blank;
    }
    refine_partial(s, i / LMU_PARTIALS, index);
  }
}

/* Oscillators */

LMU_RT static void
weigh(LmuSustain* const s, const uint32_t from, const uint32_t to)
{
  for (uint32_t i = from; i < to; ++i) {
    for (uint32_t c = 0U; c < n_channels(s); ++c) {
      const LmuComplex a = s->partials[i].amplitude[c];
      s->fitted[c] += (a.re * a.re) + (a.im * a.im);
    }
  }
}

/// Set oscillators as they are when the bank starts
LMU_RT static void
launch(LmuSustain* const s, const uint32_t from, const uint32_t to)
{
  LmuBank* const bank    = &s->banks[1U - s->newest];
  const uint32_t middle  = s->window / 2U;
  const double   elapsed = (double)middle + s->delay - 1.0;
  for (uint32_t i = from; i < to; ++i) {
    const LmuPartial* const partial = &s->partials[i];
    const double            turns   = partial->frequency / s->fft.size;
    const LmuComplex        phase   = turn_of(turns * elapsed);
    const LmuComplex        turn    = turn_of(turns);
    bank->re[i]                     = phase.re;
    bank->im[i]                     = phase.im;
    bank->turn_re[i]                = turn.re;
    bank->turn_im[i]                = turn.im;
    for (uint32_t c = 0U; c < n_channels(s); ++c) {
      const double scale =
        __builtin_sqrt(2.0 * s->energy[c] / (s->fitted[c] + TINY));
      bank->gain_re[c][i] = scale * partial->amplitude[c].re;
      bank->gain_im[c][i] = scale * partial->amplitude[c].im;
    }
  }
}

/// Return whether a bank cannot be heard
LMU_RT static bool
is_silent(const LmuSustain* const s, const uint32_t bank)
{
  return lmu_glide_rests(&s->gains[bank]) && s->gains[bank].value <= 0.0;
}

/// Let the new bank play
LMU_RT static void
start(LmuSustain* const s)
{
  const uint32_t old = s->newest;
  s->newest          = 1U - old;
  if (is_silent(s, old)) {
    lmu_glide_set(&s->gains[s->newest], 1.0);
  } else {
    lmu_glide_to(&s->gains[s->newest], 1.0, s->delay / 2U);
    lmu_glide_to(&s->gains[old], 0.0, s->delay / 2U);
  }
  s->levels[s->newest] = 1.0;
  s->age               = 0U;
}

/* Parts */

/// Some of the units of a part
typedef LMU_RT void (*Work)(LmuSustain*, uint32_t from, uint32_t to);

static const Work works[LMU_SUSTAIN_PARTS] =
  {gather, taper, transform, split, count, rank, pick, refine, weigh, launch};

/// Return how many units there are in the part that goes on
LMU_RT static uint32_t
units_of(const LmuSustain* const s)
{
  const uint32_t half                     = s->fft.size / 2U;
  const uint32_t units[LMU_SUSTAIN_PARTS] = {s->window,
                                             s->fft.size,
                                             lmu_fft_count(&s->fft),
                                             half + (2U * GUARD),
                                             half,
                                             LMU_PEAK_LEVELS,
                                             half,
                                             N_SWEEPS * LMU_PARTIALS,
                                             LMU_PARTIALS,
                                             LMU_PARTIALS};
  return units[s->part];
}

/// Begin to analyse the window that was heard last
LMU_RT static void
begin(LmuSustain* const s, const uint32_t window)
{
  // Odd, so that one frame is in the middle
  const uint32_t most = (window < s->max_window) ? window : s->max_window;
  const uint32_t some = (most > LMU_MIN_SUSTAIN) ? most : LMU_MIN_SUSTAIN;
  s->window           = (some - 1U) | 1U;
  s->first            = s->n_heard - s->window;
  lmu_fft_set_stages(&s->fft, 32U - (uint32_t)__builtin_clz(2U * s->window));
  s->lobe       = (double)s->fft.size / s->window;
  s->hann_first = turn_of(0.5 / s->window);
  s->hann_turn  = turn_of(1.0 / s->window);
  s->hann       = s->hann_first;

  memset(s->counts, 0, sizeof(s->counts));
  for (uint32_t c = 0U; c < n_channels(s); ++c) {
    s->mean[c]   = 0.0;
    s->energy[c] = 0.0;
    s->fitted[c] = 0.0;
  }
  s->n_peaks = 0U;
  s->is_full = false;
  s->part    = LMU_SUSTAIN_GATHER;
  s->frame   = 0U;
}

/// Do a frame's share of the analysis, if there is one
LMU_RT static void
analyse(LmuSustain* const s)
{
  if (s->part == LMU_SUSTAIN_PARTS) {
    return;
  }

  const uint64_t units    = units_of(s);
  const uint32_t n_frames = s->n_frames[s->part];
  const uint64_t from     = units * s->frame / n_frames;
  const uint64_t to       = units * (s->frame + 1U) / n_frames;
  works[s->part](s, (uint32_t)from, (uint32_t)to);
  if (++s->frame == n_frames) {
    s->frame = 0U;
    s->hann  = s->hann_first;
    ++s->part;
    if (s->part == LMU_SUSTAIN_PARTS) {
      start(s);
    }
  }
}

/* What is public */

void
lmu_sustain_reset(LmuSustain* const s)
{
  for (uint32_t c = 0U; c < n_channels(s); ++c) {
    memset(s->ring[c], 0, (s->mask + (size_t)1U) * sizeof(float));
  }
  for (uint32_t i = 0U; i < 2U; ++i) {
    lmu_glide_set(&s->gains[i], 0.0);
    s->levels[i] = 0.0;
  }
  s->n_heard = 0U;
  s->part    = LMU_SUSTAIN_PARTS;
  s->newest  = 0U;
  s->turn    = 0U;
  s->age     = 0U;
}

void
lmu_sustain_set_decay(LmuSustain* const s, const double n_frames)
{
  // exp(-x) by halves, and a [3/3] Pade approximant, which errs by 1e-11
  const double x      = LOG_60_DB / (n_frames > 1.0 ? n_frames : 1.0);
  const double y      = x / 64.0;
  const double even   = 1.0 + (y * y / 10.0);
  const double odd    = (y / 2.0) + (y * y * y / 120.0);
  double       result = (even - odd) / (even + odd);
  for (uint32_t i = 1U; i < 64U; i *= 2U) {
    result *= result;
  }
  s->keep = result;
}

void
lmu_sustain_hear(LmuSustain* const s, const float* const frame)
{
  for (uint32_t c = 0U; c < n_channels(s); ++c) {
    s->ring[c][s->n_heard & s->mask] = frame[c];
  }
  ++s->n_heard;
}

void
lmu_sustain_begin(LmuSustain* const s, const uint32_t window)
{
  begin(s, window);
}

void
lmu_sustain_end(LmuSustain* const s)
{
  s->part = LMU_SUSTAIN_PARTS;
  lmu_glide_to(&s->gains[0], 0.0, s->delay / 2U);
  lmu_glide_to(&s->gains[1], 0.0, s->delay / 2U);
}

/// Bring one phase of a bank back to the unit circle, which it never leaves far
LMU_RT static void
renormalise(LmuBank* const bank, const uint32_t index)
{
  const double re    = bank->re[index];
  const double im    = bank->im[index];
  const double scale = 1.5 - (0.5 * ((re * re) + (im * im)));
  bank->re[index]    = re * scale;
  bank->im[index]    = im * scale;
}

/// Add a frame of a bank
LMU_RT static void
play(LmuSustain* const s, const uint32_t bank, double* const frame)
{
  if (is_silent(s, bank)) {
    return;
  }

  LmuBank* const sounding                  = &s->banks[bank];
  double         own[LMU_SUSTAIN_CHANNELS] = {0.0, 0.0};
  s->kernels->synthesise(sounding, s->n_channels, own);
  renormalise(sounding, s->turn);

  const double fade  = lmu_smooth_step(s->gains[bank].value);
  const double level = s->levels[bank];
  for (uint32_t c = 0U; c < n_channels(s); ++c) {
    frame[c] += fade * level * own[c];
  }
  s->levels[bank] = (level > SILENCE) ? level * s->keep : 0.0;
  (void)lmu_glide_next(&s->gains[bank]);
}

void
lmu_sustain_step(LmuSustain* const s, float* const frame)
{
  double all[LMU_SUSTAIN_CHANNELS] = {0.0, 0.0};
  analyse(s);
  play(s, 0U, all);
  play(s, 1U, all);
  for (uint32_t c = 0U; c < n_channels(s); ++c) {
    frame[c] = (float)all[c];
  }

  s->turn = (s->turn + 1U) % LMU_PARTIALS;
  s->age  = is_silent(s, s->newest) ? 0U : s->age + (s->age < UINT32_MAX);
}

uint32_t
lmu_sustain_delay(const LmuSustain* const s)
{
  return s->delay - 1U;
}

bool
lmu_sustain_is_busy(const LmuSustain* const s)
{
  return s->part != LMU_SUSTAIN_PARTS;
}

uint32_t
lmu_sustain_age(const LmuSustain* const s)
{
  return s->age;
}
