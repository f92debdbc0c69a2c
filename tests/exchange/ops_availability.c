/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GetUserAvailability: [MS-OXWAVLS]. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "tests/exchange/bias.h"
#include "tests/exchange/prop.h"
#include "tests/exchange/rule.h"
#include "tests/exchange/when.h"
#include "tests/exchange/zone.h"

enum {
	MAILBOXES_MAX = 100,
	WINDOW_MAX_S = 42 * 86400,
	INTERVAL_MIN = 5,
	INTERVAL_MAX = 1440,
};

enum view { VIEW_MERGED = 1, VIEW_EVENTS = 2, VIEW_DETAILS = 4 };

static const struct {
	const char *word;
	unsigned view;
} views[] = {
	{ "MergedOnly", VIEW_MERGED },
	{ "FreeBusy", VIEW_EVENTS },
	{ "FreeBusyMerged", VIEW_EVENTS | VIEW_MERGED },
	{ "Detailed", VIEW_EVENTS | VIEW_DETAILS },
	{ "DetailedMerged", VIEW_EVENTS | VIEW_DETAILS | VIEW_MERGED },
};

struct question {
	struct op_call *call;
	struct bias bias;
	time_t from, until;
	unsigned view;
	long interval_s;
};

static unsigned view_find(const char *word)
{
	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++)
		if (strcmp(views[i].word, word) == 0)
			return views[i].view;
	return 0;
}

static const char *view_word(unsigned view)
{
	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++)
		if (views[i].view == view)
			return views[i].word;
	return "None";
}

static const char *question_read(struct question *question)
{
	const struct xml_node *request = question->call->request;
	const struct xml_node *zone = xml_path(request, "TimeZone");
	const struct xml_node *options =
		xml_path(request, "FreeBusyViewOptions");
	const char *interval;

	if (!zone || !bias_read(zone, &question->bias))
		return "ErrorTimeZone";
	if (!options)
		return "ErrorInvalidFreeBusyViewType";
	if (!bias_when(&question->bias,
		       xml_path_text(options, "TimeWindow/StartTime"),
		       &question->from) ||
	    !bias_when(&question->bias,
		       xml_path_text(options, "TimeWindow/EndTime"),
		       &question->until) ||
	    question->until <= question->from)
		return "ErrorInvalidTimeInterval";
	if (question->until - question->from > WINDOW_MAX_S)
		return "ErrorTimeIntervalTooBig";
	interval = xml_path_text(options, "MergedFreeBusyIntervalInMinutes");
	question->interval_s = (*interval ? atol(interval) : 30) * 60;
	if (question->interval_s < INTERVAL_MIN * 60 ||
	    question->interval_s > INTERVAL_MAX * 60)
		return "ErrorInvalidMergedFreeBusyInterval";
	question->view = view_find(xml_path_text(options, "RequestedView"));
	return question->view ? NULL : "ErrorInvalidFreeBusyViewType";
}

/* Versions before 2013 do not know of working elsewhere. */
static enum show_as shown(const struct question *question,
			  const struct occurrence *one)
{
	enum show_as show_as = one->what->show_as;

	return show_as == SHOW_AS_ELSEWHERE &&
			       question->call->version < EWS_2013
		       ? SHOW_AS_FREE
		       : show_as;
}

/* Strength for merging is the order of the rows of word.def. */
static void write_merged(const struct question *question,
			 const struct occurrences *all)
{
	size_t slots = (size_t)((question->until - question->from +
				 question->interval_s - 1) /
				question->interval_s);
	char *digits = x_zalloc(slots + 1);

	for (size_t i = 0; i < slots; i++) {
		time_t from = question->from + (time_t)i * question->interval_s;
		enum show_as strongest = SHOW_AS_FREE;

		for (size_t k = 0; k < all->count; k++)
			if (all->list[k].start < from + question->interval_s &&
			    all->list[k].end > from &&
			    shown(question, &all->list[k]) > strongest)
				strongest = shown(question, &all->list[k]);
		digits[i] = (char)('0' + show_as_digit(strongest));
	}
	xml_leaf(question->call->out, "t:MergedFreeBusy", digits);
	free(digits);
}

static void write_details(struct xml_out *xml, const struct occurrence *one,
			  bool owner)
{
	const struct appointment *what = one->what;
	bool private = what->sensitivity == SENSITIVITY_PRIVATE ||
		       what->sensitivity == SENSITIVITY_CONFIDENTIAL;
	char id[ID_SIZE];

	xml_start(xml, "t:CalendarEventDetails");
	if (!private || owner) {
		xml_leaf(xml, "t:ID",
			 id_item_text(id, one->mailbox, one->item->number,
				      one->original));
		xml_leaf(xml, "t:Subject", what->subject ? what->subject : "");
		xml_leaf(xml, "t:Location",
			 what->location ? what->location : "");
	}
	bool_leaf(xml, "t:IsMeeting", what->meeting);
	bool_leaf(xml, "t:IsRecurring",
		  one->kind == KIND_OCCURRENCE || one->kind == KIND_EXCEPTION);
	bool_leaf(xml, "t:IsException", one->kind == KIND_EXCEPTION);
	bool_leaf(xml, "t:IsReminderSet", what->reminder);
	bool_leaf(xml, "t:IsPrivate", private);
	xml_end(xml);
}

