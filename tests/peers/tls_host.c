/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The TLS front with a stack behind it that is small enough to see through:
 * it answers a ping as RFC 5626 wants, "WHO" with what the front says of the
 * connection, and anything else with the same. For tls_peers.
 *
 *   tls_host CERTIFICATES KEYS TRUST HANDSHAKES HANDSHAKE_S IDLE_S PER_SOURCE
 *   -> port 40001 stack 40002
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/loop.h"
#include "sip/tls_front.h"

enum { ARGUMENTS = 8, PIECE = 4096 };

struct guest {
	int fd;
	unsigned port;
	struct fd_watch *watch;
};

static struct tls_front *front;
static int listener;

static unsigned number(const char *text)
{
	return (unsigned)strtoul(text, NULL, 10);
}

static void guest_over(struct guest *guest)
{
	fd_watch_free(&guest->watch);
	close(guest->fd);
	free(guest);
}

static void answer(const struct guest *guest, const char *data, size_t len)
{
	struct tls_front_source source;
	char text[512] = "not ours";

	if (len == 4 && !memcmp(data, "\r\n\r\n", 4)) {
		send(guest->fd, "\r\n", 2, MSG_NOSIGNAL);
		return;
	}

	if (len != 3 || memcmp(data, "WHO", 3) != 0) {
		send(guest->fd, data, len, MSG_NOSIGNAL);
		return;
	}

	if (tls_front_source(front, guest->port, &source))
		snprintf(text, sizeof(text), "%s %u %s", source.address,
			 source.port, source.certificate);
	send(guest->fd, text, strlen(text), MSG_NOSIGNAL);
}

static void on_guest(unsigned events, void *arg)
{
	struct guest *guest = arg;
	char data[PIECE];
	ssize_t len = recv(guest->fd, data, sizeof(data), 0);

	(void)events;
	if (len <= 0)
		guest_over(guest);
	else
		answer(guest, data, (size_t)len);
}

static void on_listener(unsigned events, void *arg)
{
	struct sockaddr_in from = { .sin_port = 0 };
	socklen_t size = sizeof(from);
	union {
		struct sockaddr_in *in;
		struct sockaddr *any;
	} at = { .in = &from };
	struct guest *guest = x_new(struct guest);

	(void)events;
	(void)arg;
	guest->fd = accept(listener, at.any, &size);
	guest->port = ntohs(from.sin_port);
	guest->watch = fd_watch_new(guest->fd, FD_READ, on_guest, guest);
}

static unsigned listen_any(void)
{
	struct sockaddr_in name = { .sin_family = AF_INET,
				    .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t size = sizeof(name);
	union {
		struct sockaddr_in *in;
		struct sockaddr *any;
	} at = { .in = &name };

	listener = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(listener, at.any, size) || listen(listener, 512))
		return 0;
	getsockname(listener, at.any, &size);
	return ntohs(name.sin_port);
}

int main(int argc, char **argv)
{
	struct tls_front_settings settings = { .address = "127.0.0.1" };
	struct why why;

	if (argc != ARGUMENTS || loop_open(NULL, &why))
		return 2;

	settings.stack_port = listen_any();
	settings.files.certificate = argv[1];
	settings.files.key = argv[2];
	settings.files.client_trust = argv[3];
	settings.handshakes = number(argv[4]);
	settings.handshake_s = number(argv[5]);
	settings.idle_s = number(argv[6]);
	settings.per_source = number(argv[7]);
	if (tls_front_new(&front, &settings, &why)) {
		fprintf(stderr, "%s\n", why.text);
		return 1;
	}

	fd_watch_new(listener, FD_READ, on_listener, NULL);
	printf("port %u stack %u\n", tls_front_port(front),
	       settings.stack_port);
	fflush(stdout);
	loop_run();
	return 0;
}
