#!/usr/bin/python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Make the factory models, presets/models, by lmu train alone.

Records each device by its plugin, one of them with its knob at several places,
trains with the options below, and tries the result on the recordings of
make_pairs.py that no training has heard.  The same machine makes the same files.
Prints a table in Markdown.
"""

import argparse
import json
import pathlib
import tempfile

import numpy as np

import devices
import dry
import make_pairs
import measures
import report
import run
import sound

KNOB = "fslider2_"  # Drive of ts9
PLACES = (0.0, 0.25, 0.5, 0.75, 1.0)

# Name: device, places of its knob, what is said of it, options of lmu train
MODELS = {
    "overdrive": ("ts9", (), "GxTubeScreamer", ("--size", "small")),
    "drive": ("ts9", PLACES, "GxTubeScreamer", ("--size", "small")),
    "preamp": ("jcm", (), "GxJCM800Pre", ("--size", "standard")),
    "high-gain": ("metal", (), "GxMetal_Amp", ("--size", "standard")),
    "fuzz": ("muff", (), "GxMuff", ("--size", "small")),
    "compressor": ("darc", (), "x42 darc", ("--size", "small")),
    "slap-back": ("slap", (), "ZamDelay", ("--size", "nano")),
    "cabinet": ("cab", (), "GxCabinet, 4x12", ("--size", "nano")),
}
UPDATES = {"drive": 30000, "dynamics": 30000, "time": 1}
SEEDS = {"drive": 2}

HEAD = """| model | weights | ns a sample | ESR | pre-emphasised | quiet tenth | rest | CPU s |
|---|---:|---:|---:|---:|---:|---:|---:|"""


def record(arguments, folder, device, place=None):
    """Return what a device makes of each dry recording."""
    kind, plugin, settings = devices.DEVICES[device]
    if place is not None:
        settings = {**settings, KNOB: place}
    paths = {}
    for part in dry.PARTS:
        paths[part] = folder / f"{device}_{part}_{place}.wav"
        pair = folder / f"dry_{part}.wav", paths[part]
        make_pairs.render(arguments.lmu, plugin, settings, *pair)
    return kind, paths


def command_of(arguments, folder, name, takes):
    """Return how to train a model: takes are (kind, paths) by the knob's place."""
    _, _, source, options = MODELS[name]
    kind = takes[0][1][0]
    command = [arguments.lmu, "train", folder / "dry_train.wav"]
    for place, (_, paths) in takes:
        if place is not None:
            command += ["--condition", f"Drive={place}"]
        command.append(paths["train"])
    title = name.replace("-", " ").capitalize()
    command += ["-o", arguments.output / f"{name}.safetensors", "--device", kind]
    command += [*options, "--updates", UPDATES[kind], "--threads", 1, "--json"]
    command += ["--seed", SEEDS.get(name, 1), "--quiet", "--name", title]
    return command + ["--source", source, "--license", "ISC"]


def played(arguments, folder, model, place):
    """Return what a model makes of what no training has heard."""
    x = sound.read(folder / "dry_val.wav")
    width = 1 if place is None else 2
    frames = np.full((len(x), width), place or 0.0, np.float32)
    frames[:, 0] = x
    np.save(folder / "input.npy", frames)
    output = folder / "output.npy"
    run.run([arguments.lmu, "run", model, folder / "input.npy", output, "--quiet"])
    return np.load(output).reshape(-1)


def errors(arguments, folder, model, takes, late):
    """Return lines of the table: errors where nothing was trained.

    What devices are late by was taken out of the training.
    """
    facts = json.loads(run.run([arguments.lmu, "info", "--json", model])[0])
    for place, (_, paths) in takes:
        output = played(arguments, folder, model, place)
        target = sound.read(paths["val"])[late:]
        found = measures.measure(output[: len(target)], target)
        name = model.stem if place is None else f"{model.stem} at {place:g}"
        cells = [f"`{name}`", str(facts["parameters"]), f"{facts['frame_ns']:.0f}"]
        cells += [f"{report.decibels(ratio):.1f}" for ratio in found.values()]
        yield f"| {' | '.join(cells)} |"


def make(arguments, folder, name):
    """Record, train and try a model, and print what is to be said of it."""
    device, places, _, _ = MODELS[name]
    takes = [
        (place, record(arguments, folder, device, place)) for place in places or (None,)
    ]
    command = command_of(arguments, folder, name, takes)
    facts = json.loads(run.run(command)[0])
    model = arguments.output / f"{name}.safetensors"
    for line in errors(arguments, folder, model, takes, max(facts["latency"], 0)):
        print(f"{line[:-1]}| {facts['rest_db']:.0f} | {facts['cpu_s']:.0f} |")


def main():
    """Make what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=pathlib.Path, help="folder of models")
    parser.add_argument("model", nargs="*", default=list(MODELS))
    parser.add_argument("--lmu", default=run.LMU, help="the command, once built")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for part in dry.PARTS:
            sound.write(folder / f"dry_{part}.wav", dry.recording(part))
        print(HEAD, flush=True)
        for model in arguments.model:
            make(arguments, folder, model)


if __name__ == "__main__":
    main()
