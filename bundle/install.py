#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Install the bundle or a file, for `meson install`.

usage: install.py bundle BUNDLE LV2DIR
       install.py file FILE FOLDER

Where LV2DIR is empty, root and packagers (who set DESTDIR) install to the
prefix, and others to their own LV2 folder.  FOLDER is in the prefix, or where
nobody chose one and it belongs to root, in ~/.local.  Both depend on who
installs, which only a script knows: often another user than the one who builds.
"""

import os
import pathlib
import sys

sys.dont_write_bytecode = True  # The source folder may belong to someone else

from bundle import copy_files, copy_folder  # noqa: E402

MESON_PREFIX = pathlib.Path("/usr/local")  # What meson takes if nobody chose


def lv2_folder(option, prefix, destdir):
    """Return the folder to install bundles to, without destdir."""
    if option:
        return prefix / pathlib.Path(option).expanduser()
    if destdir or os.geteuid() == 0:
        return prefix / "lib" / "lv2"
    return pathlib.Path.home() / ".lv2"


def may_write(folder):
    """Tell whether files can be made in a folder, which may not be there yet."""
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK)


def file_folder(folder, prefix, destdir):
    """Return the folder to install a file to, without destdir."""
    if not destdir and prefix == MESON_PREFIX and not may_write(prefix / folder):
        prefix = pathlib.Path.home() / ".local"
    return prefix / folder


def install(kind, source, option):
    """Install one bundle or file."""
    prefix = pathlib.Path(os.environ["MESON_INSTALL_PREFIX"])
    destdir = os.environ.get("DESTDIR", "")
    choose = lv2_folder if kind == "bundle" else file_folder
    parent = choose(option, prefix, destdir)
    if destdir:
        parent = pathlib.Path(destdir) / parent.relative_to("/")

    print(f"Installing {source.name} to {parent}")
    if "MESON_INSTALL_DRY_RUN" in os.environ:
        return
    if kind == "bundle":
        copy_folder(parent / source.name, source)
    else:
        copy_files(parent, [source])


def main():
    """Install what the command line names, or say in a line what is wrong."""
    try:
        install(sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3])
    except OSError as error:
        sys.exit(f"Cannot install to {error.filename}: {error.strerror}")


if __name__ == "__main__":
    main()
