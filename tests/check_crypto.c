/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "crypto"
#include "base/alloc.h"
#include "base/crypto.h"
#include "tests/suite.h"

static const struct {
	enum crypto_hash hash;
	const char *text;
	const char *hex;
} hashes[] = {
	/* RFC 1321, A.5 */
	{ CRYPTO_MD5, "", "d41d8cd98f00b204e9800998ecf8427e" },
	{ CRYPTO_MD5, "abc", "900150983cd24fb0d6963f7d28e17f72" },
	/* FIPS 180-2, B.1 */
	{ CRYPTO_SHA256, "abc",
	  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	/* RFC 7616, 3.9.1: A1 of the example */
	{ CRYPTO_SHA256, "Mufasa:http-auth@example.org:Circle of Life",
	  "7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232" },
};

START_TEST(hash_is_the_standards)
{
	char hex[CRYPTO_HEX_SIZE];

	ck_assert(crypto_offers(hashes[_i].hash));
	ck_assert_str_eq(crypto_hash_hex(hashes[_i].hash, hashes[_i].text,
					 strlen(hashes[_i].text), hex),
			 hashes[_i].hex);
}
END_TEST

START_TEST(signature_is_that_of_rfc_4231)
{
	uint8_t signature[CRYPTO_BYTES_MAX];
	char hex[CRYPTO_HEX_SIZE];

	crypto_sign("Jefe", 4, "what do ya want for nothing?", 28, signature);
	ck_assert_str_eq(
		crypto_hex(signature, sizeof(signature), hex),
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}
END_TEST

START_TEST(chance_does_not_repeat)
{
	uint8_t one[16], other[16];

	crypto_random(one, sizeof(one));
	crypto_random(other, sizeof(other));
	ck_assert(!crypto_equal(one, other, sizeof(one)));
	ck_assert(crypto_equal(one, one, sizeof(one)));
}
END_TEST

START_TEST(numbers_do_not_repeat_when_they_are_fetched_again)
{
	static struct crypto_numbers numbers;
	uint64_t first = crypto_number(&numbers);

	for (int i = 0; i < 2000; i++)
		ck_assert_uint_ne(crypto_number(&numbers), first);
}
END_TEST

START_TEST(texts_are_equal_only_as_a_whole)
{
	ck_assert(crypto_equal_text("", ""));
	ck_assert(crypto_equal_text("secret", "secret"));
	ck_assert(!crypto_equal_text("secret", "secres"));
	ck_assert(!crypto_equal_text("secret", "secrets"));
}
END_TEST

START_TEST(wiped_secret_is_gone)
{
	char secret[] = "secret";
	char *text = x_strdup("secret");

	crypto_wipe(secret, sizeof(secret));
	for (size_t i = 0; i < sizeof(secret); i++)
		ck_assert_int_eq(secret[i], 0);
	crypto_wipe_text(&text);
	ck_assert_ptr_null(text);
	crypto_wipe_text(&text);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(hash_is_the_standards, hashes);
	TEST(signature_is_that_of_rfc_4231);
	TEST(chance_does_not_repeat);
	TEST(numbers_do_not_repeat_when_they_are_fetched_again);
	TEST(texts_are_equal_only_as_a_whole);
	TEST(wiped_secret_is_gone);
}
