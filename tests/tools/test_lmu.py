#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Test the lmu command: test_lmu.py LMU FIXTURE BUNDLE MANUAL

LMU is the program, FIXTURE a bundle of odd plugins, BUNDLE the plugins of this
project, and MANUAL the man page.  Prints the Test Anything Protocol.
"""

import math
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import time
import zlib

from runner import (FAILED, INPUT, LMU, OUTPUT, PLUGIN, PORT, PRESET, Skip,
                    TIMEOUT, USAGE, VALUE, error, lmu, main, test,
                    wait_for_output)
from waves import RATE, noise, read_wav, sine, write_wav

FIXTURE, BUNDLE, MANUAL = (os.path.abspath(path) for path in sys.argv[2:])
TEST = "urn:lmu-lv2-test:"
COMMANDS = ("render", "plot", "list", "import", "info", "run",
            "train", "forecast", "conceal")


def render(name, source, target, *words):
    """Render through a plugin of the fixture, and return the channels."""
    lmu("render", TEST + name, source, target, "--bundle", FIXTURE,
        "--quiet", *words)
    return read_wav(target)


def unfilter(kind, line, above, size):
    """Undo the filter of a line of a PNG file."""
    for i, byte in enumerate(line):
        a = line[i - size] if i >= size else 0
        b = above[i]
        c = above[i - size] if i >= size else 0
        p = a + b - c
        near = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))
        line[i] = (byte + (0, a, b, (a + b) // 2, near[2])[kind]) & 255
    return line


def read_png(path):
    """Return width, height, and the lines of RGB bytes of a PNG file."""
    with open(path, "rb") as file:
        data = file.read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", data[:8]
    place, packed = 8, b""
    while place < len(data):
        length, name = struct.unpack_from(">I4s", data, place)
        body = data[place + 8:place + 8 + length]
        if name == b"IHDR":
            width, height, depth, color = struct.unpack_from(">IIBB", body)
        packed += body if name == b"IDAT" else b""
        place += length + 12
    assert (depth, color) == (8, 2), (depth, color)
    raw = zlib.decompress(packed)
    lines, above = [], bytearray(3 * width)
    for y in range(height):
        start = y * (3 * width + 1)
        line = bytearray(raw[start + 1:start + 1 + 3 * width])
        above = unfilter(raw[start], line, above, 3)
        lines.append(above)
    return width, height, lines


def read_png_size(path):
    """Return width and height of a PNG file."""
    with open(path, "rb") as file:
        data = file.read(24)
    assert data[:8] == b"\x89PNG\r\n\x1a\n", data[:8]
    return struct.unpack(">II", data[16:])


def count_colors(lines, wanted):
    """Return how many pixels are wanted."""
    return sum(wanted(*line[i:i + 3])
               for line in lines for i in range(0, len(line), 3))


def needs_delay():
    """Skip a test if the plugins of this project are not built."""
    if not os.path.exists(os.path.join(BUNDLE, "manifest.ttl")):
        raise Skip("the bundle is not built")


# Command line

@test
def help_names_every_command():
    text = lmu("--help")
    for command in COMMANDS:
        assert re.search(rf"^  {command} ", text, re.MULTILINE), text
        assert f"Usage: lmu {command} " in lmu(command, "--help")


@test
def version_is_printed():
    assert re.fullmatch(r"lmu \d+\.\d+\.\d+\n", lmu("--version"))


@test
def manual_and_help_name_the_same_options():
    with open(MANUAL, encoding="utf-8") as file:
        manual = file.read().replace("\\-", "-")
    for command in COMMANDS:
        section = re.search(rf"^\.SS [^\n]*{command}\b(.*?)(?=^\.S)", manual,
                            re.DOTALL | re.MULTILINE).group(1)
        described = set(re.findall(r"^\.B\w* (--[a-z]+)", section, re.MULTILINE))
        listed = set(re.findall(r"^  (--[a-z]+)", lmu(command, "--help"),
                                re.MULTILINE))
        assert described == listed - {"--help"}, (command, described ^ listed)


@test
def wrong_words_are_usage_errors():
    assert "no command given" in error(USAGE)
    assert "did you mean render?" in error(USAGE, "rendr")
    assert "did you mean --block?" in error(USAGE, "render", "--blok", "3")
    assert "--set needs SYMBOL=VALUE" in error(
        USAGE, "render", "a", "b", "c", "--set")
    assert "takes no value" in error(USAGE, "list", "--all=3")
    assert "too few words" in error(USAGE, "render", "delay", "a.wav")
    assert "one word too many: \"d\"" in error(
        USAGE, "render", "a", "b", "c", "d")


# Render: errors

@test
def unknown_plugin_is_named():
    source = write_wav("in.wav", [noise(10)])
    message = error(PLUGIN, "render", "urn:nowhere", source, "o.wav",
                    "--bundle", FIXTURE)
    assert 'unknown plugin "urn:nowhere"' in message
    assert f"did you mean {TEST}latent?" in error(
        PLUGIN, "render", TEST + "latnt", source, "o.wav", "--bundle", FIXTURE)
    assert "is no LV2 bundle" in error(
        INPUT, "render", "x", source, "o.wav", "--bundle", ".")


@test
def unknown_control_suggests_the_right_one():
    source = write_wav("in.wav", [noise(10)])
    words = ("render", TEST + "worker", source, "o.wav", "--bundle", FIXTURE)
    assert "did you mean gain?" in error(PORT, *words, "--set", "gian=1")
    assert "lmu list" in error(PORT, *words, "--set", "something=1")
    assert 'unknown control "in"' in error(PORT, *words, "--set", "in=1")


@test
def bad_values_are_refused_with_the_range():
    source = write_wav("in.wav", [noise(10)])
    words = ("render", TEST + "worker", source, "o.wav", "--bundle", FIXTURE)
    for value in ("4.01", "-1", "1e300"):
        assert f"gain={value} is out of range; use 0 to 4" in error(
            VALUE, *words, "--set", f"gain={value}")
    for value in ("nan", "inf", "-inf", "", "1x", " 1", "1,5", "Thrice"):
        assert "use a number from 0 to 4" in error(
            VALUE, *words, "--set", f"gain={value}")
    assert "write SYMBOL=VALUE" in error(USAGE, *words, "--set", "gain")
    assert "whole number from 1 to 65536" in error(
        VALUE, *words, "--block", "0")
    assert "number from 0 to 3600" in error(VALUE, *words, "--tail", "-1")
    assert not os.path.exists("o.wav")


@test
def bad_sound_files_are_named_with_the_reason():
    good = write_wav("good.wav", [noise(100)])
    with open(good, "rb") as file:
        header = file.read(30)
    with open("text.wav", "w", encoding="utf-8") as file:
        file.write("This is no sound.\n" * 10)
    with open("cut.wav", "wb") as file:
        file.write(header)
    write_wav("empty.wav", [[]])
    open("nothing.wav", "wb").close()
    os.makedirs("folder.wav", exist_ok=True)

    for path, reason in (("missing.wav", "No such file"),
                         ("text.wav", "not recognised"),
                         ("cut.wav", ""), ("empty.wav", "is empty"),
                         ("nothing.wav", ""), ("folder.wav", "")):
        for words in (("render", TEST + "worker", path, "o.wav",
                       "--bundle", FIXTURE), ("plot", path, "o.png")):
            message = error(INPUT, *words)
            assert path in message and reason in message, message
    assert not os.path.exists("o.wav") and not os.path.exists("o.png")


@test
def a_file_cut_short_is_rendered_as_far_as_it_goes():
    with open(write_wav("long.wav", [noise(1000)]), "rb") as file:
        data = file.read()
    with open("short.wav", "wb") as file:
        file.write(data[:-2000])
    out = render("worker", "short.wav", "o.wav")
    assert out == [tuple(noise(1000)[:500])], len(out[0])


@test
def output_that_cannot_be_written_is_named():
    source = write_wav("in.wav", [noise(10)])
    os.makedirs("folder", exist_ok=True)
    for path in ("nowhere/o", "folder", "/dev/full"):
        assert f"cannot write {path}" in error(
            OUTPUT, "render", TEST + "worker", source, path, "--bundle", FIXTURE)
        assert f"cannot write {path}" in error(OUTPUT, "plot", source, path)


@test
def plugins_that_fail_leave_no_file():
    source = write_wav("in.wav", [noise(1000)])
    for name, reason in (("broken", "refused to start"),
                         ("needy", "needs the feature urn:lmu-lv2-test:nothing"),
                         ("nan", "not finite")):
        before = sorted(os.listdir())
        assert reason in error(FAILED, "render", TEST + name, source, "o.wav",
                               "--bundle", FIXTURE)
        assert sorted(os.listdir()) == before


@test
def a_render_that_is_stopped_leaves_no_file():
    source = write_wav("in.wav", [noise(10)])
    os.makedirs("stop", exist_ok=True)
    with subprocess.Popen(
            [LMU, "render", TEST + "worker", source, "stop/o.wav", "--bundle",
             FIXTURE, "--block", "1", "--tail", "3600", "--quiet"]) as process:
        wait_for_output(process, "stop")
        process.send_signal(signal.SIGTERM)
        process.wait(TIMEOUT)
    assert process.returncode == -signal.SIGTERM
    assert os.listdir("stop") == []


@test
def an_unknown_preset_lists_those_there_are():
    source = write_wav("in.wav", [noise(10)])
    assert '"Loud"' in error(PRESET, "render", TEST + "state", source, "o.wav",
                             "--bundle", FIXTURE, "--preset", "Quiet")
    assert "has none" in error(PRESET, "render", TEST + "nan", source, "o.wav",
                               "--bundle", FIXTURE, "--preset", "Quiet")


# Render: hosting

@test
def work_is_done_before_the_first_frame():
    source = write_wav("in.wav", [noise(1000)])
    for value, gain in (("2", 2.0), ("Half", 0.5), ("1.5", 1.5)):
        out = render("worker", source, "o.wav", "--set", f"gain={value}")
        assert out == [tuple(gain * x for x in noise(1000))], out[0][:4]


@test
def latency_is_taken_out():
    left, right = noise(1000, 2), noise(1000, 3)
    source = write_wav("in.wav", [left, right])
    for block in (1, 64, 100, 4096):
        out = render("latent", source, "o.wav", "--block", block)
        assert out == [tuple(left), tuple(right)], block
    assert "64 frames of latency" in lmu(
        "render", TEST + "latent", source, "o.wav", "--bundle", FIXTURE)


@test
def a_mono_file_feeds_both_inputs():
    source = write_wav("in.wav", [noise(500)])
    assert render("latent", source, "o.wav") == [tuple(noise(500))] * 2


@test
def channels_are_chosen_by_number():
    sounds = [noise(300, seed) for seed in range(4)]
    source = write_wav("in.wav", sounds)
    words = ("render", TEST + "latent", source, "o.wav", "--bundle", FIXTURE)
    assert "4 channels of in.wav are too many for 2 inputs" in error(
        USAGE, *words)
    for bad in ("0", "5", "1-", "3-2", "1,,2", "x", "1;2"):
        assert "--channels cannot be" in error(
            VALUE, *words, f"--channels={bad}")
    out = render("latent", source, "o.wav", "--channels", "4,2")
    assert out == [tuple(sounds[3]), tuple(sounds[1])]
    out = render("latent", source, "o.wav", "--channels", "2-3")
    assert out == [tuple(sounds[1]), tuple(sounds[2])]


@test
def cv_inputs_hold_a_value_and_cv_outputs_are_written():
    source = write_wav("in.wav", [noise(300)])
    assert render("cv", source, "o.wav") == [(0.25,) * 300]
    out = render("cv", source, "o.wav", "--set", "cv_in=-0.5")
    assert out == [(-0.5,) * 300]


@test
def presets_set_controls_and_state():
    source = write_wav("in.wav", [noise(300)])
    for name in ("loud", "Loud", TEST + "loud"):
        out = render("state", source, "o.wav", "--preset", name)
        assert out == [(1.5,) * 300], out[0][0]
    out = render("state", source, "o.wav", "--set", "factor=2",
                 "--preset", "Loud")
    assert out == [(1.0,) * 300], "settings come after the preset"


@test
def tempo_reaches_the_plugin():
    source = write_wav("in.wav", [noise(300)])
    out = render("tempo", source, "o.wav", "--tempo", "250")
    assert out == [(0.25,) * 300], out[0][0]


@test
def automation_is_straight_between_points():
    source = write_wav("in.wav", [[1.0] * 4800])
    with open("gain.csv", "w", encoding="utf-8") as file:
        file.write("# seconds,gain\n0, 1\n\n0.05,3\n")
    out = render("worker", source, "o.wav", "--block", "240",
                 "--automate", "gain=gain.csv")[0]
    # The worker answers after the block, so a block later
    for block in range(1, 20):
        wanted = min(1.0 + 0.2 * (block - 1), 3.0)
        assert abs(out[block * 240] - wanted) < 1e-6, (block, out[block * 240])
    with open("bad.csv", "w", encoding="utf-8") as file:
        file.write("1,1\n0,1\n")
    assert "line 2 of bad.csv" in error(
        INPUT, "render", TEST + "worker", source, "o.wav", "--bundle", FIXTURE,
        "--automate", "gain=bad.csv")


@test
def the_tail_makes_the_file_longer():
    source = write_wav("in.wav", [noise(480)])
    out = render("worker", source, "o.wav", "--tail", "0.01")[0]
    assert out == tuple(noise(480)) + (0.0,) * 480


@test
def a_file_may_be_rendered_onto_itself():
    source = write_wav("in.wav", [noise(5000)])
    out = render("worker", source, source, "--set", "gain=2")
    assert out == [tuple(2.0 * x for x in noise(5000))]
    assert oct(os.stat(source).st_mode & 0o777) == oct(0o666 & ~current_umask())


def current_umask():
    """Return the umask of this process."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


