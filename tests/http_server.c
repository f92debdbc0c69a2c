/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "tests/http_server.h"

enum { BIG_BYTES = 1 << 20, TEXT_BYTES_MAX = 4000, POOL_BYTES = 1 << 20 };

struct http_server {
	struct MHD_Daemon *daemon;
	pthread_mutex_t lock;
	pthread_cond_t opened;
	int gate_open;
	struct buf arrivals;
	char *told; /* copy of arrivals for the test */
	unsigned crowd, crowd_most, refusals, connections;
};

struct exchange {
	struct buf body;
};

/* Of /stream and /cut. */
struct pieces {
	struct http_server *server;
	int given;
	int cut;
};

static void pass_gate(struct http_server *server, const char *name)
{
	pthread_mutex_lock(&server->lock);
	if (name)
		buf_print(&server->arrivals, "%s ", name);
	if (++server->crowd > server->crowd_most)
		server->crowd_most = server->crowd;
	while (!server->gate_open)
		pthread_cond_wait(&server->opened, &server->lock);
	server->crowd--;
	pthread_mutex_unlock(&server->lock);
}

static enum MHD_Result answer(struct MHD_Connection *connection,
			      unsigned status, struct MHD_Response *response)
{
	enum MHD_Result result =
		MHD_queue_response(connection, status, response);

	MHD_destroy_response(response);
	return result;
}

static struct MHD_Response *text_response(const char *text)
{
	char *copy = x_strdup(text);

	return MHD_create_response_from_buffer(strlen(copy), copy,
					       MHD_RESPMEM_MUST_FREE);
}

static ssize_t next_piece(void *arg, uint64_t at, char *out, size_t max)
{
	static const char *const texts[] = { "first piece", "second piece" };
	struct pieces *pieces = arg;
	const char *text;

	(void)at;
	(void)max;
	if (pieces->given == 2)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (pieces->given == 1 && pieces->cut)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (pieces->given == 1)
		pass_gate(pieces->server, NULL);

	text = texts[pieces->given++];
	memcpy(out, text, strlen(text));
	return (ssize_t)strlen(text);
}

static struct MHD_Response *piece_response(struct http_server *server, int cut)
{
	struct pieces *pieces = x_new(struct pieces);

	pieces->server = server;
	pieces->cut = cut;
	return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1000,
						 next_piece, pieces, free);
}

static struct MHD_Response *header_response(int count, size_t value_bytes)
{
	struct MHD_Response *response = text_response("");
	char *value = x_zalloc(value_bytes + 1);
	char name[20];

	memset(value, 'v', value_bytes);
	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "X-%d", i);
		MHD_add_response_header(response, name, value);
	}
	free(value);
	return response;
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
	const char *value =
		MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);

	return value ? value : "-";
}

static enum MHD_Result echo(struct MHD_Connection *connection,
			    const char *method, const struct exchange *exchange)
{
	struct buf text = BUF(TEXT_BYTES_MAX);
	struct MHD_Response *response;

	buf_print(&text, "%s|%s|%s|%s|%s|%s", method, header(connection, "X-A"),
		  header(connection, "Content-Type"),
		  header(connection, "Expect"),
		  header(connection, "Accept-Encoding"),
		  buf_text(&exchange->body));
	response = text_response(buf_text(&text));
	MHD_add_response_header(response, "X-Answer", "  yes ");
	MHD_add_response_header(response, "Retry-After", "120");
	buf_free(&text);
	return answer(connection, MHD_HTTP_OK, response);
}

/* "Basic ann:secret" */
static enum MHD_Result guarded(struct http_server *server,
			       struct MHD_Connection *connection,
			       const char *want, const char *offers)
{
	struct MHD_Response *response = text_response("for the few");
	char word[40];

	if (strcmp(header(connection, "Authorization"), want) == 0)
		return answer(connection, MHD_HTTP_OK, response);

	pthread_mutex_lock(&server->lock);
	server->refusals++;
	pthread_mutex_unlock(&server->lock);
	while (sscanf(offers, "%39[^,]", word) == 1) {
		MHD_add_response_header(response, "WWW-Authenticate", word);
		offers += strlen(word);
		offers += *offers == ',';
	}
	return answer(connection, MHD_HTTP_UNAUTHORIZED, response);
}

static struct MHD_Response *response_of(struct http_server *server,
					const char *url)
{
	static char big[BIG_BYTES];

	if (strncmp(url, "/gate/", 6) == 0)
		pass_gate(server, url + 6);
	if (strcmp(url, "/stream") == 0 || strcmp(url, "/cut") == 0)
		return piece_response(server, url[1] == 'c');
	if (strcmp(url, "/headers") == 0)
		return header_response(150, 1);
	if (strcmp(url, "/long-header") == 0)
		return header_response(1, 70000);
	if (strcmp(url, "/big") == 0)
		return MHD_create_response_from_buffer(sizeof(big), big,
						       MHD_RESPMEM_PERSISTENT);
	return text_response("hello");
}

