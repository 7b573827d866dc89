// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// The rules of the format, the cases of its reference implementation, and
// mistakes that other readers have made.

#include "core/base/setup/error.h"
#include "core/base/status.h"
#include "core/nn/setup/safetensors.h"
#include "core/nn/setup/tensor.h"
#include "tests/unit/run.h"

#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX 8U

/// Longest name of a tensor
#define MAX_NAME 127U

static LmuSafetensors* file;
static uint8_t*        data;
static LmuError        error;

static void
teardown(void)
{
  lmu_safetensors_free(file);
  free(data);
}

/// Read a header, whose size is said to be `claimed`, and values 0, 1, 2...
static LmuStatus
read_claimed(const char* const header,
             const size_t      size,
             const size_t      n_values,
             const uint64_t    claimed)
{
  teardown();
  const size_t n_bytes = PREFIX + size + n_values;
  data                 = (uint8_t*)malloc(n_bytes);
  ck_assert_ptr_nonnull(data);
  for (uint32_t i = 0U; i < PREFIX; ++i) {
    data[i] = (uint8_t)(claimed >> (8U * i));
  }
  memcpy(data + PREFIX, header, size);
  for (size_t i = 0U; i < n_values; ++i) {
    data[PREFIX + size + i] = (uint8_t)i;
  }
  memset(&error, 0, sizeof(error));
  return lmu_safetensors_new(&file, data, n_bytes, &error);
}

/// Read a header whose quotes are single ones
static LmuStatus
read(const char* const header, const size_t n_values)
{
  const size_t size = strlen(header);
  char* const  copy = (char*)malloc(size + 1U);
  ck_assert_ptr_nonnull(copy);
  for (size_t i = 0U; i <= size; ++i) {
    copy[i] = (char)(header[i] == '\'' ? '"' : header[i]);
  }
  const LmuStatus status = read_claimed(copy, size, n_values, size);
  free(copy);
  return status;
}

static void
accept(const char* const header, const size_t n_values)
{
  const LmuStatus status = read(header, n_values);
  ck_assert_msg(!status, "%s: %s", header, error.text);
  ck_assert_ptr_nonnull(file);
}

static void
refuse(const char* const header,
       const size_t      n_values,
       const LmuStatus   status,
       const char* const text)
{
  ck_assert_int_eq(read(header, n_values), status);
  ck_assert_ptr_null(file);
  ck_assert_str_eq(error.text, text);
}

/// A header with one tensor of four bytes, and what is wrong with it
static void
refuse_tensor(const char* const tensor, const char* const why)
{
  char header[512];
  char text[512];
  (void)snprintf(header, sizeof(header), "{'a':%s}", tensor);
  (void)snprintf(text, sizeof(text), "tensor \"a\": %s", why);
  refuse(header, 4U, LMU_BAD_FILE, text);
}

/// A header that is no JSON, or the wrong kind of it, from a byte on
static void
refuse_json(const char* const header,
            const unsigned    place,
            const char* const what)
{
  char text[512];
  (void)snprintf(text,
                 sizeof(text),
                 "byte %u of the header: %s; the file is damaged or no "
                 "safetensors, copy or export it again",
                 place,
                 what);
  refuse(header, 4U, LMU_BAD_FILE, text);
}

/* What is right */

#define ONE "{'dtype':'F32','shape':[1],'data_offsets':[0,4]}"

START_TEST(a_file_without_tensors_is_right)
{
  accept("{}", 0U);
  ck_assert_uint_eq(file->n_tensors, 0U);
  ck_assert_uint_eq(file->n_metadata, 0U);
}
END_TEST

START_TEST(tensors_are_found_by_name)
{
  accept("{'b':{'dtype':'I64','shape':[2,1],'data_offsets':[4,20]},"
         "'__metadata__':{'key':'value','empty':''},"
         "'a':{'data_offsets':[0,4],'shape':[1],'dtype':'F32'}}",
         20U);
  const LmuTensor* const b = lmu_safetensors_tensor(file, "b");
  ck_assert_ptr_nonnull(b);
  ck_assert_str_eq(b->dtype->name, "I64");
  ck_assert_uint_eq(b->rank, 2U);
  ck_assert_uint_eq(b->shape[0], 2U);
  ck_assert_uint_eq(b->shape[1], 1U);
  ck_assert_uint_eq(b->begin, 4U);
  ck_assert_uint_eq(b->n_bytes, 16U);
  ck_assert_uint_eq(b->data[0], 4U);
  ck_assert_uint_eq(lmu_tensor_count(b), 2U);
  ck_assert_ptr_null(lmu_safetensors_tensor(file, "c"));
  ck_assert_ptr_null(lmu_safetensors_tensor(file, "__metadata__"));
  ck_assert_str_eq(lmu_safetensors_metadata(file, "key"), "value");
  ck_assert_str_eq(lmu_safetensors_metadata(file, "empty"), "");
  ck_assert_ptr_null(lmu_safetensors_metadata(file, "b"));
}
END_TEST

