// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_HOST_TEMPO_H
#define LMU_HOST_TEMPO_H

#include "host/host.h"

/// Tell a plugin that the song plays at a tempo, if it listens to such things
LMU_SETUP void
lmu_tempo_send(LmuHost* host, double beats_per_minute);

#endif // LMU_HOST_TEMPO_H
