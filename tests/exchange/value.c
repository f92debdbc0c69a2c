/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "tests/exchange/value.h"
#include "tests/exchange/when.h"

enum { VALUE_MAX = 65536, DOCUMENT_MAX = 1 << 20, FIELDS_MAX = 4 };

static void moment(time_t when, struct buf *value)
{
	char text[CLOCK_TEXT_SIZE];

	buf_print(value, "%s", clock_text(text, when));
}

static bool words(const char *text, struct buf *value)
{
	if (text)
		buf_print(value, "%s", text);
	return text != NULL;
}

static bool read_start(const struct occurrence *one, struct buf *value)
{
	moment(one->start, value);
	return true;
}

static bool read_end(const struct occurrence *one, struct buf *value)
{
	moment(one->end, value);
	return true;
}

static bool read_created(const struct occurrence *one, struct buf *value)
{
	moment(one->item->created_at, value);
	return true;
}

static bool read_modified(const struct occurrence *one, struct buf *value)
{
	moment(one->item->changed_at, value);
	return true;
}

static bool read_subject(const struct occurrence *one, struct buf *value)
{
	return words(one->what->subject, value);
}

static bool read_location(const struct occurrence *one, struct buf *value)
{
	return words(one->what->location, value);
}

static bool read_uid(const struct occurrence *one, struct buf *value)
{
	return one->what->uid && words(one->what->uid, value);
}

/* A series that has no UID of its own, and the like, is what is written. */
static const struct {
	enum prop prop;
	bool (*read)(const struct occurrence *one, struct buf *value);
} plain[] = {
	{ PROP_START, read_start },     { PROP_END, read_end },
	{ PROP_CREATED, read_created }, { PROP_MODIFIED, read_modified },
	{ PROP_SUBJECT, read_subject }, { PROP_LOCATION, read_location },
	{ PROP_UID, read_uid },
};

struct reading {
	const char *element;
	struct buf *value;
	bool found;
};

static void read_back(const struct xml_node *root, void *arg)
{
	struct reading *reading = arg;
	const struct xml_node *node = xml_child(root, NULL, reading->element);

	reading->found = node != NULL;
	if (node)
		buf_print(reading->value, "%s", node->text);
}

/* Written into a document of its own and read back. */
static bool written(enum prop prop, const struct occurrence *one,
		    struct buf *value)
{
	struct shape shape = { .plain = true };
	struct op_call call = { .version = EWS_VERSION_COUNT };
	struct reading reading = { .value = value };
	struct buf document = BUF(DOCUMENT_MAX);

	shape.wanted[prop] = true;
	call.out = xml_out_new_bare();
	xml_start(call.out, "t:Property");
	xml_attribute(call.out, "xmlns:t", ews_types);
	prop_write(prop, &shape, &call, one);
	xml_out_finish(&call.out, &document);
	reading.element = prop_element(prop);
	xml_read(buf_text(&document), document.len, &xml_limits_default,
		 read_back, &reading, NULL);
	buf_free(&document);
	return reading.found;
}

bool value_read(const struct xml_node *path, const struct occurrence *one,
		struct buf *value)
{
	const char *uri = xml_attr(path, "FieldURI");
	enum prop prop;

	if (strcmp(path->name, "ExtendedFieldURI") == 0)
		return extra_value(path, one, value);
	prop = uri ? prop_find(uri) : PROP_COUNT;
	if (prop == PROP_COUNT)
		return false;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (plain[i].prop == prop && plain[i].read(one, value))
			return true;
	return written(prop, one, value);
}

static bool whole_number(const char *text, long long *number)
{
	char *end;

	*number = strtoll(text, &end, 10);
	return *text && !*end;
}

int value_order(const char *a, const char *b)
{
	long long m;
	long long n;
	time_t x;
	time_t y;

	if (whole_number(a, &m) && whole_number(b, &n))
		return (m > n) - (m < n);
	if (when_read(a, "UTC", &x) && when_read(b, "UTC", &y))
		return (x > y) - (x < y);
	return strcasecmp(a, b);
}

/* One found item with what it is to be sorted by, each read once. */
struct row {
	struct occurrence one;
	size_t place;
	char *values[FIELDS_MAX]; /* NULL: it has none */
	const bool *descending;
};

static int row_order(const void *left, const void *right)
{
	const struct row *a = left, *b = right;

	for (int i = 0; i < FIELDS_MAX; i++) {
		int order = a->values[i] && b->values[i]
				    ? value_order(a->values[i], b->values[i])
				    : !b->values[i] - !a->values[i];

		if (order != 0)
			return a->descending[i] ? -order : order;
	}
	return (a->place > b->place) - (a->place < b->place);
}

static char *read_one(const struct xml_node *path, const struct occurrence *one)
{
	struct buf value = BUF(VALUE_MAX);
	bool there = path && value_read(path, one, &value);
	char *text = there ? x_strdup(buf_text(&value)) : NULL;

	buf_free(&value);
	return text;
}

void value_sort(struct occurrences *all, const struct xml_node *order)
{
	struct row *rows = x_zalloc((all->count + 1) * sizeof(struct row));
	bool descending[FIELDS_MAX] = { false };
	int fields = 0;

	for (const struct xml_node *f = order->child; f && fields < FIELDS_MAX;
	     f = f->next, fields++) {
		const char *word = xml_attr(f, "Order");

		descending[fields] = word && strcmp(word, "Descending") == 0;
		for (size_t i = 0; i < all->count; i++)
			rows[i].values[fields] =
				read_one(f->child, &all->list[i]);
	}
	for (size_t i = 0; i < all->count; i++) {
		rows[i].one = all->list[i];
		rows[i].place = i;
		rows[i].descending = descending;
	}
	qsort(rows, all->count, sizeof(struct row), row_order);
	for (size_t i = 0; i < all->count; i++) {
		all->list[i] = rows[i].one;
		for (int f = 0; f < FIELDS_MAX; f++)
			free(rows[i].values[f]);
	}
	free(rows);
}
