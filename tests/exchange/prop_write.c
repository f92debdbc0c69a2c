/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "tests/exchange/ical.h"
#include "tests/exchange/prop.h"
#include "tests/exchange/rule.h"
#include "tests/exchange/when.h"
#include "tests/exchange/zone.h"

static void leaf_if(const struct prop_out *out, const char *text)
{
	if (text)
		xml_leaf(out->xml, out->element, text);
}

static void leaf_bool(const struct prop_out *out, bool value)
{
	bool_leaf(out->xml, out->element, value);
}

static bool series(const struct occurrence *one)
{
	return one->kind == KIND_MASTER;
}

void write_nothing(const struct prop_out *out, const struct occurrence *one)
{
	(void)out;
	(void)one;
}

void write_false(const struct prop_out *out, const struct occurrence *one)
{
	(void)one;
	leaf_bool(out, false);
}

void write_true(const struct prop_out *out, const struct occurrence *one)
{
	(void)one;
	leaf_bool(out, true);
}

void write_zero(const struct prop_out *out, const struct occurrence *one)
{
	(void)one;
	xml_leaf_number(out->xml, out->element, 0);
}

void write_mime(const struct prop_out *out, const struct occurrence *one)
{
	char *text = ical_text(one);
	size_t len = strlen(text);
	char *encoded = x_zalloc(4 * (len + 2) / 3 + 5);

	xml_start(out->xml, out->element);
	xml_attribute(out->xml, "CharacterSet", "UTF-8");
	xml_text(out->xml,
		 base64_encode(encoded, (const unsigned char *)text, len));
	xml_end(out->xml);
	free(encoded);
	free(text);
}

void write_id(const struct prop_out *out, const struct occurrence *one)
{
	id_write_occurrence(out->xml, out->element, one);
}

void write_parent(const struct prop_out *out, const struct occurrence *one)
{
	id_write_folder(out->xml, out->element, one->mailbox,
			one->item->folder);
}

void write_class(const struct prop_out *out, const struct occurrence *one)
{
	xml_leaf(out->xml, out->element,
		 one->kind == KIND_OCCURRENCE || one->kind == KIND_EXCEPTION
			 ? "IPM.Appointment.Occurrence"
			 : "IPM.Appointment");
}

void write_subject(const struct prop_out *out, const struct occurrence *one)
{
	leaf_if(out, one->what->subject);
}

void write_sensitivity(const struct prop_out *out, const struct occurrence *one)
{
	xml_leaf(out->xml, out->element,
		 sensitivity_word(one->what->sensitivity));
}

static void body(const struct prop_out *out, const struct occurrence *one,
		 bool plain)
{
	const char *text = one->what->body;

	xml_start(out->xml, out->element);
	xml_attribute(out->xml, "BodyType", plain ? "Text" : "HTML");
	if (text)
		xml_text(out->xml, text);
	xml_end(out->xml);
}

void write_body(const struct prop_out *out, const struct occurrence *one)
{
	body(out, one, out->plain || !one->what->body_html);
}

void write_text_body(const struct prop_out *out, const struct occurrence *one)
{
	body(out, one, true);
}

void write_size(const struct prop_out *out, const struct occurrence *one)
{
	const struct appointment *what = one->what;
	size_t size = 512 + (what->body ? strlen(what->body) : 0) +
		      (what->subject ? strlen(what->subject) : 0);

	xml_leaf_number(out->xml, out->element, (long long)size);
}

void write_categories(const struct prop_out *out, const struct occurrence *one)
{
	char *copy;
	char *rest;

	if (!one->what->categories)
		return;
	copy = rest = x_strdup(one->what->categories);
	xml_start(out->xml, out->element);
	while (rest)
		xml_leaf(out->xml, "t:String", strsep(&rest, "\037"));
	xml_end(out->xml);
	free(copy);
}

void write_importance(const struct prop_out *out, const struct occurrence *one)
{
	static const char *const words[] = { "Low", "Normal", "High" };

	xml_leaf(out->xml, out->element, words[one->what->importance]);
}

void write_created(const struct prop_out *out, const struct occurrence *one)
{
	when_leaf(out->xml, out->element, one->item->created_at);
}

void write_modified(const struct prop_out *out, const struct occurrence *one)
{
	when_leaf(out->xml, out->element, one->item->changed_at);
}

void write_modifier(const struct prop_out *out, const struct occurrence *one)
{
	xml_leaf(out->xml, out->element, one->mailbox->name);
}

