# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Pages with pedals, in a browser without a window."""

import html
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

from effects import Bundle

HERE = pathlib.Path(__file__).parent
NAMES = ("chromium", "chromium-browser", "google-chrome")
TIMEOUT = 600

OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
           "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
           "--disable-background-networking", "--allow-file-access-from-files")
ZOOM = "--force-device-scale-factor"


def program():
    """Return the path of the browser, or none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def run(page, *options, zoom=1):
    """Open a page, and return what the browser prints."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "page.html"
        file.write_text(page, encoding="utf-8")
        done = subprocess.run(
            [program(), *OPTIONS, f"{ZOOM}={zoom}", f"--user-data-dir={folder}/user",
             *options, file.as_uri()],
            capture_output=True, text=True, timeout=TIMEOUT, check=True)
    return done.stdout


def loaded(folder):
    """Return the plugins of a bundle, with the texts of their files."""
    bundle = Bundle(folder)
    effects = bundle.effects()
    for effect in effects:
        gui = effect["gui"]
        effect["template"] = bundle.text(gui["iconTemplate"])
        effect["script"] = bundle.text(gui["javascript"])
    style = bundle.text(effects[0]["gui"]["stylesheet"])
    film = (bundle.folder / "modgui/knob.svg").resolve()
    style = re.sub(r"url\(/resources/knob\.svg{{{ns}}}\)", f'url("{film.as_uri()}")', style)
    assert film.is_file() and "{{" not in style, style
    width, height = re.search(r'width="(\d+)" height="(\d+)"', film.read_text()).groups()
    return effects, style, (int(width), int(height))


def page_with(folder, script, more_style=""):
    """Return a page where a script may make pedals of the plugins of a bundle."""
    effects, style, film = loaded(folder)
    text = json.dumps(effects).replace("</", "<\\/")
    host = (HERE / "host.js").read_text(encoding="utf-8")
    page = (HERE / "page.css").read_text(encoding="utf-8")
    return f"""<!doctype html>
<meta charset="utf-8">
<style>{page}</style>
<style>{style}{more_style}</style>
<body>
<script>
{host}
const [FILM_WIDTH, FILM_HEIGHT] = {json.dumps(film)};
const EFFECTS = {text};
{script}
</script>
"""


def result_of(page, zoom=1):
    """Return what the script of a page left as JSON in its element #result."""
    printed = run(page, "--virtual-time-budget=20000", "--dump-dom", zoom=zoom)
    match = re.search(r'<pre id="result">(.*?)</pre>', printed, re.DOTALL)
    assert match, printed[-2000:]
    return json.loads(html.unescape(match[1]))
