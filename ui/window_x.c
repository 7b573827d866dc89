// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/window_x.h"

#include "core/base/setup/number.h"
#include "ui/event.h"
#include "ui/keys_x.h"

#include <xcb/xcb.h>
#include <xcb/xproto.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 24U
#define USUAL_DPI 96.0
#define MAX_RESOURCES 65536U // Words of the resources that are read

/// Bytes of a request besides its pixels
#define PUT_IMAGE_HEAD 32U

/// Bytes that are sent at once, so that the server need not grow for them
#define MAX_CHUNK 262144U

// From ICCCM: 5 flags of a hint, and what is in its 18 words
#define HINT_MIN_SIZE (1U << 4U)
#define HINT_BASE_SIZE (1U << 8U)
#define N_HINT_WORDS 18U

struct LmuWindowImpl {
  xcb_connection_t*     connection;
  xcb_screen_t*         screen;
  xcb_window_t          parent;
  xcb_window_t          window;
  xcb_gcontext_t        gc;
  xcb_colormap_t        colormap;
  xcb_visualid_t        visual;
  xcb_pixmap_t          pixmap;   ///< A picture that is not whole yet
  uint32_t              sizes[2]; ///< Width and height of it
  LmuKeysX              keys;
  xcb_key_press_event_t key; ///< The one that was read last
  uint32_t              width;
  uint32_t              height;
  bool                  is_mapped;
  bool                  is_hidden;  ///< Something lies over all of it
  bool                  is_stale;   ///< Must be drawn
  bool                  has_window; ///< It was not destroyed yet
};

/// Return whether pixels of a visual are as cairo has them
static bool
is_usual(const xcb_visualtype_t* const visual)
{
  return visual->_class == XCB_VISUAL_CLASS_TRUE_COLOR &&
         visual->red_mask == 0xFF0000U && visual->green_mask == 0xFF00U &&
         visual->blue_mask == 0xFFU;
}

/// Find colours as cairo has them, best those of the root window
static bool
find_visual(LmuWindow* const self)
{
  bool                 is_found = false;
  xcb_depth_iterator_t depths =
    xcb_screen_allowed_depths_iterator(self->screen);
  for (; depths.rem; xcb_depth_next(&depths)) {
    xcb_visualtype_iterator_t visuals = xcb_depth_visuals_iterator(depths.data);
    for (; depths.data->depth == DEPTH && visuals.rem;
         xcb_visualtype_next(&visuals)) {
      const bool is_root = visuals.data->visual_id == self->screen->root_visual;
      if (is_usual(visuals.data) && (is_root || !is_found)) {
        self->visual = visuals.data->visual_id;
        is_found     = true;
      }
    }
  }
  return is_found;
}

/// Return whether a pixel takes four bytes, in the order of this computer
static bool
has_usual_format(const xcb_setup_t* const setup)
{
  const uint16_t one     = 1U;
  const bool     is_lsb  = *(const unsigned char*)&one == 1U;
  bool           is_wide = false;
  for (xcb_format_iterator_t i = xcb_setup_pixmap_formats_iterator(setup);
       i.rem;
       xcb_format_next(&i)) {
    is_wide =
      is_wide || (i.data->depth == DEPTH && i.data->bits_per_pixel == 32U);
  }
  return is_wide &&
         setup->image_byte_order ==
           (is_lsb ? XCB_IMAGE_ORDER_LSB_FIRST : XCB_IMAGE_ORDER_MSB_FIRST);
}

static bool
find_screen(LmuWindow* const self, int number)
{
  const xcb_setup_t* const setup = xcb_get_setup(self->connection);
  xcb_screen_iterator_t    i     = xcb_setup_roots_iterator(setup);
  for (; number > 0 && i.rem > 1; --number) {
    xcb_screen_next(&i);
  }
  self->screen = i.data;
  return self->screen && has_usual_format(setup) && find_visual(self);
}

