// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC

#include "core/base/setup/sha256.h"
#include "tests/unit/run.h"

#include <check.h>

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// A message is a text, repeated
typedef struct {
  const char* text;
  size_t      size;
  size_t      count;
  const char* hash;
} Vector;

/// NIST, "Examples with Intermediate Values", SHA-256 and its additional
/// vectors, which go round the ends of a block
static const Vector vectors[] = {
  {"",
   0U,
   0U,
   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
  {"abc",
   3U,
   1U,
   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
  {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
   56U,
   1U,
   "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
  {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
   "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
   112U,
   1U,
   "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
  {"a",
   1U,
   1000000U,
   "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  {"\xBD",
   1U,
   1U,
   "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b"},
  {"\xC9\x8C\x8E\x55",
   4U,
   1U,
   "7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504"},
  {"\0",
   1U,
   55U,
   "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7"},
  {"\0",
   1U,
   56U,
   "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb"},
  {"\0",
   1U,
   57U,
   "65a16cb7861335d5ace3c60718b5052e44660726da4cd13bb745381b235a1785"},
  {"\0",
   1U,
   64U,
   "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"},
  {"\0",
   1U,
   1000U,
   "541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53"},
  {"A",
   1U,
   1000U,
   "c2e686823489ced2017f6059b8b239318b6364f6dcd835d0a519105a1eadd6e4"},
  {"U",
   1U,
   1005U,
   "f4d62ddec0f3dd90ea1380fa16a5ff8dc4c54b21740650f24afc4120903552b0"},
};

START_TEST(hashes_are_those_of_the_standard)
{
  const Vector* const vector = &vectors[_i];
  const size_t        size   = vector->size * vector->count;
  char* const         data   = (char*)malloc(size + 1U);
  uint8_t             digest[LMU_SHA256_SIZE];
  char                text[LMU_SHA256_HEX_SIZE];
  ck_assert_ptr_nonnull(data);
  for (size_t i = 0U; i < vector->count; ++i) {
    memcpy(data + (i * vector->size), vector->text, vector->size);
  }

  lmu_sha256(digest, data, size);
  lmu_sha256_hex(text, digest);
  free(data);
  ck_assert_str_eq(text, vector->hash);
}
END_TEST

START_TEST(nothing_may_be_null)
{
  uint8_t digest[LMU_SHA256_SIZE];
  char    text[LMU_SHA256_HEX_SIZE];
  lmu_sha256(digest, NULL, 0U);
  lmu_sha256_hex(text, digest);
  ck_assert_str_eq(text, vectors[0].hash);
}
END_TEST

int
main(void)
{
  TCase* const tcase = tcase_create("sha256");
  tcase_add_loop_test(tcase,
                      hashes_are_those_of_the_standard,
                      0,
                      sizeof(vectors) / sizeof(vectors[0]));
  tcase_add_test(tcase, nothing_may_be_null);
  return run_case("sha256", tcase);
}
