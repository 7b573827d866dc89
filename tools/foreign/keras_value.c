// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/foreign/keras_value.h"

#include "tools/network/names.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MAX_REASON 1024U // Longer ones are cut

LmuExit
lmu_keras_refuse(const LmuKerasPlace* const place,
                 const char* const          format,
                 ...)
{
  char    reason[MAX_REASON];
  va_list args;
  va_start(args, format);
  vsnprintf(reason, sizeof(reason), format, args);
  va_end(args);

  return lmu_failure_set(place->error,
                         LMU_EXIT_BAD_INPUT,
                         "%s: layer \"%s\" (%s): %s",
                         place->path,
                         place->name,
                         place->class_name,
                         reason);
}

const char*
lmu_keras_text(const json_t* const object,
               const char* const   key,
               const char* const   fallback)
{
  const char* const text = json_string_value(json_object_get(object, key));
  return text ? text : fallback;
}

const char*
lmu_keras_class(const json_t* const object)
{
  const char* const name    = lmu_keras_text(object, "class_name", "?");
  const char* const package = strrchr(name, '>');
  return package ? package + 1 : name;
}

LmuExit
lmu_keras_whole(uint32_t* const            number,
                const LmuKerasPlace* const place,
                const json_t* const        config,
                const char* const          key)
{
  const json_t* const value = json_object_get(config, key);
  const json_int_t    read  = json_integer_value(value);
  if (!json_is_integer(value) || read < 1 || read > INT32_MAX) {
    return lmu_keras_refuse(place,
                            "%s is not a whole number of 1 or more; save the "
                            "model again with one",
                            key);
  }

  *number = (uint32_t)read;
  return LMU_EXIT_SUCCESS;
}

LmuExit
lmu_keras_number(double* const              number,
                 const LmuKerasPlace* const place,
                 const json_t* const        config,
                 const char* const          key)
{
  const json_t* const value = json_object_get(config, key);
  if (!json_is_number(value)) {
    return lmu_keras_refuse(
      place, "%s is not a number; save the model again with one", key);
  }

  *number = json_number_value(value);
  return LMU_EXIT_SUCCESS;
}

LmuExit
lmu_keras_flag(bool* const                flag,
               const LmuKerasPlace* const place,
               const json_t* const        config,
               const char* const          key)
{
  const json_t* const value = json_object_get(config, key);
  if (value && !json_is_boolean(value)) {
    return lmu_keras_refuse(
      place, "%s is not true or false; save the model again", key);
  }

  *flag = value ? json_is_true(value) : *flag;
  return LMU_EXIT_SUCCESS;
}

LmuExit
lmu_keras_activation(LmuActivation* const       activation,
                     const LmuKerasPlace* const place,
                     const json_t* const        config,
                     const char* const          key)
{
  const json_t* const value = json_object_get(config, key);
  const char* const   name =
    json_is_null(value) ? "linear" : json_string_value(value);
  if (!value) {
    return LMU_EXIT_SUCCESS;
  }
  for (uint32_t i = 0U; name && i < LMU_GATED; ++i) {
    if (!strcmp(name, lmu_activation_name((LmuActivation)i))) {
      *activation = (LmuActivation)i;
      return LMU_EXIT_SUCCESS;
    }
  }
  return lmu_keras_refuse(place,
                          "%s \"%s\" cannot run; use linear, tanh, sigmoid, "
                          "relu, softsign, hard_sigmoid, gelu, elu, selu, "
                          "leaky_relu or softplus",
                          key,
                          name ? name : "of your own");
}

LmuExit
lmu_keras_check_dtype(const LmuKerasPlace* const place,
                      const json_t* const        config)
{
  const json_t* const dtype = json_object_get(config, "dtype");
  const char* const   name =
    json_is_object(dtype)
        ? lmu_keras_text(json_object_get(dtype, "config"), "name", "?")
        : lmu_keras_text(config, "dtype", "float32");
  return (!strcmp(name, "float32") || !strcmp(name, "float64"))
           ? LMU_EXIT_SUCCESS
           : lmu_keras_refuse(place,
                              "dtype %s cannot run; train with float32 or "
                              "float64",
                              name);
}
