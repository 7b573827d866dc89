// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_PLUGIN_PORTS_H
#define LMU_PLUGIN_PORTS_H

#include <stdint.h>

/**
   @file
   Ports of all plugins, in the order of their indices.

   Symbols and indices never change after a release: only append.  The TTL says
   the same to hosts, and tests/unit/test_bundle.c compares the two.
*/

#define LMU_URI_PREFIX "urn:lmu-lv2:"

/// What a port carries
typedef enum {
  PORT_ATOM_IN,
  PORT_ATOM_OUT,
  PORT_AUDIO_IN,
  PORT_AUDIO_OUT,
  PORT_CV_IN,
  PORT_CV_OUT,
  PORT_CONTROL_IN,
  PORT_CONTROL_OUT,
} PortKind;

/// One port, or `count` alike with numbered symbols (prefix_1, prefix_2...)
typedef struct {
  const char* symbol;  ///< Symbol, or its prefix if count is not zero
  PortKind    kind;    ///< What it carries
  uint32_t    count;   ///< Number of numbered ports, or zero for one
  float       initial; ///< Default, for control and CV ports
  float       minimum; ///< Least value, for control and CV ports
  float       maximum; ///< Greatest value, for control and CV ports
} PortSpec;

/// All ports of a plugin
typedef struct {
  const char*     name;    ///< Plugin URI without LMU_URI_PREFIX
  const PortSpec* specs;   ///< Ports, [n_specs]
  uint32_t        n_specs; ///< Number of specs
} PortList;

/// Note lengths that the tempo can set theta to
typedef enum {
  SYNC_FREE,
  SYNC_1_32,
  SYNC_1_16_TRIPLET,
  SYNC_1_16,
  SYNC_1_16_DOTTED,
  SYNC_1_8_TRIPLET,
  SYNC_1_8,
  SYNC_1_8_DOTTED,
  SYNC_1_4_TRIPLET,
  SYNC_1_4,
  SYNC_1_4_DOTTED,
  SYNC_1_2,
  SYNC_1_1,
} SyncChoice;

/// How a held window is read
typedef enum {
  SCAN_FORWARD,       ///< Once, oldest first
  SCAN_BACKWARD,      ///< Once, newest first
  SCAN_LOOP_FORWARD,  ///< Again and again, oldest first
  SCAN_LOOP_BACKWARD, ///< Again and again, newest first
  SCAN_PING_PONG,     ///< Forwards and backwards in turn
} ScanChoice;

/// What the memory's outputs are
typedef enum {
  READOUT_COEFFICIENTS, ///< m_0, m_1...
  READOUT_TAPS,         ///< Delays evenly over the window
  READOUT_WEIGHTS,      ///< Outputs of a trained network
} ReadoutChoice;

/// Where control voltages lie
typedef enum {
  CV_BIPOLAR,   ///< -1 to 1, silence is 0
  CV_UNIPOLAR,  ///< 0 to 1, silence is a half
  CV_MAGNITUDE, ///< 0 to 1, silence is 0
} CvRange;

/// What the window of control voltages holds
typedef enum {
  LISTEN_SOUND,
  LISTEN_LEVEL, ///< Of its peaks
} ListenChoice;

/// What became of a weight file
typedef enum {
  FILE_EMPTY,        ///< None was asked for
  FILE_LOADING,      ///< It is on its way
  FILE_READY,        ///< It plays
  FILE_MISSING,      ///< It is not there
  FILE_INVALID,      ///< It is not a network that can run here
  FILE_RATE_DIFFERS, ///< It plays at another rate than it was made for
  FILE_TOO_LARGE,    ///< It is larger than supported
} FileStatus;

/// Which weight files a session takes a copy of
typedef enum {
  EMBED_NEVER,
  EMBED_SMALL, ///< Up to 1 MiB
  EMBED_ALWAYS,
} EmbedChoice;

/// What the delay's LFO moves
typedef enum {
  LFO_TAPS,  ///< Position of each tap
  LFO_THETA, ///< Length of the window
} LfoChoice;

