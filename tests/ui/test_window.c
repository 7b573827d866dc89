// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What windows promise to hosts, on an X server.  See window.sh.

#include "plugin/ports.h"
#include "tests/ui/ui_host.h"
#include "tests/ui/views.h"
#include "tests/unit/run.h"
#include "ui/draw_axis.h"
#include "ui/layout.h"
#include "ui/panel.h"
#include "ui/panel_spec.h"

#include <check.h>
#include <lv2/atom/atom.h>
#include <lv2/atom/util.h>
#include <lv2/ui/ui.h>
#include <xcb/xcb.h>
#include <xcb/xproto.h>

#include <fcntl.h>
#include <malloc.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define N_ROUNDS 1000
#define N_WARM_ROUNDS 20 // Until fonts and the like are there

// What fonts may still take in between, a thousandth of a leaked window
#define MAX_GROWTH 262144

#define SYMBOL_SPACE 0x20U
#define SYMBOL_UP 0xFF52U
#define SYMBOL_TAB 0xFF09U

static UiHost      host;
static const Offer usual = {"urn:lmu-lv2:delay", false, false, false, 0.0f};

static void
open_usual(void)
{
  ui_host_open(&host, &usual);
  ck_assert_ptr_nonnull(host.ui);
  ck_assert_int_eq(ui_host_idle(&host), 0);
}

static void
close_usual(void)
{
  ui_host_close(&host);
}

/// Make an empty file
static void
touch_file(const char* const path)
{
  const int file = open(path, O_CREAT | O_WRONLY, 0600);
  ck_assert_int_ge(file, 0);
  (void)close(file);
}

/// Return where everything is, as the window of the usual size has it
static LmuLayout
usual_layout(void)
{
  LmuLayout layout;
  double    best[2];
  double    least[2];
  lmu_layout_size(lmu_panel_spec("delay"), best, least);
  lmu_layout_init(&layout, lmu_panel_spec("delay"), best[0], best[1]);
  return layout;
}

/// Write the middle of a control, return its port
static uint32_t
find_control(double point[2], const char* const symbol)
{
  const LmuPanelSpec* const spec    = lmu_panel_spec("delay");
  const uint32_t            control = lmu_panel_spec_control(spec, symbol);
  const LmuLayout           layout  = usual_layout();
  for (uint32_t i = 0U; i < layout.n_cells; ++i) {
    const LmuRect* const grip = &layout.cells[i].grip;
    if (layout.cells[i].control == control) {
      point[0] = grip->x + (0.5 * grip->width);
      point[1] = grip->y + (0.5 * grip->height);
    }
  }
  return spec->controls[control].port;
}

/// Return how many Watches were sent, of a rate or of none
static uint32_t
count_watches(const bool is_on)
{
  uint32_t count = 0U;
  for (uint32_t i = 0U; i < host.n_writes; ++i) {
    count += (host.writes[i].type == host.uris.watch &&
              (host.writes[i].rate > 0.0f) == is_on)
               ? 1U
               : 0U;
  }
  return count;
}

/// Return the pixels of the window, to be freed
static xcb_get_image_reply_t*
picture(const uint32_t width, const uint32_t height)
{
  return xcb_get_image_reply(host.connection,
                             xcb_get_image(host.connection,
                                           XCB_IMAGE_FORMAT_Z_PIXMAP,
                                           host.window,
                                           0,
                                           0,
                                           (uint16_t)width,
                                           (uint16_t)height,
                                           ~0U),
                             NULL);
}

/// Return how many different pixels there are, at most 16
static uint32_t
count_colors(const xcb_get_image_reply_t* const image)
{
  const uint8_t* const data   = xcb_get_image_data(image);
  const uint32_t       length = (uint32_t)xcb_get_image_data_length(image);
  uint32_t             colors[16];
  uint32_t             count = 0U;
  for (uint32_t i = 0U; i + 4U <= length && count < 16U; i += 4U) {
    uint32_t color = 0U;
    uint32_t j     = 0U;
    memcpy(&color, data + i, 4U);
    while (j < count && colors[j] != color) {
      ++j;
    }
    if (j == count) {
      colors[count++] = color;
    }
  }
  return count;
}

