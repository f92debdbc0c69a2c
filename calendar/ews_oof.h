/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GetUserOofSettings, [MS-OXWOOF]: request, answer, and asking. */
#ifndef CALENDAR_EWS_OOF_H
#define CALENDAR_EWS_OOF_H

#include "calendar/backend.h"
#include "calendar/ews_read.h"
#include "calendar/ews_write.h"

/* The texts of the replies are not looked at. */
enum err ews_read_oof(const struct xml_node *envelope, struct replies *replies,
		      struct ews_trouble *trouble);

/* As struct backend has them. */
struct asking *ews_ask_replies(struct gateway *gateway,
			       const struct mailbox *mailbox, replies_h *h,
			       void *arg);
void ews_ask_stop(struct asking **askingp);

#endif
