/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Mailboxes that share a notification stream. ews_group.c knows who belongs
 * to which group, subscribes and unsubscribes; ews_stream.c keeps a group's
 * connection; ews_mend.c sees to one that is over. For these three only.
 */
#ifndef CALENDAR_EWS_GROUP_H
#define CALENDAR_EWS_GROUP_H

#include "calendar/ews_pool.h"

struct ews_group {
	struct ews_group *next, **place;
	struct backend_pool *pool;
	enum {
		GROUP_IDLE,    /* nobody to be told */
		GROUP_ASKING,  /* stands at the gate */
		GROUP_OPENING, /* asked, no envelope yet */
		GROUP_OPEN,
		GROUP_WAITING, /* to try again */
	} state;
	struct subscription *subs[EWS_STREAM_MAX];
	size_t count;
	unsigned asking; /* whose Subscribe is under way */
	char anchor
		[ADDRESS_SIZE]; /* all requests name it, the stream acts as it */
	char grouping[LOCATED_GROUPING_SIZE]; /* of all its mailboxes */
	char cookie[EWS_COOKIE_SIZE];         /* "name=value" */
	const char *version;                  /* the stream was asked for in */
	struct ticket ticket;
	struct http_request *request;
	struct xml_in *in;
	struct timer timer; /* OPENING: for the first word; WAITING */
	struct timer heartbeat;
	struct timer settle;
	uint64_t settle_by_ms;
	unsigned settle_ms;
	uint64_t opened_ms;
	unsigned failures;   /* in a row */
	uint64_t failing_ms; /* since the first of those */
	bool headed, word;   /* this connection began, and said something */
	unsigned mute;       /* began and said nothing, in a row */
	bool counted;        /* in the number of streams */
};

/* The anchor is one of the group; another one, if it was that one's fault. */
void group_choose_anchor(struct ews_group *group);
void group_change_anchor(struct ews_group *group, enum err err);

/* Lets go of the connection; subscriptions stay as they are. */
void group_stop(struct ews_group *group);

/* Asks for a connection for all who have an id, if there are any. */
void group_open(struct ews_group *group);

/* There is somebody new: the connection is made again when all are there. */
void group_settle(struct ews_group *group);

/*
 * The connection is over. The first time it is made again at once and nobody
 * hears of it; then the owners know that they are not told of changes.
 */
void group_broken(struct ews_group *group, const struct why *why);

/* Trouble of the gateway, which says nothing about subscriptions. */
bool group_concerns_all(enum err err);

/* The id is no good any more: its owner makes a new one. */
void group_lose(struct subscription *sub, const struct why *why);
void group_lose_all(struct ews_group *group, const struct why *why);

#endif
