// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Values of controls as places on a scale and as text

#include "tests/unit/run.h"
#include "ui/panel_spec.h"
#include "ui/value.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <string.h>

static const LmuControl*
control_of(const char* const plugin, const char* const symbol)
{
  const LmuPanelSpec* const spec = lmu_panel_spec(plugin);
  ck_assert_ptr_nonnull(spec);
  return &spec->controls[lmu_panel_spec_control(spec, symbol)];
}

START_TEST(every_place_of_a_scale_gives_its_value_again)
{
  for (uint32_t f = 0U; f < lmu_n_panel_specs; ++f) {
    for (uint32_t c = 0U; c < lmu_panel_specs[f].n_controls; ++c) {
      const LmuControl* const control = &lmu_panel_specs[f].controls[c];
      for (int i = 0; i <= 20; ++i) {
        const float value = lmu_value_at(control, i / 20.0);
        ck_assert(value >= control->minimum && value <= control->maximum);
        ck_assert_float_eq_tol(
          lmu_value_at(control, lmu_value_share(control, value)),
          value,
          1e-5f * (fabsf(value) + 1.0f));
      }
    }
  }
}
END_TEST

START_TEST(a_logarithmic_scale_has_its_geometric_mean_in_the_middle)
{
  const LmuControl* const theta = control_of("delay", "theta");
  ck_assert_float_eq_tol(lmu_value_at(theta, 0.5), sqrtf(4000.0f), 1e-3f);
}
END_TEST

START_TEST(what_is_not_a_number_is_the_default)
{
  const LmuControl* const theta = control_of("delay", "theta");
  ck_assert_float_eq(lmu_value_limited(theta, NAN), theta->initial);
  ck_assert_float_eq(lmu_value_limited(theta, INFINITY), theta->initial);
}
END_TEST

START_TEST(text_has_units_prefixes_and_names)
{
  const struct {
    const char* plugin;
    const char* symbol;
    float       value;
    const char* text;
  } cases[] = {
    {"delay", "theta", 250.0f, "250 ms"},
    {"delay", "theta", 1500.0f, "1.50 s"},
    {"delay", "order", 512.0f, "512"},
    {"delay", "tap1_gain", -60.0f, "Off"},
    {"delay",
     "wet",
     -6.0f,
     "\xE2\x88\x92"
     "6.0 dB"},
    {"delay", "sync", 6.0f, "1/8"},
    {"delay", "hold", 1.0f, "On"},
    {"delay", "bandwidth", 12345.0f, "12.3 kHz"},
    {"delay", "feedback", -0.0001f, "0 %"},
    {"delay", "feedback", 0.35f, "35 %"},
    {"delay", "tap1_position", 0.125f, "12.5 %"},
    {"predict", "confidence", 1.0f, "100 %"},
    {"predict", "confidence", 0.873f, "87 %"},
    {"delay",
     "scan_speed",
     0.5f,
     "0.50 "
     "\xC3\x97"},
    {"predict", "decay", 60.0f, "Infinite"},
    {"delay", "theta", NAN, "250 ms"},
    {"delay", "bandwidth", NAN, "\xE2\x80\x93"},
  };
  char text[64];
  lmu_value_text(text,
                 sizeof(text),
                 control_of(cases[_i].plugin, cases[_i].symbol),
                 cases[_i].value);
  ck_assert_str_eq(text, cases[_i].text);
}
END_TEST

START_TEST(numbers_are_read_as_people_type_them)
{
  const LmuControl* const wet      = control_of("delay", "wet");
  const LmuControl* const theta    = control_of("delay", "theta");
  const LmuControl* const feedback = control_of("delay", "feedback");
  float                   value    = 0.0f;
  ck_assert(lmu_value_read(&value, wet, "-3,5"));
  ck_assert_float_eq(value, -3.5f);
  ck_assert(lmu_value_read(&value, wet, ".5"));
  ck_assert_float_eq(value, 0.5f);
  ck_assert(lmu_value_read(&value, theta, "1.5k"));
  ck_assert_float_eq(value, 1500.0f);
  ck_assert(lmu_value_read(&value, feedback, "35"));
  ck_assert_float_eq_tol(value, 0.35f, 1e-6f);
  ck_assert(lmu_value_read(&value, feedback, "-12,5 %"));
  ck_assert_float_eq_tol(value, -0.125f, 1e-6f);
  ck_assert(lmu_value_read(&value, theta, "99999"));
  ck_assert_float_eq(value, 4000.0f);
  ck_assert(!lmu_value_read(&value, theta, ""));
  ck_assert(!lmu_value_read(&value, theta, "-"));
  ck_assert(!lmu_value_read(&value, theta, "1.2.3"));
}
END_TEST

START_TEST(a_click_of_the_wheel_moves_whole_numbers_by_one_at_least)
{
  const LmuControl* const order = control_of("memory8", "order");
  ck_assert_float_eq(lmu_value_moved(order, 1.0f, 1.0), 2.0f);
  ck_assert_float_eq(lmu_value_moved(order, 2.0f, -1.0), 1.0f);
  ck_assert_float_eq(lmu_value_moved(order, 1.0f, -1.0), 1.0f);
}
END_TEST

START_TEST(panel_specs_have_what_the_turtle_says)
{
  const LmuControl* const scan = control_of("delay-stereo", "scan");
  ck_assert_str_eq(scan->group, "Freeze");
  ck_assert_uint_eq(scan->n_points, 5U);
  ck_assert_str_eq(scan->points[4].label, "Ping-Pong");
  ck_assert_str_eq(control_of("delay", "lfo_rate")->label, "Rate");
  ck_assert_uint_eq(control_of("delay", "theta")->port, 5U);
  ck_assert(lmu_panel_spec("urn:lmu-lv2:model")->has_weights);
  ck_assert(!lmu_panel_spec("urn:lmu-lv2:delay")->has_weights);
  ck_assert_ptr_null(lmu_panel_spec("urn:lmu-lv2:nothing"));
  ck_assert_uint_eq(lmu_panel_spec("memory8")->notify_port, 1U);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("value");
  tcase_add_test(tcase, every_place_of_a_scale_gives_its_value_again);
  tcase_add_test(tcase,
                 a_logarithmic_scale_has_its_geometric_mean_in_the_middle);
  tcase_add_test(tcase, what_is_not_a_number_is_the_default);
  tcase_add_loop_test(tcase, text_has_units_prefixes_and_names, 0, 17);
  tcase_add_test(tcase, numbers_are_read_as_people_type_them);
  tcase_add_test(tcase,
                 a_click_of_the_wheel_moves_whole_numbers_by_one_at_least);
  tcase_add_test(tcase, panel_specs_have_what_the_turtle_says);
  return run_case("value", tcase);
}
