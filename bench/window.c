// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/decoder.h"
#include "ui/draw_live.h"
#include "ui/draw_panel.h"
#include "ui/example.h"
#include "ui/layout.h"
#include "ui/live.h"
#include "ui/panel.h"
#include "ui/panel_spec.h"

#include <cairo.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/**
   @file
   What a View costs a window: to decode it, and to draw what it changes.
*/

#define VIEWS_PER_SECOND 30.0

static LmuPanel    panel;
static LmuLayout   layout;
static LmuBackdrop backdrop;

/// Return the time of the CPU, which others do not lengthen as much [ns]
static double
cpu_ns(void)
{
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (1e9 * (double)t.tv_sec) + (double)t.tv_nsec;
}

/// Times of all Views [ns]
typedef struct {
  double decoding;
  double drawing;
} Times;

/// Play all notes, return false if there is no memory
static bool
play(Times* const times, cairo_t* const cr, const double scale)
{
  LmuDecoder* const decoder = lmu_decoder_new();
  LmuExample* const example = lmu_example_new(&panel);
  uint32_t          n_views = 0U;
  *times                    = (Times){0.0, 0.0};
  while (decoder && example && lmu_example_step(example)) {
    const double start = cpu_ns();
    lmu_live_step(&panel.live, decoder, lmu_example_view(example));
    const double middle = cpu_ns();
    lmu_draw_panel_picture(cr, &panel, &layout, scale, &backdrop);

    // The first sets up what others use
    times->decoding += n_views ? middle - start : 0.0;
    times->drawing += n_views ? cpu_ns() - middle : 0.0;
    ++n_views;
  }
  lmu_example_free(example);
  lmu_decoder_free(decoder);
  return n_views == LMU_EXAMPLE_VIEWS;
}

/// Draw a plugin at a size, or at its own if that is zero
static bool
measure(const char* const plugin, double width, double height)
{
  double best[2];
  double least[2];
  Times  times;
  lmu_panel_init(&panel, lmu_panel_spec(plugin));
  lmu_layout_size(panel.spec, best, least);
  width  = (width > 0.0) ? width : ceil(best[0]);
  height = (height > 0.0) ? height : ceil(best[1]);

  const double scale = lmu_layout_fit(&layout, panel.spec, width, height, 1.0);
  cairo_surface_t* const surface =
    cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
  cairo_t* const cr = cairo_create(surface);
  lmu_draw_panel(cr, &panel, &layout, scale, &backdrop);
  const bool   is_good     = play(&times, cr, scale);
  const double decoding_ms = 1e-6 * times.decoding / (LMU_EXAMPLE_VIEWS - 1U);
  const double drawing_ms  = 1e-6 * times.drawing / (LMU_EXAMPLE_VIEWS - 1U);
  printf("%-8s %4.0fx%-4.0f %9.3f %9.3f %8.1f\n",
         plugin,
         width,
         height,
         decoding_ms,
         drawing_ms,
         0.1 * VIEWS_PER_SECOND * (decoding_ms + drawing_ms));
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
  lmu_backdrop_reset(&backdrop);
  lmu_panel_reset(&panel);
  return is_good;
}

int
main(void)
{
  static const char* const plugins[] = {"delay", "scope", "predict"};

  printf("A View in a window, ms, and percent of a core at %.0f a second\n",
         VIEWS_PER_SECOND);
  printf("plugin        size  decoding   drawing  percent\n");
  for (uint32_t i = 0U; i < sizeof(plugins) / sizeof(plugins[0]); ++i) {
    if (!measure(plugins[i], 640.0, 400.0) || !measure(plugins[i], 0.0, 0.0)) {
      return EXIT_FAILURE;
    }
  }
  return EXIT_SUCCESS;
}
