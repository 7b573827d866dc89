// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/memory/setup/decoder.h"
#include "plugin/ports.h"
#include "ui/draw_axis.h"
#include "ui/draw_live.h"
#include "ui/draw_panel.h"
#include "ui/event.h"
#include "ui/host_ui.h"
#include "ui/layout.h"
#include "ui/live.h"
#include "ui/messages.h"
#include "ui/panel.h"
#include "ui/panel_spec.h"
#include "ui/settings.h"
#include "ui/user_input.h"
#include "ui/user_input_files.h"
#include "ui/value.h"
#include "ui/view.h"
#include "ui/window_x.h"

#include <cairo.h>
#include <lv2/atom/atom.h>
#include <lv2/core/lv2.h>
#include <lv2/ui/ui.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define VIEWS_PER_SECOND 25.0f
#define WATCH_SECONDS 1.0
#define ZOOM_STEP 0.125
#define MAX_MESSAGE 65536U // Of those that are read [bytes]
#define MODELS "models/overdrive.safetensors"

/// One window
typedef struct {
  LmuHostUi        host;
  LmuUiUris        uris;
  LmuMessages      messages;
  LmuSettings      settings;
  double           base; ///< Pixels per unit before zoom
  LmuPanel         panel;
  LmuLayout        layout;
  LmuUserInput     input;
  LmuDecoder*      decoder;
  LmuWindow*       window;
  cairo_surface_t* surface;
  LmuBackdrop      backdrop;
  double           scale;      ///< Pixels per unit, as drawn
  bool             is_changed; ///< Whether the panel must be drawn
  bool             is_read;    ///< Whether its header must be, with readings
  double           watched_s;  ///< When the last Watch was sent
  bool             has_newest; ///< Whether a View came that must be drawn
  LmuView          view;       ///< Which is put together
  LmuView          newest;     ///< The last that was whole
  uint64_t         message[MAX_MESSAGE / sizeof(uint64_t)];
} PluginUi;

static double
now_s(void)
{
  struct timespec time = {0};
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (1e-9 * (double)time.tv_nsec);
}

/* What the panel asks for */

static void
set(void* const handle, const uint32_t control, const float value)
{
  PluginUi* const self = (PluginUi*)handle;
  self->messages.write(self->messages.controller,
                       self->panel.spec->controls[control].port,
                       sizeof(value),
                       0U,
                       &value);
}

static void
touch(void* const handle, const uint32_t control, const bool is_taken)
{
  const PluginUi* const    self    = (const PluginUi*)handle;
  const LV2UI_Touch* const feature = self->host.touch;
  if (feature && feature->touch) {
    feature->touch(
      feature->handle, self->panel.spec->controls[control].port, is_taken);
  }
}

static bool
request(void* const handle)
{
  const PluginUi* const            self    = (const PluginUi*)handle;
  const LV2UI_Request_Value* const feature = self->host.request;
  if (!feature || !feature->request) {
    return false;
  }
  const LV2UI_Request_Value_Status status = feature->request(
    feature->handle, self->uris.weights, self->uris.atom_Path, NULL);
  return status == LV2UI_REQUEST_VALUE_SUCCESS ||
         status == LV2UI_REQUEST_VALUE_BUSY;
}

static void
load(void* const handle, const char* const path)
{
  PluginUi* const self = (PluginUi*)handle;
  (void)snprintf(self->panel.path, sizeof(self->panel.path), "%s", path);
  lmu_messages_set(&self->messages, path);
}

/// Write how many pixels the window should have, and at least
static void
find_size(const PluginUi* const self, uint32_t best[2], uint32_t least[2])
{
  double       units[2][2];
  const double scale = self->base * self->settings.zoom;
  lmu_layout_size(self->panel.spec, units[0], units[1]);
  for (uint32_t i = 0U; i < 2U; ++i) {
    best[i]  = (uint32_t)fmin(ceil(units[0][i] * scale), LMU_WINDOW_MAX);
    least[i] = (uint32_t)fmin(ceil(units[1][i] * scale), LMU_WINDOW_MAX);
  }
}

