/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/loop.h"
#include "sip/udp_share.h"

enum {
	FD_SEARCHED = 4096,
	BUFFER_BYTES = 16 << 20,
	ANSWER_BYTES = 1280, /* what the kernel reckons for a usual one */
	TURNS = 4,           /* batches of one turn */
	OURS = 1,            /* our place among the sockets of the port */
};

struct udp_share {
	int fd;
	unsigned room;
	struct fd_watch *watch;
	udp_share_h *handler;
	void *arg;
	struct iovec parts[UDP_SHARE_BATCH];
	struct mmsghdr messages[UDP_SHARE_BATCH];
	char bytes[UDP_SHARE_BATCH][UDP_SHARE_BYTES_MAX];
};

bool udp_address_read(union udp_address *to, const char *uri)
{
	const char *host = strchr(uri, ':') ? strchr(uri, ':') + 1 : uri;
	bool v6 = *host == '[';
	size_t len = strcspn(host + v6, v6 ? "]" : ":");
	const char *port = host + v6 + len + v6;
	char text[INET6_ADDRSTRLEN];

	*to = (union udp_address){ .v4.sin_family = AF_INET };
	if (len >= sizeof(text) || (v6 && host[1 + len] != ']') || *port != ':')
		return false;

	memcpy(text, host + v6, len);
	text[len] = '\0';
	if (!v6) {
		to->v4.sin_port = htons((uint16_t)strtoul(port + 1, NULL, 10));
		return inet_pton(AF_INET, text, &to->v4.sin_addr) == 1;
	}

	*to = (union udp_address){ .v6.sin6_family = AF_INET6 };
	to->v6.sin6_port = htons((uint16_t)strtoul(port + 1, NULL, 10));
	return inet_pton(AF_INET6, text, &to->v6.sin6_addr) == 1;
}

static bool is_at(const union udp_address *at, const char *host, unsigned port)
{
	char text[INET6_ADDRSTRLEN] = "";
	bool v6 = at->any.sa_family == AF_INET6;
	const void *address = v6 ? (const void *)&at->v6.sin6_addr
				 : (const void *)&at->v4.sin_addr;

	if (at->any.sa_family != AF_INET && !v6)
		return false;

	inet_ntop(at->any.sa_family, address, text, sizeof(text));
	return !strcmp(text, host) &&
	       ntohs(v6 ? at->v6.sin6_port : at->v4.sin_port) == port;
}

/* The stack's; it tells nobody which descriptor it has. */
static int find_socket(union udp_address *at, socklen_t *len, const char *host,
		       unsigned port)
{
	for (int fd = 0; fd < FD_SEARCHED; fd++) {
		int type = 0;
		socklen_t size = sizeof(type);

		*len = sizeof(*at);
		if (!getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) &&
		    type == SOCK_DGRAM && !getsockname(fd, &at->any, len) &&
		    is_at(at, host, port))
			return fd;
	}

	return -1;
}

/* The place of the socket for a datagram: 1 for "SIP/2.0 ", else 0. */
static bool sort_answers(int fd)
{
	struct sock_filter code[] = {
		{ BPF_LD | BPF_W | BPF_ABS, 0, 0, 0 },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 3, 0x5349502f }, /* SIP/ */
		{ BPF_LD | BPF_W | BPF_ABS, 0, 0, 4 },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0x322e3020 }, /* 2.0_ */
		{ BPF_RET | BPF_K, 0, 0, OURS },
		{ BPF_RET | BPF_K, 0, 0, 0 },
	};
	struct sock_fprog program = {
		.len = sizeof(code) / sizeof(code[0]),
		.filter = code,
	};

	return !setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program,
			   sizeof(program));
}

/* As much as we may have; what we got says how many answers can wait. */
static unsigned make_room(int fd)
{
	int bytes = BUFFER_BYTES;
	socklen_t size = sizeof(bytes);

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, size))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, size);
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, size))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, size);
	getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, &size);
	return (unsigned)bytes / ANSWER_BYTES;
}

