#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Print the coefficients of tanh() in core/nn/rt/network_body.h.

tanh(x) is fitted by x P(x^2) / Q(x^2) on -8 to 8, both of degree 4 and Q(0) = 1,
with the least greatest error: least squares, whose weights move to where the
error is greatest (Lawson 1961), made linear by the last Q (Sanathanan and
Koerner 1963).  Needs numpy.
"""
import numpy as np

LIMIT = 8.0
DEGREE = 4
N_POINTS = 4000
N_ROUNDS = 1500


def points():
    """Places to fit at, close together at zero and at the limit."""
    turn = np.linspace(0.0, np.pi / 2.0, N_POINTS)
    return np.unique(LIMIT * np.concatenate([1.0 - np.cos(turn), np.sin(turn)]))[1:]


def fit():
    """The coefficients of P and Q, lowest first, and the error."""
    x = points()
    y = (x / LIMIT) ** 2
    target = np.tanh(x)
    weights = np.ones_like(x)
    q = np.ones_like(x)
    best = (np.inf, None, None)
    for _ in range(N_ROUNDS):
        columns = [x * y**i for i in range(DEGREE + 1)]
        columns += [-target * y**i for i in range(1, DEGREE + 1)]
        scale = np.sqrt(weights) / q
        solution = np.linalg.lstsq(
            np.array(columns).T * scale[:, None], target * scale, rcond=None
        )[0]
        p_now = solution[: DEGREE + 1]
        q_now = np.concatenate([[1.0], solution[DEGREE + 1 :]])
        q = np.polyval(q_now[::-1], y)
        error = np.abs(x * np.polyval(p_now[::-1], y) / q - target)
        if error.max() < best[0]:
            best = (error.max(), p_now, q_now)
        weights *= error / error.max() + 1e-3
        weights /= weights.max()
    powers = LIMIT ** (2.0 * np.arange(DEGREE + 1))
    return best[0], best[1] / powers, best[2] / powers


def main():
    error, p, q = fit()
    print(f"error {error:.2g}")
    print("P", [float(np.float32(value)) for value in p])
    print("Q", [float(np.float32(value)) for value in q])


if __name__ == "__main__":
    main()
