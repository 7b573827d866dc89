// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// What LV2 lets a host do to a plugin, and what a plugin must then do.
// usage: test_contract LMU.SO

#include "plugin/ports.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/sound.h"

#include <check.h>
#include <lv2/atom/atom.h>

#include <sys/mman.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Frames that most tests play, so that they end within a segment
#define N_FRAMES 4001U

/// Frames that come with a block of a common host
#define BLOCK 256U

/// Frames of a buffer beside a page that may not be touched
#define GUARDED_FRAMES 37U

/* Playing */

/// Give sounds to an instance and return what comes out, to be freed
static Sound
play(Instance* const instance, const Sound* const in, const Score* const score)
{
  Sound out = sound_new(instance->n_outs, in->n_frames);
  instance_play(
    instance, in->channels, out.channels, in->n_frames, BLOCK, score);
  return out;
}

/// Return noise for all inputs of an instance, to be freed
static Sound
noise_for(const Instance* const instance)
{
  Sound in = sound_new(instance->n_ins, N_FRAMES);
  sound_fill_noise(&in, 0.5f);
  return in;
}

/// Return what a new instance makes of noise, to be freed
static Sound
reference(const PortList* const list)
{
  Instance* const instance = instance_start(list, WORKER_NONE);
  Sound           in       = noise_for(instance);
  const Sound     out      = play(instance, &in, NULL);
  sound_free(&in);
  instance_free(instance);
  return out;
}

/// Return whether an instance makes of noise what a new one makes of it
static bool
plays_as_new(Instance* const instance)
{
  Sound      in       = noise_for(instance);
  Sound      out      = play(instance, &in, NULL);
  Sound      expected = reference(instance->list);
  const bool equal    = sound_equal(&out, &expected);
  sound_free(&expected);
  sound_free(&out);
  sound_free(&in);
  return equal;
}

/// Make an instance as new, which takes much less than a new one
static void
start_again(Instance* const instance)
{
  instance_deactivate(instance);
  instance_activate(instance);
}

/// Instances that are alike before each comparison
typedef struct {
  Instance* x;
  Instance* y;
} Twins;

static Twins
twins_new(const PortList* const list)
{
  const Twins twins = {instance_start(list, WORKER_NONE),
                       instance_start(list, WORKER_NONE)};
  return twins;
}

static void
twins_free(const Twins* const twins)
{
  instance_free(twins->y);
  instance_free(twins->x);
}

/// Play changes from the start, and return what comes out, to be freed
static Sound
play_changes(Instance* const    instance,
             const Sound* const in,
             const Score* const score)
{
  float controls[HOST_MAX_PORTS];
  memcpy(controls, instance->controls, sizeof(controls));
  start_again(instance);
  const Sound out = play(instance, in, score);
  memcpy(instance->controls, controls, sizeof(controls));
  return out;
}

/// Assert that two lists of changes have the same effect
static void
assert_same_effect(const Twins* const twins,
                   const Score* const score,
                   const Score* const other)
{
  Sound in    = noise_for(twins->x);
  Sound out   = play_changes(twins->x, &in, score);
  Sound wants = play_changes(twins->y, &in, other);
  ck_assert_msg(sound_is_finite(&out), "%s", score->changes[0].symbol);
  ck_assert_msg(sound_equal(&out, &wants),
                "%s of %s",
                score->changes[0].symbol,
                twins->x->list->name);

  sound_free(&wants);
  sound_free(&out);
  sound_free(&in);
}

/* No frames */

/// Return the least value of a control output, zero but for decibels and what
/// may lead or lag
static float
least_of(const Instance* const instance, const uint32_t port)
{
  uint32_t first = 0U;
  for (uint32_t i = 0U; i < instance->list->n_specs; ++i) {
    const PortSpec* const spec = &instance->list->specs[i];
    if (port == first) {
      return spec->minimum;
    }
    first += spec->count ? spec->count : 1U;
  }
  return 0.0f;
}

