/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who may watch whom: users of one domain each other, unless the lists say
 * otherwise. A line of a list is an address or "*@domain". Pure.
 */
#ifndef SIP_WHO_H
#define SIP_WHO_H

#include "base/directive.h"

/* Whether a line of the list names the entity. */
bool who_listed(const struct directive_list *list, const char *entity);

/* deny wins over all, then oneself and one's domain, then allow. */
bool who_may_watch(const struct directive_list *allow,
		   const struct directive_list *deny, const char *watcher,
		   const char *entity);

/* ERR_CONFIG names the line that is neither. */
enum err who_check(const struct directive_list *list, const char *name,
		   struct why *why);

#endif
