/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "http_tls"
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "tests/http_talk.h"
#include "tests/suite.h"

static char dir[] = "/tmp/check_http_tls.XXXXXX";
static char resolve[100];
static char trust[200];
static char url[100];

/*
 * ca and other are authorities, both trusted by directory both/; the server's
 * certificate is of ca and for mail.test.
 */
static const char make[] =
	"exec >/dev/null 2>&1; set -e; cd \"$0\"; "
	"new='openssl req -x509 -newkey ec -pkeyopt "
	"ec_paramgen_curve:prime256v1 -nodes -days 2'; "
	"$new -subj /CN=ca -keyout ca.key -out ca.pem; "
	"$new -subj /CN=other -keyout other.key -out other.pem; "
	"openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
	"-subj /CN=mail.test -addext subjectAltName=DNS:mail.test "
	"-keyout server.key -out server.csr; "
	"openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key "
	"-CAcreateserial -copy_extensions copy -days 2 -out server.pem; "
	"mkdir both empty; cat other.pem > both/b.crt; "
	"(echo text; cat ca.pem) > both/a.any; echo no > both/README";

static void make_certificates(void)
{
	char command[2000];

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(command, sizeof(command), "sh -c '%s' %s",
		 "eval \"$MAKE_CERTIFICATES\"", dir);
	setenv("MAKE_CERTIFICATES", make, 1);
	ck_assert_int_eq(system(command), 0);
}

static void remove_certificates(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
}

static char *text_of(const char *name)
{
	struct buf text = BUF(100000);
	char piece[1000];
	size_t len;
	FILE *file;

	snprintf(piece, sizeof(piece), "%s/%s", dir, name);
	file = fopen(piece, "r");
	ck_assert_ptr_nonnull(file);
	while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_add(&text, piece, len);
	fclose(file);
	return buf_take(&text);
}

static void tls_setup(void)
{
	char *key;
	char *certificate;

	make_certificates();
	http_setup();
	http_server_free(&server);
	key = text_of("server.key");
	certificate = text_of("server.pem");
	server = http_server_new(key, certificate);
	free(key);
	free(certificate);
}

static void tls_teardown(void)
{
	http_teardown();
	remove_certificates();
}

static const char *path_of(const char *name)
{
	snprintf(trust, sizeof(trust), "%s/%s", dir, name);
	return trust;
}

static void trust_host_port(const char *name, const char *host, unsigned port)
{
	struct http_origin_options options = http_plain;

	snprintf(resolve, sizeof(resolve), "%s:%u:127.0.0.1", host, port);
	snprintf(url, sizeof(url), "https://%s:%u/ok", host, port);
	options.resolve = resolve;
	options.trust = name ? path_of(name) : NULL;
	origin_is(&options);
}

static void trust_and_host(const char *name, const char *host)
{
	trust_host_port(name, host, http_server_port(server));
}

static const struct {
	const char *trust;
	const char *host;
	enum err err;
	const char *why;
} rows[] = {
	{ "ca.pem", "mail.test", ERR_OK, "" },
	{ "both", "mail.test", ERR_OK, "" },
	{ "server.pem", "mail.test", ERR_OK, "" },
	{ "ca.pem", "web.test", ERR_TLS,
	  "SSL: no alternative certificate subject name matches target host "
	  "name 'web.test'" },
	{ "other.pem", "mail.test", ERR_TLS,
	  "SSL certificate problem: unable to get local issuer certificate" },
	{ NULL, "mail.test", ERR_TLS,
	  "SSL certificate problem: unable to get local issuer certificate" },
	{ "empty", "mail.test", ERR_TLS,
	  "SSL certificate problem: unable to get local issuer certificate" },
	{ "missing", "mail.test", ERR_CONFIG,
	  "error setting certificate file" },
};

START_TEST(the_certificate_is_verified_against_trust_and_name)
{
	struct talk talk = { .status = 0 };

	trust_and_host(rows[_i].trust, rows[_i].host);
	talk_start(&talk, url);
	UNTIL(talk.dones);
	ck_assert_int_eq(talk.why.err, rows[_i].err);
	ck_assert_msg(strstr(talk.why.text, rows[_i].why) != NULL, "%s",
		      talk.why.text);
	if (talk.why.err)
		ck_assert_ptr_nonnull(strstr(talk.why.text, rows[_i].host));
	else
		ck_assert_str_eq(buf_text(&talk.data), "hello");
	talk_end(&talk);
}
END_TEST

START_TEST(new_trust_counts_for_the_next_request)
{
	static const char *const names[] = { "ca.pem", "other.pem", "both" };

	trust_and_host(names[0], "mail.test");
	for (int i = 0; i < 3; i++) {
		struct talk talk = { .status = 0 };

		if (i > 0)
			http_origin_trust(origin, path_of(names[i]));
		talk_start(&talk, url);
		UNTIL(talk.dones);
		ck_assert_int_eq(talk.why.err, i == 1 ? ERR_TLS : ERR_OK);
		talk_end(&talk);
	}
}
END_TEST

START_TEST(a_request_under_way_survives_new_trust)
{
	struct talk talk = { .status = 0 };
	char path[120];

	trust_and_host("ca.pem", "mail.test");
	snprintf(path, sizeof(path), "https://mail.test:%u/gate/a",
		 http_server_port(server));
	talk_start(&talk, path);
	UNTIL(*http_server_arrivals(server));
	http_origin_trust(origin, path_of("other.pem"));
	http_server_open_gate(server);
	UNTIL(talk.dones);
	ck_assert_int_eq(talk.why.err, ERR_OK);
	talk_end(&talk);
}
END_TEST

/*
 * Reads to the end before it closes: what was left unread would be answered
 * with a reset, which may overtake the words.
 */
static void *speak_plainly(void *arg)
{
	static const char words[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
	int fd = accept(*(const int *)arg, NULL, NULL);
	char rest[1000];

	ck_assert_int_ge(fd, 0);
	ck_assert_int_gt(read(fd, rest, sizeof(rest)), 0);
	ck_assert_int_gt(send(fd, words, sizeof(words) - 1, MSG_NOSIGNAL), 0);
	shutdown(fd, SHUT_WR);
	while (read(fd, rest, sizeof(rest)) > 0)
		continue;
	close(fd);
	return arg;
}

START_TEST(plain_http_on_the_port_is_a_tls_failure)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t size = sizeof(at);
	struct talk talk = { .status = 0 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pthread_t thread;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, size), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	pthread_create(&thread, NULL, speak_plainly, &fd);

	trust_host_port("ca.pem", "mail.test", ntohs(at.sin_port));
	talk_start(&talk, url);
	UNTIL(talk.dones);
	ck_assert_int_eq(talk.why.err, ERR_TLS);
	ck_assert_ptr_nonnull(strstr(talk.why.text, "wrong version number"));
	talk_end(&talk);
	http_origin_free(&origin);
	pthread_join(thread, NULL);
	close(fd);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, tls_setup, tls_teardown);
	TEST_ROWS(the_certificate_is_verified_against_trust_and_name, rows);
	TEST(new_trust_counts_for_the_next_request);
	TEST(a_request_under_way_survives_new_trust);
	TEST(plain_http_on_the_port_is_a_tls_failure);
}
