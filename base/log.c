/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/buf.h"
#include "base/log.h"

enum {
	LINE_BYTES_MAX = 4000,
	VALUE_BYTES_MAX = 1000, /* longer ones end in ... */
	IDENT_BYTES_MAX = 32,
};

static const struct {
	const char *name;
	int priority;
} levels[] = {
	[LOG_LEVEL_ERROR] = { "error", LOG_ERR },
	[LOG_LEVEL_WARN] = { "warn", LOG_WARNING },
	[LOG_LEVEL_INFO] = { "info", LOG_INFO },
	[LOG_LEVEL_DEBUG] = { "debug", LOG_DEBUG },
};

static void to_stderr(enum log_level level, const char *line, void *arg)
{
	(void)arg;
	fprintf(stderr, "%s %s\n", levels[level].name, line);
}

static void to_syslog(enum log_level level, const char *line, void *arg)
{
	(void)arg;
	syslog(levels[level].priority, "%s", line);
}

static struct {
	log_sink_h *sink;
	void *arg;
	enum log_level level;
} out = { .sink = to_stderr, .level = LOG_LEVEL_INFO };

/* C0 and DEL, and the C1 controls, which UTF-8 writes as C2 80 to C2 9F. */
static bool is_control(const char *at, const char *begin)
{
	unsigned char c = (unsigned char)*at;

	if (c < 0x20 || c == 0x7f)
		return true;
	return at > begin && (unsigned char)at[-1] == 0xc2 && c >= 0x80 &&
	       c < 0xa0;
}

static void add_clean(struct buf *line, const char *text, bool quoted)
{
	for (const char *at = text; *at; at++) {
		if (at - text >= VALUE_BYTES_MAX) {
			buf_add(line, "...", 3);
			return;
		}
		if (quoted && (*at == '"' || *at == '\\'))
			buf_add(line, "\\", 1);
		buf_add(line, is_control(at, text) ? "?" : at, 1);
	}
}

static void add_value(struct buf *line, const char *text)
{
	bool quoted = !*text || strpbrk(text, " \"=\t\r\n") != NULL;

	if (quoted)
		buf_add(line, "\"", 1);
	add_clean(line, text, quoted);
	if (quoted)
		buf_add(line, "\"", 1);
}

void log_pairs(enum log_level level, const char *what,
	       const struct log_pair *pairs)
{
	struct buf line = BUF(LINE_BYTES_MAX);

	if (!log_wants(level))
		return;

	add_clean(&line, what, false);
	for (; pairs->key; pairs++) {
		buf_print(&line, " %s=", pairs->key);
		if (pairs->text)
			add_value(&line, pairs->text);
		else
			buf_print(&line, "%" PRId64, pairs->number);
	}

	out.sink(level, buf_text(&line), out.arg);
	buf_free(&line);
}

void log_to(log_sink_h *sink, void *arg)
{
	out.sink = sink ? sink : to_stderr;
	out.arg = arg;
}

void log_to_syslog(const char *ident)
{
	static char kept[IDENT_BYTES_MAX]; /* openlog() does not copy it */

	snprintf(kept, sizeof(kept), "%s", ident);
	openlog(kept, LOG_PID, LOG_DAEMON);
	log_to(to_syslog, NULL);
}

void log_set_level(enum log_level level)
{
	out.level = level;
}

bool log_wants(enum log_level level)
{
	return level <= out.level;
}

const char *log_level_name(enum log_level level)
{
	return levels[level].name;
}

bool log_level_read(const char *name, enum log_level *levelp)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (strcmp(name, levels[i].name) != 0)
			continue;
		*levelp = (enum log_level)i;
		return true;
	}

	return false;
}