START_TEST(tensors_are_sorted_by_place)
{
  accept("{'b':{'dtype':'U8','shape':[1],'data_offsets':[1,2]},"
         "'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]}}",
         2U);
  ck_assert_str_eq(file->tensors[0].name, "a");
  ck_assert_str_eq(file->tensors[1].name, "b");
}
END_TEST

START_TEST(a_scalar_has_no_dimensions)
{
  accept("{'a':{'dtype':'F32','shape':[],'data_offsets':[0,4]}}", 4U);
  ck_assert_uint_eq(file->tensors[0].rank, 0U);
  ck_assert_uint_eq(lmu_tensor_count(&file->tensors[0]), 1U);
}
END_TEST

START_TEST(a_dimension_may_be_zero)
{
  accept("{'a':{'dtype':'F32','shape':[2,0],'data_offsets':[0,0]}}", 0U);
  ck_assert_uint_eq(lmu_tensor_count(&file->tensors[0]), 0U);
  accept("{'a':{'dtype':'F32','shape':[0],'data_offsets':[4,4]},'b':" ONE "}",
         4U);
  accept("{'a':{'dtype':'F32','shape':[0],'data_offsets':[0,0]},'b':" ONE "}",
         4U);
  accept("{'c':{'dtype':'F32','shape':[0],'data_offsets':[0,0]},'b':" ONE "}",
         4U);
  accept("{'a':{'dtype':'F64','shape':[0,281474976710655,281474976710655],"
         "'data_offsets':[0,0]}}",
         0U);
}
END_TEST

START_TEST(white_space_may_be_anywhere)
{
  accept("{}\r \t\n", 0U);
  accept("\r \t\n{}", 0U);
  accept(" { 'a' : { 'dtype' : 'F32' , 'shape' : [ 1 ] , 'data_offsets' : [ 0 "
         ", 4 ] } } ",
         4U);
}
END_TEST

START_TEST(values_need_not_be_aligned)
{
  accept("{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},"
         "'b':{'dtype':'F32','shape':[1],'data_offsets':[1,5]}}",
         5U);
  double value = 0.0;
  ck_assert_int_eq(
    lmu_tensor_read(lmu_safetensors_tensor(file, "b"), &value, &error),
    LMU_SUCCESS);
  ck_assert_double_eq(value, (double)0x1.060402p-119f); // Bytes 1, 2, 3, 4
}
END_TEST

START_TEST(numbers_of_four_and_six_bits_fill_bytes)
{
  accept("{'a':{'dtype':'F4','shape':[2],'data_offsets':[0,1]}}", 1U);
  accept("{'a':{'dtype':'F6_E2M3','shape':[4],'data_offsets':[0,3]}}", 3U);
  ck_assert_uint_eq(lmu_tensor_count(&file->tensors[0]), 4U);
}
END_TEST

START_TEST(escapes_are_decoded)
{
  accept("{'__metadata__':{'\\u0041\\'\\\\\\/\\b\\f\\n\\r\\t':"
         "'\\u00e9\\u20AC\\ud83c\\uDFB8'}}",
         0U);
  ck_assert_str_eq(lmu_safetensors_metadata(file, "A\"\\/\b\f\n\r\t"),
                   "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8E\xB8");
}
END_TEST

/* The eight bytes, and the header as a whole */

static const char* const shorter =
  "the file is shorter than its header; it is damaged or no safetensors, copy "
  "or export it again";

START_TEST(a_file_of_less_than_eight_bytes_is_refused)
{
  const uint8_t bytes[PREFIX] = {0U};
  ck_assert_int_eq(lmu_safetensors_new(&file, bytes, (size_t)_i, &error),
                   LMU_BAD_FILE);
  ck_assert_str_eq(error.text, shorter);
}
END_TEST

START_TEST(a_header_beyond_the_file_is_refused)
{
  const uint64_t claims[] = {3U, 1000U, UINT32_MAX, INT64_MAX, UINT64_MAX};
  ck_assert_int_eq(read_claimed("{}", 2U, 0U, claims[_i]), LMU_BAD_FILE);
  ck_assert_str_eq(error.text, shorter);
}
END_TEST

