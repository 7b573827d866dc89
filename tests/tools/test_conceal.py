#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Test lmu conceal: test_conceal.py LMU

Prints the Test Anything Protocol.
"""

import math
import os
import random
import re
import signal
import struct
import subprocess
import sys

from runner import (INPUT, LMU, OUTPUT, TIMEOUT, USAGE, VALUE, error, lmu,
                    main, test, wait_for_output)
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
        wait_for_output(process, "stop")
        process.send_signal(signal.SIGTERM)
        process.wait(TIMEOUT)
    assert process.returncode == -signal.SIGTERM, process.returncode
    assert os.listdir("stop") == []


# Quiet sound

def level(sound, peak_db):
    """Return a sound with a peak of so many dB of full scale."""
    gain = 10.0 ** (peak_db / 20.0) / max(abs(x) for x in sound)
    return [x * gain for x in sound]


def steps(sound, noise=None):
    """Return the numbers of a sound of 16 bits, with noise of two steps."""
    return [round(x * 32768.0 +
                  (noise.random() - noise.random() if noise else 0.0))
            for x in sound]


def write_steps(numbers):
    """Write a file of 16 bits."""
    return write_any("in.wav", numbers, 1, 16)


@test
def gaps_in_quiet_sound_are_found_and_restored():
    for peak_db in (-50.0, -60.0, -80.0, -100.0):
        whole = read(write("whole.wav", [level(tones(16000), peak_db)]))[0]
        source = write("in.wav", [cut(whole, 8000, 8256)])
        assert listed(source, "o.wav") == [(1, 8000, 256, "restored")], peak_db
        assert ratio_db(whole, read("o.wav")[0], 8000, 8256) > RESTORED_DB


@test
def gaps_in_quiet_sound_of_16_bits_are_found():
    for peak_db in (-60.0, -70.0, -80.0):
        for noise in (None, random.Random(1)):
            whole = steps(level(tones(16000, 440.0, 1300.0), peak_db), noise)
            source = write_steps(cut(cut(whole, 4000, 4200, 0), 8000, 9000, 0))
            gaps = [gap[:3] for gap in listed(source, "o.wav")]
            assert len(gaps) == 2, (peak_db, noise, gaps)
            for (_, first, length), (wanted, lost) in zip(
                    gaps, ((4000, 200), (8000, 1000))):
                # Zeros of the sound beside those of a gap are the gap's
                assert wanted - 8 < first <= wanted, (peak_db, gaps)
                assert 0 <= first + length - wanted - lost < 8, (peak_db, gaps)


@test
def quiet_sound_that_rounds_to_zeros_stays():
    slow = [math.sin(2.0 * math.pi * 20.0 * i / RATE) for i in range(16000)]
    noise = random.Random(1)
    silence = [0.0] * 16000
    hiss = [noise.gauss(0.0, 1.0) for _ in range(16000)]
    for sound in (slow, tones(16000), hiss):
        for amplitude in (0.6, 0.8, 1.2, 2.2, 3.3, 5.0, 8.0):
            numbers = steps([x * amplitude / 32768.0 for x in sound])
            said = lmu("conceal", write_steps(numbers), "o.wav")
            assert "no gaps" in said, (amplitude, said)
    for sound in (silence, level(tones(16000), -100.0)):
        said = lmu("conceal", write_steps(steps(sound, noise)), "o.wav")
        assert "no gaps" in said, said


@test
def silence_between_quiet_notes_stays():
    def notes(length, silence, attack, release, fall_db):
        return [min(1.0, t / attack, max(0.0, (length - t) / release)) *
                10.0 ** (-fall_db * t / RATE / 20.0)
                for t in range(length)] + [0.0] * silence

    for shape in ((4800, 960, 80, 320, 0.0), (4800, 960, 16, 320, 60.0),
                  (3200, 1440, 32, 160, 120.0), (8000, 800, 32, 480, 20.0),
                  (4800, 800, 16, 1, 250.0)):
        gains = (notes(*shape) * 10)[:32000]
        for peak_db in (-20.0, -60.0, -70.0, -80.0):
            sound = [x * gain for x, gain in
                     zip(level(tones(32000), peak_db), gains)]
            for source in (write("in.wav", [sound]), write_steps(steps(sound))):
                said = lmu("conceal", source, "o.wav")
                assert "no gaps" in said, (shape, peak_db, said)


# What stays as it is

def chunk(name, data):
    """Return a chunk of a WAV file."""
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def chunks(path):
    """Return {name: data} of a WAV file."""
    with open(path, "rb") as file:
        data = file.read()
    place, found = 12, {}
    while place + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, place)
        found[name] = data[place + 8:place + 8 + size]
        place += 8 + size + size % 2
    return found


def write_any(path, samples, n_channels, bits, mask=None, others=b""):
    """Write a WAV file of whole numbers, or of floats if bits are negative."""
    size = abs(bits) // 8
    data = b"".join(
        struct.pack("<f" if bits == -32 else "<d", x) if bits < 0 else
        bytes([x + 128]) if bits == 8 else x.to_bytes(size, "little", signed=True)
        for x in samples)
    kind = 1 if bits > 0 else 3
    head = (n_channels, RATE, RATE * n_channels * size, n_channels * size,
            abs(bits))
    form = struct.pack("<HHIIHH", kind, *head)
    if mask is not None:
        form = struct.pack("<HHIIHHHHI", 0xfffe, *head, 22, abs(bits), mask)
        form += struct.pack("<H", kind) + bytes.fromhex(
            "000000001000800000aa00389b71")
    body = b"WAVE" + chunk(b"fmt ", form) + others + chunk(b"data", data)
    with open(path, "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


def rounded(sound, bits):
    """Return a sound as whole numbers, of which the loudest is the greatest."""
    full = 2 ** (bits - 1) - 1
    loudest = max(abs(x) for x in sound)
    return [round(x / loudest * full) for x in sound]


@test
def what_is_in_no_gap_stays_bit_for_bit_in_any_format():
    whole = tones(4000)
    for bits in (8, 16, 24, 32, -32, -64):
        numbers = rounded(whole, bits) if bits > 0 else [
            x + (1e-12 if bits == -64 else 0.0) for x in whole]
        size = abs(bits) // 8
        source = write_any("in.wav", cut(numbers, 2000, 2080, 0), 1, bits)
        assert listed(source, "o.wav")[0][1:] == (2000, 80, "restored"), bits
        before, after = chunks(source), chunks("o.wav")
        assert before[b"fmt "] == after[b"fmt "][:16], bits
        lost = slice(2000 * size, 2080 * size)
        for part in (slice(0, lost.start), slice(lost.stop, None)):
            assert before[b"data"][part] == after[b"data"][part], bits
        assert before[b"data"][lost] != after[b"data"][lost], bits


@test
def flac_and_wav_hold_the_same_numbers():
    for bits in (16, 24):
        source = write_any("in.wav", rounded(tones(4000), bits), 2, bits)
        lmu("conceal", source, "a.flac", "--quiet")
        lmu("conceal", "a.flac", "b.flac", "--quiet")
        lmu("conceal", "b.flac", "o.wav", "--quiet")
        assert chunks("o.wav")[b"data"] == chunks(source)[b"data"], bits
        with open("a.flac", "rb") as one, open("b.flac", "rb") as two:
            assert one.read() == two.read()


@test
def the_layout_of_channels_and_what_is_beside_the_sound_stay():
    cue = struct.pack("<I", 1) + struct.pack("<II4sIII", 7, 99, b"data", 0, 0, 99)
    kept = {
        b"bext": b"take7".ljust(602, b"\0") + b"A=PCM\r\n",
        b"iXML": b"<BWFXML/>",
        b"cue ": cue,
        b"smpl": struct.pack("<15I", 0, 0, 62500, 60, 0, 0, 0, 1, 0, 3, 0, 10,
                             1000, 0, 0),
        b"LIST": b"INFO" + chunk(b"INAM", b"Name\0") + chunk(b"IENG", b"Eng\0"),
    }
    others = b"".join(chunk(name, data) for name, data in kept.items())
    numbers = [x for x in rounded(tones(2000), 24) for _ in range(6)]
    for mask in (0x3f, 0x60f):
        source = write_any("in.wav", numbers, 6, 24, mask, others)
        lmu("conceal", source, "o.wav", "--quiet")
        before, after = chunks(source), chunks("o.wav")
        assert before[b"fmt "] == after[b"fmt "], mask
        for name in (b"data", *kept):
            assert after[name].startswith(before[name]), name
            assert not after[name][len(before[name]):].strip(b"\0 "), name

    # Where no layout is told, none is made up
    lmu("conceal", write_any("in.wav", numbers, 6, 24, 0), "o.wav", "--quiet")
    assert chunks("o.wav")[b"fmt "][:2] == b"\1\0"


@test
def what_does_not_fit_beside_the_sound_is_told():
    source = write_any("in.wav", rounded(tones(2000), 16), 1, 16, None,
                       chunk(b"iXML", b"x" * 300000))
    done = subprocess.run([LMU, "conceal", source, "o.wav"], check=True,
                          capture_output=True, text=True)
    assert 'chunk "iXML" of 300000 bytes is too large' in done.stderr, done
    assert chunks("o.wav")[b"data"] == chunks(source)[b"data"]
    assert b"iXML" not in chunks("o.wav")


@test
def other_kinds_of_files_are_what_their_names_say():
    source = write_any("in.wav", rounded(tones(8000), 8), 1, 8)
    for name, magic in (("o.opus", b"OpusHead"), ("o.ogg", b"vorbis"),
                        ("o.aiff", b"COMM"), ("o.caf", b"caff")):
        lmu("conceal", source, name, "--quiet")
        with open(name, "rb") as file:
            assert magic in file.read(100), name
    lmu("conceal", "o.aiff", "o.wav", "--quiet")
    assert chunks("o.wav")[b"data"] == chunks(source)[b"data"]
    lmu("conceal", "o.ogg", "o.wav", "--quiet")
    assert len(read("o.wav")[0]) == 8000


@test
def what_is_encoded_anew_is_called_no_copy():
    source = write_any("in.wav", rounded(tones(8000), 16), 1, 16)
    for name in ("o.ogg", "o.opus"):
        for once in (source, "again" + name[1:]):
            said = lmu("conceal", once, name)
            assert said == (f"{name}: no gaps, {once} encoded anew, with "
                            "loss\n"), said
            os.rename(name, "again" + name[1:])
    assert "a copy of" in lmu("conceal", source, "o.flac")


@test
def samples_above_full_scale_are_told_where_they_do_not_fit():
    source = write("in.wav", [[3.0 * x for x in tones(8000)]])
    done = subprocess.run([LMU, "conceal", source, "o.flac"], check=True,
                          capture_output=True, text=True)
    n_above = sum(abs(x) > 1.0 for x in read(source)[0])
    assert done.stderr.startswith(f"lmu: note: {n_above} samples of o.flac")
    lmu("conceal", source, "o.wav", "--quiet")
    assert read("o.wav") == read(source)


@test
def rubbish_behind_the_chunks_is_left_out():
    source = write_any("in.wav", rounded(tones(2000), 16), 1, 16)
    with open(source, "ab") as file:
        file.write(b"trailing text")
    lmu("conceal", source, "o.wav", "--quiet")
    assert set(chunks("o.wav")) == {b"fmt ", b"data"}, chunks("o.wav").keys()


@test
def chunks_without_bytes_are_no_reason_to_stop():
    numbers = rounded(tones(2000), 16)
    source = write_any("in.wav", numbers, 1, 16, None,
                       chunk(b"iXML", b"") + chunk(b"note", b"text"))
    lmu("conceal", source, "o.wav", "--quiet")
    assert chunks("o.wav")[b"note"] == b"text"
    assert chunks("o.wav")[b"data"] == chunks(source)[b"data"]

    # As a recorder that was stopped left them: no size, or neither
    lmu("conceal", source, "in.aiff", "--quiet")
    for name, data in (("in.wav", b"data"), ("in.aiff", b"SSND")):
        with open(name, "rb") as file:
            whole = bytearray(file.read())
        for place in (4, whole.index(data) + 4):
            whole[place:place + 4] = bytes(4)
            with open("cut" + name[2:], "wb") as file:
                file.write(whole)
            lmu("conceal", "cut" + name[2:], "o.wav", "--quiet")
            assert chunks("o.wav")[b"data"] == chunks(source)[b"data"], name
            subprocess.run([LMU, "conceal", "-", "p" + name[2:], "--quiet"],
                           input=bytes(whole), check=True)
            lmu("conceal", "p" + name[2:], "o.wav", "--quiet")
            assert chunks("o.wav")[b"data"] == chunks(source)[b"data"], name


# Sounds of any length

def lossy(n_frames):
    """Return a sound with gaps of all kinds, and how they are listed."""
    gaps = [(1000, 3), (3000, 100), (3200, 300), (5000, 7000, math.nan),
            (12300, 100), (13000, 9000, math.nan), (22100, 80), (25000, 1601)]
    sound = tones(n_frames)
    for gap in gaps:
        first, length, *value = gap
        sound = cut(sound, first, first + length, *value)
    return sound, [gap[:2] for gap in gaps if 16 <= gap[1] != 1601]


@test
def gaps_are_filled_by_what_is_near_wherever_they_are():
    sound, wanted = lossy(29000)
    source = write("in.wav", [sound])
    assert [gap[1:3] for gap in listed(source, "o.wav")] == wanted
    alone = read("o.wav")[0]
    assert all(map(math.isfinite, alone))
    quiet = [0.01 * x for x in tones(8000)]
    for before in (8000, 4096, 5009, 77777):
        around = (quiet * 10)[:before]
        source = write("in.wav", [around + sound + quiet, (quiet * 20)[
            :before + len(sound) + len(quiet)]])
        assert [gap[:3] for gap in listed(source, "o.wav")] == [
            (1, before + first, length) for first, length in wanted]
        out = read("o.wav")[0]
        assert out[:before] == read(source)[0][:before]
        assert out[before:before + len(sound)] == alone, before


@test
def gaps_behind_the_end_of_a_pipe_are_told():
    source = write("in.wav", [tones(16000)])
    with open(source, "rb") as file:
        data = bytearray(file.read())
    for place in (4, data.index(b"data") + 4):
        struct.pack_into("<I", data, place, 0xffffffff)
    text("g.csv", "0.5,0.01\n5,1\n")
    words = [LMU, "conceal", "-", "o.wav", "--gaps", "g.csv"]
    done = subprocess.run(words, input=bytes(data), capture_output=True,
                          check=False)
    assert done.returncode == INPUT, done
    assert (b"g.csv has a gap to 6.000 s, and the sound has 1.000; mend the "
            b"line, or say --frames") in done.stderr, done
    assert not os.path.exists("o.wav")
    text("g.csv", "0.5,0.01\n")
    subprocess.run(words, input=bytes(data), capture_output=True, check=True)
    assert len(chunks("o.wav")[b"data"]) == 4 * 16000


@test
def a_gap_in_one_channel_may_go_on_and_on():
    whole = tones(160000)
    lost = cut(whole, 5000, 155000, math.nan)
    source = write("in.wav", [lost, cut(whole, 80000, 80080)])
    assert listed(source, "o.wav") == [(1, 5000, 150000, "faded"),
                                       (2, 80000, 80, "restored")]
    out = read("o.wav")
    assert out[0][:5000] == whole[:5000] and out[0][155000:] == whole[155000:]
    assert not any(out[0][5100:154900])
    for side in (out[0][5000:5040], out[0][154960:155000]):
        assert any(side) and max(map(abs, side)) < 0.6
    assert out[1][:80000] == whole[:80000] and out[1][80080:] == whole[80080:]


if __name__ == "__main__":
    sys.exit(main())