START_TEST(window_is_drawn_in_the_parent)
{
  xcb_query_tree_reply_t* const tree = xcb_query_tree_reply(
    host.connection, xcb_query_tree(host.connection, host.window), NULL);
  ck_assert_uint_eq(tree->parent, host.parent);
  free(tree);

  xcb_get_image_reply_t* const image = picture(600U, 400U);
  ck_assert_ptr_nonnull(image);
  ck_assert_uint_eq(count_colors(image), 16U);
  free(image);
}
END_TEST

START_TEST(window_asks_for_its_size_and_names_the_least)
{
  double best[2];
  double least[2];
  lmu_layout_size(lmu_panel_spec("delay"), best, least);
  ck_assert_int_eq(host.width, (int)best[0]);
  ck_assert_int_eq(host.height, (int)best[1]);

  xcb_get_property_reply_t* const hints =
    xcb_get_property_reply(host.connection,
                           xcb_get_property(host.connection,
                                            0U,
                                            host.window,
                                            XCB_ATOM_WM_NORMAL_HINTS,
                                            XCB_ATOM_WM_SIZE_HINTS,
                                            0U,
                                            18U),
                           NULL);
  ck_assert_int_eq(xcb_get_property_value_length(hints), 72);
  const uint32_t* const words = (const uint32_t*)xcb_get_property_value(hints);
  ck_assert_uint_eq(words[0] & 0x110U, 0x110U);
  ck_assert_uint_eq(words[5], (uint32_t)least[0]);
  ck_assert_uint_eq(words[15], (uint32_t)best[0]);
  free(hints);
}
END_TEST

START_TEST(watches_come_in_pairs)
{
  ck_assert_uint_eq(count_watches(true), 1U);
  ck_assert_uint_eq(count_watches(false), 0U);
  usleep(1100000);
  ck_assert_int_eq(ui_host_idle(&host), 0);
  ck_assert_uint_eq(count_watches(true), 2U);
  host.descriptor->cleanup(host.ui);
  host.ui = NULL;
  ck_assert_uint_eq(count_watches(false), 1U);
}
END_TEST

START_TEST(scale_makes_windows_larger_if_it_is_sane)
{
  const float scales[] = {2.0f, NAN, INFINITY, -1.0f, 1e9f};
  const int   usual_w  = host.width;
  for (int i = 0; i < 5; ++i) {
    Offer  offer  = usual;
    UiHost scaled = {0};
    offer.scale   = scales[i];
    ui_host_open(&scaled, &offer);
    ck_assert_ptr_nonnull(scaled.ui);
    ck_assert_int_eq(scaled.width, i ? usual_w : 2 * usual_w);
    ck_assert_int_eq(ui_host_idle(&scaled), 0);
    ui_host_close(&scaled);
  }
}
END_TEST

START_TEST(sixty_views_of_any_kind_do_no_harm)
{
  for (int32_t i = 0; i < 60; ++i) {
    const float fills[]   = {0.3f, NAN, INFINITY, -0.2f};
    ViewSpec    spec      = good_view;
    spec.sequence         = i;
    spec.fill             = fills[i % 4];
    spec.n_numbers        = (i % 7) ? 32U : 5U; // Too short
    LV2_Atom* const whole = view_new(&host.uris, &spec);
    if (i % 5 == 4) {
      ui_host_message(
        &host, message_cut(whole, 8U + (whole->size * (uint32_t)i / 60U)));
      free(whole);
    } else {
      ui_host_message(&host, whole);
    }
    ui_host_control(&host, "bandwidth", (i % 2) ? NAN : 440.0f);
    ui_host_control(&host, "theta", (i % 3) ? -INFINITY : 20.0f);
    ck_assert_int_eq(ui_host_idle(&host), 0);
  }
  xcb_get_image_reply_t* const image = picture(600U, 400U);
  ck_assert_uint_eq(count_colors(image), 16U);
  free(image);
}
END_TEST