START_TEST(a_header_length_that_wraps_is_refused)
{
  // With eight added in 64 bits, they are 0 to 7
  for (uint64_t claim = UINT64_MAX - 7U; claim; ++claim) {
    ck_assert_int_eq(read_claimed("{}", 2U, 0U, claim), LMU_BAD_FILE);
    ck_assert_str_eq(error.text, shorter);
  }
}
END_TEST

START_TEST(a_header_above_a_mebibyte_is_refused)
{
  const size_t size   = (1U << 20U) + 1U;
  char* const  header = (char*)malloc(size);
  ck_assert_ptr_nonnull(header);
  memset(header, ' ', size);
  header[0] = '{';
  header[1] = '}';
  ck_assert_int_eq(read_claimed(header, size - 1U, 0U, size - 1U), LMU_SUCCESS);
  ck_assert_int_eq(read_claimed(header, size, 0U, size), LMU_TOO_LARGE);
  ck_assert_str_eq(
    error.text,
    "the header is larger than 1 MiB; export fewer tensors and keys");
  free(header);
}
END_TEST

START_TEST(a_header_that_is_not_utf8_is_refused)
{
  const char* const bad[] = {
    "{'\xFF':1}",
    "{'\xC0\x80':1}",         // Overlong
    "{'\xE0\x9F\xBF':1}",     // Overlong
    "{'\xF0\x8F\xBF\xBF':1}", // Overlong
    "{'\xED\xA0\x80':1}",     // Surrogate
    "{'\xF4\x90\x80\x80':1}", // Beyond Unicode
    "{'\x80':1}",             // Not a first byte
    "{'a\xE2\x82':1}",        // Cut short
    "{}\xE2\x82",             // Cut short by the end
  };
  for (size_t i = 0U; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    refuse_json(bad[i], 0U, "the header is not UTF-8");
  }
}
END_TEST

START_TEST(what_is_not_json_is_refused)
{
  refuse_json("", 0U, "expected {");
  refuse_json("[]", 0U, "expected {");
  refuse_json("null", 0U, "expected {");
  refuse_json("\xEF\xBB\xBF{}", 0U, "expected {");
  refuse_json("{", 1U, "expected a string");
  refuse_json("{a:1}", 1U, "expected a string");
  refuse_json("{'a'}", 4U, "expected a colon");
  refuse_json("{'a':1}", 5U, "expected {");
  refuse_json("{} {}", 3U, "expected nothing more");
  refuse_json("{}x", 2U, "expected nothing more");
  refuse_json("{'__metadata__':{},}", 19U, "expected a string");
  refuse_json("{'__metadata__':{}", 18U, "expected } or a comma");
  refuse_json("{'__metadata__':{'a':'b'", 24U, "expected } or a comma");
  refuse_json("{'a':{'shape':[1,]}}",
              17U,
              "expected an integer from 0 to 2^48 "
              "- 1");
  refuse_json("{'a':{'shape':[1 2]}}", 17U, "expected ] or a comma");
  refuse_json("{'a':{'shape':1}}", 14U, "expected [");
}
END_TEST

START_TEST(zeros_behind_the_header_are_refused)
{
  ck_assert_int_eq(read_claimed("{}\0\0\0\0\0", 8U, 0U, 8U), LMU_BAD_FILE);
  ck_assert_int_eq(read_claimed("{}      ", 8U, 0U, 8U), LMU_SUCCESS);
}
END_TEST

START_TEST(strings_that_are_not_json_are_refused)
{
  static const char* const why =
    "the string has no end, or a character that is wrong";
  refuse_json("{'", 2U, why);
  refuse_json("{'a", 3U, why);
  refuse_json("{'\n':1}", 2U, why);
  refuse_json("{'\x1F':1}", 2U, why);
  refuse_json("{'\\x':1}", 4U, why);
  refuse_json("{'\\u12':1}", 6U, why);
  refuse_json("{'\\u123g':1}", 7U, why);
  refuse_json("{'\\ud83c':1}", 8U, why);         // Half a pair
  refuse_json("{'\\udfb8':1}", 8U, why);         // The other half
  refuse_json("{'\\ud83c\\u0041':1}", 14U, why); // No half behind a half
  refuse_json("{'\\ud83c\\ud83c':1}", 14U, why); // Twice the first half
  refuse_json("{'\\u0000':1}", 8U, why);         // Ends a string in C
  refuse_json("{'\\", 3U, why);
}
END_TEST

