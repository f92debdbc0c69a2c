/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* close_range */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "module/supervisor_private.h"

enum { SOCKET_BYTES = 1 << 20 };

/* Between fork and exec: nothing that could wait for a lock. */
static void become_engine(const char *path, int fd, pid_t parent)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	if (fd != PIPE_FD)
		dup2(fd, PIPE_FD); /* without its CLOEXEC */
	close_range(PIPE_FD + 1, ~0U, 0);
	execl(path, path, (char *)NULL);
	_exit(127);
}

static void enlarge(int fd)
{
	int bytes = SOCKET_BYTES;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
}

static bool fork_engine(struct supervisor *supervisor)
{
	pid_t parent = getpid();
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return false;

	enlarge(pair[0]);
	enlarge(pair[1]);
	supervisor->pid = fork();
	if (supervisor->pid == 0)
		become_engine(supervisor->engine, pair[1], parent);
	close(pair[1]);
	supervisor->fd = pair[0];
	if (supervisor->pid > 0)
		return true;

	supervisor->pid = 0;
	close(pair[0]);
	supervisor->fd = -1;
	return false;
}

bool supervisor_send_packet(struct supervisor *supervisor, const char *packet,
			    size_t bytes)
{
	uint64_t end_ms = clock_ms() + SUPERVISOR_HANG_MS;

	while (send(supervisor->fd, packet, bytes,
		    MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
		struct pollfd wait = { .fd = supervisor->fd,
				       .events = POLLOUT };

		if ((errno != EAGAIN && errno != EINTR) || clock_ms() >= end_ms)
			return false;
		poll(&wait, 1, 100);
	}
	return true;
}

static bool send_message(struct supervisor *supervisor,
			 const struct pipe_message *message)
{
	char packet[PIPE_BYTES_MAX];
	size_t bytes = pipe_write(packet, message);

	return bytes && supervisor_send_packet(supervisor, packet, bytes);
}

bool supervisor_send(struct supervisor *supervisor, enum pipe_kind kind)
{
	const struct pipe_message message = { .kind = kind };

	return send_message(supervisor, &message);
}

static void repeat(const char *packet, size_t bytes, void *arg)
{
	supervisor_send_packet(arg, packet, bytes);
}

bool supervisor_spawn(struct supervisor *supervisor)
{
	bool sent = true;

	supervisor->ready = false;
	if (!fork_engine(supervisor)) {
		supervisor_say(supervisor, LOG_LEVEL_ERROR,
			       "cannot start %s: %s", supervisor->engine,
			       strerror(errno));
		return false;
	}

	supervisor->started_ms = supervisor->heard_ms = clock_ms();
	for (size_t i = 0; sent && i < supervisor->line_count; i++) {
		const struct pipe_message message = {
			.kind = PIPE_DIRECTIVE,
			.number = (int64_t)i + 1,
			.texts = { supervisor->lines[i].name,
				   supervisor->lines[i].value },
		};

		sent = send_message(supervisor, &message);
	}
	if (sent)
		keep_each(supervisor->keep, clock_now(), repeat, supervisor);
	return sent;
}

static void say_end(const struct supervisor *supervisor, int status)
{
	enum log_level level =
		supervisor->stopping ? LOG_LEVEL_INFO : LOG_LEVEL_WARN;

	if (WIFSIGNALED(status))
		supervisor_say(supervisor, level,
			       "engine ended pid=%d signal=%d",
			       (int)supervisor->pid, WTERMSIG(status));
	else if (WEXITSTATUS(status) == 127)
		supervisor_say(supervisor, LOG_LEVEL_ERROR,
			       "engine cannot be run path=%s",
			       supervisor->engine);
	else
		supervisor_say(supervisor, level,
			       "engine ended pid=%d status=%d",
			       (int)supervisor->pid, WEXITSTATUS(status));
}

void supervisor_bury(struct supervisor *supervisor, unsigned grace_ms)
{
	uint64_t end_ms = clock_ms() + grace_ms;
	int status = 0;

	if (supervisor->fd >= 0)
		close(supervisor->fd);
	supervisor->fd = -1;
	for (size_t i = 0; i < SUPERVISOR_ASKED_MAX; i++) {
		if (supervisor->asked[i].fd >= 0)
			close(supervisor->asked[i].fd);
		supervisor->asked[i].fd = -1;
	}
	if (!supervisor->pid)
		return;

	while (waitpid(supervisor->pid, &status, WNOHANG) == 0) {
		if (clock_ms() >= end_ms) {
			kill(supervisor->pid, SIGKILL);
			waitpid(supervisor->pid, &status, 0);
			break;
		}
		poll(NULL, 0, 5);
	}
	say_end(supervisor, status);
	supervisor->pid = 0;
}
