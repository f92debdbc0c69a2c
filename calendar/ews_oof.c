/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Automatic replies of one mailbox: GetUserOofSettings, [MS-OXWOOF]. Asked
 * after everything else that waits for the gateway; what goes wrong is told
 * and left to the next time.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "calendar/ews_oof.h"
#include "calendar/ews_pool.h"

struct asking {
	struct backend_pool *pool;
	const struct mailbox *mailbox;
	struct ews_call *call;
	replies_h *handler;
	void *arg;
};

static void write_request(struct ews_letter *letter, const char *version,
			  void *arg)
{
	const struct asking *asking = arg;
	const char *address = asking->mailbox->address;
	const struct ews_heading heading = {
		version, ews_impersonate(asking->pool, address)
	};

	letter->operation = "GetUserOofSettings";
	letter->anchor = address;
	ews_write_oof(&letter->body, &heading, address);
}

static void on_answer(const struct ews_answer *answer, void *arg)
{
	struct asking *asking = arg;
	struct ews_trouble trouble = answer->trouble;
	struct replies replies = { .on = false };
	replies_h *handler = asking->handler;
	void *handler_arg = asking->arg;

	if (!trouble.why.err)
		ews_read_oof(answer->envelope, &replies, &trouble);
	free(asking);
	handler(&trouble.why, &replies, handler_arg);
}

static const struct ews_call_handlers handlers = {
	.write = write_request,
	.answered = on_answer,
};

struct asking *ews_ask_replies(struct gateway *gateway,
			       const struct mailbox *mailbox, replies_h *h,
			       void *arg)
{
	struct asking *asking = x_new(struct asking);

	asking->pool = gateway_pool(gateway);
	asking->mailbox = mailbox;
	asking->handler = h;
	asking->arg = arg;
	asking->call = ews_call_new(asking->pool, GATE_LOW, &handlers, asking);
	return asking;
}

void ews_ask_stop(struct asking **askingp)
{
	struct asking *asking = *askingp;

	if (!asking)
		return;

	ews_call_free(&asking->call);
	free(asking);
	*askingp = NULL;
}
