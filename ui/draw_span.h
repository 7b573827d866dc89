// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_DRAW_SPAN_H
#define LMU_UI_DRAW_SPAN_H

#include "ui/draw_axis.h"

#include <cairo.h>

#include <stdint.h>

/**
   @file
   Lines and outlines of a sound in a panel, written into pixels.

   They go from left to right and never back, so each column of pixels has few
   ends of what is filled, and no general polygon need be taken apart.  The
   target must be an image, which is not turned, and nothing is drawn on others.
   Colours are those of the context, all of them opaque.
*/

/**
   Draw an outline as one shape.

   @param pairs Least and greatest value of each column, [n_pairs].
   @param width Height at least, so that it is seen where it is thin.
*/
void
lmu_draw_span_outline(cairo_t*       cr,
                      const LmuRect* panel,
                      const LmuAxis* y_axis,
                      const float    pairs[][2],
                      uint32_t       n_pairs,
                      double         width);

/// Draw samples as a line, each in the middle of the time it was held
void
lmu_draw_span_line(cairo_t*       cr,
                   const LmuRect* panel,
                   const LmuAxis* y_axis,
                   const float*   samples,
                   uint32_t       n_samples,
                   double         width);

#endif // LMU_UI_DRAW_SPAN_H
