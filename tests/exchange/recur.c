/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "tests/exchange/recur.h"
#include "tests/exchange/zone.h"

/* Counting out one series. */
struct count {
	icalrecur_iterator *iterator;
	const char *zone;
	struct wall first;
	int end_days; /* the end's day, counted from the start's */
	struct wall end;
	unsigned n;
};

const char *item_zone(const struct mailbox *mailbox,
		      const struct appointment *what)
{
	const char *zone = zone_iana(what->zone ? what->zone : mailbox->zone);

	return zone ? zone : "UTC";
}

static void rule_days(struct buf *out, unsigned days)
{
	static const char *const names[] = { "SU", "MO", "TU", "WE",
					     "TH", "FR", "SA" };
	const char *before = ";BYDAY=";

	for (unsigned i = 0; i < 7; i++)
		if (days & 1u << i) {
			buf_print(out, "%s%s", before, names[i]);
			before = ",";
		}
}

/* A day that the month does not have is its last one. */
static void rule_month_day(struct buf *out, int day)
{
	if (day <= 28) {
		buf_print(out, ";BYMONTHDAY=%d", day);
		return;
	}
	buf_print(out, ";BYMONTHDAY=28");
	for (int i = 29; i <= day; i++)
		buf_print(out, ",%d", i);
	buf_print(out, ";BYSETPOS=-1");
}

static void rule_range(struct buf *out, const struct recurrence *rule)
{
	if (rule->count)
		buf_print(out, ";COUNT=%u", rule->count);
	else if (rule->end.year)
		buf_print(out, ";UNTIL=%04d%02d%02dT235959", rule->end.year,
			  rule->end.month, rule->end.day);
}

static void rule_pattern(struct buf *out, const struct recurrence *rule)
{
	static const char *const frequency[] = {
		[PATTERN_NONE] = "DAILY",
		[PATTERN_DAILY] = "DAILY",
		[PATTERN_WEEKLY] = "WEEKLY",
		[PATTERN_MONTHLY] = "MONTHLY",
		[PATTERN_MONTHLY_RELATIVE] = "MONTHLY",
		[PATTERN_YEARLY] = "YEARLY",
		[PATTERN_YEARLY_RELATIVE] = "YEARLY",
	};
	bool yearly = rule->pattern >= PATTERN_YEARLY;
	bool relative = rule->pattern == PATTERN_MONTHLY_RELATIVE ||
			rule->pattern == PATTERN_YEARLY_RELATIVE;

	buf_print(out, "FREQ=%s", frequency[rule->pattern]);
	buf_print(out, ";INTERVAL=%u",
		  rule->interval && !yearly ? rule->interval : 1);
	if (yearly)
		buf_print(out, ";BYMONTH=%d", rule->month);
	if (relative || rule->pattern == PATTERN_WEEKLY)
		rule_days(out, rule->days);
	if (relative)
		buf_print(out, ";BYSETPOS=%d", rule->week);
	else if (rule->pattern >= PATTERN_MONTHLY)
		rule_month_day(out, rule->day_of_month);
}

const char *recurrence_rrule(const struct recurrence *rule,
			     char text[RRULE_SIZE])
{
	static const char *const names[] = { "SU", "MO", "TU", "WE",
					     "TH", "FR", "SA" };
	struct buf out = BUF(RRULE_SIZE - 1);

	rule_pattern(&out, rule);
	if (rule->pattern == PATTERN_WEEKLY)
		buf_print(&out, ";WKST=%s", names[rule->first_weekday]);
	rule_range(&out, rule);
	memcpy(text, buf_text(&out), out.len + 1);
	buf_free(&out);
	return text;
}

static void count_start(struct count *count, const struct mailbox *mailbox,
			const struct appointment *what)
{
	char text[RRULE_SIZE];
	struct day day = what->recurrence.start;
	struct icaltimetype first = icaltime_null_time();
	struct wall end;

	count->n = 0;
	count->zone = item_zone(mailbox, what);
	count->first = zone_wall(count->zone, what->start);
	count->end = end = zone_wall(count->zone, what->end);
	count->end_days =
		(int)(day_number(end.day) - day_number(count->first.day));
	if (!day.year)
		day = count->first.day;
	first.year = day.year;
	first.month = day.month;
	first.day = day.day;
	first.hour = count->first.hour;
	first.minute = count->first.minute;
	first.second = count->first.second;
	count->iterator = icalrecur_iterator_new(
		icalrecurrencetype_from_string(
			recurrence_rrule(&what->recurrence, text)),
		first);
}

static bool count_next(struct count *count, struct occurrence *next)
{
	struct icaltimetype when;
	struct wall wall;

	if (!count->iterator || count->n >= OCCURRENCES_MAX)
		return false;
	when = icalrecur_iterator_next(count->iterator);
	if (icaltime_is_null_time(when))
		return false;
	count->n++;
	wall = count->first;
	wall.day = (struct day){ when.year, when.month, when.day };
	next->original = next->start = zone_time(count->zone, &wall);
	wall = count->end;
	wall.day = day_of_number(
		day_number((struct day){ when.year, when.month, when.day }) +
		count->end_days);
	next->end = zone_time(count->zone, &wall);
	return true;
}

