/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "tests/exchange/prop.h"
#include "tests/exchange/when.h"

static void computed_true(const struct occurrence *one, struct buf *value)
{
	(void)one;
	buf_print(value, "true");
}

static void computed_recurring(const struct occurrence *one, struct buf *value)
{
	buf_print(value, one->kind == KIND_SINGLE ? "false" : "true");
}

static void computed_subject(const struct occurrence *one, struct buf *value)
{
	buf_print(value, "%s", one->what->subject ? one->what->subject : "");
}

static void computed_class(const struct occurrence *one, struct buf *value)
{
	(void)one;
	buf_print(value, "IPM.Appointment");
}

static void computed_modified(const struct occurrence *one, struct buf *value)
{
	char text[CLOCK_TEXT_SIZE];

	buf_print(value, "%s", clock_text(text, one->item->changed_at));
}

static void computed_change(const struct occurrence *one, struct buf *value)
{
	buf_print(value, "%llu", (unsigned long long)one->item->changed);
}

static void computed_all_day(const struct occurrence *one, struct buf *value)
{
	buf_print(value, one->what->all_day ? "true" : "false");
}

static void computed_busy(const struct occurrence *one, struct buf *value)
{
	buf_print(value, "%d", show_as_digit(one->what->show_as));
}

/* [MS-OXCICAL] 2.1.3.1.1.20: 0 single, 1 the series. */
static void computed_instance(const struct occurrence *one, struct buf *value)
{
	buf_print(value, one->kind == KIND_MASTER ? "1" : "0");
}

static void computed_number(const struct occurrence *one, struct buf *value)
{
	buf_print(value, "%u", (unsigned)one->item->number);
}

static void computed_sensitivity(const struct occurrence *one,
				 struct buf *value)
{
	buf_print(value, "%d", (int)one->what->sensitivity);
}

static void computed_start(const struct occurrence *one, struct buf *value)
{
	char text[CLOCK_TEXT_SIZE];

	buf_print(value, "%s", clock_text(text, one->start));
}

static void computed_end(const struct occurrence *one, struct buf *value)
{
	char text[CLOCK_TEXT_SIZE];

	buf_print(value, "%s", clock_text(text, one->end));
}

/* [MS-OXPROPS]: those that are other words for what an item holds. */
static const struct {
	const char *key;
	void (*write)(const struct occurrence *one, struct buf *value);
} computed[] = {
	{ "tag:0x37", computed_subject },
	{ "tag:0x1a", computed_class },
	{ "tag:0x3008", computed_modified },
	{ "tag:0x67a4", computed_change },
	{ "Appointment#33315", computed_recurring },
	{ "Appointment#33301", computed_all_day },
	{ "Appointment#33285", computed_busy },
	{ "Appointment#33293", computed_start },
	{ "Appointment#33294", computed_end },
	{ "PublicStrings/urn:schemas:calendar:instancetype",
	  computed_instance },
	{ "PublicStrings/urn:schemas:calendar:dtstart", computed_start },
	{ "PublicStrings/urn:schemas:calendar:dtend", computed_end },
	{ "tag:0x36", computed_sensitivity },
	{ "tag:0x60", computed_start },
	{ "tag:0x61", computed_end },
	{ "tag:0xe1b", computed_true },
	{ "tag:0xe23", computed_number },
};

const char *extra_key(const struct xml_node *uri, char key[EXTRA_KEY_SIZE])
{
	const char *tag = xml_attr(uri, "PropertyTag");
	const char *known = xml_attr(uri, "DistinguishedPropertySetId");
	const char *set = xml_attr(uri, "PropertySetId");
	const char *id = xml_attr(uri, "PropertyId");
	const char *name = xml_attr(uri, "PropertyName");

	set = known ? known : set ? set : "";
	if (tag)
		snprintf(key, EXTRA_KEY_SIZE, "tag:0x%lx",
			 strtoul(tag, NULL, 0));
	else if (id)
		snprintf(key, EXTRA_KEY_SIZE, "%s#%s", set, id);
	else
		snprintf(key, EXTRA_KEY_SIZE, "%s/%s", set, name ? name : "");
	return key;
}

static struct extra **place_of(struct appointment *what, const char *key)
{
	struct extra **place = &what->extras;

	while (*place && strcmp((*place)->key, key) != 0)
		place = &(*place)->next;
	return place;
}

static char *value_of(const struct xml_node *property, bool *list)
{
	const struct xml_node *values = xml_child(property, NULL, "Values");
	struct buf joined = BUF(65536);

	*list = values != NULL;
	if (!values)
		return x_strdup(xml_path_text(property, "Value"));
	for (values = values->child; values; values = values->next)
		buf_print(&joined, "%s%s", joined.len ? "\037" : "",
			  values->text);
	return buf_take(&joined);
}

void extra_set(struct appointment *what, const struct xml_node *uri,
	       const struct xml_node *property)
{
	char key[EXTRA_KEY_SIZE];
	struct extra **place = place_of(what, extra_key(uri, key));
	struct extra *held = *place;

	if (!property) {
		if (held) {
			*place = held->next;
			free(held->key);
			free(held->value);
			free(held);
		}
		return;
	}
	if (!held) {
		held = *place = x_new(struct extra);
		held->key = x_strdup(key);
	}
	free(held->value);
	held->value = value_of(property, &held->list);
	if (!held->value)
		held->value = x_strdup("");
}

bool extra_value(const struct xml_node *uri, const struct occurrence *one,
		 struct buf *value)
{
	char key[EXTRA_KEY_SIZE];
	const struct extra *held = one->what->extras;

	extra_key(uri, key);
	for (size_t i = 0; i < sizeof(computed) / sizeof(computed[0]); i++)
		if (strcmp(computed[i].key, key) == 0) {
			computed[i].write(one, value);
			return true;
		}
	while (held && strcmp(held->key, key) != 0)
		held = held->next;
	if (held)
		buf_print(value, "%s", held->value);
	return held != NULL;
}
