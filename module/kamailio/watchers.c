/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/*
 * Who watches, from the presence module's table of watches, for what the
 * script did not tell: those from before a restart, and those made at other
 * servers that share the database. A process of its own reads it by the
 * driver that is loaded anyway, so a database that hangs keeps nobody waiting.
 */
#include "module/kamailio/adapter.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/dprint.h"
#include "core/sr_module.h"
#include "lib/srdb1/db.h"
#include "module/seen.h"

enum {
	FETCH_ROWS = 500,
	VALUE_SIZE = 256,
	KEY_SIZE = 2 * VALUE_SIZE + 2,
	URI_SIZE = 2 * VALUE_SIZE + 8,
	TERMINATED = 3 /* presence's TERMINATED_STATUS; those below go on */
};

enum column {
	WATCHER_USER,
	WATCHER_DOMAIN,
	ENTITY,
	FROM_TAG,
	TO_TAG,
	CONTACT,
	CALL_ID,
	SOCKET,
	TEXTS, /* the columns before this one */
	EXPIRES = TEXTS,
	CSEQ,
	COLUMNS
};

static str columns[COLUMNS] = {
	[WATCHER_USER] = str_init("watcher_username"),
	[WATCHER_DOMAIN] = str_init("watcher_domain"),
	[ENTITY] = str_init("presentity_uri"),
	[FROM_TAG] = str_init("from_tag"),
	[TO_TAG] = str_init("to_tag"),
	[CONTACT] = str_init("contact"),
	[CALL_ID] = str_init("callid"),
	[SOCKET] = str_init("socket_info"),
	[EXPIRES] = str_init("expires"),
	[CSEQ] = str_init("remote_cseq"),
};
static str event_column = str_init("event");
static str status_column = str_init("status");

static db_func_t db;
static db1_con_t *connection;
static struct seen *seen;
static str table;

const char *watchers_bind(const char *url)
{
	char name[VALUE_SIZE];
	size_t len = strcspn(url, ":");
	db_bind_api_f bind;

	if (!url[len] || len + sizeof("db_") > sizeof(name))
		return "want a database as Kamailio's modules have it: "
		       "postgres://user:password@host/database";

	snprintf(name, sizeof(name), "db_%.*s", (int)len, url);
	bind = (db_bind_api_f)find_mod_export(name, "db_bind_api", 0, 0);
	if (!bind)
		return "the driver for it is not loaded: loadmodule "
		       "\"db_...\" has to stand before";
	if (bind(&db) < 0 || !db.query || !db.init || !db.use_table)
		return "the driver for it answers no queries";
	return NULL;
}

static bool text_of(char text[VALUE_SIZE], const db_val_t *value)
{
	int len = -1;

	if (VAL_NULL(value))
		return false;
	if (VAL_TYPE(value) == DB1_STRING)
		len = snprintf(text, VALUE_SIZE, "%s", VAL_STRING(value));
	else if (VAL_TYPE(value) == DB1_STR)
		len = snprintf(text, VALUE_SIZE, "%.*s", VAL_STR(value).len,
			       VAL_STR(value).s);
	else if (VAL_TYPE(value) == DB1_BLOB)
		len = snprintf(text, VALUE_SIZE, "%.*s", VAL_BLOB(value).len,
			       VAL_BLOB(value).s);
	return len >= 0 && len < VALUE_SIZE;
}

static int64_t number_of(const db_val_t *value)
{
	if (VAL_NULL(value))
		return 0;
	if (VAL_TYPE(value) == DB1_INT)
		return VAL_INT(value);
	return VAL_TYPE(value) == DB1_BIGINT ? VAL_BIGINT(value) : 0;
}

/* udp:192.0.2.1:5060 as the URI it is, "" for other transports. */
static void socket_of(char uri[VALUE_SIZE + 4], const char *socket)
{
	if (strncasecmp(socket, "udp:", 4) != 0)
		*uri = '\0';
	else
		snprintf(uri, VALUE_SIZE + 4, "sip:%s", socket + 4);
}

