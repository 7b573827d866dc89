// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What pointer and keys change in a panel, without any window system

#include "tests/unit/run.h"
#include "ui/event.h"
#include "ui/folder.h"
#include "ui/layout.h"
#include "ui/panel.h"
#include "ui/panel_spec.h"
#include "ui/user_input.h"

#include <check.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// What was asked for
static struct {
  uint32_t n_set;
  uint32_t control;
  float    value;
  int      n_held; ///< Taken less let go
  uint32_t n_touches;
  uint32_t n_requests;
  bool     answer; ///< To requests
  char     path[LMU_PATH_SIZE];
  int      zoom;
  uint32_t n_saves;
} asked;

static LmuPanel     panel;
static LmuLayout    layout;
static LmuUserInput input;
static char         folder[64];

static void
on_set(void* const handle, const uint32_t control, const float value)
{
  (void)handle;
  ++asked.n_set;
  asked.control = control;
  asked.value   = value;
}

static void
on_touch(void* const handle, const uint32_t control, const bool is_taken)
{
  (void)handle;
  (void)control;
  asked.n_held += is_taken ? 1 : -1;
  ++asked.n_touches;
}

static bool
on_request(void* const handle)
{
  (void)handle;
  ++asked.n_requests;
  return asked.answer;
}

static void
on_load(void* const handle, const char* const path)
{
  (void)handle;
  (void)snprintf(asked.path, sizeof(asked.path), "%s", path);
  (void)snprintf(panel.path, sizeof(panel.path), "%s", path);
}

static void
on_zoom(void* const handle, const int step)
{
  (void)handle;
  asked.zoom += step;
}

static void
on_save(void* const handle)
{
  (void)handle;
  ++asked.n_saves;
}

