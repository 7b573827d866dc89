#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC
"""Test which files lmu reads and writes, and how.

Usage: test_files.py LMU FIXTURE BUNDLE NO_TMPFILE

LMU is the program, FIXTURE a bundle of odd plugins, BUNDLE the plugins of this
project, and NO_TMPFILE what makes file systems have no files without names.
Prints the Test Anything Protocol.
"""

import os
import resource
import shutil
import signal
import stat
import struct
import subprocess
import sys

from runner import (INPUT, LMU, OUTPUT, PRESET, Skip, TIMEOUT, USAGE, error,
                    lmu, main, test, wait_for_output)
from waves import noise, read_wav, write_wav

FIXTURE, BUNDLE, NO_TMPFILE = (os.path.abspath(path) for path in sys.argv[2:])
WORKER = "urn:lmu-lv2-test:worker"  # Puts out what comes in
NOBODY = 65534
ROOM = 3 * 4096  # Of the noise, in frames; no chunk of any reader is longer

# Largest difference of a sample that 24 bits hold
BITS_24 = 2.0**-23

ENDINGS = ("wav", "wave", "rf64", "w64", "aiff", "aif", "aifc", "au", "snd",
           "caf", "flac", "ogg", "oga", "opus", "mp3")


def render(source, target, *words):
    """Copy a sound by way of a plugin that changes nothing."""
    return lmu("render", WORKER, source, target, "--bundle", FIXTURE,
               "--quiet", *words)


def sound():
    """Write a sound, and return its name and its samples."""
    return write_wav("in.wav", [noise(ROOM)]), tuple(noise(ROOM))


def read_bytes(path):
    """Return a file."""
    with open(path, "rb") as file:
        return file.read()


def write_bytes(path, data):
    """Write a file, and return its name."""
    with open(path, "wb") as file:
        file.write(data)
    return path


def run(*words, **options):
    """Run lmu, and return how it ended."""
    return subprocess.run([LMU, *words], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=TIMEOUT,
                          check=False, **options)


def run_render(source, target, *words, **options):
    """Render through the plugin that changes nothing, and return how it ended."""
    return run("render", WORKER, source, target, "--bundle", FIXTURE, *words,
               **options)


def patch(data, place, new):
    """Return bytes with others in their middle."""
    return data[:place] + new + data[place + len(new):]


# Reading

def unfinished(ending):
    """Yield files of a kind whose headers do not say how long they are."""
    render("in.wav", f"whole.{ending}")
    data = read_bytes(f"whole.{ending}")
    if ending == "au":
        yield patch(data, 8, bytes(4))
        yield patch(data, 8, b"\xff" * 4)
        return
    if ending == "rf64":
        place = data.index(b"ds64") + 8
        yield patch(data, place, bytes(24))
        yield patch(data, place, b"\xff" * 24)
        return
    name, size, empty = {
        "wav": (b"data", 4, 0), "aiff": (b"SSND", 4, 8), "caf": (b"data", 8, 4),
        "w64": (b"data\xf3\xac\xd3\x11", 8, 24)}[ending]
    place = data.index(name) + (16 if ending == "w64" else 4)
    order = "little" if ending in ("wav", "w64") else "big"
    for number in (0, empty, 2**(8 * size) - 1):
        yield patch(data, place, number.to_bytes(size, order))
    if ending != "caf":  # All others have the size of the whole file too
        yield patch(patch(data, place, bytes(size)),
                    16 if ending == "w64" else 4, bytes(size))


@test
def sounds_whose_headers_were_not_finished_are_read_to_their_end():
    _, samples = sound()
    for ending in ("wav", "rf64", "aiff", "au", "caf", "w64"):
        for number, data in enumerate(unfinished(ending)):
            source = write_bytes(f"u.{ending}", data)
            done = run_render(source, "o.wav")
            assert done.returncode == 0, (ending, number, done)
            # What comes after the sound counts as sound, there is no telling
            assert read_wav("o.wav")[0][:ROOM] == samples, (ending, number)
    assert b"never finished" in run_render(
        write_bytes("u.wav", next(unfinished("wav"))), "o.wav").stderr


@test
def a_size_that_stands_for_a_stream_is_not_missing():
    render(sound()[0], "o.w64")
    data = bytearray(read_bytes("o.w64"))
    place = data.index(b"data\xf3\xac\xd3\x11") + 16
    for size in (2**63 - 1, 2**63 - 1 - 104, 2**64 - 1):
        struct.pack_into("<Q", data, place, size)
        done = run_render(write_bytes("u.w64", bytes(data)), "o.wav")
        assert done.returncode == 0 and b"missing" not in done.stderr, done
        assert read_wav("o.wav")[0] == sound()[1]


@test
def no_room_for_a_copy_of_a_pipe_is_told():
    data = read_bytes(sound()[0])

    def restrict():
        resource.setrlimit(resource.RLIMIT_FSIZE, (40000, 40000))

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    assert 40000 < len(data) < 60000  # So that the rest would fit
    for words in (("plot", "-", "o.png"), ("conceal", "-", "o.wav")):
        # Neither can be read without seeking
        done = run(*words, input=data[:4] + bytes(4) + data[8:40] +
                   bytes(4) + data[44:], preexec_fn=restrict,
                   restore_signals=False)
        assert done.returncode == INPUT, (words, done)
        assert b"; set TMPDIR to a folder with room" in done.stderr, done


