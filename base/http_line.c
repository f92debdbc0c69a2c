/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/http_private.h"

struct http_socket {
	LIST_ENTRY(http_socket) in_line;
	struct http_line *line;
	struct fd_watch *watch;
	curl_socket_t fd;
};

/*
 * Lets curl work; then tells what is to be told. The line may be gone after
 * this.
 */
static void work(struct http_line *line, curl_socket_t fd, int mask)
{
	const CURLMsg *message;
	int running;
	int left;

	line->busy = true;
	curl_multi_socket_action(line->multi, fd, mask, &running);

	while ((message = curl_multi_info_read(line->multi, &left))) {
		struct http_request *request = NULL;
		CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
				  &request);
		http_finished(request, code);
	}

	line->busy = false;
	http_line_let_go(line);
	http_deliver_ready();
}

static void on_fd(unsigned events, void *arg)
{
	const struct http_socket *socket = arg;
	int mask = 0;

	if (events & FD_READ)
		mask |= CURL_CSELECT_IN;
	if (events & FD_WRITE)
		mask |= CURL_CSELECT_OUT;
	if (events & FD_HANGUP)
		mask |= CURL_CSELECT_ERR;
	work(socket->line, socket->fd, mask);
}

static void on_timer(void *arg)
{
	work(arg, CURL_SOCKET_TIMEOUT, 0);
}

static void socket_free(struct http_socket *socket)
{
	fd_watch_free(&socket->watch);
	LIST_REMOVE(socket, in_line);
	free(socket);
}

static struct http_socket *socket_new(struct http_line *line, curl_socket_t fd)
{
	struct http_socket *socket = x_new(struct http_socket);

	socket->line = line;
	socket->fd = fd;
	LIST_INSERT_HEAD(&line->sockets, socket, in_line);
	curl_multi_assign(line->multi, fd, socket);
	return socket;
}

static int on_curl_socket(CURL *easy, curl_socket_t fd, int what, void *arg,
			  void *mine)
{
	struct http_socket *socket = mine;
	unsigned events = 0;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (socket)
			socket_free(socket);
		return 0;
	}

	if (what & CURL_POLL_IN)
		events |= FD_READ;
	if (what & CURL_POLL_OUT)
		events |= FD_WRITE;

	if (!socket)
		socket = socket_new(arg, fd);
	if (socket->watch)
		fd_watch_change(socket->watch, events);
	else
		socket->watch = fd_watch_new(fd, events, on_fd, socket);
	return 0;
}

static int on_curl_timer(CURLM *multi, long wait_ms, void *arg)
{
	struct http_line *line = arg;

	(void)multi;
	if (wait_ms < 0)
		timer_stop(&line->timer);
	else
		timer_start_ms(&line->timer, (uint64_t)wait_ms, on_timer, line);
	return 0;
}

struct http_line *http_line_new(struct http_origin *origin)
{
	struct http_line *line = x_new(struct http_line);

	line->origin = origin;
	LIST_INIT(&line->sockets);
	line->multi = x_or_die(curl_multi_init());
	curl_multi_setopt(line->multi, CURLMOPT_SOCKETFUNCTION, on_curl_socket);
	curl_multi_setopt(line->multi, CURLMOPT_SOCKETDATA, line);
	curl_multi_setopt(line->multi, CURLMOPT_TIMERFUNCTION, on_curl_timer);
	curl_multi_setopt(line->multi, CURLMOPT_TIMERDATA, line);
	curl_multi_setopt(line->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
	return line;
}

void http_line_free(struct http_line **linep)
{
	struct http_line *line = *linep;
	struct http_socket *socket;

	if (!line)
		return;

	curl_multi_setopt(line->multi, CURLMOPT_SOCKETFUNCTION, NULL);
	curl_multi_setopt(line->multi, CURLMOPT_TIMERFUNCTION, NULL);
	while ((socket = LIST_FIRST(&line->sockets)))
		socket_free(socket);
	timer_stop(&line->timer);
	curl_multi_cleanup(line->multi);
	free(line);
	*linep = NULL;
}

void http_line_add(struct http_line *line, struct http_request *request)
{
	request->line = line;
	line->running++;
	curl_multi_add_handle(line->multi, request->easy);
}

void http_line_remove(struct http_request *request)
{
	struct http_line *line = request->line;

	if (!line)
		return;

	curl_multi_remove_handle(line->multi, request->easy);
	request->line = NULL;
	line->running--;
	http_line_let_go(line);
}
