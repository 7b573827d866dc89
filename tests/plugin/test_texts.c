// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Texts in the bytes that real hosts send and keep, for all plugins that load
// weight files.
// usage: test_texts LMU.SO

#include "core/base/setup/utf8.h"
#include "tests/plugin/folder.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/networks.h"
#include "tests/plugin/patches.h"
#include "tests/plugin/paths.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/session.h"
#include "tests/plugin/stage.h"
#include "tests/plugin/uris.h"

#include <check.h>
#include <lv2/state/state.h>

#include <unistd.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Bytes of the longest path that plugins take, with its terminator
#define LONGEST 4096U

/// Name of a file in Latin 1, which no text in UTF-8 can hold
#define LATIN_NAME \
  "m\xF6"          \
  "del 50%F6.safetensors"

/// What is saved of a file
static const LV2_URID keys[] = {URI_WEIGHTS,
                                URI_WEIGHTS_ORIGIN,
                                URI_WEIGHTS_SHA256,
                                URI_WEIGHTS_COPY};

#define N_KEYS ((uint32_t)(sizeof(keys) / sizeof(keys[0])))

static Library library;
static Folder  folder; ///< Of the session
static Session session;

static void
set_up(void)
{
  library = library_new();
  folder  = folder_add(&library.folder, "session");
  session_init(&session, PATHS_LINKED, folder.path);
  setenv("XDG_DATA_HOME", folder.path, 1); // NOLINT(concurrency-mt-unsafe)
  unsetenv("LMU_MODEL_PATH");              // NOLINT(concurrency-mt-unsafe)
}

static void
tear_down(void)
{
  session_clear(&session);
  library_remove(&library);
}

/// Return a stage of a plugin that loads, whose outputs are those of the file
static Stage
stage_at(const int i)
{
  Stage stage = stage_new(host_lists[host_loaders[i]], WORKER_AT_ONCE);
  if (instance_port(stage.instance, "readout") < HOST_MAX_PORTS) {
    instance_set(stage.instance, "readout", READOUT_WEIGHTS);
  }
  return stage;
}

/// Return a stage that plays a file
static Stage
stage_with(const int i, const char* const path)
{
  Stage stage = stage_at(i);
  ck_assert_int_eq(stage_load(&stage, path), FILE_READY);
  return stage;
}

/// Send a path of a size, which may be that of what is behind it too
static FileStatus
load_bytes(Stage* const stage, const char* const bytes, const uint32_t size)
{
  const PatchMessage patch = {URI_PATCH_SET,
                              URI_WEIGHTS,
                              URI_NONE,
                              URI_ATOM_PATH,
                              bytes,
                              size,
                              NO_NUMBER};
  instance_send(stage->instance, &patch);
  return stage_settle(stage);
}

/// See that a stage plays file a, as another one does
static void
assert_plays_a(Stage* const stage, const int i)
{
  Stage wanted = stage_with(i, library.a.text);
  ck_assert_int_eq(stage_status(stage), FILE_READY);
  ck_assert(stage_sounds_like(stage, &wanted));
  stage_free(&wanted);
}

/* Messages */

START_TEST(path_of_carla_is_loaded)
{
  Stage stage = stage_at(_i);
  instance_send_path_like_carla(stage.instance, library.a.text);
  ck_assert_int_eq(stage_settle(&stage), FILE_READY);
  assert_plays_a(&stage, _i);
  stage_free(&stage);
}
END_TEST

START_TEST(path_with_any_number_of_terminators_is_loaded)
{
  char bytes[2U * FOLDER_MAX_PATH] = {0};
  memcpy(bytes, library.a.text, strlen(library.a.text));
  const uint32_t length = (uint32_t)strlen(bytes);
  for (uint32_t n_ends = 0U; n_ends <= 20U; ++n_ends) {
    Stage stage = stage_at(_i);
    ck_assert_int_eq(load_bytes(&stage, bytes, length + n_ends), FILE_READY);
    stage_free(&stage);
  }
  Stage stage = stage_at(_i);
  ck_assert_int_eq(load_bytes(&stage, bytes, sizeof(bytes)), FILE_READY);
  assert_plays_a(&stage, _i);
  stage_free(&stage);
}
END_TEST

START_TEST(path_with_more_behind_its_terminator_is_refused)
{
  char           bytes[2U * FOLDER_MAX_PATH] = {0};
  const uint32_t length                      = (uint32_t)strlen(library.b.text);
  Stage          stage                       = stage_with(_i, library.a.text);
  memcpy(bytes, library.b.text, length);
  for (uint32_t n_ends = 1U; n_ends <= 9U; ++n_ends) {
    bytes[length + n_ends] = 'b';
    const uint32_t size    = length + n_ends + 1U;
    ck_assert_int_eq(load_bytes(&stage, bytes, size), FILE_READY);
    ck_assert_int_eq(load_bytes(&stage, bytes, size + 4U), FILE_READY);
    bytes[length + n_ends] = '\0';
  }
  assert_plays_a(&stage, _i);
  stage_free(&stage);
}
END_TEST

