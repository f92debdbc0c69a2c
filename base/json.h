/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * JSON values (RFC 8259) to build, walk and write; members keep their order.
 *
 * A value made by json_object() or json_array() is the caller's; what is
 * added to another belongs to that one.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"

struct json;

enum json_kind {
	JSON_KIND_NULL,
	JSON_KIND_FLAG,
	JSON_KIND_NUMBER, /* whole */
	JSON_KIND_TEXT,
	JSON_KIND_ARRAY,
	JSON_KIND_OBJECT,
};

struct json *json_new_object(void);
struct json *json_new_array(void);
void json_free(struct json **jsonp);

/*
 * An object or array of others, NULL: it is none, or has a name twice. All of
 * it, and what reading it takes, is in base/vault.h's memory.
 */
struct json *json_read_secret(const char *text, size_t len);

/*
 * name: of the member where parent is an object, ignored for arrays. Text
 * that is not UTF-8 is stored with ? for its odd bytes; NULL text is null.
 */
void json_put_text(struct json *parent, const char *name, const char *text);
void json_put_number(struct json *parent, const char *name, int64_t number);
/* As clock_text() writes it; 0 is null. */
void json_put_moment(struct json *parent, const char *name, time_t moment);
void json_put_flag(struct json *parent, const char *name, bool flag);

/* The new member, the parent's. */
struct json *json_put_object(struct json *parent, const char *name);
struct json *json_put_array(struct json *parent, const char *name);

enum json_kind json_kind(const struct json *json);
const char *json_text(const struct json *json); /* "" unless text */
int64_t json_number(const struct json *json);   /* 0 or 1 for flags */

size_t json_count(const struct json *json); /* of array or object */

/* name is NULL in arrays. */
typedef void json_each_h(const char *name, const struct json *json, void *arg);
void json_each(const struct json *json, json_each_h *h, void *arg);

/* The member of that name, NULL if there is none. */
const struct json *json_get(const struct json *object, const char *name);

void json_write(const struct json *json, struct buf *out);
/* On one line, which it ends. */
void json_write_line(const struct json *json, struct buf *out);

#endif
