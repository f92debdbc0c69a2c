/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"

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

static enum err from_environment(char *secret, const char *name,
				 struct why *why)
{
	const char *value = getenv(name);

	if (!value || !value[0])
		return why_set(why, ERR_CONFIG,
			       "secret: environment has no %.100s", name);

	if (strlen(value) >= SECRET_SIZE)
		return why_set(why, ERR_CONFIG,
			       "secret: %.100s is longer than %d bytes", name,
			       SECRET_SIZE - 1);

	strncpy(secret, value, SECRET_SIZE - 1);
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
