/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "tls_probe"
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/loop.h"
#include "base/tls_probe.h"
#include "base/work.h"
#include "tests/made_certs.h"
#include "tests/suite.h"

enum manner {
	SERVES_TLS,
	SERVES_OLD_TLS,
	SERVES_PLAIN,
	SERVES_SILENCE,
	SERVES_NOTHING, /* hangs up */
};

/* One server for one connection, in a thread of its own. */
struct host {
	enum manner manner;
	const enum made *chain;
	int listener;
	unsigned port;
	pthread_t thread;
};

struct seen {
	unsigned dones;
	struct tls_probe_result result;
	size_t certs;
	struct tls_judgement judgement;
};

static void serve_tls(const struct host *host, int fd)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	SSL *ssl;

	SSL_CTX_set_security_level(context, 0);
	if (host->manner == SERVES_OLD_TLS) {
		SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
		SSL_CTX_set_max_proto_version(context, TLS1_VERSION);
		SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
	}
	SSL_CTX_use_certificate(context, made_cert(host->chain[0]));
	SSL_CTX_use_PrivateKey(context, made_key(host->chain[0]));
	for (int i = 1; host->chain[i] != MADE_COUNT; i++)
		SSL_CTX_add1_chain_cert(context, made_cert(host->chain[i]));
	ssl = SSL_new(context);
	SSL_set_fd(ssl, fd);
	SSL_accept(ssl);
	SSL_free(ssl);
	SSL_CTX_free(context);
}

static void *serve(void *arg)
{
	struct host *host = arg;
	char byte[512];
	int fd = accept(host->listener, NULL, NULL);

	if (host->manner == SERVES_PLAIN)
		(void)!write(fd, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
	if (host->manner == SERVES_SILENCE || host->manner == SERVES_PLAIN)
		while (read(fd, byte, sizeof(byte)) > 0)
			;
	if (host->manner == SERVES_TLS || host->manner == SERVES_OLD_TLS)
		serve_tls(host, fd);
	close(fd);
	return NULL;
}

static void host_start(struct host *host)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	host->listener = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(host->listener, (struct sockaddr *)&at, len), 0);
	ck_assert_int_eq(listen(host->listener, 1), 0);
	getsockname(host->listener, (struct sockaddr *)&at, &len);
	host->port = ntohs(at.sin_port);
	pthread_create(&host->thread, NULL, serve, host);
}

static void host_stop(struct host *host)
{
	pthread_join(host->thread, NULL);
	close(host->listener);
}

static const enum made trusted[] = { MADE_ROOT, MADE_COUNT };
static char path[] = "/tmp/check_tls_probe.XXXXXX";

static void setup(void)
{
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	signal(SIGPIPE, SIG_IGN);
	made_certs_make();
	made_file(trusted, path);
	ck_assert_int_eq(loop_open(NULL, NULL), ERR_OK);
	ck_assert_int_eq(work_open(NULL), ERR_OK);
}

static void teardown(void)
{
	work_close();
	loop_close();
	made_certs_free();
	unlink(path);
}

static void on_done(const struct tls_probe_result *result, void *arg)
{
	struct seen *seen = arg;
	struct tls_trust *trust;

	seen->dones++;
	seen->result = *result;
	seen->certs = tls_chain_count(result->chain);
	ck_assert_int_eq(tls_trust_new(&trust, path, NULL), ERR_OK);
	if (seen->certs)
		tls_judge(result->chain, "mail.test", trust, time(NULL),
			  &seen->judgement);
	tls_trust_free(&trust);
}

static struct tls_probe *probe(const char *host, const char *address,
			       unsigned port, struct seen *seen)
{
	const struct tls_probe_options options = { .host = host,
						   .address = address,
						   .port = port,
						   .tls = true,
						   .timeout_ms = 800 };

	memset(seen, 0, sizeof(*seen));
	return tls_probe_new(&options, on_done, seen);
}

static const enum made whole[] = { MADE_LEAF, MADE_INTER, MADE_COUNT };
static const enum made lonely[] = { MADE_LEAF, MADE_COUNT };
static const enum made expired[] = { MADE_EXPIRED, MADE_COUNT };
static const enum made broken[] = { MADE_BROKEN, MADE_COUNT };
static const enum made weak[] = { MADE_SMALL, MADE_COUNT };