void write_remind(const struct prop_out *out, const struct occurrence *one)
{
	leaf_bool(out, one->what->reminder);
}

void write_remind_min(const struct prop_out *out, const struct occurrence *one)
{
	xml_leaf_number(out->xml, out->element, one->what->reminder_minutes);
}

static void display(const struct prop_out *out, const struct occurrence *one,
		    enum role role)
{
	struct buf text = BUF(4096);

	for (const struct attendee *a = one->what->attendees; a; a = a->next)
		if (a->role == role)
			buf_print(&text, "%s%s", text.len ? "; " : "",
				  a->name ? a->name : a->address);
	xml_leaf(out->xml, out->element, buf_text(&text));
	buf_free(&text);
}

void write_display_to(const struct prop_out *out, const struct occurrence *one)
{
	display(out, one, ROLE_REQUIRED);
}

void write_display_cc(const struct prop_out *out, const struct occurrence *one)
{
	display(out, one, ROLE_OPTIONAL);
}

void write_culture(const struct prop_out *out, const struct occurrence *one)
{
	(void)one;
	xml_leaf(out->xml, out->element, "en-US");
}

void write_rights(const struct prop_out *out, const struct occurrence *one)
{
	static const char *const rights[] = {
		"t:CreateAssociated", "t:CreateContents", "t:CreateHierarchy",
		"t:Delete",           "t:Modify",         "t:Read"
	};

	(void)one;
	xml_start(out->xml, out->element);
	for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++)
		bool_leaf(out->xml, rights[i], i > 2);
	if (out->version >= EWS_2007_SP1)
		bool_leaf(out->xml, "t:ViewPrivateItems", true);
	xml_end(out->xml);
}

void write_uid(const struct prop_out *out, const struct occurrence *one)
{
	leaf_if(out, one->item->what.uid);
}

void write_recurrence_id(const struct prop_out *out,
			 const struct occurrence *one)
{
	if (one->original)
		when_leaf(out->xml, out->element, one->original);
}

void write_start(const struct prop_out *out, const struct occurrence *one)
{
	when_leaf(out->xml, out->element, one->start);
}

void write_end(const struct prop_out *out, const struct occurrence *one)
{
	when_leaf(out->xml, out->element, one->end);
}

void write_original(const struct prop_out *out, const struct occurrence *one)
{
	if (one->kind == KIND_EXCEPTION)
		when_leaf(out->xml, out->element, one->original);
}

void write_all_day(const struct prop_out *out, const struct occurrence *one)
{
	leaf_bool(out, one->what->all_day);
}

void write_show_as(const struct prop_out *out, const struct occurrence *one)
{
	enum show_as show_as = one->what->show_as;

	if (show_as == SHOW_AS_ELSEWHERE && out->version < EWS_2013)
		show_as = SHOW_AS_FREE;
	xml_leaf(out->xml, out->element, show_as_word(show_as));
}

void write_location(const struct prop_out *out, const struct occurrence *one)
{
	leaf_if(out, one->what->location);
}

void write_meeting(const struct prop_out *out, const struct occurrence *one)
{
	leaf_bool(out, one->what->meeting);
}

void write_cancelled(const struct prop_out *out, const struct occurrence *one)
{
	leaf_bool(out, one->what->cancelled);
}

void write_recurring(const struct prop_out *out, const struct occurrence *one)
{
	leaf_bool(out, one->kind != KIND_SINGLE);
}

void write_type(const struct prop_out *out, const struct occurrence *one)
{
	static const char *const words[] = {
		[KIND_SINGLE] = "Single",
		[KIND_OCCURRENCE] = "Occurrence",
		[KIND_EXCEPTION] = "Exception",
		[KIND_MASTER] = "RecurringMaster",
	};

	xml_leaf(out->xml, out->element, words[one->kind]);
}

static bool organizes(const struct occurrence *one)
{
	return !one->what->organizer;
}

void write_my_response(const struct prop_out *out, const struct occurrence *one)
{
	enum response response = one->what->my_response;

	if (response == RESPONSE_UNKNOWN && organizes(one))
		response = one->what->meeting ? RESPONSE_ORGANIZER
					      : RESPONSE_UNKNOWN;
	xml_leaf(out->xml, out->element, response_word(response));
}

void write_is_organizer(const struct prop_out *out,
			const struct occurrence *one)
{
	leaf_bool(out, organizes(one));
}

