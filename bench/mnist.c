// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "bench/mnist.h"

#include <zlib.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PATH 4096U

/// Most digits in a file, to refuse absurd headers
#define MAX_COUNT 1000000U

/// Starts of IDX files: bytes in three dimensions, or in one
#define IMAGES_MAGIC 0x803U
#define LABELS_MAGIC 0x801U

/// Digits of this many rows and columns
#define SIDE 28U

static bool
fail(const char* const path, const char* const why)
{
  (void)fprintf(stderr, "psmnist: %s: %s\n", path, why);
  return false;
}

/// A file of a folder
typedef struct {
  const char* folder;
  const char* part;
  const char* kind; ///< What its name ends with
} Place;

/// Open a file with ".gz" or without, and write its path
static gzFile
open_file(char* const path, const Place* const place)
{
  static const char* const ends[] = {".gz", ""};
  gzFile                   file   = NULL;
  for (uint32_t i = 0U; !file && i < 2U; ++i) {
    (void)snprintf(path,
                   MAX_PATH,
                   "%s/%s-%s%s",
                   place->folder,
                   place->part,
                   place->kind,
                   ends[i]);
    file = gzopen(path, "rb");
  }
  return file;
}

/// Read big-endian numbers
static bool
read_numbers(gzFile file, uint32_t* const numbers, const uint32_t count)
{
  for (uint32_t i = 0U; i < count; ++i) {
    uint8_t bytes[4];
    if (gzread(file, bytes, 4U) != 4) {
      return false;
    }
    numbers[i] = ((uint32_t)bytes[0] << 24U) | ((uint32_t)bytes[1] << 16U) |
                 ((uint32_t)bytes[2] << 8U) | bytes[3];
  }
  return true;
}

/// Read `count` items of a size, and nothing after
static uint8_t*
read_items(gzFile file, const uint32_t count, const uint32_t size)
{
  const uint32_t n_bytes = count * size;
  uint8_t* const items   = (uint8_t*)malloc(n_bytes);
  uint8_t        more    = 0U;
  if (items && (gzread(file, items, n_bytes) != (int)n_bytes ||
                gzread(file, &more, 1U) != 0)) {
    free(items);
    return NULL;
  }
  return items;
}

static bool
load_images(Mnist* const mnist, gzFile file, const char* const path)
{
  uint32_t header[4] = {0U};
  if (!read_numbers(file, header, 4U) || header[0] != IMAGES_MAGIC ||
      !header[1] || header[1] > MAX_COUNT || header[2] != SIDE ||
      header[3] != SIDE) {
    return fail(path, "not an IDX file of images of 28 by 28 bytes");
  }
  mnist->count  = header[1];
  mnist->pixels = read_items(file, mnist->count, MNIST_PIXELS);
  return mnist->pixels || fail(path, "damaged or too large; get it again");
}

static bool
load_labels(Mnist* const mnist, gzFile file, const char* const path)
{
  uint32_t header[2] = {0U};
  if (!read_numbers(file, header, 2U) || header[0] != LABELS_MAGIC ||
      header[1] != mnist->count) {
    return fail(path, "not an IDX file of as many labels as there are images");
  }
  mnist->labels = read_items(file, mnist->count, 1U);
  if (!mnist->labels) {
    return fail(path, "damaged; get it again");
  }
  for (uint32_t i = 0U; i < mnist->count; ++i) {
    if (mnist->labels[i] >= MNIST_LABELS) {
      return fail(path, "has a label above 9; get it again");
    }
  }
  return true;
}

typedef bool (*Load)(Mnist* mnist, gzFile file, const char* path);

static bool
load(Mnist* const mnist, const Place place, const Load read)
{
  char   path[MAX_PATH];
  gzFile file = open_file(path, &place);
  if (!file) {
    return fail(path, "cannot be opened; see psmnist --help");
  }
  const bool done = read(mnist, file, path);
  (void)gzclose(file);
  return done;
}

bool
mnist_load(Mnist* const mnist, const char* const folder, const char* const part)
{
  const Place images = {folder, part, "images-idx3-ubyte"};
  const Place labels = {folder, part, "labels-idx1-ubyte"};
  memset(mnist, 0, sizeof(*mnist));
  return load(mnist, images, load_images) && load(mnist, labels, load_labels);
}

void
mnist_clear(Mnist* const mnist)
{
  free(mnist->labels);
  free(mnist->pixels);
  memset(mnist, 0, sizeof(*mnist));
}