/// Create the window, return whether the server could
static bool
create(LmuWindow* const self)
{
  const uint32_t events =
    XCB_EVENT_MASK_KEY_PRESS | XCB_EVENT_MASK_KEY_RELEASE |
    XCB_EVENT_MASK_BUTTON_PRESS | XCB_EVENT_MASK_BUTTON_RELEASE |
    XCB_EVENT_MASK_LEAVE_WINDOW | XCB_EVENT_MASK_POINTER_MOTION |
    XCB_EVENT_MASK_EXPOSURE | XCB_EVENT_MASK_VISIBILITY_CHANGE |
    XCB_EVENT_MASK_STRUCTURE_NOTIFY;

  // The parent may have other colours, so border and colormap must be given
  const uint32_t values[] = {0U, events, self->colormap};
  xcb_create_colormap(self->connection,
                      XCB_COLORMAP_ALLOC_NONE,
                      self->colormap,
                      self->screen->root,
                      self->visual);
  const xcb_void_cookie_t cookie = xcb_create_window_checked(
    self->connection,
    DEPTH,
    self->window,
    self->parent,
    0,
    0,
    (uint16_t)self->width,
    (uint16_t)self->height,
    0U,
    XCB_WINDOW_CLASS_INPUT_OUTPUT,
    self->visual,
    XCB_CW_BORDER_PIXEL | XCB_CW_EVENT_MASK | XCB_CW_COLORMAP,
    values);

  xcb_generic_error_t* const error =
    xcb_request_check(self->connection, cookie);
  free(error);
  return !error && !xcb_connection_has_error(self->connection);
}

/// Tell hosts the least size
static void
set_hints(LmuWindow* const self, const uint32_t least[2])
{
  uint32_t hints[N_HINT_WORDS] = {HINT_MIN_SIZE | HINT_BASE_SIZE};
  hints[5]                     = least[0];
  hints[6]                     = least[1];
  hints[15]                    = self->width;
  hints[16]                    = self->height;
  xcb_change_property(self->connection,
                      XCB_PROP_MODE_REPLACE,
                      self->window,
                      XCB_ATOM_WM_NORMAL_HINTS,
                      XCB_ATOM_WM_SIZE_HINTS,
                      32,
                      N_HINT_WORDS,
                      hints);
}

LmuWindow*
lmu_window_new(const uint32_t parent,
               const uint32_t size[2],
               const uint32_t least[2])
{
  LmuWindow* const self   = (LmuWindow*)calloc(1U, sizeof(LmuWindow));
  int              number = 0;
  if (!self) {
    return NULL;
  }

  self->connection = xcb_connect(NULL, &number);
  self->parent     = parent;
  self->width      = size[0];
  self->height     = size[1];
  if (xcb_connection_has_error(self->connection) ||
      !find_screen(self, number)) {
    lmu_window_free(self);
    return NULL;
  }

  self->window     = xcb_generate_id(self->connection);
  self->gc         = xcb_generate_id(self->connection);
  self->colormap   = xcb_generate_id(self->connection);
  self->has_window = create(self);
  if (!self->has_window) {
    lmu_window_free(self);
    return NULL;
  }

  const uint32_t no_exposures = 0U;
  xcb_create_gc(self->connection,
                self->gc,
                self->window,
                XCB_GC_GRAPHICS_EXPOSURES,
                &no_exposures);
  set_hints(self, least);
  lmu_keys_x_init(&self->keys, self->connection);
  xcb_map_window(self->connection, self->window);
  xcb_flush(self->connection);
  self->is_stale = true;
  return self;
}

/// Note a server that is gone, so that nothing is written to it
static void
look_for_end(LmuWindow* const self)
{
  free(xcb_poll_for_event(self->connection));
}

void
lmu_window_free(LmuWindow* const window)
{
  if (!window) {
    return;
  }

  if (!xcb_connection_has_error(window->connection)) {
    look_for_end(window);
  }
  if (window->has_window && !xcb_connection_has_error(window->connection)) {
    xcb_destroy_window(window->connection, window->window);
    xcb_flush(window->connection);
  }
  lmu_keys_x_reset(&window->keys);
  xcb_disconnect(window->connection);
  free(window);
}

uintptr_t
lmu_window_handle(const LmuWindow* const window)
{
  return window->window;
}

bool
lmu_window_is_alive(const LmuWindow* const window)
{
  return !xcb_connection_has_error(window->connection);
}

bool
lmu_window_is_visible(const LmuWindow* const window)
{
  return window->has_window && window->is_mapped && !window->is_hidden;
}

uint32_t
lmu_window_width(const LmuWindow* const window)
{
  return window->width;
}

uint32_t
lmu_window_height(const LmuWindow* const window)
{
  return window->height;
}

/// Return the resolution among resources such as "Xft.dpi:\t96\n", or 0
static double
read_dpi(char* const text)
{
  double      dpi  = 0.0;
  char*       rest = NULL;
  const char* name = "Xft.dpi:";
  for (char* line = strtok_r(text, "\n", &rest); line;
       line       = strtok_r(NULL, "\n", &rest)) {
    if (!strncmp(line, name, strlen(name))) {
      const char* number = line + strlen(name);
      number += strspn(number, " \t");
      dpi = lmu_number_read(&dpi, number) ? dpi : 0.0;
    }
  }
  return dpi;
}

