#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Test lmu plot on signals of any kind: test_plot.py LMU

LMU is the program.  Prints the Test Anything Protocol.
"""

import math
import os
import sys

from arrays import read_npy, write_npy
from runner import INPUT, USAGE, VALUE, error, lmu, main, test
from waves import RATE, noise, read_wav, write_wav

# Of a slow sine from its coefficients: what the step of the memory and float32
# leave is 1.5e-5
MAX_ERROR = 1e-4


def written(path):
    """Return all bytes of a file."""
    with open(path, "rb") as file:
        return file.read()


def legendre(order, x):
    """Return the Legendre polynomials P_0 to P_(order - 1) at x."""
    values = [1.0, x]
    for n in range(1, order):
        values.append(((2 * n + 1) * x * values[n] - n * values[n - 1]) / (n + 1))
    return values[:order]


# Coefficients as numbers

@test
def coefficients_hold_the_window():
    sound = [math.sin(2.0 * math.pi * 100.0 * i / RATE) for i in range(RATE // 2)]
    source = write_wav("in.wav", [sound])
    lmu("plot", source, "o.npy", "--theta", 20, "--order", 24, "--step", 7,
        "--span", "0.1,0.2")
    (n_times, order), values = read_npy("o.npy")
    assert (n_times, order) == (15, 24)
    for i in range(n_times):
        row = values[i * order:(i + 1) * order]
        for r in (0.1, 0.5, 0.9):
            # A sample is held for a frame, so its middle is half a frame later
            time = (0.1 + i * 0.007) * RATE - r * 0.02 * RATE - 0.5
            held = sum(m * p for m, p in zip(row, legendre(order, 2 * r - 1)))
            wanted = math.sin(2.0 * math.pi * 100.0 * time / RATE)
            assert abs(held - wanted) < MAX_ERROR, (i, r, held, wanted)


@test
def rows_do_not_depend_on_how_many_there_are():
    source = write_wav("in.wav", [noise(RATE)])
    for order in (1, 24):
        lmu("plot", source, "a.npy", "--order", order, "--step", 1)
        lmu("plot", source, "b.npy", "--order", order, "--step", 7)
        (n_fine, _), fine = read_npy("a.npy")
        (n_coarse, _), coarse = read_npy("b.npy")
        assert (n_fine, n_coarse) == (1001, 143)
        for i in range(n_coarse):
            assert coarse[i * order:(i + 1) * order] == \
                fine[7 * i * order:(7 * i + 1) * order], i


@test
def text_and_array_have_the_same_rows():
    source = write_wav("in.wav", [noise(RATE // 4)])
    lmu("plot", source, "o.npy", "--order", 8)
    lmu("plot", source, "o.csv", "--order", 8)
    (n_times, order), values = read_npy("o.npy")
    assert (n_times, order) == (1 + 250 // 5, 8)
    with open("o.csv", encoding="utf-8") as file:
        note, *lines = file.read().splitlines()
    assert note == ("# in.wav, channel 1, 48000 Hz: 8 Legendre coefficients of "
                    "the last 20 ms, a line each 5 ms from 0.000000 s on"), note
    assert lines == [",".join(f"{x:.9g}" for x in values[i:i + order])
                     for i in range(0, len(values), order)]
    assert values[:order] == [0.0] * order and any(values[order:])


@test
def only_the_order_decides_how_many_columns_there_are():
    for n_frames in (1, 2, 100):
        source = write_wav("in.wav", [noise(n_frames)])
        lmu("plot", source, "o.npy", "--step", "0.1", "--order", 3)
        assert read_npy("o.npy")[0] == (1 + 10 * n_frames // 48, 3), n_frames


# Signals of any kind

@test
def arrays_and_text_are_plotted_as_sounds_are():
    sound = read_wav(write_wav("in.wav", [noise(9600), noise(9600, 2)]))
    frames = [x for frame in zip(*sound) for x in frame]
    write_npy("in.npy", (9600, 2), frames)
    write_npy("big.npy", (9600, 2), frames, ">f8")
    write_npy("one.npy", (9600,), sound[1])
    with open("in.csv", "w", encoding="utf-8") as file:
        file.write("# left, right\n" + "".join(
            f"{a!r},{b!r}\n" for a, b in zip(*sound)))
    words = ("--order", 9, "--step", 7, "--channel")
    lmu("plot", "in.wav", "wanted.npy", *words, 2)
    for name, channel in (("in.npy", 2), ("big.npy", 2), ("one.npy", 1),
                          ("in.csv", 2)):
        lmu("plot", name, "o.npy", *words, channel)
        assert written("o.npy") == written("wanted.npy"), name
    os.mkdir("other")
    os.rename("in.npy", "other/in.wav.npy")
    lmu("plot", "other/in.wav.npy", "a.png", "--span", "0,0.1")
    assert written("a.png")[:4] == b"\x89PNG"


@test
def the_rate_of_an_array_can_be_told():
    write_npy("in.npy", (1000,), noise(1000))
    lmu("plot", "in.npy", "a.npy", "--rate", 1000, "--theta", 100, "--step", 50)
    lmu("plot", "in.npy", "b.npy", "--rate", 10, "--theta", 10000, "--step",
        5000)
    assert written("a.npy") == written("b.npy")
    assert read_npy("a.npy")[0] == (21, 64)
    source = write_wav("in.wav", [noise(100)])
    assert "has a sample rate of 48000 Hz; leave --rate out" in error(
        USAGE, "plot", source, "o.npy", "--rate", "44100")


@test
def what_is_no_number_is_silence():
    values = noise(4800)
    write_npy("a.npy", (4800,), values[:100] + [0.0] * 2 + values[102:])
    write_npy("b.npy", (4800,), values[:100] + [math.nan, math.inf] + values[102:])
    for name in ("a", "b"):
        lmu("plot", f"{name}.npy", f"{name}.csv", "--order", 5)
        lmu("plot", f"{name}.npy", f"{name}.npy.npy", "--order", 5)
    assert written("a.npy.npy") == written("b.npy.npy")


# What is refused

@test
def a_sound_ends_where_it_does_whatever_its_header_says():
    source = write_wav("in.wav", [noise(RATE)])
    lmu("conceal", source, "whole.flac", "--quiet")
    lmu("plot", "whole.flac", "whole.npy", "--order", 8, "--quiet")
    (n_whole, order), whole = read_npy("whole.npy")
    data = bytearray(written("whole.flac"))
    cut = bytes(data[:len(data) // 2])
    data[21] |= 15
    data[22:26] = b"\xff" * 4  # Of 36 bits with the number of frames
    for name, content, least in (("cut", cut, n_whole // 3),
                                 ("claim", data, n_whole)):
        with open(f"{name}.flac", "wb") as file:
            file.write(content)
        lmu("plot", f"{name}.flac", f"{name}.npy", "--order", 8,
            "--quiet")
        lmu("plot", f"{name}.flac", f"{name}.png", "--order", 8,
            "--quiet")
        (n_times, _), values = read_npy(f"{name}.npy")
        assert least <= n_times <= n_whole, (name, n_times)
        assert values == whole[:n_times * order], name


@test
def words_that_make_no_sense_are_refused():
    source = write_wav("in.wav", [noise(4800)])
    write_npy("rows.npy", (2, 100, 1), noise(200))
    for status, words, reason in (
            (INPUT, ("rows.npy", "o.png"), "rows of sequences; give an array"),
            (USAGE, (source, "o.png", "--step", "1"), "write a .npy or .csv"),
            (USAGE, (source, "o.npy", "--at", "0"), "--at is about pictures"),
            (USAGE, (source, "o.csv", "--dark"), "--dark is about pictures"),
            (VALUE, (source, "o.npy", "--step", "0.01"), "less than a frame"),
            (VALUE, (source, "o.npy", "--step", "0"), "--step cannot be"),
            (VALUE, (source, "o.npy", "--span", "0,1"), "--span cannot be"),
            (VALUE, (source, "o.npy", "--channel", "2"), "1 to 1")):
        message = error(status, "plot", *words)
        assert reason in message, (words, message)
    assert not [name for name in os.listdir(".") if name.startswith("o.")]


if __name__ == "__main__":
    sys.exit(main())
