/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What administrators say of users by hand. */
#include "base/log.h"
#include "module/roster_person.h"

enum err roster_set(struct roster *roster, const char *entity,
		    const struct claim *claim, struct why *why)
{
	struct person *person = index_find(roster->index, entity);
	enum err err;

	if (!person || !person->mailbox)
		return why_set(why, ERR_GONE, "%s: no such user", entity);

	err = manual_set(roster->manual, entity, claim, why);
	if (err == ERR_GONE)
		return err;

	log_info(claim ? "state set by hand" : "state no longer set by hand",
		 KV("user", entity),
		 KV("state", claim ? state_word(claim->state) : "-"));
	roster_refresh(person);
	return err;
}

void roster_forget_manual(struct roster *roster, const char *entity)
{
	struct why why = { .err = ERR_OK };

	if (!manual_find(roster->manual, entity))
		return;

	manual_set(roster->manual, entity, NULL, &why);
	if (why.err == ERR_CONFIG)
		log_warn("state set by hand not erased from its file",
			 KV("user", entity), KWHY(&why));
}
