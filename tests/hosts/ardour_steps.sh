# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Shared by the scripts that use Ardour, after common.sh: steps of ardour.lua.

session=$work/session

need_ardour() {
  need ardour7-lua Ardour ardour
  need lv2info lv2info lilv-utils
}

# Run a step of ardour.lua, and print its results only
step() {
  ardour7-lua "$here/ardour.lua" "$@" >"$work/step.log" 2>&1 ||
    { cat "$work/step.log" && return 1; }
  sed -n 's/^result[[:space:]]//p' "$work/step.log"
}

# Print SYMBOL=VALUE arguments as N=VALUE, with a control's place among controls
numbered() {
  local -r plugin=$1
  shift
  lv2info "$uri_prefix$plugin" | awk -v settings="$*" '
    /^\tPort / { control = 0 }
    /#ControlPort/ { control = 1 }
    /^\t\tSymbol:/ && control { place[$2] = n++ }
    END {
      count = split(settings, words, " ")
      for (i = 1; i <= count; ++i) {
        split(words[i], pair, "=")
        print place[pair[1]] "=" pair[2]
      }
    }'
}
