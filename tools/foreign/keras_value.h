// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_KERAS_VALUE_H
#define LMU_TOOLS_FOREIGN_KERAS_VALUE_H

#include "core/nn/setup/graph.h"
#include "tools/base/failure.h"

#include <jansson.h>

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   Values in the configuration of a Keras layer, and refusals that name it.
*/

/// What is being read, for messages
typedef struct {
  LmuFailure* error;      ///< Where to describe errors
  const char* path;       ///< File
  const char* class_name; ///< Class of the layer or cell
  const char* name;       ///< Its own name
} LmuKerasPlace;

/**
   Refuse a layer.

   @param format As for printf(): "what is wrong; what to do".
   @return LMU_EXIT_BAD_INPUT.
*/
LMU_SETUP LmuExit
lmu_keras_refuse(const LmuKerasPlace* place, const char* format, ...)
  __attribute__((format(printf, 2, 3)));

/// Read a whole number of 1 or more
LMU_SETUP LMU_NODISCARD LmuExit
lmu_keras_whole(uint32_t*            number,
                const LmuKerasPlace* place,
                const json_t*        config,
                const char*          key);

/// Read a number
LMU_SETUP LMU_NODISCARD LmuExit
lmu_keras_number(double*              number,
                 const LmuKerasPlace* place,
                 const json_t*        config,
                 const char*          key);

/// Read true or false, left as it is if the key is not there
LMU_SETUP LMU_NODISCARD LmuExit
lmu_keras_flag(bool*                flag,
               const LmuKerasPlace* place,
               const json_t*        config,
               const char*          key);

/// Read the name of an activation, left as it is if the key is not there
LMU_SETUP LMU_NODISCARD LmuExit
lmu_keras_activation(LmuActivation*       activation,
                     const LmuKerasPlace* place,
                     const json_t*        config,
                     const char*          key);

/// Refuse other numbers than float32 and float64
LMU_SETUP LMU_NODISCARD LmuExit
lmu_keras_check_dtype(const LmuKerasPlace* place, const json_t* config);

/// Return a text in an object, or `fallback`
LMU_SETUP const char*
lmu_keras_text(const json_t* object, const char* key, const char* fallback);

/// Return the class of an object without the package that it is from, or "?"
LMU_SETUP const char*
lmu_keras_class(const json_t* object);

#endif // LMU_TOOLS_FOREIGN_KERAS_VALUE_H
