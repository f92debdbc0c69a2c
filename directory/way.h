/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ways of learning of changes, and what all of them are given. Which one
 * it is, the rootDSE of the server says (RFC 4512, 5.1).
 */
#ifndef DIRECTORY_WAY_H
#define DIRECTORY_WAY_H

#include "directory/dsa.h"
#include "directory/entry_read.h"
#include "directory/keeper.h"

/* What a server says of itself. */
struct root {
	bool sync; /* RFC 4533 */
	bool ad;   /* [MS-ADTS] */
	char domain
		[DIRECTIVE_TEXT_SIZE]; /* DN; the naming context above base */
	char service[DIRECTIVE_TEXT_SIZE]; /* DN of its settings; "" not told */
	uint64_t usn;                      /* highestCommittedUSN */
};
extern const char *const root_attrs[];
void root_read(const struct dsa_entry *entry, const char *base,
	       struct root *root);

struct way_env {
	const struct watch_settings *settings;
	const struct entry_reader *reader;
	struct keeper *keeper;
	struct dsa *dsa;
	const struct root *root;
	const char *source; /* URI of the server */
	/* Everything has to be read: perhaps something was not announced. */
	void (*doubt)(void *arg);
	/* The server refuses what the way needs; it is stopped and started
	   anew after a while. Comes from the loop, as the last thing. */
	void (*failed)(const struct why *why, void *arg);
	void *arg;
};

/* start: env stays until stop, which accepts NULL. */
struct way {
	const char *name;
	void *(*start)(const struct way_env *env);
	void (*stop)(void *way);
};
extern const struct way way_sync, way_ad, way_poll;

const struct way *way_choose(const struct watch_settings *settings,
			     const struct root *root);

/* Defaults filled in by the kind of server. */
const char *way_user_filter(const struct way_env *env);
const char *way_group_filter(const struct way_env *env);
const char *way_group_base(const struct way_env *env);

/* Whether the DN is base or below it. */
bool way_is_below(const char *dn, const char *base);

#endif