/// Return the path that a plugin has
static PatchMessage
path_of(Stage* const stage)
{
  const PatchMessage question = {
    URI_PATCH_GET, URI_WEIGHTS, URI_NONE, URI_NONE, NULL, 0U, 5};
  PatchMessage answer = {0};
  instance_send(stage->instance, &question);
  for (uint32_t i = 0U; i < 4U && answer.number != 5; ++i) {
    PatchMessage answers[8];
    uint32_t     n_answers = 0U;
    stage_play(stage, 1U);
    n_answers = instance_answers(stage->instance, answers, 8U);
    for (uint32_t j = 0U; j < n_answers; ++j) {
      answer = (answers[j].number == 5) ? answers[j] : answer;
    }
  }
  ck_assert_int_eq(answer.number, 5);
  ck_assert_uint_eq(answer.kind, URI_ATOM_PATH);
  return answer;
}

START_TEST(longest_path_is_kept_whole_and_a_longer_one_is_refused)
{
  static char bytes[LONGEST + 2U];
  memset(bytes, 'x', LONGEST);
  bytes[0]    = '/';
  Stage stage = stage_at(_i);
  (void)load_bytes(&stage, bytes, LONGEST);
  ck_assert_uint_eq(path_of(&stage).size, 1U);

  for (uint32_t n_ends = 0U; n_ends <= 2U; ++n_ends) {
    memset(bytes + LONGEST - 1U, 0, 3U);
    bytes[1] = (char)('a' + n_ends);
    ck_assert_int_ne(load_bytes(&stage, bytes, LONGEST - 1U + n_ends),
                     FILE_READY);
    const PatchMessage answer = path_of(&stage);
    ck_assert_uint_eq(answer.size, LONGEST);
    ck_assert_mem_eq(answer.value, bytes, LONGEST);
  }
  stage_free(&stage);
}
END_TEST

/* States */

START_TEST(state_is_read_with_any_number_of_terminators)
{
  Stage stage = stage_with(_i, library.a.text);
  ck_assert_int_eq(session_save(&session, stage.instance), LV2_STATE_SUCCESS);
  for (uint32_t n_ends = 0U; n_ends <= 3U; ++n_ends) {
    Stage   other = stage_at(_i);
    Session again;
    session_init(&again, PATHS_LINKED, folder.path);
    session_set_ends(&session, n_ends);
    ck_assert_int_eq(session_restore(&session, other.instance),
                     LV2_STATE_SUCCESS);
    ck_assert_int_eq(stage_settle(&other), FILE_READY);
    ck_assert(stage_sounds_like(&stage, &other));

    ck_assert_int_eq(session_save(&again, other.instance), LV2_STATE_SUCCESS);
    session_set_ends(&session, 1U); // As it was saved
    ck_assert(session_equal(&session, &again));
    session_clear(&again);
    stage_free(&other);
  }
  stage_free(&stage);
}
END_TEST

