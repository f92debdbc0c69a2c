/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A row of the troubleshooter's report, whatever it is about: a gateway, a
 * user, the system. Each has the id of the failure catalogue, what was found,
 * the evidence, what to do about it and what Daymark does by itself. The whole
 * is as good as its worst row, and a row that was not run is never good.
 */
#ifndef MODULE_TROUBLE_ROW_H
#define MODULE_TROUBLE_ROW_H

#include "base/json.h"

enum trouble_status {
	TROUBLE_PASS,
	TROUBLE_NOT_RUN,
	TROUBLE_WARN,
	TROUBLE_FAIL,
};

struct trouble_row {
	enum trouble_status status;
	const char *id;
	const char *wording; /* English; see words() */
	const char *remedy;
	const char *did;
	char evidence[500];
};

const char *trouble_status_word(enum trouble_status status);

/* All of them become rows that were not run. */
void trouble_rows_begin(struct trouble_row *rows, size_t count);

/* The outcome becomes the row, with evidence of its own. */
void trouble_row_say(struct trouble_row *row, const struct trouble_row *outcome,
		     const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* NOT_RUN counts as WARN. */
enum trouble_status trouble_rows_worst(const struct trouble_row *rows,
				       size_t count);

/* What is shown of rows, and in which language. */
struct trouble_sheet {
	const char *kind, *name; /* "gateway", "hq": of whom */
	const char *const *titles;
	const struct trouble_row *rows;
	size_t count;
	const char *lang;
};

/* An object for each row, and one for each remedy, into arrays. */
void trouble_sheet_show(const struct trouble_sheet *sheet, struct json *rows,
			struct json *remedies);

#endif
