#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Test that memory does not grow with sound: test_memory.py LMU BUNDLE

LMU is the program, and BUNDLE the plugins of this project.  Prints the Test
Anything Protocol.
"""

import os
import struct
import subprocess
import sys

from runner import LMU, lmu, main, test
from waves import noise

BUNDLE = os.path.abspath(sys.argv[2])
RATE = 44100
CHANNELS = 2

# A second is heard before the short file ends.  All of the long one as floats
# would take 21 MB more, one of its channels half of that.
SHORT_S, LONG_S = 4, 64

# What may be more: the allocator's, and of a gap the sound around [kB]
MAX_MORE = 4096


def write_long(path, n_seconds):
    """Write a WAV file of 16 bits with the same second again and again, which
    has a drop-out at first and at times."""
    numbers = [round(x * 20000) for x in noise(RATE * CHANNELS)]
    whole = struct.pack(f"<{len(numbers)}h", *numbers)
    numbers[40000:40400] = [0] * 400
    lossy = struct.pack(f"<{len(numbers)}h", *numbers)
    size = len(whole) * n_seconds
    with open(path, "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", size + 36) + b"WAVEfmt " +
                   struct.pack("<IHHIIHH", 16, 1, CHANNELS, RATE,
                               2 * CHANNELS * RATE, 2 * CHANNELS, 16) +
                   b"data" + struct.pack("<I", size))
        for i in range(n_seconds):
            file.write(whole if i % 16 else lossy)
    return path


def write_array(path, n_blocks):
    """Write an NPY file, a block of a thousand frames again and again."""
    data = struct.pack("<1000f", *noise(1000))
    text = ("{'descr': '<f4', 'fortran_order': False, 'shape': "
            f"({1000 * n_blocks},), }}")
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00\x76\x00" + f"{text:117}\n".encode())
        for _ in range(n_blocks):
            file.write(data)


def write_text(path, n_blocks):
    """Write the same as CSV."""
    block = "".join(f"{x:.4f}\n" for x in noise(1000))
    with open(path, "w", encoding="utf-8") as file:
        for _ in range(n_blocks):
            file.write(block)


def peak(words, source=None):
    """Run lmu, and return the most memory that it had [kB].

    It begins as a copy of this program, whose memory counts if it is more, and
    is kept small for that.
    """
    with open(source or os.devnull, "rb") as file, subprocess.Popen(
            [LMU, *map(str, words)], stdin=file,
            stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, (words, process.returncode)
    return usage.ru_maxrss


def check(name, *words, source=None):
    """Compare a command for a short and a long input, both called by NAME."""
    found = [peak([str(word).replace("NAME", kind) for word in words],
                  source and source.replace("NAME", kind))
             for kind in ("short", "long")]
    print(f"# {name}: {found[0]} kB, {found[1]} kB")
    assert found[1] - found[0] < MAX_MORE, (name, found)


def files():
    """Write a short and a long sound."""
    write_long("short.wav", SHORT_S)
    write_long("long.wav", LONG_S)


def network():
    """Fit a small network, which takes one channel."""
    lmu("forecast", write_long("in.wav", 2), "net.safetensors", "--order", 4,
        "--theta", 5, "--horizon", "1f", "--quiet")


@test
def conceal_holds_the_sound_around_gaps():
    files()
    check("conceal", "conceal", "NAME.wav", "o.wav", "--quiet")
    check("conceal to FLAC", "conceal", "NAME.wav", "o.flac", "--quiet")
    check("conceal of a pipe", "conceal", "-", "-", "--quiet",
          source="NAME.wav")
    with open("gaps.csv", "w", encoding="utf-8") as file:
        file.write("1.0,0.01\n2.0,1.5\n")
    check("conceal --gaps", "conceal", "NAME.wav", "o.wav", "--gaps",
          "gaps.csv", "--quiet")


@test
def plot_holds_what_it_draws():
    files()
    check("plot", "plot", "NAME.wav", "o.png", "--quiet")
    check("plot --span", "plot", "NAME.wav", "o.png", "--span", "0,3.9",
          "--quiet")
    check("plot to NPY", "plot", "NAME.wav", "o.npy", "--order", 4, "--step",
          10, "--quiet")


@test
def run_holds_some_frames():
    files()
    network()
    check("run", "run", "net.safetensors", "NAME.wav", "o.wav", "--quiet")
    check("run to NPY", "run", "net.safetensors", "NAME.wav", "o.npy",
          "--quiet")
    for kind, n_blocks in (("short", 4), ("long", 2000)):
        write_array(f"{kind}.npy", n_blocks)
        write_text(f"{kind}.csv", n_blocks // 2)
    check("run of NPY", "run", "net.safetensors", "NAME.npy", "o.npy",
          "--quiet")
    check("run of CSV", "run", "net.safetensors", "NAME.csv", "o.csv",
          "--quiet")


@test
def forecast_holds_sums():
    files()
    check("forecast", "forecast", "NAME.wav", "o.safetensors", "--order", 4,
          "--theta", "5", "--horizon", "1f,1", "--quiet")


@test
def render_holds_a_block():
    files()
    check("render", "render", "delay-stereo", "NAME.wav", "o.wav", "--set",
          "order=16", "--bundle", BUNDLE, "--quiet")


if __name__ == "__main__":
    sys.exit(main())
