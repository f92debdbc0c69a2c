/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stddef.h>

#include "calendar/backend.h"

void parting_cancel(struct parting *parting)
{
	if (parting->held)
		*parting->held = NULL;
	parting->held = NULL;
}

void parting_move(struct parting **to, struct parting **from)
{
	*to = *from;
	*from = NULL;
	if (*to)
		(*to)->held = to;
}

void parting_done(struct parting **held, const struct why *why)
{
	struct parting *parting = *held;

	if (!parting)
		return;

	*held = NULL;
	parting->held = NULL;
	parting->done(why, parting->arg);
}
