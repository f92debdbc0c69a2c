/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* accept4() */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "sip/tls_front.h"
#include "sip/tls_join.h"

enum {
	CONNECTIONS = 10000,
	HANDSHAKES = 100,
	HANDSHAKE_S = 10,
	ACCEPTS = 16, /* in one turn */
	BACKLOG = 512,
	LOOK_MS = 1000, /* between two looks at the files */
	ACCEPT_PAUSE_MS = 200,
	PORTS = 65536,
	BUCKETS = 4096, /* addresses that share one share its limit */
};

struct tls_front {
	struct tls_front_settings settings;
	struct tls_server *server;
	struct tls_front_facts facts;
	int fd;
	struct fd_watch *watch;
	bool paused;
	struct timer pause;
	uint64_t looked_ms;
	struct tls_join *joins; /* all of them */
	struct tls_join *by_port[PORTS];
	unsigned by_source[BUCKETS];
};

static unsigned bucket_of(const char *address)
{
	unsigned hash = 5381;

	for (; *address; address++)
		hash = hash * 33 + (unsigned char)*address;
	return hash % BUCKETS;
}

/* The limits of what may be under way at once. */
static bool has_room(const struct tls_front *front)
{
	return front->facts.connections < front->settings.connections &&
	       front->facts.handshakes < front->settings.handshakes;
}

static void listen_again(void *arg)
{
	struct tls_front *front = arg;

	if (!front->paused || !has_room(front))
		return;

	front->paused = false;
	fd_watch_change(front->watch, FD_READ);
}

/* Until a connection or handshake ends, or the pause is over. */
static void listen_pause(struct tls_front *front)
{
	front->paused = true;
	fd_watch_change(front->watch, 0);
	timer_start_ms(&front->pause, ACCEPT_PAUSE_MS, listen_again, front);
}

static void join_ready(struct tls_join *join, void *arg)
{
	struct tls_front *front = arg;

	front->facts.handshakes--;
	front->facts.accepted++;
	front->by_port[join->local_port] = join;
	listen_again(front);
}

static void join_over(struct tls_join *join, const struct why *why, void *arg)
{
	struct tls_front *front = arg;

	if (!join->joined) {
		front->facts.handshakes--;
		front->facts.failed++;
		log_debug("TLS connection refused",
			  KV("from", join->source.address), KWHY(why));
	} else if (front->by_port[join->local_port] == join) {
		front->by_port[join->local_port] = NULL;
	}

	front->facts.connections--;
	front->by_source[bucket_of(join->source.address)]--;
	if (join->prev)
		join->prev->next = join->next;
	else
		front->joins = join->next;
	if (join->next)
		join->next->prev = join->prev;
	tls_join_free(&join);
	listen_again(front);
}

static const struct tls_join_handlers join_handlers = { join_ready, join_over };

static void look_at_files(struct tls_front *front)
{
	bool changed;
	struct why why;

	if (clock_ms() - front->looked_ms < LOOK_MS)
		return;

	front->looked_ms = clock_ms();
	if (tls_server_refresh(front->server, &changed, &why))
		log_warn("TLS certificates not read again, old ones stay",
			 KWHY(&why));
	else if (changed)
		log_info("TLS certificates read again");
}

static void source_of(const struct sockaddr_storage *from, socklen_t size,
		      struct tls_front_source *source)
{
	char port[8] = "0";

	*source = (struct tls_front_source){ .port = 0 };
	getnameinfo((const struct sockaddr *)from, size, source->address,
		    sizeof(source->address), port, sizeof(port),
		    NI_NUMERICHOST | NI_NUMERICSERV);
	source->port = (unsigned)strtoul(port, NULL, 10);
}

static void take(struct tls_front *front, int fd,
		 const struct tls_front_source *source)
{
	unsigned *share = &front->by_source[bucket_of(source->address)];
	struct tls_join *join;

	if (front->settings.per_source &&
	    *share >= front->settings.per_source) {
		front->facts.refused++;
		close(fd);
		return;
	}

	(*share)++;
	front->facts.connections++;
	front->facts.handshakes++;
	join = tls_join_new(
		&(struct tls_join_settings){
			.server = front->server,
			.stack_port = front->settings.stack_port,
			.handshake_s = front->settings.handshake_s,
			.idle_s = front->settings.idle_s },
		fd, source, &join_handlers, front);
	join->next = front->joins;
	if (join->next)
		join->next->prev = join;
	front->joins = join;
}

