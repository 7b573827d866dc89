// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/report_picture.h"

#include "tools/base/allocate.h"
#include "tools/base/failure.h"
#include "tools/picture/picture.h"
#include "tools/train/job.h"
#include "tools/train/measure.h"
#include "tools/train/report_figures.h"
#include "train/audio/recipe.h"
#include "train/audio/streams.h"
#include "ui/draw_axis.h"
#include "ui/draw_curve.h"
#include "ui/draw_text.h"
#include "ui/theme.h"

#include <cairo.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define WIDTH 1000.0
#define HEIGHT 960.0

/// Time that is shown of a sound [s]
#define SHOWN_S 0.02

/// Range of errors that is shown [dB]
#define LEAST_DB (-70.0)

/// What is drawn with
typedef struct {
  cairo_t*              cr;
  const LmuTheme*       theme;
  const LmuTrainResult* result;
  const LmuTrainJob*    job;
  LmuReportFigures      figures;
  const float*          output; ///< Of the first recording to try
} Page;

/// Curves of one panel
typedef struct {
  LmuRect rect;
  LmuAxis x;
  LmuAxis y;
} Panel;

static void
draw_title(const Page* const  page,
           const Panel* const panel,
           const char* const  text)
{
  lmu_draw_set_color(page->cr, page->theme->text);
  lmu_draw_set_font(page->cr, LMU_TEXT_HEADING, true);
  lmu_draw_text(
    page->cr, text, panel->rect.x, panel->rect.y - 10.0, LMU_ALIGN_LEFT);
  lmu_draw_axes(page->cr, page->theme, &panel->rect, &panel->x, &panel->y);
}

/// Add a point of a curve
static void
add_point(const Page* const  page,
          const Panel* const panel,
          const double       x,
          const double       y)
{
  if (isfinite(x) && isfinite(y)) {
    cairo_line_to(page->cr,
                  lmu_axis_x(&panel->x, &panel->rect, x),
                  lmu_axis_y(&panel->y, &panel->rect, y));
  }
}

static void
draw_curve(const Page* const   page,
           const Panel* const  panel,
           const double* const x,
           const double* const y,
           const uint32_t      count,
           const LmuColor      color)
{
  lmu_draw_curve_begin(page->cr, &panel->rect);
  for (uint32_t i = 0U; i < count; ++i) {
    add_point(page, panel, x[i], y[i]);
  }
  lmu_draw_curve_end(page->cr, color, 1.5);
}

/// Say what colours are
static void
draw_legend(const Page* const page, const Panel* const panel)
{
  static const char* const words[]  = {"device", "model", "difference"};
  const LmuColor           colors[] = {
              page->theme->truth, page->theme->estimate, page->theme->error};
  double x = panel->rect.x + panel->rect.width - 210.0;
  lmu_draw_set_font(page->cr, LMU_TEXT_LABEL, true);
  for (uint32_t i = 0U; i < 3U; ++i) {
    lmu_draw_set_color(page->cr, colors[i]);
    lmu_draw_text(page->cr, words[i], x, panel->rect.y - 10.0, LMU_ALIGN_LEFT);
    x += 70.0;
  }
}

static void
draw_learning(const Page* const page, const LmuRect rect)
{
  const LmuTrainResult* const result = page->result;
  const double                end =
    result->n_curve ? result->curve[result->n_curve - 1U].seconds : 1.0;
  const Panel panel = {
    rect, {0.0, fmax(end, 1.0), "training [s]", 8U}, {LEAST_DB, 0.0, NULL, 7U}};
  draw_title(page, &panel, "Error-to-signal ratio [dB]");
  lmu_draw_curve_begin(page->cr, &panel.rect);
  for (uint32_t i = 0U; i < result->n_curve; ++i) {
    add_point(page, &panel, result->curve[i].seconds, result->curve[i].esr_db);
  }
  lmu_draw_curve_end(page->cr, page->theme->error, 1.5);
}