START_TEST(deep_nesting_takes_no_stack)
{
  const size_t size   = 1U << 20U;
  char* const  header = (char*)malloc(size);
  ck_assert_ptr_nonnull(header);
  memset(header, '[', size);
  for (uint32_t i = 0U; i < 5U; ++i) {
    header[i] = "{\"a\":"[i];
  }
  ck_assert_int_eq(read_claimed(header, size, 0U, size), LMU_BAD_FILE);
  memset(header, '{', size);
  ck_assert_int_eq(read_claimed(header, size, 0U, size), LMU_BAD_FILE);
  free(header);
}
END_TEST

/* Metadata */

START_TEST(metadata_are_texts)
{
  refuse_json("{'__metadata__':{'a':1}}", 21U, "expected a string");
  refuse_json("{'__metadata__':{'a':null}}", 21U, "expected a string");
  refuse_json("{'__metadata__':[]}", 16U, "expected {");
}
END_TEST

START_TEST(metadata_is_no_name_of_a_tensor)
{
  refuse_json("{'__metadata__':" ONE "}", 39U, "expected a string");
}
END_TEST

START_TEST(keys_are_there_once)
{
  refuse("{'__metadata__':{'a':'','a':''}}",
         0U,
         LMU_BAD_FILE,
         "key \"a\": is there twice; take one away");
  refuse("{'__metadata__':{'a':'','\\u0061':''}}",
         0U,
         LMU_BAD_FILE,
         "key \"a\": is there twice; take one away");
  refuse("{'__metadata__':{},'__metadat\\u0061__':{}}",
         0U,
         LMU_BAD_FILE,
         "key \"__metadata__\": is there twice; export it again");
}
END_TEST

/// Return a header of many members, each of which a format makes of a number
static char*
repeat(const char* const first, const char* const format, const uint32_t count)
{
  char* const header = (char*)calloc(count + 1U, 256U);
  ck_assert_ptr_nonnull(header);
  size_t length = (size_t)sprintf(header, "%s", first);
  for (uint32_t i = 0U; i < count; ++i) {
    length += (size_t)sprintf(header + length, "%s", i ? "," : "");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    length += (size_t)sprintf(header + length, format, i);
#pragma GCC diagnostic pop
  }
  (void)sprintf(header + length, "%s", first[1] ? "}}" : "}");
  return header;
}

START_TEST(metadata_have_at_most_1024_keys)
{
  char* const most = repeat("{'__metadata__':{", "'%u':''", 1024U);
  char* const more = repeat("{'__metadata__':{", "'%u':''", 1025U);
  accept(most, 0U);
  refuse(more,
         0U,
         LMU_TOO_LARGE,
         "key \"1024\": is one too many; leave out keys of other programs");
  free(more);
  free(most);
}
END_TEST

/* Tensors */

START_TEST(tensors_are_at_most_256)
{
  static const char format[] =
    "'%u':{'dtype':'F32','shape':[0],'data_offsets':[0,0]}";
  char* const most = repeat("{", format, 256U);
  char* const more = repeat("{", format, 257U);
  accept(most, 0U);
  refuse(more,
         0U,
         LMU_TOO_LARGE,
         "tensor \"256\": is one too many; export no more than 256");
  free(more);
  free(most);
}
END_TEST

START_TEST(many_tensors_on_one_range_are_refused)
{
  static const char format[] =
    "'%u':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}";
  char* const two  = repeat("{", format, 2U);
  char* const many = repeat("{", format, 10000U);
  refuse(two,
         4U,
         LMU_BAD_FILE,
         "tensor \"1\": does not start where the one before ends; export it "
         "again");
  ck_assert_int_eq(read(many, 4U), LMU_TOO_LARGE);
  free(many);
  free(two);
}
END_TEST

START_TEST(names_have_at_most_127_bytes)
{
  char name[MAX_NAME + 2U];
  char header[512];
  for (uint32_t i = 0U; i < 2U; ++i) {
    memset(name, 'a', sizeof(name));
    name[MAX_NAME + i] = '\0';
    (void)snprintf(header, sizeof(header), "{'%s':" ONE "}", name);
    ck_assert_int_eq(read(header, 4U), i ? LMU_TOO_LARGE : LMU_SUCCESS);
  }
  ck_assert_ptr_nonnull(
    strstr(error.text, "has a name of more than 127 bytes; shorten it"));
}
END_TEST

