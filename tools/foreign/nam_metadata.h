// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_NAM_METADATA_H
#define LMU_TOOLS_FOREIGN_NAM_METADATA_H

#include "core/nn/setup/graph.h"
#include "tools/foreign/json_value.h"

#include <jansson.h>

/**
   @file
   What a file of Neural Amp Modeler says of its network.

   Its loudness is the RMS of what the network puts out for one recording that
   all are measured with, in dBFS.  Levels in dBu and all else that has no key
   of its own here are in the comment, under their keys there.
*/

/**
   Read what is said of a network.

   @param metadata Set as far as anything is said; 48 kHz is what a file that
   says no rate means.
   @return LMU_EXIT_BAD_INPUT if the rate is none.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_nam_metadata_read(LmuMetadata*        metadata,
                      const LmuJsonPlace* place,
                      const json_t*       model);

#endif // LMU_TOOLS_FOREIGN_NAM_METADATA_H
