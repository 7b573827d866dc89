#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Draw the film of a knob, which MOD moves behind a hole: film.py OUTPUT.

Pictures stand side by side, from the least value to the greatest.  Colours are
those of the dark theme in ui/theme.c.
"""

import math
import pathlib
import sys

SIZE = 48  # Of a picture, as in the stylesheet [pixels]
N_PICTURES = 65
SWEEP = 270.0  # From the least value to the greatest [degrees]
RADIUS = 20.0  # Of the ring around the knob

GRID, PANEL, MUTED = "#2a333d", "#171d24", "#9aa7b4"
TEXT, ESTIMATE = "#eef2f6", "#5cb8ff"


def point(turn, radius, left):
    """Return a place on a circle, `turn` from 0 to 1, as coordinates."""
    angle = math.radians(turn * SWEEP - SWEEP / 2.0)
    x = left + SIZE / 2.0 + radius * math.sin(angle)
    y = SIZE / 2.0 - radius * math.cos(angle)
    return f"{x:.2f},{y:.2f}"


def arc(turn, left):
    """Return the path of the ring from the least value up to a turn."""
    is_large = int(turn * SWEEP > 180.0)
    return (
        f"M{point(0.0, RADIUS, left)}"
        f"A{RADIUS:g},{RADIUS:g},0,{is_large},1,{point(turn, RADIUS, left)}"
    )


def picture(number):
    """Yield the shapes of one picture."""
    turn = number / (N_PICTURES - 1)
    left = number * SIZE
    yield f'<path class="g" d="{arc(1.0, left)}"/>'
    if number > 0:
        yield f'<path class="e" d="{arc(turn, left)}"/>'
    yield f'<circle cx="{left + SIZE // 2}" cy="{SIZE // 2}" r="15"/>'
    yield f'<path class="t" d="M{point(turn, 6.0, left)}L{point(turn, 13.0, left)}"/>'


def film():
    """Return the whole film as SVG."""
    shapes = "\n".join("".join(picture(i)) for i in range(N_PICTURES))
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{N_PICTURES * SIZE}" height="{SIZE}">
<style>
path {{ fill: none; stroke-linecap: round; stroke-width: 3 }}
.g {{ stroke: {GRID} }}
.e {{ stroke: {ESTIMATE} }}
.t {{ stroke: {TEXT} }}
circle {{ fill: {PANEL}; stroke: {MUTED}; stroke-width: 1 }}
</style>
{shapes}
</svg>
"""


if __name__ == "__main__":
    pathlib.Path(sys.argv[1]).write_text(film(), encoding="utf-8")
