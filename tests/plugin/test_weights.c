// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Weight files that are asked for by messages, good and bad.
// usage: test_weights LMU.SO

#include "plugin/ports.h"
#include "tests/plugin/folder.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/networks.h"
#include "tests/plugin/patches.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/sound.h"
#include "tests/plugin/stage.h"
#include "tests/plugin/uris.h"

#include <check.h>

#include <sys/stat.h>
#include <unistd.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODEL (&lmu_model_ports[0])
#define MODEL_STEREO (&lmu_model_ports[1])
#define RATE 48000.0

/// Blocks that show whether a sound goes on as it was
#define MANY_BLOCKS 50U

/// Messages in a storm
#define N_STORM 10000U

static Library library;

static void
set_up(void)
{
  library = library_new();
}

static void
tear_down(void)
{
  library_remove(&library);
}

/// Return a stage that plays a file
static Stage
stage_with(const PortList* const list, const Path* const path)
{
  Stage stage = stage_new(list, WORKER_AT_ONCE);
  ck_assert_int_eq(stage_load(&stage, path->text), FILE_READY);
  return stage;
}

/// Return the order of the network that plays
static int
order_of(const Stage* const stage)
{
  return (int)instance_get(stage->instance, "order");
}

/// Whether two play the same for some blocks, where both did so until now
static bool
play_alike(Stage* const stage, Stage* const other)
{
  bool result = true;
  for (uint32_t i = 0U; i < MANY_BLOCKS && result; ++i) {
    stage_play(stage, 1U);
    stage_play(other, 1U);
    result = sound_equal(&stage->out, &other->out);
  }
  return result;
}

/* Loading */

START_TEST(plugin_without_a_file_plays_its_own_network)
{
  Stage stage = stage_new(&lmu_model_ports[_i], WORKER_NONE);
  ck_assert_int_eq(stage_settle(&stage), FILE_EMPTY);

  Sound out = stage_hear(&stage);
  ck_assert(sound_is_finite(&out));
  ck_assert_double_gt(level(out.channels[0], 0U, STAGE_FRAMES), 1e-3);
  ck_assert(!sound_equal(&out, &stage.in));
  ck_assert_int_gt(order_of(&stage), 0);
  sound_free(&out);
  stage_free(&stage);
}
END_TEST

START_TEST(file_is_heard_with_any_worker)
{
  static const WorkerKind workers[] = {
    WORKER_AT_ONCE, WORKER_QUEUE, WORKER_THREAD};
  Stage stage  = stage_new(MODEL, workers[_i]);
  Stage before = stage_new(MODEL, WORKER_NONE);
  Stage wanted = stage_with(MODEL, &library.a);
  ck_assert_int_eq(stage_load(&stage, library.a.text), FILE_READY);
  ck_assert_int_eq(order_of(&stage), (int)network_a.order);
  ck_assert_float_eq(instance_get(stage.instance, "theta"), 1.0f);
  ck_assert_float_eq(instance_get(stage.instance, "file_rate"), (float)RATE);
  ck_assert(stage_sounds_like(&stage, &wanted));
  ck_assert(!stage_sounds_like(&stage, &before));
  stage_free(&wanted);
  stage_free(&before);
  stage_free(&stage);
}
END_TEST

START_TEST(file_is_loading_until_the_worker_is_done)
{
  Stage stage = stage_new(MODEL, WORKER_QUEUE);
  instance_send_path(stage.instance, library.a.text);
  stage_play_part(&stage, 0U, 0U);
  instance_play(stage.instance,
                stage.in.channels,
                stage.out.channels,
                STAGE_FRAMES,
                STAGE_BLOCK,
                NULL);
  ck_assert_int_eq(stage_status(&stage), FILE_LOADING);
  ck_assert_int_ne(order_of(&stage), (int)network_a.order);
  ck_assert_int_eq(stage_settle(&stage), FILE_READY);
  stage_free(&stage);
}
END_TEST

START_TEST(newest_of_many_files_wins)
{
  Stage stage = stage_new(MODEL, WORKER_QUEUE);
  for (uint32_t i = 0U; i < 1000U; ++i) {
    const Path* const paths[] = {&library.a, &library.b, &library.c};
    instance_send_path(stage.instance, paths[i % 3U]->text);
    instance_play(stage.instance,
                  stage.in.channels,
                  stage.out.channels,
                  STAGE_BLOCK,
                  STAGE_BLOCK,
                  NULL);
    ck_assert_uint_le(stage.instance->worker.n_requests, 2U);
    if (i % 10U == 9U) {
      (void)instance_work(stage.instance);
    }
  }
  ck_assert_int_eq(stage_load(&stage, library.b.text), FILE_READY);
  ck_assert_int_eq(order_of(&stage), (int)network_b.order);
  stage_free(&stage);
}
END_TEST