/// Return the greatest magnitude of a stretch
static double
peak_of(const float* const x, const size_t count)
{
  double peak = 1e-6;
  for (size_t i = 0U; i < count; ++i) {
    peak = fmax(peak, fabs((double)x[i]));
  }
  return peak;
}

/// Draw a stretch of sound, minus another if there is one
static void
draw_sound(const Page* const  page,
           const Panel* const panel,
           const float* const x,
           const float* const minus,
           const size_t       count,
           const LmuColor     color)
{
  lmu_draw_curve_begin(page->cr, &panel->rect);
  for (size_t i = 0U; i < count; ++i) {
    add_point(page,
              panel,
              1e3 * (double)i / page->job->rate,
              (double)x[i] - (minus ? (double)minus[i] : 0.0));
  }
  lmu_draw_curve_end(page->cr, color, 1.5);
}

static void
draw_stretch(const Page* const page, const LmuRect rect)
{
  const LmuRecording* const recording = &page->job->valid.pairs[0];
  const size_t              first     = page->figures.loudest;
  const size_t              left      = recording->n_frames - first;
  const size_t              shown     = (size_t)(SHOWN_S * page->job->rate);
  const size_t              count     = (shown < left) ? shown : left;
  const float* const        target    = recording->target + first;
  const float* const        output    = page->output + first;
  const double              peak      = 1.1 * peak_of(target, count);
  const Panel               panel     = {
                      rect, {0.0, 1e3 * SHOWN_S, "[ms]", 8U}, {-peak, peak, NULL, 7U}};
  draw_title(page, &panel, "Where it is loudest");
  draw_legend(page, &panel);
  draw_sound(page, &panel, output, target, count, page->theme->error);
  draw_sound(page, &panel, target, NULL, count, page->theme->truth);
  draw_sound(page, &panel, output, NULL, count, page->theme->estimate);
}

static void
draw_spectra(const Page* const page, const LmuRect rect)
{
  const LmuReportFigures* const figures = &page->figures;
  double                        octaves[LMU_N_BANDS];
  const Panel                   panel = {
                      rect, {0.0, 10.0, "octaves above 31 Hz", 11U}, {-100.0, 0.0, NULL, 6U}};
  for (uint32_t i = 0U; i < LMU_N_BANDS; ++i) {
    octaves[i] = log2(figures->band_hz[i] / figures->band_hz[0]);
  }
  draw_title(page, &panel, "Spectrum, a third of an octave [dB]");
  draw_curve(
    page, &panel, octaves, figures->error_db, LMU_N_BANDS, page->theme->error);
  draw_curve(
    page, &panel, octaves, figures->target_db, LMU_N_BANDS, page->theme->truth);
  draw_curve(page,
             &panel,
             octaves,
             figures->output_db,
             LMU_N_BANDS,
             page->theme->estimate);
}

/// Draw points of a transfer curve
static void
draw_points(const Page* const   page,
            const Panel* const  panel,
            const double* const y,
            const LmuColor      color)
{
  cairo_save(page->cr);
  lmu_draw_clip(page->cr, &panel->rect);
  lmu_draw_set_color(page->cr, color);
  for (uint32_t i = 0U; i < LMU_N_TRANSFER; ++i) {
    cairo_rectangle(
      page->cr,
      lmu_axis_x(&panel->x, &panel->rect, page->figures.transfer_x[i]) - 1.0,
      lmu_axis_y(&panel->y, &panel->rect, y[i]) - 1.0,
      2.0,
      2.0);
  }
  cairo_fill(page->cr);
  cairo_restore(page->cr);
}

