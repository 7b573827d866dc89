// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/draw_panel.h"

#include "plugin/ports.h"
#include "ui/capture_words.h"
#include "ui/draw_axis.h"
#include "ui/draw_browser.h"
#include "ui/draw_live.h"
#include "ui/draw_text.h"
#include "ui/draw_widget.h"
#include "ui/panel.h"
#include "ui/panel_spec.h"
#include "ui/theme.h"
#include "ui/value.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define SMALL_TEXT 10.5
#define READING_GAP 22.0
#define MAX_TEXT 256U
#define PI 3.14159265358979323846

/// Draw a sun or a moon: what the button makes
static void
draw_theme_button(cairo_t* const        cr,
                  const LmuTheme* const theme,
                  const LmuPanel* const panel,
                  const LmuRect* const  bounds)
{
  const double x = bounds->x + (0.5 * bounds->width);
  const double y = bounds->y + (0.5 * bounds->height);
  lmu_draw_button(cr, theme, bounds, "", panel->hover.kind == LMU_TARGET_THEME);
  lmu_draw_set_color(cr, theme->text);
  cairo_set_line_width(cr, 1.3);
  if (panel->is_dark) {
    cairo_arc(cr, x, y, 3.6, 0.0, 2.0 * PI);
    cairo_fill(cr);
    for (int i = 0; i < 8; ++i) {
      const double angle = 0.25 * PI * i;
      cairo_move_to(cr, x + (5.6 * cos(angle)), y + (5.6 * sin(angle)));
      cairo_line_to(cr, x + (8.0 * cos(angle)), y + (8.0 * sin(angle)));
    }
    cairo_stroke(cr);
  } else {
    cairo_arc(cr, x - 0.5, y, 6.5, 0.25 * PI, 1.45 * PI);
    cairo_arc_negative(cr, x + 2.6, y - 1.6, 5.2, 1.30 * PI, 0.42 * PI);
    cairo_close_path(cr);
    cairo_fill(cr);
  }
}

/// Draw readings from the right to the left, return where they start
static double
draw_readings(cairo_t* const        cr,
              const LmuTheme* const theme,
              const LmuPanel* const panel,
              double                right)
{
  for (uint32_t i = panel->spec->n_controls; i-- > 0U;) {
    const LmuControl* const control = &panel->spec->controls[i];
    char                    text[64];
    if (!lmu_panel_spec_reads(control)) {
      continue;
    }

    lmu_value_text(text, sizeof(text), control, panel->values[i]);
    lmu_draw_set_font(cr, LMU_TEXT_HEADING, true);
    const double value = lmu_draw_text_width(cr, text);
    lmu_draw_set_color(cr, theme->text);
    lmu_draw_text(cr, text, right, 24.0, LMU_ALIGN_RIGHT);
    lmu_draw_set_font(cr, SMALL_TEXT, false);
    lmu_draw_set_color(cr, theme->muted);
    lmu_draw_text(cr, control->label, right, 39.0, LMU_ALIGN_RIGHT);
    right -= fmax(value, lmu_draw_text_width(cr, control->label)) + READING_GAP;
  }
  return right;
}

static void
draw_header(cairo_t* const         cr,
            const LmuTheme* const  theme,
            const LmuPanel* const  panel,
            const LmuLayout* const layout)
{
  const double right =
    draw_readings(cr, theme, panel, layout->theme.x - READING_GAP);
  draw_theme_button(cr, theme, panel, &layout->theme);

  const bool is_on = lmu_panel_value(panel, "enabled", 1.0f) > 0.0f;
  lmu_draw_set_font(cr, LMU_TEXT_TITLE, true);
  lmu_draw_set_color(cr, theme->text);
  lmu_draw_text_fit(cr,
                    panel->spec->title,
                    layout->header.x + 2.0,
                    32.0,
                    right - layout->header.x);
  if (!is_on) {
    const double x =
      layout->header.x + 14.0 + lmu_draw_text_width(cr, panel->spec->title);
    lmu_draw_set_font(cr, LMU_TEXT_LABEL, false);
    lmu_draw_set_color(cr, theme->error);
    lmu_draw_text_fit(cr, "Bypassed", x, 32.0, right - x);
  }
}