START_TEST(last_of_a_storm_of_files_wins)
{
  const size_t room  = (size_t)N_STORM * 1024U;
  Stage        stage = stage_new(MODEL, WORKER_QUEUE);
  void* const  data  = malloc(room);
  ck_assert_ptr_nonnull(data);
  Patches patches;
  patches_begin(&patches, data, room);
  for (uint32_t i = 1U; i < N_STORM; ++i) {
    const PatchMessage patch =
      patch_of_path(i % 2U ? library.b.text : library.c.text);
    patches_add(&patches, &patch);
  }
  const PatchMessage last = patch_of_path(library.a.text);
  patches_add(&patches, &last);
  patches_end(&patches);

  instance_connect(stage.instance, 0U, data);
  instance_run(stage.instance, STAGE_BLOCK);
  instance_connect_own(stage.instance);
  free(data);
  ck_assert_uint_le(stage.instance->worker.n_requests, 1U);
  ck_assert_int_eq(stage_settle(&stage), FILE_READY);
  ck_assert_int_eq(order_of(&stage), (int)network_a.order);
  ck_assert_uint_le(stage.instance->worker.n_works, 3U); // Load, free, free
  stage_free(&stage);
}
END_TEST

START_TEST(file_that_plays_is_not_loaded_again)
{
  Stage          stage   = stage_with(MODEL, &library.a);
  Stage          other   = stage_with(MODEL, &library.a);
  const uint32_t n_works = stage.instance->worker.n_works;
  for (uint32_t i = 0U; i < 10U; ++i) {
    instance_send_path(stage.instance, library.a.text);
    ck_assert(play_alike(&stage, &other));
  }
  ck_assert_uint_eq(stage.instance->worker.n_works, n_works);
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

START_TEST(empty_path_unloads)
{
  Stage stage  = stage_with(MODEL, &library.a);
  Stage before = stage_new(MODEL, WORKER_AT_ONCE);
  ck_assert_int_eq(stage_load(&stage, ""), FILE_EMPTY);
  ck_assert(stage_sounds_like(&stage, &before));
  stage_free(&before);
  stage_free(&stage);
}
END_TEST

START_TEST(file_may_go_once_it_is_loaded)
{
  Stage stage  = stage_with(MODEL, &library.a);
  Stage wanted = stage_with(MODEL, &library.a);
  switch (_i) {
  case 0:
    ck_assert_int_eq(unlink(library.a.text), 0);
    break;
  case 1:
    ck_assert_int_eq(truncate(library.a.text, 100), 0);
    break;
  default:
    file_copy(library.b.text, library.a.text, SIZE_MAX);
    break;
  }
  ck_assert(play_alike(&stage, &wanted));

  // This rebuilds the network
  instance_set(stage.instance, "theta_scale", 2.0f);
  (void)stage_settle(&stage);
  instance_set(stage.instance, "theta_scale", 1.0f);
  (void)stage_settle(&stage);
  ck_assert(stage_sounds_like(&stage, &wanted));
  stage_free(&wanted);
  stage_free(&stage);
}
END_TEST

/* Workers that do not */

START_TEST(file_waits_where_there_is_no_worker)
{
  Stage stage  = stage_new(MODEL, WORKER_NONE);
  Stage other  = stage_new(MODEL, WORKER_NONE);
  Stage wanted = stage_with(MODEL, &library.a);
  instance_send_path(stage.instance, library.a.text);
  ck_assert(play_alike(&stage, &other));
  ck_assert(stage_sounds_like(&stage, &wanted));
  ck_assert_int_eq(stage_status(&stage), FILE_READY);
  stage_free(&wanted);
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

START_TEST(file_waits_until_the_worker_has_room)
{
  Stage stage = stage_new(MODEL, WORKER_FULL);
  Stage other = stage_new(MODEL, WORKER_NONE);
  instance_send_path(stage.instance, library.a.text);
  ck_assert(play_alike(&stage, &other));
  ck_assert_uint_gt(stage.instance->worker.n_refused, 1U);
  ck_assert_int_eq(stage_status(&stage), FILE_LOADING);

  stage.instance->worker.kind = WORKER_AT_ONCE;
  ck_assert_int_eq(stage_settle(&stage), FILE_READY);
  ck_assert_int_eq(order_of(&stage), (int)network_a.order);
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

START_TEST(worker_may_run_out_of_room_at_any_step)
{
  Stage stage = stage_new(MODEL, WORKER_AT_ONCE);
  for (uint32_t i = 0U; i < 400U; ++i) {
    const Path* const paths[]   = {&library.a, &library.b, &library.c};
    stage.instance->worker.kind = (i % 8U) ? WORKER_FULL : WORKER_AT_ONCE;
    if (i % 100U == 0U) {
      instance_send_path(stage.instance, paths[(i / 100U) % 3U]->text);
    }
    stage_play(&stage, 1U);
    ck_assert(sound_is_finite(&stage.out));
  }
  stage.instance->worker.kind = WORKER_AT_ONCE;
  ck_assert_int_eq(stage_settle(&stage), FILE_READY);
  ck_assert_int_eq(order_of(&stage), (int)network_a.order);
  stage_free(&stage);
}
END_TEST

/// Free an instance after each number of requests that were done
START_TEST(instance_may_be_freed_while_a_file_loads)
{
  Stage stage = stage_new(MODEL, WORKER_QUEUE);
  instance_send_path(stage.instance, library.a.text);
  stage_play(&stage, 1U);
  for (int i = 0; i < _i; ++i) {
    (void)instance_work(stage.instance);
    instance_run(stage.instance, 16U);
  }
  stage_free(&stage);
}
END_TEST

START_TEST(requests_of_a_wrong_size_are_refused)
{
  Stage                 stage    = stage_new(MODEL, WORKER_NONE);
  Instance* const       instance = stage.instance;
  static const uint32_t sizes[]  = {0U, 1U, 3U, 63U, 64U};
  const uint8_t         body[64] = {0xFFU};
  for (uint32_t i = 0U; i < sizeof(sizes) / sizeof(sizes[0]); ++i) {
    ck_assert_int_ne(
      instance->interface->work(instance->handle, NULL, NULL, sizes[i], body),
      LV2_WORKER_SUCCESS);
  }
  ck_assert_int_ne(
    instance->interface->work(instance->handle, NULL, NULL, 0U, NULL),
    LV2_WORKER_SUCCESS);
  (void)instance->interface->work_response(instance->handle, 64U, body);
  (void)instance->interface->work_response(instance->handle, 0U, NULL);
  stage_free(&stage);
}
END_TEST

/* Files that cannot be loaded */

static Path
write_text(const Path path)
{
  file_write(path.text, "No network", 10U);
  return path;
}

static Path
write_nothing(const Path path)
{
  file_write(path.text, "", 0U);
  return path;
}

static Path
write_half(const Path path)
{
  struct stat status;
  ck_assert_int_eq(stat(library.a.text, &status), 0);
  file_copy(library.a.text, path.text, (size_t)status.st_size / 2U);
  return path;
}

/// Write a network whose last weight is not a number
static Path
write_nan(const Path path)
{
  const float nan_value = NAN;
  file_copy(library.a.text, path.text, SIZE_MAX);
  FILE* const file = fopen(path.text, "r+b");
  ck_assert_ptr_nonnull(file);
  ck_assert_int_eq(fseek(file, -(long)sizeof(float), SEEK_END), 0);
  ck_assert_uint_eq(fwrite(&nan_value, sizeof(float), 1U, file), 1U);
  ck_assert_int_eq(fclose(file), 0);
  return path;
}

static Path
write_too_much(const Path path)
{
  write_nothing(path);
  ck_assert_int_eq(truncate(path.text, 65L << 20U), 0);
  return path;
}

static Path
write_for_stereo(const Path path)
{
  const NetworkSpec spec = {.n_inputs = 2U, .n_outputs = 2U};
  network_save(&spec, path.text);
  return path;
}

static Path
write_folder(const Path path)
{
  ck_assert_int_eq(mkdir(path.text, 0700), 0);
  return path;
}

static Path
write_fifo(const Path path)
{
  ck_assert_int_eq(mkfifo(path.text, 0600), 0);
  return path;
}

static Path
write_loop(const Path path)
{
  ck_assert_int_eq(symlink(path.text, path.text), 0);
  return path;
}

static Path
write_dead_end(const Path path)
{
  ck_assert_int_eq(symlink("not there", path.text), 0);
  return path;
}

static Path
name_nothing(const Path path)
{
  return path;
}

static Path
name_device(const Path path)
{
  const Path device = {"/dev/zero"};
  (void)path;
  return device;
}

static Path
name_terminal(const Path path)
{
  const Path device = {"/dev/stdin"};
  (void)path;
  return device;
}

static Path
name_process(const Path path)
{
  const Path file = {"/proc/self/maps"};
  (void)path;
  return file;
}

/// A file that cannot be loaded, and what is said of it
typedef struct {
  Path (*make)(Path path);
  FileStatus status;
} BadFile;

static const BadFile bad_files[] = {{name_nothing, FILE_MISSING},
                                    {write_dead_end, FILE_MISSING},
                                    {write_text, FILE_INVALID},
                                    {write_nothing, FILE_INVALID},
                                    {write_half, FILE_INVALID},
                                    {write_nan, FILE_INVALID},
                                    {write_for_stereo, FILE_INVALID},
                                    {write_folder, FILE_INVALID},
                                    {write_fifo, FILE_INVALID},
                                    {write_loop, FILE_INVALID},
                                    {name_device, FILE_INVALID},
                                    {name_terminal, FILE_INVALID},
                                    {name_process, FILE_INVALID},
                                    {write_too_much, FILE_TOO_LARGE}};

#define N_BAD_FILES ((int)(sizeof(bad_files) / sizeof(bad_files[0])))

START_TEST(bad_file_is_named_and_what_plays_goes_on)
{
  const Path bad    = bad_files[_i].make(folder_path(&library.folder, "bad"));
  int        n_logs = 0;

  const InstanceSpec spec = {
    MODEL, RATE, MAP_REAL, WORKER_AT_ONCE, false, &n_logs};
  Stage stage = stage_of(instance_new(&spec));
  Stage other = stage_with(MODEL, &library.a);
  instance_activate(stage.instance);
  ck_assert_int_eq(stage_load(&stage, library.a.text), FILE_READY);
  ck_assert_int_eq(n_logs, 0);

  instance_send_path(stage.instance, bad.text);
  ck_assert(play_alike(&stage, &other));
  ck_assert_int_eq(stage_status(&stage), bad_files[_i].status);
  ck_assert_int_eq(order_of(&stage), (int)network_a.order);
  ck_assert_int_eq(n_logs, 1);

  ck_assert_int_eq(stage_load(&stage, library.b.text), FILE_READY);
  ck_assert_int_eq(order_of(&stage), (int)network_b.order);
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

START_TEST(file_that_could_not_be_loaded_may_be_asked_for_again)
{
  const Path later = folder_path(&library.folder, "later.safetensors");
  Stage      stage = stage_with(MODEL, &library.a);
  ck_assert_int_eq(stage_load(&stage, later.text), FILE_MISSING);
  network_save(&network_b, later.text);
  ck_assert_int_eq(stage_load(&stage, later.text), FILE_READY);
  ck_assert_int_eq(order_of(&stage), (int)network_b.order);
  stage_free(&stage);
}
END_TEST

/* Messages */

/// Send a message that must be without effect
static void
assert_ignored(const PatchMessage* const patch)
{
  const size_t   room    = 0x20000U;
  Stage          stage   = stage_with(MODEL, &library.a);
  Stage          other   = stage_with(MODEL, &library.a);
  const uint32_t n_works = stage.instance->worker.n_works;
  void* const    data    = malloc(room);
  ck_assert_ptr_nonnull(data);
  Patches patches;
  patches_begin(&patches, data, room);
  patches_add(&patches, patch);
  patches_end(&patches);

  instance_connect(stage.instance, 0U, data);
  instance_run(stage.instance, 0U);
  instance_connect_own(stage.instance);
  free(data);
  ck_assert(play_alike(&stage, &other));
  ck_assert_uint_eq(stage.instance->worker.n_works, n_works);
  ck_assert_int_eq(stage_status(&stage), FILE_READY);
  stage_free(&other);
  stage_free(&stage);
}

START_TEST(broken_messages_are_ignored)
{
  static const LV2_URID number = URI_WEIGHTS;
  static char           text[0x10000];
  memset(text, 'x', sizeof(text) - 1U);

  PatchMessage patch = patch_of_path(library.b.text);
  switch (_i) {
  case 0:
    patch.property = URI_NONE;
    break;
  case 1:
    patch.property = URI_WEIGHTS_ORIGIN;
    break;
  case 2:
    patch.subject = URI_WEIGHTS;
    break;
  case 3:
    patch.kind = URI_ATOM_CHUNK;
    break;
  case 4:
    patch.kind  = URI_ATOM_URID;
    patch.value = &number;
    patch.size  = sizeof(number);
    break;
  case 5:
    patch.kind = URI_NONE;
    break;
  case 6:
    patch.value = "/tmp\0\0b"; // Something behind two terminators
    patch.size  = 8U;
    break;
  case 7:
    patch.size = 0U;
    break;
  case 8:
    patch.value = "/tmp\0/b"; // Another terminator within
    patch.size  = 8U;
    break;
  case 9:
    patch.value = text;
    patch.size  = sizeof(text);
    break;
  case 10:
    patch.type = URI_PATCH_VALUE;
    break;
  default:
    break;
  }
  assert_ignored(&patch);
}
END_TEST

/// Return the first answer of some runs
static PatchMessage
answer_of(Stage* const stage)
{
  PatchMessage answer = {0};
  for (uint32_t i = 0U; i < 4U; ++i) {
    stage_play(stage, 1U);
    if (instance_answers(stage->instance, &answer, 1U)) {
      break;
    }
  }
  return answer;
}

static void
assert_answers(Stage* const stage, const LV2_URID property)
{
  const PatchMessage question = {
    URI_PATCH_GET, property, URI_NONE, URI_NONE, NULL, 0U, 77};
  instance_send(stage->instance, &question);
  const PatchMessage answer = answer_of(stage);
  ck_assert_uint_eq(answer.type, property ? URI_PATCH_SET : URI_PATCH_PUT);
  ck_assert_uint_eq(answer.property, URI_WEIGHTS);
  ck_assert_uint_eq(answer.kind, URI_ATOM_PATH);
  ck_assert_int_eq(answer.number, 77);
  ck_assert_str_eq((const char*)answer.value, library.a.text);
}

START_TEST(questions_are_answered)
{
  Stage stage = stage_with(MODEL, &library.a);
  assert_answers(&stage, URI_WEIGHTS);
  assert_answers(&stage, URI_NONE);
  stage_free(&stage);
}
END_TEST

START_TEST(questions_about_other_things_are_survived)
{
  const PatchMessage question = {
    URI_PATCH_GET, URI_ATOM_PATH, URI_NONE, URI_NONE, NULL, 0U, 78};
  Stage stage = stage_with(MODEL, &library.a);
  instance_send(stage.instance, &question);
  ck_assert_uint_ne(answer_of(&stage).property, URI_WEIGHTS);
  stage_free(&stage);
}
END_TEST

START_TEST(answers_wait_for_room)
{
  const PatchMessage question = {
    URI_PATCH_GET, URI_WEIGHTS, URI_NONE, URI_NONE, NULL, 0U, 79};
  Stage stage = stage_with(MODEL, &library.a);
  Stage other = stage_with(MODEL, &library.a);
  for (uint32_t room = 0U; room <= 1024U; ++room) {
    PatchMessage answer    = {0};
    uint32_t     n_answers = 0U;
    instance_send(stage.instance, &question);
    for (uint32_t i = 0U; i < 4U; ++i) {
      stage.instance->notify_room =
        i < 2U ? room : HOST_ATOM_BYTES - (uint32_t)sizeof(LV2_Atom);
      stage_play(&stage, 1U);
      stage_play(&other, 1U);
      n_answers += instance_answers(stage.instance, &answer, 1U);
    }
    ck_assert_uint_eq(n_answers, 1U);
    ck_assert_int_eq(answer.number, 79);
    ck_assert(sound_equal(&stage.out, &other.out));
  }
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

/// Fill byte for memory that must not be written
#define UNTOUCHED 0xA5U

START_TEST(answers_leave_room_for_a_header_that_the_host_counts)
{
  // Such a host gives the size of the whole buffer
  const PatchMessage question = {
    URI_PATCH_GET, URI_WEIGHTS, URI_NONE, URI_NONE, NULL, 0U, 80};
  const PortList* const list      = host_lists[host_loaders[_i]];
  Stage                 stage     = stage_with(list, &library.a);
  uint32_t              n_answers = 0U;
  for (uint32_t room = 0U; room <= 512U; ++room) {
    const LV2_Atom      head = {room, URI_ATOM_CHUNK};
    _Alignas(8) uint8_t buffer[640];
    memset(buffer, UNTOUCHED, sizeof(buffer));
    memcpy(buffer, &head, sizeof(head));
    instance_send(stage.instance, &question);
    instance_connect(stage.instance, 1U, buffer);
    stage.instance->descriptor->run(stage.instance->handle, 0U);
    instance_connect_own(stage.instance);

    LV2_Atom atom;
    memcpy(&atom, buffer, sizeof(atom));
    ck_assert_uint_le(atom.size, room);
    n_answers += atom.size > sizeof(LV2_Atom_Sequence_Body);
    for (uint32_t i = (room > sizeof(head)) ? room : (uint32_t)sizeof(head);
         i < sizeof(buffer);
         ++i) {
      // An empty sequence is all that a host may be wrong about
      ck_assert(buffer[i] == UNTOUCHED || i < sizeof(LV2_Atom_Sequence));
    }
  }
  ck_assert_uint_gt(n_answers, 100U);
  stage_free(&stage);
}
END_TEST

/* Swaps */

/// Tone that plays while networks change, and how loud
#define TONE (440.0 / RATE)
#define LEVEL 0.25

/// Step that a swap may add, -60 dBFS
#define MAX_STEP 1e-3

/// Frames between two swaps
#define PHASE 24000U

/// Frames in which all has settled
#define SETTLED 12000U

/// What changes after a second of sound
typedef struct {
  const char* symbol; ///< Control, or null for the path
  const Path* path;
  float       value;
  float       mix;
} Swap;

static const Path no_path = {""};

static const Swap swaps[] = {{NULL, &library.b, 0.0f, 1.0f},
                             {NULL, &no_path, 0.0f, 1.0f},
                             {NULL, &library.b, 0.0f, 0.5f},
                             {"theta_scale", NULL, 3.0f, 1.0f},
                             {"theta_scale", NULL, 0.3f, 0.5f},
                             {"rate_mode", NULL, 1.0f, 1.0f},
                             {"rate_mode", NULL, 1.0f, 0.5f},
                             {"rate_mode", NULL, 2.0f, 1.0f}};

#define N_SWAPS ((int)(sizeof(swaps) / sizeof(swaps[0])))

START_TEST(swaps_are_not_heard)
{
  const Swap* const swap   = &swaps[_i];
  const NetworkSpec slower = {.seed = 1U, .order = 4U, .rate = 44100.0};
  const Path        path = library_add(&library, "slower.safetensors", &slower);
  Stage             stage = stage_new(MODEL, WORKER_QUEUE);
  instance_set(stage.instance, "mix", swap->mix);
  (void)stage_load(&stage, path.text);
  stage_take_tone(&stage, TONE, LEVEL, 3U * PHASE);

  stage_play_part(&stage, 0U, PHASE);
  if (swap->symbol) {
    instance_set(stage.instance, swap->symbol, swap->value);
  } else {
    instance_send_path(stage.instance, swap->path->text);
  }
  stage_play_part(&stage, PHASE, 2U * PHASE);
  instance_send_path(stage.instance, library.a.text);
  stage_play_part(&stage, 2U * PHASE, 3U * PHASE);

  const float* const out = stage.out.channels[0];
  double             own = 0.0;
  for (uint32_t i = 0U; i < 3U; ++i) {
    const uint32_t end = (i + 1U) * PHASE;
    own                = fmax(own, steepest(out, end - SETTLED, end));
  }
  const double step = steepest(out, SETTLED, 3U * PHASE);
  printf("Swap %d: steps exceed the tone's by %.6f\n", _i, step - own);
  ck_assert_double_gt(own, MAX_STEP);
  ck_assert_double_le(step - own, MAX_STEP);
  stage_free(&stage);
}
END_TEST

START_TEST(memory_is_kept_where_order_and_theta_are_equal)
{
  const NetworkSpec spec  = {.seed = 5U, .order = 6U, .theta = 9600.0};
  const Path        path  = library_add(&library, "long.safetensors", &spec);
  const Path        twin  = library_add(&library, "twin.safetensors", &spec);
  Stage             stage = stage_with(MODEL, &path);
  Stage             other = stage_with(MODEL, &path);
  instance_send_path(stage.instance, twin.text);
  for (uint32_t i = 0U; i < 4U * MANY_BLOCKS; ++i) {
    stage_play(&stage, 1U);
    stage_play(&other, 1U);
    for (uint32_t j = 0U; j < STAGE_BLOCK; ++j) {
      ck_assert_float_eq_tol(
        stage.out.channels[0][j], other.out.channels[0][j], 1e-6f);
    }
  }
  ck_assert_int_eq(stage_status(&stage), FILE_READY);
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

/* What a file says */

START_TEST(theta_scale_stretches_the_window)
{
  const NetworkSpec twice  = {.seed = 1U, .order = 4U, .theta = 96.0};
  const Path        path   = library_add(&library, "twice.safetensors", &twice);
  Stage             stage  = stage_with(MODEL, &library.a);
  Stage             wanted = stage_with(MODEL, &path);
  instance_set(stage.instance, "theta_scale", 2.0f);
  ck_assert_int_eq(stage_settle(&stage), FILE_READY);
  ck_assert_float_eq(instance_get(stage.instance, "theta"), 2.0f);
  ck_assert(stage_sounds_like(&stage, &wanted));
  stage_free(&wanted);
  stage_free(&stage);
}
END_TEST

START_TEST(other_rates_are_dealt_with_as_asked)
{
  const NetworkSpec plain  = {.rate = 44100.0, .theta = 441.0};
  const NetworkSpec recurs = {.rate = 44100.0, .theta = 441.0, .recurs = true};
  const Path      paths[] = {library_add(&library, "plain.safetensors", &plain),
                             library_add(&library, "recurs.safetensors", &recurs)};
  Stage           stage   = stage_new(MODEL, WORKER_AT_ONCE);
  Instance* const instance = stage.instance;
  for (int i = 0; i < 2; ++i) {
    instance_set(instance, "rate_mode", 0.0f);
    ck_assert_int_eq(stage_load(&stage, paths[i].text), FILE_READY);
    ck_assert_float_eq_tol(instance_get(instance, "theta"), 10.0f, 1e-4f);
    ck_assert_int_eq(instance_get(instance, "latency") > 0.0f, i);

    instance_set(instance, "rate_mode", 1.0f);
    ck_assert_int_eq(stage_settle(&stage), FILE_READY);
    ck_assert_float_gt(instance_get(instance, "latency"), 0.0f);

    instance_set(instance, "rate_mode", 2.0f);
    ck_assert_int_eq(stage_settle(&stage), FILE_RATE_DIFFERS);
    ck_assert_float_eq(instance_get(instance, "latency"), 0.0f);
    ck_assert_float_eq(instance_get(instance, "file_rate"), 44100.0f);
  }
  stage_free(&stage);
}
END_TEST

START_TEST(conditions_are_heard)
{
  const NetworkSpec spec  = {.n_inputs = 3U, .n_conditions = 2U};
  const Path        path  = library_add(&library, "knobs.safetensors", &spec);
  Stage             stage = stage_with(MODEL, &path);
  Stage             other = stage_with(MODEL, &path);
  instance_set(other.instance, "cond1", 0.9f);
  ck_assert(!stage_sounds_like(&stage, &other));
  instance_set(stage.instance, "cond1", 0.9f);
  ck_assert(stage_sounds_like(&stage, &other));
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

START_TEST(dry_sound_is_as_late_as_the_model)
{
  const NetworkSpec spec  = {.seed = 1U, .latency = 10.0};
  const Path        path  = library_add(&library, "late.safetensors", &spec);
  Stage             stage = stage_with(MODEL, &path);
  ck_assert_float_eq(instance_get(stage.instance, "latency"), 10.0f);
  instance_set(stage.instance, _i ? "enabled" : "mix", 0.0f);

  Sound out = stage_hear(&stage);
  for (uint32_t i = 10U; i < STAGE_FRAMES; ++i) {
    ck_assert_float_eq_tol(
      out.channels[0][i], stage.in.channels[0][i - 10U], 1e-6f);
  }
  sound_free(&out);
  stage_free(&stage);
}
END_TEST

START_TEST(one_input_runs_on_each_channel)
{
  Stage mono   = stage_with(MODEL, &library.a);
  Stage stereo = stage_with(MODEL_STEREO, &library.a);
  Sound one    = stage_hear(&mono);
  Sound two    = stage_hear(&stereo);
  ck_assert_mem_eq(
    one.channels[0], two.channels[0], STAGE_FRAMES * sizeof(float));
  ck_assert_mem_ne(
    one.channels[0], two.channels[1], STAGE_FRAMES * sizeof(float));
  sound_free(&two);
  sound_free(&one);
  stage_free(&stereo);
  stage_free(&mono);
}
END_TEST

START_TEST(two_inputs_take_both_channels)
{
  const Path path  = write_for_stereo(folder_path(&library.folder, "stereo"));
  Stage      stage = stage_with(MODEL_STEREO, &path);
  Sound      both  = stage_hear(&stage);
  memset(stage.in.channels[1], 0, STAGE_FRAMES * sizeof(float));
  Sound left = stage_hear(&stage);
  ck_assert_mem_ne(
    both.channels[0], left.channels[0], STAGE_FRAMES * sizeof(float));
  ck_assert_double_gt(level(left.channels[1], 0U, STAGE_FRAMES), 1e-3);
  sound_free(&left);
  sound_free(&both);
  stage_free(&stage);
}
END_TEST

/* Memory */

/// Return a Memory that shows the outputs of a file
static Stage
memory_with(const PortList* const list, const Path* const path)
{
  Stage stage = stage_new(list, WORKER_AT_ONCE);
  instance_set(stage.instance, "readout", READOUT_WEIGHTS);
  ck_assert_int_eq(stage_load(&stage, path->text), FILE_READY);
  return stage;
}

START_TEST(memory_shows_all_outputs_of_a_file)
{
  const NetworkSpec spec  = {.seed = 4U, .n_outputs = 3U};
  const Path        path  = library_add(&library, "three.safetensors", &spec);
  Stage             stage = memory_with(&lmu_memory_ports[_i], &path);

  // The first output is the sound that came in
  Sound out = stage_hear(&stage);
  ck_assert_mem_eq(
    out.channels[0], stage.in.channels[0], STAGE_FRAMES * sizeof(float));
  for (uint32_t i = 1U; i < out.n_channels; ++i) {
    const double loud = level(out.channels[i], 0U, STAGE_FRAMES);
    ck_assert_int_eq(loud > 1e-3, i <= 3U);
    ck_assert_int_eq(loud <= 0.0, i > 3U);
  }
  sound_free(&out);
  stage_free(&stage);
}
END_TEST

START_TEST(memory_and_model_make_the_same_of_a_file)
{
  Stage memory = memory_with(&lmu_memory_ports[_i], &library.a);
  Stage model  = stage_with(MODEL, &library.a);
  instance_set(model.instance, "dc_block", 0.0f);
  instance_set(model.instance, "normalise", 0.0f);
  Sound out    = stage_hear(&memory);
  Sound wanted = stage_hear(&model);
  for (uint32_t i = 0U; i < STAGE_FRAMES; ++i) {
    ck_assert_float_eq_tol(out.channels[1][i], wanted.channels[0][i], 1e-6f);
  }
  sound_free(&wanted);
  sound_free(&out);
  stage_free(&model);
  stage_free(&memory);
}
END_TEST

START_TEST(memory_keeps_its_window_while_it_shows_a_file)
{
  Stage stage = memory_with(&lmu_memory_ports[0], &library.a);
  Stage other = stage_new(&lmu_memory_ports[0], WORKER_AT_ONCE);
  Sound first = stage_hear(&stage);
  Sound same  = stage_hear(&other);
  instance_set(stage.instance, "readout", READOUT_COEFFICIENTS);
  instance_play(stage.instance,
                stage.in.channels,
                first.channels,
                STAGE_FRAMES,
                STAGE_BLOCK,
                NULL);
  instance_play(other.instance,
                other.in.channels,
                same.channels,
                STAGE_FRAMES,
                STAGE_BLOCK,
                NULL);
  for (uint32_t i = STAGE_FRAMES / 2U; i < STAGE_FRAMES; ++i) {
    ck_assert_float_eq_tol(first.channels[1][i], same.channels[1][i], 1e-6f);
  }
  sound_free(&same);
  sound_free(&first);
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_checked_fixture(tcase, set_up, tear_down);
  tcase_add_loop_test(tcase, plugin_without_a_file_plays_its_own_network, 0, 2);
  tcase_add_loop_test(tcase, file_is_heard_with_any_worker, 0, 3);
  tcase_add_test(tcase, file_is_loading_until_the_worker_is_done);
  tcase_add_test(tcase, newest_of_many_files_wins);
  tcase_add_test(tcase, last_of_a_storm_of_files_wins);
  tcase_add_test(tcase, file_that_plays_is_not_loaded_again);
  tcase_add_test(tcase, empty_path_unloads);
  tcase_add_loop_test(tcase, file_may_go_once_it_is_loaded, 0, 3);
  tcase_add_test(tcase, file_waits_where_there_is_no_worker);
  tcase_add_test(tcase, file_waits_until_the_worker_has_room);
  tcase_add_test(tcase, worker_may_run_out_of_room_at_any_step);
  tcase_add_loop_test(tcase, instance_may_be_freed_while_a_file_loads, 0, 4);
  tcase_add_test(tcase, requests_of_a_wrong_size_are_refused);
  tcase_add_loop_test(
    tcase, bad_file_is_named_and_what_plays_goes_on, 0, N_BAD_FILES);
  tcase_add_test(tcase, file_that_could_not_be_loaded_may_be_asked_for_again);
  tcase_add_loop_test(tcase, broken_messages_are_ignored, 0, 11);
  tcase_add_test(tcase, questions_are_answered);
  tcase_add_test(tcase, questions_about_other_things_are_survived);
  tcase_add_test(tcase, answers_wait_for_room);
  tcase_add_loop_test(
    tcase, answers_leave_room_for_a_header_that_the_host_counts, 0, N_LOADERS);
  tcase_add_loop_test(tcase, swaps_are_not_heard, 0, N_SWAPS);
  tcase_add_test(tcase, memory_is_kept_where_order_and_theta_are_equal);
  tcase_add_test(tcase, theta_scale_stretches_the_window);
  tcase_add_test(tcase, other_rates_are_dealt_with_as_asked);
  tcase_add_test(tcase, conditions_are_heard);
  tcase_add_loop_test(tcase, dry_sound_is_as_late_as_the_model, 0, 2);
  tcase_add_test(tcase, one_input_runs_on_each_channel);
  tcase_add_test(tcase, two_inputs_take_both_channels);
  tcase_add_loop_test(tcase, memory_shows_all_outputs_of_a_file, 0, 3);
  tcase_add_loop_test(tcase, memory_and_model_make_the_same_of_a_file, 0, 3);
  tcase_add_test(tcase, memory_keeps_its_window_while_it_shows_a_file);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "weights", add);
}
