// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_UI_UI_HOST_H
#define LMU_TESTS_UI_UI_HOST_H

#include "ui/view.h"

#include <lv2/core/lv2.h>
#include <lv2/ui/ui.h>
#include <xcb/xcb.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   A host for windows that has no toolkit.
*/

/// Greatest number of writes that are kept
#define MAX_WRITES 4096U

/// What a window wrote
typedef struct {
  uint32_t port;
  uint32_t size;
  uint32_t format;
  float    value;     ///< Of a control
  LV2_URID type;      ///< Of a message
  float    rate;      ///< Of a Watch
  char     path[256]; ///< Of a patch:Set
} Write;

/// What to offer to a window
typedef struct {
  const char* plugin;      ///< URI
  bool        no_features; ///< A null list
  bool        no_map;
  bool        no_parent;
  float       scale; ///< 0 for no such option
} Offer;

/// A host with one window
typedef struct {
  const LV2UI_Descriptor*     descriptor;
  const LV2UI_Idle_Interface* idle;
  LV2UI_Handle                ui;
  const char*                 plugin; ///< URI
  union {
    uintptr_t number;
    void*     data;
  } parent_handle; ///< The parent as features have it
  LV2UI_Touch                touch;
  LV2UI_Resize               resize;
  LV2UI_Request_Value        request;
  xcb_connection_t*          connection;
  xcb_screen_t*              screen;
  xcb_window_t               parent;
  xcb_window_t               window; ///< Of the UI
  LmuUiUris                  uris;
  Write                      writes[MAX_WRITES];
  uint32_t                   n_writes;
  uint32_t                   n_taken; ///< Controls that were taken
  uint32_t                   n_let_go;
  uint32_t                   n_requests;
  LV2UI_Request_Value_Status answer; ///< To requests
  int                        width;  ///< That was asked for
  int                        height;
} UiHost;

/// Load the binary of the windows, or end the test
const LV2UI_Descriptor*
ui_host_load(uint32_t index);

/// Open a window, in a window of its own unless there is no server
void
ui_host_open(UiHost* host, const Offer* offer);

/// Close it
void
ui_host_close(UiHost* host);

/// Let it do what there is, until the server has answered
int
ui_host_idle(UiHost* host);

/// Give it the value of a control
void
ui_host_control(UiHost* host, const char* symbol, float value);

/// Give it a message, which is freed
void
ui_host_message(UiHost* host, LV2_Atom* atom);

/// Press and release a button, with the pointer moved by some pixels between
void
ui_host_drag(UiHost* host, const double from[2], const double by[2]);

/// Do one thing with the pointer: XCB_BUTTON_PRESS and the like
void
ui_host_point(UiHost* host, uint8_t type, const double point[2]);

/// Press a key by its symbol
void
ui_host_key(UiHost* host, uint32_t symbol, uint16_t state);

/// Resize it
void
ui_host_resize(UiHost* host, uint32_t width, uint32_t height);

/// Return how many writes there are of a control, and its last value
uint32_t
ui_host_values(const UiHost* host, uint32_t port, float* last);

#endif // LMU_TESTS_UI_UI_HOST_H
