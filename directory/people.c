/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/crypto.h"
#include "directory/people_private.h"

static const char *const words[] = {
#define STANDING(name, word) [STANDING_##name] = word,
#include "directory/standing.def"
};

const char *standing_word(enum standing standing)
{
	return words[standing];
}

void sighting_clear(struct sighting *sighting)
{
	free(sighting->dn);
	free(sighting->address);
	free(sighting->mailbox);
	free(sighting->home);
	for (size_t i = 0; i < sighting->member_count; i++)
		free(sighting->members[i]);
	free(sighting->members);
	*sighting = (struct sighting){ .dn = NULL };
}

/* Whether a backslash takes the meaning from what is written at the place. */
static bool is_escaped(const char *begin, const char *place)
{
	const char *slash = place;

	while (slash > begin && slash[-1] == '\\')
		slash--;
	return (place - slash) % 2 == 1;
}

static bool ends_part(char byte)
{
	return byte == ',' || byte == '=' || byte == '\0';
}

/* Nothing was written yet, or what parts the name from what follows. */
static bool begins_part(const char *begin, const char *out)
{
	return out == begin ||
	       (ends_part(out[-1]) && !is_escaped(begin, out - 1));
}

void dn_fold(char *out, const char *dn)
{
	const char *begin = out;

	for (; *dn; dn++) {
		if (*dn == ' ' && !is_escaped(begin, out) &&
		    (begins_part(begin, out) || ends_part(dn[strspn(dn, " ")])))
			continue;
		*out++ = (char)(*dn >= 'A' && *dn <= 'Z' ? *dn | 0x20 : *dn);
	}
	*out = '\0';
}

void id_text(char out[PERSON_ID_SIZE], const unsigned char *bytes)
{
	crypto_hex(bytes, PERSON_ID_BYTES, out);
}

static const char *id_of(const void *item)
{
	return ((const struct row *)item)->id;
}

static const char *place_of(const void *item)
{
	return ((const struct row *)item)->place;
}

static const char *address_of(const void *item)
{
	return ((const struct row *)item)->address;
}

struct people *people_new(const struct directive_list *groups)
{
	struct people *people = x_new(struct people);

	people->groups = groups;
	people->by_id = index_new(id_of);
	people->by_dn = index_new(place_of);
	people->holders = index_new(address_of);
	people->doubles = index_new(address_of);
	people->members = index_new(people_text_of);
	return people;
}

static void row_free(struct row *row)
{
	free(row->dn);
	free(row->place);
	free(row->was_place);
	free(row->address);
	free(row->mailbox);
	free(row->home);
	free(row);
}

void people_free(struct people **peoplep)
{
	struct people *people = *peoplep;

	if (!people)
		return;

	index_free(&people->coming);
	while (people->first) {
		struct row *row = people->first;

		people->first = row->next;
		people_roll_free(people, row);
		row_free(row);
	}
	people_groups_free(people);
	index_free(&people->doubles);
	index_free(&people->holders);
	index_free(&people->by_dn);
	index_free(&people->by_id);
	free(people);
	*peoplep = NULL;
}

struct row *people_find(const struct people *people, const char *id)
{
	return index_find(people->by_id, id);
}

struct row *people_at(const struct people *people, const char *dn)
{
	char *place = x_zalloc(strlen(dn) + 1);
	struct row *row;

	dn_fold(place, dn);
	row = index_find(people->by_dn, place);
	free(place);
	return row;
}

/* Who comes to a DN where another was takes it over: that one is stale. */
static void settle_at(struct people *people, struct row *row, const char *dn)
{
	struct row *other;

	if (row->dn && !strcmp(row->dn, dn) &&
	    index_find(people->by_dn, row->place) == row)
		return;

	if (row->place && index_find(people->by_dn, row->place) == row)
		index_take(people->by_dn, row->place);
	if (row->place && people_may_name(people, row->place)) {
		people->renamed += row->was_place == NULL;
		free(row->was_place);
		row->was_place = row->place;
	} else {
		free(row->place);
	}
	free(row->dn);
	row->dn = x_strdup(dn);
	row->place = x_zalloc(strlen(dn) + 1);
	dn_fold(row->place, dn);
	other = index_find(people->by_dn, row->place);
	if (other)
		index_take(people->by_dn, other->place);
	index_put(people->by_dn, row);
}

static void link_row(struct people *people, struct row *row)
{
	people->edition++;
	row->before = people->last;
	if (people->last)
		people->last->next = row;
	else
		people->first = row;
	people->last = row;
}

static void unlink_row(struct people *people, struct row *row)
{
	people->edition++;
	if (row->before)
		row->before->next = row->next;
	else
		people->first = row->next;
	if (row->next)
		row->next->before = row->before;
	else
		people->last = row->before;
}

static struct row *row_of(struct people *people,
			  const struct sighting *sighting,
			  struct change *change)
{
	struct row *row = people_find(people, sighting->id);

	change->fresh = row == NULL;
	if (row)
		return row;

