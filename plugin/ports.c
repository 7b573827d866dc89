// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/ports.h"

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))
#define LIST(name, specs)     \
  {                           \
    name, specs, COUNT(specs) \
  }

// clang-format off
#define ATOMS                                        \
  {"control",       PORT_ATOM_IN,     0, 0, 0, 0},   \
  {"notify",        PORT_ATOM_OUT,    0, 0, 0, 0}

#define READINGS                                        \
  {"bandwidth",     PORT_CONTROL_OUT, 0, 0, 0, 192000}, \
  {"order_used",    PORT_CONTROL_OUT, 0, 0, 0, 4096}

#define STATUS \
  {"status",        PORT_CONTROL_OUT, 0, 0, 0, FILE_TOO_LARGE}

#define MEMORY_CONTROLS(n, theta)                                            \
  {"enabled",       PORT_CONTROL_IN,  0, 1, 0, 1},                           \
  {"freewheel",     PORT_CONTROL_IN,  0, 0, 0, 1},                           \
  {"theta",         PORT_CONTROL_IN,  0, theta, MIN_THETA_MS, MAX_THETA_MS}, \
  {"order",         PORT_CONTROL_IN,  0, n, 1, 1024},                        \
  {"readout",       PORT_CONTROL_IN,  0, 0, 0, READOUT_WEIGHTS},             \
  {"quality",       PORT_CONTROL_IN,  0, 0, 0, 1}

#define MEMORY(n)                                  \
  ATOMS,                                           \
  {"in",            PORT_AUDIO_IN,    0, 0, 0, 0}, \
  {"thru",          PORT_AUDIO_OUT,   0, 0, 0, 0}, \
  {"out",           PORT_AUDIO_OUT,   n, 0, 0, 0}, \
  MEMORY_CONTROLS(n, 20),                          \
  READINGS,                                        \
  STATUS

#define MEMORY_CV(n)                                          \
  ATOMS,                                                      \
  {"in",            PORT_AUDIO_IN,    0, 0, 0, 0},            \
  {"theta_cv",      PORT_CV_IN,       0, 0, -1, 1},           \
  {"cv",            PORT_CV_OUT,      n, 0, -1, 1},           \
  MEMORY_CONTROLS(n, 100),                                    \
  {"theta_depth",   PORT_CONTROL_IN,  0, 1, -12, 12},         \
  {"cv_gain",       PORT_CONTROL_IN,  0, 0, -20, 40},         \
  {"cv_range",      PORT_CONTROL_IN,  0, 0, 0, CV_MAGNITUDE}, \
  {"listen",        PORT_CONTROL_IN,  0, 0, 0, LISTEN_LEVEL}, \
  READINGS,                                                   \
  STATUS

#define DECODE(n)                                                         \
  ATOMS,                                                                  \
  {"in",            PORT_AUDIO_IN,    n, 0, 0, 0},                        \
  {"out",           PORT_AUDIO_OUT,   0, 0, 0, 0},                        \
  {"enabled",       PORT_CONTROL_IN,  0, 1, 0, 1},                        \
  {"position",      PORT_CONTROL_IN,  0, 0.5f, 0, 1},                     \
  {"theta",         PORT_CONTROL_IN,  0, 20, MIN_THETA_MS, MAX_THETA_MS}, \
  {"order",         PORT_CONTROL_IN,  0, n, 1, n},                        \
  READINGS

