// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What goes round in Delay fades as its feedback says, at every setting.
// usage: LMU_PRESETS=FOLDER test_loop LMU.SO

#include "plugin/ports.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/sound.h"

#include <check.h>

#include <dirent.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 512U

/// Settings at random, an environment variable may ask for more
#define N_CORNERS 200U

/// Frames of one input and its tail, which greater windows are shortened to
#define MAX_FRAMES 150000.0

/// Part of the peak that counts as the end of a tail: -60 dB
#define END 1e-3

/// Factor on the time that the feedback says
#define PATIENCE 1.5

/**
   Factor on the peak that gains say.

   What is limited to a band overshoots: a square by a sixth at each of two
   edges in the window, and a constant that ends swings by as much below zero as
   the loop had taken away of it.
*/
#define OVERSHOOT 1.4

/// Greatest feedback of presets and corners alike
#define MAX_FEEDBACK 0.98

typedef enum { NOISE, IMPULSE, CONSTANT, SQUARE, N_INPUTS } Input;

static const char* const input_names[] = {"noise",
                                          "impulse",
                                          "constant",
                                          "square"};

/// Worst of all settings
typedef struct {
  double tail; ///< Part of what is allowed
  double peak; ///< Part of what gains say
  char   tail_place[160];
  char   peak_place[160];
} Worst;

/// Numbers at random, the same in each run
static uint32_t
next_random(uint32_t* const state)
{
  *state = (*state * 1664525U) + 1013904223U;
  return *state >> 8U;
}

static double
next_between(uint32_t* const state, const double least, const double most)
{
  return least + ((most - least) * next_random(state) / 16777216.0);
}

/// Return the factor of a gain
static double
factor_of(const double db)
{
  return db <= -60.0 ? 0.0 : pow(10.0, db / 20.0);
}

static double
control(const Instance* const instance, const char* const format, const int tap)
{
  char symbol[32];
  (void)snprintf(symbol, sizeof(symbol), format, tap);
  return (double)instance_get(instance, symbol);
}

/// Return the longest window [frames]
static double
longest_window(const Instance* const instance, const double rate)
{
  const bool   moves = control(instance, "lfo_target", 0) > 0.5;
  const double depth = moves ? 0.5 * control(instance, "lfo_depth", 0) : 0.0;
  return control(instance, "theta", 0) * (1.0 + depth) * rate / 1000.0;
}

/// Return how long the longest tap that sounds takes [windows]
static double
longest_tap(const Instance* const instance)
{
  double result = 0.0;
  for (int i = 1; i <= (int)N_TAPS; ++i) {
    const double place = control(instance, "tap%d_position", i);
    const double gain  = control(instance, "tap%d_gain", i);
    result             = gain > -60.0 && place > result ? place : result;
  }
  return result;
}

/// Return after how many frames a tail is to be 60 dB down
static double
decay(const Instance* const instance, const double rate)
{
  const double feedback = fabs(control(instance, "feedback", 0));
  const double window   = longest_window(instance, rate);
  const double turns    = feedback > END ? log(END) / log(feedback) : 0.0;

  // The sound leaves the window first, and its longer memory
  return (turns * longest_tap(instance) * window) + (TAPS_MARGIN * window);
}

/// Return the greatest sample that gains say
static double
greatest(const Instance* const instance)
{
  double sum = 0.0;
  for (int i = 1; i <= (int)N_TAPS; ++i) {
    sum += factor_of(control(instance, "tap%d_gain", i));
  }
  const double feedback = fabs(control(instance, "feedback", 0));
  const double turns    = 1.0 / (1.0 - feedback);
  const double wet      = factor_of(control(instance, "wet", 0)) * sum * turns;
  return (factor_of(control(instance, "dry", 0)) + wet) *
         factor_of(control(instance, "output", 0));
}

