/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs that load a server with SIP over UDP share. */
#ifndef TESTS_BENCH_LOAD_KIT_H
#define TESTS_BENCH_LOAD_KIT_H

#include <stddef.h>
#include <time.h>

/* Says what and errno's text, and ends the process. */
__attribute__((noreturn)) void load_fail(const char *what);

double load_clock_s(clockid_t which);

/*
 * A socket on a port of its own at 127.0.0.1, with room for so many bytes that
 * wait to be read. With a server's port it is connected to that.
 */
int load_socket(unsigned server_port, int bytes);

/* The port that a socket has. */
unsigned load_port(int fd);

/*
 * Writes 200 with no body to a request and returns its length. out must have
 * room for as much as the request is long.
 */
size_t load_answer(char *out, const char *request);

#endif