START_TEST(what_is_no_message_is_ignored)
{
  const uint32_t  transfer = host.uris.atom_eventTransfer;
  const LV2_Atom  lie      = {1U << 30U, host.uris.atom_Object};
  LV2_Atom* const atom     = view_new(&host.uris, &good_view);
  const uint32_t  size     = lv2_atom_total_size(atom);
  float           value    = 1.0f;
  host.descriptor->port_event(host.ui, 1U, sizeof(lie), transfer, &lie);
  host.descriptor->port_event(host.ui, 1U, 3U, transfer, &lie);
  host.descriptor->port_event(host.ui, 1U, 0U, transfer, NULL);
  host.descriptor->port_event(host.ui, 0U, size, transfer, atom);
  host.descriptor->port_event(host.ui, 4000000U, size, transfer, atom);
  host.descriptor->port_event(host.ui, 4000000U, 4U, 0U, &value);
  host.descriptor->port_event(host.ui, 5U, 3U, 0U, &value);
  host.descriptor->port_event(host.ui, 1U, size, 77777U, atom);
  free(atom);
  ck_assert_int_eq(ui_host_idle(&host), 0);
}
END_TEST

START_TEST(any_size_can_be_had)
{
  const uint32_t sizes[][2] = {
    {1U, 1U}, {3U, 700U}, {1500U, 40U}, {1U, 1U}, {900U, 700U}};
  for (int i = 0; i < 5; ++i) {
    ui_host_resize(&host, sizes[i][0], sizes[i][1]);
    ck_assert_int_eq(ui_host_idle(&host), 0);
  }
  xcb_get_image_reply_t* const image = picture(900U, 700U);
  ck_assert_uint_eq(count_colors(image), 16U);
  free(image);
}
END_TEST

START_TEST(knobs_write_what_they_are_dragged_to)
{
  double         point[2] = {0.0, 0.0};
  const uint32_t port     = find_control(point, "wet");
  float          last     = 0.0f;

  // Half of the scale of -60 to 6 dB, which is 200 units
  ui_host_drag(&host, point, (const double[]){0.0, 100.0});
  ck_assert_uint_ge(ui_host_values(&host, port, &last), 1U);
  ck_assert_float_eq_tol(last, -39.0f, 0.01f);
  ck_assert_uint_eq(host.n_taken, 1U);
  ck_assert_uint_eq(host.n_let_go, 1U);
}
END_TEST

START_TEST(markers_move_taps_in_both_directions)
{
  LmuPanel            panel;
  double              point[2];
  float               position = 0.0f;
  float               gain     = -1.0f;
  const LmuPanelSpec* spec     = lmu_panel_spec("delay");
  const LmuLayout     layout   = usual_layout();
  lmu_panel_init(&panel, spec);
  lmu_panel_tap(point, &panel, &layout.window, 1U); // At 0.5, off

  ui_host_drag(
    &host,
    point,
    (const double[]){0.25 * layout.window.width / TAPS_MARGIN, -1000.0});
  ck_assert_uint_ge(
    ui_host_values(
      &host,
      spec->controls[lmu_panel_spec_control(spec, "tap2_position")].port,
      &position),
    1U);
  ck_assert_uint_ge(
    ui_host_values(
      &host,
      spec->controls[lmu_panel_spec_control(spec, "tap2_gain")].port,
      &gain),
    1U);
  ck_assert_float_eq_tol(position, 0.25f, 0.01f);
  ck_assert_float_eq_tol(gain, 6.0f, 0.01f);
  ck_assert_uint_eq(host.n_taken, 2U);
  ck_assert_uint_eq(host.n_let_go, 2U);
  lmu_panel_reset(&panel);
}
END_TEST

START_TEST(values_of_the_host_are_not_written_back)
{
  const uint32_t before = host.n_writes;
  ui_host_control(&host, "theta", 500.0f);
  ui_host_control(&host, "wet", -12.0f);
  ck_assert_int_eq(ui_host_idle(&host), 0);
  ck_assert_uint_eq(host.n_writes, before);
}
END_TEST

START_TEST(values_of_the_host_are_ignored_in_a_drag)
{
  double         point[2] = {0.0, 0.0};
  float          last     = 0.0f;
  const uint32_t port     = find_control(point, "wet");
  ui_host_point(&host, XCB_BUTTON_PRESS, point);
  ui_host_control(&host, "wet", -50.0f);
  ui_host_point(&host, XCB_BUTTON_RELEASE, point);
  ui_host_key(&host, SYMBOL_UP, 0U);
  ck_assert_uint_eq(ui_host_values(&host, port, &last), 1U);
  ck_assert_float_eq_tol(last, -6.0f + (66.0f / 60.0f), 0.01f);

  ui_host_control(&host, "wet", -50.0f); // Let go, it is the host's again
  ui_host_key(&host, SYMBOL_UP, 0U);
  ck_assert_uint_eq(ui_host_values(&host, port, &last), 2U);
  ck_assert_float_eq_tol(last, -50.0f + (66.0f / 60.0f), 0.01f);
}
END_TEST

