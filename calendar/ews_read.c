/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "calendar/ews_code.h"
#include "calendar/ews_read.h"

enum { BACKOFF_MAX_MS = 60 * 60 * 1000 };

/* m:MessageXml holds t:Value elements that say more of an error. */
static const char *detail(const struct xml_node *message, const char *name)
{
	const struct xml_node *value = xml_path(message, "MessageXml/Value");

	for (; value; value = xml_again(value)) {
		const char *known = xml_attr(value, "Name");

		if (known && !strcmp(known, name))
			return value->text;
	}

	return "";
}

static enum err set_trouble(struct ews_trouble *trouble, const char *code,
			    const char *text, const struct xml_node *more)
{
	const char *inner = detail(more, "InnerErrorResponseCode");
	long backoff_ms = strtol(detail(more, "BackOffMilliseconds"), NULL, 10);
	enum err err = ews_code_err(code);

	/* A busy server says so inside of ErrorInternalServerError. */
	if (err == ERR_SERVER && *inner) {
		err = ews_code_err(inner);
		code = inner;
	}

	if (err == ERR_OK)
		err = ERR_SERVER;

	if (backoff_ms > 0)
		trouble->backoff_ms = (unsigned)(backoff_ms < BACKOFF_MAX_MS
							 ? backoff_ms
							 : BACKOFF_MAX_MS);

	return why_set(&trouble->why, err, "%.60s%s%.110s", code,
		       *text ? ": " : "", text);
}

