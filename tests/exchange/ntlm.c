/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/provider.h>
#include <openssl/rand.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "tests/exchange/ntlm.h"

enum {
	DIGEST_BYTES = 16,
	UNICODE = 0x00000001,
	TARGET = 0x00000004,
	NTLM = 0x00000200,
	DOMAIN = 0x00010000,
	EXTENDED = 0x00080000,
	TARGET_INFO = 0x00800000,
	KEY_128 = 0x20000000,
	AV_END = 0,
	AV_HOST = 1,
	AV_DOMAIN = 2,
	AV_TIME = 7,
	AUTHENTICATE_HEAD = 64,
	CHALLENGE_HEAD = 48,
};

static const char signature[8] = "NTLMSSP";

static unsigned get16(const unsigned char *at)
{
	return at[0] | (unsigned)at[1] << 8;
}

static uint32_t get32(const unsigned char *at)
{
	return get16(at) | (uint32_t)get16(at + 2) << 16;
}

static void put(struct buf *out, uint64_t value, unsigned bytes)
{
	unsigned char little[8];

	for (unsigned i = 0; i < bytes; i++)
		little[i] = (unsigned char)(value >> 8 * i);
	buf_add(out, little, bytes);
}

/* Names here are of the basic plane; UTF-8 in, UTF-16LE out. */
static void put_utf16(struct buf *out, const char *text, bool upper)
{
	const unsigned char *at = (const unsigned char *)text;

	while (*at) {
		unsigned c = *at++;

		if (c >= 0xe0 && at[0] && at[1]) {
			c = (c & 15) << 12 | (at[0] & 63U) << 6 | (at[1] & 63U);
			at += 2;
		} else if (c >= 0xc0 && at[0]) {
			c = (c & 31) << 6 | (*at++ & 63U);
		}
		if (upper && c < 128)
			c = (unsigned)toupper((int)c);
		put(out, c, 2);
	}
}

static bool get_utf16(const unsigned char *at, size_t len, char *to)
{
	struct buf text = BUF(NTLM_NAME_MAX - 1);

	for (size_t i = 0; i + 1 < len; i += 2) {
		unsigned c = get16(at + i);
		char utf8[3] = { (char)c };
		size_t n = 1;

		if (c >= 0x800) {
			utf8[0] = (char)(0xe0 | c >> 12);
			utf8[1] = (char)(0x80 | (c >> 6 & 63));
			utf8[2] = (char)(0x80 | (c & 63));
			n = 3;
		} else if (c >= 0x80) {
			utf8[0] = (char)(0xc0 | c >> 6);
			utf8[1] = (char)(0x80 | (c & 63));
			n = 2;
		}
		buf_add(&text, utf8, n);
	}
	strcpy(to, buf_text(&text));
	len = buf_full(&text);
	buf_free(&text);
	return !len;
}

int ntlm_kind(const unsigned char *token, size_t len)
{
	uint32_t kind;

	if (len < 12 || memcmp(token, signature, sizeof(signature)) != 0)
		return 0;

	kind = get32(token + 8);
	return kind >= 1 && kind <= 3 ? (int)kind : 0;
}

static void put_av(struct buf *info, unsigned id, const char *text)
{
	struct buf wide = BUF(2 * NTLM_NAME_MAX);

	put_utf16(&wide, text, false);
	put(info, id, 2);
	put(info, wide.len, 2);
	buf_add(info, buf_text(&wide), wide.len);
	buf_free(&wide);
}

void ntlm_challenge(struct ntlm *ntlm, const char *domain, const char *host,
		    struct buf *out)
{
	struct buf target = BUF(2 * NTLM_NAME_MAX);
	struct buf info = BUF(4 * NTLM_NAME_MAX);
	uint64_t since_1601 = ((uint64_t)time(NULL) + 11644473600U) * 10000000U;

	RAND_bytes(ntlm->challenge, NTLM_CHALLENGE_BYTES);
	ntlm->challenged = true;
	put_utf16(&target, domain, true);
	put_av(&info, AV_DOMAIN, domain);
	put_av(&info, AV_HOST, host);
	put(&info, AV_TIME, 2);
	put(&info, sizeof(since_1601), 2);
	put(&info, since_1601, sizeof(since_1601));
	put(&info, AV_END, 4);

