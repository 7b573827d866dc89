#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Test lmu train: test_train.py LMU [few]

LMU is the program; "few" leaves out what only repeats in builds that are slow.
A device of two lines of Python is trained for a second: what is tested is what
the command promises, not how good models get.  Prints the Test Anything
Protocol.
"""

import atexit
import ctypes
import json
import math
import os
import random
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

from arrays import read_npy, write_npy
from runner import (INPUT, LMU, OUTPUT, TIMEOUT, USAGE, VALUE, Skip, error,
                    lmu, main, test)
from waves import RATE, noise, read_wav, write_wav

INTERRUPTED = 10
FEW = "few" in sys.argv[2:]
ENVIRONMENT = {**os.environ, "LC_ALL": "C"}

FOLDER = tempfile.mkdtemp()
atexit.register(shutil.rmtree, FOLDER, True)

NANO = ("--size", "nano", "--device", "drive", "--threads", "1")
OUT = ("-o", "o.safetensors")
DIVIDER = 3 if FEW else 1  # Of updates


def updates(count):
    """Return options of a short training."""
    return (*NANO, "--updates", str(count // DIVIDER))


SHORT = updates(60)
LONG = updates(600)


def plain(function):
    """Add a function to the tests, but not where few are wanted."""
    return function if FEW else test(function)


# Recordings

def played(seconds, rate=RATE, seed=1):
    """Return what goes into a device: tones that swell, and a little noise."""
    source = random.Random(seed)
    phases = [source.uniform(0.0, 6.0) for _ in range(4)]
    steps = [2.0 * math.pi * f / rate for f in (82.0, 147.0, 330.0, 700.0)]
    swells = [2.0 * math.pi * (0.7 + 0.3 * i) / rate for i in range(4)]
    return [sum(0.2 * math.sin(step * k + phase) *
                max(0.0, math.sin(swell * k))
                for step, phase, swell in zip(steps, phases, swells)) +
            source.uniform(-0.02, 0.02) for k in range(int(seconds * rate))]


def device(sound, gain=4.0):
    """Return what comes out of a device: a distortion and a filter."""
    out, state = [], 0.0
    for x in sound:
        state += 0.2 * (math.tanh(gain * x) - state)
        out.append(state)
    return out


SOUND = played(5.0)
DEVICE = device(SOUND)


def recording(name, *channels, rate=RATE):
    """Write a recording where all tests find it, and return its path."""
    return write_wav(os.path.join(FOLDER, name), channels, rate)


DRY = recording("dry.wav", SOUND)
WET = recording("wet.wav", DEVICE)
PAIR = (DRY, WET)


# Networks of one memory, with one window and with two

def network(theta):
    """Return a cell with a memory of two channels, as --layers reads it."""
    cell = {"type": "lmu", "order": 4, "theta": theta, "memory_d": 2,
            "hidden_cell": "dense", "units": 6, "activation": "tanh",
            "hidden_to_memory": True, "input_to_hidden": True}
    dense = {"type": "dense", "units": 1, "activation": "linear"}
    return json.dumps([cell, dense])


WINDOW, WINDOWS = network(100), network([20, 100])


def ad_of(path):
    """Return the bytes of a stored Ad of layer 0."""
    data = contents(path)
    size, = struct.unpack("<Q", data[:8])
    first, end = json.loads(data[8:8 + size])["layers.0.ad"]["data_offsets"]
    return data[8 + size + first:8 + size + end]


# Running

def run(*words, **options):
    """Run lmu train, and return how it ended."""
    return subprocess.run([LMU, "train", *map(str, words)],
                          capture_output=True, text=True, timeout=TIMEOUT,
                          check=False, env=ENVIRONMENT, **options)


def train(*words):
    """Run lmu train to its end, and return what it printed."""
    done = run(*words)
    assert done.returncode == 0, (words, done)
    return done.stdout


def trained(*words):
    """Train quietly to o.safetensors, and return the bytes of the model."""
    assert lmu("train", *PAIR, *OUT, "--quiet", *words) == ""
    assert not os.path.exists("o.safetensors.resume")
    return contents("o.safetensors")


def refused(status, *words):
    """Return why nothing is trained, which leaves no file."""
    before = sorted(os.listdir())
    message = error(status, "train", *words, *(() if "-o" in words else OUT),
                    "--quiet", *updates(1000000))
    assert sorted(os.listdir()) == before, os.listdir()
    return message


def contents(path):
    """Return the bytes of a file."""
    with open(path, "rb") as file:
        return file.read()


def put(path, data):
    """Write a file."""
    with open(path, "wb") as file:
        file.write(data)


def start(*words, **options):
    """Begin to train in the background."""
    return subprocess.Popen([LMU, "train", *words], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True,
                            env=ENVIRONMENT, **options)


def wait_for(process, path):
    """Wait until a process wrote a file."""
    limit = time.monotonic() + TIMEOUT
    while not os.path.exists(path) and time.monotonic() < limit:
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)


def end(process):
    """Return how a process ended, and what it printed."""
    out, errors = process.communicate(timeout=TIMEOUT)
    return process.returncode, out, errors


def stopped(*words, number=signal.SIGINT):
    """Stop a training as soon as there is a model, and see that all is there."""
    process = start(*PAIR, *OUT, *words)
    wait_for(process, "o.safetensors")
    process.send_signal(number)
    status, out, errors = end(process)
    assert status == INTERRUPTED, (status, errors)
    assert errors.endswith("lmu: stopped; the best model so far is "
                           "o.safetensors, go on with --resume\n"), errors
    # With all that was trained
    assert os.path.getsize("o.safetensors.resume") > 1000
    lmu("info", "o.safetensors")
    return out


def ratio(target, guess):
    """Return the error-to-signal ratio."""
    return (sum((a - b)**2 for a, b in zip(target, guess)) /
            sum(a * a for a in target))


def decibels(value):
    """Return a ratio of energies in dB."""
    return 10.0 * math.log10(value)


# What is made

@test
def a_model_is_as_good_as_is_printed():
    sound = played(3.2, seed=2)
    valid = (write_wav("a.wav", [sound]), write_wav("b.wav", [device(sound)]))
    words = (*PAIR, *OUT, *updates(300), "--validate-dry", valid[0],
             "--validate-wet", valid[1])
    text = train(*words, "--json")
    assert text.count("\n") == 1 and text.endswith("\n"), text
    facts = json.loads(text)
    lmu("run", "o.safetensors", "a.wav", "y.wav", "--quiet")
    found = ratio(read_wav("b.wav")[0], read_wav("y.wav")[0])
    assert abs(facts["esr"] / found - 1.0) < 1e-3, (facts, found)
    assert abs(facts["esr_db"] - decibels(facts["esr"])) < 1e-6, facts
    assert FEW or facts["esr_db"] < -10.0, facts
    assert (facts["model"], facts["dry"], facts["wet"]) == (
        "o.safetensors", *PAIR), facts
    assert (facts["device"], facts["size"]) == ("drive", "nano"), facts
    notes = json.loads(lmu("info", "o.safetensors", "--json"))["notes"]
    for key in notes:
        assert abs(float(notes[key]) - facts[key]) < 1e-6, (notes, facts)
    assert len(notes) == 3 and len(facts["aliasing_db"]) == 10, facts
    assert all(-140.0 < db < 0.0 for db in facts["aliasing_db"]), facts
    assert facts["rate"] == RATE and facts["interrupted"] is False, facts
    # Rounds are whole
    assert 0 <= facts["updates"] - 300 // DIVIDER < 13, facts
    assert facts["parameters"] == 149 and facts["rest_db"] < -60.0, facts
    assert min(facts[key] for key in (
        "ns_a_sample", "seconds", "cpu_s", "audio_s_per_cpu_s")) > 0.0, facts
    assert f"ESR {facts['esr_db']:.1f} dB, " in train(*words)


@test
def the_same_command_writes_the_same_file():
    first = trained(*SHORT)
    assert trained(*SHORT) == first
    assert trained(*SHORT, "--seed", "2") != first


@test
def two_threads_write_the_same_file():
    words = (*SHORT, "--threads", "2")
    assert trained(*words) == trained(*words)


@plain
def a_race_finds_echoes_and_is_won_by_the_same():
    late, sound = 400, played(5.0, 8000)
    echo = [x + (0.5 * sound[i - late] if i >= late else 0.0)
            for i, x in enumerate(sound)]
    words = (write_wav("a.wav", [sound], 8000), write_wav("b.wav", [echo], 8000),
             *OUT, "--size", "nano", "--threads", "1", "--updates", "20")
    facts = json.loads(train(*words, "--report", "a.png", "--json"))
    assert facts["device"] == "time" and facts["esr_db"] < -10.0, facts
    assert contents("a.png")[1:4] == b"PNG"
    assert not os.path.exists("o.safetensors.resume")
    found = contents("o.safetensors")
    lmu("train", *words, "--device", "time", "--quiet")
    assert contents("o.safetensors") == found


@test
def the_sound_of_both_is_written():
    facts = json.loads(train(*PAIR, *OUT, *SHORT, "--json", "--sound", "s.wav"))
    target, guess = read_wav("s.wav")
    assert abs(ratio(target, guess) / facts["esr"] - 1.0) < 1e-4, facts
    sound = struct.unpack(f"{len(DEVICE)}f",
                          struct.pack(f"{len(DEVICE)}f", *DEVICE))
    assert any(list(sound[i:i + len(target)]) == list(target)
               for i, x in enumerate(sound) if x == target[0])
    refused(USAGE, *PAIR, *OUT, *SHORT, "--sound", "s.xyz")
    refused(USAGE, DRY, WET, WET, "-o", "d/", *SHORT, "--sound", "s.wav")


@plain
def minutes_are_kept():
    words = (*PAIR, *OUT, *NANO, "--minutes", "0.05", "--json")
    facts = json.loads(train(*words))
    assert 1.0 < facts["seconds"] < 30.0, facts  # Of three, on a busy machine


@test
def texts_are_in_the_model():
    trained(*SHORT, "--name", "N", "--author", "A", "--license", "L",
            "--source", "S", "--comment", "C", "--meta", "mic=U 87",
            "--meta", "a=1", "--meta", "a=2=3")
    facts = json.loads(lmu("info", "o.safetensors", "--json"))
    assert [facts[key] for key in ("name", "author", "license", "source",
                                   "comment")] == list("NALSC"), facts
    assert facts["sample_rate"] == RATE, facts
    notes = facts["notes"]
    assert (notes.pop("mic"), notes.pop("a")) == ("U 87", "2=3"), notes
    assert sorted(notes) == ["esr", "esr_preemphasised",
                             "esr_quiet_tenth"], notes
    assert "mic: U 87" in lmu("info", "o.safetensors")
    trained(*SHORT)
    assert json.loads(lmu("info", "o.safetensors", "--json"))["name"] == "o"


@plain
def a_low_error_stops_training():
    facts = json.loads(train(*PAIR, *OUT, *LONG, "--stop-esr", "0", "--json"))
    assert facts["updates"] < 400 and not facts["interrupted"], facts
    assert not os.path.exists("o.safetensors.resume")


@plain
def several_recordings_make_several_models():
    other = write_wav("other.one.wav", [device(SOUND, 1.0)])
    lines = train(*PAIR, other, "-o", "models/", *SHORT, "--json").splitlines()
    assert sorted(os.listdir("models")) == ["other.one.safetensors",
                                            "wet.safetensors"]
    assert [json.loads(line)["wet"] for line in lines] == [WET, other], lines
    for name in ("wet", "other"):
        path = f"models/{name + '.one' * (name == 'other')}.safetensors"
        assert json.loads(lmu("info", path, "--json"))["name"] == name
    alone = trained(*SHORT, "--name", "wet")
    assert contents("models/wet.safetensors") == alone
    done = run(*PAIR, other, "-o", "models", *SHORT, "--resume")
    assert done.returncode == 0 and done.stdout == "", done
    assert done.stderr.count("is trained already") == 2, done


@plain
def conditions_make_one_model():
    words = [DRY]
    for gain in (0.2, 0.8):
        words += ["--condition", f"gain={gain}", write_wav(
            f"{gain}.wav", [device(SOUND, 5.0 * gain)])]
    lmu("train", *words, *OUT, *updates(1500), "--quiet")
    facts = json.loads(lmu("info", "o.safetensors", "--json"))
    assert facts["conditions"] == ["gain"] and facts["inputs"] == 2, facts
    loud = []
    for gain in (0.2, 0.8):
        frames = [value for x in SOUND[:RATE] for value in (x, gain)]
        write_npy("x.npy", (RATE, 2), frames)
        lmu("run", "o.safetensors", "x.npy", "y.npy", "--quiet")
        loud.append(sum(y * y for y in read_npy("y.npy")[1]))
    assert loud[1] > 1.5 * loud[0], loud


@plain
def a_model_goes_on_from_another():
    trained(*updates(300))
    os.rename("o.safetensors", "first.safetensors")
    words = (*PAIR, *OUT, "--json", "--threads", "1", "--init",
             "first.safetensors")
    first = json.loads(train(*words, "--updates", "1", "--rate", "1e-6"))
    assert first["size"] is None and first["parameters"] == 149, first
    lmu("run", "first.safetensors", DRY, "y.wav", "--quiet")
    found = ratio(read_wav(WET)[0], read_wav("y.wav")[0])
    assert decibels(first["esr"]) < decibels(found) + 3.0, (first, found)
    # A rate that ruins it leaves what was
    bad = json.loads(train(*words, "--updates", "24", "--rate", "1"))
    assert bad["esr"] <= 1.001 * first["esr"], (bad, first)
    more = json.loads(train(*words, "--updates", "300", "--rate", "0.01"))
    assert more["esr"] < 0.8 * first["esr"], (more, first)


@plain
def rates_of_models_to_start_from_do_not_matter():
    model = trained(*SHORT, "--name", "slow")
    at = model.index(b'"sample_rate":"') + len(b'"sample_rate":"')
    end = model.index(b'"', at)
    put("fast.safetensors",
        model[:at] + b"9" * (end - at - 2) + b"e9" + model[end:])
    put("slow.safetensors", model)
    words = (*SHORT, "--name", "n")
    found = trained(*words, "--init", "slow.safetensors")
    assert trained(*words, "--init", "fast.safetensors") == found


@plain
def models_that_cannot_go_on_are_refused():
    words = (*PAIR, "--init")
    assert "is what to start from too; write to another" in refused_with(
        USAGE, *words, "o.safetensors")
    put("text.safetensors", b"no model")
    assert "text.safetensors" in refused(INPUT, *words, "text.safetensors")
    trained(*SHORT)
    os.rename("o.safetensors", "m.safetensors")
    assert "m.safetensors has no condition gain; start without --init" in \
        refused(VALUE, DRY, "--condition", "gain=1", WET, "--init",
                "m.safetensors")
    lmu("forecast", DRY, "-o", "f.safetensors", "--theta", "5", "--horizon",
        "1,2", "--quiet")
    assert "f.safetensors is no network of one signal" in refused(
        INPUT, *words, "f.safetensors")


def refused_with(status, *words):
    """Do as refused() with a model in the place of the output."""
    trained(*SHORT)
    return refused(status, *words)


# Stopping, and going on

@test
def ctrl_c_leaves_a_model_and_training_goes_on_to_the_same():
    whole = trained(*LONG)
    os.remove("o.safetensors")
    assert json.loads(stopped(*LONG, "--json"))["interrupted"] is True
    assert contents("o.safetensors") != whole
    assert trained(*LONG, "--resume") == whole


@plain
def all_polite_signals_stop_training():
    for number in (signal.SIGTERM, signal.SIGHUP):
        assert "ESR" in stopped(*LONG, number=number)
        os.remove("o.safetensors")
        os.remove("o.safetensors.resume")


@plain
def what_is_ignored_stays_ignored():
    process = start(*PAIR, *OUT, *updates(300), preexec_fn=lambda:
                    signal.signal(signal.SIGHUP, signal.SIG_IGN))
    wait_for(process, "o.safetensors")
    process.send_signal(signal.SIGHUP)
    assert end(process)[0] == 0


@plain
def training_that_is_stopped_early_begins_anew():
    put("o.safetensors", b"before")
    words = (*PAIR, *OUT, "--size", "large", "--updates", "100000", "--quiet")
    process = start(*words)
    wait_for(process, "o.safetensors.resume")
    process.send_signal(signal.SIGINT)
    status, out, errors = end(process)
    assert (status, out) == (INTERRUPTED, ""), (status, out, errors)
    assert errors == ("lmu: stopped before there was a model; go on with "
                      "--resume\n"), errors
    assert contents("o.safetensors") == b"before"
    new = trained(*SHORT, "--resume")  # It is not the old model that is done
    assert new == trained(*SHORT)


def leave_at_random(source, longest, words):
    """Train until it ends or is killed; return whether it ended."""
    process = start(*words)
    try:
        assert process.wait(source.uniform(0.02, longest)) == 0, end(process)
        process.communicate()
        return True
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    if os.path.exists("o.safetensors"):
        lmu("info", "o.safetensors")
    return False


@plain
def kills_at_any_time_change_nothing():
    words = updates(400)
    whole = trained(*words)
    os.remove("o.safetensors")
    source, count = random.Random(time.time_ns()), 0
    # Later and later, so that it ends on any machine
    while not leave_at_random(source, 0.5 * 1.2**count, (
            *PAIR, *OUT, *words, "--quiet", "--resume")):
        count += 1
    print(f"# {count} kills")
    assert contents("o.safetensors") == whole
    assert not os.path.exists("o.safetensors.resume")


@test
def checkpoints_that_are_damaged_are_refused():
    stopped(*LONG)
    path = "o.safetensors.resume"
    good, model = contents(path), contents("o.safetensors")
    source = random.Random(1)
    places = (0, 9, 17, 25, 33, 41, len(good) - 1,
              *(source.randrange(len(good)) for _ in range(9)))
    flipped = (good[:i] + bytes([good[i] ^ 1 << source.randrange(8)]) +
               good[i + 1:] for i in places[::DIVIDER])
    cut = (good[:i] for i in (0, 1, 39, 40, 71, 72, len(good) - 1))
    for data in (*flipped, *cut, good + b"\0", b"a text\n" * 1000):
        put(path, data)
        for words in ((), ("--resume",)):
            message = error(INPUT, "train", *PAIR, *OUT, *LONG, *words)
            assert "o.safetensors.resume is no checkpoint, or damaged; " \
                "remove it to start anew" in message, message
        assert contents(path) == data
    assert contents("o.safetensors") == model


@plain
def checkpoints_of_other_work_are_refused():
    stopped(*LONG)
    path = "o.safetensors.resume"
    good, model = contents(path), contents("o.safetensors")
    other = write_wav("other.wav", [device(SOUND, 3.9)])
    cut = write_wav("cut.wav", [DEVICE[:-4800]])
    cases = ((DRY, other), (DRY, cut), (*PAIR, "--seed", "2"),
             (*PAIR, "--size", "small"), (*PAIR, "--device", "dynamics"),
             (*PAIR, "--threads", "2"), (*PAIR, "--rate", "0.01"),
             (*PAIR, "--pre-emphasis", "0.85"), (*PAIR, "--learn-theta"),
             (*PAIR, "--learn-memory", "--layers", WINDOW))
    for words in cases:
        message = error(INPUT, "train", *OUT, *LONG, *words, "--resume",
                        "--quiet")
        assert "is of other recordings or options; give the same again, or " \
            "remove it" in message, (words, message)
        assert contents(path) == good and contents("o.safetensors") == model


@plain
def what_went_on_from_a_model_goes_on_with_that_model_alone():
    trained(*SHORT)
    os.rename("o.safetensors", "m.safetensors")
    words = (*LONG[-2:], "--threads", "1", "--init", "m.safetensors")
    stopped(*words)
    files = ("o.safetensors", "o.safetensors.resume")
    before = [contents(file) for file in files]
    message = error(INPUT, "train", *PAIR, *OUT, *LONG, "--resume", "--quiet")
    assert "is of other recordings or options" in message, message
    assert [contents(file) for file in files] == before
    trained(*words, "--resume")


@plain
def training_that_was_stopped_is_not_lost():
    stopped(*LONG)
    good, model = contents("o.safetensors.resume"), contents("o.safetensors")
    message = error(OUTPUT, "train", *PAIR, *OUT, *SHORT)
    assert "o.safetensors.resume is of a training that was stopped; go on " \
        "with --resume, or remove it" in message, message
    assert contents("o.safetensors.resume") == good
    assert contents("o.safetensors") == model


@test
def resuming_what_is_done_says_so():
    model = trained(*SHORT)
    done = run(*PAIR, *OUT, *SHORT, "--resume")
    assert (done.returncode, done.stdout) == (0, ""), done
    assert done.stderr.endswith(
        "lmu: note: o.safetensors is trained already, and has nothing to "
        "resume; remove it to train anew\n"), done
    assert contents("o.safetensors") == model


# Where models go

@test
def models_that_cannot_be_written_are_refused_at_once():
    for words, status, reason in (
            (("-o", "a.wav"), USAGE, "hosts look for .safetensors"),
            (("-o", "-"), USAGE, "is no file; training writes it again"),
            (("-o", "/dev/null"), USAGE, "/dev/null is no file"),
            (("-o", "no/o.safetensors"), OUTPUT,
             "cannot write no/o.safetensors.resume: No such file"),
            (("-o", "no/where/"), OUTPUT, "cannot make no/where/: No such")):
        message = refused(status, *PAIR, *words)
        assert reason in message, message
    message = error(USAGE, "train", *PAIR)
    assert "no output given; end with -o MODEL.safetensors" in message
    message = refused(USAGE, *PAIR, WET)
    assert "2 wet recordings make as many models; give a folder" in message
    message = refused(USAGE, *PAIR, WET, "-o", "folder/")
    assert "would both make folder/wet.safetensors; rename one" in message


@test
def folders_without_access_are_refused_at_once():
    if os.geteuid() == 0:
        raise Skip("root may write everywhere")
    os.mkdir("closed", 0o555)
    assert "cannot write closed/o.safetensors.resume: Permission denied" in \
        refused(OUTPUT, *PAIR, "-o", "closed/o.safetensors")


@test
def disks_that_are_full_are_refused_at_once():
    done = run(*PAIR, *OUT, *LONG, preexec_fn=lambda: resource.setrlimit(
        resource.RLIMIT_FSIZE, (20, 20)))
    assert done.returncode == OUTPUT, done
    assert done.stderr.endswith("lmu: cannot write o.safetensors.resume: File "
                                "too large; choose another place\n"), done
    assert os.listdir() == []


def rescued(process, reason):
    """Return where a model is that could not be written where it belongs."""
    status, _, errors = end(process)
    assert status == OUTPUT, (status, errors)
    found = re.search(r"lmu: cannot write \S+: ([^;]+); the best model so far "
                      r"is (\S+)\n$", errors)
    assert found and found.group(1) == reason, errors
    lmu("info", found.group(2))
    return found.group(2)


@test
def models_whose_folder_is_gone_are_kept_elsewhere():
    os.mkdir("spare")
    put("spare/o.safetensors", b"of another")
    environment = {**ENVIRONMENT, "TMPDIR": os.path.abspath("spare")}
    os.mkdir("models")
    process = subprocess.Popen(
        [LMU, "train", *PAIR, "-o", "models/o.safetensors", *updates(100000)],
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=environment)
    wait_for(process, "models/o.safetensors")
    os.rename("models", "gone")
    path = rescued(process, "No such file or directory")
    assert path == os.path.abspath("spare/o-2.safetensors"), path
    assert contents("spare/o.safetensors") == b"of another"


@plain
def models_on_a_disk_that_fills_are_kept():
    libc = ctypes.CDLL(None, use_errno=True)
    os.mkdir("small")
    if libc.mount(b"none", b"small", b"tmpfs", 0, b"size=256k"):
        raise Skip("no small disk can be made")
    try:
        process = start(*PAIR, "-o", "small/o.safetensors", *updates(100000))
        wait_for(process, "small/o.safetensors")
        with open("small/filler", "wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                pass
        rescued(process, "No space left on device")
    finally:
        libc.umount2(b"small", 2)


# Recordings

@plain
def channels_are_chosen_and_told():
    stereo = write_wav("stereo.wav", [DEVICE, [0.0] * len(DEVICE)])
    swapped = write_wav("swapped.wav", [[0.0] * len(DEVICE), DEVICE])
    one = trained(*SHORT)
    done = run(DRY, stereo, *OUT, *SHORT)
    assert done.returncode == 0 and contents("o.safetensors") == one, done
    assert "lmu: note: stereo.wav has 2 channels, the first is taken; choose " \
        "another with --channel, or --channel mix\n" in done.stderr, done
    # One channel is that of a file that has no other
    lmu("train", DRY, swapped, *OUT, *SHORT, "--channel", "2", "--quiet")
    assert contents("o.safetensors") == one
    halves = write_wav("halves.wav", [[2.0 * x for x in DEVICE],
                                      [0.0] * len(DEVICE)])
    lmu("train", DRY, halves, *OUT, *SHORT, "--channel", "mix", "--quiet")
    assert contents("o.safetensors") == one
    os.remove("o.safetensors")
    assert "stereo.wav has 2 channels, not 3; choose one with --channel" in \
        refused(VALUE, DRY, stereo, "--channel", "3")


@test
def recordings_of_another_rate_are_refused():
    other = write_wav("other.wav", [DEVICE], 44100)
    message = refused(INPUT, DRY, other)
    assert f"{DRY} is of 48000 Hz and other.wav of 44100 Hz; convert one" in \
        message, message


@test
def recordings_that_teach_nothing_are_refused():
    n = len(SOUND)
    silent = write_wav("silent.wav", [[0.0] * n])
    short = write_wav("short.wav", [SOUND[:RATE]])
    other = write_wav("other.wav", [noise(n)])
    for words, reason in (
            ((DRY, silent), "silent.wav: The wet file is silent (peak "),
            ((silent, WET), "The dry file is silent (peak "),
            ((DRY, short), "short.wav: The recordings have only 1.0 s in common"),
            ((short, WET), "The recordings have only 1.0 s in common; record"),
            ((DRY, other), "The wet file is not the dry one played through a"),
            ((DRY, "none.wav"), "cannot read none.wav: No such file"),
            ((*PAIR, "--validate-dry", DRY),
             "--validate-dry and --validate-wet go together"),
            ((*PAIR, "--validate-dry", DRY, "--validate-wet", silent),
             "silent.wav: The wet file is silent")):
        status = USAGE if "together" in reason else INPUT
        message = refused(status, *words)
        assert reason in message, (words, message)


@test
def rates_that_are_none_of_sound_are_refused():
    good = contents(DRY)
    for rate in (999, 768001, 2**31 - 1):
        put("odd.wav", good[:24] + struct.pack("<I", rate) + good[28:])
        assert "must be from 1000 to 768000 Hz; " in refused(
            INPUT, "odd.wav", "odd.wav", *OUT), rate
    put("fast.wav", good[:24] + struct.pack("<I", 768000) + good[28:])
    assert "Hz; repair" not in refused(INPUT, "fast.wav", "fast.wav", *OUT)


@test
def samples_that_are_no_sound_are_refused():
    for bad in (math.nan, math.inf, -math.inf, 1e5):
        for i, pair in enumerate((["bad.wav", WET], [DRY, "bad.wav"])):
            sound = list((SOUND, DEVICE)[i])
            sound[RATE] = bad
            write_wav("bad.wav", [sound])
            message = refused(INPUT, *pair)
            assert re.search("bad.wav has a sample of \\S+ at 1 s; repair it",
                             message), message


@plain
def recordings_above_full_scale_are_as_good():
    loud = write_wav("loud.wav", [[32.0 * y for y in DEVICE]])
    plain_esr, loud_esr = (json.loads(train(
        DRY, wet, *OUT, *SHORT, "--json"))["esr"] for wet in (WET, loud))
    assert abs(plain_esr / loud_esr - 1.0) < 1e-3, (plain_esr, loud_esr)


@plain
def what_is_not_used_is_told():
    long = write_wav("long.wav", [DEVICE + [0.0] * RATE])
    done = run(DRY, long, *OUT, *SHORT)
    assert "note: long.wav: The wet file is longer, its last 1.0 s are left " \
        "out; check" in done.stderr, done
    assert contents("o.safetensors") == trained(*SHORT)


@test
def what_is_late_is_found_and_aligned():
    late = write_wav("late.wav", [[0.0] * 63 + DEVICE])
    done = run(DRY, late, *OUT, *SHORT, "--json")
    assert done.returncode == 0, done
    assert "lmu: note: late.wav: latency: +63 samples (1.31 ms), sure\n" in \
        done.stderr, done
    assert json.loads(done.stdout)["latency"] == 63, done
    assert contents("o.safetensors") == trained(*SHORT)
    done = run(DRY, late, *OUT, *SHORT, "--latency", "63")
    assert "latency" not in done.stderr, done
    assert contents("o.safetensors") == trained(*SHORT)


@plain
def what_it_is_judged_by_is_as_late_as_what_it_is_trained_on():
    late = write_wav("late.wav", [[0.0] * 63 + DEVICE])
    later = write_wav("later.wav", [[0.0] * 66 + DEVICE])
    words = (*OUT, *SHORT, "--json", "--validate-dry", DRY, "--validate-wet")
    esr = json.loads(run(DRY, late, *words, late).stdout)["esr"]
    done = run(DRY, later, *words, late)
    assert ("note: later.wav: latency: +63 samples (1.31 ms), sure, as in "
            "another recording\n") in done.stderr, done
    assert json.loads(done.stdout)["latency"] == 63, done
    done = run(DRY, late, *words, later)
    assert json.loads(done.stdout)["esr"] != esr, done  # Off by 3
    done = run(DRY, late, *words, later, "--latency", "63")
    assert "latency" not in done.stderr, done


@plain
def memories_learn_and_the_model_plays_what_was_learned():
    words = ("--layers", WINDOW, *updates(300), "--validate-dry", DRY,
             "--validate-wet", WET, "--json")
    plain = json.loads(train(*PAIR, *OUT, *words))
    facts = json.loads(train(*PAIR, *OUT, *words, "--learn-memory"))
    assert facts["esr"] != plain["esr"], facts
    lmu("run", "o.safetensors", DRY, "y.wav", "--quiet")
    found = ratio(read_wav(WET)[0], read_wav("y.wav")[0])
    assert abs(facts["esr"] / found - 1.0) < 1e-3, (facts, found)
    ad = ad_of("o.safetensors")
    more = ("-o", "more.safetensors", *updates(300), "--learn-memory", "--init",
            "o.safetensors")
    train(*PAIR, *more)
    assert ad_of("more.safetensors") != ad
    for status, words, message in (
            (USAGE, (), "give a network of those with --layers or --init"),
            (INPUT, ("--layers", WINDOWS), "Layer 0 has several windows"),
            (USAGE, ("--layers", WINDOW, "--learn-theta"), "leave out --learn")):
        assert message in refused(
            status, *PAIR, "-o", "none.safetensors", "--learn-memory", *words)


@plain
def oddities_are_told():
    turned = write_wav("turned.wav", [[-3.0 * x for x in DEVICE]])
    done = run(DRY, turned, *OUT, *SHORT)
    assert done.returncode == 0, done
    for words in ("The polarity of the wet file is inverted",
                  "The wet file goes above full scale"):
        assert f"lmu: note: turned.wav: {words}" in done.stderr, done
    assert "note" not in run(DRY, turned, *OUT, *SHORT, "--quiet").stderr


@plain
def silence_judges_nothing():
    # Where most of a recording is silent, what is kept to judge by is not
    sound = [x if 1 < 5 * i // len(SOUND) < 4 else 0.0
             for i, x in enumerate(SOUND)]
    pair = (write_wav("a.wav", [sound]), write_wav("b.wav", [device(sound)]))
    facts = json.loads(train(*pair, *OUT, *SHORT, "--json"))
    assert 0.0 < facts["esr"] < 2.0, facts


@plain
def hostile_sounds_never_end_the_command():
    good = contents(DRY)
    source = random.Random(1)
    heads = [good[:22] + struct.pack("<H", n) + good[24:]
             for n in (0, 2, 1024, 65535)]
    heads += [good[:24] + struct.pack("<I", rate) + good[28:]
              for rate in (0, 1, 100, 2**31 - 1, 2**32 - 1)]
    heads += [good[:40] + struct.pack("<I", size) + good[44:]
              for size in (0, 2**31 - 1, 2**32 - 1)]
    heads += [good[:i] + bytes([source.randrange(256)]) + good[i + 1:]
              for i in range(0, 44, 3)]
    for data in heads:
        put("odd.wav", data)
        for pair in ((DRY, "odd.wav"), ("odd.wav", "odd.wav")):
            done = run(*pair, *OUT, *updates(2), "--quiet")
            assert done.returncode in (0, INPUT, VALUE), (data[:44], done)
            assert done.stderr.count("\n") == (done.returncode != 0), done


# The command line

@test
def values_out_of_range_are_refused():
    for words, status, reason in (
            (("--size", "huge"), VALUE, '--size cannot be "huge"; see lmu'),
            (("--device", "time", "--init", "a"), USAGE,
             "--device time is fitted at once"),
            (("--report", "a.gif"), USAGE, "a.gif"),
            (("--device", "fuzz"), VALUE, '--device cannot be "fuzz"'),
            (("--minutes", "0"), VALUE, "--minutes"),
            (("--threads", "17"), VALUE, "whole number from 1 to 16"),
            (("--channel", "0"), VALUE, "--channel"),
            (("--latency", "0.5"), VALUE, "--latency is in samples; use a"),
            (("--stop-esr", "1"), VALUE, "--stop-esr"),
            (("--condition", "gain=2"), VALUE, "a value from 0 to 1"),
            (("--condition", "gain=1"), USAGE, "stands before no wet"),
            (("--meta", "=text"), VALUE, '--meta cannot be "=text"; use'),
            (("--meta", "no text"), VALUE, "such as mic=SM57"),
            (("--meta", "k" * 48 + "=1"), VALUE, "of at most 47 bytes"),
            (("--meta", "k=" + "v" * 128), VALUE, "of at most 127"),
            (("--meta", "k=\udcff"), VALUE, "--meta cannot be"),
            ([word for i in range(33) for word in ("--meta", f"{i}=")], VALUE,
             "at most 32 of them")):
        message = error(status, "train", *PAIR, *OUT, *words)
        assert reason in message, (words, message)
    message = error(USAGE, "train", DRY, "--condition", "a=0", WET, WET, *OUT)
    assert "has no value of the condition a; put --condition a=VALUE before" \
        in message, message


# Many at once

@plain
def gnu_parallel_trains_a_folder():
    parallel = shutil.which("parallel")
    if not parallel or "GNU" not in subprocess.run(
            [parallel, "--version"], capture_output=True, text=True,
            check=False).stdout:
        raise Skip("GNU parallel is not installed")
    os.mkdir("captures")
    gains = (1.0, 2.0, 4.0, 8.0)
    for gain in gains:
        write_wav(f"captures/{gain:g}.wav", [device(SOUND, gain)])
    put("captures/bad.wav", b"no sound")
    command = [parallel, "-j2", "--joblog", "log", LMU, "train", DRY, "{}",
               "-o", "{.}.safetensors", *SHORT, "--resume", "--json",
               "--quiet", ":::",
               *(f"captures/{name}.wav" for name in (*map("{:g}".format,
                                                          gains), "bad"))]
    done = subprocess.run(command, capture_output=True, text=True,
                          timeout=TIMEOUT, check=False)
    assert done.returncode == 1, done  # How many failed
    facts = [json.loads(line) for line in done.stdout.splitlines()]
    assert sorted(fact["model"] for fact in facts) == [
        f"captures/{gain:g}.safetensors" for gain in gains], facts
    with open("log", encoding="utf-8") as file:
        codes = {line.split("\t")[8].split()[3]: line.split("\t")[6]
                 for line in file.read().splitlines()[1:]}
    assert codes.pop("captures/bad.wav") == str(INPUT), codes
    assert set(codes.values()) == {"0"}, codes
    again = subprocess.run(command, capture_output=True, text=True,
                           timeout=TIMEOUT, check=False)
    assert (again.returncode, again.stdout) == (1, ""), again


if __name__ == "__main__":
    sys.exit(main())
