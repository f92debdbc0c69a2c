/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "tests/exchange/store.h"

/* Open addressing over the mailboxes' addresses; the array is by index. */
struct store {
	struct mailbox **list;
	uint32_t count, size;
	uint32_t *places; /* index, 0 free */
	uint32_t mask;
	store_change_h *h;
	void *arg;
};

static const struct {
	const char *id, *name, *class;
	enum folder parent;
} folders[] = {
#define FOLDER(name, id, parent, display, kind) \
	{ id, display, kind, FOLDER_##parent },
#include "tests/exchange/folder.def"
};

static uint32_t hash(const char *address)
{
	uint32_t sum = 2166136261u;

	for (; *address; address++)
		sum = (sum ^ (uint32_t)tolower((unsigned char)*address)) *
		      16777619u;
	return sum;
}

/* A removed one keeps its place, so that those after it are found. */
static uint32_t *place_of(const struct store *store, const char *address)
{
	uint32_t at = hash(address) & store->mask;

	while (store->places[at]) {
		const struct mailbox *held = store->list[store->places[at] - 1];

		if (held && strcasecmp(held->address, address) == 0)
			break;
		at = (at + 1) & store->mask;
	}
	return &store->places[at];
}

static void grow(struct store *store)
{
	store->size = store->size ? store->size * 2 : 64;
	store->list =
		x_realloc(store->list, store->size * sizeof(struct mailbox *));
	free(store->places);
	store->places = x_zalloc(store->size * 2 * sizeof(uint32_t));
	store->mask = store->size * 2 - 1;
	for (uint32_t i = 0; i < store->count; i++)
		if (store->list[i])
			*place_of(store, store->list[i]->address) = i + 1;
}

struct store *store_new(void)
{
	struct store *store = x_new(struct store);

	grow(store);
	return store;
}

static void exceptions_free(struct item *item)
{
	while (item->exceptions) {
		struct exception *gone = item->exceptions;

		item->exceptions = gone->next;
		if (gone->changed)
			appointment_clear(gone->changed);
		free(gone->changed);
		free(gone);
	}
}

static void item_free(struct item *item)
{
	exceptions_free(item);
	appointment_clear(&item->what);
	free(item);
}

static void mailbox_free(struct mailbox *mailbox)
{
	while (mailbox->items) {
		struct item *gone = mailbox->items;

		mailbox->items = gone->next;
		item_free(gone);
	}
	while (mailbox->graves) {
		struct grave *gone = mailbox->graves;

		mailbox->graves = gone->next;
		free(gone);
	}
	for (int i = 0; i < FOLDERS_MADE_MAX; i++) {
		free(mailbox->made[i].name);
		free(mailbox->made[i].class);
	}
	free(mailbox->oof.internal);
	free(mailbox->oof.external);
	free(mailbox->address);
	free(mailbox->name);
	free(mailbox->server);
	free(mailbox->zone);
	free(mailbox);
}

void store_free(struct store **storep)
{
	struct store *store = *storep;

	if (!store)
		return;
	for (uint32_t i = 0; i < store->count; i++)
		if (store->list[i])
			mailbox_free(store->list[i]);
	free(store->list);
	free(store->places);
	free(store);
	*storep = NULL;
}

void store_on_change(struct store *store, store_change_h *h, void *arg)
{
	store->h = h;
	store->arg = arg;
}

struct mailbox *store_add(struct store *store, const char *address,
			  const char *name, const char *server)
{
	struct mailbox *mailbox;

	if (store_find(store, address))
		return NULL;
	if (store->count == store->size)
		grow(store);
	mailbox = x_new(struct mailbox);
	mailbox->address = x_strdup(address);
	mailbox->name = x_strdup(name);
	mailbox->server = x_strdup(server);
	mailbox->zone = x_strdup("UTC");
	mailbox->index = store->count + 1;
	mailbox->others = RIGHTS_TIME;
	mailbox->work_days = 0x3e;
	mailbox->work_from = 8 * 60;
	mailbox->work_until = 17 * 60;
	store->list[store->count++] = mailbox;
	*place_of(store, address) = mailbox->index;
	return mailbox;
}

void store_remove(struct store *store, struct mailbox **mailboxp)
{
	store->list[(*mailboxp)->index - 1] = NULL;
	mailbox_free(*mailboxp);
	*mailboxp = NULL;
}

struct mailbox *store_find(const struct store *store, const char *address)
{
	uint32_t index = *place_of(store, address);

	return index ? store->list[index - 1] : NULL;
}

struct mailbox *store_at(const struct store *store, uint32_t index)
{
	return index && index <= store->count ? store->list[index - 1] : NULL;
}

uint32_t store_last(const struct store *store)
{
	return store->count;
}

void store_move(struct mailbox *mailbox, const char *server)
{
	text_set(&mailbox->server, server);
}

void store_set_zone(struct mailbox *mailbox, const char *zone)
{
	text_set(&mailbox->zone, zone);
}

/* The last act of every change. */
static void tell(struct store *store, struct store_change *change)
{
	change->number = change->mailbox->number;
	change->mailbox->changed_at = clock_now();
	if (store->h)
		store->h(change, store->arg);
}

static void touched(struct store *store, struct mailbox *mailbox,
		    struct item *item, enum change change)
{
	item->changed = ++mailbox->number;
	item->changed_at = clock_now();
	if (change == CHANGE_CREATED) {
		item->created = item->changed;
		item->created_at = item->changed_at;
	}
	tell(store, &(struct store_change){ .change = change,
					    .mailbox = mailbox,
					    .folder = item->folder,
					    .old_folder = item->folder,
					    .item = item });
}

/* [MS-OXOCAL] 2.2.1.27: a global object id as Outlook prints it. */
static void give_uid(const struct mailbox *mailbox, struct item *item)
{
	struct buf text = BUF(100);

	buf_print(&text, "040000008200E00074C5B7101A82E008%08X%08X%016llX",
		  (unsigned)mailbox->index, (unsigned)item->number,
		  (unsigned long long)clock_now());
	text_set(&item->what.uid, buf_text(&text));
	buf_free(&text);
}

struct item *store_create(struct store *store, struct mailbox *mailbox,
			  enum folder folder, const struct appointment *what)
{
	struct item *item = x_new(struct item);

	item->number = ++mailbox->last_item;
	item->folder = folder;
	appointment_copy(&item->what, what);
	if (!item->what.uid)
		give_uid(mailbox, item);
	if (mailbox->last)
		mailbox->last->next = item;
	else
		mailbox->items = item;
	mailbox->last = item;
	touched(store, mailbox, item, CHANGE_CREATED);
	return item;
}

struct item *store_item(const struct mailbox *mailbox, uint32_t number)
{
	struct item *item = mailbox->items;

	while (item && item->number != number)
		item = item->next;
	return item;
}

struct item *store_by_subject(const struct mailbox *mailbox,
			      const char *subject)
{
	struct item *found = NULL;

	for (struct item *item = mailbox->items; item; item = item->next)
		if (item->what.subject &&
		    strcmp(item->what.subject, subject) == 0)
			found = item;
	return found;
}

void store_change(struct store *store, struct mailbox *mailbox,
		  struct item *item, const struct appointment *what)
{
	struct appointment copy;

	appointment_copy(&copy, what);
	if (copy.start != item->what.start ||
	    memcmp(&copy.recurrence, &item->what.recurrence,
		   sizeof(copy.recurrence)) != 0)
		exceptions_free(item);
	appointment_clear(&item->what);
	item->what = copy;
	touched(store, mailbox, item, CHANGE_MODIFIED);
}

void store_cancel(struct store *store, struct mailbox *mailbox,
		  struct item *item)
{
	item->what.cancelled = true;
	item->what.show_as = SHOW_AS_FREE;
	touched(store, mailbox, item, CHANGE_MODIFIED);
}

static void bury(struct mailbox *mailbox, const struct item *item)
{
	struct grave *grave = x_new(struct grave);

	grave->item = item->number;
	grave->folder = item->folder;
	grave->number = ++mailbox->number;
	grave->next = mailbox->graves;
	mailbox->graves = grave;
}

static void unlink_item(struct mailbox *mailbox, struct item *item)
{
	struct item **place = &mailbox->items;
	struct item *before = NULL;

	while (*place != item) {
		before = *place;
		place = &before->next;
	}
	*place = item->next;
	if (mailbox->last == item)
		mailbox->last = before;
}

void store_delete(struct store *store, struct mailbox *mailbox,
		  struct item **itemp)
{
	struct item *item = *itemp;

	*itemp = NULL;
	bury(mailbox, item);
	unlink_item(mailbox, item);
	tell(store, &(struct store_change){ .change = CHANGE_DELETED,
					    .mailbox = mailbox,
					    .folder = item->folder,
					    .old_folder = item->folder,
					    .item = item });
	item_free(item);
}

void store_move_item(struct store *store, struct mailbox *mailbox,
		     struct item *item, enum folder folder)
{
	enum folder old = item->folder;

	bury(mailbox, item);
	item->folder = folder;
	item->created = item->changed = ++mailbox->number;
	item->changed_at = clock_now();
	tell(store, &(struct store_change){ .change = CHANGE_MOVED,
					    .mailbox = mailbox,
					    .folder = folder,
					    .old_folder = old,
					    .item = item });
}

static struct exception *exception_of(struct item *item, time_t original)
{
	struct exception **place = &item->exceptions;
	struct exception *made;

	while (*place && (*place)->original < original)
		place = &(*place)->next;
	if (*place && (*place)->original == original)
		return *place;
	made = x_new(struct exception);
	made->original = original;
	made->next = *place;
	*place = made;
	return made;
}

void store_change_occurrence(struct store *store, struct mailbox *mailbox,
			     struct item *item, time_t original,
			     const struct appointment *what)
{
	struct exception *exception = exception_of(item, original);
	struct appointment *copy = NULL;

	if (what) {
		copy = x_new(struct appointment);
		appointment_copy(copy, what);
		copy->recurrence = (struct recurrence){ .interval = 0 };
	}
	if (exception->changed)
		appointment_clear(exception->changed);
	free(exception->changed);
	exception->changed = copy;
	exception->number = mailbox->number + 1;
	touched(store, mailbox, item, CHANGE_MODIFIED);
}

const struct exception *item_exception(const struct item *item, time_t original)
{
	const struct exception *found = item->exceptions;

	while (found && found->original != original)
		found = found->next;
	return found;
}

const char *folder_id(enum folder folder)
{
	return folders[folder].id;
}

enum folder folder_parent(enum folder folder)
{
	return folders[folder].parent;
}

enum folder folder_find(const char *id)
{
	int i = 0;

	while (i < FOLDER_MADE1 && strcmp(folders[i].id, id) != 0)
		i++;
	return i < FOLDER_MADE1 ? (enum folder)i : FOLDER_COUNT;
}

static const struct made_folder *made(const struct mailbox *mailbox,
				      enum folder folder)
{
	return &mailbox->made[folder - FOLDER_MADE1];
}

const char *folder_name(const struct mailbox *mailbox, enum folder folder)
{
	return folder < FOLDER_MADE1 ? folders[folder].name
				     : made(mailbox, folder)->name;
}

const char *folder_class(const struct mailbox *mailbox, enum folder folder)
{
	return folder < FOLDER_MADE1 ? folders[folder].class
				     : made(mailbox, folder)->class;
}

bool folder_there(const struct mailbox *mailbox, enum folder folder)
{
	return folder_name(mailbox, folder) != NULL;
}

enum folder folder_make(struct mailbox *mailbox, const char *name,
			const char *class)
{
	int i = FOLDER_MADE1;

	while (i < FOLDER_COUNT && folder_there(mailbox, (enum folder)i))
		i++;
	if (i < FOLDER_COUNT) {
		struct made_folder *slot = &mailbox->made[i - FOLDER_MADE1];

		text_set(&slot->name, name);
		text_set(&slot->class, class);
	}
	return (enum folder)i;
}

void folder_unmake(struct store *store, struct mailbox *mailbox,
		   enum folder folder)
{
	struct made_folder *slot = &mailbox->made[folder - FOLDER_MADE1];
	struct item *next, *item = mailbox->items;

	for (; item; item = next) {
		next = item->next;
		if (item->folder == folder)
			store_delete(store, mailbox, &item);
	}
	text_set(&slot->name, NULL);
	text_set(&slot->class, NULL);
}
