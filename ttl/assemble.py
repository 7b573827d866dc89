#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Assemble a Turtle file from templates.

A template is Turtle with three additions:

    @NAME@                        A value, from the command line or an include
    @INDEX@                       The next number: 0, 1, 2...
    #include "FILE" NAME=VALUE    The text of FILE, where NAME is VALUE
    #include "FILE" NAME=1..8     The same 8 times, where NAME is 1, 2... 8
    #include ""                   Nothing, for files that are a value

FILE is relative to the template that includes it.  A value with spaces has
quotes around it.  Comments and blank lines of included files are left out.
"""

import argparse
import itertools
import pathlib
import re
import shlex
import sys

NAME = re.compile(r"@([A-Z_]+)@")
INCLUDE = re.compile(r'#include\s+"([^"]*)"(.*)')
RANGE = re.compile(r"(\d+)\.\.(\d+)")


class TemplateError(Exception):
    """What is wrong in a template, and where."""


class Assembler:
    """Remembers the last index and all sources of one output."""

    def __init__(self):
        self.indices = itertools.count()
        self.sources = []

    def expand(self, path, values, is_included=False):
        """Yield the lines that a template stands for."""
        self.sources.append(path)
        for number, line in enumerate(read_lines(path), 1):
            try:
                line = self.fill(line, values)
                include = INCLUDE.fullmatch(line)
                if include:
                    yield from self.include(path.parent, values, *include.groups())
                elif not is_included or is_content(line):
                    yield line
            except (OSError, ValueError) as error:
                raise TemplateError(f"{path}:{number}: {error}") from error

    def include(self, folder, values, file, assignments):
        """Yield the lines that an include stands for."""
        if not file:
            return
        for more in repetitions(parse_values(shlex.split(assignments))):
            yield from self.expand(folder / file, values | more, True)

    def fill(self, line, values):
        """Return a line with values in place of their names."""

        def value(match):
            name = match[1]
            if name == "INDEX":
                return str(next(self.indices))
            if name not in values:
                raise ValueError(f"@{name}@ has no value")
            return values[name]

        return NAME.sub(value, line)


def read_lines(path):
    """Return the lines of a file."""
    return path.read_text(encoding="utf-8").splitlines()


def is_content(line):
    """Return whether a line is neither blank nor a comment."""
    return line and not line.startswith("#")


def parse_values(words):
    """Return a dictionary from words like NAME=VALUE."""
    for word in words:
        if "=" not in word:
            raise ValueError(f"expected NAME=VALUE, not {word}")
    return dict(word.split("=", 1) for word in words)


def repetitions(values):
    """Yield values once, or once for each number of a range among them."""
    for name, value in values.items():
        numbers = RANGE.fullmatch(value)
        if numbers:
            for i in range(int(numbers[1]), int(numbers[2]) + 1):
                yield values | {name: str(i)}
            return
    yield values


def parse_arguments():
    """Return the arguments of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--depfile", type=pathlib.Path, help="list of what was read")
    parser.add_argument("template", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("values", nargs="*", metavar="NAME=VALUE")
    return parser.parse_args()


def main():
    """Assemble one file."""
    arguments = parse_arguments()
    assembler = Assembler()
    try:
        values = parse_values(arguments.values)
        lines = list(assembler.expand(arguments.template, values))
    except (OSError, ValueError, TemplateError) as error:
        sys.exit(f"assemble.py: {error}")

    arguments.output.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if arguments.depfile:
        sources = " ".join(str(path).replace(" ", r"\ ") for path in assembler.sources)
        arguments.depfile.write_text(f"{arguments.output}: {sources}\n")


if __name__ == "__main__":
    main()
