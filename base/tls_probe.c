/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/loop.h"
#include "base/tls_probe.h"
#include "base/work.h"

/* A look-up until a worker is through with it, wanted or not. */
struct lookup {
	struct tls_probe *probe; /* NULL: nobody waits */
	char host[256];
	char port[8];
	struct addrinfo *found;
	int code;
};

struct tls_probe {
	char *host;
	bool tls;
	tls_probe_h *done;
	void *arg;
	uint64_t begun_ms;
	struct timer timer;
	struct lookup *lookup;
	struct work *work;
	struct addrinfo *found;
	const struct addrinfo *next;
	int fd;
	struct fd_watch *watch;
	SSL_CTX *context;
	SSL *ssl;
	struct tls_chain *chain;
	struct tls_probe_result result;
};

static void let_go(struct tls_probe *probe)
{
	timer_stop(&probe->timer);
	if (probe->lookup) {
		probe->lookup->probe = NULL;
		work_cancel(probe->work);
		probe->lookup = NULL;
	}
	fd_watch_free(&probe->watch);
	SSL_free(probe->ssl);
	probe->ssl = NULL;
	if (probe->fd >= 0)
		close(probe->fd);
	probe->fd = -1;
}

static void finish(struct tls_probe *probe)
{
	let_go(probe);
	probe->result.elapsed_ms = (unsigned)(clock_ms() - probe->begun_ms);
	probe->result.chain = probe->chain;
	probe->done(&probe->result, probe->arg);
}

/* What a handshake's failure means, by OpenSSL's reason. */
static const struct {
	int reason;
	enum tls_verdict verdict;
} reasons[] = {
	{ SSL_R_WRONG_VERSION_NUMBER, TLS_VERDICT_PLAIN },
	{ SSL_R_HTTP_REQUEST, TLS_VERDICT_PLAIN },
	{ SSL_R_PACKET_LENGTH_TOO_LONG, TLS_VERDICT_PLAIN },
	{ SSL_R_UNSUPPORTED_PROTOCOL, TLS_VERDICT_UNSUPPORTED },
	{ SSL_R_NO_PROTOCOLS_AVAILABLE, TLS_VERDICT_UNSUPPORTED },
	{ SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, TLS_VERDICT_UNSUPPORTED },
	{ SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, TLS_VERDICT_UNSUPPORTED },
	{ SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY, TLS_VERDICT_UNSUPPORTED },
	{ SSL_R_LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED,
	  TLS_VERDICT_UNSUPPORTED },
	{ SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED, TLS_VERDICT_UNSUPPORTED },
	{ SSL_R_UNEXPECTED_EOF_WHILE_READING, TLS_VERDICT_NETWORK },
	{ SSL_R_BAD_SIGNATURE, TLS_VERDICT_BAD_SIGNATURE },
};

static void fail_handshake(struct tls_probe *probe, bool network)
{
	unsigned long code = ERR_get_error();
	char text[160] = "closed by the server";

	probe->result.verdict = network || !code ? TLS_VERDICT_NETWORK
						 : TLS_VERDICT_UNCLASSIFIED;
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (code && ERR_GET_LIB(code) == ERR_LIB_SSL &&
		    ERR_GET_REASON(code) == reasons[i].reason)
			probe->result.verdict = reasons[i].verdict;
	if (code)
		ERR_error_string_n(code, text, sizeof(text));
	else if (network && errno)
		snprintf(text, sizeof(text), "%s", strerror(errno));
	ERR_clear_error();
	why_set(&probe->result.why, ERR_TLS, "%s", text);
	finish(probe);
}

static void take_chain(struct tls_probe *probe)
{
	STACK_OF(X509) *sent = SSL_get_peer_cert_chain(probe->ssl);

	for (int i = 0; i < sk_X509_num(sent) && i < TLS_CHAIN_MAX; i++) {
		X509 *x509 = sk_X509_value(sent, i);

		X509_up_ref(x509);
		sk_X509_push((STACK_OF(X509) *)tls_chain_stack(probe->chain),
			     x509);
	}
	snprintf(probe->result.protocol, sizeof(probe->result.protocol), "%s",
		 SSL_get_version(probe->ssl));
	probe->result.old_protocol = SSL_version(probe->ssl) < TLS1_2_VERSION;
	probe->result.stage = TLS_PROBE_THROUGH;
}

static void shake(unsigned events, void *arg)
{
	struct tls_probe *probe = arg;
	int result, error;

	(void)events;
	ERR_clear_error();
	errno = 0;
	result = SSL_connect(probe->ssl);
	error = SSL_get_error(probe->ssl, result);
	if (result == 1) {
		take_chain(probe);
		finish(probe);
	} else if (error == SSL_ERROR_WANT_READ) {
		fd_watch_change(probe->watch, FD_READ);
	} else if (error == SSL_ERROR_WANT_WRITE) {
		fd_watch_change(probe->watch, FD_WRITE);
	} else {
		fail_handshake(probe, error == SSL_ERROR_SYSCALL);
	}
}

