/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "module/trouble_row.h"
#include "sip/words.h"

static const struct trouble_row not_run = {
	TROUBLE_NOT_RUN, "-", "Not run", "Cure the rows above first.", "", "",
};

const char *trouble_status_word(enum trouble_status status)
{
	static const char *const words[] = {
		[TROUBLE_PASS] = "pass",
		[TROUBLE_NOT_RUN] = "not run",
		[TROUBLE_WARN] = "warn",
		[TROUBLE_FAIL] = "fail",
	};

	return words[status];
}

void trouble_rows_begin(struct trouble_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		rows[i] = not_run;
}

void trouble_row_say(struct trouble_row *row, const struct trouble_row *outcome,
		     const char *format, ...)
{
	va_list arguments;

	*row = *outcome;
	va_start(arguments, format);
	vsnprintf(row->evidence, sizeof(row->evidence), format, arguments);
	va_end(arguments);
}

enum trouble_status trouble_rows_worst(const struct trouble_row *rows,
				       size_t count)
{
	enum trouble_status worst = TROUBLE_PASS;

	for (size_t i = 0; i < count; i++)
		if (rows[i].status > worst)
			worst = rows[i].status;
	return worst == TROUBLE_NOT_RUN ? TROUBLE_WARN : worst;
}

/* What could not be run for want of something is cured like a warning. */
static bool has_remedy(const struct trouble_row *row)
{
	return row->status >= TROUBLE_WARN ||
	       (row->status == TROUBLE_NOT_RUN &&
		strcmp(row->id, not_run.id) != 0);
}

static void show_remedy(const struct trouble_sheet *sheet,
			const struct trouble_row *row, struct json *out)
{
	json_put_text(out, sheet->kind, sheet->name);
	json_put_text(out, "id", row->id);
	json_put_text(out, "remedy", words(sheet->lang, row->remedy));
	json_put_text(out, "daymark",
		      *row->did ? words(sheet->lang, row->did) : "");
}

void trouble_sheet_show(const struct trouble_sheet *sheet, struct json *rows,
			struct json *remedies)
{
	for (size_t i = 0; i < sheet->count; i++) {
		const struct trouble_row *row = &sheet->rows[i];
		const char *status = trouble_status_word(row->status);
		struct json *out = json_put_object(rows, NULL);

		json_put_text(out, sheet->kind, sheet->name);
		json_put_text(out, "id", row->id);
		json_put_text(out, "check",
			      words(sheet->lang, sheet->titles[i]));
		json_put_text(out, "status", words(sheet->lang, status));
		json_put_text(out, "verdict", words(sheet->lang, row->wording));
		json_put_text(out, "evidence", row->evidence);
		if (has_remedy(row))
			show_remedy(sheet, row,
				    json_put_object(remedies, NULL));
	}
}
