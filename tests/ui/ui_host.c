// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/ui/ui_host.h"

#include "tests/ui/views.h"
#include "ui/panel_spec.h"
#include "ui/view.h"

#include <check.h>
#include <dlfcn.h>
#include <lv2/atom/atom.h>
#include <lv2/atom/util.h>
#include <lv2/core/lv2.h>
#include <lv2/options/options.h>
#include <lv2/ui/ui.h>
#include <lv2/urid/urid.h>
#include <xcb/xcb.h>
#include <xcb/xproto.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BUNDLE "/nowhere/"

const LV2UI_Descriptor*
ui_host_load(const uint32_t index)
{
  void* const binary = dlopen(getenv("LMU_UI"), RTLD_NOW | RTLD_LOCAL);
  ck_assert_msg(binary, "%s", dlerror());

  union {
    void*                    data;
    LV2UI_DescriptorFunction function;
  } symbol = {dlsym(binary, "lv2ui_descriptor")};
  ck_assert_ptr_nonnull(symbol.data);
  return symbol.function(index);
}

static void
note_message(Write* const           write,
             const LmuUiUris* const uris,
             const void* const      buffer)
{
  const LV2_Atom_Object* const object = (const LV2_Atom_Object*)buffer;
  write->type                         = object->body.otype;
  LV2_ATOM_OBJECT_FOREACH(object, property) {
    if (property->key == uris->watch_rate) {
      write->rate = *(const float*)LV2_ATOM_BODY(&property->value);
    } else if (property->key == uris->patch_value) {
      strncpy(write->path,
              (const char*)LV2_ATOM_BODY(&property->value),
              sizeof(write->path) - 1U);
    }
  }
}

static void
on_write(LV2UI_Controller  controller,
         const uint32_t    port,
         const uint32_t    size,
         const uint32_t    format,
         const void* const buffer)
{
  UiHost* const host = (UiHost*)controller;
  ck_assert_uint_lt(host->n_writes, MAX_WRITES);

  Write* const write = &host->writes[host->n_writes++];
  memset(write, 0, sizeof(*write));
  write->port   = port;
  write->size   = size;
  write->format = format;
  if (!format) {
    ck_assert_uint_eq(size, sizeof(float));
    memcpy(&write->value, buffer, sizeof(float));
  } else {
    ck_assert_uint_eq(format, host->uris.atom_eventTransfer);
    ck_assert_uint_eq(size, lv2_atom_total_size((const LV2_Atom*)buffer));
    note_message(write, &host->uris, buffer);
  }
}

static void
on_touch(LV2UI_Feature_Handle handle, const uint32_t port, const bool is_taken)
{
  UiHost* const host = (UiHost*)handle;
  (void)port;
  host->n_taken += is_taken ? 1U : 0U;
  host->n_let_go += is_taken ? 0U : 1U;
}

static int
on_resize(LV2UI_Feature_Handle handle, const int width, const int height)
{
  UiHost* const host = (UiHost*)handle;
  host->width        = width;
  host->height       = height;
  return 0;
}

static LV2UI_Request_Value_Status
on_request(LV2UI_Feature_Handle            handle,
           const LV2_URID                  key,
           const LV2_URID                  type,
           const LV2_Feature* const* const features)
{
  UiHost* const host = (UiHost*)handle;
  (void)features;
  ck_assert_uint_eq(key, host->uris.weights);
  ck_assert_uint_eq(type, host->uris.atom_Path);
  ++host->n_requests;
  return host->answer;
}

/// Return colours with an alpha channel, as the windows of GTK 3 have, or none
static xcb_visualid_t
deep_visual(const xcb_screen_t* const screen)
{
  xcb_depth_iterator_t i = xcb_screen_allowed_depths_iterator(screen);
  while (i.rem && (i.data->depth != 32U || !xcb_depth_visuals_length(i.data))) {
    xcb_depth_next(&i);
  }
  return i.rem ? xcb_depth_visuals(i.data)->visual_id : 0U;
}

