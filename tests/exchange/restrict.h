/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * m:Restriction of FindItem and FindFolder: does a thing fit?
 * [MS-OXWSSRCH] 2.2.4.18.
 */
#ifndef TESTS_EXCHANGE_RESTRICT_H
#define TESTS_EXCHANGE_RESTRICT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/xml.h"

/* What the expression is about, and how its properties are read as text. */
struct subject {
	bool (*read)(const struct xml_node *path, const void *thing,
		     struct buf *value);
	const void *thing;
};

/* node: the expression inside m:Restriction; NULL fits all. */
bool restrict_fits(const struct xml_node *node, const struct subject *subject);

#endif
