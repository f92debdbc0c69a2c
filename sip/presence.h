/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What watchers get to see of one presentity; a value, no wire format. */
#ifndef SIP_PRESENCE_H
#define SIP_PRESENCE_H

#include "base/err.h"
#include "sip/claim.h"

struct presence {
	enum state state;
	enum claim_source source; /* who won */
	time_t since;             /* when this began, as far as known; 0 not */
	time_t until;             /* when it is expected to change; 0 unknown */
	char note[NOTE_SIZE];     /* of the source; "" none */
};

/* Which source beats which: rank[source], smaller is stronger. */
struct claim_order {
	unsigned char rank[CLAIM_COUNT];
};

/* The order of the rows of claim.def. */
extern const struct claim_order claim_order_default;

/*
 * "manual > dnd > phone > ..."; sources left out follow in their default
 * order, and revoked is always the strongest. ERR_CONFIG names the word not
 * known or said twice.
 */
enum err claim_order_parse(struct claim_order *order, const char *text,
			   struct why *why);

/*
 * The strongest claim that holds at the moment; AVAILABLE by CLAIM_CALENDAR
 * if none does. since and until are the ends of what watchers see: claims that
 * follow each other with the same state are one; where since is what watchers
 * are told it is that of the claim, shown all the time or not.
 *
 * Clients publish "open" without meaning anything by it. So of several devices
 * one that is there outweighs those that are not, and what the calendar says
 * of a free moment (working elsewhere) is shown in its place.
 */
void presence_compose(struct presence *out, const struct claim *claims,
		      size_t count, const struct claim_order *order,
		      time_t now);

/* The claim that decides; NULL if none holds. */
const struct claim *presence_winner(const struct claim *claims, size_t count,
				    const struct claim_order *order,
				    time_t now);

/* First moment after now when presence_compose() says something else; 0 never. */
time_t presence_next(const struct claim *claims, size_t count,
		     const struct claim_order *order, time_t now);

/*
 * Whether watchers would see no difference. Who said it is not seen, and times
 * only in the states that tell them (state.def).
 */
bool presence_equal(const struct presence *a, const struct presence *b);

#endif
