/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Exchange Web Services: Exchange 2007 up to Subscription Edition.
 *
 * Each mailbox has a subscription of its own, made in its owner's name; many
 * share a notification stream (ews_stream.c). What has changed is read with
 * GetUserAvailability, many mailboxes at once (ews_batch.c), or where more
 * than free/busy is wanted with FindItem (ews_find.c).
 */
#ifndef CALENDAR_EWS_H
#define CALENDAR_EWS_H

#include "calendar/backend.h"

extern const struct backend ews_backend;

#endif
