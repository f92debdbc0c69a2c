/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "winfo"
#include <stdlib.h>
#include <string.h>

#include "sip/notifier_private.h"
#include "sip/winfo.h"
#include "tests/suite.h"

enum { NOW = 1000 };

static struct presentity *presentity;
static struct subscription first, second, fetch;

static void setup(void)
{
	static const char entity[] = "sip:bob@example.org";

	presentity = calloc(1, sizeof(*presentity) + sizeof(entity));
	memcpy(presentity->entity, entity, sizeof(entity));
	first = (struct subscription){
		.id = 1, .since = NOW - 10, .until = NOW + 50, .next = &second
	};
	second = (struct subscription){ .id = 2,
					.since = NOW - 5,
					.until = NOW - 1,
					.terminated = true,
					.ending = ENDING_REJECTED,
					.next = &fetch };
	fetch = (struct subscription){ .id = 3, .fetch = true };
	first.watcher = strdup("sip:a@x&y");
	second.watcher = strdup("sip:b@x");
	fetch.watcher = strdup("sip:c@x");
	presentity->subscriptions[PACKAGE_PRESENCE] = &first;
}

static void teardown(void)
{
	free(first.watcher);
	free(second.watcher);
	free(fetch.watcher);
	free(presentity);
}

START_TEST(a_full_document_lists_who_watches_now)
{
	struct buf out = BUF(8192);
	const char *text;

	winfo_write(&out, presentity, 4, NULL, NOW);
	text = buf_text(&out);
	ck_assert_ptr_nonnull(strstr(text, "version=\"4\" state=\"full\""));
	ck_assert_ptr_nonnull(strstr(text, "resource=\"sip:bob@example.org\""));
	ck_assert_ptr_nonnull(
		strstr(text, "<watcher id=\"w1\" status=\"active\" "
			     "event=\"subscribe\" expiration=\"50\" "
			     "duration-subscribed=\"10\">sip:a@x&amp;y<"));
	ck_assert_ptr_null(strstr(text, "w2"));
	ck_assert_ptr_null(strstr(text, "w3"));
	buf_free(&out);
}
END_TEST

START_TEST(a_partial_document_tells_of_one)
{
	struct buf out = BUF(8192);
	const char *text;

	winfo_write(&out, presentity, 5, &second, NOW);
	text = buf_text(&out);
	ck_assert_ptr_nonnull(strstr(text, "version=\"5\" state=\"partial\""));
	ck_assert_ptr_nonnull(
		strstr(text, "<watcher id=\"w2\" status=\"terminated\" "
			     "event=\"rejected\" duration-subscribed=\"5\">"));
	ck_assert_ptr_null(strstr(text, "w1"));
	buf_free(&out);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(a_full_document_lists_who_watches_now);
	TEST(a_partial_document_tells_of_one);
}
