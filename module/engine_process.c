/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/http.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/metric.h"
#include "base/work.h"
#include "module/admin.h"
#include "module/engine.h"
#include "module/engine_process.h"
#include "module/process.h"
#include "module/watches.h"
#include "module/wire.h"

enum {
	SETTLE_S = 60,     /* by then everybody has been published once */
	PART_BYTES = 8000, /* of an answer in one packet */
};

struct process {
	const struct engine_settings *settings;
	struct host host;
	struct wire *wire;
	struct engine *engine;
	struct ledger *ledger;
	struct server *server;
	struct publish_out *out;
	struct publisher *publisher;
	struct watches *watches;
	struct timer settle;
	int signals;
	struct fd_watch *signal_watch;
	enum err err;
	struct why why; /* what ended it */
};

static void tell(struct process *process, enum pipe_kind kind, int64_t number,
		 const char *first, const char *second)
{
	const struct pipe_message message = { .kind = kind,
					      .number = number,
					      .texts = { first, second } };

	if (process->wire)
		wire_send(process->wire, &message);
}

static void on_log(enum log_level level, const char *line, void *arg)
{
	tell(arg, PIPE_LOG, (int64_t)level, line, NULL);
}

static void host_publish(const char *entity, const char *body,
			 size_t body_bytes, void *arg)
{
	const struct process *process = arg;

	publisher_publish(process->publisher, entity, body, body_bytes);
}

static void host_withdraw(const char *entity, void *arg)
{
	struct process *process = arg;

	tell(process, PIPE_STATE, 0, entity, "");
	publisher_withdraw(process->publisher, entity);
}

static void end_watch(const struct publish_dialog *dialog, void *arg)
{
	const struct process *process = arg;

	publish_out_end_watch(process->out, dialog);
}

static void host_sign_out(const char *entity, void *arg)
{
	struct process *process = arg;

	tell(process, PIPE_SIGN_OUT, 0, entity, NULL);
	watches_end(process->watches, entity, end_watch, process);
	server_sign_out(process->server, entity);
}

static void host_shown(const char *entity, const struct presence *presence,
		       void *arg)
{
	tell(arg, PIPE_STATE, (int64_t)presence->until, entity,
	     state_word(presence->state));
}

static void host_entitled(const char *entity, enum host_entitlement entitlement,
			  void *arg)
{
	static const int64_t numbers[] = {
		[HOST_STRANGER] = -1,
		[HOST_REVOKED] = 0,
		[HOST_ENTITLED] = 1,
	};

	tell(arg, PIPE_ENTITLED, numbers[entitlement], entity, NULL);
}

static void describe_document(const struct publication_about *about,
			      struct json *json)
{
	char answer[16];

	snprintf(answer, sizeof(answer), "%d", about->last_status);
	json_put_text(json, "document", about->stage);
	json_put_text(json, "entity tag", about->etag);
	json_put_moment(json, "last answer", about->last_answer);
	json_put_text(json, "status", about->last_status ? answer : NULL);
}

static void host_describe(const char *entity, struct json *object, void *arg)
{
	const struct process *process = arg;
	struct publication_about about;

	if (publisher_about(process->publisher, entity, &about))
		describe_document(&about, json_put_object(object, "PUBLISH"));
	watches_describe(process->watches, entity,
			 json_put_array(object, "seen by"));
}

static void host_facts(struct host_facts *facts, void *arg)
{
	const struct process *process = arg;
	struct publisher_facts publisher;
	struct server_facts server;

	publisher_facts(process->publisher, &publisher);
	server_facts(process->server, &server);
	*facts = (struct host_facts){
		.subscriptions = watches_count(process->watches),
		.publications = publisher.publications,
		.notifies = publisher.sent,
		.notify_failures = publisher.failures,
		.refused = server.refused,
		.in_flight = publisher.in_flight,
		.waiting = publisher.waiting,
	};
}

static void on_published(const char *entity, const char *publication,
			 const struct claim *claim, void *arg)
{
	const struct process *process = arg;

	if (process->engine)
		roster_published(process->engine->roster, entity, publication,
				 claim);
}

static bool on_entitled(const char *entity, void *arg)
{
	const struct process *process = arg;

	return !process->engine ||
	       members_entitled(process->engine->members, entity);
}

static const struct server_handlers server_handlers = {
	.published = on_published,
	.entitled = on_entitled,
};

