// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_PICTURE_PICTURE_H
#define LMU_TOOLS_PICTURE_PICTURE_H

#include "tools/base/failure.h"

#include <cairo.h>

/**
   @file
   Pictures in files, of the kind that the ending of their name says: .png, .svg
   or .pdf.  Without an ending, and for "-", it is PNG.
*/

/// Check that pictures are written under such a name, or return LMU_EXIT_USAGE
LMU_SETUP LMU_NODISCARD LmuExit
lmu_picture_check(LmuFailure* error, const char* path);

/**
   Begin a picture.

   @param surface Set to what to draw on, to be destroyed, or to null on error.
   @param path Where it will be saved.
   @param width In pixels, or what they are in the kind of file.
   @return LMU_EXIT_USAGE if no pictures are written under such a name.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_picture_new(cairo_surface_t** surface,
                LmuFailure*       error,
                const char*       path,
                double            width,
                double            height);

/**
   Write a picture.

   @param surface Of lmu_picture_new() with the same path.
   @param path A file of that name is replaced once the new one is complete.
   @return LMU_EXIT_BAD_OUTPUT on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_picture_save(cairo_surface_t* surface, LmuFailure* error, const char* path);

#endif // LMU_TOOLS_PICTURE_PICTURE_H
