/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "exchange store"
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "tests/exchange/ids.h"
#include "tests/exchange/store.h"
#include "tests/suite.h"

enum { HOUR_S = 3600, MANY = 3000 };

static struct store *store;
static struct mailbox *ann;
static char heard[400]; /* what the listener was told, in words */

static void on_change(const struct store_change *change, void *arg)
{
	static const char *const words[] = {
		[CHANGE_CREATED] = "created",
		[CHANGE_MODIFIED] = "modified",
		[CHANGE_DELETED] = "deleted",
		[CHANGE_MOVED] = "moved",
	};

	(void)arg;
	ck_assert_uint_eq(change->number, change->mailbox->number);
	snprintf(heard + strlen(heard), sizeof(heard) - strlen(heard),
		 "%s %s %llu,", words[change->change],
		 folder_id(change->folder), (unsigned long long)change->number);
}

static void setup(void)
{
	heard[0] = '\0';
	store = store_new();
	ann = store_add(store, "ann@example.com", "Ann", "ex1");
	store_on_change(store, on_change, NULL);
}

static void teardown(void)
{
	store_free(&store);
}

static struct item *lunch(void)
{
	char subject[] = "Lunch";
	const struct appointment what = { .subject = subject,
					  .start = HOUR_S,
					  .end = 2L * HOUR_S };

	return store_create(store, ann, FOLDER_CALENDAR, &what);
}

START_TEST(an_address_is_found_whatever_its_case)
{
	ck_assert_ptr_eq(store_find(store, "Ann@Example.COM"), ann);
	ck_assert_ptr_null(store_find(store, "bob@example.com"));
	ck_assert_ptr_null(store_add(store, "ANN@example.com", "A", "ex2"));
}
END_TEST

START_TEST(many_mailboxes_are_all_found_and_removed_ones_are_not)
{
	char address[64];

	for (int i = 0; i < MANY; i++) {
		snprintf(address, sizeof(address), "user%d@example.com", i);
		ck_assert_ptr_nonnull(store_add(store, address, "U", "ex1"));
	}
	for (int i = 0; i < MANY; i += 2) {
		struct mailbox *mailbox;

		snprintf(address, sizeof(address), "user%d@example.com", i);
		mailbox = store_find(store, address);
		store_remove(store, &mailbox);
		ck_assert_ptr_null(mailbox);
	}
	for (int i = 0; i < MANY; i++) {
		snprintf(address, sizeof(address), "user%d@example.com", i);
		ck_assert_int_eq(store_find(store, address) != NULL, i % 2);
	}
}
END_TEST

/* A move counts twice: out of one folder, into the other. */
START_TEST(every_change_gets_the_next_number_and_is_told)
{
	struct item *item = lunch();

	store_change(store, ann, item, &item->what);
	store_cancel(store, ann, item);
	store_move_item(store, ann, item, FOLDER_DELETED);
	store_delete(store, ann, &item);
	ck_assert_ptr_null(item);
	ck_assert_str_eq(heard, "created calendar 1,modified calendar 2,"
				"modified calendar 3,moved deleteditems 5,"
				"deleted deleteditems 6,");
	ck_assert_ptr_nonnull(ann->graves);
}
END_TEST

START_TEST(an_items_number_is_never_used_again)
{
	struct item *item = lunch();
	uint32_t first = item->number;

	store_delete(store, ann, &item);
	ck_assert_uint_ne(lunch()->number, first);
	ck_assert_ptr_null(store_item(ann, first));
}
END_TEST

START_TEST(a_move_tells_nobody_and_keeps_the_ids)
{
	char before[ID_SIZE], after[ID_SIZE];
	struct item *item = lunch();

	id_item_text(before, ann, item->number, 0);
	heard[0] = '\0';
	store_move(ann, "ex2");
	ck_assert_str_eq(heard, "");
	ck_assert_str_eq(ann->server, "ex2");
	ck_assert_str_eq(id_item_text(after, ann, item->number, 0), before);
}
END_TEST

START_TEST(the_youngest_of_a_subject_is_meant)
{
	struct item *youngest;

	lunch();
	youngest = lunch();
	ck_assert_ptr_eq(store_by_subject(ann, "Lunch"), youngest);
	ck_assert_ptr_null(store_by_subject(ann, "Dinner"));
}
END_TEST

START_TEST(a_clients_own_folder_goes_with_what_is_in_it)
{
	enum folder made = folder_make(ann, "Projects", NULL);
	struct item *item = lunch();

	ck_assert_int_ne(made, FOLDER_COUNT);
	store_move_item(store, ann, item, made);
	folder_unmake(store, ann, made);
	ck_assert(!folder_there(ann, made));
	ck_assert_ptr_null(store_by_subject(ann, "Lunch"));
}
END_TEST

START_TEST(a_mailbox_has_so_many_folders_of_its_own)
{
	for (int i = 0; i < FOLDERS_MADE_MAX; i++)
		ck_assert_int_ne(folder_make(ann, "F", NULL), FOLDER_COUNT);
	ck_assert_int_eq(folder_make(ann, "F", NULL), FOLDER_COUNT);
}
END_TEST

/* RFC 4648, 10. */
static const struct {
	const char *plain, *coded;
} base64[] = {
	{ "", "" },
	{ "f", "Zg==" },
	{ "fo", "Zm8=" },
	{ "foo", "Zm9v" },
	{ "foob", "Zm9vYg==" },
	{ "fooba", "Zm9vYmE=" },
	{ "foobar", "Zm9vYmFy" },
};

START_TEST(base64_is_written_and_read)
{
	char text[32];
	unsigned char back[16] = "";

	ck_assert_str_eq(base64_encode(text,
				       (const unsigned char *)base64[_i].plain,
				       strlen(base64[_i].plain)),
			 base64[_i].coded);
	ck_assert_int_eq(base64_decode(base64[_i].coded, back, sizeof(back)),
			 (long)strlen(base64[_i].plain));
	ck_assert_mem_eq(back, base64[_i].plain, strlen(base64[_i].plain));
}
END_TEST

START_TEST(what_is_no_base64_or_too_long_is_refused)
{
	unsigned char out[3];

	ck_assert_int_eq(base64_decode("Zm9!", out, sizeof(out)), -1);
	ck_assert_int_eq(base64_decode("Zm9vYmFy", out, sizeof(out)), -1);
	ck_assert_uint_eq(change_key_number("Zm9v"), 0);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(an_address_is_found_whatever_its_case);
	TEST(many_mailboxes_are_all_found_and_removed_ones_are_not);
	TEST(every_change_gets_the_next_number_and_is_told);
	TEST(an_items_number_is_never_used_again);
	TEST(a_move_tells_nobody_and_keeps_the_ids);
	TEST(the_youngest_of_a_subject_is_meant);
	TEST(a_clients_own_folder_goes_with_what_is_in_it);
	TEST(a_mailbox_has_so_many_folders_of_its_own);
	TEST_ROWS(base64_is_written_and_read, base64);
	TEST(what_is_no_base64_or_too_long_is_refused);
}
