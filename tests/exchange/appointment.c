/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/exchange/appointment.h"

static const struct {
	const char *word;
	int digit;
} show_as_rows[] = {
#define SHOW_AS(name, word, digit) { word, digit },
#include "tests/exchange/word.def"
};

static const char *const sensitivity_words[] = {
#define SENSITIVITY(name, word) word,
#include "tests/exchange/word.def"
};

static const char *const response_words[] = {
#define RESPONSE(name, word) word,
#include "tests/exchange/word.def"
};

/* All texts of the value, for copying and freeing. */
static char **const *texts(struct appointment *what)
{
	static char **slots[10];
	char **const found[] = {
		&what->subject,    &what->location,  &what->body,
		&what->uid,        &what->organizer, &what->organizer_name,
		&what->categories, &what->mime,      &what->zone,
		&what->end_zone,
	};

	memcpy(slots, found, sizeof(slots));
	return slots;
}

enum { TEXTS = 10 };

void text_set(char **slot, const char *text)
{
	char *copy = text && *text ? x_strdup(text) : NULL;

	free(*slot);
	*slot = copy;
}

static struct attendee *attendees_copy(const struct attendee *from)
{
	struct attendee *first = NULL;
	struct attendee **place = &first;

	for (; from; from = from->next) {
		*place = x_new(struct attendee);
		**place = *from;
		(*place)->name = NULL;
		(*place)->address = NULL;
		(*place)->next = NULL;
		text_set(&(*place)->name, from->name);
		text_set(&(*place)->address, from->address);
		place = &(*place)->next;
	}
	return first;
}

static struct extra *extras_copy(const struct extra *from)
{
	struct extra *first = NULL;
	struct extra **place = &first;

	for (; from; from = from->next) {
		*place = x_new(struct extra);
		(*place)->key = x_strdup(from->key);
		(*place)->value = x_strdup(from->value);
		(*place)->list = from->list;
		place = &(*place)->next;
	}
	return first;
}

void attendees_free(struct attendee **firstp)
{
	while (*firstp) {
		struct attendee *gone = *firstp;

		*firstp = gone->next;
		free(gone->name);
		free(gone->address);
		free(gone);
	}
}

static void extras_free(struct extra **firstp)
{
	while (*firstp) {
		struct extra *gone = *firstp;

		*firstp = gone->next;
		free(gone->key);
		free(gone->value);
		free(gone);
	}
}

void appointment_init(struct appointment *what)
{
	*what = (struct appointment){
		.show_as = SHOW_AS_BUSY,
		.importance = 1,
	};
}

void appointment_clear(struct appointment *what)
{
	char **const *slots = texts(what);

	for (int i = 0; i < TEXTS; i++)
		free(*slots[i]);
	attendees_free(&what->attendees);
	extras_free(&what->extras);
	appointment_init(what);
}

void appointment_copy(struct appointment *to, const struct appointment *from)
{
	char **const *slots;

	*to = *from;
	slots = texts(to);
	for (int i = 0; i < TEXTS; i++)
		*slots[i] = *slots[i] ? x_strdup(*slots[i]) : NULL;
	to->attendees = attendees_copy(from->attendees);
	to->extras = extras_copy(from->extras);
}

const char *show_as_word(enum show_as show_as)
{
	return show_as_rows[show_as].word;
}

int show_as_digit(enum show_as show_as)
{
	return show_as_rows[show_as].digit;
}

enum show_as show_as_find(const char *word)
{
	int i = 0;

	while (i < SHOW_AS_COUNT && strcmp(show_as_rows[i].word, word) != 0)
		i++;
	return (enum show_as)i;
}

const char *sensitivity_word(enum sensitivity sensitivity)
{
	return sensitivity_words[sensitivity];
}

enum sensitivity sensitivity_find(const char *word)
{
	int i = 0;

	while (i < SENSITIVITY_COUNT && strcmp(sensitivity_words[i], word) != 0)
		i++;
	return (enum sensitivity)i;
}

const char *response_word(enum response response)
{
	return response_words[response];
}

enum response response_find(const char *word)
{
	int i = 0;

	while (i < RESPONSE_COUNT && strcmp(response_words[i], word) != 0)
		i++;
	return (enum response)i;
}
