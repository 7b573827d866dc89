// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "data/npy.h"

#include "core/base/setup/little_endian.h"
#include "data/input.h"
#include "tools/base/allocate.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

// Source: NumPy, numpy/lib/format.py, which describes versions 1 to 3
#define MAGIC "\x93NUMPY"
#define MAGIC_SIZE 6U
#define MAX_HEADER 65536U // More is no array of ours
#define MAX_VALUES (1ULL << 50U)
#define MAX_LOADED 1073741824U // 8 GiB of float64

/// What the header says
typedef struct {
  char     type[8];
  bool     fortran;
  bool     has_shape;
  uint32_t rank;
  size_t   shape[LMU_NPY_MAX_RANK];
} Header;

static LmuExit
fail(LmuFailure* const error, const char* const path, const char* const why)
{
  return lmu_failure_set(error, LMU_EXIT_BAD_INPUT, "%s: %s", path, why);
}

/// Skip white space and a character; return null if it is another
static const char*
skip(const char* text, const char wanted)
{
  while (*text == ' ') {
    ++text;
  }
  return (*text == wanted) ? text + 1 : NULL;
}

/// Read a text in single quotes of fewer than `size` bytes
static const char*
read_quoted(const char* text, char* const word, const size_t size)
{
  text = skip(text, '\'');

  const char* const end = text ? strchr(text, '\'') : NULL;
  if (!end || (size_t)(end - text) >= size) {
    return NULL;
  }
  memcpy(word, text, (size_t)(end - text));
  word[end - text] = '\0';
  return end + 1;
}

/// Read a shape such as (3, 40, 2) or (5,)
static const char*
read_shape(const char* text, Header* const header)
{
  text = skip(text, '(');
  while (text && !skip(text, ')')) {
    while (*text == ' ') {
      ++text;
    }
    if (!isdigit((unsigned char)*text) || header->rank == LMU_NPY_MAX_RANK) {
      return NULL;
    }

    char* end                     = NULL;
    header->shape[header->rank++] = (size_t)strtoull(text, &end, 10);
    const char* const comma       = skip(end, ',');
    text                          = comma ? comma : skip(end, ')') ? end : NULL;
  }
  header->has_shape = text != NULL;
  return text ? skip(text, ')') : NULL;
}

/// Read True or False
static const char*
read_flag(const char* text, bool* const flag)
{
  while (*text == ' ') {
    ++text;
  }
  *flag = !strncmp(text, "True", 4U);
  return *flag ? text + 4 : !strncmp(text, "False", 5U) ? text + 5 : NULL;
}

/// Read one key of the header with its value
static const char*
read_entry(const char* text, Header* const header)
{
  char key[16] = "";
  text         = read_quoted(text, key, sizeof(key));
  text         = text ? skip(text, ':') : NULL;
  if (!text) {
    return NULL;
  }
  if (!strcmp(key, "descr")) {
    return read_quoted(text, header->type, sizeof(header->type));
  }
  if (!strcmp(key, "fortran_order")) {
    return read_flag(text, &header->fortran);
  }
  return strcmp(key, "shape") != 0 ? NULL : read_shape(text, header);
}

/// Read the header, a dictionary as Python prints it
static bool
read_header(const char* text, Header* const header)
{
  text = skip(text, '{');
  while (text && !skip(text, '}')) {
    text = read_entry(text, header);
    if (text) {
      const char* const comma = skip(text, ',');
      text                    = comma ? comma : skip(text, '}') ? text : NULL;
    }
  }
  return text && header->has_shape && header->type[0];
}

/// Read the bytes of the header, for free(), or null
static char*
read_header_text(FILE* const file)
{
  uint8_t      start[12] = {0U};
  const size_t n_start   = fread(start, 1U, 10U, file);
  if (n_start < 10U || memcmp(start, MAGIC, MAGIC_SIZE) != 0 || !start[6] ||
      start[6] > 3U) {
    return NULL;
  }

  // Version 1 has a size of 2 bytes, others of 4
  const uint32_t n_size = (start[6] == 1U) ? 2U : 4U;
  if (n_size == 4U && fread(start + 10, 1U, 2U, file) < 2U) {
    return NULL;
  }
  const uint32_t size = (uint32_t)lmu_little_endian_read(start + 8, n_size);
  if (size > MAX_HEADER) {
    return NULL;
  }

  char* const text = (char*)lmu_allocate(size + 1U, 1U);
  if (fread(text, 1U, size, file) < size) {
    free(text);
    return NULL;
  }
  return text;
}

