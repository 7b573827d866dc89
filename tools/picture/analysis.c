// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/picture/analysis.h"

#include "core/memory/rt/legendre.h"
#include "core/memory/setup/engine.h"
#include "tools/base/allocate.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define STAGES 4U      // The better step, as this need not be fast
#define CHUNK 4096U    // Frames to give to the memory at once
#define FORGOTTEN 4.0  // After so many windows the memory is empty
#define MIN_CURVE 400U // Points of a reconstruction
#define CURVE_PER_ORDER 8U
#define MAX_CURVE 16384U
#define BATCH 64U // States to read coefficients of at once

struct LmuAnalysisImpl {
  LmuEngine* engine;
  uint32_t   order;
  double     theta;       ///< Window [frames]
  float*     states;      ///< Kept to read them at once, [BATCH][n_state]
  size_t     n_state;     ///< Numbers in a state
  uint32_t   n_kept;      ///< States that are kept
  double*    m;           ///< Coefficients, [BATCH][order]
  double*    polynomials; ///< Values at one place, [order]
};

LmuExit
lmu_analysis_new(LmuAnalysis** const analysis,
                 LmuFailure* const   error,
                 const uint32_t      order,
                 const double        theta)
{
  const LmuEngineSpec spec   = {order, STAGES, 1U, 0U};
  LmuEngine*          engine = NULL;
  const LmuStatus     status = lmu_engine_new(&engine, &spec);

  *analysis = NULL;
  if (status) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_VALUE,
                           "no memory of order %u: %s",
                           order,
                           lmu_status_text(status));
  }

  LmuAnalysis* const made = (LmuAnalysis*)lmu_allocate(1U, sizeof(LmuAnalysis));
  made->engine            = engine;
  made->order             = order;
  made->theta             = theta;
  made->n_state           = engine->modes->n_blocks * (size_t)LMU_BLOCK;
  made->states =
    (float*)lmu_allocate((size_t)BATCH * made->n_state, sizeof(float));
  made->m = (double*)lmu_allocate((size_t)BATCH * order, sizeof(double));
  made->polynomials = (double*)lmu_allocate(order, sizeof(double));
  lmu_engine_set_theta(engine, theta);

  *analysis = made;
  return LMU_EXIT_SUCCESS;
}

void
lmu_analysis_free(LmuAnalysis* const analysis)
{
  if (analysis) {
    lmu_engine_free(analysis->engine);
    free(analysis->polynomials);
    free(analysis->m);
    free(analysis->states);
    free(analysis);
  }
}

/// Read sound, with zeros where there is none, or what is no number
static void
read_sound(LmuSound* const sound,
           float* const    samples,
           const uint64_t  first,
           const uint32_t  count)
{
  const uint32_t n      = sound->n_signals;
  float* const   frames = (float*)lmu_allocate(count, n * sizeof(float));
  size_t         n_read = 0U;
  if (!sound->status) {
    sound->status =
      lmu_sequence_reader_seek(sound->reader, sound->error, first);
  }
  if (!sound->status) {
    sound->status = lmu_sequence_reader_read(
      sound->reader, sound->error, frames, count, &n_read);
  }
  for (uint32_t i = 0U; i < count; ++i) {
    const float sample = frames[((size_t)i * n) + sound->signal];
    samples[i]         = i < n_read && isfinite(sample) ? sample : 0.0f;
  }
  free(frames);
}

/// Give part of a sound to the memory
static void
hear(LmuAnalysis* const analysis,
     LmuSound* const    sound,
     const uint64_t     first,
     const uint64_t     last)
{
  float samples[CHUNK];
  for (uint64_t i = first; i < last; i += CHUNK) {
    const uint64_t left  = last - i;
    const uint32_t count = (left < CHUNK) ? (uint32_t)left : CHUNK;
    read_sound(sound, samples, i, count);
    lmu_engine_process(analysis->engine, 0U, samples, count);
  }
}

/// Give all that matters before a frame to an empty memory; return the frame
static uint64_t
hear_before(LmuAnalysis* const analysis,
            LmuSound* const    sound,
            const uint64_t     frame)
{
  const uint64_t ago = (uint64_t)ceil(FORGOTTEN * analysis->theta);
  lmu_engine_reset(analysis->engine);
  hear(analysis, sound, (frame > ago) ? frame - ago : 0U, frame);
  return frame;
}

/// Keep the state to read its coefficients; return whether there are enough
static bool
keep(LmuAnalysis* const analysis)
{
  const size_t n = analysis->n_state;
  memcpy(analysis->states + (analysis->n_kept++ * n),
         analysis->engine->live[0]->z,
         n * sizeof(float));
  return analysis->n_kept == BATCH;
}

