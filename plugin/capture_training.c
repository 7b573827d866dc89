// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

// For sysconf(), which C does not have
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
#define _POSIX_C_SOURCE 200809L

#include "plugin/capture_training.h"

#include "core/base/setup/error.h"
#include "core/base/setup/file.h"
#include "core/base/setup/number.h"
#include "core/base/status.h"
#include "core/nn/setup/graph.h"
#include "core/nn/setup/weight_file.h"
#include "plugin/capture_folder.h"
#include "plugin/capture_thread.h"
#include "plugin/host.h"
#include "plugin/loader.h"
#include "plugin/path_cell.h"
#include "plugin/ports.h"
#include "plugin/search.h"
#include "plugin/take.h"
#include "plugin/turn.h"
#include "train/audio/device.h"
#include "train/audio/echo.h"
#include "train/audio/recipe.h"
#include "train/audio/split.h"
#include "train/audio/streams.h"
#include "train/audio/trainer.h"
#include "train/checkpoint.h"
#include "train/pair/finding.h"
#include "train/pair/pair.h"
#include "train/pair/report.h"
#include "train/stop.h"

#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// How long is trained [s], by LmuSize
static const double train_s[LMU_N_SIZES] = {45.0, 60.0, 120.0, 240.0};

/// How long each kind of network races [s]
#define RACE_S 5.0

/// Time between two models that play, and between two checkpoints [ms]
#define MODEL_MS 1000
#define CHECKPOINT_MS 2000

/// ESR from which on a model is better than none
#define USEFUL_ESR 0.5

/// The same numbers as `lmu train` begins with
#define SEED 1U

/// Share of clipped samples from which on recordings are done again [%]
#define MAX_CLIPPED 0.1

/// Training of a take
typedef struct {
  CaptureThread* thread;
  LmuRecipe      recipe;
  LmuPairReport  report;
  LmuSplit       split;
  LmuStreams     train;
  LmuStreams     valid;
  LmuTrainer*    trainer;
  LmuGraph*      graph; ///< Where the model is stored
  LmuCheckpoint  checkpoint;
  int64_t        start_ms;
  double         start_progress;
  int64_t        model_ms;         ///< When a model was written
  int64_t        checkpoint_ms;    ///< When a checkpoint was
  bool           is_unsaved;       ///< Whether there is a better model
  bool           is_lost;          ///< Whether a file could not be written
  char           path[PATH_BYTES]; ///< Of the file that is read or written
} Training;

static LmuStop
stop_of(const Training* const self)
{
  const LmuStop stop = {capture_thread_ends_training, self->thread};
  return stop;
}

static bool
is_stopped(const Training* const self)
{
  return capture_thread_ends_training(self->thread);
}

static void
say(const Training* const self, const CaptureStatus status)
{
  atomic_store(&self->thread->news.status, (int)status);
}

static void
say_failure(const Training* const self, const LmuError* const error)
{
  host_error(self->thread->host, self->thread->uris, error->text);
}

/* Looking at the take */

/// Return whether a recording was cut off by its converter
static bool
is_clipped(const LmuPairReport* const report, const Take* const take)
{
  for (uint32_t i = 0U; i < N_TAKE_SIDES; ++i) {
    const LmuFinding* const finding = lmu_pair_find(
      report, LMU_FINDING_CLIPPED, i == TAKE_DRY ? LMU_SIDE_DRY : LMU_SIDE_WET);
    if (finding && finding->figure > MAX_CLIPPED && take->is_clipped) {
      return true;
    }
  }
  return false;
}

/// Return the word for the worst that was found
static CaptureStatus
status_of(const LmuPairReport* const report)
{
  if (lmu_pair_is_usable(report)) {
    return CAPTURE_TRAINING;
  }
  switch (report->findings[0].code) {
  case LMU_FINDING_TOO_SHORT:
    return CAPTURE_TOO_SHORT;
  case LMU_FINDING_SILENT:
    return CAPTURE_SILENT;
  default:
    break;
  }
  return CAPTURE_UNRELATED;
}

/// Log what is wrong with a take in words
static void
tell_findings(const Training* const self)
{
  LmuError error;
  char     text[LMU_FINDING_TEXT];
  if (self->report.n_findings) {
    lmu_finding_text(text, &self->report.findings[0]);
    (void)lmu_error_set(&error, LMU_BAD_VALUE, "%s", text);
    say_failure(self, &error);
  }
}

