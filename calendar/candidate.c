/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "calendar/candidate.h"

/* A home that is silent is asked last, whoever says that it is there. */
static bool comes_last(const struct candidates *candidates,
		       const struct gateway *gateway)
{
	return candidates->home_last && gateway == candidates->home;
}

static bool comes_first(const struct candidates *candidates,
			const struct gateway *gateway)
{
	return gateway &&
	       (gateway == candidates->found || gateway == candidates->home) &&
	       !comes_last(candidates, gateway);
}

static bool serves_by_rank(const struct candidates *candidates,
			   enum gateway_match rank,
			   const struct gateway *gateway)
{
	return gateway != candidates->home && gateway != candidates->found &&
	       gateway_match(gateway, candidates->address) == rank;
}

struct gateway *candidate_at(const struct candidates *candidates, size_t n)
{
	bool anybody = candidates->home || candidates->found;
	size_t seen = 0;

	if (comes_first(candidates, candidates->found) && seen++ == n)
		return candidates->found;
	if (candidates->home != candidates->found &&
	    comes_first(candidates, candidates->home) && seen++ == n)
		return candidates->home;

	for (int rank = GATEWAY_NAMED; rank <= GATEWAY_OTHERS; rank++) {
		if (rank == GATEWAY_OTHERS && (seen || anybody))
			break;

		for (size_t i = 0; i < candidates->count; i++)
			if (serves_by_rank(candidates, (enum gateway_match)rank,
					   candidates->gateways[i]) &&
			    seen++ == n)
				return candidates->gateways[i];
	}

	return candidates->home_last && seen == n ? candidates->home : NULL;
}
