// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/keys_x.h"

#include "ui/event.h"

#include <xcb/xcb.h>
#include <xcb/xproto.h>

#include <stdint.h>
#include <stdlib.h>

// Symbols of keys, from X11/keysymdef.h
#define SYMBOL_LEFT_TAB 0xFE20U
#define SYMBOL_KEYPAD 0xFF80U // From here on
#define SYMBOL_KEYPAD_0 0xFFB0U
#define SYMBOL_KEYPAD_9 0xFFB9U

void
lmu_keys_x_init(LmuKeysX* const keys, xcb_connection_t* const connection)
{
  const xcb_setup_t* const setup = xcb_get_setup(connection);
  const uint8_t count = (uint8_t)(setup->max_keycode - setup->min_keycode + 1U);
  keys->first         = setup->min_keycode;
  keys->mapping       = xcb_get_keyboard_mapping_reply(
    connection, xcb_get_keyboard_mapping(connection, keys->first, count), NULL);
}

void
lmu_keys_x_reset(LmuKeysX* const keys)
{
  free(keys->mapping);
  keys->mapping = NULL;
}

/// Return the symbol of a key with or without shift, or zero
static uint32_t
symbol_of(const LmuKeysX* const keys, const uint8_t code, const uint32_t shift)
{
  if (!keys->mapping || code < keys->first) {
    return 0U;
  }

  const uint32_t columns = keys->mapping->keysyms_per_keycode;
  const uint32_t index   = ((uint32_t)(code - keys->first) * columns) + shift;
  const int length = xcb_get_keyboard_mapping_keysyms_length(keys->mapping);
  return (shift < columns && index < (uint32_t)length)
           ? xcb_get_keyboard_mapping_keysyms(keys->mapping)[index]
           : 0U;
}

static LmuKey
key_of(const uint32_t symbol)
{
  static const struct {
    uint32_t symbol;
    LmuKey   key;
  } all[] = {
    {0xFF08U, LMU_KEY_BACKSPACE},
    {0xFF09U, LMU_KEY_TAB},
    {0xFF0DU, LMU_KEY_ENTER},
    {0xFF1BU, LMU_KEY_ESCAPE},
    {0xFF50U, LMU_KEY_HOME},
    {0xFF51U, LMU_KEY_LEFT},
    {0xFF52U, LMU_KEY_UP},
    {0xFF53U, LMU_KEY_RIGHT},
    {0xFF54U, LMU_KEY_DOWN},
    {0xFF55U, LMU_KEY_PAGE_UP},
    {0xFF56U, LMU_KEY_PAGE_DOWN},
    {0xFF57U, LMU_KEY_END},
    {0xFF8DU, LMU_KEY_ENTER},
    {0xFFFFU, LMU_KEY_DELETE},
    {SYMBOL_LEFT_TAB, LMU_KEY_TAB},
  };
  for (uint32_t i = 0U; i < sizeof(all) / sizeof(all[0]); ++i) {
    if (all[i].symbol == symbol) {
      return all[i].key;
    }
  }
  return LMU_KEY_OTHER;
}

/// Return a character in ASCII, or zero
static char
text_of(const uint32_t symbol)
{
  switch (symbol) {
  case 0xFFABU:
    return '+';
  case 0xFFADU:
    return '-';
  case 0xFFACU:
  case 0xFFAEU:
    return '.';
  default:
    break;
  }
  if (symbol >= SYMBOL_KEYPAD_0 && symbol <= SYMBOL_KEYPAD_9) {
    return (char)('0' + (symbol - SYMBOL_KEYPAD_0));
  }
  if (symbol > ' ' && symbol < 0x7FU) {
    return (char)symbol;
  }
  return '\0';
}

void
lmu_keys_x_read(const LmuKeysX* const keys,
                LmuEvent* const       event,
                const uint8_t         code,
                const uint16_t        state)
{
  // Keys with Alt or Super are the host's
  event->key = LMU_KEY_OTHER;
  if (state & (XCB_MOD_MASK_1 | XCB_MOD_MASK_4)) {
    return;
  }

  const uint32_t shift  = (state & XCB_MOD_MASK_SHIFT) ? 1U : 0U;
  const uint32_t plain  = symbol_of(keys, code, 0U);
  const uint32_t lifted = symbol_of(keys, code, shift);
  const uint32_t number = (state & XCB_MOD_MASK_2) // Num Lock, as is usual
                            ? symbol_of(keys, code, 1U)
                            : 0U;
  event->text           = '\0';
  if (number >= SYMBOL_KEYPAD) {
    event->text = text_of(number);
  }
  if (!event->text) {
    event->text = text_of(lifted ? lifted : plain);
  }
  event->key = event->text ? LMU_KEY_TEXT : key_of(lifted ? lifted : plain);
}