/// Make a window for the UI to be in, if there is a server
static void
open_parent(UiHost* const host)
{
  host->connection = xcb_connect(NULL, NULL);
  if (xcb_connection_has_error(host->connection)) {
    host->parent = 1U; // There is none, but a host that thinks so
    return;
  }

  host->screen = xcb_setup_roots_iterator(xcb_get_setup(host->connection)).data;
  host->parent = xcb_generate_id(host->connection);

  const xcb_colormap_t colormap = xcb_generate_id(host->connection);
  const xcb_visualid_t visual   = deep_visual(host->screen);
  const uint32_t       values[] = {
          0U, XCB_EVENT_MASK_KEY_PRESS | XCB_EVENT_MASK_KEY_RELEASE, colormap};
  ck_assert_uint_ne(visual, 0U);
  xcb_create_colormap(host->connection,
                      XCB_COLORMAP_ALLOC_NONE,
                      colormap,
                      host->screen->root,
                      visual);
  xcb_create_window(host->connection,
                    32U,
                    host->parent,
                    host->screen->root,
                    0,
                    0,
                    1000U,
                    800U,
                    0U,
                    XCB_WINDOW_CLASS_INPUT_OUTPUT,
                    visual,
                    XCB_CW_BORDER_PIXEL | XCB_CW_EVENT_MASK | XCB_CW_COLORMAP,
                    values);
  xcb_map_window(host->connection, host->parent);
  free(xcb_get_input_focus_reply(
    host->connection, xcb_get_input_focus(host->connection), NULL));
}

void
ui_host_open(UiHost* const host, const Offer* const offer)
{
  host->descriptor = ui_host_load(0U);
  ck_assert_ptr_nonnull(host->descriptor);
  host->idle = (const LV2UI_Idle_Interface*)host->descriptor->extension_data(
    LV2_UI__idleInterface);
  lmu_ui_uris_init(&host->uris, &views_map);
  host->plugin = offer->plugin;
  open_parent(host);

  host->parent_handle.number   = host->parent;
  host->parent_handle.number   = host->parent;
  host->touch                  = (LV2UI_Touch){host, on_touch};
  host->resize                 = (LV2UI_Resize){host, on_resize};
  host->request                = (LV2UI_Request_Value){host, on_request};
  LV2_Options_Option options[] = {{LV2_OPTIONS_INSTANCE,
                                   0U,
                                   views_map.map(NULL, LV2_UI__scaleFactor),
                                   sizeof(float),
                                   host->uris.atom_Float,
                                   &offer->scale},
                                  {LV2_OPTIONS_INSTANCE, 0U, 0U, 0U, 0U, NULL}};
  LV2_URID_Map       map       = views_map;
  const LV2_Feature  all[]     = {{LV2_URID__map, &map},
                                  {LV2_UI__parent, host->parent_handle.data},
                                  {LV2_UI__touch, &host->touch},
                                  {LV2_UI__resize, &host->resize},
                                  {LV2_UI__requestValue, &host->request},
                                  {LV2_OPTIONS__options, options}};
  const LV2_Feature* list[8]   = {NULL};
  uint32_t           n         = 0U;
  for (uint32_t i = 0U; i < 6U; ++i) {
    const bool is_left_out = (i == 0U && offer->no_map) ||
                             (i == 1U && offer->no_parent) ||
                             (i == 5U && offer->scale == 0.0f);
    if (!is_left_out) {
      list[n++] = &all[i];
    }
  }

  LV2UI_Widget widget = NULL;
  host->ui            = host->descriptor->instantiate(host->descriptor,
                                           offer->plugin,
                                           BUNDLE,
                                           on_write,
                                           host,
                                           &widget,
                                           offer->no_features ? NULL : list);
  host->window        = (xcb_window_t)(uintptr_t)widget;
}

void
ui_host_close(UiHost* const host)
{
  if (host->ui) {
    host->descriptor->cleanup(host->ui);
    host->ui = NULL;
  }
  xcb_disconnect(host->connection);
  host->connection = NULL;
}

/// Wait until the server has done all that was asked
static void
wait_for_server(UiHost* const host)
{
  if (!xcb_connection_has_error(host->connection)) {
    free(xcb_get_input_focus_reply(
      host->connection, xcb_get_input_focus(host->connection), NULL));
  }
}

int
ui_host_idle(UiHost* const host)
{
  wait_for_server(host);
  return host->idle->idle(host->ui);
}

static const LmuPanelSpec*
spec_of(const UiHost* const host)
{
  return lmu_panel_spec(host->plugin);
}

