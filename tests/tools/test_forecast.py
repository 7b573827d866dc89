#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Test lmu forecast: test_forecast.py LMU

LMU is the program.  Prints the Test Anything Protocol.
"""

import json
import math
import os
import re
import struct
import subprocess
import sys

from runner import (INPUT, LMU, OUTPUT, TIMEOUT, USAGE, VALUE, error, lmu, main,
                    test)
from waves import RATE, noise, read_wav, write_wav

# Frames that a network takes at once, all of which count or none
GROUP = 16

# Between float32, in which networks run, and float64 of the sums [dB]
MAX_DIFFERENCE_DB = 0.02


def sines(n_frames, rate=RATE):
    """Return three sines, whose future a memory holds."""
    parts = ((110.0, 0.3, 0.1), (247.0, 0.2, 1.0), (523.0, 0.1, 2.0))
    return [sum(gain * math.sin(2.0 * math.pi * hz * i / rate + phase)
                for hz, gain, phase in parts) for i in range(n_frames)]


def resonance(n_frames, seed=1):
    """Return noise through a resonance of 600 Hz that rings for 4 ms."""
    radius = math.exp(-1.0 / (0.004 * RATE))
    a, b = 2.0 * radius * math.cos(2.0 * math.pi * 600.0 / RATE), -radius**2
    sound = [0.0, 0.0]
    for sample in noise(n_frames, seed):
        sound.append(a * sound[-1] + b * sound[-2] + 0.02 * sample)
    return sound[2:]


def forecast(path, *words):
    """Fit, and return {frames: (training, validation, test, persistence)} and
    the text."""
    text = lmu("forecast", path, "-o", "f.safetensors", *words)
    rows = re.findall(r"^ +(\d+) +\S+ +(-?[\d.]+) +(-?[\d.]+) +"
                      r"(-?[\d.]+) +(-?[\d.]+)$",
                      text, re.MULTILINE)
    assert rows, text
    return {int(row[0]): tuple(map(float, row[1:])) for row in rows}, text


def report():
    """Return what lmu info tells of the file."""
    return json.loads(lmu("info", "f.safetensors", "--json"))


def weights():
    """Return all bytes of the file behind its header."""
    with open("f.safetensors", "rb") as file:
        data = file.read()
    return data[8 + struct.unpack_from("<Q", data)[0]:]


TRAINING, VALIDATION, TEST = range(3)


def block_of(n_frames, ahead):
    """Return the length of the blocks that a recording is cut into."""
    return max(min(n_frames // 10, RATE), 2 * ahead + 2 * GROUP)


def uses(n_frames, block, skipped, silent=()):
    """Return what each block is for, of a sound with some that are silent."""
    n_blocks = n_frames // block
    sounding = [i for i in range(n_blocks)
                if i * block >= skipped and i not in silent]
    cycle = min(len(sounding), 10)
    kinds = [TRAINING] * (n_blocks + 1)
    for n, i in enumerate(sounding):
        if n % cycle == cycle // 4:
            kinds[i] = VALIDATION
        elif n % cycle == 3 * cycle // 4:
            kinds[i] = TEST
    return kinds


def gain_db(sound, guess, horizon, ahead, use, skipped=3840, silent=()):
    """Return the gain of a prediction where sound was for some use."""
    n = len(sound)
    block = block_of(n, ahead)
    kinds = uses(n, block, skipped, silent)
    energy = error_energy = 0.0
    for start in range(-(-skipped // GROUP) * GROUP,
                       (n - ahead) // GROUP * GROUP, GROUP):
        if {kinds[start // block],
                kinds[(start + GROUP - 1 + ahead) // block]} == {use}:
            for i in range(start, start + GROUP):
                energy += sound[i + horizon]**2
                error_energy += (sound[i + horizon] - guess[i])**2
    return 10.0 * math.log10(energy / error_energy)


# What it is for

@test
def sines_are_predicted_far_ahead():
    gains, _ = forecast(write_wav("in.wav", [sines(RATE)]))
    assert list(gains) == [1, 48, 240, 960], gains
    for horizon, (trained, validated, tested, persistence) in gains.items():
        assert min(trained, validated, tested) > 70.0, (horizon, gains)
        assert persistence < 50.0, (horizon, persistence)


@test
def noise_is_not_predicted():
    for seed in (1, 2, 3):
        gains, _ = forecast(write_wav("in.wav", [noise(RATE, seed)]))
        for horizon, (_, validated, tested, persistence) in gains.items():
            assert 0.0 <= validated < 0.1, (horizon, validated)
            assert -0.2 < tested < 0.1, (horizon, tested)
            assert persistence < -2.0, (horizon, persistence)


@test
def a_network_predicts_as_well_as_its_fit_says():
    sound = resonance(RATE)
    path = write_wav("in.wav", [sound])
    sound = read_wav(path)[0]
    for skipped, *words in ((3840,), (3840, "--recent", 8),
                            (351, "--recent", 3, "--theta", "7.3"),
                            (3840, "--order", 5, "--horizon", "2f,0.5")):
        gains, _ = forecast(path, *words)
        lmu("run", "f.safetensors", path, "out.wav", "--quiet")
        outputs = read_wav("out.wav")
        ahead = max(gains)
        assert len(outputs) == len(gains), (len(outputs), gains)
        for (horizon, told), guess in zip(gains.items(), outputs):
            found = [gain_db(sound, guess, horizon, ahead, use, skipped)
                     for use in (TRAINING, VALIDATION, TEST)]
            found.append(gain_db(sound, sound, horizon, ahead, TEST, skipped))
            print(f"# {words} {horizon}: {told}, {found}")
            assert all(abs(a - b) < MAX_DIFFERENCE_DB
                       for a, b in zip(told, found)), (horizon, told, found)
        nearest = min(gains)
        off = gain_db(sound, outputs[0], nearest - 1, ahead, TEST, skipped)
        assert off < gains[nearest][2] - 5.0, (off, gains)


@test
def a_network_predicts_sound_it_never_heard():
    gains, _ = forecast(write_wav("in.wav", [resonance(2 * RATE)]))
    other = resonance(RATE, seed=7)
    lmu("run", "f.safetensors", write_wav("other.wav", [other]), "out.wav",
        "--quiet")
    for (horizon, told), guess in zip(gains.items(), read_wav("out.wav")):
        found = gain_db(other, guess, horizon, max(gains), TRAINING)
        assert abs(found - told[2]) < 1.5, (horizon, told, found)


# What is fitted

@test
def all_channels_train_one_network():
    one, two = resonance(RATE, 1), resonance(RATE, 2)
    silence = [0.0] * RATE
    forecast(write_wav("one.wav", [one]), "--theta", "10")
    alone = weights()
    forecast(write_wav("in.wav", [silence, one]), "--theta", "10")
    assert weights() == alone
    assert report()["inputs"] == 1
    both, _ = forecast(write_wav("in.wav", [one, two]), "--theta", "10")
    assert weights() != alone
    swapped, _ = forecast(write_wav("in.wav", [two, one]), "--theta", "10")
    assert both == swapped, (both, swapped)


@test
def the_same_command_writes_the_same_file():
    path = write_wav("in.wav", [resonance(RATE)])
    forecast(path)
    first = weights()
    forecast(path)
    assert weights() == first


@test
def the_window_that_predicts_best_is_kept():
    sound = [x + 0.01 * y for x, y in zip(sines(RATE), noise(RATE))]
    path = write_wav("in.wav", [sound])
    gains, text = forecast(path, "--order", 8, "--theta", "1,4", "--theta=40")
    means = dict(re.findall(r" ([\d.]+) ms ([\d.]+) dB", text))
    assert set(means) == {"1", "4", "40"}, text
    best = max(means, key=lambda theta: float(means[theta]))
    assert f"window {best} ms" in text, text
    chosen = [validated for _, validated, _, _ in gains.values()]
    assert abs(sum(chosen) / len(chosen) - float(means[best])) < 0.06, text
    assert abs(report()["layers"][-1]["theta_ms"] - float(best)) < 1e-9
    _, text = forecast(path, "--theta", "4")
    assert "mean gain" not in text and "window 4 ms" in text, text


@test
def windows_too_short_for_the_order_are_left_out():
    path = write_wav("in.wav", [sines(8000, 8000)], rate=8000)
    _, text = forecast(path, "--order", 64)
    assert "in validation: 5 ms" in text, text
    _, text = forecast(path, "--order", 64, "--theta", "2.5")
    assert "window 2.5 ms" in text, text


@test
def horizons_are_sorted_and_written_in_frames():
    path = write_wav("in.wav", [resonance(8000)], rate=8000)
    gains, _ = forecast(path, "--horizon", "5,1f", "--horizon", "2.5")
    assert list(gains) == [1, 20, 40], gains
    facts = report()
    assert facts["horizons"] == [1, 20, 40], facts
    assert facts["horizons_ms"] == [0.125, 2.5, 5], facts
    assert facts["sample_rate"] == 8000 and facts["outputs"] == 3, facts
    assert facts["loudness_db"] is None and facts["latency"] == 0, facts
    assert "Predicts  the input 0.125, 2.5, 5 ms ahead" in \
        lmu("info", "f.safetensors")


@test
def texts_are_those_given_and_the_name_is_the_recording_s():
    os.mkdir("folder.d")
    path = write_wav("folder.d/My Guitar.wav", [resonance(9600)])
    words = ("--horizon", "1", "--theta", "5", "--quiet")
    assert lmu("forecast", path, *words) == ""
    os.rename("folder.d/My Guitar.safetensors", "f.safetensors")
    assert report()["name"] == "My Guitar", report()
    lmu("forecast", path, "-o", "f.safetensors", "--name", "N", "--author", "A",
        "--license", "L", "--source", "S", "--comment", "C", *words)
    assert [report()[key] for key in ("name", "author", "license", "source",
                                      "comment")] == list("NALSC"), report()


@test
def what_judges_has_chosen_nothing():
    # Where the sound is another, only the gain of its own part tells
    block = RATE // 10
    one, two = resonance(RATE), noise(RATE)
    for use, changed in ((VALIDATION, 1), (TEST, 2)):
        lost = [two[i] if uses(RATE, block, 3840)[i // block] == use else x
                for i, x in enumerate(one)]
        gains, text = forecast(write_wav("in.wav", [lost]), "--horizon", "1f",
                               "--theta", "10")
        values = gains[1][:3]
        assert min(values) == values[changed] < 1.0, (use, values)
        assert use == TEST or values[TEST] < 10.0, values
        assert use == VALIDATION or min(values[:2]) > 10.0, values
        assert text.endswith(
            "\nOf 10 parts of 0.1 s, 8 are for training, 1 for validation, by "
            "which the shrinking was chosen, and 1 for the test.\n"), text


@test
def a_recording_is_as_long_as_it_really_is():
    write_wav("in.wav", [resonance(RATE)])
    lmu("conceal", "in.wav", "in.flac", "--quiet")
    whole = lmu("forecast", "in.flac", "o.safetensors", "--theta", "20")
    with open("in.flac", "rb") as file:
        data = bytearray(file.read())
    data[21] |= 15
    data[22:26] = b"\xff" * 4  # Of 36 bits with the number of frames
    with open("in.flac", "wb") as file:
        file.write(data)
    done = subprocess.run(
        [LMU, "forecast", "in.flac", "o.safetensors", "--theta", "20"],
        capture_output=True, text=True, check=True, timeout=TIMEOUT)
    assert done.stdout == whole, (done.stdout, whole)


@test
def silence_judges_nothing():
    sound = resonance(RATE)
    block = RATE // 10
    for silent in ({5, 6, 7, 8, 9}, {1, 2, 3}, {3, 7}, {2, 4, 6, 8}):
        quiet = [0.0 if i // block in silent else x for i, x in enumerate(sound)]
        path = write_wav("in.wav", [quiet])
        quiet = read_wav(path)[0]
        gains, _ = forecast(path, "--horizon", "1", "--theta", "20")
        lmu("run", "f.safetensors", path, "out.wav", "--quiet")
        guess, = read_wav("out.wav")
        for use in (VALIDATION, TEST):
            found = gain_db(quiet, guess, 48, 48, use, 960, silent)
            assert abs(found - gains[48][use]) < MAX_DIFFERENCE_DB, (silent, use)


# What is refused

def refused(status, *words):
    """Return why there is no forecast, which leaves no file."""
    message = error(status, "forecast", *words)
    assert not os.path.exists("no.safetensors")
    return message


@test
def recordings_that_teach_nothing_are_refused():
    short = resonance(RATE // 5) + [0.0] * (RATE - RATE // 5)
    cases = (([0.0] * RATE, "in.wav is silent; give a recording with sound"),
             (short, "in.wav has sound in 1 of its 10 parts of 0.1 s, to train, "
              "choose and judge takes 3; give"),
             (resonance(9000), "has 0.1875 s of sound, 0.2833 s are needed; "
              "give a longer recording, a shorter --horizon or --theta, or a "
              "lower --order"))
    for sound, reason in cases:
        message = refused(INPUT, write_wav("in.wav", [sound]), "-o",
                          "no.safetensors")
        assert reason in message, (reason, message)
    message = refused(INPUT, write_wav("in.wav", [resonance(9000)]), "-o",
                      "no.safetensors", "--horizon", "1f", "--order", "512", "--theta", "20")
    assert "0.2338 s are needed" in message, message


@test
def samples_that_are_no_sound_are_refused_by_time():
    for bad in (math.nan, math.inf, -math.inf, 1e5):
        sound = resonance(RATE)
        sound[24000] = bad
        message = refused(INPUT, write_wav("in.wav", [resonance(RATE), sound]),
                          "-o", "no.safetensors")
        assert re.search(r"has a sample of \S+ at 0.5 s; repair it", message)


@test
def files_that_cannot_be_read_or_written_are_named():
    assert "cannot read missing.wav" in refused(INPUT, "missing.wav")
    path = write_wav("in.wav", [resonance(RATE)])
    assert "hosts look for .safetensors" in refused(USAGE, path, "-o", "a.wav")
    assert "cannot write nowhere/f.safetensors" in refused(OUTPUT, path, "-o", "nowhere/f.safetensors")
    with open("text.wav", "w", encoding="utf-8") as file:
        file.write("no sound")
    assert "text.wav" in refused(INPUT, "text.wav")


@test
def values_out_of_range_are_refused():
    path = write_wav("in.wav", [resonance(RATE)])
    for words, reason in (
            (("--horizon", "0"), '--horizon cannot be "0"; use 0.02083 to 4000'),
            (("--horizon", "0.4f"), "use 0.02083 to 4000, milliseconds, or"),
            (("--horizon", "4001"), 'cannot be "4001"'),
            (("--horizon", "1,,2"), '--horizon cannot be ""'),
            (("--horizon", "f"), '--horizon cannot be "f"'),
            (("--horizon", "soon"), '--horizon cannot be "soon"'),
            (("--horizon", "nan"), '--horizon cannot be "nan"'),
            (("--horizon", "1,48f"), "names 48 frames, 1 ms, twice; leave one"),
            (("--horizon", ",".join(map(str, range(1, 18)))),
             "--horizon 17 is one too many; give at most 16"),
            (("--theta", "0.5f"), '--theta cannot be "0.5f"; use 0.02083'),
            (("--theta", "5000"), '--theta cannot be "5000"'),
            (("--order", "0"), "use a whole number from 1 to 512"),
            (("--order", "513"), "use a whole number from 1 to 512"),
            (("--recent", "65"), "use a whole number from 0 to 64"),
            (("--ridge", "0"), "--ridge cannot be"),
            (("--ridge", "2"), "--ridge cannot be"),
            (("--name", "x" * 128), "--name is not UTF-8 of at most 127")):
        message = refused(VALUE, path, "-o", "no.safetensors", *words)
        assert reason in message, (words, message)
    assert "did you mean --horizon?" in refused(USAGE, path, "--horizn", "1")


# Plugins that play a forecaster

def played(plugin, *words):
    """Return the channels that a plugin makes of in.wav with f.safetensors."""
    lmu("render", plugin, "in.wav", "o.wav", "--file", "f.safetensors", *words)
    return read_wav("o.wav")


@test
def predict_memory_and_model_play_a_forecaster():
    path = write_wav("in.wav", [sines(RATE)])
    forecast(path, "--horizon", "5")
    lmu("run", "f.safetensors", path, "r.wav")
    ran = read_wav("r.wav")[0]
    source, late = read_wav(path)[0], RATE * 5 // 1000

    ahead, = played("predict", "--set", "mode=Forecast")
    rest, = played("predict", "--set", "mode=Residual", "--set", "horizon=5")
    shown = played("memory8", "--set", "readout=Weights")[1]
    model, = played("model", "--set", "dc_block=0", "--set", "normalise=0")
    for i in range(late, RATE):
        for sound in (ahead, shown, model):
            assert abs(sound[i] - ran[i]) < 1e-6, (i, sound[i], ran[i])
        assert abs(rest[i] - (source[i] - ran[i - late])) < 1e-6, i


@test
def plugins_refuse_files_that_they_cannot_play():
    path = write_wav("in.wav", [sines(RATE)])
    forecast(path, "--horizon", "1,5")
    words = ("in.wav", "o.wav", "--file")
    for plugin, file, code, reason in (
            ("model", "f.safetensors", INPUT, "model cannot use f.safet"),
            ("model", "none", INPUT, "none cannot be read: No such file"),
            ("predict", "in.wav", INPUT, "predict cannot use in.wav"),
            ("delay", "f.safetensors", USAGE, "delay takes no file")):
        done = subprocess.run([LMU, "render", plugin, *words, file],
                              capture_output=True, text=True, check=False)
        assert done.returncode == code and reason in done.stderr, done
    assert not os.path.exists("o.wav")


@test
def an_error_leaves_the_file_that_was_there():
    with open("f.safetensors", "w", encoding="utf-8") as file:
        file.write("before")
    refused(INPUT, write_wav("in.wav", [[0.0] * RATE]), "-o", "f.safetensors")
    with open("f.safetensors", encoding="utf-8") as file:
        assert file.read() == "before"


if __name__ == "__main__":
    sys.exit(main())
