#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Test lmu train --sequence: test_train_sequence.py LMU

LMU is the program.  Small arrays are trained on for a moment: what is tested is
what the command promises.  Prints the Test Anything Protocol.
"""

import json
import math
import os
import random
import re
import signal
import subprocess
import sys
import time

from arrays import float32, read_npy, write_npy
from runner import INPUT, LMU, OUTPUT, TIMEOUT, USAGE, error, lmu, main, test
from waves import write_wav

INTERRUPTED = 10
OUT = ("-o", "o.safetensors")
SHORT = ("--updates", "160", "--threads", "1", "--size", "nano", "--quiet")

# Parts of the targets' deviation by which float32 may put out something else
MAX_ROUNDING = 1e-5

N, STEPS, INPUTS, OUTPUTS = 70, 24, 3, 2
KEPT = N // 10  # Judged by


def noise(count, seed=1):
    source = random.Random(seed)
    return [float32(source.gauss(0.0, 1.0)) for _ in range(count)]


def at(values, sequence, step, width):
    first = (sequence * STEPS + step) * width
    return values[first:first + width]


# Inputs of any unit and mean
PLAIN = noise(N * STEPS * INPUTS)
X = [float32(v * (1000.0, 0.01, 3.0)[i % 3] + (5000.0, -0.2, 0.0)[i % 3])
     for i, v in enumerate(PLAIN)]


def follower(sequence, step):
    """Return what is to be put out at a step: something of the last inputs."""
    now = at(PLAIN, sequence, step, INPUTS)
    old = at(PLAIN, sequence, max(step - 2, 0), INPUTS)
    return [float32(40.0 + 7.0 * (now[0] + old[1])),
            float32(0.001 * now[2] - 0.3)]


def label(sequence, step):
    return int(sum(at(PLAIN, sequence, s, INPUTS)[0]
                   for s in range(step + 1)) > 0.0) + 2


EVERY = [value for n in range(N) for t in range(STEPS)
         for value in follower(n, t)]
LAST = [value for n in range(N) for value in follower(n, STEPS - 1)]
LABELS = [label(n, STEPS - 1) for n in range(N)]
EVERY_LABEL = [label(n, t) for n in range(N) for t in range(STEPS)]


def arrays(shape, values, kind="<f4"):
    """Write x.npy and y.npy, and return their names."""
    write_npy("x.npy", (N, STEPS, INPUTS), X)
    write_npy("y.npy", shape, values, kind)
    return "x.npy", "y.npy"


def train(*words):
    """Train, and return the result."""
    return json.loads(lmu("train", "--sequence", *words, *SHORT, "--json",
                          *(() if "-o" in words else OUT)))


def run(*words):
    """Return what the model makes of x.npy."""
    lmu("run", "o.safetensors", "x.npy", "out.npy", "--quiet", *words)
    return read_npy("out.npy")[1]


def nrmse(target, guess, width, n_early):
    """Return the error over the deviation from what the first ones mean."""
    error_sum = norm = 0.0
    for i in range(width):
        means = target[i:n_early * width:width]
        mean = sum(means) / len(means)
        scale = math.sqrt(sum((v - mean)**2 for v in means) / len(means))
        late = range(n_early * width + i, len(target), width)
        error_sum += sum(((target[k] - guess[k]) / scale)**2 for k in late)
        norm += sum(((target[k] - mean) / scale)**2 for k in late)
    return math.sqrt(error_sum / norm)


def right(labels, guess, width):
    """Return the part of labels that the greatest output tells."""
    best = [max(range(width), key=guess[k * width:(k + 1) * width].__getitem__)
            for k in range(len(labels))]
    return sum(a == b for a, b in zip(best, labels)) / len(labels)


# What is learned is what runs

@test
def targets_at_each_step_are_followed_as_told():
    told = train(*arrays((N, STEPS, OUTPUTS), EVERY))
    assert told["task"] == "regression" and told["outputs"] == OUTPUTS
    found = nrmse(EVERY, run(), OUTPUTS, (N - KEPT) * STEPS)
    assert abs(found - told["nrmse"]) < MAX_ROUNDING, (found, told)
    assert found < 0.9, found
    assert "nrmse: " in lmu("info", "o.safetensors")


@test
def targets_at_the_last_step_are_followed_as_told():
    for shape in ((N, OUTPUTS), (N, 1, OUTPUTS)):
        told = train(*arrays(shape, LAST))
        found = nrmse(LAST, run("--last"), OUTPUTS, N - KEPT)
        assert abs(found - told["nrmse"]) < MAX_ROUNDING, (found, told)


@test
def classes_are_told_as_told():
    for kind in ("<i8", "|u1", ">i4"):
        told = train(*arrays((N,), LABELS, kind))
        assert told["task"] == "classification" and told["outputs"] == 4
        assert "nrmse" not in told and told["cross_entropy"] < 1.4
        found = right(LABELS[-KEPT:], run("--last")[-KEPT * 4:], 4)
        assert abs(found - told["accuracy"]) < 1e-6, (found, told)
        assert found > 0.5


@test
def classes_at_each_step_are_told_as_told():
    told = train(*arrays((N, STEPS), EVERY_LABEL, "<i4"))
    late = KEPT * STEPS
    found = right(EVERY_LABEL[-late:], run()[-late * 4:], 4)
    assert abs(found - told["accuracy"]) < 1e-6, (found, told)


@test
def one_series_is_learned():
    sound = [float32(math.sin(0.1 * k) + math.sin(0.037 * k * 0.7))
             for k in range(900)]
    write_npy("s.npy", (880,), sound[:880], "<f8")
    write_npy("f.npy", (880,), sound[20:])
    told = train("s.npy", "f.npy")
    assert told["sequences"] == 1 and told["steps"] == 880
    lmu("run", "o.safetensors", "s.npy", "out.npy", "--quiet")
    found = nrmse(sound[20:], read_npy("out.npy")[1], 1, 792)
    assert found < 0.7 and abs(found - told["nrmse"]) < 0.05, (found, told)


# Options

@test
def other_arrays_judge():
    x, y = arrays((N,), LABELS, "<i4")
    write_npy("vx.npy", (9, 11, INPUTS), X[:9 * 11 * INPUTS])
    write_npy("vy.npy", (9,), [2] * 9, "<i4")
    told = train(x, y, "--validate", "vx.npy", "vy.npy")
    assert told["accuracy"] in [k / 9 for k in range(10)] or abs(
        9 * told["accuracy"] - round(9 * told["accuracy"])) < 1e-6
    assert told == {**train("--validate", "vx.npy", "vy.npy", x, y),
                    "seconds": told["seconds"], "cpu_s": told["cpu_s"]}
    write_npy("vy.npy", (9, 1), [2.0] * 9)
    assert "are not of the same kind as x.npy and y.npy" in error(
        INPUT, "train", "--sequence", x, y, "--validate", "vx.npy", "vy.npy",
        *OUT)


@test
def training_stops_where_it_is_good_enough():
    pair = arrays((N, STEPS, OUTPUTS), EVERY)
    told = train(*pair, "--stop-at", "99")
    assert told["nrmse"] <= 0.99 and told["updates"] < 160, told


@test
def training_starts_from_a_model():
    pair = arrays((N, STEPS, OUTPUTS), EVERY)
    first = train(*pair)
    os.rename("o.safetensors", "first.safetensors")
    again = train(*pair, "--init", "first.safetensors", "--rate", "1e-6")
    assert abs(again["nrmse"] - first["nrmse"]) < 1e-3, (first, again)
    assert again["nrmse"] <= first["nrmse"] + MAX_ROUNDING
    write_npy("y.npy", (N,), LABELS, "<i4")
    assert "ends in 2 outputs, and x.npy has 3 and y.npy 4 classes" in error(
        INPUT, "train", "--sequence", *pair, "--init", "first.safetensors",
        *OUT)


@test
def an_adversary_and_threads_and_windows_can_be_asked_for():
    pair = arrays((N,), LABELS, "<i4")
    plain = train(*pair)["cross_entropy"]
    assert train(*pair, "--adversary", "0.5")["cross_entropy"] != plain
    assert train(*pair, "--learn-theta")["cross_entropy"] != plain
    assert train(*pair, "--learn-memory")["cross_entropy"] != plain
    assert train(*pair, "--threads", "2")["accuracy"] > 0.3
    assert train(*pair, "--frames", "5")["cross_entropy"] != plain


# Layers

PAPER = [{"type": "lmu", "order": 4, "theta": [4, 20.5], "memory_d": 2,
          "hidden_cell": "simple_rnn", "units": 6, "activation": "tanh",
          "hidden_to_memory": True, "input_to_hidden": True, "bias": True},
         {"type": "dense", "units": 5, "activation": "gated",
          "inputs": ["input", 0], "name": "Gate"},
         {"type": "dense", "units": OUTPUTS, "activation": "linear"}]


@test
def layers_are_what_the_user_writes():
    pair = arrays((N, STEPS, OUTPUTS), EVERY)
    with open("net.json", "w", encoding="utf-8") as file:
        json.dump(PAPER, file)
    told = train(*pair, "--layers", "net.json")
    info = json.loads(lmu("info", "--json", "o.safetensors"))
    assert "theta 4, 20.5" in lmu("info", "o.safetensors"), info
    found = nrmse(EVERY, run(), OUTPUTS, (N - KEPT) * STEPS)
    assert abs(found - told["nrmse"]) < MAX_ROUNDING, (found, told)
    inline = json.dumps({"layers": PAPER})
    assert train(*pair, "--layers", inline)["nrmse"] == told["nrmse"]


@test
def layers_that_cannot_be_scaled_train_as_they_are():
    pair = arrays((N, STEPS, OUTPUTS), EVERY)
    told = train(*pair, "--layers", json.dumps(
        [{"type": "gru", "units": OUTPUTS, "activation": "tanh",
          "recurrent_activation": "sigmoid", "reset_after": True}]))
    found = sum((a - b)**2 for a, b in zip(EVERY, run()))
    assert told["nrmse"] < 1.1 and found > 0.0


@test
def wrong_layers_are_refused_by_layer_and_key():
    pair = arrays((N, STEPS, OUTPUTS), EVERY)

    def refused(layers):
        text = layers if isinstance(layers, str) else json.dumps(layers)
        return error(INPUT, "train", "--sequence", *pair, "--layers", text,
                     *OUT, "--quiet")

    dense = {"type": "dense", "units": OUTPUTS, "activation": "linear"}
    assert '--layers: key "layers.1.untis": has no meaning here' in refused(
        [dense, {**dense, "untis": 3}])
    assert 'key "layers.0.units": is missing' in refused(
        [{"type": "dense", "activation": "linear"}])
    assert 'key "layers.0.activation": is none that' in refused(
        [{**dense, "activation": "swish"}])
    assert 'key "layers.0.units": is neither a number' in refused(
        [{**dense, "units": {"a": 1}}])
    assert 'key "layers.0.units": is 5000, at most 1024' in refused(
        [{**dense, "units": 5000}])
    assert 'key "layers.0.inputs": layer 5 is no earlier one' in refused(
        [{**dense, "inputs": ["input", 5]}])
    assert 'key "layers.0.theta": lists 2 windows' in refused(
        [{"type": "lmu", "order": 4, "theta": [3, 4], "hidden_cell": "none"}])
    assert "layer 1 is no object" in refused([dense, 3])
    assert "it is no JSON, line 1" in refused("[{]")
    assert "is no list of layers" in refused("{\"layers\": 4}")
    assert 'key "layers": must be 1 to 16' in refused([])
    assert 'key "layers": must be 1 to 16' in refused([dense] * 17)
    assert "ends in 7 outputs" in refused([{**dense, "units": 7}])
    assert "missing.json" in error(
        INPUT, "train", "--sequence", *pair, "--layers", "missing.json", *OUT)


@test
def layers_are_for_recordings_too():
    sound = [0.3 * math.sin(0.05 * k) * math.sin(0.0007 * k)
             for k in range(3 * 48000)]
    write_wav("dry.wav", [sound], 48000)
    write_wav("wet.wav", [[math.tanh(3.0 * v) for v in sound]], 48000)
    layers = [{**PAPER[0], "hidden_cell": "dense"},
              {"type": "dense", "units": 1, "activation": "linear"}]
    told = json.loads(lmu(
        "train", "dry.wav", "wet.wav", "--layers", json.dumps(layers),
        "--updates", "60", "--threads", "1", "--latency", "0", "--json",
        "--quiet", *OUT))
    assert told["device"] is None and told["esr"] < 1.0, told
    assert "is no network of one signal" in error(
        INPUT, "train", "dry.wav", "wet.wav", "--layers", json.dumps(PAPER),
        *OUT, "--quiet")


# Safety

def contents(path):
    with open(path, "rb") as file:
        return file.read()


@test
def what_was_stopped_or_killed_ends_as_the_same_file():
    words = (*arrays((N, STEPS, OUTPUTS), EVERY), "--threads", "1", "--size",
             "nano", "--updates", "3000", "--quiet", *OUT)
    lmu("train", "--sequence", *words)
    whole = contents("o.safetensors")
    os.remove("o.safetensors")
    codes = []
    for number in (signal.SIGINT, signal.SIGKILL, signal.SIGTERM) * 2:
        process = subprocess.Popen(
            [LMU, "train", "--sequence", *words, "--resume"],
            stderr=subprocess.PIPE, text=True)
        time.sleep(0.15)
        process.send_signal(number)
        process.communicate(timeout=TIMEOUT)
        codes.append(process.returncode)
    assert INTERRUPTED in codes or 0 in codes, codes
    if os.path.exists("o.safetensors.resume"):
        assert "go on with --resume" in error(
            OUTPUT, "train", "--sequence", *words)
    lmu("train", "--sequence", *words, "--resume")
    assert contents("o.safetensors") == whole
    assert not os.path.exists("o.safetensors.resume")


@test
def a_checkpoint_of_other_arrays_is_refused():
    words = (*arrays((N, STEPS, OUTPUTS), EVERY), "--threads", "1",
             "--updates", "1000000", "--quiet", *OUT)
    process = subprocess.Popen([LMU, "train", "--sequence", *words],
                               stderr=subprocess.PIPE, text=True)
    limit = time.monotonic() + TIMEOUT
    while not os.path.exists("o.safetensors") and time.monotonic() < limit:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    assert "stopped; the best model so far is o.safetensors" in (
        process.communicate(timeout=TIMEOUT)[1])
    assert process.returncode == INTERRUPTED
    EVERY_BUT = [v + (k == 0) for k, v in enumerate(EVERY)]
    write_npy("y.npy", (N, STEPS, OUTPUTS), EVERY_BUT)
    assert "o.safetensors.resume is of other arrays or options" in error(
        INPUT, "train", "--sequence", *words, "--resume")


# What is no pair of arrays

def refused(*words, status=INPUT):
    """Return why nothing is trained, which leaves no file."""
    before = sorted(os.listdir())
    message = error(status, "train", "--sequence", *words, *OUT, "--quiet")
    assert sorted(os.listdir()) == before, os.listdir()
    return message


@test
def shapes_that_do_not_fit_are_refused_with_both():
    x = write_npy("x.npy", (N, STEPS, INPUTS), X)
    for shape, kind in (((N - 1, STEPS, 1), "<f4"), ((N, STEPS - 1, 1), "<f4"),
                        ((N - 1,), "<i4"), ((N, STEPS - 1), "<i4"),
                        ((N, STEPS, 1), "<i4"), ((), "<f4"), ((0,), "<f4")):
        count = math.prod(shape)
        y = write_npy("y.npy", shape, [1] * count, kind)
        message = refused(x, y)
        assert "x.npy has shape (70, 24, 3) and y.npy " in message, message
        assert re.sub(r",\)", ")", str(shape)) in message.replace(
            ",)", ")"), message
        assert "; give" in message, message
    y = write_npy("y.npy", (N, STEPS), [0.0] * N * STEPS)
    assert "that may be a number at every step, or many at the last" in (
        refused(x, y))
    series = write_npy("s.npy", (STEPS, 2), [0.0] * STEPS * 2)
    y = write_npy("y.npy", (STEPS - 1,), [0.0] * (STEPS - 1))
    assert "one series needs (steps, outputs)" in refused(series, y)
    y = write_npy("y.npy", (STEPS,), noise(STEPS))
    assert "too short; give 40 or more" in refused(series, y)
    y = write_npy("y.npy", (N,), [-1] * N, "<i4")
    assert "value 1 of 70 is -1; classes are 0 to 1023" in refused(x, y)
    y = write_npy("y.npy", (N,), [2000] * N, "<i4")
    assert "classes are 0 to 1023" in refused(x, y)


@test
def hostile_arrays_are_refused_by_name():
    y = write_npy("y.npy", (N,), LABELS, "<i4")
    good = write_npy("x.npy", (N, STEPS, INPUTS), X)
    data = contents(good)

    def hostile(text, count=None):
        header = ("{'descr': %s}" % text).ljust(117).encode() + b"\n"
        with open("bad.npy", "wb") as file:
            file.write(b"\x93NUMPY\x01\x00\x76\x00" + header)
            file.write(data[128:] if count is None else b"\0" * count)
        return refused("bad.npy", y)

    shape = f"({N}, {STEPS}, {INPUTS})"
    assert "bad.npy: is in Fortran order; save numpy.ascontiguous" in hostile(
        f"'<f4', 'fortran_order': True, 'shape': {shape}, ")
    assert "bad.npy: has values of type |O; save it as float32" in hostile(
        f"'|O', 'fortran_order': False, 'shape': {shape}, ")
    assert "bad.npy: has values of type <i4" in hostile(
        f"'<i4', 'fortran_order': False, 'shape': {shape}, ")
    for huge in ("(99999999999, 99999999999, 99)", "(4000000000, 1, 1)",
                 "(18446744073709551615, 2, 1)"):
        message = hostile(f"'<f4', 'fortran_order': False, 'shape': {huge}, ")
        assert ("bad.npy: is too large; split it" in message or
                "bad.npy: has not as many values" in message), message
    assert "bad.npy: is no NPY file of at most three dimensions" in hostile(
        "'<f4', 'fortran_order': False, 'shape': (2, 2, 2, 2), ")
    for size in (0, 5, 11, 60, 127):
        with open("bad.npy", "wb") as file:
            file.write(data[:size])
        assert "bad.npy: is no NPY file" in refused("bad.npy", y), size
    for value in (math.nan, math.inf, 1e300):
        write_npy("bad.npy", (N, STEPS, INPUTS), [*X[:-1], value], "<f8")
        assert ("bad.npy: value 5040 of 5040, of shape (70, 24, 3), is not a "
                "finite float32; replace it") in refused("bad.npy", y)
    write_npy("bad.npy", (N, 1), [math.nan] * N)
    assert "bad.npy: value 1 of 70" in refused(good, "bad.npy")


@test
def options_of_the_other_kind_are_refused():
    pair = arrays((N,), LABELS, "<i4")
    for words in (("--device", "drive"), ("--stop-esr", "-20"),
                  ("--latency", "0"), ("--report", "a.png")):
        assert f"{words[0]} is for recordings alone" in refused(
            *pair, *words, status=USAGE)
    assert "--stop-at is for --sequence alone" in error(
        USAGE, "train", "a.wav", "b.wav", "--stop-at", "3", *OUT)
    assert "--sequence takes two arrays, and two more after --validate" in (
        refused(*pair, "--validate", "x.npy", status=USAGE))
    assert "give one of them" in refused(
        *pair, "--init", "a", "--layers", "[]", status=USAGE)


@test
def the_model_is_the_best_that_was_shown():
    done = subprocess.run(
        [LMU, "train", "--sequence", *arrays((N, STEPS, OUTPUTS), EVERY),
         "--updates", "400", "--rate", "0.5", "--threads", "1", "--json", *OUT],
        capture_output=True, text=True, check=True, timeout=TIMEOUT)
    shown = [(float(now), float(best)) for now, best in re.findall(
        r"NRMSE ([0-9.]+) %, best ([0-9.]+) %", done.stderr)]
    assert len(shown) > 5 and any(now > best for now, best in shown), shown
    best = 100.0 * json.loads(done.stdout)["nrmse"]
    assert all(best <= now + 0.006 for now, _ in shown), (best, shown)
    found = nrmse(EVERY, run(), OUTPUTS, (N - KEPT) * STEPS)
    assert abs(100.0 * found - best) < 100.0 * MAX_ROUNDING, (found, best)


@test
def what_is_meant_by_shapes_is_said():
    pair = arrays((N,), LABELS, "<i4")
    done = subprocess.run(
        [LMU, "train", "--sequence", *pair, "--updates", "8", *OUT],
        capture_output=True, text=True, check=True, timeout=TIMEOUT)
    assert ("x.npy: 70 sequences of 24 steps with 3 inputs; y.npy: one of 4 "
            "classes at the last step") in done.stderr, done.stderr
    assert re.search(r"o\.safetensors: \d+ weights, accuracy \d", done.stdout)


if __name__ == "__main__":
    sys.exit(main())
