// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/status.h"

const char*
lmu_status_text(const LmuStatus status)
{
  switch (status) {
  case LMU_SUCCESS:
    return "Success";
  case LMU_BAD_ORDER:
    return "Order out of range, use 1 to 4096";
  case LMU_BAD_THETA:
    return "Window too short, use at least one sample";
  case LMU_BAD_STAGE:
    return "Unsupported number of stages, use 1 to 4";
  case LMU_UNSTABLE:
    return "Euler step is unstable, use a longer window, a lower order, or "
           "another method";
  case LMU_NO_MEMORY:
    return "Out of memory";
  case LMU_DIVERGED:
    return "Iteration did not converge, please report the order and window";
  case LMU_BAD_RATE:
    return "Sample rates differ by more than a factor of 48";
  case LMU_NOT_FOUND:
    return "File not found";
  case LMU_BAD_FILE:
    return "File cannot be read or is damaged, make or copy it again";
  case LMU_BAD_MODEL:
    return "File holds no network that can run here";
  case LMU_TOO_LARGE:
    return "File or network is larger than supported";
  case LMU_BAD_VALUE:
    return "Number out of its range";
  }
  return "Unknown status";
}
