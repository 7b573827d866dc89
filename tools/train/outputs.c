// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/outputs.h"

#include "tools/base/allocate.h"
#include "tools/base/failure.h"
#include "tools/train/session.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool
is_folder(const char* const path)
{
  struct stat  info;
  const size_t n = strlen(path);
  return (n && path[n - 1U] == '/') ||
         (!stat(path, &info) && S_ISDIR(info.st_mode));
}

/// Return the name of a model of a wet recording in a folder, for free()
static char*
path_in(const char* const folder, const char* const wet)
{
  const char* const slash = strrchr(wet, '/');
  const char* const name  = slash ? slash + 1 : wet;
  const char* const dot   = strrchr(name, '.');
  const int         n     = dot ? (int)(dot - name) : (int)strlen(name);
  const size_t      end   = strlen(folder);
  const bool        bare  = end && folder[end - 1U] == '/';
  return lmu_allocate_text(
    "%s%s%.*s.safetensors", folder, bare ? "" : "/", n, name);
}

/// See that no two recordings make the same model
static LmuExit
check_twins(const LmuOutputs* const     outputs,
            LmuFailure* const           error,
            const LmuOutputsSpec* const spec)
{
  for (uint32_t i = 0U; i < outputs->count; ++i) {
    for (uint32_t j = 0U; j < i; ++j) {
      if (!strcmp(outputs->paths[i], outputs->paths[j])) {
        return lmu_failure_set(error,
                               LMU_EXIT_USAGE,
                               "%s and %s would both make %s; rename one",
                               spec->wets[j],
                               spec->wets[i],
                               outputs->paths[i]);
      }
    }
  }
  return LMU_EXIT_SUCCESS;
}

/// Name a model of each wet recording
static LmuExit
find_each(LmuOutputs* const           outputs,
          LmuFailure* const           error,
          const LmuOutputsSpec* const spec)
{
  if (!is_folder(spec->output)) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "%u wet recordings make as many models; give a "
                           "folder, as in -o %s/, or --condition before each "
                           "for one model of all",
                           (unsigned)spec->n_wets,
                           spec->output);
  }
  outputs->folder = spec->output;
  outputs->count  = spec->n_wets;
  for (uint32_t i = 0U; i < spec->n_wets; ++i) {
    outputs->paths[i] = path_in(spec->output, spec->wets[i]);
  }
  return check_twins(outputs, error, spec);
}

LmuExit
lmu_outputs_find(LmuOutputs* const           outputs,
                 LmuFailure* const           error,
                 const LmuOutputsSpec* const spec)
{
  LmuExit status = LMU_EXIT_SUCCESS;
  memset(outputs, 0, sizeof(*outputs));
  if (!spec->is_one && (spec->n_wets > 1U || is_folder(spec->output))) {
    status = find_each(outputs, error, spec);
  } else {
    outputs->paths[0] = lmu_allocate_text("%s", spec->output);
    outputs->count    = 1U;
  }
  for (uint32_t i = 0U; !status && i < outputs->count; ++i) {
    status = lmu_session_check(error, outputs->paths[i], spec->resumes);
  }
  return status;
}

LmuExit
lmu_outputs_make_folder(const LmuOutputs* const outputs,
                        LmuFailure* const       error)
{
  if (outputs->folder && mkdir(outputs->folder, 0777) && errno != EEXIST) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_OUTPUT,
                           "cannot make %s: %s; choose another place",
                           outputs->folder,
                           strerror(errno));
  }
  return LMU_EXIT_SUCCESS;
}

void
lmu_outputs_clear(LmuOutputs* const outputs)
{
  for (uint32_t i = 0U; i < outputs->count; ++i) {
    free(outputs->paths[i]);
  }
  outputs->count = 0U;
}
