/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All configured directories: what each tells of its users goes to the
 * members, with the directory as a source of its own name.
 */
#ifndef MODULE_DIRECTORIES_H
#define MODULE_DIRECTORIES_H

#include "base/directive.h"
#include "base/json.h"
#include "module/members.h"

struct directories;

/* The mailbox of this user has another home. */
typedef void directories_moved_h(const char *entity, void *arg);

/* Fields make sense, secrets can be read, no two share a name or a file. */
enum err directories_check(const struct directive_list *texts, struct why *why);

/* The members outlive it. */
struct directories *directories_new(struct members *members,
				    directories_moved_h *moved, void *arg);
void directories_free(struct directories **directoriesp);

/* The same, kept for the change; the texts outlive it. */
struct directories_plan;
enum err directories_plan_new(struct directories_plan **planp,
			      const struct directive_list *texts,
			      struct why *why);
void directories_plan_free(struct directories_plan **planp);

/*
 * A directory whose fields and secret are the same stays as it is. One with
 * others is read anew, and nobody goes before it was; the users of one that
 * is no longer configured go.
 */
void directories_change(struct directories *directories,
			const struct directories_plan *plan);

/* What waits for a person is done or dropped, in all of them; how many. */
size_t directories_confirm(struct directories *directories, const char *who);
size_t directories_discard(struct directories *directories, const char *who);

/* All are read again now. */
void directories_reconcile(struct directories *directories);

size_t directories_count(const struct directories *directories);

/* One object for each into an array. */
void directories_show(const struct directories *directories,
		      struct json *array);

/* Whose revocation is held, and why, into an array. */
void directories_show_held(const struct directories *directories,
			   struct json *array);

/* Those with an alarm, see directories_show(). */
size_t directories_alarmed(const struct directories *directories);

/* Those not read yet that are in no trouble either. */
size_t directories_unread(const struct directories *directories);

void directories_metrics(const struct directories *directories);

#endif
