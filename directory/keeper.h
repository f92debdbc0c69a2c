/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What follows from what is seen of a directory: keeps the people and the
 * guard, tells the household of events in order, holds back what is too much
 * at once, and writes the state file once all of that is done.
 */
#ifndef DIRECTORY_KEEPER_H
#define DIRECTORY_KEEPER_H

#include "directory/people_file.h"

struct keeper;

/* settings and handlers outlive the keeper. */
struct keeper *keeper_new(const struct watch_settings *settings,
			  const struct watch_handlers *handlers, void *arg);

/* Writes the state file; no handler runs any more. */
void keeper_free(struct keeper **keeperp);

/*
 * An entry as it is now. listed: one of many that are being read, where
 * nobody leaves before keeper_listed().
 */
void keeper_see(struct keeper *keeper, const struct sighting *sighting,
		const char *source, bool listed);

/* Said to be deleted. Unknown ids are nothing to us. */
void keeper_gone(struct keeper *keeper, const char *id);

/* After some keeper_gone(): they leave together, or are held together. */
void keeper_settle_gone(struct keeper *keeper, const char *source);

/*
 * The listing ended well. believed: also what it did not name counts, members
 * of groups and all whose mark is below it. Who follows from that is told over
 * the next turns of the loop, and then that everything was read.
 */
void keeper_listed(struct keeper *keeper, const char *source);
void keeper_believe(struct keeper *keeper, uint64_t mark, const char *source);

/* Groups' new members count, as explicit evidence; told as above. */
void keeper_regroup(struct keeper *keeper, const char *source);

/* Whether known groups have other members, which do not count yet. */
bool keeper_members_differ(const struct keeper *keeper);

/* Users and groups with a lower mark that were not said to be gone. */
size_t keeper_missing(const struct keeper *keeper, uint64_t mark);
bool keeper_is_missing(const struct row *row, uint64_t mark);

struct people *keeper_people(const struct keeper *keeper);

/* Somebody else has to look again, because of what was seen. */
bool keeper_take_doubt(struct keeper *keeper);

/* Raise, or end where why is NULL. The same words twice are told once. */
void keeper_alarm(struct keeper *keeper, enum watch_alarm alarm,
		  const struct why *why);
const struct why *keeper_alarms(const struct keeper *keeper);

/* Follow-up points; lost where the identity or the scope is another. */
const struct people_cookie *keeper_cookie(const struct keeper *keeper,
					  const char *name);
void keeper_set_cookie(struct keeper *keeper, const char *name,
		       const char *data, size_t len);
void keeper_identity(struct keeper *keeper, const char *identity);

size_t keeper_confirm(struct keeper *keeper);
size_t keeper_discard(struct keeper *keeper);
size_t keeper_held(const struct keeper *keeper);
time_t keeper_last_event(const struct keeper *keeper);
void keeper_each(const struct keeper *keeper, bool held, watch_person_h *h,
		 void *arg);

#endif
