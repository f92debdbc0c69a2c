/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/*
 * The module as Kamailio sees it: export tables, and one process that looks
 * after the engine. Everything else is in the engine's own process, because
 * of what Kamailio does to OpenSSL and because calls must go on without it.
 */
#include "module/kamailio/adapter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/cfg/cfg_struct.h"
#include "core/dprint.h"
#include "core/globals.h"
#include "core/mod_fix.h"
#include "core/pt.h"
#include "core/sr_module.h"

#include "module/kamailio_settings.h"

MODULE_VERSION

/* Where Kamailio's parser stands (core/cfg.lex). */
extern int line;
extern char *finame;

enum { STALE_S = 3600 };

/* A modparam as it was given. */
struct given {
	const char *name;
	char *value;
	char *file;
	int line;
};

static struct given *givens;
static size_t given_count;
static struct kamailio_settings settings; /* what the adapter needs itself */
struct supervisor *adapter_supervisor;
str adapter_domain = STR_NULL;

/* The last one of that name, NULL if none was given. */
static const struct given *given_of(const char *name)
{
	for (size_t i = given_count; i > 0; i--)
		if (!strcmp(givens[i - 1].name, name))
			return &givens[i - 1];

	return NULL;
}

/* The engine says what is wrong with it, if anything is. */
static void notice(const struct given *given)
{
	if (directive_find(&kamailio_table, given->name))
		directive_apply(&kamailio_table, &settings, given->name,
				given->value, NULL);
}

static void check_at_end(void);

static int take(const char *name, const char *value)
{
	struct given *more =
		realloc(givens, (given_count + 1) * sizeof(*givens));

	if (!more)
		return -1;
	if (!given_count)
		directive_defaults(&kamailio_table, &settings);
	if (!given_count && config_check)
		atexit(check_at_end);
	givens = more;
	givens[given_count] = (struct given){
		.name = name,
		.value = strdup(value),
		.file = strdup(finame     ? finame
			       : cfg_file ? cfg_file
					  : "cfg"),
		.line = line,
	};
	if (!givens[given_count].value || !givens[given_count].file)
		return -1;
	given_count++;
	notice(&givens[given_count - 1]);
	return 0;
}

static int take_number(const char *name, bool is_flag, long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", number);
	if (is_flag && (number == 0 || number == 1))
		return take(name, number ? "yes" : "no");
	return take(name, text);
}

#define IS_FLAG_FLAG    true
#define IS_FLAG_COUNT   false
#define IS_FLAG_SECONDS false
#define IS_FLAG_TEXT    false
#define IS_FLAG_LIST    false

