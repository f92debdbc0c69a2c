/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* program_invocation_short_name */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/bench/load_kit.h"

void load_fail(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what,
		strerror(errno));
	exit(EXIT_FAILURE);
}

double load_clock_s(clockid_t which)
{
	struct timespec now;

	clock_gettime(which, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int load_socket(unsigned server_port, int bytes)
{
	struct sockaddr_in name = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&name, sizeof(name)))
		load_fail("no socket");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	name.sin_port = htons((uint16_t)server_port);
	if (server_port && connect(fd, (struct sockaddr *)&name, sizeof(name)))
		load_fail("no server");
	return fd;
}

unsigned load_port(int fd)
{
	struct sockaddr_in name = { .sin_port = 0 };
	socklen_t len = sizeof(name);

	if (getsockname(fd, (struct sockaddr *)&name, &len))
		load_fail("no port");
	return ntohs(name.sin_port);
}

/* The line that begins so, with its end. */
static size_t copy_line(char *to, const char *text, const char *name)
{
	const char *line = strstr(text, name), *end;

	if (!line)
		return 0;
	line += 2;
	end = strstr(line, "\r\n");
	memcpy(to, line, (size_t)(end + 2 - line));
	return (size_t)(end + 2 - line);
}

size_t load_answer(char *out, const char *request)
{
	static const char *const names[] = { "\r\nVia:", "\r\nFrom:", "\r\nTo:",
					     "\r\nCall-ID:", "\r\nCSeq:" };
	static const char first[] = "SIP/2.0 200 OK\r\n";
	static const char last[] = "Content-Length: 0\r\n\r\n";
	size_t len = sizeof(first) - 1;

	memcpy(out, first, len);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		len += copy_line(out + len, request, names[i]);
	memcpy(out + len, last, sizeof(last) - 1);
	return len + sizeof(last) - 1;
}