@test
def a_frame_is_no_frames():
    said = lmu("render", WORKER, write_wav("in.wav", [[0.5]]), "o.wav",
               "--bundle", FIXTURE)
    assert said.startswith("o.wav: 1 frame, 1 channel, "), said


@test
def a_sound_without_frames_is_still_empty():
    source = write_wav("empty.wav", [[]])
    for data in (read_bytes(source),
                 read_bytes(source) + b"LIST" + struct.pack("<I", 4) + b"INFO"):
        assert "is empty" in error(INPUT, "render", WORKER,
                                   write_bytes("e.wav", data), "o.wav",
                                   "--bundle", FIXTURE)


def flac_of_unknown_length():
    """Write a FLAC file whose header does not say how long it is."""
    source, _ = sound()
    render(source, "whole.flac")
    data = bytearray(read_bytes("whole.flac"))
    data[21] &= 0xf0  # After the marker, a block's header and 13 bytes
    data[22:26] = bytes(4)
    return write_bytes("unknown.flac", bytes(data))


@test
def every_command_reads_flac_of_unknown_length():
    source = flac_of_unknown_length()
    for path in ("whole.flac", source):
        render(path, path + ".wav")
    assert len(read_wav("unknown.flac.wav")[0]) == ROOM
    assert read_wav("unknown.flac.wav") == read_wav("whole.flac.wav")

    lmu("plot", source, "o.png")
    lmu("plot", "whole.flac", "p.png", "--quiet")
    lmu("conceal", source, "c.wav")
    render("c.wav", "c.wav")  # It has 24 bits, as the input
    assert read_wav("c.wav") == read_wav("whole.flac.wav")
    lmu("forecast", source, "-o", "f.safetensors", "--horizon", "1f",
        "--theta", "1", "--order", "4")
    lmu("run", "f.safetensors", source, "r.wav")
    assert len(read_wav("r.wav")[0]) == ROOM


