# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Shared by the scripts that open windows in hosts, after common.sh: a screen of
# their own, a pointer, and eyes.

# All processes that were started, which end with the script
processes=()
end_all() {
  [ ${#processes[@]} = 0 ] || kill "${processes[@]}" 2>/dev/null
  wait 2>/dev/null
  rm -rf "$work"
}
trap end_all EXIT

need_screen() {
  need Xvfb "X server" xvfb
  need openbox "Window manager" openbox
  need xdotool xdotool xdotool
  need xwininfo xwininfo x11-utils
  need import ImageMagick imagemagick
}

# Start a program that ends with the script: start LOG COMMAND...
start() {
  local -r log=$1
  shift
  "$@" >"$log" 2>&1 </dev/null 8>&- &
  processes+=($!)
}

# Wait until a command succeeds, for 20 seconds at most: await COMMAND...
await() {
  local -i tries=0
  until "$@" >/dev/null 2>&1; do
    ((tries++ < 200)) || { echo "Waited in vain for: $*" && return 1; }
    sleep 0.1
  done
}

# Start a screen and a window manager.  Without -noreset the server begins anew
# when the last window closes, and loses the next one.
start_screen() {
  Xvfb -displayfd 3 -screen 0 1400x1000x24 -noreset -nolisten tcp \
    3>"$work/display" 2>"$work/screen.log" &
  processes+=($!)
  await test -s "$work/display" || return
  DISPLAY=:$(cat "$work/display")
  export DISPLAY
  start "$work/openbox.log" openbox
  await xdotool get_num_desktops
}

# Print identity, width and height of the largest window in a window, which is
# ours, as hosts put it into their own: child_of WINDOW
child_of() {
  xwininfo -id "$1" -tree | awk '
    match($0, /[0-9]+x[0-9]+\+/) && $1 ~ /^0x/ {
      split(substr($0, RSTART, RLENGTH - 1), size, "x")
      if (size[1] >= 600 && size[2] >= 400) found = $1 " " size[1] " " size[2]
    }
    END { print found; exit !found }'
}

# Wait for a window of a plugin by a pattern of its name, and set `window` and
# `child`, `width` and `height`: find_window PATTERN
find_window() {
  await xdotool search --onlyvisible --name "$1" || return
  window=$(xdotool search --onlyvisible --name "$1" | tail -n 1)
  await child_of "$window" || return
  sleep 1 # Hosts resize windows at first
  read -r child width height < <(child_of "$window")
  echo "$width x $height pixels"
}

# Print X Y WIDTH HEIGHT of something in the window: bounds_of PLUGIN NAME
bounds_of() {
  "$helpers/bounds" "$1" "$width" "$height" |
    awk -v name="$2" '$1 == name { print $2, $3, $4, $5; found = 1 }
      END { exit !found }'
}

# Move the pointer onto something: point_at PLUGIN NAME
point_at() {
  local x y w h
  read -r x y w h < <(bounds_of "$@") || return
  xdotool mousemove --window "$child" $((x + w / 2)) $((y + h / 2))
}

# Drag something up by pixels, in steps as hands do: drag PLUGIN NAME PIXELS
drag() {
  local -i i
  point_at "$1" "$2" || return
  sleep 0.2
  xdotool mousedown 1
  for ((i = 0; i < $3; i += 5)); do
    xdotool mousemove_relative -- 0 -5
    sleep 0.02
  done
  xdotool mouseup 1
}

# Take a picture of something, with the pointer elsewhere, as what is under it
# shines: look PLUGIN NAME FILE
look() {
  local x y w h
  read -r x y w h < <(bounds_of "$1" "$2") || return
  point_at "$1" bars
  sleep 0.5
  import -window "$child" -crop "${w}x$h+$x+$y" +repage "$3"
}

# Print how many pixels of two pictures differ
difference() {
  compare -metric AE "$1" "$2" null: 2>&1 | awk '{ printf "%d\n", $1 }'
}

# Press the button for files of a window of model, and type a path in the dialog
# of the host, which is GTK's: choose_file TITLE PATH
choose_file() {
  point_at model open && xdotool click 1
  await xdotool search --onlyvisible --name "$1" || return
  sleep 0.5
  xdotool key slash
  sleep 0.5
  xdotool key ctrl+a
  xdotool type --delay 20 "$2"
  sleep 0.5
  xdotool key Return
  sleep 1
}
