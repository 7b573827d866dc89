#!/usr/bin/python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Train our sizes and the rival on devices, and compare them.

Takes the pairs of make_pairs.py.  The rival, an LSTM in PyTorch, gets as many
seconds of CPU for each of its rates as the slowest of our sizes took in all.  The
same LSTM trained by our own command, which does more than 30 times as much of it
in a second, is what it would come to in an hour or two.  All are run and timed by
the same command on the same recordings.  What is done is not done again: results
are kept in results.jsonl, beside models, table.md and picture.png.
"""

import argparse
import json
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile

import devices
import measures
import report
import sound

HERE = pathlib.Path(__file__).resolve().parent
LMU = HERE.parents[1] / "build" / "tools" / "lmu"
SIZES = ("nano", "small", "standard")
UNITS = (16, 32)  # Of the rival
RATES = (0.003, 0.01, 0.03)  # Of the rival in our trainer, the best counts
N_TIMINGS = 5  # The fastest counts, as others share the CPU


def run(command):
    """Run a command, and return its output and the seconds of CPU it took."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    before = usage.ru_utime + usage.ru_stime
    words = [str(word) for word in command]
    output = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return output.stdout, usage.ru_utime + usage.ru_stime - before


def lstm_layers(units):
    """Return the rival in the words of the format."""
    lstm = {"type": "lstm", "units": units, "activation": "tanh"}
    lstm["recurrent_activation"] = "sigmoid"
    dense = {"type": "dense", "units": 1, "activation": "linear"}
    return [lstm, {**dense, "inputs": ["input", 0]}]


class Bench:
    """Pairs, models and results of a run."""

    def __init__(self, arguments):
        """Read what is done already."""
        self.pairs, self.folder = arguments.pairs, arguments.results
        self.lmu, self.minutes = arguments.lmu, arguments.minutes
        self.long = arguments.long
        self.folder.mkdir(parents=True, exist_ok=True)
        self.path = self.folder / "results.jsonl"
        self.path.touch()
        lines = self.path.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        self.done = {(row["device"], row["model"]): row for row in rows}

    def wav(self, who, part):
        """Return the path of a recording."""
        return self.pairs / f"{who}_{part}.wav"

    def model(self, device, name):
        """Return the path of a model."""
        return self.folder / f"{device}-{name}.safetensors"

    def train(self, device, model, *options):
        """Train a model by our command, and return its results and CPU time."""
        command = [self.lmu, "train"]
        command += [self.wav("dry", "train"), self.wav(device, "train")]
        command += ["-o", model, "--json", "--quiet", "--threads", "1"]
        command += ["--validate-dry", self.wav("dry", "val")]
        command += ["--validate-wet", self.wav(device, "val"), *options]
        output, cpu_s = run(command)
        return json.loads(output), cpu_s

    def train_ours(self, device, size):
        """Train one of our sizes, and return what it took."""
        options = "--size", size, "--minutes", self.minutes
        result, cpu_s = self.train(device, self.model(device, size), *options)
        return {"cpu_s": cpu_s, "audio_s_per_cpu_s": result["audio_s_per_cpu_s"]}

    def train_long(self, device, name, units):
        """Train the rival by our command, and return what its best rate took."""
        options = "--layers", json.dumps(lstm_layers(units)), "--minutes", self.long
        tries = []
        for rate in RATES:
            model = self.model(device, f"{name}-{rate}")
            result, cpu_s = self.train(device, model, *options, "--rate", rate)
            tries.append((result["esr"], model, cpu_s, result["audio_s_per_cpu_s"]))
        _, model, cpu_s, speed = min(tries)
        shutil.copyfile(model, self.model(device, name))
        ratios = {str(rate): row[0] for rate, row in zip(RATES, tries)}
        return {"cpu_s": cpu_s, "audio_s_per_cpu_s": speed, "tries": ratios}

    def train_rival(self, device, name, seconds):
        """Train a rival, and return what its best rate took."""
        command = [HERE / "rival.py", self.pairs, device, "--seconds", seconds]
        command += ["--units", name.removeprefix("lstm")]
        command += ["-o", self.model(device, name)]
        result = json.loads(run(command)[0])
        return {key: result[key] for key in ("cpu_s", "audio_s_per_cpu_s", "tries")}

    def measure(self, device, name):
        """Return errors, parameters and cost of a model."""
        model = self.model(device, name)
        with tempfile.TemporaryDirectory() as folder:
            output = pathlib.Path(folder) / "output.wav"
            run([self.lmu, "run", model, self.wav("dry", "val"), output, "--quiet"])
            pair = sound.read(output), sound.read(self.wav(device, "val"))
        return {**measures.measure(*pair), **self.cost(model)}

    def cost(self, model):
        """Return the parameters of a model, and the time of a frame."""
        command = [self.lmu, "info", "--json", model]
        facts = [json.loads(run(command)[0]) for _ in range(N_TIMINGS)]
        frame_ns = min(fact["frame_ns"] for fact in facts)
        return {"parameters": facts[0]["parameters"], "frame_ns": frame_ns}

    def add(self, device, name, train):
        """Train and measure a model that is not done, and keep the result."""
        if (device, name) in self.done:
            return
        row = {"device": device, "model": name, **train()}
        row.update(self.measure(device, name))
        self.done[device, name] = row
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        print(json.dumps(row), flush=True)

    def compare(self, device, sizes, units):
        """Train and measure all models of a device."""
        for size in sizes:
            self.add(device, size, lambda: self.train_ours(device, size))
        seconds = max(self.done[device, size]["cpu_s"] for size in sizes)
        for name in (f"lstm{n}" for n in units):
            self.add(device, name, lambda: self.train_rival(device, name, seconds))
        for n, name in ((n, f"lstm{n}-long") for n in units if self.long > 0.0):
            self.add(device, name, lambda: self.train_long(device, name, n))


def parse():
    """Return the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=pathlib.Path, help="what make_pairs.py made")
    parser.add_argument("results", type=pathlib.Path, help="folder to write")
    parser.add_argument("device", nargs="*", default=list(devices.DEVICES))
    parser.add_argument("--minutes", type=float, default=1.0, help="of each of ours")
    parser.add_argument("--sizes", nargs="+", default=SIZES)
    parser.add_argument("--units", nargs="*", type=int, default=UNITS)
    parser.add_argument(
        "--long", type=float, default=2.0, help="of each rival in our trainer, or 0"
    )
    parser.add_argument("--lmu", default=LMU, help="the command, once built")
    return parser.parse_args()


def main():
    """Compare, write table and picture after each device, return failures."""
    arguments = parse()
    bench = Bench(arguments)
    files = bench.folder / "table.md", bench.folder / "picture.png"
    n_failed = 0
    for device in arguments.device:
        try:
            bench.compare(device, arguments.sizes, arguments.units)
        except subprocess.CalledProcessError as error:
            print(f"{device}: {error.cmd[0]} {error.cmd[1]} failed", file=sys.stderr)
            n_failed += 1
        if bench.done:
            report.write(bench.path, *files)
    print(report.table(report.read(bench.path)))
    return n_failed


if __name__ == "__main__":
    sys.exit(main() > 0)
