// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What a plugin tells a window, and when.
// usage: test_stream LMU.SO

#include "core/memory/rt/engine.h"
#include "core/memory/rt/modes.h"
#include "core/memory/setup/engine.h"
#include "plugin/ports.h"
#include "plugin/view.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/patches.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/sound.h"
#include "tests/plugin/uris.h"
#include "tests/plugin/views.h"

#include <check.h>
#include <lv2/atom/atom.h>
#include <lv2/atom/util.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define RATE 48000U
#define BLOCK 240U

/// Window of most tests [ms]
#define THETA_MS 50.0f
#define THETA 2400U

/// Error of a float that was sent as it is
#define ROUNDING 1e-6f

/// A plugin that is watched, with what it plays
typedef struct {
  Instance* instance;
  Sound     in;
  Sound     out;
} Stage;

/// Set a control if the plugin has it
static void
set_if(Instance* const instance, const char* const symbol, const float value)
{
  const uint32_t port = instance_port(instance, symbol);
  if (port < HOST_MAX_PORTS && instance->kinds[port] == PORT_CONTROL_IN) {
    instance_set(instance, symbol, value);
  }
}

/// Start in a host that may offer one feature more
static Stage
stage_new_with(const PortList* const    list,
               const uint32_t           n_frames,
               const LV2_Feature* const more)
{
  const InstanceSpec spec = {list, RATE, MAP_REAL, WORKER_NONE, false, NULL};
  Stage              stage;
  stage.instance = instance_new_with(&spec, more);
  set_if(stage.instance, "theta", THETA_MS);
  set_if(stage.instance, "theta_depth", 0.0f);
  instance_activate(stage.instance);
  stage.in  = sound_new(stage.instance->n_ins, n_frames);
  stage.out = sound_new(stage.instance->n_outs, n_frames);
  sound_fill_noise(&stage.in, 0.5f);
  return stage;
}

static Stage
stage_new(const PortList* const list, const uint32_t n_frames)
{
  return stage_new_with(list, n_frames, NULL);
}

static void
stage_free(Stage* const stage)
{
  sound_free(&stage->out);
  sound_free(&stage->in);
  instance_free(stage->instance);
}

/// Play the first frames of the sound as one block
static void
play(const Stage* const stage, const uint32_t n_frames)
{
  instance_play(stage->instance,
                stage->in.channels,
                stage->out.channels,
                n_frames,
                n_frames,
                NULL);
  if (!n_frames) {
    instance_run(stage->instance, 0U);
  }
  instance_send_nothing(stage->instance);
}

/// Play a block, and return whether that brought a View
static bool
look(const Stage* const stage, const uint32_t n_frames, View* const view)
{
  play(stage, n_frames);
  return view_read(view, &stage->instance->notify.sequence);
}

/// Play blocks, and return how many Views came
static uint32_t
count_views(const Stage* const stage, const uint32_t n_blocks)
{
  View     view;
  uint32_t count = 0U;
  for (uint32_t i = 0U; i < n_blocks; ++i) {
    count += look(stage, BLOCK, &view);
  }
  return count;
}

/* When */

START_TEST(nothing_is_sent_unless_someone_watches)
{
  Stage stage = stage_new(host_lists[_i], BLOCK);
  ck_assert_uint_eq(count_views(&stage, 300U), 0U);
  stage_free(&stage);
}
END_TEST

START_TEST(views_come_as_often_as_asked)
{
  static const float asked[]  = {0.1f, 25.0f, INFINITY};
  static const float gotten[] = {0.5f, 25.0f, 30.0f};

  const uint32_t n_blocks = 2U * RATE / BLOCK;
  for (uint32_t i = 0U; i < sizeof(asked) / sizeof(asked[0]); ++i) {
    Stage    stage = stage_new(host_lists[_i], BLOCK);
    uint32_t count = 0U;
    for (uint32_t j = 0U; j < 2U; ++j) {
      instance_watch(stage.instance, asked[i]);
      count += count_views(&stage, n_blocks / 2U);
    }
    const float wanted = 2.0f * gotten[i];
    ck_assert_float_ge((float)count, wanted);
    ck_assert_float_le((float)count, wanted + 1.0f);
    stage_free(&stage);
  }
}
END_TEST

