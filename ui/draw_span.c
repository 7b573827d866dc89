// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/draw_span.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Each column of pixels is cut in steps, and each of them is filled from one
// position to another, in parts of a pixel.  Both make 256 for a whole pixel.
#define N_STEPS 4
#define PARTS 64
#define WHOLE (N_STEPS * PARTS)

#define MAX_HEIGHT 8192 // Of a window [pixels]
#define MAX_REACH 64    // Of half the width of a line [steps]
#define MAX_NEAR (N_STEPS + (2 * MAX_REACH))

/// Where to draw [pixels]
typedef struct {
  cairo_surface_t* surface;
  unsigned char*   data;
  size_t           stride; ///< Bytes in a row
  int              left;   ///< First column, and the others of a rectangle
  int              top;    //
  int              right;  ///< After the last
  int              bottom; //
  double           start;  ///< Where the time of the panel starts
  double           length; ///< How long it is
  float            zero;   ///< Where the value 0 is
  float            unit;   ///< How far down 1 is from there
  double           scale;  ///< Pixels of a unit
  uint32_t         color;
  int32_t          changes[MAX_HEIGHT + 2]; ///< Of what is filled, zero at rest
} Canvas;

/// Values in time
typedef struct {
  const float* values;
  uint32_t     step; ///< From one value to the next
  uint32_t     count;
} Curve;

static uint32_t
color_of(cairo_t* const cr)
{
  double red   = 0.0;
  double green = 0.0;
  double blue  = 0.0;
  double alpha = 1.0;
  (void)cairo_pattern_get_rgba(
    cairo_get_source(cr), &red, &green, &blue, &alpha);
  return 0xFF000000U | ((uint32_t)lround(255.0 * red) << 16U) |
         ((uint32_t)lround(255.0 * green) << 8U) |
         (uint32_t)lround(255.0 * blue);
}

/// Return a position from 0 to a limit, rounded
static int
edge(const double position, const int limit)
{
  return (int)fmin(fmax(round(position), 0.0), limit);
}

/// Set up all of a canvas, return false if there is nothing to draw on
static bool
begin(Canvas* const        self,
      cairo_t* const       cr,
      const LmuRect* const panel,
      const LmuAxis* const y_axis)
{
  double       left   = panel->x;
  double       top    = panel->y;
  double       right  = panel->x + panel->width;
  double       bottom = panel->y + panel->height;
  const double zero   = lmu_axis_y(y_axis, panel, 0.0);
  const double unit   = lmu_axis_y(y_axis, panel, 1.0) - zero;
  self->surface       = cairo_get_target(cr);
  if (cairo_surface_get_type(self->surface) != CAIRO_SURFACE_TYPE_IMAGE ||
      cairo_image_surface_get_format(self->surface) > CAIRO_FORMAT_RGB24) {
    return false;
  }

  const int height = cairo_image_surface_get_height(self->surface);
  cairo_user_to_device(cr, &left, &top);
  cairo_user_to_device(cr, &right, &bottom);
  self->scale  = (right - left) / panel->width;
  self->left   = edge(left, cairo_image_surface_get_width(self->surface));
  self->right  = edge(right, cairo_image_surface_get_width(self->surface));
  self->top    = edge(top, (height < MAX_HEIGHT) ? height : MAX_HEIGHT);
  self->bottom = edge(bottom, (height < MAX_HEIGHT) ? height : MAX_HEIGHT);
  self->start  = left;
  self->length = right - left;
  self->zero   = (float)(top + ((zero - panel->y) * self->scale));
  self->unit   = (float)(unit * self->scale);
  self->color  = color_of(cr);
  cairo_surface_flush(self->surface);
  self->data   = cairo_image_surface_get_data(self->surface);
  self->stride = (size_t)cairo_image_surface_get_stride(self->surface);
  return self->data && self->left < self->right && self->top < self->bottom;
}

/// Return a colour over another, by its share of WHOLE
static uint32_t
blend(const uint32_t below, const uint32_t color, const uint32_t share)
{
  const uint32_t rest = WHOLE - share;
  const uint32_t red_blue =
    ((below & 0xFF00FFU) * rest) + ((color & 0xFF00FFU) * share) + 0x800080U;
  const uint32_t green =
    ((below & 0xFF00U) * rest) + ((color & 0xFF00U) * share) + 0x8000U;
  return 0xFF000000U | ((red_blue >> 8U) & 0xFF00FFU) |
         ((green >> 8U) & 0xFF00U);
}

/// Return a position below the top in parts of a pixel, in the canvas
static int32_t
parts_of(const Canvas* const self, const float position)
{
  const float most  = (float)(self->bottom - self->top);
  const float below = position - (float)self->top;
  return (int32_t)((PARTS * ((below < 0.0f)   ? 0.0f
                             : (below > most) ? most
                                              : below)) +
                   0.5f);
}

/// Note what a step adds to all below a position
static void
add(Canvas* const self, const int32_t position, const int32_t sign)
{
  const int32_t row  = position / PARTS;
  const int32_t rest = position % PARTS;
  self->changes[row] += sign * (PARTS - rest);
  self->changes[row + 1] += sign * rest;
}

/// Fill a column of pixels with what its steps noted from a row to another
static void
fill(Canvas* const self,
     const int     column,
     const int32_t first,
     const int32_t end)
{
  unsigned char* data = self->data +
                        ((size_t)(self->top + first) * self->stride) +
                        (sizeof(uint32_t) * (size_t)column);
  int32_t share = 0;
  for (int32_t row = first; row < end; ++row) {
    share += self->changes[row];
    self->changes[row]    = 0;
    uint32_t* const pixel = (uint32_t*)(void*)data;
    *pixel                = (share == WHOLE) ? self->color
                                             : blend(*pixel, self->color, (uint32_t)share);
    data += self->stride;
  }
  self->changes[end] = 0;
}

