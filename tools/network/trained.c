// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/network/trained.h"

#include "core/base/setup/error.h"
#include "core/base/setup/utf8.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/network.h"
#include "core/nn/setup/weight_file.h"
#include "data/input.h"
#include "data/output.h"
#include "data/sequence.h"
#include "tools/base/failure.h"
#include "tools/command/arguments.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Return whether a file of this name is of a program that `lmu import` knows
static bool
is_foreign(const char* const path)
{
  static const char* const endings[] = {".keras",
                                        ".h5",
                                        ".hdf5",
                                        ".pt",
                                        ".pth",
                                        ".ckpt",
                                        ".nam",
                                        ".aidax",
                                        ".json"};
  for (size_t i = 0U; i < sizeof(endings) / sizeof(endings[0]); ++i) {
    if (lmu_path_ends(path, endings[i])) {
      return true;
    }
  }
  return false;
}

/// Read a network from what is no regular file
static LmuStatus
load_stream(LmuGraph** const  graph,
            const char* const path,
            LmuError* const   reason)
{
  uint8_t*  data    = NULL;
  size_t    n_bytes = 0U;
  LmuStatus status  = lmu_input_read(&data, &n_bytes, path, reason);
  *graph            = NULL;
  if (!status) {
    status = lmu_weights_parse(graph, data, n_bytes, reason);
  }
  free(data);
  return status;
}

static LmuStatus
load(LmuGraph** const graph, const char* const path, LmuError* const reason)
{
  return lmu_input_is_pipe(path) ? load_stream(graph, path, reason)
                                 : lmu_weights_load(graph, path, reason);
}

LmuExit
lmu_trained_open(LmuGraph** const   graph,
                 LmuNetwork** const network,
                 LmuFailure* const  error,
                 const char* const  path)
{
  LmuError  reason = {""};
  LmuStatus status = load(graph, path, &reason);
  *network         = NULL;
  if (status == LMU_BAD_FILE && is_foreign(path)) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s is a file of another program; make a weight "
                           "file of it with lmu import",
                           path);
  }
  if (status) {
    // Texts name files, but not streams
    return lmu_failure_core(error,
                            lmu_input_is_pipe(path) ? lmu_input_name(path)
                                                    : NULL,
                            status,
                            reason.text);
  }

  status = lmu_network_new(network, *graph, 1.0, &reason);
  if (status) {
    lmu_graph_free(*graph);
    *graph = NULL;
    return lmu_failure_core(error, path, status, reason.text);
  }
  return LMU_EXIT_SUCCESS;
}

/// Copy a text of an option, or leave what is there
static LmuExit
set_text(LmuFailure* const         error,
         const LmuArguments* const arguments,
         const char* const         option,
         char* const               text,
         const size_t              size)
{
  const char* const given = lmu_arguments_value(arguments, option, NULL);
  if (!given) {
    return LMU_EXIT_SUCCESS;
  }
  if (strlen(given) >= size || !lmu_utf8_is_valid(given, strlen(given))) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_VALUE,
                           "%s is not UTF-8 of at most %zu bytes; shorten it",
                           option,
                           size - 1U);
  }
  memcpy(text, given, strlen(given) + 1U);
  return LMU_EXIT_SUCCESS;
}

LmuExit
lmu_trained_set_texts(LmuGraph* const           graph,
                      LmuFailure* const         error,
                      const LmuArguments* const arguments)
{
  const struct {
    const char* option;
    char*       text;
    size_t      size;
  } texts[] = {
    {"--name", graph->metadata.name, LMU_MAX_NAME},
    {"--author", graph->metadata.author, LMU_MAX_NAME},
    {"--license", graph->metadata.license, LMU_MAX_NAME},
    {"--source", graph->metadata.source, LMU_MAX_NAME},
    {"--comment", graph->metadata.comment, LMU_MAX_COMMENT},
  };

  LmuExit status = LMU_EXIT_SUCCESS;
  for (size_t i = 0U; !status && i < sizeof(texts) / sizeof(texts[0]); ++i) {
    status =
      set_text(error, arguments, texts[i].option, texts[i].text, texts[i].size);
  }
  return status;
}

void
lmu_trained_set_name(LmuGraph* const graph, const char* const path)
{
  lmu_trained_set_name_of(&graph->metadata, path);
}

void
lmu_trained_set_name_of(LmuMetadata* const metadata, const char* const path)
{
  const char* const slash = strrchr(path, '/');
  const char* const name  = slash ? slash + 1 : path;
  if (!metadata->name[0] && strcmp(path, LMU_STANDARD) != 0 &&
      lmu_utf8_is_valid(name, strlen(name))) {
    snprintf(metadata->name,
             sizeof(metadata->name),
             "%.*s",
             (int)(strcspn(name, ".") < 100U ? strcspn(name, ".") : 0U),
             name);
  }
}

LmuExit
lmu_trained_check_path(LmuFailure* const error, const char* const path)
{
  return lmu_path_ends(path, ".safetensors") || lmu_output_is_stream(path)
           ? LMU_EXIT_SUCCESS
           : lmu_failure_set(error,
                             LMU_EXIT_USAGE,
                             "%s: hosts look for .safetensors; choose a name "
                             "that ends so",
                             path);
}

LmuExit
lmu_trained_save(LmuGraph* const   graph,
                 LmuFailure* const error,
                 const char* const source,
                 const char* const path)
{
  LmuError  reason = {""};
  LmuStatus status = lmu_graph_check(graph, &reason);
  if (status) {
    return lmu_failure_core(error, source, status, reason.text);
  }

  uint8_t* data    = NULL;
  size_t   n_bytes = 0U;
  status           = lmu_weights_write(&data, &n_bytes, graph, &reason);
  if (status) {
    return lmu_failure_core(error, path, status, reason.text);
  }

  const LmuExit put = lmu_output_put(error, path, data, n_bytes);
  free(data);
  return put;
}
