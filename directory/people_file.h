/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is known of a directory, as a file: lines of tab-separated fields, %XX
 * for what would disturb. Written whole, beside the old one, which is then
 * replaced: a crash leaves the old or the new.
 */
#ifndef DIRECTORY_PEOPLE_FILE_H
#define DIRECTORY_PEOPLE_FILE_H

#include "directory/people.h"

/* Two of each server, and those of the sync way. */
enum { PEOPLE_COOKIES = 66, PEOPLE_COOKIE_BYTES = 65536 };

/* Where a server's announcements were followed up to. */
struct people_cookie {
	char *name;
	char *data; /* bytes; NULL: none */
	size_t len;
};

/* The part of the file that is not people. */
struct people_head {
	char *identity; /* of the directory's base entry; NULL: not known */
	char *scope;    /* base, filter, groups: what was asked for */
	struct people_cookie cookies[PEOPLE_COOKIES];
};
void people_head_clear(struct people_head *head);

/* data NULL takes the cookie away. */
void people_head_set(struct people_head *head, const char *name,
		     const char *data, size_t len);
const struct people_cookie *people_head_get(const struct people_head *head,
					    const char *name);

void people_write(const struct people *people, const struct people_head *head,
		  struct buf *out);

/* The same in parts: so many rows from one on; NULL when all are written. */
void people_write_head(const struct people_head *head, struct buf *out);
const struct row *people_write_rows(const struct row *from, unsigned count,
				    struct buf *out);

/*
 * Into an empty table. ERR_MALFORMED names the line; what was read up to there
 * is in the table, which is then only good for people_free().
 */
enum err people_read(struct people *people, struct people_head *head,
		     const char *text, size_t len, struct why *why);

/* Blocks. ERR_OK and an empty buffer where there is no file. */
enum err people_file_load(const char *path, struct buf *out, struct why *why);
/* beside: what the name of the new file has more, ".new". */
enum err people_file_save(const char *path, const char *beside,
			  const char *text, size_t len, struct why *why);

#endif
