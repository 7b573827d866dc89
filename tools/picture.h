// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_PICTURE_H
#define LMU_TOOLS_PICTURE_H

#include "tools/failure.h"

#include <cairo.h>

/**
   Write a picture as a PNG file.

   @param surface An image.
   @param path A file of that name is replaced once the new one is complete.
   @return LMU_EXIT_BAD_OUTPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_picture_save(cairo_surface_t* surface, LmuFailure* error, const char* path);

#endif // LMU_TOOLS_PICTURE_H