START_TEST(one_view_comes_in_a_run_at_most)
{
  View  view;
  Stage stage = stage_new(host_lists[_i], RATE);
  instance_watch(stage.instance, 30.0f);
  for (int32_t i = 1; i < 5; ++i) {
    ck_assert(look(&stage, RATE / 2U, &view));
    ck_assert_int_eq(view.sequence, i);
  }
  stage_free(&stage);
}
END_TEST

START_TEST(views_end_some_time_after_the_last_watch)
{
  const uint32_t n_blocks = 4U * RATE / BLOCK;
  Stage          stage    = stage_new(host_lists[_i], BLOCK);
  instance_watch(stage.instance, 25.0f);
  ck_assert_uint_ge(count_views(&stage, n_blocks), 99U);
  ck_assert_uint_eq(count_views(&stage, n_blocks), 0U);

  instance_watch(stage.instance, 25.0f);
  ck_assert_uint_eq(count_views(&stage, 10U), 2U);
  stage_free(&stage);
}
END_TEST

START_TEST(watch_of_rate_zero_ends_views)
{
  Stage stage = stage_new(host_lists[_i], BLOCK);
  instance_watch(stage.instance, 30.0f);
  ck_assert_uint_gt(count_views(&stage, 20U), 0U);
  instance_watch(stage.instance, 0.0f);
  ck_assert_uint_eq(count_views(&stage, 100U), 0U);
  stage_free(&stage);
}
END_TEST

START_TEST(nothing_is_sent_while_the_host_renders)
{
  Stage      stage = stage_new(host_lists[_i], BLOCK);
  const bool knows =
    instance_port(stage.instance, "freewheel") < HOST_MAX_PORTS;
  set_if(stage.instance, "freewheel", 1.0f);
  instance_watch(stage.instance, 30.0f);
  ck_assert_int_eq(count_views(&stage, 100U) == 0U, knows);

  set_if(stage.instance, "freewheel", 0.0f);
  ck_assert_uint_gt(count_views(&stage, 20U), 0U);
  stage_free(&stage);
}
END_TEST

/// What to write over a good Watch
typedef struct {
  const char* what;
  uint32_t    offset;
  uint32_t    value;
} Fault;

static const Fault faults[] = {
  {"not a number", 56U, 0x7FC00000U},
  {"less than nothing", 56U, 0xBF800000U},
  {"of another type", 52U, URI_ATOM_INT},
  {"of a type that is longer", 52U, URI_ATOM_DOUBLE},
  {"of no type", 52U, 0U},
  {"half a rate", 48U, 2U},
  {"rate of all memory", 48U, UINT32_MAX},
  {"no rate", 40U, URI_VIEW_RATE},
  {"no key", 40U, 0U},
  {"no Watch", 36U, URI_VIEW},
  {"no type of object", 36U, 0U},
  {"not an object", 28U, URI_ATOM_CHUNK},
  {"object that is cut", 24U, 20U},
  {"no sequence", 4U, URI_ATOM_CHUNK},
  {"sequence that is cut", 0U, 48U},
};

#define N_FAULTS ((int)(sizeof(faults) / sizeof(faults[0])))

START_TEST(broken_watch_is_ignored)
{
  Stage stage = stage_new(&lmu_memory_ports[0], BLOCK);
  instance_watch(stage.instance, 30.0f);
  memcpy(stage.instance->control.bytes + faults[_i].offset,
         &faults[_i].value,
         sizeof(uint32_t));
  ck_assert_msg(!count_views(&stage, 20U), "%s", faults[_i].what);
  stage_free(&stage);
}
END_TEST

/* Room */

/// Run once with some room, and return whether that brought a View
static bool
look_with_room(const Stage* const stage, const uint32_t room, View* const view)
{
  memset(&stage->instance->notify, 0xA5, sizeof(stage->instance->notify));
  stage->instance->notify_room = room;
  instance_watch(stage->instance, 0.0f);
  play(stage, 0U);
  instance_watch(stage->instance, 30.0f);
  play(stage, 0U);

  bool is_whole = true;
  for (size_t i = sizeof(LV2_Atom) + room; i < HOST_ATOM_BYTES; ++i) {
    is_whole = is_whole && stage->instance->notify.bytes[i] == 0xA5U;
  }
  ck_assert(is_whole);
  return room >= sizeof(LV2_Atom_Sequence_Body) &&
         view_read(view, &stage->instance->notify.sequence);
}

