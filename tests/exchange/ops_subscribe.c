/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "tests/exchange/push.h"
#include "tests/exchange/stream.h"
#include "tests/exchange/subscription.h"

enum { MINUTES_MAX = 1440, STREAM_MINUTES_MAX = 30, STREAM_IDS_MAX = 200 };

static const struct {
	const char *element;
	enum subscription_kind kind;
} kinds[] = {
	{ "PullSubscriptionRequest", SUBSCRIBED_PULL },
	{ "PushSubscriptionRequest", SUBSCRIBED_PUSH },
	{ "StreamingSubscriptionRequest", SUBSCRIBED_STREAM },
};

/* What a Subscribe asks for, read and checked before anything is made. */
struct wish {
	enum subscription_kind kind;
	const struct xml_node *node;
	struct mailbox *mailbox;
	unsigned folders, events;
	unsigned minutes;
};

static unsigned minutes_of(const struct xml_node *node, const char *name,
			   unsigned max)
{
	unsigned long minutes = strtoul(xml_path_text(node, name), NULL, 10);

	return minutes <= max ? (unsigned)minutes : 0;
}

static bool read_events(const struct xml_node *node, unsigned *events)
{
	const struct xml_node *at = xml_path(node, "EventTypes/EventType");

	for (; at; at = xml_again(at)) {
		enum event event = event_find(at->text);

		if (event == EVENT_COUNT)
			return false;
		*events |= 1U << event;
	}
	return *events != 0;
}

/* All of one mailbox, or there is no telling whose events they are. */
static const char *read_folders(const struct op_call *call, struct wish *wish)
{
	const struct xml_node *ids = xml_child(wish->node, NULL, "FolderIds");
	const struct xml_node *at = ids ? ids->child : NULL;
	const char *all = xml_attr(wish->node, "SubscribeToAllFolders");
	struct object_id id;
	const char *code;

	wish->mailbox = call->self;
	if (all && (strcmp(all, "true") == 0 || strcmp(all, "1") == 0)) {
		wish->folders = ~0U;
		return wish->mailbox ? NULL : "ErrorNonExistentMailbox";
	}
	for (; at; at = at->next) {
		code = id_read(call, at, &id);
		if (code)
			return code;
		if (id.folder == FOLDER_COUNT)
			return "ErrorFolderNotFound";
		if (wish->folders && wish->mailbox != id.mailbox)
			return "ErrorInvalidSubscriptionRequest";
		wish->mailbox = id.mailbox;
		wish->folders |= 1U << id.folder;
	}
	return wish->folders ? NULL : "ErrorInvalidSubscriptionRequest";
}

static const char *read_wish(const struct op_call *call, struct wish *wish)
{
	static const char *const minutes[] = {
		[SUBSCRIBED_PULL] = "Timeout",
		[SUBSCRIBED_PUSH] = "StatusFrequency",
		[SUBSCRIBED_STREAM] = NULL,
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(call->request->child->name, kinds[i].element) == 0) {
			wish->kind = kinds[i].kind;
			wish->node = call->request->child;
		}
	if (!wish->node || !read_events(wish->node, &wish->events))
		return "ErrorInvalidSubscriptionRequest";

	if (minutes[wish->kind])
		wish->minutes = minutes_of(wish->node, minutes[wish->kind],
					   MINUTES_MAX);
	if (minutes[wish->kind] && wish->minutes == 0)
		return "ErrorInvalidSubscriptionRequest";
	return read_folders(call, wish);
}

static unsigned charged(const struct mailbox *mailbox)
{
	const struct fate *fate = mailbox->user;
	struct subscription *at = fate ? fate->subscriptions : NULL;
	unsigned count = 0;

	for (; at; at = at->sibling)
		count++;
	return count;
}

static const char *refuse_wish(const struct op_call *call,
			       const struct wish *wish)
{
	const char *code = op_access(call, wish->mailbox, false);

	if (code)
		return code;
	if (wish->mailbox != call->self)
		return "ErrorSubscriptionDelegateAccessNotSupported";
	if (charged(wish->mailbox) >= call->server->knobs.subscriptions_max)
		return "ErrorExceededSubscriptionCount";
	return NULL;
}

/* Cookie and header name the server that keeps the subscription. */
static struct subscription *grant(struct op_call *call, const struct wish *wish)
{
	struct subscription *subscription =
		subscription_new(call, wish->mailbox, wish->kind);
	const struct xml_node *mark = xml_child(wish->node, NULL, "Watermark");
	unsigned minute_s = call->server->knobs.minute_s;

	subscription->events = wish->events;
	subscription->folders = wish->folders;
	if (wish->minutes)
		subscription->timeout_s = wish->minutes * minute_s;
	if (mark &&
	    !watermark_read(subscription, mark->text, &subscription->read))
		subscription->read = 0;
	if (wish->kind == SUBSCRIBED_PUSH) {
		subscription->timeout_s = 0;
		subscription->push =
			push_new(subscription, xml_path_text(wish->node, "URL"),
				 wish->minutes * minute_s);
	}
	return subscription;
}

