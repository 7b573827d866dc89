// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// No change of a control may click.
// usage: test_clicks LMU.SO

#include "plugin/ports.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/sound.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/*
  A click is a step between two frames.  A low tone has small ones, so that a
  click stands out.  While something changes, a tone of peak A may step

    by its own slope, as often as the tape runs faster than time, and
    by the slope of a fade, 2 A at most over the frames that it takes.

  The rest is what the memory adds of its own.
*/

/// Frames per second
#define RATE 48000.0

/// 100 Hz
#define TONE (100.0 / RATE)

/// Level of the tone
#define LEVEL 0.5

/// Frames of the shortest fade, 20 ms
#define FADE_FRAMES 960.0

/// Error of the memory, -80 dBFS (measured: 2e-5)
#define RESIDUE 1e-4

/// When sounds have settled, and end
#define BEGIN 24000U
#define END 96000U

/// Block that divides no segment of the plugins, so changes fall within one
#define BLOCK 250U

/// Delay with a window of 100 ms that holds the tone well
#define WINDOW_MS 100.0f
#define ORDER 256.0f

/// Return a delay with one tap and no dry sound
static Instance*
delay_new(const PortList* const list, const WorkerKind worker)
{
  const InstanceSpec spec     = {list, RATE, MAP_REAL, worker, false, NULL};
  Instance* const    instance = instance_new(&spec);
  instance_set(instance, "theta", WINDOW_MS);
  instance_set(instance, "order", ORDER);
  instance_set(instance, "tap4_position", 0.5f);
  instance_set(instance, "feedback", 0.0f);
  instance_set(instance, "dry", -60.0f);
  instance_set(instance, "wet", 0.0f);
  instance_activate(instance);
  return instance;
}

static Instance*
mono_delay(void)
{
  return delay_new(&lmu_delay_ports[0], WORKER_AT_ONCE);
}

/// Play the tone, and return what comes out, to be freed
static Sound
play_tone(Instance* const instance, const Score* const score)
{
  Sound in  = sound_new(instance->n_ins, END);
  Sound out = sound_new(instance->n_outs, END);
  sound_fill_tone(&in, TONE, LEVEL);
  instance_play(instance, in.channels, out.channels, END, BLOCK, score);
  sound_free(&in);
  return out;
}

/**
   Assert that changes do not click.

   @param instance What to play, freed.
   @param score What to change.
   @param speed How much faster than time the tape may run.
*/
static void
assert_smooth(Instance* const    instance,
              const Score* const score,
              const double       speed)
{
  Sound  out   = play_tone(instance, score);
  double worst = 0.0;
  for (uint32_t c = 0U; c < out.n_channels; ++c) {
    const double size = fmax(peak(out.channels[c], BEGIN, END), LEVEL);
    const double step = steepest(out.channels[c], BEGIN, END);
    const double bound =
      (speed * tone_step(TONE, size)) + (2.0 * size / FADE_FRAMES) + RESIDUE;
    worst = fmax(worst, step / bound);
    ck_assert_msg(step <= bound,
                  "output %u: steepest %g, bound %g, peak %g",
                  c,
                  step,
                  bound,
                  size);
  }
  printf("%s of %s: %.2f of the bound\n",
         score->changes[0].symbol,
         instance->list->name,
         worst);
  ck_assert_double_gt(peak(out.channels[0], BEGIN, END), 0.1 * LEVEL);
  sound_free(&out);
  instance_free(instance);
}

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))
#define SCORE(changes) (&(const Score){changes, COUNT(changes)})

START_TEST(bypass_of_a_delay_does_not_click)
{
  static const Change changes[] = {{"enabled", 30007U, 0.0f},
                                   {"enabled", 50011U, 1.0f},
                                   {"enabled", 50300U, 0.0f},
                                   {"enabled", 50500U, 1.0f}};
  assert_smooth(mono_delay(), SCORE(changes), 1.0);
}
END_TEST