START_TEST(view_is_as_large_as_there_is_room)
{
  View  view;
  Stage stage  = stage_new(host_lists[_i], RATE);
  int   before = 0;
  for (uint32_t room = 0U; room < 10000U; room += 1U + (room / 64U)) {
    // Traces begin empty with each first Watch, so they need some sound
    const int kind = look_with_room(&stage, room, &view);
    ck_assert_int_ge(kind, before);
    before = kind;
  }
  ck_assert_int_eq(before, 1);
  stage_free(&stage);
}
END_TEST

START_TEST(traces_are_left_out_where_room_is_short)
{
  View  view;
  Stage stage = stage_new(host_lists[_i], RATE);
  for (uint32_t room = 10000U; room > 99U; room -= 100U) {
    stage.instance->notify_room = HOST_ATOM_BYTES - sizeof(LV2_Atom);
    instance_watch(stage.instance, 30.0f);
    play(&stage, RATE / 25U);

    stage.instance->notify_room = room;
    const bool is_there         = look(&stage, RATE / 25U, &view);
    const bool has_traces       = view.n_inputs + view.n_outputs;
    if (room > 9000U) {
      ck_assert(is_there && has_traces);
    } else if (room < 2000U && room >= 1000U) {
      ck_assert(is_there);
      ck_assert(!has_traces || host_is_model(_i)); // Its window is short
      ck_assert_int_eq(view.n_numbers > 0U, view.order > 0);
    } else if (room < 200U) {
      ck_assert(!is_there);
    }
  }
  stage_free(&stage);
}
END_TEST

START_TEST(answers_and_views_come_in_one_sequence)
{
  const PatchMessage get = {
    URI_PATCH_GET, URI_WEIGHTS, URI_NONE, URI_NONE, NULL, 0U, NO_NUMBER};
  View     view;
  uint32_t n_answers = 0U;
  Stage    stage     = stage_new(&lmu_memory_ports[0], RATE / 10U);
  instance_watch(stage.instance, 30.0f);
  play(&stage, RATE / 10U);
  instance_send(stage.instance, &get);
  ck_assert(look(&stage, RATE / 10U, &view));
  LV2_ATOM_SEQUENCE_FOREACH(&stage.instance->notify.sequence, event) {
    const LV2_Atom_Object* const object = (const LV2_Atom_Object*)&event->body;
    n_answers += object->body.otype == URI_PATCH_SET;
  }
  ck_assert_uint_eq(n_answers, 1U);
  stage_free(&stage);
}
END_TEST

/* What */

START_TEST(sound_is_the_same_where_someone_watches)
{
  Stage with    = stage_new(host_lists[_i], RATE);
  Stage without = stage_new(host_lists[_i], RATE);
  instance_watch(with.instance, 30.0f);
  for (uint32_t i = 0U; i < 2U; ++i) {
    const Stage* const stage = i ? &with : &without;
    instance_play(stage->instance,
                  stage->in.channels,
                  stage->out.channels,
                  RATE,
                  RANDOM_BLOCKS,
                  NULL);
  }
  ck_assert(sound_equal(&with.out, &without.out));
  stage_free(&with);
  stage_free(&without);
}
END_TEST

/// Return the View after some frames in blocks, of which 1600 are a multiple
static View
view_after(const PortList* const list,
           const uint32_t        n_frames,
           const uint32_t        block)
{
  View  view;
  Stage stage = stage_new(list, n_frames);
  instance_watch(stage.instance, 30.0f);
  bool is_there = look(&stage, 0U, &view);
  for (uint32_t frame = 0U; frame < n_frames; frame += block) {
    float* ins[HOST_MAX_PORTS];
    for (uint32_t c = 0U; c < stage.in.n_channels; ++c) {
      ins[c] = stage.in.channels[c] + frame;
    }
    instance_play(stage.instance, ins, stage.out.channels, block, block, NULL);
    instance_send_nothing(stage.instance);

    View next;
    is_there = view_read(&next, &stage.instance->notify.sequence);
    view     = is_there ? next : view;
  }
  ck_assert(is_there);
  stage_free(&stage);
  return view;
}