static const char basic[] = "Basic YW5uOnNlY3JldA==";

static enum MHD_Result serve(struct http_server *server,
			     struct MHD_Connection *connection, const char *url,
			     const char *method,
			     const struct exchange *exchange)
{
	unsigned status = MHD_HTTP_OK;

	if (strcmp(url, "/echo") == 0)
		return echo(connection, method, exchange);
	if (strcmp(url, "/basic") == 0)
		return guarded(server, connection, basic, "Basic realm=\"x\"");
	if (strcmp(url, "/bearer") == 0)
		return guarded(server, connection, "Bearer secret", "Bearer");
	if (strcmp(url, "/negotiate-or-basic") == 0)
		return guarded(server, connection, basic,
			       "Negotiate,Basic realm=\"x\"");

	sscanf(url, "/status/%u", &status);
	return answer(connection, status, response_of(server, url));
}

/* The signature is the library's: see tools/measure. */
static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection,
				  const char *url, const char *method,
				  const char *version, const char *data,
				  size_t *data_bytes, void **state)
{
	struct exchange *exchange = *state;

	(void)version;
	if (!exchange) {
		exchange = x_new(struct exchange);
		exchange->body = BUF(TEXT_BYTES_MAX);
		*state = exchange;
		return MHD_YES;
	}

	if (*data_bytes > 0) {
		buf_add(&exchange->body, data, *data_bytes);
		*data_bytes = 0;
		return MHD_YES;
	}

	return serve(arg, connection, url, method, exchange);
}

static void on_completed(void *arg, struct MHD_Connection *connection,
			 void **state, enum MHD_RequestTerminationCode code)
{
	struct exchange *exchange = *state;

	(void)arg;
	(void)connection;
	(void)code;
	if (exchange)
		buf_free(&exchange->body);
	free(exchange);
}

static void on_connection(void *arg, struct MHD_Connection *connection,
			  void **state,
			  enum MHD_ConnectionNotificationCode code)
{
	struct http_server *server = arg;

	(void)connection;
	(void)state;
	pthread_mutex_lock(&server->lock);
	server->connections += code == MHD_CONNECTION_NOTIFY_STARTED;
	pthread_mutex_unlock(&server->lock);
}

struct http_server *http_server_new(const char *key, const char *certificate)
{
	struct http_server *server = x_new(struct http_server);
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	unsigned flags =
		MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION;
	/* The options that are for TLS only come last, or not at all. */
	enum MHD_OPTION last = key ? MHD_OPTION_HTTPS_MEM_KEY : MHD_OPTION_END;

	server->arrivals = BUF(TEXT_BYTES_MAX);
	pthread_mutex_init(&server->lock, NULL);
	pthread_cond_init(&server->opened, NULL);
	server->daemon = x_or_die(MHD_start_daemon(
		flags | (key ? MHD_USE_TLS : 0U), 0, NULL, NULL, on_request,
		server, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, last, key,
		MHD_OPTION_HTTPS_MEM_CERT, certificate, MHD_OPTION_END));
	return server;
}

void http_server_free(struct http_server **serverp)
{
	struct http_server *server = *serverp;

	http_server_open_gate(server);
	MHD_stop_daemon(server->daemon);
	pthread_cond_destroy(&server->opened);
	pthread_mutex_destroy(&server->lock);
	buf_free(&server->arrivals);
	free(server->told);
	free(server);
	*serverp = NULL;
}

unsigned http_server_port(const struct http_server *server)
{
	return MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)
		->port;
}

void http_server_open_gate(struct http_server *server)
{
	pthread_mutex_lock(&server->lock);
	server->gate_open = 1;
	pthread_cond_broadcast(&server->opened);
	pthread_mutex_unlock(&server->lock);
}

const char *http_server_arrivals(struct http_server *server)
{
	pthread_mutex_lock(&server->lock);
	free(server->told);
	server->told = x_strdup(buf_text(&server->arrivals));
	pthread_mutex_unlock(&server->lock);
	return server->told;
}

static unsigned look(struct http_server *server, const unsigned *number)
{
	unsigned seen;

	pthread_mutex_lock(&server->lock);
	seen = *number;
	pthread_mutex_unlock(&server->lock);
	return seen;
}

unsigned http_server_crowd(struct http_server *server)
{
	return look(server, &server->crowd_most);
}

unsigned http_server_refusals(struct http_server *server)
{
	return look(server, &server->refusals);
}

unsigned http_server_connections(struct http_server *server)
{
	return look(server, &server->connections);
}
