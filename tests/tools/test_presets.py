#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Presets can be flipped through: test_presets.py LMU [LOUDNESS PLUGIN...]

Each preset of an effect is about as loud as the dry sound, and below full scale
where that has 3 dB of room, on guitars and on drums.  Recordings are those of
Debian's sonic-pi-samples.  Without LOUDNESS, which measures that, each preset
only plays a short sound, for builds with sanitizers.  Who names predict has
presets pressed too.  Prints the Test Anything Protocol.
"""

import math
import os
import re
import subprocess
import sys

from runner import LMU, Skip, lmu, main, test
from waves import write_wav

LOUDNESS = os.path.abspath(sys.argv[2]) if sys.argv[2:] else None
RECORDINGS = "/usr/share/sonic-pi/samples/"
SOUNDS = ("guit_em9", "guit_e_fifths", "loop_amen_full", "loop_garzul")

# How far from the loudness of the dry sound a preset may be [LU]
MAX_CHANGE = 2.0

# The same while it is pressed, as what is caught may cancel what is played [LU]
MAX_PRESSED_CHANGE = 3.0

# Least peak of a control voltage of a preset, of 1 [dB]
LEAST_VOLTAGE_DB = -40.0

# What a musician does with presets that say so: press it at two seconds
PRESSED = {"Frozen Choir": "hold", "Frozen Loop": "hold",
           "Reverse Freeze": "hold", "Infinite Sustain": "freeze",
           "Slow Bed": "freeze"}

EFFECTS = ("delay", "delay-stereo", "model", "model-stereo", "predict",
           "predict-stereo", "scope", "scope-stereo")


def presets_of(plugin):
    """Return the names of the presets of a plugin."""
    text = lmu("list", plugin)
    assert "\nPresets\n" in text, text
    return re.findall(r"^  (\S.*)$", text.split("\nPresets\n")[1], re.MULTILINE)


def prepared():
    """Return paths of the sounds, mono, at -3 dBFS."""
    if not os.path.exists(RECORDINGS):
        raise Skip("the package sonic-pi-samples is not installed")
    for name in SOUNDS:
        subprocess.run([LOUDNESS, "prepare", f"{RECORDINGS}{name}.flac",
                        f"{name}.wav"], check=True)
    return [f"{name}.wav" for name in SOUNDS]


def measure(how, *paths):
    """Return what the helper prints of sounds, numbers of each line."""
    printed = subprocess.run([LOUDNESS, how, *paths], check=True,
                             capture_output=True, text=True).stdout
    return [tuple(map(float, line.split())) for line in printed.splitlines()]


def changes(plugin, preset, sounds, *more):
    """Return the changes of loudness by a preset, and the greatest peak."""
    outs = [f"out-{i}.wav" for i in range(len(sounds))]
    channels = "1,1" if plugin.endswith("-stereo") else "1"
    for sound, out in zip(sounds, outs):
        lmu("render", plugin, sound, out, "--preset", preset, "--channels",
            channels, "--quiet", *more)

    measured = measure("measure", *sounds, *outs)  # Loudness [LUFS], peak
    before, after = measured[:len(sounds)], measured[len(sounds):]
    # Two channels of the same sound are 3.01 LU louder than one
    twice = 3.01 if channels == "1,1" else 0.0
    return ([y[0] - twice - x[0] for x, y in zip(before, after)],
            max(peak for _, peak in after))


def judge(plugin, preset, sounds, *more):
    """Print what a preset does, and return what is wrong with it."""
    loudness, peak = changes(plugin, preset, sounds, *more)
    text = (f"{plugin} {preset}{' pressed' if more else ''}: "
            + " ".join(f"{change:+.1f}" for change in loudness)
            + f" LU, peak {peak:.1f} dBFS")
    print(f"# {text}")
    most = MAX_PRESSED_CHANGE if more else MAX_CHANGE
    is_good = max(map(abs, loudness)) <= most and peak < 0.0
    return [] if is_good else [text]


def effect_test(plugin):
    """Make the test of an effect."""
    def run():
        sounds = prepared()
        bad = []
        for preset in presets_of(plugin):
            bad += judge(plugin, preset, sounds)
        assert not bad, bad
    run.__name__ = f"presets_of_{plugin}_are_as_loud_as_the_dry_sound"
    return run


def presets_stay_as_loud_where_one_presses_what_they_say():
    """Hold and Freeze at two seconds, on guitars, as drums have no chord."""
    sounds = prepared()[:2]
    with open("press.csv", "w", encoding="ascii") as file:
        file.write("0,0\n2,0\n2.01,1\n")
    bad = []
    for preset, control in PRESSED.items():
        plugin = "delay" if control == "hold" else "predict"
        bad += judge(plugin, preset, sounds, "--automate",
                     f"{control}=press.csv")
    assert not bad, bad


def voltage_test(plugin):
    """Make the test of a plugin whose outputs are voltages."""
    def run():
        sounds = prepared()
        bad = []
        for preset in presets_of(plugin):
            for sound in sounds:
                lmu("render", plugin, sound, "cv.wav", "--preset", preset,
                    "--quiet")
                peaks = measure("peaks", "cv.wav")[0]
                text = f"{plugin} {preset} on {sound}: {min(peaks):.1f} dB"
                print(f"# {text}")
                if min(peaks) < LEAST_VOLTAGE_DB:
                    bad.append(text)
        assert not bad, bad
    run.__name__ = f"every_voltage_of_presets_of_{plugin}_moves"
    return run


def brief_test(plugin):
    """Make the test that all presets of a plugin play a short sound."""
    def run():
        write_wav("in.wav", [[0.5 * math.sin(0.03 * i) for i in range(20000)]],
                  44100)
        for preset in presets_of(plugin):
            lmu("render", plugin, "in.wav", "out.wav", "--preset", preset,
                "--quiet")
    run.__name__ = f"presets_of_{plugin}_play"
    return run


VOLTAGES = ("memory-cv8", "memory-cv16")
if LOUDNESS:
    for name in sys.argv[3:]:
        test((voltage_test if name in VOLTAGES else effect_test)(name))
    if "predict" in sys.argv[3:]:
        test(presets_stay_as_loud_where_one_presses_what_they_say)
else:
    for name in EFFECTS + VOLTAGES:
        test(brief_test(name))

if __name__ == "__main__":
    assert LMU
    sys.exit(main())
