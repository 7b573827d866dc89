// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// Sessions on another computer, and bundles in odd places, for all plugins that
// load weight files or have an order.
// usage: test_moves LMU.SO

#include "plugin/ports.h"
#include "tests/plugin/folder.h"
#include "tests/plugin/instance.h"
#include "tests/plugin/networks.h"
#include "tests/plugin/patches.h"
#include "tests/plugin/paths.h"
#include "tests/plugin/plugins.h"
#include "tests/plugin/runner.h"
#include "tests/plugin/session.h"
#include "tests/plugin/sound.h"
#include "tests/plugin/stage.h"
#include "tests/plugin/uris.h"

#include <check.h>
#include <lv2/state/state.h>

#include <sys/stat.h>
#include <unistd.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
  host_set_bundle(NULL);
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

/// Return a stage that has what was saved
static Stage
restored_stage(const int i, const FileStatus status)
{
  Stage stage = stage_at(i);
  ck_assert_int_eq(session_restore(&session, stage.instance),
                   LV2_STATE_SUCCESS);
  ck_assert_int_eq(stage_settle(&stage), status);
  return stage;
}

/// Return a stage that plays a file, which was saved
static Stage
saved_stage(const int i, const char* const path)
{
  Stage stage = stage_at(i);
  ck_assert_int_eq(stage_load(&stage, path), FILE_READY);
  ck_assert_int_eq(session_save(&session, stage.instance), LV2_STATE_SUCCESS);
  return stage;
}

/// See that what was saved sounds like what saved it
static void
assert_comes_back(Stage* const stage, const int i)
{
  Stage other = restored_stage(i, FILE_READY);
  ck_assert(stage_sounds_like(stage, &other));
  stage_free(&other);
}

/* Sessions */

/// Return whether a property is said to mean the same on another computer
static bool
is_portable(const LV2_URID key)
{
  const Property* const property = session_find(&session, key);
  ck_assert_ptr_nonnull(property);
  ck_assert_uint_ne(property->flags & LV2_STATE_IS_POD, 0U);
  return property->flags & LV2_STATE_IS_PORTABLE;
}

START_TEST(what_a_host_maps_is_portable)
{
  static const LV2_URID keys[] = {
    URI_WEIGHTS, URI_WEIGHTS_COPY, URI_WEIGHTS_ORIGIN, URI_WEIGHTS_SHA256};
  static const PathsKind kinds[] = {PATHS_LINKED, PATHS_NONE, PATHS_NULL};
  Stage                  stage   = saved_stage(_i, library.a.text);
  for (uint32_t i = 0U; i < 4U; ++i) {
    ck_assert(is_portable(keys[i]));
  }

  // A path of this computer is not
  for (uint32_t i = 1U; i < 3U; ++i) {
    session.paths.kind = kinds[i];
    ck_assert_int_eq(session_save(&session, stage.instance), LV2_STATE_SUCCESS);
    ck_assert(!is_portable(URI_WEIGHTS));
    ck_assert(is_portable(URI_WEIGHTS_SHA256));
  }
  stage_free(&stage);
}
END_TEST

START_TEST(portable_part_of_a_session_plays_on_another_computer)
{
  Stage stage = saved_stage(_i, library.a.text);

  // Such as lv2_state_save() for another host: what is not portable is left out
  for (uint32_t i = 0U; i < session.n_properties;) {
    const Property* const property = &session.properties[i];
    if (property->flags & LV2_STATE_IS_PORTABLE) {
      ++i;
    } else {
      session_put(&session, property->key, 0U, NULL, 0U);
    }
  }
  const Path moved = folder_path(&library.folder, "moved there");
  ck_assert_int_eq(unlink(library.a.text), 0);
  ck_assert_int_eq(rename(folder.path, moved.text), 0);
  memcpy(session.paths.folder, moved.text, sizeof(session.paths.folder));
  assert_comes_back(&stage, _i);
  stage_free(&stage);
}
END_TEST