@test
def a_sound_cut_short_is_read_as_far_as_it_goes_and_says_so():
    source, samples = sound()
    for ending in ("wav", "flac", "aiff", "w64", "caf"):
        render(source, f"whole.{ending}")
        data = read_bytes(f"whole.{ending}")
        short = write_bytes(f"short.{ending}", data[:len(data) // 2])
        done = run_render(short, "o.wav")
        out = read_wav("o.wav")[0]
        assert done.returncode == 0, (ending, done)
        assert b"was cut short" in done.stderr, (ending, done.stderr)
        assert done.stderr.count(b"\n") == 1, (ending, done.stderr)
        assert ROOM // 4 < len(out) < 3 * ROOM // 4, (ending, len(out))
        assert all(abs(a - b) <= BITS_24 for a, b in zip(out, samples))


@test
def damage_in_the_middle_is_an_error():
    source, _ = sound()
    write_wav("long.wav", [noise(40 * 4096)])
    render("long.wav", "whole.flac")
    data = read_bytes("whole.flac")
    middle = len(data) // 2
    broken = write_bytes("broken.flac", patch(data, middle, bytes(40000)))
    assert "cannot read broken.flac" in error(
        INPUT, "render", WORKER, broken, "o.wav", "--bundle", FIXTURE)
    assert not os.path.exists("o.wav") and source


# Pipes

@test
def every_kind_of_sound_comes_through_a_pipe():
    source, samples = sound()
    for ending in ENDINGS:
        render(source, f"p.{ending}")
        render(f"p.{ending}", "file.wav")
        done = run_render("-", "pipe.wav", input=read_bytes(f"p.{ending}"))
        assert done.returncode == 0, (ending, done)
        assert read_wav("pipe.wav") == read_wav("file.wav"), ending
    assert read_wav("pipe.wav") and samples


@test
def a_pipe_with_a_name_is_opened_once():
    _, samples = sound()
    os.mkfifo("pipe")
    for ending in ("wav", "flac"):
        render("in.wav", f"p.{ending}")
        for command in ("render", "conceal"):
            words = ((command, WORKER, "pipe", "o.wav", "--bundle", FIXTURE)
                     if command == "render" else (command, "pipe", "o.wav"))
            with subprocess.Popen([LMU, *words],
                                  stdout=subprocess.DEVNULL) as process:
                write_bytes("pipe", read_bytes(f"p.{ending}"))
                assert process.wait(TIMEOUT) == 0, (ending, words)
            render("o.wav", "back.wav")
            assert read_wav("back.wav")[0] == samples, (ending, words)


@test
def standard_input_may_be_a_file_that_others_have_begun():
    source, samples = sound()
    write_bytes("two", b"something else" + read_bytes(source))
    with open("two", "rb") as file:
        os.lseek(file.fileno(), len(b"something else"), os.SEEK_SET)
        assert run_render("-", "o.wav", stdin=file).returncode == 0
    assert read_wav("o.wav")[0] == samples


@test
def a_pipe_that_never_ends_is_read_as_it_comes():
    data = read_bytes(sound()[0])
    start = data.index(b"data") + 4
    endless = patch(data, start, b"\xff" * 4)
    with subprocess.Popen(
            [LMU, "render", WORKER, "-", "-", "--bundle", FIXTURE],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE) as process:
        process.stdin.write(endless)
        process.stdin.flush()
        # The input is still open when the output comes
        out = process.stdout.read(len(data) // 2)
        process.stdin.close()
        rest = process.stdout.read()
        assert process.wait(TIMEOUT) == 0, process.stderr.read()
    whole = write_bytes("o.wav", out + rest)
    render(whole, "p.wav")
    assert read_wav("p.wav")[0] == tuple(noise(ROOM))


@test
def a_forecast_is_fitted_to_what_comes_through_a_pipe():
    source = write_wav("in.wav", [noise(3 * ROOM)])
    words = ("--horizon", "1f", "--theta", "1,2", "--order", "4", "--name", "x")
    lmu("forecast", source, "-o", "file.safetensors", *words)
    done = run("forecast", "-", "-o", "-", *words, input=read_bytes(source))
    assert done.returncode == 0, done.stderr
    assert done.stdout == read_bytes("file.safetensors")
    assert b"window" in done.stderr


@test
def networks_come_through_pipes():
    source = write_wav("in.wav", [noise(3 * ROOM)])
    lmu("forecast", source, "f.safetensors", "--horizon", "1f", "--theta", "1",
        "--order", "4", "--name", "Spring")
    data = read_bytes("f.safetensors")
    for words in (("info", "-"), ("info", "/dev/stdin")):
        done = run(*words, input=data)
        assert done.returncode == 0 and b"Spring" in done.stdout, done
    lmu("run", "f.safetensors", source, "a.wav")
    assert run("run", "-", source, "b.wav", input=data).returncode == 0
    assert read_bytes("a.wav") == read_bytes("b.wav")
    assert b"standard input" in run("info", "-", input=b"x").stderr


@test
def a_run_puts_out_what_comes_in():
    source = write_wav("in.wav", [noise(3 * ROOM)])
    lmu("forecast", source, "f.safetensors", "--horizon", "1f", "--theta", "1",
        "--order", "4")
    with open("in.csv", "w", encoding="utf-8") as file:
        file.write("# signal\n" + "".join(f"{x}\n" for x in noise(100)))
    lmu("run", "f.safetensors", "in.csv", "in.npy")
    for name in ("in.wav", "in.csv", "in.npy"):
        target = "out" + os.path.splitext(name)[1]
        lmu("run", "f.safetensors", name, target)
        done = run("run", "f.safetensors", "-", "-", input=read_bytes(name))
        assert done.returncode == 0, done
        assert b" frames, 1 output" in done.stderr, done
        if name == "in.wav":  # Headers of pipes and files differ
            assert read_wav(write_bytes("pipe.wav", done.stdout)) == (
                read_wav("out.wav"))
        else:
            assert done.stdout == read_bytes(target), name
    assert "choose a name that ends in .npy" in error(
        USAGE, "run", "f.safetensors", "in.csv", "out.jpg")


# Writing to pipes

@test
def a_dash_is_standard_output():
    source, samples = sound()
    for target in ("-", "/dev/stdout", "/dev/fd/1"):
        done = run_render(source, target)
        assert done.returncode == 0, done
        assert read_wav(write_bytes("o.wav", done.stdout))[0] == samples
        assert f"{target}: {ROOM} frames".encode() in done.stderr, done.stderr
        assert not os.path.exists("./-")
    for words in (("plot", source, "-"), ("plot", "--polynomials", "-"),
                  ("plot", "--ui", "delay", "-o", "-")):
        done = run(*words)
        assert done.stdout[:8] == b"\x89PNG\r\n\x1a\n", done
    done = run("conceal", source, "-", "--list")
    assert read_wav(write_bytes("o.wav", done.stdout))[0] == samples
    assert done.stderr.startswith(b"channel,start"), done.stderr


@test
def a_file_named_dash_is_written_by_its_folder():
    source, samples = sound()
    render(source, "./-")
    assert read_wav("./-")[0] == samples
    render("./-", "o.wav")
    assert read_wav("o.wav")[0] == samples


@test
def a_header_in_a_pipe_has_the_sizes_that_come():
    source, _ = sound()
    out = run_render(source, "-", "--tail", "0.5").stdout
    riff, = struct.unpack_from("<I", out, 4)
    place = out.index(b"data") + 4
    assert riff == len(out) - 8
    assert struct.unpack_from("<I", out, place)[0] == len(out) - place - 4
    assert (len(out) - place - 4) // 4 == ROOM + 24000


@test
def pipes_and_devices_are_written():
    source, samples = sound()
    for name in ("pipe", "pipe.flac", "pipe.au"):
        os.mkfifo(name)
        with subprocess.Popen(
                [LMU, "render", WORKER, source, name, "--bundle", FIXTURE,
                 "--quiet"]) as process:
            data = read_bytes(name)
            assert process.wait(TIMEOUT) == 0
        assert stat.S_ISFIFO(os.stat(name).st_mode)
        render(write_bytes("o" + os.path.splitext(name)[1], data), "p.wav")
        assert all(abs(a - b) <= BITS_24
                   for a, b in zip(read_wav("p.wav")[0], samples))
    render(source, "/dev/null")
    assert b"No space left" in run_render(source, "/dev/full").stderr


@test
def sound_and_pictures_are_not_for_terminals():
    source, _ = sound()
    leader, terminal = os.openpty()
    for words in (("conceal", source, "-"), ("plot", source, "-")):
        done = subprocess.run([LMU, *words], stdout=terminal,
                              stderr=subprocess.PIPE, timeout=TIMEOUT,
                              check=False)
        assert done.returncode == OUTPUT, done
        assert b"it is a terminal" in done.stderr, done
    os.close(terminal)
    os.close(leader)


@test
def a_reader_that_goes_ends_the_work_in_silence():
    source = write_wav("in.wav", [noise(100)])
    with subprocess.Popen(
            [LMU, "render", WORKER, source, "-", "--bundle", FIXTURE, "--tail",
             "3600", "--quiet"], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE) as process:
        process.stdout.read(100)
        process.stdout.close()
        assert process.wait(TIMEOUT) == -signal.SIGPIPE
        assert process.stderr.read() == b""


@test
def streams_that_are_closed_are_not_taken_for_files():
    source, samples = sound()
    render(source, "whole.wav")
    for closed in ((1,), (2,), (0,), (0, 1, 2)):
        done = run_render(source, "o.wav", "--quiet",
                          preexec_fn=lambda fds=closed: [os.close(fd)
                                                         for fd in fds])
        assert done.returncode == 0, (closed, done)
        assert read_wav("o.wav")[0] == samples
    done = run_render(source, "-", preexec_fn=lambda: os.close(1))
    assert done.returncode == OUTPUT, done
    done = run("list", "delay", preexec_fn=lambda: os.close(1))
    assert done.returncode == OUTPUT, done


# Endings

@test
def endings_are_what_files_are():
    source, samples = sound()
    starts = {"wav": b"RIFF", "wave": b"RIFF", "rf64": b"RF64", "w64": b"riff",
              "aiff": b"FORM", "aif": b"FORM", "aifc": b"FORM", "au": b".snd",
              "snd": b".snd", "caf": b"caff", "flac": b"fLaC", "ogg": b"OggS",
              "oga": b"OggS", "opus": b"OggS"}
    exact = set(starts) - {"ogg", "oga", "opus"}
    for ending in ENDINGS:
        for name in (f"o.{ending}", f"O.{ending.upper()}"):
            render(source, name)
            data = read_bytes(name)
            assert data.startswith(starts.get(ending, b"")), (name, data[:4])
            render(name, "back.wav")
            out = read_wav("back.wav")[0]
            assert ending not in exact or out == samples, name
            assert abs(len(out) - ROOM) < 4096, (name, len(out))
    assert b"OpusHead" in read_bytes("o.opus")
    assert b"vorbis" in read_bytes("o.ogg")
    assert read_bytes("o.mp3")[:1] == b"\xff" or read_bytes("o.mp3")[:3] == b"ID3"
    render(source, "plain")
    assert read_bytes("plain").startswith(b"RIFF")


@test
def endings_of_nothing_that_is_written_are_refused():
    source, _ = sound()
    for name in ("o.jpg", "o.m4a", "o.wv", "o.txt", "o.wav.bak", "o.PNG"):
        message = error(USAGE, "render", WORKER, source, name, "--bundle",
                        FIXTURE)
        assert f"cannot write {name}" in message and ".flac" in message
    for name in ("o.jpg", "o.jpeg", "o.gif", "o.wav", "o.JPG"):
        message = error(USAGE, "plot", source, name)
        assert f"{name}; choose a name that ends in .png" in message, message
        error(USAGE, "plot", "--polynomials", name)
    assert sorted(os.listdir()) == ["in.wav"]


@test
def pictures_are_what_their_endings_say():
    source, _ = sound()
    starts = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF-"}
    for ending, start in starts.items():
        for name in (f"o.{ending}", f"O.{ending.upper()}"):
            for words in ((source,), ("--polynomials",), ("--ui", "delay")):
                lmu("plot", *words, name)
                assert read_bytes(name).startswith(start), (words, name)
    assert b"</svg>" in read_bytes("o.svg")


@test
def formats_that_cannot_hold_the_sound_are_refused():
    write_wav("many.wav", [noise(10)] * 9)
    write_wav("odd.wav", [noise(10)], 44100)
    for source, name in (("many.wav", "o.flac"), ("odd.wav", "o.opus"),
                         ("many.wav", "o.mp3")):
        message = error(OUTPUT, "conceal", source, name)
        assert f"cannot write {name}" in message and ".wav" in message, message
        assert not os.path.exists(name)


@test
def what_is_above_4_gib_is_refused_before_it_is_written():
    source = write_wav("in.wav", [noise(10)])
    render(source, "long.w64")
    data = read_bytes("long.w64")
    place = data.index(b"data\xf3\xac\xd3\x11") + 16
    write_bytes("long.w64", patch(data, place, struct.pack("<Q", 2**32 + 24)))
    os.truncate("long.w64", 2**32 + place + 8)  # With a hole, not 4 GiB
    for name in ("o.aiff", "o.au"):
        message = error(OUTPUT, "render", WORKER, "long.w64", name, "--bundle",
                        FIXTURE)
        assert "4 GiB" in message and ".w64" in message, message
        assert not os.path.exists(name)


@test
def what_is_above_full_scale_is_counted():
    source = write_wav("in.wav", [[0.5, 1.0, 1.5, -1.0, -2.0, 0.25]])
    assert "2 samples of o.flac were above full scale" in run_render(
        source, "o.flac").stderr.decode()
    assert b"2 samples" in run("conceal", source, "c.flac").stderr
    render("o.flac", "o.wav")
    out = read_wav("o.wav")[0]
    assert out[0] == 0.5 and out[5] == 0.25
    assert 0.99999 < out[2] <= 1.0 and -1.0 <= out[4] < -0.99999, out
    assert run_render(source, "p.wav").stderr == b""
    assert read_wav("p.wav")[0][4] == -2.0


# What is there before

def mode(path):
    """Return the access to a file."""
    return stat.S_IMODE(os.stat(path).st_mode)


@test
def a_file_that_is_replaced_keeps_its_access():
    source, samples = sound()
    for access in (0o600, 0o640, 0o666, 0o755):
        write_bytes("o.wav", b"before")
        os.chmod("o.wav", access)
        render(source, "o.wav")
        assert mode("o.wav") == access, oct(mode("o.wav"))
        assert read_wav("o.wav")[0] == samples
    for mask in (0o077, 0o022, 0o000):
        os.makedirs("new", exist_ok=True)
        done = run_render(source, "new/o.wav",
                          preexec_fn=lambda mask=mask: os.umask(mask))
        assert done.returncode == 0
        assert mode("new/o.wav") == 0o666 & ~mask
        shutil.rmtree("new")


def as_user(*words):
    """Run lmu without the powers of root, and return how it ended."""
    if os.getuid():
        return run(*words)

    def leave():
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)

    os.chmod(".", 0o755)
    try:
        probe = run("--version", preexec_fn=leave)
    except OSError as reason:
        raise Skip("others may not run lmu here") from reason
    if probe.returncode:
        raise Skip("others may not run lmu here")
    return run(*words, preexec_fn=leave)


@test
def a_write_protected_file_is_refused():
    source, _ = sound()
    os.mkdir("own")
    write_bytes("own/o.wav", b"before")
    os.chmod("own/o.wav", 0o444)
    os.chmod("own", 0o777)
    done = as_user("conceal", source, "own/o.wav")
    assert done.returncode == OUTPUT, done
    assert b"cannot write own/o.wav: Permission denied" in done.stderr
    assert read_bytes("own/o.wav") == b"before" and os.listdir("own") == ["o.wav"]


@test
def a_file_is_written_where_no_new_ones_may_be():
    source, samples = sound()
    os.mkdir("shut")
    write_bytes("shut/o.wav", b"before" * 100000)
    os.chmod("shut/o.wav", 0o666)
    os.chmod("shut", 0o555)
    before = os.stat("shut/o.wav")
    done = as_user("conceal", source, "shut/o.wav")
    after = os.stat("shut/o.wav")
    os.chmod("shut", 0o755)
    assert done.returncode == 0, done
    assert read_wav("shut/o.wav")[0] == samples
    assert (after.st_ino, after.st_uid) == (before.st_ino, before.st_uid)
    os.chmod("shut", 0o555)
    done = as_user("conceal", source, "shut/new.wav")
    os.chmod("shut", 0o755)
    assert done.returncode == OUTPUT and b"Permission denied" in done.stderr


@test
def links_are_followed_and_kept():
    source, samples = sound()
    os.mkdir("sub")
    os.symlink("sub/later.wav", "link.wav")
    os.symlink("link.wav", "chain.wav")
    for name in ("link.wav", "chain.wav"):
        render(source, name)
        assert os.path.islink(name) and not os.path.islink("sub/later.wav")
        assert read_wav("sub/later.wav")[0] == samples
        write_bytes("sub/later.wav", b"")
    os.remove("sub/later.wav")
    render(source, "chain.wav")
    assert os.path.islink("link.wav") and read_wav("sub/later.wav")
    os.symlink("round.wav", "round.wav")
    assert "symbolic links" in error(OUTPUT, "conceal", source, "round.wav")
    os.symlink("nowhere/o.wav", "lost.wav")
    assert "No such file" in error(OUTPUT, "conceal", source, "lost.wav")


@test
def all_names_of_a_file_see_what_is_written():
    source, samples = sound()
    write_bytes("one.wav", b"before")
    os.link("one.wav", "two.wav")
    render(source, "one.wav")
    assert read_wav("two.wav")[0] == samples
    assert os.stat("one.wav").st_nlink == 2


@test
def a_sound_may_be_written_onto_itself_by_any_name():
    _, samples = sound()
    os.symlink("in.wav", "link.wav")
    os.link("in.wav", "hard.wav")
    for source, target in (("in.wav", "in.wav"), ("in.wav", "link.wav"),
                           ("in.wav", "hard.wav"), ("hard.wav", "./in.wav")):
        render(source, target)
        assert read_wav("in.wav")[0] == samples


# Work that ends early

STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT,
         signal.SIGPIPE, signal.SIGXCPU, signal.SIGKILL)


def hear_signals():
    """Undo what shells let work in the background ignore, before it starts."""
    for number in STOPS:
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)


