/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "sip/auth.h"
#include "sip/hash.h"

/* A nonce in use; the counts seen of it are highest and the 63 before it. */
struct used {
	struct hash_link link;
	struct used *younger;
	char nonce[AUTH_NONCE_SIZE];
	time_t since;
	uint32_t highest;
	uint64_t seen; /* bit n: highest - n */
};

struct auth {
	uint8_t key[CRYPTO_BYTES_MAX];
	struct hash used;
	struct used *oldest, *youngest;
	time_t not_before; /* nonces made earlier count as stale */
};

enum { TIME_DIGITS = 8, RANDOM_BYTES = 8, SEAL_DIGITS = 32 };

static void seal(const struct auth *auth, char seal_hex[SEAL_DIGITS + 1],
		 const char *open, const char *realm)
{
	char text[TIME_DIGITS + 2 * RANDOM_BYTES + 1 + ENTITY_SIZE];
	uint8_t signature[CRYPTO_BYTES_MAX];
	char hex[CRYPTO_HEX_SIZE];

	snprintf(text, sizeof(text), "%.*s:%s", TIME_DIGITS + 2 * RANDOM_BYTES,
		 open, realm);
	crypto_sign(auth->key, sizeof(auth->key), text, strlen(text),
		    signature);
	crypto_hex(signature, sizeof(signature), hex);
	memcpy(seal_hex, hex, SEAL_DIGITS);
	seal_hex[SEAL_DIGITS] = '\0';
}

static bool nonce_is_ours(const struct auth *auth, const struct digest *digest)
{
	char want[SEAL_DIGITS + 1];

	if (strlen(digest->nonce) != AUTH_NONCE_SIZE - 1)
		return false;

	seal(auth, want, digest->nonce, digest->realm);
	return crypto_equal_text(want, digest->nonce + TIME_DIGITS +
					       2 * RANDOM_BYTES);
}

static bool nonce_is_fresh(const struct auth *auth, const char *nonce,
			   time_t now)
{
	char digits[TIME_DIGITS + 1];
	time_t made;

	memcpy(digits, nonce, TIME_DIGITS);
	digits[TIME_DIGITS] = '\0';
	made = (time_t)strtoul(digits, NULL, 16);
	return made >= auth->not_before && now - made < AUTH_NONCE_LIFE_S;
}

static void forget_oldest(struct auth *auth)
{
	struct used *used = auth->oldest;

	auth->oldest = used->younger;
	if (!auth->oldest)
		auth->youngest = NULL;
	hash_remove(&auth->used, &used->link);
	free(used);
}

static struct used *find(const struct auth *auth, const char *nonce)
{
	struct hash_link *link = hash_first(&auth->used, hash_text(nonce));

	for (; link; link = hash_next(link)) {
		struct used *used = HASH_ENTRY(link, struct used, link);

		if (!strcmp(used->nonce, nonce))
			return used;
	}

	return NULL;
}

static struct used *remember(struct auth *auth, const char *nonce, time_t now)
{
	struct used *used = x_new(struct used);

	/* One forgotten too early could be used again, so none that old may. */
	if (auth->used.count >= AUTH_NONCES_MAX) {
		auth->not_before = auth->oldest->since + 1;
		forget_oldest(auth);
	}

	memcpy(used->nonce, nonce, AUTH_NONCE_SIZE);
	used->since = now;
	hash_add(&auth->used, &used->link, hash_text(nonce));
	if (auth->youngest)
		auth->youngest->younger = used;
	else
		auth->oldest = used;
	auth->youngest = used;
	return used;
}

/* Counts may overtake each other on UDP, but each passes once. */
static bool count_is_new(struct used *used, uint32_t count)
{
	uint32_t behind = used->highest - count;

	if (!count)
		return false;

	if (count > used->highest) {
		uint32_t ahead = count - used->highest;

		used->seen = ahead < 64 ? used->seen << ahead : 0;
		used->seen |= 1;
		used->highest = count;
		return true;
	}

	if (behind >= 64 || used->seen & (1ULL << behind))
		return false;

	used->seen |= 1ULL << behind;
	return true;
}

struct auth *auth_new(void)
{
	struct auth *auth = x_new(struct auth);

	crypto_random(auth->key, sizeof(auth->key));
	return auth;
}

void auth_free(struct auth **authp)
{
	struct auth *auth = *authp;

	*authp = NULL;
	if (!auth)
		return;

	while (auth->oldest)
		forget_oldest(auth);
	hash_free(&auth->used);
	free(auth);
}

void auth_nonce(const struct auth *auth, char nonce[AUTH_NONCE_SIZE],
		const char *realm, time_t now)
{
	uint8_t bytes[RANDOM_BYTES];
	char random[2 * RANDOM_BYTES + 1];

	crypto_random(bytes, sizeof(bytes));
	crypto_hex(bytes, sizeof(bytes), random);
	snprintf(nonce, AUTH_NONCE_SIZE, "%08x%s", (unsigned)now, random);
	seal(auth, nonce + TIME_DIGITS + 2 * RANDOM_BYTES, nonce, realm);
}

enum auth_result auth_check(struct auth *auth, const struct accounts *accounts,
			    const struct digest *digest, const char *method,
			    time_t now, const struct account **accountp)
{
	char want[CRYPTO_HEX_SIZE];
	const struct account *account;
	struct used *used;

	if (!nonce_is_ours(auth, digest))
		return AUTH_WRONG;
	account = accounts_find(accounts, digest->username, digest->realm);
	if (!account)
		return AUTH_WRONG;

	digest_response(digest, account->ha1[digest->algorithm], method, want);
	if (!*want || !crypto_equal_text(want, digest->response))
		return AUTH_WRONG;

	if (!nonce_is_fresh(auth, digest->nonce, now))
		return AUTH_STALE;

	while (auth->oldest && now - auth->oldest->since > AUTH_NONCE_LIFE_S)
		forget_oldest(auth);
	used = find(auth, digest->nonce);
	if (!used)
		used = remember(auth, digest->nonce, now);
	if (!count_is_new(used, (uint32_t)strtoul(digest->nc, NULL, 16)))
		return AUTH_STALE;

	*accountp = account;
	return AUTH_OK;
}
