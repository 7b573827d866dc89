// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_THEME_H
#define LMU_UI_THEME_H

/**
   @file
   Colours, chosen so that colour-blind people can tell them apart: what
   differs in meaning differs in lightness, or is blue against orange.
*/

/// Number of colours from the most negative value to the most positive
#define LMU_N_HEAT_COLORS 5U

/// Number of colours from the first of a series to the last
#define LMU_N_SERIES_COLORS 5U

/// A colour, components from 0 to 1
typedef struct {
  double red;
  double green;
  double blue;
} LmuColor;

/// Colours of all pictures
typedef struct {
  LmuColor background;              ///< Behind everything
  LmuColor panel;                   ///< Behind curves
  LmuColor text;                    ///< Titles and what must be read
  LmuColor muted;                   ///< Labels of axes
  LmuColor grid;                    ///< Lines behind curves
  LmuColor truth;                   ///< What really was
  LmuColor estimate;                ///< What the memory says
  LmuColor error;                   ///< The difference
  LmuColor heat[LMU_N_HEAT_COLORS]; ///< Minus one to one, zero in the middle
  LmuColor series[LMU_N_SERIES_COLORS]; ///< Curves in order
} LmuTheme;

/// Dark lines on white, for paper
extern const LmuTheme lmu_theme_light;

/// Bright lines on black, for screens on stage
extern const LmuTheme lmu_theme_dark;

/// Return a colour between two, `share` from 0 to 1
LmuColor
lmu_color_between(LmuColor a, LmuColor b, double share);

/// Return a colour of a scale, `position` from 0 to 1
LmuColor
lmu_color_at(const LmuColor* colors, unsigned n_colors, double position);

#endif // LMU_UI_THEME_H
