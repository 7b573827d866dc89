# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""How far an output is from its target: error-to-signal ratios."""

import numpy as np

EMPHASIS = 0.85
BLOCK = 4800  # 100 ms [frames]
SILENCE = 1e-6  # Mean power of a block relative to all


def ratio(error, target):
    """Return the error-to-signal ratio."""
    return float(np.sum(error**2) / np.sum(target**2))


def emphasise(x):
    """Return a signal with less of its lows."""
    return x - EMPHASIS * np.concatenate(([0.0], x[:-1]))


def quiet_blocks(target):
    """Return the quietest tenth of the blocks that are no silence, [n]."""
    n_blocks = len(target) // BLOCK
    power = np.mean(target[: n_blocks * BLOCK].reshape(-1, BLOCK) ** 2, 1)
    order = np.argsort(power, kind="stable")
    sounding = order[power[order] > SILENCE * np.mean(power)]
    return sounding[: max(1, len(sounding) // 10)]


def measure(output, target):
    """Return the ratios over all frames, float64 in order from a reset."""
    output, target = (np.asarray(x, np.float64) for x in (output, target))
    error = output - target
    rows = quiet_blocks(target)[:, None] * BLOCK + np.arange(BLOCK)
    return {
        "esr": ratio(error, target),
        "esr_preemphasised": ratio(emphasise(error), emphasise(target)),
        "esr_quiet_tenth": ratio(error[rows], target[rows]),
    }
