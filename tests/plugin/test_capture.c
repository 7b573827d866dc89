// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Learning a device inside a host, which may end at any time; to be run with a
// thread sanitizer too.
// usage: test_capture LMU.SO

#include "core/base/setup/file.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/weight_file.h"
#include "plugin/ports.h"
#include "plugin/wav.h"
#include "tests/plugin/folder.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/patches.h"
#include "tests/plugin/paths.h"
#include "tests/plugin/require.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/session.h"
#include "tests/plugin/uris.h"
#include "train/checkpoint.h"

#include <check.h>
#include <dirent.h>
#include <lv2/state/state.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Low, so that little is much time [Hz]
#define RATE 16000.0

#define BLOCK 160U
#define BLOCKS_A_SECOND 100U

/// How late the device is [frames]
#define LATENCY 37U

/// Instances that want to train at the same time, fewer where each takes half a
/// minute, and how much longer all may take there
#ifdef __SANITIZE_THREAD__
#  define N_AT_ONCE 3U
#  define SLOWNESS 10U
#else
#  define N_AT_ONCE 10U
#  define SLOWNESS 1U
#endif

/// Blocks that are waited for at most, each of which takes a millisecond: with
/// room of ten times and more
#define PATIENCE (120000U * SLOWNESS)

/// Time to end training [s], of which there is a twentieth in a common program
#define MAX_END_S 1.0

/// What a host plays through the device
typedef enum {
  PLAY_NOISE,     ///< Soft and loud
  PLAY_SILENCE,   ///< Nothing
  PLAY_TOO_LOUD,  ///< Above full scale
  PLAY_UNRELATED, ///< Noise that does not come from the device
} PlayKind;

/// A host with a device between Send and Device
typedef struct {
  Instance* instance;
  PlayKind  kind;
  uint32_t  noise;
  uint32_t  n_frames; ///< That were played
  float     line[LATENCY];
  double    low;
  float     last; ///< Sample that was sent last while it was recorded
  float     buffers[4][BLOCK]; ///< In, Device, Send, Out
} Rig;

static Folder data_folder;

static void
set_up(void)
{
  data_folder = folder_new();
  setenv("XDG_DATA_HOME", data_folder.path, 1);
}

static void
tear_down(void)
{
  folder_remove(&data_folder);
}

/* Rigs */

static void
rig_connect(Rig* const rig)
{
  Instance* const instance = rig->instance;
  for (uint32_t i = 0U; i < 2U; ++i) {
    instance_connect(instance, instance->ins[i], rig->buffers[i]);
    instance_connect(instance, instance->outs[i], rig->buffers[2U + i]);
  }
}

static Rig*
rig_new_at(const double rate)
{
  const InstanceSpec spec = {
    &lmu_capture_ports[0], rate, MAP_REAL, WORKER_THREAD, false, NULL};
  Rig* const rig = (Rig*)calloc(1U, sizeof(Rig));
  REQUIRE(rig);
  rig->instance = instance_new(&spec);
  rig->noise    = 1U;
  rig_connect(rig);
  instance_set(rig->instance, "size", 0.0f);
  instance_set(rig->instance, "kind", KIND_DRIVE);
  return rig;
}

static Rig*
rig_new(void)
{
  Rig* const rig = rig_new_at(RATE);
  instance_activate(rig->instance);
  return rig;
}

static void
rig_free(Rig* const rig)
{
  instance_deactivate(rig->instance);
  instance_free(rig->instance);
  free(rig);
}

static float
noise(Rig* const rig)
{
  rig->noise = (rig->noise * 1664525U) + 1013904223U;
  return (float)((rig->noise / 2147483648.0) - 1.0);
}

/// Return the next sample of what is played
static float
next_input(Rig* const rig)
{
  const double t    = rig->n_frames++ / RATE;
  const double gain = 0.05 + (0.4 * fabs(sin(3.0 * t)));
  const float  x    = noise(rig);
  rig->low += 0.3 * ((double)x - rig->low);
  const double tone = 0.6 * sin(2.0 * 3.14159 * 180.0 * t);
  const float  play = (float)(gain * (rig->low + tone));
  return rig->kind == PLAY_SILENCE    ? 0.0f
         : rig->kind == PLAY_TOO_LOUD ? 4.0f * play
                                      : play;
}

/// Let the device do a block of what was sent
static void
run_device(Rig* const rig)
{
  for (uint32_t i = 0U; i < BLOCK; ++i) {
    const float sent = rig->buffers[2][i];
    const float late = rig->line[i % LATENCY];
    (void)late;
    memmove(rig->line, rig->line + 1U, (LATENCY - 1U) * sizeof(float));
    rig->line[LATENCY - 1U] = sent;
    rig->buffers[1][i]      = rig->kind == PLAY_UNRELATED
                                ? 0.3f * noise(rig)
                                : (float)(0.5 * tanh(3.0 * (double)rig->line[0]));
  }
}