static void count_end(struct count *count)
{
	if (count->iterator)
		icalrecur_iterator_free(count->iterator);
	count->iterator = NULL;
}

void occurrences_put(struct occurrences *all, const struct occurrence *one)
{
	if (all->count == all->size) {
		all->size = all->size ? all->size * 2 : 16;
		all->list = x_realloc(all->list,
				      all->size * sizeof(struct occurrence));
	}
	all->list[all->count++] = *one;
}

/* [MS-OXWSSRCH]: what ends before, or starts at or after, is not in view. */
static bool in_view(const struct occurrence *one, time_t from, time_t until)
{
	return one->start < until && (one->end > from || one->start >= from);
}

static struct occurrence occurrence_of(const struct mailbox *mailbox,
				       const struct item *item)
{
	return (struct occurrence){
		.mailbox = mailbox,
		.item = item,
		.what = &item->what,
		.start = item->what.start,
		.end = item->what.end,
		.kind = KIND_SINGLE,
	};
}

/* False if the occurrence was deleted. */
static bool replace(struct occurrence *one)
{
	const struct exception *exception =
		item_exception(one->item, one->original);

	one->kind = KIND_OCCURRENCE;
	one->what = &one->item->what;
	if (!exception)
		return true;
	if (!exception->changed)
		return false;
	one->kind = KIND_EXCEPTION;
	one->what = exception->changed;
	one->start = exception->changed->start;
	one->end = exception->changed->end;
	return true;
}

void occurrences_add(struct occurrences *all, const struct mailbox *mailbox,
		     const struct item *item, time_t from, time_t until)
{
	struct occurrence one = occurrence_of(mailbox, item);
	struct count count;

	if (item->what.recurrence.pattern == PATTERN_NONE) {
		if (in_view(&one, from, until))
			occurrences_put(all, &one);
		return;
	}
	for (const struct exception *changed = item->exceptions; changed;
	     changed = changed->next) {
		one.original = changed->original;
		if (replace(&one) && in_view(&one, from, until))
			occurrences_put(all, &one);
	}
	count_start(&count, mailbox, &item->what);
	while (count_next(&count, &one) && one.original < until)
		if (!item_exception(item, one.original) && replace(&one) &&
		    in_view(&one, from, until))
			occurrences_put(all, &one);
	count_end(&count);
}

static int by_start(const void *a, const void *b)
{
	const struct occurrence *x = a;
	const struct occurrence *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->item->number > y->item->number) -
	       (x->item->number < y->item->number);
}

void occurrences_sort(struct occurrences *all)
{
	if (all->count)
		qsort(all->list, all->count, sizeof(struct occurrence),
		      by_start);
}

void occurrences_free(struct occurrences *all)
{
	free(all->list);
	*all = (struct occurrences){ .list = NULL };
}

bool occurrence_find(const struct mailbox *mailbox, const struct item *item,
		     time_t original, struct occurrence *found)
{
	struct count count;
	bool there = false;

	*found = occurrence_of(mailbox, item);
	count_start(&count, mailbox, &item->what);
	while (!there && count_next(&count, found) &&
	       found->original <= original)
		there = found->original == original;
	count_end(&count);
	return there && replace(found);
}

bool occurrence_nth(const struct mailbox *mailbox, const struct item *item,
		    unsigned n, struct occurrence *found)
{
	struct count count;

	*found = occurrence_of(mailbox, item);
	count_start(&count, mailbox, &item->what);
	while (count.n < n && count_next(&count, found))
		;
	count_end(&count);
	return n && count.n == n && replace(found);
}

bool occurrence_first(const struct mailbox *mailbox, const struct item *item,
		      struct occurrence *found)
{
	struct count count;
	bool there = false;

	*found = occurrence_of(mailbox, item);
	count_start(&count, mailbox, &item->what);
	while (!there && count_next(&count, found))
		there = replace(found);
	count_end(&count);
	return there;
}

bool occurrence_last(const struct mailbox *mailbox, const struct item *item,
		     struct occurrence *found)
{
	struct occurrence one = occurrence_of(mailbox, item);
	struct count count;
	bool there = false;

	if (!item->what.recurrence.count && !item->what.recurrence.end.year)
		return false;
	count_start(&count, mailbox, &item->what);
	while (count_next(&count, &one))
		if (replace(&one)) {
			*found = one;
			there = true;
		}
	count_end(&count);
	return there;
}

bool recurrence_settle(const struct mailbox *mailbox, struct appointment *what)
{
	struct occurrence first;
	struct count count;
	bool there;

	count_start(&count, mailbox, what);
	there = count_next(&count, &first);
	if (there) {
		what->start = first.start;
		what->end = first.end;
		what->recurrence.start = zone_wall(count.zone, first.start).day;
	}
	count_end(&count);
	return there;
}
