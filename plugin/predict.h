// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_PREDICT_H
#define LMU_PLUGIN_PREDICT_H

#include "core/base/attributes.h"
#include "core/dsp/rt/attacks.h"
#include "core/dsp/rt/forecaster.h"
#include "core/dsp/rt/glide.h"
#include "core/dsp/rt/stand_in.h"
#include "core/dsp/rt/sustain.h"
#include "core/dsp/rt/win_rate.h"
#include "plugin/controls.h"
#include "plugin/loaded_model.h"
#include "plugin/loudness.h"
#include "plugin/plugin.h"
#include "plugin/ports.h"
#include "plugin/weights.h"

#include <stdbool.h>
#include <stdint.h>

/**
   @file
   What a sound will be, what of it could not be foretold, and how it goes on.
*/

/// Time over which scores are taken [s]
#define PREDICT_SCORE_SECONDS 0.4

/// Controls behind the audio ports
typedef enum {
  PREDICT_ENABLED,
  PREDICT_FREEWHEEL,
  PREDICT_MODE,
  PREDICT_HORIZON,
  PREDICT_THETA,
  PREDICT_ORDER,
  PREDICT_LEARN,
  PREDICT_FORGETTING,
  PREDICT_FREEZE,
  PREDICT_CONCEAL,
  PREDICT_DECAY,
  PREDICT_FADE,
  PREDICT_MIX,
  PREDICT_OUTPUT,
  PREDICT_ATTACKS,
  PREDICT_MATCH,
  PREDICT_GAIN,
  PREDICT_CONFIDENCE,
  PREDICT_HORIZON_USED,
  PREDICT_STATUS,
} PredictControl;

/// What is forecast.  A new mode acts while the sound is faded out, all else
/// once it has been learned.
typedef struct {
  ModeChoice mode;
  uint32_t   order;   ///< Weights
  uint32_t   horizon; ///< [frames]
  double     theta;   ///< Window [frames]
} PredictTask;

/// How a sound goes on by itself
typedef struct {
  LmuGlide part;     ///< Of it in the sound, 1 while frozen
  LmuGlide handover; ///< From forecasts that feed themselves to the sustain
  bool     is_on;    ///< Whether it is frozen
  uint32_t wait;     ///< Frames until the sustain plays
} Continuation;

/// How lost input is hidden
typedef struct {
  LmuGlide cover; ///< Part in the sound of what stands in for it
  LmuGlide level; ///< Of what stands in, which fades away
  float    apart[LMU_MAX_FORECAST_CHANNELS]; ///< Input less what stands in
  uint32_t gap;   ///< Frames for which there was no input, saturates
  uint32_t age;   ///< Frames since it began to stand in, saturates
  bool     hides; ///< Whether this frame is lost, and hidden
  uint32_t clean; ///< Frames since it hid more than a few, saturates
  double   peak;  ///< Of the recent input
  double   tail;  ///< The same of its last half millisecond
} Concealment;

/// Recent forecasts of one output of a weight file
typedef struct {
  uint32_t output; ///< Of each channel
  uint32_t lead;   ///< How far that is ahead [frames]
  uint32_t age;    ///< Frames since it began, saturates
  float*   past[LMU_MAX_FORECAST_CHANNELS]; ///< Forecasts, [mask + 1]
} FileVoice;

/// What one weight file forecasts
typedef struct {
  const LoadedModel* loaded; ///< Or null
  uint32_t           number; ///< Of that, as another may get its address later
  FileVoice          voices[2]; ///< An output, and that of another horizon
  uint32_t           now;       ///< The one that plays
  bool               changes;   ///< Whether the other is to play
  LmuGlide           fade;      ///< Part of that in the sound
} FileForecasts;

/// What weight files forecast instead of what was learned
typedef struct {
  FileForecasts forecasts[2]; ///< Of the file that plays, and the next
  uint32_t      mask;         ///< Size of rings, less one
  uint32_t      position;     ///< Of this frame in all rings
  double        memory;       ///< Over which scores are taken [frames]
  double        energy;       ///< Mean square of the recent input
  double        error;        ///< Mean square of what was not forecast of it
  LmuWinRate    win_rate;     ///< Of all channels
} FileForecaster;

/// A second forecaster, which learns a new task unheard while the first plays
typedef struct {
  LmuForecaster* forecaster;
  PredictTask    task;     ///< What it learns
  bool           is_on;    ///< Whether it learns or fades in
  uint32_t       left;     ///< Segments until it has learned
  LmuGlide       handover; ///< From the first to the second
} ShadowForecaster;

/// One frame of input
typedef struct {
  float in[LMU_MAX_FORECAST_CHANNELS]; ///< Finite
  bool  is_lost; ///< Whether all is exactly zero, or was not a number
  bool  is_bad;  ///< Whether any was not a number
} PredictInput;

/// Instance of Predict
typedef struct {
  Plugin           plugin;
  Weights          weights;
  FileForecaster   file;
  uint32_t         n_channels;
  LmuForecaster*   forecaster; ///< That plays
  ShadowForecaster shadow;
  LmuSustain*      sustain;
  LmuStandIn*      stand_in;

  PredictTask task;    ///< At work
  PredictTask wanted;  ///< By the controls
  uint32_t    rest;    ///< Segments since that changed, saturates
  uint32_t    unheard; ///< Segments that it still learns unheard
  LmuGlide    level;   ///< Of what is forecast, 0 where the task changes
  LmuGlide    mix;
  LmuGlide    gain;
  LmuGlide    attack_gain; ///< Of attacks of the residual
  Loudness    loudness;    ///< Of the output, matched to that of the input

  LmuAttackPlan attack_plan;
  LmuAttacks    attacks; ///< Of the residual

  Continuation continuation;
  Concealment  concealment;
  double       forgetting; ///< What the forecaster knows of it [frames]
  float        next[LMU_MAX_FORECAST_CHANNELS]; ///< Forecast for this frame
} Predict;

