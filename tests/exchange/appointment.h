/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One calendar item as its owner wrote it: a value that owns its texts.
 * Words of the protocol are rows in word.def; [MS-OXWSMTGS] 2.2.4, 2.2.5.
 */
#ifndef TESTS_EXCHANGE_APPOINTMENT_H
#define TESTS_EXCHANGE_APPOINTMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum show_as {
#define SHOW_AS(name, word, digit) SHOW_AS_##name,
#include "tests/exchange/word.def"
	SHOW_AS_COUNT
};

enum sensitivity {
#define SENSITIVITY(name, word) SENSITIVITY_##name,
#include "tests/exchange/word.def"
	SENSITIVITY_COUNT
};

enum response {
#define RESPONSE(name, word) RESPONSE_##name,
#include "tests/exchange/word.def"
	RESPONSE_COUNT
};

enum role { ROLE_REQUIRED, ROLE_OPTIONAL, ROLE_RESOURCE };

struct attendee {
	char *name;
	char *address;
	enum role role;
	enum response response;
	struct attendee *next;
};

enum pattern {
	PATTERN_NONE,
	PATTERN_DAILY,
	PATTERN_WEEKLY,
	PATTERN_MONTHLY,          /* on a day of the month */
	PATTERN_MONTHLY_RELATIVE, /* second Tuesday */
	PATTERN_YEARLY,
	PATTERN_YEARLY_RELATIVE,
};

enum { WEEK_LAST = -1 };

/* A day of a calendar, no zone: year 1970.., month 1..12, day 1..31. */
struct day {
	int year, month, day;
};

struct recurrence {
	enum pattern pattern;
	unsigned interval; /* of days, weeks or months; years are 1 */
	unsigned days;     /* bit 0 is Sunday: weekly, relative */
	int week;          /* relative: 1..4, WEEK_LAST */
	int month;         /* yearly */
	int day_of_month;  /* monthly, yearly */
	int first_weekday; /* weekly: 0 Sunday .. 6 */
	unsigned count;    /* 0: no count */
	struct day start;
	struct day end; /* last day, inclusive; year 0: none */
};

/* A property of the client's own: tag, id or name in a set. */
struct extra {
	char *key;   /* canonical, see prop.h */
	char *value; /* lists are joined by U+001F */
	bool list;
	struct extra *next;
};

struct appointment {
	char *subject;
	char *location;
	char *body;
	bool body_html;
	char *uid;
	char *organizer; /* address; NULL: the mailbox's own */
	char *organizer_name;
	char *categories; /* joined by U+001F, NULL if none */
	char *mime;       /* iCalendar text a client gave, NULL */
	time_t start, end;
	char *zone;     /* IANA; NULL: the mailbox's. Rules count in it. */
	char *end_zone; /* NULL: as zone */
	enum show_as show_as;
	enum sensitivity sensitivity;
	enum response my_response;
	int importance; /* 0 low, 1 normal, 2 high */
	bool all_day;
	bool cancelled;
	bool meeting; /* with others */
	bool reminder;
	int reminder_minutes;
	unsigned sequence;
	struct attendee *attendees;
	struct extra *extras;
	struct recurrence recurrence;
};

/* Busy, normal importance, the rest zero. */
void appointment_init(struct appointment *what);
void appointment_clear(struct appointment *what);
void appointment_copy(struct appointment *to, const struct appointment *from);
/* Frees the old text; NULL or "" makes it NULL. */
void text_set(char **slot, const char *text);
void attendees_free(struct attendee **firstp);

/* The words of the protocol; the COUNT of the enum for one it does not have. */
const char *show_as_word(enum show_as show_as);
enum show_as show_as_find(const char *word);
/* MergedFreeBusy digit. */
int show_as_digit(enum show_as show_as);
const char *sensitivity_word(enum sensitivity sensitivity);
enum sensitivity sensitivity_find(const char *word);
const char *response_word(enum response response);
enum response response_find(const char *word);

#endif