START_TEST(run_of_no_frames_updates_control_outputs)
{
  static const char* const readings[] = {"bandwidth",
                                         "order_used",
                                         "theta",
                                         "order",
                                         "file_rate",
                                         "prediction_gain",
                                         "confidence",
                                         "recorded",
                                         "memory",
                                         "progress"};
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  uint32_t        n_found  = 0U;
  for (uint32_t i = 0U; i < sizeof(readings) / sizeof(readings[0]); ++i) {
    const uint32_t port = instance_port(instance, readings[i]);
    if (port < HOST_MAX_PORTS && instance->kinds[port] == PORT_CONTROL_OUT) {
      instance->controls[port] = -1.0f;
      ++n_found;
    }
  }
  instance_run(instance, 0U);
  for (uint32_t i = 0U; i < instance->n_ports; ++i) {
    if (instance->kinds[i] == PORT_CONTROL_OUT) {
      ck_assert_float_ge(instance->controls[i], least_of(instance, i));
    }
  }
  ck_assert_uint_ge(n_found, 2U);
  instance_free(instance);
}
END_TEST

START_TEST(run_of_no_frames_leaves_an_empty_sequence)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  instance_run(instance, 0U);

  const LV2_Atom* const atom = &instance->notify.sequence.atom;
  ck_assert_uint_eq(atom->type, URI_ATOM_SEQUENCE);
  ck_assert_uint_eq(atom->size, sizeof(LV2_Atom_Sequence_Body));
  instance_free(instance);
}
END_TEST

START_TEST(run_of_no_frames_changes_no_sound)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  for (uint32_t i = 0U; i < 10U; ++i) {
    instance_run(instance, 0U);
  }
  ck_assert(plays_as_new(instance));
  instance_free(instance);
}
END_TEST

/* Shared buffers */

START_TEST(outputs_may_be_the_buffers_of_inputs)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  Sound           expected = reference(host_lists[_i]);
  Sound           in       = noise_for(instance);
  Sound           out      = sound_new(instance->n_outs, N_FRAMES);
  Sound           buffers  = out;
  for (uint32_t c = 0U; c < instance->n_outs && c < instance->n_ins; ++c) {
    buffers.channels[c] = in.channels[c];
  }

  instance_play(instance, in.channels, buffers.channels, N_FRAMES, BLOCK, NULL);
  ck_assert(sound_equal(&buffers, &expected));

  sound_free(&out);
  sound_free(&in);
  sound_free(&expected);
  instance_free(instance);
}
END_TEST

/// Play from the start with one output in the buffer of one input
static void
assert_may_share(const Sound* const expected,
                 Instance* const    instance,
                 const uint32_t     output,
                 const uint32_t     input)
{
  Sound in      = noise_for(instance);
  Sound out     = sound_new(instance->n_outs, N_FRAMES);
  Sound buffers = out;

  start_again(instance);
  buffers.channels[output] = in.channels[input];
  instance_play(instance, in.channels, buffers.channels, N_FRAMES, BLOCK, NULL);
  ck_assert_msg(
    sound_equal(&buffers, expected), "output %u, input %u", output, input);

  sound_free(&out);
  sound_free(&in);
}

START_TEST(any_output_may_be_the_buffer_of_any_input)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  Sound           expected = reference(host_lists[_i]);
  for (uint32_t output = 0U; output < instance->n_outs; ++output) {
    for (uint32_t input = 0U; input < instance->n_ins; ++input) {
      assert_may_share(&expected, instance, output, input);
    }
  }
  sound_free(&expected);
  instance_free(instance);
}
END_TEST

