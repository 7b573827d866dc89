// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_TESTS_UNIT_RUN_H
#define LMU_TESTS_UNIT_RUN_H

#include <check.h>

#include <stdlib.h>

/// Return what a pointer is before a call that is to set it, as if never set
static inline void*
unset(void)
{
  static char nothing;
  return &nothing;
}

/// Run a case as a suite of that name, and return what main() is to return.  No
/// clock ends it but that of meson, which allows for slow machines.
static inline int
run_case(const char* const name, TCase* const tcase)
{
  Suite* const suite = suite_create(name);
  suite_add_tcase(suite, tcase);
  tcase_set_timeout(tcase, 0.0);

  SRunner* const runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  const int n_failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif // LMU_TESTS_UNIT_RUN_H