/// Return what plays where there is no weight file
static const char*
without_file(const LmuPanel* const panel)
{
  const char* const name = panel->spec->name;
  return !strncmp(name, "model", 5U)     ? "Built-in overdrive"
         : !strncmp(name, "predict", 7U) ? "Learns from what it hears"
         : lmu_is_capture(panel)         ? "No model yet"
                                         : "No weight file";
}

/// What is said of a file, or of what learns one
typedef struct {
  char text[LMU_CAPTURE_WORDS];
  bool is_bad;
} Words;

/// Return what became of a file that is loaded, in words
static Words
status_words(const LmuPanel* const panel)
{
  static const char* const words[] = {
    [FILE_EMPTY]        = "",
    [FILE_LOADING]      = "Loading…",
    [FILE_READY]        = "Ready",
    [FILE_MISSING]      = "The file is missing",
    [FILE_INVALID]      = "Not a network that can run here",
    [FILE_RATE_DIFFERS] = "Ready, made for another sample rate",
    [FILE_TOO_LARGE]    = "Too large to run here",
  };
  const int status = (int)lmu_panel_value(panel, "status", 0.0f);
  Words result = {"", status >= FILE_MISSING && status != FILE_RATE_DIFFERS};
  if (status >= 0 && status <= (int)FILE_TOO_LARGE) {
    (void)snprintf(result.text, sizeof(result.text), "%s", words[status]);
  }
  return result;
}

/// Return what there is to say of the file: news first, then what it does
static Words
file_words(const LmuPanel* const panel)
{
  Words words = {"", true};
  if (*panel->notice) {
    (void)snprintf(words.text, sizeof(words.text), "%s", panel->notice);
  } else if (lmu_is_capture(panel)) {
    words.is_bad = lmu_capture_words(words.text, panel);
  } else {
    words = status_words(panel);
  }
  return words;
}

static void
draw_file_row(cairo_t* const         cr,
              const LmuTheme* const  theme,
              const LmuPanel* const  panel,
              const LmuLayout* const layout)
{
  const char* const slash   = strrchr(panel->path, '/');
  const char* const nothing = without_file(panel);
  const Words       words   = file_words(panel);
  const double      right   = layout->file.x + layout->file.width - 10.0;
  char              name[MAX_TEXT];
  lmu_draw_name(name,
                sizeof(name),
                *panel->path ? (slash ? slash + 1 : panel->path) : nothing);

  lmu_draw_round(cr, &layout->file, 7.0);
  lmu_draw_set_color(cr, theme->panel);
  cairo_fill(cr);
  lmu_draw_button(
    cr, theme, &layout->open, "Open…", panel->hover.kind == LMU_TARGET_OPEN);
  lmu_draw_button(cr,
                  theme,
                  &layout->previous,
                  "‹",
                  panel->hover.kind == LMU_TARGET_PREVIOUS);
  lmu_draw_button(
    cr, theme, &layout->next, "›", panel->hover.kind == LMU_TARGET_NEXT);

  lmu_draw_set_font(cr, LMU_TEXT_LABEL, false);
  lmu_draw_set_color(cr, words.is_bad ? theme->error : theme->muted);
  lmu_draw_text(cr, words.text, right, layout->file.y + 20.5, LMU_ALIGN_RIGHT);
  const double left = layout->next.x + 36.0;
  const double room = right - lmu_draw_text_width(cr, words.text) - 16.0 - left;
  lmu_draw_set_font(cr, LMU_TEXT_HEADING, true);
  lmu_draw_set_color(cr, theme->text);
  lmu_draw_text_fit(cr, name, left, layout->file.y + 21.0, room);
}

/// Return what to say of the part under the pointer
static const char*
help_text(const LmuPanel* const panel)
{
  switch (panel->hover.kind) {
  case LMU_TARGET_GRIP:
  case LMU_TARGET_VALUE:
    return panel->spec->controls[panel->hover.index].comment;
  case LMU_TARGET_THEME:
    return "Light or dark, also by the key D.  Control and the wheel make "
           "everything larger or smaller.";
  case LMU_TARGET_OPEN:
    return "Chooses a weight file.";
  case LMU_TARGET_PREVIOUS:
    return "The weight file before this one in its folder.";
  case LMU_TARGET_NEXT:
    return "The weight file after this one in its folder.";
  case LMU_TARGET_TAP:
    return "A tap.  Drag it sideways to move it through the window, up and "
           "down for its level.";
  case LMU_TARGET_POSITION:
    return "The place of the window that you hear.  Drag it.";
  default:
    return panel->spec->comment;
  }
}