/// Play some blocks, and wait a millisecond after each
static void
rig_play(Rig* const rig, const uint32_t n_blocks)
{
  for (uint32_t i = 0U; i < n_blocks; ++i) {
    for (uint32_t j = 0U; j < BLOCK; ++j) {
      rig->buffers[0][j] = next_input(rig);
    }
    instance_run(rig->instance, BLOCK);
    run_device(rig);
    usleep(1000U);
  }
}

static CaptureStatus
rig_status(const Rig* const rig)
{
  return (CaptureStatus)(int)instance_get(rig->instance, "status");
}

/// Play until there is a status, which there must be
static void
rig_await(Rig* const rig, const CaptureStatus status)
{
  for (uint32_t i = 0U; i < PATIENCE && rig_status(rig) != status; ++i) {
    rig_play(rig, 1U);
  }
  ck_assert_int_eq(rig_status(rig), status);
}

/// Record some seconds
static void
rig_record(Rig* const rig, const uint32_t seconds)
{
  instance_set(rig->instance, "record", 1.0f);
  const float before = instance_get(rig->instance, "recorded");
  for (uint32_t i = 0U;
       i < PATIENCE && instance_get(rig->instance, "recorded") == before;
       ++i) {
    rig_play(rig, 1U);
  }
  rig_play(rig, seconds * BLOCKS_A_SECOND);
  rig->last = rig->buffers[2][BLOCK - 1U];
  instance_set(rig->instance, "record", 0.0f);
  rig_play(rig, 100U); // For the last of it to be written
}

/// Train until a model is better than an error, and plays
static void
rig_train_to(Rig* const rig, const float esr)
{
  instance_set(rig->instance, "train", 1.0f);
  for (uint32_t i = 0U;
       i < PATIENCE && instance_get(rig->instance, "esr") > esr;
       ++i) {
    rig_play(rig, 1U);
  }
  ck_assert_float_le(instance_get(rig->instance, "esr"), esr);
  rig_play(rig, 1500U); // One is written each second
}

/// Train until there is a model
static void
rig_train(Rig* const rig)
{
  rig_train_to(rig, -6.0f);
}

/* Files */

/// Write the path of a file of the newest capture, return false if there is
/// none; the name null is for the model
static bool
find_file(char* const path, const size_t size, const char* const name)
{
  char captures[FOLDER_MAX_PATH + 64U];
  char newest[256] = "";
  (void)snprintf(
    captures, sizeof(captures), "%s/lmu.lv2/captures", data_folder.path);
  DIR* const folder = opendir(captures);
  if (!folder) {
    return false;
  }
  for (const struct dirent* entry = readdir(folder); entry;
       entry                      = readdir(folder)) {
    if (entry->d_name[0] != '.' && strcmp(entry->d_name, newest) > 0) {
      (void)snprintf(newest, sizeof(newest), "%s", entry->d_name);
    }
  }
  closedir(folder);
  if (name) {
    (void)snprintf(path, size, "%s/%s/%s", captures, newest, name);
  } else {
    (void)snprintf(
      path, size, "%s/%s/%s.safetensors", captures, newest, newest);
  }
  return newest[0] && !access(path, F_OK);
}

/// Return the frames of a recording of the newest capture, read to samples of
/// room for a minute, or zero
static size_t
read_recording(float* const samples, const char* const name)
{
  char     path[1024];
  uint32_t rate = 0U;
  if (!find_file(path, sizeof(path), name)) {
    return 0U;
  }
  const int    file = wav_open(path);
  const size_t n    = wav_length(file, &rate);
  ck_assert_uint_eq(rate, (uint32_t)RATE);
  ck_assert_uint_lt(n, (size_t)60U * (size_t)RATE);
  ck_assert(wav_read(file, 0U, samples, n));
  close(file);
  return n;
}

static float*
new_samples(void)
{
  float* const samples = (float*)calloc(60U * (size_t)RATE, sizeof(float));
  REQUIRE(samples);
  return samples;
}

/// Return the greatest magnitude of a block
static float
peak_of(const float* const x)
{
  float peak = 0.0f;
  for (uint32_t i = 0U; i < BLOCK; ++i) {
    peak = fmaxf(peak, fabsf(x[i]));
  }
  return peak;
}

static uint32_t
count_threads(void)
{
  uint32_t   count  = 0U;
  DIR* const folder = opendir("/proc/self/task");
  REQUIRE(folder);
  while (readdir(folder)) {
    ++count;
  }
  closedir(folder);
  return count;
}

