// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/draw_axis.h"
#include "ui/face.h"
#include "ui/layout.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/**
   @file
   Print where things are in a window: places PLUGIN WIDTH HEIGHT.

   Prints NAME X Y WIDTH HEIGHT in pixels for each control, by its symbol, and
   for the panels "picture" and "bars", and the row "file" with its button
   "open".
*/

static void
print(const char* const name, const LmuRect* const place)
{
  (void)printf("%s %.0f %.0f %.0f %.0f\n",
               name,
               place->x,
               place->y,
               place->width,
               place->height);
}

int
main(const int argc, char** const argv)
{
  const LmuFace* const face = (argc == 4) ? lmu_face(argv[1]) : NULL;
  if (!face) {
    (void)fprintf(stderr, "Usage: places PLUGIN WIDTH HEIGHT\n");
    return EXIT_FAILURE;
  }

  LmuLayout layout;
  lmu_layout_init(&layout, face, strtod(argv[2], NULL), strtod(argv[3], NULL));
  for (uint32_t i = 0U; i < layout.n_cells; ++i) {
    print(face->controls[layout.cells[i].control].symbol,
          &layout.cells[i].grip);
  }
  print("picture", &layout.window);
  print("bars", &layout.bars);
  print("file", &layout.file);
  print("open", &layout.open);
  return EXIT_SUCCESS;
}
