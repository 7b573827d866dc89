// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "ui/theme.h"

/// The colour of a hexadecimal number 0xRRGGBB
#define RGB(hex)                                                               \
  {                                                                            \
    ((hex) >> 16) / 255.0, (((hex) >> 8) & 0xFF) / 255.0, ((hex)&0xFF) / 255.0 \
  }

const LmuTheme lmu_theme_light = {
  .background = RGB(0xFFFFFF),
  .panel      = RGB(0xF7F9FB),
  .text       = RGB(0x1B2129),
  .muted      = RGB(0x5A6672),
  .grid       = RGB(0xDDE3E9),
  .truth      = RGB(0xA9B4BF),
  .estimate   = RGB(0x0A5FB4),
  .error      = RGB(0xC4500A),
  .heat =
    {RGB(0x08306B), RGB(0x3D8FCB), RGB(0xFAFAFA), RGB(0xF0862A), RGB(0x7A2503)},
  .series =
    {RGB(0x1A1044), RGB(0x2A5F9E), RGB(0x1B9A8E), RGB(0x8CBF26), RGB(0xE89A0C)},
};

const LmuTheme lmu_theme_dark = {
  .background = RGB(0x101419),
  .panel      = RGB(0x171D24),
  .text       = RGB(0xEEF2F6),
  .muted      = RGB(0x9AA7B4),
  .grid       = RGB(0x2A333D),
  .truth      = RGB(0x66737F),
  .estimate   = RGB(0x5CB8FF),
  .error      = RGB(0xFF9A4D),
  .heat =
    {RGB(0xB5E2FF), RGB(0x1F78C8), RGB(0x12171D), RGB(0xD1600F), RGB(0xFFD9A0)},
  .series =
    {RGB(0xB79CFF), RGB(0x5CA8FF), RGB(0x3FD0B8), RGB(0xB6DD55), RGB(0xFFC35C)},
};

static double
mix(const double a, const double b, const double share)
{
  return a + (share * (b - a));
}

LmuColor
lmu_color_between(const LmuColor a, const LmuColor b, const double share)
{
  return (LmuColor){mix(a.red, b.red, share),
                    mix(a.green, b.green, share),
                    mix(a.blue, b.blue, share)};
}

LmuColor
lmu_color_at(const LmuColor* const colors,
             const unsigned        n_colors,
             const double          position)
{
  const double limited =
    (position > 0.0) ? (position < 1.0 ? position : 1.0) : 0.0;
  const double   exact = limited * (n_colors - 1U);
  const unsigned whole = (unsigned)exact;
  const unsigned i     = (whole < n_colors - 2U) ? whole : n_colors - 2U;
  const double   share = exact - i;

  return lmu_color_between(colors[i], colors[i + 1U], share);
}