@test
def the_summary_has_level_and_length():
    source = write_wav("in.wav", [[0.5, -0.5] * 500])
    text = lmu("render", TEST + "worker", source, "o.wav", "--bundle", FIXTURE)
    assert text.startswith("o.wav: 1000 frames, 1 channel, 48000 Hz, "
                           "peak -6.0 dBFS, RMS -6.0 dBFS, "), text
    assert re.search(r", [0-9.]+ ns/frame\n$", text), text


# Render: the plugins of this project

@test
def block_size_does_not_change_the_sound():
    needs_delay()
    source = write_wav("in.wav", [noise(20000)])
    files = []
    for block in (1, 64, 4096):
        target = f"block{block}.wav"
        lmu("render", "delay", source, target, "--bundle", BUNDLE, "--block",
            block, "--set", "theta=40", "--set", "order=100", "--set",
            "lfo_depth=0.1", "--tail", "0.1", "--quiet")
        with open(target, "rb") as file:
            files.append(file.read())
    assert files[0] == files[1] == files[2]
    assert any(abs(x) > 0.01 for x in read_wav("block1.wav")[0][20000:])


@test
def samples_that_are_no_numbers_are_survived():
    needs_delay()
    samples = noise(4000)
    samples[1000] = math.nan
    samples[2000] = math.inf
    source = write_wav("in.wav", [samples])
    lmu("render", "delay", source, "o.wav", "--bundle", BUNDLE, "--quiet")
    assert all(map(math.isfinite, read_wav("o.wav")[0]))


