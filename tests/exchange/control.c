/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/exchange/command.h"
#include "tests/exchange/control.h"
#include "tests/exchange/journal.h"

enum { ANSWER_MAX = 64 << 20 };

struct reader {
	struct control *control;
	struct web_stream *stream;
	uint64_t after;
	struct reader *next;
};

struct control {
	struct exchange *exchange;
	struct web *web;
	struct reader *readers;
};

static void gone(void *arg)
{
	struct reader *reader = arg, **at = &reader->control->readers;

	while (*at != reader)
		at = &(*at)->next;
	*at = reader->next;
	free(reader);
}

static void news(void *arg)
{
	struct control *control = arg;
	const struct journal *journal = control->exchange->journal;

	for (struct reader *at = control->readers; at; at = at->next) {
		struct buf text = BUF(ANSWER_MAX);

		journal_write(journal, at->after, &text);
		at->after = journal_last(journal);
		web_stream_write(at->stream, buf_text(&text), text.len);
		buf_free(&text);
	}
}

static void answer(struct web_call *call, struct json **answerp, bool ok)
{
	struct web_reply reply = {
		.status = ok ? 200 : 400,
		.type = "application/json",
		.body = BUF(ANSWER_MAX),
	};

	json_write_line(*answerp, &reply.body);
	json_free(answerp);
	web_answer(call, &reply);
}

/* Line by line; the first that fails ends it. */
static void run_lines(struct control *control, struct web_call *call)
{
	char *lines = x_strdup(buf_text(web_body(call))), *save = NULL;
	struct json *result = json_new_object();
	struct why why = { .err = ERR_OK };
	enum err err = ERR_OK;
	char *line = strtok_r(lines, "\n", &save);

	for (; line && err == ERR_OK; line = strtok_r(NULL, "\n", &save))
		err = command_run(control->exchange, line, result, &why);
	json_put_flag(result, "ok", err == ERR_OK);
	if (err != ERR_OK)
		json_put_text(result, "error", why.text);
	free(lines);
	answer(call, &result, err == ERR_OK);
}

static void serve_events(struct control *control, struct web_call *call)
{
	const struct journal *journal = control->exchange->journal;
	const char *since = web_query(call, "since");
	uint64_t after =
		since ? strtoull(since, NULL, 10) : journal_last(journal);
	struct web_reply reply = {
		.status = 200,
		.type = "application/x-ndjson",
		.body = BUF(ANSWER_MAX),
	};
	struct reader *reader;

	journal_write(journal, after, &reply.body);
	if (web_query(call, "once")) {
		web_answer(call, &reply);
		return;
	}
	reader = x_new(struct reader);
	reader->control = control;
	reader->after = journal_last(journal);
	reader->next = control->readers;
	control->readers = reader;
	reader->stream = web_stream(call, &reply, gone, reader);
}

static void serve_control(struct web_call *call, void *arg)
{
	struct control *control = arg;
	struct json *result;

	if (strcmp(web_path(call), "/events") == 0) {
		serve_events(control, call);
	} else if (strcmp(web_method(call), "POST") == 0) {
		run_lines(control, call);
	} else {
		result = json_new_object();
		command_run(control->exchange,
			    strcmp(web_path(call), "/stats") == 0 ? "stats"
								  : "help",
			    result, NULL);
		answer(call, &result, true);
	}
}

struct control *control_new(struct exchange *exchange, unsigned port,
			    struct why *why)
{
	struct control *control = x_new(struct control);
	const struct web_options options = { .port = port };

	control->exchange = exchange;
	control->web = web_new(&options, serve_control, control, why);
	if (!control->web) {
		free(control);
		return NULL;
	}
	journal_on_entry(exchange->journal, news, control);
	return control;
}

void control_free(struct control **controlp)
{
	struct control *control = *controlp;

	if (!control)
		return;

	*controlp = NULL;
	journal_on_entry(control->exchange->journal, NULL, NULL);
	web_free(&control->web);
	while (control->readers)
		gone(control->readers);
	free(control);
}

unsigned control_port(const struct control *control)
{
	return web_port(control->web);
}
