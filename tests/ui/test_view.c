// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What a window takes for a View, and what it does not

#include "core/memory/setup/decoder.h"
#include "plugin/atoms.h"
#include "plugin/view.h"
#include "tests/ui/views.h"
#include "tests/unit/run.h"
#include "ui/live.h"
#include "ui/view.h"

#include <check.h>
#include <lv2/atom/atom.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static LmuUiUris uris;
static LmuView   view;

static void
setup(void)
{
  lmu_ui_uris_init(&uris, &views_map);
  memset(&view, 0, sizeof(view));
}

/// Read a View as a plugin would send it
static bool
send(const ViewSpec* const spec)
{
  LV2_Atom* const atom   = view_new(&uris, spec);
  const bool      result = lmu_view_read(&view, &uris, atom);
  free(atom);
  return result;
}

START_TEST(a_good_view_is_read_whole)
{
  ck_assert(send(&good_view));
  ck_assert_uint_eq(view.order, 32U);
  ck_assert_uint_eq(view.n_numbers, 32U);
  ck_assert_uint_eq(view.n_input, 256U);
  ck_assert_uint_eq(view.n_output, 256U);
  ck_assert_float_eq(view.numbers[31], 0.1f);
  ck_assert_float_eq(view.input[255][1], 0.1f);
}
END_TEST

START_TEST(parts_make_a_whole_if_they_come_in_order)
{
  ViewSpec part  = good_view;
  part.order     = 4096;
  part.basis     = VIEW_MODES;
  part.n_numbers = VIEW_NUMBERS;
  ck_assert(!send(&part));

  ViewSpec other = part;
  other.n_pairs  = 0U;
  other.sequence = 2;
  other.offset   = (int32_t)VIEW_NUMBERS;
  ck_assert(!send(&other)); // Of another View

  other.sequence = 1;
  ck_assert(send(&other));
  ck_assert_uint_eq(view.n_numbers, 4096U);
  ck_assert_uint_eq(view.n_input, 256U);
  ck_assert(!send(&other)); // A second time is once too often
}
END_TEST

START_TEST(numbers_that_are_none_become_zero)
{
  const float bad[] = {NAN, INFINITY, -INFINITY, 1e30f};
  for (int i = 0; i < 4; ++i) {
    ViewSpec spec = good_view;
    spec.fill     = bad[i];
    ck_assert(send(&spec));
    ck_assert_float_eq(view.numbers[0], 0.0f);
    ck_assert_float_eq(view.input[0][0], 0.0f);
  }
}
END_TEST

START_TEST(what_makes_no_picture_is_refused)
{
  ViewSpec all[10];
  for (int i = 0; i < 10; ++i) {
    all[i] = good_view;
  }
  all[0].theta_s   = NAN;
  all[1].theta_s   = 0.0f;
  all[2].rate_hz   = INFINITY;
  all[3].rate_hz   = -1.0f;
  all[4].order     = -1;
  all[5].order     = 4097;
  all[6].basis     = (ViewBasis)7;
  all[7].offset    = -32;
  all[8].n_numbers = 31U;
  all[9].n_numbers = 33U;
  ck_assert(!send(&all[_i]));
}
END_TEST

START_TEST(traces_that_make_no_outline_are_left_out)
{
  ViewSpec all[] = {good_view, good_view, good_view, good_view, good_view};
  all[0].window  = 0;
  all[1].span    = -4;
  all[2].lead    = all[2].span;
  all[3].window -= all[3].span; // Fewer values than there are
  all[4].span = INT32_MAX;
  ck_assert(send(&all[_i]));
  ck_assert_uint_eq(view.n_input, 0U);
  ck_assert_uint_eq(view.n_output, 0U);
}
END_TEST

START_TEST(a_message_cut_anywhere_does_no_harm)
{
  LV2_Atom* const atom = view_new(&uris, &good_view);
  for (uint32_t n = sizeof(LV2_Atom); n < sizeof(LV2_Atom) + atom->size; ++n) {
    LV2_Atom* const copy = message_cut(atom, n);
    (void)lmu_view_read(&view, &uris, copy);
    ck_assert_uint_le(view.n_input, VIEW_COLUMNS);
    free(copy);
  }
  free(atom);
}
END_TEST

