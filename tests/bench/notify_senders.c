/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "sip/notify_write.h"
#include "sip/pidf.h"
#include "sip/server.h"
#include "tests/bench/notify_senders.h"

enum { WINDOW = 2000, BATCH = 64, LOOK_MS = 1, ENTITY_BYTES = 64 };

struct serving {
	struct server *server;
	unsigned presentities;
	int ask, told;
	bool busy;
	double begin_s, begin_cpu_s;
	struct timer timer;
	struct buf bodies[2]; /* said in turn */
	unsigned turn;
};

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double used_s(void)
{
	struct timespec used;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static void fail(const char *what)
{
	fprintf(stderr, "notify_load: %s\n", what);
	_exit(EXIT_FAILURE);
}

static void write_body(struct buf *body, enum state state)
{
	struct presence presence = { .state = state, .source = CLAIM_CALENDAR };
	struct pidf_options options = { .entity = "sip:user@bench.test",
					.lang = "en" };

	*body = BUF(8192);
	pidf_write(body, &presence, &options, clock_now());
}

static void look(void *arg)
{
	struct serving *serving = arg;
	struct told told = { now_s() - serving->begin_s,
			     used_s() - serving->begin_cpu_s };
	struct server_facts facts;

	server_facts(serving->server, &facts);
	if (facts.in_flight || facts.waiting) {
		timer_start_ms(&serving->timer, LOOK_MS, look, serving);
		return;
	}

	serving->busy = false;
	if (write(serving->told, &told, sizeof(told)) != sizeof(told))
		loop_break();
}

static void change_all(struct serving *serving)
{
	const struct buf *body = &serving->bodies[serving->turn++ % 2];
	char entity[ENTITY_BYTES];

	serving->begin_s = now_s();
	serving->begin_cpu_s = used_s();
	for (unsigned i = 0; i < serving->presentities; i++) {
		snprintf(entity, sizeof(entity), "sip:u%u@bench.test", i);
		server_publish(serving->server, entity, body->data, body->len);
	}
	timer_start_ms(&serving->timer, LOOK_MS, look, serving);
}

static void on_asked(unsigned events, void *arg)
{
	struct serving *serving = arg;
	char word;

	(void)events;
	if (read(serving->ask, &word, 1) != 1)
		loop_break();
	else
		change_all(serving);
}

static unsigned free_udp_port(void)
{
	struct sockaddr_in name = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(name);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&name, len) ||
	    getsockname(fd, (struct sockaddr *)&name, &len))
		fail("no port");
	close(fd);
	return ntohs(name.sin_port);
}

static void apply(struct server_settings *settings, const char *name,
		  const char *value)
{
	struct why why;

	if (directive_apply(&server_table, settings, name, value, &why) !=
	    ERR_OK)
		fail(why.text);
}

static void serve(struct serving *serving, unsigned port)
{
	struct server_settings settings;
	struct fd_watch *asked;
	char listen[ENTITY_BYTES];
	struct told ready = { 0 };
	struct why why;

	snprintf(listen, sizeof(listen), "udp:127.0.0.1:%u", port);
	log_set_level(LOG_LEVEL_ERROR);
	directive_defaults(&server_table, &settings);
	apply(&settings, "listen", listen);
	apply(&settings, "domain", "bench.test");
	apply(&settings, "anonymous", "yes");
	apply(&settings, "source_rate", "0");
	if (loop_open(NULL, &why) != ERR_OK ||
	    server_new(&serving->server, &settings,
		       &(struct server_handlers){ 0 }, NULL, &why) != ERR_OK)
		fail(why.text);

	write_body(&serving->bodies[0], STATE_MEETING);
	write_body(&serving->bodies[1], STATE_AVAILABLE);
	change_all(serving); /* so that the first NOTIFYs are as long */
	timer_stop(&serving->timer);
	asked = fd_watch_new(serving->ask, FD_READ, on_asked, serving);
	if (write(serving->told, &ready, sizeof(ready)) == sizeof(ready))
		loop_run();
	fd_watch_free(&asked);
	timer_stop(&serving->timer);
	server_free(&serving->server);
	loop_close();
	directive_free(&server_table, &settings);
}

/* In the child: how it is asked and how it tells; 0 in the parent. */
static bool split(struct sender *sender, int *ask, int *told)
{
	int asks[2], tells[2];

	if (pipe(asks) || pipe(tells))
		fail("no pipe");
	sender->pid = fork();
	if (sender->pid < 0)
		fail("no process");
	*ask = asks[0];
	*told = tells[1];
	sender->ask = asks[1];
	sender->told = tells[0];
	close(sender->pid ? asks[0] : asks[1]);
	close(sender->pid ? tells[1] : tells[0]);
	return !sender->pid;
}

static void await_ready(const struct sender *sender)
{
	struct told ready;

	if (read(sender->told, &ready, sizeof(ready)) != sizeof(ready))
		fail("the sender did not start");
}

void start_server(struct sender *sender, unsigned presentities,
		  unsigned watchers, unsigned port)
{
	struct serving serving = { .presentities = presentities };

	(void)watchers;
	(void)port;
	sender->port = free_udp_port();
	if (split(sender, &serving.ask, &serving.told)) {
		serve(&serving, sender->port);
		_exit(EXIT_SUCCESS);
	}
	await_ready(sender);
}

