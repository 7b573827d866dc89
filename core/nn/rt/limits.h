// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_RT_LIMITS_H
#define LMU_CORE_NN_RT_LIMITS_H

/**
   @file
   Greatest sizes that files, plans, and the audio thread share.
*/

#define LMU_MAX_CONDITIONS 4U       ///< Inputs that are controls
#define LMU_MAX_HORIZONS 16U        ///< Outputs that predict
#define LMU_MAX_SOURCES 16U         ///< What a layer takes, or adds
#define LMU_MAX_MEMORY_CHANNELS 64U ///< memory_d

#endif // LMU_CORE_NN_RT_LIMITS_H