// The taps move 50 ms in 100 ms
START_TEST(moving_a_tap_does_not_click)
{
  static const Change changes[] = {{"tap4_position", 30007U, 1.0f},
                                   {"tap4_position", 50011U, 0.5f},
                                   {"tap4_position", 70001U, 0.0f}};
  assert_smooth(mono_delay(), SCORE(changes), 1.5);
}
END_TEST

START_TEST(gain_of_a_tap_does_not_click)
{
  static const Change changes[] = {{"tap2_gain", 30007U, 6.0f},
                                   {"tap2_gain", 50011U, -60.0f},
                                   {"tap4_gain", 70001U, -60.0f},
                                   {"tap4_gain", 80001U, 0.0f}};
  assert_smooth(mono_delay(), SCORE(changes), 1.0);
}
END_TEST

START_TEST(dry_wet_and_feedback_do_not_click)
{
  static const Change changes[] = {{"dry", 30007U, 0.0f},
                                   {"wet", 40011U, -60.0f},
                                   {"wet", 50001U, 6.0f},
                                   {"feedback", 60001U, 0.5f},
                                   {"feedback", 70013U, -0.5f},
                                   {"dry", 80001U, -60.0f}};
  assert_smooth(mono_delay(), SCORE(changes), 1.0);
}
END_TEST

START_TEST(quality_of_a_delay_does_not_click)
{
  static const Change changes[] = {{"quality", 30007U, 1.0f},
                                   {"quality", 60011U, 0.0f}};
  assert_smooth(mono_delay(), SCORE(changes), 1.0);
}
END_TEST

START_TEST(hold_does_not_click)
{
  static const Change changes[] = {{"hold", 30007U, 1.0f},
                                   {"hold", 60011U, 0.0f},
                                   {"hold", 60511U, 1.0f},
                                   {"hold", 70001U, 0.0f},
                                   {"hold", 90001U, 1.0f}};
  for (uint32_t scan = SCAN_LOOP_FORWARD; scan <= SCAN_PING_PONG; ++scan) {
    Instance* const instance = mono_delay();
    instance_set(instance, "scan", (float)scan);
    assert_smooth(instance, SCORE(changes), 1.0);
  }
}
END_TEST

START_TEST(scan_once_does_not_click)
{
  static const Change changes[] = {{"hold", 30007U, 1.0f},
                                   {"hold", 60011U, 0.0f}};
  for (uint32_t scan = SCAN_FORWARD; scan <= SCAN_BACKWARD; ++scan) {
    Instance* const instance = mono_delay();
    instance_set(instance, "scan", (float)scan);
    instance_set(
      instance, "tap4_position", (scan == SCAN_FORWARD) ? 1.0f : 0.f);
    assert_smooth(instance, SCORE(changes), 1.0);
  }
}
END_TEST

// Theta goes from 100 to 120 ms, so the tape runs slower and then faster
START_TEST(theta_does_not_click_while_a_loop_is_held)
{
  static const Change changes[] = {{"hold", 26007U, 1.0f},
                                   {"theta", 70011U, 120.0f}};
  assert_smooth(mono_delay(), SCORE(changes), 1.2);
}
END_TEST

START_TEST(scan_speed_does_not_click_while_a_loop_is_held)
{
  static const Change changes[] = {{"hold", 26007U, 1.0f},
                                   {"scan_speed", 70011U, 1.5f},
                                   {"scan_speed", 80011U, 0.5f}};
  assert_smooth(mono_delay(), SCORE(changes), 1.5);
}
END_TEST

// Held at up to 1.5 of 100 ms, and read at as little as 0.5 of it
START_TEST(lfo_on_theta_does_not_click_while_a_loop_is_held)
{
  static const Change changes[] = {{"hold", 26007U, 1.0f}};
  Instance* const     instance  = mono_delay();
  instance_set(instance, "lfo_target", LFO_THETA);
  instance_set(instance, "lfo_depth", 1.0f);
  instance_set(instance, "lfo_rate", 1.0f);
  assert_smooth(instance, SCORE(changes), 3.0);
}
END_TEST

