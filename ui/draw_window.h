// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_DRAW_WINDOW_H
#define LMU_UI_DRAW_WINDOW_H

#include "ui/theme.h"

#include <cairo.h>

#include <stdint.h>

/// A window of the past, and what a memory makes of it
typedef struct {
  const LmuTheme* theme;
  const char*     mark;       ///< Number that other pictures refer to, or null
  const char*     title;      ///< Which window, or null
  const char*     note;       ///< How good it is, or null
  double          length_ms;  ///< Length of the window
  const float*    truth;      ///< Samples, oldest first, [n_truth]
  const float*    error;      ///< Estimate minus truth, [n_truth]
  const float*    estimate;   ///< From the old end to the new, [n_estimate]
  uint32_t        n_truth;    ///< Number of samples
  uint32_t        n_estimate; ///< Number of values, at least 2
} LmuWindowPicture;

/// Draw a window and its reconstruction, with the error below
void
lmu_draw_window(cairo_t*                cr,
                const LmuWindowPicture* picture,
                double                  width,
                double                  height,
                double                  scale);

/// Draw which line is which, in one row that ends at `right`
void
lmu_draw_window_legend(cairo_t*        cr,
                       const LmuTheme* theme,
                       double          right,
                       double          y);

/// Draw a number in a disc, to mark a window
void
lmu_draw_mark(cairo_t*        cr,
              const LmuTheme* theme,
              const char*     mark,
              double          x,
              double          y);

#endif // LMU_UI_DRAW_WINDOW_H
