#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Make a folder that holds the given files and nothing else."""

import argparse
import os
import pathlib
import shutil


def copy_files(folder, files):
    """Copy files to a folder, each in one step.

    A host may have a file of the folder open, which must not change under it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        new = folder / (file.name + ".new")
        shutil.copy(file, new)
        os.replace(new, folder / file.name)


def remove_others(folder, files):
    """Remove what an earlier build left."""
    names = {file.name for file in files}
    for path in folder.iterdir():
        if path.name not in names:
            path.unlink()


def main():
    """Make one folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stamp", type=pathlib.Path, help="written when done")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()

    copy_files(arguments.folder, arguments.files)
    remove_others(arguments.folder, arguments.files)
    if arguments.stamp:
        arguments.stamp.touch()


if __name__ == "__main__":
    main()