static const struct {
	enum manner manner;
	const enum made *chain;
	enum tls_probe_stage stage;
	enum tls_verdict verdict;
} rows[] = {
	{ SERVES_TLS, whole, TLS_PROBE_THROUGH, TLS_VERDICT_VERIFIED },
	{ SERVES_TLS, lonely, TLS_PROBE_THROUGH, TLS_VERDICT_MISSING },
	{ SERVES_TLS, expired, TLS_PROBE_THROUGH, TLS_VERDICT_EXPIRED },
	{ SERVES_TLS, broken, TLS_PROBE_THROUGH, TLS_VERDICT_BAD_SIGNATURE },
	{ SERVES_TLS, weak, TLS_PROBE_THROUGH, TLS_VERDICT_UNSUPPORTED },
	{ SERVES_PLAIN, whole, TLS_PROBE_HANDSHAKE, TLS_VERDICT_PLAIN },
	{ SERVES_SILENCE, whole, TLS_PROBE_HANDSHAKE, TLS_VERDICT_NETWORK },
	{ SERVES_NOTHING, whole, TLS_PROBE_HANDSHAKE, TLS_VERDICT_NETWORK },
};

START_TEST(a_real_server_gets_its_verdict)
{
	struct host host = { .manner = rows[_i].manner,
			     .chain = rows[_i].chain };
	struct tls_probe *running;
	struct seen seen;

	host_start(&host);
	running = probe("mail.test", "127.0.0.1", host.port, &seen);
	while (!seen.dones)
		loop_step(20);
	tls_probe_free(&running);
	host_stop(&host);
	ck_assert_uint_eq(seen.dones, 1);
	ck_assert_msg(seen.result.stage == rows[_i].stage, "%s",
		      seen.result.why.text);
	ck_assert_int_eq(seen.certs ? seen.judgement.verdict
				    : seen.result.verdict,
			 rows[_i].verdict);
	ck_assert_str_eq(seen.result.peer, "127.0.0.1");
	if (seen.certs)
		ck_assert_str_eq(seen.result.protocol, "TLSv1.3");
}
END_TEST

START_TEST(a_server_of_old_protocols_is_still_looked_at)
{
	struct host host = { .manner = SERVES_OLD_TLS, .chain = whole };
	struct tls_probe *running;
	struct seen seen;

	host_start(&host);
	running = probe("mail.test", "127.0.0.1", host.port, &seen);
	while (!seen.dones)
		loop_step(20);
	tls_probe_free(&running);
	host_stop(&host);
	ck_assert_int_eq(seen.result.stage, TLS_PROBE_THROUGH);
	ck_assert_str_eq(seen.result.protocol, "TLSv1");
	ck_assert(seen.result.old_protocol);
	ck_assert_uint_eq(seen.certs, 2);
}
END_TEST

static const struct {
	const char *host, *address;
	enum tls_probe_stage stage;
} gone[] = {
	{ "no-such-name.invalid", "", TLS_PROBE_RESOLVE },
	{ "mail.test", "127.0.0.1", TLS_PROBE_CONNECT },
};

START_TEST(what_comes_before_tls_is_told_apart)
{
	struct tls_probe *running;
	struct seen seen;

	running = probe(gone[_i].host, gone[_i].address, 1, &seen);
	while (!seen.dones)
		loop_step(20);
	tls_probe_free(&running);
	ck_assert_int_eq(seen.result.stage, gone[_i].stage);
	ck_assert_int_ne(seen.result.why.err, ERR_OK);
}
END_TEST

START_TEST(nothing_is_told_after_the_free)
{
	struct tls_probe *running;
	struct seen seen;

	running = probe("mail.test", "127.0.0.1", 1, &seen);
	tls_probe_free(&running);
	for (int i = 0; i < 20; i++)
		loop_step(5);
	ck_assert_uint_eq(seen.dones, 0);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST_ROWS(a_real_server_gets_its_verdict, rows);
	TEST(a_server_of_old_protocols_is_still_looked_at);
	TEST_ROWS(what_comes_before_tls_is_told_apart, gone);
	TEST(nothing_is_told_after_the_free);
}
