#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Test where `meson install` puts things: test_install.py LMU FOLDER

FOLDER has the scripts that install.  Prints the Test Anything Protocol.
"""

import os
import pathlib
import shutil
import stat
import subprocess
import sys

from runner import LMU, TIMEOUT, Skip, main, test

SCRIPTS = pathlib.Path(sys.argv[2]).absolute()
NOBODY = 65534

# Others than root may not run one in the home of root
PYTHON = shutil.which("python3", path=os.defpath) or sys.executable


def be_nobody(folder):
    """Return arguments for a process of who may write to a folder alone."""
    if os.geteuid() != 0:
        if os.access("/usr/local", os.W_OK):
            raise Skip("you may write to /usr/local")
        return {}
    if not all(p.stat().st_mode & stat.S_IXOTH for p in folder.parents):
        raise Skip(f"others than root may not enter {folder.parent}")
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, NOBODY, NOBODY)
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def install(kind, source, option, prefix="/usr/local", destdir="", who=None):
    """Run the script as meson does, in a home of its own."""
    home = pathlib.Path.cwd() / "home"
    environment = {"HOME": str(home), "PATH": os.environ["PATH"],
                   "MESON_INSTALL_PREFIX": str(prefix)}
    if destdir:
        environment["DESTDIR"] = str(destdir)
    return subprocess.run(
        [PYTHON, "scripts/install.py", kind, source, option],
        capture_output=True, text=True, timeout=TIMEOUT, check=False,
        env=environment, **(who or {}))


def prepare():
    """Make a home, a command, a bundle and the scripts in this folder."""
    here = pathlib.Path.cwd()
    shutil.copytree(SCRIPTS, "scripts",
                    ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("home", "x.lv2/models"):
        pathlib.Path(folder).mkdir(parents=True)
    shutil.copy(LMU, "lmu")
    for file in ("lmu.1", "x.lv2/manifest.ttl", "x.lv2/models/m.safetensors"):
        pathlib.Path(file).write_text(file, encoding="utf-8")
    return here


def is_command(path):
    """Return whether a file is the command, and may run."""
    return os.access(path, os.X_OK) and \
        path.read_bytes() == pathlib.Path(LMU).read_bytes()


@test
def users_get_the_command_in_their_home():
    """Nobody chose a prefix, and it belongs to root."""
    here = prepare()
    who = be_nobody(here)
    for file, folder in (("lmu", "bin"), ("lmu.1", "share/man/man1")):
        done = install("file", file, folder, who=who)
        assert done.returncode == 0, done
    assert is_command(here / "home/.local/bin/lmu")
    assert (here / "home/.local/share/man/man1/lmu.1").is_file()


@test
def users_get_the_plugins_in_their_home():
    """As LV2 looks for them there."""
    here = prepare()
    done = install("bundle", "x.lv2", "", who=be_nobody(here))
    assert done.returncode == 0, done
    assert (here / "home/.lv2/x.lv2/models/m.safetensors").is_file()


@test
def a_prefix_of_ones_own_gets_the_command():
    """Whoever chose it."""
    here = prepare()
    done = install("file", "lmu", "bin", here / "own", who=be_nobody(here))
    assert done.returncode == 0, done
    assert is_command(here / "own/bin/lmu")
    assert not (here / "home/.local").exists()


@test
def packagers_get_all_below_destdir():
    """Whoever they are."""
    here = prepare()
    who = be_nobody(here)
    for kind, source, option in (("file", "lmu", "bin"), ("bundle", "x.lv2", "")):
        done = install(kind, source, option, "/usr", here / "dest", who)
        assert done.returncode == 0, done
    assert is_command(here / "dest/usr/bin/lmu")
    assert (here / "dest/usr/lib/lv2/x.lv2/manifest.ttl").is_file()


@test
def root_gets_all_below_the_prefix():
    """Not in the home of root."""
    if os.geteuid() != 0:
        raise Skip("you are not root")
    here = prepare()
    for kind, source, option in (("file", "lmu", "bin"), ("bundle", "x.lv2", "")):
        done = install(kind, source, option, here / "prefix")
        assert done.returncode == 0, done
    assert is_command(here / "prefix/bin/lmu")
    assert (here / "prefix/lib/lv2/x.lv2/manifest.ttl").is_file()


@test
def a_folder_of_others_is_an_error_of_one_line():
    """Where somebody chose it, nothing is put elsewhere."""
    here = prepare()
    who = be_nobody(here)
    for words in (("file", "lmu", "bin", "/usr/lib/of-root"),
                  ("bundle", "x.lv2", "/usr/lib/of-root")):
        done = install(*words, who=who)
        assert done.returncode == 1, done
        assert done.stderr.count("\n") == 1, done
        assert "/usr/lib/of-root: Permission denied" in done.stderr, done
    assert not any((here / "home").iterdir())


if __name__ == "__main__":
    sys.exit(main())
