#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Test lmu conceal: test_conceal.py LMU

Prints the Test Anything Protocol.
"""

import math
import os
import re
import signal
import struct
import subprocess
import sys
import time

from runner import (INPUT, LMU, OUTPUT, TIMEOUT, USAGE, VALUE, error, lmu,
                    main, test)
from waves import read_wav, write_wav

RATE = 16000

# Least signal to error of two tones that 16 ms are cut out of [dB]; what the
# rounding of floats and the ridge leave is far above
RESTORED_DB = 40.0


def tones(n_frames, first=210.0, second=900.0):
    """Return two tones, rounded as floats are."""
    sound = [0.3 * math.sin(2.0 * math.pi * first * i / RATE) +
             0.2 * math.cos(2.0 * math.pi * second * i / RATE)
             for i in range(n_frames)]
    return list(struct.unpack(f"<{n_frames}f",
                              struct.pack(f"<{n_frames}f", *sound)))


def write(path, channels, rate=RATE):
    """Write a WAV file of floats at the rate of these tests."""
    return write_wav(path, channels, rate)


def read(path):
    """Return the channels of a WAV file of floats at that rate."""
    return [list(channel) for channel in read_wav(path, RATE)]


def text(path, lines):
    """Write a text file."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(lines)
    return path


def cut(sound, first, end, value=0.0):
    """Return a sound with a part lost."""
    return sound[:first] + [value] * (end - first) + sound[end:]


def ratio_db(whole, sound, first, end):
    """Return signal to error of a part."""
    noise = sum((a - b) ** 2 for a, b in zip(whole[first:end],
                                             sound[first:end]))
    return 10.0 * math.log10(sum(a * a for a in whole[first:end]) /
                             (noise + 1e-30))


def listed(*words):
    """Conceal, and return the lines of the list as tuples."""
    lines = lmu("conceal", *words, "--list", "--quiet").splitlines()
    assert lines[0] == "channel,start,length,how", lines
    return [(int(c), round(float(s) * RATE), round(float(n) * RATE), how)
            for c, s, n, how in (line.split(",") for line in lines[1:])]


@test
def a_run_of_zeros_is_found_and_restored():
    whole = tones(16000)
    source = write("in.wav", [cut(whole, 8000, 8256)])
    assert listed(source, "o.wav") == [(1, 8000, 256, "restored")]
    out = read("o.wav")[0]
    assert out[:8000] == whole[:8000] and out[8256:] == whole[8256:]
    assert ratio_db(whole, out, 8000, 8256) > RESTORED_DB


@test
def the_summary_tells_gaps_and_time():
    source = write("in.wav", [cut(tones(16000), 8000, 8160)])
    said = lmu("conceal", source, "o.wav")
    assert re.fullmatch(r"o\.wav: 1 gap in 1 channel, 10\.0 ms in all, "
                        r"[0-9.]+ ms of work a gap\n", said), said
    assert lmu("conceal", source, "o.wav", "--quiet") == ""


@test
def channels_are_searched_one_by_one():
    left, right = tones(16000), tones(16000, 330.0, 1100.0)
    source = write("in.wav", [cut(left, 4000, 4100), cut(right, 9000, 9080)])
    assert listed(source, "o.wav") == [(1, 4000, 100, "restored"),
                                       (2, 9000, 80, "restored")]
    out = read("o.wav")
    assert ratio_db(left, out[0], 4000, 4100) > RESTORED_DB
    assert ratio_db(right, out[1], 9000, 9080) > RESTORED_DB
    assert out[0][9000:9080] == left[9000:9080]


@test
def samples_that_are_no_numbers_are_always_gaps():
    whole = tones(16000)
    lost = cut(cut(whole, 5000, 5010, math.nan), 15990, 16000, math.inf)
    source = write("in.wav", [lost])
    csv = text("g.csv", "0.5,0.01\n")
    assert [gap[1:3] for gap in listed(source, "o.wav")] == [
        (5000, 10), (15990, 10)]
    assert [gap[1:3] for gap in listed(source, "o.wav", "--gaps", csv)] == [
        (5000, 10), (8000, 160), (15990, 10)]
    assert all(map(math.isfinite, read("o.wav")[0]))


@test
def silence_that_is_meant_stays():
    whole = tones(16000)
    start = cut(whole, 0, 300)
    end = cut(whole, 15700, 16000)
    gains = (max(0.0, min(1.0, (abs(i - 8000) - 100) / 2000)) ** 2
             for i in range(16000))
    fade = read(write("fade.wav", [[x * gain for x, gain in
                                    zip(whole, gains)]]))[0]
    for sound in (start, end, cut(whole, 8000, 9700), cut(whole, 8000, 8010),
                  cut(fade, 7900, 8100), whole, [0.0] * 16000):
        source = write("in.wav", [sound])
        assert lmu("conceal", source, "o.wav") == (
            "o.wav: no gaps, a copy of in.wav\n")
        assert read("o.wav") == [sound]


