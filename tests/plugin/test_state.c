// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Sessions and presets: whatever happens, the path is not lost, and the sound
// comes back.
// usage: test_state LMU.SO

#include "plugin/ports.h"
#include "tests/plugin/folder.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/networks.h"
#include "tests/plugin/patches.h"
#include "tests/plugin/paths.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/session.h"
#include "tests/plugin/sound.h"
#include "tests/plugin/stage.h"
#include "tests/plugin/uris.h"

#include <check.h>
#include <lv2/state/state.h>

#include <sys/stat.h>
#include <unistd.h>

#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODEL (&lmu_model_ports[0])

/// Plugins with weight files
static const PortList* const lists[] = {&lmu_model_ports[0],
                                        &lmu_model_ports[1],
                                        &lmu_memory_ports[0],
                                        &lmu_predict_ports[0],
                                        &lmu_predict_ports[1],
                                        &lmu_memory_cv_ports[0]};

#define N_LISTS ((int)(sizeof(lists) / sizeof(lists[0])))

static Library library;
static Folder  folder; ///< Of the session
static Session session;

static void
set_up(void)
{
  library = library_new();
  folder  = folder_add(&library.folder, "session");
  session_init(&session, PATHS_LINKED, folder.path);
  setenv("XDG_DATA_HOME", library.folder.path, 1); // NOLINT(concurrency-mt-*)
  unsetenv("LMU_MODEL_PATH");                      // NOLINT(concurrency-mt-*)
}

static void
tear_down(void)
{
  session_clear(&session);
  library_remove(&library);
}

/// Return a stage that plays a file
static Stage
stage_with(const PortList* const list, const Path* const path)
{
  Stage stage = stage_new(list, WORKER_AT_ONCE);
  if (instance_port(stage.instance, "readout") < HOST_MAX_PORTS) {
    instance_set(stage.instance, "readout", READOUT_WEIGHTS);
  }
  ck_assert_int_eq(stage_load(&stage, path->text), FILE_READY);
  return stage;
}

/// Return an empty stage of the same settings
static Stage
stage_like(const Stage* const other, const WorkerKind worker)
{
  Stage stage = stage_new(other->instance->list, worker);
  memcpy(stage.instance->controls,
         other->instance->controls,
         sizeof(stage.instance->controls));
  return stage;
}

/// Save what plays a file, with a choice of which files to embed
static void
save_session(const Path* const path, const EmbedChoice embed)
{
  Stage stage = stage_with(MODEL, path);
  instance_set(stage.instance, "embed", (float)embed);
  stage_play(&stage, 1U);
  ck_assert_int_eq(session_save(&session, stage.instance), LV2_STATE_SUCCESS);
  stage_free(&stage);
}

/// Restore into a new instance
static Stage
restored_stage(void)
{
  Stage stage = stage_new(MODEL, WORKER_AT_ONCE);
  ck_assert_int_eq(session_restore(&session, stage.instance),
                   LV2_STATE_SUCCESS);
  (void)stage_settle(&stage);
  return stage;
}

/// Restore, and see that a network of a library's order plays
static void
assert_restores(const NetworkSpec* const spec)
{
  Stage stage = restored_stage();
  ck_assert_int_eq(stage_status(&stage), FILE_READY);
  ck_assert_float_eq(instance_get(stage.instance, "order"), (float)spec->order);
  stage_free(&stage);
}

/// Restore, and see that nothing is found, but that the path is saved again
static void
assert_misses(const FileStatus status)
{
  Stage   stage = restored_stage();
  Session again;
  session_init(&again, session.paths.kind, session.paths.folder);
  ck_assert_int_eq(stage_status(&stage), status);
  ck_assert_int_eq(session_save(&again, stage.instance), LV2_STATE_SUCCESS);
  ck_assert(session_equal(&session, &again));
  session_clear(&again);
  stage_free(&stage);
}

/// Move the session's folder and all that is in it
static void
move_session(void)
{
  const Path place = folder_path(&library.folder, "moved");
  ck_assert_int_eq(rename(folder.path, place.text), 0);
  memcpy(session.paths.folder, place.text, sizeof(session.paths.folder));
}

/* Sound */

