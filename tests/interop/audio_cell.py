# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""The paper's cell in PyTorch, fast enough to train on audio on a CPU.

PyTorch spends tens of microseconds a frame on handing out small operations.  As
all before the tanh is linear, a frame is one product of a matrix and the state:

    [m; a] = F [m_prev; h_prev] + G [x; 1],  h = tanh(a)

PyTorch composes F and G from the weights, and differentiates that; the loop over
frames and its backward pass are NumPy.
"""

import numpy as np
import torch

import reference


# Windows other than the trained one that a model must come to rest with
FACTORS = (0.25, 0.5, 0.7, 1.4, 1.7, 2.0, 2.2, 2.4, 2.7, 3.0, 3.4, 4.0)

DOUBLINGS = 9  # A disturbance is followed for 2^9 frames


class Recurrence(torch.autograd.Function):
    """States s of s = tanh_from_order(F s_prev + g), [frames + 1][state][lane].

    The gradient stops at the state that a chunk starts from.
    """

    @staticmethod
    def forward(ctx, f, g, start, order):
        """Run all frames of a chunk."""
        n_frames = g.shape[0]
        f_values, g_values = f.numpy(), g.numpy()
        s = np.empty((n_frames + 1, *start.shape), np.float32)
        s[0] = start.numpy()
        for t in range(n_frames):
            after = s[t + 1]
            np.dot(f_values, s[t], out=after)
            after += g_values[t]
            np.tanh(after[order:], out=after[order:])
        ctx.order = order
        ctx.kept = (f_values, s)
        return torch.from_numpy(s)

    @staticmethod
    def backward(ctx, gradient):
        """Run backwards through the frames."""
        f, s = ctx.kept
        gradient = gradient.numpy()
        slope = 1.0 - s[1:, ctx.order :] ** 2
        dz = np.empty_like(s[1:])
        carried = np.zeros_like(s[0])
        transposed = np.ascontiguousarray(f.T)
        for t in range(len(dz) - 1, -1, -1):
            z = dz[t]
            np.add(carried, gradient[t + 1], out=z)
            z[ctx.order :] *= slope[t]
            np.dot(transposed, z, out=carried)
        n = len(f)
        df = dz.transpose(1, 0, 2).reshape(n, -1)
        df = df @ s[:-1].transpose(1, 0, 2).reshape(n, -1).T
        return torch.from_numpy(df), torch.from_numpy(dz), None, None


class Lmu(torch.nn.Module):
    """The paper's cell and a linear layer for one output, with biases or odd.

    Without biases the output for -x is minus that for x, and silence stays
    silence.
    """

    def __init__(self, n_inputs, units, order, theta, use_bias=True):
        super().__init__()
        self.order, self.units, self.theta = order, units, theta
        self.steps = {factor: self.step(factor) for factor in (1.0, *FACTORS)}

        def weights(rows, columns, scale):
            values = torch.randn(rows, columns) * scale / columns**0.5
            return torch.nn.Parameter(values)

        self.e_x = weights(1, n_inputs, 1.0)
        self.e_h = weights(1, units, 0.1)
        self.e_m = weights(1, order, 0.01)
        self.use_bias = use_bias
        self.memory_bias = self.bias(1)
        self.w_m = weights(units, order, 0.5)
        self.w_x = weights(units, n_inputs, 0.5)
        self.w_h = weights(units, units, 0.5)
        self.hidden_bias = self.bias(units)
        self.w_out = weights(1, units, 0.5)
        self.out_bias = self.bias(1)

    def step(self, factor):
        """Return Ad and Bd of a window that is `factor` times as long."""
        ad, bd = reference.discretise(self.order, self.theta * factor, "zoh")
        return torch.FloatTensor(ad), torch.FloatTensor(bd[:, None])

    def bias(self, n):
        """Return a bias, which stays zero in an odd network."""
        return torch.nn.Parameter(torch.zeros(n), requires_grad=self.use_bias)

    def start(self, n_lanes):
        """Return the state of a reset."""
        return torch.zeros(self.order + self.units, n_lanes)

    def fused(self, factor=1.0):
        """Return F, and G for the input and the bias."""
        ad, bd = self.steps[factor]
        memory_m = ad + bd @ self.e_m
        memory_h = bd @ self.e_h
        memory_x = bd @ self.e_x
        memory_1 = bd[:, 0] * self.memory_bias
        hidden_m = self.w_m @ memory_m
        hidden_h = self.w_h + self.w_m @ memory_h
        f = torch.cat(
            (torch.cat((memory_m, memory_h), 1), torch.cat((hidden_m, hidden_h), 1))
        )
        g = torch.cat((memory_x, self.w_x + self.w_m @ memory_x))
        bias = torch.cat((memory_1, self.hidden_bias + self.w_m @ memory_1))
        return f, g, bias

    def forward(self, x, start, factor=1.0):
        """Return the output and the last state for x, [frames][inputs][lane]."""
        f, g, bias = self.fused(factor)
        inputs = torch.einsum("si,til->tsl", g, x) + bias[None, :, None]
        s = Recurrence.apply(f.contiguous(), inputs.contiguous(), start, self.order)
        h = s[1:, self.order :]
        y = torch.einsum("u,tul->tl", self.w_out[0], h) + self.out_bias
        return y, s[-1].detach()

    def growth(self, h, factor):
        """Return the log of what a small disturbance is multiplied by, where the
        network rests at h."""
        f, _, _ = self.fused(factor)
        slope = torch.cat((torch.ones(self.order), 1.0 - h**2))
        power = slope[:, None] * f
        log_norm = torch.zeros(())
        for _ in range(DOUBLINGS):
            power = power @ power
            norm = torch.linalg.norm(power)
            power = power / norm
            log_norm = 2.0 * log_norm + torch.log(norm)
        return log_norm

    def take(self, graph):
        """Start from a network, which may have fewer inputs."""
        lmu, dense = graph
        n_inputs = len(lmu["kernel"]) - self.units
        n_memory = self.order
        values = {
            "e_x": lmu["kernel"][:n_inputs].T,
            "e_h": lmu["kernel"][n_inputs:].T,
            "e_m": lmu["recurrent_kernel"].T,
            "memory_bias": lmu["bias"],
            "w_m": lmu["hidden_kernel"][:n_memory].T,
            "w_x": lmu["hidden_kernel"][n_memory:].T,
            "w_h": lmu["hidden_recurrent"].T,
            "hidden_bias": lmu["hidden_bias"],
            "w_out": dense["kernel"].T,
            "out_bias": dense["bias"],
        }
        for name, value in values.items():
            weights = getattr(self, name).data
            weights.zero_()
            if value is not None:
                weights[..., : value.shape[-1]] = torch.tensor(value)

    def graph(self):
        """Return the network as reference.py takes it."""
        value = {k: v.detach().numpy() for k, v in self.state_dict().items()}
        lmu = {
            "type": "lmu",
            "order": self.order,
            "memory_d": 1,
            "theta": self.theta,
            "method": "zoh",
            "cell": "simple_rnn",
            "units": self.units,
            "activation": "tanh",
            "hidden_to_memory": True,
            "memory_to_memory": True,
            "input_to_hidden": True,
            "kernel": np.concatenate((value["e_x"].T, value["e_h"].T)),
            "bias": value["memory_bias"],
            "recurrent_kernel": value["e_m"].T,
            "hidden_kernel": np.concatenate((value["w_m"].T, value["w_x"].T)),
            "hidden_recurrent": value["w_h"].T,
            "hidden_bias": value["hidden_bias"],
        }
        dense = {
            "type": "dense",
            "units": 1,
            "activation": "linear",
            "kernel": value["w_out"].T,
            "bias": value["out_bias"],
        }
        if not self.use_bias:
            lmu.update(bias=None, hidden_bias=None)
            dense.update(bias=None)
        return [lmu, dense]


class Lstm(torch.nn.Module):
    """An LSTM with a linear layer for one output, to compare with."""

    def __init__(self, n_inputs, units):
        super().__init__()
        self.lstm = torch.nn.LSTM(n_inputs, units)
        self.out = torch.nn.Linear(units, 1)
        self.units = units

    def start(self, n_lanes):
        """Return the state of a reset."""
        return torch.zeros(1, n_lanes, self.units), torch.zeros(1, n_lanes, self.units)

    def forward(self, x, start):
        """Return the output and the last state for x, [frames][inputs][lane]."""
        h, (last_h, last_c) = self.lstm(x.permute(0, 2, 1), start)
        return self.out(h)[..., 0], (last_h.detach(), last_c.detach())
