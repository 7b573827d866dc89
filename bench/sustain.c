// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/rt/sustain.h"
#include "bench/now.h"
#include "core/base/status.h"
#include "core/dsp/setup/sustain.h"
#include "core/kernels/rt/kernels.h"
#include "core/memory/rt/memory.h"

#include <sndfile.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
   @file
   How true 60 s are that continue the last 100 ms of sound files, and what a
   frame costs beside a plain bank of sines in the same run.

   Pitch is measured by autocorrelation, which knows nothing of the engine: that
   of the window beside seconds of what follows.  Where pitch moves in the
   window, it is held as it is in the middle, so that is printed as well.
*/

#define PI 3.14159265358979323846

/// Length of the window, and of what follows [s]
#define WINDOW 0.1
#define LENGTH 60U

/// Where the window ends, or at this part of a shorter file [s]
#define END 0.5
#define END_PART 0.4

/// When a continuation that was rendered has faded in, after the window [s]
#define SETTLED 0.1

#define PATH_SIZE 4096U

/// Tones that are looked for [Hz]
#define MIN_PITCH 30.0
#define MAX_PITCH 2000.0

/// Time over which pitch is measured, or one period [s]
#define LAG 0.015

#define N_PARTIALS 128U

/// What was measured of one file
typedef struct {
  double min_level; ///< Of all seconds, beside the window [dB]
  double max_level; ///< [dB]
  double pitch;     ///< Of the window [Hz]
  double first;     ///< Of the first second, beside it [cents]
  double last;      ///< Of the last second [cents]
  double middle;    ///< The same beside the middle of the window [cents]
  double partial;   ///< Greatest partial of the last second [cents]
  double mean;      ///< Of all, beside the level [dB]
  double peak;      ///< Greatest sample
  bool   is_finite;
} Result;

/// Folder of sounds that something else continued, or null
static const char* rendered;

/// Sound of one channel
typedef struct {
  float*   samples;
  uint32_t n_frames;
  double   rate;
} Sound;

static double
to_db(const double ratio)
{
  return 20.0 * log10(ratio + 1e-30);
}

static double
to_cents(const double ratio)
{
  return 1200.0 * log2(ratio);
}

static double
mean_of(const float* const x, const uint32_t count)
{
  double total = 0.0;
  for (uint32_t i = 0U; i < count; ++i) {
    total += (double)x[i];
  }
  return total / count;
}

/// Return the level without the mean
static double
level_of(const float* const x, const uint32_t count)
{
  const double mean  = mean_of(x, count);
  double       total = 0.0;
  for (uint32_t i = 0U; i < count; ++i) {
    total += ((double)x[i] - mean) * ((double)x[i] - mean);
  }
  return sqrt(total / count);
}

/// Part of a sound, and what counts of it
typedef struct {
  const float* samples;
  uint32_t     count;
  bool         is_tapered; ///< The middle counts most, for pitch that moves
} Part;

/// Return how much a part is like itself `lag` frames later, at most 1
static double
likeness(const Part* const part, const uint32_t lag)
{
  const uint32_t     n       = part->count - lag;
  const float* const x       = part->samples;
  double             product = 0.0;
  double             size    = 1e-30;
  for (uint32_t i = 0U; i < n; ++i) {
    const double weight =
      part->is_tapered ? 1.0 - cos(2.0 * PI * (i + 0.5) / n) : 1.0;
    const double a = (double)x[i];
    const double b = (double)x[i + lag];
    product += weight * a * b;
    size += weight * ((a * a) + (b * b));
  }
  return 2.0 * product / size;
}

/// Return the lag of the greatest likeness from one lag to another, between
/// frames by a parabola
static double
best_lag(const Part* const part, const uint32_t from, const uint32_t to)
{
  uint32_t best = from;
  double   most = -2.0;
  for (uint32_t lag = from; lag <= to; ++lag) {
    const double own = likeness(part, lag);
    if (own > most) {
      most = own;
      best = lag;
    }
  }
  const double below = likeness(part, best - 1U);
  const double above = likeness(part, best + 1U);
  const double curve = (2.0 * most) - below - above;
  const double way   = 0.5 * (above - below) / (curve + 1e-30);
  return best + fmax(-0.5, fmin(0.5, way));
}

/// Return the period of a window: the first lag that is nearly the best
static double
period_of(const Part* const part, const double rate)
{
  const uint32_t from = (uint32_t)(rate / MAX_PITCH);
  const uint32_t to   = (uint32_t)fmin(rate / MIN_PITCH, 0.7 * part->count);
  double         most = -1.0;
  for (uint32_t lag = from; lag <= to; ++lag) {
    most = fmax(most, likeness(part, lag));
  }
  bool falls = false; // Past the likeness with itself
  for (uint32_t lag = from; lag <= to; ++lag) {
    const double own = likeness(part, lag);
    falls            = falls || own < 0.5 * most;
    if (falls && own > 0.9 * most && own >= likeness(part, lag + 1U)) {
      return best_lag(part, lag - 1U, lag + 1U);
    }
  }
  return best_lag(part, from, to);
}