@test
def decode_undoes_memory():
    needs_delay()
    source = write_wav("in.wav", [sine(9600, 100.0)])
    lmu("render", "memory32", source, "m.wav", "--bundle", BUNDLE, "--quiet",
        "--set", "theta=20", "--set", "order=32")
    assert len(read_wav("m.wav")) == 33
    lmu("render", "decode32", "m.wav", "d.wav", "--bundle", BUNDLE, "--quiet",
        "--set", "theta=20", "--set", "order=32", "--set", "position=0.5",
        "--channels", "2-33")
    sound, decoded = sine(9600, 100.0), read_wav("d.wav")[0]
    worst = max(abs(decoded[i] - sound[i - 480]) for i in range(4000, 9600))
    assert worst < 0.02, worst


@test
def plugins_are_found_by_short_name_and_by_name():
    needs_delay()
    source = write_wav("in.wav", [noise(100)])
    for name in ("delay", "DELAY", "urn:lmu-lv2:delay", "lmu delay"):
        lmu("render", name, source, "o.wav", "--bundle", BUNDLE, "--quiet")


# List

@test
def list_shows_the_plugins():
    needs_delay()
    text = lmu("list", "--bundle", BUNDLE)
    assert len(text.splitlines()) == 17, text
    assert re.search(r"^delay-stereo +2 in, +2 out  LMU", text, re.MULTILINE)