@test
def nothing_is_left_of_work_that_is_stopped():
    source = write_wav("in.wav", [noise(100)])
    os.makedirs("stop")
    for number in STOPS:
        for before in (None, b"before"):
            if before:
                write_bytes("stop/o.wav", before)
            with subprocess.Popen(
                    [LMU, "render", WORKER, source, "stop/o.wav", "--bundle",
                     FIXTURE, "--block", "1", "--tail", "3600", "--quiet"],
                    preexec_fn=hear_signals) as process:
                wait_for_output(process, "stop")
                process.send_signal(number)
                assert process.wait(TIMEOUT) == -number
            assert os.listdir("stop") == (["o.wav"] if before else []), number
            if before:
                assert read_bytes("stop/o.wav") == before
                os.remove("stop/o.wav")


@test
def all_that_holds_where_files_need_names():
    source, samples = sound()
    old = {**os.environ, "LD_PRELOAD": NO_TMPFILE}
    if run("--version", env=old).returncode:
        raise Skip("nothing can be loaded before the C library")
    os.mkdir("old")
    for target in ("old/o.wav", "old/o.wav", "old/" + "a" * 251 + ".wav"):
        done = run_render(source, target, env=old)
        assert done.returncode == 0, done
        assert read_wav(target)[0] == samples
    os.chmod("old/o.wav", 0o600)
    assert run_render("-", "old/o.wav", env=old,
                      input=read_bytes(source)).returncode == 0
    assert mode("old/o.wav") == 0o600
    names = sorted(os.listdir("old"))
    assert len(names) == 2 and len(os.listdir()) == 2, names
    for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGPIPE):
        with subprocess.Popen(
                [LMU, "render", WORKER, source, "old/p.wav", "--bundle",
                 FIXTURE, "--block", "1", "--tail", "3600", "--quiet"],
                env=old, preexec_fn=hear_signals) as process:
            assert wait_for_output(process, "old") in (
                os.path.realpath(f"old/{name}") for name in os.listdir("old"))
            process.send_signal(number)
            assert process.wait(TIMEOUT) == -number
        assert sorted(os.listdir("old")) == names, os.listdir("old")
    assert read_wav("old/o.wav")[0] == samples


