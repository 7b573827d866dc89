// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/live.h"

#include "core/memory/setup/decoder.h"
#include "plugin/view.h"
#include "ui/view.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// Scales follow loud sounds at once and soft ones slowly, so that they can be
// read
#define FALL 0.99
#define QUIETEST 1e-3

// Coefficients swing many times between two Views, so the strip shows how
// strong they were in recent Views
#define STRENGTH_FALL 0.75f

/// Views that may be missing in the strip before it is not worth filling
#define MAX_GAP 8

/// Least amplitude that can be seen, some hundredths of a pixel on the axis of
/// the quietest sound
#define LEAST_SEEN 1e-6

/// Views of silence until the strip is empty: what was strong takes some fifty
/// to fade, and all of its columns to leave
#define MAX_REST (2U * LMU_LIVE_COLUMNS)

/// Numbers that are compared at once
#define N_LANES 16U

/// What shows even in silence
typedef struct {
  double values[11];
} Look;

void
lmu_live_reset(LmuLive* const live)
{
  memset(live, 0, sizeof(*live));
}

double
lmu_live_round(const double peak)
{
  static const double steps[] = {1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0};

  const double power = pow(10.0, floor(log10(fmax(peak, QUIETEST))));
  const double ratio = fmax(peak, QUIETEST) / power;
  uint32_t     i     = 0U;
  while (i + 1U < sizeof(steps) / sizeof(steps[0]) && steps[i] < ratio) {
    ++i;
  }
  return power * steps[i];
}

/// Return the greatest magnitude
static double
greatest(const float* const values, const uint32_t count)
{
  // In lanes, which take a tenth of the time of one after another
  float    peaks[N_LANES] = {0.0f};
  uint32_t i              = 0U;
  for (; i + N_LANES <= count; i += N_LANES) {
    for (uint32_t k = 0U; k < N_LANES; ++k) {
      const float size = fabsf(values[i + k]);
      peaks[k]         = (size > peaks[k]) ? size : peaks[k];
    }
  }
  for (; i < count; ++i) {
    peaks[0] = fmaxf(peaks[0], fabsf(values[i]));
  }

  float peak = 0.0f;
  for (uint32_t k = 0U; k < N_LANES; ++k) {
    peak = fmaxf(peak, peaks[k]);
  }
  return (double)peak;
}

static double
followed(const double peak, const double now)
{
  return fmax(fmax(FALL * peak, now), QUIETEST);
}

/// Write how far the outline of the estimate is from that of the input
static void
set_error(LmuLive* const live)
{
  const uint32_t n_columns = live->n_input;
  for (uint32_t i = 0U; i < n_columns; ++i) {
    const uint32_t first = i * live->n_estimate / n_columns;
    const uint32_t end   = (i + 1U) * live->n_estimate / n_columns;
    float          least = live->estimate[first];
    float          most  = live->estimate[first];
    for (uint32_t j = first; j < end; ++j) {
      const float value = live->estimate[j];
      least             = (value < least) ? value : least;
      most              = (value > most) ? value : most;
    }

    const float below = least - live->input[i][0];
    const float above = most - live->input[i][1];
    live->error[i][0] = fminf(below, above);
    live->error[i][1] = fmaxf(below, above);
  }
}

/// Write the strongest coefficient of each row
static void
set_bars(LmuLive* const live, const float* const coefficients)
{
  memset(live->bars, 0, sizeof(live->bars));
  for (uint32_t n = 0U; n < live->n_shown; ++n) {
    const uint32_t row = n * live->n_rows / live->n_shown;
    if (fabsf(coefficients[n]) > fabsf(live->bars[row])) {
      live->bars[row] = coefficients[n];
    }
  }
}

/// Move the strip on, and repeat what is missing
static void
append_bars(LmuLive* const live, const int64_t n_views)
{
  const uint32_t count = (uint32_t)((n_views < 1)         ? 1
                                    : (n_views > MAX_GAP) ? 1
                                                          : n_views);
  memmove(live->history[0],
          live->history[count],
          sizeof(live->history[0]) * (LMU_LIVE_COLUMNS - count));

  live->n_times += count;
  const float* const before = live->history[LMU_LIVE_COLUMNS - count - 1U];
  for (uint32_t i = LMU_LIVE_COLUMNS - count; i < LMU_LIVE_COLUMNS; ++i) {
    for (uint32_t row = 0U; row < live->n_rows; ++row) {
      live->history[i][row] =
        fmaxf(fabsf(live->bars[row]), STRENGTH_FALL * before[row]);
    }
  }
}

