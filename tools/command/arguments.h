// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TOOLS_COMMAND_ARGUMENTS_H
#define LMU_TOOLS_COMMAND_ARGUMENTS_H

#include "tools/base/failure.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/**
   @file
   The command line, read by a table that is also the help text.

   In all commands that write a file, the option -o gives its name in the place
   of the last operand.
*/

/// Greatest number of words that are not options
#define LMU_MAX_OPERANDS 64U

/// Option that gives the output, for tables of options
#define LMU_OUTPUT_OPTION "-o"

/// One option of a command
typedef struct {
  const char* name;     ///< With its dashes, or null to end a table
  const char* argument; ///< Name of what follows, or null for a switch
  const char* help;     ///< What it does, '\n' breaks the line
} LmuOption;

/// What a command takes
typedef struct {
  const char*      name;         ///< Its word on the command line
  const char*      operands;     ///< Names of its operands
  uint32_t         min_operands; ///< Least number of operands
  uint32_t         max_operands; ///< Greatest number of operands
  const char*      summary;      ///< One line, without a full stop
  const char*      help;         ///< What it does, with line breaks
  const LmuOption* options;      ///< Table that ends with a null name
} LmuUsage;

/// One option as given
typedef struct {
  const char* name;     ///< As in the table
  const char* value;    ///< What followed, or null for a switch
  uint32_t    n_before; ///< Operands that stand before it
} LmuGiven;

/// A command line, pointing into argv
typedef struct {
  const char* program;                    ///< argv[0]
  const char* operands[LMU_MAX_OPERANDS]; ///< Words that are not options, and
                                          ///< what -o gave at their end
  uint32_t    n_operands;                 ///< Number of them
  const char* output;                     ///< Last operand if all are given and
                                          ///< it is an output, or null
  LmuGiven* given;                        ///< Options in order
  uint32_t  n_given;                      ///< Number of options given
} LmuArguments;

/**
   Read a command line.

   @param arguments Set to what was given, free with lmu_arguments_free().
   @param argv As given to main(); reading starts after the command's name.
   @return LMU_EXIT_USAGE on error.
*/
LMU_SETUP LMU_NODISCARD LmuExit
lmu_arguments_init(LmuArguments*   arguments,
                   LmuFailure*     error,
                   const LmuUsage* usage,
                   int             argc,
                   char* const*    argv);

/// Free what lmu_arguments_init() set
LMU_SETUP void
lmu_arguments_free(LmuArguments* arguments);

/// Return whether an option was given
LMU_SETUP bool
lmu_arguments_has(const LmuArguments* arguments, const char* name);

/// Return the last value given for an option, or `fallback`
LMU_SETUP const char*
lmu_arguments_value(const LmuArguments* arguments,
                    const char*         name,
                    const char*         fallback);

/// Read a whole number, left as it is if the option was not given
LMU_SETUP LMU_NODISCARD LmuExit
lmu_arguments_whole(uint32_t*           number,
                    LmuFailure*         error,
                    const LmuArguments* arguments,
                    const char*         name,
                    uint32_t            minimum,
                    uint32_t            maximum);

/// Read a number, left as it is if the option was not given
LMU_SETUP LMU_NODISCARD LmuExit
lmu_arguments_number(double*             number,
                     LmuFailure*         error,
                     const LmuArguments* arguments,
                     const char*         name,
                     double              minimum,
                     double              maximum);

/// Print the help of a command
LMU_SETUP void
lmu_usage_print(const LmuUsage* usage, FILE* stream);

#endif // LMU_TOOLS_COMMAND_ARGUMENTS_H