START_TEST(outputs_may_be_the_buffers_of_inputs_in_another_order)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  Sound           expected = reference(host_lists[_i]);
  Sound           in       = noise_for(instance);
  Sound           out      = sound_new(instance->n_outs, N_FRAMES);
  Sound           buffers  = out;
  for (uint32_t c = 0U; c < instance->n_outs && c < instance->n_ins; ++c) {
    buffers.channels[c] = in.channels[instance->n_ins - 1U - c];
  }

  instance_play(instance, in.channels, buffers.channels, N_FRAMES, BLOCK, NULL);
  ck_assert(sound_equal(&buffers, &expected));

  sound_free(&out);
  sound_free(&in);
  sound_free(&expected);
  instance_free(instance);
}
END_TEST

START_TEST(all_inputs_may_be_one_buffer)
{
  Instance* const one    = instance_start(host_lists[_i], WORKER_NONE);
  Instance* const many   = instance_start(host_lists[_i], WORKER_NONE);
  Sound           in     = noise_for(one);
  Sound           copies = noise_for(one);
  Sound           same   = in;
  for (uint32_t c = 0U; c < one->n_ins; ++c) {
    same.channels[c] = in.channels[0];
    memcpy(copies.channels[c], in.channels[0], N_FRAMES * sizeof(float));
  }

  Sound out      = play(one, &same, NULL);
  Sound expected = play(many, &copies, NULL);
  ck_assert(sound_equal(&out, &expected));

  sound_free(&expected);
  sound_free(&out);
  sound_free(&copies);
  sound_free(&in);
  instance_free(many);
  instance_free(one);
}
END_TEST

// Ardour does this to a plugin of many outputs on a track of one channel
START_TEST(outputs_that_nobody_hears_may_be_one_buffer)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  Sound           expected = reference(host_lists[_i]);
  Sound           in       = noise_for(instance);
  Sound           out      = sound_new(2U, N_FRAMES);
  Sound           buffers  = {instance->n_outs, N_FRAMES, {0}};
  for (uint32_t c = 0U; c < instance->n_outs; ++c) {
    buffers.channels[c] = c ? out.channels[1] : in.channels[0];
  }

  instance_play(instance, in.channels, buffers.channels, N_FRAMES, BLOCK, NULL);
  ck_assert_mem_eq(
    in.channels[0], expected.channels[0], N_FRAMES * sizeof(float));

  sound_free(&out);
  sound_free(&in);
  sound_free(&expected);
  instance_free(instance);
}
END_TEST

/* Odd buffers */

/// Memory between two pages that may not be touched
typedef struct {
  uint8_t* pages;
  size_t   page;
  size_t   size; ///< Of what may be touched [bytes]
} Guarded;

static Guarded
guarded_new(const size_t min_size)
{
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  const size_t size = ((min_size + page - 1U) / page) * page;
  uint8_t*     data = (uint8_t*)mmap(NULL,
                                 size + (2U * page),
                                 PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS,
                                 -1,
                                 0);
  ck_assert_ptr_ne(data, MAP_FAILED);
  ck_assert_int_eq(mprotect(data, page, PROT_NONE), 0);
  ck_assert_int_eq(mprotect(data + page + size, page, PROT_NONE), 0);

  const Guarded result = {data, page, size};
  return result;
}

static void
guarded_free(const Guarded* const guarded)
{
  munmap(guarded->pages, guarded->size + (2U * guarded->page));
}

/// Return a buffer at the start or at the end of what may be touched
static float*
guarded_buffer(const Guarded* const guarded,
               const uint32_t       n_frames,
               const bool           at_end)
{
  const size_t offset = at_end ? guarded->size - (n_frames * sizeof(float)) : 0;
  return (float*)(void*)(guarded->pages + guarded->page + offset);
}

