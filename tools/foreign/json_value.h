// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_FOREIGN_JSON_VALUE_H
#define LMU_TOOLS_FOREIGN_JSON_VALUE_H

#include "core/base/attributes.h"
#include "tools/base/failure.h"

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Values of networks that are JSON, and refusals that name where they are.
*/

/// Size of a text that says where [bytes]
#define LMU_JSON_WHERE 96U

/// What is being read, for messages
typedef struct {
  LmuFailure* error;          ///< Where to describe errors
  const char* path;           ///< File
  char where[LMU_JSON_WHERE]; ///< Part of it, such as "layer 2 (conv1d)",
                              ///< or "" for the whole
} LmuJsonPlace;

/**
   Refuse a part of a file.

   @param format As for printf(): "what is wrong; what to do".
   @return LMU_EXIT_BAD_INPUT.
*/
LMU_SETUP LmuExit
lmu_json_refuse(const LmuJsonPlace* place, const char* format, ...)
  __attribute__((format(printf, 2, 3)));

/// Read a whole number from 1 to `max`
LMU_SETUP LMU_NODISCARD LmuExit
lmu_json_whole(uint32_t*           number,
               const LmuJsonPlace* place,
               const json_t*       value,
               const char*         name,
               uint32_t            max);

/// A whole number to read
typedef struct {
  uint32_t*   number; ///< Set to it
  const char* key;
  uint32_t    max;
} LmuJsonNumber;

/// Read some numbers of an object as lmu_json_whole() does
LMU_SETUP LMU_NODISCARD LmuExit
lmu_json_wholes(const LmuJsonNumber* numbers,
                size_t               n_numbers,
                const LmuJsonPlace*  place,
                const json_t*        object);

/**
   Read a list of as many numbers as there must be.

   @param values Numbers, [count].
   @param name What it is, for messages.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_json_vector(double*             values,
                const LmuJsonPlace* place,
                const json_t*       list,
                size_t              count,
                const char*         name);

/// Read a list of rows, into [rows][columns]
LMU_SETUP LMU_NODISCARD LmuExit
lmu_json_matrix(double*             values,
                const LmuJsonPlace* place,
                const json_t*       list,
                size_t              rows,
                size_t              columns,
                const char*         name);

/// Read a sample rate that is a number or the text of one, if there is any [Hz]
LMU_SETUP LMU_NODISCARD LmuExit
lmu_json_rate(double* rate, const LmuJsonPlace* place, const json_t* value);

/**
   Add a text to another, with a blank between, as much as has room.

   @param text Text of less than `size` bytes, in which controls become question
   marks.
   @param value Text, or anything else to add nothing.
*/
LMU_SETUP void
lmu_json_add_text(char* text, size_t size, const json_t* value);

/// Add "key: value" to a comment if an object has such a text or number
LMU_SETUP void
lmu_json_add_remark(char*         comment,
                    size_t        size,
                    const json_t* object,
                    const char*   key);

#endif // LMU_TOOLS_FOREIGN_JSON_VALUE_H
