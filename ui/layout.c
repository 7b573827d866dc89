// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/layout.h"

#include "ui/draw_axis.h"
#include "ui/panel_spec.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// All in units
#define MARGIN 12.0
#define HEADER 52.0
#define FILE_ROW 38.0
#define HELP 30.0
#define GAP 8.0         // Between cards
#define CARD_TITLE 22.0 // Above the controls of a card
#define CARD_INSET 8.0
#define CARD_HEIGHT 108.0
#define KNOB_CELL 72.0
#define SMALL_CELL 132.0 // Of a column of switches and menus
#define SMALL_PER_COLUMN 2U
#define SMALL_HEIGHT 40.0
#define GREATEST_STRETCH 1.7
#define KNOB_SIZE 38.0
#define KNOB_TOP 18.0  // Below the label
#define VALUE_TOP 59.0 // Below the top of a cell
#define VALUE_HEIGHT 17.0
#define BOX_HEIGHT 21.0
#define AXIS_LEFT 54.0 // For numbers and the label
#define LEGEND 26.0    // Above the window
#define ERROR_GAP 10.0
#define ERROR_SHARE 0.24 // Of the window and its error
#define LOWER_SHARE 0.40 // Of all below the legend
#define LOWER_TOP 24.0   // For the title of the strip
#define BARS_SHARE 0.24  // Of the width
#define BARS_GAP 34.0    // For halves of numbers on both sides
#define LEAST_PICTURE 310.0
#define BEST_PICTURE 370.0
#define LEAST_WIDTH 660.0
#define LEAST_BEST 780.0     // Best widths are from here
#define GREATEST_BEST 1000.0 // to here

LmuWidget
lmu_widget(const LmuControl* const control)
{
  return (control->flags & LMU_CONTROL_TOGGLED)       ? LMU_WIDGET_SWITCH
         : (control->flags & LMU_CONTROL_ENUMERATION) ? LMU_WIDGET_MENU
                                                      : LMU_WIDGET_KNOB;
}

LmuScene
lmu_scene(const LmuPanelSpec* const spec)
{
  const bool is_model =
    !strncmp(spec->name, "model", 5U) || !strcmp(spec->name, "capture");
  const bool is_predict  = !strncmp(spec->name, "predict", 7U);
  const bool is_decode   = !strncmp(spec->name, "decode", 6U);
  const bool has_outputs = is_model || is_predict || is_decode;
  return (LmuScene){!has_outputs, has_outputs, !is_model};
}

double
lmu_layout_fit(LmuLayout* const          layout,
               const LmuPanelSpec* const spec,
               const double              width,
               const double              height,
               const double              wanted)
{
  double best[2];
  double least[2];
  lmu_layout_size(spec, best, least);

  // A narrow window may have more rows of controls, and so need more height
  const double first = fmin(wanted, fmin(width / least[0], height / least[1]));
  const double scale =
    fmin(first, height / lmu_layout_height(spec, width / first));
  lmu_layout_init(layout, spec, width / scale, height / scale);
  return scale;
}

bool
lmu_rect_has(const LmuRect* const rect, const double x, const double y)
{
  return x >= rect->x && y >= rect->y && x < rect->x + rect->width &&
         y < rect->y + rect->height;
}

/// Controls of a group
typedef struct {
  const char* name;
  uint32_t    knobs[LMU_MAX_CONTROLS];
  uint32_t    small[LMU_MAX_CONTROLS];
  uint32_t    n_knobs;
  uint32_t    n_small;
  bool        starts_small; ///< Whether switches and menus come first
} Group;

static bool
is_shown(const LmuControl* const control)
{
  return !(control->flags & (LMU_CONTROL_HIDDEN | LMU_CONTROL_OUTPUT));
}

/// Gather groups in the order in which they first appear, return their number
static uint32_t
gather(Group* const groups, const LmuPanelSpec* const spec)
{
  uint32_t n_groups = 0U;
  for (uint32_t i = 0U; i < spec->n_controls; ++i) {
    const LmuControl* const control = &spec->controls[i];
    uint32_t                g       = 0U;
    while (g < n_groups && strcmp(groups[g].name, control->group) != 0) {
      ++g;
    }
    if (!is_shown(control) || g == LMU_MAX_CARDS) {
      continue;
    }

    Group* const group   = &groups[g];
    const bool   is_knob = lmu_widget(control) == LMU_WIDGET_KNOB;
    if (g == n_groups) {
      memset(group, 0, sizeof(*group));
      group->name         = control->group;
      group->starts_small = !is_knob;
      ++n_groups;
    }
    if (is_knob) {
      group->knobs[group->n_knobs++] = i;
    } else {
      group->small[group->n_small++] = i;
    }
  }
  return n_groups;
}

static uint32_t
count_columns(const Group* const group)
{
  return (group->n_small + SMALL_PER_COLUMN - 1U) / SMALL_PER_COLUMN;
}