START_TEST(tensors_are_there_once)
{
  refuse_tensor(ONE ",'a':" ONE, "is there twice; export it again");
  refuse_tensor(ONE ",'\\u0061':" ONE, "is there twice; export it again");
}
END_TEST

START_TEST(properties_are_there_once_and_no_others)
{
  static const char* const why = "must have dtype, shape, and data_offsets, "
                                 "each once and nothing else; export it again";
  refuse_tensor("{'dtype':'F32','shape':[1],'data_offsets':[0,4],'x':1}", why);
  refuse_tensor("{'dtype':'F32','dtype':'F32','shape':[1],'data_offsets':[0,4]"
                "}",
                why);
  refuse_tensor("{'dtype':'F32','shape':[1],'sh\\u0061pe':[1],'data_offsets':["
                "0,4]}",
                why);
  refuse_tensor("{'data_offsets':[0,4],'data_offsets':[0,4]}", why);
}
END_TEST

START_TEST(no_property_may_be_missing)
{
  static const char* const why =
    "must have dtype, shape, and data_offsets; export it again";
  refuse_tensor("{}", why);
  refuse_tensor("{'shape':[1],'data_offsets':[0,4]}", why);
  refuse_tensor("{'dtype':'F32','data_offsets':[0,4]}", why);
  refuse_tensor("{'dtype':'F32','shape':[1]}", why);
}
END_TEST

START_TEST(an_unknown_dtype_is_refused_and_not_skipped)
{
  static const char* const why = "has an unknown dtype; export it again as F32";
  const char* const        names[] = {"F99", "f32", "F3", "F321", "", "F32 "};
  for (size_t i = 0U; i < sizeof(names) / sizeof(names[0]); ++i) {
    char tensor[128];
    (void)snprintf(tensor,
                   sizeof(tensor),
                   "{'dtype':'%s','shape':[1],'data_offsets':[0,4]}",
                   names[i]);
    refuse_tensor(tensor, why);
  }
}
END_TEST

START_TEST(every_dtype_of_the_format_is_known)
{
  static const struct {
    const char* name;
    uint32_t    n_bits;
  } dtypes[] = {
    {"BOOL", 8U},    {"F4", 4U},          {"F6_E2M3", 6U},     {"F6_E3M2", 6U},
    {"U8", 8U},      {"I8", 8U},          {"F8_E5M2", 8U},     {"F8_E4M3", 8U},
    {"F8_E8M0", 8U}, {"F8_E4M3FNUZ", 8U}, {"F8_E5M2FNUZ", 8U}, {"I16", 16U},
    {"U16", 16U},    {"F16", 16U},        {"BF16", 16U},       {"I32", 32U},
    {"U32", 32U},    {"F32", 32U},        {"C64", 64U},        {"F64", 64U},
    {"I64", 64U},    {"U64", 64U},
  };
  for (size_t i = 0U; i < sizeof(dtypes) / sizeof(dtypes[0]); ++i) {
    char header[128];
    (void)snprintf(header,
                   sizeof(header),
                   "{'a':{'dtype':'%s','shape':[4],'data_offsets':[0,%u]}}",
                   dtypes[i].name,
                   dtypes[i].n_bits / 2U);
    accept(header, dtypes[i].n_bits / 2U);
    ck_assert_uint_eq(file->tensors[0].dtype->n_bits, dtypes[i].n_bits);
  }
}
END_TEST

START_TEST(integers_are_digits_alone)
{
  static const char* const why   = "expected an integer from 0 to 2^48 - 1";
  const char* const        bad[] = {"-1",
                                    "-0",
                                    "+1",
                                    "1.0",
                                    "1e0",
                                    "01",
                                    "00",
                                    "0x1",
                                    "1E2",
                                    "'1'",
                                    "null",
                                    "x"};
  for (size_t i = 0U; i < sizeof(bad) / sizeof(bad[0]); ++i) {
    char header[128];
    (void)snprintf(header, sizeof(header), "{'a':{'shape':[%s]}}", bad[i]);
    ck_assert_int_eq(read(header, 0U), LMU_BAD_FILE);
    ck_assert_ptr_nonnull(strstr(error.text, "expected"));
  }
  refuse_json("{'a':{'shape':[-1]}}", 15U, why);
  refuse_json("{'a':{'shape':[01]}}", 17U, why);
}
END_TEST