/// Find out how late the device is, and whether it can be learned
static bool
align(Training* const self)
{
  CaptureThread* const thread = self->thread;
  const Take* const    take   = &thread->take;
  const LmuCapture     pair   = {take->sides[TAKE_DRY],
                                 take->n_frames,
                                 take->sides[TAKE_WET],
                                 take->n_frames,
                                 take->rate,
                                 stop_of(self)};
  LmuError             error  = {""};
  say(self, CAPTURE_ALIGNING);
  if (lmu_pair_check(&self->report, &pair, NULL, &error)) {
    say_failure(self, &error);
    say(self, CAPTURE_MEMORY);
    thread->is_trained = true; // Until it is asked for again
    return false;
  }
  if (is_stopped(self)) {
    return false;
  }

  const CaptureStatus status = status_of(&self->report);
  atomic_store(&thread->news.latency, (int)self->report.latency.frames);
  say(self, status);
  // What was clipped can be learned, clipping and all, as `lmu train` does
  thread->is_clipped = is_clipped(&self->report, take);
  if (status != CAPTURE_TRAINING || thread->is_clipped) {
    tell_findings(self);
  }
  if (status != CAPTURE_TRAINING) {
    thread->is_failed  = status != CAPTURE_TOO_SHORT; // There may be more
    thread->is_trained = true;
    return false;
  }
  const LmuCapture   aligned   = lmu_pair_aligned(&pair, &self->report);
  const LmuRecording recording = {
    aligned.dry, aligned.wet, aligned.n_dry, {0.0}};
  lmu_split_add(&self->split, &recording, take->rate);
  self->train =
    (LmuStreams){self->split.train, self->split.n_train, 0U, 1.0, 1.0};
  self->valid =
    (LmuStreams){self->split.valid, self->split.n_valid, 0U, 1.0, 1.0};
  return true;
}

/* Errors */

/// Say how good a model is
static void
tell_esr(CaptureThread* const thread, const double esr)
{
  const double limited = fmin(fmax(esr, 1e-12), 1e4);
  atomic_store(&thread->news.esr, (int)(1000.0 * log10(limited)));
}

/// Say in a model how good it is
static void
note_esr(LmuGraph* const graph, const double esr)
{
  char number[LMU_NUMBER_SIZE];
  lmu_number_write(number, esr);
  (void)lmu_metadata_note(&graph->metadata, LMU_ESR_NOTE, number);
}

/// Return what a model says how good it is, or one
static double
noted_esr(const LmuGraph* const graph)
{
  const char* const text = lmu_metadata_noted(&graph->metadata, LMU_ESR_NOTE);
  double            esr  = 1.0;
  return (text && lmu_number_read(&esr, text)) ? esr : 1.0;
}

/* Files */

/// Name a file of the take by its ending, return false if there can be none
static bool
find_file(Training* const self, const char* const ending)
{
  const char* const folder = self->thread->take.folder;
  return folder[0] && capture_folder_model(self->path, folder, ending);
}

/// Have a model that was written play
static void
play(const Training* const self)
{
  FileName* const name = (FileName*)calloc(1U, sizeof(FileName));
  if (name) {
    memcpy(name->path, self->path, PATH_BYTES);
    loader_restore(self->thread->loader, name, NULL);
    free(name);
  }
}

/// Write a graph as the model of the take
static LmuStatus
write_model(const Training* const self,
            const bool            is_last,
            LmuError* const       error)
{
  uint8_t*  data    = NULL;
  size_t    n_bytes = 0U;
  LmuStatus status  = lmu_weights_write(&data, &n_bytes, self->graph, error);
  if (!status) {
    status = is_last ? lmu_file_save(self->path, data, n_bytes, error)
                     : lmu_file_save_soon(self->path, data, n_bytes, error);
  }
  free(data);
  return status;
}

/// Say that a file could not be written, and why if that is known
static void
say_lost(const Training* const self, const LmuError* const error)
{
  if (error->text[0]) {
    say_failure(self, error);
  }
  say(self, CAPTURE_DISK);
}

/// Write the model and have it play; one that cannot be written is tried again
static void
save_model(Training* const self, const bool is_last)
{
  LmuError error = {""};
  self->model_ms = capture_thread_now_ms();
  capture_thread_write(self->thread);
  self->is_lost = !find_file(self, "") || write_model(self, is_last, &error);
  if (self->is_lost) {
    say_lost(self, &error);
  } else {
    self->is_unsaved = false;
    play(self);
  }
}