static void
fill(Sound* const sound, const Input input)
{
  sound_fill_noise(sound, 1.0f);
  for (uint32_t c = 0U; input != NOISE && c < sound->n_channels; ++c) {
    for (uint32_t i = 0U; i < sound->n_frames; ++i) {
      const float square    = (i / (sound->n_frames / 5U)) % 2U ? -1.0f : 1.0f;
      sound->channels[c][i] = (input == SQUARE)     ? square
                              : (input == CONSTANT) ? 1.0f
                                                    : (float)(i == 0U);
    }
  }
}

/// Return the last frame, plus one, of any channel that is above a size
static uint32_t
last_above(const Sound* const sound, const double size)
{
  uint32_t result = 0U;
  for (uint32_t c = 0U; c < sound->n_channels; ++c) {
    for (uint32_t i = sound->n_frames; i > result; --i) {
      if (!(fabs((double)sound->channels[c][i - 1U]) <= size)) {
        result = i;
      }
    }
  }
  return result;
}

static double
peak_of(const Sound* const sound)
{
  double result = 0.0;
  for (uint32_t c = 0U; c < sound->n_channels; ++c) {
    result = fmax(result, peak(sound->channels[c], 0U, sound->n_frames));
  }
  return result;
}

static void
describe(char* const           place,
         const size_t          size,
         const Instance* const instance,
         const char* const     name,
         const double          rate,
         const Input           input)
{
  (void)snprintf(place,
                 size,
                 "%s, %s, %s, %.0f Hz, %.2f ms, order %.0f, feedback %.3f, "
                 "LFO %.2f Hz %.2f",
                 name,
                 instance->list->name,
                 input_names[input],
                 rate,
                 control(instance, "theta", 0),
                 control(instance, "order_used", 0),
                 control(instance, "feedback", 0),
                 control(instance, "lfo_rate", 0),
                 control(instance, "lfo_depth", 0));
}

/// Play one input and its tail, and compare with what the settings say
static void
try_input(Instance* const   instance,
          const char* const name,
          const double      rate,
          const Input       input,
          Worst* const      worst)
{
  const double limit  = PATIENCE * decay(instance, rate);
  const double window = longest_window(instance, rate);
  Sound        in = sound_new(instance->n_ins, 100U + (uint32_t)(2.0 * window));
  Sound silence = sound_new(instance->n_ins, 100U + (uint32_t)(limit + window));
  Sound out     = sound_new(instance->n_outs, in.n_frames);
  Sound tail    = sound_new(instance->n_outs, silence.n_frames);
  fill(&in, input);
  instance_activate(instance);
  instance_play(instance, in.channels, out.channels, in.n_frames, BLOCK, NULL);
  instance_play(
    instance, silence.channels, tail.channels, silence.n_frames, BLOCK, NULL);

  const double loudest = fmax(peak_of(&out), peak_of(&tail));
  const double rest    = last_above(&tail, END * loudest) / limit;
  const double size    = loudest / greatest(instance);
  if (!(rest <= worst->tail)) {
    worst->tail = rest;
    describe(worst->tail_place, 160U, instance, name, rate, input);
  }
  if (!(size <= worst->peak)) {
    worst->peak = size;
    describe(worst->peak_place, 160U, instance, name, rate, input);
  }
  sound_free(&tail);
  sound_free(&out);
  sound_free(&silence);
  sound_free(&in);
}

static void
try_inputs(Instance* const   instance,
           const char* const name,
           const double      rate,
           Worst* const      worst)
{
  for (int i = 0; i < N_INPUTS; ++i) {
    try_input(instance, name, rate, (Input)i, worst);
  }
}

static void
check(const Worst* const worst)
{
  printf("Worst tail: %.2f of %.1f times the decay, %s\n",
         PATIENCE * worst->tail,
         PATIENCE,
         worst->tail_place);
  printf(
    "Worst peak: %.2f of what gains say, %s\n", worst->peak, worst->peak_place);
  (void)fflush(stdout);
  ck_assert_double_le(worst->tail, 1.0);
  ck_assert_double_le(worst->peak, OVERSHOOT);
}