static double
now_s(void)
{
  struct timespec now = {0, 0};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (1e-9 * (double)now.tv_nsec);
}

/* Recording */

START_TEST(what_is_sent_and_comes_back_is_written)
{
  Rig* const   rig = rig_new();
  float* const dry = new_samples();
  float* const wet = new_samples();
  rig_record(rig, 4U);
  ck_assert_int_eq(rig_status(rig), CAPTURE_RECORDED);

  const size_t n = read_recording(dry, "dry.wav");
  ck_assert_uint_ge(n, 4U * (size_t)RATE);
  ck_assert_uint_eq(read_recording(wet, "wet.wav"), n);
  ck_assert_float_eq(dry[n - 1U], rig->last);
  ck_assert_float_eq_tol(
    instance_get(rig->instance, "recorded"), (float)n / (float)RATE, 0.001f);
  // Each block of the device's input comes back a block later
  const uint32_t late = LATENCY - 1U + BLOCK;
  for (size_t i = BLOCK; i + late < n; ++i) {
    ck_assert_float_eq_tol(
      wet[i + late], (float)(0.5 * tanh(3.0 * (double)dry[i])), 1e-6f);
  }
  free(wet);
  free(dry);
  rig_free(rig);
}
END_TEST

START_TEST(nothing_is_written_before_someone_records)
{
  char       path[1024];
  Rig* const rig = rig_new();
  rig_play(rig, 300U);
  ck_assert_int_eq(rig_status(rig), CAPTURE_EMPTY);
  ck_assert(!find_file(path, sizeof(path), "dry.wav"));
  rig_free(rig);
}
END_TEST

/// Tell a capture its name, in so many bytes
static void
rig_name(Rig* const rig, const char* const text, const uint32_t size)
{
  const PatchMessage name = {URI_PATCH_SET,
                             uri_map(NULL, "urn:lmu-lv2:capture-name"),
                             URI_NONE,
                             URI_ATOM_STRING,
                             text,
                             size,
                             0};
  instance_send(rig->instance, &name);
  rig_play(rig, 1U);
  instance_send_nothing(rig->instance);
}

START_TEST(recording_goes_on_and_another_name_begins_another)
{
  Rig* const   rig = rig_new();
  float* const dry = new_samples();
  rig_record(rig, 2U);
  const size_t first = read_recording(dry, "dry.wav");
  rig_record(rig, 2U);
  const size_t both = read_recording(dry, "dry.wav");
  ck_assert_uint_ge(both, first + (2U * (size_t)RATE));

  rig_name(rig, "zoo/box", 8U);
  rig_record(rig, 1U);
  char path[1024];
  ck_assert(find_file(path, sizeof(path), "dry.wav"));
  ck_assert_ptr_nonnull(strstr(path, "/zoo_box-"));
  ck_assert_uint_lt(read_recording(dry, "dry.wav"), both);
  free(dry);
  rig_free(rig);
}
END_TEST

/// Names that no file should have, and what folders are called then
static const struct {
  const char* text;
  uint32_t    size;
  const char* folder;
} odd_names[] = {{"", 1U, "/captures/capture-"},
                 {"..", 3U, "/captures/capture-"},
                 {".hidden", 8U, "/captures/capture-"},
                 {"../../up", 9U, "/captures/capture-"},
                 {"a\xFF\tb", 5U, "/captures/a__b-"},
                 {"amp\0", 5U, "/captures/amp-"},
                 {"\xC3\xA9t\xC3\xA9", 6U, "/captures/\xC3\xA9t\xC3\xA9-"}};

START_TEST(any_name_becomes_one_folder)
{
  char       path[1024];
  Rig* const rig = rig_new();
  rig_name(rig, odd_names[_i].text, odd_names[_i].size);
  rig_record(rig, 1U);
  ck_assert_msg(find_file(path, sizeof(path), "dry.wav"), "nothing is there");
  ck_assert_msg(strstr(path, odd_names[_i].folder), "%s", path);
  rig_free(rig);
}
END_TEST

/// As much of a name as fits becomes part of a path, and no part of a character
START_TEST(long_name_is_cut)
{
  char       text[1024];
  char       path[2048];
  Rig* const rig = rig_new();
  memset(text, 'x', 2U);
  for (size_t i = 1U + (size_t)_i; i < sizeof(text) - 2U; i += 2U) {
    memcpy(text + i, "\xC3\xA9", 2U);
  }
  text[sizeof(text) - 2U] = 'x';
  text[sizeof(text) - 1U] = '\0';
  rig_name(rig, text, (uint32_t)sizeof(text));
  rig_record(rig, 1U);
  ck_assert(find_file(path, sizeof(path), "dry.wav"));
  const char* const name = strstr(path, "/captures/x");
  ck_assert_ptr_nonnull(name);
  // A hundred bytes, but the last may not be half of a character
  ck_assert_int_eq(strchr(name, '-') - (name + strlen("/captures/")), 99 + _i);
  rig_free(rig);
}
END_TEST

