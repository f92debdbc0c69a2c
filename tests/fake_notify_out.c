/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "sip/notify_out.h"
#include "tests/fake_notify_out.h"

/* sip/notify_out.h as the test sees it: sent when the test says so. */
struct notify_out {
	struct notify_out_handlers handlers;
	void *arg;
	struct notify_item *queued[64];
	struct notify_item *flying[64];
	unsigned waiting, in_flight;
};

static struct notify_out *out;
char fake_notify_state[128], fake_notify_body[8192], fake_notify_type[64];

void notify_out_answer(struct notify_out *of, const char *data, size_t len)
{
	(void)of;
	(void)data;
	(void)len;
}

void notify_out_take(struct notify_out *of, const struct answer *answer)
{
	(void)of;
	(void)answer;
}

struct notify_out *notify_out_new(void *agent, unsigned in_flight,
				  const struct notify_out_handlers *handlers,
				  void *arg)
{
	(void)agent;
	(void)in_flight;
	out = x_new(struct notify_out);
	out->handlers = *handlers;
	out->arg = arg;
	return out;
}

void notify_out_free(struct notify_out **outp)
{
	free(*outp);
	*outp = out = NULL;
}

void notify_out_limit(struct notify_out *of, unsigned in_flight)
{
	(void)of;
	(void)in_flight;
}

void notify_out_queue(struct notify_out *of, struct notify_item *item,
		      bool urgent)
{
	ck_assert_int_eq(item->stage, NOTIFY_IDLE);
	(void)urgent;
	item->stage = NOTIFY_QUEUED;
	of->queued[of->waiting++] = item;
}

static void strike(struct notify_item **items, unsigned *count,
		   const struct notify_item *item)
{
	for (unsigned i = 0; i < *count; i++)
		if (items[i] == item)
			items[i--] = items[--*count];
}

void notify_out_cancel(struct notify_out *of, struct notify_item *item)
{
	strike(of->queued, &of->waiting, item);
	strike(of->flying, &of->in_flight, item);
	item->stage = NOTIFY_IDLE;
}

unsigned notify_out_flying(const struct notify_out *of)
{
	return of->in_flight;
}

unsigned notify_out_waiting(const struct notify_out *of)
{
	return of->waiting;
}

/* Sends the first in line; false if there is none. */
bool fake_notify_sent(void)
{
	struct notify_request request = { 0 };
	struct notify_item *item = out->queued[0];

	if (!out->waiting)
		return false;

	memmove(out->queued, out->queued + 1, --out->waiting * sizeof(item));
	item->stage = NOTIFY_FLYING;
	out->flying[out->in_flight++] = item;
	out->handlers.compose(item, &request, out->arg);
	strcpy(fake_notify_state, request.state);
	strcpy(fake_notify_type, request.content_type);
	memcpy(fake_notify_body, request.body, request.body_bytes);
	fake_notify_body[request.body_bytes] = '\0';
	return true;
}

void fake_notify_answered(int status)
{
	struct notify_item *item = out->flying[0];

	memmove(out->flying, out->flying + 1, --out->in_flight * sizeof(item));
	item->stage = NOTIFY_IDLE;
	out->handlers.done(item, status, out->arg);
}
