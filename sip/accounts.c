/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "sip/accounts.h"
#include "sip/hash.h"

enum { BUCKETS = 4096 };

struct accounts {
	struct account *buckets[BUCKETS];
	size_t count;
};

static size_t bucket_of(const char *user)
{
	return hash_text(user) % BUCKETS;
}

static bool is_hash(const char *text, size_t digits)
{
	return strlen(text) == digits &&
	       strspn(text, "0123456789abcdefABCDEF") == digits;
}

static void lower(char *to, const char *from)
{
	for (; *from; from++)
		*to++ = (char)(*from >= 'A' && *from <= 'F' ? *from + 32
							    : *from);
	*to = '\0';
}

static void user_of(char user[ENTITY_SIZE], const char *entity)
{
	size_t len = strcspn(entity + strlen("sip:"), "@");

	memcpy(user, entity + strlen("sip:"), len);
	user[len] = '\0';
}

static enum err read_line(struct account *account, char *line, struct why *why)
{
	char *save = NULL;
	const char *address = strtok_r(line, ":", &save);
	const char *realm = strtok_r(NULL, ":", &save);
	const char *md5 = strtok_r(NULL, ":", &save);
	const char *sha256 = strtok_r(NULL, ":\r\n", &save);

	if (!sha256 || strlen(realm) >= ENTITY_SIZE || !is_hash(md5, 32) ||
	    !is_hash(sha256, 64))
		return why_set(why, ERR_CONFIG,
			       "want user@domain:realm:HA1-MD5:HA1-SHA-256");
	if (uri_entity(account->entity, address, why) != ERR_OK)
		return ERR_CONFIG;

	user_of(account->user, account->entity);
	memcpy(account->realm, realm, strlen(realm) + 1);
	lower(account->ha1[DIGEST_MD5], md5);
	lower(account->ha1[DIGEST_SHA256], sha256);
	return ERR_OK;
}

static enum err add_line(struct accounts *accounts, char *line, struct why *why)
{
	struct account *account;
	size_t bucket;

	line += strspn(line, " \t");
	if (!*line || strchr("#\r\n", *line))
		return ERR_OK;
	if (accounts->count >= ACCOUNTS_MAX)
		return why_set(why, ERR_CONFIG, "more than %d accounts",
			       ACCOUNTS_MAX);

	account = x_new(struct account);
	if (read_line(account, line, why) != ERR_OK) {
		free(account);
		return ERR_CONFIG;
	}

	bucket = bucket_of(account->user);
	account->next = accounts->buckets[bucket];
	accounts->buckets[bucket] = account;
	accounts->count++;
	return ERR_OK;
}

static enum err read_file(struct accounts *accounts, FILE *file,
			  const char *path, struct why *why)
{
	char line[ACCOUNT_LINE_MAX];
	struct why detail;
	unsigned number = 0;
	enum err err = ERR_OK;

	while (err == ERR_OK && fgets(line, sizeof(line), file)) {
		number++;
		err = add_line(accounts, line, &detail);
	}
	if (err != ERR_OK)
		return why_set(why, err, "%s:%u: %.120s", path, number,
			       detail.text);
	if (ferror(file))
		return why_set(why, ERR_CONFIG, "%s: %s", path,
			       strerror(errno));

	return ERR_OK;
}

enum err accounts_read(struct accounts **accountsp, const char *path,
		       struct why *why)
{
	struct accounts *accounts = x_new(struct accounts);
	enum err err = ERR_OK;
	FILE *file;

	if (*path) {
		file = fopen(path, "re");
		err = file ? read_file(accounts, file, path, why)
			   : why_set(why, ERR_CONFIG, "%s: %s", path,
				     strerror(errno));
		if (file)
			fclose(file);
	}

	if (err != ERR_OK)
		accounts_free(&accounts);
	*accountsp = accounts;
	return err;
}

void accounts_free(struct accounts **accountsp)
{
	struct accounts *accounts = *accountsp;

	*accountsp = NULL;
	if (!accounts)
		return;

	for (size_t i = 0; i < BUCKETS; i++) {
		struct account *next, *account = accounts->buckets[i];

		for (; account; account = next) {
			next = account->next;
			free(account);
		}
	}
	free(accounts);
}

const struct account *accounts_find(const struct accounts *accounts,
				    const char *user, const char *realm)
{
	const struct account *account;
	char key[ENTITY_SIZE];
	size_t len = strlen(user);

	/* User parts are lower case here as in struct account. */
	if (len >= sizeof(key))
		return NULL;
	for (size_t i = 0; i <= len; i++)
		key[i] = (char)(user[i] >= 'A' && user[i] <= 'Z' ? user[i] + 32
								 : user[i]);

	account = accounts->buckets[bucket_of(key)];
	while (account && (strcmp(account->user, key) != 0 ||
			   strcasecmp(account->realm, realm) != 0))
		account = account->next;

	return account;
}

const struct account *accounts_of(const struct accounts *accounts,
				  const char *entity)
{
	const struct account *account;
	char user[ENTITY_SIZE];

	user_of(user, entity);
	account = accounts->buckets[bucket_of(user)];
	while (account && strcmp(account->entity, entity) != 0)
		account = account->next;

	return account;
}

size_t accounts_count(const struct accounts *accounts)
{
	return accounts->count;
}

enum err account_line(struct buf *out, const char *address, const char *realm,
		      const char *password, struct why *why)
{
	char entity[ENTITY_SIZE], user[ENTITY_SIZE];
	char ha1[DIGEST_COUNT][CRYPTO_HEX_SIZE];

	if (uri_entity(entity, address, why) != ERR_OK)
		return why ? why->err : ERR_MALFORMED;
	if (!*password)
		return why_set(why, ERR_CONFIG, "%s: empty password", address);

	user_of(user, entity);
	if (!realm)
		realm = uri_domain(entity);
	if (strpbrk(realm, ":\r\n\"") || strlen(realm) >= ENTITY_SIZE)
		return why_set(why, ERR_CONFIG, "%.60s: bad realm", realm);

	for (enum digest_algorithm i = 0; i < DIGEST_COUNT; i++)
		digest_ha1(i, ha1[i], user, realm, password);
	buf_print(out, "%s:%s:%s:%s\n", entity + strlen("sip:"), realm,
		  ha1[DIGEST_MD5], ha1[DIGEST_SHA256]);
	return ERR_OK;
}