// Each tap swings by a quarter of 100 ms at 0.5 Hz: 0.25 * 0.1 * 2 pi 0.5 Hz
START_TEST(lfo_on_taps_does_not_click)
{
  static const Change changes[] = {{"lfo_depth", 30007U, 0.5f},
                                   {"lfo_depth", 60011U, 0.0f},
                                   {"lfo_depth", 70011U, 0.5f}};
  assert_smooth(mono_delay(), SCORE(changes), 1.0 + 0.0786 + 0.25);
}
END_TEST

// Theta swings between 0.5 and 1.5 of 100 ms, so the tape by up to 3
START_TEST(lfo_on_theta_does_not_click)
{
  static const Change changes[] = {{"lfo_target", 30007U, LFO_THETA},
                                   {"lfo_depth", 30007U, 1.0f},
                                   {"lfo_depth", 60011U, 0.0f},
                                   {"lfo_rate", 70011U, 7.0f},
                                   {"lfo_depth", 70011U, 1.0f},
                                   {"lfo_rate", 80011U, 0.5f},
                                   {"lfo_target", 80011U, LFO_TAPS}};
  assert_smooth(mono_delay(), SCORE(changes), 3.0);
}
END_TEST

// The tempo sets theta to 62.5 and 125 ms, so the tape runs at 2 at most
START_TEST(sync_does_not_click)
{
  static const Change changes[] = {{"sync", 30007U, SYNC_1_16},
                                   {"sync", 60011U, SYNC_1_32},
                                   {"sync", 80001U, SYNC_FREE}};
  assert_smooth(mono_delay(), SCORE(changes), 2.0);
}
END_TEST

/* Memory */

static Instance*
memory_new(const int index)
{
  const InstanceSpec spec = {
    &lmu_memory_ports[index], RATE, MAP_REAL, WORKER_AT_ONCE, false, NULL};
  Instance* const instance = instance_new(&spec);
  instance_set(instance, "theta", 20.0f);
  instance_activate(instance);
  return instance;
}

START_TEST(bypass_of_a_memory_does_not_click)
{
  static const Change changes[] = {{"enabled", 30007U, 0.0f},
                                   {"enabled", 50011U, 1.0f},
                                   {"enabled", 50300U, 0.0f}};
  assert_smooth(memory_new(_i), SCORE(changes), 1.0);
}
END_TEST

START_TEST(readout_of_a_memory_does_not_click)
{
  static const Change changes[] = {{"readout", 30007U, READOUT_TAPS},
                                   {"readout", 50011U, READOUT_COEFFICIENTS},
                                   {"readout", 70011U, READOUT_TAPS},
                                   {"readout", 70300U, READOUT_COEFFICIENTS}};
  assert_smooth(memory_new(_i), SCORE(changes), 1.0);
}
END_TEST

START_TEST(quality_of_a_memory_does_not_click)
{
  static const Change changes[] = {{"quality", 30007U, 1.0f},
                                   {"quality", 50011U, 0.0f}};
  assert_smooth(memory_new(_i), SCORE(changes), 1.0);
}
END_TEST

START_TEST(order_of_a_memory_does_not_click)
{
  static const Change changes[] = {
    {"order", 30007U, 3.0f}, {"order", 50011U, 64.0f}, {"order", 70011U, 8.0f}};
  assert_smooth(memory_new(_i), SCORE(changes), 1.0);
}
END_TEST

// Theta goes from 10 to 40 ms, so that taps play up to four times as fast
START_TEST(theta_of_a_memory_does_not_click)
{
  static const Change changes[] = {{"theta", 30007U, 10.0f},
                                   {"theta", 40011U, 40.0f},
                                   {"theta", 60011U, 10.0f},
                                   {"theta", 70011U, 20.0f}};
  Instance* const     instance  = memory_new(_i);
  instance_set(instance, "readout", READOUT_TAPS);
  instance_set(instance, "order", 32.0f);
  instance_activate(instance);
  assert_smooth(instance, SCORE(changes), 4.0);
}
END_TEST