/// Write what it takes to go on
static void
save_checkpoint(Training* const self)
{
  uint8_t* state             = NULL;
  size_t   n_state           = 0U;
  uint8_t* data              = NULL;
  size_t   n_bytes           = 0U;
  LmuError error             = {""};
  self->checkpoint_ms        = capture_thread_now_ms();
  self->checkpoint.n_updates = lmu_trainer_report(self->trainer)->n_updates;
  if (find_file(self, LMU_CHECKPOINT_ENDING) &&
      !lmu_trainer_save(self->trainer, &state, &n_state) &&
      !lmu_checkpoint_encode(
        &data, &n_bytes, &self->checkpoint, state, n_state) &&
      lmu_file_save_soon(self->path, data, n_bytes, &error)) {
    self->is_lost = true;
    say_lost(self, &error);
  } else {
    self->is_lost = self->is_lost && self->is_unsaved;
  }
  free(data);
  free(state);
}

/// Remove it, as there is nothing left to do
static void
remove_checkpoint(Training* const self)
{
  if (find_file(self, LMU_CHECKPOINT_ENDING)) {
    (void)unlink(self->path);
  }
}

/// Read a file of the take, whose data is for free(), or return null
static uint8_t*
read_file(Training* const self, size_t* const n_bytes, const char* const ending)
{
  uint8_t* data = NULL;
  *n_bytes      = 0U;
  if (find_file(self, ending) &&
      lmu_file_read(&data, n_bytes, self->path, NULL)) {
    data = NULL;
  }
  return data;
}

/* What to train */

/// Plan a race, by the time that a round takes
static void
plan_seconds(LmuTrainer* const trainer, const double seconds)
{
  LmuTrainerReport report;
  const int64_t    start_ms = capture_thread_now_ms();
  lmu_trainer_plan(trainer, UINT64_MAX);
  (void)lmu_trainer_advance(trainer, &report);
  const double round_s = (double)(capture_thread_now_ms() - start_ms) / 1000.0;
  lmu_trainer_plan(
    trainer, lmu_device_updates(seconds, round_s, lmu_trainer_round(trainer)));
}

static void
plan_race(void* const handle, LmuTrainer* const trainer)
{
  (void)handle;
  plan_seconds(trainer, RACE_S);
}

/// Return how many threads train: two where that leaves none without work
static uint32_t
count_threads(void)
{
  return sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 2U : 1U;
}

/// Return how a network is trained
static LmuTrainerOptions
options_of(const Training* const self)
{
  LmuTrainerOptions options =
    lmu_device_options(&self->recipe, count_threads());
  options.seed   = SEED;
  options.is_new = true;
  options.stops  = capture_thread_ends_training;
  options.handle = self->thread;
  return options;
}

/// Find out what kind of device it is, return false if it cannot be told
static bool
race(Training* const self)
{
  LmuTrainerOptions options = options_of(self);
  LmuError          error   = {""};
  LmuDevice         device  = LMU_DEVICE_DRIVE;
  options.rate              = 0.0; // That of each kind
  const LmuRace race        = {self->recipe,
                               options,
                               SEED,
                               &self->train,
                               &self->valid,
                               stop_of(self),
                               plan_race,
                               NULL,
                               self};
  if (lmu_device_race(&device, &race, &error)) {
    say_failure(self, &error);
    say(self, CAPTURE_MEMORY);
    self->thread->is_trained = true;
    return false;
  }
  self->checkpoint.device = device;
  return !is_stopped(self);
}

/// Choose the kind of network
static bool
choose(Training* const self)
{
  const CaptureWish wish = capture_thread_wanted(self->thread);
  if (wish.kind != KIND_AUTO) {
    self->checkpoint.device = wish.kind - (uint32_t)KIND_DRIVE;
  } else if (self->checkpoint.device >= LMU_N_DEVICES && !race(self)) {
    return false;
  }
  self->recipe.device = (LmuDevice)self->checkpoint.device;
  return true;
}

/* Training */

/// Say how far it is
static void
tell(const Training* const self)
{
  CaptureNews* const            news     = &self->thread->news;
  const LmuTrainerReport* const report   = lmu_trainer_report(self->trainer);
  const double                  progress = lmu_trainer_progress(self->trainer);
  const double best = fmin(report->best_esr, report->spare_esr);
  const double seconds =
    (double)(capture_thread_now_ms() - self->start_ms) / 1000.0;
  const double done = fmax(progress - self->start_progress, 1e-3);
  if (isfinite(best)) {
    tell_esr(self->thread, best);
  }
  atomic_store(&news->progress, (unsigned)(1000.0 * progress));
  atomic_store(&news->seconds_left,
               (unsigned)(seconds * (1.0 - progress) / done));
}