/// Return the lag of some periods, near those of another sound
static double
lag_near(const Part* const part, const double lag, const double period)
{
  // More would find one period more or less
  const uint32_t reach = (uint32_t)fmax(2.0, fmin(0.03 * lag, 0.4 * period));
  const uint32_t at    = (uint32_t)lround(lag);
  return best_lag(part, at - reach, at + reach);
}

/// Return the size of a sound at a frequency [1 / frame], by a Hann window
static double
size_at(const float* const x, const uint32_t count, const double frequency)
{
  double re = 0.0;
  double im = 0.0;
  for (uint32_t i = 0U; i < count; ++i) {
    const double weight = 1.0 - cos(2.0 * PI * (i + 0.5) / count);
    re += weight * (double)x[i] * cos(2.0 * PI * frequency * i);
    im += weight * (double)x[i] * sin(2.0 * PI * frequency * i);
  }
  return hypot(re, im);
}

/// Return the frequency of the greatest size within a reach
static double
partial_near(const float* const x,
             const uint32_t     count,
             const double       near,
             const double       reach)
{
  double best = near;
  double step = reach / 8.0;
  for (uint32_t round = 0U; round < 5U; ++round) {
    const double middle = best;
    double       most   = 0.0;
    for (int i = -8; i <= 8; ++i) {
      const double frequency = middle + (i * step);
      const double own       = size_at(x, count, frequency);
      if (frequency > 0.0 && own > most) {
        most = own;
        best = frequency;
      }
    }
    step /= 8.0;
  }
  return best;
}

/// Return the frequency of the greatest partial [1 / frame]
static double
greatest_partial(const float* const x, const uint32_t count)
{
  double best = 0.0;
  double most = 0.0;
  for (uint32_t i = 4U; i < count / 2U; ++i) {
    const double lobes = 0.5 * i;
    const double own   = size_at(x, count, lobes / count);
    if (own > most) {
      most = own;
      best = lobes / count;
    }
  }
  return partial_near(x, count, best, 0.5 / count);
}

/// Read the first channel of a file, or return false
static bool
read_sound(Sound* const sound, const char* const path)
{
  SF_INFO        info = {0};
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  if (!file) {
    return false;
  }
  const size_t n_channels = (size_t)info.channels;
  const size_t n_frames   = (size_t)info.frames;
  float* const all = (float*)calloc(n_frames * n_channels, sizeof(float));
  if (!all) {
    abort();
  }
  sound->n_frames = (uint32_t)sf_readf_float(file, all, info.frames);
  sound->rate     = info.samplerate;
  sound->samples  = all;
  for (uint32_t i = 0U; i < sound->n_frames; ++i) {
    all[i] = all[i * n_channels];
  }
  sf_close(file);
  return true;
}

/// Return 60 s of a file in that folder, from a while after the window on
static float*
read_continued(const char* const name,
               const double      rate,
               const uint32_t    end,
               const uint32_t    count)
{
  char         path[PATH_SIZE];
  Sound        sound = {NULL, 0U, 0.0};
  const size_t start = end + (size_t)(SETTLED * rate);
  float* const out   = (float*)calloc(count, sizeof(float));
  (void)snprintf(path, sizeof(path), "%s/%s", rendered, name);
  if (!out || !read_sound(&sound, path) || sound.rate != rate ||
      sound.n_frames < start + count) {
    (void)fprintf(stderr, "%s: cannot be used\n", path);
    abort();
  }
  memcpy(out, sound.samples + start, count * sizeof(float));
  free(sound.samples);
  return out;
}

/// Return 60 s that continue the window
static float*
continue_sound(const Sound* const sound,
               const uint32_t     end,
               const uint32_t     window,
               const uint32_t     count)
{
  const LmuSustainSpec spec    = {sound->rate, 1U, window, NULL};
  LmuSustain*          sustain = NULL;
  float* const         out     = (float*)calloc(count, sizeof(float));
  if (!out || lmu_sustain_new(&sustain, &spec)) {
    abort();
  }
  for (uint32_t i = 0U; i < end; ++i) {
    const float x = lmu_sane(sound->samples[i]);
    lmu_sustain_hear(sustain, &x);
  }
  lmu_sustain_begin(sustain, window);
  for (uint32_t i = 0U; i < lmu_sustain_delay(sustain); ++i) {
    lmu_sustain_step(sustain, out);
  }
  for (uint32_t i = 0U; i < count; ++i) {
    lmu_sustain_step(sustain, out + i);
  }
  lmu_sustain_free(sustain);
  return out;
}

