// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "data/sequence.h"

#include "tools/base/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

LmuSequenceKind
lmu_sequence_kind(const char* const path, const LmuSequenceKind fallback)
{
  return lmu_path_ends(path, ".npy")   ? LMU_SEQUENCE_NPY
         : lmu_path_ends(path, ".csv") ? LMU_SEQUENCE_CSV
         : *lmu_text_ending(path)      ? LMU_SEQUENCE_SOUND
                                       : fallback;
}

LmuSequenceKind
lmu_sequence_look(const uint8_t* const bytes, const size_t n_bytes)
{
  static const char magic[] = "\x93NUMPY";
  const size_t      n_magic = sizeof(magic) - 1U;
  if (n_bytes >= n_magic && !memcmp(bytes, magic, n_magic)) {
    return LMU_SEQUENCE_NPY;
  }

  // Only text has nothing that is not to be read
  bool is_text = n_bytes;
  for (size_t i = 0U; i < n_bytes; ++i) {
    is_text = is_text && (isprint(bytes[i]) || isspace(bytes[i]));
  }
  return is_text ? LMU_SEQUENCE_CSV : LMU_SEQUENCE_SOUND;
}

bool
lmu_path_ends(const char* const path, const char* const ending)
{
  const size_t length = strlen(path);
  const size_t part   = strlen(ending);
  return length > part && lmu_text_equal(path + length - part, ending);
}
