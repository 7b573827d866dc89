// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/raster.h"

#include "core/dsp/rt/trace.h"
#include "core/memory/rt/modes.h"
#include "plugin/snapshot.h"
#include "plugin/view.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

/// Colours, opaque
#define BACKGROUND 0xFF14181DU
#define MIDDLE 0xFF2C343DU
#define INPUT 0xFF4E7FA6U
#define OUTPUT 0xFF6FBF8BU
#define SHAPE 0xFFFFB454U
#define BAR 0xFF8A78C8U

/// Part of the height that the sound takes, above the bars
#define SOUND_PART 0.7f

/// Greatest gain of quiet sounds, in steps of 6 dB so that it seldom jumps
#define MAX_GAIN 64.0f

/// Height of the thinnest line [pixels]
#define LINE 1.0f

/// Width of a bar and its gap [pixels]
#define BAR_WIDTH 2U
#define BAR_STEP 3U

/// Levels that bars show [dB]
#define BAR_RANGE_DB 60.0f

/// Rows to draw on
typedef struct {
  float top;
  float height;
  float gain; ///< Of what is drawn from -1 to 1
} Area;

static float
limited(const float x, const float least, const float most)
{
  return (x > least) ? (x < most ? x : most) : least; // Also if not a number
}

/// Return a colour over another
static uint32_t
blend(const uint32_t under, const uint32_t over, const float part)
{
  uint32_t result = 0xFF000000U;
  for (uint32_t shift = 0U; shift < 24U; shift += 8U) {
    const float from = (float)((under >> shift) & 0xFFU);
    const float to   = (float)((over >> shift) & 0xFFU);
    result |= (uint32_t)(from + (part * (to - from)) + 0.5f) << shift;
  }
  return result;
}

/// Draw a span of a column from one row to another, both between pixels
static void
draw_span(const Raster* const raster,
          const uint32_t      x,
          const float         top,
          const float         bottom,
          const uint32_t      colour)
{
  const float from = limited(top, 0.0f, (float)raster->height);
  const float to   = limited(bottom, 0.0f, (float)raster->height);
  for (uint32_t y = (uint32_t)from; y < raster->height && (float)y < to; ++y) {
    const float     above = from > (float)y ? from : (float)y;
    const float     below = to < (float)y + 1.0f ? to : (float)y + 1.0f;
    uint32_t* const pixel = raster->pixels + ((size_t)y * raster->width) + x;
    *pixel = blend(*pixel, colour, limited(below - above, 0.0f, 1.0f));
  }
}

/// Return the row of a value
static float
row_of(const Area* const area, const float value)
{
  const float x = limited(area->gain * value, -1.0f, 1.0f);
  return area->top + (0.5f * area->height * (1.0f - x));
}

/// Draw all from one value to another, at least a line
static void
draw_values(const Raster* const raster,
            const uint32_t      x,
            const Area* const   area,
            const float         values[2],
            const uint32_t      colour)
{
  const float top = row_of(area, values[0] > values[1] ? values[0] : values[1]);
  const float bottom =
    row_of(area, values[0] > values[1] ? values[1] : values[0]);
  const float more = 0.5f * limited(LINE - (bottom - top), 0.0f, LINE);
  draw_span(raster, x, top - more, bottom + more, colour);
}

static void
draw_trace(const Raster* const   raster,
           const Area* const     area,
           const Snapshot* const snapshot,
           const TraceKind       kind,
           const uint32_t        colour)
{
  for (uint32_t x = 0U; snapshot->has_trace[kind] && x < raster->width; ++x) {
    float values[2];
    lmu_outline_column(
      &snapshot->outline, snapshot->traces[kind], x, raster->width, values);
    draw_values(raster, x, area, values, colour);
  }
}

/// Return a shape between its points, at a position from 0 to 1
static float
shape_at(const Snapshot* const snapshot, const float position)
{
  const uint32_t last = snapshot->n_points - 1U;
  const float    at   = limited(position, 0.0f, 1.0f) * (float)last;
  const uint32_t i    = (uint32_t)at < last ? (uint32_t)at : last - 1U;
  const float    part = at - (float)i;
  return snapshot->shape[i] +
         (part * (snapshot->shape[i + 1U] - snapshot->shape[i]));
}