@test
def what_is_a_gap_can_be_told():
    whole = tones(16000)
    source = write("in.wav", [cut(cut(whole, 4000, 4010), 8000, 9700)])
    words = (source, "o.wav", "--min-gap", "0.5", "--max-gap")
    assert [gap[1] for gap in listed(*words, "110")] == [4000, 8000]
    assert [gap[1] for gap in listed(*words, "10")] == [4000]
    assert "number from 2 to" in error(
        VALUE, "conceal", source, "o.wav", "--min-gap", "2", "--max-gap", "1")


@test
def gaps_are_read_from_a_file():
    whole = tones(16000)
    source = write("in.wav", [whole, whole])
    for lines, words in (
            ("start,length\n# late\n\n 0.5 , 0.01\r\n0.25,0.005\n", ()),
            ("8000,160\n4000,80\n", ("--frames",)),
            ("0.5,0.005\n0.505,0.005\n0.25,0.005\n0.251,0.001", ())):
        csv = text("g.csv", lines)
        assert listed(source, "o.wav", "--gaps", csv, *words) == [
            (channel, *gap, "restored") for channel in (1, 2)
            for gap in ((4000, 80), (8000, 160))]
    out = read("o.wav")[1]
    assert out[:4000] == whole[:4000] and out[8160:] == whole[8160:]
    assert ratio_db(whole, out, 8000, 8160) > RESTORED_DB
    assert "no gaps" in lmu("conceal", source, "o.wav", "--gaps",
                            text("g.csv", "start,length\n"))


@test
def bad_lines_are_named():
    source = write("in.wav", [tones(16000)])
    words = ("conceal", source, "o.wav", "--gaps", "g.csv")
    for line in ("0.5", "0.5;0.1", "0.5,", ",1", "0.5,0", "0.5,-1", "-1,0.1",
                 "nan,1", "0.5,0.1,0.1", "x,0.1", "start,length"):
        text("g.csv", f"0.1,0.01\n{line}\n")
        message = error(INPUT, *words)
        assert "line 2 of g.csv is wrong" in message, (line, message)
        assert 'write "start,length" in seconds' in message, message
    text("g.csv", "# place\n0.999,0.01\n")
    message = error(INPUT, *words)
    assert "line 2 of g.csv is not within the sound of 1.000 s" in message
    assert "--frames" in message
    text("g.csv", "1.5,2\n")
    assert "whole frames" in error(INPUT, *words, "--frames")
    os.remove("g.csv")
    assert "cannot read g.csv: No such file" in error(INPUT, *words)
    assert not os.path.exists("o.wav")


@test
def gaps_that_cannot_be_restored_are_told():
    source = write("in.wav", [tones(16000)])
    csv = text("g.csv", "0.3,0.4\n")
    assert "Note: 1 gap could not be restored and fades to silence" in lmu(
        "conceal", source, "o.wav", "--gaps", csv)
    assert listed(source, "o.wav", "--gaps", csv)[0][3] == "faded"
    out = read("o.wav")[0]
    assert out[4900:11100] == [0.0] * 6200
    steps = [abs(b - a) for a, b in zip(out[4700:], out[4701:])]
    assert max(steps) < 0.2, max(steps)


@test
def a_file_may_be_concealed_onto_itself():
    whole = tones(16000)
    source = write("in.wav", [cut(whole, 8000, 8160)])
    lmu("conceal", source, source, "--quiet")
    assert ratio_db(whole, read(source)[0], 8000, 8160) > RESTORED_DB


@test
def bad_files_and_words_are_named():
    source = write("in.wav", [tones(1000)])
    assert "missing.wav" in error(INPUT, "conceal", "missing.wav", "o.wav")
    assert "cannot write nowhere/o.wav" in error(
        OUTPUT, "conceal", source, "nowhere/o.wav")
    assert "too few words" in error(USAGE, "conceal", source)
    assert "leave them out with --gaps" in error(
        USAGE, "conceal", source, "o.wav", "--gaps", "g", "--min-gap", "1")
    assert "give both" in error(USAGE, "conceal", source, "o.wav", "--frames")
    slow = write("slow.wav", [cut(tones(1000), 500, 510, math.nan)], 500)
    assert "sample rate of 500 Hz; use 1000" in error(
        INPUT, "conceal", slow, "o.wav")
    assert not os.path.exists("o.wav")


@test
def work_that_is_stopped_leaves_no_file():
    whole = tones(160000)
    for first in range(1000, 159000, 400):
        whole = cut(whole, first, first + 160)
    source = write("in.wav", [whole])
    os.makedirs("stop", exist_ok=True)
    with subprocess.Popen([LMU, "conceal", source, "stop/o.wav"]) as process:
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        process.wait(TIMEOUT)
    assert process.returncode == -signal.SIGTERM, process.returncode
    assert os.listdir("stop") == []


if __name__ == "__main__":
    sys.exit(main())
