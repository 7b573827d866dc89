// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_CORE_NN_SETUP_PARAMETERS_H
#define LMU_CORE_NN_SETUP_PARAMETERS_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   The table of a layer's parameters, which all that reads, writes, makes, or
   trains them goes over.

   Values are float64 by rows, in one block for the whole network.
*/

/// What a parameter does in a layer, in the order that files have them in
typedef enum {
  LMU_KERNEL,           ///< Memory [n_inputs (+ n_outputs if hidden_to_memory)]
                        ///< [memory_d]
  LMU_BIAS,             ///< Memory [memory_d]
  LMU_MEMORY_RECURRENT, ///< Memory [memory_d * order][memory_d]
  LMU_AD,               ///< Memory [order][order], a column for m_prev
  LMU_BD,               ///< Memory [order]
  LMU_CELL_KERNEL,      ///< Cell [its inputs][gates * units]
  LMU_CELL_RECURRENT,   ///< Cell [units][gates * units]
  LMU_CELL_BIAS,        ///< Cell [gates * units], or [2][gates * units]
} LmuRole;

/// Number of roles
#define LMU_N_ROLES 8U

/// One parameter of a layer, a matrix
typedef struct {
  const char* name;      ///< Its name in a file, after "layers.0."
  size_t      offset;    ///< Of its first value in the graph's block
  uint32_t    rows;      ///< Rows, or zero if the layer does not have it
  uint32_t    columns;   ///< Columns
  bool        vector;    ///< Whether its shape in a file is [columns]
  bool        optional;  ///< Whether a layer of that kind may do without
  bool        trainable; ///< Whether training changes it, others are exact
} LmuParameter;

/// Return the number of values of a parameter
LMU_SETUP size_t
lmu_parameter_count(const LmuParameter* parameter);

/// Return whether two parameters have the same shape
LMU_SETUP bool
lmu_parameter_fits(const LmuParameter* x, const LmuParameter* y);

#endif // LMU_CORE_NN_SETUP_PARAMETERS_H