START_TEST(test_signal_goes_out_once_and_is_not_heard)
{
  Rig* const   rig   = rig_new();
  float* const dry   = new_samples();
  float        sent  = 0.0f;
  float        heard = 0.0f;
  instance_set(rig->instance, "source", SOURCE_SIGNAL);
  instance_set(rig->instance, "record", 1.0f);
  for (uint32_t i = 0U; i < PATIENCE && rig_status(rig) != CAPTURE_RECORDED;
       ++i) {
    rig_play(rig, 1U);
    sent                 = fmaxf(sent, peak_of(rig->buffers[2]));
    const float recorded = instance_get(rig->instance, "recorded");
    if (recorded > 1.5f && recorded < 25.0f) {
      heard = fmaxf(heard, peak_of(rig->buffers[3]));
    }
  }
  ck_assert_int_eq(rig_status(rig), CAPTURE_RECORDED);
  ck_assert_float_gt(sent, 0.9f);
  ck_assert_float_lt(sent, 1.0f);
  ck_assert_float_eq(heard, 0.0f);

  const size_t n = read_recording(dry, "dry.wav");
  ck_assert_uint_gt(n, 25U * (size_t)RATE);
  rig_play(rig, 200U);
  ck_assert_uint_eq(read_recording(dry, "dry.wav"), n);
  free(dry);
  rig_free(rig);
}
END_TEST

/* What is wrong */

START_TEST(what_is_wrong_has_a_word)
{
  static const struct {
    PlayKind      kind;
    uint32_t      seconds;
    CaptureStatus status;
  } cases[] = {{PLAY_SILENCE, 4U, CAPTURE_SILENT},
               {PLAY_UNRELATED, 5U, CAPTURE_UNRELATED},
               {PLAY_NOISE, 1U, CAPTURE_TOO_SHORT}};

  Rig* const   rig = rig_new();
  float* const dry = new_samples();
  rig->kind        = cases[_i].kind;
  rig_record(rig, cases[_i].seconds);
  instance_set(rig->instance, "train", 1.0f);
  rig_play(rig, 100U); // Some words are there while it is recorded
  rig_await(rig, cases[_i].status);
  ck_assert_uint_ge(read_recording(dry, "dry.wav"),
                    cases[_i].seconds * (size_t)RATE);

  // What is right after that counts
  rig->kind = PLAY_NOISE;
  rig_record(rig, 4U);
  rig_await(rig, CAPTURE_TRAINING);
  free(dry);
  rig_free(rig);
}
END_TEST

/// As `lmu train` warns, and goes on
START_TEST(clipped_is_said_and_can_be_learned_or_recorded_again)
{
  char       path[1024];
  char       first[1024];
  Rig* const rig = rig_new();
  rig->kind      = PLAY_TOO_LOUD;
  rig_record(rig, 5U);
  ck_assert_int_eq(rig_status(rig), CAPTURE_CLIPPED);
  ck_assert(find_file(first, sizeof(first), "dry.wav"));
  rig_train(rig);
  ck_assert_int_eq(rig_status(rig), CAPTURE_TRAINING);
  ck_assert(find_file(path, sizeof(path), NULL));
  instance_set(rig->instance, "train", 0.0f);
  rig_await(rig, CAPTURE_CLIPPED);

  // Another recording takes its place
  rig->kind = PLAY_NOISE;
  rig_record(rig, 4U);
  ck_assert_int_eq(rig_status(rig), CAPTURE_RECORDED);
  ck_assert(find_file(path, sizeof(path), "dry.wav"));
  ck_assert_str_ne(path, first);
  rig_free(rig);
}
END_TEST

START_TEST(feedback_ends_and_is_said)
{
  Rig* const rig     = rig_new();
  bool       is_said = false;
  uint32_t   n_loud  = 0U;
  rig_play(rig, 20U);
  for (uint32_t i = 0U; i < 10U * BLOCKS_A_SECOND; ++i) {
    for (uint32_t j = 0U; j < BLOCK; ++j) {
      rig->buffers[0][j] = (3.0f * rig->buffers[3][j]) + (0.01f * noise(rig));
    }
    instance_run(rig->instance, BLOCK);
    for (uint32_t j = 0U; j < BLOCK; ++j) {
      ck_assert(fabsf(rig->buffers[2][j]) <= 1.0f);
      rig->buffers[1][j] = rig->buffers[2][j]; // A wire
    }
    n_loud += peak_of(rig->buffers[3]) > 0.5f;
    is_said = is_said || rig_status(rig) == CAPTURE_FEEDBACK;
  }
  ck_assert(is_said);
  // A fifth of the time at most, with what it takes to grow
  ck_assert_uint_lt(n_loud, 2UL * BLOCKS_A_SECOND);
  rig_free(rig);
}
END_TEST

