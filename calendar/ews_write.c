/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "calendar/ews_write.h"
#include "base/clock.h"
#include "base/xml.h"
#include "calendar/ews_code.h"

#define SOAP     "http://schemas.xmlsoap.org/soap/envelope/"
#define TYPES    "http://schemas.microsoft.com/exchange/services/2006/types"
#define MESSAGES "http://schemas.microsoft.com/exchange/services/2006/messages"

static const char *const event_types[] = {
	"CreatedEvent", "DeletedEvent", "ModifiedEvent",
	"MovedEvent",   "CopiedEvent",  "FreeBusyChangedEvent",
};

/* What a rule may look at; the flags of struct entry come from these. */
static const char *const find_fields[] = {
	"item:Subject",
	"item:Categories", /* so far only where they are wanted */
	"item:Sensitivity",
	"calendar:Start",
	"calendar:End",
	"calendar:IsAllDayEvent",
	"calendar:LegacyFreeBusyStatus",
	"calendar:IsMeeting",
	"calendar:IsCancelled",
	"calendar:IsRecurring",
	"calendar:CalendarItemType",
	"calendar:MyResponseType",
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Leaves soap:Body open for the operation. */
static struct xml_out *envelope(const struct ews_heading *heading)
{
	struct xml_out *xml = xml_out_new();

	xml_start(xml, "soap:Envelope");
	xml_attribute(xml, "xmlns:soap", SOAP);
	xml_attribute(xml, "xmlns:t", TYPES);
	xml_attribute(xml, "xmlns:m", MESSAGES);
	xml_start(xml, "soap:Header");
	xml_start(xml, "t:RequestServerVersion");
	xml_attribute(xml, "Version", heading->version);
	xml_end(xml);

	if (heading->impersonate) {
		xml_start(xml, "t:ExchangeImpersonation");
		xml_start(xml, "t:ConnectingSID");
		xml_leaf(xml, "t:PrimarySmtpAddress", heading->impersonate);
		xml_end(xml);
		xml_end(xml);
	}

	xml_end(xml);
	xml_start(xml, "soap:Body");
	return xml;
}

static void calendar_folder(struct xml_out *xml, const char *mailbox)
{
	xml_start(xml, "t:DistinguishedFolderId");
	xml_attribute(xml, "Id", "calendar");

	if (mailbox) {
		xml_start(xml, "t:Mailbox");
		xml_leaf(xml, "t:EmailAddress", mailbox);
		xml_end(xml);
	}

	xml_end(xml);
}

/* One changeover of a zone that has none: UTC all year. */
static void no_changeover(struct xml_out *xml, const char *name,
			  const char *month)
{
	xml_start(xml, name);
	xml_leaf(xml, "t:Bias", "0");
	xml_leaf(xml, "t:Time", "00:00:00");
	xml_leaf(xml, "t:DayOrder", "1");
	xml_leaf(xml, "t:Month", month);
	xml_leaf(xml, "t:DayOfWeek", "Sunday");
	xml_end(xml);
}

static void utc_zone(struct xml_out *xml)
{
	xml_start(xml, "t:TimeZone");
	xml_leaf(xml, "t:Bias", "0");
	no_changeover(xml, "t:StandardTime", "10");
	no_changeover(xml, "t:DaylightTime", "3");
	xml_end(xml);
}

static void moment(struct xml_out *xml, const char *name, time_t when)
{
	char text[CLOCK_TEXT_SIZE];

	xml_leaf(xml, name, clock_text(text, when));
}

static void moment_attribute(struct xml_out *xml, const char *name, time_t when)
{
	char text[CLOCK_TEXT_SIZE];

	xml_attribute(xml, name, clock_text(text, when));
}

/* Leaves the request's element open. FreeBusyChangedEvent came with 2010 SP1. */
static struct xml_out *subscription(const struct ews_heading *heading,
				    const char *kind, const char *mailbox)
{
	struct xml_out *xml = envelope(heading);
	size_t count = COUNT(event_types);

	if (!ews_version_reaches(heading->version, "Exchange2010_SP1"))
		count--;

	xml_start(xml, "m:Subscribe");
	xml_start(xml, kind);
	xml_start(xml, "t:FolderIds");
	calendar_folder(xml, mailbox);
	xml_end(xml);
	xml_start(xml, "t:EventTypes");
	for (size_t i = 0; i < count; i++)
		xml_leaf(xml, "t:EventType", event_types[i]);
	xml_end(xml);
	return xml;
}

void ews_write_subscribe(struct buf *out, const struct ews_heading *heading,
			 const char *mailbox)
{
	struct xml_out *xml =
		subscription(heading, "m:StreamingSubscriptionRequest",
			     mailbox);

	xml_out_finish(&xml, out);
}

void ews_write_subscribe_pull(struct buf *out,
			      const struct ews_heading *heading,
			      const char *mailbox, unsigned minutes)
{
	struct xml_out *xml =
		subscription(heading, "m:PullSubscriptionRequest", mailbox);

	xml_leaf_number(xml, "t:Timeout", minutes);
	xml_out_finish(&xml, out);
}

void ews_write_subscribe_push(struct buf *out,
			      const struct ews_heading *heading,
			      const char *mailbox, const char *url,
			      unsigned minutes)
{
	struct xml_out *xml =
		subscription(heading, "m:PushSubscriptionRequest", mailbox);

	xml_leaf_number(xml, "t:StatusFrequency", minutes);
	xml_leaf(xml, "t:URL", url);
	xml_out_finish(&xml, out);
}

void ews_write_get_events(struct buf *out, const struct ews_heading *heading,
			  const char *id, const char *watermark)
{
	struct xml_out *xml = envelope(heading);

	xml_start(xml, "m:GetEvents");
	xml_leaf(xml, "m:SubscriptionId", id);
	xml_leaf(xml, "m:Watermark", watermark);
	xml_out_finish(&xml, out);
}

void ews_write_pushed(struct buf *out, bool wanted)
{
	struct xml_out *xml = xml_out_new();

	xml_start(xml, "soap:Envelope");
	xml_attribute(xml, "xmlns:soap", SOAP);
	xml_attribute(xml, "xmlns:m", MESSAGES);
	xml_start(xml, "soap:Body");
	xml_start(xml, "m:SendNotificationResult");
	xml_leaf(xml, "m:SubscriptionStatus", wanted ? "OK" : "Unsubscribe");
	xml_out_finish(&xml, out);
}

void ews_write_stream(struct buf *out, const struct ews_heading *heading,
		      const char *const *ids, size_t count, unsigned minutes)
{
	struct xml_out *xml = envelope(heading);

	xml_start(xml, "m:GetStreamingEvents");
	xml_start(xml, "m:SubscriptionIds");
	for (size_t i = 0; i < count; i++)
		xml_leaf(xml, "t:SubscriptionId", ids[i]);
	xml_end(xml);
	xml_leaf_number(xml, "m:ConnectionTimeout", minutes);
	xml_out_finish(&xml, out);
}

void ews_write_unsubscribe(struct buf *out, const struct ews_heading *heading,
			   const char *id)
{
	struct xml_out *xml = envelope(heading);

	xml_start(xml, "m:Unsubscribe");
	xml_leaf(xml, "m:SubscriptionId", id);
	xml_out_finish(&xml, out);
}

void ews_write_availability(struct buf *out, const struct ews_heading *heading,
			    const char *const *addresses, size_t count,
			    const struct window *window)
{
	struct xml_out *xml = envelope(heading);

	xml_start(xml, "m:GetUserAvailabilityRequest");
	utc_zone(xml);
	xml_start(xml, "m:MailboxDataArray");

	for (size_t i = 0; i < count; i++) {
		xml_start(xml, "t:MailboxData");
		xml_start(xml, "t:Email");
		xml_leaf(xml, "t:Address", addresses[i]);
		xml_end(xml);
		xml_leaf(xml, "t:AttendeeType", "Required");
		xml_leaf(xml, "t:ExcludeConflicts", "false");
		xml_end(xml);
	}

	xml_end(xml);
	xml_start(xml, "t:FreeBusyViewOptions");
	xml_start(xml, "t:TimeWindow");
	moment(xml, "t:StartTime", window->from);
	moment(xml, "t:EndTime", window->until);
	xml_end(xml);
	xml_leaf(xml, "t:MergedFreeBusyIntervalInMinutes", "30");
	xml_leaf(xml, "t:RequestedView", "FreeBusy");
	xml_out_finish(&xml, out);
}

void ews_write_find(struct buf *out, const struct ews_heading *heading,
		    const char *mailbox, const struct window *window,
		    unsigned entries, bool subjects)
{
	struct xml_out *xml = envelope(heading);
	struct buf number = BUF(16);

	xml_start(xml, "m:FindItem");
	xml_attribute(xml, "Traversal", "Shallow");
	xml_start(xml, "m:ItemShape");
	xml_leaf(xml, "t:BaseShape", "IdOnly");
	xml_start(xml, "t:AdditionalProperties");

	for (size_t i = subjects ? 0 : 2; i < COUNT(find_fields); i++) {
		xml_start(xml, "t:FieldURI");
		xml_attribute(xml, "FieldURI", find_fields[i]);
		xml_end(xml);
	}

	xml_end(xml);
	xml_end(xml);
	buf_print(&number, "%u", entries);
	xml_start(xml, "m:CalendarView");
	xml_attribute(xml, "MaxEntriesReturned", buf_text(&number));
	moment_attribute(xml, "StartDate", window->from);
	moment_attribute(xml, "EndDate", window->until);
	xml_end(xml);
	xml_start(xml, "m:ParentFolderIds");
	calendar_folder(xml, mailbox);
	buf_free(&number);
	xml_out_finish(&xml, out);
}

/* PidTagLocalCommitTimeMax, PidTagDeletedCountTotal. */
static const char *const state_tags[][2] = {
	{ "0x670a", "SystemTime" },
	{ "0x670b", "Integer" },
};

static void state_properties(struct xml_out *xml)
{
	xml_start(xml, "t:AdditionalProperties");
	for (size_t i = 0; i < COUNT(state_tags); i++) {
		xml_start(xml, "t:ExtendedFieldURI");
		xml_attribute(xml, "PropertyTag", state_tags[i][0]);
		xml_attribute(xml, "PropertyType", state_tags[i][1]);
		xml_end(xml);
	}
	xml_end(xml);
}

/* state: with what tells whether anything in it changed. */
static void get_folder(struct buf *out, const struct ews_heading *heading,
		       const char *mailbox, bool state)
{
	struct xml_out *xml = envelope(heading);

	xml_start(xml, "m:GetFolder");
	xml_start(xml, "m:FolderShape");
	xml_leaf(xml, "t:BaseShape", "IdOnly");
	if (state)
		state_properties(xml);
	xml_end(xml);
	xml_start(xml, "m:FolderIds");
	calendar_folder(xml, mailbox);
	xml_out_finish(&xml, out);
}

void ews_write_probe(struct buf *out, const struct ews_heading *heading,
		     const char *mailbox)
{
	get_folder(out, heading, mailbox, true);
}

void ews_write_folder(struct buf *out, const struct ews_heading *heading,
		      const char *mailbox)
{
	get_folder(out, heading, mailbox, false);
}

void ews_write_oof(struct buf *out, const struct ews_heading *heading,
		   const char *address)
{
	struct xml_out *xml = envelope(heading);

	xml_start(xml, "m:GetUserOofSettingsRequest");
	xml_start(xml, "t:Mailbox");
	xml_leaf(xml, "t:Address", address);
	xml_out_finish(&xml, out);
}

void ews_write_create(struct buf *out, const struct ews_heading *heading,
		      const char *mailbox, const char *subject,
		      const struct window *when)
{
	struct xml_out *xml = envelope(heading);

	xml_start(xml, "m:CreateItem");
	xml_attribute(xml, "SendMeetingInvitations", "SendToNone");
	xml_start(xml, "m:SavedItemFolderId");
	calendar_folder(xml, mailbox);
	xml_end(xml);
	xml_start(xml, "m:Items");
	xml_start(xml, "t:CalendarItem");
	xml_leaf(xml, "t:Subject", subject);
	xml_leaf(xml, "t:ReminderIsSet", "false");
	moment(xml, "t:Start", when->from);
	moment(xml, "t:End", when->until);
	xml_leaf(xml, "t:LegacyFreeBusyStatus", "Free");
	xml_out_finish(&xml, out);
}

void ews_write_delete(struct buf *out, const struct ews_heading *heading,
		      const char *id)
{
	struct xml_out *xml = envelope(heading);

	xml_start(xml, "m:DeleteItem");
	xml_attribute(xml, "DeleteType", "HardDelete");
	xml_attribute(xml, "SendMeetingCancellations", "SendToNone");
	xml_start(xml, "m:ItemIds");
	xml_start(xml, "t:ItemId");
	xml_attribute(xml, "Id", id);
	xml_out_finish(&xml, out);
}
