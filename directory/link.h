/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A connection to a directory from the first word to the announcements: who
 * the server is, whether it is the one we know, whether our rights suffice,
 * and then the way that suits it.
 */
#ifndef DIRECTORY_LINK_H
#define DIRECTORY_LINK_H

#include "directory/way.h"

struct link;

struct link_options {
	const struct watch_settings *settings;
	const struct entry_reader *reader;
	struct keeper *keeper;
	const char *secret;
	const char *const *uris;
	size_t uri_count;
};

/* From the loop, as the last thing. */
struct link_handlers {
	/* Ready to be asked. */
	void (*ready)(struct link *link, void *arg);
	void (*lost)(struct link *link, const struct why *why, void *arg);
	void (*doubt)(struct link *link, void *arg);
};

struct link *link_new(const struct link_options *options,
		      const struct link_handlers *handlers, void *arg);
void link_free(struct link **linkp);

/* NULL while it is not ready. */
const struct way_env *link_env(const struct link *link);
const struct way *link_way(const struct link *link);

/* How many servers it has to choose from. */
size_t link_servers(const struct link *link);

#endif