START_TEST(views_are_the_same_for_any_blocks)
{
  static const uint32_t blocks[] = {1U, 100U, 400U};

  const View whole = view_after(host_lists[_i], 16000U, 1600U);
  for (uint32_t i = 0U; i < sizeof(blocks) / sizeof(blocks[0]); ++i) {
    const View parts = view_after(host_lists[_i], 16000U, blocks[i]);
    ck_assert_mem_eq(&whole, &parts, sizeof(whole));
  }
}
END_TEST

START_TEST(view_says_what_it_shows)
{
  View  view;
  Stage stage = stage_new(host_lists[_i], RATE);
  instance_watch(stage.instance, 30.0f);
  ck_assert(look(&stage, RATE / 2U, &view));
  ck_assert_float_eq(view.rate, (float)RATE);
  ck_assert_float_gt(view.theta, 0.0f);
  if (instance_port(stage.instance, "order_used") < HOST_MAX_PORTS) {
    const bool has_taps =
      instance_port(stage.instance, "tap1_position") < HOST_MAX_PORTS;
    const double margin = has_taps ? TAPS_MARGIN : 1.0;
    ck_assert_float_eq_tol(
      view.theta, (float)margin * THETA_MS / 1000.0f, ROUNDING);
    ck_assert_float_eq((float)view.order,
                       instance_get(stage.instance, "order_used"));
  }

  const uint32_t block = 2U * LMU_LANES;
  const uint32_t order = (uint32_t)view.order;
  const uint32_t modes = block * ((order + block - 1U) / block);
  ck_assert_uint_eq(view.n_numbers, view.basis == VIEW_MODES ? modes : order);
  ck_assert_uint_gt(view.n_inputs + view.n_outputs, 0U);
  stage_free(&stage);
}
END_TEST

/// Check that a trace is least and greatest of the last frames of a signal
static void
assert_trace(float              pairs[N_VIEW_COLUMNS][2],
             const uint32_t     n_pairs,
             const float* const signal,
             const uint32_t     n_frames)
{
  ck_assert_uint_eq(n_pairs, N_VIEW_COLUMNS);

  float least    = INFINITY;
  float greatest = -INFINITY;
  for (uint32_t i = n_frames - (THETA / n_pairs); i < n_frames; ++i) {
    least    = fminf(least, signal[i]);
    greatest = fmaxf(greatest, signal[i]);
  }
  ck_assert_float_le(pairs[n_pairs - 1U][0], least);
  ck_assert_float_ge(pairs[n_pairs - 1U][1], greatest);

  float all = 0.0f;
  for (uint32_t i = n_frames - THETA; i < n_frames; ++i) {
    all = fmaxf(all, signal[i]);
  }
  float most = 0.0f;
  for (uint32_t i = 0U; i < n_pairs; ++i) {
    most = fmaxf(most, pairs[i][1]);
  }
  ck_assert_float_eq(most, all);
}

START_TEST(traces_are_the_sound_of_the_window)
{
  View  view;
  Stage stage = stage_new(&lmu_delay_ports[0], RATE / 4U);
  instance_watch(stage.instance, 30.0f);
  instance_set(stage.instance, "feedback", 0.0f);
  ck_assert(look(&stage, RATE / 4U, &view));
  ck_assert_uint_eq(view.n_outputs, 0U);
  assert_trace(view.inputs, view.n_inputs, stage.in.channels[0], RATE / 4U);
  stage_free(&stage);

  stage = stage_new(&lmu_decode_ports[0], RATE / 4U);
  instance_watch(stage.instance, 30.0f);
  ck_assert(look(&stage, RATE / 4U, &view));
  ck_assert_uint_eq(view.n_inputs, 0U);
  assert_trace(view.outputs, view.n_outputs, stage.out.channels[0], RATE / 4U);
  stage_free(&stage);
}
END_TEST

