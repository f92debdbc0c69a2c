/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "dialog"
#include <string.h>

#include "sip/dialog.h"
#include "tests/suite.h"

static struct dialog_seed a_seed(void)
{
	return (struct dialog_seed){
		.call_id = "call",
		.local = "<sip:bob@example.org>",
		.remote = "<sip:ann@example.org>;tag=r",
		.remote_tag = "r",
		.event = "presence",
		.routes = "<sip:p;lr>",
		.contact = "<sip:192.0.2.9>",
		.target = "sip:ann@192.0.2.1",
		.next_hop = "sip:192.0.2.1:5060;transport=udp",
		.cseq = 7,
	};
}

START_TEST(a_dialog_keeps_what_it_was_told)
{
	char call_id[] = "call", target[] = "sip:ann@192.0.2.1";
	struct dialog_seed seed = a_seed();
	struct dialog *dialog;

	seed.call_id = call_id;
	seed.target = target;
	dialog = dialog_new(&seed);
	memset(call_id, 'x', 4);
	memset(target, 'x', 4);
	ck_assert_str_eq(dialog->call_id, "call");
	ck_assert_str_eq(dialog->local, "<sip:bob@example.org>");
	ck_assert_str_eq(dialog->remote, "<sip:ann@example.org>;tag=r");
	ck_assert_str_eq(dialog->remote_tag, "r");
	ck_assert_str_eq(dialog->event, "presence");
	ck_assert_str_eq(dialog->routes, "<sip:p;lr>");
	ck_assert_str_eq(dialog->contact, "<sip:192.0.2.9>");
	ck_assert_str_eq(dialog->target, "sip:ann@192.0.2.1");
	ck_assert_uint_eq(dialog->remote_cseq, 7);
	ck_assert_uint_eq(dialog->local_cseq, 0);
	dialog_free(&dialog);
	ck_assert_ptr_null(dialog);
}
END_TEST

START_TEST(each_has_a_tag_of_its_own)
{
	struct dialog_seed seed = a_seed();
	struct dialog *one = dialog_new(&seed), *other = dialog_new(&seed);

	ck_assert_uint_eq(strlen(one->local_tag), DIALOG_TAG_SIZE - 1);
	ck_assert_str_ne(one->local_tag, other->local_tag);
	dialog_free(&one);
	dialog_free(&other);
}
END_TEST

START_TEST(a_later_request_moves_its_target)
{
	struct dialog_seed seed = a_seed();
	struct dialog *dialog = dialog_new(&seed);

	dialog_retarget(dialog, "sip:new@192.0.2.2", "", NULL, NULL);
	ck_assert_str_eq(dialog->target, "sip:new@192.0.2.2");
	ck_assert_str_eq(dialog->next_hop, "");
	ck_assert_str_eq(dialog->routes, "<sip:p;lr>");
	dialog_free(&dialog);
}
END_TEST

static void tests(void)
{
	TEST(a_dialog_keeps_what_it_was_told);
	TEST(each_has_a_tag_of_its_own);
	TEST(a_later_request_moves_its_target);
}
