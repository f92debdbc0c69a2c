/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* calendar/ews_ways.c alone: four ways that do what the test says. */
#define SUITE "ews_ways"
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/metric.h"
#include "calendar/ews_pool.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

enum { STREAMING, PUSHING, PULLING, POLLING, CLIMB_S = 900 };

static struct gateway_settings settings;
static struct gateway_health health;
static struct backend_pool pool;
static const char *lacking[EWS_WAYS];
static unsigned opened[EWS_WAYS], closed[EWS_WAYS];
static unsigned follows[EWS_WAYS], leaves[EWS_WAYS], reads[EWS_WAYS];
static struct subscription *tried; /* the last that is nobody's */

#define WAY(number)                                                      \
	static const char *lacks_##number(const struct backend_pool *of) \
	{                                                                \
		(void)of;                                                \
		return lacking[number];                                  \
	}                                                                \
	static void open_##number(struct backend_pool *of)               \
	{                                                                \
		(void)of;                                                \
		opened[number]++;                                        \
	}                                                                \
	static void close_##number(struct backend_pool *of)              \
	{                                                                \
		(void)of;                                                \
		closed[number]++;                                        \
	}                                                                \
	static void follow_##number(struct subscription *sub)            \
	{                                                                \
		follows[number]++;                                       \
		tried = sub->trial ? sub : tried;                        \
	}                                                                \
	static void leave_##number(struct subscription *sub)             \
	{                                                                \
		leaves[number]++;                                        \
		tried = tried == sub ? NULL : tried;                     \
	}                                                                \
	static void was_read_##number(struct subscription *sub)          \
	{                                                                \
		(void)sub;                                               \
		reads[number]++;                                         \
	}

#define WAY_ROW(number, word, lowest)                                        \
	{                                                                    \
		word, lowest, lacks_##number, open_##number, close_##number, \
			follow_##number, leave_##number, was_read_##number   \
	}

WAY(STREAMING)
WAY(PUSHING)
WAY(PULLING)
WAY(POLLING)

const struct ews_way ews_streaming =
	WAY_ROW(STREAMING, "streaming", "Exchange2010_SP1");
const struct ews_way ews_pushing = WAY_ROW(PUSHING, "push", "Exchange2007");
const struct ews_way ews_pulling = WAY_ROW(PULLING, "pull", "Exchange2007");
const struct ews_way ews_polling = WAY_ROW(POLLING, "poll", "Exchange2007");

const struct gateway_settings *gateway_settings(const struct gateway *gateway)
{
	(void)gateway;
	return &settings;
}

const char *gateway_name(const struct gateway *gateway)
{
	(void)gateway;
	return "a";
}

struct gateway_health *gateway_condition(struct gateway *gateway)
{
	(void)gateway;
	return &health;
}

void ews_free(struct subscription *sub)
{
	ews_way_leave(sub);
	free(sub);
}

static void quiet(enum log_level level, const char *line, void *arg)
{
	(void)level;
	(void)line;
	(void)arg;
}

static void setup(void)
{
	fake_loop_reset();
	metric_forget_all();
	log_to(quiet, NULL);
	memset(lacking, 0, sizeof(lacking));
	memset(opened, 0, sizeof(opened));
	memset(closed, 0, sizeof(closed));
	memset(follows, 0, sizeof(follows));
	memset(leaves, 0, sizeof(leaves));
	memset(reads, 0, sizeof(reads));
	tried = NULL;
	health = (struct gateway_health){ .notify = NULL };
	settings = (struct gateway_settings){ .climb = CLIMB_S,
					      .heartbeat = 90,
					      .callback_wait = 60 };
	strcpy(settings.version, "Exchange2010_SP1");
	strcpy(settings.notify, "any");
	pool = (struct backend_pool){ .version = "Exchange2007" };
}

static void teardown(void)
{
	while (pool.subs)
		ews_free(pool.subs);
	ews_ways_close(&pool);
	ck_assert_ptr_null(tried);
	ck_assert_uint_eq(fake_loop_timers(), 0);
	metric_forget_all();
}

static struct subscription *join(const struct mailbox *mailbox, bool live)
{
	struct subscription *sub = x_new(struct subscription);

	sub->pool = &pool;
	sub->mailbox = mailbox;
	ews_way_follow(sub);
	sub->live = live;
	return sub;
}

