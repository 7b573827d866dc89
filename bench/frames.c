// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include <xcb/xcb.h>
#include <xcb/xproto.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/**
   @file
   Count the pictures that a window shows: a library that is loaded before all
   others, and stands between the window and xcb.

   The count is a number of four bytes in the file LMU_FRAMES, which exists.
*/

typedef xcb_void_cookie_t (*CopyArea)(xcb_connection_t*,
                                      xcb_drawable_t,
                                      xcb_drawable_t,
                                      xcb_gcontext_t,
                                      int16_t,
                                      int16_t,
                                      int16_t,
                                      int16_t,
                                      uint16_t,
                                      uint16_t);

/// Rows of a picture, which a header with readings has not [pixels]
#define LEAST_HEIGHT 80U

static CopyArea copy_area;
static uint32_t ignored;

static volatile uint32_t* frames = &ignored;

/// Map the file
__attribute__((constructor)) static void
init(void)
{
  const char* const path = getenv("LMU_FRAMES"); // NOLINT(concurrency-*)
  const int         file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (file >= 0) {
    void* const map =
      mmap(NULL, sizeof(*frames), PROT_WRITE, MAP_SHARED, file, 0);
    frames = (map == MAP_FAILED) ? &ignored : (volatile uint32_t*)map;
    close(file);
  }
}

__attribute__((visibility("default"))) xcb_void_cookie_t
xcb_copy_area(xcb_connection_t* const connection, // NOLINT: xcb has so many
              const xcb_drawable_t    source,
              const xcb_drawable_t    target,
              const xcb_gcontext_t    gc,
              const int16_t           source_x,
              const int16_t           source_y,
              const int16_t           target_x,
              const int16_t           target_y,
              const uint16_t          width,
              const uint16_t          height)
{
  // Looked for late, as programs need not have loaded xcb when they start
  if (!copy_area) {
    *(void**)&copy_area = dlsym(RTLD_NEXT, "xcb_copy_area");
  }
  *frames += (height >= LEAST_HEIGHT) ? 1U : 0U;
  return copy_area(connection,
                   source,
                   target,
                   gc,
                   source_x,
                   source_y,
                   target_x,
                   target_y,
                   width,
                   height);
}
