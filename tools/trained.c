// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/trained.h"

#include "core/setup/error.h"
#include "core/setup/graph.h"
#include "core/setup/network.h"
#include "core/setup/weight_file.h"
#include "core/status.h"
#include "tools/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/// Return what makes a weight file of a file of this name, or null
static const char*
converter(const char* const path)
{
  static const char* const names[][2] = {{".keras", "lmu import"},
                                         {".h5", "lmu import"},
                                         {".pt", "pt_to_safetensors.py"},
                                         {".pth", "pt_to_safetensors.py"}};

  const char* const end = strrchr(path, '.');
  for (size_t i = 0U; end && i < sizeof(names) / sizeof(names[0]); ++i) {
    if (!strcmp(end, names[i][0])) {
      return names[i][1];
    }
  }
  return NULL;
}

LmuExit
lmu_trained_open(LmuGraph** const   graph,
                 LmuNetwork** const network,
                 LmuFailure* const  error,
                 const char* const  path)
{
  LmuError          reason = {""};
  const char* const other  = converter(path);
  LmuStatus         status = lmu_weights_load(graph, path, &reason);
  *network                 = NULL;
  if (status == LMU_BAD_FILE && other) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s is a file of another program; make a weight "
                           "file of it with %s",
                           path,
                           other);
  }
  if (status) {
    return lmu_failure_core(error, NULL, status, reason.text);
  }

  status = lmu_network_new(network, *graph, 1.0, &reason);
  if (status) {
    lmu_graph_free(*graph);
    *graph = NULL;
    return lmu_failure_core(error, path, status, reason.text);
  }
  return LMU_EXIT_SUCCESS;
}
