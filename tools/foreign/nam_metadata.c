// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/nam_metadata.h"

#include <math.h>
#include <stddef.h>

#define DEFAULT_RATE 48000.0 // As its specification says [Hz]
#define MAX_LOUDNESS_DB 100.0

/// Read a loudness that a file here may have
static void
read_loudness(LmuMetadata* const metadata, const json_t* const value)
{
  if (json_is_number(value) &&
      fabs(json_number_value(value)) <= MAX_LOUDNESS_DB) {
    metadata->loudness_db = json_number_value(value);
  }
}

static void
read_comment(LmuMetadata* const metadata, const json_t* const said)
{
  static const char* const keys[] = {
    "gear_type", "tone_type", "input_level_dbu", "output_level_dbu", "gain"};

  char* const         comment  = metadata->comment;
  const json_t* const training = json_object_get(said, "training");
  for (size_t i = 0U; i < sizeof(keys) / sizeof(keys[0]); ++i) {
    lmu_json_add_remark(comment, LMU_MAX_COMMENT, said, keys[i]);
  }
  lmu_json_add_remark(comment, LMU_MAX_COMMENT, training, "validation_esr");
}

LmuExit
lmu_nam_metadata_read(LmuMetadata* const        metadata,
                      const LmuJsonPlace* const place,
                      const json_t* const       model)
{
  const json_t* const said = json_object_get(model, "metadata");
  const json_t* const rate = json_object_get(model, "sample_rate");
  lmu_json_add_text(
    metadata->name, LMU_MAX_NAME, json_object_get(said, "name"));
  lmu_json_add_text(
    metadata->author, LMU_MAX_NAME, json_object_get(said, "modeled_by"));
  lmu_json_add_text(
    metadata->source, LMU_MAX_NAME, json_object_get(said, "gear_make"));
  lmu_json_add_text(
    metadata->source, LMU_MAX_NAME, json_object_get(said, "gear_model"));
  read_loudness(metadata, json_object_get(said, "loudness"));
  read_comment(metadata, said);

  metadata->rate = DEFAULT_RATE;
  return lmu_json_rate(&metadata->rate,
                       place,
                       rate ? rate
                            : json_object_get(model, "expected_sample_rate"));
}
