#!/usr/bin/python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Train many models with random devices, sizes and seeds, and see that all last.

Each must end better than a volume control, and come to rest in the plugin: a
second of loud noise, then silence, at window scales from 0.25 to 4 and several
sample rates.  Prints a line of JSON for each, then the worst of all.  Results are
kept in results.jsonl; what is done is not done again.
"""

import argparse
import json
import pathlib
import random
import sys
import tempfile

import numpy as np

import devices
import report
import run
import sound

SIZES = ("nano", "small", "standard", "large")
SCALES = (0.25, 0.5, 1.0, 2.0, 4.0)
RATES = (44100, 48000, 96000)
BURST_S, SILENCE_S, LOOK_S = 1.0, 6.0, 1.0
QUIET_DB = -60.0  # What may be left of the burst
BETTER_DB = 1.0  # What a model is better than a volume control by


def burst(rate):
    """Return loud noise, then silence."""
    noise = np.random.default_rng(1).uniform(-0.9, 0.9, int(BURST_S * rate))
    return np.concatenate((noise, np.zeros(int(SILENCE_S * rate)))).astype(np.float32)


def left(lmu, model, scale, rate):
    """Return what the plugin still plays long after the burst [dB of it]."""
    with tempfile.TemporaryDirectory() as folder:
        dry, wet = f"{folder}/dry.wav", f"{folder}/wet.wav"
        sound.write(dry, burst(rate), rate)
        command = [lmu, "render", "model", dry, wet, "--file", model, "--quiet"]
        run.run(command + ["--set", f"theta_scale={scale}", "--channels", "1"])
        y = sound.read(wet, rate).astype(np.float64)
    loud = y[: int(BURST_S * rate)]
    rest = y[-int(LOOK_S * rate) :]
    return report.decibels(max(np.mean(rest**2) / np.mean(loud**2), 1e-24))


def train(arguments, folder, index):
    """Train a model of a random kind, and return what is to be said of it."""
    source = random.Random(1000 * arguments.seed + index)
    device = source.choice(arguments.device)
    size, seed = source.choice(SIZES), source.randrange(1 << 32)
    model = folder / f"{index}.safetensors"
    command = [arguments.lmu, "train", arguments.pairs / "dry_train.wav"]
    command += [arguments.pairs / f"{device}_train.wav", "-o", model, "--json"]
    command += ["--size", size, "--seed", seed, "--threads", "1", "--quiet"]
    command += ["--device", devices.DEVICES[device][0]]
    facts = json.loads(run.run(command + ["--minutes", arguments.minutes])[0])
    row = {"index": index, "device": device, "size": size, "seed": seed}
    keys = ("esr_db", "rest_db", "rewinds", "updates", "cpu_s")
    row.update((key, facts[key]) for key in keys)
    row["volume_db"] = report.decibels(facts["esr_volume_control"])
    tails = (left(arguments.lmu, model, s, r) for s in SCALES for r in RATES)
    return {**row, "plugin_rest_db": max(tails)}


def is_sound(row):
    """Return whether a model lasts."""
    return (
        max(row["rest_db"], row["plugin_rest_db"]) < QUIET_DB
        and row["esr_db"] < row["volume_db"] - BETTER_DB
    )


def main():
    """Train all, return whether one fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=pathlib.Path, help="what make_pairs.py made")
    parser.add_argument("results", type=pathlib.Path, help="folder to write")
    parser.add_argument("device", nargs="*", default=list(devices.DEVICES))
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="index of the first")
    parser.add_argument("--minutes", type=float, default=3.0, help="of each")
    parser.add_argument("--seed", type=int, default=1, help="of all choices")
    parser.add_argument("--lmu", default=run.LMU, help="the command, once built")
    arguments = parser.parse_args()
    arguments.results.mkdir(parents=True, exist_ok=True)
    path = arguments.results / "results.jsonl"
    path.touch()
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    done = {row["index"] for row in rows}
    for index in range(arguments.first, arguments.first + arguments.runs):
        if index not in done:
            rows.append(train(arguments, arguments.results, index))
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(rows[-1]) + "\n")
            print(json.dumps(rows[-1]), flush=True)
    bad = [row["index"] for row in rows if not is_sound(row)]
    worst = max(max(row["rest_db"], row["plugin_rest_db"]) for row in rows)
    print(f"{len(rows)} models, {len(bad)} that do not last {bad}, rest {worst:.1f} dB")
    return len(bad) > 0


if __name__ == "__main__":
    sys.exit(main())
