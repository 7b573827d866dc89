# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Shared by the scripts that learn a device with Capture, after common.sh.  They
# have `value_of OUTPUT` and `put CONTROL VALUE`.

devices="drive compressor"
seconds=60
pair=$work/pair.wav

# Values of the control `status`
recorded=2
training=4
ready=5

# Models come to rest slowly: from another silence they differ by less [dB], and
# two models by far more
same_db=-60

# Error that has to be reached [dB], of which `lmu train` reached 1 to 2 less in
# 12 s of processor time with Kind at Automatic, so most of it by the race
bound_of() {
  case $1 in
  drive) echo -30 ;;
  compressor) echo -14 ;;
  esac
}

# A minute of it, and the first seconds to compare by
make_pair() {
  "$helpers/pair" "$1" "$pair" $rate $seconds &&
    "$helpers/pair" "$1" "$work/short.wav" $rate 5
}

# Wait until a command succeeds, half a minute at most: await COMMAND...
await() {
  local i
  for ((i = 0; i < 300; ++i)); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.1
  done
  echo "Waited in vain for: $*"
  "$@"
  return 1
}

# Whether an output has a value, by an expression of awk in x
is_at() {
  local -r value=$(value_of "$1")
  [ -n "$value" ] && awk -v x="$value" "BEGIN { exit !($2) }"
}

# Wait for an error, ten times as long as a training takes, and train on where
# the plugin has had enough: work counts, not the clock
learn_to() {
  local i
  for ((i = 0; i < 600; ++i)); do
    if is_at esr "x <= $1"; then
      return
    elif is_at status "x == $ready"; then
      put train 0
      sleep 1
      put train 1
    fi
    sleep 1
  done
  echo "ESR $(value_of esr) dB, status $(value_of status)"
  return 1
}

# Print the path of the model that was learned last
find_model() {
  find "$XDG_DATA_HOME/lmu.lv2/captures" -name "*.safetensors" -printf \
    "%T@ %p\n" | sort -n | tail -n 1 | cut -d " " -f 2-
}