START_TEST(stereo_is_shown_as_its_mean)
{
  View  view;
  Stage stage = stage_new(&lmu_delay_ports[1], RATE / 4U);
  for (uint32_t i = 0U; i < stage.in.n_frames; ++i) {
    stage.in.channels[1][i] = -stage.in.channels[0][i];
  }
  instance_watch(stage.instance, 30.0f);
  ck_assert(look(&stage, RATE / 4U, &view));
  for (uint32_t i = 0U; i < view.n_inputs; ++i) {
    ck_assert_float_eq(view.inputs[i][0], 0.0f);
    ck_assert_float_eq(view.inputs[i][1], 0.0f);
  }
  for (uint32_t i = 0U; i < view.n_numbers; ++i) {
    ck_assert_float_eq(view.numbers[i], 0.0f);
  }
  stage_free(&stage);
}
END_TEST

START_TEST(numbers_are_the_modes_of_the_input)
{
  View                view;
  const LmuEngineSpec spec   = {8U, 3U, 1U, 16U};
  LmuEngine*          engine = NULL;
  Stage               stage  = stage_new(&lmu_memory_ports[0], RATE / 4U);
  ck_assert_int_eq(lmu_engine_new(&engine, &spec), LMU_SUCCESS);
  lmu_engine_set_theta(engine, THETA);
  lmu_engine_process(engine, 0U, stage.in.channels[0], RATE / 4U);

  instance_watch(stage.instance, 30.0f);
  ck_assert(look(&stage, RATE / 4U, &view));
  ck_assert_int_eq(view.basis, VIEW_MODES);
  ck_assert_int_eq(view.order, 8);
  for (uint32_t i = 0U; i < view.n_numbers; ++i) {
    ck_assert_float_eq_tol(view.numbers[i], engine->live[0]->z[i], ROUNDING);
  }
  lmu_engine_free(engine);
  stage_free(&stage);
}
END_TEST

START_TEST(decode_shows_what_comes_in)
{
  View  view;
  Stage stage = stage_new(&lmu_decode_ports[0], RATE / 4U);
  instance_set(stage.instance, "order", 5.0f);
  instance_watch(stage.instance, 30.0f);
  ck_assert(look(&stage, RATE / 4U, &view));
  ck_assert_int_eq(view.basis, VIEW_COEFFICIENTS);
  ck_assert_int_eq(view.order, 5);
  for (uint32_t i = 0U; i < 5U; ++i) {
    ck_assert_float_eq(view.numbers[i], stage.in.channels[i][(RATE / 4U) - 1U]);
  }
  stage_free(&stage);
}
END_TEST

START_TEST(delay_shows_what_it_holds)
{
  View  first;
  View  second;
  Stage stage = stage_new(&lmu_delay_ports[0], RATE / 4U);
  instance_watch(stage.instance, 30.0f);
  play(&stage, RATE / 4U);
  instance_set(stage.instance, "hold", 1.0f);
  ck_assert(look(&stage, RATE / 4U, &first));
  ck_assert(look(&stage, RATE / 8U, &second));
  ck_assert_mem_eq(first.numbers, second.numbers, sizeof(first.numbers));

  instance_set(stage.instance, "hold", 0.0f);
  ck_assert(look(&stage, RATE / 8U, &second));
  ck_assert_mem_ne(first.numbers, second.numbers, sizeof(first.numbers));
  stage_free(&stage);
}
END_TEST

/// Play a great delay, and return its View's second part after some sound
static View
second_part(const float level)
{
  const InstanceSpec spec = {
    &lmu_delay_ports[0], RATE, MAP_REAL, WORKER_NONE, false, NULL};
  Stage stage = {
    instance_new(&spec), sound_new(1U, RATE / 4U), sound_new(1U, RATE / 4U)};
  View view;
  instance_set(stage.instance, "order", 2100.0f);
  instance_set(stage.instance, "theta", 500.0f);
  instance_activate(stage.instance);
  sound_fill_noise(&stage.in, 0.5f);
  instance_watch(stage.instance, 30.0f);
  ck_assert(look(&stage, RATE / 4U, &view));
  ck_assert_int_eq(view.order, 2100);
  ck_assert_int_eq(view.offset, 0);
  ck_assert_uint_eq(view.n_numbers, VIEW_NUMBERS);
  ck_assert_uint_gt(view.n_inputs, 0U);

  const int32_t sequence = view.sequence;
  sound_fill_noise(&stage.in, level);
  ck_assert(look(&stage, RATE / 4U, &view));
  ck_assert_int_eq(view.sequence, sequence);
  ck_assert_int_eq(view.offset, VIEW_NUMBERS);
  ck_assert_uint_eq(view.n_numbers, 2112U - VIEW_NUMBERS);
  ck_assert_uint_eq(view.n_inputs, 0U);
  stage_free(&stage);
  return view;
}

