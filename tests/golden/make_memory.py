#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Write memory.txt: matrices, states and readouts of small memories.

Float64 numpy and scipy, straight from the equations of Voelker, Kajic and
Eliasmith (NeurIPS 2019), in the orthonormal basis.  Run it in this folder:

    ./make_memory.py > memory.txt
"""
import numpy as np
import scipy.linalg
from numpy.polynomial import legendre

# Numerators of the diagonal Pade approximants of exp(), lowest power first
PADE = {
    1: [1, 1 / 2],
    2: [1, 1 / 2, 1 / 12],
    3: [1, 1 / 2, 1 / 10, 1 / 120],
    4: [1, 1 / 2, 3 / 28, 1 / 84, 1 / 1680],
}


def continuous(order):
    """A and B of theta dm/dt = A m + B u."""
    i, j = np.mgrid[0:order, 0:order]
    sign = np.where(i < j, -1.0, (-1.0) ** (i - j + 1))
    scale = np.sqrt(2.0 * np.arange(order) + 1.0)
    a = sign * np.outer(scale, scale)
    return a, (-1.0) ** np.arange(order) * scale


def zoh(order, theta):
    """Exact step for an input that is held for a frame."""
    a, b = continuous(order)
    ad = scipy.linalg.expm(a / theta)
    return ad, np.linalg.solve(a, (ad - np.eye(order)) @ b)


def euler(order, theta):
    a, b = continuous(order)
    return np.eye(order) + a / theta, b / theta


def pade(order, theta, stages):
    a, b = continuous(order)
    x = a / theta
    num, den = np.zeros_like(x), np.zeros_like(x)
    for k, c in enumerate(PADE[stages]):
        power = np.linalg.matrix_power(x, k)
        num, den = num + c * power, den + c * (-1) ** k * power
    ad = np.linalg.solve(den, num)
    return ad, np.linalg.solve(a, (ad - np.eye(order)) @ b)


def noise(count):
    """The same numbers as tests/unit/signals.c makes."""
    state, out = 1, []
    for _ in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        out.append(state / 2.0**31 - 1.0)
    return np.array(out)


def run(step, count):
    ad, bd = step
    m = np.zeros(len(bd))
    for u in noise(count):
        m = ad @ m + bd * u
    return m


def readout(order, theta, delay, correct):
    r = (delay + 0.5) / theta
    x, out = 2 * r - 1, np.zeros(order)
    fade = np.clip((1 - r) / 0.03, 0, 1) if correct else 0
    for n in range(order):
        c = np.eye(order)[n]
        out[n] = legendre.legval(x, c)
        if n >= 2:
            curve = legendre.legval(x, legendre.legder(c, 2))
            out[n] -= fade * curve / (6 * theta**2)
    return out * np.sqrt(2 * np.arange(order) + 1.0)


def write(name, values):
    values = np.ravel(values)
    print(name, len(values))
    for v in values:
        print(f"{v:.17g}")


a, b = continuous(5)
write("continuous_a", a)
write("continuous_b", b)
for name, step in [("zoh", zoh(6, 20.0)), ("euler", euler(4, 60.0))] + [
    (f"pade{s}", pade(6, 20.0, s)) for s in PADE
]:
    write(name + "_a", step[0])
    write(name + "_b", step[1])
for order, theta in [(1, 4.5), (2, 9.0), (7, 33.3), (16, 40.3), (33, 100.0)]:
    write(f"state_pade3_{order}", run(pade(order, theta, 3), 300))
    write(f"state_pade4_{order}", run(pade(order, theta, 4), 300))
write("state_zoh_12", run(zoh(12, 64.0), 300))
write("readout_plain", readout(8, 50.0, 20.0, False))
write("readout_corrected", readout(8, 50.0, 20.0, True))
write("readout_old_end", readout(8, 50.0, 49.0, True))