static void
draw_transfer(const Page* const page, const LmuRect rect)
{
  const LmuReportFigures* const figures = &page->figures;
  double                        x       = 1e-6;
  double                        y       = 1e-6;
  for (uint32_t i = 0U; i < LMU_N_TRANSFER; ++i) {
    x = fmax(x, fabs(figures->transfer_x[i]));
    y = fmax(y, fabs(figures->transfer_target[i]));
  }
  const Panel panel = {
    rect, {-x, x, "input", 7U}, {-1.1 * y, 1.1 * y, NULL, 7U}};
  draw_title(page, &panel, "Output by input");
  draw_points(page, &panel, figures->transfer_target, page->theme->truth);
  draw_points(page, &panel, figures->transfer_output, page->theme->estimate);
}

static void
draw_levels(const Page* const page, const LmuRect rect)
{
  const LmuReportFigures* const figures = &page->figures;
  const Panel                   panel   = {rect,
                                           {-60.0, 0.0, "below the loudest [dB]", 7U},
                                           {LEAST_DB, 0.0, NULL, 7U}};
  draw_title(page, &panel, "Error-to-signal ratio by level [dB]");
  draw_curve(page,
             &panel,
             figures->level_db,
             figures->level_esr_db,
             LMU_N_LEVELS,
             page->theme->error);
}

static void
draw_heading(const Page* const page)
{
  char text[256];
  lmu_draw_set_color(page->cr, page->theme->text);
  lmu_draw_set_font(page->cr, LMU_TEXT_TITLE, true);
  lmu_draw_text_fit(page->cr, page->job->plan.metadata.name, 60.0, 38.0, 500.0);
  (void)snprintf(text,
                 sizeof(text),
                 "%s, %s: ESR %.1f dB, pre-emphasised %.1f dB, quietest tenth "
                 "%.1f dB",
                 lmu_device_word(page->result->device),
                 lmu_size_word(page->job->size),
                 10.0 * log10(page->result->score.esr),
                 10.0 * log10(page->result->score.emphasised),
                 10.0 * log10(page->result->score.quiet));
  lmu_draw_set_font(page->cr, LMU_TEXT_HEADING, false);
  lmu_draw_text(page->cr, text, 60.0, 62.0, LMU_ALIGN_LEFT);
}

static void
draw(const Page* const page)
{
  static void (*const parts[])(const Page*, LmuRect) = {
    draw_learning, draw_stretch, draw_spectra, draw_transfer, draw_levels};
  const double column = 400.0;
  const double row    = 210.0;
  lmu_draw_set_color(page->cr, page->theme->background);
  cairo_paint(page->cr);
  draw_heading(page);
  for (uint32_t i = 0U; i < 5U; ++i) {
    const uint32_t cell  = i ? i + 1U : 0U; // The first takes a whole row
    const uint32_t below = cell / 2U;
    LmuRect        rect  = {60.0 + ((cell % 2U) * (column + 90.0)),
                            110.0 + (below * (row + 85.0)),
                            column,
                            row};
    if (i == 0U) {
      rect.width = (2.0 * column) + 90.0;
    }
    parts[i](page, rect);
  }
}

LmuExit
lmu_report_picture_save(const LmuTrainResult* const result,
                        LmuFailure* const           error,
                        const LmuTrainJob* const    job,
                        const char* const           path)
{
  cairo_surface_t* surface = NULL;
  float*           output  = NULL;
  LmuExit status = lmu_picture_new(&surface, error, path, WIDTH, HEIGHT);
  if (!status) {
    output =
      (float*)lmu_allocate(lmu_streams_length(&job->valid), sizeof(float));
    status = lmu_measure_play(output, error, result->graph, &job->valid);
  }
  if (!status) {
    Page* const page = (Page*)lmu_allocate(1U, sizeof(Page));
    page->cr         = cairo_create(surface);
    page->theme      = &lmu_theme_light;
    page->result     = result;
    page->job        = job;
    page->output     = output;
    lmu_report_figures_find(
      &page->figures, &job->valid.pairs[0], output, job->rate);
    draw(page);
    cairo_destroy(page->cr);
    free(page);
    status = lmu_picture_save(surface, error, path);
  }
  if (surface) {
    cairo_surface_destroy(surface);
  }
  free(output);
  return status;
}
