/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define SUITE "reginfo"
#include <stdio.h>
#include <string.h>

#include "base/xml.h"
#include "sip/reginfo.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

#define ANN "sip:ann@example.org"

static const struct registrar_settings settings = { 60, 3600 };
static struct registrar *registrar;
static int told;

static void on_contact(const char *entity, bool online, void *arg)
{
	(void)entity;
	(void)online;
	(void)arg;
}

static void on_changed(const char *entity, void *arg)
{
	(void)arg;
	ck_assert_str_eq(entity, ANN);
	told++;
}

static void setup(void)
{
	fake_loop_reset();
	told = 0;
	registrar = registrar_new(&settings, on_contact, NULL);
	registrar_on_change(registrar, on_changed);
}

static void teardown(void)
{
	registrar_free(&registrar);
	ck_assert_uint_eq(fake_loop_timers(), 0);
}

static void take(unsigned cseq, long expires_s)
{
	const struct register_contact contact = {
		.uri = "sip:ann@192.0.2.1:5062",
		.q = Q_MAX,
		.expires_s = expires_s,
	};
	const struct register_request request = {
		.entity = ANN,
		.call_id = "call<1>",
		.cseq = cseq,
		.contacts = &contact,
		.count = 1,
		.expires_s = CONTACT_EXPIRES_ABSENT,
	};
	int online;

	ck_assert_int_eq(registrar_take(registrar, &request, &online), 200);
}

static struct {
	char version[8], state[16], registration[16], contact[16], event[16];
	char uri[64];
} seen;

static void copy(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text ? text : "");
}

#define COPY(field, text) copy(seen.field, sizeof(seen.field), text)

static void note(const struct xml_node *root, void *arg)
{
	const struct xml_node *registration = xml_path(root, "registration");
	const struct xml_node *contact = xml_path(root, "registration/contact");

	(void)arg;
	ck_assert_str_eq(root->ns, "urn:ietf:params:xml:ns:reginfo");
	memset(&seen, 0, sizeof(seen));
	COPY(version, xml_attr(root, "version"));
	COPY(state, xml_attr(root, "state"));
	COPY(registration, xml_attr(registration, "state"));
	if (!contact)
		return;
	COPY(contact, xml_attr(contact, "state"));
	COPY(event, xml_attr(contact, "event"));
	COPY(uri, xml_path_text(contact, "uri"));
}

static void look(unsigned version)
{
	struct buf out = BUF(REGINFO_BYTES_MAX);

	reginfo_write(&out, registrar, ANN, version);
	ck_assert_int_eq(xml_read(buf_text(&out), out.len, NULL, note, NULL,
				  NULL),
			 ERR_OK);
	buf_free(&out);
	ck_assert_str_eq(seen.state, "full");
}

static void sees(const char *registration, const char *contact,
		 const char *event)
{
	look(7);
	ck_assert_str_eq(seen.version, "7");
	ck_assert_str_eq(seen.registration, registration);
	ck_assert_str_eq(seen.contact, contact);
	ck_assert_str_eq(seen.event, event);
}

START_TEST(who_never_registered_is_init)
{
	sees("init", "", "");
}
END_TEST

START_TEST(registered_and_refreshed_is_active)
{
	take(1, 600);
	sees("active", "active", "registered");
	ck_assert_str_eq(seen.uri, "sip:ann@192.0.2.1:5062");
	take(2, 600);
	sees("active", "active", "refreshed");
}
END_TEST

START_TEST(signed_out_is_terminated_and_rejected)
{
	take(1, 600);
	ck_assert_uint_eq(registrar_forget(registrar, ANN), 1);
	ck_assert_int_eq(told, 1);
	sees("terminated", "terminated", "rejected");
}
END_TEST

START_TEST(unregistered_and_expired_are_told_apart)
{
	take(1, 600);
	take(2, 0);
	sees("terminated", "terminated", "unregistered");
	fake_loop_pass(ENDED_KEPT_S + 1);
	take(3, 60);
	fake_loop_pass(60);
	ck_assert_int_eq(told, 1);
	sees("terminated", "terminated", "expired");
}
END_TEST

START_TEST(what_ended_is_forgotten_after_a_moment)
{
	take(1, 600);
	registrar_forget(registrar, ANN);
	fake_loop_pass(2 * ENDED_KEPT_S);
	sees("init", "", "");
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, teardown);
	TEST(who_never_registered_is_init);
	TEST(registered_and_refreshed_is_active);
	TEST(signed_out_is_terminated_and_rejected);
	TEST(unregistered_and_expired_are_told_apart);
	TEST(what_ended_is_forgotten_after_a_moment);
}