static void
play_guarded(Instance* const instance, const bool at_end)
{
  Guarded guards[HOST_MAX_PORTS] = {{0}};
  for (uint32_t i = 0U; i < instance->n_ports; ++i) {
    guards[i] = guarded_new(GUARDED_FRAMES * sizeof(float));
  }
  for (uint32_t n = 0U; n <= GUARDED_FRAMES; ++n) {
    for (uint32_t i = 0U; i < instance->n_ins; ++i) {
      const uint32_t port = instance->ins[i];
      instance_connect(
        instance, port, guarded_buffer(&guards[port], n, at_end));
    }
    for (uint32_t i = 0U; i < instance->n_outs; ++i) {
      const uint32_t port = instance->outs[i];
      instance_connect(
        instance, port, guarded_buffer(&guards[port], n, at_end));
    }
    instance_run(instance, n);
  }
  for (uint32_t i = 0U; i < instance->n_ports; ++i) {
    guarded_free(&guards[i]);
  }
}

START_TEST(run_touches_nothing_beyond_its_buffers)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  play_guarded(instance, false);
  play_guarded(instance, true);
  instance_free(instance);
}
END_TEST

START_TEST(buffers_may_be_aligned_to_four_bytes)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  Sound           expected = reference(host_lists[_i]);
  Sound           in       = noise_for(instance);
  Sound           room     = sound_new(instance->n_ins, N_FRAMES + 15U);
  Sound           out      = sound_new(instance->n_outs, N_FRAMES + 15U);
  Sound           shifted  = {instance->n_ins, N_FRAMES, {0}};
  Sound           results  = {instance->n_outs, N_FRAMES, {0}};
  for (uint32_t c = 0U; c < instance->n_ins; ++c) {
    shifted.channels[c] = room.channels[c] + 1U + (c % 15U);
    memcpy(shifted.channels[c], in.channels[c], N_FRAMES * sizeof(float));
  }
  for (uint32_t c = 0U; c < instance->n_outs; ++c) {
    results.channels[c] = out.channels[c] + 1U + ((c + 5U) % 15U);
  }

  instance_play(
    instance, shifted.channels, results.channels, N_FRAMES, BLOCK, NULL);
  ck_assert(sound_equal(&results, &expected));

  sound_free(&out);
  sound_free(&room);
  sound_free(&in);
  sound_free(&expected);
  instance_free(instance);
}
END_TEST

/// Play a block with all ports at new places, which are spoilt afterwards
static void
play_elsewhere(Instance* const    instance,
               const Sound* const in,
               const Sound* const out,
               const uint32_t     frame)
{
  Sound audio = sound_new(instance->n_ins, BLOCK);
  Sound heard = sound_new(instance->n_outs, BLOCK);
  float controls[HOST_MAX_PORTS];
  memcpy(controls, instance->controls, sizeof(controls));
  for (uint32_t i = 0U; i < instance->n_ports; ++i) {
    if (instance->kinds[i] >= PORT_CONTROL_IN) {
      instance_connect(instance, i, &controls[i]);
    }
  }
  for (uint32_t c = 0U; c < instance->n_ins; ++c) {
    memcpy(audio.channels[c], in->channels[c] + frame, BLOCK * sizeof(float));
    instance_connect(instance, instance->ins[c], audio.channels[c]);
  }
  for (uint32_t c = 0U; c < instance->n_outs; ++c) {
    instance_connect(instance, instance->outs[c], heard.channels[c]);
  }

  instance_run(instance, BLOCK);
  for (uint32_t c = 0U; c < instance->n_outs; ++c) {
    memcpy(out->channels[c] + frame, heard.channels[c], BLOCK * sizeof(float));
  }
  memset(controls, 0xFF, sizeof(controls));
  sound_free(&heard);
  sound_free(&audio);
}

START_TEST(ports_may_move_before_each_run)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  Sound           expected = reference(host_lists[_i]);
  Sound           in       = noise_for(instance);
  Sound           out      = sound_new(instance->n_outs, N_FRAMES);
  const uint32_t  n_whole  = (N_FRAMES / BLOCK) * BLOCK;
  for (uint32_t frame = 0U; frame < n_whole; frame += BLOCK) {
    play_elsewhere(instance, &in, &out, frame);
  }

  out.n_frames = n_whole;
  ck_assert(sound_equal(&out, &expected));

  sound_free(&out);
  sound_free(&in);
  sound_free(&expected);
  instance_free(instance);
}
END_TEST

