/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/kamailio_settings.h"

static const struct directive rows[] = {
#define KAMAILIO(name, type, initial, min, max, doc)                           \
	DIRECTIVE_ROW(struct kamailio_settings, name, type, initial, min, max, \
		      doc)
#include "module/kamailio.def"
};

const struct directive_table kamailio_table = {
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
};
