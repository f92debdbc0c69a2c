/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/work.h"
#include "module/sqlite_file.h"
#include "module/store_sqlite.h"

enum { RETRY_S = 10 };

/* One thing to write (entity set) or somebody to tell (settled set). */
struct job {
	struct job *next;
	struct licence_record record;
	char *entity;
	char *cause[3];
	licence_settled_h *settled;
	void *arg;
};

struct store_sqlite {
	sqlite3 *db;     /* the worker's while one runs, else ours */
	sqlite3 *reader; /* ours: a write-ahead log lets us read meanwhile */
	sqlite3_stmt *add_line;
	sqlite3_stmt *set_holder;
	struct job *first; /* not yet given to a worker */
	struct job **last;
	struct job *writing;
	struct work *work;
	struct timer again; /* after a write that failed */
	struct why why;     /* of the last write; the worker's while one runs */
	struct why outcome; /* of the last that is over */
};

static enum err prepare_writes(struct store_sqlite *store, struct why *why)
{
	enum err err = sqlite_file_prepare(
		store->db,
		"INSERT INTO ledger (at, entity, action, state, override,"
		" wanted, turn, who, why, evidence)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
		&store->add_line, why);

	if (err)
		return err;

	return sqlite_file_prepare(
		store->db,
		"REPLACE INTO holder (at, entity, state, override,"
		" wanted, turn) VALUES (?1, ?2, ?4, ?5, ?6, ?7)",
		&store->set_holder, why);
}

static void bind(sqlite3_stmt *stmt, const struct licence_record *record)
{
	sqlite3_reset(stmt);
	sqlite3_bind_int64(stmt, 1, record->at);
	sqlite3_bind_text(stmt, 2, record->entity, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 4, licence_state_word(record->state), -1,
			  SQLITE_STATIC);
	sqlite3_bind_text(stmt, 5, licence_override_word(record->override), -1,
			  SQLITE_STATIC);
	sqlite3_bind_int(stmt, 6, record->wanted);
	sqlite3_bind_int64(stmt, 7, (sqlite3_int64)record->turn);
}

static bool write_record(struct store_sqlite *store,
			 const struct licence_record *record)
{
	bind(store->set_holder, record);
	bind(store->add_line, record);
	sqlite3_bind_text(store->add_line, 3,
			  licence_action_word(record->action), -1,
			  SQLITE_STATIC);
	sqlite3_bind_text(store->add_line, 8, record->cause.who, -1,
			  SQLITE_STATIC);
	sqlite3_bind_text(store->add_line, 9, record->cause.why, -1,
			  SQLITE_STATIC);
	sqlite3_bind_text(store->add_line, 10, record->cause.evidence, -1,
			  SQLITE_STATIC);

	return sqlite3_step(store->add_line) == SQLITE_DONE &&
	       sqlite3_step(store->set_holder) == SQLITE_DONE;
}

static enum err write_all(struct store_sqlite *store, struct why *why)
{
	enum err err = sqlite_file_run(store->db, "BEGIN IMMEDIATE", why);

	for (struct job *job = store->writing; job && !err; job = job->next)
		if (!job->settled && !write_record(store, &job->record))
			err = sqlite_file_failed(store->db, "cannot be written",
						 why);

	sqlite3_reset(store->add_line);
	sqlite3_reset(store->set_holder);
	if (!err)
		err = sqlite_file_run(store->db, "COMMIT", why);
	if (err && !sqlite3_get_autocommit(store->db))
		sqlite_file_run(store->db, "ROLLBACK", NULL);
	return err;
}

static void job_free(struct job *job)
{
	free(job->entity);
	for (size_t i = 0; i < 3; i++)
		free(job->cause[i]);
	free(job);
}

static void jobs_free(struct job *jobs)
{
	while (jobs) {
		struct job *next = jobs->next;

		job_free(jobs);
		jobs = next;
	}
}

static void write_some(void *arg)
{
	struct store_sqlite *store = arg;

	store->why = (struct why){ .err = ERR_OK };
	write_all(store, &store->why);
}

static void write_more(struct store_sqlite *store);

static void retry(void *arg)
{
	write_more(arg);
}

/* Nothing is lost by a full disk: those told are told, the rest waits. */
static void put_back(struct store_sqlite *store, struct job *jobs)
{
	struct job **end = &jobs;

	while (*end)
		end = &(*end)->next;
	if (!store->first)
		store->last = end;
	*end = store->first;
	store->first = jobs;
}

/* Those that wait to hear are taken out of the list. */
static struct job *take_settled(struct job **jobsp)
{
	struct job *settled = NULL;
	struct job **end = &settled;

	while (*jobsp) {
		struct job *job = *jobsp;

		if (!job->settled) {
			jobsp = &job->next;
			continue;
		}
		*jobsp = job->next;
		job->next = NULL;
		*end = job;
		end = &job->next;
	}

	return settled;
}

static void tell_settled(struct job *jobs, const struct why *why)
{
	while (jobs) {
		struct job *job = jobs;

		jobs = job->next;
		job->settled(why, job->arg);
		job_free(job);
	}
}

/* Cancelled means that it never ran: store_sqlite_close() will write. */
static void written(bool cancelled, void *arg)
{
	struct store_sqlite *store = arg;
	struct job *jobs = store->writing;
	struct job *settled;
	struct why why = store->why;

	store->work = NULL;
	store->writing = NULL;
	if (cancelled) {
		put_back(store, jobs);
		return;
	}

	store->outcome = why;
	settled = take_settled(&jobs);
	if (why.err) {
		log_error("licence ledger not written", KWHY(&why));
		put_back(store, jobs);
		timer_start(&store->again, RETRY_S, retry, store);
	} else {
		jobs_free(jobs);
		write_more(store);
	}
	tell_settled(settled, &why);
}

