#!/usr/bin/env python3
# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Train a model of an LV2 effect on real recordings, with PyTorch.

Usage: train_model.py EFFECT [--minutes N] [-o FILE.safetensors]

Recordings come from the Debian package sonic-pi-samples, effects from
guitarix-lv2 and calf-plugins, and ffmpeg, built with lv2, runs them.
"""

import argparse
import json
import math
import random
import time

import numpy as np
import torch

import audio_cell
import effects
import network_file
import reference

RATE = effects.RATE
FOLDER = "/usr/share/sonic-pi/samples"
TRAIN = (
    "guit_e_fifths",
    "guit_em9",
    "bass_woodsy_c",
    "bass_thick_c",
    "bass_voxy_c",
    "loop_electric",
    "loop_breakbeat",
    "elec_twang",
)
VALIDATION = ("guit_harmonics", "ambi_piano")  # Chooses the epoch that is kept
TEST = ("guit_e_slide",)  # Is heard once, at the end
GAINS = (1.0, 0.3)  # So that soft playing is learned too

LANES = 64  # Parts of the recordings that train side by side
CHUNK = 512  # Frames that the gradient goes back through
WARM_UP = 8  # Chunks after a reset that are not scored
SILENCE = 3.0  # Weight of the lane that is silent and starts from a reset
REST = 300.0  # Weight of what is left of any state after a silence
GROWTH = 0.01  # Weight of how much a small disturbance grows
MAX_GROWTH = -3.0  # Natural logarithm of what may be left of one after 512 frames
REST_LANES = 16
REST_FRAMES = 768, 256  # Length of the silence, and of its part that is scored
EMPHASIS = 0.95  # Of the second term of the loss, y[t] - 0.95 y[t - 1]
LAST_RATE = 0.04  # Of the learning rate of the first step
MAX_GRADIENT = 1.0
EPSILON = 1e-12

GUITARIX = "http://guitarix.sourceforge.net/plugins/"

# What is modelled: the effect and its controls.  Each value of `settings` is a
# position of the model's condition and what it sets.
EFFECTS = {
    "overdrive": {
        "name": "Overdrive",
        "source": "GxTubeScreamer of guitarix-lv2",
        "comment": "A tube screamer at half drive, tone at 700 Hz.",
        "uri": GUITARIX + "gxts9#ts9sim",
        "controls": {"fslider0_": -8, "fslider1_": 700, "BYPASS": 1},
        "settings": {None: {"fslider2_": 0.5}},
        "gain": 1.2,
    },
    "drive": {
        "name": "Drive",
        "source": "GxTubeScreamer of guitarix-lv2",
        "comment": "A tube screamer whose drive is the first condition.",
        "condition": "Drive",
        "uri": GUITARIX + "gxts9#ts9sim",
        "controls": {"fslider0_": -8, "fslider1_": 700, "BYPASS": 1},
        "settings": {
            0.0: {"fslider2_": 0.0},
            0.5: {"fslider2_": 0.25},
            1.0: {"fslider2_": 1.0},
        },
        "gain": 1.2,
    },
    "compressor": {
        "name": "Compressor",
        "source": "Compressor of guitarix-lv2",
        "comment": "Ratio 4 above -30 dB, 5 ms attack, 100 ms release.",
        "uri": GUITARIX + "gx_compressor#_compressor",
        "controls": {
            "RATIO": 4,
            "KNEE": 6,
            "THRESHOLD": -30,
            "ATTACK": 0.005,
            "RELEASE": 0.1,
            "BYPASS": 1,
        },
        "settings": {None: {}},
        "gain": 3.0,
    },
}


def pairs(facts, names, gains):
    """Return the inputs, [inputs][frames], and the target of an effect."""
    dry = effects.recordings(FOLDER, names, gains)
    inputs, target = [], []
    for position, setting in facts["settings"].items():
        wet = effects.effect(dry, facts["uri"], {**facts["controls"], **setting})
        rows = [dry] if position is None else [dry, np.full_like(dry, position)]
        inputs.append(np.stack(rows))
        target.append(facts["gain"] * wet)
    return np.concatenate(inputs, 1), np.concatenate(target)


def lanes(x, y):
    """Return inputs and target cut in lanes, [frames][inputs][lane].

    The last lane is silence, whose conditions train_epoch() sets.
    """
    n_frames = len(y) // LANES // CHUNK * CHUNK
    x = x[:, : n_frames * LANES].reshape(len(x), LANES, n_frames)
    y = y[: n_frames * LANES].reshape(LANES, n_frames)
    x = np.concatenate((x, x[:, :1]), 1).transpose(2, 0, 1)
    y = np.concatenate((y, 0.0 * y[:1])).T
    x[:, 0, -1] = 0.0
    return tuple(torch.from_numpy(np.ascontiguousarray(v, np.float32)) for v in (x, y))


def emphasise(y):
    """Return what is left of a signal without its lows."""
    return y[1:] - EMPHASIS * y[:-1]


def power(y):
    """Return the mean square."""
    return torch.mean(y**2)


def reset_last(state):
    """Reset the lane that is silent."""
    for values in state if isinstance(state, tuple) else (state,):
        values[:, -1] = 0.0


def loss_of(error, scales):
    """Return the loss of [frames][lane]: all, its highs, and silence."""
    sound, silence = error[:, :-1], error[:, -1]
    loss = power(sound) / scales[0] + power(emphasise(sound)) / scales[1]
    return loss + SILENCE * power(silence) / scales[0]


def rest_loss(model, n_inputs, scales):
    """Return the loss of silence with some window and conditions.

    Users can turn both, and the feedback must not whistle then: what is left of
    any state counts, and how much a small disturbance of that grows.
    """
    factor = random.choice((1.0, *audio_cell.FACTORS))
    state = 0.3 * torch.randn(model.order + model.units, REST_LANES)
    x = torch.zeros(REST_FRAMES[0], n_inputs, REST_LANES)
    x[:, 1:] = torch.rand(REST_LANES)
    output, state = model(x, state, factor)
    left = power(output[-REST_FRAMES[1] :]) / scales[0]
    growth = model.growth(state[model.order :, 0], factor)
    return REST * left + GROWTH * torch.relu(growth - MAX_GROWTH)


def rests(model, n_inputs):
    """Return whether a model comes to rest at all windows and conditions."""
    if not isinstance(model, audio_cell.Lmu):
        return True
    x = torch.zeros(4 * CHUNK, n_inputs, REST_LANES)
    x[:, 1:] = torch.linspace(0.0, 1.0, REST_LANES)
    with torch.no_grad():
        for factor in (1.0, *audio_cell.FACTORS):
            _, state = model(x, model.start(REST_LANES), factor)
            for h in state[model.order :].T:
                if model.growth(h, factor) > MAX_GROWTH / 2.0:
                    return False
    return True


def train_epoch(model, optimiser, data, scales, schedule):
    """Train on all chunks in order, with the state carried on."""
    x, y = data
    state = model.start(LANES + 1)
    for index in range(len(y) // CHUNK):
        here = slice(index * CHUNK, (index + 1) * CHUNK)
        reset_last(state)
        x[here, 1:, -1] = torch.rand(1)
        output, state = model(x[here], state)
        if index < WARM_UP:
            continue
        loss = loss_of(output - y[here], scales)
        if isinstance(model, audio_cell.Lmu):
            loss = loss + rest_loss(model, x.shape[1], scales)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_GRADIENT)
        for group in optimiser.param_groups:
            group["lr"] = schedule()
        optimiser.step()


def evaluate(model, x, y):
    """Return the error-to-signal ratio of one long signal, from a reset."""
    state = model.start(1)
    outputs = []
    with torch.no_grad():
        for begin in range(0, len(y), CHUNK):
            part = np.ascontiguousarray(x[:, begin : begin + CHUNK].T[:, :, None])
            output, state = model(torch.from_numpy(part), state)
            outputs.append(output[:, 0])
    output = torch.cat(outputs).numpy()
    return float(np.sum((output - y) ** 2) / np.sum(y**2)), output


def train(model, data, validation, minutes, rate):
    """Train for a time, and keep what did best in the validation and rests."""
    begin = time.monotonic()
    scales = power(data[1]), power(emphasise(data[1]))
    optimiser = torch.optim.Adam(model.parameters(), lr=rate)

    def progress():
        return min(1.0, (time.monotonic() - begin) / (60.0 * minutes))

    def schedule():
        turn = 0.5 * (1.0 + math.cos(math.pi * progress()))
        return rate * (LAST_RATE + (1.0 - LAST_RATE) * turn)

    best, weights, epoch = math.inf, None, 0
    while progress() < 1.0:
        train_epoch(model, optimiser, data, scales, schedule)
        esr, _ = evaluate(model, *validation)
        epoch += 1
        if esr < best and rests(model, len(validation[0])):
            best = esr
            weights = {k: v.clone() for k, v in model.state_dict().items()}
        if epoch % 2 == 0 or progress() >= 1.0:
            seconds = time.monotonic() - begin
            print(f"{epoch:4} {seconds:6.0f} s  ESR {esr:.5f}  best {best:.5f}", flush=True)
    if weights is None:
        raise SystemExit("never came to rest: train for longer")
    model.load_state_dict(weights)
    return best, epoch


def remove_offset(model, n_inputs):
    """Take what a model says at silence off its output.

    A condition changes it: the mean of both ends goes.  Returns what is left,
    and the peak after a reset, in dBFS.
    """
    outputs = []
    for value in (0.0, 1.0)[:n_inputs]:
        x = np.zeros((n_inputs, RATE), np.float32)
        x[1:] = value
        outputs.append(evaluate(model, x, np.ones(RATE, np.float32))[1])
    offset = np.mean([output[-1] for output in outputs])
    bias = model.out_bias if hasattr(model, "out_bias") else model.out.bias
    if bias.requires_grad:
        with torch.no_grad():
            bias -= float(offset)
    left = max(abs(output[-1] - offset) for output in outputs)
    peak = max(np.max(np.abs(output - offset)) for output in outputs)
    return 20.0 * np.log10(left + EPSILON), 20.0 * np.log10(peak + EPSILON)


def metadata(facts, report):
    """Return what the file of a model says."""
    result = {
        "name": facts["name"],
        "author": "The lmu.lv2 Authors",
        "license": "ISC",
        "source": facts["source"],
        "comment": f"{facts['comment']} Error-to-signal ratio "
        f"{report['esr_db']:.1f} dB on a guitar that it was not trained with.",
        "sample_rate": RATE,
        "latency": 0,
        "loudness": report["rms_db"],
    }
    if None not in facts["settings"]:
        result.update({"conditions": 1, "conditions.0.name": facts["condition"]})
    return result


def main():
    """Train one model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("effect", choices=list(EFFECTS))
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--theta", type=float, default=24.0)
    parser.add_argument("--order", type=int, default=16)
    parser.add_argument("--units", type=int, default=16)
    parser.add_argument("--odd", action="store_true", help="no biases")
    parser.add_argument("--lstm", type=int, help="units of an LSTM instead")
    parser.add_argument("--rate", type=float, default=5e-3, help="learning rate")
    parser.add_argument("--start", help="file to start from")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--output")
    arguments = parser.parse_args()

    torch.manual_seed(arguments.seed)
    random.seed(arguments.seed)
    torch.set_num_threads(1)
    facts = EFFECTS[arguments.effect]
    x, y = pairs(facts, TRAIN, GAINS)
    validation = pairs(facts, VALIDATION, GAINS[:1])
    test = pairs(facts, TEST, GAINS[:1])
    if arguments.lstm:
        model = audio_cell.Lstm(len(x), arguments.lstm)
    else:
        size = arguments.units, arguments.order, arguments.theta
        model = audio_cell.Lmu(len(x), *size, not arguments.odd)
    if arguments.start:
        model.take(network_file.load(arguments.start)[0])
    n_parameters = sum(p.numel() for p in model.parameters() if p.requires_grad)
    print(f"{arguments.effect}: {len(y) / RATE:.0f} s, {n_parameters} parameters")

    limits = arguments.minutes, arguments.rate
    esr, epochs = train(model, lanes(x, y), validation, *limits)
    offset, peak = remove_offset(model, len(x))
    esr, output = evaluate(model, *test)
    report = {
        "effect": arguments.effect,
        "theta": arguments.theta,
        "parameters": n_parameters,
        "epochs": epochs,
        "esr": round(esr, 6),
        "esr_db": round(10.0 * math.log10(esr), 2),
        "silence_db": round(float(offset), 1),
        "start_db": round(float(peak), 1),
        "rms_db": round(float(10.0 * np.log10(np.mean(y**2))), 2),
        "offset": float(np.mean(output - test[1])),
    }
    print(json.dumps(report))
    if arguments.output and not arguments.lstm:
        network_file.save(arguments.output, model.graph(), metadata(facts, report))
        small = slice(0, RATE // 4)
        again = reference.run(model.graph(), test[0].T[small])[:, 0]
        print(f"reference differs by {np.max(np.abs(again - output[small])):.1e}")


if __name__ == "__main__":
    main()
