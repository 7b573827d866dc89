#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Tests of the web interface for MOD: test_modgui.py BUNDLE ROOT."""

import functools
import pathlib
import re
import struct
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "tools"))

import browser  # noqa: E402
from effects import Bundle  # noqa: E402
from runner import Skip, main, test  # noqa: E402

BUNDLE, ROOT = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
MOST_CONTROLS = 9
THUMBNAIL = (256, 64)  # What MOD has room for
ZOOMS = (1, 1.5, 0.67)  # Of the page
CONTROL = re.compile(
    r'mod-role="input-control-port" mod-port-symbol="(\w+)"(?: mod-widget="([\w-]+)")?'
    r'.*?<div class="lmu-name">([^<]*)</div>', re.DOTALL)
OPTION = re.compile(r'mod-port-value="(\d+)">([^<]*)<')
WORD = re.compile(r'data-lmu-value="(\d+)">([^<]*)<')


@functools.lru_cache
def bundle():
    """Return the plugins of the bundle."""
    return Bundle(BUNDLE)


@functools.lru_cache
def effects():
    """Return what MOD knows of each plugin."""
    found = bundle().effects()
    assert found
    return found


def template(effect):
    """Return the template of a plugin."""
    return bundle().text(effect["gui"]["iconTemplate"])


def named(ports):
    """Return ports by their symbols."""
    return {port["symbol"]: port for port in ports}


@functools.lru_cache
def seen(zoom=1):
    """Return what checks.js saw in a browser, on a page that may be zoomed."""
    if not browser.program():
        raise Skip("chromium is not installed, package chromium")
    checks = (pathlib.Path(__file__).parent / "checks.js").read_text(encoding="utf-8")
    page = browser.page_with(BUNDLE, checks, "body { width: 700px }")
    result = browser.result_of(page, zoom)
    assert "error" not in result, result["error"]
    return result


def parts(effect):
    """Return the symbols of the controls that are parts of a whole."""
    return {port["symbol"] for port in effect["ports"]["control"]["input"]
            if port["unit"] == "urn:lmu-lv2:unit:part"}


def png_size(path):
    """Return the width and height of a PNG."""
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n"), path
    return struct.unpack(">II", data[16:24])


@test
def every_plugin_has_an_interface_whose_files_exist():
    for effect in effects():
        gui = effect["gui"]
        assert gui["resourcesDirectory"] == "modgui", gui
        assert 0 < len(gui["brand"]) <= 11 and 0 < len(gui["label"]) <= 16, gui
        for key in ("iconTemplate", "stylesheet", "javascript"):
            assert bundle().text(gui[key]), gui[key]


@test
def screenshots_are_large_and_thumbnails_fit():
    for effect in effects():
        gui = effect["gui"]
        width, height = png_size(BUNDLE / gui["screenshot"])
        assert width > 300 and height > 200, (width, height)
        width, height = png_size(BUNDLE / gui["thumbnail"])
        assert 0 < width <= THUMBNAIL[0] and 0 < height <= THUMBNAIL[1], (width, height)


@test
def templates_and_turtle_name_the_same_controls():
    for effect in effects():
        inputs = named(effect["ports"]["control"]["input"])
        listed = effect["gui"]["ports"]
        assert [port["index"] for port in listed] == list(range(len(listed)))
        assert 0 < len(listed) <= MOST_CONTROLS, listed
        found = CONTROL.findall(template(effect))
        assert [f[0] for f in found] == [p["symbol"] for p in listed], (found, listed)
        for (symbol, _, title), port in zip(found, listed):
            assert title == port["name"] == inputs[symbol]["name"], (title, port)
            assert "notOnGUI" not in inputs[symbol]["properties"], symbol


@test
def controls_have_the_widget_that_fits():
    for effect in effects():
        inputs = named(effect["ports"]["control"]["input"])
        for symbol, widget, _ in CONTROL.findall(template(effect)):
            properties = inputs[symbol]["properties"]
            fitting = ("switch" if "toggled" in properties else
                       "custom-select" if "enumeration" in properties else "")
            assert widget == fitting, (effect["uri"], symbol, widget)


