// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/base/text.h"

#include "tools/base/allocate.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool
lmu_text_number(double* const number, const char* const text)
{
  // The program never calls setlocale(), so this is the C locale's strtod()
  char*        end   = NULL;
  const double value = strtod(text, &end);
  if (end == text || *end || isspace((unsigned char)*text) ||
      !isfinite(value)) {
    return false;
  }

  *number = value;
  return true;
}

bool
lmu_text_whole(uint32_t* const   number,
               const char* const text,
               const uint32_t    minimum,
               const uint32_t    maximum)
{
  double value = 0.0;
  if (!lmu_text_number(&value, text) || value != floor(value) ||
      value < minimum || value > maximum) {
    return false;
  }

  *number = (uint32_t)value;
  return true;
}

bool
lmu_text_equal(const char* const a, const char* const b)
{
  return !strcasecmp(a, b);
}

const char*
lmu_text_ending(const char* const path)
{
  const char* const slash = strrchr(path, '/');
  const char* const name  = slash ? slash + 1 : path;
  const char* const dot   = strrchr(name, '.');
  return (dot && dot > name && dot[1]) ? dot : "";
}

static char
lower(const char c)
{
  return (char)((c >= 'A' && c <= 'Z') ? c - 'A' + 'a' : c);
}

static size_t
least(const size_t a, const size_t b, const size_t c)
{
  const size_t ab = (a < b) ? a : b;
  return (ab < c) ? ab : c;
}

/// Make row i + 1 of the table of edits from row i, [strlen(b) + 1]
static void
step_row(size_t* const row, const size_t i, const char letter, const char* b)
{
  size_t diagonal = row[0];
  row[0]          = i + 1U;
  for (size_t j = 1U; b[j - 1U]; ++j) {
    const size_t change = diagonal + (size_t)(letter != lower(b[j - 1U]));
    diagonal            = row[j];
    row[j]              = least(change, row[j] + 1U, row[j - 1U] + 1U);
  }
}

/// Return how many letters to add, drop or change to make `a` into `b`
static size_t
edit_distance(const char* const a, const char* const b)
{
  const size_t  length = strlen(b);
  size_t* const row    = (size_t*)lmu_allocate(length + 1U, sizeof(size_t));
  for (size_t j = 0U; j <= length; ++j) {
    row[j] = j;
  }
  for (size_t i = 0U; a[i]; ++i) {
    step_row(row, i, lower(a[i]), b);
  }

  const size_t distance = row[length];
  free(row);
  return distance;
}

void
lmu_guess_add(LmuGuess* const guess, const char* const candidate)
{
  // A third of the letters wrong is still a slip, more is another word
  const size_t limit    = 1U + (strlen(guess->word) / 3U);
  const size_t distance = edit_distance(guess->word, candidate);
  if (distance <= limit && (!guess->best || distance < guess->distance)) {
    guess->best     = candidate;
    guess->distance = distance;
  }
}
