#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Train a parallel LMU on permuted sequential MNIST, with PyTorch.

Usage: psmnist.py FOLDER [-o FILE.safetensors]

FOLDER has the four IDX files of MNIST, compressed by gzip.  Each digit is a
sequence of 784 pixels from 0 to 1, in the order of numpy.random.RandomState(0).

The memory has no feedback and only its last state is needed, so that the state
of all digits is one product of matrices (Chilkuri and Eliasmith, "Parallelizing
Legendre Memory Unit Training", ICML 2021).
"""

import argparse
import gzip
import pathlib

import numpy as np
import torch

import network_file
import reference

N_PIXELS = 784
N_DIGITS = 10
N_TRAIN = 50000  # The others of the 60000 choose the best epoch
ORDER = 468  # As in the paper of the parallel LMU
UNITS = 346
DROPOUT = 0.3
BATCH = 100


def idx(path):
    """Return an IDX file of bytes."""
    with gzip.open(path) as file:
        raw = file.read()
    n_axes = raw[3]
    shape = np.frombuffer(raw, ">u4", n_axes, 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * n_axes).reshape(shape)


def digits(folder, part):
    """Return the sequences, [digit][frame], and labels of train or t10k."""
    order = np.random.RandomState(0).permutation(N_PIXELS)
    images = idx(folder / f"{part}-images-idx3-ubyte.gz").reshape(-1, N_PIXELS)
    labels = idx(folder / f"{part}-labels-idx1-ubyte.gz")
    return images[:, order] / np.float32(255.0), labels.astype(np.int64)


def responses(ad, bd):
    """Return what an impulse at each frame leaves in the memory at the end."""
    rows = [bd]
    for _ in range(N_PIXELS - 1):
        rows.append(ad @ rows[-1])
    return np.array(rows[::-1])


def accuracy(model, m, labels):
    """Return the part of digits that a model knows."""
    model.eval()
    with torch.no_grad():
        right = model(m).argmax(1) == labels
    model.train()
    return float(right.float().mean())


def train(model, data, validation, n_epochs):
    """Train, and keep what did best on the validation digits."""
    m, labels = data
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1e-4)
    steps = n_epochs * (len(m) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    best, weights = 0.0, None
    for epoch in range(n_epochs):
        for batch in torch.randperm(len(m)).split(BATCH):
            loss = torch.nn.functional.cross_entropy(model(m[batch]), labels[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        known = accuracy(model, *validation)
        print(f"epoch {epoch + 1:3}: validation {100.0 * known:.2f} %", flush=True)
        if known > best:
            best = known
            weights = {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(weights)


def graph_of(model, scale):
    """Return the network as reference.py takes it, with the scale folded in."""
    hidden, out = model[0], model[3]
    value = {
        "w": hidden.weight.detach().numpy().T / scale[:, None],
        "b": hidden.bias.detach().numpy(),
        "head": out.weight.detach().numpy().T,
        "head_b": out.bias.detach().numpy(),
    }
    lmu = {
        "type": "lmu",
        "order": ORDER,
        "memory_d": 1,
        "theta": float(N_PIXELS),
        "method": "zoh",
        "cell": "dense",
        "units": UNITS,
        "activation": "relu",
        "kernel": np.ones((1, 1)),
        "hidden_kernel": value["w"],
        "hidden_bias": value["b"],
    }
    dense = {
        "type": "dense",
        "units": N_DIGITS,
        "activation": "linear",
        "kernel": value["head"],
        "bias": value["head_b"],
    }
    return [lmu, dense]


def main():
    """Train and print the accuracy on the test digits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument("-o", "--output")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)

    memory = responses(*reference.discretise(ORDER, float(N_PIXELS)))
    parts, scale = [], None
    for part in ("train", "t10k"):
        x, labels = digits(arguments.folder, part)
        m = x @ memory
        scale = np.std(m, 0) if scale is None else scale
        m = torch.tensor(m / scale, dtype=torch.float32)
        parts.append((m, torch.from_numpy(labels)))

    model = torch.nn.Sequential(
        torch.nn.Linear(ORDER, UNITS),
        torch.nn.ReLU(),
        torch.nn.Dropout(DROPOUT),
        torch.nn.Linear(UNITS, N_DIGITS),
    )
    (m, labels), test = parts
    validation = m[N_TRAIN:], labels[N_TRAIN:]
    train(model, (m[:N_TRAIN], labels[:N_TRAIN]), validation, arguments.epochs)
    known = 100.0 * accuracy(model, *test)
    n_parameters = sum(p.numel() for p in model.parameters())
    print(f"test {known:.2f} %, {n_parameters} parameters")
    if arguments.output:
        facts = {
            "name": "psMNIST",
            "comment": "Permuted sequential MNIST, the digit at frame 784. "
            f"Pixels from 0 to 1. Test accuracy {known:.2f} %.",
        }
        network_file.save(arguments.output, graph_of(model, scale), facts)


if __name__ == "__main__":
    main()