	buf_add(out, signature, sizeof(signature));
	put(out, 2, 4);
	put(out, target.len, 2);
	put(out, target.len, 2);
	put(out, CHALLENGE_HEAD, 4);
	put(out,
	    UNICODE | TARGET | NTLM | DOMAIN | EXTENDED | TARGET_INFO | KEY_128,
	    4);
	buf_add(out, ntlm->challenge, NTLM_CHALLENGE_BYTES);
	put(out, 0, 8);
	put(out, info.len, 2);
	put(out, info.len, 2);
	put(out, CHALLENGE_HEAD + target.len, 4);
	buf_add(out, buf_text(&target), target.len);
	buf_add(out, buf_text(&info), info.len);
	buf_free(&target);
	buf_free(&info);
}

/* A field is length, size, offset; NULL if it points outside. */
static const unsigned char *field(const unsigned char *token, size_t len,
				  size_t at, size_t *bytes)
{
	size_t offset = get32(token + at + 4);

	*bytes = get16(token + at);
	return offset <= len && *bytes <= len - offset ? token + offset : NULL;
}

bool ntlm_read(const unsigned char *token, size_t len, struct ntlm_claim *claim)
{
	const unsigned char *answer, *domain, *user;
	size_t domain_bytes, user_bytes;

	*claim = (struct ntlm_claim){ .answer_bytes = 0 };
	if (len < AUTHENTICATE_HEAD || ntlm_kind(token, len) != 3)
		return false;

	answer = field(token, len, 20, &claim->answer_bytes);
	domain = field(token, len, 28, &domain_bytes);
	user = field(token, len, 36, &user_bytes);
	if (!answer || !domain || !user || claim->answer_bytes > NTLM_TOKEN_MAX)
		return false;

	memcpy(claim->answer, answer, claim->answer_bytes);
	return get_utf16(domain, domain_bytes, claim->domain) &&
	       get_utf16(user, user_bytes, claim->user);
}

/* MD4 lives in OpenSSL's legacy provider. */
static bool md4(const void *data, size_t len, unsigned char *digest)
{
	static OSSL_PROVIDER *legacy, *usual;
	EVP_MD *kind;
	bool ok;

	if (!legacy) {
		legacy = OSSL_PROVIDER_load(NULL, "legacy");
		usual = OSSL_PROVIDER_load(NULL, "default");
	}
	kind = EVP_MD_fetch(NULL, "MD4", NULL);
	ok = usual && kind && EVP_Digest(data, len, digest, NULL, kind, NULL);
	EVP_MD_free(kind);
	return ok;
}

static void keyed(const unsigned char *key, const struct buf *data,
		  unsigned char *digest)
{
	HMAC(EVP_md5(), key, DIGEST_BYTES,
	     (const unsigned char *)buf_text(data), data->len, digest, NULL);
}

bool ntlm_proves(const struct ntlm *ntlm, const struct ntlm_claim *claim,
		 const char *password)
{
	unsigned char key[DIGEST_BYTES], proof[DIGEST_BYTES];
	struct buf text = BUF(NTLM_TOKEN_MAX);
	bool ok;

	if (!ntlm->challenged || claim->answer_bytes <= 24)
		return false;

	put_utf16(&text, password, false);
	ok = md4(buf_text(&text), text.len, key);
	buf_free(&text);
	put_utf16(&text, claim->user, true);
	put_utf16(&text, claim->domain, false);
	keyed(key, &text, key);
	buf_free(&text);
	buf_add(&text, ntlm->challenge, NTLM_CHALLENGE_BYTES);
	buf_add(&text, claim->answer + DIGEST_BYTES,
		claim->answer_bytes - DIGEST_BYTES);
	keyed(key, &text, proof);
	buf_free(&text);
	return ok && CRYPTO_memcmp(proof, claim->answer, DIGEST_BYTES) == 0;
}

void text_encode(const void *data, size_t len, struct buf *out)
{
	char block[65];

	for (size_t at = 0; at < len; at += 48) {
		size_t part = len - at < 48 ? len - at : 48;
		int n = EVP_EncodeBlock((unsigned char *)block,
					(const unsigned char *)data + at,
					(int)part);

		buf_add(out, block, (size_t)n);
	}
}

long text_decode(const char *text, void *to, size_t size)
{
	size_t len = strlen(text);
	unsigned char *bytes = to;
	int got;

	if (len % 4 || len / 4 * 3 > size)
		return -1;

	got = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)len);
	for (size_t i = len; i > 0 && got > 0 && text[i - 1] == '='; i--)
		got--;
	return got;
}