START_TEST(any_port_may_be_null)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  Sound           in       = noise_for(instance);
  Sound           out      = sound_new(instance->n_outs, N_FRAMES);
  for (uint32_t i = 0U; i < instance->n_ports; ++i) {
    instance_connect_own(instance);
    instance_play(
      instance, in.channels, out.channels, N_FRAMES, N_FRAMES, NULL);
    ck_assert(sound_is_finite(&out));
    instance_connect(instance, i, NULL);
    instance_run(instance, BLOCK);
  }
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

START_TEST(all_ports_may_be_null)
{
  const InstanceSpec spec = {
    host_lists[_i], 48000.0, MAP_REAL, WORKER_NONE, false, NULL};
  Instance* const instance = instance_new(&spec);
  for (uint32_t i = 0U; i < instance->n_ports; ++i) {
    instance_connect(instance, i, NULL);
  }
  instance_activate(instance);
  instance_run(instance, BLOCK);
  instance_run(instance, 0U);
  instance_free(instance);
}
END_TEST

START_TEST(ports_beyond_the_last_are_ignored)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  instance_connect(instance, 1000U, NULL);
  instance_connect(instance, UINT32_MAX, NULL);
  ck_assert(plays_as_new(instance));
  instance_free(instance);
}
END_TEST

/* Bad samples and controls */

static const float bad_samples[] =
  {NAN, -NAN, INFINITY, -INFINITY, 1e38f, -1e38f, 2e4f};

#define N_BAD_SAMPLES (sizeof(bad_samples) / sizeof(bad_samples[0]))

START_TEST(bad_samples_count_as_silence)
{
  Instance* const x     = instance_start(host_lists[_i], WORKER_NONE);
  Instance* const y     = instance_start(host_lists[_i], WORKER_NONE);
  Sound           bad   = noise_for(x);
  Sound           clean = noise_for(x);
  for (uint32_t c = 0U; c < x->n_ins; ++c) {
    for (uint32_t i = c; i < N_FRAMES / 2U; i += 13U) {
      bad.channels[c][i]   = bad_samples[i % N_BAD_SAMPLES];
      clean.channels[c][i] = 0.0f;
    }
  }

  Sound out      = play(x, &bad, NULL);
  Sound expected = play(y, &clean, NULL);
  ck_assert(sound_is_finite(&out));
  ck_assert(sound_equal(&out, &expected));

  sound_free(&expected);
  sound_free(&out);
  sound_free(&clean);
  sound_free(&bad);
  instance_free(y);
  instance_free(x);
}
END_TEST

START_TEST(denormal_samples_do_no_harm)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  Sound           in       = noise_for(instance);
  for (uint32_t c = 0U; c < instance->n_ins; ++c) {
    for (uint32_t i = 0U; i < N_FRAMES; ++i) {
      in.channels[c][i] *= 1e-39f;
    }
  }

  Sound        out = play(instance, &in, NULL);
  const double max = host_is_model(_i) ? MAX_OFFSET : 1e-37;
  for (uint32_t c = 0U; c < instance->n_outs; ++c) {
    ck_assert_double_lt(peak(out.channels[c], 0U, N_FRAMES), max);
  }
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

START_TEST(controls_that_are_not_numbers_keep_their_value)
{
  const PortList* const list  = host_lists[_i];
  const Twins           twins = twins_new(list);
  for (uint32_t i = 0U; i < list->n_specs; ++i) {
    const char* const symbol = list->specs[i].symbol;
    const float       last   = list->specs[i].maximum;
    const Change      bad[]  = {{symbol, BLOCK, last}, {symbol, 1000U, NAN}};
    const Score       score  = {bad, 2U};
    const Score       kept   = {bad, 1U};
    if (list->specs[i].kind == PORT_CONTROL_IN) {
      assert_same_effect(&twins, &score, &kept);
    }
  }
  twins_free(&twins);
}
END_TEST

