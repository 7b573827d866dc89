// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "data/output.h"
#include "tools/base/notice.h"
#include "tools/base/text.h"
#include "tools/command/command.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const LmuCommand* const commands[] = {&lmu_render_command,
                                             &lmu_plot_command,
                                             &lmu_list_command,
                                             &lmu_import_command,
                                             &lmu_info_command,
                                             &lmu_run_command,
                                             &lmu_train_command,
                                             &lmu_forecast_command,
                                             &lmu_conceal_command};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void
print_help(void)
{
  puts("Usage: lmu COMMAND [WORD]... [OPTION]...\n\n"
       "Uses and shows Legendre memories, trained networks, and any LV2 "
       "plugin.\n\n"
       "Commands:");
  for (size_t i = 0U; i < N_COMMANDS; ++i) {
    const LmuUsage* const usage = &commands[i]->usage;
    printf("  %-8s %s\n", usage->name, usage->summary);
  }
  puts("\nOptions:\n"
       "  --help     Show this, or after a command all about the command\n"
       "  --version  Show the version\n\n"
       "Exit codes: 0 done, 1 out of memory, 2 wrong usage, 3 unknown plugin,\n"
       "4 unknown control, 5 value out of range, 6 input unreadable, 7 output\n"
       "cannot be written, 8 plugin failed, 9 unknown preset, 10 stopped and "
       "saved.");
}

static LmuExit
unknown_command(LmuFailure* const error, const char* const word)
{
  LmuGuess guess = {word, NULL, 0U};
  for (size_t i = 0U; i < N_COMMANDS; ++i) {
    lmu_guess_add(&guess, commands[i]->usage.name);
  }

  if (guess.best) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "unknown command \"%s\"; did you mean %s?",
                           word,
                           guess.best);
  }
  return lmu_failure_set(
    error, LMU_EXIT_USAGE, "unknown command \"%s\"; see lmu --help", word);
}

static bool
wants_help(const int argc, char* const* const argv)
{
  for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; ++i) {
    if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
      return true;
    }
  }
  return false;
}

static LmuExit
run_command(const LmuCommand* const command,
            LmuFailure* const       error,
            const int               argc,
            char* const* const      argv)
{
  if (wants_help(argc, argv)) {
    lmu_usage_print(&command->usage, stdout);
    return LMU_EXIT_SUCCESS;
  }

  LmuArguments arguments = {0};
  LmuExit      status =
    lmu_arguments_init(&arguments, error, &command->usage, argc, argv);
  if (!status) {
    if (arguments.output) {
      lmu_output_claim(arguments.output);
    }
    lmu_notice_set_quiet(lmu_arguments_has(&arguments, "--quiet"));
    status = command->run(&arguments, error);
    lmu_arguments_free(&arguments);
  }
  return status;
}

static LmuExit
run(LmuFailure* const error, const int argc, char* const* const argv)
{
  const char* const word = (argc > 1) ? argv[1] : "";
  if (!*word) {
    return lmu_failure_set(
      error, LMU_EXIT_USAGE, "no command given; see lmu --help");
  }
  if (!strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help")) {
    print_help();
    return LMU_EXIT_SUCCESS;
  }
  if (!strcmp(word, "--version")) {
    puts("lmu " LMU_VERSION);
    return LMU_EXIT_SUCCESS;
  }

  for (size_t i = 0U; i < N_COMMANDS; ++i) {
    if (!strcmp(commands[i]->usage.name, word)) {
      return run_command(commands[i], error, argc, argv);
    }
  }
  return unknown_command(error, word);
}

/// See that no file that is opened takes the place of a closed standard stream
static void
open_standard(void)
{
  // In the wrong direction, so that using them is an error as before
  static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};
  for (int fd = 0; fd < 3; ++fd) {
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd) {
      exit(LMU_EXIT_BAD_OUTPUT);
    }
  }
}

int
main(const int argc, char** const argv)
{
  // A file that grows too large is an error of writing
  signal(SIGXFSZ, SIG_IGN);
  open_standard();

  LmuFailure    error  = {LMU_EXIT_SUCCESS, ""};
  const LmuExit status = run(&error, argc, argv);
  if (status) {
    fprintf(stderr, "lmu: %s\n", error.text);
    return (int)status;
  }
  if (fflush(stdout)) {
    fputs("lmu: cannot write to standard output; see where it goes\n", stderr);
    return LMU_EXIT_BAD_OUTPUT;
  }
  return EXIT_SUCCESS;
}