@test
def nothing_is_left_where_there_is_no_room():
    source, _ = sound()
    os.mkdir("full")
    limit = ROOM  # Bytes, less than the floats take
    for words in (("render", WORKER, source, "full/o.wav", "--bundle", FIXTURE),
                  ("conceal", source, "full/o.aiff"),
                  ("plot", source, "full/o.png")):
        done = run(*words, preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (limit, limit)))
        assert done.returncode == OUTPUT, done
        assert b"File too large; choose another place" in done.stderr, done
        assert os.listdir("full") == []


@test
def the_last_bytes_of_every_kind_are_missed():
    write_wav("in.wav", [noise(ROOM)])
    for ending in ENDINGS:
        render("in.wav", f"whole.{ending}")
        size = os.path.getsize(f"whole.{ending}")
        # What encoders write at their end, and all but that
        for limit in (1, size // 2, size - 100, size - 1):
            done = run_render("in.wav", f"o.{ending}", preexec_fn=(
                lambda limit=limit: resource.setrlimit(
                    resource.RLIMIT_FSIZE, (limit, limit))))
            assert done.returncode == OUTPUT, (ending, limit, size, done)
            assert b"File too large" in done.stderr, (ending, done.stderr)
            assert not os.path.exists(f"o.{ending}")


@test
def a_file_that_would_not_fit_stays_as_it_was():
    source, _ = sound()
    write_bytes("one.wav", b"before")
    os.link("one.wav", "two.wav")  # So that it must be overwritten
    limit = ROOM
    done = run_render(source, "one.wav", preexec_fn=lambda: resource.setrlimit(
        resource.RLIMIT_FSIZE, (limit, limit)))
    assert done.returncode == OUTPUT, done
    assert read_bytes("one.wav") == b"before"


@test
def names_may_be_as_long_as_the_system_takes():
    source, samples = sound()
    for name in ("a" * 251 + ".wav", "\N{SNOWMAN}" * 83 + ".wav"):
        render(source, name)
        assert read_wav(name)[0] == samples
        os.chmod(name, 0o600)
        render(source, name)
        assert mode(name) == 0o600
    assert "File name too long" in error(OUTPUT, "conceal", source,
                                         "a" * 252 + ".wav")
    # A path that leaves no room for a longer name beside the file
    folder = os.path.relpath("deep")
    while len(os.path.abspath(folder)) < 3800:
        folder += "/" + "d" * 200
    os.makedirs(folder)
    start = os.path.abspath(folder) + "/"
    name = start + "e" * (4095 - len(start) - len(".wav")) + ".wav"
    render(source, name)
    render(source, name)
    assert read_wav(name)[0] == samples


@test
def names_that_are_none_are_refused():
    source, _ = sound()
    os.mkdir("folder")
    for name, why in (("", 'cannot write "": No such file'),
                      ("no\nwhere/o.wav", "no?where"), ("folder", "is a folder"),
                      ("folder/", "is a folder"), ("nowhere/o.wav", "No such"),
                      ("new/", "Is a directory"), (".", "is a folder"),
                      ("in.wav/o.wav", "Not a directory")):
        message = error(OUTPUT, "conceal", source, name)
        assert why in message, (name, message)
    assert sorted(os.listdir()) == ["folder", "in.wav"]


@test
def pipes_are_kept_where_there_is_room():
    _, samples = sound()
    render("in.wav", "in.flac")
    for folder in ("/nowhere", "", "."):
        done = run_render("-", "o.wav", input=read_bytes("in.flac"),
                          env={**os.environ, "TMPDIR": folder})
        assert done.returncode == 0, done
        assert read_wav("o.wav")[0] == samples
    assert sorted(os.listdir()) == ["in.flac", "in.wav", "o.wav"]


# -o

@test
def the_output_may_be_an_option_of_every_command():
    source = write_wav("in.wav", [noise(3 * ROOM)])
    fit = ("--horizon", "1f", "--theta", "1", "--order", "4", "--name", "x")
    for words, ending, options in (
            (("render", WORKER, source), ".wav", ("--bundle", FIXTURE)),
            (("plot", source), ".png", ()),
            (("plot", "--polynomials"), ".png", ()),
            (("forecast", source), ".safetensors", fit),
            (("run", "a.safetensors", source), ".wav", ()),
            (("conceal", source), ".wav", ())):
        lmu(*words, "a" + ending, *options)
        lmu(*words, "-o", "b" + ending, *options)
        lmu(words[0], "-o=c" + ending, *words[1:], *options)
        assert read_bytes("a" + ending) == read_bytes("b" + ending), words
        assert read_bytes("a" + ending) == read_bytes("c" + ending), words
        message = error(USAGE, *words, "x", "-o", "y", *options) if (
            "--polynomials" not in words) else "leave one out"
        assert "leave one out" in message, message
    for words in (("render", WORKER), ("plot",), ("forecast",), ("import",),
                  ("run", "a.safetensors"), ("conceal",)):
        assert "too few words" in error(USAGE, *words, "-o", "o")


# Plugins and presets

PREFIXES = """@prefix lv2: <http://lv2plug.in/ns/lv2core#> .
@prefix pset: <http://lv2plug.in/ns/ext/presets#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def needs_bundle():
    """Skip a test if the plugins of this project are not built."""
    if not os.path.exists(os.path.join(BUNDLE, "manifest.ttl")):
        raise Skip("the bundle is not built")


def write_presets(folder, presets):
    """Write a bundle of presets of LMU Delay: name of file to Turtle or None."""
    os.makedirs(folder)
    with open(f"{folder}/manifest.ttl", "w", encoding="utf-8") as file:
        file.write(PREFIXES + "".join(
            f"<{name}> a pset:Preset ; lv2:appliesTo <urn:lmu-lv2:delay> ; "
            f"rdfs:seeAlso <{name}> .\n" for name in presets))
    for name, text in presets.items():
        if text is not None:
            with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
                file.write(PREFIXES + text)


def preset(label, symbol="dry", value="0.5"):
    """Return the Turtle of a preset."""
    return (f'<> rdfs:label "{label}" ; lv2:port [ lv2:symbol "{symbol}" ; '
            f"pset:value {value} ] .\n")


def at_home(*words, path=None):
    """Run lmu with a folder of plugins of the user, and return how it ended."""
    home = {**os.environ, "HOME": os.getcwd(), "LC_ALL": "C"}
    home.pop("LV2_PATH", None)
    if path:
        home["LV2_PATH"] = path
    return run(*words, env=home)


@test
def a_preset_whose_file_is_gone_or_damaged_is_an_error():
    needs_bundle()
    source, _ = sound()
    write_presets(".lv2/mine.lv2", {
        "gone.ttl": None, "empty.ttl": "", "good.ttl": preset("Mine"),
        "broken.ttl": preset("Half") + "<> lv2:port [ lv2:symbol"})
    start = f"file://{os.getcwd()}/.lv2/mine.lv2/"
    for name in (start + "gone.ttl", start + "empty.ttl", start + "broken.ttl"):
        done = at_home("render", "delay", source, "o.wav", "--preset", name)
        assert done.returncode == PRESET, done
        assert b"cannot be read" in done.stderr, done.stderr
        assert done.stderr.count(b"\n") == 1, done.stderr
        assert not os.path.exists("o.wav")
    done = at_home("render", "delay", source, "o.wav", "--preset", "mine")
    assert done.returncode == 0 and done.stderr == b"", done
    listed = at_home("list", "delay").stdout.decode()
    assert "gone.ttl, cannot be read\n" in listed and "  Mine\n" in listed


@test
def a_preset_that_names_a_file_that_is_gone_is_an_error():
    needs_bundle()
    source, _ = sound()
    os.makedirs(".lv2/mine.lv2")
    with open(".lv2/mine.lv2/manifest.ttl", "w", encoding="utf-8") as file:
        file.write(PREFIXES + "<p.ttl> a pset:Preset ; rdfs:seeAlso <p.ttl> ; "
                   "lv2:appliesTo <urn:lmu-lv2:model> .\n")
    with open(".lv2/mine.lv2/p.ttl", "w", encoding="utf-8") as file:
        file.write(PREFIXES + '<> rdfs:label "Lost" ; '
                   "<http://lv2plug.in/ns/ext/state#state> "
                   "[ <urn:lmu-lv2:weights> <gone.safetensors> ] .\n")
    done = at_home("render", "model", source, "o.wav", "--preset", "Lost")
    assert done.returncode == PRESET, done
    assert b'preset "Lost" cannot be read' in done.stderr
    assert b"gone.safetensors: not found" in done.stderr
    assert not os.path.exists("o.wav")


@test
def two_presets_of_one_name_are_told_apart():
    needs_bundle()
    source, _ = sound()
    write_presets(".lv2/mine.lv2", {"echo.ttl": preset("Dark Echo")})
    words = ("render", "delay", source, "o.wav", "--preset")
    done = at_home(*words, "dark echo")
    mine = f"file://{os.getcwd()}/.lv2/mine.lv2/echo.ttl"
    factory = "urn:lmu-lv2:preset:delay:dark-echo"
    assert done.returncode == PRESET, done
    for word in ("two presets are named", mine, factory):
        assert word in done.stderr.decode(), done.stderr
    for uri in (mine, factory):
        assert at_home(*words, uri).returncode == 0


@test
def a_preset_of_another_version_says_what_it_leaves_out():
    needs_bundle()
    source, _ = sound()
    write_presets(".lv2/mine.lv2", {"odd.ttl": preset("Odd", "gone") + preset(
        "Odd", "wet", '"loud"')})
    done = at_home("render", "delay", source, "o.wav", "--preset", "odd")
    assert done.returncode == 0, done
    assert b"sets gone, which delay does not have" in done.stderr
    assert b"sets wet to what is no number" in done.stderr
    done = at_home("render", "delay", source, "o.wav", "--preset", "odd",
                   "--quiet")
    assert done.stderr == b"", done.stderr


@test
def copies_of_the_bundle_are_no_news():
    needs_bundle()
    source, _ = sound()
    os.makedirs(".lv2")
    os.symlink(BUNDLE, ".lv2/lmu.lv2")
    shutil.copytree(BUNDLE, ".lv2/copy.lv2")
    with open(".lv2/copy.lv2/delay-presets.ttl", encoding="utf-8") as file:
        text = file.read()
    assert "Dark Echo" in text
    with open(".lv2/copy.lv2/delay-presets.ttl", "w", encoding="utf-8") as file:
        file.write(text.replace("Dark Echo", "Darkness"))  # Of another version
    for words in (("render", "delay", source, "o.wav", "--quiet"), ("list",),
                  ("list", "delay"), ("render", "delay", source, "o.wav",
                                      "--preset", "Dark Echo")):
        done = at_home(*words)
        assert done.returncode == 0 and done.stderr == b"", done
        alone = at_home(*words, path="/nowhere")
        if words[0] == "list":
            assert done.stdout == alone.stdout, words
    assert read_bytes("o.wav")


@test
def broken_bundles_of_others_are_told_when_they_matter():
    needs_bundle()
    source, _ = sound()
    os.makedirs(".lv2/broken.lv2")
    write_bytes(".lv2/broken.lv2/manifest.ttl", b"<urn:x> a [ broken\n")
    done = at_home("render", "delay", source, "o.wav")
    assert done.returncode == 0 and done.stderr == b"", done
    done = at_home("render", "urn:x", source, "o.wav")
    assert b"broken.lv2" in done.stderr and b"unknown plugin" in done.stderr
    assert b"broken.lv2" in at_home("list", "--all").stderr


@test
def a_stereo_sound_goes_to_the_stereo_one_of_a_pair():
    needs_bundle()
    source = write_wav("in.wav", [noise(1000), noise(1000, 2)])
    words = ("--bundle", BUNDLE, "--set", "dry=1")
    done = run("render", "delay", source, "o.wav", *words)
    assert done.returncode == 0, done
    assert b"in.wav is in stereo; used delay-stereo" in done.stderr
    lmu("render", "delay-stereo", source, "p.wav", *words)
    assert read_bytes("o.wav") == read_bytes("p.wav")
    done = run("render", "delay", source, "o.wav", *words, "--channels", "2")
    assert done.stderr == b"" and len(read_wav("o.wav")) == 1
    assert run("render", "delay", source, "o.wav", *words, "--quiet").stderr == b""
    assert "too many for 1 input" in error(
        USAGE, "render", "memory8", source, "o.wav", "--bundle", BUNDLE)


if __name__ == "__main__":
    sys.exit(main())
