// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_DRAW_HEAT_H
#define LMU_UI_DRAW_HEAT_H

#include "ui/draw_axis.h"
#include "ui/theme.h"

#include <cairo.h>

#include <stdint.h>

/// Number of colours, of which that of zero is in the middle
#define LMU_HEAT_PIXELS 513U

/// Coefficients over time
typedef struct {
  const LmuTheme* theme;
  double          start_s;   ///< Time at the left
  double          end_s;     ///< Time at the right
  const float*    values;    ///< Coefficients, [n_columns][n_rows]
  uint32_t        n_columns; ///< Number of times
  uint32_t        n_rows;    ///< Number of coefficients
  double          peak;      ///< Value of the strongest colours
} LmuHeatPicture;

/**
   Draw a strip of colours for positive and negative values.

   Colours show the logarithm of the magnitude, down to a hundredth of the
   peak; what is smaller has the colour of zero.
*/
void
lmu_draw_heat(cairo_t*              cr,
              const LmuHeatPicture* picture,
              double                width,
              double                height,
              double                scale);

/// Draw the colours alone, over all of a panel
void
lmu_draw_heat_strip(cairo_t*              cr,
                    const LmuHeatPicture* picture,
                    const LmuRect*        panel,
                    double                scale);

/// Write all colours as CAIRO_FORMAT_RGB24 has them
void
lmu_heat_set_pixels(uint32_t pixels[LMU_HEAT_PIXELS], const LmuTheme* theme);

/// Return which of the colours shows a value
uint32_t
lmu_heat_index(double value, double peak);

/// Return where the strip itself lies, in units of `scale`
LmuRect
lmu_heat_panel(double width, double height, double scale);

#endif // LMU_UI_DRAW_HEAT_H
