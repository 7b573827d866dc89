// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_DRAW_POLYNOMIALS_H
#define LMU_UI_DRAW_POLYNOMIALS_H

#include "ui/theme.h"

#include <cairo.h>

#include <stdint.h>

/// Curves over the window, from now to one window ago
typedef struct {
  const LmuTheme* theme;
  const char*     title;    ///< In one line
  const char*     subtitle; ///< In one line
  const float*    values;   ///< From -1 to 1, [n_curves][n_points]
  uint32_t        n_curves; ///< At least 2
  uint32_t        n_points; ///< At least 2
} LmuPolynomialsPicture;

/// Draw polynomials P_0, P_1... each with its name
void
lmu_draw_polynomials(cairo_t*                     cr,
                     const LmuPolynomialsPicture* picture,
                     double                       width,
                     double                       height,
                     double                       scale);

#endif // LMU_UI_DRAW_POLYNOMIALS_H
