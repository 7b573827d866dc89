// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "data/channels.h"

#include <stdbool.h>
#include <stdlib.h>

/// Channels that were chosen, as far as there are inputs for them
typedef struct {
  uint32_t* channels; ///< From 0, [room]
  uint32_t  room;     ///< Number of inputs
  uint32_t  count;    ///< Number chosen, may be more than the room
} Choice;

static void
choose(Choice* const choice, const uint32_t channel)
{
  if (choice->count < choice->room) {
    choice->channels[choice->count] = channel;
  }
  ++choice->count;
}

/// Read a number from 1 to `maximum` and move on after it
static bool
read_number(uint32_t* const number, const char** const text, const uint32_t max)
{
  char*               end   = NULL;
  const unsigned long value = strtoul(*text, &end, 10);
  if (**text < '0' || **text > '9' || value < 1U || value > max) {
    return false;
  }

  *number = (uint32_t)value;
  *text   = end;
  return true;
}

/// Read "3" or "3-5" and move on after it
static bool
read_range(Choice* const      choice,
           const char** const text,
           const uint32_t     n_channels)
{
  uint32_t first = 0U;
  if (!read_number(&first, text, n_channels)) {
    return false;
  }

  uint32_t last = first;
  if (**text == '-') {
    ++*text;
    if (!read_number(&last, text, n_channels) || last < first) {
      return false;
    }
  }

  for (uint32_t i = first; i <= last; ++i) {
    choose(choice, i - 1U);
  }
  return true;
}

static bool
read_list(Choice* const choice, const char* list, const uint32_t n_channels)
{
  while (read_range(choice, &list, n_channels)) {
    if (!*list) {
      return true;
    }
    if (*list++ != ',') {
      return false;
    }
  }
  return false;
}

uint32_t
lmu_channels_count(const uint32_t n_channels, const char* const list)
{
  Choice     choice  = {NULL, 0U, 0U};
  const bool is_list = list && read_list(&choice, list, n_channels);
  return is_list ? choice.count : list ? 0U : n_channels;
}

static LmuExit
too_many(LmuFailure* const error,
         const uint32_t    n_channels,
         const uint32_t    n_inputs,
         const char* const path)
{
  if (n_inputs == 1U) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "%u channels of %s are too many for 1 input; choose "
                           "one with --channels 1",
                           n_channels,
                           path);
  }
  return lmu_failure_set(error,
                         LMU_EXIT_USAGE,
                         "%u channels of %s are too many for %u inputs; choose "
                         "with --channels, such as --channels 1-%u",
                         n_channels,
                         path,
                         n_inputs,
                         n_inputs);
}

LmuExit
lmu_channels_map(uint32_t* const   map,
                 LmuFailure* const error,
                 const uint32_t    n_inputs,
                 const uint32_t    n_channels,
                 const char* const list,
                 const char* const path)
{
  Choice choice = {map, n_inputs, 0U};
  if (list && !read_list(&choice, list, n_channels)) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_VALUE,
                           "--channels cannot be \"%s\"; use numbers from 1 to "
                           "%u, such as 1 or 1,%u or 1-%u",
                           list,
                           n_channels,
                           n_channels,
                           n_channels);
  }
  for (uint32_t i = 0U; !list && i < n_channels; ++i) {
    choose(&choice, i);
  }

  if (n_inputs && choice.count > n_inputs) {
    return too_many(error, choice.count, n_inputs, path);
  }
  if (n_inputs == 2U && choice.count == 1U) {
    choose(&choice, map[0]);
  }
  for (uint32_t i = choice.count; i < n_inputs; ++i) {
    map[i] = LMU_NO_CHANNEL;
  }
  return LMU_EXIT_SUCCESS;
}