/// Assert that a value has the effect of another
static void
assert_acts_as(const Twins* const twins,
               const char* const  symbol,
               const float        value,
               const float        other)
{
  const Change changes[] = {{symbol, BLOCK, value}, {symbol, BLOCK, other}};
  const Score  scores[]  = {{changes, 1U}, {changes + 1U, 1U}};
  assert_same_effect(twins, &scores[0], &scores[1]);
}

START_TEST(controls_out_of_range_act_as_the_nearest_in_range)
{
  const PortList* const list  = host_lists[_i];
  const Twins           twins = twins_new(list);
  for (uint32_t i = 0U; i < list->n_specs; ++i) {
    const PortSpec* const spec = &list->specs[i];
    if (spec->kind == PORT_CONTROL_IN) {
      assert_acts_as(&twins, spec->symbol, INFINITY, spec->maximum);
      assert_acts_as(&twins, spec->symbol, 1e30f, spec->maximum);
      assert_acts_as(&twins, spec->symbol, -INFINITY, spec->minimum);
      assert_acts_as(&twins, spec->symbol, -1e30f, spec->minimum);
    }
  }
  twins_free(&twins);
}
END_TEST

START_TEST(denormal_controls_act_as_zero)
{
  const PortList* const list  = host_lists[_i];
  const Twins           twins = twins_new(list);
  for (uint32_t i = 0U; i < list->n_specs; ++i) {
    const PortSpec* const spec = &list->specs[i];
    if (spec->kind == PORT_CONTROL_IN) {
      const float zero = fmaxf(spec->minimum, fminf(0.0f, spec->maximum));
      assert_acts_as(&twins, spec->symbol, 1e-40f, zero);
    }
  }
  twins_free(&twins);
}
END_TEST

static void
assert_starts_with(const PortList* const list, const float value)
{
  const InstanceSpec spec = {list, 48000.0, MAP_REAL, WORKER_NONE, false, NULL};
  Instance* const    instance = instance_new(&spec);
  for (uint32_t i = 0U; i < instance->n_ports; ++i) {
    if (instance->kinds[i] == PORT_CONTROL_IN) {
      instance->controls[i] = value;
    }
  }
  if (instance_port(instance, "order") < HOST_MAX_PORTS) {
    instance_set(instance, "order", 64.0f); // The greatest takes seconds
  }
  instance_activate(instance);

  Sound in  = noise_for(instance);
  Sound out = play(instance, &in, NULL);
  ck_assert(sound_is_finite(&out));
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}

START_TEST(plugin_starts_with_any_controls)
{
  assert_starts_with(host_lists[_i], NAN);
  assert_starts_with(host_lists[_i], INFINITY);
  assert_starts_with(host_lists[_i], -INFINITY);
  assert_starts_with(host_lists[_i], 1e-40f);
  assert_starts_with(host_lists[_i], 0.0f);
}
END_TEST

/* Rates */

START_TEST(plugin_runs_at_common_rates)
{
  static const double rates[] = {4000.0,
                                 8000.0,
                                 22050.0,
                                 44100.0,
                                 48000.0,
                                 88200.0,
                                 96000.0,
                                 176400.0,
                                 192000.0,
                                 384000.0};
  for (uint32_t i = 0U; i < sizeof(rates) / sizeof(rates[0]); ++i) {
    const InstanceSpec spec = {
      host_lists[_i], rates[i], MAP_REAL, WORKER_NONE, false, NULL};
    Instance* const instance = instance_new(&spec);
    ck_assert_msg(instance, "%g Hz", rates[i]);
    if (instance_port(instance, "mode") < HOST_MAX_PORTS) {
      instance_set(instance, "mode", MODE_RESIDUAL); // No noise is foretold
    }
    instance_activate(instance);

    Sound in  = noise_for(instance);
    Sound out = play(instance, &in, NULL);
    ck_assert_msg(sound_is_finite(&out), "%g Hz", rates[i]);
    ck_assert_double_gt(peak(out.channels[0], 0U, N_FRAMES), 0.0);
    sound_free(&out);
    sound_free(&in);
    instance_free(instance);
  }
}
END_TEST

