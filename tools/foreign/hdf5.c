// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/hdf5.h"

#include "tools/base/allocate.h"
#include "tools/foreign/hdf5_chunks.h"

#include <hdf5.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_RANK 8        // More is described as "many"
#define MAX_NAME 256U     // One part of a path
#define GROWTH 65536U     // Of a file in memory, which never grows
#define SIGNATURE_SIZE 8U // Of HDF5
#define FIRST_OFFSET 512U // Of the signature after other bytes; then twice
#define MAX_TEXTS 256U    // Of an attribute
#define MAX_TEXT 4194304U // Of one [bytes]

struct LmuHdf5Impl {
  char* path;
  hid_t file;
};

bool
lmu_hdf5_is(const uint8_t* const data, const size_t n_bytes)
{
  for (size_t i = 0U; i <= n_bytes && n_bytes - i >= SIGNATURE_SIZE;
       i        = i ? 2U * i : FIRST_OFFSET) {
    if (!memcmp(data + i, "\x89HDF\r\n\x1A\n", SIGNATURE_SIZE)) {
      return true;
    }
  }
  return false;
}

/* The file */

/// Return whether a file names a driver of files that are in several parts
static bool
is_split(const uint8_t* const data, const size_t n_bytes)
{
  const uint8_t* const end = data + n_bytes;
  const uint8_t*       at  = (const uint8_t*)memchr(data, 'N', n_bytes);
  while (at && (size_t)(end - at) >= SIGNATURE_SIZE) {
    if (!memcmp(at, "NCSAfami", SIGNATURE_SIZE) ||
        !memcmp(at, "NCSAmult", SIGNATURE_SIZE)) {
      return true;
    }
    at = (const uint8_t*)memchr(at + 1, 'N', (size_t)(end - at) - 1U);
  }
  return false;
}

static hid_t
open_file(const char* const path, const uint8_t* const data, const size_t n)
{
  // The library takes a copy, and refuses names of files that exist
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  uint8_t*    image  = (uint8_t*)lmu_allocate(n, 1U);
  memcpy(image, data, n);
  const bool set = H5Pset_fapl_core(access, GROWTH, false) >= 0 &&
                   H5Pset_file_image(access, image, n) >= 0;
  free(image);
  char* const name = lmu_allocate_text("%s/in memory", path);
  const hid_t file = set ? H5Fopen(name, H5F_ACC_RDONLY, access) : -1;
  H5Pclose(access);
  free(name);
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
  if (is_split(data, n_bytes)) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s: keeps its numbers in several files (family or "
                           "multi driver), which are not read; save it as one",
                           path);
  }

  // It would print a stack of its own functions, and load code of others
  H5Eset_auto(H5E_DEFAULT, NULL, NULL);
  H5PLset_loading_state(0U);
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

/* Ways to objects */

/// Refuse a thing in the file: what it is, and what to do
static LmuExit
refuse(const LmuHdf5* const hdf5,
       LmuFailure* const    error,
       const char* const    name,
       const char* const    what)
{
  return lmu_failure_set(
    error, LMU_EXIT_BAD_INPUT, "%s: \"%s\" %s", hdf5->path, name, what);
}

/// Say why a link of that kind is not followed
static const char*
refusal_of(const H5L_type_t type)
{
  return type == H5L_TYPE_SOFT
           ? "is only a name of another place (soft link): not read; save the "
             "model again"
         : type == H5L_TYPE_EXTERNAL
           ? "is in another file (external link): not read; save the model "
             "again, in one file"
           : "is behind a link of a kind of its own (user-defined link): not "
             "read; save the model again";
}

/// Follow one hard link, and close what it starts from
static LmuExit
follow(hid_t* const         object,
       const LmuHdf5* const hdf5,
       LmuFailure* const    error,
       const char* const    path,
       const char* const    part)
{
  const hid_t start  = *object;
  LmuExit     status = LMU_EXIT_SUCCESS;
  H5L_info_t  link;
  memset(&link, 0, sizeof(link));

  *object = -1;
  if (H5Iget_type(start) == H5I_GROUP &&
      H5Lexists(start, part, H5P_DEFAULT) > 0 &&
      H5Lget_info(start, part, &link, H5P_DEFAULT) >= 0) {
    if (link.type == H5L_TYPE_HARD) {
      *object = H5Oopen(start, part, H5P_DEFAULT);
    } else {
      status = refuse(hdf5, error, path, refusal_of(link.type));
    }
  }
  H5Oclose(start);
  return status;
}