START_TEST(session_that_moves_with_its_file_plays)
{
  // The file lies in the session's folder, so that no copy is needed
  const Path inside = folder_path(&folder, "inside.safetensors");
  ck_assert_int_eq(rename(library.a.text, inside.text), 0);
  session.paths.can_make = false;
  Stage stage            = saved_stage(_i, inside.text);
  ck_assert_str_eq(session_text(&session, URI_WEIGHTS), "inside.safetensors");

  const Path moved = folder_path(&library.folder, "moved");
  ck_assert_int_eq(rename(folder.path, moved.text), 0);
  memcpy(session.paths.folder, moved.text, sizeof(session.paths.folder));
  assert_comes_back(&stage, _i);
  stage_free(&stage);
}
END_TEST

/* Bundles */

/// Names of folders that a bundle may lie in
static const char* const places[] = {"with a space and %20 in it.lv2",
                                     ("Gr\xC3\xB6\xC3\x9F"
                                      "e \xE2\x99\xAB.lv2"),
                                     "Latin \xF6\xFF.lv2",
                                     "new\nline;'\"$.lv2"};

#define N_PLACES ((int)(sizeof(places) / sizeof(places[0])))

/// Make a bundle that has file b among its models, and that nobody may write
static Folder
add_bundle(const char* const name)
{
  const Folder bundle = folder_add(&library.folder, name);
  const Folder models = folder_add(&bundle, "models");
  const Path   path   = folder_path(&models, "b.safetensors");
  file_copy(library.b.text, path.text, SIZE_MAX);
  ck_assert_int_eq(chmod(path.text, 0400), 0);
  ck_assert_int_eq(chmod(models.path, 0500), 0);
  ck_assert_int_eq(chmod(bundle.path, 0500), 0);
  return bundle;
}

static void
remove_bundle(const Folder* const bundle)
{
  const Path models = folder_path(bundle, "models");
  ck_assert_int_eq(chmod(bundle->path, 0700), 0);
  ck_assert_int_eq(chmod(models.text, 0700), 0);
}

START_TEST(file_is_found_in_a_bundle_that_lies_anywhere)
{
  const int i     = _i / N_PLACES;
  Stage     stage = saved_stage(i, library.b.text);
  session_put(&session, URI_WEIGHTS_COPY, 0U, NULL, 0U);
  const Folder bundle = add_bundle(places[_i % N_PLACES]);
  ck_assert_int_eq(unlink(library.b.text), 0);

  Stage lost = restored_stage(i, FILE_MISSING);
  stage_free(&lost);
  host_set_bundle(bundle.path);
  assert_comes_back(&stage, i);

  // As hosts write the folder, with its end
  char path[FOLDER_MAX_PATH + 1U];
  (void)snprintf(path, sizeof(path), "%s/", bundle.path);
  host_set_bundle(path);
  assert_comes_back(&stage, i);
  remove_bundle(&bundle);
  stage_free(&stage);
}
END_TEST

/// Return whether a plugin says what became of its file
static bool
tells_file(const int i)
{
  for (uint32_t j = 0U; j < N_LOADERS; ++j) {
    if (host_loaders[j] == i) {
      return true;
    }
  }
  return false;
}

/// Have a capture play its model to what it hears, of a device that is silent
static void
listen_to_model(Stage* const stage)
{
  instance_set(stage->instance, "monitor", MONITOR_MODEL);
  memset(stage->in.channels[1], 0, stage->in.n_frames * sizeof(float));
}

/// Return whether the last output of a stage is not silent
static bool
is_heard(const Stage* const stage)
{
  const Sound* const out  = &stage->out;
  const float* const last = out->channels[out->n_channels - 1U];
  for (uint32_t i = 0U; i < out->n_frames; ++i) {
    if (last[i] != 0.0f) {
      return true;
    }
  }
  return false;
}

