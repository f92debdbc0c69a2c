/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daymarkd: the bundled presence server, with the module in its process.
 * Everything here is joining the two: sip/server.h on one side, struct host
 * and struct module_api on the other.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/http.h"
#include "base/loop.h"
#include "base/metric.h"
#include "base/tls_memory.h"
#include "base/work.h"
#include "config.h"
#include "module/config_file.h"
#include "module/process.h"

struct daemon {
	const char *path; /* of the configuration */
	const char *user; /* of the command line, before the file's */
	bool check_only;
	struct config config;
	struct server *server;
	struct engine *engine;
	struct host host;
	int signals;
	struct fd_watch *watch;
};

static void on_published(const char *entity, const char *publication,
			 const struct claim *claim, void *arg)
{
	const struct daemon *daemon = arg;

	if (daemon->engine)
		daemon->config.module->published(daemon->engine, entity,
						 publication, claim);
}

static void on_watched(const char *entity, int delta, void *arg)
{
	const struct daemon *daemon = arg;

	if (daemon->engine)
		daemon->config.module->watched(daemon->engine, entity, delta);
}

static void on_registered(const char *entity, bool online, void *arg)
{
	const struct daemon *daemon = arg;

	if (daemon->engine)
		daemon->config.module->registered(daemon->engine, entity,
						  online);
}

static bool on_entitled(const char *entity, void *arg)
{
	const struct daemon *daemon = arg;

	return !daemon->engine ||
	       daemon->config.module->entitled(daemon->engine, entity);
}

static const struct server_handlers server_handlers = {
	.published = on_published,
	.watched = on_watched,
	.registered = on_registered,
	.entitled = on_entitled,
};

static void host_publish(const char *entity, const char *body,
			 size_t body_bytes, void *arg)
{
	const struct daemon *daemon = arg;

	server_publish(daemon->server, entity, body, body_bytes);
}

static void host_withdraw(const char *entity, void *arg)
{
	const struct daemon *daemon = arg;

	server_withdraw(daemon->server, entity);
}

static void host_sign_out(const char *entity, void *arg)
{
	const struct daemon *daemon = arg;

	server_sign_out(daemon->server, entity);
}

static void describe_watcher(const char *watcher, const char *contact,
			     int last_status, time_t last_notify, void *arg)
{
	struct json *row = json_put_object(arg, NULL);
	char answer[16];

	snprintf(answer, sizeof(answer), "%d", last_status);
	json_put_text(row, "watcher", watcher);
	json_put_text(row, "contact", contact);
	json_put_moment(row, "last answer", last_notify);
	json_put_text(row, "status", last_status ? answer : NULL);
}

static void host_describe(const char *entity, struct json *object, void *arg)
{
	const struct daemon *daemon = arg;

	server_watchers(daemon->server, entity, describe_watcher,
			json_put_array(object, "seen by"));
}

static void host_facts(struct host_facts *facts, void *arg)
{
	const struct daemon *daemon = arg;
	struct server_facts from;

	server_facts(daemon->server, &from);
#define FACT(name) facts->name = from.name;
	HOST_FACTS(FACT)
#undef FACT
}

/* The module's lines have passed its own level already. */
static void host_log(enum log_level level, const char *line, void *arg)
{
	const struct daemon *daemon = arg;

	log_set_level(LOG_LEVEL_DEBUG);
	LOG_LINE(level, line, LOG_END);
	log_set_level(config_log_level(&daemon->config));
}

/* All of it or nothing: what can fail comes before what changes anything. */
static enum err reload(void *arg, struct why *why)
{
	struct daemon *daemon = arg;
	struct server_change *change = NULL;
	struct config config;
	enum err err = config_file_read(&config, daemon->path, why);

	if (!err && config.module != daemon->config.module)
		err = why_set(why, ERR_CONFIG,
			      "modules cannot change while running");
	if (!err)
		err = server_prepare(&change, daemon->server, &config.server,
				     why);
	if (!err && daemon->engine)
		err = config.module->reload(daemon->engine,
					    config.module_settings, why);
	metric_add(METRIC_reloads_total, err ? "refused" : "done", 1);
	if (err) {
		server_change_free(&change);
		config_file_free(&config);
		return err;
	}

	server_apply(daemon->server, &change);
	config_file_free(&daemon->config);
	daemon->config = config;
	log_set_level(config_log_level(&config));
	return ERR_OK;
}

static void on_hangup(struct daemon *daemon)
{
	struct why why = { .err = ERR_OK };

	process_notify_reloading();
	if (reload(daemon, &why))
		log_error("reload failed, everything stays as it was",
			  KWHY(&why));
	else
		log_info("reloaded", KV("file", daemon->path));
	process_notify("READY=1");
}

