#!/usr/bin/python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Train an LSTM with PyTorch on a pair of recordings, as others do.

An LSTM and a dense layer that also sees the input are trained by truncated
back-propagation: lanes side by side, state carried on, Adam, gradients clipped,
and a rate that falls by a cosine over the budget.  Each rate gets all of the
budget, which is CPU time of one thread spent on training alone, and the best in
validation counts.  Prints a line of JSON.
"""

import argparse
import collections
import copy
import json
import math
import pathlib
import time

import numpy as np
import torch

import lstm_file
import measures
import sound

CHUNK = 512  # Frames of an update
LEVEL = 0.25  # RMS of what goes in and should come out
MAX_GRADIENT = 1.0
N_CHECKS = 6  # Validations in a budget
OVERLAP = 12000  # Unscored before each lane of a validation [frames]
VALIDATION_LANES = 128
BATCH, STEPS = 32, 256  # Of a measurement of speed

# Gains of x and y, and the pairs (x, y) scaled by them
Data = collections.namedtuple("Data", "gains train validation")


class Rival(torch.nn.Module):
    """An LSTM, and a dense layer of the input and its units."""

    def __init__(self, units):
        """Draw weights; at first the input is added as it is."""
        super().__init__()
        self.cell = torch.nn.LSTM(1, units)
        self.dense = torch.nn.Linear(1 + units, 1)
        self.dense.weight.data[0, 0] = 1.0

    def forward(self, x, state=None):
        """Return the output, [frames][lane], and the state after it."""
        x = x[:, :, None]
        h, state = self.cell(x, state)
        return self.dense(torch.cat((x, h), 2))[:, :, 0], state


class Clock:
    """CPU time of this process, but for pauses [s]."""

    def __init__(self):
        """Start."""
        self.begin = time.process_time()

    def seconds(self):
        """Return the time since the start."""
        return time.process_time() - self.begin

    def pause(self, work):
        """Return what some work returns, without its time."""
        begin = time.process_time()
        result = work()
        self.begin += time.process_time() - begin
        return result


def level(x):
    """Return what brings a signal to our level."""
    return LEVEL / math.sqrt(np.mean(np.square(x, dtype=np.float64)))


def load(folder, device):
    """Return the recordings, at our level where they train."""
    parts = []
    for part in ("train", "val"):
        names = (f"{who}_{part}.wav" for who in ("dry", device))
        parts.append([sound.read(folder / name) for name in names])
    gains = [level(x) for x in parts[0]]
    scaled = [[np.float32(g * x) for g, x in zip(gains, part)] for part in parts]
    return Data(gains, *scaled)


def lanes(x, n_lanes, offset=0):
    """Return a signal cut in lanes, [frames][lane]."""
    n_frames = (len(x) - offset) // n_lanes
    rows = x[offset : offset + n_frames * n_lanes].reshape(n_lanes, n_frames)
    return torch.from_numpy(np.ascontiguousarray(rows.T))


def overlapping(x):
    """Return lanes that begin before the end of those before, [frames][lane]."""
    padded = np.concatenate((np.zeros(OVERLAP, np.float32), x))
    hop = len(x) // VALIDATION_LANES
    begins = range(0, hop * VALIDATION_LANES, hop)
    rows = [padded[begin : begin + hop + OVERLAP] for begin in begins]
    return torch.from_numpy(np.stack(rows, 1))


@torch.no_grad()
def quick_ratio(model, x, y):
    """Return the error-to-signal ratio, lanes side by side."""
    inputs, target = overlapping(x), overlapping(y)[OVERLAP:].double()
    output = model(inputs)[0][OVERLAP:].double()
    return float(torch.sum((output - target) ** 2) / torch.sum(target**2))


@torch.no_grad()
def run(model, x):
    """Return the output to one long signal, from a reset."""
    outputs, state = [], None
    for part in torch.split(torch.from_numpy(x)[:, None], 48000):
        output, state = model(part, state)
        outputs.append(output[:, 0])
    return torch.cat(outputs).numpy()


def chunks(x, y, n_lanes, random):
    """Yield chunks for ever: x, y [frames][lane], and whether the first.

    Lanes begin elsewhere in each epoch.
    """
    while True:
        offset = int(random.integers(len(x) // n_lanes))
        pairs = (torch.split(lanes(signal, n_lanes, offset), CHUNK) for signal in (x, y))
        for index, (inputs, target) in enumerate(zip(*pairs)):
            if len(target) == CHUNK:
                yield inputs, target, index == 0


def update(model, optimiser, inputs, target, state):
    """Learn from a chunk, and return the state after it."""
    output, state = model(inputs, state)
    loss = torch.mean((output - target) ** 2) / LEVEL**2
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_GRADIENT)
    optimiser.step()
    return tuple(values.detach() for values in state)


class Best:
    """The weights that did best in validation."""

    def __init__(self, x, y):
        """Take a pair to validate with."""
        self.pair = x, y
        self.ratio, self.weights = math.inf, None

    def see(self, model):
        """Validate."""
        ratio = quick_ratio(model, *self.pair)
        if self.weights is None or ratio < self.ratio:
            self.ratio, self.weights = ratio, copy.deepcopy(model.state_dict())


def train(data, arguments, rate):
    """Return the best that a rate gives, CPU seconds, and those of sound."""
    torch.manual_seed(arguments.seed)
    random = np.random.default_rng(arguments.seed)
    model = Rival(arguments.units)
    optimiser = torch.optim.Adam(model.parameters(), lr=rate)
    best = Best(*data.validation)
    clock, n_updates, state, n_checks = Clock(), 0, None, 1
    for inputs, target, is_first in chunks(*data.train, arguments.lanes, random):
        progress = clock.seconds() / arguments.seconds
        if progress >= n_checks / N_CHECKS:
            clock.pause(lambda: best.see(model))
            n_checks += 1
        if progress >= 1.0:
            break
        if is_first:
            with torch.no_grad():
                state = model(inputs)[1]
            continue
        optimiser.param_groups[0]["lr"] = rate * 0.5 * (1 + math.cos(math.pi * progress))
        state = update(model, optimiser, inputs, target, state)
        n_updates += 1
    seconds = n_updates * CHUNK * arguments.lanes / sound.RATE
    return best, clock.seconds(), seconds


def n_parameters(model):
    """Return how many there are; PyTorch has a second bias, to no effect."""
    weights = model.state_dict()
    del weights["cell.bias_hh_l0"]
    return sum(values.numel() for values in weights.values())


def rival(arguments):
    """Return what there is to say of the best of the rates."""
    data = load(arguments.folder, arguments.device)
    tries = [(*train(data, arguments, rate), rate) for rate in arguments.rates]
    best, cpu_s, audio_s, rate = min(tries, key=lambda result: result[0].ratio)
    model = Rival(arguments.units)
    model.load_state_dict(best.weights)
    if arguments.output:
        lstm_file.save(arguments.output, best.weights, data.gains, arguments.device)
    return {
        "device": arguments.device,
        "model": f"lstm{arguments.units}",
        "parameters": n_parameters(model),
        "cpu_s": cpu_s,
        "rate": rate,
        **measures.measure(run(model, data.validation[0]), data.validation[1]),
        "audio_s_per_cpu_s": audio_s / cpu_s,
        "tries": {str(rate): best.ratio for best, _, _, rate in tries},
    }


class Loop(torch.nn.Module):
    """An LMU as PyTorch writes it: the paper's cell in a loop over time."""

    def __init__(self, units, order):
        """Draw weights; what the memory is does not matter for speed."""
        super().__init__()
        draw = lambda *shape: torch.nn.Parameter(0.1 * torch.randn(*shape))
        self.sizes = units, order
        self.encoders = draw(1, 1), draw(1, units), draw(1, order)
        self.kernels = draw(units, 1), draw(units, units), draw(units, order)
        for index, values in enumerate(self.encoders + self.kernels):
            self.register_parameter(f"weight{index}", values)
        self.register_buffer("a", 0.9 * torch.eye(order))
        self.register_buffer("b", 0.1 * torch.ones(order, 1))
        self.dense = torch.nn.Linear(units, 1)

    def forward(self, x):
        """Return the output, [frames][lane], and no state."""
        product = torch.nn.functional.linear
        h, m = (torch.zeros(x.shape[1], size) for size in self.sizes)
        outputs = []
        for frame in x[:, :, None]:
            signals = frame, h, m
            u = sum(map(product, signals, self.encoders))
            m = product(m, self.a) + product(u, self.b)
            h = torch.tanh(sum(map(product, (frame, h, m), self.kernels)))
            outputs.append(h)
        return self.dense(torch.stack(outputs))[:, :, 0] + x, None