/// See that a file plays, whatever else a plugin says of itself
static void
assert_plays(const Stage* const stage, const int i, const FileStatus status)
{
  if (tells_file(i)) {
    ck_assert_int_eq(status, FILE_READY);
  } else {
    ck_assert(is_heard(stage));
  }
}

/// Load a file, save that, and restore it
static void
assert_loads(Stage* const stage, const int i)
{
  Instance* const instance = stage->instance;
  if (!tells_file(i)) {
    listen_to_model(stage);
    stage_play(stage, STAGE_FADE_BLOCKS);
    stage_play(stage, STAGE_FADE_BLOCKS);
    ck_assert(!is_heard(stage));
  }
  assert_plays(stage, i, stage_load(stage, library.a.text));
  ck_assert_int_eq(session_save(&session, instance), LV2_STATE_SUCCESS);
  ck_assert_ptr_nonnull(session_find(&session, URI_WEIGHTS));
  ck_assert_int_eq(session_restore(&session, instance), LV2_STATE_SUCCESS);
  assert_plays(stage, i, stage_settle(stage));
}

/// Play, change the order if there is one, and load a file if that is possible
static void
assert_works(const int i)
{
  Stage           stage    = stage_new(host_lists[i], WORKER_AT_ONCE);
  Instance* const instance = stage.instance;
  if (instance->interface &&
      instance_port(instance, "order_used") < HOST_MAX_PORTS) {
    instance_set(instance, "order", 16.0f);
    stage_play(&stage, 4U * STAGE_FADE_BLOCKS);
    ck_assert_float_eq(instance_get(instance, "order_used"), 16.0f);
  }
  if (instance->state) {
    assert_loads(&stage, i);
  }
  ck_assert(sound_is_finite(&stage.out));
  stage_free(&stage);
}

START_TEST(plugins_work_where_the_bundle_is_missing)
{
  static char              longest[8192];
  static const char* const missing[] = {
    "", "/", ".", "nowhere", "/nowhere", "/dev/null/", longest};
  memset(longest, '/', sizeof(longest) - 1U);
  for (uint32_t i = 0U; i < sizeof(missing) / sizeof(missing[0]); ++i) {
    host_set_bundle(missing[i]);
    assert_works(_i);
  }
}
END_TEST

START_TEST(plugins_work_from_a_bundle_that_lies_anywhere)
{
  const char* const place  = places[_i % N_PLACES];
  const Folder      bundle = folder_add(&library.folder, place);
  const Path        binary = folder_path(&bundle, "lmu.so");
  file_copy(host_path(), binary.text, SIZE_MAX);
  ck_assert_int_eq(chmod(binary.text, 0500), 0);
  ck_assert_int_eq(chmod(bundle.path, 0500), 0);
  host_set_bundle(bundle.path);
  ck_assert(host_open(binary.text));
  assert_works(_i / N_PLACES);
  ck_assert_int_eq(chmod(bundle.path, 0700), 0);
}
END_TEST

static void
add(TCase* const tcase)
{
  tcase_add_checked_fixture(tcase, set_up, tear_down);
  tcase_add_loop_test(tcase, what_a_host_maps_is_portable, 0, N_LOADERS);
  tcase_add_loop_test(
    tcase, portable_part_of_a_session_plays_on_another_computer, 0, N_LOADERS);
  tcase_add_loop_test(
    tcase, session_that_moves_with_its_file_plays, 0, N_LOADERS);
  tcase_add_loop_test(tcase,
                      file_is_found_in_a_bundle_that_lies_anywhere,
                      0,
                      N_LOADERS * N_PLACES);
  tcase_add_loop_test(
    tcase, plugins_work_where_the_bundle_is_missing, 0, N_PLUGINS);
  if (!plugins_are_held) {
    tcase_add_loop_test(tcase,
                        plugins_work_from_a_bundle_that_lies_anywhere,
                        0,
                        N_PLUGINS * N_PLACES);
  }
}

int
main(int argc, char** argv)
{
  return runner_main(argc, argv, "moves", add);
}