void op_subscribe(struct op_call *call)
{
	struct wish wish = { .node = NULL };
	struct subscription *subscription;
	const char *code;

	if (!call->request->child) {
		op_fault(call, "ErrorSchemaValidation",
			 "The request failed schema validation.");
		return;
	}
	code = read_wish(call, &wish);
	if (!code && wish.kind == SUBSCRIBED_STREAM &&
	    !version_serves(call->version, EWS_2010_SP1)) {
		op_fault(call, "ErrorIncorrectSchemaVersion",
			 "Streaming came with Exchange2010_SP1.");
		return;
	}
	if (!code)
		code = refuse_wish(call, &wish);

	op_response_start(call, "Subscribe");
	if (code) {
		op_message_error(call, "Subscribe", code);
	} else {
		subscription = grant(call, &wish);
		op_message_start(call, "Subscribe");
		xml_leaf(call->out, "m:SubscriptionId", subscription->id);
		if (wish.kind != SUBSCRIBED_STREAM)
			watermark_write(call->out, "m:Watermark", subscription,
					subscription->mark);
		xml_end(call->out);
		web_give_cookie(call->web, "X-BackEndOverrideCookie",
				subscription->home);
	}
	op_response_end(call);
}

static struct subscription *named(const struct op_call *call, const char **code)
{
	struct subscription *subscription =
		subscription_find(call->exchange->subscriptions,
				  xml_path_text(call->request,
						"SubscriptionId"));

	*code = subscription_access(subscription, call);
	return subscription;
}

void op_unsubscribe(struct op_call *call)
{
	const char *code;
	struct subscription *subscription = named(call, &code);

	if (!code && subscription->kind == SUBSCRIBED_PUSH)
		code = "ErrorInvalidPullSubscriptionId";

	op_response_start(call, "Unsubscribe");
	if (code) {
		op_message_error(call, "Unsubscribe", code);
	} else {
		subscription_free(&subscription);
		op_message_start(call, "Unsubscribe");
		xml_end(call->out);
	}
	op_response_end(call);
}

void op_get_events(struct op_call *call)
{
	const char *code;
	struct subscription *subscription = named(call, &code);
	uint64_t mark = 0;

	if (!code && subscription->kind != SUBSCRIBED_PULL)
		code = "ErrorInvalidPullSubscriptionId";
	if (!code &&
	    !watermark_read(subscription,
			    xml_path_text(call->request, "Watermark"), &mark))
		code = "ErrorInvalidWatermark";
	if (!code && (subscription->missed || mark < subscription->read))
		code = "ErrorReadEventsFailed";

	op_response_start(call, "GetEvents");
	if (code) {
		op_message_error(call, "GetEvents", code);
	} else {
		subscription_touch(subscription);
		subscription->read = mark;
		subscription_heard(subscription, mark);
		op_message_start(call, "GetEvents");
		notification_write(call->out, "m:Notification", subscription,
				   EVENTS_A_REPLY);
		xml_end(call->out);
	}
	op_response_end(call);
}

/* A newer stream takes an id over from an older one, which ends. */
static const char *join(struct op_call *call, struct stream *stream,
			const char *id)
{
	struct subscription *subscription =
		subscription_find(call->exchange->subscriptions, id);
	const char *code = subscription_access(subscription, call);

	if (code)
		return code;
	if (subscription->kind != SUBSCRIBED_STREAM)
		return "ErrorInvalidSubscription";

	if (subscription->stream && subscription->stream != stream)
		stream_close(subscription->stream,
			     "ErrorNewEventStreamConnectionOpened");
	if (!subscription->stream)
		stream_join(stream, subscription);
	return NULL;
}

static void open_stream(struct op_call *call, const char *budget,
			unsigned timeout_s)
{
	struct stream *stream = stream_new(call, budget, timeout_s);
	const struct xml_node *id =
		xml_path(call->request, "SubscriptionIds/SubscriptionId");
	const char *code;
	unsigned joined = 0;

	for (; id; id = xml_again(id)) {
		code = join(call, stream, id->text);
		if (code)
			stream_reject(stream, id->text, code);
		else
			joined++;
	}
	if (joined > 0)
		stream_start(stream);
	else
		stream_close(stream, "ErrorInvalidSubscription");
}

static const char *refuse_stream(const struct op_call *call, const char *budget,
				 unsigned minutes)
{
	const struct xml_node *id =
		xml_path(call->request, "SubscriptionIds/SubscriptionId");
	unsigned count = 0;

	for (; id; id = xml_again(id))
		count++;
	if (minutes == 0 || count == 0 || count > STREAM_IDS_MAX)
		return "ErrorInvalidRequest";
	if (streams_open(call->exchange, budget) >=
	    call->server->knobs.hanging_max)
		return "ErrorExceededConnectionCount";
	return NULL;
}

void op_get_streaming_events(struct op_call *call)
{
	unsigned minutes = minutes_of(call->request, "ConnectionTimeout",
				      STREAM_MINUTES_MAX);
	const char *budget = call->impersonated ? call->impersonated->address
						: call->account->user;
	const char *code = refuse_stream(call, budget, minutes);

	if (!code) {
		open_stream(call, budget,
			    minutes * call->server->knobs.minute_s);
		return;
	}
	op_response_start(call, "GetStreamingEvents");
	op_message_error(call, "GetStreamingEvents", code);
	op_response_end(call);
}
