// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_URIS_H
#define LMU_TESTS_PLUGIN_URIS_H

#include <lv2/urid/urid.h>

/**
   @file
   Numbers of URIs, for all hosts and threads of a test.
*/

/// What the plugin calls what is about its weight file
#define WEIGHTS_URI "urn:lmu-lv2:weights"
#define WEIGHTS_ORIGIN_URI WEIGHTS_URI "-origin"
#define WEIGHTS_SHA256_URI WEIGHTS_URI "-sha256"
#define WEIGHTS_COPY_URI WEIGHTS_URI "-copy"

/// URIs that tests use
typedef enum {
  URI_NONE,
  URI_ATOM_BLANK,
  URI_ATOM_CHUNK,
  URI_ATOM_DOUBLE,
  URI_ATOM_FLOAT,
  URI_ATOM_INT,
  URI_ATOM_LONG,
  URI_ATOM_OBJECT,
  URI_ATOM_PATH,
  URI_ATOM_SEQUENCE,
  URI_ATOM_STRING,
  URI_ATOM_URID,
  URI_ATOM_VECTOR,
  URI_TIME_POSITION,
  URI_TIME_BEAT_UNIT,
  URI_TIME_BEATS_PER_MINUTE,
  URI_LOG_ERROR,
  URI_PATCH_BODY,
  URI_PATCH_GET,
  URI_PATCH_PROPERTY,
  URI_PATCH_PUT,
  URI_PATCH_SEQUENCE_NUMBER,
  URI_PATCH_SET,
  URI_PATCH_SUBJECT,
  URI_PATCH_VALUE,
  URI_MOD_VIEW,
  URI_VIEW,
  URI_VIEW_BASIS,
  URI_VIEW_INPUT,
  URI_VIEW_NUMBERS,
  URI_VIEW_OFFSET,
  URI_VIEW_ORDER,
  URI_VIEW_OUTPUT,
  URI_VIEW_RATE,
  URI_VIEW_SEQUENCE,
  URI_VIEW_THETA,
  URI_WATCH,
  URI_WATCH_RATE,
  URI_WEIGHTS,
  URI_WEIGHTS_ORIGIN,
  URI_WEIGHTS_SHA256,
  URI_WEIGHTS_COPY,
  N_URIS,
} HostUri;

/// Return the number of any URI, from any thread
LV2_URID
uri_map(LV2_URID_Map_Handle handle, const char* uri);

#endif // LMU_TESTS_PLUGIN_URIS_H
