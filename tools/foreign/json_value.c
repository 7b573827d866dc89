// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/json_value.h"

#include "core/base/setup/utf8.h"
#include "tools/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MAX_REASON 1024U // Longer ones are cut
#define MAX_REMARK 256U  // The same

// Sample rates that are no mistake, as for --rate [Hz]
#define MIN_RATE 1.0
#define MAX_RATE 1e6

LmuExit
lmu_json_refuse(const LmuJsonPlace* const place, const char* const format, ...)
{
  char    reason[MAX_REASON];
  va_list args;
  va_start(args, format);
  vsnprintf(reason, sizeof(reason), format, args);
  va_end(args);

  return lmu_failure_set(place->error,
                         LMU_EXIT_BAD_INPUT,
                         "%s: %s%s%s",
                         place->path,
                         place->where,
                         place->where[0] ? ": " : "",
                         reason);
}

LmuExit
lmu_json_whole(uint32_t* const           number,
               const LmuJsonPlace* const place,
               const json_t* const       value,
               const char* const         name,
               const uint32_t            max)
{
  const json_int_t read = json_integer_value(value);
  if (!json_is_integer(value) || read < 1 || read > (json_int_t)max) {
    return lmu_json_refuse(place,
                           "\"%s\" is not a whole number from 1 to %u; export "
                           "the network again, or train a smaller one",
                           name,
                           max);
  }

  *number = (uint32_t)read;
  return LMU_EXIT_SUCCESS;
}

LmuExit
lmu_json_vector(double* const             values,
                const LmuJsonPlace* const place,
                const json_t* const       list,
                const size_t              count,
                const char* const         name)
{
  if (!json_is_array(list) || json_array_size(list) != count) {
    return lmu_json_refuse(place,
                           "%s has %zu numbers, not %zu; export the network "
                           "again",
                           name,
                           json_array_size(list),
                           count);
  }
  for (size_t i = 0U; i < count; ++i) {
    const json_t* const value = json_array_get(list, i);
    if (!json_is_number(value)) {
      return lmu_json_refuse(
        place,
        "element %zu of %s is no number; export the network again",
        i,
        name);
    }
    values[i] = json_number_value(value);
  }
  return LMU_EXIT_SUCCESS;
}

LmuExit
lmu_json_matrix(double* const             values,
                const LmuJsonPlace* const place,
                const json_t* const       list,
                const size_t              rows,
                const size_t              columns,
                const char* const         name)
{
  if (!json_is_array(list) || json_array_size(list) != rows) {
    return lmu_json_refuse(place,
                           "%s has %zu rows, not %zu; export the network again",
                           name,
                           json_array_size(list),
                           rows);
  }

  LmuExit status = LMU_EXIT_SUCCESS;
  for (size_t i = 0U; !status && i < rows; ++i) {
    status = lmu_json_vector(
      values + (i * columns), place, json_array_get(list, i), columns, name);
  }
  return status;
}

LmuExit
lmu_json_rate(double* const             rate,
              const LmuJsonPlace* const place,
              const json_t* const       value)
{
  const char* const text = json_string_value(value);
  double            read = json_number_value(value);
  if (!value || json_is_null(value)) {
    return LMU_EXIT_SUCCESS;
  }
  if ((text && !lmu_text_number(&read, text)) || read < MIN_RATE ||
      read > MAX_RATE) {
    return lmu_json_refuse(place,
                           "its sample rate is not from 1 to 1000000 Hz; "
                           "correct it, or remove it and give --rate HZ");
  }

  *rate = read;
  return LMU_EXIT_SUCCESS;
}

/// Return how many bytes of whole characters a text has room for
static size_t
fit(const char* const text, const size_t room)
{
  const size_t length = strlen(text);
  size_t       count  = 0U;
  for (size_t next = 0U; count < length; count += next) {
    next = lmu_utf8_length(text + count, length - count);
    if (!next || count + next > room) {
      break;
    }
  }
  return count;
}

/// Add text behind another, as much of it as has room
static void
add(char* const       text,
    const size_t      size,
    const char* const between,
    const char* const more)
{
  const size_t length = strlen(text);
  const size_t gap    = length ? strlen(between) : 0U;
  if (length + gap + 1U >= size) {
    return;
  }
  memcpy(text + length, between, gap);
  const size_t count = fit(more, size - 1U - length - gap);
  memcpy(text + length + gap, more, count);
  text[length + gap + count] = '\0';
  lmu_utf8_clean(text);
}

void
lmu_json_add_text(char* const         text,
                  const size_t        size,
                  const json_t* const value)
{
  const char* const more = json_string_value(value);
  if (more && more[0]) {
    add(text, size, " ", more);
  }
}

void
lmu_json_add_remark(char* const         comment,
                    const size_t        size,
                    const json_t* const object,
                    const char* const   key)
{
  const json_t* const value            = json_object_get(object, key);
  const char* const   text             = json_string_value(value);
  char                line[MAX_REMARK] = "";
  if (text && text[0]) {
    snprintf(line, sizeof(line), "%s: %s", key, text);
  } else if (json_is_number(value)) {
    snprintf(line, sizeof(line), "%s: %.6g", key, json_number_value(value));
  }
  if (line[0]) {
    add(comment, size, "; ", line);
  }
}

LmuExit
lmu_json_wholes(const LmuJsonNumber* const numbers,
                const size_t               n_numbers,
                const LmuJsonPlace* const  place,
                const json_t* const        object)
{
  LmuExit status = LMU_EXIT_SUCCESS;
  for (size_t i = 0U; !status && i < n_numbers; ++i) {
    status = lmu_json_whole(numbers[i].number,
                            place,
                            json_object_get(object, numbers[i].key),
                            numbers[i].key,
                            numbers[i].max);
  }
  return status;
}