/// Write the coefficients of all states that were kept to `m`, zeros if there
/// is no memory to do so; return how many there were
static uint32_t
read_coefficients(LmuAnalysis* const analysis)
{
  const uint32_t n = analysis->n_kept;
  analysis->n_kept = 0U;
  if (lmu_engine_coefficients_of(
        analysis->engine, n, analysis->states, analysis->m)) {
    memset(analysis->m, 0, (size_t)n * analysis->order * sizeof(double));
  }
  return n;
}

/// Read the coefficients of all states that were kept; return how many
static uint32_t
read_floats(LmuAnalysis* const analysis, float* const values)
{
  const uint32_t n = read_coefficients(analysis);
  for (size_t i = 0U; i < (size_t)n * analysis->order; ++i) {
    values[i] = (float)analysis->m[i];
  }
  return n;
}

/// Return the memory's estimate of the input `r` windows ago
static double
estimate(LmuAnalysis* const analysis, const double r)
{
  lmu_legendre_all(analysis->polynomials, analysis->order, (2.0 * r) - 1.0);

  double sum = 0.0;
  for (uint32_t i = 0U; i < analysis->order; ++i) {
    sum += analysis->m[i] * analysis->polynomials[i];
  }
  return sum;
}

/// Compare samples with what the memory makes of them
static void
compare(LmuAnalysis* const       analysis,
        LmuAnalysedWindow* const window,
        LmuSound* const          sound,
        const uint64_t           end)
{
  const uint32_t n     = window->n_truth;
  const uint32_t there = end < n ? (uint32_t)end : n;
  read_sound(sound, window->truth + (n - there), end - there, there);

  double energy = 0.0;
  double errors = 0.0;
  for (uint32_t delay = 0U; delay < n; ++delay) {
    // A sample is held for a frame, so its middle is half a frame older
    const uint32_t index = n - 1U - delay;
    const double   truth = (double)window->truth[index];
    const double   r     = fmin((delay + 0.5) / analysis->theta, 1.0);
    const double   error = estimate(analysis, r) - truth;

    window->error[index] = (float)error;
    energy += truth * truth;
    errors += error * error;
  }
  window->error_db = 10.0 * log10(errors / energy);
}

void
lmu_analysis_window(LmuAnalysis* const       analysis,
                    LmuAnalysedWindow* const window,
                    LmuSound* const          sound,
                    const uint64_t           end)
{
  hear_before(analysis, sound, end);
  keep(analysis);
  read_coefficients(analysis);

  const uint32_t wanted = CURVE_PER_ORDER * analysis->order;
  window->end_s         = (double)end / sound->rate;
  window->n_truth       = (uint32_t)llround(analysis->theta);
  window->n_estimate    = (wanted < MIN_CURVE)   ? MIN_CURVE
                          : (wanted > MAX_CURVE) ? MAX_CURVE
                                                 : wanted;
  window->truth         = (float*)lmu_allocate(window->n_truth, sizeof(float));
  window->error         = (float*)lmu_allocate(window->n_truth, sizeof(float));
  window->estimate = (float*)lmu_allocate(window->n_estimate, sizeof(float));

  compare(analysis, window, sound, end);
  for (uint32_t i = 0U; i < window->n_estimate; ++i) {
    const double r      = 1.0 - ((double)i / (window->n_estimate - 1U));
    window->estimate[i] = (float)estimate(analysis, r);
  }
}

void
lmu_analysis_history(LmuAnalysis* const       analysis,
                     LmuHistory* const        history,
                     LmuSound* const          sound,
                     const LmuTimeSpan* const part,
                     const uint32_t           n_columns,
                     LmuProgress* const       progress)
{
  const uint64_t n_frames = part->last - part->first;
  const uint32_t n_rows   = analysis->order;
  const uint32_t count =
    (n_frames < n_columns) ? (uint32_t)n_frames : n_columns;

  history->n_columns = count;
  history->n_rows    = n_rows;
  history->coefficients =
    (float*)lmu_allocate((size_t)count * n_rows, sizeof(float));

  float*   column = history->coefficients;
  uint64_t frame  = hear_before(analysis, sound, part->first);
  for (uint32_t i = 0U; i < count; ++i) {
    const uint64_t next = part->first + (n_frames * (i + 1U) / count);
    hear(analysis, sound, frame, next);
    frame = next;

    if (keep(analysis) || i + 1U == count) {
      column += (size_t)read_floats(analysis, column) * n_rows;
    }
    lmu_progress_set(progress, (i + 1.0) / count);
  }
}