START_TEST(each_text_of_a_state_is_read_without_a_terminator)
{
  const uint32_t only  = (uint32_t)_i % N_KEYS;
  const int      index = _i / (int)N_KEYS;
  Stage          stage = stage_with(index, library.a.text);
  ck_assert_int_eq(session_save(&session, stage.instance), LV2_STATE_SUCCESS);
  session_set_ends(&session, 0U);

  // Leave what finds the file by this one alone
  Property kept = *session_find(&session, keys[only]);
  if (keys[only] == URI_WEIGHTS_COPY) {
    ck_assert_int_eq(unlink(library.a.text), 0);
  } else if (keys[only] == URI_WEIGHTS_ORIGIN) {
    session_put(&session, URI_WEIGHTS, URI_ATOM_PATH, "/nowhere/a", 10U);
  } else if (keys[only] == URI_WEIGHTS_SHA256) {
    const Folder share  = folder_add(&folder, "lmu.lv2");
    const Folder models = folder_add(&share, "models");
    const Path   place  = folder_path(&models, "a.safetensors");
    ck_assert_int_eq(rename(library.a.text, place.text), 0);
    session_put(&session, URI_WEIGHTS_COPY, URI_ATOM_PATH, NULL, 0U);
  }
  ck_assert_uint_gt(kept.size, 0U);

  Stage other = stage_at(index);
  ck_assert_int_eq(session_restore(&session, other.instance),
                   LV2_STATE_SUCCESS);
  ck_assert_int_eq(stage_settle(&other), FILE_READY);
  ck_assert(stage_sounds_like(&stage, &other));
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

START_TEST(state_with_more_behind_a_terminator_is_refused)
{
  char  bytes[FOLDER_MAX_PATH + 4U] = {0};
  Stage stage                       = stage_at(_i);
  memcpy(bytes, library.a.text, strlen(library.a.text));
  const uint32_t length = (uint32_t)strlen(bytes);
  bytes[length + 2U]    = 'b';
  session_put(&session, URI_WEIGHTS, URI_ATOM_PATH, bytes, length + 3U);
  ck_assert_int_eq(session_restore(&session, stage.instance),
                   LV2_STATE_SUCCESS);
  ck_assert_int_eq(stage_settle(&stage), FILE_EMPTY);
  stage_free(&stage);
}
END_TEST

START_TEST(host_that_keeps_what_was_saved_before_gets_the_newest)
{
  session.keeps = true;
  Stage stage   = stage_with(_i, library.a.text);
  ck_assert_int_eq(session_save(&session, stage.instance), LV2_STATE_SUCCESS);
  ck_assert_ptr_nonnull(session_find(&session, URI_WEIGHTS_COPY));

  // Without a file
  ck_assert_int_eq(stage_load(&stage, ""), FILE_EMPTY);
  ck_assert_int_eq(session_save(&session, stage.instance), LV2_STATE_SUCCESS);
  Stage other = stage_with(_i, library.b.text);
  session_set_ends(&session, 0U);
  ck_assert_int_eq(session_restore(&session, other.instance),
                   LV2_STATE_SUCCESS);
  ck_assert_int_eq(stage_settle(&other), FILE_EMPTY);
  stage_free(&other);

  // With one that has no copy, and is gone: the copy that is left is not its
  const NetworkSpec large = {
    .order = 256U, .theta = 2560.0, .units = 1024U, .horizon = 9.0};
  const Path path = library_add(&library, "large.safetensors", &large);
  ck_assert_int_eq(stage_load(&stage, path.text), FILE_READY);
  ck_assert_int_eq(session_save(&session, stage.instance), LV2_STATE_SUCCESS);
  ck_assert_int_eq(unlink(path.text), 0);
  other = stage_at(_i);
  ck_assert_int_eq(session_restore(&session, other.instance),
                   LV2_STATE_SUCCESS);
  ck_assert_int_eq(stage_settle(&other), FILE_MISSING);
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

/* Bytes that are not UTF-8 */

/// Return a file whose name is not UTF-8
static Path
add_latin(void)
{
  const Path path = folder_path(&library.folder, LATIN_NAME);
  network_save(&network_a, path.text);
  return path;
}

/// See that hosts can write a session down: its texts, and what it names
static void
assert_is_text(const Session* const saved)
{
  const char* const copy = session_text(saved, URI_WEIGHTS_COPY);
  ck_assert_ptr_nonnull(copy);
  ck_assert(lmu_utf8_is_valid(copy, strlen(copy)));
  for (uint32_t i = 0U; i < saved->n_properties; ++i) {
    const Property* const property = &saved->properties[i];
    ck_assert(property->type == URI_ATOM_PATH ||
              lmu_utf8_is_valid(property->value, strlen(property->value)));
  }
}

START_TEST(path_that_is_not_utf8_is_kept_by_messages)
{
  const Path         path   = add_latin();
  Stage              stage  = stage_with(_i, path.text);
  const PatchMessage answer = path_of(&stage);
  ck_assert_uint_eq(answer.size, strlen(path.text) + 1U);
  ck_assert_str_eq((const char*)answer.value, path.text);
  assert_plays_a(&stage, _i);
  stage_free(&stage);
}
END_TEST

START_TEST(path_that_is_not_utf8_is_kept_by_sessions)
{
  static const PathsKind kinds[] = {PATHS_LINKED, PATHS_PLAIN, PATHS_NONE};
  const Path             path    = add_latin();
  const int              index   = _i / 3;
  session.paths.kind             = kinds[_i % 3];
  session.paths.can_make         = true;
  Stage stage                    = stage_with(index, path.text);
  ck_assert_int_eq(session_save(&session, stage.instance), LV2_STATE_SUCCESS);
  if (session.paths.kind != PATHS_NONE) {
    assert_is_text(&session);
  }

  Stage   other = stage_at(index);
  Session again;
  session_init(&again, session.paths.kind, folder.path);
  ck_assert_int_eq(session_restore(&session, other.instance),
                   LV2_STATE_SUCCESS);
  ck_assert_int_eq(stage_settle(&other), FILE_READY);
  ck_assert(stage_sounds_like(&stage, &other));
  ck_assert_int_eq(session_save(&again, other.instance), LV2_STATE_SUCCESS);
  ck_assert(session_equal(&session, &again));
  session_clear(&again);
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

START_TEST(path_that_is_not_utf8_is_saved_again_while_it_is_missing)
{
  const Path path        = add_latin();
  Stage      stage       = stage_with(_i, path.text);
  session.paths.can_make = false;
  ck_assert_int_eq(session_save(&session, stage.instance), LV2_STATE_SUCCESS);
  ck_assert_int_eq(unlink(path.text), 0);

  Stage   other = stage_at(_i);
  Session again;
  session_init(&again, PATHS_LINKED, folder.path);
  ck_assert_int_eq(session_restore(&session, other.instance),
                   LV2_STATE_SUCCESS);
  ck_assert_int_eq(stage_settle(&other), FILE_MISSING);
  ck_assert_int_eq(session_save(&again, other.instance), LV2_STATE_SUCCESS);
  ck_assert(session_equal(&session, &again));
  session_clear(&again);
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

START_TEST(file_is_found_where_a_host_spoils_its_path)
{
  const Path path  = add_latin();
  Stage      stage = stage_with(_i / 2, path.text);
  ck_assert_int_eq(session_save(&session, stage.instance), LV2_STATE_SUCCESS);
  session_put(&session,
              URI_WEIGHTS,
              URI_ATOM_PATH,
              "m\xEF\xBF\xBD"
              "del.safetensors",
              19U);
  if (_i % 2) {
    session_put(&session, URI_WEIGHTS_COPY, URI_ATOM_PATH, NULL, 0U);
  } else {
    session_put(&session, URI_WEIGHTS_ORIGIN, URI_ATOM_STRING, NULL, 0U);
  }

  Stage other = stage_at(_i / 2);
  ck_assert_int_eq(session_restore(&session, other.instance),
                   LV2_STATE_SUCCESS);
  ck_assert_int_eq(stage_settle(&other), FILE_READY);
  ck_assert(stage_sounds_like(&stage, &other));
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

START_TEST(file_of_the_longest_name_is_copied)
{
  char name[256] = {0};
  memset(name, 'n', 255U);
  const Path path = folder_path(&library.folder, name);
  file_copy(library.a.text, path.text, SIZE_MAX);
  Stage stage = stage_with(_i, path.text);
  ck_assert_int_eq(session_save(&session, stage.instance), LV2_STATE_SUCCESS);
  ck_assert_int_eq(unlink(path.text), 0);

  Stage other = stage_at(_i);
  ck_assert_int_eq(session_restore(&session, other.instance),
                   LV2_STATE_SUCCESS);
  ck_assert_int_eq(stage_settle(&other), FILE_READY);
  stage_free(&other);
  stage_free(&stage);
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_checked_fixture(tcase, set_up, tear_down);
  tcase_add_loop_test(tcase, path_of_carla_is_loaded, 0, N_LOADERS);
  tcase_add_loop_test(
    tcase, path_with_any_number_of_terminators_is_loaded, 0, N_LOADERS);
  tcase_add_loop_test(
    tcase, path_with_more_behind_its_terminator_is_refused, 0, N_LOADERS);
  tcase_add_loop_test(tcase,
                      longest_path_is_kept_whole_and_a_longer_one_is_refused,
                      0,
                      N_LOADERS);
  tcase_add_loop_test(
    tcase, state_is_read_with_any_number_of_terminators, 0, N_LOADERS);
  tcase_add_loop_test(tcase,
                      each_text_of_a_state_is_read_without_a_terminator,
                      0,
                      N_LOADERS * (int)N_KEYS);
  tcase_add_loop_test(
    tcase, state_with_more_behind_a_terminator_is_refused, 0, N_LOADERS);
  tcase_add_loop_test(
    tcase, host_that_keeps_what_was_saved_before_gets_the_newest, 0, N_LOADERS);
  tcase_add_loop_test(
    tcase, path_that_is_not_utf8_is_kept_by_messages, 0, N_LOADERS);
  tcase_add_loop_test(
    tcase, path_that_is_not_utf8_is_kept_by_sessions, 0, 3 * N_LOADERS);
  tcase_add_loop_test(tcase,
                      path_that_is_not_utf8_is_saved_again_while_it_is_missing,
                      0,
                      N_LOADERS);
  tcase_add_loop_test(
    tcase, file_is_found_where_a_host_spoils_its_path, 0, 2 * N_LOADERS);
  tcase_add_loop_test(tcase, file_of_the_longest_name_is_copied, 0, N_LOADERS);
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "texts", add);
}
