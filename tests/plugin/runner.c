// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/plugin/runner.h"

#include "tests/plugin/instance.h"

#include <check.h>

#include <stdio.h>
#include <stdlib.h>

int
runner_main(const int         argc,
            char** const      argv,
            const char* const name,
            void (*const add)(TCase* tcase))
{
  if (argc != 2 || !host_open(argv[1])) {
    (void)fprintf(stderr, "usage: %s LMU.SO\n", argv[0]);
    return EXIT_FAILURE;
  }

  // Tests run in processes of their own, and what one has printed must get out
  (void)setvbuf(stdout, NULL, _IOLBF, 0U);

  Suite* const suite = suite_create(name);
  TCase* const tcase = tcase_create(name);
  tcase_set_timeout(tcase, 0.0);
  add(tcase);
  suite_add_tcase(suite, tcase);

  SRunner* const runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  const int n_failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
