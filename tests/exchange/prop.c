/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/buf.h"
#include "tests/exchange/prop.h"

static const struct {
	const char *uri, *name, *element;
	enum ews_version since;
	unsigned use;
	prop_write_h *write;
	prop_set_h *set;
} props[] = {
#define PROP(name, uri, element, since, use, write, set) \
	{ uri, element, "t:" element, EWS_##since, use, write, set },
#include "tests/exchange/prop.def"
};

enum prop prop_find(const char *uri)
{
	int i = 0;

	while (i < PROP_COUNT && strcmp(props[i].uri, uri) != 0)
		i++;
	return (enum prop)i;
}

enum prop prop_find_element(const char *element)
{
	int i = 0;

	while (i < PROP_COUNT && strcmp(props[i].name, element) != 0)
		i++;
	return (enum prop)i;
}

const char *prop_set(const struct prop_in *in, enum prop prop,
		     struct appointment *what, const struct xml_node *node)
{
	return props[prop].set(in, what, node);
}

static void base_shape(struct shape *shape, const char *base, bool find,
		       enum ews_version version)
{
	unsigned use = strcmp(base, "AllProperties") == 0 ? IN_ALL
		       : strcmp(base, "Default") == 0     ? IN_DEFAULT
							  : 0;

	for (int i = 0; i < PROP_COUNT; i++)
		shape->wanted[i] = (props[i].use & use) &&
				   props[i].since <= version &&
				   !(find && props[i].use & NOT_IN_FIND);
	shape->wanted[PROP_ITEM_ID] = true;
	shape->wanted[PROP_MARK] = true;
}

static void add_property(struct shape *shape, const struct xml_node *path,
			 bool find, enum ews_version version)
{
	const char *uri = xml_attr(path, "FieldURI");
	enum prop prop;

	if (strcmp(path->name, "ExtendedFieldURI") == 0) {
		if (shape->extra_count < SHAPE_EXTRAS_MAX)
			shape->extras[shape->extra_count++] = path;
		return;
	}
	prop = prop_find(uri ? uri : "-");
	if (prop != PROP_COUNT && props[prop].since <= version &&
	    !(find && props[prop].use & NOT_IN_FIND))
		shape->wanted[prop] = true;
}

void shape_read(struct shape *shape, const struct xml_node *node, bool find,
		enum ews_version version)
{
	const struct xml_node *more;

	*shape = (struct shape){ .plain = false };
	base_shape(shape, node ? xml_path_text(node, "BaseShape") : "IdOnly",
		   find, version);
	if (!node)
		return;
	shape->plain = strcmp(xml_path_text(node, "BodyType"), "Text") == 0;
	if (*xml_path_text(node, "IncludeMimeContent") == 't')
		shape->wanted[PROP_MIME] = true;
	more = xml_path(node, "AdditionalProperties");
	for (more = more ? more->child : NULL; more; more = more->next)
		add_property(shape, more, find, version);
}

static const char *const extra_attributes[] = {
	"DistinguishedPropertySetId",
	"PropertySetId",
	"PropertyTag",
	"PropertyName",
	"PropertyId",
	"PropertyType",
};

enum { EXTRA_ATTRIBUTES = 6 };

static void write_extra(struct xml_out *xml, const struct xml_node *uri,
			const struct occurrence *one)
{
	struct buf value = BUF(65536);

	if (extra_value(uri, one, &value)) {
		xml_start(xml, "t:ExtendedProperty");
		xml_start(xml, "t:ExtendedFieldURI");
		for (int i = 0; i < EXTRA_ATTRIBUTES; i++)
			if (xml_attr(uri, extra_attributes[i]))
				xml_attribute(xml, extra_attributes[i],
					      xml_attr(uri,
						       extra_attributes[i]));
		xml_end(xml);
		xml_leaf(xml, "t:Value", buf_text(&value));
		xml_end(xml);
	}
	buf_free(&value);
}

static const char *item_element(const struct occurrence *one)
{
	const char *class = folder_class(one->mailbox, one->item->folder);

	return class && strcmp(class, "IPF.Contact") == 0 ? "t:Contact"
	       : class && strcmp(class, "IPF.Task") == 0  ? "t:Task"
							  : "t:CalendarItem";
}

void prop_write(enum prop prop, const struct shape *shape,
		const struct op_call *call, const struct occurrence *one)
{
	struct prop_out out = { .xml = call->out,
				.version = call->version,
				.plain = shape->plain,
				.element = props[prop].element };

	props[prop].write(&out, one);
}

const char *prop_element(enum prop prop)
{
	return props[prop].name;
}

/* Contacts and tasks have none of those. */
static bool of_calendar(int prop)
{
	static const char prefix[] = "calendar:";

	return strncmp(props[prop].uri, prefix, sizeof(prefix) - 1) == 0;
}

void shape_write(const struct shape *shape, const struct op_call *call,
		 const struct occurrence *one)
{
	const char *element = item_element(one);
	bool calendar = strcmp(element, "t:CalendarItem") == 0;

	xml_start(call->out, element);
	for (int i = 0; i < PROP_COUNT; i++) {
		if (shape->wanted[i] && (calendar || !of_calendar(i)))
			prop_write((enum prop)i, shape, call, one);
		if (i == PROP_MARK)
			for (size_t e = 0; e < shape->extra_count; e++)
				write_extra(call->out, shape->extras[e], one);
	}
	xml_end(call->out);
}
