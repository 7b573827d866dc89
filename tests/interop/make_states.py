#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Make state dicts of the paper's cell in PyTorch, and what they answer.

Usage: make_states.py [-o FOLDER]

Names and shapes of the tensors are those of the pytorch-lmu packages.  Those
with A and B are also in a checkpoint, NAME.pt.  Outputs are float64, of weights
that are float32 in the file.
"""

import argparse
import json
import pathlib

import numpy as np
import torch

import reference
import safetensors_file

N_FRAMES = 150
TOLERANCE = 1e-5  # Float32 on one side, which rounds
AGREEMENT = 1e-12  # PyTorch and NumPy, both in float64

# Name: what it is, inputs, units, order, theta, outputs of the classifier,
# whether A and B are in the file
STATES = {
    "state": ("the paper's cell, A and B not stored", 1, 6, 8, 20.0, 0, False),
    "state-step": (
        *("the paper's cell with A and B and a linear layer after it",),
        *(1, 16, 16, 48.0, 3, True),
    ),
    "state-inputs": (
        *("the paper's cell with three inputs and A and B",),
        *(3, 5, 4, 9.5, 0, True),
    ),
}


class Cell(torch.nn.Module):
    """The paper's cell: equations 4, 6 and 7 of Voelker, Kajic, Eliasmith,
    "Legendre Memory Units", NeurIPS 2019."""

    def __init__(self, n_inputs, units, order, theta, rng):
        super().__init__()

        def weights(rows, columns, scale=0.9):
            values = rng.normal(0.0, scale / np.sqrt(columns), (rows, columns))
            return torch.nn.Parameter(torch.tensor(values.astype(np.float32)))

        ad, bd = reference.discretise(order, theta)
        self.register_buffer("A", torch.tensor(ad.astype(np.float32)))
        self.register_buffer("B", torch.tensor(bd[:, None].astype(np.float32)))
        self.e_x = weights(1, n_inputs)
        self.e_h = weights(1, units)
        self.e_m = weights(1, order, 0.1)
        self.W_x = weights(units, n_inputs)
        self.W_h = weights(units, units, 0.6)
        self.W_m = weights(units, order)

    def forward(self, x, h, m):
        """Return the next hidden state and memory."""
        u = x @ self.e_x.T + h @ self.e_h.T + m @ self.e_m.T
        m = m @ self.A.T + u @ self.B.T
        h = torch.tanh(x @ self.W_x.T + h @ self.W_h.T + m @ self.W_m.T)
        return h, m


class Network(torch.nn.Module):
    """The cell for all frames, and a linear layer if it has outputs."""

    def __init__(self, n_inputs, units, order, theta, n_outputs, rng):
        super().__init__()
        self.cell = Cell(n_inputs, units, order, theta, rng)
        self.classifier = None
        if n_outputs > 0:
            self.classifier = torch.nn.Linear(units, n_outputs)
            for values in self.classifier.parameters():
                random = rng.normal(0.0, 0.3, tuple(values.shape))
                values.data = torch.tensor(random.astype(np.float32))

    def forward(self, x):
        """Return the output for all frames of one sequence."""
        h = torch.zeros(1, len(self.cell.W_h), dtype=x.dtype)
        m = torch.zeros(1, len(self.cell.A), dtype=x.dtype)
        outputs = []
        for frame in x:
            h, m = self.cell(frame[None], h, m)
            outputs.append(h[0])
        y = torch.stack(outputs)
        return y if self.classifier is None else self.classifier(y)


def graph_of(state, theta):
    """Return the layers of a state dict as reference.py takes them."""
    cell = {key[5:]: value for key, value in state.items() if key[:5] == "cell."}
    lmu = {
        "type": "lmu",
        "order": cell["e_m"].shape[1],
        "memory_d": 1,
        "theta": theta,
        "method": "zoh",
        "cell": "simple_rnn",
        "units": len(cell["W_h"]),
        "activation": "tanh",
        "hidden_to_memory": True,
        "input_to_hidden": True,
        "kernel": np.concatenate((cell["e_x"].T, cell["e_h"].T)),
        "recurrent_kernel": cell["e_m"].T,
        "hidden_kernel": np.concatenate((cell["W_m"].T, cell["W_x"].T)),
        "hidden_recurrent": cell["W_h"].T,
    }
    if "A" in cell:
        lmu.update(ad=cell["A"], bd=cell["B"][:, 0])
    if "classifier.weight" not in state:
        return [lmu]
    dense = {
        "type": "dense",
        "activation": "linear",
        "kernel": state["classifier.weight"].T,
        "bias": state["classifier.bias"],
    }
    return [lmu, dense]


def save_torch(path, network):
    """Save a network as a training does, with what an optimiser keeps."""
    optimizer = torch.optim.Adam(network.parameters())
    for values in network.parameters():
        values.grad = torch.zeros_like(values)
    optimizer.step()
    torch.save({"epoch": 1, "model_state_dict": network.state_dict(),
                "optimizer_state_dict": optimizer.state_dict(),
                "loss": 0.25}, path)


def make(folder, name, seed):
    """Make one state dict and check PyTorch against NumPy."""
    what, n_inputs, units, order, theta, n_outputs, has_step = STATES[name]
    rng = np.random.default_rng(seed)
    network = Network(n_inputs, units, order, theta, n_outputs, rng)
    state = {key: value.numpy() for key, value in network.state_dict().items()}
    if has_step:
        save_torch(folder / f"{name}.pt", network)
    network.double()
    if not has_step:
        del state["cell.A"], state["cell.B"]
        ad, bd = reference.discretise(order, theta)
        network.cell.A = torch.tensor(ad)
        network.cell.B = torch.tensor(bd[:, None])

    x = 0.7 * rng.normal(size=(N_FRAMES, n_inputs))
    x[N_FRAMES // 2 : 2 * N_FRAMES // 3] = 0.0
    x = x.astype(np.float32)
    with torch.no_grad():
        y = network(torch.tensor(x.astype(np.float64))).numpy()
    difference = np.max(np.abs(y - reference.run(graph_of(state, theta), x)))
    assert difference < AGREEMENT, difference

    safetensors_file.save(folder / f"{name}.state.safetensors", state)
    np.save(folder / f"{name}.input.npy", x)
    np.save(folder / f"{name}.output.npy", y)
    facts = {
        "what": what,
        "tolerance": TOLERANCE,
        "reason": "float32 against float64, the step the same on both sides",
        "theta": [theta],
    }
    text = json.dumps(facts, indent=2) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
    print(f"{name:18} peak {np.max(np.abs(y)):6.3f}  NumPy {difference:8.1e}")


def main():
    """Make all."""
    golden = pathlib.Path(__file__).resolve().parent / "golden"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=pathlib.Path, default=golden)
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for seed, name in enumerate(STATES):
        make(folder, name, seed)


if __name__ == "__main__":
    main()
