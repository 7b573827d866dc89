#!/usr/bin/env bash
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
#
# Use the window of a plugin in Ardour, with automation, and look at the picture
# in its mixer, on a screen of our own.  With LMU_PICTURES=FOLDER the pictures of
# the manual are left there.

. "$(dirname "$(readlink -f "$0")")/common.sh"
. "$here/ardour_steps.sh"
. "$here/screen.sh"
need_ardour
need oscsend oscsend liblo-tools
need_recording
need_screen

osc_port=3819 # Where Ardour listens

# Where the plugins are in the mixer, from the corner of Ardour's window, and the
# picture below the first [pixels]
delay_at="338 208"
model_at="450 208"
picture_at=98x62+288+220

# Automation of the window: from the shorter to the longer one, three seconds
# each
automation="60 900 6"

# Ardour asks nothing at its first start, and uses no sound card
configure_ardour() {
  local -r folder=$XDG_CONFIG_HOME/ardour7
  mkdir -p "$folder" && touch "$folder/.a7" && cat >"$folder/config" <<TEXT
<?xml version="1.0" encoding="UTF-8"?>
<Ardour>
  <Config>
    <Option name="hide-dummy-backend" value="0"/>
    <Option name="try-autostart-engine" value="1"/>
    <Option name="discover-plugins-on-start" value="0"/>
    <Option name="periodic-safety-backups" value="0"/>
    <Option name="show-plugin-scan-window" value="0"/>
  </Config>
  <Metadata/>
  <Extra>
    <AudioMIDISetup>
      <EngineStates>
        <State backend="None (Dummy)" driver="Normal Speed" device="Silence"
          input-device="" output-device="" sample-rate="$rate"
          buffer-size="1024" n-periods="0" input-latency="0" output-latency="0"
          lm-input="" lm-output="" active="1" use-buffered-io="0"
          midi-option="1 in, 1 out, Silence" lru="$(date +%s)">
          <MIDIDevices/>
        </State>
      </EngineStates>
    </AudioMIDISetup>
  </Extra>
  <ControlProtocols>
    <Protocol name="Open Sound Control (OSC)" active="1"/>
  </ControlProtocols>
</Ardour>
TEXT
}

create() {
  "$helpers/excerpt" $recording "$work/delay.wav" 1 $((9 * rate)) &&
    step create "$session" $rate delay=1 model=1 &&
    "$here/add_region.py" "$session" delay="$work/delay.wav" &&
    step insert "$session" delay "${uri_prefix}delay" "" &&
    step insert "$session" model "${uri_prefix}model" "" &&
    step automate "$session" delay "$(numbered delay theta=0 | cut -d= -f1)" \
      $automation
}

osc() {
  oscsend localhost $osc_port "$@"
}

open_ardour() {
  local -r name='.* - Ardour$'
  start "$work/ardour.log" env ARDOUR_TRY_AUTOSTART_ENGINE=1 \
    ardour -a -n -O "$session"
  await xdotool search --onlyvisible --name "$name" || return
  sleep 2
  ardour=$(xdotool search --onlyvisible --name "$name" | tail -n 1)
  xdotool windowactivate --sync "$ardour" windowsize "$ardour" 1390 860 \
    windowmove "$ardour" 0 0
  osc /access_action s Common/show-mixer
  sleep 2
}

# Open the window of a plugin: open_window NAME X Y, from the corner of Ardour's
open_window() {
  xdotool mousemove --window "$ardour" "$2" "$3" click --repeat 2 --delay 120 1
  find_window "$1"
}

# Close as people do, and the mixer is seen again
close_window() {
  xdotool windowactivate --sync "$window" key alt+F4
  await is_closed
}

is_closed() {
  ! xdotool search --onlyvisible --name 'LMU Delay'
}

# The value of a control as Ardour saves it
saved() {
  osc /access_action s Common/Save
  sleep 1.5
  sed -n "s/.*<Port symbol=\"$1\" value=\"\([^\"]*\)\".*/\1/p" \
    "$session/session.ardour"
}

