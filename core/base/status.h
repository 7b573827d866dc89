// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_BASE_STATUS_H
#define LMU_CORE_BASE_STATUS_H

#include "core/base/attributes.h"

/// Result of a setup function, zero is success
typedef enum {
  LMU_SUCCESS,   ///< Done
  LMU_BAD_ORDER, ///< Order is zero or above LMU_MAX_ORDER
  LMU_BAD_THETA, ///< Window is not a positive finite number of samples
  LMU_BAD_STAGE, ///< Number of Pade stages is not supported
  LMU_UNSTABLE,  ///< The step would grow without bound
  LMU_NO_MEMORY, ///< Out of memory
  LMU_DIVERGED,  ///< An iteration did not converge
  LMU_BAD_RATE,  ///< Sample rates differ too much, or are not positive
  LMU_NOT_FOUND, ///< There is no such file
  LMU_BAD_FILE,  ///< The file cannot be read, or is damaged
  LMU_BAD_MODEL, ///< The file is whole, but not a network that can run
  LMU_TOO_LARGE, ///< The file or the network is larger than supported
  LMU_BAD_VALUE, ///< A number is out of its range
} LmuStatus;

/// Return a sentence that says what went wrong and what to do
LMU_SETUP const char*
lmu_status_text(LmuStatus status);

#endif // LMU_CORE_BASE_STATUS_H