START_TEST(large_integers_are_neither_rounded_nor_wrapped)
{
  static const char* const why = "expected an integer from 0 to 2^48 - 1";
  refuse_json("{'a':{'shape':[281474976710656]}}", 29U, why);
  refuse_json("{'a':{'shape':[9007199254740993]}}", 29U, why);
  refuse_json("{'a':{'shape':[18446744073709551617]}}", 30U, why);
  refuse_tensor(
    "{'dtype':'F32','shape':[281474976710655],'data_offsets':[0,4]}",
    "has a shape that does not fit its data_offsets; export it again");
}
END_TEST

START_TEST(a_shape_whose_product_wraps_to_zero_is_refused)
{
  // 2^32 times 2^32, with nothing to read
  refuse("{'a':{'dtype':'I64','shape':[4294967296,4294967296],"
         "'data_offsets':[0,0]}}",
         0U,
         LMU_BAD_FILE,
         "tensor \"a\": has a shape that is too large to be true; export it "
         "again");
}
END_TEST

START_TEST(a_shape_whose_product_wraps_is_refused)
{
  static const char* const why =
    "has a shape that is too large to be true; export it again";
  // 2^48 - 1 squared is 2^49 short of 2^96, so 2^64 - 2^49 + 1 if it wraps
  refuse_tensor("{'dtype':'U8','shape':[281474976710655,281474976710655],"
                "'data_offsets':[0,4]}",
                why);
  refuse_tensor("{'dtype':'U8','shape':[281474976710655,281474976710655,0],"
                "'data_offsets':[0,4]}",
                why);
}
END_TEST

START_TEST(a_size_in_bits_that_wraps_is_refused)
{
  // 2^62 numbers of 32 bits
  refuse_tensor("{'dtype':'F32','shape':[2147483648,2147483648],"
                "'data_offsets':[0,4]}",
                "has a shape that is too large to be true; export it again");
}
END_TEST

START_TEST(a_shape_must_fit_the_offsets)
{
  static const char* const why =
    "has a shape that does not fit its data_offsets; export it again";
  refuse_tensor("{'dtype':'F32','shape':[2],'data_offsets':[0,4]}", why);
  refuse_tensor("{'dtype':'F32','shape':[0],'data_offsets':[0,4]}", why);
  refuse_tensor("{'dtype':'F64','shape':[1],'data_offsets':[0,4]}", why);
  refuse_tensor("{'dtype':'F32','shape':[1000000],'data_offsets':[0,4]}", why);
  refuse_tensor("{'dtype':'F32','shape':[1],'data_offsets':[0,0]}", why);
}
END_TEST

START_TEST(half_a_byte_is_refused)
{
  static const char* const why =
    "has a shape that does not fit its data_offsets; export it again";
  refuse_tensor("{'dtype':'F4','shape':[7],'data_offsets':[0,4]}", why);
  refuse_tensor("{'dtype':'F4','shape':[7],'data_offsets':[0,3]}", why);
  refuse_tensor("{'dtype':'F6_E3M2','shape':[5],'data_offsets':[0,4]}", why);
}
END_TEST

START_TEST(offsets_stay_within_the_file)
{
  static const char* const why =
    "has data_offsets outside of the file; copy or export it again";
  refuse_tensor("{'dtype':'F32','shape':[1],'data_offsets':[4,0]}", why);
  refuse_tensor("{'dtype':'F32','shape':[2],'data_offsets':[0,8]}", why);
  refuse_tensor("{'dtype':'F32','shape':[1],'data_offsets':[281474976710651,"
                "281474976710655]}",
                why);
}
END_TEST

START_TEST(offsets_are_two)
{
  static const char* const why = "must have two data_offsets; export it again";
  refuse_tensor("{'dtype':'F32','shape':[],'data_offsets':[]}", why);
  refuse_tensor("{'dtype':'F32','shape':[],'data_offsets':[4]}", why);
  refuse_tensor("{'dtype':'F32','shape':[],'data_offsets':[0,4,4]}", why);
}
END_TEST

START_TEST(dimensions_are_at_most_eight)
{
  accept("{'a':{'dtype':'F32','shape':[1,1,1,1,1,1,1,1],'data_offsets':[0,4]}}",
         4U);
  refuse("{'a':{'dtype':'F32','shape':[1,1,1,1,1,1,1,1,1],'data_offsets':[0,4]"
         "}}",
         4U,
         LMU_TOO_LARGE,
         "tensor \"a\": has more than 8 dimensions; leave it out");
}
END_TEST

