// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_DRAW_BROWSER_H
#define LMU_UI_DRAW_BROWSER_H

#include "ui/layout.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <cairo.h>

#include <stdint.h>

/**
   @file
   Names of files, and the browser to choose one.
*/

/// Write bytes as text that can be drawn, [size]
void
lmu_draw_name(char* text, uint32_t size, const char* bytes);

/// Draw the file browser over all else
void
lmu_draw_browser(cairo_t*         cr,
                 const LmuTheme*  theme,
                 const LmuPanel*  panel,
                 const LmuLayout* layout);

#endif // LMU_UI_DRAW_BROWSER_H
