/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* accept4, struct ucred */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/loop.h"
#include "module/admin.h"
#include "module/control.h"

struct client {
	struct control *control;
	int fd;
	struct fd_watch *watch;
	struct timer idle;
	const char *who; /* asks, for the ledger */
	char line[CONTROL_LINE_MAX + 1];
	size_t len;
	struct buf answer;
	size_t sent;
	bool asked;  /* a command is under way */
	bool closed; /* goes when that is answered */
	struct client *next;
};

struct control {
	struct admin *admin;
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	int fd;
	struct fd_watch *watch;
	struct client *clients;
	unsigned client_count;
	char self[ADMIN_WHO_SIZE]; /* the user we run as */
};

static void hang_up(struct client *client)
{
	struct client **place = &client->control->clients;

	if (client->fd >= 0) {
		fd_watch_free(&client->watch);
		close(client->fd);
		client->fd = -1;
		timer_stop(&client->idle);
	}
	client->closed = true;
	if (client->asked)
		return;

	while (*place != client)
		place = &(*place)->next;
	*place = client->next;
	client->control->client_count--;
	buf_free(&client->answer);
	free(client);
}

static void on_idle(void *arg)
{
	hang_up(arg);
}

static void ask_next(struct client *client);

/* What could not be sent yet goes when the client reads on. */
static void send_answer(struct client *client)
{
	size_t rest = client->answer.len - client->sent;
	ssize_t sent = send(client->fd, client->answer.data + client->sent,
			    rest, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (sent < 0 && errno != EAGAIN && errno != EINTR) {
		hang_up(client);
		return;
	}

	client->sent += sent > 0 ? (size_t)sent : 0;
	if (client->sent < client->answer.len) {
		fd_watch_change(client->watch, FD_WRITE);
		return;
	}

	buf_free(&client->answer);
	client->answer = BUF(ADMIN_ANSWER_MAX + 100);
	client->sent = 0;
	fd_watch_change(client->watch, FD_READ);
	ask_next(client);
}

static void on_answer(int exit_code, const char *text, void *arg)
{
	struct client *client = arg;

	client->asked = false;
	if (client->closed) {
		hang_up(client);
		return;
	}

	buf_print(&client->answer, "%d %zu\n", exit_code, strlen(text));
	buf_add(&client->answer, text, strlen(text));
	send_answer(client);
}

/* "text status" */
static void ask(struct client *client, const char *line)
{
	bool json = !strncmp(line, "json ", 5);
	const struct admin_question question = { .line = line + 5,
						 .who = client->who,
						 .json = json };

	if (!json && strncmp(line, "text ", 5) != 0) {
		hang_up(client);
		return;
	}

	client->asked = true;
	fd_watch_change(client->watch, 0);
	admin_command(client->control->admin, &question, on_answer, client);
}

/* The first whole line that has come, if any. */
static void ask_next(struct client *client)
{
	char line[CONTROL_LINE_MAX + 1];
	char *end = memchr(client->line, '\n', client->len);
	size_t len;

	if (!end)
		return;

	len = (size_t)(end - client->line);
	memcpy(line, client->line, len);
	line[len] = '\0';
	client->len -= len + 1;
	memmove(client->line, end + 1, client->len);
	ask(client, line);
}

static void on_client(unsigned events, void *arg)
{
	struct client *client = arg;
	ssize_t len;

	timer_start(&client->idle, CONTROL_IDLE_S, on_idle, client);
	if (events & FD_WRITE) {
		send_answer(client);
		return;
	}

	len = recv(client->fd, client->line + client->len,
		   CONTROL_LINE_MAX - client->len, MSG_DONTWAIT);
	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len <= 0) {
		hang_up(client);
		return;
	}

	client->len += (size_t)len;
	if (client->len == CONTROL_LINE_MAX &&
	    !memchr(client->line, '\n', client->len))
		hang_up(client);
	else
		ask_next(client);
}

/* Who asks, NULL: may not. */
static const char *asker(const struct control *control, int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size))
		return NULL;
	if (peer.uid == 0)
		return "root";
	return peer.uid == geteuid() ? control->self : NULL;
}

/* Once, at the start: a name service may take its time. */
static void find_self(struct control *control)
{
	const struct passwd *entry = getpwuid(geteuid());

	if (entry)
		snprintf(control->self, sizeof(control->self), "%s",
			 entry->pw_name);
	else
		snprintf(control->self, sizeof(control->self), "uid %ld",
			 (long)geteuid());
}

static void on_connect(unsigned events, void *arg)
{
	struct control *control = arg;
	int fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	const char *who = fd < 0 ? NULL : asker(control, fd);
	struct client *client;

	(void)events;
	if (fd < 0)
		return;
	if (control->client_count == CONTROL_CLIENTS_MAX || !who) {
		close(fd);
		return;
	}

	client = x_new(struct client);
	client->control = control;
	client->who = who;
	client->fd = fd;
	client->answer = BUF(ADMIN_ANSWER_MAX + 100);
	client->watch = fd_watch_new(fd, FD_READ, on_client, client);
	client->next = control->clients;
	control->clients = client;
	control->client_count++;
	timer_start(&client->idle, CONTROL_IDLE_S, on_idle, client);
}

/* Somebody answers there: another of us, whose socket is not ours to take. */
static bool in_use(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool answers = fd >= 0 && !connect(fd, (const struct sockaddr *)address,
					   sizeof(*address));

	if (fd >= 0)
		close(fd);
	return answers;
}

/* The umask makes it 0600 from its first moment. */
static enum err listen_at(struct control *control, struct why *why)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	mode_t mask;
	int bound;

	memcpy(address.sun_path, control->path, sizeof(address.sun_path));
	if (in_use(&address))
		return why_set(why, ERR_CONFIG,
			       "control = %s: another daymark answers there",
			       control->path);

	unlink(control->path);
	control->fd =
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mask = umask(0177);
	bound = bind(control->fd, (const struct sockaddr *)&address,
		     sizeof(address));
	umask(mask);
	if (bound || listen(control->fd, CONTROL_CLIENTS_MAX))
		return why_set(why, ERR_CONFIG, "control = %s: %s",
			       control->path, strerror(errno));
	return ERR_OK;
}

enum err control_new(struct control **controlp, const char *path,
		     struct admin *admin, struct why *why)
{
	struct control *control = x_new(struct control);
	enum err err;

	control->admin = admin;
	control->fd = -1;
	find_self(control);
	snprintf(control->path, sizeof(control->path), "%s", path);
	err = listen_at(control, why);
	if (err)
		control_free(&control);
	else
		control->watch =
			fd_watch_new(control->fd, FD_READ, on_connect, control);
	*controlp = control;
	return err;
}

/* Commands under way are never answered, so nobody waits for them here. */
void control_free(struct control **controlp)
{
	struct control *control = *controlp;

	if (!control)
		return;

	while (control->clients) {
		control->clients->asked = false;
		hang_up(control->clients);
	}
	if (control->watch)
		unlink(control->path);
	fd_watch_free(&control->watch);
	if (control->fd >= 0)
		close(control->fd);
	free(control);
	*controlp = NULL;
}