@test
def choices_and_words_are_those_of_the_turtle():
    for effect in effects():
        text = template(effect)
        ports = named(effect["ports"]["control"]["input"])
        for match in re.finditer(
                r'mod-port-symbol="(\w+)" mod-widget="custom-select">(.*?)\n      </div>',
                text, re.DOTALL):
            points = ports[match[1]]["scalePoints"]
            assert OPTION.findall(match[2]) == [
                (f"{p['value']:g}", p["label"]) for p in points], match[0]
        outputs = named(effect["ports"]["control"]["output"])
        points = outputs.get("status", {"scalePoints": []})["scalePoints"]
        assert WORD.findall(text) == [
            (f"{p['value']:g}", p["label"]) for p in points], effect["uri"]


@test
def readings_are_outputs_that_the_host_reports():
    for effect in effects():
        monitored = effect["gui"]["monitoredOutputs"]
        outputs = named(effect["ports"]["control"]["output"])
        assert monitored and set(monitored) <= outputs.keys(), monitored
        shown = re.findall(r'data-lmu-port="(\w+)"', template(effect))
        assert shown == monitored, (shown, monitored)


@test
def a_weight_file_can_be_chosen_where_a_plugin_takes_one():
    for effect in effects():
        takes = bool(effect["parameters"])
        assert takes == ("status" in named(effect["ports"]["control"]["output"]))
        assert takes == ('mod-widget="custom-select-path"' in template(effect))


@test
def colours_are_those_of_the_dark_theme():
    theme = (ROOT / "ui/theme.c").read_text(encoding="utf-8")
    dark = theme[theme.index("lmu_theme_dark"):]
    known = {color.lower() for color in re.findall(r"0x([0-9A-Fa-f]{6})", dark)}
    for file in ("stylesheet.css", "script.js", "knob.svg"):
        text = (BUNDLE / "modgui" / file).read_text(encoding="utf-8")
        used = set(re.findall(r"#([0-9a-f]{6})\b", text))
        assert used and used <= known, (file, used - known)


@test
def taps_are_drawn_in_a_memory_as_long_as_that_of_the_plugin():
    header = (ROOT / "plugin/ports.h").read_text(encoding="utf-8")
    script = (BUNDLE / "modgui/script.js").read_text(encoding="utf-8")
    margin = re.search(r"#define TAPS_MARGIN ([\d.]+)", header)[1]
    assert f"const TAP_MARGIN = {margin};" in script, margin


@test
def every_pedal_renders_with_all_that_its_plugin_has():
    pedals = {pedal["uri"]: pedal for pedal in seen()["plugins"]}
    for effect in effects():
        pedal = pedals.pop(effect["uri"])
        for side in ("input", "output"):
            symbols = [port["symbol"] for kind in ("audio", "cv")
                       for port in effect["ports"][kind][side]]
            assert symbols and pedal[side + "s"] == symbols, pedal
        assert pedal["controls"] == [p["symbol"] for p in effect["gui"]["ports"]]
        assert pedal["files"] == [f["basename"] for p in effect["parameters"]
                                  for f in p["files"]], pedal["files"]
        assert pedal["roles"] == [1, 1, 1], pedal
        assert effect["gui"]["label"] in pedal["text"], pedal["text"]
        assert not re.search(r"{{|undefined|NaN", pedal["text"]), pedal["text"]
    assert not pedals


@test
def nothing_on_a_pedal_overlaps_or_is_cut():
    for zoom in ZOOMS:
        for pedal in seen(zoom)["plugins"]:
            assert not pedal["collisions"], (zoom, pedal["uri"], pedal["collisions"])
            assert min(pedal["margins"]) >= 2, (zoom, pedal["uri"], pedal["margins"])