/// Set levels, means and the peak
static void
measure_levels(Result* const      result,
               const float* const out,
               const uint32_t     second,
               const double       level)
{
  result->min_level = INFINITY;
  result->max_level = -INFINITY;
  result->is_finite = true;
  for (uint32_t i = 0U; i < LENGTH; ++i) {
    const float* const part = out + ((size_t)i * second);
    const double       own  = to_db(level_of(part, second) / level);
    result->min_level       = fmin(result->min_level, own);
    result->max_level       = fmax(result->max_level, own);
  }
  // Tapered, as tones of no whole number of periods have no other mean
  result->mean =
    to_db(size_at(out, LENGTH * second, 0.0) / (level * second * LENGTH));
  for (size_t i = 0U; i < (size_t)LENGTH * second; ++i) {
    result->is_finite = result->is_finite && isfinite(out[i]);
    result->peak      = fmax(result->peak, fabs((double)out[i]));
  }
}

/// Measure one sound, or return false if there is too little
static bool
measure(Result* const result, const Sound* const sound, const char* const name)
{
  const uint32_t window = (uint32_t)(WINDOW * sound->rate);
  const uint32_t second = (uint32_t)sound->rate;
  const uint32_t most   = (uint32_t)(END * sound->rate);
  const uint32_t part   = (uint32_t)(END_PART * sound->n_frames);
  const uint32_t end    = part < most ? part : most;
  if (end < window || sound->n_frames < end) {
    return false;
  }

  const float* const x     = sound->samples + end - window;
  const double       level = level_of(x, window);
  if (level < 1e-3) {
    return false;
  }

  // Some periods, for more exact cents, but few, as pitch may move
  const Part   all     = {x, window, false};
  const Part   middle  = {x, window, true};
  const double period  = period_of(&all, sound->rate);
  const double periods = fmax(1.0, floor(LAG * sound->rate / period));
  const double guess   = period * periods;
  const double lag     = lag_near(&all, guess, period);
  const double own     = lag_near(&middle, guess, period);
  const double tone    = greatest_partial(x, window);
  float* const out     = rendered
                           ? read_continued(name, sound->rate, end, LENGTH * second)
                           : continue_sound(sound, end, window, LENGTH * second);
  const Part   first   = {out, second, false};
  const Part   last = {out + ((size_t)(LENGTH - 1U) * second), second, false};

  *result = (Result){.pitch = sound->rate / period};
  measure_levels(result, out, second, level);
  result->first  = to_cents(lag / lag_near(&first, lag, period));
  result->last   = to_cents(lag / lag_near(&last, lag, period));
  result->middle = to_cents(own / lag_near(&last, lag, period));
  result->partial =
    to_cents(partial_near(last.samples, window, tone, 0.5 / window) / tone);
  free(out);
  return true;
}

