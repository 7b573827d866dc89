# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Sounds for tests of the lmu command, and files of them."""

import math
import random
import struct

RATE = 48000


def write_wav(path, channels, rate=RATE):
    """Write a WAV file of floats."""
    frames = [sample for frame in zip(*channels) for sample in frame]
    data = struct.pack(f"<{len(frames)}f", *frames)
    n = len(channels)
    form = struct.pack("<HHIIHH", 3, n, rate, 4 * n * rate, 4 * n, 32)
    body = (b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" +
            struct.pack("<I", len(data)) + data)
    with open(path, "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


def read_wav(path, expected_rate=RATE):
    """Return the channels of a WAV file of floats, and check its format."""
    with open(path, "rb") as file:
        data = file.read()
    assert data[:4] == b"RIFF" and data[8:12] == b"WAVE", data[:12]
    place, chunks = 12, {}
    while place + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, place)
        chunks[name] = data[place + 8:place + 8 + size]
        place += 8 + size + size % 2
    kind, n, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunks[b"fmt "])
    assert (kind, rate, bits) == (3, expected_rate, 32), (kind, rate, bits)
    samples = struct.unpack(f"<{len(chunks[b'data']) // 4}f", chunks[b"data"])
    return [samples[i::n] for i in range(n)]


def noise(n_frames, seed=1):
    """Return noise that floats hold exactly."""
    source = random.Random(seed)
    return [source.randrange(-2**20, 2**20) / 2**21 for _ in range(n_frames)]


def sine(n_frames, frequency=220.0):
    """Return a sine that gets louder."""
    step = 2.0 * math.pi * frequency / RATE
    return [0.8 * i / n_frames * math.sin(i * step) for i in range(n_frames)]