#define TAP(i, gain)                                            \
  {"tap" #i "_position", PORT_CONTROL_IN, 0, (i) / 4.0f, 0, 1},   \
  {"tap" #i "_gain",     PORT_CONTROL_IN, 0, (gain), -60, 6}

#define DELAY                                                                   \
  {"enabled",       PORT_CONTROL_IN,  0, 1, 0, 1},                              \
  {"theta",         PORT_CONTROL_IN,  0, 250, MIN_THETA_MS, MAX_THETA_MS},      \
  {"glide",         PORT_CONTROL_IN,  0, 100, 10, 10000},                       \
  {"sync",          PORT_CONTROL_IN,  0, 0, 0, SYNC_1_1},                       \
  {"order",         PORT_CONTROL_IN,  0, 512, 8, 4096},                         \
  {"quality",       PORT_CONTROL_IN,  0, 0, 0, 1},                              \
  TAP(1, -60), TAP(2, -60), TAP(3, -60), TAP(4, 0),                             \
  {"feedback",      PORT_CONTROL_IN,  0, 0.35f, -0.98f, 0.98f},                 \
  {"lfo_rate",      PORT_CONTROL_IN,  0, 0.5f, 0.01f, 20},                      \
  {"lfo_depth",     PORT_CONTROL_IN,  0, 0, 0, 1},                              \
  {"lfo_target",    PORT_CONTROL_IN,  0, 0, 0, LFO_THETA},                      \
  {"lfo_spread",    PORT_CONTROL_IN,  0, 0.25f, 0, 1},                          \
  {"hold",          PORT_CONTROL_IN,  0, 0, 0, 1},                              \
  {"scan",          PORT_CONTROL_IN,  0, SCAN_LOOP_FORWARD, 0, SCAN_PING_PONG}, \
  {"scan_speed",    PORT_CONTROL_IN,  0, 1, 0.125f, 8},                         \
  {"dry",           PORT_CONTROL_IN,  0, 0, -60, 6},                            \
  {"wet",           PORT_CONTROL_IN,  0, -6, -60, 6},                           \
  {"output",        PORT_CONTROL_IN,  0, 0, -24, 24},                           \
  READINGS

#define MODEL                                                \
  {"enabled",       PORT_CONTROL_IN,  0, 1, 0, 1},           \
  {"freewheel",     PORT_CONTROL_IN,  0, 0, 0, 1},           \
  {"input",         PORT_CONTROL_IN,  0, 0, -24, 24},        \
  {"output",        PORT_CONTROL_IN,  0, 0, -24, 24},        \
  {"mix",           PORT_CONTROL_IN,  0, 1, 0, 1},           \
  {"theta_scale",   PORT_CONTROL_IN,  0, 1, 0.25f, 4},       \
  {"cond1",         PORT_CONTROL_IN,  0, 0.5f, 0, 1},        \
  {"cond2",         PORT_CONTROL_IN,  0, 0.5f, 0, 1},        \
  {"cond3",         PORT_CONTROL_IN,  0, 0.5f, 0, 1},        \
  {"cond4",         PORT_CONTROL_IN,  0, 0.5f, 0, 1},        \
  {"normalise",     PORT_CONTROL_IN,  0, 1, 0, 1},           \
  {"dc_block",      PORT_CONTROL_IN,  0, 1, 0, 1},           \
  {"rate_mode",     PORT_CONTROL_IN,  0, 0, 0, 2},           \
  {"embed",         PORT_CONTROL_IN,  0, EMBED_SMALL, 0, EMBED_ALWAYS}, \
  {"match",         PORT_CONTROL_IN,  0, MATCH_OFF, 0, MATCH_FAST}, \
  STATUS,                                                    \
  {"theta",         PORT_CONTROL_OUT, 0, 0, 0, 60000},       \
  {"order",         PORT_CONTROL_OUT, 0, 0, 0, 4096},        \
  {"file_rate",     PORT_CONTROL_OUT, 0, 0, 0, 800000},      \
  {"latency",       PORT_CONTROL_OUT, 0, 0, 0, MAX_LATENCY}

#define PREDICT                                                                \
  {"enabled",       PORT_CONTROL_IN,  0, 1, 0, 1},                             \
  {"freewheel",     PORT_CONTROL_IN,  0, 0, 0, 1},                             \
  {"mode",          PORT_CONTROL_IN,  0, 0, 0, MODE_CONTINUE},                 \
  {"horizon",       PORT_CONTROL_IN,  0, 5, 0.01f, MAX_PREDICT_THETA_MS},      \
  {"theta",         PORT_CONTROL_IN,  0, 20, MIN_THETA_MS,                     \
                    MAX_PREDICT_THETA_MS},                                     \
  {"order",         PORT_CONTROL_IN,  0, 32, 2, 64},                           \
  {"learn",         PORT_CONTROL_IN,  0, 1, 0, 1},                             \
  {"forgetting",    PORT_CONTROL_IN,  0, 400, 50, 10000},                      \
  {"freeze",        PORT_CONTROL_IN,  0, 0, 0, 1},                             \
  {"conceal",       PORT_CONTROL_IN,  0, 0, 0, 1},                             \
  {"decay",         PORT_CONTROL_IN,  0, MAX_DECAY_S, 0.1f, MAX_DECAY_S},      \
  {"fade",          PORT_CONTROL_IN,  0, 20, 1, 1000},                         \
  {"mix",           PORT_CONTROL_IN,  0, 1, 0, 1},                             \
  {"output",        PORT_CONTROL_IN,  0, 0, -24, 24},                          \
  {"attacks",       PORT_CONTROL_IN,  0, 0, -60, 0},                           \
  {"match",         PORT_CONTROL_IN,  0, MATCH_OFF, 0, MATCH_FAST},            \
  {"prediction_gain", PORT_CONTROL_OUT, 0, 0, 0, MAX_PREDICTION_GAIN_DB},      \
  {"confidence",    PORT_CONTROL_OUT, 0, 0, 0, 1},                             \
  {"horizon_used",  PORT_CONTROL_OUT, 0, 0, 0, MAX_PREDICT_THETA_MS},          \
  STATUS

#define SCOPE                                                               \
  {"enabled",       PORT_CONTROL_IN,  0, 1, 0, 1},                          \
  {"freewheel",     PORT_CONTROL_IN,  0, 0, 0, 1},                          \
  {"theta",         PORT_CONTROL_IN,  0, 100, MIN_THETA_MS, MAX_THETA_MS},  \
  {"order",         PORT_CONTROL_IN,  0, 64, 1, 1024},                      \
  {"freeze",        PORT_CONTROL_IN,  0, 0, 0, 1},                          \
  {"trigger",       PORT_CONTROL_IN,  0, 0, 0, TRIGGER_FALLING},            \
  {"level",         PORT_CONTROL_IN,  0, 0, -1, 1}

#define CAPTURE                                                                 \
  ATOMS,                                                                        \
  {"in",            PORT_AUDIO_IN,    0, 0, 0, 0},                              \
  {"device",        PORT_AUDIO_IN,    0, 0, 0, 0},                              \
  {"send",          PORT_AUDIO_OUT,   0, 0, 0, 0},                              \
  {"out",           PORT_AUDIO_OUT,   0, 0, 0, 0},                              \
  {"enabled",       PORT_CONTROL_IN,  0, 1, 0, 1},                              \
  {"freewheel",     PORT_CONTROL_IN,  0, 0, 0, 1},                              \
  {"record",        PORT_CONTROL_IN,  0, 0, 0, 1},                              \
  {"source",        PORT_CONTROL_IN,  0, SOURCE_INPUT, 0, SOURCE_SIGNAL},       \
  {"train",         PORT_CONTROL_IN,  0, 0, 0, 1},                              \
  {"size",          PORT_CONTROL_IN,  0, 1, 0, 2},                              \
  {"kind",          PORT_CONTROL_IN,  0, KIND_AUTO, 0, KIND_TIME},              \
  {"monitor",       PORT_CONTROL_IN,  0, MONITOR_DEVICE, 0, MONITOR_INPUT},     \
  {"output",        PORT_CONTROL_IN,  0, 0, -60, 12},                           \
  {"recorded",      PORT_CONTROL_OUT, 0, 0, 0, MAX_CAPTURE_S},                  \
  {"memory",        PORT_CONTROL_OUT, 0, 0, 0, MAX_CAPTURE_MIB},                \
  {"esr",           PORT_CONTROL_OUT, 0, 0, MIN_ESR_DB, MAX_METER_DB},          \
  {"device_latency", PORT_CONTROL_OUT, 0, 0, -MAX_DEVICE_LATENCY,               \
                     MAX_DEVICE_LATENCY},                                       \
  {"device_latency_ms", PORT_CONTROL_OUT, 0, 0, -1000, 1000},                   \
  {"progress",      PORT_CONTROL_OUT, 0, 0, 0, 1},                              \
  {"seconds_left",  PORT_CONTROL_OUT, 0, 0, 0, 3600},                           \
  {"level_in",      PORT_CONTROL_OUT, 0, MIN_METER_DB, MIN_METER_DB,            \
                     MAX_METER_DB},                                             \
  {"level_device",  PORT_CONTROL_OUT, 0, MIN_METER_DB, MIN_METER_DB,            \
                     MAX_METER_DB},                                             \
  {"status",        PORT_CONTROL_OUT, 0, 0, 0, CAPTURE_NO_WORKER}

#define MONO                                     \
  ATOMS,                                         \
  {"in",    PORT_AUDIO_IN,  0, 0, 0, 0},         \
  {"out",   PORT_AUDIO_OUT, 0, 0, 0, 0}

#define STEREO                                   \
  ATOMS,                                         \
  {"in_l",  PORT_AUDIO_IN,  0, 0, 0, 0},         \
  {"in_r",  PORT_AUDIO_IN,  0, 0, 0, 0},         \
  {"out_l", PORT_AUDIO_OUT, 0, 0, 0, 0},         \
  {"out_r", PORT_AUDIO_OUT, 0, 0, 0, 0}

static const PortSpec memory8[]  = {MEMORY(8)};
static const PortSpec memory16[] = {MEMORY(16)};
static const PortSpec memory32[] = {MEMORY(32)};

static const PortSpec memory_cv8[]  = {MEMORY_CV(8)};
static const PortSpec memory_cv16[] = {MEMORY_CV(16)};

static const PortSpec decode8[]  = {DECODE(8)};
static const PortSpec decode16[] = {DECODE(16)};
static const PortSpec decode32[] = {DECODE(32)};

static const PortSpec delay[] = {MONO, DELAY};

static const PortSpec delay_stereo[] = {STEREO, DELAY};

static const PortSpec model[] = {MONO, MODEL};

static const PortSpec model_stereo[] = {STEREO, MODEL};

static const PortSpec predict[] = {MONO, PREDICT};

static const PortSpec predict_stereo[] = {STEREO, PREDICT};

static const PortSpec scope[] = {
  MONO,
  SCOPE,
  READINGS,
};

static const PortSpec scope_stereo[] = {
  STEREO,
  SCOPE,
  {"channel", PORT_CONTROL_IN, 0, CHANNEL_MID, 0, CHANNEL_SIDE},
  READINGS,
};
static const PortSpec capture[] = {CAPTURE};
// clang-format on

const PortList lmu_memory_ports[3] = {LIST("memory8", memory8),
                                      LIST("memory16", memory16),
                                      LIST("memory32", memory32)};

const PortList lmu_decode_ports[3] = {LIST("decode8", decode8),
                                      LIST("decode16", decode16),
                                      LIST("decode32", decode32)};

const PortList lmu_delay_ports[2] = {LIST("delay", delay),
                                     LIST("delay-stereo", delay_stereo)};

const PortList lmu_model_ports[2] = {LIST("model", model),
                                     LIST("model-stereo", model_stereo)};

const PortList lmu_memory_cv_ports[2] = {LIST("memory-cv8", memory_cv8),
                                         LIST("memory-cv16", memory_cv16)};

const PortList lmu_predict_ports[2] = {LIST("predict", predict),
                                       LIST("predict-stereo", predict_stereo)};

const PortList lmu_scope_ports[2] = {LIST("scope", scope),
                                     LIST("scope-stereo", scope_stereo)};

const PortList lmu_capture_ports[1] = {LIST("capture", capture)};