/* Memory CV */

// The tone is at the voltage for the window too, which must not follow it
static Instance*
memory_cv_new(const int index)
{
  const InstanceSpec spec = {
    &lmu_memory_cv_ports[index], RATE, MAP_REAL, WORKER_AT_ONCE, false, NULL};
  Instance* const instance = instance_new(&spec);
  instance_set(instance, "theta", 20.0f);
  instance_set(instance, "theta_depth", 0.0f);
  instance_activate(instance);
  return instance;
}

START_TEST(controls_of_a_memory_cv_do_not_click)
{
  static const Change changes[] = {{"cv_range", 30007U, CV_UNIPOLAR},
                                   {"cv_range", 35011U, CV_MAGNITUDE},
                                   {"cv_range", 35300U, CV_UNIPOLAR},
                                   {"cv_gain", 40007U, 3.0f},
                                   {"cv_gain", 45007U, -20.0f},
                                   {"cv_gain", 50007U, 0.0f},
                                   {"readout", 55007U, READOUT_TAPS},
                                   {"cv_range", 60007U, CV_BIPOLAR},
                                   {"readout", 65007U, READOUT_COEFFICIENTS},
                                   {"enabled", 70007U, 0.0f},
                                   {"enabled", 75007U, 1.0f},
                                   {"order", 80007U, 5.0f}};
  assert_smooth(memory_cv_new(_i), SCORE(changes), 1.0);
}
END_TEST

/* Decode */

// Coefficients that all are the tone
START_TEST(controls_of_a_decoder_do_not_click)
{
  static const Change changes[] = {{"position", 30007U, 0.1f},
                                   {"position", 40011U, 0.9f},
                                   {"order", 50011U, 2.0f},
                                   {"order", 60011U, 8.0f},
                                   {"theta", 70011U, 1.0f},
                                   {"enabled", 80011U, 0.0f},
                                   {"enabled", 90011U, 1.0f}};
  const InstanceSpec  spec      = {
          &lmu_decode_ports[_i], RATE, MAP_REAL, WORKER_NONE, false, NULL};
  Instance* const instance = instance_new(&spec);
  instance_activate(instance);
  assert_smooth(instance, SCORE(changes), 1.0);
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_test(tcase, bypass_of_a_delay_does_not_click);
  tcase_add_test(tcase, moving_a_tap_does_not_click);
  tcase_add_test(tcase, gain_of_a_tap_does_not_click);
  tcase_add_test(tcase, dry_wet_and_feedback_do_not_click);
  tcase_add_test(tcase, quality_of_a_delay_does_not_click);
  tcase_add_test(tcase, hold_does_not_click);
  tcase_add_test(tcase, scan_once_does_not_click);
  tcase_add_test(tcase, theta_does_not_click_while_a_loop_is_held);
  tcase_add_test(tcase, scan_speed_does_not_click_while_a_loop_is_held);
  tcase_add_test(tcase, lfo_on_theta_does_not_click_while_a_loop_is_held);
  tcase_add_test(tcase, lfo_on_taps_does_not_click);
  tcase_add_test(tcase, lfo_on_theta_does_not_click);
  tcase_add_test(tcase, sync_does_not_click);
  tcase_add_loop_test(tcase, bypass_of_a_memory_does_not_click, 0, 3);
  tcase_add_loop_test(tcase, readout_of_a_memory_does_not_click, 0, 3);
  tcase_add_loop_test(tcase, quality_of_a_memory_does_not_click, 0, 3);
  tcase_add_loop_test(tcase, order_of_a_memory_does_not_click, 0, 3);
  tcase_add_loop_test(tcase, theta_of_a_memory_does_not_click, 0, 3);
  tcase_add_loop_test(tcase, controls_of_a_memory_cv_do_not_click, 0, 2);
  tcase_add_loop_test(tcase, controls_of_a_decoder_do_not_click, 0, 3);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "clicks", add);
}
