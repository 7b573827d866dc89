#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Write the tables of ui/panel_spec.h from Turtle.

Reads the Turtle that assemble.py makes, not all that Turtle may be.

Usage: panel_specs.py OUTPUT.c LMU.ttl PLUGIN.ttl...
"""

import pathlib
import re
import sys

TEXT = r'"((?:[^"\\]|\\.)*)"'
NUMBER = r"(-?[0-9.]+)"
UNITS = {
    "units:ms": "ms",
    "units:s": "s",
    "units:hz": "Hz",
    "units:db": "dB",
    "<urn:lmu-lv2:unit:part>": "%",
    "<urn:lmu-lv2:unit:times>": "×",
    "<urn:lmu-lv2:unit:mebibyte>": "MiB",
}
FLAGS = {
    "pprops:logarithmic": "LMU_CONTROL_LOGARITHMIC",
    "lv2:integer": "LMU_CONTROL_INTEGER",
    "lv2:toggled": "LMU_CONTROL_TOGGLED",
    "lv2:enumeration": "LMU_CONTROL_ENUMERATION",
    "lv2:OutputPort": "LMU_CONTROL_OUTPUT",
    "pprops:notOnGUI": "LMU_CONTROL_HIDDEN",
}
# Words that the name of a group says already
KNOWN_WORDS = {"Taps": "Tap ", "LFO": "LFO ", "Window": "Window "}


def find(pattern, text, otherwise=None):
    """Return what a pattern holds the first time, or something else."""
    match = re.search(pattern, text)
    if match:
        return match[1]
    if otherwise is None:
        raise ValueError(f"no {pattern} in:\n{text}")
    return otherwise


def outside_of_text(text):
    """Return text with what is in quotes blanked, at the same places."""
    return re.sub(TEXT, lambda match: '"' + "_" * (len(match[0]) - 2) + '"', text)


def blocks(text, start):
    """Yield what is between the brackets after each `start`."""
    plain = outside_of_text(text)
    for match in re.finditer(re.escape(start) + r"\s*\[", plain):
        depth, end = 1, match.end()
        while True:
            while depth:
                depth += {"[": 1, "]": -1}.get(plain[end], 0)
                end += 1
            yield text[match.end() : end - 1]
            more = re.compile(r"\s*,\s*\[").match(plain, end)
            if not more:
                break
            match, depth, end = more, 1, more.end()


def quoted(text):
    """Return a text as C has it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def groups_of(text):
    """Return the names of groups by their URI."""
    pattern = r"<(urn:lmu-lv2:group:[^>]+)>\s+a (?:.|\n)*?lv2:name " + TEXT
    return dict(re.findall(pattern, text))


def short_name(name, group):
    """Return a name without what its group says."""
    known = KNOWN_WORDS.get(group, "\n")
    return name.removeprefix(known)


class Control:
    """A control port."""

    def __init__(self, text, groups):
        self.points = [
            (find(r"rdf:value " + NUMBER, point), find(r"rdfs:label " + TEXT, point))
            for point in blocks(text, "lv2:scalePoint")
        ]
        plain = outside_of_text(text)
        group = groups.get(find(r"pg:group <([^>]+)>", text, ""), "")
        self.symbol = find(r"lv2:symbol " + TEXT, text)
        self.texts = [
            self.symbol,
            short_name(find(r"lv2:name " + TEXT, text), group),
            find(r"rdfs:comment " + TEXT, text),
            UNITS.get(find(r"units:unit (\S+)", plain, ""), ""),
            group,
        ]
        self.port = find(r"lv2:index (\d+)", plain)
        self.flags = [flag for word, flag in FLAGS.items() if word in plain]
        if self.symbol == "freewheel" and FLAGS["pprops:notOnGUI"] not in self.flags:
            self.flags.append(FLAGS["pprops:notOnGUI"])
        self.range = [
            float(find(rf"lv2:{word} {NUMBER}", plain))
            for word in ("default", "minimum", "maximum")
        ]

    def points_name(self, prefix):
        """Return the name of the table of points."""
        return f"{prefix}_{self.symbol}" if self.points else "NULL"

    def lines(self, prefix):
        """Yield an initialiser."""
        yield "  {" + ",\n   ".join(quoted(text) for text in self.texts) + ","
        yield f"   {self.points_name(prefix)},"
        yield f"   {len(self.points)}U,"
        yield f"   {self.port}U,"
        yield f"   {' | '.join(self.flags) or '0U'},"
        yield "   " + ", ".join(f"{value!r}f" for value in self.range) + "},"


class PanelSpec:
    """A plugin."""

    def __init__(self, text, groups):
        ports = list(blocks(text, "lv2:port"))
        self.name = find(r"<urn:lmu-lv2:([a-z0-9-]+)>\s+a lv2:Plugin", text)
        self.prefix = self.name.replace("-", "_")
        self.title = find(r"doap:name " + TEXT, text)
        self.comment = find(r"rdfs:comment " + TEXT, text)
        self.controls = [
            Control(port, groups) for port in ports if "lv2:ControlPort" in port
        ]
        self.atoms = [
            find(r"lv2:index (\d+)", port)
            for symbol in ("control", "notify")
            for port in ports
            if f'lv2:symbol "{symbol}"' in port
        ]
        self.has_weights = "patch:writable <urn:lmu-lv2:weights>" in text

    def lines(self):
        """Yield the tables of this plugin."""
        for control in self.controls:
            if control.points:
                name = control.points_name(self.prefix)
                yield f"static const LmuPoint {name}[] = {{"
                for value, label in control.points:
                    yield f"  {{{float(value)!r}f, {quoted(label)}}},"
                yield "};\n"
        yield f"static const LmuControl {self.prefix}[] = {{"
        for control in self.controls:
            yield from control.lines(self.prefix)
        yield "};\n"

    def entry(self):
        """Return the line of this plugin in the list of all."""
        flag = "true" if self.has_weights else "false"
        return (
            f"  {{{quoted(self.name)},\n   {quoted(self.title)},\n"
            f"   {quoted(self.comment)},\n   {self.prefix},\n"
            f"   {len(self.controls)}U,\n"
            f"   {self.atoms[0]}U,\n   {self.atoms[1]}U,\n   {flag}}},"
        )


def main():
    """Write one file."""
    output, common, *plugins = map(pathlib.Path, sys.argv[1:])
    groups = groups_of(common.read_text(encoding="utf-8"))
    specs = [PanelSpec(path.read_text(encoding="utf-8"), groups) for path in plugins]
    lines = ['#include "ui/panel_spec.h"', "", "#include <stddef.h>", ""]
    for spec in specs:
        lines.extend(spec.lines())
    lines += ["const LmuPanelSpec lmu_panel_specs[] = {", *(spec.entry() for spec in specs), "};"]
    lines.append(f"const uint32_t lmu_n_panel_specs = {len(specs)}U;")
    output.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
