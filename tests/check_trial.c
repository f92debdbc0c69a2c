/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a trial proves of each way of being told, and how it goes down. */
#define SUITE "trial"
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "calendar/callback.h"
#include "calendar/trial.h"
#include "tests/fake_http.h"
#include "tests/fake_loop.h"
#include "tests/suite.h"

#define SOAP     "http://schemas.xmlsoap.org/soap/envelope/"
#define TYPES    "http://schemas.microsoft.com/exchange/services/2006/types"
#define MESSAGES "http://schemas.microsoft.com/exchange/services/2006/messages"

enum {
	STREAMS = 1,   /* the server has streaming */
	SPEAKS = 2,    /* and its streams come through */
	PUSHES = 4,    /* has push */
	CALLS = 8,     /* and reaches us */
	PULLS = 16,    /* has pull */
	TELLS = 32,    /* the test item is told of, whichever way */
	WRITES = 64,   /* the test item may be made */
	LISTENS = 128, /* our own port is free */
	ALL = 255,
	TIME_MS = 8000,
};

static unsigned can;
static struct gateway_settings settings;
static struct gateway_health health;
static struct trial *trial;
static struct trial_result result;
static unsigned ended;
static callback_h *call;
static void *call_arg;
static bool item;
static unsigned subscriptions;

struct callback *callback_new(const struct gateway_settings *with,
			      callback_h *h, void *arg, struct why *why)
{
	static char one;

	(void)with;
	if (!(can & LISTENS)) {
		why_set(why, ERR_NETWORK, "port taken");
		return NULL;
	}
	call = h;
	call_arg = arg;
	return (struct callback *)(void *)&one;
}

void callback_free(struct callback **callbackp)
{
	*callbackp = NULL;
	call = NULL;
}

void callback_token(char token[CALLBACK_TOKEN_SIZE])
{
	snprintf(token, CALLBACK_TOKEN_SIZE, "token");
}

void callback_url(const struct gateway_settings *with, const char *token,
		  char url[CALLBACK_URL_SIZE])
{
	snprintf(url, CALLBACK_URL_SIZE, "%s/%s", with->callback, token);
}

static const char *envelope(const char *operation, const char *code,
			    const char *more)
{
	static char text[4000];

	snprintf(text, sizeof(text),
		 "<Envelope xmlns='" SOAP "' xmlns:m='" MESSAGES
		 "' xmlns:t='" TYPES "'><Body><m:%sResponse>"
		 "<m:ResponseMessages><m:%sResponseMessage ResponseClass='%s'>"
		 "<m:ResponseCode>%s</m:ResponseCode>%s</m:%sResponseMessage>"
		 "</m:ResponseMessages></m:%sResponse></Body></Envelope>",
		 operation, operation,
		 strcmp(code, "NoError") ? "Error" : "Success", code, more,
		 operation, operation);
	return text;
}

static const char *events(const char *operation, const char *event)
{
	bool changed = strcmp(event, "StatusEvent") != 0;
	bool streamed = !strcmp(operation, "GetStreamingEvents");
	char text[500];

	snprintf(text, sizeof(text),
		 "%s<m:Notification><t:SubscriptionId>s</t:SubscriptionId>"
		 "<t:%s><t:Watermark>w</t:Watermark>%s</t:%s>"
		 "</m:Notification>%s",
		 streamed ? "<m:Notifications>" : "", event,
		 changed ? "<t:TimeStamp>2026-09-17T08:00:00Z</t:TimeStamp>"
			 : "",
		 event, streamed ? "</m:Notifications>" : "");
	return envelope(operation, "NoError", text);
}

static bool call_back(const char *event)
{
	const char *text = events("SendNotification", event);

	return call &&
	       call("token", text, strlen(text), call_arg) == CALLED_WELL;
}

static void say_on_stream(const char *text)
{
	struct http_request *stream = fake_http_find("GetStreamingEvents");

	if (stream && can & SPEAKS)
		fake_http_data(stream, text, strlen(text));
}

