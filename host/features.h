// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_HOST_FEATURES_H
#define LMU_HOST_FEATURES_H

#include "host/urids.h"
#include "host/worker.h"

#include <lv2/core/lv2.h>
#include <lv2/log/log.h>
#include <lv2/options/options.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What the host offers to a plugin: urid:map and unmap, options,
   boundedBlockLength (fixed and power of two where true), work:schedule, log.
*/

/// Greatest number of features in the list, with the null that ends it
#define LMU_MAX_HOST_FEATURES 16U

/// Number of options, with the zero that ends them
#define LMU_N_OPTIONS 6U

/// Features of one instance; do not move one, plugins point into it
typedef struct {
  LmuUrids*          urids;                  ///< Not owned
  const char*        name;                   ///< Of the plugin, for log
  bool               quiet;                  ///< Log errors only
  float              rate;                   ///< Value of an option
  int32_t            min_block;              ///< Value of an option
  int32_t            max_block;              ///< Value of an option
  int32_t            sequence_size;          ///< Value of an option
  LV2_Options_Option options[LMU_N_OPTIONS]; ///< Of the instance
  LV2_Log_Log        log;                    ///< To standard error
  LV2_Feature        features[LMU_MAX_HOST_FEATURES]; ///< Storage of the list
  const LV2_Feature* list[LMU_MAX_HOST_FEATURES];     ///< Ends with null
  uint32_t           n_features;                      ///< In the list
  uint32_t           n_errors;                        ///< That were logged
} LmuFeatures;

/**
   Fill the list of features.

   @param features Zeroed but for urids, name, rate, min_block, max_block,
   sequence_size and quiet, which the caller sets first.
   @param worker Offers its schedule.
*/
LMU_SETUP void
lmu_features_init(LmuFeatures* features, LmuWorker* worker);

/// Return whether a plugin that needs this feature can run
LMU_SETUP bool
lmu_features_have(const LmuFeatures* features, const char* uri);

#endif // LMU_HOST_FEATURES_H
