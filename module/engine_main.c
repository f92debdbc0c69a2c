/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daymark-engine: started by the presence server's module, which speaks to it
 * over descriptor 3 (module/pipe.h). First come the directives.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/tls_memory.h"
#include "calendar/gateway.h"
#include "config.h"
#include "module/engine.h"
#include "module/engine_process.h"
#include "module/process.h"
#include "module/wire.h"
#include "sip/listen.h"

enum { LINES_MAX = 300000 };

struct opening {
	struct engine_settings settings;
	struct keep *known;
	unsigned wrong;
};

static void say_wrong(struct opening *opening, int64_t line,
		      const struct why *why)
{
	const struct pipe_message message = { .kind = PIPE_WRONG,
					      .number = line,
					      .texts = { why->text } };

	opening->wrong++;
	wire_say(PIPE_FD, &message);
}

static enum err judge_gateway(const char *text, struct why *why)
{
	struct gateway_settings fields;
	enum err err;

	directive_defaults(&gateway_table, &fields);
	err = gateway_parse(&fields, text, why);
	directive_free(&gateway_table, &fields);
	return err;
}

static enum err judge_user(const char *text, struct why *why)
{
	struct users users = { .items = NULL };
	enum err err = users_add_text(&users, "user", text, strlen(text), why);

	users_free(&users);
	return err;
}

static enum err judge_listen(const char *text, struct why *why)
{
	char *items[] = { x_strdup(text) };
	const struct directive_list list = { .items = items, .count = 1 };
	struct listen listens[LISTENERS_MAX];
	size_t count;
	enum err err = listen_read(listens, &count, &list, NULL);

	free(items[0]);
	if (err || !strncmp(text, "tls", 3))
		err = why_set(why, ERR_CONFIG,
			      "sip_listen = %.80s: want udp or tcp, a numeric "
			      "address and a port: udp:127.0.0.1:5066",
			      text);
	return err;
}

/* What more there is to one line than its type. */
static enum err judge(const char *name, const char *value, struct why *why)
{
	static const struct {
		const char *name;
		enum err (*judge)(const char *text, struct why *why);
	} rows[] = {
		{ "gateway", judge_gateway },
		{ "user", judge_user },
		{ "sip_listen", judge_listen },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!strcmp(rows[i].name, name))
			return rows[i].judge(value, why);

	return ERR_OK;
}

static void take_directive(struct opening *opening,
			   const struct pipe_message *message)
{
	struct engine_settings *settings = &opening->settings;
	const char *name = message->texts[0];
	const char *value = message->texts[1];
	bool ours = directive_find(&kamailio_table, name);
	struct why why;
	enum err err =
		ours ? directive_apply(&kamailio_table, &settings->kamailio,
				       name, value, &why)
		     : directive_apply(&settings_table, &settings->engine, name,
				       value, &why);

	if (!err)
		err = judge(name, value, &why);
	if (err)
		say_wrong(opening, message->number, &why);
}

static enum err judge_sip(const struct kamailio_settings *settings,
			  struct why *why)
{
	struct listen listens[LISTENERS_MAX];
	struct server_settings sip;
	size_t count;
	enum err err = engine_process_sip(&sip, settings, why);

	if (!err)
		err = listen_read(listens, &count, &sip.listen, why);
	directive_free(&server_table, &sip);
	return err;
}

static bool judge_all(struct opening *opening)
{
	struct why why;

	if (!opening->wrong && engine_check(&opening->settings.engine, &why))
		say_wrong(opening, 0, &why);
	if (!opening->wrong && judge_sip(&opening->settings.kamailio, &why))
		say_wrong(opening, 0, &why);
	return !opening->wrong;
}

/* Everything up to CHECK or START; false: it ended before that. */
static bool read_opening(struct opening *opening, enum pipe_kind *lastp,
			 struct why *why)
{
	static char packet[PIPE_BYTES_MAX];
	struct pipe_message message = { .kind = PIPE_PING };

	for (unsigned lines = 0; lines < LINES_MAX + KEEP_MAX; lines++) {
		if (wire_receive(PIPE_FD, packet, &message, why))
			return false;
		*lastp = message.kind;
		if (message.kind == PIPE_CHECK || message.kind == PIPE_START)
			return true;
		if (message.kind == PIPE_DIRECTIVE)
			take_directive(opening, &message);
		else if (keep_wants(message.kind))
			keep_put(opening->known, &message);
	}
	why_set(why, ERR_TOO_LARGE, "more than %d directives", LINES_MAX);
	return false;
}

static int serve(struct opening *opening)
{
	const struct pipe_message good = { .kind = PIPE_GOOD };
	struct why why = { .err = ERR_OK };
	enum pipe_kind last = PIPE_PING;

	if (!read_opening(opening, &last, &why) || !judge_all(opening)) {
		if (why.err && why.err != ERR_CLOSED)
			say_wrong(opening, 0, &why);
		return 2;
	}
	if (last == PIPE_CHECK) {
		wire_say(PIPE_FD, &good);
		return EXIT_SUCCESS;
	}
	if (!engine_process_run(&opening->settings, PIPE_FD, opening->known,
				&why))
		return EXIT_SUCCESS;
	say_wrong(opening, 0, &why);
	return EXIT_FAILURE;
}

static bool has_pipe(void)
{
	int type = 0;
	socklen_t size = sizeof(type);

	return !getsockopt(PIPE_FD, SOL_SOCKET, SO_TYPE, &type, &size) &&
	       type == SOCK_SEQPACKET;
}

int main(int argc, char **argv)
{
	struct opening opening = { .wrong = 0 };
	int code;

	if (argc > 1 && !strcmp(argv[1], "-V"))
		return puts("daymark-engine " PACKAGE_VERSION) < 0;
	if (!has_pipe()) {
		fputs("daymark-engine is started by the presence server's "
		      "module, see daymark-engine(8)\n",
		      stderr);
		return 2;
	}

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	tls_memory_secret();
	process_shuffle();
	directive_defaults(&settings_table, &opening.settings.engine);
	directive_defaults(&kamailio_table, &opening.settings.kamailio);
	opening.known = keep_new();
	code = serve(&opening);
	keep_free(&opening.known);
	directive_free(&settings_table, &opening.settings.engine);
	directive_free(&kamailio_table, &opening.settings.kamailio);
	return code;
}
