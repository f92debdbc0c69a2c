/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "base/vault.h"

#define SUITE "vault"
#include "tests/suite.h"

static const size_t sizes[] = { 0, 1, 16, 17, 1000, 70000, 3 << 20 };

START_TEST(a_block_holds_what_is_put_there_and_grows_with_it)
{
	size_t size = sizes[_i];
	unsigned char *data = vault_alloc(size);
	size_t kept = 0;

	ck_assert_ptr_nonnull(data);
	ck_assert_uint_eq((uintptr_t)data % 16, 0);
	memset(data, 'x', size);
	data = vault_realloc(data, 3 * size + 1);
	ck_assert_ptr_nonnull(data);
	while (kept < size && data[kept] == 'x')
		kept++;
	ck_assert_uint_eq(kept, size);
	vault_free(data);
}
END_TEST

START_TEST(blocks_do_not_overlap)
{
	char *data[200];

	for (int i = 0; i < 200; i++) {
		data[i] = vault_alloc((size_t)i * 7);
		memset(data[i], i, (size_t)i * 7);
	}
	for (int i = 0; i < 200; i++) {
		for (int j = 0; j < i * 7; j++)
			ck_assert_int_eq((unsigned char)data[i][j], i);
		vault_free(data[i]);
	}
}
END_TEST

START_TEST(what_comes_zeroed_is_zeroed_though_it_was_used)
{
	char *data = vault_alloc(500);

	memset(data, 'x', 500);
	vault_free(data);
	data = vault_zalloc(5, 100);
	for (int i = 0; i < 500; i++)
		ck_assert_int_eq(data[i], 0);
	vault_free(data);
	ck_assert_ptr_null(vault_zalloc(SIZE_MAX / 2, 16));
	ck_assert_ptr_null(vault_alloc(SIZE_MAX - 5));
}
END_TEST

/* proc(5): "dd" among VmFlags, do not include area into core dump. */
static bool is_kept_out_of_dumps(const void *data)
{
	FILE *in = fopen("/proc/self/smaps", "r");
	unsigned long begin = 0, end = 0, a, b;
	char line[512];
	bool kept = false;

	while (in && fgets(line, sizeof(line), in)) {
		if (sscanf(line, "%lx-%lx ", &a, &b) == 2) {
			begin = a;
			end = b;
		}
		if (!strncmp(line, "VmFlags:", 8) && (uintptr_t)data >= begin &&
		    (uintptr_t)data < end)
			kept = strstr(line, " dd") != NULL;
	}
	if (in)
		fclose(in);
	return kept;
}

START_TEST(no_core_has_it)
{
	char *data = vault_strdup("secret");
	char *usual = strdup("no secret");

	if (vault_has(data)) /* not so under AddressSanitizer */
		ck_assert(is_kept_out_of_dumps(data));
	ck_assert(!vault_has(usual));
	ck_assert_str_eq(data, "secret");
	vault_free(data);
	vault_free(NULL);
	free(usual);
}
END_TEST

START_TEST(a_secret_leaves_the_environment_and_is_known_all_the_same)
{
	char secret[SECRET_SIZE];

	setenv("DAYMARK_CHECK", "pass", 1);
	for (int i = 0; i < 2; i++) {
		ck_assert(!secret_read(secret, "env:DAYMARK_CHECK", NULL));
		ck_assert_str_eq(secret, "pass");
		ck_assert_str_eq(getenv("DAYMARK_CHECK"), "");
	}
	setenv("DAYMARK_CHECK", "other", 1);
	ck_assert(!secret_read(secret, "env:DAYMARK_CHECK", NULL));
	ck_assert_str_eq(secret, "other");
	ck_assert(secret_read(secret, "env:DAYMARK_NONE", NULL) == ERR_CONFIG);
	secret_wipe(secret);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(a_block_holds_what_is_put_there_and_grows_with_it, sizes);
	TEST(blocks_do_not_overlap);
	TEST(what_comes_zeroed_is_zeroed_though_it_was_used);
	TEST(no_core_has_it);
	TEST(a_secret_leaves_the_environment_and_is_known_all_the_same);
}
