// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "plugin/read_positions.h"

#include "core/dsp/rt/shape.h"
#include "plugin/ports.h"

#include <stdint.h>

/// Return the fraction of a number that is not negative
LMU_RT static double
fraction(const double x)
{
  return x - (double)(int64_t)x;
}

/// Read once, from the tap to the end of the window
LMU_RT static ReadPositions
once(const double way, const double seam)
{
  // Fade in at the start, and out before the end
  const double gain =
    lmu_smooth_step(way / seam) * lmu_smooth_step((1.0 - way) / seam);
  const ReadPositions positions = {{way, 0.0}, {way < 1.0 ? gain : 0.0, 0.0}};
  return positions;
}

/// Read again and again, the start fading in over the end
LMU_RT static ReadPositions
loop(const double way, const double seam)
{
  const double        length    = 1.0 - seam;
  const double        position  = fraction(way / length) * length;
  const double        part      = lmu_smooth_step(position / seam);
  const ReadPositions positions = {{position, position + length},
                                   {part, position < seam ? 1.0 - part : 0.0}};
  return positions;
}

/// Read to and fro
LMU_RT static ReadPositions
ping_pong(const double way)
{
  const double        turn      = 2.0 * fraction(0.5 * way);
  const ReadPositions positions = {{turn <= 1.0 ? turn : 2.0 - turn, 0.0},
                                   {1.0, 0.0}};
  return positions;
}

/// Let positions count from the other end
LMU_RT static ReadPositions
reversed(const ReadPositions positions)
{
  const ReadPositions result = {{1.0 - positions.r[0], 1.0 - positions.r[1]},
                                {positions.gain[0], positions.gain[1]}};
  return result;
}

ReadPositions
read_positions_at(const ScanChoice scan,
                  const double     travel,
                  const double     start,
                  const double     seam)
{
  switch (scan) {
  case SCAN_FORWARD:
    return reversed(once(travel + (1.0 - start), seam));
  case SCAN_BACKWARD:
    return once(travel + (1.0 - start), seam);
  case SCAN_LOOP_FORWARD:
    return reversed(loop(travel + (1.0 - start), seam));
  case SCAN_LOOP_BACKWARD:
    return loop(travel + (1.0 - start), seam);
  case SCAN_PING_PONG:
    return reversed(ping_pong(travel + (1.0 - start)));
  }
  return once(1.0, seam);
}