struct bare {
	int fd;
	struct sockaddr_in to;
	unsigned all;
	char **texts;
	size_t *bytes;
	struct mmsghdr out[BATCH], in[BATCH];
	struct iovec out_parts[BATCH], in_parts[BATCH];
	char answers[BATCH][2048];
};

/* The same bytes as the server's, made beforehand. */
static void make_texts(struct bare *bare, unsigned presentities, unsigned port)
{
	struct buf body;
	char local[80], remote[80], call[32], target[80], contact[80];

	write_body(&body, STATE_MEETING);
	bare->texts = calloc(bare->all, sizeof(char *));
	bare->bytes = calloc(bare->all, sizeof(size_t));
	snprintf(contact, sizeof(contact), "<sip:127.0.0.1:%u;transport=udp>",
		 port);
	for (unsigned i = 0; i < bare->all; i++) {
		struct dialog dialog = { .call_id = call,
					 .local = local,
					 .remote = remote,
					 .event = "presence",
					 .routes = "",
					 .contact = contact,
					 .target = target,
					 .local_tag = "0123456789abcdef" };
		struct notify_request notify = { &dialog, "active;expires=3600",
						 "application/pidf+xml",
						 body.data, body.len };

		snprintf(local, sizeof(local), "<sip:u%u@bench.test>",
			 i % presentities);
		snprintf(remote, sizeof(remote),
			 "<sip:w%u@elsewhere.test>;tag=t%u", i, i);
		snprintf(call, sizeof(call), "call-%u", i);
		snprintf(target, sizeof(target), "sip:w%u@127.0.0.1:%u", i,
			 ntohs(bare->to.sin_port));
		bare->texts[i] = malloc(notify_write_room(&notify));
		bare->bytes[i] =
			notify_write(bare->texts[i], &notify, "UDP",
				     "z9hG4bKd000000000123456789abcdef");
	}
	buf_free(&body);
}

static unsigned read_answers(struct bare *bare, int wait_ms)
{
	struct pollfd poll_fd = { .fd = bare->fd, .events = POLLIN };
	int count;

	for (unsigned i = 0; i < BATCH; i++) {
		bare->in_parts[i] = (struct iovec){ bare->answers[i], 2048 };
		bare->in[i].msg_hdr =
			(struct msghdr){ .msg_iov = &bare->in_parts[i],
					 .msg_iovlen = 1 };
	}
	count = recvmmsg(bare->fd, bare->in, BATCH, MSG_DONTWAIT, NULL);
	if (count <= 0 && wait_ms)
		poll(&poll_fd, 1, wait_ms);
	return count > 0 ? (unsigned)count : 0;
}

static unsigned send_some(struct bare *bare, unsigned from, unsigned count)
{
	if (count > BATCH)
		count = BATCH;
	for (unsigned i = 0; i < count; i++) {
		bare->out_parts[i] = (struct iovec){ bare->texts[from + i],
						     bare->bytes[from + i] };
		bare->out[i].msg_hdr =
			(struct msghdr){ .msg_name = &bare->to,
					 .msg_namelen = sizeof(bare->to),
					 .msg_iov = &bare->out_parts[i],
					 .msg_iovlen = 1 };
	}
	sendmmsg(bare->fd, bare->out, count, 0);
	return count;
}

static struct told send_all(struct bare *bare)
{
	double begin_s = now_s(), begin_cpu_s = used_s();
	unsigned sent = 0, answered = 0;

	while (answered < bare->all) {
		unsigned room = WINDOW - (sent - answered);

		if (room > bare->all - sent)
			room = bare->all - sent;
		if (room)
			sent += send_some(bare, sent, room);
		answered += read_answers(bare, room ? 0 : 100);
	}

	return (struct told){ now_s() - begin_s, used_s() - begin_cpu_s };
}

static void open_bare(struct bare *bare, unsigned own_port)
{
	struct sockaddr_in name = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				    .sin_port = htons((uint16_t)own_port) };
	int bytes = 16 << 20;

	bare->fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (bare->fd < 0 ||
	    bind(bare->fd, (struct sockaddr *)&name, sizeof(name)))
		fail("no socket");
	setsockopt(bare->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	setsockopt(bare->fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes));
}

void start_bare(struct sender *sender, unsigned presentities, unsigned watchers,
		unsigned port)
{
	static struct bare bare;
	struct told told = { 0 };
	int ask, tell;
	char word;

	sender->port = free_udp_port();
	if (!split(sender, &ask, &tell)) {
		await_ready(sender);
		return;
	}

	bare.all = presentities * watchers;
	bare.to = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)port),
	};
	open_bare(&bare, sender->port);
	make_texts(&bare, presentities, sender->port);
	do {
		if (write(tell, &told, sizeof(told)) != sizeof(told))
			break;
		if (read(ask, &word, 1) != 1)
			break;
		told = send_all(&bare);
	} while (true);
	_exit(EXIT_SUCCESS);
}