/// Draw text, in two lines if it needs them
static void
draw_help(cairo_t* const         cr,
          const LmuTheme* const  theme,
          const LmuPanel* const  panel,
          const LmuLayout* const layout)
{
  const char* const text  = help_text(panel);
  const double      width = layout->help.width - 8.0;
  const double      x     = layout->help.x + 4.0;
  lmu_draw_set_font(cr, SMALL_TEXT, false);
  lmu_draw_set_color(cr, theme->muted);

  // Break at the last blank that fits
  char   first[MAX_TEXT * 2U];
  size_t end    = 0U;
  size_t length = strlen(text);
  for (size_t i = 0U; i <= length && i < sizeof(first) - 1U; ++i) {
    if (text[i] == ' ' || i == length) {
      memcpy(first, text, i);
      first[i] = '\0';
      if (lmu_draw_text_width(cr, first) > width) {
        break;
      }
      end = i;
    }
  }
  (void)snprintf(first, sizeof(first), "%.*s", (int)end, text);
  lmu_draw_text(cr, first, x, layout->help.y + 11.0, LMU_ALIGN_LEFT);
  if (end < length) {
    lmu_draw_text_fit(cr, text + end + 1U, x, layout->help.y + 24.0, width);
  }
}

static const LmuTheme*
theme_of(const LmuPanel* const panel)
{
  return panel->is_dark ? &lmu_theme_dark : &lmu_theme_light;
}

/// Return whether something lies over the window
static bool
is_covered(const LmuPanel* const panel)
{
  return panel->menu != LMU_NOTHING || panel->is_browsing;
}

bool
lmu_draw_panel_header(cairo_t* const         cr,
                      const LmuPanel* const  panel,
                      const LmuLayout* const layout,
                      const double           scale)
{
  const LmuTheme* const theme = theme_of(panel);
  if (is_covered(panel)) {
    return false;
  }

  cairo_save(cr);
  cairo_scale(cr, scale, scale);
  lmu_draw_clip(cr, &layout->header);
  lmu_draw_set_color(cr, theme->background);
  cairo_paint(cr);
  draw_header(cr, theme, panel, layout);
  cairo_restore(cr);
  return true;
}

bool
lmu_draw_panel_picture(cairo_t* const         cr,
                       const LmuPanel* const  panel,
                       const LmuLayout* const layout,
                       const double           scale,
                       LmuBackdrop* const     backdrop)
{
  if (is_covered(panel)) {
    return false;
  }

  cairo_save(cr);
  cairo_scale(cr, scale, scale);
  lmu_draw_clip(cr, &layout->picture);
  lmu_draw_live(cr, theme_of(panel), panel, layout, scale, backdrop);
  cairo_restore(cr);
  return true;
}

void
lmu_draw_panel(cairo_t* const         cr,
               const LmuPanel* const  panel,
               const LmuLayout* const layout,
               const double           scale,
               LmuBackdrop* const     backdrop)
{
  const LmuTheme* const theme = theme_of(panel);
  LmuBackdrop           own   = {0};

  cairo_save(cr);
  cairo_scale(cr, scale, scale);
  lmu_draw_set_color(cr, theme->background);
  cairo_paint(cr);
  draw_header(cr, theme, panel, layout);
  if (panel->spec->has_weights) {
    draw_file_row(cr, theme, panel, layout);
  }
  lmu_draw_live(cr, theme, panel, layout, scale, backdrop ? backdrop : &own);
  lmu_backdrop_reset(&own);
  for (uint32_t i = 0U; i < layout->n_cards; ++i) {
    lmu_draw_card(cr, theme, &layout->cards[i]);
  }
  for (uint32_t i = 0U; i < layout->n_cells; ++i) {
    lmu_draw_cell(cr, theme, panel, &layout->cells[i]);
  }
  draw_help(cr, theme, panel, layout);
  if (panel->menu != LMU_NOTHING) {
    lmu_draw_menu(cr, theme, panel, layout);
  }
  if (panel->is_browsing) {
    lmu_draw_browser(cr, theme, panel, layout);
  }
  cairo_restore(cr);
}
