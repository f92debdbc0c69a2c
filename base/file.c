/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"

static bool write_all(int fd, const struct buf *text)
{
	size_t done = 0;

	while (done < text->len) {
		ssize_t len = write(fd, text->data + done, text->len - done);

		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0)
			return false;
		done += (size_t)len;
	}
	return !fsync(fd);
}

/* The new name is on disk when its directory is. */
static void sync_directory(const char *path)
{
	char *copy = x_strdup(path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(copy);
}

enum err file_replace(const char *path, const struct buf *text, mode_t mode,
		      struct why *why)
{
	struct buf made = BUF(4096);
	bool well = false;
	int fd;

	buf_print(&made, "%s.new", path);
	unlink(buf_text(&made));
	fd = open(buf_text(&made), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		  mode);
	if (fd >= 0) {
		well = write_all(fd, text);
		well = !close(fd) && well;
	}
	if (well && !rename(buf_text(&made), path)) {
		sync_directory(path);
		buf_free(&made);
		return ERR_OK;
	}

	why_set(why, ERR_CONFIG, "%s: %s", path, strerror(errno));
	unlink(buf_text(&made));
	buf_free(&made);
	return ERR_CONFIG;
}

enum err file_read(const char *path, struct buf *text, struct why *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char piece[8192];
	ssize_t len;

	if (fd < 0 && errno == ENOENT)
		return ERR_OK;
	if (fd < 0)
		return why_set(why, ERR_CONFIG, "%s: %s", path,
			       strerror(errno));

	while ((len = read(fd, piece, sizeof(piece))) > 0)
		buf_add(text, piece, (size_t)len);
	if (len < 0)
		why_set(why, ERR_CONFIG, "%s: %s", path, strerror(errno));
	close(fd);
	if (len < 0)
		return ERR_CONFIG;
	return buf_full(text)
		       ? why_set(why, ERR_CONFIG, "%s: larger than %zu bytes",
				 path, text->max)
		       : ERR_OK;
}

bool file_has_room(const char *path)
{
	char *copy = x_strdup(path);
	bool has = !access(dirname(copy), W_OK);

	free(copy);
	return has;
}
