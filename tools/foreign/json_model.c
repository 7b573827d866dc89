// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/json_model.h"

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "tools/foreign/guitarml.h"
#include "tools/foreign/json_value.h"
#include "tools/foreign/nam.h"
#include "tools/foreign/rtneural.h"

#include <jansson.h>

#include <string.h>

bool
lmu_json_is(const uint8_t* const data, const size_t n_bytes)
{
  size_t i = 0U;
  while (i < n_bytes && data[i] && strchr(" \t\r\n", data[i])) {
    ++i;
  }
  return i < n_bytes && data[i] == '{';
}

/// Refuse an object that is none of the networks that are read
static LmuExit
refuse(const LmuJsonPlace* const place, const json_t* const model)
{
  if (json_object_get(model, "class_name")) {
    return lmu_json_refuse(place,
                           "it is the configuration of a Keras model; give the "
                           "weights, and this with --config");
  }
  return lmu_json_refuse(place,
                         "it has no \"architecture\", as networks of Neural "
                         "Amp Modeler have, no \"layers\", as those of "
                         "RTNeural and AIDA-X, and no \"model_data\", as those "
                         "of GuitarML; give such a file");
}

/// Read a network by what kind it is
static LmuExit
load(LmuGraph* const           graph,
     const LmuJsonPlace* const place,
     const json_t* const       model,
     const bool                logits)
{
  if (json_object_get(model, "architecture")) {
    return lmu_nam_load(graph, place, model);
  }
  if (json_is_array(json_object_get(model, "layers"))) {
    return lmu_rtneural_load(graph, place, model, logits);
  }
  if (json_object_get(model, "model_data")) {
    return lmu_guitarml_load(graph, place, model);
  }
  return refuse(place, model);
}

/// Say why text is no JSON, or that there was no memory to find out
static LmuExit
refuse_text(const LmuJsonPlace* const place, const json_error_t* const reason)
{
  return reason->text[0]
           ? lmu_json_refuse(place,
                             "it is no JSON, line %d: %s; get another copy",
                             reason->line,
                             reason->text)
           : lmu_json_refuse(place,
                             "reading it takes too much memory, so it is "
                             "damaged or made to do harm; get another copy");
}

LmuExit
lmu_json_load(LmuGraph* const          graph,
              LmuFailure* const        error,
              const LmuJsonFile* const file)
{
  const LmuJsonPlace place = {error, file->path, ""};
  if (file->n_bytes > LMU_MAX_JSON_MODEL) {
    return lmu_json_refuse(&place,
                           "it is above %lu MiB, which no network for sound "
                           "needs; train a smaller one",
                           LMU_MAX_JSON_MODEL >> 20U);
  }

  json_error_t  wrong = {.line = 0};
  json_t* const model = json_loadb(
    (const char*)file->data, file->n_bytes, JSON_REJECT_DUPLICATES, &wrong);
  if (!model) {
    return refuse_text(&place, &wrong);
  }

  LmuError reason = {""};
  LmuExit  status = load(graph, &place, model, file->logits);
  if (!status && lmu_graph_check(graph, &reason)) {
    status = lmu_json_refuse(&place, "%s", reason.text);
  }
  json_decref(model);
  return status;
}
