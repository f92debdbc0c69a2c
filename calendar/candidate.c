/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "calendar/candidate.h"

static bool serves_by_rank(const struct candidates *candidates,
			   enum gateway_match rank,
			   const struct gateway *gateway)
{
	return gateway != candidates->home &&
	       gateway_match(gateway, candidates->address) == rank;
}

struct gateway *candidate_at(const struct candidates *candidates, size_t n)
{
	size_t seen = 0;

	if (candidates->home && !candidates->home_last && seen++ == n)
		return candidates->home;

	for (int rank = GATEWAY_NAMED; rank <= GATEWAY_OTHERS; rank++) {
		if (rank == GATEWAY_OTHERS && (seen || candidates->home))
			break;

		for (size_t i = 0; i < candidates->count; i++)
			if (serves_by_rank(candidates, (enum gateway_match)rank,
					   candidates->gateways[i]) &&
			    seen++ == n)
				return candidates->gateways[i];
	}

	return candidates->home_last && seen == n ? candidates->home : NULL;
}
