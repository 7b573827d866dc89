// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "tools/command/command.h"
#include "tools/network/report.h"
#include "tools/network/trained.h"

static LmuExit
show(const LmuArguments* const arguments,
     LmuFailure* const         error,
     const LmuGraph* const     graph,
     const LmuNetwork* const   network)
{
  LmuReport     report = {0};
  const LmuExit status =
    lmu_report_init(&report, error, arguments->operands[0], graph, network);
  if (status) {
    return status;
  }

  if (lmu_arguments_has(arguments, "--dot")) {
    lmu_report_print_dot(&report);
  } else if (lmu_arguments_has(arguments, "--json")) {
    lmu_report_print_json(&report);
  } else {
    lmu_report_print(&report);
  }
  lmu_report_reset(&report);
  return LMU_EXIT_SUCCESS;
}

static LmuExit
info(const LmuArguments* const arguments, LmuFailure* const error)
{
  LmuGraph*   graph   = NULL;
  LmuNetwork* network = NULL;
  LmuExit     status =
    lmu_trained_open(&graph, &network, error, arguments->operands[0]);
  if (!status) {
    status = show(arguments, error, graph, network);
  }
  lmu_network_free(network);
  lmu_graph_free(graph);
  return status;
}

static const LmuOption options[] = {
  {"--dot", NULL, "Print the graph of the network, for dot of Graphviz"},
  {"--json", NULL, "Print the same as JSON, for programs"},
  {"--help", NULL, "Show this"},
  {NULL, NULL, NULL},
};

const LmuCommand lmu_info_command = {
  {"info",
   "FILE",
   1U,
   1U,
   "Tell what a trained network is, and what it costs",
   "Prints all that is known of a file with a trained network: layers, sizes,\n"
   "windows, how each layer runs, how long a frame takes on this CPU, and "
   "what\n"
   "may be wrong with it.",
   options},
  info,
};