static bool
count_values(size_t* const count, const Header* const header)
{
  size_t product = 1U;
  for (uint32_t i = 0U; i < header->rank; ++i) {
    if (header->shape[i] && product > MAX_VALUES / header->shape[i]) {
      return false;
    }
    product *= header->shape[i];
  }
  *count = product;
  return true;
}

/// Find what values are by a type such as "<f4", and return whether it is known
static bool
read_type(LmuNpyHeader* const header, const char* const type)
{
  const char* const sizes = (type[0] && type[1] == 'f') ? "48" : "1248";
  const char* const place = strchr("fiu", type[0] ? type[1] : '?');
  const bool known = strlen(type) == 3U && strchr("<>|", type[0]) && place &&
                     strchr(sizes, type[2]) &&
                     (type[0] == '|') == (type[2] == '1');
  if (known) {
    header->kind    = *place == 'f'   ? LMU_NPY_FLOAT
                      : *place == 'i' ? LMU_NPY_SIGNED
                                      : LMU_NPY_UNSIGNED;
    header->n_bytes = (uint32_t)(type[2] - '0');
    header->is_big  = type[0] == '>';
  }
  return known;
}

/// Set a header by what was found, if its type and order can be read
static LmuExit
check_header(LmuNpyHeader* const header,
             LmuFailure* const   error,
             const char* const   path,
             const Header* const found,
             const bool          takes_any)
{
  const bool known = read_type(header, found->type);
  if (!known || (!takes_any && header->kind != LMU_NPY_FLOAT)) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "%s: has values of type %s; save it as float32 or "
                           "float64, with array.astype(\"float32\")",
                           path,
                           found->type);
  }
  header->rank = found->rank;
  memcpy(header->shape, found->shape, sizeof(header->shape));
  return found->fortran
           ? fail(error,
                  path,
                  "is in Fortran order; save numpy.ascontiguousarray(array)")
           : LMU_EXIT_SUCCESS;
}

/// Return whether a file has so many bytes from here on, and no more
static bool
has_bytes(FILE* const file, const uint64_t n_bytes)
{
  struct stat info;
  const off_t here = ftello(file);
  return here >= 0 && !fstat(fileno(file), &info) &&
         (uint64_t)(info.st_size - here) == n_bytes;
}

/// Read a header of floats, or of any values
static LmuExit
read_any_header(LmuNpyHeader* const header,
                LmuFailure* const   error,
                const char* const   path,
                FILE* const         file,
                const bool          takes_any)
{
  Header      found = {"", false, false, 0U, {0U}};
  char* const text  = read_header_text(file);
  const bool  good  = text && read_header(text, &found);
  free(text);
  if (!good) {
    return fail(error,
                path,
                "is no NPY file of at most three dimensions; save it with "
                "numpy.save()");
  }

  LmuExit status = check_header(header, error, path, &found, takes_any);
  if (!status && !count_values(&header->n_values, &found)) {
    status = fail(error, path, "is too large; split it");
  }
  if (!status &&
      !has_bytes(file, (uint64_t)header->n_values * header->n_bytes)) {
    status =
      fail(error, path, "has not as many values as it says; save it again");
  }
  return status;
}

LmuExit
lmu_npy_read_header(LmuNpyHeader* const header,
                    LmuFailure* const   error,
                    const char* const   path,
                    FILE* const         file)
{
  memset(header, 0, sizeof(*header));
  return read_any_header(header, error, path, file, false);
}

/// Return the bits of a value
static uint64_t
read_bits(const uint8_t* const bytes, const LmuNpyHeader* const header)
{
  const uint32_t n    = header->n_bytes;
  uint64_t       bits = 0U;
  for (uint32_t i = 0U; i < n; ++i) {
    bits = (bits << 8U) | bytes[header->is_big ? i : n - 1U - i];
  }
  return bits;
}

/// Return a value by its bits
static double
value_of(const uint64_t bits, const LmuNpyHeader* const header)
{
  const uint32_t unused = 64U - (8U * header->n_bytes);
  const uint32_t narrow = (uint32_t)bits;
  float          single = 0.0f;
  double         value  = 0.0;
  memcpy(&single, &narrow, sizeof(single));
  memcpy(&value, &bits, sizeof(value));
  if (header->kind == LMU_NPY_UNSIGNED) {
    return (double)bits;
  }
  if (header->kind == LMU_NPY_SIGNED) {
    const uint64_t sign = 1ULL << (63U - unused);
    return (bits & sign) ? (double)(bits - sign) - (double)sign : (double)bits;
  }
  return header->n_bytes == 4U ? (double)single : value;
}

