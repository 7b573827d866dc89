// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_BASE_TEXT_H
#define LMU_TOOLS_BASE_TEXT_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   @file
   Reading what a user typed.
*/

/// Read a finite number that fills all of `text`, in the C locale
LMU_SETUP LMU_NODISCARD bool
lmu_text_number(double* number, const char* text);

/// Read a whole number from `minimum` to `maximum` that fills all of `text`
LMU_SETUP LMU_NODISCARD bool
lmu_text_whole(uint32_t*   number,
               const char* text,
               uint32_t    minimum,
               uint32_t    maximum);

/// Return whether two texts are equal but for the case of ASCII letters
LMU_SETUP bool
lmu_text_equal(const char* a, const char* b);

/// Return the ending of a path with its dot, such as ".wav", or ""
LMU_SETUP const char*
lmu_text_ending(const char* path);

/**
   Collect the candidate most like a misspelt word.

   Start with a zeroed guess and the word, then show it every candidate.
*/
typedef struct {
  const char* word;     ///< What was typed
  const char* best;     ///< Nearest candidate so far, or null
  size_t      distance; ///< Edits from the word to it
} LmuGuess;

/// Consider a candidate, which must outlive the guess
LMU_SETUP void
lmu_guess_add(LmuGuess* guess, const char* candidate);

#endif // LMU_TOOLS_BASE_TEXT_H
