// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_PATHS_H
#define LMU_TESTS_PLUGIN_PATHS_H

#include <lv2/core/lv2.h>
#include <lv2/state/state.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What hosts do with the paths that plugins save: map them, make them, free
   them, all in good and bad ways.
*/

/// Bytes of a path, with its terminator
#define PATHS_MAX 512U

/// How a host maps paths
typedef enum {
  PATHS_LINKED,   ///< By a link in the session's folder, like most hosts
  PATHS_PLAIN,    ///< Not at all, a path stays as it is
  PATHS_NONE,     ///< It does not offer to
  PATHS_NULL,     ///< It fails, and returns null
  PATHS_EMPTY,    ///< It returns an empty path
  PATHS_RELATIVE, ///< It returns a path that has no start
  PATHS_LOOPED,   ///< It returns a link that leads to itself
  N_PATHS,
} PathsKind;

/// A host's folder for one session, and how it handles paths
typedef struct {
  PathsKind  kind;
  bool       can_make;          ///< Offer to make paths
  bool       can_free;          ///< Offer to free paths, and need it
  char       folder[PATHS_MAX]; ///< Of the session, which exists
  atomic_int n_lent;            ///< Paths that were not given back

  LV2_State_Map_Path  map;
  LV2_State_Make_Path make;
  LV2_State_Free_Path release;
  LV2_Feature         features[3];
} Paths;

/// Greatest number of features of a host's paths
#define PATHS_MAX_FEATURES 3U

/// Offer all there is, do not move `paths` after
void
paths_init(Paths* paths, PathsKind kind, const char* folder);

/// Write pointers to the features that are offered, and return their number
uint32_t
paths_features(Paths* paths, const LV2_Feature** features, bool is_saving);

#endif // LMU_TESTS_PLUGIN_PATHS_H