static void
save(void* const handle)
{
  PluginUi* const self   = (PluginUi*)handle;
  self->settings.is_dark = self->panel.is_dark;
  lmu_settings_save(&self->settings);
}

static void
zoom(void* const handle, const int step)
{
  PluginUi* const self = (PluginUi*)handle;
  const double wanted  = step ? self->settings.zoom + (step * ZOOM_STEP) : 1.0;
  uint32_t     best[2];
  uint32_t     least[2];
  self->settings.zoom = fmin(fmax(wanted, LMU_MIN_ZOOM), LMU_MAX_ZOOM);
  save(self);
  find_size(self, best, least);
  lmu_window_set_size(self->window, best, least);
  if (self->host.resize && self->host.resize->ui_resize) {
    (void)self->host.resize->ui_resize(
      self->host.resize->handle, (int)best[0], (int)best[1]);
  }
}

/* Drawing */

/// Fit the layout into the window, smaller where it has too little room
static void
fit(PluginUi* const self)
{
  const double width  = fmax(lmu_window_width(self->window), 1.0);
  const double height = fmax(lmu_window_height(self->window), 1.0);
  self->scale         = lmu_layout_fit(&self->layout,
                               self->panel.spec,
                               width,
                               height,
                               self->base * self->settings.zoom);
}

/// Return a picture of the window's size, or null if there is no memory
static cairo_surface_t*
surface_of(PluginUi* const self)
{
  const int width  = (int)lmu_window_width(self->window);
  const int height = (int)lmu_window_height(self->window);
  if (!self->surface || cairo_image_surface_get_width(self->surface) != width ||
      cairo_image_surface_get_height(self->surface) != height) {
    cairo_surface_destroy(self->surface);
    self->surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
  }
  return (cairo_surface_status(self->surface) == CAIRO_STATUS_SUCCESS)
           ? self->surface
           : NULL;
}

/// Show rows of the picture between two heights [units]
static void
show(PluginUi* const self, const double top, const double bottom)
{
  const uint32_t size[] = {lmu_window_width(self->window),
                           lmu_window_height(self->window)};
  const double   first  = fmax(floor(top * self->scale), 0.0);
  const double   end    = fmin(ceil(bottom * self->scale), size[1]);
  if (first < end) {
    cairo_surface_flush(self->surface);
    lmu_window_process(self->window,
                       cairo_image_surface_get_data(self->surface),
                       (uint32_t)cairo_image_surface_get_stride(self->surface),
                       size,
                       (uint32_t)first,
                       (uint32_t)end);
  }
}

/// Draw what a View and readings change of the window, return false if that is
/// not enough
static bool
draw_parts(PluginUi* const self, cairo_t* const cr)
{
  const LmuRect* const picture = &self->layout.picture;
  const LmuRect* const header  = &self->layout.header;
  if (self->is_read &&
      !lmu_draw_panel_header(cr, &self->panel, &self->layout, self->scale)) {
    return false;
  }
  if (self->has_newest &&
      !lmu_draw_panel_picture(
        cr, &self->panel, &self->layout, self->scale, &self->backdrop)) {
    return false;
  }

  if (self->is_read) {
    show(self, header->y, header->y + header->height);
  }
  if (self->has_newest) {
    show(self, picture->y, picture->y + picture->height);
  }
  return true;
}

/// Draw the window, or some of it if that is enough
static void
draw(PluginUi* const self, const bool is_all)
{
  const uint32_t width  = lmu_window_width(self->window);
  const uint32_t height = lmu_window_height(self->window);
  if (width < 2U || height < 2U || width > LMU_WINDOW_MAX ||
      height > LMU_WINDOW_MAX || !surface_of(self)) {
    return; // Hosts make windows of a pixel before they know better
  }

  cairo_t* const cr = cairo_create(self->surface);
  if (is_all || !draw_parts(self, cr)) {
    fit(self);
    lmu_draw_panel(
      cr, &self->panel, &self->layout, self->scale, &self->backdrop);
    show(self, 0.0, self->layout.height + 1.0); // One for what is rounded
  }
  cairo_destroy(cr);
}

/* LV2 */

