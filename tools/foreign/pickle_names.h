// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_PICKLE_NAMES_H
#define LMU_TOOLS_FOREIGN_PICKLE_NAMES_H

#include "core/base/attributes.h"

#include <stddef.h>
#include <stdint.h>

/**
   @file
   The functions and classes of Python that a pickle may name.
*/

/// What a call of it makes
typedef enum {
  LMU_NAME_DICT,      ///< A dict
  LMU_NAME_TENSOR,    ///< A tensor of a storage
  LMU_NAME_PARAMETER, ///< What its first argument is
  LMU_NAME_STORAGE,   ///< Nothing; it says what the numbers of a storage are
  LMU_NAME_OTHER,     ///< An object that is left alone
} LmuNameRole;

/// A function or class
typedef struct {
  const char* module;
  const char* name;
  LmuNameRole role;
  const char* dtype; ///< Of a storage, as safetensors names it
} LmuName;

/// Number of them
LMU_SETUP uint32_t
lmu_names_count(void);

/// Return one by its index
LMU_SETUP const LmuName*
lmu_name(uint32_t index);

#endif // LMU_TOOLS_FOREIGN_PICKLE_NAMES_H