static void
write_file(const char* const name)
{
  char path[128];
  (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
  const int file = open(path, O_CREAT | O_WRONLY, 0600);
  ck_assert_int_ge(file, 0);
  (void)close(file);
}

/// Open a panel of a plugin
static void
open_panel(const char* const plugin)
{
  const LmuActions actions = {
    NULL, on_set, on_touch, on_request, on_load, on_zoom, on_save};
  const LmuPanelSpec* const spec = lmu_panel_spec(plugin);
  double                    best[2];
  double                    least[2];
  memset(&asked, 0, sizeof(asked));
  lmu_panel_reset(&panel);
  lmu_panel_init(&panel, spec);
  lmu_layout_size(spec, best, least);
  lmu_layout_init(&layout, spec, best[0], best[1]);
  lmu_user_input_init(&input, &panel, &actions);
}

static void
setup(void)
{
  (void)snprintf(folder, sizeof(folder), "/tmp/lmu-input-XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(folder));
  write_file("a.safetensors");
  write_file("b.safetensors");
  write_file("c.txt");
  write_file("c.safetensors");
  write_file(".hidden.safetensors");
  char path[128];
  (void)snprintf(path, sizeof(path), "%s/sub", folder);
  (void)mkdir(path, 0700);
  open_panel("delay");
}

static void
teardown(void)
{
  const char* const names[] = {"a.safetensors",
                               "b.safetensors",
                               "c.txt",
                               "c.safetensors",
                               ".hidden.safetensors",
                               "sub",
                               "."};
  for (size_t i = 0U; i < sizeof(names) / sizeof(names[0]); ++i) {
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
    (void)remove(path);
  }
  (void)rmdir(folder);
  lmu_panel_reset(&panel);
}

static const LmuSlot*
slot_of(const char* const symbol)
{
  const uint32_t control = lmu_panel_spec_control(panel.spec, symbol);
  for (uint32_t i = 0U; i < layout.n_cells; ++i) {
    if (layout.cells[i].control == control) {
      return &layout.cells[i];
    }
  }
  ck_abort_msg("%s is not shown", symbol);
  return NULL;
}

static bool
point(const LmuEventType type,
      const double       x,
      const double       y,
      const uint32_t     ms)
{
  const LmuEvent event = {.type = type, .x = x, .y = y, .time_ms = ms};
  return lmu_user_input_process(&input, &layout, &event);
}

static void
click(const LmuRect* const bounds, const uint32_t ms)
{
  const double x = bounds->x + (0.5 * bounds->width);
  const double y = bounds->y + (0.5 * bounds->height);
  (void)point(LMU_EVENT_MOVE, x, y, ms);
  (void)point(LMU_EVENT_PRESS, x, y, ms);
  (void)point(LMU_EVENT_RELEASE, x, y, ms + 50U);
}

static bool
key(const LmuKey code, const char text)
{
  const LmuEvent event = {.type = LMU_EVENT_KEY, .key = code, .text = text};
  return lmu_user_input_process(&input, &layout, &event);
}

START_TEST(a_double_click_resets)
{
  const LmuSlot* const wet = slot_of("wet");
  lmu_panel_set(&panel, "wet", -30.0f);
  click(&wet->grip, 1000U);
  ck_assert_uint_eq(asked.n_set, 0U);
  click(&wet->grip, 1200U);
  ck_assert_float_eq(asked.value, -6.0f);
  ck_assert_int_eq(asked.n_held, 0);

  lmu_panel_set(&panel, "wet", -30.0f);
  click(&wet->grip, 1300U); // The third click begins anew
  ck_assert_uint_eq(asked.n_set, 1U);
}
END_TEST

START_TEST(a_drag_is_fine_with_shift)
{
  const LmuRect* const grip  = &slot_of("wet")->grip;
  LmuEvent             event = {
                .type = LMU_EVENT_PRESS, .x = grip->x + 5.0, .y = grip->y + 5.0};
  (void)lmu_user_input_process(&input, &layout, &event);
  ck_assert_int_eq(asked.n_held, 1);
  ck_assert(
    lmu_user_input_holds(&input, lmu_panel_spec_control(panel.spec, "wet")));

  event.type      = LMU_EVENT_MOVE;
  event.has_shift = true;
  event.y -= 100.0;
  (void)lmu_user_input_process(&input, &layout, &event);
  ck_assert_float_eq_tol(asked.value, -6.0f + 3.3f, 1e-3f);
  event.type = LMU_EVENT_RELEASE;
  (void)lmu_user_input_process(&input, &layout, &event);
  ck_assert_int_eq(asked.n_held, 0);
}
END_TEST

START_TEST(a_click_on_a_value_lets_people_type)
{
  click(&slot_of("theta")->value, 1000U);
  ck_assert_uint_ne(panel.entry, LMU_NOTHING);
  ck_assert(key(LMU_KEY_TEXT, '7'));
  ck_assert(key(LMU_KEY_TEXT, '5'));
  ck_assert(key(LMU_KEY_TEXT, 'x')); // Taken, but no number
  ck_assert(key(LMU_KEY_ENTER, '\0'));
  ck_assert_float_eq(asked.value, 75.0f);
  ck_assert_uint_eq(panel.entry, LMU_NOTHING);

  click(&slot_of("theta")->value, 9000U);
  ck_assert(key(LMU_KEY_TEXT, '9'));
  ck_assert(key(LMU_KEY_ESCAPE, '\0'));
  ck_assert_uint_eq(asked.n_set, 1U);
}
END_TEST

START_TEST(menus_open_and_choose)
{
  const LmuSlot* const sync = slot_of("sync");
  click(&sync->grip, 1000U);
  ck_assert_uint_eq(panel.menu, sync->control);
  ck_assert(key(LMU_KEY_DOWN, '\0'));
  ck_assert(key(LMU_KEY_ENTER, '\0'));
  ck_assert_float_eq(asked.value, 1.0f);
  ck_assert_uint_eq(panel.menu, LMU_NOTHING);

  click(&sync->grip, 5000U);
  const LmuRect menu = lmu_panel_menu(&panel, &layout);
  (void)point(LMU_EVENT_PRESS,
              menu.x + 20.0,
              menu.y + 4.0 + (6.5 * LMU_LINE_HEIGHT),
              6000U);
  ck_assert_float_eq(asked.value, 6.0f);

  click(&sync->grip, 7000U);
  (void)point(LMU_EVENT_PRESS, 2.0, 2.0, 8000U); // Elsewhere
  ck_assert_uint_eq(panel.menu, LMU_NOTHING);
  ck_assert_uint_eq(asked.n_set, 2U);
}
END_TEST

START_TEST(every_menu_lies_in_its_window)
{
  for (uint32_t f = 0U; f < lmu_n_panel_specs; ++f) {
    open_panel(lmu_panel_specs[f].name);
    for (uint32_t i = 0U; i < layout.n_cells; ++i) {
      if (layout.cells[i].widget == LMU_WIDGET_MENU) {
        panel.menu         = layout.cells[i].control;
        const LmuRect menu = lmu_panel_menu(&panel, &layout);
        ck_assert(menu.x >= 0.0 && menu.y >= 0.0);
        ck_assert(menu.x + menu.width <= layout.width);
        ck_assert(menu.y + menu.height <= layout.height);
      }
    }
  }
}
END_TEST

START_TEST(no_two_controls_overlap_at_any_width)
{
  for (uint32_t f = 0U; f < lmu_n_panel_specs; ++f) {
    for (uint32_t n = 0U; n < 25U; ++n) {
      const double              width = 660.0 + (37.0 * n);
      const LmuPanelSpec* const spec  = &lmu_panel_specs[f];
      lmu_layout_init(&layout, spec, width, lmu_layout_height(spec, width));
      ck_assert(layout.window.height > 50.0);
      for (uint32_t i = 0U; i < layout.n_cells; ++i) {
        const LmuRect* const a = &layout.cells[i].bounds;
        ck_assert(a->x >= 0.0 && a->x + a->width <= width);
        ck_assert(a->y + a->height <= layout.help.y);
        for (uint32_t j = 0U; j < i; ++j) {
          const LmuRect* const b = &layout.cells[j].bounds;
          ck_assert(
            a->x + a->width <= b->x + 0.01 || b->x + b->width <= a->x + 0.01 ||
            a->y + a->height <= b->y + 0.01 || b->y + b->height <= a->y + 0.01);
        }
      }
    }
  }
}
END_TEST

START_TEST(tab_reaches_every_control_and_comes_round)
{
  for (uint32_t i = 0U; i < layout.n_cells; ++i) {
    ck_assert(key(LMU_KEY_TAB, '\0'));
    ck_assert_uint_eq(panel.focus, layout.cells[i].control);
  }
  ck_assert(key(LMU_KEY_TAB, '\0'));
  ck_assert_uint_eq(panel.focus, layout.cells[0].control);
}
END_TEST

START_TEST(keys_without_a_focus_are_not_used)
{
  ck_assert(!key(LMU_KEY_TEXT, ' '));
  ck_assert(!key(LMU_KEY_UP, '\0'));
  ck_assert(!key(LMU_KEY_OTHER, '\0'));
}
END_TEST

START_TEST(the_host_is_asked_for_a_file_first)
{
  open_panel("model");
  asked.answer = true;
  click(&layout.open, 1000U);
  ck_assert_uint_eq(asked.n_requests, 1U);
  ck_assert(!panel.is_browsing);

  asked.answer = false;
  click(&layout.open, 3000U);
  ck_assert_uint_eq(asked.n_requests, 2U);
  ck_assert(panel.is_browsing);
}
END_TEST

START_TEST(the_browser_shows_folders_and_weight_files)
{
  char expected[128];
  open_panel("model");
  (void)snprintf(panel.path, sizeof(panel.path), "%s/b.safetensors", folder);
  click(&layout.open, 1000U);
  ck_assert_uint_eq(panel.folder.n_files, 4U);
  ck_assert_str_eq(panel.folder.files[0].name, "sub");
  ck_assert(panel.folder.files[0].is_folder);
  ck_assert_str_eq(panel.folder.files[panel.folder.selected].name,
                   "b.safetensors");

  ck_assert(key(LMU_KEY_DOWN, '\0'));
  ck_assert(key(LMU_KEY_ENTER, '\0'));
  (void)snprintf(expected, sizeof(expected), "%s/c.safetensors", folder);
  ck_assert_str_eq(asked.path, expected);
  ck_assert(!panel.is_browsing);
}
END_TEST

START_TEST(the_browser_enters_folders_and_leaves_them)
{
  char expected[128];
  open_panel("memory8");
  (void)snprintf(panel.path, sizeof(panel.path), "%s/b.safetensors", folder);
  click(&layout.open, 1000U);
  ck_assert(key(LMU_KEY_HOME, '\0'));
  ck_assert(key(LMU_KEY_ENTER, '\0'));
  (void)snprintf(expected, sizeof(expected), "%s/sub", folder);
  ck_assert_str_eq(panel.folder.path, expected);
  ck_assert_uint_eq(panel.folder.n_files, 0U);
  ck_assert(key(LMU_KEY_ENTER, '\0')); // Nothing there to open
  ck_assert(key(LMU_KEY_BACKSPACE, '\0'));
  ck_assert_str_eq(panel.folder.path, folder);
  ck_assert(key(LMU_KEY_TEXT, ' ')); // It takes all keys
  ck_assert(key(LMU_KEY_ESCAPE, '\0'));
  ck_assert(!panel.is_browsing);
  ck_assert_str_eq(asked.path, "");
}
END_TEST

START_TEST(next_and_previous_go_round_the_folder)
{
  const char* const names[] = {"b", "c", "a", "c"};
  open_panel("model-stereo");
  (void)snprintf(panel.path, sizeof(panel.path), "%s/a.safetensors", folder);
  for (uint32_t i = 0U; i < 4U; ++i) {
    char expected[128];
    (void)snprintf(
      expected, sizeof(expected), "%s/%s.safetensors", folder, names[i]);
    click(i < 3U ? &layout.next : &layout.previous, 1000U * (i + 1U));
    ck_assert_str_eq(asked.path, expected);
  }
}
END_TEST

START_TEST(the_wheel_moves_or_zooms)
{
  const LmuRect* const grip  = &slot_of("order")->grip;
  LmuEvent             event = {.type  = LMU_EVENT_WHEEL,
                                .x     = grip->x + 5.0,
                                .y     = grip->y + 5.0,
                                .steps = 1.0};
  ck_assert(lmu_user_input_process(&input, &layout, &event));
  ck_assert_float_gt(asked.value, 512.0f);
  ck_assert_uint_eq(asked.n_touches, 2U);
  event.has_control = true;
  ck_assert(lmu_user_input_process(&input, &layout, &event));
  ck_assert_int_eq(asked.zoom, 1);
  ck_assert_uint_eq(asked.n_set, 1U);
}
END_TEST

START_TEST(light_and_dark_are_remembered)
{
  const bool was_dark = panel.is_dark;
  click(&layout.theme, 1000U);
  ck_assert_int_eq(panel.is_dark, !was_dark);
  ck_assert(key(LMU_KEY_TEXT, 'd'));
  ck_assert_int_eq(panel.is_dark, was_dark);
  ck_assert_uint_eq(asked.n_saves, 2U);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("user_input");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, a_double_click_resets);
  tcase_add_test(tcase, a_drag_is_fine_with_shift);
  tcase_add_test(tcase, a_click_on_a_value_lets_people_type);
  tcase_add_test(tcase, menus_open_and_choose);
  tcase_add_test(tcase, every_menu_lies_in_its_window);
  tcase_add_test(tcase, no_two_controls_overlap_at_any_width);
  tcase_add_test(tcase, tab_reaches_every_control_and_comes_round);
  tcase_add_test(tcase, keys_without_a_focus_are_not_used);
  tcase_add_test(tcase, the_host_is_asked_for_a_file_first);
  tcase_add_test(tcase, the_browser_shows_folders_and_weight_files);
  tcase_add_test(tcase, the_browser_enters_folders_and_leaves_them);
  tcase_add_test(tcase, next_and_previous_go_round_the_folder);
  tcase_add_test(tcase, the_wheel_moves_or_zooms);
  tcase_add_test(tcase, light_and_dark_are_remembered);
  return run_case("user_input", tcase);
}