void
ui_host_control(UiHost* const host, const char* const symbol, const float value)
{
  const LmuPanelSpec* const spec = spec_of(host);
  host->descriptor->port_event(
    host->ui,
    spec->controls[lmu_panel_spec_control(spec, symbol)].port,
    sizeof(value),
    0U,
    &value);
}

void
ui_host_message(UiHost* const host, LV2_Atom* const atom)
{
  host->descriptor->port_event(host->ui,
                               spec_of(host)->notify_port,
                               lv2_atom_total_size(atom),
                               host->uris.atom_eventTransfer,
                               atom);
  free(atom);
}

/// Send a pointer event to the window
static void
send_pointer(UiHost* const host, const uint8_t type, const double point[2])
{
  static uint32_t time = 1000U;

  xcb_button_press_event_t event = {0};
  event.response_type            = type;
  event.detail      = (xcb_button_t)((type == XCB_MOTION_NOTIFY) ? 0U : 1U);
  event.time        = (time += 1000U); // No double clicks
  event.root        = host->screen->root;
  event.event       = host->window;
  event.event_x     = (int16_t)point[0];
  event.event_y     = (int16_t)point[1];
  event.same_screen = 1U;
  xcb_send_event(host->connection,
                 0U,
                 host->window,
                 XCB_EVENT_MASK_NO_EVENT,
                 (const char*)&event);
}

void
ui_host_point(UiHost* const host, const uint8_t type, const double point[2])
{
  send_pointer(host, type, point);
  (void)ui_host_idle(host);
  (void)ui_host_idle(host);
}

void
ui_host_drag(UiHost* const host, const double from[2], const double by[2])
{
  const double to[2] = {from[0] + by[0], from[1] + by[1]};
  send_pointer(host, XCB_MOTION_NOTIFY, from);
  send_pointer(host, XCB_BUTTON_PRESS, from);
  send_pointer(host, XCB_MOTION_NOTIFY, to);
  send_pointer(host, XCB_BUTTON_RELEASE, to);
  (void)ui_host_idle(host);
  (void)ui_host_idle(host);
}

/// Return the key that has a symbol
static uint8_t
code_of(UiHost* const host, const uint32_t symbol)
{
  const xcb_setup_t* const setup = xcb_get_setup(host->connection);
  const uint8_t count = (uint8_t)(setup->max_keycode - setup->min_keycode + 1U);
  xcb_get_keyboard_mapping_reply_t* const reply =
    xcb_get_keyboard_mapping_reply(
      host->connection,
      xcb_get_keyboard_mapping(host->connection, setup->min_keycode, count),
      NULL);
  const xcb_keysym_t* const symbols = xcb_get_keyboard_mapping_keysyms(reply);
  uint8_t                   code    = 0U;
  for (uint32_t i = 0U; i < count && !code; ++i) {
    if (symbols[(size_t)i * reply->keysyms_per_keycode] == symbol) {
      code = (uint8_t)(setup->min_keycode + i);
    }
  }
  free(reply);
  ck_assert_uint_ne(code, 0U);
  return code;
}

void
ui_host_key(UiHost* const host, const uint32_t symbol, const uint16_t state)
{
  xcb_key_press_event_t event = {0};
  event.response_type         = XCB_KEY_PRESS;
  event.detail                = code_of(host, symbol);
  event.root                  = host->screen->root;
  event.event                 = host->window;
  event.state                 = state;
  event.same_screen           = 1U;
  xcb_send_event(host->connection,
                 0U,
                 host->window,
                 XCB_EVENT_MASK_NO_EVENT,
                 (const char*)&event);
  (void)ui_host_idle(host);
  (void)ui_host_idle(host);
}

void
ui_host_resize(UiHost* const host, const uint32_t width, const uint32_t height)
{
  const uint32_t size[] = {width, height};
  xcb_configure_window(host->connection,
                       host->window,
                       XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT,
                       size);
  (void)ui_host_idle(host);
  (void)ui_host_idle(host);
}

uint32_t
ui_host_values(const UiHost* const host, const uint32_t port, float* const last)
{
  uint32_t count = 0U;
  for (uint32_t i = 0U; i < host->n_writes; ++i) {
    if (!host->writes[i].format && host->writes[i].port == port) {
      *last = host->writes[i].value;
      ++count;
    }
  }
  return count;
}