static const struct mailbox ann = { "ann@example.com", "g", true };
static const struct mailbox bob = { "bob@example.com", NULL, false };
static const struct why no_answer = { ERR_NETWORK, "no answer" };

static const struct {
	const char *notify, *version;
	unsigned lacking; /* bits by way */
	unsigned way;
	bool settled;
	const char *why; /* why no better one, some words of it */
} choices[] = {
	{ "any", "Exchange2010_SP1", 0, STREAMING, false, "" },
	{ "any", "Exchange2007", 0, PUSHING, false,
	  "streaming: the version that is configured has none" },
	{ "any", "Exchange2010_SP1", 1 << STREAMING, PUSHING, false,
	  "streaming: not here" },
	{ "any", "Exchange2007", 1 << PUSHING, PULLING, false,
	  "none; push: not here" },
	{ "any", "Exchange2010_SP1", 7, POLLING, false, "pull: not here" },
	{ "pull", "Exchange2010_SP1", 0, PULLING, true, "" },
	{ "poll", "Exchange2010_SP1", 0, POLLING, true, "" },
	/* What is wanted and cannot be: the best that can. */
	{ "push", "Exchange2010_SP1", 1 << PUSHING, STREAMING, false, "" },
	{ "streaming", "Exchange2007", 0, PUSHING, false, "streaming: " },
};

START_TEST(the_best_way_that_can_be_is_taken_and_why_no_better_one_is)
{
	for (unsigned i = 0; i < EWS_WAYS; i++)
		if (choices[_i].lacking & 1U << i)
			lacking[i] = "not here";
	strcpy(settings.notify, choices[_i].notify);
	strcpy(settings.version, choices[_i].version);
	ews_ways_open(&pool);
	ck_assert_uint_eq(pool.way, choices[_i].way);
	ck_assert_int_eq(pool.settled, choices[_i].settled);
	ck_assert_str_eq(health.notify, ews_way_name(choices[_i].way));
	ck_assert_msg(strstr(health.notify_why, choices[_i].why) != NULL, "%s",
		      health.notify_why);
	for (unsigned i = 0; i < EWS_WAYS; i++)
		ck_assert_uint_eq(opened[i], 1);
	/* Only who is not on the best way has anything to climb to. */
	ck_assert_int_eq(timer_running(&pool.climb),
			 !choices[_i].settled && choices[_i].way);
	ews_ways_close(&pool);
	for (unsigned i = 0; i < EWS_WAYS; i++)
		ck_assert_uint_eq(closed[i], 1);
}
END_TEST

START_TEST(who_comes_follows_the_pools_way_and_leaves_without_a_trace)
{
	struct subscription *subs[3];

	ews_ways_open(&pool);
	for (int i = 0; i < 3; i++)
		subs[i] = join(&ann, i == 1);
	ck_assert_uint_eq(follows[STREAMING], 3);
	ck_assert(ews_follows_by(subs[0], &ews_streaming));
	ck_assert(ews_way_alive(&pool, STREAMING));
	ck_assert(!ews_way_alive(&pool, PUSHING));
	ews_way_was_read(subs[0]);
	ck_assert_uint_eq(reads[STREAMING], 1);
	for (int i = 0; i < 3; i++)
		ews_free(subs[(_i + i) % 3]);
	ck_assert_ptr_null(pool.subs);
	ck_assert_uint_eq(leaves[STREAMING], 3);
}
END_TEST

START_TEST(a_way_that_works_for_nobody_is_left_by_all)
{
	struct subscription *first, *second;

	ews_ways_open(&pool);
	first = join(&ann, false);
	second = join(&bob, false);
	ck_assert(ews_way_fails(first, &no_answer));
	ck_assert_uint_eq(pool.way, PUSHING);
	ck_assert_uint_eq(follows[PUSHING], 0);
	/* Said again before the loop turned: nothing more. */
	ck_assert(ews_way_fails(first, &no_answer));
	ck_assert(ews_way_fails(second, &no_answer));
	fake_loop_pass_ms(0);
	ck_assert_uint_eq(leaves[STREAMING], 2);
	ck_assert_uint_eq(follows[PUSHING], 2);
	ck_assert_uint_eq(follows[PULLING], 0);
	ck_assert_str_eq(health.notify, "push");
	ck_assert_str_eq(health.notify_why, "streaming: no answer");
	ck_assert_int_eq(metric_get(METRIC_way_changes_total, "a"), 1);
}
END_TEST

