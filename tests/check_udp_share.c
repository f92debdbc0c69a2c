/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "udp_share"
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/loop.h"
#include "sip/udp_share.h"
#include "tests/suite.h"

static char heard[64];

static void on_answer(const char *data, size_t len, void *arg)
{
	(void)arg;
	ck_assert_uint_lt(len, sizeof(heard));
	memcpy(heard, data, len);
	heard[len] = '\0';
}

static int bound(struct sockaddr_in *name)
{
	socklen_t len = sizeof(*name);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	*name = (struct sockaddr_in){ .sin_family = AF_INET,
				      .sin_addr.s_addr =
					      htonl(INADDR_LOOPBACK) };
	ck_assert(!bind(fd, (struct sockaddr *)name, len));
	getsockname(fd, (struct sockaddr *)name, &len);
	return fd;
}

START_TEST(answers_come_here_and_requests_stay_there)
{
	static const char *const requests[] = { "SIP/2.1 200 OK", "SIP/2.0",
						"NOTIFY a SIP/2.0 ", "" };
	struct sockaddr_in stack, client;
	int stack_fd = bound(&stack), client_fd = bound(&client);
	union udp_address to = { .v4 = client };
	struct datagram datagram = { &to, "hello", 5 };
	struct udp_share *share;
	char text[64];
	struct why why;

	ck_assert_int_eq(loop_open(NULL, &why), ERR_OK);
	share = udp_share_new("127.0.0.1", ntohs(stack.sin_port));
	ck_assert_ptr_nonnull(share);
	ck_assert_uint_gt(udp_share_room(share), 0);
	udp_share_listen(share, on_answer, NULL);

	ck_assert(
		!connect(client_fd, (struct sockaddr *)&stack, sizeof(stack)));
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		send(client_fd, requests[i], strlen(requests[i]), 0);
		ck_assert_int_eq(recv(stack_fd, text, sizeof(text), 0),
				 (ssize_t)strlen(requests[i]));
	}
	send(client_fd, "SIP/2.0 200 OK", 14, 0);
	while (!*heard)
		loop_step(10);
	ck_assert_str_eq(heard, "SIP/2.0 200 OK");

	udp_share_send(share, &datagram, 1);
	ck_assert_int_eq(recv(client_fd, text, sizeof(text), 0), 5);
	udp_share_free(&share);
	loop_close();
	close(stack_fd);
	close(client_fd);
}
END_TEST

START_TEST(without_a_socket_there_is_no_share)
{
	ck_assert_ptr_null(udp_share_new("192.0.2.1", 9));
}
END_TEST

static const struct {
	const char *uri, *host; /* NULL: refused */
	unsigned port;
} uris[] = {
	{ "sip:192.0.2.1:5070;transport=udp", "192.0.2.1", 5070 },
	{ "sip:[2001:db8::1]:5060;transport=udp", "2001:db8::1", 5060 },
	{ "sip:example.org:5060", NULL, 0 },
	{ "sip:192.0.2.1", NULL, 0 },
	{ "sip:[2001:db8::1", NULL, 0 },
	{ "", NULL, 0 },
};

START_TEST(next_hops_are_read)
{
	union udp_address to;
	char text[INET6_ADDRSTRLEN];
	bool v6;

	ck_assert_int_eq(udp_address_read(&to, uris[_i].uri),
			 uris[_i].host != NULL);
	if (!uris[_i].host)
		return;

	v6 = to.any.sa_family == AF_INET6;
	inet_ntop(to.any.sa_family,
		  v6 ? (void *)&to.v6.sin6_addr : (void *)&to.v4.sin_addr, text,
		  sizeof(text));
	ck_assert_str_eq(text, uris[_i].host);
	ck_assert_uint_eq(ntohs(v6 ? to.v6.sin6_port : to.v4.sin_port),
			  uris[_i].port);
}
END_TEST

static void tests(void)
{
	TEST(answers_come_here_and_requests_stay_there);
	TEST(without_a_socket_there_is_no_share);
	TEST_ROWS(next_hops_are_read, uris);
}