START_TEST(plugin_refuses_other_rates_with_a_line_in_the_log)
{
  static const double rates[] = {0.0, -0.0, -48000.0, 1.0, NAN, INFINITY, 1e9};
  for (uint32_t i = 0U; i < sizeof(rates) / sizeof(rates[0]); ++i) {
    int                n_logs = 0;
    const InstanceSpec spec   = {
        host_lists[_i], rates[i], MAP_REAL, WORKER_NONE, false, &n_logs};
    ck_assert_msg(!instance_new(&spec), "%g Hz", rates[i]);
    ck_assert_int_eq(n_logs, 1);
  }
}
END_TEST

/* Life */

START_TEST(activate_makes_an_instance_as_new)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  for (uint32_t i = 0U; i < 3U; ++i) {
    ck_assert_msg(plays_as_new(instance), "life %u", i);
    instance_deactivate(instance);
    instance_activate(instance);
  }
  instance_free(instance);
}
END_TEST

START_TEST(activate_may_be_called_again_and_again)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  for (uint32_t i = 0U; i < 1000U; ++i) {
    instance_activate(instance);
    if (i % 2U) {
      instance_deactivate(instance);
    }
  }
  instance_activate(instance);
  ck_assert(plays_as_new(instance));
  instance_free(instance);
}
END_TEST

START_TEST(run_without_activate_does_no_harm)
{
  const InstanceSpec spec = {
    host_lists[_i], 48000.0, MAP_REAL, WORKER_QUEUE, false, NULL};
  Instance* const instance = instance_new(&spec);
  Sound           in       = noise_for(instance);
  Sound           out      = play(instance, &in, NULL);
  ck_assert(sound_is_finite(&out));

  instance_activate(instance);
  ck_assert(plays_as_new(instance));
  sound_free(&out);
  sound_free(&in);
  instance_free(instance);
}
END_TEST

START_TEST(instance_may_be_freed_before_it_is_activated)
{
  const InstanceSpec spec = {
    host_lists[_i], 48000.0, MAP_REAL, WORKER_NONE, false, NULL};
  instance_free(instance_new(&spec));
}
END_TEST

START_TEST(two_instances_make_the_same_sound)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_NONE);
  Instance* const between  = instance_start(host_lists[_i], WORKER_NONE);
  Sound           in       = noise_for(between);
  Sound           out      = play(between, &in, NULL);

  ck_assert(plays_as_new(instance));
  sound_free(&out);
  sound_free(&in);
  instance_free(between);
  instance_free(instance);
}
END_TEST

START_TEST(freewheeling_changes_no_sound)
{
  Instance* const instance = instance_start(host_lists[_i], WORKER_AT_ONCE);
  if (instance_port(instance, "freewheel") < HOST_MAX_PORTS) {
    instance_set(instance, "freewheel", 1.0f);
  }
  ck_assert(plays_as_new(instance));
  instance_free(instance);
}
END_TEST

/* Features */

START_TEST(plugin_needs_no_feature_but_the_map)
{
  const InstanceSpec spec = {
    host_lists[_i], 48000.0, MAP_REAL, WORKER_NONE, true, NULL};
  Instance* const instance = instance_new(&spec);
  ck_assert_ptr_nonnull(instance);
  instance_activate(instance);
  ck_assert(plays_as_new(instance));
  instance_free(instance);
}
END_TEST

START_TEST(plugin_refuses_a_host_without_map_with_a_line_in_the_log)
{
  int                n_logs = 0;
  const InstanceSpec spec   = {
      host_lists[_i], 48000.0, MAP_NONE, WORKER_QUEUE, false, &n_logs};
  ck_assert_ptr_null(instance_new(&spec));
  ck_assert_int_eq(n_logs, 1);
}
END_TEST

