// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/draw_axis.h"
#include "ui/layout.h"
#include "ui/panel_spec.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/**
   @file
   Print where things are in a window: bounds PLUGIN WIDTH HEIGHT.

   Prints NAME X Y WIDTH HEIGHT in pixels for each control, by its symbol, and
   for the panels "picture" and "bars", and the row "file" with its button
   "open".
*/

static void
print(const char* const name, const LmuRect* const bounds)
{
  (void)printf("%s %.0f %.0f %.0f %.0f\n",
               name,
               bounds->x,
               bounds->y,
               bounds->width,
               bounds->height);
}

int
main(const int argc, char** const argv)
{
  const LmuPanelSpec* const spec = (argc == 4) ? lmu_panel_spec(argv[1]) : NULL;
  if (!spec) {
    (void)fprintf(stderr, "Usage: bounds PLUGIN WIDTH HEIGHT\n");
    return EXIT_FAILURE;
  }

  LmuLayout layout;
  lmu_layout_init(&layout, spec, strtod(argv[2], NULL), strtod(argv[3], NULL));
  for (uint32_t i = 0U; i < layout.n_cells; ++i) {
    print(spec->controls[layout.cells[i].control].symbol,
          &layout.cells[i].grip);
  }
  print("picture", &layout.window);
  print("bars", &layout.bars);
  print("file", &layout.file);
  print("open", &layout.open);
  return EXIT_SUCCESS;
}