/// What Predict plays
typedef enum {
  MODE_FORECAST,   ///< What will be
  MODE_RESIDUAL,   ///< What is, less what was forecast
  MODE_PREDICTED,  ///< What was forecast for now
  MODE_DIFFERENCE, ///< What was forecast for now, less the residual
  MODE_CONTINUE,   ///< The input, or how it goes on when it is frozen
} ModeChoice;

/// Whether a sound is brought to the loudness of the input
typedef enum {
  MATCH_OFF,
  MATCH_SLOW, ///< Attack and sustain stay as they are
  MATCH_FAST, ///< Each note
} MatchChoice;

/// What makes the scope take a picture
typedef enum {
  TRIGGER_OFF,     ///< Time alone
  TRIGGER_RISING,  ///< Sound that gets above a level
  TRIGGER_FALLING, ///< Sound that gets below a level
} TriggerChoice;

/// What the scope shows of two channels
typedef enum {
  CHANNEL_LEFT,
  CHANNEL_RIGHT,
  CHANNEL_MID,  ///< Half of their sum
  CHANNEL_SIDE, ///< Half of their difference
} ChannelChoice;

/// What goes to the device that is captured
typedef enum {
  SOURCE_INPUT,
  SOURCE_SIGNAL, ///< While it is recorded, a test signal
} SourceChoice;

/// What kind of device it is
typedef enum {
  KIND_AUTO,  ///< Find out
  KIND_DRIVE, ///< In the order of LmuDevice
  KIND_DYNAMICS,
  KIND_TIME,
} KindChoice;

/// What is heard of a capture
typedef enum {
  MONITOR_DEVICE,
  MONITOR_MODEL,
  MONITOR_DIFFERENCE,
  MONITOR_INPUT,
} MonitorChoice;

/// What a capture does, or what is wrong
typedef enum {
  CAPTURE_EMPTY, ///< Nothing is recorded
  CAPTURE_RECORDING,
  CAPTURE_RECORDED,
  CAPTURE_ALIGNING, ///< Finds the latency, and whether the take is any good
  CAPTURE_TRAINING,
  CAPTURE_READY,     ///< Training came to its end
  CAPTURE_WAITING,   ///< Another instance trains
  CAPTURE_SILENT,    ///< Nothing is heard of one side
  CAPTURE_CLIPPED,   ///< A converter was at its end
  CAPTURE_UNRELATED, ///< What comes back is of something else
  CAPTURE_TOO_SHORT,
  CAPTURE_DISK,      ///< Files cannot be written
  CAPTURE_MEMORY,    ///< There is not enough
  CAPTURE_FEEDBACK,  ///< What is sent comes back as what is to be learned
  CAPTURE_NO_WORKER, ///< The host does not let plugins work
} CaptureStatus;

/// Greatest latency of a device that is shown [frames]
#define MAX_DEVICE_LATENCY 800000

/// Range of meters [dB]
#define MIN_METER_DB (-90)
#define MAX_METER_DB 40

/// Least error that is shown [dB]
#define MIN_ESR_DB (-120)

/// Longest capture [s]
#define MAX_CAPTURE_S 1800

/// Greatest memory of a capture that is shown [MiB]
#define MAX_CAPTURE_MIB 32768

/// Least and greatest window [ms]
#define MIN_THETA_MS 1
#define MAX_THETA_MS 4000

/// Taps of the delay
#define N_TAPS 4U

/// How much longer a memory that taps read is than the window that is shown:
/// its oldest part passes what is far above the bandwidth
#define TAPS_MARGIN 1.1

/// Greatest window and horizon of Predict [ms]
#define MAX_PREDICT_THETA_MS 500

/// Decay that is none [s]
#define MAX_DECAY_S 60

/// Greatest prediction gain that is shown [dB]
#define MAX_PREDICTION_GAIN_DB 80

/// Greatest latency of a model [frames]
#define MAX_LATENCY 65535

extern const PortList lmu_memory_ports[3];
extern const PortList lmu_decode_ports[3];
extern const PortList lmu_delay_ports[2];
extern const PortList lmu_model_ports[2];
extern const PortList lmu_memory_cv_ports[2];
extern const PortList lmu_predict_ports[2];
extern const PortList lmu_scope_ports[2];
extern const PortList lmu_capture_ports[1];

#endif // LMU_PLUGIN_PORTS_H