static void
set_memory(LmuLive* const       live,
           LmuDecoder* const    decoder,
           const LmuView* const view)
{
  float coefficients[LMU_DECODER_ROWS];
  if (live->order != view->order) {
    memset(live->history, 0, sizeof(live->history));
    live->bars_peak = 0.0;
    live->n_times += LMU_LIVE_COLUMNS; // All of them are new
  }

  live->n_shown    = lmu_decoder_process(decoder,
                                      coefficients,
                                      live->estimate,
                                      view->numbers,
                                      view->order,
                                      view->basis == VIEW_MODES);
  live->n_estimate = live->n_shown ? LMU_DECODER_POINTS : 0U;
  live->n_rows =
    (live->n_shown < LMU_LIVE_ROWS) ? live->n_shown : LMU_LIVE_ROWS;
  if (live->n_shown) {
    set_error(live);
    set_bars(live, coefficients);
  }
}

/// Follow what is greatest, so that it fits on axes
static void
set_peaks(LmuLive* const live)
{
  const uint32_t n_errors = live->n_estimate ? 2U * live->n_input : 0U;
  const double   seen     = greatest(live->estimate, live->n_estimate);
  const double   bars     = greatest(live->bars, live->n_rows);
  const double   error    = greatest(live->error[0], n_errors);
  const double   loudest  = fmax(greatest(live->input[0], 2U * live->n_input),
                              greatest(live->output[0], 2U * live->n_output));

  const bool is_silent = fmax(fmax(loudest, seen), bars) < LEAST_SEEN;
  live->n_silent       = is_silent ? live->n_silent + 1U : 0U;
  live->peak =
    followed(live->peak, live->n_input ? loudest : fmax(loudest, seen));
  live->error_peak   = followed(live->error_peak, error);
  live->bars_peak    = followed(live->bars_peak, bars);
  live->history_peak = fmax(
    greatest(live->history[0], LMU_LIVE_COLUMNS * LMU_LIVE_ROWS), QUIETEST);
}

/// Return all that shows even in silence
static Look
look_of(const LmuLive* const live)
{
  return (Look){{live->has_view,
                 live->theta_s,
                 live->rate_hz,
                 live->order,
                 live->n_input,
                 live->n_output,
                 live->n_shown,
                 lmu_live_round(live->peak),
                 lmu_live_round(live->error_peak),
                 lmu_live_round(live->bars_peak),
                 lmu_live_round(live->history_peak)}};
}

/// Return whether the strip is empty, and nothing else moved
static bool
is_still(const LmuLive* const live, const Look* const before)
{
  const Look now     = look_of(live);
  bool       is_same = true;
  for (uint32_t i = 0U; i < sizeof(now.values) / sizeof(now.values[0]); ++i) {
    is_same = is_same && now.values[i] == before->values[i];
  }
  return is_same && live->n_silent > MAX_REST;
}

bool
lmu_live_step(LmuLive* const       live,
              LmuDecoder* const    decoder,
              const LmuView* const view)
{
  const int64_t n_views = (int64_t)view->sequence - live->sequence;
  const Look    before  = look_of(live);
  live->n_input         = view->n_input;
  live->n_output        = view->n_output;
  memcpy(live->input, view->input, sizeof(live->input));
  memcpy(live->output, view->output, sizeof(live->output));
  live->n_estimate = 0U;
  live->n_shown    = 0U;
  live->n_rows     = 0U;
  if (view->order) {
    set_memory(live, decoder, view);
    append_bars(live, live->has_view ? n_views : 1);
  }

  live->has_view = true;
  live->sequence = view->sequence;
  live->theta_s  = view->theta_s;
  live->rate_hz  = view->rate_hz;
  live->order    = view->order;

  set_peaks(live);
  return !is_still(live, &before);
}