/**
   Open an object by hard links alone.

   @param object Set to the object, or to a negative number if it is not there.
*/
static LmuExit
open_object(hid_t* const         object,
            const LmuHdf5* const hdf5,
            LmuFailure* const    error,
            const char* const    path)
{
  LmuExit status = LMU_EXIT_SUCCESS;
  *object        = H5Gopen(hdf5->file, "/", H5P_DEFAULT);
  for (const char* rest = path; !status && *object >= 0 && *rest;) {
    const size_t length = strcspn(rest, "/");
    char         part[MAX_NAME];
    if (length >= sizeof(part)) {
      H5Oclose(*object);
      *object = -1;
      break;
    }
    memcpy(part, rest, length);
    part[length] = '\0';
    if (length) {
      status = follow(object, hdf5, error, path, part);
    }
    rest += length + (rest[length] ? 1U : 0U);
  }
  return status;
}

LmuExit
lmu_hdf5_count(uint32_t* const      count,
               const LmuHdf5* const hdf5,
               LmuFailure* const    error,
               const char* const    group)
{
  H5G_info_t    info   = {H5G_STORAGE_TYPE_UNKNOWN, 0U, 0, false};
  hid_t         opened = -1;
  const LmuExit status = open_object(&opened, hdf5, error, group);

  *count = 0U;
  if (opened >= 0) {
    const bool known =
      H5Iget_type(opened) == H5I_GROUP && H5Gget_info(opened, &info) >= 0;
    *count = (known && info.nlinks < UINT32_MAX) ? (uint32_t)info.nlinks : 0U;
    H5Oclose(opened);
  }
  return status;
}

/* Arrays */

