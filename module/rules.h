/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the administrator wants calendar entries to mean: the rule directives,
 * looked at from the first to the last before those of mapping.def.
 */
#ifndef MODULE_RULES_H
#define MODULE_RULES_H

#include "base/directive.h"
#include "calendar/timeline.h"
#include "module/hours.h"
#include "sip/claim.h"

struct rule;

struct rules {
	struct rule *items;
	size_t count;
	bool details; /* some look at subjects or categories */
	bool hours;   /* some look at working hours */
};

/* What a rule says of an entry. */
struct ruling {
	bool ignore;
	enum state state;
	const char *text; /* as configured */
};

/* "subject=*focus* state=dnd"; ERR_CONFIG names the rule. */
enum err rules_read(struct rules *rules, const struct directive_list *texts,
		    struct why *why);
void rules_free(struct rules *rules);

/* The first that fits at the moment; false if none does. */
bool rules_find(const struct rules *rules, const struct entry *entry,
		const struct hours *hours, time_t moment,
		struct ruling *ruling);

#endif