START_TEST(holes_and_overlaps_are_refused)
{
  static const char* const why =
    "tensor \"b\": does not start where the one before ends; export it again";
  const char* const places[] = {"8,12", "2,6", "0,4", "5,9"};
  for (size_t i = 0U; i < sizeof(places) / sizeof(places[0]); ++i) {
    char header[256];
    (void)snprintf(header,
                   sizeof(header),
                   "{'b':{'dtype':'F32','shape':[1],'data_offsets':[%s]},'a'"
                   ":" ONE "}",
                   places[i]);
    refuse(header, 12U, LMU_BAD_FILE, why);
  }
  // Nothing, in the middle of something
  refuse("{'b':{'dtype':'F32','shape':[0],'data_offsets':[2,2]},'a':" ONE "}",
         4U,
         LMU_BAD_FILE,
         why);
  refuse("{'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}",
         8U,
         LMU_BAD_FILE,
         why);
}
END_TEST

START_TEST(bytes_behind_the_tensors_are_refused)
{
  static const char* const why =
    "the file is longer than its tensors; copy or export it again";
  refuse("{'a':" ONE "}", 5U, LMU_BAD_FILE, why);
  refuse("{}", 1U, LMU_BAD_FILE, why);
}
END_TEST

START_TEST(bytes_that_are_missing_are_refused)
{
  for (size_t n = 0U; n < 4U; ++n) {
    refuse("{'a':" ONE "}",
           n,
           LMU_BAD_FILE,
           "tensor \"a\": has data_offsets outside of the file; copy or "
           "export it again");
  }
}
END_TEST

START_TEST(texts_of_errors_do_not_control_terminals)
{
  refuse("{'\\u001b[31m\\n\\u007f':{}}",
         0U,
         LMU_BAD_FILE,
         "tensor \"?[31m??\": must have dtype, shape, and data_offsets; export "
         "it again");
}
END_TEST

START_TEST(errors_need_no_text)
{
  const uint8_t bytes[] = {2U, 0U, 0U, 0U, 0U, 0U, 0U, 0U, '{', '{'};
  ck_assert_int_eq(lmu_safetensors_new(&file, bytes, sizeof(bytes), NULL),
                   LMU_BAD_FILE);
}
END_TEST

/* Values */

/// Read one number from its bytes
static double
read_value(const char* const dtype, const uint64_t bits)
{
  uint8_t   bytes[8];
  double    value  = -99.0;
  LmuTensor tensor = {.name = "a", .dtype = lmu_dtype(dtype), .data = bytes};
  ck_assert_ptr_nonnull(tensor.dtype);
  tensor.n_bytes = tensor.dtype->n_bits / 8U;
  for (uint32_t i = 0U; i < 8U; ++i) {
    bytes[i] = (uint8_t)(bits >> (8U * i));
  }
  ck_assert_int_eq(lmu_tensor_read(&tensor, &value, &error), LMU_SUCCESS);
  return value;
}

static const struct {
  const char* dtype;
  uint64_t    bits;
  double      value;
} values[] = {
  {"F64", UINT64_C(0x3FF0000000000001), 0x1.0000000000001p0},
  {"F64", UINT64_C(0xFFF0000000000000), -(double)INFINITY},
  {"F32", 0x3DCCCCCDU, 0x1.99999ap-4},
  {"F32", 0x00000001U, 0x1p-149},
  {"F32", 0x7F7FFFFFU, 0x1.fffffep127},
  {"F16", 0x3C00U, 1.0},
  {"F16", 0xC000U, -2.0},
  {"F16", 0x3555U, 0x1.554p-2},
  {"F16", 0x7BFFU, 65504.0},
  {"F16", 0x0001U, 0x1p-24},
  {"F16", 0x83FFU, -0x1.ff8p-15},
  {"F16", 0x0400U, 0x1p-14},
  {"F16", 0x7C00U, (double)INFINITY},
  {"F16", 0xFC00U, -(double)INFINITY},
  {"BF16", 0x3F80U, 1.0},
  {"BF16", 0xC049U, -3.140625},
  {"BF16", 0x7F80U, (double)INFINITY},
};

START_TEST(numbers_are_read)
{
  ck_assert_double_eq(read_value(values[_i].dtype, values[_i].bits),
                      values[_i].value);
}
END_TEST

START_TEST(nan_is_read_as_nan)
{
  ck_assert(isnan(read_value("F64", UINT64_C(0x7FF8000000000000))));
  ck_assert(isnan(read_value("F32", 0x7FC00000U)));
  ck_assert(isnan(read_value("F16", 0x7E00U)));
  ck_assert(isnan(read_value("F16", 0xFC01U)));
  ck_assert(isnan(read_value("BF16", 0x7FC0U)));
}
END_TEST