static double
group_width(const Group* const group)
{
  return (2.0 * CARD_INSET) + (KNOB_CELL * group->n_knobs) +
         (SMALL_CELL * count_columns(group));
}

static void
add_knob(LmuLayout* const layout, const uint32_t control, const LmuRect bounds)
{
  layout->cells[layout->n_cells++] = (LmuSlot){
    control,
    LMU_WIDGET_KNOB,
    bounds,
    {bounds.x + (0.5 * (bounds.width - KNOB_SIZE)),
     bounds.y + KNOB_TOP,
     KNOB_SIZE,
     KNOB_SIZE},
    {bounds.x + 2.0, bounds.y + VALUE_TOP, bounds.width - 4.0, VALUE_HEIGHT}};
}

static void
add_small(LmuLayout* const          layout,
          const LmuPanelSpec* const spec,
          const uint32_t            control,
          const LmuRect             bounds)
{
  const double  top  = bounds.height - BOX_HEIGHT - 2.0;
  const LmuRect grip = {
    bounds.x + 4.0, bounds.y + top, bounds.width - 8.0, BOX_HEIGHT};
  layout->cells[layout->n_cells++] =
    (LmuSlot){control,
              lmu_widget(&spec->controls[control]),
              bounds,
              grip,
              {0.0, 0.0, 0.0, 0.0}};
}

/// Place the columns of switches and menus of a group, return their right end
static double
add_columns(LmuLayout* const          layout,
            const LmuPanelSpec* const spec,
            const Group* const        group,
            const LmuRect             start)
{
  for (uint32_t i = 0U; i < group->n_small; ++i) {
    const uint32_t column = i / SMALL_PER_COLUMN;
    const LmuRect  bounds = {start.x + (start.width * column),
                             start.y + (SMALL_HEIGHT * (i % SMALL_PER_COLUMN)) -
                               2.0,
                             start.width,
                             SMALL_HEIGHT};
    add_small(layout, spec, group->small[i], bounds);
  }
  return start.x + (start.width * count_columns(group));
}

/// Place a card with its left upper corner, return its width
static double
add_card(LmuLayout* const          layout,
         const LmuPanelSpec* const spec,
         const Group* const        group,
         const double              corner[2],
         const double              stretch)
{
  const double inner = (group_width(group) - (2.0 * CARD_INSET)) * stretch;
  const double top   = corner[1] + CARD_TITLE;
  const double small = stretch * SMALL_CELL;
  const double knob  = stretch * KNOB_CELL;
  double       x     = corner[0] + CARD_INSET;
  if (group->starts_small) {
    x = add_columns(layout, spec, group, (LmuRect){x, top, small, 0.0});
  }
  for (uint32_t i = 0U; i < group->n_knobs; ++i) {
    add_knob(layout,
             group->knobs[i],
             (LmuRect){x, top, knob, CARD_HEIGHT - CARD_TITLE - 6.0});
    x += knob;
  }
  if (!group->starts_small) {
    (void)add_columns(layout, spec, group, (LmuRect){x, top, small, 0.0});
  }

  const double width = inner + (2.0 * CARD_INSET);
  layout->cards[layout->n_cards++] =
    (LmuCard){group->name, {corner[0], corner[1], width, CARD_HEIGHT}};
  return width;
}

/// Return the group after the last of a row, and the row's width
static uint32_t
row_end(double* const      width,
        const Group* const groups,
        const uint32_t     first,
        const uint32_t     n_groups,
        const double       room)
{
  uint32_t end = first + 1U;
  *width       = group_width(&groups[first]);
  while (end < n_groups && *width + GAP + group_width(&groups[end]) <= room) {
    *width += GAP + group_width(&groups[end]);
    ++end;
  }
  return end;
}

/// Return how many rows the controls take
static uint32_t
count_rows(const Group* const groups,
           const uint32_t     n_groups,
           const double       room)
{
  uint32_t n_rows = 0U;
  double   width  = 0.0;
  for (uint32_t i = 0U; i < n_groups; ++n_rows) {
    i = row_end(&width, groups, i, n_groups, room);
  }
  return n_rows;
}

/// Place all cards from a height on
static void
add_cards(LmuLayout* const          layout,
          const LmuPanelSpec* const spec,
          const Group* const        groups,
          const uint32_t            n_groups,
          const double              top)
{
  const double room = layout->width - (2.0 * MARGIN);
  double       y    = top;
  for (uint32_t i = 0U; i < n_groups;) {
    double         width = 0.0;
    const uint32_t end   = row_end(&width, groups, i, n_groups, room);
    const double   fixed =
      (GAP * (end - i - 1U)) + (2.0 * CARD_INSET * (end - i));
    const double stretch =
      fmin((room - fixed) / fmax(width - fixed, 1.0), GREATEST_STRETCH);
    double point[2] = {MARGIN, y};
    for (; i < end; ++i) {
      point[0] += add_card(layout, spec, &groups[i], point, stretch) + GAP;
    }

    // The last card of a row ends at the edge, whatever is in it
    LmuRect* const last = &layout->cards[layout->n_cards - 1U].bounds;
    last->width         = layout->width - MARGIN - last->x;
    y += CARD_HEIGHT + GAP;
  }
}

