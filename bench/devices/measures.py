# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""How far an output is from its target: error-to-signal ratios."""

import numpy as np

EMPHASIS = 0.85
BLOCK = 2400  # 50 ms [frames]
SILENCE = 1e-8  # Energy of a block relative to the loudest


def ratio(error, target):
    """Return the error-to-signal ratio."""
    return float(np.sum(error**2) / np.sum(target**2))


def emphasise(x):
    """Return a signal with less of its lows."""
    return x - EMPHASIS * np.concatenate(([0.0], x[:-1]))


def blocks(x):
    """Return the energy of each block."""
    return np.add.reduceat(x**2, np.arange(0, len(x), BLOCK))


def quiet_ratio(error, target):
    """Return the ratio over the quietest tenth of blocks that are no silence.

    lmu train counts the same blocks.
    """
    energy = blocks(target)
    order = np.argsort(energy, kind="stable")
    sounding = order[energy[order] >= SILENCE * np.max(energy)]
    quiet = sounding[: 1 + len(sounding) // 10]
    return float(np.sum(blocks(error)[quiet]) / np.sum(energy[quiet]))


def measure(output, target):
    """Return the ratios over all frames, float64 in order from a reset."""
    output, target = (np.asarray(x, np.float64) for x in (output, target))
    error = output - target
    return {
        "esr": ratio(error, target),
        "esr_preemphasised": ratio(emphasise(error), emphasise(target)),
        "esr_quiet_tenth": quiet_ratio(error, target),
    }
