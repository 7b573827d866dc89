#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Install the bundle, for `meson install`.

usage: install.py BUNDLE LV2DIR

Where LV2DIR is empty, root and packagers (who set DESTDIR) install to the
prefix, and others to their own LV2 folder.  This depends on who installs, which
only a script knows: often another user than the one who builds.
"""

import os
import pathlib
import sys

sys.dont_write_bytecode = True  # The source folder may belong to someone else

from bundle import copy_folder  # noqa: E402


def lv2_folder(option, prefix, destdir):
    """Return the folder to install bundles to, without destdir."""
    if option:
        return prefix / pathlib.Path(option).expanduser()
    if destdir or os.geteuid() == 0:
        return prefix / "lib" / "lv2"
    return pathlib.Path.home() / ".lv2"


def main():
    """Install one bundle."""
    bundle, option = pathlib.Path(sys.argv[1]), sys.argv[2]
    prefix = pathlib.Path(os.environ["MESON_INSTALL_PREFIX"])
    destdir = os.environ.get("DESTDIR", "")

    folder = lv2_folder(option, prefix, destdir) / bundle.name
    if destdir:
        folder = pathlib.Path(destdir) / folder.relative_to("/")

    print(f"Installing {bundle.name} to {folder.parent}")
    if "MESON_INSTALL_DRY_RUN" not in os.environ:
        copy_folder(folder, bundle)


if __name__ == "__main__":
    main()
