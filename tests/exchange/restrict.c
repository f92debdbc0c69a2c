/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "tests/exchange/restrict.h"
#include "tests/exchange/value.h"

/* Expressions nest as deep as the XML reader lets them. */
typedef bool fits_h(const struct xml_node *node, const struct subject *subject);

static bool operand(const struct xml_node *node, const struct subject *subject,
		    struct buf *value)
{
	const char *text = xml_attr(node, "Value");

	if (strcmp(node->name, "FieldURIOrConstant") == 0)
		return node->child && operand(node->child, subject, value);
	if (strcmp(node->name, "Constant") == 0) {
		buf_print(value, "%s", text ? text : "");
		return true;
	}
	return subject->read(node, subject->thing, value);
}

/* False if one of the two is not there. */
static bool compare(const struct xml_node *node, const struct subject *subject,
		    int *result)
{
	const struct xml_node *right = node->child ? node->child->next : NULL;
	struct buf a = BUF(65536);
	struct buf b = BUF(65536);
	bool both = right && operand(node->child, subject, &a) &&
		    operand(right, subject, &b);

	if (both)
		*result = value_order(buf_text(&a), buf_text(&b));
	buf_free(&a);
	buf_free(&b);
	return both;
}

static bool fits_equal(const struct xml_node *node,
		       const struct subject *subject)
{
	int result;

	return compare(node, subject, &result) && result == 0;
}

static bool fits_unequal(const struct xml_node *node,
			 const struct subject *subject)
{
	return !fits_equal(node, subject);
}

static bool fits_greater(const struct xml_node *node,
			 const struct subject *subject)
{
	int result;

	return compare(node, subject, &result) && result > 0;
}

static bool fits_not_less(const struct xml_node *node,
			  const struct subject *subject)
{
	int result;

	return compare(node, subject, &result) && result >= 0;
}

static bool fits_less(const struct xml_node *node,
		      const struct subject *subject)
{
	int result;

	return compare(node, subject, &result) && result < 0;
}

static bool fits_not_greater(const struct xml_node *node,
			     const struct subject *subject)
{
	int result;

	return compare(node, subject, &result) && result <= 0;
}

static bool fits_exists(const struct xml_node *node,
			const struct subject *subject)
{
	struct buf value = BUF(65536);
	bool there = node->child && operand(node->child, subject, &value);

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
			  const struct subject *subject)
{
	const char *mode = xml_attr(node, "ContainmentMode");
	const struct xml_node *constant = xml_child(node, NULL, "Constant");
	const char *part = constant ? xml_attr(constant, "Value") : NULL;
	struct buf value = BUF(65536);
	bool fits = part && operand(node->child, subject, &value) &&
		    mode_fits(mode ? mode : "", buf_text(&value), part);

	buf_free(&value);
	return fits;
}

static bool fits_and(const struct xml_node *node, const struct subject *subject)
{
	for (node = node->child; node; node = node->next)
		if (!restrict_fits(node, subject))
			return false;
	return true;
}

static bool fits_or(const struct xml_node *node, const struct subject *subject)
{
	for (node = node->child; node; node = node->next)
		if (restrict_fits(node, subject))
			return true;
	return false;
}

static bool fits_not(const struct xml_node *node, const struct subject *subject)
{
	return node->child && !restrict_fits(node->child, subject);
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

bool restrict_fits(const struct xml_node *node, const struct subject *subject)
{
	if (!node)
		return true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].element, node->name) == 0)
			return rows[i].fits(node, subject);
	return false;
}
