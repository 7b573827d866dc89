#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Make a bundle that holds the given files, and nothing else."""

import argparse
import os
import pathlib
import shutil

# Weight files, and those of the web interface, have folders of their own
FOLDERS = {
    ".css": "modgui",
    ".html": "modgui",
    ".js": "modgui",
    ".png": "modgui",
    ".safetensors": "models",
    ".svg": "modgui",
}


def copy_files(folder, files):
    """Copy files to a folder, each in one step.

    A host may have a file of the folder open, which must not change under it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        new = folder / (file.name + ".new")
        shutil.copy(file, new)
        os.replace(new, folder / file.name)


def copy_folder(folder, source):
    """Copy a folder and those in it, for example of models."""
    copy_files(folder, sorted(path for path in source.iterdir() if path.is_file()))
    for path in source.iterdir():
        if path.is_dir():
            copy_folder(folder / path.name, path)


def remove_others(folder, files):
    """Remove what an earlier build left."""
    names = {file.name for file in files}
    for path in folder.iterdir():
        if path.is_file() and path.name not in names:
            path.unlink()


def main():
    """Make one bundle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stamp", type=pathlib.Path, help="written when done")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()

    for folder in ("", *sorted(set(FOLDERS.values()))):
        files = [f for f in arguments.files if FOLDERS.get(f.suffix, "") == folder]
        copy_files(arguments.folder / folder, files)
        remove_others(arguments.folder / folder, files)
    if arguments.stamp:
        arguments.stamp.touch()


if __name__ == "__main__":
    main()