/// Return the index of a port behind the audio ports
LMU_RT static inline uint32_t
predict_port(const Predict* const self, const PredictControl control)
{
  return N_ATOM_PORTS + (2U * self->n_channels) + (uint32_t)control;
}

LMU_RT static inline double
predict_value(const Predict* const self, const PredictControl control)
{
  return (double)self->plugin.ports.values[predict_port(self, control)];
}

LMU_RT static inline bool
predict_switch(const Predict* const self, const PredictControl control)
{
  return ports_switch(&self->plugin.ports, predict_port(self, control));
}

/// Return a time in frames, at least one
LMU_RT static inline uint32_t
predict_frames(const Predict* const self, const double seconds)
{
  return (uint32_t)(seconds * self->plugin.rate) + 1U;
}

/// Return what the controls ask to be forecast
LMU_RT PredictTask
predict_wanted_task(const Predict* self);

/// Return the forecaster's plan for a task
LMU_RT LmuForecastPlan
predict_plan(const PredictTask* task);

/// Return for how many segments a task is to learn before it is heard
LMU_RT uint32_t
predict_learning_segments(const Predict* self, const PredictTask* task);

/// Return whether one plan is for both tasks
LMU_RT bool
predict_tasks_agree(const PredictTask* x, const PredictTask* y);

/// Learn nothing beside what plays
LMU_RT void
predict_reset_shadow(Predict* self);

/// Follow what is to be learned beside what plays, at the start of a segment
LMU_RT void
predict_update_shadow(Predict* self);

/**
   Let forecasters hear a frame.

   @param self Instance.
   @param input What they hear, [n_channels].
   @param learns Whether to learn from it.
   @param forecasts Set to what plays, [n_channels].
*/
LMU_RT void
predict_forecast(Predict*     self,
                 const float* input,
                 bool         learns,
                 LmuForecast* forecasts);

/// Return whether the forecasters are to learn
LMU_RT bool
predict_learns(const Predict* self);

/// Send all that moves to where the controls want it
LMU_RT void
predict_update(Predict* self);

/// Follow controls that act at the start of a segment
LMU_RT void
predict_begin_segment(Predict* self);

/// Write what the forecaster thinks of its forecasts
LMU_RT void
predict_write_readings(Predict* self);

/// Be as if nothing had been frozen
LMU_RT void
predict_thaw(Predict* self);

/**
   Return whether the forecaster is to hear what it foretold, as what goes on by
   itself does before the sustain plays.
*/
LMU_RT bool
predict_feeds_itself(const Predict* self);

/**
   Let a sound go on if it is frozen, for a frame.

   @param self Instance.
   @param heard Input, or what hides that it is lost, [n_channels].
   @param out Set to what goes on, [n_channels].
*/
LMU_RT void
predict_continue(Predict* self, const float* heard, float* out);

/// Be as if nothing had been lost
LMU_RT void
predict_reset_concealment(Predict* self);

/**
   Hide input that is lost, for a frame.

   @param self Instance.
   @param input Input.
   @param out Set to it, or to what hides that it is lost, [n_channels].
*/
LMU_RT void
predict_conceal(Predict* self, const PredictInput* input, float* out);

/// Prepare for weight files, return false if that cannot be
LMU_SETUP bool
predict_file_init(Predict* self, const char* bundle_path);

/// Free what that made, or do nothing if it failed
LMU_SETUP void
predict_file_clear(Predict* self);

/// Forget what was forecast
LMU_SETUP void
predict_file_activate(Predict* self);

/// Look for weight files, at the start of a segment
LMU_RT void
predict_file_begin_segment(Predict* self);

/**
   Let weight files hear a part of a segment.

   @param self Instance.
   @param input Samples that lmu_sane() returned, [n_channels][n_frames].
   @param n_frames Number of frames, at most SEGMENT.
*/
LMU_RT void
predict_file_hear(Predict* self, const float* const* input, uint32_t n_frames);

/**
   Put forecasts of weight files in the place of what was learned, for a frame.

   @param self Instance.
   @param index Frame of the part that was heard last.
   @param in Input, [n_channels].
   @param forecasts What was learned, set to what is forecast, [n_channels].
*/
LMU_RT void
predict_file_forecast(Predict*     self,
                      uint32_t     index,
                      const float* in,
                      LmuForecast* forecasts);

/// How good recent forecasts of what is heard were
typedef struct {
  double gain;       ///< Energy by error, 1 or more if it is of use
  double confidence; ///< 0 to 1
  double lead;       ///< How far it is ahead [frames]
} PredictScore;

/// Return the score of the weight file that plays, if any, or of what is
/// learned
LMU_RT PredictScore
predict_score(const Predict* self);

/// Play a part of a segment
LMU_RT void
predict_play(Predict* self, uint32_t offset, uint32_t n_frames);

#endif // LMU_PLUGIN_PREDICT_H