START_TEST(a_path_is_read_if_it_ends)
{
  char            path[64] = "";
  LV2_Atom* const atom     = path_message_new(&uris, "/a/b.safetensors");
  ck_assert(lmu_view_read_path(path, sizeof(path), &uris, atom));
  ck_assert_str_eq(path, "/a/b.safetensors");
  ck_assert(!lmu_view_read_path(path, 8U, &uris, atom)); // No room

  for (uint32_t n = sizeof(LV2_Atom); n < sizeof(LV2_Atom) + atom->size - 8U;
       ++n) {
    LV2_Atom* const copy = message_cut(atom, n);
    ck_assert(!lmu_view_read_path(path, sizeof(path), &uris, copy));
    free(copy);
  }
  free(atom);
}
END_TEST

START_TEST(a_path_may_end_with_any_number_of_terminators)
{
  static const char text[] = "/a/b.safetensors";
  char              path[64];
  LV2_Atom* const   atom   = path_message_new(&uris, text);
  const size_t      length = sizeof(text) - 1U;
  char* const       end    = (char*)LV2_ATOM_BODY(atom) + atom->size;
  char* const       value  = end - atoms_padded(sizeof(text));
  ck_assert_str_eq(value, text);
  for (uint32_t size = (uint32_t)length; value + size <= end; ++size) {
    memset(path, 'x', sizeof(path));
    memcpy(value - sizeof(LV2_Atom), &size, sizeof(size));
    ck_assert(lmu_view_read_path(path, sizeof(path), &uris, atom));
    ck_assert_str_eq(path, text);
  }
  end[-1] = 'x'; // Something behind them
  ck_assert(!lmu_view_read_path(path, sizeof(path), &uris, atom));
  free(atom);
}
END_TEST

START_TEST(the_picture_of_any_view_is_finite)
{
  LmuDecoder* const decoder = lmu_decoder_new();
  LmuLive* const    live    = (LmuLive*)calloc(1U, sizeof(LmuLive));
  const float       fills[] = {0.0f, 1e9f, -1e9f, 1e-30f};
  for (int32_t i = 0; i < 60; ++i) {
    ViewSpec spec  = good_view;
    spec.sequence  = i * i;
    spec.order     = 1 + (i % 40);
    spec.n_numbers = (uint32_t)spec.order;
    spec.n_pairs   = (uint32_t)(i * 4) % 256U;
    spec.window    = (int32_t)(4U * spec.n_pairs) - spec.lead;
    spec.fill      = fills[i % 4];
    ck_assert(send(&spec));
    lmu_live_step(live, decoder, &view);
    ck_assert(isfinite(live->peak) && isfinite(live->error_peak) &&
              isfinite(live->bars_peak) && isfinite(live->history_peak));
  }
  free(live);
  lmu_decoder_free(decoder);
}
END_TEST

START_TEST(outlines_of_errors_have_the_least_first)
{
  LmuDecoder* const decoder = lmu_decoder_new();
  LmuLive* const    live    = (LmuLive*)calloc(1U, sizeof(LmuLive));
  ViewSpec          silence = good_view;
  silence.fill              = 0.0f;
  ck_assert(send(&silence));
  for (uint32_t i = 0U; i < view.n_input; ++i) {
    view.input[i][0] = -1.0f; // Waves that the memory does not hold
    view.input[i][1] = 0.5f;
  }
  lmu_live_step(live, decoder, &view);
  ck_assert_float_eq(live->error[9][0], -0.5f);
  ck_assert_float_eq(live->error[9][1], 1.0f);
  free(live);
  lmu_decoder_free(decoder);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("view");
  tcase_add_checked_fixture(tcase, setup, NULL);
  tcase_add_test(tcase, a_good_view_is_read_whole);
  tcase_add_test(tcase, parts_make_a_whole_if_they_come_in_order);
  tcase_add_test(tcase, numbers_that_are_none_become_zero);
  tcase_add_loop_test(tcase, what_makes_no_picture_is_refused, 0, 10);
  tcase_add_loop_test(tcase, traces_that_make_no_outline_are_left_out, 0, 5);
  tcase_add_test(tcase, a_message_cut_anywhere_does_no_harm);
  tcase_add_test(tcase, a_path_is_read_if_it_ends);
  tcase_add_test(tcase, a_path_may_end_with_any_number_of_terminators);
  tcase_add_test(tcase, the_picture_of_any_view_is_finite);
  tcase_add_test(tcase, outlines_of_errors_have_the_least_first);
  return run_case("view", tcase);
}
