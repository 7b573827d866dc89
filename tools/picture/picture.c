// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/picture/picture.h"

#include "data/output.h"
#include "tools/base/allocate.h"
#include "tools/base/text.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef CAIRO_HAS_SVG_SURFACE
#  include <cairo-svg.h>
#endif
#ifdef CAIRO_HAS_PDF_SURFACE
#  include <cairo-pdf.h>
#endif

/// A file as far as it is made, it owns the heap
typedef struct {
  uint8_t* data;     ///< [n_bytes]
  size_t   n_bytes;  ///< Number of bytes
  size_t   capacity; ///< Room for bytes
} Bytes;

/// A kind of file
typedef struct {
  const char* ending;

  /// Return a surface that puts a file into bytes, or null for an image
  cairo_surface_t* (*create)(cairo_write_func_t, void*, double, double);
} Kind;

static const Kind kinds[] = {
  {".png", NULL},
#ifdef CAIRO_HAS_SVG_SURFACE
  {".svg", cairo_svg_surface_create_for_stream},
#endif
#ifdef CAIRO_HAS_PDF_SURFACE
  {".pdf", cairo_pdf_surface_create_for_stream},
#endif
};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const cairo_user_data_key_t bytes_key;

static const Kind*
find_kind(const char* const path)
{
  const char* const ending = lmu_text_ending(path);
  for (size_t i = 0U; i < N_KINDS; ++i) {
    if (!*ending || lmu_text_equal(ending, kinds[i].ending)) {
      return &kinds[i];
    }
  }
  return NULL;
}

static cairo_status_t
append(void* const                closure,
       const unsigned char* const data,
       const unsigned             length)
{
  Bytes* const bytes  = (Bytes*)closure;
  const size_t wanted = bytes->n_bytes + length;
  if (wanted > bytes->capacity) {
    bytes->capacity = 2U * wanted;
    bytes->data = (uint8_t*)lmu_reallocate(bytes->data, bytes->capacity, 1U);
  }
  memcpy(bytes->data + bytes->n_bytes, data, length);
  bytes->n_bytes = wanted;
  return CAIRO_STATUS_SUCCESS;
}

static void
free_bytes(void* const closure)
{
  free(((Bytes*)closure)->data);
  free(closure);
}

LmuExit
lmu_picture_check(LmuFailure* const error, const char* const path)
{
  if (find_kind(path)) {
    return LMU_EXIT_SUCCESS;
  }

  char* endings = lmu_allocate_text("%s", kinds[0].ending);
  for (size_t i = 1U; i < N_KINDS; ++i) {
    char* const longer = lmu_allocate_text(
      "%s%s%s", endings, i + 1U < N_KINDS ? ", " : " or ", kinds[i].ending);
    free(endings);
    endings = longer;
  }
  (void)lmu_failure_set(error,
                        LMU_EXIT_USAGE,
                        "cannot draw %s; choose a name that ends in %s",
                        path,
                        endings);
  free(endings);
  return LMU_EXIT_USAGE;
}

LmuExit
lmu_picture_new(cairo_surface_t** const surface,
                LmuFailure* const       error,
                const char* const       path,
                const double            width,
                const double            height)
{
  *surface             = NULL;
  const LmuExit status = lmu_picture_check(error, path);
  if (status) {
    return status;
  }

  const Kind* const kind  = find_kind(path);
  Bytes* const      bytes = (Bytes*)lmu_allocate(1U, sizeof(Bytes));
  *surface = kind->create ? kind->create(append, bytes, width, height)
                          : cairo_image_surface_create(CAIRO_FORMAT_RGB24,
                                                       (int)lround(width),
                                                       (int)lround(height));
  if (cairo_surface_set_user_data(*surface, &bytes_key, bytes, free_bytes)) {
    free_bytes(bytes);
  }
  return LMU_EXIT_SUCCESS;
}

LmuExit
lmu_picture_save(cairo_surface_t* const surface,
                 LmuFailure* const      error,
                 const char* const      path)
{
  Bytes* const bytes = (Bytes*)cairo_surface_get_user_data(surface, &bytes_key);
  cairo_status_t status = cairo_surface_status(surface);
  if (!status && cairo_surface_get_type(surface) == CAIRO_SURFACE_TYPE_IMAGE) {
    status = cairo_surface_write_to_png_stream(surface, append, bytes);
  } else if (!status) {
    cairo_surface_finish(surface);
    status = cairo_surface_status(surface);
  }
  if (status || !bytes) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_OUTPUT,
                           "cannot write %s: %s; choose another size",
                           path,
                           cairo_status_to_string(status));
  }
  return lmu_output_put(error, path, bytes->data, bytes->n_bytes);
}