/* As lax as can be: what it brings is only to be looked at. */
static void start_handshake(struct tls_probe *probe)
{
	probe->result.stage = TLS_PROBE_HANDSHAKE;
	probe->context = x_or_die(SSL_CTX_new(TLS_client_method()));
	SSL_CTX_set_verify(probe->context, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_min_proto_version(probe->context, TLS1_VERSION);
	SSL_CTX_set_security_level(probe->context, 0);
	SSL_CTX_set_cipher_list(probe->context, "ALL:@SECLEVEL=0");
	SSL_CTX_set_options(probe->context, SSL_OP_LEGACY_SERVER_CONNECT);
	probe->ssl = x_or_die(SSL_new(probe->context));
	SSL_set_tlsext_host_name(probe->ssl, probe->host);
	SSL_set_fd(probe->ssl, probe->fd);
	fd_watch_free(&probe->watch);
	probe->watch =
		fd_watch_new(probe->fd, FD_READ | FD_WRITE, shake, probe);
	fd_watch_change(probe->watch, FD_WRITE);
}

static void connect_next(struct tls_probe *probe);

static void on_connected(unsigned events, void *arg)
{
	struct tls_probe *probe = arg;
	int error = 0;
	socklen_t len = sizeof(error);

	(void)events;
	getsockopt(probe->fd, SOL_SOCKET, SO_ERROR, &error, &len);
	if (error) {
		why_set(&probe->result.why, ERR_NETWORK, "%s: %s",
			probe->result.peer, strerror(error));
		connect_next(probe);
		return;
	}
	probe->result.why = (struct why){ .err = ERR_OK };
	if (probe->tls) {
		start_handshake(probe);
		return;
	}
	probe->result.stage = TLS_PROBE_THROUGH;
	finish(probe);
}

static void address_text(const struct addrinfo *address, char *out, size_t size)
{
	if (getnameinfo(address->ai_addr, address->ai_addrlen, out,
			(socklen_t)size, NULL, 0, NI_NUMERICHOST))
		out[0] = '\0';
}

/* One after the other, until one answers or the time is up. */
static void connect_next(struct tls_probe *probe)
{
	const struct addrinfo *to;

	fd_watch_free(&probe->watch);
	if (probe->fd >= 0)
		close(probe->fd);
	probe->fd = -1;

	while ((to = probe->next)) {
		probe->next = to->ai_next;
		address_text(to, probe->result.peer,
			     sizeof(probe->result.peer));
		probe->fd =
			socket(to->ai_family,
			       SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (probe->fd >= 0 &&
		    (!connect(probe->fd, to->ai_addr, to->ai_addrlen) ||
		     errno == EINPROGRESS)) {
			probe->watch = fd_watch_new(probe->fd, FD_WRITE,
						    on_connected, probe);
			return;
		}
		why_set(&probe->result.why, ERR_NETWORK, "%s: %s",
			probe->result.peer, strerror(errno));
		if (probe->fd >= 0)
			close(probe->fd);
		probe->fd = -1;
	}
	finish(probe);
}

static void note_addresses(struct tls_probe *probe)
{
	char *out = probe->result.addresses;
	size_t size = sizeof(probe->result.addresses), used = 0;

	for (const struct addrinfo *a = probe->found; a; a = a->ai_next) {
		char text[64];

		address_text(a, text, sizeof(text));
		used = strlen(out);
		snprintf(out + used, size - used, "%s%s", used ? ", " : "",
			 text);
	}
}

static void look_up(void *arg)
{
	struct lookup *lookup = arg;
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
					.ai_family = AF_UNSPEC };

	lookup->code =
		getaddrinfo(lookup->host, lookup->port, &hints, &lookup->found);
}

static void on_looked_up(bool cancelled, void *arg)
{
	struct lookup *lookup = arg;
	struct tls_probe *probe = cancelled ? NULL : lookup->probe;

	if (lookup->probe)
		lookup->probe->lookup = NULL;
	if (!probe && lookup->found)
		freeaddrinfo(lookup->found);
	if (probe) {
		probe->found = lookup->found;
		if (lookup->code)
			why_set(&probe->result.why, ERR_NETWORK, "%s: %s",
				lookup->host, gai_strerror(lookup->code));
	}
	free(lookup);
	if (!probe)
		return;

	if (!probe->found) {
		finish(probe);
		return;
	}
	note_addresses(probe);
	probe->next = probe->found;
	probe->result.stage = TLS_PROBE_CONNECT;
	connect_next(probe);
}

static void on_time_up(void *arg)
{
	struct tls_probe *probe = arg;
	unsigned waited_ms = (unsigned)(clock_ms() - probe->begun_ms);

	probe->result.verdict = TLS_VERDICT_NETWORK;
	why_set(&probe->result.why, ERR_TIMEOUT, "no answer within %u ms",
		waited_ms);
	finish(probe);
}

struct tls_probe *tls_probe_new(const struct tls_probe_options *options,
				tls_probe_h *done, void *arg)
{
	struct tls_probe *probe = x_new(struct tls_probe);
	struct lookup *lookup = x_new(struct lookup);
	const char *address = options->address;

	probe->host = x_strdup(options->host);
	probe->tls = options->tls;
	probe->done = done;
	probe->arg = arg;
	probe->fd = -1;
	probe->chain = tls_chain_new();
	probe->begun_ms = clock_ms();
	probe->lookup = lookup;
	lookup->probe = probe;
	snprintf(lookup->host, sizeof(lookup->host), "%s",
		 address && *address ? address : options->host);
	snprintf(lookup->port, sizeof(lookup->port), "%u", options->port);
	probe->work = work_start(look_up, on_looked_up, lookup);
	timer_start_ms(&probe->timer, options->timeout_ms, on_time_up, probe);
	return probe;
}

void tls_probe_free(struct tls_probe **probep)
{
	struct tls_probe *probe = *probep;

	if (!probe)
		return;

	let_go(probe);
	if (probe->found)
		freeaddrinfo(probe->found);
	SSL_CTX_free(probe->context);
	tls_chain_free(&probe->chain);
	free(probe->host);
	free(probe);
	*probep = NULL;
}
