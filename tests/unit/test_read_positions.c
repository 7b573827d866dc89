// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/ports.h"
#include "plugin/read_positions.h"
#include "tests/unit/run.h"

#include <check.h>

#include <math.h>

/// Steps that a scan is looked at in
#define STEP 0.001
#define N_STEPS 5000

START_TEST(places_stay_in_the_window_and_gains_stay_positive)
{
  for (int step = 0; step < N_STEPS; ++step) {
    for (int eighth = 0; eighth <= 8; ++eighth) {
      const ReadPositions positions =
        read_positions_at((ScanChoice)_i, step * STEP, eighth / 8.0, 0.1);
      for (int j = 0; j < 2; ++j) {
        ck_assert_double_ge(positions.gain[j], 0.0);
        ck_assert_double_le(positions.gain[j], 1.0);
        if (positions.gain[j] > 0.0) {
          ck_assert_double_ge(positions.r[j], 0.0);
          ck_assert_double_le(positions.r[j], 1.0);
        }
      }
    }
  }
}
END_TEST

/// Return a window that rises from 1 to 2 as positions read it
static double
ramp(const ReadPositions* const positions)
{
  return (positions->gain[0] * (1.0 + positions->r[0])) +
         (positions->gain[1] * (1.0 + positions->r[1]));
}

START_TEST(no_scan_ever_jumps)
{
  // A smooth step over a tenth changes by 15 per window at most, times 2
  ReadPositions positions = read_positions_at((ScanChoice)_i, 0.0, 1.0, 0.1);
  for (int step = 1; step < N_STEPS; ++step) {
    const double before = ramp(&positions);
    positions = read_positions_at((ScanChoice)_i, step * STEP, 1.0, 0.1);
    ck_assert_double_le(fabs(ramp(&positions) - before), 31.0 * STEP);
  }
}
END_TEST

START_TEST(a_scan_moves_the_way_its_name_says)
{
  const double first  = read_positions_at((ScanChoice)_i, 0.3, 1.0, 0.1).r[0];
  const double second = read_positions_at((ScanChoice)_i, 0.4, 1.0, 0.1).r[0];
  const int    forward =
    _i == SCAN_FORWARD || _i == SCAN_LOOP_FORWARD || _i == SCAN_PING_PONG;
  ck_assert_double_eq_tol(second - first, forward ? -0.1 : 0.1, 1e-12);
}
END_TEST

START_TEST(a_single_scan_ends_silent)
{
  ck_assert_double_eq(read_positions_at(SCAN_FORWARD, 1.5, 1.0, 0.1).gain[0],
                      0.0);
  ck_assert_double_eq(read_positions_at(SCAN_BACKWARD, 1.5, 1.0, 0.1).gain[0],
                      0.0);
  ck_assert_double_eq(read_positions_at(SCAN_FORWARD, 100.0, 0.2, 0.1).gain[0],
                      0.0);
}
END_TEST

START_TEST(a_loop_keeps_its_level_over_the_seam)
{
  for (int step = 0; step < N_STEPS; ++step) {
    const double        travel = 0.2 + (step * STEP);
    const ReadPositions positions =
      read_positions_at(SCAN_LOOP_BACKWARD, travel, 1.0, 0.1);
    ck_assert_double_eq_tol(positions.gain[0] + positions.gain[1], 1.0, 1e-12);
  }
}
END_TEST

int
main(void)
{
  TCase* const tcase   = tcase_create("read_positions");
  const int    n_scans = SCAN_PING_PONG + 1;
  tcase_add_loop_test(
    tcase, places_stay_in_the_window_and_gains_stay_positive, 0, n_scans);
  tcase_add_loop_test(tcase, no_scan_ever_jumps, 0, n_scans);
  tcase_add_loop_test(tcase, a_scan_moves_the_way_its_name_says, 0, n_scans);
  tcase_add_test(tcase, a_single_scan_ends_silent);
  tcase_add_test(tcase, a_loop_keeps_its_level_over_the_seam);
  return run_case("read_positions", tcase);
}
