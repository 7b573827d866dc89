// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Replaces _mark_point() of Check in all tests.  Each assertion that passes has
// Check write its place to a file, so that a crash has a place: in loops over
// samples this takes many times as long as what they assert.  Here the places
// that were written last are not written again.

#include <stdint.h>

/// Assertions of a loop
#define N_PLACES 8U

/// Where an assertion is
typedef struct {
  const char* file;
  int         line;
} Place;

// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming)

/// Write a place as Check does
void
__real__mark_point(const char* file, int line);

/// What --wrap of the linker has tests call
void
__wrap__mark_point(const char* file, int line);

void
__wrap__mark_point(const char* const file, const int line)
{
  static _Thread_local Place    places[N_PLACES];
  static _Thread_local uint32_t next;

  for (uint32_t i = 0U; i < N_PLACES; ++i) {
    if (places[i].line == line && places[i].file == file) {
      return;
    }
  }
  places[next] = (Place){file, line};
  next         = (next + 1U) % N_PLACES;
  __real__mark_point(file, line);
}

// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming)