static void on_listener(unsigned events, void *arg)
{
	struct tls_front *front = arg;

	(void)events;
	look_at_files(front);
	for (unsigned i = 0; i < ACCEPTS; i++) {
		struct sockaddr_storage from;
		socklen_t size = sizeof(from);
		struct tls_front_source source;
		int fd = -1;

		if (has_room(front))
			fd = accept4(front->fd, (struct sockaddr *)&from, &size,
				     SOCK_NONBLOCK | SOCK_CLOEXEC);
		else
			errno = EMFILE;
		if (fd < 0 && (errno == EMFILE || errno == ENFILE))
			listen_pause(front);
		if (fd < 0)
			return;

		source_of(&from, size, &source);
		take(front, fd, &source);
	}
}

static enum err listener_open(struct tls_front *front, struct why *why)
{
	const struct tls_front_settings *settings = &front->settings;
	const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST |
						    AI_NUMERICSERV | AI_PASSIVE,
					.ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	char port[16];
	int on = 1, rc;

	snprintf(port, sizeof(port), "%u", settings->port);
	rc = getaddrinfo(settings->address, port, &hints, &found);
	if (rc)
		return why_set(why, ERR_CONFIG,
			       "%s port %s is no address to listen on: %s",
			       settings->address, port, gai_strerror(rc));

	front->fd = socket(found->ai_family,
			   SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	setsockopt(front->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	rc = front->fd < 0 ||
	     bind(front->fd, found->ai_addr, found->ai_addrlen) ||
	     listen(front->fd, BACKLOG);
	freeaddrinfo(found);
	if (rc)
		return why_set(why, ERR_NETWORK, "cannot listen on %s:%s: %s",
			       settings->address, port, strerror(errno));
	return ERR_OK;
}

static unsigned or_else(unsigned value, unsigned otherwise)
{
	return value ? value : otherwise;
}

enum err tls_front_new(struct tls_front **frontp,
		       const struct tls_front_settings *settings,
		       struct why *why)
{
	struct tls_front *front = x_new(struct tls_front);
	enum err err;

	front->fd = -1;
	front->settings = *settings;
	front->settings.connections =
		or_else(settings->connections, CONNECTIONS);
	front->settings.handshakes = or_else(settings->handshakes, HANDSHAKES);
	front->settings.handshake_s =
		or_else(settings->handshake_s, HANDSHAKE_S);

	err = tls_server_new(&front->server, &settings->files, why);
	if (!err)
		err = listener_open(front, why);
	if (err) {
		tls_front_free(&front);
	} else {
		front->looked_ms = clock_ms();
		front->watch =
			fd_watch_new(front->fd, FD_READ, on_listener, front);
	}
	*frontp = front;
	return err;
}

void tls_front_free(struct tls_front **frontp)
{
	struct tls_front *front = *frontp;

	if (!front)
		return;

	timer_stop(&front->pause);
	fd_watch_free(&front->watch);
	if (front->fd >= 0)
		close(front->fd);
	while (front->joins) {
		struct tls_join *join = front->joins;

		front->joins = join->next;
		tls_join_free(&join);
	}
	tls_server_free(&front->server);
	free(front);
	*frontp = NULL;
}

unsigned tls_front_port(const struct tls_front *front)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} name = { .v4 = { .sin_port = 0 } };
	socklen_t size = sizeof(name);

	getsockname(front->fd, &name.any, &size);
	return ntohs(name.any.sa_family == AF_INET6 ? name.v6.sin6_port
						    : name.v4.sin_port);
}

void tls_front_certify(struct tls_front *front, struct tls_server **serverp)
{
	tls_server_free(&front->server);
	front->server = *serverp;
	*serverp = NULL;
}

bool tls_front_source(const struct tls_front *front, unsigned local_port,
		      struct tls_front_source *source)
{
	if (local_port >= PORTS || !front->by_port[local_port])
		return false;

	*source = front->by_port[local_port]->source;
	return true;
}

void tls_front_drop(struct tls_front *front, unsigned local_port)
{
	if (local_port < PORTS && front->by_port[local_port])
		tls_join_drop(front->by_port[local_port]);
}

void tls_front_facts(const struct tls_front *front,
		     struct tls_front_facts *facts)
{
	*facts = front->facts;
}
