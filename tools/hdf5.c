// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/hdf5.h"

#include "tools/allocate.h"

#include <hdf5.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_RANK 8    // More is described as "many"
#define GROWTH 65536U // Of a file in memory, which never grows

struct LmuHdf5Impl {
  char* path;
  hid_t file;
};

static hid_t
open_file(const char* const path, const uint8_t* const data, const size_t n)
{
  if (!data) {
    return H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  }

  // The library takes a copy, and refuses names of files that exist
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  uint8_t*    image  = (uint8_t*)lmu_allocate(n, 1U);
  memcpy(image, data, n);
  const bool set = H5Pset_fapl_core(access, GROWTH, false) >= 0 &&
                   H5Pset_file_image(access, image, n) >= 0;
  char* const name = lmu_allocate_text("%s/in memory", path);
  const hid_t file = set ? H5Fopen(name, H5F_ACC_RDONLY, access) : -1;
  H5Pclose(access);
  free(name);
  free(image);
  return file;
}

LmuExit
lmu_hdf5_new(LmuHdf5** const      hdf5,
             LmuFailure* const    error,
             const char* const    path,
             const uint8_t* const data,
             const size_t         n_bytes)
{
  *hdf5 = NULL;

  // It would print a stack of its own functions
  H5Eset_auto(H5E_DEFAULT, NULL, NULL);
  const hid_t file = open_file(path, data, n_bytes);
  if (file < 0) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s: weights are not in HDF5, or damaged; give a "
                           "file that model.save() or model.save_weights() "
                           "wrote",
                           path);
  }

  LmuHdf5* const opened = (LmuHdf5*)lmu_allocate(1U, sizeof(LmuHdf5));
  opened->path          = lmu_allocate_text("%s", path);
  opened->file          = file;
  *hdf5                 = opened;
  return LMU_EXIT_SUCCESS;
}

void
lmu_hdf5_free(LmuHdf5* const hdf5)
{
  if (hdf5) {
    H5Fclose(hdf5->file);
    free(hdf5->path);
    free(hdf5);
  }
}

uint32_t
lmu_hdf5_count(const LmuHdf5* const hdf5, const char* const group)
{
  H5G_info_t  info   = {H5G_STORAGE_TYPE_UNKNOWN, 0U, 0, false};
  const hid_t opened = H5Gopen(hdf5->file, group, H5P_DEFAULT);
  if (opened < 0) {
    return 0U;
  }

  const bool known = H5Gget_info(opened, &info) >= 0;
  H5Gclose(opened);
  return (known && info.nlinks < UINT32_MAX) ? (uint32_t)info.nlinks : 0U;
}

static bool
has_shape(const hid_t dataset, const LmuShape* const shape, char text[64])
{
  hsize_t     sizes[MAX_RANK] = {0U};
  const hid_t space           = H5Dget_space(dataset);
  const int   rank            = H5Sget_simple_extent_ndims(space);
  bool        same            = rank == (int)shape->rank;
  if (rank >= 0 && rank <= MAX_RANK) {
    H5Sget_simple_extent_dims(space, sizes, NULL);
  }
  H5Sclose(space);

  size_t length = 0U;
  text[0]       = '\0';
  for (int i = 0; i < rank && i < MAX_RANK && length < 40U; ++i) {
    same = same && sizes[i] == shape->dimensions[i];
    length += (size_t)snprintf(
      text + length, 64U - length, "[%llu]", (unsigned long long)sizes[i]);
  }
  return same;
}

static bool
is_float(const hid_t dataset)
{
  const hid_t  type = H5Dget_type(dataset);
  const size_t size = H5Tget_size(type);
  const bool   good =
    H5Tget_class(type) == H5T_FLOAT && (size == 4U || size == 8U);
  H5Tclose(type);
  return good;
}

static void
describe(char text[64], const LmuShape* const shape)
{
  size_t length = 0U;
  text[0]       = '\0';
  for (uint32_t i = 0U; i < shape->rank; ++i) {
    length += (size_t)snprintf(
      text + length, 64U - length, "[%u]", shape->dimensions[i]);
  }
}

static LmuExit
read_dataset(const LmuHdf5* const  hdf5,
             LmuFailure* const     error,
             double* const         values,
             const char* const     name,
             const LmuShape* const shape,
             const hid_t           dataset)
{
  char found[64]  = "";
  char wanted[64] = "";
  describe(wanted, shape);
  if (!has_shape(dataset, shape, found)) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s: variable \"%s\" has shape %s, config.json says "
                           "%s; save weights and config.json from one model",
                           hdf5->path,
                           name,
                           *found ? found : "[]",
                           *wanted ? wanted : "[]");
  }
  if (!is_float(dataset)) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s: variable \"%s\" is not float32 or float64; "
                           "save the model with dtype float32",
                           hdf5->path,
                           name);
  }
  if (H5Dread(
        dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) <
      0) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s: variable \"%s\" is damaged; get an undamaged "
                           "copy",
                           hdf5->path,
                           name);
  }
  return LMU_EXIT_SUCCESS;
}

LmuExit
lmu_hdf5_read(const LmuHdf5* const  hdf5,
              LmuFailure* const     error,
              double* const         values,
              const char* const     name,
              const LmuShape* const shape)
{
  const hid_t dataset = H5Dopen(hdf5->file, name, H5P_DEFAULT);
  if (dataset < 0) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s: no variable \"%s\"; save weights and "
                           "config.json from one model, with Keras 3",
                           hdf5->path,
                           name);
  }

  const LmuExit status =
    read_dataset(hdf5, error, values, name, shape, dataset);
  H5Dclose(dataset);
  return status;
}