/// Say where the files of the bundle are
static void
set_start(PluginUi* const self, const char* const bundle_path)
{
  (void)snprintf(self->panel.start,
                 sizeof(self->panel.start),
                 "%s%s",
                 bundle_path ? bundle_path : "",
                 bundle_path ? MODELS : "");
}

static bool
open_window(PluginUi* const self)
{
  uint32_t best[2];
  uint32_t least[2];
  self->base = self->host.scale;
  find_size(self, best, least);
  self->window = lmu_window_new(self->host.parent, best, least);
  if (!self->window) {
    return false;
  }

  // The host's word comes first, then the screen's
  const double suggestion = lmu_window_suggestion(self->window);
  if (!self->host.has_scale && suggestion >= LMU_MIN_SCALE &&
      suggestion <= LMU_MAX_SCALE) {
    self->base = suggestion;
    find_size(self, best, least);
    lmu_window_set_size(self->window, best, least);
  }
  if (self->host.resize && self->host.resize->ui_resize) {
    (void)self->host.resize->ui_resize(
      self->host.resize->handle, (int)best[0], (int)best[1]);
  }
  return true;
}

static void
cleanup(LV2UI_Handle handle)
{
  PluginUi* const self = (PluginUi*)handle;
  if (self->messages.write) {
    lmu_user_input_reset(&self->input);
    lmu_messages_watch(&self->messages, 0.0f);
  }
  lmu_window_free(self->window);
  cairo_surface_destroy(self->surface);
  lmu_backdrop_reset(&self->backdrop);
  lmu_decoder_free(self->decoder);
  lmu_panel_reset(&self->panel);
  free(self);
}

/// Start with what does not depend on the host
static void
init(PluginUi* const           self,
     const LmuPanelSpec* const spec,
     const char* const         bundle_path)
{
  const LmuActions actions = {self, set, touch, request, load, zoom, save};
  lmu_settings_load(&self->settings);
  lmu_panel_init(&self->panel, spec);
  lmu_user_input_init(&self->input, &self->panel, &actions);
  set_start(self, bundle_path);
  self->panel.is_dark = self->settings.is_dark;
  self->decoder       = lmu_decoder_new();
  self->is_changed    = true;
}

/// Ask the plugin for all that there is to show
static void
greet(PluginUi* const self)
{
  lmu_messages_watch(&self->messages, VIEWS_PER_SECOND);
  self->watched_s = now_s();
  if (self->panel.spec->has_weights) {
    lmu_messages_get(&self->messages);
  }
}

static LV2UI_Handle
instantiate(const LV2UI_Descriptor* const   descriptor, // NOLINT: LV2 has so
            const char* const               plugin_uri, // many of them
            const char* const               bundle_path,
            const LV2UI_Write_Function      write_function,
            LV2UI_Controller                controller,
            LV2UI_Widget* const             widget,
            const LV2_Feature* const* const features)
{
  const LmuPanelSpec* const spec =
    plugin_uri ? lmu_panel_spec(plugin_uri) : NULL;
  PluginUi* const self = (PluginUi*)calloc(1U, sizeof(PluginUi));
  (void)descriptor;
  if (!self || !spec || !write_function || !widget ||
      !lmu_host_ui_init(&self->host, &self->uris, features)) {
    free(self);
    return NULL;
  }

  init(self, spec, bundle_path);
  if (!self->decoder || !open_window(self)) {
    cleanup(self);
    return NULL;
  }

  self->messages =
    (LmuMessages){&self->uris, write_function, controller, spec->control_port};
  greet(self);
  fit(self);

  // A window's number is what hosts take for a widget here
  *widget =
    (LV2UI_Widget)lmu_window_handle(self->window); // NOLINT(performance-*)
  return self;
}

/// Return whether two values of a control read the same
static bool
is_same_text(const LmuControl* const control,
             const float             before,
             const float             after)
{
  char texts[2][64];
  lmu_value_text(texts[0], sizeof(texts[0]), control, before);
  lmu_value_text(texts[1], sizeof(texts[1]), control, after);
  return !strcmp(texts[0], texts[1]);
}