@test
def sockets_touch_the_edges_of_their_pedal():
    for zoom in ZOOMS:
        for pedal in seen(zoom)["plugins"]:
            assert pedal["gaps"], pedal["uri"]
            assert all(abs(gap) <= 0.5 for gap in pedal["gaps"]), (zoom, pedal)
            assert pedal["stray"] == [0, 0], (zoom, pedal)


@test
def file_names_of_any_length_can_be_read_and_move_nothing():
    for names in seen()["longNames"]:
        assert names["nOptions"] > 2 and names["isWhole"] and names["isSame"], names


@test
def files_of_presets_and_sessions_are_named():
    assert seen()["files"] == ["Drive, schön.safetensors", "Choose a file",
                               "b>.safetensors", "b>.safetensors"], seen()["files"]


@test
def the_list_of_plugins_shows_brands_and_names_whole():
    for effect in effects():
        assert effect["brand"] == effect["gui"]["brand"], effect["brand"]
        assert effect["label"] == effect["name"], effect["label"]


@test
def parts_are_shown_in_percent_and_nothing_with_an_asterisk():
    pedals = {pedal["uri"]: pedal for pedal in seen()["plugins"]}
    for effect in effects():
        values = pedals[effect["uri"]]["values"]
        shown = {symbol for symbol, text in values if re.fullmatch(r"-?[\d.]+ %", text)}
        assert shown == parts(effect), (effect["uri"], shown ^ parts(effect))
        assert not [text for _, text in values if "*" in text], values


@test
def people_type_percent():
    results = [("40 %", 0.4), ("12.5 %", 0.125), ("-98 %", -0.98), ("-98 %", -0.98),
               ("-98 %", -0.98), ("25 %", 0.25)]
    typing = seen()["typing"]
    assert len(typing["fields"]) == 2, "in the pedal and in MOD's settings"
    for steps, first in zip(typing["fields"], (("50 %", 0.5), ("25 %", 0.25))):
        assert [tuple(step[1:]) for step in steps] == [first, *results], steps
        for before, after in zip(steps, steps[1:]):
            assert after[0] + " %" == before[1], steps
    assert typing["ends"] == ["-98 %", "98 %"], typing["ends"]
    assert typing["again"] == ["25", "30 %", 0.3], typing["again"]


@test
def screenshots_are_as_wide_as_the_pedals_are_today():
    guis = {effect["uri"]: effect["gui"] for effect in effects()}
    for pedal in seen()["plugins"]:
        width = png_size(BUNDLE / guis[pedal["uri"]]["screenshot"])[0]
        assert width == pedal["size"], (pedal["uri"], width, pedal["size"])


@test
def the_picture_depends_on_the_memory_and_on_nothing_else():
    pictures = seen()["drawing"]["pictures"]
    assert pictures["good"] == pictures["again"]
    for one, other in (("empty", "good"), ("good", "other"), ("good", "moved"),
                       ("moved", "louder")):
        assert pictures[one] != pictures[other], (one, other)
    assert seen()["decoding"], "the position is not drawn"


@test
def the_picture_has_the_oldest_at_the_left_and_now_at_the_right():
    left, right = seen()["drawing"]["line"]
    assert left is not None and right is not None
    assert left < 0.4 < 0.45 < right, (left, right)


@test
def broken_events_do_no_harm():
    survival = seen()["survival"]
    assert not survival["errors"], survival["errors"]
    assert survival["same"], "the picture after them is another"


@test
def readings_are_in_words_and_with_units():
    assert seen()["readings"] == [
        "Gain 12.3 dB Confidence 57 % File Ready",
        "Bandwidth 1.02 kHz Order Used 512"], seen()["readings"]


@test
def pedals_of_one_plugin_keep_to_themselves():
    assert seen()["several"] == {"isAlike": True, "isKept": True, "nPictures": 3}


@test
def nobody_is_asked_for_a_plugin_that_may_be_gone():
    time = seen()["time"]
    assert time == {"requests": [], "isOpen": True, "nDraws": 0}, time


if __name__ == "__main__":
    sys.exit(main())
