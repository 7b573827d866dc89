#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Take the pictures of the pedals that the bundle brings for MOD.

usage: screenshots.py BUNDLE FOLDER

Writes screenshot-FAMILY.png and thumbnail-FAMILY.png for each family, of its
first plugin.  Needs Chromium, and makes the files smaller if pngquant and
optipng are there.
"""

import base64
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import browser  # noqa: E402

FAMILIES = {
    "capture": ("capture", {"recorded": 64.0, "esr": -38.2, "seconds_left": 0.0,
                            "status": 5, "monitor": 1}),
    "decode": ("decode8", {"bandwidth": 100.0, "order_used": 8, "position": 0.35}),
    "delay": ("delay", {"bandwidth": 512.0, "order_used": 512, "theta": 250.0,
                        "feedback": 0.35, "tap1_gain": -9.0, "tap2_gain": -6.0}),
    "memory": ("memory8", {"bandwidth": 100.0, "order_used": 8}),
    "memory-cv": ("memory-cv8", {"bandwidth": 20.0, "order_used": 8}),
    "model": ("model", {"status": 2, "theta": 30.0, "order": 16, "input": 4.5,
                        "cond1": 0.7}),
    "predict": ("predict", {"prediction_gain": 17.3, "confidence": 0.98}),
    "scope": ("scope", {"bandwidth": 320.0, "order_used": 64}),
}
MARGIN = 8
THUMBNAIL = (256, 64)  # What MOD has room for
SMALLER = (("pngquant", "--force", "--ext=.png", "--strip", "128"),
           ("optipng", "-quiet", "-o5"))

# A bell that dies away, as Legendre coefficients of its window
SCENE = """
const [name, values] = WHAT;
const effect = EFFECTS.find((e) => e.uri === "urn:lmu-lv2:" + name);
const pedal = newPedal(effect, values);
const margin = name === "delay" ? 1.1 : 1; // Its memory is longer than its window
const window_ms = margin * (pedal.data.lmu.ports.theta || 30);
const wave = (r) => Math.exp(-2 * (1 - r)) * Math.sin(20 * (1 - r)) *
  (1 - Math.exp(-30 * (1 - r))) + 0.2 * Math.sin(47 * r);
const numbers = [];
for (let n = 0; n < COUNT; ++n) {
  const one = Array(n).fill(0).concat([1]);
  let sum = 0;
  for (let i = 0; i < 1000; ++i) {
    const r = (i + 0.5) / 1000;
    let last = 0, p = 1;
    for (let k = 0; k < n; ++k) {
      [last, p] = [p, ((2 * k + 1) * (2 * r - 1) * p - k * last) / (k + 1)];
    }
    sum += wave(r) * p / 1000;
  }
  numbers.push((2 * n + 1) * sum);
}
pedal.send({ type: "change", uri: "urn:lmu-lv2:modView",
             value: [window_ms / 1000, ORDER].concat(numbers) });
document.title = "done";
"""

# Cuts a picture, and makes it small
CUT = """
const image = new Image();
image.onload = () => {
  function cut(width, height) {
    let from = image, w = BOX[2], h = BOX[3], x = BOX[0], y = BOX[1];
    for (;;) {
      const half = w / 2 > width;
      const canvas = document.createElement("canvas");
      canvas.width = half ? Math.round(w / 2) : width;
      canvas.height = half ? Math.round(h / 2) : height;
      const pen = canvas.getContext("2d");
      pen.imageSmoothingQuality = "high";
      pen.drawImage(from, x, y, w, h, 0, 0, canvas.width, canvas.height);
      if (!half) {
        return canvas.toDataURL("image/png");
      }
      [from, x, y, w, h] = [canvas, 0, 0, canvas.width, canvas.height];
    }
  }
  const scale = Math.min(SMALL[0] / BOX[2], SMALL[1] / BOX[3]);
  const result = document.createElement("pre");
  result.id = "result";
  result.textContent = JSON.stringify([
    cut(BOX[2], BOX[3]), cut(Math.round(BOX[2] * scale), Math.round(BOX[3] * scale))]);
  document.body.appendChild(result);
};
image.src = SOURCE;
"""
STYLE = f"body {{ margin: {MARGIN}px; overflow: hidden }} .mod-pedal {{ float: left }}"


def constants(**values):
    """Return lines that give values names in a script."""
    return "".join(f"const {name} = {json.dumps(value)};\n"
                   for name, value in values.items())


def size_of(script, bundle):
    """Return the width and height of the pedal of a scene."""
    measure = """
const box = pedal.icon.firstElementChild.getBoundingClientRect();
const pre = document.createElement("pre");
pre.id = "result";
pre.textContent = JSON.stringify([Math.ceil(box.width), Math.ceil(box.height)]);
document.body.appendChild(pre);
"""
    return browser.result_of(browser.page_with(bundle, script + measure, STYLE))


def photograph(script, bundle, width, height):
    """Return a PNG of a scene, with the margin around the pedal."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "picture.png"
        browser.run(browser.page_with(bundle, script, STYLE),
                    f"--screenshot={file}", "--default-background-color=00000000",
                    "--virtual-time-budget=2000",
                    f"--window-size={width + 2 * MARGIN},{height + 200}")
        return file.read_bytes()


def save(path, url):
    """Save a picture from its data URL."""
    path.write_bytes(base64.b64decode(url.split(",", 1)[1]))
    for command in SMALLER:
        if shutil.which(command[0]):
            subprocess.run([*command, path], check=True)
    print(path.name, path.stat().st_size, "bytes")


def main():
    """Take all pictures."""
    bundle, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    for family, (plugin, values) in FAMILIES.items():
        order = values.get("order_used") or values.get("order") or 24
        script = constants(WHAT=[plugin, values], ORDER=order,
                           COUNT=min(order, 24)) + SCENE
        width, height = size_of(script, bundle)
        image = base64.b64encode(photograph(script, bundle, width, height)).decode()
        cut = constants(SOURCE=f"data:image/png;base64,{image}",
                        BOX=[MARGIN, MARGIN, width, height], SMALL=THUMBNAIL) + CUT
        pictures = browser.result_of(f"<!doctype html><body><script>{cut}</script>")
        save(folder / f"screenshot-{family}.png", pictures[0])
        save(folder / f"thumbnail-{family}.png", pictures[1])


if __name__ == "__main__":
    main()
