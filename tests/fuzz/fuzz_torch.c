// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Files of PyTorch of any bytes, in this process: archives, pickles, and the
// tensors of a cell that are in them.

#include "tests/fuzz/foreign_check.h"
#include "tools/foreign/archive.h"
#include "tools/foreign/hdf5.h"
#include "tools/foreign/torch_legacy.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// The name that libFuzzer calls
// NOLINTBEGIN(readability-identifier-naming)
int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
// NOLINTEND(readability-identifier-naming)

/// Return whether an archive has what goes to libhdf5
static bool
is_keras(const uint8_t* const data, const size_t size)
{
  LmuArchive* archive = NULL;
  LmuFailure  error   = {LMU_EXIT_SUCCESS, ""};
  if (lmu_archive_new(&archive, &error, "fuzz", data, size)) {
    return false;
  }
  const bool found = lmu_archive_find(archive, "model.weights.h5") != NULL;
  lmu_archive_free(archive);
  return found;
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  const LmuForeign file = {"fuzz", data, size, NULL, NULL, 0U, false};
  if (size && !lmu_hdf5_is(data, size) &&
      !(lmu_archive_is(data, size) && is_keras(data, size))) {
    check_foreign(&file, false);
  }
  return 0;
}
