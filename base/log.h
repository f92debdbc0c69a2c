/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One line a happening: what happened first, then key=value.
 *
 *   log_info("mailbox moved", KV("user", address), KV("to", server));
 *   -> info mailbox moved user=ann@example.com to=ex2.example.com
 *
 * error: somebody must act; warn: worse service, we cope; info: state
 * changes; debug: the rest. Never subjects, bodies, tokens, passwords.
 * Values are cleaned of control characters, quoted where needed and cut at
 * 1000 bytes. Only the loop's thread may log.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARN,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG
};

struct log_pair {
	const char *key;  /* NULL ends the list */
	const char *text; /* NULL: the number counts */
	int64_t number;
};

static inline const char *log_value(const char *text)
{
	return text ? text : "";
}

/* text NULL is logged as empty. */
#define KV(k, v) ((struct log_pair){ .key = (k), .text = log_value(v) })
#define KN(k, n) ((struct log_pair){ .key = (k), .number = (int64_t)(n) })

/* err= and why= of a struct why *. */
#define KWHY(why) KV("err", err_name((why)->err)), KV("why", (why)->text)

void log_pairs(enum log_level level, const char *what,
	       const struct log_pair *pairs);

/* A list that is never empty suits clang and gcc alike. */
#define LOG_END ((struct log_pair){ .key = NULL })
#define LOG_LINE(level, what, ...) \
	log_pairs(level, what, (const struct log_pair[]){ __VA_ARGS__ })
#define log_error(...) LOG_LINE(LOG_LEVEL_ERROR, __VA_ARGS__, LOG_END)
#define log_warn(...)  LOG_LINE(LOG_LEVEL_WARN, __VA_ARGS__, LOG_END)
#define log_info(...)  LOG_LINE(LOG_LEVEL_INFO, __VA_ARGS__, LOG_END)
#define log_debug(...) LOG_LINE(LOG_LEVEL_DEBUG, __VA_ARGS__, LOG_END)

/* line: without level and newline. */
typedef void log_sink_h(enum log_level level, const char *line, void *arg);

/* Until set: stderr, info and above. NULL sets that sink again. */
void log_to(log_sink_h *sink, void *arg);
void log_to_syslog(const char *ident);
void log_set_level(enum log_level level);
bool log_wants(enum log_level level);
const char *log_level_name(enum log_level level);

/* "error", "warn", "info", "debug"; false for anything else. */
bool log_level_read(const char *name, enum log_level *levelp);

#endif
