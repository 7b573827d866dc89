# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Sound files: one channel of float32, at one rate unless another is named."""

import subprocess
import warnings

import numpy as np
import scipy.io.wavfile

RATE = 48000  # [Hz]


def decode(path):
    """Return any sound file, mixed to one channel at our rate."""
    command = ["ffmpeg", "-v", "error", "-i", str(path)]
    command += ["-ac", "1", "-ar", str(RATE), "-f", "f32le", "-"]
    result = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return np.frombuffer(result.stdout, "<f4").copy()


def read(path, expected=RATE):
    """Return the first channel of a WAV file of floats at a rate."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", scipy.io.wavfile.WavFileWarning)
        rate, data = scipy.io.wavfile.read(path)
    if rate != expected or data.dtype != np.float32:
        raise SystemExit(f"{path}: not floats at {expected} Hz")
    return np.ascontiguousarray(data if data.ndim == 1 else data[:, 0])


def write(path, data, rate=RATE):
    """Write a WAV file of floats."""
    scipy.io.wavfile.write(path, rate, data.astype(np.float32))
