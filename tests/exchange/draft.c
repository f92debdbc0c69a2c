/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "tests/exchange/draft.h"
#include "tests/exchange/when.h"
#include "tests/exchange/zone.h"

const char *draft_fill(const struct op_call *call,
		       const struct mailbox *mailbox, struct appointment *what,
		       const struct xml_node *node)
{
	struct prop_in in = { .mailbox = mailbox, .zone = call_zone(call) };
	const char *code = NULL;

	for (node = node->child; node && !code; node = node->next) {
		const struct xml_node *uri =
			xml_child(node, NULL, "ExtendedFieldURI");
		enum prop prop = prop_find_element(node->name);

		if (uri)
			extra_set(what, uri, node);
		else if (prop != PROP_COUNT && *node->name)
			code = prop_set(&in, prop, what, node);
	}
	return code;
}

static time_t midnight(const char *zone, time_t moment, bool up)
{
	struct wall wall = zone_wall(zone, moment);
	bool exact = !wall.hour && !wall.minute && !wall.second;

	if (up && !exact)
		wall.day = day_of_number(day_number(wall.day) + 1);
	wall.hour = wall.minute = wall.second = 0;
	return zone_time(zone, &wall);
}

static void whole_days(const struct mailbox *mailbox, struct appointment *what)
{
	const char *zone = item_zone(mailbox, what);

	what->start = midnight(zone, what->start, false);
	what->end = midnight(zone, what->end, true);
	if (what->end <= what->start)
		what->end = midnight(zone, what->start + 1, true);
}

static void give_uid(const struct mailbox *mailbox, struct appointment *what)
{
	char text[80];

	snprintf(text, sizeof(text),
		 "040000008200E00074C5B7101A82E008%08X%08X%016llX",
		 mailbox->index, mailbox->last_item + 1,
		 (unsigned long long)clock_now());
	text_set(&what->uid, text);
}

const char *draft_finish(const struct op_call *call,
			 const struct mailbox *mailbox,
			 struct appointment *what)
{
	const char *zone = call_zone(call);

	if (!what->start)
		what->start = clock_now() / 1800 * 1800 + 1800;
	if (!what->end)
		what->end = what->start + 1800;
	if (what->end < what->start)
		return "ErrorCalendarEndDateIsEarlierThanStartDate";
	if (!what->zone && strcmp(zone, "UTC") != 0)
		text_set(&what->zone, zone);
	if (!what->uid)
		give_uid(mailbox, what);
	if (what->all_day)
		whole_days(mailbox, what);
	if (what->recurrence.pattern != PATTERN_NONE &&
	    !recurrence_settle(mailbox, what))
		return "ErrorRecurrenceHasNoOccurrence";
	return NULL;
}

static struct item *copy_of(const struct mailbox *guest, const char *uid)
{
	struct item *item = guest->items;

	while (item && !(item->folder == FOLDER_CALENDAR && item->what.uid &&
			 strcmp(item->what.uid, uid) == 0))
		item = item->next;
	return item;
}

/* A guest's reply is his own; the rest is the organiser's. */
static void invite(const struct op_call *call, struct mailbox *guest,
		   const struct mailbox *organizer,
		   const struct appointment *what)
{
	struct item *held = copy_of(guest, what->uid);
	struct appointment theirs;

	appointment_copy(&theirs, what);
	text_set(&theirs.organizer, organizer->address);
	text_set(&theirs.organizer_name, organizer->name);
	if (!theirs.zone)
		text_set(&theirs.zone, organizer->zone);
	theirs.my_response = held ? held->what.my_response : RESPONSE_NONE;
	theirs.show_as = held ? held->what.show_as : SHOW_AS_TENTATIVE;
	if (!held)
		store_create(call->store, guest, FOLDER_CALENDAR, &theirs);
	else
		store_change(call->store, guest, held, &theirs);
	appointment_clear(&theirs);
}

void draft_invite(const struct op_call *call, const struct mailbox *organizer,
		  const struct appointment *what)
{
	for (const struct attendee *a = what->attendees; a; a = a->next) {
		struct mailbox *guest =
			a->address ? store_find(call->store, a->address) : NULL;

		if (guest && guest != organizer)
			invite(call, guest, organizer, what);
	}
}

void draft_call_off(const struct op_call *call, const struct mailbox *organizer,
		    const struct appointment *what)
{
	for (const struct attendee *a = what->attendees; a; a = a->next) {
		struct mailbox *guest =
			a->address ? store_find(call->store, a->address) : NULL;
		struct item *held = guest && guest != organizer
					    ? copy_of(guest, what->uid)
					    : NULL;

		if (held)
			store_cancel(call->store, guest, held);
	}
}
