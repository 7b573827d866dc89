// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tools/train/options.h"

#include "core/base/setup/utf8.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "tools/base/failure.h"
#include "tools/command/arguments.h"
#include "tools/network/trained.h"
#include "tools/train/session.h"
#include "train/team.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_MINUTES 10080.0 // A week

/* Values */

LmuExit
lmu_read_numbers(LmuFailure* const            error,
                 const LmuArguments* const    arguments,
                 const LmuNumberOption* const numbers,
                 const size_t                 count)
{
  LmuExit status = LMU_EXIT_SUCCESS;
  for (size_t i = 0U; !status && i < count; ++i) {
    status = lmu_arguments_number(numbers[i].number,
                                  error,
                                  arguments,
                                  numbers[i].option,
                                  numbers[i].least,
                                  numbers[i].most);
  }
  return status;
}

LmuExit
lmu_read_wholes(LmuFailure* const           error,
                const LmuArguments* const   arguments,
                const LmuWholeOption* const wholes,
                const size_t                count)
{
  LmuExit status = LMU_EXIT_SUCCESS;
  for (size_t i = 0U; !status && i < count; ++i) {
    status = lmu_arguments_whole(wholes[i].number,
                                 error,
                                 arguments,
                                 wholes[i].option,
                                 wholes[i].least,
                                 wholes[i].most);
  }
  return status;
}

LmuExit
lmu_read_word(uint32_t* const           index,
              LmuFailure* const         error,
              const LmuArguments* const arguments,
              const char* const         option,
              const char* (*const word)(uint32_t index),
              const char* const extra)
{
  const char* const text = lmu_arguments_value(arguments, option, NULL);
  uint32_t          i    = 0U;
  if (!text) {
    return LMU_EXIT_SUCCESS;
  }
  while (word(i) && strcmp(word(i), text) != 0) {
    ++i;
  }
  if (!word(i) && strcmp(text, extra) != 0) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_VALUE,
                           "%s cannot be \"%s\"; see lmu train --help",
                           option,
                           text);
  }
  *index = i;
  return LMU_EXIT_SUCCESS;
}

/* Plan */

LmuTrainPlan
lmu_default_plan(void)
{
  const long         cpus = sysconf(_SC_NPROCESSORS_ONLN);
  const LmuTrainPlan plan = {
    .minutes = 1.0, .n_threads = (cpus > 1) ? 2U : 1U, .seed = 1U};
  return plan;
}

/// Read a "key=value" to say in the model
static LmuExit
read_note(LmuTrainPlan* const   plan,
          LmuFailure* const     error,
          const LmuGiven* const given)
{
  const char* const equals = strchr(given->value, '=');
  const size_t      length = equals ? (size_t)(equals - given->value) : 0U;
  char              key[LMU_MAX_NOTE_KEY] = "";
  if (length < LMU_MAX_NOTE_KEY) {
    memcpy(key, given->value, length);
  }
  return equals && lmu_utf8_is_valid(given->value, strlen(given->value)) &&
             lmu_metadata_note(&plan->metadata, key, equals + 1)
           ? LMU_EXIT_SUCCESS
           : lmu_failure_set(error,
                             LMU_EXIT_BAD_VALUE,
                             "--meta cannot be \"%s\"; use a key of at most %u "
                             "bytes and a text of at most %u, such as "
                             "mic=SM57, and at most %u of them",
                             given->value,
                             LMU_MAX_NOTE_KEY - 1U,
                             LMU_MAX_NAME - 1U,
                             LMU_MAX_NOTES);
}

static LmuExit
read_notes(LmuTrainPlan* const       plan,
           LmuFailure* const         error,
           const LmuArguments* const arguments)
{
  LmuExit status = LMU_EXIT_SUCCESS;
  for (uint32_t i = 0U; i < arguments->n_given && !status; ++i) {
    if (!strcmp(arguments->given[i].name, "--meta")) {
      status = read_note(plan, error, &arguments->given[i]);
    }
  }
  return status;
}

/// Read texts that all models have
static LmuExit
read_texts(LmuTrainPlan* const       plan,
           LmuFailure* const         error,
           const LmuArguments* const arguments)
{
  LmuGraph* const texts  = lmu_graph_new();
  const LmuExit   status = texts
                             ? lmu_trained_set_texts(texts, error, arguments)
                             : lmu_failure_core(error, NULL, LMU_NO_MEMORY, "");
  if (texts) {
    plan->metadata = texts->metadata;
  }
  lmu_graph_free(texts);
  return status;
}

LmuExit
lmu_read_plan(LmuTrainPlan* const       plan,
              LmuFailure* const         error,
              const LmuArguments* const arguments)
{
  const LmuNumberOption numbers[] = {
    {"--minutes", &plan->minutes, 0.01, MAX_MINUTES},
    {"--rate", &plan->learning_rate, 1e-6, 1.0},
  };
  const LmuWholeOption wholes[] = {
    {"--updates", &plan->n_updates, 1U, UINT32_MAX},
    {"--seed", &plan->seed, 0U, UINT32_MAX},
    {"--threads", &plan->n_threads, 1U, LMU_MAX_TEAM},
  };

  plan->quiet        = lmu_arguments_has(arguments, "--quiet");
  plan->resumes      = lmu_arguments_has(arguments, "--resume");
  plan->learns_theta = lmu_arguments_has(arguments, "--learn-theta");
  plan->learns_step  = lmu_arguments_has(arguments, "--learn-memory");
  if (plan->learns_theta && plan->learns_step) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "--learn-memory learns windows too, as A and B take "
                           "in theta; leave out --learn-theta");
  }
  LmuExit status = read_texts(plan, error, arguments);
  if (!status) {
    status = lmu_read_numbers(
      error, arguments, numbers, sizeof(numbers) / sizeof(numbers[0]));
  }
  if (!status) {
    status = lmu_read_wholes(
      error, arguments, wholes, sizeof(wholes) / sizeof(wholes[0]));
  }
  return status ? status : read_notes(plan, error, arguments);
}

/* Checks */

static bool
are_same(const char* const a, const char* const b)
{
  struct stat of_a;
  struct stat of_b;
  return !stat(a, &of_a) && !stat(b, &of_b) && of_a.st_dev == of_b.st_dev &&
         of_a.st_ino == of_b.st_ino;
}

LmuExit
lmu_check_initial(LmuFailure* const         error,
                  const LmuArguments* const arguments,
                  const char* const         output)
{
  const char* const initial = lmu_arguments_value(arguments, "--init", NULL);
  return initial && are_same(initial, output)
           ? lmu_failure_set(error,
                             LMU_EXIT_USAGE,
                             "%s is what to start from too; write to another "
                             "file",
                             output)
           : LMU_EXIT_SUCCESS;
}

LmuExit
lmu_refuse_options(LmuFailure* const         error,
                   const LmuArguments* const arguments,
                   const char* const* const  options,
                   const size_t              n_options,
                   const char* const         why)
{
  for (size_t i = 0U; i < n_options; ++i) {
    if (lmu_arguments_has(arguments, options[i])) {
      return lmu_failure_set(
        error, LMU_EXIT_USAGE, "%s %s; leave it out", options[i], why);
    }
  }
  return LMU_EXIT_SUCCESS;
}
