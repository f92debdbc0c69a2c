/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/vault.h"

static json_t *mutable(struct json *json)
{
	return (json_t *)json;
}

/* jansson's reading functions want no const either, they change nothing. */
static const json_t *value(const struct json *json)
{
	return (const json_t *)json;
}

static json_t *text_value(const char *text)
{
	json_t *json;
	char *clean;

	if (!text)
		return json_null();

	json = json_string(text);
	if (json)
		return json;

	clean = x_strdup(text);
	for (char *c = clean; *c; c++)
		if (*c & 0x80)
			*c = '?';
	json = x_or_die(json_string(clean));
	free(clean);
	return json;
}

/* Takes the child. */
static void put(struct json *parent, const char *name, json_t *child)
{
	x_or_die(child);
	if (json_is_array(value(parent)))
		json_array_append_new(mutable(parent), child);
	else
		json_object_set_new_nocheck(mutable(parent), name, child);
}

struct json *json_new_object(void)
{
	return x_or_die(json_object());
}

struct json *json_new_array(void)
{
	return x_or_die(json_array());
}

/* This thread reads what is secret. */
static _Thread_local bool secret;

static void *take_memory(size_t size)
{
	return secret ? vault_alloc(size) : malloc(size);
}

static void give_memory(void *data)
{
	if (vault_has(data))
		vault_free(data);
	else
		free(data);
}

struct json *json_read_secret(const char *text, size_t len)
{
	json_t *json;

	json_set_alloc_funcs(take_memory, give_memory);
	secret = true;
	json = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	secret = false;
	return (struct json *)json;
}

void json_free(struct json **jsonp)
{
	json_decref(mutable(*jsonp));
	*jsonp = NULL;
}

void json_put_text(struct json *parent, const char *name, const char *text)
{
	put(parent, name, text_value(text));
}

void json_put_number(struct json *parent, const char *name, int64_t number)
{
	put(parent, name, json_integer(number));
}

void json_put_moment(struct json *parent, const char *name, time_t moment)
{
	char text[CLOCK_TEXT_SIZE];

	json_put_text(parent, name, moment ? clock_text(text, moment) : NULL);
}

void json_put_flag(struct json *parent, const char *name, bool flag)
{
	put(parent, name, json_boolean(flag));
}

struct json *json_put_object(struct json *parent, const char *name)
{
	struct json *child = json_new_object();

	put(parent, name, mutable(child));
	return child;
}

struct json *json_put_array(struct json *parent, const char *name)
{
	struct json *child = json_new_array();

	put(parent, name, mutable(child));
	return child;
}

enum json_kind json_kind(const struct json *json)
{
	switch (json_typeof(value(json))) {
	case JSON_OBJECT:
		return JSON_KIND_OBJECT;
	case JSON_ARRAY:
		return JSON_KIND_ARRAY;
	case JSON_STRING:
		return JSON_KIND_TEXT;
	case JSON_INTEGER:
	case JSON_REAL:
		return JSON_KIND_NUMBER;
	case JSON_TRUE:
	case JSON_FALSE:
		return JSON_KIND_FLAG;
	case JSON_NULL:
		break;
	}
	return JSON_KIND_NULL;
}

const char *json_text(const struct json *json)
{
	return json_is_string(value(json)) ? json_string_value(value(json))
					   : "";
}

int64_t json_number(const struct json *json)
{
	if (json_kind(json) == JSON_KIND_FLAG)
		return json_is_true(value(json));
	return json_integer_value(value(json));
}

size_t json_count(const struct json *json)
{
	return json_is_array(value(json)) ? json_array_size(value(json))
					  : json_object_size(value(json));
}

static void each_member(json_t *object, json_each_h *h, void *arg)
{
	const char *name;
	json_t *child;

	json_object_foreach (object, name, child)
		h(name, (const struct json *)child, arg);
}

void json_each(const struct json *json, json_each_h *h, void *arg)
{
	json_t *plain = json_incref((json_t *)(uintptr_t)json);

	if (json_is_object(plain))
		each_member(plain, h, arg);
	for (size_t i = 0; json_is_array(plain) && i < json_array_size(plain);
	     i++)
		h(NULL, (const struct json *)json_array_get(plain, i), arg);
	json_decref(plain);
}

const struct json *json_get(const struct json *object, const char *name)
{
	return (const struct json *)json_object_get(value(object), name);
}

static int add(const char *data, size_t len, void *arg)
{
	buf_add(arg, data, len);
	return 0;
}

void json_write(const struct json *json, struct buf *out)
{
	json_dump_callback(value(json), add, out,
			   JSON_INDENT(2) | JSON_ENCODE_ANY);
}

void json_write_line(const struct json *json, struct buf *out)
{
	json_dump_callback(value(json), add, out,
			   JSON_COMPACT | JSON_ENCODE_ANY);
	buf_add(out, "\n", 1);
}