static void
draw_shape(const Raster* const   raster,
           const Area* const     area,
           const Snapshot* const snapshot)
{
  const float width = (float)raster->width;
  for (uint32_t x = 0U; snapshot->n_points > 1U && x < raster->width; ++x) {
    const float values[2] = {shape_at(snapshot, (float)x / width),
                             shape_at(snapshot, ((float)x + 1.0f) / width)};
    draw_values(raster, x, area, values, SHAPE);
  }
}

/// Return how much there is of a mode or a coefficient
static float
size_of(const Snapshot* const snapshot, const uint32_t i)
{
  const float* const numbers = snapshot->numbers;
  if (snapshot->basis == VIEW_MODES) {
    const uint32_t at = lmu_mode_index(i);
    return hypotf(numbers[at], numbers[at + LMU_LANES]);
  }
  return fabsf(numbers[i]) / sqrtf((2.0f * (float)i) + 1.0f);
}

/// Draw bars of the greatest in each part of the memory
static void
draw_bars(const Raster* const   raster,
          const Area* const     area,
          const Snapshot* const snapshot)
{
  const uint32_t order = (uint32_t)snapshot->order;
  const uint32_t count =
    snapshot->basis == VIEW_MODES ? (order + 1U) / 2U : order;
  const uint32_t most   = (raster->width + 1U) / BAR_STEP;
  const uint32_t n_bars = count < most ? count : most;
  for (uint32_t bar = 0U; bar < n_bars; ++bar) {
    float size = 0.0f;
    for (uint32_t i = (bar * count) / n_bars; i < ((bar + 1U) * count) / n_bars;
         ++i) {
      size = fmaxf(size, size_of(snapshot, i));
    }

    const float    db     = 20.0f * log10f(fmaxf(size, 1e-9f));
    const float    part   = limited((db / BAR_RANGE_DB) + 1.0f, 0.0f, 1.0f);
    const float    bottom = area->top + area->height;
    const uint32_t left   = (bar * raster->width) / n_bars;
    const uint32_t right  = ((bar + 1U) * raster->width) / n_bars;
    for (uint32_t x = left; x + BAR_STEP - BAR_WIDTH < right; ++x) {
      draw_span(raster, x, bottom - (part * area->height), bottom, BAR);
    }
  }
}

/// Return a gain that makes quiet sounds visible
static float
gain_of(const Snapshot* const snapshot)
{
  float peak = 1.0f / MAX_GAIN;
  for (uint32_t kind = 0U; kind < N_TRACES; ++kind) {
    const uint32_t count =
      snapshot->has_trace[kind] ? lmu_outline_size(&snapshot->outline) : 0U;
    for (uint32_t i = 0U; i < count; ++i) {
      peak = fmaxf(peak, fabsf(snapshot->traces[kind][i]));
    }
  }
  return exp2f(floorf(-log2f(limited(peak, 1.0f / MAX_GAIN, 1.0f))));
}

void
raster_draw(const Raster* const raster, const Snapshot* const snapshot)
{
  const float height   = (float)raster->height;
  const Area  sound    = {0.0f, SOUND_PART * height, gain_of(snapshot)};
  const Area  memory   = {sound.height, height - sound.height, 1.0f};
  const float still[2] = {0.0f, 0.0f};
  for (size_t i = 0U; i < (size_t)raster->width * raster->height; ++i) {
    raster->pixels[i] = BACKGROUND;
  }
  for (uint32_t x = 0U; x < raster->width; ++x) {
    draw_values(raster, x, &sound, still, MIDDLE);
  }

  draw_trace(raster, &sound, snapshot, TRACE_INPUT, INPUT);
  draw_trace(raster, &sound, snapshot, TRACE_OUTPUT, OUTPUT);
  draw_shape(raster, &sound, snapshot);
  if (snapshot->order > 0 && snapshot->n_numbers) {
    draw_bars(raster, &memory, snapshot);
  }
}