START_TEST(full_disk_is_said_and_nothing_is_lost)
{
  const struct rlimit low  = {100000U, RLIM_INFINITY};
  const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
  Rig* const          rig  = rig_new();
  float* const        dry  = new_samples();
  (void)signal(SIGXFSZ, SIG_IGN);
  ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &low), 0);
  rig_record(rig, 5U);
  ck_assert_int_eq(rig_status(rig), CAPTURE_DISK);
  const float recorded = instance_get(rig->instance, "recorded");
  ck_assert_float_ge(recorded, 5.0f);

  ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
  rig_await(rig, CAPTURE_RECORDED);
  ck_assert_float_eq_tol(
    (float)read_recording(dry, "dry.wav") / (float)RATE, recorded, 0.001f);
  rig_train(rig);
  free(dry);
  rig_free(rig);
}
END_TEST

/// Remove the folder of the newest capture
static void
remove_capture(void)
{
  Folder folder = {""};
  ck_assert(find_file(folder.path, sizeof(folder.path), "dry.wav"));
  *strrchr(folder.path, '/') = '\0';
  folder_remove(&folder);
}

START_TEST(removed_folder_is_written_anew)
{
  char         path[1024];
  Rig* const   rig = rig_new();
  float* const dry = new_samples();
  rig_record(rig, 3U);
  remove_capture();
  rig_record(rig, 2U);
  ck_assert_float_eq_tol((float)read_recording(dry, "dry.wav") / (float)RATE,
                         instance_get(rig->instance, "recorded"),
                         0.001f);

  rig_train(rig);
  remove_capture();
  for (uint32_t i = 0U; i < PATIENCE && !find_file(path, sizeof(path), NULL);
       ++i) {
    rig_play(rig, 1U);
  }
  ck_assert(find_file(path, sizeof(path), NULL));
  ck_assert_float_eq_tol((float)read_recording(dry, "dry.wav") / (float)RATE,
                         instance_get(rig->instance, "recorded"),
                         0.001f);
  free(dry);
  rig_free(rig);
}
END_TEST

/* Training */

/// A folder in the place of a model is as good as a full disk
START_TEST(model_that_cannot_be_written_waits)
{
  char       path[1024];
  Rig* const rig = rig_new();
  rig_record(rig, 5U);
  (void)find_file(path, sizeof(path), NULL);
  ck_assert_int_eq(mkdir(path, 0700), 0);
  instance_set(rig->instance, "train", 1.0f);
  rig_await(rig, CAPTURE_DISK);
  rig_play(rig, 500U);
  ck_assert_int_eq(rig_status(rig), CAPTURE_DISK);
  ck_assert_float_lt(instance_get(rig->instance, "esr"), 0.0f);

  ck_assert_int_eq(rmdir(path), 0);
  rig_await(rig, CAPTURE_TRAINING);
  ck_assert_int_eq(access(path, F_OK), 0);
  rig_free(rig);
}
END_TEST

START_TEST(model_plays_as_soon_as_there_is_one)
{
  char       path[1024];
  Rig* const rig = rig_new();
  rig_record(rig, 8U);
  rig_train_to(rig, -8.0f);
  ck_assert_int_eq(rig_status(rig), CAPTURE_TRAINING);
  ck_assert_float_eq(instance_get(rig->instance, "device_latency"),
                     (float)(LATENCY - 1U + BLOCK));
  ck_assert(find_file(path, sizeof(path), NULL));

  instance_set(rig->instance, "monitor", MONITOR_MODEL);
  rig_play(rig, 200U);
  ck_assert_float_gt(peak_of(rig->buffers[3]), 0.01f);

  // What is between both is less than either
  instance_set(rig->instance, "monitor", MONITOR_DIFFERENCE);
  double device     = 0.0;
  double difference = 0.0;
  rig_play(rig, 200U);
  for (uint32_t i = 0U; i < 200U; ++i) {
    float in[BLOCK];
    memcpy(in, rig->buffers[1], sizeof(in));
    rig_play(rig, 1U);
    for (uint32_t j = 0U; j < BLOCK; ++j) {
      device += (double)in[j] * (double)in[j];
      difference += (double)rig->buffers[3][j] * (double)rig->buffers[3][j];
    }
  }
  printf("# difference %.1f dB at an ESR of %.1f dB\n",
         10.0 * log10(difference / device),
         (double)instance_get(rig->instance, "esr"));
  ck_assert_double_lt(difference, 0.25 * device);
  rig_free(rig);
}
END_TEST