START_TEST(parts_of_a_great_memory_are_of_one_moment)
{
  const View loud   = second_part(1.0f);
  const View silent = second_part(0.0f);
  ck_assert_mem_eq(&loud, &silent, sizeof(loud));
}
END_TEST

/* MOD */

/// Ask for a picture as MOD's web interface does
static void
ask_as_mod(const Stage* const stage)
{
  const PatchMessage question = {
    URI_PATCH_GET, URI_MOD_VIEW, URI_NONE, URI_NONE, NULL, 0U, NO_NUMBER};
  instance_send(stage->instance, &question);
}

/// Return the numbers of a picture for MOD that came in the last run, or null
static const float*
mod_numbers(const Stage* const stage, uint32_t* const n_numbers)
{
  PatchMessage   answers[4];
  uint32_t       i     = 0U;
  const uint32_t count = instance_answers(stage->instance, answers, 4U);
  while (i < count && answers[i].property != URI_MOD_VIEW) {
    ++i;
  }
  if (i == count) {
    return NULL;
  }
  ck_assert_uint_eq(answers[i].type, URI_PATCH_SET);
  ck_assert_uint_eq(answers[i].kind, URI_ATOM_VECTOR);

  const LV2_Atom_Vector_Body* const vector =
    (const LV2_Atom_Vector_Body*)answers[i].value;
  ck_assert_uint_eq(vector->child_type, URI_ATOM_FLOAT);
  ck_assert_uint_eq(vector->child_size, sizeof(float));
  *n_numbers = (answers[i].size - (uint32_t)sizeof(*vector)) / sizeof(float);
  return (const float*)(vector + 1U);
}

/// Let all inputs be a constant
static void
fill(const Stage* const stage, const float value)
{
  for (uint32_t c = 0U; c < stage->in.n_channels; ++c) {
    for (uint32_t i = 0U; i < stage->in.n_frames; ++i) {
      stage->in.channels[c][i] = value;
    }
  }
}

START_TEST(mod_gets_the_slowest_coefficients)
{
  Stage stage = stage_new(host_lists[_i], BLOCK);
  fill(&stage, 0.25f);

  uint32_t     n_pictures = 0U;
  uint32_t     n_numbers  = 0U;
  const float* numbers    = NULL;
  ask_as_mod(&stage);
  for (uint32_t i = 0U; i < RATE / BLOCK; ++i) {
    play(&stage, BLOCK);
    const float* const next = mod_numbers(&stage, &n_numbers);
    numbers                 = next ? next : numbers;
    n_pictures += next != NULL;
  }
  if (!host_has_memory(_i)) {
    ck_assert_uint_eq(n_pictures, 0U);
    stage_free(&stage);
    return;
  }
  ck_assert_uint_ge(n_pictures, 9U);
  ck_assert_uint_le(n_pictures, 11U);
  ck_assert_uint_le(n_numbers, 2U + VIEW_MOD_NUMBERS);
  ck_assert_uint_ge(n_numbers, 3U);
  ck_assert(numbers && isfinite(numbers[0]) && numbers[1] >= 1.0f);
  // Others hold not just their input, and the ends of a window are not exact
  const char* const name     = host_lists[_i]->name;
  const bool        is_input = strncmp(name, "de", 2U) != 0;
  for (uint32_t i = 2U; i < n_numbers; ++i) {
    ck_assert(isfinite(numbers[i]));
    if (is_input && i < 6U) {
      ck_assert_float_eq_tol(numbers[i], i == 2U ? 0.25f : 0.0f, 0.05f);
    }
  }
  stage_free(&stage);
}
END_TEST