double
lmu_window_suggestion(const LmuWindow* const window)
{
  const xcb_get_property_cookie_t cookie =
    xcb_get_property(window->connection,
                     0U,
                     window->screen->root,
                     XCB_ATOM_RESOURCE_MANAGER,
                     XCB_ATOM_STRING,
                     0U,
                     MAX_RESOURCES);
  xcb_get_property_reply_t* const reply =
    xcb_get_property_reply(window->connection, cookie, NULL);
  double dpi = 0.0;
  if (reply && reply->format == 8U) {
    const int   length = xcb_get_property_value_length(reply);
    char* const text =
      strndup((const char*)xcb_get_property_value(reply), (size_t)length);
    dpi = text ? read_dpi(text) : 0.0;
    free(text);
  }
  free(reply);
  return (dpi > 0.0) ? dpi / USUAL_DPI : 0.0;
}

void
lmu_window_set_size(LmuWindow* const window,
                    const uint32_t   size[2],
                    const uint32_t   least[2])
{
  if (window->has_window) {
    set_hints(window, least);
    xcb_configure_window(window->connection,
                         window->window,
                         XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT,
                         size);
    xcb_flush(window->connection);
  }
}

bool
lmu_window_step(LmuWindow* const window)
{
  const bool result = window->is_stale && lmu_window_is_visible(window);
  window->is_stale  = window->is_stale && !result;
  return result;
}

/// Use an event that is about the window itself
static void
use_own_event(LmuWindow* const self, const xcb_generic_event_t* const event)
{
  const xcb_configure_notify_event_t* const configure =
    (const xcb_configure_notify_event_t*)event;
  const xcb_visibility_notify_event_t* const visibility =
    (const xcb_visibility_notify_event_t*)event;
  switch (event->response_type & 0x7FU) {
  case XCB_EXPOSE:
    self->is_stale = true;
    break;
  case XCB_CONFIGURE_NOTIFY:
    self->is_stale = self->is_stale || self->width != configure->width ||
                     self->height != configure->height;
    self->width  = configure->width;
    self->height = configure->height;
    break;
  case XCB_MAP_NOTIFY:
    self->is_mapped = true;
    self->is_stale  = true;
    break;
  case XCB_UNMAP_NOTIFY:
    self->is_mapped = false;
    break;
  case XCB_VISIBILITY_NOTIFY:
    self->is_hidden = visibility->state == XCB_VISIBILITY_FULLY_OBSCURED;
    self->is_stale  = true;
    break;
  case XCB_DESTROY_NOTIFY:
    self->has_window = false;
    break;
  case XCB_MAPPING_NOTIFY:
    lmu_keys_x_reset(&self->keys);
    lmu_keys_x_init(&self->keys, self->connection);
    break;
  default:
    break; // Errors too: windows die before they are told
  }
}

/// Fill in what pointer events share
static void
set_pointer(LmuEvent* const event,
            const int16_t   x,
            const int16_t   y,
            const uint16_t  state,
            const uint32_t  time)
{
  event->x           = x;
  event->y           = y;
  event->time_ms     = time;
  event->has_shift   = state & XCB_MOD_MASK_SHIFT;
  event->has_control = state & XCB_MOD_MASK_CONTROL;
}

/// Read a button, where buttons 4 and 5 are the wheel
static bool
read_button(LmuWindow* const                      self,
            LmuEvent* const                       event,
            const xcb_button_press_event_t* const button)
{
  const bool is_press = (button->response_type & 0x7FU) == XCB_BUTTON_PRESS;
  set_pointer(
    event, button->event_x, button->event_y, button->state, button->time);
  if (button->detail == 4U || button->detail == 5U) {
    event->type  = LMU_EVENT_WHEEL;
    event->steps = (button->detail == 4U) ? 1.0 : -1.0;
    return is_press;
  }
  if (button->detail != 1U) {
    return false;
  }
  if (is_press) {
    // Keys are for us from now on, see lmu_window_forward() for the rest
    xcb_set_input_focus(
      self->connection, XCB_INPUT_FOCUS_PARENT, self->window, button->time);
    xcb_flush(self->connection);
  }
  event->type = is_press ? LMU_EVENT_PRESS : LMU_EVENT_RELEASE;
  return true;
}