static const char *subscribed(const char *body)
{
	bool streaming = strstr(body, "StreamingSubscriptionRequest") != NULL;
	bool push = strstr(body, "PushSubscriptionRequest") != NULL;

	if (!(can & (streaming ? STREAMS : push ? PUSHES : PULLS)))
		return envelope("Subscribe", "ErrorInvalidServerVersion", "");
	subscriptions += !push;
	return envelope("Subscribe", "NoError",
			"<m:SubscriptionId>s</m:SubscriptionId>"
			"<m:Watermark>w</m:Watermark>");
}

static const char *created(void)
{
	if (!(can & WRITES))
		return envelope("CreateItem", "ErrorAccessDenied", "");
	item = true;
	return envelope("CreateItem", "NoError",
			"<m:Items><t:CalendarItem><t:ItemId Id='i' "
			"ChangeKey='c'/></t:CalendarItem></m:Items>");
}

/* The item begins on the minute, forty days ahead. */
static const char *availability(void)
{
	static char text[4000];
	char from[CLOCK_TEXT_SIZE], until[CLOCK_TEXT_SIZE];
	time_t at = clock_now() + 40 * 24 * 3600;

	at -= at % 60;
	snprintf(text, sizeof(text),
		 "<Envelope xmlns='" SOAP "' xmlns:m='" MESSAGES
		 "' xmlns:t='" TYPES "'><Body><m:GetUserAvailabilityResponse>"
		 "<m:FreeBusyResponseArray><m:FreeBusyResponse>"
		 "<m:ResponseMessage ResponseClass='Success'>"
		 "<m:ResponseCode>NoError</m:ResponseCode></m:ResponseMessage>"
		 "<m:FreeBusyView><t:FreeBusyViewType>FreeBusy"
		 "</t:FreeBusyViewType><t:CalendarEventArray>"
		 "<t:CalendarEvent><t:StartTime>%s</t:StartTime>"
		 "<t:EndTime>%s</t:EndTime><t:BusyType>%s</t:BusyType>"
		 "</t:CalendarEvent></t:CalendarEventArray></m:FreeBusyView>"
		 "</m:FreeBusyResponse></m:FreeBusyResponseArray>"
		 "</m:GetUserAvailabilityResponse></Body></Envelope>",
		 clock_text(from, at),
		 clock_text(until, at + (item && can & TELLS ? 60 : 61)),
		 "Free");
	return text;
}

static const char *answer_to(const char *body)
{
	if (strstr(body, "<m:Subscribe>"))
		return subscribed(body);
	if (strstr(body, "<m:CreateItem"))
		return created();
	if (strstr(body, "<m:GetEvents>"))
		return events("GetEvents", item && can & TELLS ? "CreatedEvent"
							       : "StatusEvent");
	if (strstr(body, "GetUserAvailability"))
		return availability();
	if (strstr(body, "<m:DeleteItem"))
		item = false;
	if (strstr(body, "<m:Unsubscribe>"))
		subscriptions--;
	return envelope("Any", "NoError", "");
}

/* What the server does by itself, once it has answered. */
static void go_on(const char *operation)
{
	const char *event = "CreatedEvent";

	if (strstr(operation, "PushSubscriptionRequest") && can & CALLS)
		call_back("StatusEvent");
	if (!strstr(operation, "<m:CreateItem") || !(can & TELLS) || !item)
		return;
	if (can & CALLS)
		call_back(event);
	say_on_stream(events("GetStreamingEvents", event));
}

static void serve(void)
{
	struct http_request *request;

	while ((request = fake_http_next())) {
		struct buf body = BUF(1 << 16);

		if (fake_http_is_stream(request)) {
			fake_http_head(request, 200);
			say_on_stream(envelope(
				"GetStreamingEvents", "NoError",
				"<m:ConnectionStatus>OK</m:ConnectionStatus>"));
			continue;
		}
		buf_print(&body, "%s", fake_http_body(request));
		fake_http_answer(request, 200, answer_to(buf_text(&body)));
		go_on(buf_text(&body));
		buf_free(&body);
	}
}

static void on_done(const struct trial_result *is, void *arg)
{
	(void)arg;
	result = *is;
	ended++;
}

