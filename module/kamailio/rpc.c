/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* kamcmd daymark.NAME: the engine's own admin commands. */
#include "module/kamailio/adapter.h"

#include <stdio.h>
#include <string.h>

#include "core/dprint.h"
#include "module/admin.h"

enum { LINE_SIZE = 1024, REST_SIZE = 16384 };

struct reply {
	rpc_t *rpc;
	void *context;
	char rest[REST_SIZE]; /* the line that was not put yet */
	size_t len;
	bool ended; /* that line has */
};

static void put_line(struct reply *reply)
{
	reply->rest[reply->len] = '\0';
	if (reply->len)
		reply->rpc->rpl_printf(reply->context, "%s", reply->rest);
	reply->len = 0;
	reply->ended = false;
}

/* The last line is kept back: a fault has no other place for its reason. */
static void on_piece(const char *piece, void *arg)
{
	struct reply *reply = arg;

	for (; *piece; piece++) {
		if (reply->ended || reply->len == REST_SIZE - 1)
			put_line(reply);
		if (*piece == '\n')
			reply->ended = true;
		else
			reply->rest[reply->len++] = *piece;
	}
}

/* Arguments as they come, with a blank before each. */
static void add_arguments(rpc_t *rpc, void *context, char line[LINE_SIZE])
{
	size_t len = strlen(line);
	str text;

	while (rpc->scan(context, "*.S", &text) == 1) {
		if (text.len < 0 || len + 2 + (size_t)text.len > LINE_SIZE)
			return;
		line[len++] = ' ';
		memcpy(line + len, text.s, (size_t)text.len);
		len += (size_t)text.len;
		line[len] = '\0';
	}
}

static void ask(rpc_t *rpc, void *context, const char *name)
{
	struct reply reply = { .rpc = rpc, .context = context };
	char line[LINE_SIZE];
	struct why why;
	int code;

	snprintf(line, sizeof(line), "%s", name);
	add_arguments(rpc, context, line);
	code = supervisor_ask(adapter_supervisor, line, on_piece, &reply, &why);
	if (code < 0) {
		rpc->fault(context, 503, "%s", why.text);
	} else if (code && !(code & ADMIN_EXIT_VERDICT)) {
		reply.rest[reply.len] = '\0';
		rpc->fault(context, 400 + code, "%s", reply.rest);
	} else {
		put_line(&reply);
	}
}

/* A handler is not told its name, so each row has one of its own. */
#define ADMIN(name, argument, doc)                        \
	static void rpc_##name(rpc_t *rpc, void *context) \
	{                                                 \
		ask(rpc, context, #name);                 \
	}                                                 \
	static const char *rpc_##name##_doc[] = { argument " - " doc, NULL };
#include "module/admin.def"

rpc_export_t adapter_rpc[] = {
#define ADMIN(name, argument, doc) \
	{ "daymark." #name, rpc_##name, rpc_##name##_doc, 0 },
#include "module/admin.def"
	{ NULL, NULL, NULL, 0 },
};