START_TEST(weight_files_are_asked_for_and_told)
{
  static UiHost model;
  char          folder[] = "/tmp/lmu-window-XXXXXX";
  char          first[64];
  char          second[64];
  Offer         offer = usual;
  LmuLayout     layout;
  double        sizes[2][2];
  ck_assert_ptr_nonnull(mkdtemp(folder));
  (void)snprintf(first, sizeof(first), "%s/1.safetensors", folder);
  (void)snprintf(second, sizeof(second), "%s/2.safetensors", folder);
  touch_file(first);
  touch_file(second);

  offer.plugin = "urn:lmu-lv2:model";
  model.answer = LV2UI_REQUEST_VALUE_SUCCESS;
  ui_host_open(&model, &offer);
  lmu_layout_size(lmu_panel_spec("model"), sizes[0], sizes[1]);
  lmu_layout_init(&layout, lmu_panel_spec("model"), sizes[0][0], sizes[0][1]);
  ck_assert_uint_eq(model.writes[1].type, model.uris.patch_Get);

  const double open[] = {layout.open.x + 5.0, layout.open.y + 5.0};
  const double next[] = {layout.next.x + 5.0, layout.next.y + 5.0};
  ui_host_drag(&model, open, (const double[]){0.0, 0.0});
  ck_assert_uint_eq(model.n_requests, 1U);

  ui_host_message(&model, path_message_new(&model.uris, first));
  ui_host_drag(&model, next, (const double[]){0.0, 0.0});
  const Write* const last = &model.writes[model.n_writes - 1U];
  ck_assert_uint_eq(last->type, model.uris.patch_Set);
  ck_assert_str_eq(last->path, second);
  ui_host_close(&model);
  (void)unlink(first);
  (void)unlink(second);
  (void)rmdir(folder);
}
END_TEST

START_TEST(keys_that_are_not_used_go_to_the_host)
{
  ui_host_key(&host, SYMBOL_SPACE, 0U);
  ui_host_key(&host, SYMBOL_TAB, 0U); // This one is used
  uint32_t             n_keys = 0U;
  xcb_generic_event_t* event  = NULL;
  free(xcb_get_input_focus_reply(
    host.connection, xcb_get_input_focus(host.connection), NULL));
  while ((event = xcb_poll_for_event(host.connection))) {
    n_keys += ((event->response_type & 0x7FU) == XCB_KEY_PRESS) ? 1U : 0U;
    free(event);
  }
  ck_assert_uint_eq(n_keys, 1U);
}
END_TEST

START_TEST(arrow_keys_move_the_control_that_has_the_focus)
{
  float          last     = 0.0f;
  double         point[2] = {0.0, 0.0};
  const uint32_t port     = find_control(point, "wet");
  ui_host_drag(&host, point, (const double[]){0.0, 0.0});
  ui_host_key(&host, SYMBOL_UP, 0U);
  ck_assert_uint_eq(ui_host_values(&host, port, &last), 1U);
  ck_assert_float_eq_tol(last, -6.0f + (66.0f / 60.0f), 0.01f);
}
END_TEST

START_TEST(parents_may_die_first)
{
  xcb_destroy_window(host.connection, host.parent);
  for (int i = 0; i < 5; ++i) {
    ui_host_message(&host, view_new(&host.uris, &good_view));
    ck_assert_int_eq(ui_host_idle(&host), 0);
  }
}
END_TEST

START_TEST(cleanup_may_come_without_idle)
{
  UiHost other = {0};
  ui_host_open(&other, &usual);
  ck_assert_ptr_nonnull(other.ui);
  ui_host_close(&other);
}
END_TEST

