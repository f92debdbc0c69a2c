/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A small table of directives, one of each type, for tests and fuzzing. */
#ifndef TESTS_TABLE_H
#define TESTS_TABLE_H

#include "base/directive.h"

#define SAMPLE(row)                                           \
	row(wait, SECONDS, "15m", 1, 3600)                    \
		row(seats, COUNT, "100", 0, 1000000)          \
			row(path, TEXT, "/etc/sample", 1, 32) \
				row(open, FLAG, "yes", 0, 1)  \
					row(door, LIST, "", 0, 3)

#define SAMPLE_FIELD(name, type, initial, min, max) DIRECTIVE_FIELD_##type(name)
#define SAMPLE_ROW(name, type, initial, min, max) \
	DIRECTIVE_ROW(struct sample, name, type, initial, min, max, "")

struct sample {
	SAMPLE(SAMPLE_FIELD)
};

static const struct directive sample_rows[] = { SAMPLE(SAMPLE_ROW) };

static const struct directive_table sample_table = {
	.rows = sample_rows,
	.count = sizeof(sample_rows) / sizeof(sample_rows[0]),
};

#endif
