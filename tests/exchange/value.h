/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an item says under the path of a property, as text, for restrictions
 * and sort orders. What is asked often is read off the item; the rest is what
 * the item's own element says. [MS-OXWSCDATA] 2.2.5.17, 2.2.5.13.
 */
#ifndef TESTS_EXCHANGE_VALUE_H
#define TESTS_EXCHANGE_VALUE_H

#include "tests/exchange/prop.h"

/* path: t:FieldURI or t:ExtendedFieldURI. False if the item has none of it. */
bool value_read(const struct xml_node *path, const struct occurrence *one,
		struct buf *value);
/* As moments, as numbers, else as words whatever their case. */
int value_order(const char *a, const char *b);

/*
 * By m:SortOrder, whose first t:FieldOrder counts most; an item without the
 * property comes first. What is alike stays in the order it had.
 */
void value_sort(struct occurrences *all, const struct xml_node *order);

#endif
