// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What windows remember, and that they never complain

#include "tests/unit/run.h"
#include "ui/settings.h"

#include <check.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static void
setup(void)
{
  (void)snprintf(folder, sizeof(folder), "/tmp/lmu-settings-XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(folder));
  setenv("XDG_CONFIG_HOME", folder, 1);
}

static void
teardown(void)
{
  const char* const names[] = {"/lmu-lv2/ui", "/lmu-lv2", ""};
  for (int i = 0; i < 3; ++i) {
    char path[128];
    (void)snprintf(path, sizeof(path), "%s%s", folder, names[i]);
    (void)remove(path);
  }
}

/// Write the file of settings by hand
static void
write_text(const char* const text)
{
  char path[128];
  (void)snprintf(path, sizeof(path), "%s/lmu-lv2", folder);
  (void)mkdir(path, 0700);
  (void)snprintf(path, sizeof(path), "%s/lmu-lv2/ui", folder);
  const int file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  ck_assert_int_ge(file, 0);
  ck_assert_int_eq((int)write(file, text, strlen(text)), (int)strlen(text));
  (void)close(file);
}

START_TEST(what_is_saved_is_loaded)
{
  const LmuSettings saved  = {false, 1.375};
  LmuSettings       loaded = {true, 0.0};
  lmu_settings_save(&saved);
  lmu_settings_load(&loaded);
  ck_assert(!loaded.is_dark);
  ck_assert_double_eq(loaded.zoom, 1.375);
}
END_TEST

START_TEST(what_makes_no_sense_is_as_usual)
{
  const char* const texts[] = {
    "", "zoom\n", "zoom x\n", "zoom nan\n", "\n\n\n", "\xFF\xFE", "purple\n"};
  LmuSettings loaded = {false, 0.0};
  write_text(texts[_i]);
  lmu_settings_load(&loaded);
  ck_assert(loaded.is_dark);
  ck_assert_double_eq(loaded.zoom, 1.0);
}
END_TEST

START_TEST(zoom_stays_in_its_range)
{
  LmuSettings loaded = {false, 0.0};
  write_text("zoom 1000\n");
  lmu_settings_load(&loaded);
  ck_assert_double_eq(loaded.zoom, LMU_MAX_ZOOM);
  write_text("zoom -3\n");
  lmu_settings_load(&loaded);
  ck_assert_double_eq(loaded.zoom, LMU_MIN_ZOOM);
}
END_TEST

START_TEST(nothing_is_left_beside_the_file)
{
  char              path[128];
  const LmuSettings saved = {true, 1.0};
  lmu_settings_save(&saved);
  lmu_settings_save(&saved);
  (void)snprintf(path, sizeof(path), "%s/lmu-lv2/ui", folder);
  ck_assert_int_eq(remove(path), 0);
  (void)snprintf(path, sizeof(path), "%s/lmu-lv2", folder);
  ck_assert_int_eq(rmdir(path), 0); // It is empty
}
END_TEST

START_TEST(a_place_that_cannot_be_written_is_no_matter)
{
  const LmuSettings saved  = {false, 2.0};
  LmuSettings       loaded = {false, 0.0};
  const char* const bad[]  = {"/proc/nothing", "relative", "/dev/null"};
  setenv("XDG_CONFIG_HOME", bad[_i], 1);
  setenv("HOME", "/proc/nothing", 1);
  lmu_settings_save(&saved);
  lmu_settings_load(&loaded);
  ck_assert(loaded.is_dark);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("settings");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, what_is_saved_is_loaded);
  tcase_add_loop_test(tcase, what_makes_no_sense_is_as_usual, 0, 7);
  tcase_add_test(tcase, zoom_stays_in_its_range);
  tcase_add_test(tcase, nothing_is_left_beside_the_file);
  tcase_add_loop_test(tcase, a_place_that_cannot_be_written_is_no_matter, 0, 3);
  return run_case("settings", tcase);
}
