// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "train/audio/test_signal.h"

#include "train/random.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define PI 3.14159265358979323846

/// Times of the parts [s]
#define SILENCE_S 0.5
#define BURST_S 0.02
#define PHRASE_S 0.75
#define GAP_S 0.03
#define ATTACK_S 0.003

/// Peaks of phrases in the order in which they come, so that soft follows loud
static const double levels[] = {0.08, 0.95, 0.025, 0.4};

#define N_LEVELS (sizeof(levels) / sizeof(levels[0]))

/// Notes of the phrases, as keys of MIDI: all over a guitar and a bass
static const double notes[] = {40.0, 52.0, 28.0, 64.0, 45.0, 76.0, 57.0, 33.0};

#define N_NOTES (sizeof(notes) / sizeof(notes[0]))

/// Semitones of chords above their root
static const double chords[][3] = {{0.0, 7.0, 12.0},
                                   {0.0, 4.0, 7.0},
                                   {0.0, 3.0, 10.0},
                                   {0.0, 5.0, 12.0}};

#define N_CHORDS (sizeof(chords) / sizeof(chords[0]))

/// Range of sweeps [Hz], the upper end also a part of the sample rate
#define SWEEP_LOW 30.0
#define SWEEP_HIGH 16000.0
#define SWEEP_PART 0.4

/// Harmonics of a string, and how fast the first dies away [1/s]
#define N_HARMONICS 24U
#define DECAY 1.5

/// Kinds of phrases
typedef enum {
  PHRASE_NOTE,
  PHRASE_CHORD,
  PHRASE_NOISE,
  PHRASE_SWEEP,
  N_PHRASES,
} Phrase;

/// A signal that is being made
typedef struct {
  float*   x;      ///< [n_frames]
  size_t   n;      ///< Frames that are done
  size_t   length; ///< All frames
  double   rate;
  uint64_t random;
} Maker;

static double
frequency(const double key)
{
  return 440.0 * exp2((key - 69.0) / 12.0);
}

/// Add a plucked string to a phrase
static void
add_string(const Maker* const maker,
           float* const       x,
           const size_t       count,
           const double       hz)
{
  for (uint32_t k = 1U; k <= N_HARMONICS && k * hz < SWEEP_PART * maker->rate;
       ++k) {
    // Plucked at a fifth of its length, and higher harmonics die sooner
    const double size = sin(PI * k / 5.0) / (double)k;
    const double step = 2.0 * PI * k * hz / maker->rate;
    const double fall = exp(-DECAY * (1.0 + (0.3 * k)) / maker->rate);
    double       gain = size;
    for (size_t i = 0U; i < count; ++i) {
      x[i] += (float)(gain * sin(step * (double)i));
      gain *= fall;
    }
  }
}

static void
add_chord(const Maker* const maker,
          float* const       x,
          const size_t       count,
          const uint32_t     number)
{
  for (uint32_t i = 0U; i < 3U; ++i) {
    const double key = notes[number % N_NOTES] + chords[number % N_CHORDS][i];
    add_string(maker, x, count, frequency(key));
  }
}

/// Add noise that gets darker, as cymbals and breath
static void
add_noise(Maker* const maker, float* const x, const size_t count)
{
  double low = 0.0;
  for (size_t i = 0U; i < count; ++i) {
    const double part  = (double)i / (double)count;
    const double white = (2.0 * lmu_random_unit(&maker->random)) - 1.0;
    low += (0.9 - (0.8 * part)) * (white - low);
    x[i] += (float)(low * (1.0 - (0.7 * part)));
  }
}

/// Add a sweep that swells, upwards or downwards
static void
add_sweep(const Maker* const maker,
          float* const       x,
          const size_t       count,
          const uint32_t     number)
{
  const double high  = fmin(SWEEP_HIGH, SWEEP_PART * maker->rate);
  const double range = log(high / SWEEP_LOW);
  double       phase = 0.0;
  for (size_t i = 0U; i < count; ++i) {
    const double part = (double)i / (double)count;
    const double at   = (number & 1U) ? 1.0 - part : part;
    phase += 2.0 * PI * SWEEP_LOW * exp(at * range) / maker->rate;
    x[i] += (float)((0.2 + (0.8 * part)) * sin(phase));
  }
}

/// Bring a phrase to a peak, with soft ends
static void
shape(const Maker* const maker,
      float* const       x,
      const size_t       count,
      const double       peak)
{
  float greatest = 1e-9f;
  for (size_t i = 0U; i < count; ++i) {
    greatest = fmaxf(greatest, fabsf(x[i]));
  }
  const double ramp = ATTACK_S * maker->rate;
  for (size_t i = 0U; i < count; ++i) {
    const double start = fmin((double)(i + 1U) / ramp, 1.0);
    const double end   = fmin((double)(count - i) / (4.0 * ramp), 1.0);
    x[i] = (float)((double)x[i] * peak * start * end / (double)greatest);
  }
}

/// Return how many of some frames there is room for
static size_t
room_for(const Maker* const maker, const double seconds)
{
  const size_t count = (size_t)(seconds * maker->rate);
  const size_t left  = maker->length - maker->n;
  return (count < left) ? count : left;
}

static void
put_phrase(Maker* const maker, const Phrase phrase, const uint32_t number)
{
  float* const x     = maker->x + maker->n;
  const size_t count = room_for(maker, PHRASE_S);
  switch (phrase) {
  case PHRASE_NOTE:
    add_string(maker, x, count, frequency(notes[number % N_NOTES]));
    break;
  case PHRASE_CHORD:
    add_chord(maker, x, count, number);
    break;
  case PHRASE_NOISE:
    add_noise(maker, x, count);
    break;
  case PHRASE_SWEEP:
  case N_PHRASES:
    add_sweep(maker, x, count, number);
    break;
  }
  shape(maker, x, count, levels[(number + (uint32_t)phrase) % N_LEVELS]);
  maker->n += count;
  maker->n += room_for(maker, GAP_S);
}

/// Put a burst, whose first frame is its loudest
static void
put_burst(Maker* const maker)
{
  const size_t count = room_for(maker, BURST_S);
  double       gain  = LMU_TEST_SIGNAL_PEAK;
  for (size_t i = 0U; i < count; ++i) {
    const double sign = (lmu_random_unit(&maker->random) < 0.5) ? -1.0 : 1.0;
    maker->x[maker->n + i] = (float)(i ? sign * gain : gain);
    gain *= exp(-400.0 / maker->rate);
  }
  maker->n += count;
  maker->n += room_for(maker, SILENCE_S);
}

/// Rounds through all kinds of phrases
#define N_ROUNDS (2U * N_LEVELS)

float*
lmu_test_signal_new(size_t* const n_frames, const double rate)
{
  const size_t n_phrases = N_ROUNDS * N_PHRASES;
  const double seconds =
    (3.0 * SILENCE_S) + BURST_S + ((double)n_phrases * (PHRASE_S + GAP_S));
  Maker maker = {NULL, 0U, (size_t)(seconds * rate) + 1U, rate, 1U};
  *n_frames   = maker.length;
  maker.x     = (float*)calloc(maker.length, sizeof(float));
  if (!maker.x) {
    return NULL;
  }
  maker.n = room_for(&maker, SILENCE_S);
  put_burst(&maker);
  for (uint32_t i = 0U; i < N_ROUNDS; ++i) {
    for (uint32_t j = 0U; j < N_PHRASES; ++j) {
      put_phrase(&maker, (Phrase)j, i);
    }
  }
  return maker.x;
}
