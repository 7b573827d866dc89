// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TRAIN_AUDIO_RECIPE_H
#define LMU_TRAIN_AUDIO_RECIPE_H

#include "core/base/attributes.h"
#include "core/nn/setup/graph.h"

#include <stdint.h>

/**
   @file
   Networks for devices that sound goes through, and how they are trained.

   What was found by trying is in doc/training.md: three windows in one cell
   whose only recurrence is through the memory, half a millisecond to some tens
   of it for distortion, ten to two hundred for what follows the level.
*/

/// What a device does
typedef enum {
  LMU_DEVICE_DRIVE,    ///< Distortion, and any amplifier
  LMU_DEVICE_DYNAMICS, ///< Compressors, and others whose gain moves slowly
  LMU_DEVICE_TIME,     ///< Echoes, and others that are linear and long
} LmuDevice;

/// Number of kinds of devices
#define LMU_N_DEVICES 3U

/// How large a network is
typedef enum {
  LMU_SIZE_NANO,
  LMU_SIZE_SMALL,
  LMU_SIZE_STANDARD,
  LMU_SIZE_LARGE,
} LmuSize;

/// Number of sizes
#define LMU_N_SIZES 4U

/// A network that is asked for
typedef struct {
  LmuDevice device;       ///< Not LMU_DEVICE_TIME, which is not trained
  LmuSize   size;         ///< Its size
  double    rate;         ///< Sample rate [Hz]
  uint32_t  n_conditions; ///< Inputs that are controls
} LmuRecipe;

/// Return the word for a device or for a size, or null if there is none
LMU_SETUP const char*
lmu_device_word(uint32_t device);
LMU_SETUP const char*
lmu_size_word(uint32_t size);

/// Return a graph whose values are zero, or null if memory is short
LMU_SETUP LmuGraph*
lmu_recipe_graph(const LmuRecipe* recipe);

/// Set the values of that graph, or of one of the same layers, to random ones
LMU_SETUP void
lmu_recipe_initialise(const LmuRecipe* recipe, LmuGraph* graph, uint64_t seed);

/// Return the learning rate at which training neither creeps nor collapses
LMU_SETUP double
lmu_recipe_rate(const LmuRecipe* recipe);

#endif // LMU_TRAIN_AUDIO_RECIPE_H