size_t
lmu_npy_read(const LmuNpyHeader* const header,
             FILE* const               file,
             double* const             values,
             const size_t              n_values)
{
  size_t  n_read   = 0U;
  uint8_t bytes[8] = {0U};
  while (n_read < n_values && fread(bytes, header->n_bytes, 1U, file) == 1U) {
    values[n_read++] = value_of(read_bits(bytes, header), header);
  }
  return n_read;
}

static LmuExit
load(LmuNpy* const     npy,
     LmuFailure* const error,
     const char* const path,
     FILE* const       file,
     const bool        takes_any)
{
  LmuNpyHeader header = {.rank = 0U};
  LmuExit      status = read_any_header(&header, error, path, file, takes_any);
  if (!status && header.n_values > MAX_LOADED) {
    status = fail(error, path, "is too large; split it");
  }
  if (status) {
    return status;
  }

  npy->rank     = header.rank;
  npy->n_values = header.n_values;
  npy->is_whole = header.kind != LMU_NPY_FLOAT;
  npy->values   = (double*)lmu_allocate(header.n_values, sizeof(double));
  memcpy(npy->shape, header.shape, sizeof(npy->shape));
  if (lmu_npy_read(&header, file, npy->values, npy->n_values) < npy->n_values) {
    lmu_npy_reset(npy);
    return fail(error, path, "cannot be read to its end; save it again");
  }
  return LMU_EXIT_SUCCESS;
}

/// Load an array of floats, or of any values
static LmuExit
open_and_load(LmuNpy* const     npy,
              LmuFailure* const error,
              const char* const path,
              const bool        takes_any)
{
  memset(npy, 0, sizeof(*npy));

  FILE* const file = lmu_input_fopen(path);
  if (!file) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_INPUT,
                           "cannot read %s: %s; give a file that numpy.save() "
                           "wrote",
                           lmu_input_name(path),
                           strerror(errno));
  }

  const LmuExit status = load(npy, error, path, file, takes_any);
  fclose(file);
  return status;
}

LmuExit
lmu_npy_load(LmuNpy* const npy, LmuFailure* const error, const char* const path)
{
  return open_and_load(npy, error, path, false);
}

LmuExit
lmu_npy_load_any(LmuNpy* const     npy,
                 LmuFailure* const error,
                 const char* const path)
{
  return open_and_load(npy, error, path, true);
}

void
lmu_npy_set_header(char                bytes[LMU_NPY_HEADER_SIZE],
                   const uint32_t      rank,
                   const size_t* const shape)
{
  char   text[LMU_NPY_HEADER_SIZE] = "";
  size_t length                    = (size_t)snprintf(
    text, sizeof(text), "{'descr': '<f4', 'fortran_order': False, 'shape': (");
  for (uint32_t i = 0U; i < rank; ++i) {
    length += (size_t)snprintf(text + length,
                               sizeof(text) - length,
                               (rank > 1U && i) ? ", %zu" : "%zu",
                               shape[i]);
  }
  length += (size_t)snprintf(
    text + length, sizeof(text) - length, (rank == 1U) ? ",), }" : "), }");

  // Spaces and a line feed fill it up
  const size_t start = MAGIC_SIZE + 4U;
  const size_t size  = LMU_NPY_HEADER_SIZE - start;
  memset(bytes, ' ', LMU_NPY_HEADER_SIZE);
  memcpy(bytes, MAGIC "\1", MAGIC_SIZE + 2U);
  bytes[MAGIC_SIZE + 2U] = (char)(size & 255U);
  bytes[MAGIC_SIZE + 3U] = (char)(size >> 8U);
  memcpy(bytes + start, text, length);
  bytes[LMU_NPY_HEADER_SIZE - 1U] = '\n';
}

void
lmu_npy_set_value(uint8_t bytes[4], const float value)
{
  uint32_t bits = 0U;
  memcpy(&bits, &value, sizeof(bits));
  lmu_little_endian_write(bytes, 4U, bits);
}

void
lmu_npy_reset(LmuNpy* const npy)
{
  free(npy->values);
  memset(npy, 0, sizeof(*npy));
}
