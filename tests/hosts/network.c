// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/plugin/networks.h"

#include <stdio.h>

/// Write a weight file of a small network that is silent in silence, and
/// predicts, as it says
int
main(int argc, char** argv)
{
  static const NetworkSpec spec = {.seed    = 11U,
                                   .order   = 12U,
                                   .theta   = 441.0,
                                   .rate    = 44100.0,
                                   .units   = 8U,
                                   .horizon = 100.0};
  if (argc != 2) {
    (void)fprintf(stderr, "Usage: network OUT\n");
    return 2;
  }

  network_save(&spec, argv[1]);
  return 0;
}
