// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_NETWORK_REPORT_H
#define LMU_TOOLS_NETWORK_REPORT_H

#include "core/nn/rt/network.h"
#include "core/nn/setup/graph.h"
#include "tools/base/failure.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What there is to say of a network, in words for users.
*/

/// Greatest number of warnings, later ones are left out
#define LMU_MAX_WARNINGS 32U

/// A network, what it costs, and what may be wrong with it
typedef struct {
  const char*       path;         ///< File
  const LmuGraph*   graph;        ///< What is in it
  const LmuNetwork* network;      ///< How it runs
  const char*       kernels;      ///< Name of the inner loops of this CPU
  uint32_t          n_parameters; ///< Weights that were trained
  double            frame_ns;     ///< Time that a frame takes here [ns]
  uint32_t          n_warnings;   ///< Number of warnings
  char*             warnings[LMU_MAX_WARNINGS]; ///< Sentences, [n_warnings]
} LmuReport;

/**
   Look at a network and measure it.

   @param report Set to the report, free with lmu_report_reset().
   @return LMU_EXIT_NO_MEMORY on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_report_init(LmuReport*        report,
                LmuFailure*       error,
                const char*       path,
                const LmuGraph*   graph,
                const LmuNetwork* network);

/// Free what lmu_report_init() set
LMU_SETUP void
lmu_report_reset(LmuReport* report);

/// Print a report for people
LMU_SETUP void
lmu_report_print(const LmuReport* report);

/// Print a report as JSON
LMU_SETUP void
lmu_report_print_json(const LmuReport* report);

/// Print the graph of a network for the program dot
LMU_SETUP void
lmu_report_print_dot(const LmuReport* report);

/// Return how far ahead outputs predict, such as "1, 5.5 ms", for free(), or
/// null if they do not
LMU_SETUP char*
lmu_graph_horizons_text(const LmuGraph* graph);

/// Return whether a graph keeps theta in seconds at any sample rate
LMU_SETUP bool
lmu_graph_rescales(const LmuGraph* graph);

#endif // LMU_TOOLS_NETWORK_REPORT_H