/// Read an event, return false if it is none of a person
static bool
read_event(LmuWindow* const                 self,
           LmuEvent* const                  event,
           const xcb_generic_event_t* const any)
{
  const xcb_motion_notify_event_t* const motion =
    (const xcb_motion_notify_event_t*)any;
  const xcb_key_press_event_t* const key = (const xcb_key_press_event_t*)any;
  memset(event, 0, sizeof(*event));
  switch (any->response_type & 0x7FU) {
  case XCB_BUTTON_PRESS:
  case XCB_BUTTON_RELEASE:
    return read_button(self, event, (const xcb_button_press_event_t*)any);
  case XCB_MOTION_NOTIFY:
    event->type = LMU_EVENT_MOVE;
    set_pointer(
      event, motion->event_x, motion->event_y, motion->state, motion->time);
    return true;
  case XCB_LEAVE_NOTIFY:
    event->type = LMU_EVENT_LEAVE;
    return true;
  case XCB_KEY_PRESS:
    self->key   = *key;
    event->type = LMU_EVENT_KEY;
    set_pointer(event, key->event_x, key->event_y, key->state, key->time);
    lmu_keys_x_read(&self->keys, event, key->detail, key->state);
    return true;
  case XCB_KEY_RELEASE:
    self->key = *key;
    lmu_window_forward(self); // Hosts pair them with what they get
    return false;
  default:
    use_own_event(self, any);
    return false;
  }
}

bool
lmu_window_read(LmuWindow* const window, LmuEvent* const event)
{
  xcb_generic_event_t* any = NULL;
  while ((any = xcb_poll_for_event(window->connection))) {
    const bool is_read = any->response_type && read_event(window, event, any);
    free(any);
    if (is_read) {
      return true;
    }
  }
  return false;
}

void
lmu_window_forward(LmuWindow* const window)
{
  const bool is_press = (window->key.response_type & 0x7FU) == XCB_KEY_PRESS;
  xcb_key_press_event_t key = window->key;
  key.event                 = window->parent;
  key.child                 = window->window;
  key.response_type         = is_press ? XCB_KEY_PRESS : XCB_KEY_RELEASE;
  xcb_send_event(window->connection,
                 1U,
                 window->parent,
                 is_press ? XCB_EVENT_MASK_KEY_PRESS
                          : XCB_EVENT_MASK_KEY_RELEASE,
                 (const char*)&key);
  xcb_flush(window->connection);
}

/// Make room for a picture in the server
static void
set_pixmap(LmuWindow* const self, const uint32_t size[2])
{
  if (self->sizes[0] == size[0] && self->sizes[1] == size[1]) {
    return;
  }
  if (self->sizes[0]) {
    xcb_free_pixmap(self->connection, self->pixmap);
  }
  self->pixmap   = xcb_generate_id(self->connection);
  self->sizes[0] = size[0];
  self->sizes[1] = size[1];
  xcb_create_pixmap(self->connection,
                    DEPTH,
                    self->pixmap,
                    self->window,
                    (uint16_t)size[0],
                    (uint16_t)size[1]);
}

void
lmu_window_process(LmuWindow* const           window,
                   const unsigned char* const pixels,
                   const uint32_t             stride,
                   const uint32_t             size[2],
                   const uint32_t             first,
                   const uint32_t             end)
{
  const uint64_t longest =
    (4U * (uint64_t)xcb_get_maximum_request_length(window->connection)) -
    PUT_IMAGE_HEAD;
  const uint64_t chunk  = (longest < MAX_CHUNK) ? longest : MAX_CHUNK;
  const uint32_t n_rows = (uint32_t)((chunk / stride) ? chunk / stride : 1U);

  // Parts of a picture are shown at once, or it would be torn between them
  set_pixmap(window, size);
  for (uint32_t y = first; y < end; y += n_rows) {
    const uint32_t rows = (end - y < n_rows) ? end - y : n_rows;
    xcb_put_image(window->connection,
                  XCB_IMAGE_FORMAT_Z_PIXMAP,
                  window->pixmap,
                  window->gc,
                  (uint16_t)size[0],
                  (uint16_t)rows,
                  0,
                  (int16_t)y,
                  0U,
                  DEPTH,
                  rows * stride,
                  pixels + ((size_t)y * stride));
  }
  xcb_copy_area(window->connection,
                window->pixmap,
                window->window,
                window->gc,
                0,
                (int16_t)first,
                0,
                (int16_t)first,
                (uint16_t)size[0],
                (uint16_t)(end - first));
  xcb_flush(window->connection);
}
