/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <netdb.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/loop.h"
#include "base/ping.h"

struct ping {
	int fd;
	bool six;
	struct fd_watch *watch;
	struct timer timer;
	ping_h *done;
	void *arg;
};

static void over(struct ping *ping, bool answered)
{
	timer_stop(&ping->timer);
	fd_watch_free(&ping->watch);
	ping->done(answered, ping->arg);
}

static void on_silence(void *arg)
{
	over(arg, false);
}

/* The kernel hands us answers to our own requests only. */
static void on_readable(unsigned events, void *arg)
{
	struct ping *ping = arg;
	unsigned char text[512];
	ssize_t len = recv(ping->fd, text, sizeof(text), 0);

	(void)events;
	if (len < 0)
		over(ping, false);
	else if (len > 0 &&
		 text[0] == (ping->six ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY))
		over(ping, true);
}

/* Identifier and checksum are the kernel's. */
static bool request(const struct ping *ping, const struct addrinfo *to)
{
	const struct icmp6_hdr six = { .icmp6_type = ICMP6_ECHO_REQUEST };
	const struct icmphdr four = { .type = ICMP_ECHO };

	if (connect(ping->fd, to->ai_addr, to->ai_addrlen))
		return false;
	return ping->six ? send(ping->fd, &six, sizeof(six), 0) > 0
			 : send(ping->fd, &four, sizeof(four), 0) > 0;
}

static struct ping *start(const struct addrinfo *to, unsigned timeout_ms,
			  ping_h *done, void *arg)
{
	bool six = to->ai_family == AF_INET6;
	int fd =
		socket(to->ai_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		       six ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
	struct ping *ping;

	if (fd < 0)
		return NULL;

	ping = x_new(struct ping);
	ping->fd = fd;
	ping->six = six;
	ping->done = done;
	ping->arg = arg;
	if (request(ping, to))
		ping->watch = fd_watch_new(fd, FD_READ, on_readable, ping);
	else
		timeout_ms = 0;
	timer_start_ms(&ping->timer, timeout_ms, on_silence, ping);
	return ping;
}

struct ping *ping_new(const char *address, unsigned timeout_ms, ping_h *done,
		      void *arg)
{
	const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST,
					.ai_socktype = SOCK_DGRAM };
	struct addrinfo *found;
	struct ping *ping;

	if (getaddrinfo(address, NULL, &hints, &found))
		return NULL;
	ping = start(found, timeout_ms, done, arg);
	freeaddrinfo(found);
	return ping;
}

void ping_free(struct ping **pingp)
{
	struct ping *ping = *pingp;

	if (!ping)
		return;
	timer_stop(&ping->timer);
	fd_watch_free(&ping->watch);
	close(ping->fd);
	free(ping);
	*pingp = NULL;
}