static void try_it(const char *probe, unsigned time_ms)
{
	const struct trial_options options = {
		.settings = &settings,
		.url = "https://a.test/EWS/Exchange.asmx",
		.mailbox = "ann@example.com",
		.login = true,
		.write = *probe != '\0',
		.health = &health,
		.timeout_ms = time_ms,
	};

	ck_assert_int_eq(trial_new(&trial, &options, on_done, NULL, NULL),
			 ERR_OK);
	for (unsigned ms = 0; !ended && ms < time_ms + 4000; ms += 100) {
		serve();
		fake_loop_pass_ms(100);
	}
	ck_assert_uint_eq(ended, 1);
	trial_free(&trial);
	ck_assert_uint_eq(fake_loop_timers(), 0);
	ck_assert_ptr_null(call);
}

static void setup(void)
{
	fake_loop_reset();
	fake_http_reset();
	ck_assert_int_eq(gateway_parse(&settings,
				       "name=a host=a.test "
				       "callback=http://us.test:8081/exchange",
				       NULL),
			 ERR_OK);
	health = (struct gateway_health){ .notify = NULL };
	memset(&result, 0, sizeof(result));
	can = ALL;
	ended = subscriptions = 0;
	item = false;
}

/* What the server and the network can do, and the way that is proved. */
static const struct {
	unsigned cannot;
	const char *notify, *version, *way;
	bool chosen, worse, blocked;
	const char *lacks;
} rows[] = {
	{ 0, "any", "Exchange2010_SP1", "streaming", false, false, false, "" },
	/* Exchange 2007: known from the configuration, or from the server. */
	{ 0, "any", "Exchange2007_SP1", "push", false, true, false,
	  "streaming: the version that is configured has none" },
	{ STREAMS, "any", "Exchange2010_SP1", "push", false, true, false,
	  "streaming: ErrorInvalidServerVersion" },
	{ STREAMS | PUSHES, "any", "Exchange2010_SP1", "pull", false, true,
	  false, "push: ErrorInvalidServerVersion" },
	{ STREAMS | PUSHES | PULLS, "any", "Exchange2010_SP1", "poll", false,
	  true, false, "pull: ErrorInvalidServerVersion" },
	/* What is held back on the way. */
	{ SPEAKS, "any", "Exchange2010_SP1", "push", false, true, true,
	  "streaming: nothing came in time" },
	{ STREAMS | CALLS, "any", "Exchange2010_SP1", "pull", false, true, true,
	  "push: Exchange did not call http://us.test:8081/exchange" },
	{ SPEAKS | CALLS, "any", "Exchange2010_SP1", "pull", false, true, true,
	  "push: Exchange did not call" },
	{ STREAMS | LISTENS, "any", "Exchange2010_SP1", "pull", false, true,
	  true, "push: port taken" },
	/* As the administrator wants it, and no better one is missed. */
	{ 0, "streaming", "Exchange2010_SP1", "streaming", true, false, false,
	  "" },
	{ 0, "push", "Exchange2010_SP1", "push", true, false, false, "" },
	{ 0, "pull", "Exchange2010_SP1", "pull", true, false, false, "" },
	{ 0, "poll", "Exchange2010_SP1", "poll", true, false, false, "" },
	/* He wants what the version has not. */
	{ 0, "streaming", "Exchange2007_SP1", "push", false, true, false,
	  "streaming: the version" },
};

static void set_up_row(int i)
{
	can &= ~rows[i].cannot;
	snprintf(settings.notify, sizeof(settings.notify), "%s",
		 rows[i].notify);
	snprintf(settings.version, sizeof(settings.version), "%s",
		 rows[i].version);
}

static void assert_row(int i)
{
	ck_assert_str_eq(result.way, rows[i].way);
	ck_assert_int_eq(result.chosen, rows[i].chosen);
	ck_assert_int_eq(result.worse, rows[i].worse);
	ck_assert_int_eq(result.blocked, rows[i].blocked);
	ck_assert_msg(strstr(result.lacks, rows[i].lacks) != NULL, "%s",
		      result.lacks);
	for (int step = 0; step < TRIAL_COUNT; step++)
		ck_assert_msg(result.steps[step].ran &&
				      !result.steps[step].why.err,
			      "step %d: %s", step, result.steps[step].why.text);
}