/* Kamailio does not say which parameter it is, so each has its own. */
#define TAKE(name, type)                                          \
	static int take_##name(modparam_t kind, void *value)      \
	{                                                         \
		if (kind & PARAM_INT)                             \
			return take_number(#name, IS_FLAG_##type, \
					   (long)value);          \
		return take(#name, value);                        \
	}
#define DIRECTIVE(name, type, initial, min, max, doc) TAKE(name, type)
#include "module/directives.def"
#define KAMAILIO(name, type, initial, min, max, doc) TAKE(name, type)
#include "module/kamailio.def"

#define ROWS(name)                                                     \
	{ #name, PARAM_STRING | PARAM_USE_FUNC, (void *)take_##name }, \
		{ #name, PARAM_INT | PARAM_USE_FUNC, (void *)take_##name },

static param_export_t params[] = {
#define DIRECTIVE(name, type, initial, min, max, doc) ROWS(name)
#include "module/directives.def"
#define KAMAILIO(name, type, initial, min, max, doc) ROWS(name)
#include "module/kamailio.def"
	{ NULL, 0, NULL },
};

static void on_log(int level, const char *text, void *arg)
{
	static const int levels[] = { L_ERR, L_WARN, L_INFO, L_DBG };

	(void)arg;
	if (level < 0 || level > 3)
		level = 0;
	LOG(levels[level], "%s\n", text);
}

static void say_wrong(const struct given *given, const char *why)
{
	if (given)
		LM_ERR("%s line %d: modparam daymark \"%s\" (%s): %s\n",
		       given->file, given->line, given->name, given->value,
		       why);
	else
		LM_ERR("%s: module daymark: %s\n", cfg_file ? cfg_file : "cfg",
		       why);
}

static void on_wrong(const struct pipe_message *message)
{
	size_t place = (size_t)message->number;

	say_wrong(place > 0 && place <= given_count ? &givens[place - 1] : NULL,
		  message->texts[0]);
}

static void on_entitled(const struct pipe_message *message)
{
	enum table_entitlement entitlement = TABLE_STRANGER;

	if (message->number >= 0)
		entitlement = message->number ? TABLE_ENTITLED : TABLE_REVOKED;
	table_entitle(message->texts[0], entitlement);
}

static void on_message(const struct pipe_message *message, void *arg)
{
	(void)arg;
	if (message->kind == PIPE_STATE)
		table_state(message->texts[0], message->texts[1],
			    (time_t)message->number);
	else if (message->kind == PIPE_ENTITLED)
		on_entitled(message);
	else if (message->kind == PIPE_SIGN_OUT)
		sign_out(message->texts[0]);
	else if (message->kind == PIPE_LOG)
		on_log((int)message->number, message->texts[0], NULL);
	else if (message->kind == PIPE_WRONG)
		on_wrong(message);
}

static void on_alive(void *arg)
{
	(void)arg;
	table_alive();
}

static const struct supervisor_handlers handlers = {
	.take = on_message,
	.log = on_log,
	.alive = on_alive,
};

static bool check_watchers(void)
{
	const char *wrong = *settings.watchers_db
				    ? watchers_bind(settings.watchers_db)
				    : NULL;

	if (wrong)
		say_wrong(given_of("watchers_db"), wrong);
	return !wrong;
}

static bool check(void)
{
	const char *engine_path =
		*settings.engine ? settings.engine : DAYMARK_ENGINE;

	adapter_supervisor = supervisor_new(engine_path, &handlers);
	if (!adapter_supervisor) {
		LM_ERR("no sockets for the engine\n");
		return false;
	}
	for (size_t i = 0; i < given_count; i++)
		supervisor_directive(adapter_supervisor, givens[i].name,
				     givens[i].value);
	if (access(engine_path, X_OK)) {
		say_wrong(given_of("engine"), "the engine cannot be run");
		return false;
	}
	return check_watchers() && supervisor_check(adapter_supervisor);
}

/*
 * kamailio -c ends before modules are initialised, and not all that can be
 * wrong is in one line; so the rest is looked at on the way out.
 */
static void check_at_end(void)
{
	bool good = check();

	fflush(NULL);
	if (!good)
		_exit(255);
}

static int mod_init(void)
{
	if (!given_count)
		directive_defaults(&kamailio_table, &settings);
	adapter_domain = (str){ .s = settings.domain,
				.len = (int)strlen(settings.domain) };
	if (!check() || table_open(STALE_S) < 0)
		return -1;
	if (sign_out_bind(settings.location) < 0 || script_bind() < 0) {
		LM_ERR("usrloc, presence or sl do not let us in\n");
		return -1;
	}
	register_procs(*settings.watchers_db ? 2 : 1);
	cfg_register_child(*settings.watchers_db ? 2 : 1);
	return 0;
}

static void look_after_engine(void)
{
	supervisor_run(adapter_supervisor);
}

static void read_watchers(void)
{
	watchers_run(settings.watchers_db, settings.watchers_table,
		     settings.watchers_every);
}

static int begin_process(const char *name, void (*run)(void))
{
	int pid = fork_process(PROC_RPC, (char *)(size_t)name, 1);

	if (pid)
		return pid < 0 ? -1 : 0;
	if (cfg_child_init())
		exit(1);
	cfg_update();
	run();
	exit(0);
}

static int child_init(int rank)
{
	if (rank != PROC_MAIN)
		return 0;
	if (*settings.watchers_db &&
	    begin_process("daymark watchers", read_watchers) < 0)
		return -1;
	return begin_process("daymark supervisor", look_after_engine);
}

static void mod_destroy(void)
{
	table_close();
}

static cmd_export_t functions[] = {
	{ "daymark_entitled", (cmd_function)script_entitled, 1, fixup_spve_null,
	  0, ANY_ROUTE },
	{ "daymark_state", (cmd_function)script_state, 2, script_fixup_state, 0,
	  ANY_ROUTE },
	{ "daymark_state", (cmd_function)script_state_until, 3,
	  script_fixup_state, 0, ANY_ROUTE },
	{ "daymark_watch", (cmd_function)script_watch, 0, 0, 0, REQUEST_ROUTE },
	{ "daymark_publish", (cmd_function)script_publish, 0, 0, 0,
	  REQUEST_ROUTE },
	{ 0, 0, 0, 0, 0, 0 },
};

struct module_exports exports = {
	"daymark", DEFAULT_DLFLAGS, functions,  params,      adapter_rpc, 0,
	0,         mod_init,        child_init, mod_destroy,
};
