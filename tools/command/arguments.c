// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/command/arguments.h"

#include "tools/base/allocate.h"
#include "tools/base/text.h"

#include <stdlib.h>
#include <string.h>

#define HELP_COLUMN 24 // Where the help of an option starts

/// Return the option of that name, which may go on with "=value"
static const LmuOption*
find_option(const LmuUsage* const usage, const char* const word)
{
  for (const LmuOption* option = usage->options; option->name; ++option) {
    const size_t length = strlen(option->name);
    const bool   same   = !strncmp(option->name, word, length);
    if (same && (!word[length] || (word[length] == '='))) {
      return option;
    }
  }
  return NULL;
}

static LmuExit
unknown_option(LmuFailure* const     error,
               const LmuUsage* const usage,
               const char* const     word)
{
  LmuGuess guess = {word, NULL, 0U};
  for (const LmuOption* option = usage->options; option->name; ++option) {
    lmu_guess_add(&guess, option->name);
  }

  if (guess.best) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "unknown option %s; did you mean %s?",
                           word,
                           guess.best);
  }
  return lmu_failure_set(error,
                         LMU_EXIT_USAGE,
                         "unknown option %s; see lmu %s --help",
                         word,
                         usage->name);
}

/// Read the option at argv[i], and set `i` to its last word
static LmuExit
read_option(LmuArguments* const   arguments,
            LmuFailure* const     error,
            const LmuUsage* const usage,
            char* const* const    argv,
            int* const            i)
{
  const char* const      word   = argv[*i];
  const LmuOption* const option = find_option(usage, word);
  if (!option) {
    return unknown_option(error, usage, word);
  }

  const char* const equals = strchr(word, '=');
  const char* const value  = equals             ? equals + 1
                             : option->argument ? argv[++*i]
                                                : NULL;
  if (option->argument && !value) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "%s needs %s after it; see lmu %s --help",
                           option->name,
                           option->argument,
                           usage->name);
  }
  if (!option->argument && value) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "%s takes no value; leave out \"=%s\"",
                           option->name,
                           value);
  }

  arguments->given[arguments->n_given++] =
    (LmuGiven){option->name, value, arguments->n_operands};
  return LMU_EXIT_SUCCESS;
}

static LmuExit
read_operand(LmuArguments* const   arguments,
             LmuFailure* const     error,
             const LmuUsage* const usage,
             const char* const     word)
{
  if (arguments->n_operands == usage->max_operands) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "one word too many: \"%s\"; use lmu %s %s",
                           word,
                           usage->name,
                           usage->operands);
  }

  arguments->operands[arguments->n_operands++] = word;
  return LMU_EXIT_SUCCESS;
}

/// Let -o be the last operand
static LmuExit
append_output(LmuArguments* const   arguments,
              LmuFailure* const     error,
              const LmuUsage* const usage)
{
  const char* const output =
    lmu_arguments_value(arguments, LMU_OUTPUT_OPTION, NULL);
  if (output && arguments->n_operands == usage->max_operands) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "two outputs, \"%s\" and with -o \"%s\"; leave one "
                           "out",
                           arguments->operands[usage->max_operands - 1U],
                           output);
  }
  if (output) {
    arguments->operands[arguments->n_operands++] = output;
  }
  if (find_option(usage, LMU_OUTPUT_OPTION) &&
      (output || arguments->n_operands == usage->max_operands)) {
    arguments->output = arguments->operands[arguments->n_operands - 1U];
  }
  return LMU_EXIT_SUCCESS;
}

/// Return how many words must be given, where -o may stand for the last
static uint32_t
least_words(const LmuArguments* const arguments, const LmuUsage* const usage)
{
  const bool is_replaced = usage->min_operands == usage->max_operands &&
                           lmu_arguments_has(arguments, LMU_OUTPUT_OPTION);
  return usage->min_operands - (is_replaced ? 1U : 0U);
}

static LmuExit
read_words(LmuArguments* const   arguments,
           LmuFailure* const     error,
           const LmuUsage* const usage,
           const int             argc,
           char* const* const    argv)
{
  bool    options = true;
  LmuExit status  = LMU_EXIT_SUCCESS;
  for (int i = 2; !status && i < argc; ++i) {
    if (options && !strcmp(argv[i], "--")) {
      options = false;
    } else if (options && argv[i][0] == '-' && argv[i][1]) {
      status = read_option(arguments, error, usage, argv, &i);
    } else {
      status = read_operand(arguments, error, usage, argv[i]);
    }
  }
  return status;
}