@test
def list_shows_ports_choices_and_presets():
    text = lmu("list", TEST + "worker", "--bundle", FIXTURE)
    assert re.search(r"^  gain +1  0 to 4 +Gain\n"
                     r"      0.25 = Quarter\n      0.5 = Half\n"
                     r"      1 = Same\n      2 = Twice\n      4 = Most$",
                     text, re.MULTILINE), text
    text = lmu("list", "test state", "--bundle", FIXTURE)
    assert "  Loud\n      A level of a half, thrice.\n" in text, text


@test
def list_without_plugins_is_an_error():
    assert "no plugins found" in error(PLUGIN, "list", "--bundle", FIXTURE)
    assert len(lmu("list", "--all", "--bundle", FIXTURE).splitlines()) == 8
    assert "unknown plugin" in error(PLUGIN, "list", "x", "--bundle", FIXTURE)


# Plot

# Pixels of a colour at half size: measured 4080 and 6132 of a sine, where half
# is left if the sign is lost; 605 and 161 of silence
MANY = 3000
FEW = 1000


def is_orange(red, green, blue):
    return red > 200 and 80 < green < 180 and blue < 100


def is_blue(red, green, blue):
    return red < 100 and 60 < green < 180 and blue > 160


@test
def plot_has_the_size_asked_for_and_both_signs():
    source = write_wav("in.wav", [sine(24000)])
    for words, size in (((), (1200, 940)),
                        (("--width", "800", "--height", "640"), (800, 640)),
                        (("--scale", "1.5"), (1800, 1410))):
        lmu("plot", source, "o.png", *words)
        assert read_png_size("o.png") == size
    lmu("plot", source, "o.png", "--scale", "0.5")
    width, height, lines = read_png("o.png")
    assert (width, height) == (600, 470)
    assert count_colors(lines, is_orange) > MANY
    assert count_colors(lines, is_blue) > MANY
    assert bytes(lines[0][:3]) == b"\xff\xff\xff"


