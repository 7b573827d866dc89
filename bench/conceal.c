// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/dsp/setup/conceal.h"
#include "bench/burg.h"
#include "bench/noise.h"
#include "bench/now.h"
#include "bench/recording.h"
#include "core/dsp/setup/gap_context.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
   @file
   How near to the lost sound different ways to fill a gap come: for gaps of
   some lengths at many places of recordings, the signal-to-error ratio [dB],
   as a mean over gaps.

   Burg learns from the half second on a side.
*/

#define N_LENGTHS 3U
#define N_METHODS 6U
#define N_PLACES 16U // Gaps of each length in each file
#define LEARN_MS 500.0
#define SEARCH_MS 50.0 // How far back the best repetition may be
#define BURG_ORDER 128U
#define LEAST_RMS 0.003 // Quieter places are not heard
#define PI 3.14159265358979323846

static const double lengths_ms[N_LENGTHS] = {5.0, 10.0, 20.0};

static const char* const names[N_METHODS] = {"silence",
                                             "last repeated",
                                             "best repeated",
                                             "Burg 128",
                                             "Burg 128, two sides",
                                             "lmu conceal"};

/// A gap in a recording, and room to fill it
typedef struct {
  const float* sound;
  size_t       n_frames;
  size_t       learn; ///< Frames to learn from on each side
  double       rate;
  LmuGap       gap;
  double*      out;  ///< [length]
  double*      past; ///< [learn + length]
  double*      work; ///< [2 learn + order + length]
} Place;

/// What came out
typedef struct {
  double sum_db[N_METHODS][N_LENGTHS];
  double time_ns[N_METHODS][N_LENGTHS];
  size_t n_gaps[N_LENGTHS];
} Result;

static void
fill_silence(Place* const place)
{
  memset(place->out, 0, place->gap.length * sizeof(double));
}

static void
repeat(Place* const place, const size_t back)
{
  for (size_t i = 0U; i < place->gap.length; ++i) {
    const float* const from = place->sound + place->gap.start - back;
    place->out[i]           = (double)from[i % back];
  }
}

static void
fill_last(Place* const place)
{
  repeat(place, place->gap.length);
}

/// Repeat from where the past looked most like the newest 5 ms
static void
fill_best(Place* const place)
{
  const size_t       n    = (size_t)(0.005 * place->rate);
  const size_t       far  = (size_t)(SEARCH_MS * place->rate / 1000.0);
  const float* const end  = place->sound + place->gap.start;
  double             best = 0.0;
  size_t             back = place->gap.length;
  for (size_t lag = n / 4U; lag < far; ++lag) {
    double product = 0.0;
    double power   = 1e-30;
    for (size_t i = 1U; i <= n; ++i) {
      const double x = (double)*(end - i - lag);
      product += x * (double)*(end - i);
      power += x * x;
    }
    const double likeness = product > 0.0 ? product * product / power : 0.0;
    if (likeness > best) {
      best = likeness;
      back = lag;
    }
  }
  repeat(place, back);
}

/// Predict into the gap, from what is in `past`
static void
predict(Place* const place, double* const out)
{
  double weights[BURG_ORDER] = {0.0};
  burg(weights, BURG_ORDER, place->past, place->learn, place->work);
  burg_predict(
    place->past + place->learn, place->gap.length, weights, BURG_ORDER);
  memcpy(out, place->past + place->learn, place->gap.length * sizeof(double));
}

static void
fill_burg(Place* const place)
{
  const float* const from = place->sound + place->gap.start - place->learn;
  for (size_t i = 0U; i < place->learn; ++i) {
    place->past[i] = (double)from[i];
  }
  predict(place, place->out);
}

static void
fill_burg_both(Place* const place)
{
  const size_t       n    = place->gap.length;
  const float* const from = place->sound + place->gap.start + n + place->learn;
  double* const      back = place->work + (2U * place->learn) + BURG_ORDER;
  fill_burg(place);
  for (size_t i = 0U; i < place->learn; ++i) {
    place->past[i] = (double)*(from - 1U - i);
  }
  predict(place, back);
  for (size_t i = 0U; i < n; ++i) {
    const double share = 0.5 - (0.5 * cos(PI * ((double)i + 0.5) / (double)n));
    place->out[i] += share * (back[n - 1U - i] - place->out[i]);
  }
}

static LmuConcealer* concealer; // Of the rate of the recording