START_TEST(training_ends_at_once)
{
  Rig* const before = rig_new();
  rig_record(before, 1U);
  rig_free(before);
  const uint32_t n_threads = count_threads();
  double         longest   = 0.0;
  for (uint32_t i = 0U; i < 6U; ++i) {
    Rig* const rig = rig_new();
    instance_set(rig->instance, "kind", i < 4U ? KIND_AUTO : KIND_TIME);
    rig_record(rig, 5U);
    instance_set(rig->instance, "train", 1.0f);
    rig_await(rig, CAPTURE_TRAINING);
    rig_play(rig, 50U * i * i);

    const double start = now_s();
    if (i & 1U) {
      instance_deactivate(rig->instance);
      longest = fmax(longest, now_s() - start);
      instance_activate(rig->instance);
    } else {
      instance_set(rig->instance, "train", 0.0f);
      for (uint32_t j = 0U; j < PATIENCE && rig_status(rig) == CAPTURE_TRAINING;
           ++j) {
        rig_play(rig, 1U);
      }
      longest = fmax(longest, now_s() - start);
    }
    rig_free(rig);
    ck_assert_uint_eq(count_threads(), n_threads);
  }
  printf("# ended after %.3f s at most\n", longest);
  ck_assert_double_lt(longest, MAX_END_S);
}
END_TEST

START_TEST(one_trains_and_another_waits)
{
  Rig* const first  = rig_new();
  Rig* const second = rig_new();
  rig_record(first, 5U);
  rig_record(second, 5U);
  instance_set(first->instance, "train", 1.0f);
  rig_await(first, CAPTURE_TRAINING);
  instance_set(second->instance, "train", 1.0f);
  rig_await(second, CAPTURE_WAITING);
  rig_play(second, 200U);
  ck_assert_int_eq(rig_status(second), CAPTURE_WAITING);

  rig_free(first);
  rig_await(second, CAPTURE_TRAINING);
  rig_free(second);
}
END_TEST

START_TEST(of_ten_one_trains_after_another)
{
  Rig* rigs[N_AT_ONCE];
  for (uint32_t i = 0U; i < N_AT_ONCE; ++i) {
    rigs[i] = rig_new();
    rig_record(rigs[i], 4U);
    instance_set(rigs[i]->instance, "train", 1.0f);
    rig_await(rigs[i], i ? CAPTURE_WAITING : CAPTURE_TRAINING);
  }
  uint32_t now = 0U;
  for (uint32_t n = N_AT_ONCE; n > 1U; --n) {
    rig_free(rigs[now]);
    rigs[now]          = NULL;
    uint32_t n_trained = 0U;
    for (uint32_t i = 0U; i < PATIENCE && !n_trained; ++i) {
      for (uint32_t j = 0U; j < N_AT_ONCE; ++j) {
        if (rigs[j]) {
          rig_play(rigs[j], 1U);
          const bool trains = rig_status(rigs[j]) == CAPTURE_ALIGNING ||
                              rig_status(rigs[j]) == CAPTURE_TRAINING;
          now = trains ? j : now;
          n_trained += trains;
        }
      }
    }
    ck_assert_uint_eq(n_trained, 1U);
  }
  rig_free(rigs[now]);
}
END_TEST

/* Sessions */

/// Save a session, and go on with it in a new instance at a rate
static Rig*
reopen(Session* const session, Rig* const rig, const double rate)
{
  ck_assert_int_eq(session_save(session, rig->instance), LV2_STATE_SUCCESS);
  rig_free(rig);
  Rig* const next = rig_new_at(rate);
  ck_assert_int_eq(session_restore(session, next->instance), LV2_STATE_SUCCESS);
  instance_activate(next->instance);
  return next;
}

START_TEST(session_goes_on_where_it_was_closed)
{
  Folder  folder = folder_new();
  Session session;
  session_init(&session, PATHS_LINKED, folder.path);
  Rig* rig = rig_new();
  rig_record(rig, 8U);
  rig_train(rig);
  rig_play(rig, 3000U); // There is a checkpoint
  const float recorded = instance_get(rig->instance, "recorded");
  const float esr      = instance_get(rig->instance, "esr");
  const float progress = instance_get(rig->instance, "progress");

  rig = reopen(&session, rig, RATE);
  rig_play(rig, 10U);
  ck_assert_int_eq(rig_status(rig), CAPTURE_RECORDED);
  ck_assert_float_eq(instance_get(rig->instance, "recorded"), recorded);
  instance_set(rig->instance, "monitor", MONITOR_MODEL);
  rig_play(rig, 200U);
  ck_assert_float_gt(peak_of(rig->buffers[3]), 0.01f);

  instance_set(rig->instance, "train", 1.0f);
  rig_await(rig, CAPTURE_TRAINING);
  for (uint32_t i = 0U;
       i < PATIENCE && instance_get(rig->instance, "progress") == 0.0f;
       ++i) {
    rig_play(rig, 1U);
  }
  ck_assert_float_ge(instance_get(rig->instance, "progress"), 0.5f * progress);
  ck_assert_float_le(instance_get(rig->instance, "esr"), esr + 1.0f);
  rig_free(rig);
  session_clear(&session);
  folder_remove(&folder);
}
END_TEST

