/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "tests/exchange/restrict.h"
#include "tests/exchange/when.h"

/* Expressions nest as deep as the XML reader lets them. */
typedef bool fits_h(const struct xml_node *node, const struct occurrence *one);

/*
 * The text of a property is what the item's own element says: written into a
 * document of its own and read back.
 */
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

static bool property_text(const char *uri, const struct occurrence *one,
			  struct buf *value)
{
	enum prop prop = prop_find(uri);
	struct shape shape = { .plain = true };
	struct op_call call = { .version = EWS_VERSION_COUNT };
	struct reading reading = { .value = value };
	struct buf document = BUF(1 << 20);

	if (prop == PROP_COUNT)
		return false;
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

static bool operand(const struct xml_node *node, const struct occurrence *one,
		    struct buf *value)
{
	const char *text = xml_attr(node, "Value");

	if (strcmp(node->name, "FieldURIOrConstant") == 0)
		return node->child && operand(node->child, one, value);
	if (strcmp(node->name, "Constant") == 0) {
		buf_print(value, "%s", text ? text : "");
		return true;
	}
	if (strcmp(node->name, "ExtendedFieldURI") == 0)
		return extra_value(node, one, value);
	text = xml_attr(node, "FieldURI");
	return text && property_text(text, one, value);
}

static int order(const char *a, const char *b)
{
	time_t x;
	time_t y;

	if (when_read(a, "UTC", &x) && when_read(b, "UTC", &y))
		return (x > y) - (x < y);
	return strcasecmp(a, b);
}

/* False if one of the two is not there. */
static bool compare(const struct xml_node *node, const struct occurrence *one,
		    int *result)
{
	const struct xml_node *right = node->child ? node->child->next : NULL;
	struct buf a = BUF(65536);
	struct buf b = BUF(65536);
	bool both = right && operand(node->child, one, &a) &&
		    operand(right, one, &b);

	if (both)
		*result = order(buf_text(&a), buf_text(&b));
	buf_free(&a);
	buf_free(&b);
	return both;
}

static bool fits_equal(const struct xml_node *node,
		       const struct occurrence *one)
{
	int result;

	return compare(node, one, &result) && result == 0;
}

static bool fits_unequal(const struct xml_node *node,
			 const struct occurrence *one)
{
	return !fits_equal(node, one);
}

static bool fits_greater(const struct xml_node *node,
			 const struct occurrence *one)
{
	int result;

	return compare(node, one, &result) && result > 0;
}

static bool fits_not_less(const struct xml_node *node,
			  const struct occurrence *one)
{
	int result;

	return compare(node, one, &result) && result >= 0;
}

static bool fits_less(const struct xml_node *node, const struct occurrence *one)
{
	int result;

	return compare(node, one, &result) && result < 0;
}

static bool fits_not_greater(const struct xml_node *node,
			     const struct occurrence *one)
{
	int result;

	return compare(node, one, &result) && result <= 0;
}

static bool fits_exists(const struct xml_node *node,
			const struct occurrence *one)
{
	struct buf value = BUF(65536);
	bool there = node->child && operand(node->child, one, &value);

	buf_free(&value);
	return there;
}

static bool mode_fits(const char *mode, const char *value, const char *part)
{
	if (strcmp(mode, "FullString") == 0)
		return strcasecmp(value, part) == 0;
	if (strcmp(mode, "Prefixed") == 0)
		return strncasecmp(value, part, strlen(part)) == 0;
	while (*value && strncasecmp(value, part, strlen(part)) != 0)
		value++;
	return *value || !*part;
}

static bool fits_contains(const struct xml_node *node,
			  const struct occurrence *one)
{
	const char *mode = xml_attr(node, "ContainmentMode");
	const struct xml_node *constant = xml_child(node, NULL, "Constant");
	const char *part = constant ? xml_attr(constant, "Value") : NULL;
	struct buf value = BUF(65536);
	bool fits = part && operand(node->child, one, &value) &&
		    mode_fits(mode ? mode : "", buf_text(&value), part);

	buf_free(&value);
	return fits;
}

static bool fits_and(const struct xml_node *node, const struct occurrence *one)
{
	for (node = node->child; node; node = node->next)
		if (!restrict_fits(node, one))
			return false;
	return true;
}

static bool fits_or(const struct xml_node *node, const struct occurrence *one)
{
	for (node = node->child; node; node = node->next)
		if (restrict_fits(node, one))
			return true;
	return false;
}

static bool fits_not(const struct xml_node *node, const struct occurrence *one)
{
	return !restrict_fits(node->child, one);
}

static const struct {
	const char *element;
	fits_h *fits;
} rows[] = {
	{ "And", fits_and },
	{ "Or", fits_or },
	{ "Not", fits_not },
	{ "Exists", fits_exists },
	{ "Contains", fits_contains },
	{ "IsEqualTo", fits_equal },
	{ "IsNotEqualTo", fits_unequal },
	{ "IsGreaterThan", fits_greater },
	{ "IsGreaterThanOrEqualTo", fits_not_less },
	{ "IsLessThan", fits_less },
	{ "IsLessThanOrEqualTo", fits_not_greater },
};

bool restrict_fits(const struct xml_node *node, const struct occurrence *one)
{
	if (!node)
		return true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].element, node->name) == 0)
			return rows[i].fits(node, one);
	return false;
}
