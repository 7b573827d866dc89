# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""The devices: LV2 plugins of Debian, and how they are set.

Packages: guitarix-lv2, x42-plugins, zam-plugins.  Controls that are not named
keep their defaults.
"""

GUITARIX = "http://guitarix.sourceforge.net/plugins/"
X42 = "http://gareus.org/oss/lv2/"
ZAM = "urn:zamaudio:"

# Name: kind, plugin, settings
DEVICES = {
    # Overdrive pedal
    "ts9": (
        "drive",
        GUITARIX + "gxts9#ts9sim",
        {"fslider0_": -8, "fslider1_": 500, "fslider2_": 0.35},
    ),
    # Preamplifier with tubes
    "jcm": (
        "drive",
        GUITARIX + "gx_jcm800pre_#_jcm800pre_",
        {"P6v": 0.9, "GAIN": -12},
    ),
    # Small amplifier with its output tube
    "chump": (
        "drive",
        GUITARIX + "gx_redeye#chump",
        {"Gain": 0.4, "Tone": 0.5, "Volume": 0.3},
    ),
    # High gain
    "metal": (
        "drive",
        GUITARIX + "gxmetal_amp#metal_amp",
        {"DRIVE": 12, "PREGAIN": 6, "GAIN1": -6, "TONE": 0.5},
    ),
    # Fuzz with two germanium transistors, whose bias moves
    "fuzz": (
        "drive",
        GUITARIX + "gx_fuzzface_#_fuzzface_",
        {"FUZZ": 0.7, "LEVEL": 0.5},
    ),
    # Fuzz with four stages
    "muff": (
        "drive",
        GUITARIX + "gx_muff_#_muff_",
        {"TONE": 0.5, "VOLUME": 0.5},
    ),
    # Compressor by power, slow
    "darc": (
        "dynamics",
        X42 + "darc#mono",
        {
            "threshold": -35,
            "Ratio": 0.8,
            "attack": 0.01,
            "release": 0.2,
            "inputgain": 6,
        },
    ),
    # Compressor by peak, faster
    "comp": (
        "dynamics",
        ZAM + "ZamComp",
        {"att": 10, "rel": 80, "kn": 0, "rat": 4, "thr": -30, "mak": 6},
    ),
    # Limiter that looks ahead, so it is late
    "limit": (
        "dynamics",
        X42 + "dpl#mono",
        {"gain": 12, "threshold": -6, "release": 0.05},
    ),
    # Filter that an envelope moves
    "wah": ("dynamics", GUITARIX + "gxautowah#autowah", {}),
    # Loudspeaker 4x12, linear
    "cab": ("time", GUITARIX + "gx_cabinet#CABINET", {"c_model": 0}),
    # Slap-back echo, linear
    "slap": (
        "time",
        ZAM + "ZamDelay",
        {"time": 60, "lpf": 2000, "gain": 0, "drywet": 0.4, "feedb": 0.25},
    ),
}

# What those are late by that do not say so [frames], as lmu train finds it
LATENCIES = {"jcm": 27, "chump": 8, "metal": 1, "muff": 27}
