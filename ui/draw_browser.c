// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/draw_browser.h"

#include "core/base/setup/utf8.h"
#include "ui/draw_axis.h"
#include "ui/draw_text.h"
#include "ui/draw_widget.h"
#include "ui/folder.h"
#include "ui/panel.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MAX_NAME 256U
#define INSET 14.0
#define LINE_BASE 14.0

void
lmu_draw_name(char* const text, const uint32_t size, const char* const bytes)
{
  // Names of files are bytes of any kind, and cairo stops at bad ones
  const size_t n_bytes = strlen(bytes);
  size_t       offset  = 0U;
  uint32_t     length  = 0U;
  while (offset < n_bytes) {
    const size_t n      = lmu_utf8_length(bytes + offset, n_bytes - offset);
    const bool   is_bad = !n || (unsigned char)bytes[offset] < ' ';
    const size_t step   = n ? n : 1U;
    if (length + step + 1U > size) {
      break;
    }
    memcpy(text + length, is_bad ? "?" : bytes + offset, is_bad ? 1U : n);
    length += is_bad ? 1U : (uint32_t)n;
    offset += step;
  }
  text[length] = '\0';
}

/// Draw one line
static void
draw_file(cairo_t* const        cr,
          const LmuTheme* const theme,
          const LmuPanel* const panel,
          const uint32_t        index,
          const LmuRect* const  line)
{
  const LmuFile* const file      = &panel->folder.files[index];
  const bool           is_chosen = index == panel->folder.selected;
  const bool           is_lit =
    panel->hover.kind == LMU_TARGET_BROWSER && panel->hover.index == index;
  if (is_chosen || is_lit) {
    lmu_draw_round(cr, line, 4.0);
    lmu_draw_set_color(cr, is_chosen ? theme->estimate : theme->grid);
    cairo_fill(cr);
  }

  char name[MAX_NAME];
  char text[MAX_NAME + 2U];
  lmu_draw_name(name, sizeof(name), file->name);
  (void)snprintf(text, sizeof(text), "%s%s", name, file->is_folder ? "/" : "");
  lmu_draw_set_color(cr, is_chosen ? theme->background : theme->text);
  lmu_draw_set_font(cr, LMU_TEXT_LABEL, file->is_folder);
  lmu_draw_text_fit(
    cr, text, line->x + 8.0, line->y + LINE_BASE, line->width - 16.0);
}

/// Draw the lines that are seen, and where they are among all
static void
draw_files(cairo_t* const         cr,
           const LmuTheme* const  theme,
           const LmuPanel* const  panel,
           const LmuLayout* const layout)
{
  const LmuRect    box     = lmu_panel_browser(layout);
  const LmuFolder* folder  = &panel->folder;
  const uint32_t   n_lines = lmu_panel_lines(layout);
  const double     top     = box.y + LMU_BROWSER_TITLE;
  for (uint32_t i = 0U; i < n_lines && folder->top + i < folder->n_files; ++i) {
    const LmuRect line = {box.x + INSET,
                          top + (LMU_LINE_HEIGHT * i),
                          box.width - (2.0 * INSET) - 8.0,
                          LMU_LINE_HEIGHT};
    draw_file(cr, theme, panel, folder->top + i, &line);
  }

  if (folder->n_files > n_lines) {
    const double  room = LMU_LINE_HEIGHT * n_lines;
    const LmuRect bar  = {box.x + box.width - INSET - 4.0,
                          top + (room * folder->top / folder->n_files),
                          4.0,
                          fmax(room * n_lines / folder->n_files, 8.0)};
    lmu_draw_round(cr, &bar, 2.0);
    lmu_draw_set_color(cr, theme->muted);
    cairo_fill(cr);
  }
}

void
lmu_draw_browser(cairo_t* const         cr,
                 const LmuTheme* const  theme,
                 const LmuPanel* const  panel,
                 const LmuLayout* const layout)
{
  const LmuRect box    = lmu_panel_browser(layout);
  const LmuRect up     = {box.x + INSET, box.y + 9.0, 34.0, 22.0};
  const LmuRect cancel = {box.x + box.width - 72.0, box.y + 9.0, 60.0, 22.0};
  lmu_draw_set_color(cr, theme->background);
  cairo_paint_with_alpha(cr, 0.6);
  lmu_draw_round(cr, &box, 9.0);
  lmu_draw_set_color(cr, theme->panel);
  cairo_fill_preserve(cr);
  lmu_draw_set_color(cr, theme->muted);
  cairo_set_line_width(cr, 1.0);
  cairo_stroke(cr);

  char path[LMU_PATH_SIZE];
  lmu_draw_button(cr, theme, &up, "Up", panel->hover.kind == LMU_TARGET_UP);
  lmu_draw_button(
    cr, theme, &cancel, "Cancel", panel->hover.kind == LMU_TARGET_CANCEL);
  lmu_draw_name(
    path, sizeof(path), panel->folder.path ? panel->folder.path : "");
  lmu_draw_set_font(cr, LMU_TEXT_HEADING, true);
  lmu_draw_set_color(cr, theme->text);
  lmu_draw_text_fit(
    cr, path, up.x + 44.0, box.y + 25.0, cancel.x - up.x - 56.0);

  draw_files(cr, theme, panel, layout);
  lmu_draw_set_font(cr, LMU_TEXT_LABEL, false);
  lmu_draw_set_color(cr, theme->muted);
  lmu_draw_text_fit(cr,
                    panel->folder.n_files
                      ? "Weight files end in .safetensors.  Arrow keys move, "
                        "Enter opens, Backspace goes up, Escape closes."
                      : "No weight files and no folders here.",
                    box.x + INSET,
                    box.y + box.height - 12.0,
                    box.width - (2.0 * INSET));
}
