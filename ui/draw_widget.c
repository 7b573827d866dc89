// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/draw_widget.h"

#include "ui/draw_text.h"
#include "ui/value.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define PI 3.14159265358979323846
#define SMALL_TEXT 10.5
#define LABEL_BASE 11.0    // From the top of a cell to the foot of its label
#define LABEL_OVERHANG 4.0 // So that long labels need not be cut
#define VALUE_BASE 12.5
#define KNOB_START (0.75 * PI) // A gap at the foot, where zero and one meet
#define KNOB_SWEEP (1.5 * PI)
#define TRACK_WIDTH 3.5
#define PILL_WIDTH 34.0
#define LINE_BASE 14.0
#define MAX_VALUE 48U

void
lmu_draw_round(cairo_t* const       cr,
               const LmuRect* const bounds,
               const double         radius)
{
  const double left   = bounds->x + radius;
  const double top    = bounds->y + radius;
  const double right  = bounds->x + bounds->width - radius;
  const double bottom = bounds->y + bounds->height - radius;
  cairo_new_sub_path(cr);
  cairo_arc(cr, right, top, radius, -0.5 * PI, 0.0);
  cairo_arc(cr, right, bottom, radius, 0.0, 0.5 * PI);
  cairo_arc(cr, left, bottom, radius, 0.5 * PI, PI);
  cairo_arc(cr, left, top, radius, PI, 1.5 * PI);
  cairo_close_path(cr);
}

/// Return a colour a little apart from the panel
static LmuColor
raised(const LmuTheme* const theme, const double share)
{
  return lmu_color_between(theme->panel, theme->text, share);
}

static bool
is_hovered(const LmuPanel* const panel, const uint32_t control)
{
  return (panel->hover.kind == LMU_TARGET_GRIP ||
          panel->hover.kind == LMU_TARGET_VALUE) &&
         panel->hover.index == control;
}

static void
fill_round(cairo_t* const       cr,
           const LmuRect* const bounds,
           const double         radius,
           const LmuColor       color)
{
  lmu_draw_round(cr, bounds, radius);
  lmu_draw_set_color(cr, color);
  cairo_fill(cr);
}

static void
draw_focus(cairo_t* const cr, const LmuTheme* const theme, LmuRect bounds)
{
  bounds = (LmuRect){
    bounds.x - 3.0, bounds.y - 3.0, bounds.width + 6.0, bounds.height + 6.0};
  lmu_draw_round(cr, &bounds, 6.0);
  lmu_draw_set_color(cr, theme->estimate);
  cairo_set_line_width(cr, 1.0);
  cairo_stroke(cr);
}

/// Return where the lit part of a knob starts: zero, or the least value
static double
knob_origin(const LmuControl* const control)
{
  const bool is_bipolar = control->minimum < 0.0f && control->maximum > 0.0f &&
                          control->maximum >= -0.5f * control->minimum;
  return is_bipolar ? lmu_value_share(control, 0.0f) : 0.0;
}

static void
draw_arc(cairo_t* const       cr,
         const LmuRect* const bounds,
         const double         start,
         const double         end)
{
  const double x      = bounds->x + (0.5 * bounds->width);
  const double y      = bounds->y + (0.5 * bounds->height);
  const double radius = 0.5 * (bounds->width - TRACK_WIDTH);
  cairo_new_sub_path(cr);
  cairo_arc(cr,
            x,
            y,
            radius,
            KNOB_START + (KNOB_SWEEP * fmin(start, end)),
            KNOB_START + (KNOB_SWEEP * fmax(start, end)));
  cairo_stroke(cr);
}

static void
draw_knob(cairo_t* const        cr,
          const LmuTheme* const theme,
          const LmuPanel* const panel,
          const LmuSlot* const  cell)
{
  const LmuControl* const control = &panel->spec->controls[cell->control];
  const double share  = lmu_value_share(control, panel->values[cell->control]);
  const bool   is_lit = is_hovered(panel, cell->control);
  const double x      = cell->grip.x + (0.5 * cell->grip.width);
  const double y      = cell->grip.y + (0.5 * cell->grip.height);
  const double radius = 0.5 * cell->grip.width;
  const double angle  = KNOB_START + (KNOB_SWEEP * share);

  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width(cr, TRACK_WIDTH);
  lmu_draw_set_color(cr, theme->grid);
  draw_arc(cr, &cell->grip, 0.0, 1.0);
  lmu_draw_set_color(cr, theme->estimate);
  draw_arc(cr, &cell->grip, knob_origin(control), share);

  lmu_draw_set_color(cr, raised(theme, is_lit ? 0.22 : 0.12));
  cairo_arc(cr, x, y, radius - 6.0, 0.0, 2.0 * PI);
  cairo_fill(cr);
  lmu_draw_set_color(cr, theme->text);
  cairo_set_line_width(cr, 2.0);
  cairo_move_to(
    cr, x + ((radius - 13.0) * cos(angle)), y + ((radius - 13.0) * sin(angle)));
  cairo_line_to(
    cr, x + ((radius - 7.5) * cos(angle)), y + ((radius - 7.5) * sin(angle)));
  cairo_stroke(cr);
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
}

