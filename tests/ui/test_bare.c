// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What the binary of the windows promises without an X server

#include "tests/ui/ui_host.h"
#include "tests/unit/run.h"
#include "ui/panel_spec.h"

#include <check.h>
#include <lv2/ui/ui.h>

#include <stdlib.h>

static UiHost host;

START_TEST(there_is_one_class_of_windows)
{
  ck_assert_ptr_nonnull(ui_host_load(0U));
  ck_assert_str_eq(ui_host_load(0U)->URI, "urn:lmu-lv2:ui");
  ck_assert_ptr_null(ui_host_load(1U));
}
END_TEST

START_TEST(unknown_extensions_are_null)
{
  const LV2UI_Descriptor* const ui = ui_host_load(0U);
  ck_assert_ptr_null(ui->extension_data("urn:nothing"));
  ck_assert_ptr_nonnull(ui->extension_data(LV2_UI__idleInterface));
}
END_TEST

START_TEST(no_window_opens_without_what_it_needs)
{
  const Offer offers[] = {{"urn:lmu-lv2:delay", true, false, false, 0.0f},
                          {"urn:lmu-lv2:delay", false, true, false, 0.0f},
                          {"urn:lmu-lv2:delay", false, false, true, 0.0f},
                          {"urn:lmu-lv2:nothing", false, false, false, 0.0f},
                          {"urn:lmu-lv2:delay", false, false, false, 0.0f}};
  ui_host_open(&host, &offers[_i]); // The last has all but a server
  ck_assert_ptr_null(host.ui);
  ck_assert_uint_eq(host.n_writes, 0U);
  ui_host_close(&host);
}
END_TEST

int
main(int argc, char** argv)
{
  (void)argc;
  setenv("LMU_UI", argv[1], 1);
  unsetenv("DISPLAY");

  TCase* const tcase = tcase_create("bare");
  tcase_add_test(tcase, there_is_one_class_of_windows);
  tcase_add_test(tcase, unknown_extensions_are_null);
  tcase_add_loop_test(tcase, no_window_opens_without_what_it_needs, 0, 5);
  return run_case("bare", tcase);
}
