# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Real recordings, and what real LV2 effects make of them, through ffmpeg."""

import pathlib
import subprocess

import numpy as np

RATE = 48000
PEAK = 0.5  # Of each recording, -6 dBFS
PAUSE = RATE // 4  # Silence after each recording [frames]


def render(arguments, data=None):
    """Return what ffmpeg makes of its input, one channel of float32."""
    command = ["ffmpeg", "-hide_banner", "-loglevel", "error", *arguments]
    command += ["-f", "f32le", "-ac", "1", "-ar", str(RATE), "-"]
    result = subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True)
    return np.frombuffer(result.stdout, "<f4").copy()


def recording(path, gain=1.0):
    """Return a recording at a known peak, with silence after it."""
    x = render(["-i", str(path)])
    x = x - np.mean(x)
    x *= gain * PEAK / np.max(np.abs(x))
    return np.concatenate((x, np.zeros(PAUSE, np.float32)))


def recordings(folder, names, gains):
    """Return recordings one after the other, each at each gain."""
    paths = [pathlib.Path(folder) / f"{name}.flac" for name in names]
    return np.concatenate([recording(p, g) for g in gains for p in paths])


def effect(x, uri, controls):
    """Return what an LV2 effect of one channel makes of a signal."""
    uri = uri.replace(":", "\\\\:")
    values = "|".join(f"{key}={value}" for key, value in controls.items())
    source = ["-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", "-"]
    chain = ["-af", f"lv2=p={uri}:c={values}"]
    y = render(source + chain, x.astype("<f4").tobytes())
    if len(y) < len(x):
        y = np.concatenate((y, np.zeros(len(x) - len(y), np.float32)))
    return y[: len(x)]