/// What every plugin gets from MOD's host
static char              mod_license[] = "license";
static const LV2_Feature mod_feature   = {
    "http://moddevices.com/ns/ext/license#feature",
    mod_license};

/// Play blocks, and return how many pictures for MOD came
static uint32_t
count_mod_pictures(const Stage* const stage, const uint32_t n_blocks)
{
  uint32_t n_numbers = 0U;
  uint32_t count     = 0U;
  for (uint32_t i = 0U; i < n_blocks; ++i) {
    play(stage, BLOCK);
    count += mod_numbers(stage, &n_numbers) != NULL;
  }
  return count;
}

START_TEST(mod_gets_pictures_that_it_did_not_ask_for)
{
  const uint32_t n_seconds = 10U; // Longer than the patience with a Watch
  Stage          stage = stage_new_with(host_lists[_i], BLOCK, &mod_feature);
  const uint32_t count = count_mod_pictures(&stage, n_seconds * RATE / BLOCK);
  if (host_has_memory(_i)) {
    ck_assert_uint_ge(count, n_seconds * 10U - 1U);
  }
  ck_assert_uint_le(count, host_has_memory(_i) ? n_seconds * 10U + 1U : 0U);
  stage_free(&stage);
}
END_TEST

START_TEST(mod_gets_pictures_again_after_a_window_has_watched)
{
  const uint32_t n_blocks = 4U * RATE / BLOCK;
  Stage          stage    = stage_new_with(host_lists[_i], BLOCK, &mod_feature);
  instance_watch(stage.instance, 25.0f);
  ck_assert_uint_ge(count_views(&stage, n_blocks), 99U);
  ck_assert_uint_ge(count_mod_pictures(&stage, n_blocks),
                    host_has_memory(_i) ? 39U : 0U);
  stage_free(&stage);
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_loop_test(
    tcase, nothing_is_sent_unless_someone_watches, 0, N_PLUGINS);
  tcase_add_loop_test(tcase, views_come_as_often_as_asked, 0, N_PLUGINS);
  tcase_add_loop_test(tcase, one_view_comes_in_a_run_at_most, 0, N_PLUGINS);
  tcase_add_loop_test(
    tcase, views_end_some_time_after_the_last_watch, 0, N_PLUGINS);
  tcase_add_loop_test(tcase, watch_of_rate_zero_ends_views, 0, N_PLUGINS);
  tcase_add_loop_test(
    tcase, nothing_is_sent_while_the_host_renders, 0, N_PLUGINS);
  tcase_add_loop_test(tcase, broken_watch_is_ignored, 0, N_FAULTS);
  tcase_add_loop_test(tcase, view_is_as_large_as_there_is_room, 0, N_PLUGINS);
  tcase_add_loop_test(
    tcase, traces_are_left_out_where_room_is_short, 0, N_PLUGINS);
  tcase_add_test(tcase, answers_and_views_come_in_one_sequence);
  tcase_add_loop_test(
    tcase, sound_is_the_same_where_someone_watches, 0, N_PLUGINS);
  tcase_add_loop_test(tcase, views_are_the_same_for_any_blocks, 0, N_PLUGINS);
  tcase_add_loop_test(tcase, view_says_what_it_shows, 0, N_PLUGINS);
  tcase_add_test(tcase, traces_are_the_sound_of_the_window);
  tcase_add_test(tcase, stereo_is_shown_as_its_mean);
  tcase_add_test(tcase, numbers_are_the_modes_of_the_input);
  tcase_add_test(tcase, decode_shows_what_comes_in);
  tcase_add_test(tcase, delay_shows_what_it_holds);
  tcase_add_loop_test(tcase, mod_gets_the_slowest_coefficients, 0, N_PLUGINS);
  tcase_add_loop_test(
    tcase, mod_gets_pictures_that_it_did_not_ask_for, 0, N_PLUGINS);
  tcase_add_loop_test(
    tcase, mod_gets_pictures_again_after_a_window_has_watched, 0, N_PLUGINS);
  tcase_add_test(tcase, parts_of_a_great_memory_are_of_one_moment);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "stream", add);
}
