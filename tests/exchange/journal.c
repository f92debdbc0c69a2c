/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/loop.h"
#include "tests/exchange/journal.h"

struct entry {
	int64_t wall_ms;
	const char *what;
	char *whom;
	char *subject;
	const char *busy;
	time_t start, end;
	uint32_t item;
};

struct journal {
	struct entry *entries; /* a ring */
	uint64_t last;
	journal_h *handler;
	void *arg;
	struct timer tell;
};

static const char *const words[] = {
	[CHANGE_CREATED] = "created",
	[CHANGE_MODIFIED] = "changed",
	[CHANGE_DELETED] = "deleted",
	[CHANGE_MOVED] = "moved-item",
};

struct journal *journal_new(void)
{
	struct journal *journal = x_new(struct journal);

	journal->entries = x_zalloc(JOURNAL_MAX * sizeof(struct entry));
	return journal;
}

void journal_free(struct journal **journalp)
{
	struct journal *journal = *journalp;

	timer_stop(&journal->tell);
	for (uint64_t i = 0; i <= journal->last && i < JOURNAL_MAX; i++) {
		free(journal->entries[i].whom);
		free(journal->entries[i].subject);
	}
	free(journal->entries);
	free(journal);
	*journalp = NULL;
}

static void tell(void *arg)
{
	struct journal *journal = arg;

	if (journal->handler)
		journal->handler(journal->arg);
}

static struct entry *add(struct journal *journal, const char *what,
			 const char *whom)
{
	struct entry *entry = &journal->entries[++journal->last % JOURNAL_MAX];

	free(entry->whom);
	free(entry->subject);
	*entry = (struct entry){
		.wall_ms = clock_wall_ms(),
		.what = what,
		.whom = x_strdup(whom),
	};
	timer_start_ms(&journal->tell, 0, tell, journal);
	return entry;
}

void journal_change(struct journal *journal, const struct store_change *change)
{
	const struct appointment *what = &change->item->what;
	struct entry *entry =
		add(journal, words[change->change], change->mailbox->address);

	entry->item = change->item->number;
	entry->subject = what->subject ? x_strdup(what->subject) : NULL;
	entry->busy =
		what->cancelled ? "cancelled" : show_as_word(what->show_as);
	entry->start = what->start;
	entry->end = what->end;
}

void journal_note(struct journal *journal, const char *what, const char *whom)
{
	add(journal, what, whom);
}

uint64_t journal_last(const struct journal *journal)
{
	return journal->last;
}

static void write_entry(const struct entry *entry, uint64_t number,
			struct buf *out)
{
	struct json *json = json_new_object();
	char text[CLOCK_TEXT_SIZE];

	json_put_number(json, "seq", (int64_t)number);
	json_put_number(json, "ms", entry->wall_ms);
	json_put_text(json, "what", entry->what);
	json_put_text(json, "whom", entry->whom);
	if (entry->item) {
		json_put_number(json, "item", entry->item);
		json_put_text(json, "subject", entry->subject);
		json_put_text(json, "busy", entry->busy);
		json_put_text(json, "start", clock_text(text, entry->start));
		json_put_text(json, "end", clock_text(text, entry->end));
	}
	json_write_line(json, out);
	json_free(&json);
}

void journal_write(const struct journal *journal, uint64_t after,
		   struct buf *out)
{
	if (journal->last > JOURNAL_MAX && after < journal->last - JOURNAL_MAX)
		after = journal->last - JOURNAL_MAX;
	while (after++ < journal->last)
		write_entry(&journal->entries[after % JOURNAL_MAX], after, out);
}

void journal_on_entry(struct journal *journal, journal_h *h, void *arg)
{
	journal->handler = h;
	journal->arg = arg;
}
