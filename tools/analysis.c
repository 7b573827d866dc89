// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/analysis.h"

#include "core/rt/legendre.h"
#include "core/setup/engine.h"
#include "tools/allocate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STAGES 4U      // The better step, as this need not be fast
#define CHUNK 4096U    // Frames to give to the memory at once
#define FORGOTTEN 4.0  // After so many windows the memory is empty
#define MIN_CURVE 400U // Points of a reconstruction
#define CURVE_PER_ORDER 8U
#define MAX_CURVE 16384U

struct LmuAnalysisImpl {
  LmuEngine* engine;
  uint32_t   order;
  double     theta;       ///< Window [frames]
  double*    m;           ///< Coefficients, [order]
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
  made->m                 = (double*)lmu_allocate(order, sizeof(double));
  made->polynomials       = (double*)lmu_allocate(order, sizeof(double));
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
    free(analysis);
  }
}

/// Give part of a sound to the memory
static void
hear(LmuAnalysis* const    analysis,
     const LmuSound* const sound,
     const uint64_t        first,
     const uint64_t        last)
{
  for (uint64_t i = first; i < last; i += CHUNK) {
    const uint64_t left  = last - i;
    const uint32_t count = (left < CHUNK) ? (uint32_t)left : CHUNK;
    lmu_engine_process(analysis->engine, 0U, sound->samples + i, count);
  }
}

/// Give all that matters before a frame to an empty memory; return the frame
static uint64_t
hear_before(LmuAnalysis* const    analysis,
            const LmuSound* const sound,
            const uint64_t        frame)
{
  const uint64_t ago = (uint64_t)ceil(FORGOTTEN * analysis->theta);
  lmu_engine_reset(analysis->engine);
  hear(analysis, sound, (frame > ago) ? frame - ago : 0U, frame);
  return frame;
}

/// Write the coefficients to `m`, zeros if there is no memory to do so
static void
read_coefficients(LmuAnalysis* const analysis)
{
  if (lmu_engine_coefficients(analysis->engine, 0U, analysis->m)) {
    memset(analysis->m, 0, analysis->order * sizeof(double));
  }
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
compare(LmuAnalysis* const    analysis,
        LmuWindow* const      window,
        const LmuSound* const sound,
        const uint64_t        end)
{
  double energy = 0.0;
  double errors = 0.0;
  for (uint32_t delay = 0U; delay < window->n_truth; ++delay) {
    // A sample is held for a frame, so its middle is half a frame older
    const double truth =
      (delay < end) ? (double)sound->samples[end - 1U - delay] : 0.0;
    const double r     = fmin((delay + 0.5) / analysis->theta, 1.0);
    const double error = estimate(analysis, r) - truth;

    const uint32_t place = window->n_truth - 1U - delay;
    window->truth[place] = (float)truth;
    window->error[place] = (float)error;
    energy += truth * truth;
    errors += error * error;
  }
  window->error_db = 10.0 * log10(errors / energy);
}

void
lmu_analysis_window(LmuAnalysis* const    analysis,
                    LmuWindow* const      window,
                    const LmuSound* const sound,
                    const uint64_t        end)
{
  hear_before(analysis, sound, end);
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
lmu_analysis_history(LmuAnalysis* const    analysis,
                     LmuHistory* const     history,
                     const LmuSound* const sound,
                     const LmuPart* const  part,
                     const uint32_t        n_columns,
                     LmuProgress* const    progress)
{
  const uint64_t n_frames = part->last - part->first;
  const uint32_t n_rows   = analysis->order;
  const uint32_t count =
    (n_frames < n_columns) ? (uint32_t)n_frames : n_columns;

  history->n_columns = count;
  history->n_rows    = n_rows;
  history->coefficients =
    (float*)lmu_allocate((size_t)count * n_rows, sizeof(float));

  uint64_t frame = hear_before(analysis, sound, part->first);
  for (uint32_t i = 0U; i < count; ++i) {
    const uint64_t next = part->first + (n_frames * (i + 1U) / count);
    hear(analysis, sound, frame, next);
    frame = next;

    float* const column = history->coefficients + ((size_t)i * n_rows);
    read_coefficients(analysis);
    for (uint32_t row = 0U; row < n_rows; ++row) {
      column[row] = (float)analysis->m[row];
    }
    lmu_progress_set(progress, (i + 1.0) / count);
  }
}

static void
find_extremes(const LmuOutline* const outline,
              const uint32_t          column,
              const LmuSound* const   sound)
{
  const uint64_t count = outline->n_columns;
  const uint64_t first = sound->n_frames * column / count;
  const uint64_t last  = sound->n_frames * (column + 1U) / count;

  float least    = sound->samples[first];
  float greatest = least;
  for (uint64_t i = first; i < last; ++i) {
    least    = fminf(least, sound->samples[i]);
    greatest = fmaxf(greatest, sound->samples[i]);
  }
  outline->minima[column] = least;
  outline->maxima[column] = greatest;
}

void
lmu_outline_init(LmuOutline* const     outline,
                 const LmuSound* const sound,
                 const uint32_t        n_columns)
{
  const uint32_t count =
    (sound->n_frames < n_columns) ? (uint32_t)sound->n_frames : n_columns;

  outline->n_columns = count;
  outline->minima    = (float*)lmu_allocate(count, sizeof(float));
  outline->maxima    = (float*)lmu_allocate(count, sizeof(float));
  for (uint32_t i = 0U; i < count; ++i) {
    find_extremes(outline, i, sound);
  }
}

void
lmu_outline_reset(LmuOutline* const outline)
{
  free(outline->minima);
  free(outline->maxima);
  *outline = (LmuOutline){0};
}

void
lmu_window_reset(LmuWindow* const window)
{
  free(window->truth);
  free(window->error);
  free(window->estimate);
  *window = (LmuWindow){0};
}

void
lmu_history_reset(LmuHistory* const history)
{
  free(history->coefficients);
  *history = (LmuHistory){0};
}

uint64_t
lmu_sound_loudest(const LmuSound* const sound,
                  const LmuPart* const  part,
                  const uint64_t        n_window)
{
  const uint64_t first = part->first;
  const uint64_t last  = part->last;

  uint64_t loudest  = last;
  double   energy   = 0.0;
  double   greatest = -1.0;
  for (uint64_t i = first; i < last; ++i) {
    const double sample = (double)sound->samples[i];
    energy += sample * sample;
    if (i >= first + n_window) {
      const double old = (double)sound->samples[i - n_window];
      energy -= old * old;
    }
    if (i + 1U >= first + n_window && energy > greatest) {
      greatest = energy;
      loudest  = i + 1U;
    }
  }
  return loudest;
}