static void on_watched(const char *entity, int delta, void *arg)
{
	const struct process *process = arg;

	if (process->engine)
		roster_watched(process->engine->roster, entity, delta);
}

static void *on_send(struct publication *publication,
		     const struct publication_request *request, void *arg)
{
	const struct process *process = arg;

	return publish_out_send(publication, request, process->out);
}

static void on_cancel(void *flight, void *arg)
{
	(void)arg;
	publish_out_cancel(flight);
}

static void on_kept(const char *entity, const char *etag, time_t until,
		    void *arg)
{
	tell(arg, PIPE_PUBLISHED, (int64_t)until, entity, etag);
}

static const struct publisher_handlers publisher_handlers = {
	.send = on_send,
	.cancel = on_cancel,
	.kept = on_kept,
};

/* Who asked, until the answer is complete. */
struct question {
	struct process *process;
	uint32_t id;
};

static void on_answer(int exit_code, const char *text, void *arg)
{
	struct question *question = arg;
	struct wire *wire = question->process->wire;
	struct pipe_message message = { .kind = PIPE_PART, .id = question->id };
	char part[PART_BYTES + 1];

	for (size_t len = strlen(text); len;) {
		size_t bytes = len < PART_BYTES ? len : PART_BYTES;

		memcpy(part, text, bytes);
		part[bytes] = '\0';
		message.texts[0] = part;
		wire_send(wire, &message);
		text += bytes;
		len -= bytes;
	}
	message.kind = PIPE_ANSWER;
	message.number = exit_code;
	wire_send(wire, &message);
	free(question);
}

static void take_command(struct process *process,
			 const struct pipe_message *message)
{
	struct question *question = x_new(struct question);
	const struct admin_question asked = {
		.line = message->texts[0],
		.who = process->engine->host.name,
		.json = message->number == 1,
	};

	question->process = process;
	question->id = message->id;
	admin_command(process->engine->admin, &asked, on_answer, question);
}

static void take_known(struct process *process,
		       const struct pipe_message *message)
{
	if (message->kind == PIPE_WATCH)
		watches_take(process->watches, message);
	else if (message->kind == PIPE_PUBLISHED)
		publisher_known(process->publisher, message->texts[0],
				message->texts[1], (time_t)message->number);
}

static void on_message(const struct pipe_message *message, void *arg)
{
	struct process *process = arg;

	if (message->kind == PIPE_PING)
		tell(process, PIPE_PONG, 0, NULL, NULL);
	else if (message->kind == PIPE_COMMAND)
		take_command(process, message);
	else
		take_known(process, message);
}

static void on_closed(const struct why *why, void *arg)
{
	struct process *process = arg;

	process->err = why->err == ERR_CLOSED ? ERR_OK : why->err;
	process->why = *why;
	loop_break();
}

static const struct wire_handlers wire_handlers = {
	.message = on_message,
	.closed = on_closed,
};

static void on_signal(unsigned events, void *arg)
{
	const struct process *process = arg;
	int number;

	(void)events;
	while ((number = process_next_signal(process->signals)) != 0)
		if (number != SIGHUP)
			loop_break();
}

static void on_settle(void *arg)
{
	const struct process *process = arg;

	publisher_settle(process->publisher);
}

static enum err take_all(struct server_settings *sip, const char *name,
			 const struct directive_list *list, struct why *why)
{
	enum err err = ERR_OK;

	for (size_t i = 0; !err && i < list->count; i++)
		err = directive_apply(&server_table, sip, name, list->items[i],
				      why);
	return err;
}

static const char *const usual_listen[] = { "udp:127.0.0.1:5066",
					    "tcp:127.0.0.1:5066" };
static const char *const usual_trusted[] = { "127.0.0.1" };

#define USUAL(list, usual)                                    \
	((list)->count ? *(list)                              \
		       : (struct directive_list){             \
				 (char **)(uintptr_t)(usual), \
				 sizeof(usual) / sizeof((usual)[0]) })

enum err engine_process_sip(struct server_settings *sip,
			    const struct kamailio_settings *settings,
			    struct why *why)
{
	const struct directive_list listen =
		USUAL(&settings->sip_listen, usual_listen);
	const struct directive_list trusted =
		USUAL(&settings->trusted, usual_trusted);
	enum err err;

	directive_defaults(&server_table, sip);
	if (strncmp(settings->server, "sip:", 4) != 0 || !settings->server[4])
		return why_set(why, ERR_CONFIG,
			       "server = %s: want a SIP URI such as "
			       "sip:127.0.0.1:5060",
			       settings->server);