START_TEST(sound_comes_back_in_a_new_instance)
{
  Stage stage = stage_with(lists[_i], &library.a);
  Stage other = stage_like(&stage, WORKER_AT_ONCE);
  ck_assert(!stage_sounds_like(&stage, &other));
  ck_assert_int_eq(session_save(&session, stage.instance), LV2_STATE_SUCCESS);
  ck_assert_int_eq(session_restore(&session, other.instance),
                   LV2_STATE_SUCCESS);
  ck_assert_int_eq(stage_settle(&other), FILE_READY);
  ck_assert(stage_sounds_like(&stage, &other));
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

/// Ways for a host to restore
typedef struct {
  WorkerKind worker;
  bool       has_worker; ///< Whether restore() is offered the worker
} Way;

static const Way ways[] = {{WORKER_NONE, false},
                           {WORKER_AT_ONCE, false},
                           {WORKER_AT_ONCE, true},
                           {WORKER_THREAD, false},
                           {WORKER_THREAD, true}};

#define N_WAYS ((int)(sizeof(ways) / sizeof(ways[0])))

START_TEST(first_sample_after_a_restore_before_activate_is_right)
{
  Stage stage        = stage_with(MODEL, &library.a);
  session.has_worker = ways[_i].has_worker;
  ck_assert_int_eq(session_save(&session, stage.instance), LV2_STATE_SUCCESS);

  const InstanceSpec spec = {
    MODEL, 48000.0, MAP_REAL, ways[_i].worker, false, NULL};
  Stage other = stage_of(instance_new(&spec));
  ck_assert_int_eq(session_restore(&session, other.instance),
                   LV2_STATE_SUCCESS);
  instance_wait(other.instance);

  Sound out    = sound_new(1U, STAGE_FRAMES);
  Sound wanted = stage_hear(&stage);
  instance_activate(other.instance);
  instance_play(other.instance,
                other.in.channels,
                out.channels,
                STAGE_FRAMES,
                STAGE_BLOCK,
                NULL);
  ck_assert(sound_equal(&out, &wanted));
  ck_assert_int_eq(stage_status(&other), FILE_READY);
  sound_free(&wanted);
  sound_free(&out);
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

/// Tone that plays while a preset is loaded, and the step that this may add
#define TONE (440.0 / 48000.0)
#define LEVEL 0.25
#define MAX_STEP 1e-3
#define HALF 24000U
#define SETTLED 12000U

START_TEST(preset_that_is_loaded_while_sound_plays_does_not_click)
{
  save_session(&library.b, EMBED_NEVER);
  session.has_worker = ways[_i].has_worker;
  Stage stage        = stage_new(MODEL, ways[_i].worker);
  stage_take_tone(&stage, TONE, LEVEL, 2U * HALF);
  stage_play_part(&stage, 0U, HALF);
  ck_assert_int_eq(session_restore(&session, stage.instance),
                   LV2_STATE_SUCCESS);
  stage_play_part(&stage, HALF, 2U * HALF);
  ck_assert_int_eq(stage_status(&stage), FILE_READY);
  ck_assert_float_eq(instance_get(stage.instance, "order"),
                     (float)network_b.order);

  const float* const out  = stage.out.channels[0];
  const double       step = steepest(out, SETTLED, 2U * HALF);
  const double       own  = fmax(steepest(out, SETTLED, HALF),
                          steepest(out, HALF + SETTLED, 2U * HALF));
  printf("Preset: steps exceed the tone's by %.6f\n", step - own);
  ck_assert_double_gt(own, MAX_STEP);
  ck_assert_double_le(step - own, MAX_STEP);
  for (uint32_t i = SETTLED; i + STAGE_BLOCK <= 2U * HALF; i += STAGE_BLOCK) {
    ck_assert_double_gt(peak(out, i, i + STAGE_BLOCK), 0.0);
  }
  stage_free(&stage);
}
END_TEST

START_TEST(presets_ask_the_worker_once_before_sound_plays)
{
  save_session(&library.b, EMBED_NEVER);
  session.has_worker = true;
  Stage stage        = stage_new(MODEL, WORKER_QUEUE);
  for (uint32_t i = 0U; i < 2U; ++i) {
    ck_assert_int_eq(session_restore(&session, stage.instance),
                     LV2_STATE_SUCCESS);
    ck_assert_uint_eq(stage.instance->worker.n_requests, 1U);
  }
  ck_assert(instance_work(stage.instance));
  stage_play_part(&stage, 0U, STAGE_BLOCK);
  ck_assert_int_eq(stage_status(&stage), FILE_READY);
  stage_free(&stage);
}
END_TEST

START_TEST(newest_of_message_and_preset_wins)
{
  save_session(&library.b, EMBED_NEVER);
  Stage stage = stage_new(MODEL, WORKER_QUEUE);
  instance_send_path(stage.instance, library.a.text);
  stage_play_part(&stage, 0U, STAGE_BLOCK / 2U);
  ck_assert_int_eq(session_restore(&session, stage.instance),
                   LV2_STATE_SUCCESS);
  ck_assert_int_eq(stage_settle(&stage), FILE_READY);
  ck_assert_float_eq(instance_get(stage.instance, "order"),
                     (float)network_b.order);

  ck_assert_int_eq(session_restore(&session, stage.instance),
                   LV2_STATE_SUCCESS);
  ck_assert_int_eq(stage_load(&stage, library.c.text), FILE_READY);
  ck_assert_float_eq(instance_get(stage.instance, "order"),
                     (float)network_c.order);
  stage_free(&stage);
}
END_TEST

START_TEST(session_without_a_file_unloads)
{
  Stage empty = stage_new(MODEL, WORKER_AT_ONCE);
  Stage stage = stage_with(MODEL, &library.a);
  ck_assert_int_eq(session_save(&session, empty.instance), LV2_STATE_SUCCESS);
  ck_assert_int_eq(session_restore(&session, stage.instance),
                   LV2_STATE_SUCCESS);
  ck_assert_int_eq(stage_settle(&stage), FILE_EMPTY);
  ck_assert(stage_sounds_like(&stage, &empty));
  stage_free(&stage);
  stage_free(&empty);
}
END_TEST

START_TEST(two_instances_share_a_file)
{
  save_session(&library.a, EMBED_ALWAYS);
  Stage stage = restored_stage();
  Stage other = restored_stage();
  ck_assert_int_eq(stage_status(&stage), FILE_READY);
  ck_assert_int_eq(stage_status(&other), FILE_READY);
  ck_assert(stage_sounds_like(&stage, &other));
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

/* The path is not lost */

START_TEST(saving_again_saves_the_same)
{
  static const PathsKind kinds[] = {PATHS_LINKED, PATHS_PLAIN, PATHS_NONE};
  session.paths.kind             = kinds[_i / 3];
  save_session(&library.a, (EmbedChoice)(_i % 3));

  Stage   stage = restored_stage();
  Session again;
  session_init(&again, session.paths.kind, folder.path);
  instance_set(stage.instance, "embed", (float)(_i % 3));
  stage_play(&stage, 1U);
  ck_assert_int_eq(session_save(&again, stage.instance), LV2_STATE_SUCCESS);
  ck_assert_uint_ge(again.n_properties, 3U);
  ck_assert(session_equal(&session, &again));
  session_clear(&again);
  stage_free(&stage);
}
END_TEST

START_TEST(path_that_was_asked_for_is_saved_while_it_loads)
{
  Stage stage = stage_new(MODEL, WORKER_QUEUE);
  instance_send_path(stage.instance, library.a.text);
  instance_play(stage.instance,
                stage.in.channels,
                stage.out.channels,
                STAGE_BLOCK,
                STAGE_BLOCK,
                NULL);
  ck_assert_int_eq(stage_status(&stage), FILE_LOADING);
  ck_assert_int_eq(session_save(&session, stage.instance), LV2_STATE_SUCCESS);
  ck_assert_str_eq(session_text(&session, URI_WEIGHTS), "a.safetensors");
  ck_assert_str_eq(session_text(&session, URI_WEIGHTS_ORIGIN), library.a.text);
  assert_restores(&network_a);
  stage_free(&stage);
}
END_TEST

START_TEST(path_that_was_restored_is_saved_while_it_loads)
{
  save_session(&library.b, EMBED_ALWAYS);
  Stage stage = stage_new(MODEL, WORKER_QUEUE);
  ck_assert_int_eq(stage_load(&stage, library.a.text), FILE_READY);
  ck_assert_int_eq(session_restore(&session, stage.instance),
                   LV2_STATE_SUCCESS);

  Session again;
  session_init(&again, PATHS_LINKED, folder.path);
  ck_assert_int_eq(session_save(&again, stage.instance), LV2_STATE_SUCCESS);
  ck_assert_str_eq(session_text(&again, URI_WEIGHTS), "b.safetensors");
  ck_assert_str_eq(session_text(&again, URI_WEIGHTS_ORIGIN), library.b.text);
  session_clear(&again);
  stage_free(&stage);
}
END_TEST

START_TEST(path_of_a_missing_file_is_saved_again)
{
  const Path away = folder_path(&library.folder, "away");
  save_session(&library.a, EMBED_NEVER);
  ck_assert_int_eq(rename(library.a.text, away.text), 0);
  assert_misses(FILE_MISSING);

  // It comes back, and is loaded by a preset, a message, or the next session
  Stage stage = restored_stage();
  ck_assert_int_eq(rename(away.text, library.a.text), 0);
  if (_i == 0) {
    ck_assert_int_eq(session_restore(&session, stage.instance),
                     LV2_STATE_SUCCESS);
  } else if (_i == 1) {
    instance_send_path(stage.instance, library.a.text);
  } else {
    ck_assert_int_eq(session_save(&session, stage.instance), LV2_STATE_SUCCESS);
    stage_free(&stage);
    stage = restored_stage();
  }
  ck_assert_int_eq(stage_settle(&stage), FILE_READY);
  ck_assert_float_eq(instance_get(stage.instance, "order"),
                     (float)network_a.order);
  stage_free(&stage);
}
END_TEST

START_TEST(path_of_a_damaged_file_is_saved_again)
{
  save_session(&library.a, EMBED_NEVER);
  file_write(library.a.text, "No network", 10U);
  assert_misses(FILE_INVALID);
}
END_TEST

START_TEST(path_of_an_unreadable_file_is_saved_again)
{
  save_session(&library.a, EMBED_NEVER);
  ck_assert_int_eq(unlink(library.a.text), 0);
  ck_assert_int_eq(mkdir(library.a.text, 0700), 0);
  assert_misses(FILE_INVALID);
}
END_TEST

START_TEST(missing_file_leaves_what_plays)
{
  save_session(&library.a, EMBED_NEVER);
  ck_assert_int_eq(unlink(library.a.text), 0);
  Stage stage = stage_with(MODEL, &library.b);
  Stage other = stage_with(MODEL, &library.b);
  ck_assert_int_eq(session_restore(&session, stage.instance),
                   LV2_STATE_SUCCESS);
  ck_assert_int_eq(stage_settle(&stage), FILE_MISSING);
  ck_assert(stage_sounds_like(&stage, &other));
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

/* Sessions and files that move */

START_TEST(session_moves_without_its_file)
{
  save_session(&library.a, (EmbedChoice)_i);
  move_session();
  assert_restores(&network_a);
}
END_TEST

START_TEST(session_moves_to_another_computer_with_its_copy)
{
  save_session(&library.a, _i ? EMBED_ALWAYS : EMBED_SMALL);
  ck_assert_ptr_nonnull(session_find(&session, URI_WEIGHTS_COPY));
  ck_assert_int_eq(unlink(library.a.text), 0);
  move_session();
  assert_restores(&network_a);

  // What is saved there leads to the copy as well
  Stage stage = restored_stage();
  ck_assert_int_eq(session_save(&session, stage.instance), LV2_STATE_SUCCESS);
  stage_free(&stage);
  assert_restores(&network_a);
}
END_TEST

START_TEST(session_moves_to_another_computer_without_a_copy)
{
  save_session(&library.a, EMBED_NEVER);
  ck_assert_ptr_null(session_find(&session, URI_WEIGHTS_COPY));
  ck_assert_int_eq(unlink(library.a.text), 0);
  move_session();
  assert_misses(FILE_MISSING);
}
END_TEST

START_TEST(large_files_are_embedded_if_always)
{
  const NetworkSpec spec = {.order = 256U, .theta = 2560.0, .units = 1024U};
  const Path        path = library_add(&library, "large.safetensors", &spec);
  save_session(&path, (EmbedChoice)_i);
  ck_assert_int_eq(session_find(&session, URI_WEIGHTS_COPY) != NULL,
                   _i == EMBED_ALWAYS);
}
END_TEST

START_TEST(moved_file_is_found_by_name_and_hash)
{
  save_session(&library.a, EMBED_NEVER);
  const Folder share  = folder_add(&library.folder, "lmu.lv2");
  const Folder models = folder_add(&share, "models");
  const Path   place  = folder_path(&models, "a.safetensors");
  ck_assert_uint_eq(strlen(session_text(&session, URI_WEIGHTS_SHA256)), 64U);
  if (_i) {
    const Folder other = folder_add(&library.folder, "other");
    char         list[2U * FOLDER_MAX_PATH];
    (void)snprintf(list, sizeof(list), "%s:%s", other.path, models.path);
    setenv("LMU_MODEL_PATH", list, 1);      // NOLINT(concurrency-mt-*)
    setenv("XDG_DATA_HOME", "/nowhere", 1); // NOLINT(concurrency-mt-*)
    file_copy(
      library.b.text, folder_path(&other, "a.safetensors").text, SIZE_MAX);
  }

  // Another network of this name is not it
  ck_assert_int_eq(unlink(library.a.text), 0);
  network_save(&network_b, place.text);
  assert_misses(FILE_MISSING);
  network_save(&network_a, place.text);
  assert_restores(&network_a);
}
END_TEST

/* Hosts and states that are wrong */

START_TEST(any_host_of_paths_is_survived)
{
  session.paths.kind     = (PathsKind)(_i / 4);
  session.paths.can_make = _i & 1;
  session.paths.can_free = _i & 2;
  save_session(&library.a, EMBED_ALWAYS);
  assert_restores(&network_a);

  // What was saved elsewhere leads to the file too
  session.paths.kind = PATHS_LINKED;
  assert_restores(&network_a);
}
END_TEST

START_TEST(any_host_of_paths_is_survived_when_restoring)
{
  save_session(&library.a, EMBED_ALWAYS);
  session.paths.kind     = (PathsKind)(_i / 2);
  session.paths.can_free = _i & 1;
  assert_restores(&network_a);
}
END_TEST

/// A value that no host should give
typedef struct {
  const char* value;
  LV2_URID    type;
  uint32_t    size;
} Nonsense;

static const Nonsense nonsense[] = {{"\1\2\3", URI_ATOM_INT, 4U},
                                    {"/tmp", URI_ATOM_CHUNK, 5U},
                                    {"/tmp", 0U, 5U},
                                    {"", URI_ATOM_PATH, 0U},
                                    {"/tmp", URI_ATOM_PATH, 4U},
                                    {"/\xFF\xFE\x80", URI_ATOM_PATH, 5U},
                                    {"/tmp\0/a", URI_ATOM_PATH, 8U},
                                    {"a.safetensors", URI_ATOM_PATH, 14U},
                                    {"/dev/zero", URI_ATOM_PATH, 10U},
                                    {"", URI_ATOM_STRING, 0U},
                                    {"/tmp", URI_ATOM_STRING, 4U},
                                    {"\xFF\xFE\x80", URI_ATOM_STRING, 4U},
                                    {"abc", URI_ATOM_STRING, 4U}};

#define N_NONSENSE ((int)(sizeof(nonsense) / sizeof(nonsense[0])))

START_TEST(nonsense_in_one_property_is_survived)
{
  static const LV2_URID keys[] = {
    URI_WEIGHTS, URI_WEIGHTS_ORIGIN, URI_WEIGHTS_SHA256, URI_WEIGHTS_COPY};
  const Nonsense* const bad = &nonsense[_i % N_NONSENSE];
  save_session(&library.a, EMBED_ALWAYS);
  session_put(
    &session, keys[_i / N_NONSENSE], bad->type, bad->value, bad->size);
  Stage stage = restored_stage();
  ck_assert_int_ne(stage_status(&stage), FILE_LOADING);
  ck_assert_int_eq(stage_load(&stage, library.b.text), FILE_READY);
  stage_free(&stage);
}
END_TEST

START_TEST(nonsense_in_all_properties_is_survived)
{
  const Nonsense* const bad = &nonsense[_i];
  for (LV2_URID key = URI_WEIGHTS; key <= URI_WEIGHTS_COPY; ++key) {
    session_put(&session, key, bad->type, bad->value, bad->size);
  }
  Stage stage = restored_stage();
  ck_assert_int_ne(stage_status(&stage), FILE_LOADING);
  ck_assert_int_ne(stage_status(&stage), FILE_READY);
  ck_assert_int_eq(stage_load(&stage, library.b.text), FILE_READY);
  stage_free(&stage);
}
END_TEST

START_TEST(path_of_any_length_is_survived)
{
  static char text[0x10000];
  memset(text, 'x', sizeof(text) - 1U);
  text[0]             = '/';
  const uint32_t size = 1U << (uint32_t)_i;
  session.paths.kind  = PATHS_NONE;
  session_put(
    &session, URI_WEIGHTS, URI_ATOM_PATH, text + sizeof(text) - size, size);
  Stage stage = restored_stage();
  ck_assert_int_ne(stage_status(&stage), FILE_READY);
  ck_assert_int_ne(stage_status(&stage), FILE_LOADING);
  stage_free(&stage);
}
END_TEST

START_TEST(state_of_another_version_is_understood)
{
  const int32_t number = 5;
  session_put(
    &session, uri_map(NULL, "urn:lmu-lv2:later"), URI_ATOM_INT, &number, 4U);
  Stage stage = restored_stage();
  ck_assert_int_eq(stage_status(&stage), FILE_EMPTY);

  // One path is enough
  session_put(&session,
              URI_WEIGHTS,
              URI_ATOM_PATH,
              library.a.text,
              (uint32_t)strlen(library.a.text) + 1U);
  assert_restores(&network_a);
  stage_free(&stage);
}
END_TEST

START_TEST(environment_has_no_effect)
{
  static const char* const locales[] = {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8"};
  const char*              used      = NULL;
  for (uint32_t i = 0U; i < 3U && !used; ++i) {
    used = setlocale(LC_ALL, locales[i]); // NOLINT(concurrency-mt-unsafe)
  }
  printf("Locale: %s\n", used ? used : "none with a decimal comma here");
  unsetenv("HOME");          // NOLINT(concurrency-mt-unsafe)
  unsetenv("XDG_DATA_HOME"); // NOLINT(concurrency-mt-unsafe)
  ck_assert_int_eq(chdir("/"), 0);
  (void)umask(0377);
  save_session(&library.a, EMBED_ALWAYS);
  assert_restores(&network_a);
}
END_TEST

START_TEST(folder_that_cannot_be_written_is_survived)
{
  ck_assert_int_eq(rmdir(folder.path), 0);
  file_write(folder.path, "", 0U); // No folder, as root may write to any
  session.paths.kind = PATHS_PLAIN;
  save_session(&library.a, EMBED_ALWAYS);
  assert_restores(&network_a);
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_checked_fixture(tcase, set_up, tear_down);
  tcase_add_loop_test(tcase, sound_comes_back_in_a_new_instance, 0, N_LISTS);
  tcase_add_loop_test(
    tcase, first_sample_after_a_restore_before_activate_is_right, 0, N_WAYS);
  tcase_add_loop_test(
    tcase, preset_that_is_loaded_while_sound_plays_does_not_click, 0, N_WAYS);
  tcase_add_test(tcase, presets_ask_the_worker_once_before_sound_plays);
  tcase_add_test(tcase, newest_of_message_and_preset_wins);
  tcase_add_test(tcase, session_without_a_file_unloads);
  tcase_add_test(tcase, two_instances_share_a_file);
  tcase_add_loop_test(tcase, saving_again_saves_the_same, 0, 9);
  tcase_add_test(tcase, path_that_was_asked_for_is_saved_while_it_loads);
  tcase_add_test(tcase, path_that_was_restored_is_saved_while_it_loads);
  tcase_add_loop_test(tcase, path_of_a_missing_file_is_saved_again, 0, 3);
  tcase_add_test(tcase, path_of_a_damaged_file_is_saved_again);
  tcase_add_test(tcase, path_of_an_unreadable_file_is_saved_again);
  tcase_add_test(tcase, missing_file_leaves_what_plays);
  tcase_add_loop_test(tcase, session_moves_without_its_file, 0, 3);
  tcase_add_loop_test(
    tcase, session_moves_to_another_computer_with_its_copy, 0, 2);
  tcase_add_test(tcase, session_moves_to_another_computer_without_a_copy);
  tcase_add_loop_test(tcase, large_files_are_embedded_if_always, 0, 3);
  tcase_add_loop_test(tcase, moved_file_is_found_by_name_and_hash, 0, 2);
  tcase_add_loop_test(tcase, any_host_of_paths_is_survived, 0, 4 * N_PATHS);
  tcase_add_loop_test(
    tcase, any_host_of_paths_is_survived_when_restoring, 0, 2 * N_PATHS);
  tcase_add_loop_test(
    tcase, nonsense_in_one_property_is_survived, 0, 4 * N_NONSENSE);
  tcase_add_loop_test(
    tcase, nonsense_in_all_properties_is_survived, 0, N_NONSENSE);
  tcase_add_loop_test(tcase, path_of_any_length_is_survived, 0, 17);
  tcase_add_test(tcase, state_of_another_version_is_understood);
  tcase_add_test(tcase, environment_has_no_effect);
  tcase_add_test(tcase, folder_that_cannot_be_written_is_survived);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "state", add);
}
