/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "notify_write"
#include <stdlib.h>
#include <string.h>

#include "sip/notify_write.h"
#include "tests/suite.h"

static struct dialog a_dialog(const char *routes, const char *contact)
{
	static char target[] = "sip:ann@192.0.2.1:5070";

	return (struct dialog){
		.call_id = "call@host",
		.local = "\"Bob\" <sip:bob@example.org>",
		.remote = "<sip:ann@example.org>;tag=r",
		.event = "presence;id=7",
		.routes = routes,
		.contact = contact,
		.local_tag = "l",
		.local_cseq = 41,
		.target = target,
	};
}

static const struct {
	const char *routes, *contact, *body;
	const char *text;
} rows[] = {
	{ "", "<sip:192.0.2.9:5060;transport=udp>", "<p/>",
	  "NOTIFY sip:ann@192.0.2.1:5070 SIP/2.0\r\n"
	  "Via: SIP/2.0/UDP 192.0.2.9:5060;rport;branch=z9hG4bKx\r\n"
	  "Max-Forwards: 70\r\n"
	  "From: \"Bob\" <sip:bob@example.org>;tag=l\r\n"
	  "To: <sip:ann@example.org>;tag=r\r\n"
	  "Call-ID: call@host\r\n"
	  "CSeq: 42 NOTIFY\r\n"
	  "Contact: <sip:192.0.2.9:5060;transport=udp>\r\n"
	  "Event: presence;id=7\r\n"
	  "Subscription-State: active;expires=60\r\n"
	  "Content-Type: application/pidf+xml\r\n"
	  "Content-Length: 4\r\n\r\n<p/>" },
	{ "<sip:p1;lr>, <sip:p2;lr>", "<sip:[2001:db8::1]:5060;transport=udp>",
	  "",
	  "NOTIFY sip:ann@192.0.2.1:5070 SIP/2.0\r\n"
	  "Via: SIP/2.0/UDP [2001:db8::1]:5060;rport;branch=z9hG4bKx\r\n"
	  "Max-Forwards: 70\r\n"
	  "From: \"Bob\" <sip:bob@example.org>;tag=l\r\n"
	  "To: <sip:ann@example.org>;tag=r\r\n"
	  "Call-ID: call@host\r\n"
	  "CSeq: 42 NOTIFY\r\n"
	  "Contact: <sip:[2001:db8::1]:5060;transport=udp>\r\n"
	  "Route: <sip:p1;lr>, <sip:p2;lr>\r\n"
	  "Event: presence;id=7\r\n"
	  "Subscription-State: active;expires=60\r\n"
	  "Content-Type: application/pidf+xml\r\n"
	  "Content-Length: 0\r\n\r\n" },
};

START_TEST(a_notify_says_what_its_dialog_wants)
{
	struct dialog dialog = a_dialog(rows[_i].routes, rows[_i].contact);
	struct notify_request notify = {
		.dialog = &dialog,
		.state = "active;expires=60",
		.content_type = "application/pidf+xml",
		.body = rows[_i].body,
		.body_bytes = strlen(rows[_i].body),
	};
	size_t room = notify_write_room(&notify), len;
	char *text = malloc(room);

	len = notify_write(text, &notify, "UDP", "z9hG4bKx");
	ck_assert_uint_le(len, room);
	ck_assert_uint_eq(len, strlen(rows[_i].text));
	ck_assert_mem_eq(text, rows[_i].text, len);
	ck_assert_uint_eq(dialog.local_cseq, 42);
	free(text);
}
END_TEST

START_TEST(the_room_is_enough_for_the_largest_numbers)
{
	struct dialog dialog = a_dialog("r", "<sip:a:1>");
	struct notify_request notify = { &dialog, "s", "t", "b", 1 };
	char branch[64], *text = malloc(notify_write_room(&notify));

	memset(branch, 'z', sizeof(branch) - 1);
	branch[sizeof(branch) - 1] = '\0';
	dialog.local_cseq = UINT32_MAX - 1;
	ck_assert_uint_le(notify_write(text, &notify, "TLS", branch),
			  notify_write_room(&notify));
	free(text);
}
END_TEST

static void tests(void)
{
	TEST_ROWS(a_notify_says_what_its_dialog_wants, rows);
	TEST(the_room_is_enough_for_the_largest_numbers);
}
