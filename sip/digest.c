/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "sip/digest.h"

static const struct {
	const char *word;
	enum crypto_hash hash;
} algorithms[] = {
#define DIGEST(name, word, hash) { word, hash },
#include "sip/digest.def"
};

static const struct {
	const char *name;
	size_t offset;
} fields[] = {
	{ "username", offsetof(struct digest, username) },
	{ "realm", offsetof(struct digest, realm) },
	{ "nonce", offsetof(struct digest, nonce) },
	{ "uri", offsetof(struct digest, uri) },
	{ "response", offsetof(struct digest, response) },
	{ "cnonce", offsetof(struct digest, cnonce) },
	{ "qop", offsetof(struct digest, qop) },
	{ "nc", offsetof(struct digest, nc) },
	{ "opaque", offsetof(struct digest, opaque) },
};

enum { FIELDS = sizeof(fields) / sizeof(fields[0]), PARAMS_MAX = 32 };

/* Without quotes, \x as x; false if it does not fit. */
static bool unquote(char out[DIGEST_TEXT_SIZE], const char *value)
{
	bool quoted = *value == '"';
	size_t len = 0;

	for (value += quoted; *value && !(quoted && *value == '"'); value++) {
		if (quoted && *value == '\\' && value[1])
			value++;
		if (len + 1 >= DIGEST_TEXT_SIZE)
			return false;
		out[len++] = *value;
	}

	out[len] = '\0';
	return true;
}

static enum digest_algorithm algorithm_of(const char *word)
{
	enum digest_algorithm i = 0;

	while (i < DIGEST_COUNT && strcasecmp(word, algorithms[i].word) != 0)
		i++;

	return i;
}

static enum err take(struct digest *digest, const char *param, struct why *why)
{
	const char *equals = strchr(param, '=');
	char value[DIGEST_TEXT_SIZE];
	size_t len = equals ? (size_t)(equals - param) : 0;

	if (!len || !unquote(value, equals + 1))
		return why_set(why, ERR_MALFORMED, "%.60s: bad parameter",
			       param);

	if (len == 9 && !strncasecmp(param, "algorithm", len)) {
		digest->algorithm = algorithm_of(value);
		return digest->algorithm < DIGEST_COUNT &&
				       digest_offers(digest->algorithm)
			       ? ERR_OK
			       : why_set(why, ERR_MALFORMED,
					 "%.60s: no such algorithm", value);
	}

	for (size_t i = 0; i < FIELDS; i++)
		if (strlen(fields[i].name) == len &&
		    !strncasecmp(param, fields[i].name, len))
			memcpy((char *)digest + fields[i].offset, value,
			       strlen(value) + 1);

	return ERR_OK;
}

static bool nc_is_count(const char *nc)
{
	return strlen(nc) == 8 && strspn(nc, "0123456789abcdefABCDEF") == 8;
}

enum err digest_read(struct digest *digest, const char *const *params,
		     struct why *why)
{
	*digest = (struct digest){ .algorithm = DIGEST_MD5 };

	for (size_t i = 0; params && params[i]; i++) {
		if (i >= PARAMS_MAX)
			return why_set(why, ERR_MALFORMED,
				       "more than %d parameters", PARAMS_MAX);
		if (take(digest, params[i], why) != ERR_OK)
			return ERR_MALFORMED;
	}

	if (!*digest->username || !*digest->realm || !*digest->nonce ||
	    !*digest->uri || !*digest->response || !*digest->cnonce)
		return why_set(why, ERR_MALFORMED, "parameter missing");
	if (strcasecmp(digest->qop, "auth") != 0 || !nc_is_count(digest->nc))
		return why_set(why, ERR_MALFORMED, "want qop=auth with nc");

	return ERR_OK;
}

/* The texts with ":" between them, hashed; NULL ends them. */
static void hash_joined(enum digest_algorithm algorithm,
			char hex[CRYPTO_HEX_SIZE], const char *const *texts)
{
	struct buf joined = BUF(16 * DIGEST_TEXT_SIZE);

	for (size_t i = 0; texts[i]; i++)
		buf_print(&joined, "%s%s", i ? ":" : "", texts[i]);

	crypto_hash_hex(algorithms[algorithm].hash, buf_text(&joined),
			joined.len, hex);
	buf_free(&joined);
}

bool digest_offers(enum digest_algorithm algorithm)
{
	return crypto_offers(algorithms[algorithm].hash);
}

void digest_ha1(enum digest_algorithm algorithm, char ha1[CRYPTO_HEX_SIZE],
		const char *user, const char *realm, const char *password)
{
	const char *texts[] = { user, realm, password, NULL };

	hash_joined(algorithm, ha1, texts);
}

void digest_response(const struct digest *digest, const char *ha1,
		     const char *method, char response[CRYPTO_HEX_SIZE])
{
	const char *a2[] = { method, digest->uri, NULL };
	char ha2[CRYPTO_HEX_SIZE];
	const char *all[] = { ha1,         digest->nonce,
			      digest->nc,  digest->cnonce,
			      digest->qop, ha2,
			      NULL };

	hash_joined(digest->algorithm, ha2, a2);
	hash_joined(digest->algorithm, response, all);
}

const char *digest_algorithm_word(enum digest_algorithm algorithm)
{
	return algorithms[algorithm].word;
}