static void write_more(struct store_sqlite *store)
{
	if (store->work || !store->first || timer_running(&store->again))
		return;

	store->writing = store->first;
	store->first = NULL;
	store->last = &store->first;
	store->work = work_start(write_some, written, store);
}

static void add(struct store_sqlite *store, struct job *job)
{
	*store->last = job;
	store->last = &job->next;
	write_more(store);
}

static char *capped(const char *text)
{
	return x_or_die(strndup(text, LICENCE_TEXT_MAX));
}

static void append(void *arg, const struct licence_record *record)
{
	struct job *job = x_new(struct job);

	job->entity = x_strdup(record->entity);
	job->cause[0] = capped(record->cause.who);
	job->cause[1] = capped(record->cause.why);
	job->cause[2] = capped(record->cause.evidence);
	job->record = *record;
	job->record.entity = job->entity;
	job->record.cause = (struct licence_cause){
		.who = job->cause[0],
		.why = job->cause[1],
		.evidence = job->cause[2],
	};
	add(arg, job);
}

static void settle(void *arg, licence_settled_h *h, void *h_arg)
{
	struct job *job = x_new(struct job);

	job->settled = h;
	job->arg = h_arg;
	add(arg, job);
}

static const char *column(sqlite3_stmt *stmt, int i)
{
	const unsigned char *text = sqlite3_column_text(stmt, i);

	return text ? (const char *)text : "";
}

/* Columns in the order of the SELECTs below; false on words we do not know. */
static bool read_record(sqlite3_stmt *stmt, struct licence_record *record)
{
	*record = (struct licence_record){
		.at = sqlite3_column_int64(stmt, 0),
		.entity = column(stmt, 1),
		.action = licence_action_from_word(column(stmt, 2)),
		.state = licence_state_from_word(column(stmt, 3)),
		.override = licence_override_from_word(column(stmt, 4)),
		.wanted = sqlite3_column_int(stmt, 5) != 0,
		.turn = (uint64_t)sqlite3_column_int64(stmt, 6),
		.cause = { .who = column(stmt, 7),
			   .why = column(stmt, 8),
			   .evidence = column(stmt, 9) },
	};
	return record->action < LICENCE_ACTION_COUNT &&
	       record->state < LICENCE_STATE_COUNT &&
	       record->override < LICENCE_OVERRIDE_COUNT;
}

static enum err read_all(struct store_sqlite *store, sqlite3_stmt *stmt,
			 licence_record_h *h, void *arg, struct why *why)
{
	enum err err = ERR_OK;
	int step = SQLITE_DONE;

	while (!err && (step = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct licence_record record;

		if (read_record(stmt, &record))
			h(&record, arg);
		else
			err = why_set(why, ERR_CONFIG,
				      "licence ledger: %s: unknown word",
				      record.entity);
	}

	if (!err && step != SQLITE_DONE)
		err = sqlite_file_failed(store->reader, "cannot be read", why);
	sqlite3_finalize(stmt);
	return err;
}

static enum err load(void *arg, licence_record_h *h, void *h_arg,
		     struct why *why)
{
	struct store_sqlite *store = arg;
	sqlite3_stmt *stmt;
	enum err err = sqlite_file_prepare(
		store->reader,
		"SELECT at, entity, 'grant', state, override,"
		" wanted, turn, '', '', '' FROM holder ORDER BY turn",
		&stmt, why);

	return err ? err : read_all(store, stmt, h, h_arg, why);
}

static enum err history(void *arg, const char *entity, size_t most,
			licence_record_h *h, void *h_arg)
{
	struct store_sqlite *store = arg;
	sqlite3_stmt *stmt;
	enum err err = sqlite_file_prepare(
		store->reader,
		"SELECT at, entity, action, state, override,"
		" wanted, turn, who, why, evidence FROM ledger"
		" WHERE entity = ?1 ORDER BY line DESC LIMIT ?2",
		&stmt, NULL);

	if (err)
		return err;

	sqlite3_bind_text(stmt, 1, entity, -1, SQLITE_STATIC);
	sqlite3_bind_int64(stmt, 2, (sqlite3_int64)most);
	return read_all(store, stmt, h, h_arg, NULL);
}

const struct licence_store store_sqlite = {
	.load = load,
	.append = append,
	.settle = settle,
	.history = history,
};

enum err store_sqlite_open(struct store_sqlite **storep, const char *path,
			   struct why *why)
{
	struct store_sqlite *store = x_new(struct store_sqlite);
	enum err err;

	store->last = &store->first;
	err = sqlite_file_open(&store->db, path, why);
	if (!err)
		err = sqlite_file_reader(&store->reader, path, why);
	if (!err)
		err = prepare_writes(store, why);
	if (err) {
		store_sqlite_close(&store);
		return err;
	}

	*storep = store;
	return ERR_OK;
}

const struct why *store_sqlite_why(const struct store_sqlite *store)
{
	return &store->outcome;
}

void store_sqlite_close(struct store_sqlite **storep)
{
	struct store_sqlite *store = *storep;

	if (!store)
		return;

	assert(!store->work);
	timer_stop(&store->again);
	store->writing = store->first;
	if (store->writing)
		write_some(store);
	if (store->why.err)
		log_error("licence ledger not written", KWHY(&store->why));
	tell_settled(take_settled(&store->writing), &store->why);
	jobs_free(store->writing);
	sqlite3_finalize(store->add_line);
	sqlite3_finalize(store->set_holder);
	sqlite3_close(store->reader);
	sqlite3_close(store->db);
	free(store);
	*storep = NULL;
}
