#!/usr/bin/python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Results of run.py as a table in Markdown and as a picture.

Usage: report.py RESULTS.jsonl TABLE.md PICTURE.png
"""

import json
import math
import pathlib
import sys

COLUMNS = (
    "device",
    "model",
    "parameters",
    "ns a sample",
    "CPU s",
    "audio s a CPU s",
    "ESR",
    "pre-emphasised",
    "quiet tenth",
)
RATIOS = ("esr", "esr_preemphasised", "esr_quiet_tenth")
KINDS = {"LMU": "o-", "LSTM": "s--", "LSTM, long": "^:"}  # And how to draw them
PER_ROW = 4  # Devices in a row of the picture


def read(path):
    """Return all results, in the order of devices and cost."""
    lines = path.read_text(encoding="utf-8").splitlines()
    results = [json.loads(line) for line in lines]
    return sorted(results, key=lambda row: (row["device"], row["frame_ns"]))


def decibels(ratio):
    """Return a ratio of powers in dB; one that is no number counts as +99."""
    return 10.0 * math.log10(ratio) if 0.0 < ratio < math.inf else 99.0


def row(result):
    """Return a line of the table."""
    cells = [result["device"], result["model"], str(result["parameters"])]
    facts = ("frame_ns", "cpu_s", "audio_s_per_cpu_s")
    cells += [f"{result[fact]:.3g}" for fact in facts]
    cells += [f"{decibels(result[ratio]):.1f}" for ratio in RATIOS]
    return f"| {' | '.join(cells)} |"


def table(results):
    """Return the table; ratios are in dB."""
    rule = "|---|---|" + "---:|" * (len(COLUMNS) - 2)
    lines = [f"| {' | '.join(COLUMNS)} |", rule]
    return "\n".join(lines + [row(result) for result in results]) + "\n"


def kind(model):
    """Return what kind of model a name is of."""
    if not model.startswith("lstm"):
        return "LMU"
    return "LSTM, long" if model.endswith("long") else "LSTM"


def draw_device(axes, results, device):
    """Draw the error of one device over the cost: ours, and the rival's."""
    for label, style in KINDS.items():
        rows = [
            result
            for result in results
            if result["device"] == device and kind(result["model"]) == label
        ]
        cost = [result["frame_ns"] for result in rows]
        error = [decibels(result["esr"]) for result in rows]
        axes.plot(cost, error, style, label=label)
    axes.set_title(device)
    axes.set_xlim(left=0.0)
    axes.grid(True, alpha=0.3)


def draw(results, path):
    """Write the picture, if Matplotlib is there."""
    try:
        import matplotlib
    except ImportError:
        print("No picture: install python3-matplotlib", file=sys.stderr)
        return
    matplotlib.use("Agg")
    from matplotlib import pyplot

    devices = sorted({result["device"] for result in results})
    n_columns = min(PER_ROW, len(devices))
    n_rows = math.ceil(len(devices) / n_columns)
    size = {"figsize": (3 * n_columns, 1 + 2.7 * n_rows), "squeeze": False}
    figure, grid = pyplot.subplots(n_rows, n_columns, layout="constrained", **size)
    for axes, device in zip(grid.flat, devices):
        draw_device(axes, results, device)
    for axes in grid.flat[len(devices) :]:
        axes.set_axis_off()
    grid[0, 0].legend()
    figure.supxlabel("Cost of a sample [ns]")
    figure.supylabel("Error-to-signal ratio [dB]")
    figure.savefig(path, dpi=100)


def write(source, text, picture):
    """Write table and picture of a file of results."""
    results = read(pathlib.Path(source))
    pathlib.Path(text).write_text(table(results), encoding="utf-8")
    draw(results, picture)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    write(*sys.argv[1:])
