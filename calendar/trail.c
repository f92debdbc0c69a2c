/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "calendar/trail.h"

/* The first word counts, unless a later one says that it moved. */
void trail_notice(struct trail *trail, enum err err, const char *how)
{
	if (trail->err && (err != ERR_MOVED || trail->err == ERR_MOVED))
		return;

	if (!trail->err) {
		trail->when = clock_now();
		trail->when_ms = clock_ms();
	}
	trail->err = err;
	free(trail->how);
	trail->how = x_strdup(how);
}

static void note(struct trail *trail, const struct gateway *from,
		 const struct gateway *to)
{
	struct move *move;

	if (!trail->moves)
		trail->moves = x_zalloc(TRAIL_MOVES * sizeof(struct move));
	move = &trail->moves[0];
	memmove(trail->moves + 1, trail->moves,
		(TRAIL_MOVES - 1) * sizeof(trail->moves[0]));
	*move = (struct move){ .when = trail->when };
	move->located = trail->located ? trail->located : "";
	move->took_ms = (unsigned)(clock_ms() - trail->when_ms);
	snprintf(move->from, sizeof(move->from), "%s", gateway_name(from));
	snprintf(move->to, sizeof(move->to), "%s", gateway_name(to));
	snprintf(move->how, sizeof(move->how), "%s", trail->how);
	trail->count++;
}

void trail_arrive(struct trail *trail, const char *address,
		  const struct gateway *from, const struct gateway *to)
{
	if (from && (from != to || trail->err == ERR_MOVED)) {
		trail_notice(trail, ERR_MISSED, "gateways were changed");
		note(trail, from, to);
		metric_add(METRIC_moves_total, gateway_name(to), 1);
		metric_observe_ms(METRIC_move_seconds, gateway_name(to),
				  trail->moves[0].took_ms);
		log_info("mailbox moved", KV("mailbox", address),
			 KV("from", gateway_name(from)),
			 KV("to", gateway_name(to)), KV("noticed", trail->how),
			 KV("located", trail->moves[0].located),
			 KN("ms", trail->moves[0].took_ms));
	}

	trail->err = ERR_OK;
	free(trail->how);
	trail->how = NULL;
}

void trail_clear(struct trail *trail)
{
	free(trail->moves);
	free(trail->how);
	*trail = (struct trail){ .count = 0 };
}
