// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Weight files of any bytes.  Whoever reads them must agree with the oracle on
// which are right and what is in them, and what is read must survive being
// written and read again.

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/safetensors.h"
#include "core/nn/setup/weight_file.h"
#include "tests/fuzz/oracle.h"
#include "tests/plugin/require.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// The name that libFuzzer calls
// NOLINTBEGIN(readability-identifier-naming)
int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
// NOLINTEND(readability-identifier-naming)

static void
check_safetensors(const uint8_t* const data, const size_t size)
{
  LmuSafetensors* file   = NULL;
  LmuError        error  = {""};
  const LmuStatus status = lmu_safetensors_new(&file, data, size, &error);
  REQUIRE(!status == oracle_accepts(data, size));
  REQUIRE(!status == !error.text[0]);
  REQUIRE(!status == !!file);
  if (file) {
    REQUIRE(oracle_agrees(file, data, size));
  }
  lmu_safetensors_free(file);
}

/// Require that a graph is written and read without a change
static void
check_graph(const LmuGraph* const graph)
{
  LmuGraph* copy       = NULL;
  uint8_t*  data[2]    = {NULL, NULL};
  size_t    n_bytes[2] = {0U, 0U};
  REQUIRE(!lmu_weights_write(&data[0], &n_bytes[0], graph, NULL));
  REQUIRE(oracle_accepts(data[0], n_bytes[0]));
  REQUIRE(!lmu_weights_parse(&copy, data[0], n_bytes[0], NULL));
  REQUIRE(!lmu_weights_write(&data[1], &n_bytes[1], copy, NULL));
  REQUIRE(n_bytes[0] == n_bytes[1] && !memcmp(data[0], data[1], n_bytes[0]));
  lmu_graph_free(copy);
  free(data[1]);
  free(data[0]);
}

static void
check_weights(const uint8_t* const data, const size_t size)
{
  LmuGraph*       graph  = NULL;
  LmuError        error  = {""};
  const LmuStatus status = lmu_weights_parse(&graph, data, size, &error);
  REQUIRE(!status == !error.text[0]);
  REQUIRE(!status == !!graph);
  if (graph) {
    REQUIRE(!lmu_graph_check(graph, &error));
    REQUIRE(oracle_agrees_on_horizons(graph, data, size));
    REQUIRE(oracle_agrees_on_lists(graph, data, size));
    check_graph(graph);
  }
  lmu_graph_free(graph);
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  check_safetensors(data, size);
  check_weights(data, size);
  return 0;
}