START_TEST(where_it_works_for_others_one_alone_goes_another_way)
{
	struct subscription *first;

	ews_ways_open(&pool);
	first = join(&ann, false);
	join(&bob, true);
	ck_assert(ews_way_fails(first, &no_answer));
	fake_loop_pass_ms(0);
	ck_assert_uint_eq(pool.way, STREAMING);
	ck_assert_uint_eq(first->way, PUSHING);
	ck_assert_uint_eq(leaves[STREAMING], 1);
	ck_assert_uint_eq(follows[PUSHING], 1);
	ck_assert_str_eq(health.notify, "streaming");
	ck_assert_uint_eq(join(&ann, false)->way, STREAMING);
}
END_TEST

START_TEST(one_that_fails_and_has_lost_its_life_counts_as_failing_for_all)
{
	struct subscription *alone;

	ews_ways_open(&pool);
	alone = join(&ann, true);
	ck_assert(ews_way_fails(alone, &no_answer));
	ck_assert(!alone->live);
	ck_assert_uint_eq(pool.way, PUSHING);
}
END_TEST

/* Ways that are not there are stepped over. */
static const struct {
	unsigned way, lacking;
	const char *notify;
	bool helped;
	unsigned next;
} falls[] = {
	{ STREAMING, 0, "any", true, PUSHING },
	{ STREAMING, 1 << PUSHING, "any", true, PULLING },
	{ STREAMING, 1 << PUSHING | 1 << PULLING, "any", true, POLLING },
	{ POLLING, 7, "any", false, POLLING },
	{ STREAMING, 14, "any", false, STREAMING },
	{ STREAMING, 0, "streaming", false, STREAMING },
	{ PULLING, 0, "pull", false, PULLING },
};

START_TEST(below_a_way_that_fails_is_the_next_that_can_be)
{
	struct subscription *sub;

	for (unsigned i = 0; i < EWS_WAYS; i++)
		if (falls[_i].lacking & 1U << i)
			lacking[i] = "not here";
	strcpy(settings.notify, falls[_i].notify);
	ews_ways_open(&pool);
	ck_assert_uint_eq(pool.way, falls[_i].way);
	sub = join(&ann, false);
	ck_assert_int_eq(ews_way_fails(sub, &no_answer), falls[_i].helped);
	fake_loop_pass_ms(0);
	ck_assert_uint_eq(sub->way, falls[_i].next);
	ck_assert_uint_eq(pool.way, falls[_i].next);
}
END_TEST

/* Everybody is on the last way, somebody is live there. */
static struct subscription *at_the_bottom(void)
{
	struct subscription *sub;

	ews_ways_open(&pool);
	sub = join(&ann, false);
	for (unsigned way = 0; way < POLLING; way++) {
		ck_assert(ews_way_fails(sub, &no_answer));
		fake_loop_pass_ms(0);
	}
	ck_assert_uint_eq(sub->way, POLLING);
	sub->live = true;
	return sub;
}

START_TEST(a_better_way_is_tried_with_one_mailbox_and_all_come_when_it_works)
{
	const struct subscription *sub = at_the_bottom();

	fake_loop_pass(CLIMB_S - 1);
	ck_assert_ptr_null(tried);
	fake_loop_pass(1);
	ck_assert_ptr_nonnull(tried);
	ck_assert_uint_eq(tried->way, STREAMING);
	ck_assert_str_eq(tried->mailbox->address, "ann@example.com");
	ck_assert_ptr_ne(tried->mailbox, &ann);
	/* Meanwhile nobody is moved. */
	ck_assert_uint_eq(sub->way, POLLING);
	ck_assert(sub->live);

	ews_way_works(tried);
	ews_way_works(tried);
	fake_loop_pass_ms(0);
	fake_loop_pass_ms(0);
	ck_assert_ptr_null(tried);
	ck_assert_uint_eq(pool.way, STREAMING);
	ck_assert_uint_eq(sub->way, STREAMING);
	ck_assert(!sub->live);
	ck_assert_str_eq(pool.version, "Exchange2010_SP1");
	ck_assert_str_eq(health.notify_why, "");
	ck_assert(!timer_running(&pool.climb));
}
END_TEST

