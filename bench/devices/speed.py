#!/usr/bin/python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""How fast lmu train trains beside PyTorch: seconds of sound a CPU second.

Ours is the whole command on one thread, with all that it checks, scores and
writes on the way.  The rival's is its fastest update alone.  Both are measured in
turns, and the best of each counts.  Prints a table in Markdown.
"""

import argparse
import json
import pathlib
import tempfile

import torch

import rival
import run

SIZES = ("nano", "small", "standard")
UPDATES = 3000
N_TURNS = 3


def ours(lmu, pairs, device, size):
    """Return seconds of sound a CPU second of a training."""
    with tempfile.TemporaryDirectory() as folder:
        command = [lmu, "train", pairs / "dry_train.wav"]
        command += [pairs / f"{device}_train.wav", "--device", "drive"]
        command += ["-o", f"{folder}/model.safetensors", "--size", size]
        command += ["--updates", UPDATES, "--threads", 1, "--json", "--quiet"]
        return json.loads(run.run(command)[0])["audio_s_per_cpu_s"]


def measure(arguments):
    """Return the best speeds of all, ours and the rival's."""
    best = {}
    for _ in range(arguments.turns):
        speeds = rival.speeds()
        for size in SIZES:
            speeds[size] = ours(arguments.lmu, arguments.pairs, arguments.device, size)
        best = {name: max(speeds[name], best.get(name, 0.0)) for name in speeds}
    return best


def table(best):
    """Return ratios of ours to the rival's."""
    rivals = [name for name in best if name not in SIZES]
    head = [f"times {name} ({best[name]:.2f})" for name in rivals]
    lines = [f"| lmu train | audio s a CPU s | {' | '.join(head)} |"]
    lines.append("|---|---:|" + "---:|" * len(rivals))
    for size in SIZES:
        ratios = [f"{best[size] / best[name]:.1f}" for name in rivals]
        lines.append(f"| {size} | {best[size]:.0f} | {' | '.join(ratios)} |")
    return "\n".join(lines)


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=pathlib.Path, help="what make_pairs.py made")
    parser.add_argument("device", nargs="?", default="ts9")
    parser.add_argument("--lmu", default=run.LMU, help="the command, once built")
    parser.add_argument("--turns", type=int, default=N_TURNS)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    print(table(measure(parser.parse_args())))


if __name__ == "__main__":
    main()
