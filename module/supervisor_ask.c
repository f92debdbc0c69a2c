/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The supervisor as the other processes of the server see it. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "module/supervisor_private.h"

/* fd: goes along, -1 none. */
static bool ring(const struct supervisor *supervisor,
		 const struct pipe_message *message, int fd)
{
	char packet[PIPE_BYTES_MAX];
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { .bytes = "" };
	struct iovec part = { .iov_base = packet };
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };

	part.iov_len = pipe_write(packet, message);
	if (!part.iov_len)
		return false;
	if (fd >= 0) {
		control.align.cmsg_level = SOL_SOCKET;
		control.align.cmsg_type = SCM_RIGHTS;
		control.align.cmsg_len = CMSG_LEN(sizeof(fd));
		header.msg_control = control.bytes;
		header.msg_controllen = sizeof(control.bytes);
		memcpy(CMSG_DATA(&control.align), &fd, sizeof(fd));
	}
	return sendmsg(supervisor->bell_out, &header,
		       MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

bool supervisor_tell(const struct supervisor *supervisor,
		     const struct pipe_message *message)
{
	return ring(supervisor, message, -1);
}

bool supervisor_tell_soon(const struct supervisor *supervisor,
			  const struct pipe_message *message)
{
	uint64_t end_ms = clock_ms() + SUPERVISOR_HANG_MS;

	while (!ring(supervisor, message, -1)) {
		struct pollfd wait = { .fd = supervisor->bell_out,
				       .events = POLLOUT };

		if ((errno != EAGAIN && errno != EINTR && errno != ENOBUFS) ||
		    clock_ms() >= end_ms)
			return false;
		poll(&wait, 1, 100);
	}
	return true;
}

static int no_answer(const char *text, struct why *why)
{
	why_set(why, ERR_TIMEOUT, "%s", text);
	return -1;
}

static int read_answer(int fd, supervisor_answer_h *h, void *arg,
		       struct why *why)
{
	uint64_t end_ms = clock_ms() + SUPERVISOR_ANSWER_MS;
	char packet[PIPE_BYTES_MAX];

	while (clock_ms() < end_ms) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		struct pipe_message message;
		ssize_t bytes;

		if (poll(&wait, 1, (int)(end_ms - clock_ms()) + 1) <= 0)
			continue;
		bytes = recv(fd, packet, sizeof(packet), MSG_DONTWAIT);
		if (bytes < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (bytes <= 0 || pipe_read(&message, PIPE_WAY_UP, packet,
					    (size_t)bytes, NULL))
			return no_answer("the engine is not running", why);
		if (message.kind == PIPE_ANSWER)
			return (int)message.number;
		h(message.texts[0], arg);
	}
	return no_answer("the engine does not answer", why);
}

int supervisor_ask(const struct supervisor *supervisor, const char *line,
		   supervisor_answer_h *h, void *arg, struct why *why)
{
	const struct pipe_message message = { .kind = PIPE_COMMAND,
					      .texts = { line } };
	int pair[2];
	int code;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return no_answer("no descriptor is free", why);

	code = ring(supervisor, &message, pair[1])
		       ? 0
		       : no_answer("the supervisor does not listen", why);
	close(pair[1]);
	if (!code)
		code = read_answer(pair[0], h, arg, why);
	close(pair[0]);
	return code;
}