START_TEST(a_trial_that_fails_is_followed_by_the_next_way_down_and_then_by_time)
{
	const struct why refused = { ERR_DENIED, "refused" };

	at_the_bottom();
	fake_loop_pass(CLIMB_S);
	for (unsigned way = STREAMING; way < POLLING; way++) {
		ck_assert_ptr_nonnull(tried);
		ck_assert_uint_eq(tried->way, way);
		/* The way itself tells so, or the mailbox was refused. */
		ck_assert(!ews_way_fails(tried, &refused));
		tried->handlers->failed(&refused, tried->arg);
		fake_loop_pass_ms(0);
	}
	ck_assert_ptr_null(tried);
	ck_assert_uint_eq(pool.way, POLLING);
	ck_assert_ptr_nonnull(strstr(health.notify_why, "pull: refused"));
	fake_loop_pass(CLIMB_S);
	ck_assert_ptr_nonnull(tried);
	ck_assert_uint_eq(tried->way, STREAMING);
}
END_TEST

START_TEST(a_trial_that_hears_nothing_ends_by_itself)
{
	at_the_bottom();
	lacking[PUSHING] = lacking[PULLING] = "not here";
	fake_loop_pass(CLIMB_S);
	ck_assert_ptr_nonnull(tried);
	fake_loop_pass(settings.heartbeat + settings.callback_wait + 60);
	ck_assert_ptr_null(tried);
	ck_assert_uint_eq(pool.way, POLLING);
	ck_assert(timer_running(&pool.climb));
}
END_TEST

START_TEST(nothing_is_tried_where_nobody_is_live)
{
	struct subscription *sub = at_the_bottom();

	sub->live = false;
	fake_loop_pass(2 * CLIMB_S);
	ck_assert_ptr_null(tried);
	sub->live = true;
	fake_loop_pass(CLIMB_S);
	ck_assert_ptr_nonnull(tried);
}
END_TEST

START_TEST(a_trial_outlives_the_mailbox_that_it_is_made_with)
{
	char address[] = "cem@example.com";
	const struct mailbox mailbox = { address, NULL, false };
	struct subscription *guide;

	ews_ways_open(&pool);
	guide = join(&mailbox, false);
	ck_assert(ews_way_fails(guide, &no_answer));
	fake_loop_pass_ms(0);
	guide->live = true;
	fake_loop_pass(CLIMB_S);
	ews_free(guide);
	memset(address, 0, sizeof(address));
	ck_assert_ptr_nonnull(tried);
	ck_assert_str_eq(tried->mailbox->address, "cem@example.com");
	ews_way_works(tried);
	fake_loop_pass_ms(0);
	ck_assert_uint_eq(pool.way, STREAMING);
}
END_TEST

START_TEST(closing_ends_what_is_being_tried)
{
	at_the_bottom();
	fake_loop_pass(CLIMB_S);
	ck_assert_ptr_nonnull(tried);
	if (_i)
		ews_way_works(tried);
}
END_TEST

static const struct {
	enum err err;
	bool unknown;
} answers[] = {
	{ ERR_VERSION, true }, { ERR_CONFIG, true },  { ERR_NETWORK, false },
	{ ERR_MOVED, false },  { ERR_DENIED, false }, { ERR_OK, false },
};

START_TEST(only_what_the_server_does_not_have_concerns_the_way)
{
	const struct why why = { answers[_i].err, "" };

	ews_ways_open(&pool);
	ck_assert_int_eq(ews_way_is_unknown(&why), answers[_i].unknown);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST_ROWS(the_best_way_that_can_be_is_taken_and_why_no_better_one_is,
		  choices);
	tcase_add_loop_test(
		the_case,
		who_comes_follows_the_pools_way_and_leaves_without_a_trace, 0,
		3);
	TEST(a_way_that_works_for_nobody_is_left_by_all);
	TEST(where_it_works_for_others_one_alone_goes_another_way);
	TEST(one_that_fails_and_has_lost_its_life_counts_as_failing_for_all);
	TEST_ROWS(below_a_way_that_fails_is_the_next_that_can_be, falls);
	TEST(a_better_way_is_tried_with_one_mailbox_and_all_come_when_it_works);
	TEST(a_trial_that_fails_is_followed_by_the_next_way_down_and_then_by_time);
	TEST(a_trial_that_hears_nothing_ends_by_itself);
	TEST(nothing_is_tried_where_nobody_is_live);
	TEST(a_trial_outlives_the_mailbox_that_it_is_made_with);
	tcase_add_loop_test(the_case, closing_ends_what_is_being_tried, 0, 2);
	TEST_ROWS(only_what_the_server_does_not_have_concerns_the_way, answers);
}