@test
def plot_of_silence_has_no_colours():
    source = write_wav("in.wav", [[0.0] * 24000])
    lmu("plot", source, "o.png", "--scale", "0.5")
    _, _, lines = read_png("o.png")
    # The legend and lines at zero remain
    assert count_colors(lines, is_blue) < FEW
    assert count_colors(lines, is_orange) < FEW


@test
def plot_survives_samples_that_are_no_numbers():
    samples = sine(24000)
    samples[18000] = math.nan  # At the start of what is drawn
    samples[18001] = -math.inf
    source = write_wav("in.wav", [samples])
    lmu("plot", source, "o.png", "--scale", "0.5")
    assert count_colors(read_png("o.png")[2], is_orange) > MANY


@test
def plot_in_the_dark_is_dark():
    source = write_wav("in.wav", [sine(24000)])
    lmu("plot", source, "o.png", "--dark", "--scale", "0.5")
    _, _, lines = read_png("o.png")
    assert max(lines[0]) < 40


@test
def plot_works_at_the_edges():
    for n_frames in (1, 2, 100):
        source = write_wav("in.wav", [noise(n_frames)])
        lmu("plot", source, "o.png", "--quiet")
    source = write_wav("name \N{SNOWMAN} with spaces.wav", [noise(5000)])
    lmu("plot", source, "o.png", "--theta", "0.1", "--order", "1")
    lmu("plot", source, "o.png", "--theta", "10000", "--order", "300")
    lmu("plot", source, "o.png", "--at", "0,0.1", "--span", "0,0.01")
    strange = os.fsdecode(b"\xff\xfe.wav")
    os.rename(source, strange)
    lmu("plot", strange, "o.png", "--scale", "0.5")
    assert count_colors(read_png("o.png")[2], is_blue) > 100


