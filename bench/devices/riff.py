# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Riffs of sampled instruments: General MIDI, played by fluidsynth."""

import pathlib
import struct
import subprocess
import tempfile

import numpy as np

import sound

FONT = "/usr/share/sounds/sf2/FluidR3_GM.sf2"
QUARTER = 480  # Ticks
SECOND = 960  # Ticks, at 120 quarters a minute
PENTATONIC = (0, 3, 5, 7, 10)  # Semitones over the root
DRUMS = 9  # Channel
KICK, SNARE, HAT, CRASH = 36, 38, 42, 49
STEPS = (120, 240, 240, 480, 960)
DRUM_STEPS = (120, 240, 240)


class Riff:
    """Random notes of one instrument, the same for the same seed."""

    def __init__(self, program, seconds, seed, style):
        """Take a program of General MIDI; style is lead, chord, bass, drum."""
        self.random = np.random.RandomState(seed)
        self.style = style
        self.seconds = seconds
        self.root = self.draw(28, 34) if style == "bass" else self.draw(40, 46)
        self.events = [(0, bytes([0xC0, program]))]
        self.fill()

    def draw(self, low, high):
        """Return an integer of a range without its end."""
        return int(self.random.randint(low, high))

    def chance(self, probability):
        """Return whether something happens this time."""
        return self.random.rand() < probability

    def choose(self, values):
        """Return one of some integers."""
        return int(self.random.choice(values))

    def fill(self):
        """Write notes until the end, and a rest now and then."""
        tick = 100
        while tick < self.seconds * SECOND - 400:
            velocity = self.draw(35, 127)
            step = self.choose(STEPS)
            if self.style == "drum":
                self.hit(tick)
                step = self.choose(DRUM_STEPS)
            elif self.style == "chord" or self.style == "lead" and self.chance(0.2):
                self.strum(tick, velocity, step)
            else:
                self.pick(tick, velocity, step)
            tick += step * (3 if self.chance(0.05) else 1)

    def note(self, tick, key, velocity, length, channel=0):
        """Press and release a key."""
        self.events.append((int(tick), bytes([0x90 | channel, key, velocity])))
        self.events.append((int(tick + length), bytes([0x80 | channel, key, 0])))

    def hit(self, tick):
        """Hit drums together."""
        keys = [KICK if self.chance(0.5) else SNARE]
        keys += [HAT] if self.chance(0.7) else []
        keys += [CRASH] if self.chance(0.05) else []
        for key in keys:
            self.note(tick, key, self.draw(40, 127), 100, DRUMS)

    def strum(self, tick, velocity, step):
        """Play a fifth, or a major chord over it, string by string."""
        base = self.root + self.choose(PENTATONIC)
        keys = [0, 7, 12] + ([16, 19] if self.chance(0.5) else [])
        for index, key in enumerate(keys):
            begin = tick + index * self.draw(2, 12)
            self.note(begin, base + key, velocity, 1.6 * step)

    def pick(self, tick, velocity, step):
        """Play one note, in three octaves for a lead and two otherwise."""
        octaves = 3 if self.style == "lead" else 2
        key = self.root + self.choose(PENTATONIC) + 12 * self.draw(0, octaves)
        self.note(tick, key, velocity, step * self.random.uniform(0.5, 1.3))

    def midi(self):
        """Return a MIDI file of one track."""
        track, now = b"", 0
        for tick, message in sorted(self.events, key=lambda event: event[0]):
            track += variable_length(tick - now) + message
            now = tick
        track += b"\0\xff\x2f\0"
        header = b"MThd" + struct.pack(">IHHH", 6, 0, 1, QUARTER)
        return header + b"MTrk" + struct.pack(">I", len(track)) + track

    def play(self):
        """Return the sound, without reverberation and chorus."""
        with tempfile.TemporaryDirectory() as folder:
            score = pathlib.Path(folder) / "riff.mid"
            record = pathlib.Path(folder) / "riff.wav"
            score.write_bytes(self.midi())
            options = ["-q", "-n", "-i", "-R", "0", "-C", "0", "-g", "0.8"]
            options += ["-r", str(sound.RATE), "-F", str(record)]
            command = ["fluidsynth", *options, FONT, str(score)]
            subprocess.run(command, check=True, capture_output=True)
            return sound.decode(record)[: int(self.seconds * sound.RATE)]


def variable_length(ticks):
    """Return a number as MIDI files have it, seven bits a byte."""
    digits = [ticks & 127]
    while ticks := ticks >> 7:
        digits.insert(0, 128 | ticks & 127)
    return bytes(digits)