static double
controls_height(const uint32_t n_rows)
{
  return n_rows * (CARD_HEIGHT + GAP);
}

static double
fixed_height(const LmuPanelSpec* const spec, const double width)
{
  Group          groups[LMU_MAX_CARDS];
  const uint32_t n_groups = gather(groups, spec);
  const uint32_t n_rows = count_rows(groups, n_groups, width - (2.0 * MARGIN));
  return HEADER + (spec->has_weights ? FILE_ROW : 0.0) +
         controls_height(n_rows) + HELP;
}

double
lmu_layout_height(const LmuPanelSpec* const spec, const double width)
{
  return fixed_height(spec, width) + LEAST_PICTURE;
}

void
lmu_layout_size(const LmuPanelSpec* const spec, double best[2], double least[2])
{
  Group          groups[LMU_MAX_CARDS];
  const uint32_t n_groups = gather(groups, spec);
  double         width    = 2.0 * MARGIN;
  for (uint32_t i = 0U; i < n_groups; ++i) {
    width += group_width(&groups[i]) + GAP;
  }
  best[0]  = fmin(fmax(width, LEAST_BEST), GREATEST_BEST);
  best[1]  = fixed_height(spec, best[0]) + BEST_PICTURE;
  least[0] = LEAST_WIDTH;
  least[1] = lmu_layout_height(spec, best[0]);
}

/// Lay out the upper panels, from below the legend to a bottom
static void
set_window(LmuLayout* const      layout,
           const LmuScene* const scene,
           const double          bottom)
{
  const double x     = MARGIN + AXIS_LEFT;
  const double y     = layout->legend.y + layout->legend.height;
  const double width = layout->width - x - MARGIN - 8.0;
  const double room  = bottom - y - LMU_AXIS_BELOW;
  const double error = scene->has_error ? ERROR_SHARE * room : 0.0;
  const double gap   = scene->has_error ? ERROR_GAP : 0.0;

  layout->window = (LmuRect){x, y, width, room - error - gap};
  layout->error  = (LmuRect){x, y + room - error, width, error};
}

/// Lay out the picture between two heights
static void
set_picture(LmuLayout* const          layout,
            const LmuPanelSpec* const spec,
            const double              top,
            const double              bottom)
{
  const LmuScene scene = lmu_scene(spec);
  const double   x     = MARGIN + AXIS_LEFT;
  const double   width = layout->width - x - MARGIN - 8.0;
  const double   room  = bottom - top - LEGEND;
  const double   lower = LOWER_SHARE * room;
  layout->picture      = (LmuRect){0.0, top, layout->width, bottom - top};
  layout->legend       = (LmuRect){x, top, width, LEGEND};
  set_window(layout, &scene, bottom - lower);

  const double bars = BARS_SHARE * width;
  const double y    = bottom - lower + LOWER_TOP;
  const double high = lower - LOWER_TOP - LMU_AXIS_BELOW;
  layout->heat      = (LmuRect){x, y, width - bars - BARS_GAP, high};
  layout->bars      = (LmuRect){x + width - bars, y, bars, high};
}

static void
set_file_row(LmuLayout* const layout)
{
  const double y = HEADER + 4.0;
  layout->file =
    (LmuRect){MARGIN, HEADER, layout->width - (2.0 * MARGIN), FILE_ROW - 6.0};
  layout->open     = (LmuRect){MARGIN + 6.0, y, 64.0, 24.0};
  layout->previous = (LmuRect){MARGIN + 76.0, y, 24.0, 24.0};
  layout->next     = (LmuRect){MARGIN + 102.0, y, 24.0, 24.0};
}

void
lmu_layout_init(LmuLayout* const          layout,
                const LmuPanelSpec* const spec,
                const double              width,
                const double              height)
{
  Group          groups[LMU_MAX_CARDS];
  const uint32_t n_groups = gather(groups, spec);
  const uint32_t n_rows = count_rows(groups, n_groups, width - (2.0 * MARGIN));
  memset(layout, 0, sizeof(*layout));
  layout->width  = width;
  layout->height = height;
  layout->header = (LmuRect){MARGIN, 0.0, width - (2.0 * MARGIN), HEADER};
  layout->theme  = (LmuRect){width - MARGIN - 26.0, 13.0, 26.0, 26.0};
  layout->help = (LmuRect){MARGIN, height - HELP, width - (2.0 * MARGIN), HELP};
  if (spec->has_weights) {
    set_file_row(layout);
  }

  const double top =
    HEADER + layout->file.height + (spec->has_weights ? 4.0 : 0.0);
  const double controls = height - HELP - controls_height(n_rows);
  set_picture(layout, spec, top, controls);
  add_cards(layout, spec, groups, n_groups, controls + 2.0);
}