/// Draw text in the middle, cut if it is too wide
static void
draw_middle(cairo_t* const    cr,
            const char* const text,
            const double      x,
            const double      y,
            const double      width)
{
  const double wanted = lmu_draw_text_width(cr, text);
  lmu_draw_text_fit(cr, text, x + fmax(0.5 * (width - wanted), 0.0), y, width);
}

/// Draw what is typed, in a box
static void
draw_entry(cairo_t* const        cr,
           const LmuTheme* const theme,
           const LmuPanel* const panel,
           const LmuRect* const  bounds)
{
  fill_round(cr, bounds, 3.0, theme->background);
  lmu_draw_round(cr, bounds, 3.0);
  lmu_draw_set_color(cr, theme->estimate);
  cairo_set_line_width(cr, 1.0);
  cairo_stroke(cr);

  char text[LMU_ENTRY_SIZE + 2U];
  (void)snprintf(text, sizeof(text), "%s|", panel->typed);
  lmu_draw_set_color(cr, theme->text);
  draw_middle(cr, text, bounds->x, bounds->y + VALUE_BASE, bounds->width);
}

static void
draw_knob_value(cairo_t* const        cr,
                const LmuTheme* const theme,
                const LmuPanel* const panel,
                const LmuSlot* const  cell)
{
  lmu_draw_set_font(cr, LMU_TEXT_LABEL, false);
  if (panel->entry == cell->control) {
    draw_entry(cr, theme, panel, &cell->value);
    return;
  }

  char text[MAX_VALUE];
  lmu_value_text(text,
                 sizeof(text),
                 &panel->spec->controls[cell->control],
                 panel->values[cell->control]);
  lmu_draw_set_color(cr, theme->text);
  draw_middle(
    cr, text, cell->value.x, cell->value.y + VALUE_BASE, cell->value.width);
}

static void
draw_switch(cairo_t* const        cr,
            const LmuTheme* const theme,
            const LmuPanel* const panel,
            const LmuSlot* const  cell)
{
  const bool    is_on = panel->values[cell->control] > 0.0f;
  const LmuRect pill  = {
     cell->grip.x, cell->grip.y + 1.5, PILL_WIDTH, cell->grip.height - 3.0};
  const double radius = 0.5 * pill.height;
  const double x      = is_on ? pill.x + pill.width - radius : pill.x + radius;
  const double lift   = is_hovered(panel, cell->control) ? 0.28 : 0.18;
  fill_round(cr, &pill, radius, is_on ? theme->estimate : raised(theme, lift));

  lmu_draw_set_color(cr, is_on ? theme->background : theme->text);
  cairo_arc(cr, x, pill.y + radius, radius - 3.0, 0.0, 2.0 * PI);
  cairo_fill(cr);
  lmu_draw_set_font(cr, LMU_TEXT_LABEL, false);
  lmu_draw_set_color(cr, is_on ? theme->text : theme->muted);
  lmu_draw_text(cr,
                is_on ? "On" : "Off",
                pill.x + pill.width + 7.0,
                cell->grip.y + LINE_BASE,
                LMU_ALIGN_LEFT);
}

static void
draw_chevron(cairo_t* const cr, const double x, const double y)
{
  cairo_move_to(cr, x - 3.5, y - 1.5);
  cairo_line_to(cr, x, y + 2.0);
  cairo_line_to(cr, x + 3.5, y - 1.5);
  cairo_set_line_width(cr, 1.4);
  cairo_stroke(cr);
}