	sip->own_answers = false; /* those to our PUBLISHes are the stack's */
	err = take_all(sip, "listen", &listen, why);
	return err ? err : take_all(sip, "trusted", &trusted, why);
}

static enum err open_sip(struct process *process, struct why *why)
{
	const struct kamailio_settings *kamailio = &process->settings->kamailio;
	const struct settings *engine = &process->settings->engine;
	const struct publisher_settings publisher = {
		.rate = kamailio->publish_rate,
		.in_flight = kamailio->publish_in_flight,
		.expires_s = kamailio->publish_expires,
		.backoff = { .min_s = 1,
			     .max_s = engine->retry_first < 10
					      ? 10
					      : engine->retry_first },
	};
	struct server_settings sip;
	enum err err = engine_process_sip(&sip, kamailio, why);

	if (!err)
		err = server_new(&process->server, &sip, &server_handlers,
				 process, why);
	directive_free(&server_table, &sip);
	if (err)
		return err;

	process->out = publish_out_new(server_stack(process->server),
				       kamailio->server);
	process->publisher =
		publisher_new(&publisher, &publisher_handlers, process);
	process->watches = watches_new(on_watched, process);
	return ERR_OK;
}

static void on_known(const char *packet, size_t bytes, void *arg)
{
	struct pipe_message message;

	if (!pipe_read(&message, PIPE_WAY_DOWN, packet, bytes, NULL))
		take_known(arg, &message);
}

static enum err start(struct process *process, int fd, struct keep *known,
		      struct why *why)
{
	enum err err = loop_open(NULL, why);

	if (!err)
		err = work_open(why);
	if (!err)
		err = http_open(why);
	if (err)
		return err;

	process->wire = wire_new(fd, &wire_handlers, process);
	log_to(on_log, process);
	process->host.root = loop_root();
	err = open_sip(process, why);
	if (!err)
		keep_each(known, clock_now(), on_known, process);
	if (!err)
		err = ledger_open(&process->ledger,
				  process->settings->engine.ledger, why);
	if (!err)
		err = engine_new(&process->engine, &process->settings->engine,
				 &process->host, process->ledger, why);
	return err;
}

static void tell_licence(const struct licence_record *record, void *arg)
{
	host_entitled(record->entity,
		      record->state == LICENCE_GRANTED ? HOST_ENTITLED
						       : HOST_REVOKED,
		      arg);
}

/* "*" is whoever is not named; the ledger knows more than are served. */
static void tell_licences(struct process *process)
{
	const struct members *members = process->engine->members;

	tell(process, PIPE_ENTITLED, members_entitled(members, "*"), "*", NULL);
	licence_each(members_licence(process->engine->members), tell_licence,
		     process);
}

/* What was said of watches before there was an engine is said again. */
static void tell_watches(struct process *process, struct keep *known)
{
	watches_free(&process->watches);
	process->watches = watches_new(on_watched, process);
	keep_each(known, clock_now(), on_known, process);
	process->signal_watch =
		fd_watch_new(process->signals, FD_READ, on_signal, process);
	timer_start(&process->settle, SETTLE_S, on_settle, process);
	tell_licences(process);
	tell(process, PIPE_READY, 0, NULL, NULL);
}

static void stop(struct process *process)
{
	timer_stop(&process->settle);
	engine_free(&process->engine);
	watches_free(&process->watches);
	publisher_free(&process->publisher);
	publish_out_free(&process->out);
	server_free(&process->server);
	fd_watch_free(&process->signal_watch);
	log_to(NULL, NULL);
	wire_free(&process->wire);
	http_close();
	work_close();
	loop_close();
	metric_forget_all();
	ledger_close(&process->ledger);
}

enum err engine_process_run(const struct engine_settings *settings, int fd,
			    struct keep *known, struct why *why)
{
	struct process process = {
		.settings = settings,
		.signals = process_signals(),
		.host = { .name = "kamailio",
			  .log = on_log,
			  .publish = host_publish,
			  .withdraw = host_withdraw,
			  .sign_out = host_sign_out,
			  .shown = host_shown,
			  .entitled = host_entitled,
			  .describe = host_describe,
			  .facts = host_facts,
			  .arg = &process },
	};
	enum err err = start(&process, fd, known, why);

	if (!err) {
		tell_watches(&process, known);
		loop_run();
		err = process.err;
		*why = process.why;
	}
	stop(&process);
	return err;
}