static int open_beside(const char *host, unsigned port)
{
	union udp_address at;
	socklen_t len;
	int on = 1, stack = find_socket(&at, &len, host, port), fd;

	if (stack < 0)
		return -1;

	fd = socket(at.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		    0);
	if (fd < 0)
		return -1;

	if (at.any.sa_family == AF_INET6) {
		int only = 0;
		socklen_t size = sizeof(only);

		getsockopt(stack, IPPROTO_IPV6, IPV6_V6ONLY, &only, &size);
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, size);
	}
	if (!setsockopt(stack, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) &&
	    !setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) &&
	    !bind(fd, &at.any, len) && sort_answers(stack))
		return fd;

	close(fd);
	return -1;
}

static int receive(struct udp_share *share)
{
	for (size_t i = 0; i < UDP_SHARE_BATCH; i++) {
		share->parts[i] =
			(struct iovec){ share->bytes[i], UDP_SHARE_BYTES_MAX };
		share->messages[i].msg_hdr =
			(struct msghdr){ .msg_iov = &share->parts[i],
					 .msg_iovlen = 1 };
	}

	return recvmmsg(share->fd, share->messages, UDP_SHARE_BATCH,
			MSG_DONTWAIT, NULL);
}

static void on_readable(unsigned events, void *arg)
{
	struct udp_share *share = arg;
	int count = UDP_SHARE_BATCH;

	(void)events;
	for (int turn = 0; turn < TURNS && count == UDP_SHARE_BATCH; turn++) {
		count = receive(share);
		for (int i = 0; share->handler && i < count; i++)
			share->handler(share->bytes[i],
				       share->messages[i].msg_len, share->arg);
	}
}

struct udp_share *udp_share_new(const char *host, unsigned port)
{
	int fd = open_beside(host, port);
	struct udp_share *share;

	if (fd < 0) {
		log_info("the stack reads answers to NOTIFY itself, which is "
			 "slower",
			 KV("address", host));
		return NULL;
	}

	share = x_new(struct udp_share);
	share->fd = fd;
	share->room = make_room(fd);
	share->watch = fd_watch_new(fd, FD_READ, on_readable, share);
	return share;
}

void udp_share_free(struct udp_share **sharep)
{
	struct udp_share *share = *sharep;

	*sharep = NULL;
	if (!share)
		return;

	fd_watch_free(&share->watch);
	close(share->fd);
	free(share);
}

void udp_share_listen(struct udp_share *share, udp_share_h *h, void *arg)
{
	share->handler = h;
	share->arg = arg;
}

unsigned udp_share_room(const struct udp_share *share)
{
	return share->room;
}

static socklen_t length_of(const union udp_address *to)
{
	return to->any.sa_family == AF_INET6 ? sizeof(to->v6) : sizeof(to->v4);
}

void udp_share_send(struct udp_share *share, const struct datagram *datagrams,
		    unsigned count)
{
	struct mmsghdr messages[UDP_SHARE_BATCH];
	struct iovec parts[UDP_SHARE_BATCH];
	union udp_address to[UDP_SHARE_BATCH];
	char *data;

	for (unsigned i = 0; i < count; i++) {
		memcpy(&data, &datagrams[i].data, sizeof(data));
		parts[i] = (struct iovec){ data, datagrams[i].len };
		to[i] = *datagrams[i].to;
		messages[i] = (struct mmsghdr){
			.msg_hdr = { .msg_name = &to[i],
				     .msg_namelen = length_of(&to[i]),
				     .msg_iov = &parts[i],
				     .msg_iovlen = 1 },
		};
	}

	/* One that cannot be sent at all must not keep the rest. */
	for (unsigned i = 0; i < count;) {
		int sent = sendmmsg(share->fd, messages + i, count - i,
				    MSG_DONTWAIT | MSG_NOSIGNAL);

		if (sent < 0 && (errno == EAGAIN || errno == ENOBUFS))
			return;
		i += sent > 0 ? (unsigned)sent : 1;
	}
}
