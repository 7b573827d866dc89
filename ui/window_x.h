// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_WINDOW_X_H
#define LMU_UI_WINDOW_X_H

#include "ui/event.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   A window in the window of a host, on a connection of its own.

   The host's own connection is never touched, as an error on that ends some
   hosts.  All calls are for one thread, the host's for windows.
*/

/// Greatest width and height [pixels]
#define LMU_WINDOW_MAX 8192U

/// Window, owned by the heap
typedef struct LmuWindowImpl LmuWindow;

/**
   Open a window.

   @param parent Window of the host.
   @param size Width and height [pixels].
   @param least The least of both [pixels].
   @return Window, or null if there is no server, or none with usual colours.
*/
LmuWindow*
lmu_window_new(uint32_t       parent,
               const uint32_t size[2],
               const uint32_t least[2]);

/// Close a window, or do nothing if it is null
void
lmu_window_free(LmuWindow* window);

/// Return what the host calls the window
uintptr_t
lmu_window_handle(const LmuWindow* window);

/// Return whether the server is there
bool
lmu_window_is_alive(const LmuWindow* window);

/// Return whether anybody can see it
bool
lmu_window_is_visible(const LmuWindow* window);

/// Return the size of its text, 1 for usual, or 0 if the screen says nothing
double
lmu_window_suggestion(const LmuWindow* window);

/// Return width or height [pixels]
uint32_t
lmu_window_width(const LmuWindow* window);

/// Return width or height [pixels]
uint32_t
lmu_window_height(const LmuWindow* window);

/// Ask for another size [pixels]
void
lmu_window_set_size(LmuWindow*     window,
                    const uint32_t size[2],
                    const uint32_t least[2]);

/// Return whether it must be drawn anew, which is then forgotten
bool
lmu_window_step(LmuWindow* window);

/// Read the next event in pixels, return false if there is none
bool
lmu_window_read(LmuWindow* window, LmuEvent* event);

/// Give the key that was read last to the host
void
lmu_window_forward(LmuWindow* window);

/**
   Show rows of a picture.

   @param pixels The whole picture, as CAIRO_FORMAT_RGB24, [height][stride].
   @param stride Bytes in a row.
   @param size Width and height, no more than the window's.
   @param first The first row that changed.
   @param end The row after the last that did, all of them for another size.
*/
void
lmu_window_process(LmuWindow*           window,
                   const unsigned char* pixels,
                   uint32_t             stride,
                   const uint32_t       size[2],
                   uint32_t             first,
                   uint32_t             end);

#endif // LMU_UI_WINDOW_X_H