static bool
has_shape(const hid_t dataset, const LmuShape* const shape, char text[64])
{
  hsize_t     sizes[MAX_RANK] = {0U};
  const hid_t space           = H5Dget_space(dataset);
  const int   rank            = H5Sget_simple_extent_ndims(space);
  bool        same =
    rank == (int)shape->rank && H5Sget_simple_extent_type(space) != H5S_NULL;
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

/// Say what is wrong with the numbers of an array, or return null
static const char*
refusal_of_type(const hid_t dataset)
{
  const hid_t types[] = {
    H5T_IEEE_F32LE, H5T_IEEE_F32BE, H5T_IEEE_F64LE, H5T_IEEE_F64BE};
  const hid_t type  = H5Dget_type(dataset);
  const bool  named = H5Tcommitted(type) > 0;
  bool        good  = false;
  for (size_t i = 0U; i < sizeof(types) / sizeof(types[0]); ++i) {
    good = good || H5Tequal(type, types[i]) > 0;
  }
  H5Tclose(type);
  return !good   ? "is not float32 or float64; save the model with dtype "
                   "float32"
         : named ? "has a type that stands elsewhere (committed type): not "
                   "read; save the model again"
                 : NULL;
}

/// Say what is wrong with where an array keeps its numbers, or return null
static const char*
refusal_of_storage(const hid_t dataset, const hid_t properties)
{
  const H5D_layout_t layout = H5Pget_layout(properties);
  if (H5Pget_external_count(properties) != 0) {
    return "keeps its numbers in another file (external storage): not read; "
           "save the model again, in one file";
  }
  if (layout == H5D_VIRTUAL) {
    return "is made of parts of other arrays (virtual dataset): not read; save "
           "the model again, in one file";
  }
  if (layout == H5D_CHUNKED) {
    return lmu_hdf5_chunks_refusal(dataset, properties);
  }
  return layout == H5D_CONTIGUOUS || layout == H5D_COMPACT
           ? NULL
           : "is damaged; get an undamaged copy";
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

/// Say what is wrong with an array of the right shape, or return null
static const char*
refusal_of_dataset(const hid_t dataset)
{
  const hid_t properties = H5Dget_create_plist(dataset);
  if (properties < 0) {
    return "is damaged; get an undamaged copy";
  }

  const char* what = refusal_of_type(dataset);
  what             = what ? what : refusal_of_storage(dataset, properties);
  H5Pclose(properties);
  return what;
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

  const char* const what = refusal_of_dataset(dataset);
  if (what) {
    return refuse(hdf5, error, name, what);
  }
  return H5Dread(
           dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) <
             0
           ? refuse(hdf5, error, name, "is damaged; get an undamaged copy")
           : LMU_EXIT_SUCCESS;
}

LmuExit
lmu_hdf5_read(const LmuHdf5* const  hdf5,
              LmuFailure* const     error,
              double* const         values,
              const char* const     name,
              const LmuShape* const shape)
{
  hid_t   dataset = -1;
  LmuExit status  = open_object(&dataset, hdf5, error, name);
  if (!status && (dataset < 0 || H5Iget_type(dataset) != H5I_DATASET)) {
    status = lmu_failure_set(error,
                             LMU_EXIT_BAD_INPUT,
                             "%s: no variable \"%s\"; save weights and "
                             "config.json from one model",
                             hdf5->path,
                             name);
  }
  if (!status) {
    status = read_dataset(hdf5, error, values, name, shape, dataset);
  }
  if (dataset >= 0) {
    H5Oclose(dataset);
  }
  return status;
}

/* Attributes */

void
lmu_texts_reset(LmuTexts* const texts)
{
  for (uint32_t i = 0U; i < texts->count; ++i) {
    free(texts->texts[i]);
  }
  free((void*)texts->texts);
  memset(texts, 0, sizeof(*texts));
}

/// Read texts that each have a length of their own
static bool
read_variable(LmuTexts* const texts,
              const hid_t     attribute,
              const hid_t     type,
              const uint32_t  n)
{
  char**     read = (char**)lmu_allocate(n, sizeof(char*));
  const bool good = H5Aread(attribute, type, (void*)read) >= 0;
  for (uint32_t i = 0U; good && i < n; ++i) {
    texts->texts[i] =
      lmu_allocate_text("%.*s", (int)MAX_TEXT, read[i] ? read[i] : "");
    H5free_memory(read[i]);
  }
  texts->count = good ? n : 0U;
  free((void*)read);
  return good;
}

/// Read texts that are all as long
static bool
read_fixed(LmuTexts* const texts,
           const hid_t     attribute,
           const hid_t     type,
           const uint32_t  n)
{
  const size_t size = H5Tget_size(type);
  if (!size || size > MAX_TEXT / n) {
    return false;
  }

  char* const read = (char*)lmu_allocate(n, size);
  const bool  good = H5Aread(attribute, type, read) >= 0;
  for (uint32_t i = 0U; good && i < n; ++i) {
    texts->texts[i] = lmu_allocate_text("%.*s", (int)size, read + (i * size));
  }
  texts->count = good ? n : 0U;
  free(read);
  return good;
}

static bool
read_texts(LmuTexts* const texts, const hid_t attribute)
{
  const hid_t    space  = H5Aget_space(attribute);
  const hssize_t points = H5Sget_simple_extent_npoints(space);
  const hid_t    type   = H5Aget_type(attribute);
  bool           good   = points >= 0 && points <= (hssize_t)MAX_TEXTS;

  // An empty list of texts is one of numbers
  if (good && points > 0) {
    const uint32_t n = (uint32_t)points;
    texts->texts     = (char**)lmu_allocate(n, sizeof(char*));
    good =
      H5Tget_class(type) == H5T_STRING &&
      (H5Tis_variable_str(type) > 0 ? read_variable(texts, attribute, type, n)
                                    : read_fixed(texts, attribute, type, n));
  }
  H5Tclose(type);
  H5Sclose(space);
  return good;
}

LmuExit
lmu_hdf5_texts(LmuTexts* const      texts,
               const LmuHdf5* const hdf5,
               LmuFailure* const    error,
               const char* const    object,
               const char* const    attribute)
{
  hid_t   owner  = -1;
  LmuExit status = open_object(&owner, hdf5, error, object);
  memset(texts, 0, sizeof(*texts));
  if (owner >= 0 && H5Aexists(owner, attribute) > 0) {
    const hid_t opened = H5Aopen(owner, attribute, H5P_DEFAULT);
    if (opened < 0 || !read_texts(texts, opened)) {
      status = refuse(hdf5, error, attribute, "is damaged; get another copy");
    }
    H5Aclose(opened);
  }
  if (owner >= 0) {
    H5Oclose(owner);
  }
  return status;
}