static void on_signal(unsigned events, void *arg)
{
	struct daemon *daemon = arg;
	int number;

	(void)events;
	while ((number = process_next_signal(daemon->signals)) != 0) {
		if (number == SIGHUP) {
			on_hangup(daemon);
		} else {
			log_info("stopping", KN("signal", number));
			loop_break();
		}
	}
}

static enum err start_module(struct daemon *daemon, struct why *why)
{
	const struct config *config = &daemon->config;

	daemon->host = (struct host){
		.name = "daymarkd",
		.root = loop_root(),
		.log = host_log,
		.publish = host_publish,
		.withdraw = host_withdraw,
		.sign_out = host_sign_out,
		.describe = host_describe,
		.facts = host_facts,
		.metrics = metric_table(),
		.reload = reload,
		.arg = daemon,
	};
	if (!config->module) {
		log_warn("no module is loaded, nobody speaks for calendars");
		return ERR_OK;
	}
	return config->module->load(&daemon->engine, config->module_settings,
				    &daemon->host, why);
}

/* Ports first, then the rights that opening them took are given up. */
static enum err start(struct daemon *daemon, struct why *why)
{
	const struct daemon_settings *settings = &daemon->config.daemon;
	enum err err = loop_open(NULL, why);

	if (!err)
		err = work_open(why);
	if (!err)
		err = server_new(&daemon->server, &daemon->config.server,
				 &server_handlers, daemon, why);
	if (!err)
		err = process_write_pid(settings->pid_file, why);
	if (!err)
		err = process_become(daemon->user ? daemon->user
						  : settings->user,
				     why);
	return err ? err : start_module(daemon, why);
}

static void stop(struct daemon *daemon)
{
	process_notify("STOPPING=1");
	if (daemon->engine)
		daemon->config.module->unload(&daemon->engine);
	server_free(&daemon->server);
	fd_watch_free(&daemon->watch);
	work_close();
	loop_close();
	if (daemon->config.daemon.pid_file[0])
		unlink(daemon->config.daemon.pid_file);
}

static int run(struct daemon *daemon)
{
	struct why why = { .err = ERR_OK };
	enum err err;

	if (!strcmp(daemon->config.daemon.log, "syslog"))
		log_to_syslog("daymarkd");
	log_set_level(config_log_level(&daemon->config));
	metric_add(METRIC_reloads_total, "done", 0);
	metric_add(METRIC_reloads_total, "refused", 0);
	daemon->signals = process_signals();
	err = start(daemon, &why);
	if (err) {
		log_error("cannot start", KWHY(&why));
	} else {
		daemon->watch = fd_watch_new(daemon->signals, FD_READ,
					     on_signal, daemon);
		log_info("ready", KV("version", PACKAGE_VERSION));
		process_notify("READY=1");
		loop_run();
	}

	stop(daemon);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int usage(int code)
{
	fputs("usage: daymarkd [-t] [-D] [-f FILE] [-u USER]\n"
	      "  -f FILE  configuration, " SYSCONFDIR "/daymark/daymarkd.conf\n"
	      "  -t       check it, say what is wrong, and end\n"
	      "  -u USER  run as USER once the ports are open\n"
	      "  -D       stay in the foreground, as it always does\n"
	      "  -V       print the version\n",
	      code ? stderr : stdout);
	return code;
}

/* -1: go on. */
static int parse_options(struct daemon *daemon, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "f:tu:DVh")) != -1) {
		if (option == 'f')
			daemon->path = optarg;
		else if (option == 'u')
			daemon->user = optarg;
		else if (option == 't')
			daemon->check_only = true;
		else if (option == 'V')
			return puts("daymarkd " PACKAGE_VERSION) < 0;
		else if (option != 'D')
			return usage(option == 'h' ? 0 : 2);
	}
	return optind < argc ? usage(2) : -1;
}

int main(int argc, char **argv)
{
	struct daemon daemon = {
		.path = SYSCONFDIR "/daymark/daymarkd.conf",
	};
	struct why why;
	int code = parse_options(&daemon, argc, argv);

	if (code >= 0)
		return code;
	tls_memory_secret();
	process_shuffle();
	if (config_file_read(&daemon.config, daemon.path, &why)) {
		fprintf(stderr, "%s\n", why.text);
		return EXIT_FAILURE;
	}

	if (daemon.check_only)
		printf("%s: good\n", daemon.path);
	else
		code = run(&daemon);
	config_file_free(&daemon.config);
	return daemon.check_only ? EXIT_SUCCESS : code;
}