START_TEST(other_numbers_are_not_read)
{
  const uint8_t   bytes[8] = {0U};
  const LmuTensor tensor   = {
      .name = "a", .dtype = lmu_dtype("I64"), .n_bytes = 8U, .data = bytes};
  double value = 0.0;
  ck_assert_int_eq(lmu_tensor_read(&tensor, &value, &error), LMU_BAD_MODEL);
  ck_assert_str_eq(
    error.text,
    "tensor \"a\": has numbers of dtype I64; export it again as F32");
}
END_TEST

static void
add_wholes(TCase* const tcase)
{
  tcase_add_test(tcase, a_file_without_tensors_is_right);
  tcase_add_test(tcase, tensors_are_found_by_name);
  tcase_add_test(tcase, tensors_are_sorted_by_place);
  tcase_add_test(tcase, a_scalar_has_no_dimensions);
  tcase_add_test(tcase, a_dimension_may_be_zero);
  tcase_add_test(tcase, white_space_may_be_anywhere);
  tcase_add_test(tcase, values_need_not_be_aligned);
  tcase_add_test(tcase, numbers_of_four_and_six_bits_fill_bytes);
  tcase_add_test(tcase, escapes_are_decoded);
  tcase_add_loop_test(
    tcase, a_file_of_less_than_eight_bytes_is_refused, 0, PREFIX);
  tcase_add_loop_test(tcase, a_header_beyond_the_file_is_refused, 0, 5);
  tcase_add_test(tcase, a_header_length_that_wraps_is_refused);
  tcase_add_test(tcase, a_header_above_a_mebibyte_is_refused);
  tcase_add_test(tcase, a_header_that_is_not_utf8_is_refused);
  tcase_add_test(tcase, what_is_not_json_is_refused);
  tcase_add_test(tcase, zeros_behind_the_header_are_refused);
  tcase_add_test(tcase, strings_that_are_not_json_are_refused);
  tcase_add_test(tcase, deep_nesting_takes_no_stack);
  tcase_add_test(tcase, metadata_are_texts);
  tcase_add_test(tcase, metadata_is_no_name_of_a_tensor);
  tcase_add_test(tcase, keys_are_there_once);
  tcase_add_test(tcase, metadata_have_at_most_1024_keys);
}

static void
add_tensors(TCase* const tcase)
{
  tcase_add_test(tcase, tensors_are_at_most_256);
  tcase_add_test(tcase, many_tensors_on_one_range_are_refused);
  tcase_add_test(tcase, names_have_at_most_127_bytes);
  tcase_add_test(tcase, tensors_are_there_once);
  tcase_add_test(tcase, properties_are_there_once_and_no_others);
  tcase_add_test(tcase, no_property_may_be_missing);
  tcase_add_test(tcase, an_unknown_dtype_is_refused_and_not_skipped);
  tcase_add_test(tcase, every_dtype_of_the_format_is_known);
  tcase_add_test(tcase, integers_are_digits_alone);
  tcase_add_test(tcase, large_integers_are_neither_rounded_nor_wrapped);
  tcase_add_test(tcase, a_shape_whose_product_wraps_to_zero_is_refused);
  tcase_add_test(tcase, a_shape_whose_product_wraps_is_refused);
  tcase_add_test(tcase, a_size_in_bits_that_wraps_is_refused);
  tcase_add_test(tcase, a_shape_must_fit_the_offsets);
  tcase_add_test(tcase, half_a_byte_is_refused);
  tcase_add_test(tcase, offsets_stay_within_the_file);
  tcase_add_test(tcase, offsets_are_two);
  tcase_add_test(tcase, dimensions_are_at_most_eight);
  tcase_add_test(tcase, holes_and_overlaps_are_refused);
  tcase_add_test(tcase, bytes_behind_the_tensors_are_refused);
  tcase_add_test(tcase, bytes_that_are_missing_are_refused);
  tcase_add_test(tcase, texts_of_errors_do_not_control_terminals);
  tcase_add_test(tcase, errors_need_no_text);
  tcase_add_loop_test(
    tcase, numbers_are_read, 0, sizeof(values) / sizeof(values[0]));
  tcase_add_test(tcase, nan_is_read_as_nan);
  tcase_add_test(tcase, other_numbers_are_not_read);
}

int
main(void)
{
  TCase* const tcase = tcase_create("safetensors");
  tcase_add_checked_fixture(tcase, NULL, teardown);
  add_wholes(tcase);
  add_tensors(tcase);
  return run_case("safetensors", tcase);
}
