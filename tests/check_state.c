/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "state"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/loop.h"
#include "base/work.h"
#include "directory/state.h"
#include "tests/suite.h"

enum { MANY = 2000, DEADLINE_S = 60 };

static struct watch_settings settings;
static struct people *people;
static struct state *state;
static unsigned looks; /* whether it may be saved */
static unsigned disturb_at;
static struct timer deadline;

static void see(int number)
{
	char dn[50], address[50], none[] = "";
	struct sighting sighting = {
		.dn = dn, .address = address, .mailbox = none, .home = none
	};
	struct change change;

	snprintf(sighting.id, sizeof(sighting.id), "%032x", (unsigned)number);
	snprintf(dn, sizeof(dn), "cn=u%d,dc=x", number);
	snprintf(address, sizeof(address), "u%d@x", number);
	people_see(people, &sighting, &change);
	change_clear(&change);
}

static bool may_save(void *arg)
{
	(void)arg;
	if (++looks == disturb_at) {
		see(MANY + 1);
		state_changed(state, true);
	}
	return true;
}

static void on_trouble(const struct why *why, void *arg)
{
	(void)arg;
	ck_assert_int_eq(why->err, ERR_OK);
	loop_break();
}

static void on_deadline(void *arg)
{
	(void)arg;
	ck_abort_msg("nothing was saved within %d s", DEADLINE_S);
}

static const struct state_handlers handlers = {
	.trouble = on_trouble,
	.may_save = may_save,
};

/* Saves so many and one more that is seen at the so-maniest look; how many
   the file has of them. */
static size_t saved(unsigned disturbed)
{
	char path[] = "/tmp/check-state-XXXXXX";
	int fd = mkstemp(path);
	struct people_head head = { .identity = NULL };
	struct buf text = BUF(1 << 20);
	struct why why;
	size_t count;

	ck_assert_int_ge(fd, 0);
	close(fd);
	unlink(path);
	ck_assert_int_eq(watch_parse(&settings, "uri=ldap://x base=dc=x", NULL),
			 ERR_OK);
	strcpy(settings.state, path);
	looks = 0;
	disturb_at = disturbed;
	people = people_new(&settings.group);
	state = state_new(&settings, &people, &handlers, NULL);
	for (int i = 1; i <= MANY; i++)
		see(i);
	state_changed(state, true);
	timer_start(&deadline, DEADLINE_S, on_deadline, NULL);
	loop_run();
	timer_stop(&deadline);
	state_free(&state);
	people_free(&people);

	people = people_new(&settings.group);
	ck_assert_int_eq(people_file_load(path, &text, &why), ERR_OK);
	ck_assert_int_eq(people_read(people, &head, buf_text(&text), text.len,
				     &why),
			 ERR_OK);
	count = people_users(people);
	people_head_clear(&head);
	people_free(&people);
	buf_free(&text);
	directive_free(&watch_table, &settings);
	unlink(path);
	return count;
}

START_TEST(thousands_are_printed_some_a_turn)
{
	ck_assert_uint_eq(saved(0), MANY);
	ck_assert_uint_ge(looks, MANY / 500); /* at each */
}
END_TEST

START_TEST(who_comes_while_it_is_printed_is_in_the_file)
{
	ck_assert_uint_eq(saved(3), MANY + 1);
}
END_TEST

static void setup(void)
{
	struct why why;

	ck_assert_int_eq(loop_open(NULL, &why), ERR_OK);
	ck_assert_int_eq(work_open(&why), ERR_OK);
}

static void teardown(void)
{
	work_close();
	loop_close();
}

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	tcase_set_timeout(the_case, 2 * DEADLINE_S);
	TEST(thousands_are_printed_some_a_turn);
	TEST(who_comes_while_it_is_printed_is_in_the_file);
}