LmuExit
lmu_arguments_init(LmuArguments* const   arguments,
                   LmuFailure* const     error,
                   const LmuUsage* const usage,
                   const int             argc,
                   char* const* const    argv)
{
  LmuArguments read = {0};
  read.program      = argv[0];
  read.given        = (LmuGiven*)lmu_allocate((size_t)argc, sizeof(LmuGiven));

  LmuExit status = read_words(&read, error, usage, argc, argv);
  if (!status && read.n_operands < least_words(&read, usage)) {
    status = lmu_failure_set(error,
                             LMU_EXIT_USAGE,
                             "too few words; use lmu %s %s",
                             usage->name,
                             usage->operands);
  }
  if (!status) {
    status = append_output(&read, error, usage);
  }

  if (status) {
    lmu_arguments_free(&read);
    return status;
  }
  *arguments = read;
  return LMU_EXIT_SUCCESS;
}

void
lmu_arguments_free(LmuArguments* const arguments)
{
  free(arguments->given);
  arguments->given = NULL;
}

bool
lmu_arguments_has(const LmuArguments* const arguments, const char* const name)
{
  for (uint32_t i = 0U; i < arguments->n_given; ++i) {
    if (!strcmp(arguments->given[i].name, name)) {
      return true;
    }
  }
  return false;
}

const char*
lmu_arguments_value(const LmuArguments* const arguments,
                    const char* const         name,
                    const char* const         fallback)
{
  const char* value = fallback;
  for (uint32_t i = 0U; i < arguments->n_given; ++i) {
    if (!strcmp(arguments->given[i].name, name)) {
      value = arguments->given[i].value;
    }
  }
  return value;
}

LmuExit
lmu_arguments_whole(uint32_t* const           number,
                    LmuFailure* const         error,
                    const LmuArguments* const arguments,
                    const char* const         name,
                    const uint32_t            minimum,
                    const uint32_t            maximum)
{
  const char* const text = lmu_arguments_value(arguments, name, NULL);
  if (!text || lmu_text_whole(number, text, minimum, maximum)) {
    return LMU_EXIT_SUCCESS;
  }
  return lmu_failure_set(
    error,
    LMU_EXIT_BAD_VALUE,
    "%s cannot be \"%s\"; use a whole number from %u to %u",
    name,
    text,
    minimum,
    maximum);
}

LmuExit
lmu_arguments_number(double* const             number,
                     LmuFailure* const         error,
                     const LmuArguments* const arguments,
                     const char* const         name,
                     const double              minimum,
                     const double              maximum)
{
  const char* const text = lmu_arguments_value(arguments, name, NULL);
  double            read = *number;
  if (text &&
      (!lmu_text_number(&read, text) || read < minimum || read > maximum)) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_VALUE,
                           "%s cannot be \"%s\"; use a number from %g to %g",
                           name,
                           text,
                           minimum,
                           maximum);
  }

  *number = read;
  return LMU_EXIT_SUCCESS;
}

static void
print_option(const LmuOption* const option, FILE* const stream)
{
  const int width = fprintf(stream,
                            "  %s%s%s",
                            option->name,
                            option->argument ? " " : "",
                            option->argument ? option->argument : "");
  if (width >= HELP_COLUMN) {
    fprintf(stream, "\n%*s", HELP_COLUMN, "");
  } else {
    fprintf(stream, "%*s", HELP_COLUMN - width, "");
  }

  for (const char* c = option->help; *c; ++c) {
    fputc(*c, stream);
    if (*c == '\n') {
      fprintf(stream, "%*s", HELP_COLUMN, "");
    }
  }
  fputc('\n', stream);
}

void
lmu_usage_print(const LmuUsage* const usage, FILE* const stream)
{
  fprintf(stream,
          "Usage: lmu %s %s [OPTION]...\n\n%s\n\nOptions:\n",
          usage->name,
          usage->operands,
          usage->help);
  for (const LmuOption* option = usage->options; option->name; ++option) {
    print_option(option, stream);
  }
}
