/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <assert.h>
#include <string.h>

#include "base/directive.h"

static void write_text(const char *text, struct buf *out)
{
	if (*text && !strpbrk(text, " \t\r\n\"")) {
		buf_print(out, "%s", text);
		return;
	}

	buf_add(out, "\"", 1);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_add(out, "\\", 1);
		buf_add(out, text, 1);
	}
	buf_add(out, "\"", 1);
}

void directive_write(const struct directive *row, const void *settings,
		     struct buf *out)
{
	const void *at = (const char *)settings + row->offset;

	assert(row->type != DIRECTIVE_LIST);
	buf_print(out, "%s=", row->name);
	if (row->type == DIRECTIVE_TEXT)
		write_text(at, out);
	else if (row->type == DIRECTIVE_FLAG)
		buf_print(out, "%s", *(const bool *)at ? "yes" : "no");
	else
		buf_print(out, "%u", *(const unsigned *)at);
}