START_TEST(session_that_has_learned_does_not_learn_again)
{
  char    path[1024];
  Folder  folder = folder_new();
  Session session;
  session_init(&session, PATHS_LINKED, folder.path);
  Rig* rig = rig_new();
  rig_record(rig, 5U);
  rig_train(rig);
  rig = reopen(&session, rig, RATE);

  // As training leaves it at its end
  ck_assert(find_file(path, sizeof(path) - 8U, NULL));
  (void)snprintf(path + strlen(path), 8U, ".resume");
  ck_assert_int_eq(unlink(path), 0);
  instance_set(rig->instance, "train", 1.0f);
  rig_await(rig, CAPTURE_READY);
  rig_play(rig, 300U);
  ck_assert_int_eq(rig_status(rig), CAPTURE_READY);
  ck_assert_float_le(instance_get(rig->instance, "esr"), -6.0f);

  // Off and on again goes on
  instance_set(rig->instance, "train", 0.0f);
  rig_play(rig, 100U);
  instance_set(rig->instance, "train", 1.0f);
  rig_await(rig, CAPTURE_TRAINING);
  rig_free(rig);
  session_clear(&session);
  folder_remove(&folder);
}
END_TEST

START_TEST(session_of_another_rate_keeps_recordings_and_model)
{
  Folder  folder = folder_new();
  Session session;
  session_init(&session, PATHS_LINKED, folder.path);
  Rig* rig = rig_new();
  rig_record(rig, 5U);
  rig_train(rig);
  const float recorded = instance_get(rig->instance, "recorded");

  rig = reopen(&session, rig, 22050.0);
  instance_set(rig->instance, "monitor", MONITOR_MODEL);
  rig_play(rig, 300U);
  ck_assert_float_gt(peak_of(rig->buffers[3]), 0.01f);
  ck_assert_float_eq(instance_get(rig->instance, "recorded"), recorded);
  instance_set(rig->instance, "train", 1.0f);
  rig_await(rig, CAPTURE_TRAINING); // At the rate of the recordings
  rig_free(rig);
  session_clear(&session);
  folder_remove(&folder);
}
END_TEST

START_TEST(killed_host_leaves_whole_files)
{
  float* const dry = new_samples();
  const pid_t  pid = fork();
  REQUIRE(pid >= 0);
  if (!pid) {
    Rig* const rig = rig_new();
    instance_set(rig->instance, "record", 1.0f);
    rig_play(rig, PATIENCE);
    _exit(1);
  }
  for (uint32_t i = 0U;
       i < 6000U && read_recording(dry, "dry.wav") < (size_t)RATE;
       ++i) {
    usleep(10000U);
  }
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  const size_t n = read_recording(dry, "dry.wav");
  ck_assert_uint_ge(n, (size_t)RATE);
  ck_assert_uint_le(n - read_recording(dry, "wet.wav"), 8192U);
  free(dry);
}
END_TEST

/// Return whether both files of training are whole
static bool
are_whole(const char* const model)
{
  char           path[1100];
  uint8_t*       data    = NULL;
  size_t         n_bytes = 0U;
  const uint8_t* state   = NULL;
  size_t         n_state = 0U;
  LmuGraph*      graph   = NULL;
  LmuCheckpoint  checkpoint;
  bool           works = !lmu_file_read(&data, &n_bytes, model, NULL) &&
               !lmu_weights_parse(&graph, data, n_bytes, NULL);
  free(data);
  data = NULL;
  (void)snprintf(path, sizeof(path), "%s.resume", model);
  works = works && !lmu_file_read(&data, &n_bytes, path, NULL) &&
          !lmu_checkpoint_decode(&checkpoint, &state, &n_state, data, n_bytes);
  free(data);
  lmu_graph_free(graph);
  return works;
}