START_TEST(
	the_best_way_that_works_is_proved_with_an_item_and_why_no_better_one_is_said)
{
	set_up_row(_i);
	try_it("ann@example.com", TIME_MS);
	assert_row(_i);
	ck_assert(result.item_seen);
	ck_assert_int_eq(result.cleanup.err, ERR_OK);
}
END_TEST

START_TEST(where_no_item_may_be_made_the_way_opens_and_nothing_is_written)
{
	set_up_row(_i);
	try_it("", TIME_MS);
	assert_row(_i);
	ck_assert(!result.item_seen);
	ck_assert_uint_eq(fake_http_count("CreateItem"), 0);
}
END_TEST

START_TEST(nothing_of_a_trial_stays_at_the_server)
{
	set_up_row(_i);
	try_it("ann@example.com", TIME_MS);
	ck_assert(!item);
	ck_assert_uint_eq(subscriptions, 0);
}
END_TEST

START_TEST(a_way_that_opens_and_does_not_bring_the_item_is_no_proof)
{
	set_up_row(_i);
	can &= ~(unsigned)TELLS;
	try_it("ann@example.com", TIME_MS);
	ck_assert_str_eq(result.way, rows[_i].way);
	ck_assert_int_eq(result.steps[TRIAL_NOTIFY].why.err, ERR_TIMEOUT);
	ck_assert(!result.item_seen);
	ck_assert(!item);
}
END_TEST

static const struct {
	unsigned cannot;
	const char *notify;
	enum trial_step step;
	enum err err;
} chosen[] = {
	{ STREAMS, "streaming", TRIAL_SUBSCRIBE, ERR_VERSION },
	{ SPEAKS, "streaming", TRIAL_NOTIFY, ERR_TIMEOUT },
	{ PUSHES, "push", TRIAL_SUBSCRIBE, ERR_VERSION },
	{ CALLS, "push", TRIAL_NOTIFY, ERR_TIMEOUT },
	{ PULLS, "pull", TRIAL_SUBSCRIBE, ERR_VERSION },
};

START_TEST(
	a_way_that_the_configuration_names_and_that_fails_is_followed_by_no_other)
{
	can &= ~chosen[_i].cannot;
	snprintf(settings.notify, sizeof(settings.notify), "%s",
		 chosen[_i].notify);
	try_it("ann@example.com", TIME_MS);
	ck_assert_str_eq(result.way, chosen[_i].notify);
	ck_assert_int_eq(result.steps[chosen[_i].step].why.err, chosen[_i].err);
	ck_assert(!result.item_seen);
}
END_TEST

START_TEST(the_way_that_the_service_uses_is_what_is_tried)
{
	health.notify = "pull";
	health.notify_blocked = true;
	strcpy(health.notify_why, "streaming: 5 streams without a word");
	try_it("ann@example.com", TIME_MS);
	ck_assert_str_eq(result.way, "pull");
	ck_assert(result.worse && result.blocked && result.item_seen);
	ck_assert_str_eq(result.lacks, health.notify_why);
	ck_assert_uint_eq(fake_http_count("GetStreamingEvents"), 0);
}
END_TEST

START_TEST(an_item_that_is_refused_is_told_of_with_the_way_that_opened)
{
	can &= ~(unsigned)WRITES;
	try_it("ann@example.com", TIME_MS);
	ck_assert_int_eq(result.steps[TRIAL_NOTIFY].why.err, ERR_DENIED);
	ck_assert(!result.item_seen);
}
END_TEST

static void tests(void)
{
	tcase_add_checked_fixture(the_case, setup, NULL);
	TEST_ROWS(
		the_best_way_that_works_is_proved_with_an_item_and_why_no_better_one_is_said,
		rows);
	TEST_ROWS(
		where_no_item_may_be_made_the_way_opens_and_nothing_is_written,
		rows);
	TEST_ROWS(nothing_of_a_trial_stays_at_the_server, rows);
	TEST_ROWS(a_way_that_opens_and_does_not_bring_the_item_is_no_proof,
		  rows);
	TEST_ROWS(
		a_way_that_the_configuration_names_and_that_fails_is_followed_by_no_other,
		chosen);
	TEST(the_way_that_the_service_uses_is_what_is_tried);
	TEST(an_item_that_is_refused_is_told_of_with_the_way_that_opened);
}