static void
draw_box(cairo_t* const        cr,
         const LmuTheme* const theme,
         const LmuPanel* const panel,
         const LmuSlot* const  cell)
{
  const LmuRect* const box    = &cell->grip;
  const bool           is_lit = is_hovered(panel, cell->control);
  fill_round(cr, box, 4.0, raised(theme, is_lit ? 0.18 : 0.10));

  char text[MAX_VALUE];
  lmu_value_text(text,
                 sizeof(text),
                 &panel->spec->controls[cell->control],
                 panel->values[cell->control]);
  lmu_draw_set_font(cr, LMU_TEXT_LABEL, false);
  lmu_draw_set_color(cr, theme->text);
  lmu_draw_text_fit(
    cr, text, box->x + 7.0, box->y + LINE_BASE + 0.5, box->width - 24.0);
  lmu_draw_set_color(cr, theme->muted);
  draw_chevron(cr, box->x + box->width - 11.0, box->y + (0.5 * box->height));
}

void
lmu_draw_cell(cairo_t* const        cr,
              const LmuTheme* const theme,
              const LmuPanel* const panel,
              const LmuSlot* const  cell)
{
  const char* const label   = panel->spec->controls[cell->control].label;
  const bool        is_knob = cell->widget == LMU_WIDGET_KNOB;
  if (panel->focus == cell->control) {
    draw_focus(cr, theme, cell->grip);
  }

  lmu_draw_set_font(cr, SMALL_TEXT, false);
  lmu_draw_set_color(cr, theme->muted);
  if (is_knob) {
    draw_middle(cr,
                label,
                cell->bounds.x - LABEL_OVERHANG,
                cell->bounds.y + LABEL_BASE,
                cell->bounds.width + (2.0 * LABEL_OVERHANG));
    draw_knob(cr, theme, panel, cell);
    draw_knob_value(cr, theme, panel, cell);
    return;
  }

  lmu_draw_text_fit(
    cr, label, cell->grip.x, cell->grip.y - 4.5, cell->grip.width);
  if (cell->widget == LMU_WIDGET_SWITCH) {
    draw_switch(cr, theme, panel, cell);
  } else {
    draw_box(cr, theme, panel, cell);
  }
}

void
lmu_draw_card(cairo_t* const        cr,
              const LmuTheme* const theme,
              const LmuCard* const  card)
{
  fill_round(cr, &card->bounds, 7.0, theme->panel);
  lmu_draw_set_font(cr, SMALL_TEXT, true);
  lmu_draw_set_color(cr, theme->text);
  lmu_draw_text_fit(cr,
                    card->name,
                    card->bounds.x + 10.0,
                    card->bounds.y + 15.0,
                    card->bounds.width - 20.0);
}

void
lmu_draw_button(cairo_t* const        cr,
                const LmuTheme* const theme,
                const LmuRect* const  bounds,
                const char* const     text,
                const bool            is_lit)
{
  fill_round(cr, bounds, 5.0, raised(theme, is_lit ? 0.22 : 0.12));
  lmu_draw_set_font(cr, LMU_TEXT_LABEL, false);
  lmu_draw_set_color(cr, theme->text);
  draw_middle(cr,
              text,
              bounds->x,
              bounds->y + (0.5 * bounds->height) + (0.36 * LMU_TEXT_LABEL),
              bounds->width);
}

void
lmu_draw_menu(cairo_t* const         cr,
              const LmuTheme* const  theme,
              const LmuPanel* const  panel,
              const LmuLayout* const layout)
{
  const LmuControl* const control = &panel->spec->controls[panel->menu];
  const LmuRect           menu    = lmu_panel_menu(panel, layout);
  fill_round(cr, &menu, 6.0, raised(theme, 0.10));
  lmu_draw_round(cr, &menu, 6.0);
  lmu_draw_set_color(cr, raised(theme, 0.35));
  cairo_set_line_width(cr, 1.0);
  cairo_stroke(cr);

  lmu_draw_set_font(cr, LMU_TEXT_LABEL, false);
  for (uint32_t i = 0U; i < control->n_points; ++i) {
    const double  y    = menu.y + 4.0 + (LMU_LINE_HEIGHT * i);
    const LmuRect line = {menu.x + 4.0, y, menu.width - 8.0, LMU_LINE_HEIGHT};
    const bool is_now  = control->points[i].value == panel->values[panel->menu];
    if (i == panel->item) {
      fill_round(cr, &line, 4.0, theme->estimate);
    }
    lmu_draw_set_color(cr,
                       (i == panel->item) ? theme->background : theme->text);
    if (is_now) {
      lmu_draw_text(cr, "✓", line.x + 5.0, y + LINE_BASE, LMU_ALIGN_LEFT);
    }
    lmu_draw_text_fit(cr,
                      control->points[i].label,
                      line.x + 22.0,
                      y + LINE_BASE,
                      line.width - 26.0);
  }
}
