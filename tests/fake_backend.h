/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An Exchange of the test's own: calendar/backend.h with calendars that the
 * test writes, and which goes away and comes back when the test says so.
 * Linking this replaces the table of backends; its one type is ews.
 */
#ifndef TESTS_FAKE_BACKEND_H
#define TESTS_FAKE_BACKEND_H

#include "calendar/backend.h"

/* Who can be reached is told of it. */
void fake_backend_add(const char *mailbox, const struct entry *entry);

/* Every entry that begins at that moment. */
void fake_backend_remove(const char *mailbox, time_t from);

/* Automatic replies, of one mailbox at a time; nobody is told. */
void fake_backend_replies(const char *mailbox, const struct replies *replies);

/* What all owners of mailboxes set as their working hours. */
void fake_backend_hours(const struct work_hours *hours);

/*
 * The mailbox is at another gateway from now on, and the one where it was says
 * so with that code; silent: it goes on as before and tells of nothing more.
 */
void fake_backend_move(const char *mailbox, const char *gateway,
		       const char *code);

/* Its subscription ends with that code, and it stays where it is. */
void fake_backend_lose(const char *mailbox, const char *code);

/* Subscriptions ever made at that gateway. */
unsigned fake_backend_subscribed(const char *gateway);

void fake_backend_down(void);
void fake_backend_up(void);

void fake_backend_forget_all(void);

#endif
