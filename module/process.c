/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* setresuid */
#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "module/process.h"

enum err process_become(const char *name, struct why *why)
{
	const struct passwd *user;

	if (!*name)
		return ERR_OK;

	user = getpwnam(name);
	if (!user)
		return why_set(why, ERR_CONFIG,
			       "user = %s: there is no such user", name);
	if (geteuid() == user->pw_uid)
		return ERR_OK;
	if (initgroups(name, user->pw_gid) ||
	    setresgid(user->pw_gid, user->pw_gid, user->pw_gid) ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid))
		return why_set(why, ERR_CONFIG, "user = %s: %s", name,
			       strerror(errno));
	return ERR_OK;
}

enum err process_write_pid(const char *path, struct why *why)
{
	FILE *out;
	int failed;

	if (!*path)
		return ERR_OK;

	out = fopen(path, "we");
	failed = !out || fprintf(out, "%ld\n", (long)getpid()) < 0;
	if (out && fclose(out))
		failed = 1;
	return failed ? why_set(why, ERR_CONFIG, "pid_file = %s: %s", path,
				strerror(errno))
		      : ERR_OK;
}

void process_shuffle(void)
{
	unsigned seed;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
		seed = (unsigned)clock_ms() ^ (unsigned)getpid();
	srand(seed);
}

void process_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t len = path ? strlen(path) : 0;
	int fd;

	if (!len || len >= sizeof(to.sun_path))
		return;

	memcpy(to.sun_path, path, len);
	if (*path == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, state, strlen(state), MSG_NOSIGNAL,
	       (const struct sockaddr *)&to,
	       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}

void process_notify_reloading(void)
{
	char state[80];

	snprintf(state, sizeof(state),
		 "RELOADING=1\nMONOTONIC_USEC=%" PRIu64 "000", clock_ms());
	process_notify(state);
}

int process_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int process_next_signal(int fd)
{
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return 0;
	return (int)info.ssi_signo;
}
