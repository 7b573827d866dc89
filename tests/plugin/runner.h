// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_PLUGIN_RUNNER_H
#define LMU_TESTS_PLUGIN_RUNNER_H

#include <check.h>

/**
   @file
   The main() of tests of plugins.  Usage: TEST LMU.SO
*/

/// Run tests on the plugins in argv[1], and return an exit status.  No clock
/// ends them but that of meson, which allows for slow machines.
int
runner_main(int argc, char** argv, const char* name, void (*add)(TCase* tcase));

#endif // LMU_TESTS_PLUGIN_RUNNER_H