static Instance*
instance_at(const PortList* const list, const double rate)
{
  const InstanceSpec spec = {list, rate, MAP_REAL, WORKER_NONE, false, NULL};
  return instance_new(&spec);
}

/* Presets */

/// Set all controls that a preset has
static void
load_preset(Instance* const instance, const char* const path)
{
  char        line[512];
  FILE* const file = fopen(path, "r");
  ck_assert_ptr_nonnull(file);
  for (uint32_t n = 0U; fgets(line, sizeof(line), file);) {
    char symbol[32];
    char value[32];
    if (sscanf(line,
               " [ lv2:symbol \"%31[^\"]\" ; pset:value %31s",
               symbol,
               value) == 2) {
      instance_set(instance, symbol, strtof(value, NULL));
      ++n;
    }
  }
  (void)fclose(file);
}

/// Try a preset alone, with an order that is cheap where the window is long
static void
try_preset(const char* const     folder,
           const char* const     name,
           const PortList* const list,
           const double          rate,
           Worst* const          worst)
{
  char path[1024];
  (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
  Instance* const instance = instance_at(list, rate);
  load_preset(instance, path);

  const double frames = PATIENCE * decay(instance, rate);
  if (frames > MAX_FRAMES) {
    instance_set(instance, "order", 64.0f);
  }
  instance_set(instance, "sync", 0.0f);
  try_inputs(instance, name, rate, worst);
  instance_free(instance);
}

START_TEST(presets_fade_as_their_feedback_says)
{
  static const double rates[] = {44100.0, 48000.0};
  const char* const   folder  = getenv("LMU_PRESETS");
  DIR* const          places  = folder ? opendir(folder) : NULL;
  ck_assert_msg(places, "LMU_PRESETS is no folder");

  Worst    worst = {0.0, 0.0, "", ""};
  uint32_t count = 0U;
  for (struct dirent* entry = readdir(places); entry; entry = readdir(places)) {
    if (strstr(entry->d_name, ".ttl.in")) {
      try_preset(
        folder, entry->d_name, &lmu_delay_ports[count % 2U], rates[_i], &worst);
      ++count;
    }
  }
  (void)closedir(places);
  ck_assert_uint_gt(count, 10U);
  check(&worst);
}
END_TEST

/* Corners */

static void
set_taps(Instance* const instance, uint32_t* const random)
{
  for (int i = 1; i <= (int)N_TAPS; ++i) {
    char       symbol[32];
    const bool is_off = i < (int)N_TAPS && next_random(random) % 2U;
    const bool is_end = next_random(random) % 4U == 0U;
    (void)snprintf(symbol, sizeof(symbol), "tap%d_position", i);
    instance_set(
      instance, symbol, is_end ? 1.0f : (float)next_between(random, 0.0, 1.0));
    (void)snprintf(symbol, sizeof(symbol), "tap%d_gain", i);
    instance_set(instance,
                 symbol,
                 is_off ? -60.0f : (float)next_between(random, -12.0, 6.0));
  }
}

static void
set_corner(Instance* const instance, uint32_t* const random)
{
  static const float orders[] = {
    8.0f, 16.0f, 24.0f, 32.0f, 48.0f, 64.0f, 96.0f, 128.0f, 320.0f};

  const uint32_t n_orders = sizeof(orders) / sizeof(orders[0]);
  const double   octaves  = next_between(random, 0.0, 7.0);
  const bool     is_great = next_random(random) % 3U == 0U;
  const double   feedback =
    is_great ? MAX_FEEDBACK : next_between(random, 0.0, MAX_FEEDBACK);
  const bool turns = next_random(random) % 2U;
  const bool moves = next_random(random) % 2U;

  set_taps(instance, random);
  instance_set(instance, "theta", (float)pow(2.0, octaves));
  instance_set(instance, "order", orders[next_random(random) % n_orders]);
  instance_set(instance, "quality", (float)(next_random(random) % 2U));
  instance_set(instance, "feedback", (float)(turns ? -feedback : feedback));
  instance_set(
    instance, "lfo_rate", (float)pow(10.0, next_between(random, -2.0, 1.3)));
  instance_set(instance,
               "lfo_depth",
               moves ? (float)next_between(random, 0.0, 1.0) : 0.0f);
  instance_set(instance, "lfo_target", (float)(next_random(random) % 2U));
  instance_set(instance, "lfo_spread", (float)next_between(random, 0.0, 1.0));
  instance_set(instance, "dry", -60.0f);
  instance_set(instance, "wet", 0.0f);
}

/// Shorten the window until the tail takes no longer than there is time
static void
shorten(Instance* const instance, const double rate)
{
  const float  theta  = instance_get(instance, "theta");
  const double frames = PATIENCE * decay(instance, rate);
  const double least  = 1.0;
  if (frames > MAX_FRAMES) {
    const double ms = (double)theta * MAX_FRAMES / frames;
    instance_set(instance, "theta", (float)fmax(ms, least));
  }
}

START_TEST(corners_fade_as_their_feedback_says)
{
  static const double rates[] = {44100.0, 48000.0, 88200.0, 96000.0, 192000.0};
  const char* const   wanted  = getenv("LMU_CORNERS");
  const uint32_t      count =
    wanted ? (uint32_t)strtoul(wanted, NULL, 10) : N_CORNERS;

  uint32_t random = 1U + (uint32_t)_i;
  Worst    worst  = {0.0, 0.0, "", ""};
  for (uint32_t i = (uint32_t)_i; i < count; i += 4U) {
    char name[32];
    (void)snprintf(name, sizeof(name), "corner %u", i);
    const double    rate     = rates[next_random(&random) % 5U];
    Instance* const instance = instance_at(
      &lmu_delay_ports[next_random(&random) % 4U == 0U ? 1U : 0U], rate);
    set_corner(instance, &random);
    shorten(instance, rate);
    try_inputs(instance, name, rate, &worst);
    instance_free(instance);
  }
  check(&worst);
}
END_TEST

/* Swings */

/// Turns of the LFO in a window at which taps that swing can pump what goes
/// round, as each turn of the loop meets the same part of the swing
static const double swings[] = {0.08, 0.12, 0.16, 0.2, 0.25, 0.3};

START_TEST(strong_echoes_fade_while_taps_swing)
{
  static const float windows[] = {12.0f, 20.0f, 35.0f};
  const double       rate      = 48000.0;

  Worst worst = {0.0, 0.0, "", ""};
  for (uint32_t i = 0U; i < sizeof(windows) / sizeof(windows[0]); ++i) {
    Instance* const instance = instance_at(&lmu_delay_ports[_i % 2], rate);
    instance_set(instance, "theta", windows[i]);
    instance_set(instance, "order", i % 2U ? 64.0f : 32.0f);
    instance_set(instance, "feedback", (float)MAX_FEEDBACK);
    instance_set(
      instance, "lfo_rate", (float)(1000.0 * swings[_i] / (double)windows[i]));
    instance_set(instance, "lfo_depth", 1.0f);
    instance_set(instance, "lfo_target", LFO_TAPS);
    instance_set(instance, "dry", -60.0f);
    instance_set(instance, "wet", 0.0f);
    try_input(instance, "swing", rate, NOISE, &worst);
    try_input(instance, "swing", rate, SQUARE, &worst);
    instance_free(instance);
  }
  check(&worst);
}
END_TEST

static void
add_tests(TCase* const tcase)
{
  tcase_add_loop_test(tcase, presets_fade_as_their_feedback_says, 0, 2);
  tcase_add_loop_test(tcase,
                      strong_echoes_fade_while_taps_swing,
                      0,
                      (int)(sizeof(swings) / sizeof(swings[0])));
  tcase_add_loop_test(tcase, corners_fade_as_their_feedback_says, 0, 4);
}

int
main(const int argc, char** const argv)
{
  return runner_main(argc, argv, "loop", add_tests);
}