/// Store the best model in the graph, and write it
static void
store(Training* const self, const bool is_last)
{
  const LmuTrainerReport* const report = lmu_trainer_report(self->trainer);
  if (lmu_trainer_store(self->trainer, self->graph)) {
    note_esr(self->graph, fmin(report->best_esr, report->spare_esr));
    save_model(self, is_last);
  }
}

/// Deal with what a round gave
static void
after_round(Training* const self, const LmuTrainerReport* const report)
{
  const int64_t now    = capture_thread_now_ms();
  const bool is_useful = fmin(report->best_esr, report->spare_esr) < USEFUL_ESR;
  self->is_unsaved     = self->is_unsaved || (report->improved && is_useful);
  tell(self);
  if (self->is_unsaved && now - self->model_ms >= MODEL_MS) {
    store(self, false);
    self->checkpoint_ms = 0; // It belongs to the model
  }
  if (now - self->checkpoint_ms >= CHECKPOINT_MS) {
    save_checkpoint(self);
  }
}

/// Write where training is left, which takes some milliseconds
static void
leave(Training* const self)
{
  if (self->is_unsaved) {
    store(self, false);
  }
  save_checkpoint(self);
}

/// Train until that is done, and return whether it is
static bool
train(Training* const self)
{
  LmuTrainerReport report = *lmu_trainer_report(self->trainer);
  bool             more   = true;
  self->start_ms          = capture_thread_now_ms();
  self->model_ms          = self->start_ms - MODEL_MS;
  self->checkpoint_ms     = self->start_ms;
  if (!report.n_updates) {
    plan_seconds(self->trainer, train_s[self->recipe.size]);
    report = *lmu_trainer_report(self->trainer);
    after_round(self, &report);
  } else {
    self->is_unsaved     = true; // Perhaps the last one was not written
    self->start_progress = lmu_trainer_progress(self->trainer);
  }
  while (more && !is_stopped(self)) {
    more = lmu_trainer_advance(self->trainer, &report);
    say(self, self->is_lost ? CAPTURE_DISK : CAPTURE_TRAINING);
    after_round(self, &report);
  }
  const bool is_done = lmu_trainer_progress(self->trainer) >= 1.0;
  if (!is_done) {
    leave(self);
  }
  return is_done;
}

/// Return the model of the take, or null
static LmuGraph*
read_model(Training* const self)
{
  LmuGraph* model   = NULL;
  size_t    n_bytes = 0U;
  uint8_t*  data    = read_file(self, &n_bytes, "");
  if (data && lmu_weights_parse(&model, data, n_bytes, NULL)) {
    model = NULL;
  }
  free(data);
  return model;
}

/// Return whether a graph that was trained can be trained on
static bool
is_alike(const LmuGraph* const a, const LmuGraph* const b)
{
  return a && b && a->n_layers == b->n_layers && a->n_values == b->n_values &&
         a->layers[0].type == b->layers[0].type;
}

/// Replace a new network by the model that is there, if it is of the kind
static bool
go_on_from_model(Training* const self, LmuGraph** const graph)
{
  LmuGraph* const model = read_model(self);
  const bool      works = is_alike(model, *graph);
  if (works) {
    lmu_graph_free(*graph);
    *graph               = model;
    model->metadata.rate = self->recipe.rate;
  } else {
    lmu_graph_free(model);
  }
  return works;
}

/// Make a trainer of a graph, or none if somebody ends that
static LmuStatus
start(Training* const self, const LmuGraph* const graph, const bool is_new)
{
  LmuTrainerOptions options = options_of(self);
  LmuError          error   = {""};
  options.is_new            = is_new;
  const LmuStatus status    = lmu_trainer_new(
    &self->trainer, graph, &self->train, &self->valid, &options, &error);
  if (status) {
    say_failure(self, &error);
  }
  return status;
}

/// Go on where a checkpoint was written, or from the model, or anew
static LmuStatus
start_or_resume(Training* const self)
{
  size_t         n_bytes = 0U;
  size_t         n_state = 0U;
  const uint8_t* state   = NULL;
  LmuCheckpoint  known   = self->checkpoint;
  uint8_t* const data    = read_file(self, &n_bytes, LMU_CHECKPOINT_ENDING);
  LmuGraph*      graph   = lmu_recipe_graph(&self->recipe);
  LmuStatus      status  = graph ? LMU_SUCCESS : LMU_NO_MEMORY;
  bool           resumes =
    data && !lmu_checkpoint_decode(&known, &state, &n_state, data, n_bytes) &&
    known.n_updates && known.device == self->checkpoint.device;
  if (!status) {
    lmu_recipe_initialise(&self->recipe, graph, SEED);
    status = start(self, graph, true);
  }
  if (self->trainer && resumes) {
    resumes = !lmu_trainer_load(self->trainer, state, n_state);
  }
  if (self->trainer && !resumes && go_on_from_model(self, &graph)) {
    lmu_trainer_free(self->trainer);
    self->trainer = NULL;
    status        = start(self, graph, false);
  }
  self->graph = graph;
  free(data);
  return status;
}

