#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Put sounds on the tracks of a new Ardour 7 session, as its Import does.

Usage: add_region.py FOLDER TRACK=FILE.wav...

Ardour imports in its window only, so this edits the session's XML: a source
for each channel, a region of all of it, and one on the track's playlist.
"""

import pathlib
import shutil
import struct
import sys
import xml.etree.ElementTree as ET

SUPERCLOCK = 282240000  # Ardour's ticks per second
REGION = {
    "type": "audio", "automatic": "0", "start": "a0", "sync-position": "a0",
    "ancestral-start": "a0", "stretch": "1", "shift": "1", "muted": "0",
    "opaque": "1", "locked": "0", "layering-index": "0", "hidden": "0",
    "envelope-active": "0", "default-fade-in": "0", "default-fade-out": "0",
    "fade-in-active": "0", "fade-out-active": "0", "scale-amplitude": "1",
    "first-edit": "nothing",
}


def shape(path):
    """Return channels, rate and frames of a WAV file."""
    data = path.read_bytes()
    position = 12
    while position < len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        if name == b"fmt ":
            _, channels, rate, _, width = struct.unpack_from(
                "<HHIIH", data, position + 8)
        elif name == b"data":
            return channels, rate, size // width
        position += 8 + size + size % 2
    raise ValueError(f"{path} has no data")


class Session:
    """A session file, in which every object has a number."""

    def __init__(self, folder):
        self.folder = folder
        self.path = folder / "session.ardour"
        self.tree = ET.parse(self.path)
        self.root = self.tree.getroot()
        self.counter = int(self.root.get("id-counter"))

    def add(self, parent, tag, **attributes):
        """Add a numbered object, and return it."""
        self.counter += 1
        attributes["id"] = str(self.counter)
        return ET.SubElement(parent, tag, attributes)

    def add_sound(self, track, path):
        """Copy a file into the session and put it at the start of a track."""
        channels, rate, frames = shape(path)
        if rate != int(self.root.get("sample-rate")):
            raise ValueError(f"{path} has another rate than the session")

        shutil.copy(path, self.folder / "interchange" / "session" /
                    "audiofiles" / path.name)
        length = f"a{frames * (SUPERCLOCK // rate)}"
        sources = [
            self.add(self.root.find("Sources"), "Source", name=path.name,
                     type="audio", flags="CanRename", channel=str(channel),
                     origin="", gain="1", **{"natural-position": "a0"})
            for channel in range(channels)
        ]
        playlist = next(p for p in self.root.find("Playlists")
                        if p.get("name") == track)
        self.add_region(self.root.find("Regions"), "1", path, sources, length)
        self.add_region(playlist, "0", path, sources, length)
        return length

    def add_region(self, parent, whole, path, sources, length):
        """Add a region of the whole of a file."""
        region = self.add(parent, "Region", name=path.stem,
                          channels=str(len(sources)), **REGION)
        region.set("whole-file", whole)
        region.set("length", f"{length}@a0")
        region.set("ancestral-length", f"{length}@a0")
        for channel, source in enumerate(sources):
            region.set(f"source-{channel}", source.get("id"))
            region.set(f"master-source-{channel}", source.get("id"))
        ET.SubElement(region, "Envelope", default="yes")
        ET.SubElement(region, "FadeIn", default="1")
        ET.SubElement(region, "FadeOut", default="1")

    def save(self, length):
        """Write the file, with a session range of a length."""
        self.add(self.root.find("Locations"), "Location", name="session",
                 start="a0", end=length, flags="IsSessionRange", locked="0",
                 timestamp="0", cue="0")
        self.root.set("id-counter", str(self.counter + 1))
        self.tree.write(self.path, encoding="UTF-8", xml_declaration=True)


def main():
    """Add what the command line names."""
    session = Session(pathlib.Path(sys.argv[1]))
    for argument in sys.argv[2:]:
        track, path = argument.split("=", 1)
        length = session.add_sound(track, pathlib.Path(path))
    session.save(length)


if __name__ == "__main__":
    main()
