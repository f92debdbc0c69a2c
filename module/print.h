/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A JSON object as text for people: members as aligned lines, arrays of
 * objects as tables with a heading, objects within as sections.
 */
#ifndef MODULE_PRINT_H
#define MODULE_PRINT_H

#include "base/json.h"

void print_json(const struct json *object, struct buf *out);

#endif