def speed(model):
    """Return seconds of sound a CPU second: the best of some updates."""
    x = torch.randn(STEPS, BATCH)
    optimiser = torch.optim.Adam(model.parameters(), 1e-3)
    times = []
    for _ in range(5):
        clock = Clock()
        loss = torch.mean((model(x)[0] - torch.tanh(x)) ** 2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        times.append(clock.seconds())
    return STEPS * BATCH / sound.RATE / min(times)


def speeds():
    """Return seconds of sound a CPU second of each kind of model."""
    models = {"lmu16_loop": Loop(16, 16), "lstm16": Rival(16), "lstm32": Rival(32)}
    return {name: speed(model) for name, model in models.items()}


def parse():
    """Return the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path, nargs="?")
    parser.add_argument("device", nargs="?", help="of make_pairs.py in that folder")
    parser.add_argument("--units", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=60.0, help="budget of CPU")
    parser.add_argument("--rates", type=float, nargs="+", default=[0.01, 0.03, 0.06])
    parser.add_argument("--lanes", type=int, default=32)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-o", "--output", help="keep the best as this .safetensors")
    parser.add_argument("--speed", action="store_true", help="only how fast it trains")
    arguments = parser.parse_args()
    if not arguments.speed and not arguments.device:
        parser.error("which folder and device?")
    return arguments


def main():
    """Train, or measure speed."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    arguments = parse()
    print(json.dumps(speeds() if arguments.speed else rival(arguments)), flush=True)


if __name__ == "__main__":
    main()