	row = x_new(struct row);
	memcpy(row->id, sighting->id, sizeof(row->id));
	row->group = sighting->group;
	row->address = x_strdup("");
	row->mailbox = x_strdup("");
	row->home = x_strdup("");
	if (row->group)
		people_roll_new(people, row);
	index_put(people->by_id, row);
	link_row(people, row);
	people->users += !row->group;
	return row;
}

static bool replace(char **textp, const char *text)
{
	if (!strcmp(*textp, text))
		return false;

	free(*textp);
	*textp = x_strdup(text);
	return true;
}

static void forget_double(struct people *people, struct row *row)
{
	if (row->doubled)
		index_take(people->doubles, row->address);
	row->doubled = false;
}

/* An address that another holds is not taken on; see STANDING_DOUBLE. */
static bool see_address(struct people *people, struct row *row,
			const char *address)
{
	const struct row *holder = index_find(people->holders, address);

	row->addressless = !*address;
	if (!*address || (row->entitled && holder && holder != row))
		return false;

	if (!strcmp(row->address, address))
		return false;

	forget_double(people, row);
	if (row->entitled)
		index_take(people->holders, row->address);
	replace(&row->address, address);
	if (row->entitled)
		index_put(people->holders, row);
	return true;
}

static void see_user(struct people *people, struct row *row,
		     const struct sighting *sighting, struct change *change)
{
	bool address, mailbox;

	change->address = x_strdup(row->address);
	change->mailbox = x_strdup(row->mailbox);
	row->disabled = sighting->disabled;
	row->expires = sighting->expires;
	address = see_address(people, row, sighting->address);
	mailbox = replace(&row->mailbox, sighting->mailbox);
	change->person = address || mailbox;
	change->home = replace(&row->home, sighting->home);
}

void people_see(struct people *people, const struct sighting *sighting,
		struct change *change)
{
	struct row *row;

	*change = (struct change){ .row = NULL };
	row = row_of(people, sighting, change);
	change->row = row;
	row->mark = people->mark;
	row->gone = sighting->deleted ? STANDING_DELETED : STANDING_OK;
	if (sighting->deleted)
		return;

	settle_at(people, row, sighting->dn);
	if (row->group)
		people_see_members(people, row, sighting, change);
	else
		see_user(people, row, sighting, change);
}

void change_clear(struct change *change)
{
	free(change->address);
	free(change->mailbox);
	*change = (struct change){ .row = NULL };
}

void people_forget(struct people *people, struct row *row)
{
	if (row->place && index_find(people->by_dn, row->place) == row)
		index_take(people->by_dn, row->place);
	index_take(people->by_id, row->id);
	unlink_row(people, row);
	people->users -= !row->group;
	people->renamed -= row->was_place != NULL;
	forget_double(people, row);
	people_roll_free(people, row);
	row_free(row);
}

enum standing people_standing(const struct people *people,
			      const struct row *row, time_t now)
{
	const struct row *holder;

	if (row->gone)
		return row->gone;
	if (row->disabled)
		return STANDING_DISABLED;
	if (row->expires && row->expires <= now)
		return STANDING_EXPIRED;
	if (row->addressless || !*row->address)
		return STANDING_NO_ADDRESS;
	if (!people_is_member(people, row))
		return STANDING_NO_MEMBER;

	holder = people_holder(people, row->address);
	return holder && holder != row ? STANDING_DOUBLE : STANDING_OK;
}

void people_entitle(struct people *people, struct row *row, bool entitled)
{
	if (row->entitled == entitled)
		return;

	row->entitled = entitled;
	forget_double(people, row);
	if (entitled)
		index_put(people->holders, row);
	else
		index_take(people->holders, row->address);
}

struct row *people_holder(const struct people *people, const char *address)
{
	return index_find(people->holders, address);
}

void people_note_double(struct people *people, struct row *row)
{
	if (row->doubled || people_double(people, row->address))
		return;

	row->doubled = true;
	index_put(people->doubles, row);
}

struct row *people_double(const struct people *people, const char *address)
{
	return index_find(people->doubles, address);
}

struct row *people_walk(const struct people *people, size_t *placep)
{
	return index_walk(people->by_id, placep);
}

struct row *people_first(const struct people *people)
{
	return people->first;
}

uint64_t people_edition(const struct people *people)
{
	return people->edition;
}

size_t people_users(const struct people *people)
{
	return people->users;
}

size_t people_entitled(const struct people *people)
{
	return index_count(people->holders);
}

time_t people_next_expiry(const struct people *people, time_t now)
{
	const struct row *row;
	size_t place = 0;
	time_t next = 0;

	while ((row = index_walk(people->by_id, &place)) != NULL)
		if (row->expires > now && (!next || row->expires < next))
			next = row->expires;

	return next;
}

uint64_t people_mark(struct people *people)
{
	return ++people->mark;
}

void person_of(const struct row *row, struct person *person)
{
	*person = (struct person){
		.address = row->address,
		.mailbox = row->mailbox,
		.dn = row->dn,
		.home = row->home,
	};
	memcpy(person->id, row->id, sizeof(person->id));
}
