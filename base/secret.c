/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/secret.h"
#include "base/vault.h"

/* No stdio: its buffers would keep a copy. */
static enum err from_file(char *secret, const char *path, struct why *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return why_set(why, ERR_CONFIG, "secret file %.100s: %s", path,
			       strerror(errno));

	len = read(fd, secret, SECRET_SIZE - 1);
	close(fd);

	if (len < 0)
		return why_set(why, ERR_CONFIG, "secret file %.100s: %s", path,
			       strerror(errno));

	secret[len] = '\0';
	secret[strcspn(secret, "\r\n")] = '\0';

	if (!secret[0])
		return why_set(why, ERR_CONFIG,
			       "secret file %.100s: its first line is empty",
			       path);

	return ERR_OK;
}

/* What the environment had: everybody who sees a process sees that. */
struct taken {
	char *name;
	char *value; /* in the vault */
	struct taken *next;
};

static struct taken *all_taken;

static struct taken *find_taken(const char *name)
{
	struct taken *taken = all_taken;

	while (taken && strcmp(taken->name, name) != 0)
		taken = taken->next;
	return taken;
}

/* Out of the environment into the vault; a new value replaces the old. */
static const struct taken *take(const char *name)
{
	char *value = getenv(name);
	struct taken *taken = find_taken(name);

	if (!value || !value[0])
		return taken;
	if (!taken) {
		taken = x_new(struct taken);
		taken->name = x_strdup(name);
		taken->next = all_taken;
		all_taken = taken;
	}
	vault_free(taken->value);
	taken->value = x_or_die(vault_strdup(value));
	explicit_bzero(value, strlen(value));
	return taken;
}

static enum err from_environment(char *secret, const char *name,
				 struct why *why)
{
	const struct taken *taken = take(name);

	if (!taken)
		return why_set(why, ERR_CONFIG,
			       "secret: environment has no %.100s", name);

	if (strlen(taken->value) >= SECRET_SIZE)
		return why_set(why, ERR_CONFIG,
			       "secret: %.100s is longer than %d bytes", name,
			       SECRET_SIZE - 1);

	memcpy(secret, taken->value, strlen(taken->value) + 1);
	return ERR_OK;
}

enum err secret_read(char secret[SECRET_SIZE], const char *place,
		     struct why *why)
{
	memset(secret, 0, SECRET_SIZE);

	if (!place[0])
		return ERR_OK;

	if (!strncmp(place, "file:", 5))
		return from_file(secret, place + 5, why);

	if (!strncmp(place, "env:", 4))
		return from_environment(secret, place + 4, why);

	return why_set(why, ERR_CONFIG,
		       "secret: want file:/path or env:NAME, not the password");
}

void secret_wipe(char secret[SECRET_SIZE])
{
	explicit_bzero(secret, SECRET_SIZE);
}
