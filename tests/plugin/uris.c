// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/plugin/uris.h"

#include "plugin/view.h"
#include "tests/plugin/require.h"

#include <lv2/atom/atom.h>
#include <lv2/log/log.h>
#include <lv2/patch/patch.h>
#include <lv2/time/time.h>
#include <lv2/urid/urid.h>

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/// Other URIs that plugins may ask for, and their length
#define MAX_OTHERS 64U
#define MAX_LENGTH 128U

static const char* const uris[N_URIS] = {
  [URI_ATOM_BLANK]            = LV2_ATOM__Blank,
  [URI_ATOM_CHUNK]            = LV2_ATOM__Chunk,
  [URI_ATOM_DOUBLE]           = LV2_ATOM__Double,
  [URI_ATOM_FLOAT]            = LV2_ATOM__Float,
  [URI_ATOM_INT]              = LV2_ATOM__Int,
  [URI_ATOM_LONG]             = LV2_ATOM__Long,
  [URI_ATOM_OBJECT]           = LV2_ATOM__Object,
  [URI_ATOM_PATH]             = LV2_ATOM__Path,
  [URI_ATOM_SEQUENCE]         = LV2_ATOM__Sequence,
  [URI_ATOM_STRING]           = LV2_ATOM__String,
  [URI_ATOM_URID]             = LV2_ATOM__URID,
  [URI_ATOM_VECTOR]           = LV2_ATOM__Vector,
  [URI_TIME_POSITION]         = LV2_TIME__Position,
  [URI_TIME_BEAT_UNIT]        = LV2_TIME__beatUnit,
  [URI_TIME_BEATS_PER_MINUTE] = LV2_TIME__beatsPerMinute,
  [URI_LOG_ERROR]             = LV2_LOG__Error,
  [URI_PATCH_BODY]            = LV2_PATCH__body,
  [URI_PATCH_GET]             = LV2_PATCH__Get,
  [URI_PATCH_PROPERTY]        = LV2_PATCH__property,
  [URI_PATCH_PUT]             = LV2_PATCH__Put,
  [URI_PATCH_SEQUENCE_NUMBER] = LV2_PATCH__sequenceNumber,
  [URI_PATCH_SET]             = LV2_PATCH__Set,
  [URI_PATCH_SUBJECT]         = LV2_PATCH__subject,
  [URI_PATCH_VALUE]           = LV2_PATCH__value,
  [URI_MOD_VIEW]              = LMU_URI_MOD_VIEW,
  [URI_VIEW]                  = LMU_URI_VIEW,
  [URI_VIEW_BASIS]            = LMU_URI_BASIS,
  [URI_VIEW_WINDOW]           = LMU_URI_TRACE_WINDOW,
  [URI_VIEW_SPAN]             = LMU_URI_TRACE_SPAN,
  [URI_VIEW_LEAD]             = LMU_URI_TRACE_LEAD,
  [URI_VIEW_INPUT]            = LMU_URI_INPUT_TRACE,
  [URI_VIEW_NUMBERS]          = LMU_URI_NUMBERS,
  [URI_VIEW_OFFSET]           = LMU_URI_OFFSET,
  [URI_VIEW_ORDER]            = LMU_URI_VIEW_ORDER,
  [URI_VIEW_OUTPUT]           = LMU_URI_OUTPUT_TRACE,
  [URI_VIEW_RATE]             = LMU_URI_VIEW_RATE,
  [URI_VIEW_SEQUENCE]         = LMU_URI_SEQUENCE,
  [URI_VIEW_THETA]            = LMU_URI_VIEW_THETA,
  [URI_WATCH]                 = LMU_URI_WATCH,
  [URI_WATCH_RATE]            = LMU_URI_WATCH_RATE,
  [URI_WEIGHTS]               = WEIGHTS_URI,
  [URI_WEIGHTS_ORIGIN]        = WEIGHTS_ORIGIN_URI,
  [URI_WEIGHTS_SHA256]        = WEIGHTS_SHA256_URI,
  [URI_WEIGHTS_COPY]          = WEIGHTS_COPY_URI,
};

/// Return the number of a URI that is not one of ours, in the order of asking
static LV2_URID
map_other(const char* const uri)
{
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static char            others[MAX_OTHERS][MAX_LENGTH];
  static uint32_t        n_others;

  pthread_mutex_lock(&lock);
  uint32_t i = 0U;
  while (i < n_others && strcmp(others[i], uri) != 0) {
    ++i;
  }
  if (i == n_others) {
    REQUIRE(n_others < MAX_OTHERS && strlen(uri) < MAX_LENGTH);
    (void)snprintf(others[n_others++], MAX_LENGTH, "%s", uri);
  }
  pthread_mutex_unlock(&lock);
  return N_URIS + i;
}

LV2_URID
uri_map(LV2_URID_Map_Handle handle, const char* const uri)
{
  (void)handle;

  for (uint32_t i = 1U; i < N_URIS; ++i) {
    if (!strcmp(uris[i], uri)) {
      return i;
    }
  }
  return map_other(uri);
}