static const char *without_prefix(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

/* Some servers give the code as faultcode and no detail. */
static enum err read_fault(const struct xml_node *fault,
			   struct ews_trouble *trouble)
{
	const struct xml_node *more = xml_path(fault, "detail");
	const char *code = xml_path_text(more, "ResponseCode");

	if (!*code)
		code = without_prefix(xml_path_text(fault, "faultcode"));

	return set_trouble(trouble, code, xml_path_text(fault, "faultstring"),
			   more);
}

/* Success and Warning are good: the answer is there. */
static enum err read_message(const struct xml_node *message,
			     struct ews_trouble *trouble)
{
	const char *class = xml_attr(message, "ResponseClass");

	if (!class || strcmp(class, "Error"))
		return ERR_OK;

	return set_trouble(trouble, xml_path_text(message, "ResponseCode"),
			   xml_path_text(message, "MessageText"), message);
}

/* The first child of Body/<Operation>Response/ResponseMessages. */
const struct xml_node *ews_first_message(const struct xml_node *envelope)
{
	const struct xml_node *body = xml_path(envelope, "Body");
	const struct xml_node *list =
		body && body->child ? xml_path(body->child, "ResponseMessages")
				    : NULL;

	return list ? list->child : NULL;
}

enum err ews_read_fault(const struct xml_node *envelope,
			struct ews_trouble *trouble)
{
	const struct xml_node *body = xml_path(envelope, "Body");
	const struct xml_node *fault = xml_path(body, "Fault");

	*trouble = (struct ews_trouble){ .why = { .err = ERR_OK } };

	if (!body || strcmp(envelope->name, "Envelope") || !body->child)
		return why_set(&trouble->why, ERR_MALFORMED,
			       "answer is no SOAP envelope");

	return fault ? read_fault(fault, trouble) : ERR_OK;
}

void ews_read_version(const struct xml_node *envelope,
		      char version[EWS_VERSION_SIZE])
{
	const struct xml_node *info =
		xml_path(envelope, "Header/ServerVersionInfo");
	const char *parts[] = { "MajorVersion", "MinorVersion",
				"MajorBuildNumber", "MinorBuildNumber" };
	size_t len = 0;

	version[0] = '\0';

	for (size_t i = 0; info && i < 4; i++) {
		const char *part = xml_attr(info, parts[i]);

		if (!part || strlen(part) > 8)
			break;
		len += (size_t)snprintf(version + len, EWS_VERSION_SIZE - len,
					"%s%s", i ? "." : "", part);
	}
}

enum err ews_read_result(const struct xml_node *envelope,
			 struct ews_trouble *trouble)
{
	const struct xml_node *message;

	if (ews_read_fault(envelope, trouble))
		return trouble->why.err;

	message = ews_first_message(envelope);
	if (!message)
		return why_set(&trouble->why, ERR_MALFORMED,
			       "answer holds no response message");

	return read_message(message, trouble);
}

enum err ews_read_subscribe(const struct xml_node *envelope,
			    char id[EWS_ID_SIZE], struct ews_trouble *trouble)
{
	const char *text;

	if (ews_read_result(envelope, trouble))
		return trouble->why.err;

	text = xml_path_text(ews_first_message(envelope), "SubscriptionId");

	if (!*text || strlen(text) >= EWS_ID_SIZE)
		return why_set(&trouble->why, ERR_MALFORMED,
			       "Subscribe answered with an id of %zu bytes",
			       strlen(text));

	strncpy(id, text, EWS_ID_SIZE);
	return ERR_OK;
}

enum err ews_read_created(const struct xml_node *envelope, char id[EWS_ID_SIZE],
			  struct ews_trouble *trouble)
{
	const struct xml_node *items;
	const char *text = NULL;

	if (ews_read_result(envelope, trouble))
		return trouble->why.err;

	items = xml_child(ews_first_message(envelope), NULL, "Items");
	if (items && items->child)
		items = xml_child(items->child, NULL, "ItemId");
	if (items)
		text = xml_attr(items, "Id");
	if (!text || strlen(text) >= EWS_ID_SIZE)
		return why_set(&trouble->why, ERR_MALFORMED,
			       "CreateItem answered without an id");

	strncpy(id, text, EWS_ID_SIZE);
	return ERR_OK;
}

static bool is_true(const struct xml_node *node, const char *path)
{
	const char *text = xml_path_text(node, path);

	return !strcmp(text, "true") || !strcmp(text, "1");
}

static unsigned flag_if(const struct xml_node *node, const char *path,
			unsigned flag)
{
	return is_true(node, path) ? flag : 0;
}

/* Pages overlap: the second begins with entries that the first had. */
static bool holds(const struct timeline *timeline, const struct entry *entry)
{
	for (size_t i = timeline_count(timeline); i > 0; i--) {
		const struct entry *other = timeline_entry(timeline, i - 1);

		if (other->from == entry->from &&
		    other->until == entry->until &&
		    other->busy == entry->busy && other->flags == entry->flags)
			return true;
		if (other->from < entry->from)
			return false;
	}

	return false;
}

static enum err add_entry(struct timeline *timeline, struct entry *entry,
			  const char *from, const char *until,
			  struct ews_trouble *trouble)
{
	if (!ews_read_time(from, &entry->from) ||
	    !ews_read_time(until, &entry->until))
		return why_set(&trouble->why, ERR_MALFORMED,
			       "entry from %.40s until %.40s", from, until);

	if (holds(timeline, entry))
		return ERR_OK;

	return timeline_add(timeline, entry, &trouble->why);
}

static enum err read_calendar_event(const struct xml_node *event,
				    struct timeline *timeline,
				    struct ews_trouble *trouble)
{
	const struct xml_node *more = xml_path(event, "CalendarEventDetails");
	const char *busy = xml_path_text(event, "BusyType");
	struct entry entry = { .busy = busy_from_ews(busy) };

	/* What one may not see tells nothing, not even that one is free. */
	if (!strcmp(busy, "NoData"))
		return ERR_OK;

	if (more)
		entry.flags = ENTRY_DETAILS |
			      flag_if(more, "IsMeeting", ENTRY_MEETING) |
			      flag_if(more, "IsRecurring", ENTRY_RECURRING) |
			      flag_if(more, "IsPrivate", ENTRY_PRIVATE);

	return add_entry(timeline, &entry, xml_path_text(event, "StartTime"),
			 xml_path_text(event, "EndTime"), trouble);
}

/* Without events in the view there is nothing to build a day from. */
static enum err read_view(const struct xml_node *view,
			  struct timeline *timeline,
			  struct ews_trouble *trouble)
{
	const char *type = xml_path_text(view, "FreeBusyViewType");
	const struct xml_node *event =
		xml_path(view, "CalendarEventArray/CalendarEvent");
	enum err err = ERR_OK;

	if (!*type || !strcmp(type, "None") || !strcmp(type, "MergedOnly"))
		return why_set(&trouble->why, ERR_DENIED,
			       "free/busy view is %.40s: no right to see more",
			       *type ? type : "missing");

	for (; event && !err; event = xml_again(event))
		err = read_calendar_event(event, timeline, trouble);

	return err;
}

static void read_mailbox(const struct xml_node *response,
			 const struct window *window,
			 struct ews_availability *mailbox)
{
	const struct xml_node *message = xml_path(response, "ResponseMessage");
	struct ews_trouble *trouble = &mailbox->trouble;
	struct work_hours hours;

	if (message && read_message(message, trouble))
		return;

	mailbox->timeline = timeline_new(window->from, window->until);
	if (ews_read_hours(xml_path(response, "FreeBusyView"), &hours))
		timeline_set_hours(mailbox->timeline, &hours);
	if (read_view(xml_path(response, "FreeBusyView"), mailbox->timeline,
		      trouble))
		timeline_free(&mailbox->timeline);
}

enum err ews_read_availability(const struct xml_node *envelope,
			       const struct window *window,
			       struct ews_availability *mailboxes, size_t count,
			       struct ews_trouble *trouble)
{
	const struct xml_node *body, *response;
	size_t found = 0;

	if (ews_read_fault(envelope, trouble))
		return trouble->why.err;

	body = xml_path(envelope, "Body");
	response = xml_path(body->child, "FreeBusyResponseArray/"
					 "FreeBusyResponse");

	for (const struct xml_node *r = response; r; r = xml_again(r))
		found++;

	if (found != count)
		return why_set(&trouble->why, ERR_MALFORMED,
			       "asked for %zu mailboxes, answered for %zu",
			       count, found);

	for (size_t i = 0; i < count; i++, response = xml_again(response)) {
		mailboxes[i] = (struct ews_availability){ .timeline = NULL };
		read_mailbox(response, window, &mailboxes[i]);
	}

	return ERR_OK;
}

static unsigned item_flags(const struct xml_node *item)
{
	const char *sensitivity = xml_path_text(item, "Sensitivity");
	const char *answer = xml_path_text(item, "MyResponseType");
	const char *type = xml_path_text(item, "CalendarItemType");
	unsigned flags = ENTRY_DETAILS;

	flags |= flag_if(item, "IsMeeting", ENTRY_MEETING);
	flags |= flag_if(item, "IsAllDayEvent", ENTRY_ALL_DAY);
	flags |= flag_if(item, "IsCancelled", ENTRY_CANCELLED);
	flags |= flag_if(item, "IsRecurring", ENTRY_RECURRING);

	if (!strcmp(sensitivity, "Private") ||
	    !strcmp(sensitivity, "Confidential"))
		flags |= ENTRY_PRIVATE;
	if (!strcmp(answer, "Decline"))
		flags |= ENTRY_DECLINED;
	if (!strcmp(type, "Occurrence") || !strcmp(type, "Exception"))
		flags |= ENTRY_RECURRING;

	return flags;
}

/* A line each; what does not fit is left out. NULL if there are none. */
static const char *read_categories(const struct xml_node *item,
				   char lines[TIMELINE_SUBJECT_MAX + 1])
{
	const struct xml_node *name = xml_path(item, "Categories/String");
	size_t used = 0;

	for (; name; name = xml_again(name)) {
		size_t len = strcspn(name->text, "\n");

		if (used + 1 + len > TIMELINE_SUBJECT_MAX)
			break;
		if (used)
			lines[used++] = '\n';
		memcpy(lines + used, name->text, len);
		used += len;
	}
	lines[used] = '\0';
	return used ? lines : NULL;
}

/* A master tells of its first occurrence only; those come by themselves. */
static enum err read_item(const struct xml_node *item,
			  struct timeline *timeline,
			  struct ews_trouble *trouble)
{
	const char *busy = xml_path_text(item, "LegacyFreeBusyStatus");
	const char *subject = xml_path_text(item, "Subject");
	char categories[TIMELINE_SUBJECT_MAX + 1];
	struct entry entry = {
		.busy = busy_from_ews(busy),
		.flags = item_flags(item),
		.categories = read_categories(item, categories),
		.subject = *subject ? subject : NULL,
	};

	if (!strcmp(busy, "NoData") ||
	    !strcmp(xml_path_text(item, "CalendarItemType"), "RecurringMaster"))
		return ERR_OK;

	return add_entry(timeline, &entry, xml_path_text(item, "Start"),
			 xml_path_text(item, "End"), trouble);
}

/* A view has no offset: the rest begins where the last entry did. */
static time_t where_to_go_on(const struct xml_node *folder, time_t last)
{
	const char *all = xml_attr(folder, "IncludesLastItemInRange");

	return all && !strcmp(all, "false") ? last : 0;
}

enum err ews_read_find(const struct xml_node *envelope,
		       struct timeline *timeline, time_t *nextp,
		       struct ews_trouble *trouble)
{
	const struct xml_node *folder, *item;
	enum err err = ews_read_result(envelope, trouble);
	time_t last = 0;

	if (err)
		return err;

	folder = xml_path(ews_first_message(envelope), "RootFolder");
	if (!folder)
		return why_set(&trouble->why, ERR_MALFORMED,
			       "FindItem answered without a folder");

	for (item = xml_path(folder, "Items/CalendarItem"); item && !err;
	     item = xml_again(item)) {
		ews_read_time(xml_path_text(item, "Start"), &last);
		err = read_item(item, timeline, trouble);
	}

	*nextp = where_to_go_on(folder, last);
	return err;
}

static void add_id(const char ***listp, size_t *countp, const char *id)
{
	if (!*id || *countp == EWS_NEWS_MAX)
		return;

	if ((*countp & (*countp + 1)) == 0)
		*listp = x_realloc(*listp,
				   (2 * *countp + 2) * sizeof(*listp[0]));

	(*listp)[(*countp)++] = id;
}

/* An event is an element with a time of its own; StatusEvent is a sign of life. */
bool ews_has_events(const struct xml_node *notification)
{
	for (const struct xml_node *n = notification->child; n; n = n->next)
		if (xml_child(n, NULL, "TimeStamp"))
			return true;

	return false;
}

static void read_stream_message(const struct xml_node *message,
				struct ews_news *news)
{
	const struct xml_node *node;

	if (!news->trouble.why.err)
		read_message(message, &news->trouble);

	if (!strcmp(xml_path_text(message, "ConnectionStatus"), "Closed"))
		news->closed = true;

	for (node = xml_path(message, "Notifications/Notification"); node;
	     node = xml_again(node))
		if (ews_has_events(node))
			add_id(&news->changed, &news->changed_count,
			       xml_path_text(node, "SubscriptionId"));

	for (node = xml_path(message, "ErrorSubscriptionIds/SubscriptionId");
	     node; node = xml_again(node))
		add_id(&news->lost, &news->lost_count, node->text);
}

void ews_read_news(const struct xml_node *envelope, struct ews_news *news)
{
	*news = (struct ews_news){ .closed = false };

	if (ews_read_fault(envelope, &news->trouble))
		return;

	for (const struct xml_node *message = ews_first_message(envelope);
	     message; message = message->next)
		read_stream_message(message, news);
}

void ews_news_free(struct ews_news *news)
{
	free(news->changed);
	free(news->lost);
	*news = (struct ews_news){ .closed = false };
}