static void
fill_ours(Place* const place)
{
  // The gap and what is around, as if the sound had nothing else
  const size_t margin = 2U * place->learn;
  const size_t first =
    place->gap.start < margin ? 0U : place->gap.start - margin;
  const size_t end   = place->gap.start + place->gap.length + margin;
  const size_t n     = (end < place->n_frames ? end : place->n_frames) - first;
  float* const sound = (float*)calloc(n, sizeof(float));
  if (!sound) {
    return;
  }

  memcpy(sound, place->sound + first, n * sizeof(float));
  const LmuGap   gap      = {place->gap.start - first, place->gap.length};
  bool           is_faded = false;
  LmuConcealment work     = {{sound, n, &gap, 1U}, &is_faded, 0U, 0U};
  if (!lmu_concealer_process(concealer, &work)) {
    for (size_t i = 0U; i < gap.length; ++i) {
      place->out[i] = (double)sound[gap.start + i];
    }
  }
  free(sound);
}

static double
ratio_db(const Place* const place)
{
  double signal = 1e-20;
  double error  = 1e-20;
  for (size_t i = 0U; i < place->gap.length; ++i) {
    const double x = (double)place->sound[place->gap.start + i];
    const double e = place->out[i] - x;
    signal += x * x;
    error += e * e;
  }
  return 10.0 * log10(signal / error);
}

/// Return whether a place is loud enough to count
static bool
is_heard(const Place* const place)
{
  double power = 0.0;
  for (size_t i = 0U; i < place->gap.length; ++i) {
    const double x = (double)place->sound[place->gap.start + i];
    power += x * x;
  }
  return sqrt(power / (double)place->gap.length) > LEAST_RMS;
}

static void
try_place(Place* const place, Result* const result, const size_t length)
{
  static void (*const fills[N_METHODS])(Place*) = {
    fill_silence, fill_last, fill_best, fill_burg, fill_burg_both, fill_ours};

  for (size_t i = 0U; i < N_METHODS; ++i) {
    const double from = now_ns();
    fills[i](place);
    result->time_ns[i][length] += now_ns() - from;
    result->sum_db[i][length] += ratio_db(place);
  }
  ++result->n_gaps[length];
}

static void
try_sound(Place* const place, Result* const result, uint32_t* const noise)
{
  for (size_t length = 0U; length < N_LENGTHS; ++length) {
    place->gap.length   = (size_t)(lengths_ms[length] * place->rate / 1000.0);
    const size_t margin = place->learn + place->gap.length;
    const size_t room   = place->n_frames - (2U * margin);
    for (size_t i = 0U; i < N_PLACES; ++i) {
      const double where = 0.5 + (0.5 * (double)next_noise(noise));
      place->gap.start   = margin + (size_t)(where * (double)(room - 1U));
      if (is_heard(place)) {
        try_place(place, result, length);
      }
    }
  }
}

/// Make room and a concealer for the rate, then fill gaps
static void
try_loaded(Place* const place, Result* const result, uint32_t* const noise)
{
  const size_t longest =
    (size_t)(lengths_ms[N_LENGTHS - 1U] * place->rate / 1000.0);
  place->learn      = (size_t)(LEARN_MS * place->rate / 1000.0);
  const size_t need = place->learn + longest;
  place->out        = (double*)calloc(longest, sizeof(double));
  place->past       = (double*)calloc(need, sizeof(double));
  place->work       = (double*)calloc((2U * need) + BURG_ORDER, sizeof(double));
  if (place->out && place->past && place->work && place->n_frames > 3U * need &&
      !lmu_concealer_new(&concealer, place->rate)) {
    try_sound(place, result, noise);
    lmu_concealer_free(concealer);
  }
  free(place->work);
  free(place->past);
  free(place->out);
}

static void
print(const Result* const result)
{
  printf("%-20s", "dB (ms a gap)");
  for (size_t j = 0U; j < N_LENGTHS; ++j) {
    printf("  %6.0f ms gaps", lengths_ms[j]);
  }
  printf("\n%-20s", "gaps");
  for (size_t j = 0U; j < N_LENGTHS; ++j) {
    printf("  %14zu", result->n_gaps[j]);
  }
  for (size_t i = 0U; i < N_METHODS; ++i) {
    printf("\n%-20s", names[i]);
    for (size_t j = 0U; j < N_LENGTHS; ++j) {
      const double n = (double)result->n_gaps[j];
      printf("  %5.1f (%6.2f)",
             result->sum_db[i][j] / n,
             1e-6 * result->time_ns[i][j] / n);
    }
  }
  printf("\n");
}

int
main(const int argc, char** const argv)
{
  if (argc < 2) {
    (void)fprintf(stderr, "Usage: %s RECORDING...\n", argv[0]);
    return EXIT_FAILURE;
  }

  Result   result = {0};
  uint32_t noise  = 1U;
  for (int i = 1; i < argc; ++i) {
    const Recording recording = recording_read(argv[i]);
    Place           place     = {.sound    = recording.sound,
                                 .n_frames = recording.n_frames,
                                 .rate     = recording.rate};
    if (place.sound) {
      try_loaded(&place, &result, &noise);
    }
    free(recording.sound);
  }
  print(&result);
  return EXIT_SUCCESS;
}
