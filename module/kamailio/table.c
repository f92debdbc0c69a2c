/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
#include "module/kamailio/adapter.h"

#include <string.h>

#include "core/dprint.h"
#include "core/locking.h"
#include "core/mem/shm_mem.h"

enum { BUCKETS = 16384, LOCKS = 64 };

/* Rows are never freed while the server runs, so their number is bounded. */
struct row {
	struct row *next;
	struct table_row value;
	char name[];
};

static struct table {
	gen_lock_t locks[LOCKS];
	time_t alive;
	unsigned patience_s;
	enum table_entitlement others;
	struct row *buckets[BUCKETS];
} * table;

static unsigned bucket_of(const char *name)
{
	unsigned hash = 2166136261U;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619U;
	return hash % BUCKETS;
}

int table_open(unsigned patience_s)
{
	table = shm_malloc(sizeof(*table));
	if (!table) {
		SHM_MEM_ERROR;
		return -1;
	}

	memset(table, 0, sizeof(*table));
	table->patience_s = patience_s;
	table->others = TABLE_ENTITLED;
	table->alive = time(NULL);
	for (int i = 0; i < LOCKS; i++)
		lock_init(&table->locks[i]);
	return 0;
}

void table_close(void)
{
	if (!table)
		return;

	for (int i = 0; i < BUCKETS; i++)
		while (table->buckets[i]) {
			struct row *row = table->buckets[i];

			table->buckets[i] = row->next;
			shm_free(row);
		}
	shm_free(table);
	table = NULL;
}

static struct row *find(unsigned bucket, const char *name)
{
	struct row *row = table->buckets[bucket];

	while (row && strcmp(row->name, name) != 0)
		row = row->next;
	return row;
}

static struct row *add(unsigned bucket, const char *name)
{
	size_t bytes = strlen(name) + 1;
	struct row *row = shm_malloc(sizeof(*row) + bytes);

	if (!row) {
		SHM_MEM_ERROR;
		return NULL;
	}
	memset(row, 0, sizeof(*row));
	memcpy(row->name, name, bytes);
	row->next = table->buckets[bucket];
	table->buckets[bucket] = row;
	return row;
}

/* The row of that name, locked with its bucket; NULL, and not locked. */
static struct row *take(const char *name, gen_lock_t **lockp)
{
	unsigned bucket = bucket_of(name);
	struct row *row;

	*lockp = &table->locks[bucket % LOCKS];
	lock_get(*lockp);
	row = find(bucket, name);
	if (!row)
		row = add(bucket, name);
	if (!row)
		lock_release(*lockp);
	return row;
}

void table_state(const char *entity, const char *state, time_t until)
{
	gen_lock_t *lock;
	struct row *row = take(entity, &lock);

	if (!row)
		return;
	strncpy(row->value.state, state, ADAPTER_STATE_MAX);
	row->value.until = until;
	lock_release(lock);
}

void table_entitle(const char *entity, enum table_entitlement entitlement)
{
	gen_lock_t *lock;
	struct row *row;

	if (!strcmp(entity, "*")) {
		table->others = entitlement;
		return;
	}

	row = take(entity, &lock);
	if (!row)
		return;
	row->value.entitlement = entitlement;
	lock_release(lock);
}

void table_alive(void)
{
	table->alive = time(NULL);
}

bool table_is_stale(void)
{
	return time(NULL) - table->alive > (time_t)table->patience_s;
}

void table_find(const char *entity, struct table_row *value)
{
	unsigned bucket = bucket_of(entity);
	gen_lock_t *lock = &table->locks[bucket % LOCKS];
	const struct row *row;

	memset(value, 0, sizeof(*value));
	lock_get(lock);
	row = find(bucket, entity);
	if (row)
		*value = row->value;
	lock_release(lock);
	if (value->entitlement == TABLE_STRANGER)
		value->entitlement = table->others;
}