@test
def plot_refuses_what_makes_no_sense():
    source = write_wav("in.wav", [noise(4800)])
    for option, value, reason in (
            ("--order", "0", "from 1 to 4096"), ("--order", "2.5", "whole"),
            ("--theta", "nan", "number from"), ("--theta", "0.01", "a frame"),
            ("--at", "0.2", "0 to 0.100"), ("--at", "", "such as"),
            ("--at", "0,0,0,0,0,0,0", "up to 6"), ("--span", "0.05", "start"),
            ("--span", "0.05,0.01", "start"), ("--channel", "2", "1 to 1"),
            ("--width", "100", "640"), ("--scale", "9", "0.5 to 4")):
        message = error(VALUE, "plot", source, "o.png", f"{option}={value}")
        assert reason in message, message
    assert "--width 760" in error(VALUE, "plot", source, "o.png", "--width",
                                  "640", "--at", "0,0,0,0")
    assert "too few words" in error(USAGE, "plot", source)
    assert "needs no sound" in error(USAGE, "plot", "--polynomials", "a", "b")
    assert not os.path.exists("o.png")


@test
def polynomials_are_drawn_where_they_should_be():
    lmu("plot", "--polynomials", "o.png")
    width, height, lines = read_png("o.png")
    assert (width, height) == (1000, 560)
    # P_0 is 1 everywhere: a dark line right across the panel
    dark = max(sum(line[i] < 80 and line[i + 1] < 60 and line[i + 2] < 120
                   for i in range(0, len(line), 3)) for line in lines)
    assert dark > 780, dark
    colors = {bytes(line[i:i + 3]) for line in lines
              for i in range(0, len(line), 3)}
    assert len(colors) > 100, len(colors)


@test
def windows_of_plugins_show_a_memory_at_work():
    for plugin in ("delay", "urn:lmu-lv2:model-stereo"):
        lmu("plot", "--ui", plugin, "full.png", "--dark")
        lmu("plot", "--ui", plugin, "empty.png", "--dark", "--empty")
        _, _, full = read_png("full.png")
        _, _, empty = read_png("empty.png")
        # The orange of what only sound draws
        orange = [sum(line[i] > 220 and 120 < line[i + 1] < 190 and
                      line[i + 2] < 110 for line in lines
                      for i in range(0, len(line), 3))
                  for lines in (full, empty)]
        assert orange[0] > orange[1] + 300, (plugin, orange)
    assert "use one of lmu list" in error(VALUE, "plot", "--ui", "x", "o.png")


@test
def manual_is_formatted_without_warnings():
    groff = shutil.which("groff")
    if not groff:
        raise Skip("groff is not installed")
    done = subprocess.run([groff, "-man", "-Tutf8", "-ww", "-z", MANUAL],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stderr == "", done.stderr


if __name__ == "__main__":
    sys.exit(main())
