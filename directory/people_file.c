/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "directory/people_file.h"

enum { PATH_SIZE = DIRECTIVE_TEXT_SIZE + 8, CHUNK = 1 << 16 };

static enum err failed(const char *doing, const char *path, struct why *why)
{
	return why_set(why, ERR_CONFIG, "%s %.120s: %s", doing, path,
		       strerror(errno));
}

enum err people_file_load(const char *path, struct buf *out, struct why *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *chunk;
	ssize_t len;

	if (fd < 0)
		return errno == ENOENT ? ERR_OK : failed("read", path, why);

	chunk = x_zalloc(CHUNK);
	while ((len = read(fd, chunk, CHUNK)) > 0)
		buf_add(out, chunk, (size_t)len);
	free(chunk);
	close(fd);
	if (len < 0)
		return failed("read", path, why);

	return buf_full(out) ? why_set(why, ERR_TOO_LARGE,
				       "%.120s is larger than %zu bytes", path,
				       out->max)
			     : ERR_OK;
}

static bool write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t done = write(fd, text, len);

		if (done < 0 && errno != EINTR)
			return false;
		if (done > 0) {
			text += done;
			len -= (size_t)done;
		}
	}

	return fsync(fd) == 0;
}

/* So that the new name outlives a power cut too. */
static void settle_name(const char *path)
{
	char copy[PATH_SIZE];
	int fd;

	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

enum err people_file_save(const char *path, const char *beside,
			  const char *text, size_t len, struct why *why)
{
	char fresh[PATH_SIZE];
	bool written;
	int fd;

	snprintf(fresh, sizeof(fresh), "%s%s", path, beside);
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return failed("write", fresh, why);

	written = write_all(fd, text, len);
	if (close(fd) || !written || rename(fresh, path)) {
		enum err err = failed("write", path, why);

		unlink(fresh);
		return err;
	}

	settle_name(path);
	return ERR_OK;
}
