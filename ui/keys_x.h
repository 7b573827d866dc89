// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#ifndef LMU_UI_KEYS_X_H
#define LMU_UI_KEYS_X_H

#include "ui/event.h"

#include <xcb/xcb.h>
#include <xcb/xproto.h>

#include <stdint.h>

/// What the keys of a keyboard mean
typedef struct {
  xcb_get_keyboard_mapping_reply_t* mapping; ///< Symbols, or null
  uint8_t                           first;   ///< Number of the first key
} LmuKeysX;

/// Ask the server what its keys mean
void
lmu_keys_x_init(LmuKeysX* keys, xcb_connection_t* connection);

/// Free that
void
lmu_keys_x_reset(LmuKeysX* keys);

/// Fill in key and text of an event
void
lmu_keys_x_read(const LmuKeysX* keys,
                LmuEvent*       event,
                uint8_t         code,
                uint16_t        state);

#endif // LMU_UI_KEYS_X_H
