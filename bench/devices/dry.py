# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Dry recordings: what goes into a device.

Real recordings of sonic-pi-samples between riffs of sampled instruments, at
levels from -3 to -18 dBFS.  None of the validation is in the training.
"""

import numpy as np

import sound
from riff import Riff

SAMPLES = "/usr/share/sonic-pi/samples"
REST = int(0.15 * sound.RATE)  # Silence after each part [frames]
LEAD_IN = sound.RATE // 2  # Silence before all [frames]
FADE = 480  # At both ends of each part, at most [frames]

# General MIDI
PIANO, STEEL, JAZZ, CLEAN, MUTED, OVERDRIVEN = 0, 25, 26, 27, 28, 29
FINGERED, PICKED = 33, 34

# A recording, or program, seconds, seed and style of a riff; peak [dBFS]
PARTS = {
    "train": [
        ((CLEAN, 24, 1, "lead"), -3),
        ("guit_e_fifths", -3),
        ((CLEAN, 16, 2, "chord"), -6),
        ("guit_e_slide", -6),
        ((MUTED, 10, 3, "lead"), -6),
        ((STEEL, 14, 4, "chord"), -6),
        ((FINGERED, 14, 5, "bass"), -3),
        ("bass_woodsy_c", -6),
        ("loop_amen_full", -6),
        ((PIANO, 12, 6, "drum"), -3),
        ((JAZZ, 14, 7, "lead"), -12),
        ("loop_garzul", -9),
        ((CLEAN, 16, 8, "lead"), -18),
        ((OVERDRIVEN, 10, 9, "chord"), -9),
        ("ambi_piano", -6),
        ("bass_thick_c", -6),
        ((PICKED, 10, 10, "bass"), -9),
        ("loop_mika", -6),
        ("guit_e_fifths", -15),
    ],
    "val": [
        ("guit_em9", -4),
        ((CLEAN, 8, 101, "lead"), -4),
        ("guit_harmonics", -6),
        ((FINGERED, 4, 102, "bass"), -6),
        ((CLEAN, 5, 103, "chord"), -9),
    ],
}


def play(part):
    """Return the sound of a part."""
    if isinstance(part, str):
        return sound.decode(f"{SAMPLES}/{part}.flac")
    return Riff(*part).play()


def level(x, peak_db):
    """Return a part without offset, at a peak, faded in and out."""
    x = x - np.mean(x)
    x = x / (np.abs(x).max() + 1e-9) * 10 ** (peak_db / 20)
    fade = np.linspace(0, 1, min(FADE, len(x) // 8))
    x[: len(fade)] *= fade
    x[-len(fade) :] *= fade[::-1]
    return x


def recording(name):
    """Return the dry recording for "train" or "val"."""
    pieces = [np.zeros(LEAD_IN, np.float32)]
    for part, peak_db in PARTS[name]:
        pieces += [level(play(part), peak_db), np.zeros(REST, np.float32)]
    return np.concatenate(pieces).astype(np.float32)