static void person(const struct prop_out *out, const char *name,
		   const char *address)
{
	xml_start(out->xml, "t:Mailbox");
	xml_leaf(out->xml, "t:Name", name ? name : address);
	xml_leaf(out->xml, "t:EmailAddress", address);
	xml_leaf(out->xml, "t:RoutingType", "SMTP");
	xml_end(out->xml);
}

void write_organizer(const struct prop_out *out, const struct occurrence *one)
{
	xml_start(out->xml, out->element);
	if (organizes(one))
		person(out, one->mailbox->name, one->mailbox->address);
	else
		person(out, one->what->organizer_name, one->what->organizer);
	xml_end(out->xml);
}

static void attendees(const struct prop_out *out, const struct occurrence *one,
		      enum role role)
{
	bool begun = false;

	for (const struct attendee *a = one->what->attendees; a; a = a->next) {
		if (a->role != role || !a->address)
			continue;
		if (!begun)
			xml_start(out->xml, out->element);
		begun = true;
		xml_start(out->xml, "t:Attendee");
		person(out, a->name, a->address);
		xml_leaf(out->xml, "t:ResponseType",
			 response_word(a->response));
		xml_end(out->xml);
	}
	if (begun)
		xml_end(out->xml);
}

void write_required(const struct prop_out *out, const struct occurrence *one)
{
	attendees(out, one, ROLE_REQUIRED);
}

void write_optional(const struct prop_out *out, const struct occurrence *one)
{
	attendees(out, one, ROLE_OPTIONAL);
}

void write_resources(const struct prop_out *out, const struct occurrence *one)
{
	attendees(out, one, ROLE_RESOURCE);
}

void write_duration(const struct prop_out *out, const struct occurrence *one)
{
	long minutes = (long)(one->end - one->start) / 60;
	char text[48];

	snprintf(text, sizeof(text), "P%ldDT%ldH%ldM", minutes / 1440,
		 minutes / 60 % 24, minutes % 60);
	xml_leaf(out->xml, out->element, text);
}

void write_sequence(const struct prop_out *out, const struct occurrence *one)
{
	xml_leaf_number(out->xml, out->element, one->what->sequence);
}

/* [MS-OXOCAL] 2.2.1.10: meeting 1, received 2, cancelled 4. */
void write_state(const struct prop_out *out, const struct occurrence *one)
{
	xml_leaf_number(out->xml, out->element,
			(one->what->meeting ? 1 : 0) +
				(organizes(one) ? 0 : 2) +
				(one->what->cancelled ? 4 : 0));
}

void write_recurrence(const struct prop_out *out, const struct occurrence *one)
{
	if (series(one))
		rule_write(out->xml, &one->what->recurrence);
}

static void occurrence_info(const struct prop_out *out, const char *element,
			    const struct occurrence *one)
{
	xml_start(out->xml, element);
	id_write_occurrence(out->xml, "t:ItemId", one);
	when_leaf(out->xml, "t:Start", one->start);
	when_leaf(out->xml, "t:End", one->end);
	when_leaf(out->xml, "t:OriginalStart", one->original);
	xml_end(out->xml);
}

void write_first(const struct prop_out *out, const struct occurrence *one)
{
	struct occurrence first;

	if (series(one) && occurrence_first(one->mailbox, one->item, &first))
		occurrence_info(out, out->element, &first);
}

void write_last(const struct prop_out *out, const struct occurrence *one)
{
	struct occurrence last;

	if (series(one) && occurrence_last(one->mailbox, one->item, &last))
		occurrence_info(out, out->element, &last);
}

static void exceptions(const struct prop_out *out, const struct occurrence *one,
		       bool deleted)
{
	bool begun = false;

	for (const struct exception *e = one->item->exceptions; e;
	     e = e->next) {
		struct occurrence found = { .mailbox = one->mailbox,
					    .item = one->item,
					    .original = e->original };

		if (deleted == (e->changed != NULL))
			continue;
		if (!begun)
			xml_start(out->xml, out->element);
		begun = true;
		if (deleted) {
			xml_start(out->xml, "t:DeletedOccurrence");
			when_leaf(out->xml, "t:Start", e->original);
			xml_end(out->xml);
			continue;
		}
		found.start = e->changed->start;
		found.end = e->changed->end;
		occurrence_info(out, "t:Occurrence", &found);
	}
	if (begun)
		xml_end(out->xml);
}

void write_exceptions(const struct prop_out *out, const struct occurrence *one)
{
	if (series(one))
		exceptions(out, one, false);
}

void write_deleted(const struct prop_out *out, const struct occurrence *one)
{
	if (series(one))
		exceptions(out, one, true);
}