/// Go on with a session in a host that is killed after a while
static void
train_and_kill(Session* const session, const uint32_t wait_ms)
{
  const pid_t pid = fork();
  REQUIRE(pid >= 0);
  if (!pid) {
    Rig* const rig = rig_new_at(RATE);
    (void)session_restore(session, rig->instance);
    instance_activate(rig->instance);
    instance_set(rig->instance, "train", 1.0f);
    rig_play(rig, PATIENCE);
    _exit(1);
  }
  usleep(1000U * wait_ms);
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
}

START_TEST(killed_training_goes_on)
{
  char    path[1024];
  Folder  folder = folder_new();
  Session session;
  session_init(&session, PATHS_LINKED, folder.path);
  Rig* rig = rig_new();
  rig_record(rig, 8U);
  rig_train(rig);
  const float esr = instance_get(rig->instance, "esr");
  ck_assert_int_eq(session_save(&session, rig->instance), LV2_STATE_SUCCESS);
  rig_free(rig);

  ck_assert(find_file(path, sizeof(path), NULL));
  for (uint32_t i = 0U; i < 5U; ++i) {
    train_and_kill(&session, 500U + (617U * i));
    ck_assert(are_whole(path));
  }
  rig = rig_new_at(RATE);
  ck_assert_int_eq(session_restore(&session, rig->instance), LV2_STATE_SUCCESS);
  instance_activate(rig->instance);
  instance_set(rig->instance, "train", 1.0f);
  rig_await(rig, CAPTURE_TRAINING);
  rig_play(rig, 500U);
  ck_assert_float_le(instance_get(rig->instance, "esr"), esr + 1.0f);
  rig_free(rig);
  session_clear(&session);
  folder_remove(&folder);
}
END_TEST

/// Half an hour, played as fast as it is taken
START_TEST(half_an_hour_is_the_most)
{
  Rig* const rig = rig_new();
  instance_set(rig->instance, "record", 1.0f);
  rig_await(rig, CAPTURE_RECORDING);
  for (uint32_t i = 0U; i < PATIENCE && rig->n_frames < 1810U * (uint32_t)RATE;
       ++i) {
    const double behind = ((double)rig->n_frames / RATE) -
                          (double)instance_get(rig->instance, "recorded");
    const bool is_full = instance_get(rig->instance, "recorded") >= 1800.0f;
    for (uint32_t j = 0U; (is_full || behind < 8.0) && j < BLOCKS_A_SECOND;
         ++j) {
      rig->buffers[0][0] = 0.1f;
      rig->buffers[1][0] = 0.1f;
      instance_run(rig->instance, BLOCK);
      rig->n_frames += BLOCK;
    }
    rig_play(rig, 1U);
  }
  instance_set(rig->instance, "record", 0.0f);
  rig_play(rig, 500U);
  ck_assert_float_eq(instance_get(rig->instance, "recorded"), 1800.0f);
  // Both sides, in rooms that grow by doubling
  ck_assert_float_eq(instance_get(rig->instance, "memory"), 256.0f);
  rig_free(rig);
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_checked_fixture(tcase, set_up, tear_down);
  tcase_add_test(tcase, what_is_sent_and_comes_back_is_written);
  tcase_add_test(tcase, nothing_is_written_before_someone_records);
  tcase_add_test(tcase, recording_goes_on_and_another_name_begins_another);
  tcase_add_loop_test(tcase,
                      any_name_becomes_one_folder,
                      0,
                      sizeof(odd_names) / sizeof(odd_names[0]));
  tcase_add_loop_test(tcase, long_name_is_cut, 0, 2);
  tcase_add_test(tcase, test_signal_goes_out_once_and_is_not_heard);
  tcase_add_loop_test(tcase, what_is_wrong_has_a_word, 0, 3);
  tcase_add_test(tcase, clipped_is_said_and_can_be_learned_or_recorded_again);
  tcase_add_test(tcase, feedback_ends_and_is_said);
  tcase_add_test(tcase, removed_folder_is_written_anew);
  tcase_add_test(tcase, model_that_cannot_be_written_waits);
  tcase_add_test(tcase, of_ten_one_trains_after_another);
  tcase_add_test(tcase, full_disk_is_said_and_nothing_is_lost);
  tcase_add_test(tcase, model_plays_as_soon_as_there_is_one);
  tcase_add_test(tcase, training_ends_at_once);
  tcase_add_test(tcase, one_trains_and_another_waits);
  tcase_add_test(tcase, session_goes_on_where_it_was_closed);
  tcase_add_test(tcase, session_that_has_learned_does_not_learn_again);
  tcase_add_test(tcase, session_of_another_rate_keeps_recordings_and_model);
  tcase_add_test(tcase, killed_host_leaves_whole_files);
  tcase_add_test(tcase, killed_training_goes_on);
  tcase_add_test(tcase, half_an_hour_is_the_most);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "capture", add);
}