LmuExit
lmu_analysis_write(LmuAnalysis* const       analysis,
                   LmuSequenceWriter* const writer,
                   LmuSound* const          sound,
                   const LmuTimes* const    times,
                   LmuProgress* const       progress)
{
  float* const rows =
    (float*)lmu_allocate((size_t)BATCH * analysis->order, sizeof(float));
  LmuExit  status = LMU_EXIT_SUCCESS;
  uint64_t frame  = hear_before(analysis, sound, times->first);
  for (uint64_t i = 0U; !status && !sound->status && i < times->n_times; ++i) {
    const uint64_t next =
      times->first + (uint64_t)llround((double)i * times->step);
    hear(analysis, sound, frame, next);
    frame = next;

    if (keep(analysis) || i + 1U == times->n_times) {
      const uint32_t n = read_floats(analysis, rows);
      status = lmu_sequence_writer_process(writer, sound->error, rows, n);
    }
    lmu_progress_set(progress, ((double)i + 1.0) / (double)times->n_times);
  }
  free(rows);
  return status;
}

/// Widen the outline of a column by samples
static void
find_extremes(const LmuSoundOutline* const outline,
              const uint32_t               column,
              const float* const           samples,
              const uint32_t               count)
{
  float least    = outline->minima[column];
  float greatest = outline->maxima[column];
  for (uint32_t i = 0U; i < count; ++i) {
    least    = fminf(least, samples[i]);
    greatest = fmaxf(greatest, samples[i]);
  }
  outline->minima[column] = least;
  outline->maxima[column] = greatest;
}

void
lmu_sound_outline_init(LmuSoundOutline* const outline,
                       LmuSound* const        sound,
                       const uint32_t         n_columns)
{
  const uint64_t n_frames = sound->n_frames;
  const uint32_t count =
    (n_frames < n_columns) ? (uint32_t)n_frames : n_columns;

  outline->n_columns = count;
  outline->minima    = (float*)lmu_allocate(count, sizeof(float));
  outline->maxima    = (float*)lmu_allocate(count, sizeof(float));
  for (uint32_t i = 0U; i < count; ++i) {
    const uint64_t last  = n_frames * (i + 1U) / count;
    uint64_t       frame = n_frames * i / count;
    outline->minima[i]   = INFINITY;
    outline->maxima[i]   = -INFINITY;
    while (frame < last) {
      float          samples[CHUNK];
      const uint64_t left = last - frame;
      const uint32_t n    = (left < CHUNK) ? (uint32_t)left : CHUNK;
      read_sound(sound, samples, frame, n);
      find_extremes(outline, i, samples, n);
      frame += n;
    }
  }
}

void
lmu_sound_outline_reset(LmuSoundOutline* const outline)
{
  free(outline->minima);
  free(outline->maxima);
  *outline = (LmuSoundOutline){0};
}

void
lmu_analysed_window_reset(LmuAnalysedWindow* const window)
{
  free(window->truth);
  free(window->error);
  free(window->estimate);
  *window = (LmuAnalysedWindow){0};
}

void
lmu_history_reset(LmuHistory* const history)
{
  free(history->coefficients);
  *history = (LmuHistory){0};
}

/// Search for the loudest window
typedef struct {
  float*   window; ///< Its samples, each in the place of the one it follows
  uint64_t n_window;
  uint64_t first;    ///< Where the search began
  uint64_t loudest;  ///< Frame after the window
  double   energy;   ///< Of the newest window
  double   greatest; ///< Of the loudest
} Search;

static void
search(Search* const self, const uint64_t frame, const float newest)
{
  const double sample = (double)newest;
  const size_t index  = (size_t)((frame - self->first) % self->n_window);
  self->energy += sample * sample;
  if (frame >= self->first + self->n_window) {
    const double old = (double)self->window[index];
    self->energy -= old * old;
  }
  self->window[index] = newest;
  if (frame + 1U >= self->first + self->n_window &&
      self->energy > self->greatest) {
    self->greatest = self->energy;
    self->loudest  = frame + 1U;
  }
}

uint64_t
lmu_sound_loudest(LmuSound* const          sound,
                  const LmuTimeSpan* const part,
                  const uint64_t           n_window)
{
  const uint64_t last = part->last;
  Search         self = {NULL, n_window, part->first, last, 0.0, -1.0};
  self.window         = (float*)lmu_allocate((size_t)n_window, sizeof(float));
  for (uint64_t i = part->first; i < last; i += CHUNK) {
    float          samples[CHUNK];
    const uint64_t left  = last - i;
    const uint32_t count = (left < CHUNK) ? (uint32_t)left : CHUNK;
    read_sound(sound, samples, i, count);
    for (uint32_t j = 0U; j < count; ++j) {
      search(&self, i + j, samples[j]);
    }
  }
  free(self.window);
  return self.loudest;
}
