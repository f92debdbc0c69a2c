/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A trust directory holds PEM files under any names (OpenSSL's own way needs
 * links named by hash). What is not a certificate is left out.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/http_private.h"
#include "base/log.h"

enum { FILE_BYTES_MAX = 1 << 20, TRUST_BYTES_MAX = 8 << 20 };

static void add_certificates(const char *text, struct buf *out)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----";
	static const char end[] = "-----END CERTIFICATE-----";
	const char *last;

	while ((text = strstr(text, begin)) && (last = strstr(text, end))) {
		last += sizeof(end) - 1;
		buf_add(out, text, (size_t)(last - text));
		buf_add(out, "\n", 1);
		text = last;
	}
}

static void add_file(int dir, const char *name, struct buf *out)
{
	struct buf text = BUF(FILE_BYTES_MAX);
	char piece[8192];
	struct stat stat;
	ssize_t len = 0;
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return;

	if (fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode))
		while ((len = read(fd, piece, sizeof(piece))) > 0)
			buf_add(&text, piece, (size_t)len);
	close(fd);

	if (!buf_full(&text))
		add_certificates(buf_text(&text), out);
	buf_free(&text);
}

void http_trust_load(struct http_origin *origin)
{
	const struct dirent *entry;
	struct stat stat_of;
	DIR *dir;

	buf_free(&origin->trusted);
	origin->trusted = BUF(TRUST_BYTES_MAX);
	origin->trust_is_dir = origin->trust &&
			       stat(origin->trust, &stat_of) == 0 &&
			       S_ISDIR(stat_of.st_mode);
	if (!origin->trust_is_dir)
		return;

	dir = opendir(origin->trust);
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			add_file(dirfd(dir), entry->d_name, &origin->trusted);
	if (dir)
		closedir(dir);

	if (origin->trusted.len == 0)
		log_warn("trust directory holds no certificate",
			 KV("gateway", origin->name),
			 KV("directory", origin->trust));
}