/* FNV-1a over what may change while the watch goes on. */
static uint64_t content_of(const struct pipe_message *message)
{
	uint64_t hash = 14695981039346656037ULL ^ (uint64_t)message->number ^
			(uint64_t)message->id << 32;

	for (const char *c = message->texts[5]; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 1099511628211ULL;
	return hash;
}

static void take_row(const db_val_t *values)
{
	struct pipe_message message = { .kind = PIPE_WATCH };
	char texts[TEXTS][VALUE_SIZE];
	char key[KEY_SIZE], watcher[URI_SIZE], socket[VALUE_SIZE + 4];
	uint64_t content;

	for (int i = 0; i < TEXTS; i++)
		if (!text_of(texts[i], &values[i]))
			return;

	snprintf(key, sizeof(key), "%s;%s", texts[CALL_ID], texts[FROM_TAG]);
	snprintf(watcher, sizeof(watcher), "sip:%s@%s", texts[WATCHER_USER],
		 texts[WATCHER_DOMAIN]);
	socket_of(socket, texts[SOCKET]);
	message.id = (uint32_t)number_of(&values[CSEQ]);
	message.number = number_of(&values[EXPIRES]);
	message.texts[0] = key;
	message.texts[1] = watcher;
	message.texts[2] = texts[ENTITY];
	message.texts[3] = texts[FROM_TAG];
	message.texts[4] = texts[TO_TAG];
	message.texts[5] = texts[CONTACT];
	message.texts[6] = texts[CALL_ID];
	message.texts[7] = socket;
	content = content_of(&message);
	if (!seen_again(seen, key, content) &&
	    supervisor_tell_soon(adapter_supervisor, &message))
		seen_put(seen, key, content);
}

static bool on_gone(const char *key, void *arg)
{
	const struct pipe_message message = {
		.kind = PIPE_WATCH,
		.texts = { key, "", "", "", "", "", "", "" },
	};

	(void)arg;
	return supervisor_tell_soon(adapter_supervisor, &message);
}

static void take_rows(const db1_res_t *result)
{
	for (int i = 0; i < RES_ROW_N(result); i++)
		if (ROW_N(&RES_ROWS(result)[i]) >= COLUMNS)
			take_row(ROW_VALUES(&RES_ROWS(result)[i]));
}

/* In pieces where the driver can, since all of it may be more than fits. */
static bool take_pieces(void)
{
	db1_res_t *result = NULL;
	bool good;

	do {
		good = db.fetch_result(connection, &result, FETCH_ROWS) >= 0 &&
		       result;
		if (good)
			take_rows(result);
	} while (good && RES_ROW_N(result) > 0);
	if (result)
		db.free_result(connection, result);
	return good;
}

static bool read_rows(void)
{
	db_key_t keys[] = { &event_column, &columns[EXPIRES], &status_column };
	db_op_t ops[] = { OP_EQ, OP_GT, OP_LT };
	db_val_t values[3] = {
		{ .type = DB1_STRING, .val.string_val = "presence" },
		{ .type = DB1_INT, .val.int_val = (int)time(NULL) },
		{ .type = DB1_INT, .val.int_val = TERMINATED },
	};
	bool fetches = DB_CAPABILITY(db, DB_CAP_FETCH) && db.fetch_result;
	db1_res_t *result = NULL;
	db_key_t wanted[COLUMNS];

	for (int i = 0; i < COLUMNS; i++)
		wanted[i] = &columns[i];
	if (db.use_table(connection, &table) < 0 ||
	    db.query(connection, keys, ops, values, wanted, 3, COLUMNS, NULL,
		     fetches ? NULL : &result) < 0)
		return false;
	if (fetches)
		return take_pieces();
	if (!result)
		return false;
	take_rows(result);
	db.free_result(connection, result);
	return true;
}

/* A reading that failed says nothing about who is gone. */
static bool read_all(const str *url)
{
	if (!connection)
		connection = db.init(url);
	if (!connection)
		return false;

	seen_begin(seen);
	if (!read_rows())
		return false;
	seen_end(seen, on_gone, NULL);
	return true;
}

static void say(bool good, bool was_good)
{
	if (good && !was_good)
		LM_INFO("watches are read from %.*s watches=%zu\n", table.len,
			table.s, seen_count(seen));
	else if (!good && was_good)
		LM_WARN("watches cannot be read from %.*s, those known "
			"stay watches=%zu\n",
			table.len, table.s, seen_count(seen));
}

void watchers_run(const char *url, const char *name, unsigned every_s)
{
	str where = { .s = (char *)(size_t)url, .len = (int)strlen(url) };
	pid_t parent = getppid();
	bool good = false, first = true;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	table = (str){ .s = (char *)(size_t)name, .len = (int)strlen(name) };
	seen = seen_new();
	while (getppid() == parent) {
		bool was_good = good;

		good = read_all(&where);
		say(good, first ? !good : was_good);
		first = false;
		poll(NULL, 0, (int)every_s * 1000);
	}
}
