/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * EWS requests as text: SOAP 1.1 envelopes after [MS-OXWSCDATA] and its
 * companions, element order as in messages.xsd and types.xsd. Times are sent
 * in UTC.
 */
#ifndef CALENDAR_EWS_WRITE_H
#define CALENDAR_EWS_WRITE_H

#include <stdbool.h>

#include "base/buf.h"
#include "calendar/window.h"

enum {
	EWS_BATCH_MAX = 100,  /* mailboxes in a GetUserAvailability */
	EWS_STREAM_MAX = 200, /* ids in a GetStreamingEvents */
	EWS_REQUEST_MAX = 1 << 20,
};

/* What stands in the SOAP header. */
struct ews_heading {
	const char *version;     /* of the schema */
	const char *impersonate; /* SMTP address to act as; NULL: ourselves */
};

/* mailbox: whose calendar; NULL: that of the one we act as. */
void ews_write_subscribe(struct buf *out, const struct ews_heading *heading,
			 const char *mailbox);
/* Events are fetched; minutes: after which the server forgets it, unasked. */
void ews_write_subscribe_pull(struct buf *out,
			      const struct ews_heading *heading,
			      const char *mailbox, unsigned minutes);
/* Events are sent to the URL, and a sign of life every so many minutes. */
void ews_write_subscribe_push(struct buf *out,
			      const struct ews_heading *heading,
			      const char *mailbox, const char *url,
			      unsigned minutes);
void ews_write_get_events(struct buf *out, const struct ews_heading *heading,
			  const char *id, const char *watermark);
/* Our answer to a SendNotification. */
void ews_write_pushed(struct buf *out, bool wanted);
void ews_write_stream(struct buf *out, const struct ews_heading *heading,
		      const char *const *ids, size_t count, unsigned minutes);
void ews_write_unsubscribe(struct buf *out, const struct ews_heading *heading,
			   const char *id);

void ews_write_availability(struct buf *out, const struct ews_heading *heading,
			    const char *const *addresses, size_t count,
			    const struct window *window);

/* FindItem with CalendarView; at most entries of them. */
void ews_write_find(struct buf *out, const struct ews_heading *heading,
		    const char *mailbox, const struct window *window,
		    unsigned entries, bool subjects);

/* GetUserOofSettings. */
void ews_write_oof(struct buf *out, const struct ews_heading *heading,
		   const char *address);

/* GetFolder of the calendar, with what moves when anything in it changes. */
void ews_write_probe(struct buf *out, const struct ews_heading *heading,
		     const char *mailbox);

/* GetFolder of the calendar: the cheapest proof that it may be read. */
void ews_write_folder(struct buf *out, const struct ews_heading *heading,
		      const char *mailbox);

/* An appointment that takes no time from anybody: free, nobody invited. */
void ews_write_create(struct buf *out, const struct ews_heading *heading,
		      const char *mailbox, const char *subject,
		      const struct window *when);
/* For good, not into the bin. id: as ews_read_created() gave it. */
void ews_write_delete(struct buf *out, const struct ews_heading *heading,
		      const char *id);

#endif