START_TEST(fifty_windows_live_side_by_side)
{
  static UiHost hosts[50];
  for (int i = 0; i < 50; ++i) {
    Offer offer = usual;
    char  uri[64];
    (void)snprintf(uri,
                   sizeof(uri),
                   "urn:lmu-lv2:%s",
                   lmu_panel_specs[(uint32_t)i % lmu_n_panel_specs].name);
    offer.plugin = uri;
    ui_host_open(&hosts[i], &offer);
    ck_assert_ptr_nonnull(hosts[i].ui);
  }
  for (int i = 0; i < 50; ++i) {
    ck_assert_int_eq(ui_host_idle(&hosts[i]), 0);
  }
  for (int i = 0; i < 50; ++i) {
    ui_host_close(&hosts[i]);
  }
}
END_TEST

START_TEST(a_thousand_windows_leave_nothing_behind)
{
  size_t before = 0U;
  for (int i = 0; i < N_ROUNDS; ++i) {
    static UiHost round;
    memset(&round, 0, sizeof(round));
    ui_host_open(&round, &usual);
    ck_assert_ptr_nonnull(round.ui);
    if (i % 50 == 0) {
      ck_assert_int_eq(ui_host_idle(&round), 0);
    }
    ui_host_close(&round);
    if (i == N_WARM_ROUNDS) {
      before = mallinfo2().uordblks;
    }
  }
  ck_assert_uint_lt(mallinfo2().uordblks, before + MAX_GROWTH);
}
END_TEST

/// Return whether a server answers
static bool
is_alive(const char* const display)
{
  xcb_connection_t* const connection = xcb_connect(display, NULL);
  const bool              result     = !xcb_connection_has_error(connection);
  xcb_disconnect(connection);
  return result;
}

START_TEST(a_server_that_dies_ends_idle_and_nothing_else)
{
  const char* const display = getenv("LMU_MORTAL_DISPLAY");
  const char* const process = getenv("LMU_MORTAL_PROCESS");
  ck_assert(display && process);
  setenv("DISPLAY", display, 1);

  UiHost mortal = {0};
  ui_host_open(&mortal, &usual);
  ck_assert_ptr_nonnull(mortal.ui);
  ck_assert_int_eq(ui_host_idle(&mortal), 0);
  ck_assert_int_eq(kill((pid_t)strtol(process, NULL, 10), SIGKILL), 0);
  while (is_alive(display)) {
    usleep(1000);
  }
  ui_host_message(&mortal, view_new(&mortal.uris, &good_view));
  ck_assert_int_ne(mortal.idle->idle(mortal.ui), 0);
  ck_assert_int_ne(mortal.idle->idle(mortal.ui), 0);
  ui_host_close(&mortal);
}
END_TEST

int
main(int argc, char** argv)
{
  (void)argc;
  setenv("LMU_UI", argv[1], 1);

  TCase* const tcase = tcase_create("window");
  tcase_add_checked_fixture(tcase, open_usual, close_usual);
  tcase_add_test(tcase, window_is_drawn_in_the_parent);
  tcase_add_test(tcase, window_asks_for_its_size_and_names_the_least);
  tcase_add_test(tcase, watches_come_in_pairs);
  tcase_add_test(tcase, scale_makes_windows_larger_if_it_is_sane);
  tcase_add_test(tcase, sixty_views_of_any_kind_do_no_harm);
  tcase_add_test(tcase, what_is_no_message_is_ignored);
  tcase_add_test(tcase, any_size_can_be_had);
  tcase_add_test(tcase, knobs_write_what_they_are_dragged_to);
  tcase_add_test(tcase, markers_move_taps_in_both_directions);
  tcase_add_test(tcase, values_of_the_host_are_not_written_back);
  tcase_add_test(tcase, values_of_the_host_are_ignored_in_a_drag);
  tcase_add_test(tcase, weight_files_are_asked_for_and_told);
  tcase_add_test(tcase, keys_that_are_not_used_go_to_the_host);
  tcase_add_test(tcase, arrow_keys_move_the_control_that_has_the_focus);
  tcase_add_test(tcase, parents_may_die_first);
  tcase_add_test(tcase, cleanup_may_come_without_idle);
  tcase_add_test(tcase, fifty_windows_live_side_by_side);
  tcase_add_test(tcase, a_thousand_windows_leave_nothing_behind);
  tcase_add_test(tcase, a_server_that_dies_ends_idle_and_nothing_else);
  return run_case("window", tcase);
}
