#!/usr/bin/python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Make pairs of recordings to train with: what goes in and out of devices.

Into a folder go dry_train.wav and dry_val.wav, and for each device
NAME_train.wav and NAME_val.wav: one channel of floats at 48 kHz, as long as the
dry ones.  Devices are switched on a while before, and what they are late by is
taken out, so that all trainers get the same and need not find it.  The same bytes
come from the same versions of the packages that .ci/packages names under
[devices].
"""

import argparse
import pathlib
import subprocess
import tempfile

import numpy as np

import devices
import dry
import sound

SETTLING = 3 * sound.RATE  # Frames of silence before a recording
BLOCK = 512  # Frames: what some devices do depends on it
LMU = pathlib.Path(__file__).resolve().parents[2] / "build" / "tools" / "lmu"


def render(lmu, plugin, settings, dry_path, wet_path):
    """Send a dry recording through a plugin."""
    command = [str(lmu), "render", plugin, str(dry_path), str(wet_path), "--quiet"]
    command += ["--channels", "1", "--block", str(BLOCK)]
    for control, value in settings.items():
        command += ["--set", f"{control}={value}"]
    # Some plugins print on standard output
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def make_wet(lmu, folder, name, part):
    """Send a dry recording through a device that is on and at rest."""
    _, plugin, settings = devices.DEVICES[name]
    dry, wet = (folder / f"{who}_{part}.wav" for who in ("dry", name))
    x, late = sound.read(dry), devices.LATENCIES.get(name, 0)
    with tempfile.TemporaryDirectory() as temporary:
        source, result = (f"{temporary}/{end}.wav" for end in ("in", "out"))
        sound.write(source, np.concatenate((np.zeros(SETTLING), x, np.zeros(late))))
        render(lmu, plugin, settings, source, result)
        sound.write(wet, sound.read(result)[SETTLING + late :])


def main():
    """Make what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("device", nargs="*", help="all by default")
    parser.add_argument("--lmu", default=LMU, help="the command, once built")
    arguments = parser.parse_args()

    names = arguments.device or list(devices.DEVICES)
    if unknown := set(names) - set(devices.DEVICES):
        parser.error(f"no such device: {', '.join(sorted(unknown))}")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for part in dry.PARTS:
        path = arguments.folder / f"dry_{part}.wav"
        sound.write(path, dry.recording(part))
        for name in names:
            make_wet(arguments.lmu, arguments.folder, name, part)


if __name__ == "__main__":
    main()