knob_moves_parameter() {
  local before after
  before=$(saved feedback)
  drag delay feedback 40 || return
  after=$(saved feedback)
  echo "feedback $before to $after"
  awk -v before="$before" -v after="$after" \
    'BEGIN { exit !(after > before + 0.05) }'
}

play() {
  osc /goto_start
  sleep 0.5
  osc /transport_play
}

automation_moves_knob() {
  play
  sleep 0.7
  look delay theta "$work/short.png" && sleep 3 &&
    look delay theta "$work/long.png" || return
  local -r pixels=$(difference "$work/short.png" "$work/long.png")
  echo "$pixels pixels differ"
  [ "$pixels" -ge 10 ]
}

# Without automation the knob stands: it stopped, so nothing moves it
knob_stands() {
  osc /transport_stop
  sleep 1
  look delay theta "$work/1.png" && look delay theta "$work/2.png" &&
    [ "$(difference "$work/1.png" "$work/2.png")" = 0 ]
}

take() {
  import -window "$ardour" -crop $picture_at +repage "$1"
}

# Print how many pixels have the color of our output
own_pixels() {
  convert "$1" -depth 8 txt:- | grep -c '#6FBF8B'
}

# The picture follows the sound, in our own colors
mixer_shows_sound() {
  take "$work/before.png" && play && sleep 2 && take "$work/during.png" ||
    return
  local -r pixels=$(difference "$work/before.png" "$work/during.png")
  local -r own=$(own_pixels "$work/during.png")
  echo "$pixels pixels differ, $own of our color"
  [ "$pixels" -ge 300 ] && [ "$own" -ge 100 ]
}

# Print the copies of the weight file that Ardour saved with a plugin
saved_files() {
  osc /access_action s Common/Save
  sleep 1.5
  find "$session/plugins" -name "${weights##*/}"
}

starts_without_file() {
  [ -z "$(saved_files)" ]
}

# The name and the state of the file show in the window, and the session gets
# a copy.  Ardour has a dialog for files, so the window needs none.
file_button_loads() {
  local file
  look model file "$work/before.png" &&
    choose_file '^Weight File$' "$weights" &&
    look model file "$work/after.png" || return
  local -r pixels=$(difference "$work/before.png" "$work/after.png")
  file=$(saved_files | sort -V | tail -n 1)
  echo "$pixels pixels differ, ${file#"$session/"} is saved"
  [ "$pixels" -ge 100 ] && cmp "$weights" "$file"
}

# For the manual: the window beside the strip, and the top of the strip alone
save_pictures() {
  xdotool windowmove "$window" 397 60
  play
  sleep 5
  point_at delay bars
  import -window root -crop 1400x830+0+0 +repage "$LMU_PICTURES/ardour.png"
  import -window "$ardour" -crop 112x290+284+105 +repage \
    "$LMU_PICTURES/ardour-mixer.png"
  pngquant --force --strip --ext .png "$LMU_PICTURES"/ardour{,-mixer}.png &&
    optipng -quiet "$LMU_PICTURES"/ardour{,-mixer}.png
}

try "a weight file" prepare_weights
try "configure Ardour" configure_ardour
try "a session with automation" create
try "a screen" start_screen
try "Ardour opens the session" open_ardour
try "the mixer shows the sound" mixer_shows_sound
try "the plugin has a window" open_window 'LMU Delay' $delay_at
try "a knob moves its parameter" knob_moves_parameter
try "automation moves the knob" automation_moves_knob
try "without it the knob stands" knob_stands
[ -z "${LMU_PICTURES-}" ] || try "pictures for the manual" save_pictures
try "the window closes" close_window
try "model has a window" open_window 'LMU Model' $model_at
try "model starts without a file" starts_without_file
try "the file button loads a file" file_button_loads
finish