START_TEST(plugin_refuses_a_host_without_features)
{
  const LV2_Descriptor* const descriptor = host_descriptor(host_lists[_i]);
  const LV2_Feature* const    none[]     = {NULL};
  ck_assert_ptr_null(
    descriptor->instantiate(descriptor, 48000.0, "/nowhere/", none));
  ck_assert_ptr_null(
    descriptor->instantiate(descriptor, 48000.0, "/nowhere/", NULL));
}
END_TEST

START_TEST(plugin_plays_where_the_map_knows_nothing)
{
  const InstanceSpec spec = {
    host_lists[_i], 48000.0, MAP_ZERO, WORKER_NONE, false, NULL};
  Instance* const instance = instance_new(&spec);
  ck_assert_ptr_nonnull(instance);
  instance_activate(instance);
  ck_assert(plays_as_new(instance));
  instance_free(instance);
}
END_TEST

START_TEST(each_plugin_is_listed_once)
{
  for (uint32_t i = 0U; i < N_PLUGINS; ++i) {
    ck_assert_ptr_nonnull(host_descriptor_at(i));
    ck_assert_ptr_eq(host_descriptor_at(i), host_descriptor(host_lists[i]));
  }
  ck_assert_ptr_null(host_descriptor_at(N_PLUGINS));
  ck_assert_ptr_null(host_descriptor_at(UINT32_MAX));
}
END_TEST

START_TEST(unknown_extensions_are_null)
{
  const LV2_Descriptor* const descriptor = host_descriptor(host_lists[_i]);
  if (descriptor->extension_data) {
    ck_assert_ptr_null(descriptor->extension_data("urn:unknown"));
  }
}
END_TEST

static void
add(TCase* const tcase)
{
#define ADD(test) tcase_add_loop_test(tcase, test, 0, N_PLUGINS)
  tcase_add_test(tcase, each_plugin_is_listed_once);
  ADD(run_of_no_frames_updates_control_outputs);
  ADD(run_of_no_frames_leaves_an_empty_sequence);
  ADD(run_of_no_frames_changes_no_sound);
  ADD(outputs_may_be_the_buffers_of_inputs);
  ADD(any_output_may_be_the_buffer_of_any_input);
  ADD(outputs_may_be_the_buffers_of_inputs_in_another_order);
  ADD(all_inputs_may_be_one_buffer);
  ADD(outputs_that_nobody_hears_may_be_one_buffer);
  ADD(run_touches_nothing_beyond_its_buffers);
  ADD(buffers_may_be_aligned_to_four_bytes);
  ADD(ports_may_move_before_each_run);
  ADD(any_port_may_be_null);
  ADD(all_ports_may_be_null);
  ADD(ports_beyond_the_last_are_ignored);
  ADD(bad_samples_count_as_silence);
  ADD(denormal_samples_do_no_harm);
  ADD(controls_that_are_not_numbers_keep_their_value);
  ADD(controls_out_of_range_act_as_the_nearest_in_range);
  ADD(denormal_controls_act_as_zero);
  ADD(plugin_starts_with_any_controls);
  ADD(plugin_runs_at_common_rates);
  ADD(plugin_refuses_other_rates_with_a_line_in_the_log);
  ADD(activate_makes_an_instance_as_new);
  ADD(activate_may_be_called_again_and_again);
  ADD(run_without_activate_does_no_harm);
  ADD(instance_may_be_freed_before_it_is_activated);
  ADD(two_instances_make_the_same_sound);
  ADD(freewheeling_changes_no_sound);
  ADD(plugin_needs_no_feature_but_the_map);
  ADD(plugin_refuses_a_host_without_map_with_a_line_in_the_log);
  ADD(plugin_refuses_a_host_without_features);
  ADD(plugin_plays_where_the_map_knows_nothing);
  ADD(unknown_extensions_are_null);
#undef ADD
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "contract", add);
}