static const char*
name_of(const char* const path)
{
  const char* const slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static bool
is_within_limits(const Result* const r)
{
  return r->is_finite && r->min_level > -3.0 && r->max_level < 3.0 &&
         fabs(r->first) < 5.0 && fabs(r->last) < 5.0 && r->mean < -60.0;
}

/// Measure all files and print a table
static void
measure_files(const char* const* const paths, const uint32_t count)
{
  uint32_t n_measured = 0U;
  uint32_t n_good     = 0U;
  printf("                       level [dB]  pitch    cents at       to the "
         "largest   mean   peak\n"
         "file                  least  most   [Hz]  0-1 s  59-60 s  middle "
         "partial   [dB]\n");
  for (uint32_t i = 0U; i < count; ++i) {
    Sound  sound = {NULL, 0U, 0.0};
    Result r     = {.is_finite = false};
    if (!read_sound(&sound, paths[i])) {
      printf("%-20s cannot be read\n", name_of(paths[i]));
    } else if (!measure(&r, &sound, name_of(paths[i]))) {
      printf("%-20s is too short or too soft\n", name_of(paths[i]));
    } else {
      const bool good = is_within_limits(&r);
      printf(
        "%-20.20s %6.2f %5.2f %7.1f %6.2f %8.2f %7.2f %7.2f %6.0f %6.3f%s\n",
        name_of(paths[i]),
        r.min_level,
        r.max_level,
        r.pitch,
        r.first,
        r.last,
        r.middle,
        r.partial,
        r.mean,
        r.peak,
        good ? "" : " !");
      ++n_measured;
      n_good += good;
    }
    free(sound.samples);
  }
  printf("%u of %u within 3 dB and 5 cents, finite, mean below -60 dB\n",
         n_good,
         n_measured);
}

/* Time */

#define RATE 48000.0

/// Frames of a run, and runs, of which the fastest counts
#define N_FRAMES 4800U
#define N_RUNS 100U

/// Return the sum of a frame of a plain bank of sines
static double
plain_frame(double* const phases, const uint32_t n_channels)
{
  double total = 0.0;
  for (uint32_t k = 0U; k < N_PARTIALS; ++k) {
    for (uint32_t c = 0U; c < n_channels; ++c) {
      total += 0.01 * sin(phases[k] + c);
    }
    phases[k] += 0.01 * (k + 1.0);
  }
  return total;
}

/// Return the time of a frame of it [ns]
static double
time_plain(const uint32_t n_channels)
{
  double          phases[N_PARTIALS] = {0.0};
  double          best               = INFINITY;
  volatile double sink               = 0.0;
  for (uint32_t i = 0U; i < 5U; ++i) {
    const double from = now_ns();
    for (uint32_t t = 0U; t < N_FRAMES; ++t) {
      sink = plain_frame(phases, n_channels);
    }
    best = fmin(best, (now_ns() - from) / N_FRAMES);
  }
  (void)sink;
  return best;
}

/// Times of frames [ns]
typedef struct {
  double playing;   ///< Of one bank
  double analysing; ///< Mean while it starts, when nothing plays
  double worst;     ///< Greatest mean of ten frames of it
} Times;

/// Take the times of one analysis
static void
time_analysis(Times* const times, LmuSustain* const sustain, double* const tens)
{
  float          frame[2] = {0.0f, 0.0f};
  const uint32_t n_tens   = lmu_sustain_delay(sustain) / 10U;
  const double   start    = now_ns();
  lmu_sustain_begin(sustain, N_FRAMES);
  for (uint32_t i = 0U; i < n_tens; ++i) {
    const double from = now_ns();
    for (uint32_t j = 0U; j < 10U; ++j) {
      lmu_sustain_step(sustain, frame);
    }
    tens[i] = fmin(tens[i], (now_ns() - from) / 10.0);
  }
  times->analysing =
    fmin(times->analysing, (now_ns() - start) / (10.0 * n_tens));
}

static Times
time_sustain(const uint32_t n_channels, const LmuKernels* const kernels)
{
  static double        tens[1000];
  const LmuSustainSpec spec    = {RATE, n_channels, N_FRAMES, kernels};
  LmuSustain*          sustain = NULL;
  Times                times   = {INFINITY, INFINITY, 0.0};
  float                frame[2];
  if (lmu_sustain_new(&sustain, &spec)) {
    abort();
  }
  for (uint32_t i = 0U; i < 1000U; ++i) {
    tens[i] = INFINITY;
  }
  for (uint32_t i = 0U; i < N_RUNS; ++i) {
    lmu_sustain_reset(sustain);
    for (uint32_t t = 0U; t < N_FRAMES; ++t) {
      frame[0] = (float)(t % 100U) / 200.0f;
      frame[1] = (float)(t % 301U) / 500.0f;
      lmu_sustain_hear(sustain, frame);
    }
    time_analysis(&times, sustain, tens);
    for (uint32_t t = 0U; t < 1000U; ++t) {
      lmu_sustain_step(sustain, frame);
    }
    const double from = now_ns();
    for (uint32_t t = 0U; t < N_FRAMES; ++t) {
      lmu_sustain_step(sustain, frame);
    }
    times.playing = fmin(times.playing, (now_ns() - from) / N_FRAMES);
  }
  for (uint32_t i = 0U; i < lmu_sustain_delay(sustain) / 10U; ++i) {
    times.worst = fmax(times.worst, tens[i]);
  }
  lmu_sustain_free(sustain);
  return times;
}

static void
print_times(void)
{
  printf("\nTime of a frame [ns], window of 100 ms at 48 kHz\n"
         "kernels  channels  playing  plain  ratio  analysing  worst\n");
  for (uint32_t k = 0U; lmu_kernels(k); ++k) {
    for (uint32_t n = 1U; n <= 2U; ++n) {
      const Times  times = time_sustain(n, lmu_kernels(k));
      const double plain = time_plain(n);
      printf("%-8s %8u %8.1f %6.0f %6.1f %10.0f %6.0f\n",
             lmu_kernels(k)->name,
             n,
             times.playing,
             plain,
             plain / times.playing,
             times.analysing,
             times.worst);
    }
  }
}

int
main(const int argc, char** const argv)
{
  const bool has_folder = argc > 2 && !strcmp(argv[1], "--rendered");
  const int  first      = has_folder ? 3 : 1;
  rendered              = has_folder ? argv[2] : NULL;
  if (argc > first) {
    measure_files((const char* const*)argv + first, (uint32_t)(argc - first));
  }
  if (rendered) {
    return EXIT_SUCCESS;
  }
  print_times();
  return EXIT_SUCCESS;
}
