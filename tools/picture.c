// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/picture.h"

#include "tools/output.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static cairo_status_t
write_bytes(void* const                closure,
            const unsigned char* const data,
            const unsigned             length)
{
  const int fd   = *(const int*)closure;
  unsigned  done = 0U;
  while (done < length) {
    const ssize_t n_written = write(fd, data + done, length - done);
    if (n_written < 0 && errno != EINTR) {
      return CAIRO_STATUS_WRITE_ERROR;
    }
    done += (unsigned)(n_written > 0 ? n_written : 0);
  }
  return CAIRO_STATUS_SUCCESS;
}

LmuExit
lmu_picture_save(cairo_surface_t* const surface,
                 LmuFailure* const      error,
                 const char* const      path)
{
  LmuOutput output = {NULL, NULL, -1};
  LmuExit   status = lmu_output_init(&output, error, path);
  if (status) {
    return status;
  }

  errno = 0;
  const cairo_status_t written =
    cairo_surface_write_to_png_stream(surface, write_bytes, &output.fd);
  if (written != CAIRO_STATUS_SUCCESS) {
    status = lmu_failure_set(
      error,
      LMU_EXIT_BAD_OUTPUT,
      "cannot write %s: %s; choose another place or size",
      path,
      errno ? strerror(errno) : cairo_status_to_string(written));
  } else {
    status = lmu_output_save(&output, error);
  }
  lmu_output_reset(&output);
  return status;
}
