/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* m:Restriction of FindItem: does an item fit? [MS-OXWSSRCH] 2.2.4.18. */
#ifndef TESTS_EXCHANGE_RESTRICT_H
#define TESTS_EXCHANGE_RESTRICT_H

#include "tests/exchange/prop.h"

/* node: the expression inside m:Restriction; NULL fits all. */
bool restrict_fits(const struct xml_node *node, const struct occurrence *one);

#endif
