/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/xml.h"
#include "tests/fake_ews.h"
#include "tests/fake_http.h"
#include "tests/fake_loop.h"

#define SOAP     "http://schemas.xmlsoap.org/soap/envelope/"
#define TYPES    "http://schemas.microsoft.com/exchange/services/2006/types"
#define MESSAGES "http://schemas.microsoft.com/exchange/services/2006/messages"

bool fake_ews_busy;
const char *fake_ews_folder;
static unsigned last_id;

static struct xml_out *envelope(void)
{
	struct xml_out *xml = xml_out_new_bare();

	xml_start(xml, "Envelope");
	xml_attribute(xml, "xmlns", SOAP);
	xml_attribute(xml, "xmlns:m", MESSAGES);
	xml_attribute(xml, "xmlns:t", TYPES);
	xml_start(xml, "Body");
	return xml;
}

static char *finish(struct xml_out *xml)
{
	struct buf text = BUF(1 << 20);

	xml_out_finish(&xml, &text);
	return buf_take(&text);
}

/* Leaves the response message open. */
static struct xml_out *message(const char *operation, const char *class,
			       const char *code)
{
	struct xml_out *xml = envelope();
	char name[100];

	snprintf(name, sizeof(name), "m:%sResponse", operation);
	xml_start(xml, name);
	xml_start(xml, "m:ResponseMessages");
	snprintf(name, sizeof(name), "m:%sResponseMessage", operation);
	xml_start(xml, name);
	xml_attribute(xml, "ResponseClass", class);
	xml_leaf(xml, "m:ResponseCode", code);
	return xml;
}

static char *subscribed(void)
{
	struct xml_out *xml = message("Subscribe", "Success", "NoError");
	char id[20];

	snprintf(id, sizeof(id), "s%u", ++last_id);
	xml_leaf(xml, "m:SubscriptionId", id);
	return finish(xml);
}

static void free_busy(struct xml_out *xml)
{
	char text[CLOCK_TEXT_SIZE];

	xml_start(xml, "m:FreeBusyResponse");
	xml_start(xml, "m:ResponseMessage");
	xml_attribute(xml, "ResponseClass", "Success");
	xml_leaf(xml, "m:ResponseCode", "NoError");
	xml_end(xml);
	xml_start(xml, "m:FreeBusyView");
	xml_leaf(xml, "t:FreeBusyViewType", "FreeBusy");
	xml_start(xml, "t:CalendarEventArray");

	if (fake_ews_busy) {
		xml_start(xml, "t:CalendarEvent");
		xml_leaf(xml, "t:StartTime", clock_text(text, FAKE_LOOP_WALL));
		xml_leaf(xml, "t:EndTime",
			 clock_text(text, FAKE_LOOP_WALL + 3600));
		xml_leaf(xml, "t:BusyType", "Busy");
		xml_end(xml);
	}

	xml_end(xml);
	xml_end(xml);
	xml_end(xml);
}

static char *availability(const char *request)
{
	struct xml_out *xml = envelope();

	xml_start(xml, "m:GetUserAvailabilityResponse");
	xml_start(xml, "m:FreeBusyResponseArray");
	while ((request = strstr(request, "<t:MailboxData>"))) {
		free_busy(xml);
		request++;
	}
	return finish(xml);
}

static char *folder(void)
{
	struct xml_out *xml = message("GetFolder", "Success", "NoError");

	xml_start(xml, "m:Folders");
	xml_start(xml, "t:CalendarFolder");
	xml_start(xml, "t:ExtendedProperty");
	xml_leaf(xml, "t:Value", fake_ews_folder);
	return finish(xml);
}

/* Nothing in detail. */
static char *found(void)
{
	struct xml_out *xml = message("FindItem", "Success", "NoError");

	xml_start(xml, "m:RootFolder");
	xml_attribute(xml, "IncludesLastItemInRange", "true");
	xml_start(xml, "t:Items");
	return finish(xml);
}

char *fake_ews_event(const char *id)
{
	struct xml_out *xml =
		message("GetStreamingEvents", "Success", "NoError");

	if (!id) {
		xml_leaf(xml, "m:ConnectionStatus", "OK");
		return finish(xml);
	}

	xml_start(xml, "m:Notifications");
	xml_start(xml, "m:Notification");
	xml_leaf(xml, "t:SubscriptionId", id);
	xml_start(xml, "t:ModifiedEvent");
	xml_leaf(xml, "t:TimeStamp", "2026-09-17T08:00:00Z");
	return finish(xml);
}

char *fake_ews_closed(void)
{
	struct xml_out *xml =
		message("GetStreamingEvents", "Success", "NoError");

	xml_leaf(xml, "m:ConnectionStatus", "Closed");
	return finish(xml);
}

char *fake_ews_lost(const char *id)
{
	struct xml_out *xml = message("GetStreamingEvents", "Error",
				      "ErrorSubscriptionNotFound");

	xml_start(xml, "m:ErrorSubscriptionIds");
	xml_leaf(xml, "m:SubscriptionId", id);
	return finish(xml);
}

char *fake_ews_fault(const char *code, const char *backoff_ms)
{
	struct xml_out *xml = envelope();

	xml_start(xml, "Fault");
	xml_leaf(xml, "faultcode", "Client");
	xml_start(xml, "detail");
	xml_leaf(xml, "ResponseCode", code);

	if (backoff_ms) {
		xml_start(xml, "t:MessageXml");
		xml_start(xml, "t:Value");
		xml_attribute(xml, "Name", "BackOffMilliseconds");
		xml_text(xml, backoff_ms);
	}

	return finish(xml);
}

static void answer(struct http_request *request)
{
	char *text;

	if (fake_http_is_stream(request)) {
		text = fake_ews_event(NULL);
		fake_http_head(request, 200);
		fake_http_data(request, text, strlen(text));
	} else {
		if (strstr(fake_http_body(request), "<m:Subscribe>"))
			text = subscribed();
		else if (strstr(fake_http_body(request), "<m:Unsubscribe>"))
			text = finish(
				message("Unsubscribe", "Success", "NoError"));
		else if (strstr(fake_http_body(request), "<m:GetFolder>"))
			text = folder();
		else if (strstr(fake_http_body(request), "<m:FindItem "))
			text = found();
		else
			text = availability(fake_http_body(request));
		fake_http_answer(request, 200, text);
	}

	free(text);
}

void fake_ews_reset(void)
{
	last_id = 0;
	fake_ews_busy = false;
	fake_ews_folder = "never";
}

void fake_ews_serve(void)
{
	struct http_request *request;

	do {
		while ((request = fake_http_next()))
			answer(request);
		fake_loop_pass_ms(0);
	} while (fake_http_next());
}

bool fake_ews_say(char *frame)
{
	struct http_request *stream = fake_http_find("GetStreamingEvents");
	bool goes_on = stream && fake_http_data(stream, frame, strlen(frame));

	free(frame);
	return goes_on;
}
