// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "data/sound_format.h"

#include "tools/base/text.h"

#include <sndfile.h>

#include <stddef.h>
#include <stdint.h>

// Bytes of sound that sizes of 32 bits can tell, with room for a header
#define MAX_SHORT_BYTES 4294900000ULL

/// What an ending stands for
typedef struct {
  const char* ending;
  const char* name;
  int         format;
  bool        is_short; ///< Sizes have 32 bits
} Kind;

static const Kind kinds[] = {
  {".wav", "WAV", SF_FORMAT_WAV | SF_FORMAT_FLOAT, false},
  {".wave", "WAV", SF_FORMAT_WAV | SF_FORMAT_FLOAT, false},
  {".rf64", "RF64", SF_FORMAT_RF64 | SF_FORMAT_FLOAT, false},
  {".w64", "Wave64", SF_FORMAT_W64 | SF_FORMAT_FLOAT, false},
  {".aiff", "AIFF", SF_FORMAT_AIFF | SF_FORMAT_FLOAT, true},
  {".aif", "AIFF", SF_FORMAT_AIFF | SF_FORMAT_FLOAT, true},
  {".aifc", "AIFF", SF_FORMAT_AIFF | SF_FORMAT_FLOAT, true},
  {".au", "AU", SF_FORMAT_AU | SF_FORMAT_FLOAT, true},
  {".snd", "AU", SF_FORMAT_AU | SF_FORMAT_FLOAT, true},
  {".caf", "CAF", SF_FORMAT_CAF | SF_FORMAT_FLOAT, false},
  {".flac", "FLAC", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, false},
  {".ogg", "Ogg Vorbis", SF_FORMAT_OGG | SF_FORMAT_VORBIS, false},
  {".oga", "Ogg Vorbis", SF_FORMAT_OGG | SF_FORMAT_VORBIS, false},
  {".opus", "Ogg Opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, false},
  {".mp3", "MP3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, false},
};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const Kind*
find_kind(const char* const path)
{
  const char* const ending = lmu_text_ending(path);
  for (size_t i = 0U; i < N_KINDS; ++i) {
    if (!*ending || lmu_text_equal(ending, kinds[i].ending)) {
      return &kinds[i];
    }
  }
  return NULL;
}

bool
lmu_sound_format_is_known(const char* const path)
{
  return *lmu_text_ending(path) && find_kind(path);
}

/// Return whether the encoder of a kind takes a sample rate
static bool
takes_rate(const Kind* const kind, const double rate)
{
  const int codec = kind->format & SF_FORMAT_SUBMASK;
  if (codec == SF_FORMAT_OPUS) {
    return rate == 8e3 || rate == 12e3 || rate == 16e3 || rate == 24e3 ||
           rate == 48e3;
  }
  if (codec == SF_FORMAT_MPEG_LAYER_III) {
    return rate == 8e3 || rate == 11025.0 || rate == 12e3 || rate == 16e3 ||
           rate == 22050.0 || rate == 24e3 || rate == 32e3 || rate == 44100.0 ||
           rate == 48e3;
  }
  return true;
}

static bool
can_hold(const Kind* const kind, const LmuSoundInfo* const info)
{
  SF_INFO wanted    = {0};
  wanted.samplerate = (int)info->rate;
  wanted.channels   = (int)info->n_channels;
  wanted.format     = kind->format;
  return sf_format_check(&wanted) && takes_rate(kind, info->rate);
}

LmuExit
lmu_sound_format(int* const                format,
                 LmuFailure* const         error,
                 const char* const         path,
                 const LmuSoundInfo* const info)
{
  const Kind* const kind = find_kind(path);
  if (!kind) {
    return lmu_failure_set(error,
                           LMU_EXIT_USAGE,
                           "cannot write %s; choose a name that ends "
                           "in " LMU_SOUND_ENDINGS,
                           path);
  }
  if (!can_hold(kind, info)) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_OUTPUT,
                           "cannot write %s: %s does not take %u channel%s at "
                           "%.0f Hz; %s",
                           path,
                           kind->name,
                           info->n_channels,
                           info->n_channels > 1U ? "s" : "",
                           info->rate,
                           can_hold(&kinds[0], info)
                             ? "choose a name that ends in .wav"
                             : "use fewer channels");
  }

  const uint64_t frame = info->n_channels * sizeof(float);
  const bool     large = info->n_frames > MAX_SHORT_BYTES / frame;
  if (large && kind->is_short) {
    return lmu_failure_set(error,
                           LMU_EXIT_BAD_OUTPUT,
                           "cannot write %s: %s holds 4 GiB at most; choose a "
                           "name that ends in .wav, .w64 or .caf",
                           path,
                           kind->name);
  }
  const bool is_wav = (kind->format & SF_FORMAT_TYPEMASK) == SF_FORMAT_WAV;
  *format = (is_wav && large) ? SF_FORMAT_RF64 | SF_FORMAT_FLOAT : kind->format;
  return LMU_EXIT_SUCCESS;
}
