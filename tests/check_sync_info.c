/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "sync_info"
#include <string.h>

#include "directory/dirsync.h"
#include "directory/sync_info.h"
#include "tests/suite.h"

#define ID         \
	"\x04\x10" \
	"0123456789abcdef"
#define TEXT(text)                                      \
	{                                               \
		.data = (text), .len = sizeof(text) - 1 \
	}

static const char id_of_row[] = "30313233343536373839616263646566";

static const struct {
	struct dsa_bytes value;
	bool good;
	enum sync_what what;
	const char *cookie;
} states[] = {
	{ TEXT("\x30\x15\x0a\x01\x01" ID), true, SYNC_ADD, NULL },
	{ TEXT("\x30\x15\x0a\x01\x03" ID), true, SYNC_DELETE, NULL },
	{ TEXT("\x30\x18\x0a\x01\x02" ID "\x04\x01z"), true, SYNC_MODIFY, "z" },
	{ TEXT("\x30\x15\x0a\x01\x04" ID), false, SYNC_PRESENT, NULL },
	{ TEXT("\x30\x03\x0a\x01\x01"), false, SYNC_PRESENT, NULL },
	{ TEXT("\x30\x06\x0a\x01\x01\x04\x01x"), false, SYNC_PRESENT, NULL },
	{ TEXT(""), false, SYNC_PRESENT, NULL },
};

START_TEST(state_of_an_entry_is_read_or_refused)
{
	struct sync_state state;

	ck_assert(sync_state_read(&states[_i].value, &state) ==
		  states[_i].good);
	if (!states[_i].good)
		return;
	ck_assert_int_eq(state.what, states[_i].what);
	ck_assert_str_eq(state.id, id_of_row);
	if (states[_i].cookie)
		ck_assert_mem_eq(state.cookie.data, states[_i].cookie,
				 state.cookie.len);
	else
		ck_assert_ptr_null(state.cookie.data);
}
END_TEST

static const struct {
	struct dsa_bytes value;
	bool good;
	enum sync_kind kind;
	bool done, deletes;
	unsigned ids;
} infos[] = {
	{ TEXT("\x80\x03"
	       "abc"),
	  true, SYNC_NEW_COOKIE, false, false, 0 },
	{ TEXT("\xa1\x00"), true, SYNC_REFRESH_DELETE, true, false, 0 },
	{ TEXT("\xa1\x03\x01\x01\x00"), true, SYNC_REFRESH_DELETE, false, false,
	  0 },
	{ TEXT("\xa2\x06\x04\x01z\x01\x01\xff"), true, SYNC_REFRESH_PRESENT,
	  true, false, 0 },
	{ TEXT("\xa3\x14\x31\x12" ID), true, SYNC_ID_SET, false, false, 1 },
	{ TEXT("\xa3\x29\x01\x01\xff\x31\x24" ID ID), true, SYNC_ID_SET, false,
	  true, 2 },
	{ TEXT("\xa3\x15\x31\x13" ID "\x04"), true, SYNC_ID_SET, false, false,
	  1 },
	{ TEXT("\xa3\x00"), false, SYNC_ID_SET, false, false, 0 },
	{ TEXT("\xa4\x00"), false, SYNC_ID_SET, false, false, 0 },
	{ TEXT("\xa1\x05\x01"), false, SYNC_REFRESH_DELETE, false, false, 0 },
	{ TEXT(""), false, SYNC_NEW_COOKIE, false, false, 0 },
};

START_TEST(what_comes_between_is_read_or_refused)
{
	struct sync_info info;
	char id[PERSON_ID_SIZE];
	unsigned ids = 0;

	ck_assert(sync_info_read(&infos[_i].value, &info) == infos[_i].good);
	if (!infos[_i].good)
		return;
	ck_assert_int_eq(info.kind, infos[_i].kind);
	ck_assert(info.done == infos[_i].done);
	ck_assert(info.deletes == infos[_i].deletes);
	while (sync_info_next(&info, id)) {
		ck_assert_str_eq(id, id_of_row);
		ids++;
	}
	ck_assert_uint_eq(ids, infos[_i].ids);
}
END_TEST

START_TEST(request_asks_to_refresh_and_persist)
{
	const struct dsa_bytes cookie = TEXT("abc");
	struct buf out = BUF(100);

	sync_request_write(&out, &cookie);
	ck_assert_uint_eq(out.len, 10);
	ck_assert_mem_eq(out.data,
			 "\x30\x08\x0a\x01\x03\x04\x03"
			 "abc",
			 10);
	buf_free(&out);
}
END_TEST

START_TEST(dirsync_says_both_flags_and_its_cookie_comes_back)
{
	const struct dsa_bytes cookie = TEXT("abc");
	struct buf out = BUF(100);
	struct dsa_bytes value, back;
	bool more = false;

	dirsync_write(&out,
		      DIRSYNC_OBJECT_SECURITY | DIRSYNC_INCREMENTAL_VALUES,
		      &cookie);
	ck_assert_mem_eq(out.data, "\x30\x11\x02\x04\x80\x00\x00\x01", 8);
	value = (struct dsa_bytes){ .data = out.data, .len = out.len };
	ck_assert(dirsync_read(&value, &more, &back));
	ck_assert(more);
	ck_assert_uint_eq(back.len, 3);
	ck_assert_mem_eq(back.data, "abc", 3);
	value.len--;
	ck_assert(!dirsync_read(&value, &more, &back));
	buf_free(&out);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(state_of_an_entry_is_read_or_refused, states);
	TEST_ROWS(what_comes_between_is_read_or_refused, infos);
	TEST(request_asks_to_refresh_and_persist);
	TEST(dirsync_says_both_flags_and_its_cookie_comes_back);
}
