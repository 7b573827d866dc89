# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Shared by the scripts that run the plugins in real hosts.  They are started
# as SCRIPT BUNDLE LMU HELPERS, with the built bundle, the lmu command, and the
# folder of the helper programs.  They print what happened in the form of the
# Test Anything Protocol, and end with 77 if the host is not installed.

set -u
export LC_ALL=C.UTF-8

bundle=$(readlink -f "$1")
lmu=$(readlink -f "$2")
helpers=$(readlink -f "$3")
here=$(dirname "$(readlink -f "$0")")
work=$(mktemp -d)
cases=0
failures=0

uri_prefix=urn:lmu-lv2:
models="model model-stereo predict predict-stereo" # That play weight files
voltages="memory-cv8 memory-cv16"
plugins="memory8 memory16 memory32 decode8 decode16 decode32 delay delay-stereo \
$models scope scope-stereo capture"

# Ten seconds of an electric guitar, of which the tests play two
recording=/usr/share/sonic-pi/samples/guit_em9.flac
n_frames=88200
rate=44100

# Hosts find our bundle and no other
mkdir "$work/lv2"
ln -s "$bundle" "$work/lv2/lmu.lv2"
export LV2_PATH=$work/lv2

# Hosts write their configuration to our folder, not to the user's
export HOME=$work/home XDG_CONFIG_HOME=$work/home/.config
export XDG_CACHE_HOME=$work/home/.cache XDG_DATA_HOME=$work/home/.local/share
mkdir "$HOME"

trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# Skip all: skip WHY
skip() {
  echo "1..0 # SKIP $1"
  exit 77
}

# Skip all unless there is a program: need PROGRAM HOST PACKAGE
need() {
  command -v "$1" >/dev/null || skip "$2 is not installed, package $3"
}

# Skip all unless there is the recording
need_recording() {
  [ -f $recording ] || skip "no recording here, package sonic-pi-samples"
}

# Run a command as a test case, and show its output if it fails: try NAME
# COMMAND...
try() {
  local -r name=$1
  shift
  cases=$((cases + 1))
  if "$@" >"$work/output" 2>&1; then
    echo "ok $cases - $name: $(tail -n 1 "$work/output")"
  else
    failures=$((failures + 1))
    echo "not ok $cases - $name"
    sed 's/^/# /' "$work/output"
  fi
}

# Print the plan, and end
finish() {
  echo "1..$cases"
  [ $failures = 0 ]
  exit
}

# Whether the host has a worker, without which a plugin keeps the order and
# quality that it had when it was activated: empty if not
has_worker=yes

# Whether the host loads presets: empty if not
has_presets=yes

# A weight file, and the start of the URIs of presets with it.  In silence its
# network is silent, so it does not matter how long a host ran before the sound.
weights=$work/networks/network.safetensors
preset_prefix=urn:lmu-lv2-test:

# Print the preset that a plugin starts from, if any
preset_of() {
  case $1 in
  model* | predict*) echo "${has_presets:+$preset_prefix$1}" ;;
  esac
}

# Make the weight file and its presets
prepare_weights() {
  local plugin
  local -r folder=$work/lv2/presets.lv2
  mkdir "$work/networks" "$folder" && "$helpers/network" "$weights" || return
  {
    cat <<TEXT
@prefix lv2: <http://lv2plug.in/ns/lv2core#> .
@prefix pset: <http://lv2plug.in/ns/ext/presets#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix state: <http://lv2plug.in/ns/ext/state#> .
TEXT
    for plugin in $models; do
      cat <<TEXT
<$preset_prefix$plugin> a pset:Preset ;
  lv2:appliesTo <$uri_prefix$plugin> ;
  rdfs:label "Weight File" ;
  state:state [ <${uri_prefix}weights> <file://$weights> ] .
TEXT
    done
  } >"$folder/manifest.ttl"
}

# Print settings of a plugin that are not its defaults, as SYMBOL=VALUE.  The
# LFO and the DC block stay off, as where they are depends on when a host
# started.  So does what Predict learns, in blocks: it plays a weight file, or
# passes its input on, while it learns.
settings_of() {
  case $1 in
  memory-cv*)
    echo theta=35 readout=1 theta_depth=0.5 cv_gain=6 cv_range=1 \
      ${has_worker:+order=48 quality=1}
    ;;
  memory*) echo theta=35 readout=1 ${has_worker:+order=48 quality=1} ;;
  decode*) echo position=0.25 theta=35 order=7 ;;
  delay*)
    echo theta=120 glide=50 tap1_position=0.375 tap1_gain=-6 tap4_gain=-3 \
      feedback=0.5 dry=-6 wet=-3 ${has_worker:+order=300 quality=1}
    ;;
  predict*)
    echo theta=30 order=24 mix=0.75 output=-6 \
      mode=$([ -n "$has_presets" ] && echo 1 || echo 4)
    ;;
  scope*) echo theta=35 trigger=1 level=0.1 ${has_worker:+order=48} ;;
  model*)
    echo input=6 output=-3 mix=0.75 dc_block=0 ${has_worker:+theta_scale=1.5}
    ;;
  esac
}

# Print how many audio inputs a plugin has
inputs_of() {
  case $1 in
  decode*) echo "${1#decode}" ;;
  memory-cv* | *-stereo | capture) echo 2 ;;
  *) echo 1 ;;
  esac
}

# Print the voltage that is the last input of a plugin, if it has any
voltage_of() {
  case $1 in
  memory-cv*) echo 0.3 ;;
  esac
}

# Make the input of a plugin and what it should become: $work/PLUGIN.in.wav and
# $work/PLUGIN.wav, the latter by the project's own renderer
prepare() {
  local -a options=()
  local setting
  for setting in $(settings_of "$1"); do
    options+=(--set "$setting")
  done
  [ -z "$(voltage_of "$1")" ] ||
    options+=(--channels 1 --set "theta_cv=$(voltage_of "$1")")
  [ -z "$(preset_of "$1")" ] || options+=(--preset "$(preset_of "$1")")
  "$helpers/excerpt" $recording "$work/$1.in.wav" "$(inputs_of "$1")" \
    $n_frames $(voltage_of "$1") &&
    "$lmu" render "$1" "$work/$1.in.wav" "$work/$1.wav" "${options[@]}" \
      >"$work/$1.log" && cat "$work/$1.log"
}

# Print how late a plugin was when it was prepared [frames]
latency_of() {
  local -r frames=$(sed -n 's/.* \([0-9]*\) frames of latency.*/\1/p' \
    "$work/$1.log")
  echo "${frames:-0}"
}

# Compare with what the project's own renderer made: matches MAX_DB PLUGIN
# FILE...
matches() {
  local -r max_db=$1 plugin=$2
  shift 2
  "$helpers/compare" "$max_db" "$work/$plugin.wav" "$@"
}
