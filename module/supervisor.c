/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* MSG_CMSG_CLOEXEC */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "module/supervisor_private.h"

enum { ROUND_MAX = 64 }; /* packets taken from one side before the other */

void supervisor_say(const struct supervisor *supervisor, enum log_level level,
		    const char *fmt, ...)
{
	char line[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	supervisor->handlers.log((int)level, line, supervisor->handlers.arg);
}

struct supervisor *supervisor_new(const char *engine,
				  const struct supervisor_handlers *handlers)
{
	struct supervisor *supervisor = x_new(struct supervisor);
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair)) {
		free(supervisor);
		return NULL;
	}
	supervisor->bell_in = pair[0];
	supervisor->bell_out = pair[1];
	supervisor->engine = x_strdup(engine);
	supervisor->handlers = *handlers;
	supervisor->keep = keep_new();
	supervisor->fd = supervisor->signals = -1;
	for (size_t i = 0; i < SUPERVISOR_ASKED_MAX; i++)
		supervisor->asked[i].fd = -1;
	return supervisor;
}

void supervisor_free(struct supervisor **supervisorp)
{
	struct supervisor *supervisor = *supervisorp;

	*supervisorp = NULL;
	if (!supervisor)
		return;

	close(supervisor->bell_in);
	close(supervisor->bell_out);
	for (size_t i = 0; i < supervisor->line_count; i++) {
		free(supervisor->lines[i].name);
		free(supervisor->lines[i].value);
	}
	free(supervisor->lines);
	keep_free(&supervisor->keep);
	free(supervisor->engine);
	free(supervisor);
}

void supervisor_directive(struct supervisor *supervisor, const char *name,
			  const char *value)
{
	size_t size = (supervisor->line_count + 1) * sizeof(*supervisor->lines);

	supervisor->lines = x_realloc(supervisor->lines, size);
	supervisor->lines[supervisor->line_count++] = (struct directive_line){
		.name = x_strdup(name),
		.value = x_strdup(value),
	};
}

/* The next packet as a message; false: none, or what was no message. */
static bool receive(struct supervisor *supervisor, char packet[PIPE_BYTES_MAX],
		    struct pipe_message *message, bool *overp)
{
	ssize_t bytes =
		recv(supervisor->fd, packet, PIPE_BYTES_MAX, MSG_DONTWAIT);
	struct why why;

	*overp = bytes == 0 || (bytes < 0 && errno != EAGAIN && errno != EINTR);
	if (bytes <= 0)
		return false;
	if (!pipe_read(message, PIPE_WAY_UP, packet, (size_t)bytes, &why))
		return true;

	supervisor_say(supervisor, LOG_LEVEL_ERROR, "engine talks nonsense: %s",
		       why.text);
	*overp = true;
	return false;
}

static bool judge(struct supervisor *supervisor, bool *goodp)
{
	char packet[PIPE_BYTES_MAX];
	struct pipe_message message;
	struct pollfd wait = { .fd = supervisor->fd, .events = POLLIN };
	bool over;

	if (poll(&wait, 1, SUPERVISOR_BEGIN_MS) == 0)
		return false;
	if (!receive(supervisor, packet, &message, &over))
		return !over;

	*goodp = message.kind == PIPE_GOOD;
	if (message.kind == PIPE_WRONG)
		supervisor->handlers.take(&message, supervisor->handlers.arg);
	return !*goodp;
}

bool supervisor_check(struct supervisor *supervisor)
{
	bool good = false;

	supervisor->stopping = true; /* that it ends is no news */
	if (supervisor_spawn(supervisor) &&
	    supervisor_send(supervisor, PIPE_CHECK))
		while (judge(supervisor, &good))
			;
	supervisor_bury(supervisor, SUPERVISOR_GRACE_MS);
	supervisor->stopping = false;
	return good;
}

static struct asked *asked_of(struct supervisor *supervisor, uint32_t id)
{
	for (size_t i = 0; i < SUPERVISOR_ASKED_MAX; i++)
		if (supervisor->asked[i].fd >= 0 &&
		    supervisor->asked[i].id == id)
			return &supervisor->asked[i];

