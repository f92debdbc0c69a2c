/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A list of users or groups, read to its end: pages (RFC 2696) and ranges of
 * long attributes ([MS-ADTS] 3.1.1.3.1.3.3) put together again.
 */
#ifndef DIRECTORY_LISTING_H
#define DIRECTORY_LISTING_H

#include "directory/way.h"

struct listing;

struct listing_options {
	const char *base;
	const char *filter; /* copied, as base is */
};

/* From the loop; done() is the last, the owner frees the listing in it. */
struct listing_handlers {
	void (*seen)(const struct sighting *sighting, void *arg);
	void (*done)(const struct why *why, void *arg);
};

struct listing *listing_new(const struct way_env *env,
			    const struct listing_options *options,
			    const struct listing_handlers *handlers, void *arg);
void listing_free(struct listing **listingp);

/* "(|(objectGUID=\01...)...)" or by entryUUID, behind what filter demands. */
void listing_filter_ids(struct buf *out, const struct way_env *env,
			const char *filter, char (*ids)[PERSON_ID_SIZE],
			size_t count);

#endif
