// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_DRAW_CURVE_H
#define LMU_UI_DRAW_CURVE_H

#include "ui/draw_axis.h"
#include "ui/theme.h"

#include <cairo.h>

#include <stdint.h>

/**
   @file
   Lines in a panel, which cuts them at its edges.
*/

/// Begin a path in a panel
void
lmu_draw_curve_begin(cairo_t* cr, const LmuRect* panel);

/// Add samples, each in the middle of the time it was held
void
lmu_draw_curve_samples(cairo_t*       cr,
                       const LmuRect* panel,
                       const LmuAxis* y_axis,
                       const float*   samples,
                       uint32_t       n_samples);

/// Draw the path as a line, and end it
void
lmu_draw_curve_end(cairo_t* cr, LmuColor color, double width);

#endif // LMU_UI_DRAW_CURVE_H