static void write_event(const struct question *question,
			const struct occurrence *one, enum rights rights)
{
	struct xml_out *xml = question->call->out;
	char text[BIAS_TEXT_SIZE];

	xml_start(xml, "t:CalendarEvent");
	xml_leaf(xml, "t:StartTime",
		 bias_text(&question->bias, one->start, text));
	xml_leaf(xml, "t:EndTime", bias_text(&question->bias, one->end, text));
	xml_leaf(xml, "t:BusyType", show_as_word(shown(question, one)));
	if (question->view & VIEW_DETAILS && rights >= RIGHTS_DETAILS)
		write_details(xml, one, rights == RIGHTS_OWNER);
	xml_end(xml);
}

static void write_day_list(struct xml_out *xml, unsigned days)
{
	struct buf text = BUF(100);

	for (unsigned i = 0; i < 7; i++)
		if (days & 1u << i)
			buf_print(&text, "%s%s", text.len ? " " : "",
				  weekday_names[i]);
	xml_leaf(xml, "t:DayOfWeek", buf_text(&text));
	buf_free(&text);
}

static void write_hours(struct xml_out *xml, const struct mailbox *mailbox)
{
	xml_start(xml, "t:WorkingHours");
	bias_write(xml, zone_iana(mailbox->zone));
	xml_start(xml, "t:WorkingPeriodArray");
	xml_start(xml, "t:WorkingPeriod");
	write_day_list(xml, mailbox->work_days);
	xml_leaf_number(xml, "t:StartTimeInMinutes", mailbox->work_from);
	xml_leaf_number(xml, "t:EndTimeInMinutes", mailbox->work_until);
	xml_end(xml);
	xml_end(xml);
	xml_end(xml);
}

static void write_view(const struct question *question,
		       const struct mailbox *mailbox, enum rights rights)
{
	struct xml_out *xml = question->call->out;
	struct occurrences all = { .list = NULL };
	unsigned view = question->view;

	if (rights < RIGHTS_DETAILS)
		view &= ~(unsigned)VIEW_DETAILS;
	for (const struct item *i = mailbox->items; i; i = i->next)
		if (i->folder == FOLDER_CALENDAR)
			occurrences_add(&all, mailbox, i, question->from,
					question->until);
	occurrences_sort(&all);
	xml_start(xml, "m:FreeBusyView");
	xml_leaf(xml, "t:FreeBusyViewType", view_word(view));
	if (view & VIEW_MERGED)
		write_merged(question, &all);
	if (view & VIEW_EVENTS && all.count) {
		xml_start(xml, "t:CalendarEventArray");
		for (size_t i = 0; i < all.count; i++)
			write_event(question, &all.list[i], rights);
		xml_end(xml);
	}
	if (view & VIEW_EVENTS)
		write_hours(xml, mailbox);
	xml_end(xml);
	occurrences_free(&all);
}

/* Who owns the mailbox, or may open it as if, sees all. */
static enum rights rights_of(const struct op_call *call,
			     const struct mailbox *mailbox)
{
	if (mailbox == call->self || !op_access(call, mailbox, true))
		return RIGHTS_OWNER;
	return mailbox->others;
}

static void write_message(struct xml_out *xml, const char *code)
{
	xml_start(xml, "m:ResponseMessage");
	xml_attribute(xml, "ResponseClass", code ? "Error" : "Success");
	if (code)
		xml_leaf(xml, "m:MessageText", op_error_text(code));
	xml_leaf(xml, "m:ResponseCode", code ? code : "NoError");
	if (code)
		xml_leaf_number(xml, "m:DescriptiveLinkKey", 0);
	xml_end(xml);
}

static void answer_one(const struct question *question, const char *address)
{
	struct op_call *call = question->call;
	const struct mailbox *mailbox = store_find(call->store, address);
	const char *code = NULL;
	enum rights rights = RIGHTS_NONE;

	if (!mailbox)
		code = "ErrorMailRecipientNotFound";
	if (!code)
		code = op_access(call, mailbox, false);
	if (!code) {
		rights = rights_of(call, mailbox);
		if (rights == RIGHTS_NONE)
			code = "ErrorNoFreeBusyAccess";
	}
	xml_start(call->out, "m:FreeBusyResponse");
	write_message(call->out, code);
	if (!code) {
		write_view(question, mailbox, rights);
	} else {
		xml_start(call->out, "m:FreeBusyView");
		xml_leaf(call->out, "t:FreeBusyViewType", "None");
		xml_end(call->out);
	}
	xml_end(call->out);
}

void op_get_user_availability(struct op_call *call)
{
	const struct xml_node *data =
		xml_path(call->request, "MailboxDataArray/MailboxData");
	struct question question = { .call = call };
	unsigned count = 0;
	const char *code;

	for (const struct xml_node *d = data; d; d = xml_again(d))
		count++;
	if (count == 0 || count > MAILBOXES_MAX) {
		op_fault(call,
			 count ? "ErrorMailboxDataArrayTooBig"
			       : "ErrorMailboxDataArrayEmpty",
			 "There must be 1 to 100 mailboxes.");
		return;
	}
	code = question_read(&question);
	if (code) {
		op_fault(call, code, op_error_text(code));
		return;
	}
	xml_start(call->out, "m:GetUserAvailabilityResponse");
	xml_start(call->out, "m:FreeBusyResponseArray");
	for (; data; data = xml_again(data))
		answer_one(&question, xml_path_text(data, "Email/Address"));
	xml_end(call->out);
	xml_end(call->out);
}
