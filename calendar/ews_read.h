/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * EWS answers as values; pure.
 *
 * Each function takes a whole envelope, whatever its prefixes. Errors come in
 * two carriers, a SOAP Fault or the response message of one mailbox, and are
 * looked for in both, at any HTTP status ([MS-OXWSCDATA] 2.2.4).
 */
#ifndef CALENDAR_EWS_READ_H
#define CALENDAR_EWS_READ_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/xml.h"
#include "calendar/timeline.h"
#include "calendar/window.h"

enum {
	EWS_ID_SIZE = 512,
	EWS_MARK_SIZE = 256,
	EWS_VERSION_SIZE = 64,
	EWS_NEWS_MAX = 10000
};

struct ews_trouble {
	struct why why;      /* ERR_OK: none; the text begins with the code */
	unsigned backoff_ms; /* how long to leave the server alone; 0: unsaid */
};

/* Of the request as a whole: its Fault, or no envelope. */
enum err ews_read_fault(const struct xml_node *envelope,
			struct ews_trouble *trouble);

/* "15.01.2507.006" of t:ServerVersionInfo; "" if it does not say. */
void ews_read_version(const struct xml_node *envelope,
		      char version[EWS_VERSION_SIZE]);

/* The first response message, for operations that only succeed or fail. */
enum err ews_read_result(const struct xml_node *envelope,
			 struct ews_trouble *trouble);

/* Subscribe. */
enum err ews_read_subscribe(const struct xml_node *envelope,
			    char id[EWS_ID_SIZE], struct ews_trouble *trouble);

/*
 * What pull and push subscriptions tell of: the answers to Subscribe and
 * GetEvents, and the request SendNotification.
 */
struct ews_events {
	struct ews_trouble trouble;
	bool changed; /* there are events, not only a sign of life */
	bool more;    /* ask again */
	char id[EWS_ID_SIZE];
	char mark[EWS_MARK_SIZE]; /* watermark of the last; "" none */
};
void ews_read_events(const struct xml_node *envelope,
		     struct ews_events *events);

/* GetFolder with what ews_write_probe() asks for: a text to compare. */
enum { EWS_STATE_SIZE = 80 };
enum err ews_read_state(const struct xml_node *envelope,
			char state[EWS_STATE_SIZE],
			struct ews_trouble *trouble);

/* CreateItem of one item. */
enum err ews_read_created(const struct xml_node *envelope, char id[EWS_ID_SIZE],
			  struct ews_trouble *trouble);

/* GetUserAvailability: one of these a mailbox, in the order of asking. */
struct ews_availability {
	struct ews_trouble trouble;
	struct timeline *timeline; /* NULL in trouble; the caller's */
};

/* Of an m:FreeBusyView; false: none are given that we understand. */
bool ews_read_hours(const struct xml_node *view, struct work_hours *hours);

/*
 * An error of all of it is returned and leaves the array untouched; one that
 * concerns a mailbox stands with it.
 */
enum err ews_read_availability(const struct xml_node *envelope,
			       const struct window *window,
			       struct ews_availability *mailboxes, size_t count,
			       struct ews_trouble *trouble);

/*
 * FindItem with CalendarView. *nextp: where to go on reading, 0 if that was
 * all; entries are added to the timeline.
 */
enum err ews_read_find(const struct xml_node *envelope,
		       struct timeline *timeline, time_t *nextp,
		       struct ews_trouble *trouble);

/* One envelope of a stream; the ids live as long as the envelope. */
struct ews_news {
	struct ews_trouble trouble; /* of the stream, or of the ids in lost */
	bool closed;                /* ConnectionStatus says so */
	const char **changed;       /* ids of subscriptions with events */
	size_t changed_count;
	const char **lost; /* ids the server does not want any more */
	size_t lost_count;
};

/* Whether an m:Notification tells of more than being alive. */
bool ews_has_events(const struct xml_node *notification);
const struct xml_node *ews_first_message(const struct xml_node *envelope);

void ews_read_news(const struct xml_node *envelope, struct ews_news *news);
void ews_news_free(struct ews_news *news);

/*
 * xs:dateTime with or without fraction, Z, offset; without zone it is UTC.
 * false if it is none.
 */
bool ews_read_time(const char *text, time_t *momentp);

/* The Date header: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7). */
bool ews_read_http_date(const char *text, time_t *momentp);

#endif
