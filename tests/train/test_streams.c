// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "tests/unit/run.h"
#include "train/audio/streams.h"

#include <check.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define N_PAIRS 4U
#define N_CONDITIONS 2U
#define WIDTH (1U + N_CONDITIONS)
#define N_FRAMES 13U
#define LANES 3U
#define LENGTH 21

/// What no recording has
#define UNTOUCHED 77.0f

static const float input[LENGTH]  = {1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11,
                                     12, 13, 14, 15, 16, 17, 18, 19, 20, 21};
static const float target[LENGTH] = {31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41,
                                     42, 43, 44, 45, 46, 47, 48, 49, 50, 51};

/// Where pairs begin, one of them is of one frame
static const size_t starts[N_PAIRS + 1U] = {0U, 5U, 6U, 14U, LENGTH};

static LmuRecording pairs[N_PAIRS];

static LmuStreams
streams_of_pairs(void)
{
  for (uint32_t i = 0U; i < N_PAIRS; ++i) {
    const LmuRecording pair = {input + starts[i],
                               target + starts[i],
                               starts[i + 1U] - starts[i],
                               {0.1 * i, 0.5 + (0.1 * i)}};
    pairs[i]                = pair;
  }
  const LmuStreams streams = {pairs, N_PAIRS, N_CONDITIONS, 2.0, 0.25};
  return streams;
}

/// Return the pair of a frame, the nearest where there is none
static uint32_t
pair_of(const int64_t frame)
{
  uint32_t pair = 0U;
  while (pair + 1U < N_PAIRS && frame >= (int64_t)starts[pair + 1U]) {
    ++pair;
  }
  return pair;
}

/// Require that a frame of a lane is what the recordings are there
static void
expect_frame(const LmuBatch* const batch,
             const uint32_t        t,
             const uint32_t        lane,
             const int64_t         frame)
{
  const float* const  x    = batch->input + ((size_t)t * WIDTH * LANES) + lane;
  const LmuRecording* pair = &pairs[pair_of(frame)];
  const bool          inside = frame >= 0 && frame < LENGTH;
  ck_assert_float_eq(x[0], inside ? 2.0f * input[frame] : 0.0f);
  ck_assert_float_eq(x[LANES], (float)pair->conditions[0]);
  ck_assert_float_eq(x[2UL * LANES], (float)pair->conditions[1]);
  ck_assert_float_eq(batch->target[((size_t)t * LANES) + lane],
                     inside ? 0.25f * target[frame] : 0.0f);
}

START_TEST(a_lane_is_recordings_one_behind_another)
{
  float            x[N_FRAMES * WIDTH * LANES];
  float            y[N_FRAMES * LANES];
  const LmuStreams streams = streams_of_pairs();
  const LmuBatch   batch   = {x, y, N_FRAMES, LANES};
  for (int64_t first = -20; first < LENGTH + 20; ++first) {
    for (uint32_t lane = 0U; lane < LANES; ++lane) {
      lmu_streams_fill(&streams, &batch, lane, first);
      for (uint32_t t = 0U; t < N_FRAMES; ++t) {
        expect_frame(&batch, t, lane, first + t);
      }
    }
  }
}
END_TEST

START_TEST(other_lanes_and_later_frames_stay)
{
  float            x[N_FRAMES * WIDTH * LANES];
  float            y[N_FRAMES * LANES];
  const LmuStreams streams = streams_of_pairs();
  const LmuBatch   batch   = {x, y, N_FRAMES - 2U, LANES};
  for (uint32_t i = 0U; i < N_FRAMES * WIDTH * LANES; ++i) {
    x[i] = y[i / WIDTH] = UNTOUCHED;
  }
  lmu_streams_fill(&streams, &batch, 1U, 3);
  for (uint32_t i = 0U; i < N_FRAMES * WIDTH * LANES; ++i) {
    const bool set = i % LANES == 1U && i < (N_FRAMES - 2U) * WIDTH * LANES;
    ck_assert_int_eq(set, x[i] < UNTOUCHED);
  }
  for (uint32_t i = 0U; i < N_FRAMES * LANES; ++i) {
    const bool set = i % LANES == 1U && i < (N_FRAMES - 2U) * LANES;
    ck_assert_int_eq(set, y[i] < UNTOUCHED);
  }
}
END_TEST

START_TEST(all_frames_are_counted)
{
  LmuStreams streams = streams_of_pairs();
  ck_assert_uint_eq(lmu_streams_length(&streams), LENGTH);
  streams.n_pairs = 1U;
  ck_assert_uint_eq(lmu_streams_length(&streams), starts[1]);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("streams");
  tcase_add_test(tcase, a_lane_is_recordings_one_behind_another);
  tcase_add_test(tcase, other_lanes_and_later_frames_stay);
  tcase_add_test(tcase, all_frames_are_counted);
  return run_case("streams", tcase);
}