/// Take in the value of a control
static void
use_value(PluginUi* const self, const uint32_t port, const float value)
{
  const LmuPanelSpec* const spec    = self->panel.spec;
  const uint32_t            control = lmu_panel_spec_port(spec, port);
  if (control >= spec->n_controls || !isfinite(value) ||
      lmu_user_input_holds(&self->input, control)) {
    return;
  }

  // Readings change all the time, and few of their digits are shown
  const float before          = self->panel.values[control];
  self->panel.values[control] = value;
  if (!lmu_panel_spec_reads(&spec->controls[control])) {
    self->is_changed = self->is_changed || before != value;
  } else if (!is_same_text(&spec->controls[control], before, value)) {
    self->is_read = true;
  }
}

/// Take in a message, of which all `size` bytes can be read
static void
use_message(PluginUi* const self, const void* const buffer, const uint32_t size)
{
  LV2_Atom* const atom = (LV2_Atom*)(void*)self->message;
  if (size < sizeof(LV2_Atom) || size > MAX_MESSAGE) {
    return;
  }

  memcpy(self->message, buffer, size); // Which need not be aligned
  if (atom->size > size - sizeof(LV2_Atom)) {
    return;
  }
  if (lmu_view_read(&self->view, &self->uris, atom)) {
    self->newest     = self->view;
    self->has_newest = true;
  } else if (self->panel.spec->has_weights &&
             lmu_view_read_path(
               self->panel.path, sizeof(self->panel.path), &self->uris, atom)) {
    self->panel.notice[0] = '\0';
    self->is_changed      = true;
  }
}

static void
port_event(LV2UI_Handle      handle,
           const uint32_t    port,
           const uint32_t    size,
           const uint32_t    format,
           const void* const buffer)
{
  PluginUi* const self = (PluginUi*)handle;
  if (!buffer) {
    return;
  }
  if (!format && size == sizeof(float)) {
    float value = 0.0f;
    memcpy(&value, buffer, sizeof(value));
    use_value(self, port, value);
  } else if (format && format == self->uris.atom_eventTransfer &&
             port == self->panel.spec->notify_port) {
    use_message(self, buffer, size);
  }
}

/// Use all that people did
static void
use_events(PluginUi* const self)
{
  LmuEvent event;
  while (lmu_window_read(self->window, &event)) {
    event.x /= self->scale;
    event.y /= self->scale;
    if (lmu_user_input_process(&self->input, &self->layout, &event)) {
      self->is_changed = true;
    } else if (event.type == LMU_EVENT_KEY) {
      lmu_window_forward(self->window);
    }
  }
}

static int
idle(LV2UI_Handle handle)
{
  PluginUi* const self = (PluginUi*)handle;
  use_events(self);
  if (!lmu_window_is_alive(self->window)) {
    return 1;
  }

  const double time = now_s();
  if (time - self->watched_s >= WATCH_SECONDS) {
    lmu_messages_watch(&self->messages, VIEWS_PER_SECOND);
    self->watched_s = time;
  }
  if (!lmu_window_is_visible(self->window)) {
    return 0;
  }

  const bool is_all = lmu_window_step(self->window) || self->is_changed;
  if (self->has_newest) {
    self->has_newest =
      lmu_live_step(&self->panel.live, self->decoder, &self->newest);
  }
  if (is_all || self->has_newest || self->is_read) {
    draw(self, is_all);
  }
  self->is_changed = false;
  self->is_read    = false;
  self->has_newest = false;
  return 0;
}

static const void*
extension_data(const char* const uri)
{
  static const LV2UI_Idle_Interface idle_interface = {idle};
  return (uri && !strcmp(uri, LV2_UI__idleInterface)) ? &idle_interface : NULL;
}

static const LV2UI_Descriptor ui_descriptor = {LMU_URI_PREFIX "ui",
                                               instantiate,
                                               cleanup,
                                               port_event,
                                               extension_data};

LV2_SYMBOL_EXPORT const LV2UI_Descriptor*
lv2ui_descriptor(const uint32_t index)
{
  return index ? NULL : &ui_descriptor;
}
