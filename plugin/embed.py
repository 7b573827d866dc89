#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Write the bytes of a file as an array in C."""

import argparse
import pathlib

BYTES_IN_A_LINE = 16

SOURCE = """\
#include "{header}"

const uint8_t {name}[] = {{
{lines}
}};

const size_t {name}_size = sizeof({name});
"""


def main():
    """Write one array."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("header", help="header that declares NAME and NAME_size")
    parser.add_argument("name", help="name of the array")
    parser.add_argument("input", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    arguments = parser.parse_args()

    data = arguments.input.read_bytes()
    lines = [
        "  " + ",".join(str(byte) for byte in data[i : i + BYTES_IN_A_LINE]) + ","
        for i in range(0, len(data), BYTES_IN_A_LINE)
    ]
    text = SOURCE.format(
        header=arguments.header, name=arguments.name, lines="\n".join(lines)
    )
    arguments.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
