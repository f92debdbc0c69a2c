/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Each test is a process of its own, in a network of its own where it may
 * have one; a machine that lets us have none proves the refusal alone.
 */
#define _GNU_SOURCE /* unshare() */
#define SUITE       "ping"
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/loop.h"
#include "base/ping.h"
#include "tests/suite.h"

static unsigned answers, silences;

static void on_done(bool answered, void *arg)
{
	(void)arg;
	answers += answered;
	silences += !answered;
}

static bool write_range(const char *range)
{
	FILE *file = fopen("/proc/sys/net/ipv4/ping_group_range", "w");
	bool good = file && fputs(range, file) >= 0;

	return file && !fclose(file) && good;
}

/* With nothing but the loopback; false: this machine does not allow it. */
static bool own_network(const char *range)
{
	struct ifreq loopback = { .ifr_name = "lo",
				  .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd;
	bool up;

	if (unshare(CLONE_NEWNET))
		return false;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	up = !ioctl(fd, SIOCSIFFLAGS, &loopback);
	close(fd);
	return up && write_range(range);
}

static void wait_for_word(void)
{
	for (int i = 0; i < 6000 && !answers && !silences; i++)
		loop_step(10);
}

static const struct {
	const char *address;
	bool there;
} rows[] = {
	{ "127.0.0.1", true },
	{ "::1", true },
	{ "192.0.2.1", false },
	{ "2001:db8::1", false },
};

START_TEST(a_machine_that_is_there_answers_and_one_that_is_not_does_not)
{
	struct ping *ping;

	if (!own_network("0 2147483647"))
		return;
	ck_assert_int_eq(loop_open(NULL, NULL), ERR_OK);
	ping = ping_new(rows[_i].address, 30000, on_done, NULL);
	ck_assert_ptr_nonnull(ping);
	ck_assert_uint_eq(answers + silences, 0);
	wait_for_word();
	ck_assert_uint_eq(answers, rows[_i].there);
	ck_assert_uint_eq(silences, !rows[_i].there);
	ping_free(&ping);
	loop_close();
}
END_TEST

START_TEST(where_it_is_not_permitted_there_is_none)
{
	if (!own_network("1 0"))
		return;
	ck_assert_int_eq(loop_open(NULL, NULL), ERR_OK);
	ck_assert_ptr_null(ping_new("127.0.0.1", 30000, on_done, NULL));
	loop_close();
}
END_TEST

START_TEST(a_name_is_no_address)
{
	ck_assert_int_eq(loop_open(NULL, NULL), ERR_OK);
	ck_assert_ptr_null(ping_new("localhost", 30000, on_done, NULL));
	loop_close();
}
END_TEST

START_TEST(who_is_freed_hears_nothing)
{
	struct ping *ping;

	if (!own_network("0 2147483647"))
		return;
	ck_assert_int_eq(loop_open(NULL, NULL), ERR_OK);
	ping = ping_new("127.0.0.1", 30000, on_done, NULL);
	ck_assert_ptr_nonnull(ping);
	ping_free(&ping);
	ck_assert_ptr_null(ping);
	loop_step(50);
	ck_assert_uint_eq(answers + silences, 0);
	loop_close();
}
END_TEST

static void tests(void)
{
	TEST_ROWS(a_machine_that_is_there_answers_and_one_that_is_not_does_not,
		  rows);
	TEST(where_it_is_not_permitted_there_is_none);
	TEST(a_name_is_no_address);
	TEST(who_is_freed_hears_nothing);
}