/// Say in the model what it is
static void
describe(const Training* const self)
{
  char* const name = (char*)calloc(1U, PATH_BYTES);
  if (name) {
    (void)path_request_get(self->thread->name, name);
    (void)snprintf(self->graph->metadata.name,
                   LMU_MAX_NAME,
                   "%.*s",
                   (int)(strlen(name) < LMU_MAX_NAME ? strlen(name) : 0U),
                   name);
    free(name);
  }
  lmu_device_describe(self->graph, &self->train, self->recipe.rate);
}

/// Train a network, and return whether that came to its end
static bool
train_network(Training* const self)
{
  if (start_or_resume(self)) {
    say(self, CAPTURE_MEMORY);
    self->thread->is_trained = true;
    return false;
  }
  if (!self->trainer) {
    return false;
  }
  describe(self);
  if (!train(self)) {
    return false;
  }
  store(self, true);
  if (!self->is_unsaved) {
    remove_checkpoint(self);
  }
  return !self->is_unsaved;
}

/// Fit an echo, and return whether that came to its end
static bool
fit_echo(Training* const self)
{
  const LmuEchoSpec spec = {self->recipe.rate,
                            lmu_device_echo_order(self->recipe.size),
                            SEED,
                            stop_of(self)};
  double            esr  = INFINITY;
  if (lmu_echo_fit(&self->graph, &esr, &self->train, &self->valid, &spec) ||
      !self->graph) {
    return false;
  }
  describe(self);
  note_esr(self->graph, esr);
  self->is_unsaved = true;
  save_model(self, true);
  tell_esr(self->thread, esr);
  return !self->is_unsaved;
}

/// Find out what is known of the training of this take
static void
peek(Training* const self)
{
  size_t              n_bytes = 0U;
  size_t              n_state = 0U;
  const uint8_t*      state   = NULL;
  uint8_t* const      data = read_file(self, &n_bytes, LMU_CHECKPOINT_ENDING);
  const LmuCheckpoint none = {false, LMU_CHECKPOINT_NO_DEVICE, 0U, 0.0, 0.0};
  self->checkpoint         = none;
  if (data) {
    (void)!lmu_checkpoint_decode(
      &self->checkpoint, &state, &n_state, data, n_bytes);
  }
  free(data);
}

/// Do all steps until one fails or somebody ends it
static void
run(Training* const self)
{
  CaptureThread* const thread = self->thread;
  if (!align(self)) {
    return;
  }
  say(self, CAPTURE_TRAINING);
  peek(self);
  if (!choose(self)) {
    return;
  }
  const bool done = (self->recipe.device == LMU_DEVICE_TIME)
                      ? fit_echo(self)
                      : train_network(self);
  if (done) {
    thread->is_trained = true;
    atomic_store(&thread->news.progress, 1000U);
    atomic_store(&thread->news.seconds_left, 0U);
    say(self, CAPTURE_READY);
  }
}

bool
capture_recall(CaptureThread* const thread)
{
  Training        self    = {.thread = thread};
  size_t          n_bytes = 0U;
  LmuGraph* const model   = read_model(&self);
  uint8_t* const  data    = read_file(&self, &n_bytes, LMU_CHECKPOINT_ENDING);
  const bool      is_done = model && !data;
  if (model) {
    tell_esr(thread, noted_esr(model));
  }
  free(data);
  lmu_graph_free(model);
  return is_done;
}

void
capture_train(CaptureThread* const thread)
{
  const CaptureWish wish = capture_thread_wanted(thread);
  if (!thread->take.n_frames) {
    return;
  }
  if (!turn_take()) {
    atomic_store(&thread->news.status, CAPTURE_WAITING);
    return;
  }
  Training* const self = (Training*)calloc(1U, sizeof(Training));
  if (self) {
    self->thread      = thread;
    self->recipe.size = (LmuSize)wish.size;
    self->recipe.rate = thread->take.rate;
    run(self);
    lmu_trainer_free(self->trainer);
    lmu_graph_free(self->graph);
    free(self);
  }
  turn_give();
}
