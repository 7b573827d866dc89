// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_NETWORKS_H
#define LMU_TESTS_PLUGIN_NETWORKS_H

#include "core/nn/setup/graph.h"
#include "tests/plugin/folder.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Small networks of an LMU and a Dense layer, with random weights.
*/

/// What a network is to be, zero where it does not matter
typedef struct {
  uint32_t seed;         ///< Networks of other seeds sound different
  uint32_t order;        ///< Of the memory, or 6
  double   theta;        ///< Window [frames], or 48
  double   rate;         ///< Sample rate [Hz], or 48000
  double   latency;      ///< [frames]
  uint32_t n_inputs;     ///< Sound and conditions, or 1
  uint32_t n_conditions; ///< Inputs that are conditions
  uint32_t n_outputs;    ///< Or 1
  uint32_t units;        ///< Of the hidden cell, or 4
  bool     recurs;       ///< Whether the hidden cell is recurrent
  double   horizon;      ///< Of the first output, if outputs predict [frames]
} NetworkSpec;

/// Return a graph to be freed
LmuGraph*
network_new(const NetworkSpec* spec);

/// Write a weight file
void
network_save(const NetworkSpec* spec, const char* path);

/// Networks of three orders, so that the reading of the order tells them apart,
/// which any plugin can play
extern const NetworkSpec network_a;
extern const NetworkSpec network_b;
extern const NetworkSpec network_c;

/// Weight files of these networks, in a folder for the time of a test
typedef struct {
  Folder folder;
  Path   a;
  Path   b;
  Path   c;
} Library;

/// Write the files
Library
library_new(void);

/// Remove the folder
void
library_remove(const Library* library);

/// Write another file, and return its path
Path
library_add(const Library* library, const char* name, const NetworkSpec* spec);

#endif // LMU_TESTS_PLUGIN_NETWORKS_H