	return NULL;
}

static struct asked *free_place(struct supervisor *supervisor)
{
	for (size_t i = 0; i < SUPERVISOR_ASKED_MAX; i++)
		if (supervisor->asked[i].fd < 0)
			return &supervisor->asked[i];

	return NULL;
}

static void let_go(struct asked *asked)
{
	close(asked->fd);
	asked->fd = -1;
}

/* Who asked and does not read has to do without the rest. */
static void pass_answer(struct supervisor *supervisor,
			const struct pipe_message *message)
{
	struct asked *asked = asked_of(supervisor, message->id);
	size_t bytes = pipe_write(supervisor->out, message);

	if (!asked)
		return;
	if (send(asked->fd, supervisor->out, bytes,
		 MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ||
	    message->kind == PIPE_ANSWER)
		let_go(asked);
}

static void on_ready(struct supervisor *supervisor)
{
	supervisor->ready = true;
	supervisor_say(supervisor, LOG_LEVEL_INFO,
		       "engine ready pid=%d after_ms=%u starts=%u",
		       (int)supervisor->pid,
		       (unsigned)(clock_ms() - supervisor->started_ms),
		       supervisor->starts);
}

static void take(struct supervisor *supervisor,
		 const struct pipe_message *message)
{
	enum pipe_kind kind = message->kind;

	if (kind == PIPE_READY)
		on_ready(supervisor);
	else if (kind == PIPE_PART || kind == PIPE_ANSWER)
		pass_answer(supervisor, message);
	else if (kind == PIPE_PUBLISHED)
		keep_put(supervisor->keep, message);
	else if (kind != PIPE_PONG)
		supervisor->handlers.take(message, supervisor->handlers.arg);
}

/* False: the engine is gone. */
static bool hear(struct supervisor *supervisor)
{
	char packet[PIPE_BYTES_MAX];
	struct pipe_message message;
	bool over = false;

	for (int i = 0; i < ROUND_MAX; i++) {
		if (!receive(supervisor, packet, &message, &over))
			break;
		supervisor->heard_ms = clock_ms();
		take(supervisor, &message);
	}
	if (!over && supervisor->ready)
		supervisor->handlers.alive(supervisor->handlers.arg);
	return !over;
}

static int fd_of(const struct msghdr *header)
{
	const struct cmsghdr *control = CMSG_FIRSTHDR(header);
	int fd = -1;

	if (control && control->cmsg_level == SOL_SOCKET &&
	    control->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(control), sizeof(fd));
	return fd;
}

/* Without an engine nobody answers: the other side sees it closed. */
static void pass_command(struct supervisor *supervisor,
			 struct pipe_message *message, int fd)
{
	struct asked *asked = free_place(supervisor);

	if (!asked || !supervisor->ready) {
		close(fd);
		return;
	}

	if (!++supervisor->last_id)
		supervisor->last_id = 1;
	*asked = (struct asked){ .fd = fd, .id = supervisor->last_id };
	message->id = asked->id;
	if (!supervisor_send_packet(supervisor, supervisor->out,
				    pipe_write(supervisor->out, message)))
		let_go(asked);
}

static void pass_down(struct supervisor *supervisor,
		      struct pipe_message *message, int fd)
{
	if (message->kind == PIPE_COMMAND && fd >= 0) {
		pass_command(supervisor, message, fd);
		return;
	}

	if (fd >= 0)
		close(fd);
	if (!keep_wants(message->kind))
		return;
	if (supervisor->fd >= 0)
		supervisor_send_packet(supervisor, supervisor->out,
				       pipe_write(supervisor->out, message));
	keep_put(supervisor->keep, message);
}

static void answer_bell(struct supervisor *supervisor)
{
	char packet[PIPE_BYTES_MAX];
	char control[CMSG_SPACE(sizeof(int))];

	for (int i = 0; i < ROUND_MAX; i++) {
		struct iovec part = { .iov_base = packet,
				      .iov_len = sizeof(packet) };
		struct msghdr header = { .msg_iov = &part,
					 .msg_iovlen = 1,
					 .msg_control = control,
					 .msg_controllen = sizeof(control) };
		ssize_t bytes = recvmsg(supervisor->bell_in, &header,
					MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		struct pipe_message message;

		if (bytes <= 0)
			return;
		if (!pipe_read(&message, PIPE_WAY_DOWN, packet, (size_t)bytes,
			       NULL))
			pass_down(supervisor, &message, fd_of(&header));
	}
}

static void begin(struct supervisor *supervisor)
{
	supervisor->starts++;
	if (!supervisor_spawn(supervisor) ||
	    !supervisor_send(supervisor, PIPE_START))
		supervisor->heard_ms = 0;
	supervisor->ping_ms = clock_ms() + SUPERVISOR_PING_MS;
}

unsigned supervisor_wait_ms(unsigned last_ms, uint64_t lived_ms, bool ready)
{
	unsigned longest_ms =
		ready ? SUPERVISOR_LONGEST_READY_MS : SUPERVISOR_LONGEST_MS;
	unsigned wait_ms = 2 * last_ms;

	if (!last_ms || lived_ms > SUPERVISOR_WELL_MS)
		wait_ms = SUPERVISOR_FIRST_MS;
	return wait_ms < longest_ms ? wait_ms : longest_ms;
}

static void give_up(struct supervisor *supervisor, unsigned grace_ms)
{
	uint64_t lived_ms = clock_ms() - supervisor->started_ms;

	supervisor->wait_ms = supervisor_wait_ms(supervisor->wait_ms, lived_ms,
						 supervisor->ready);
	supervisor_bury(supervisor, grace_ms);
	supervisor->again_ms = clock_ms() + supervisor->wait_ms;
	supervisor_say(supervisor, LOG_LEVEL_WARN,
		       "engine is started again in_ms=%u", supervisor->wait_ms);
}

/* Pings when it is time to; gives up on who did not answer. */
static void look_after(struct supervisor *supervisor)
{
	unsigned patience_ms =
		supervisor->ready ? SUPERVISOR_HANG_MS : SUPERVISOR_BEGIN_MS;
	uint64_t now_ms = clock_ms();

	if (supervisor->fd < 0) {
		if (now_ms >= supervisor->again_ms)
			begin(supervisor);
		return;
	}
	if (now_ms - supervisor->heard_ms > patience_ms) {
		supervisor_say(supervisor, LOG_LEVEL_ERROR,
			       "engine hangs pid=%d", (int)supervisor->pid);
		give_up(supervisor, 0);
		return;
	}
	if (now_ms < supervisor->ping_ms)
		return;

	supervisor->ping_ms = now_ms + SUPERVISOR_PING_MS;
	if (supervisor->ready && !supervisor_send(supervisor, PIPE_PING))
		give_up(supervisor, 0);
}

static void take_signals(struct supervisor *supervisor)
{
	struct signalfd_siginfo info;

	while (read(supervisor->signals, &info, sizeof(info)) ==
	       (ssize_t)sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			supervisor->stopping = true;
}

static void open_signals(struct supervisor *supervisor)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, &set, NULL);
	supervisor->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void run_round(struct supervisor *supervisor)
{
	struct pollfd waits[] = {
		{ .fd = supervisor->signals, .events = POLLIN },
		{ .fd = supervisor->bell_in, .events = POLLIN },
		{ .fd = supervisor->fd, .events = POLLIN },
	};

	if (poll(waits, 3, 50) < 0)
		return;
	if (waits[0].revents)
		take_signals(supervisor);
	if (waits[1].revents)
		answer_bell(supervisor);
	if (supervisor->fd >= 0 && waits[2].revents && !hear(supervisor))
		give_up(supervisor, SUPERVISOR_GRACE_MS);
	look_after(supervisor);
}

void supervisor_run(struct supervisor *supervisor)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	open_signals(supervisor);
	while (!supervisor->stopping && getppid() != 1)
		run_round(supervisor);
	supervisor_bury(supervisor, SUPERVISOR_GRACE_MS);
	close(supervisor->signals);
	supervisor->signals = -1;
}