/// Draw a column whose steps are filled from one position to another, if that
/// is below
static void
draw_column(Canvas* const self,
            const int     column,
            const float   upper[N_STEPS],
            const float   lower[N_STEPS])
{
  int32_t first = PARTS * (self->bottom - self->top);
  int32_t end   = 0;
  for (int k = 0; k < N_STEPS; ++k) {
    if (upper[k] < lower[k]) {
      const int32_t from = parts_of(self, upper[k]);
      const int32_t to   = parts_of(self, lower[k]);
      add(self, from, 1);
      add(self, to, -1);
      first = (from < first) ? from : first;
      end   = (to > end) ? to : end;
    }
  }
  if (first < end) {
    fill(self, column, first / PARTS, (end + PARTS - 1) / PARTS);
  }
  memset(self->changes + (end / PARTS), 0, 2U * sizeof(self->changes[0]));
}

/// Return the position of a value in time, in values, from a step on
static float
position(const Canvas* const self, const int step, const uint32_t count)
{
  const double x = self->left + ((step + 0.5) / N_STEPS);
  return (float)(((x - self->start) / self->length * count) - 0.5);
}

/// Return whether there are values around a position
static bool
has_values(const Curve* const curve, const float position)
{
  return position >= 0.0f && position <= (float)(curve->count - 1U);
}

/// Return how far down a curve is, between values
static float
position_at(const Canvas* const self,
            const Curve* const  curve,
            const float         position)
{
  const uint32_t i    = (uint32_t)position;
  const uint32_t next = (i + 1U < curve->count) ? i + 1U : i;
  const float    a    = curve->values[(size_t)i * curve->step];
  const float    b    = curve->values[(size_t)next * curve->step];
  return self->zero + (self->unit * (a + ((position - (float)i) * (b - a))));
}

void
lmu_draw_span_outline(cairo_t* const       cr,
                      const LmuRect* const panel,
                      const LmuAxis* const y_axis,
                      const float          pairs[][2],
                      const uint32_t       n_pairs,
                      const double         width)
{
  Canvas      self;
  const Curve least = {pairs[0], 2U, n_pairs};
  const Curve most  = {pairs[0] + 1, 2U, n_pairs};
  if (!n_pairs || !begin(&self, cr, panel, y_axis)) {
    return;
  }

  const float half = (float)(0.5 * width * self.scale);
  memset(self.changes, 0, sizeof(self.changes));
  for (int column = self.left; column < self.right; ++column) {
    float upper[N_STEPS] = {0.0f};
    float lower[N_STEPS] = {0.0f};
    for (int k = 0; k < N_STEPS; ++k) {
      const int   step = (N_STEPS * (column - self.left)) + k;
      const float at   = position(&self, step, n_pairs);
      if (has_values(&least, at)) {
        upper[k] = position_at(&self, &most, at) - half;
        lower[k] = position_at(&self, &least, at) + half;
      }
    }
    draw_column(&self, column, upper, lower);
  }
  cairo_surface_mark_dirty(self.surface);
}

/// Write where a line of a width begins and ends in the steps of a column, as
/// a disc does that is moved along it
static void
widen(float        upper[N_STEPS],
      float        lower[N_STEPS],
      const float* near,
      const float* heights,
      const int    reach)
{
  for (int k = 0; k < N_STEPS; ++k) {
    upper[k] = INFINITY;
    lower[k] = -INFINITY;
  }
  for (int i = 0; i <= 2 * reach; ++i) {
    for (int k = 0; k < N_STEPS; ++k) {
      const float above = near[i + k] - heights[i]; // Not a number: no value
      const float below = near[i + k] + heights[i];
      upper[k]          = (above < upper[k]) ? above : upper[k];
      lower[k]          = (below > lower[k]) ? below : lower[k];
    }
  }
}

void
lmu_draw_span_line(cairo_t* const       cr,
                   const LmuRect* const panel,
                   const LmuAxis* const y_axis,
                   const float* const   samples,
                   const uint32_t       n_samples,
                   const double         width)
{
  Canvas      self;
  const Curve curve = {samples, 1U, n_samples};
  if (!n_samples || !begin(&self, cr, panel, y_axis)) {
    return;
  }

  const double half  = 0.5 * width * self.scale;
  const int    reach = (int)fmin(half * N_STEPS, MAX_REACH);
  float        heights[(2 * MAX_REACH) + 1];
  for (int i = -reach; i <= reach; ++i) {
    const double aside = (double)i / N_STEPS;
    heights[i + reach] = (float)sqrt((half * half) - (aside * aside));
  }

  memset(self.changes, 0, sizeof(self.changes));
  for (int column = self.left; column < self.right; ++column) {
    float near[MAX_NEAR];
    float upper[N_STEPS];
    float lower[N_STEPS];
    for (int i = 0; i < N_STEPS + (2 * reach); ++i) {
      const int   step = (N_STEPS * (column - self.left)) + i - reach;
      const float at   = position(&self, step, n_samples);
      near[i] = has_values(&curve, at) ? position_at(&self, &curve, at) : NAN;
    }
    widen(upper, lower, near, heights, reach);
    draw_column(&self, column, upper, lower);
  }
  cairo_surface_mark_dirty(self.surface);
}
