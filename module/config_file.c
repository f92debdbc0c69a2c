/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "module/config_file.h"
#include "module/config_read.h"

enum { INCLUDE_DEPTH_MAX = 8, PATH_SIZE = 1024 };

static const struct directive rows[] = {
#define DAEMON(name, type, initial, min, max, doc)                           \
	DIRECTIVE_ROW(struct daemon_settings, name, type, initial, min, max, \
		      doc)
#include "module/daemon.def"
};

const struct directive_table daemon_table = {
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
};

/* All files together, or their first so many statements. */
struct reading {
	struct config *config;
	size_t done, limit;
	char place[PATH_SIZE + 16]; /* of the last one: "FILE:LINE" */
};

/* One file being read, maybe for another one. */
struct source {
	struct reading *reading;
	const char *path;
	unsigned depth;
	bool placed; /* the error says already in which file and line */
};

static enum err read_file(struct source *source, struct why *why);

/* dlopen() looks in places of its own where there is no slash. */
static void *open_module(const struct config *config, const char *name)
{
	const char *dirs = config->daemon.mpath;
	char path[PATH_SIZE];

	if (strchr(name, '/'))
		return dlopen(name, RTLD_NOW | RTLD_LOCAL);

	while (*dirs) {
		size_t len = strcspn(dirs, ":");

		snprintf(path, sizeof(path), "%.*s/%s", (int)len, dirs, name);
		if (!access(path, F_OK))
			return dlopen(path, RTLD_NOW | RTLD_LOCAL);
		dirs += len;
		dirs += strspn(dirs, ":");
	}

	snprintf(path, sizeof(path), PKGLIBDIR "/%s", name);
	return dlopen(path, RTLD_NOW | RTLD_LOCAL);
}

static enum err load_module(struct config *config, const char *name,
			    struct why *why)
{
	void *handle = open_module(config, name);
	const struct module_api *api =
		handle ? dlsym(handle, "module_api") : NULL;

	if (!api)
		return why_set(why, ERR_CONFIG,
			       "loadmodule %.60s: %s; mpath says where else to "
			       "look",
			       name, dlerror());
	if (api->abi != MODULE_ABI)
		return why_set(why, ERR_CONFIG,
			       "loadmodule %s: is of another version", name);
	if (config->module && config->module != api)
		return why_set(why, ERR_CONFIG,
			       "loadmodule %s: %s speaks for the presentities "
			       "already",
			       name, config->module->name);
	if (config->module)
		return ERR_OK;

	config->module = api;
	config->module_settings = x_zalloc(api->settings_size);
	directive_defaults(api->directives, config->module_settings);
	return ERR_OK;
}

static enum err set(struct config *config, const char *name, const char *value,
		    struct why *why)
{
	if (directive_find(&daemon_table, name))
		return directive_apply(&daemon_table, &config->daemon, name,
				       value, why);
	return directive_apply(&server_table, &config->server, name, value,
			       why);
}

static enum err set_parameter(struct config *config,
			      const struct config_statement *statement,
			      struct why *why)
{
	const struct module_api *module = config->module;

	if (!module || strcmp(module->name, statement->module) != 0)
		return why_set(why, ERR_CONFIG,
			       "modparam of %s: write loadmodule \"%s.so\" "
			       "before it",
			       statement->module, statement->module);
	return directive_apply(module->directives, config->module_settings,
			       statement->name, statement->value, why);
}

/* Relative to the file that includes it. */
static enum err include(struct source *source, const char *name,
			struct why *why)
{
	const char *slash = strrchr(source->path, '/');
	int folder = *name == '/' || !slash ? 0 : (int)(slash - source->path);
	char path[PATH_SIZE];
	struct source inner = { source->reading, path, source->depth + 1,
				false };

	if (source->depth == INCLUDE_DEPTH_MAX)
		return why_set(why, ERR_CONFIG,
			       "files include each other more than %d deep",
			       INCLUDE_DEPTH_MAX);

	snprintf(path, sizeof(path), "%.*s%s%s", folder, source->path,
		 folder ? "/" : "", name);
	if (!read_file(&inner, why))
		return ERR_OK;
	source->placed = inner.placed;
	return ERR_CONFIG;
}

static enum err on_statement(const struct config_statement *statement,
			     void *arg, struct why *why)
{
	struct source *source = arg;
	struct reading *reading = source->reading;

	if (reading->done == reading->limit)
		return ERR_OK;
	reading->done++;
	snprintf(reading->place, sizeof(reading->place), "%s:%u", source->path,
		 statement->line);

	switch (statement->kind) {
	case CONFIG_SET:
		return set(reading->config, statement->name, statement->value,
			   why);
	case CONFIG_LOADMODULE:
		return load_module(reading->config, statement->value, why);
	case CONFIG_MODPARAM:
		return set_parameter(reading->config, statement, why);
	case CONFIG_INCLUDE:
		return include(source, statement->value, why);
	}
	return ERR_OK;
}

static enum err slurp(const char *path, struct buf *text, struct why *why)
{
	FILE *in = fopen(path, "re");
	char chunk[4096];
	size_t len;
	int error;

	if (!in)
		return why_set(why, ERR_CONFIG, "%s: %s", path,
			       strerror(errno));
	while ((len = fread(chunk, 1, sizeof(chunk), in)) > 0)
		buf_add(text, chunk, len);
	error = ferror(in) ? errno : 0;
	fclose(in);
	if (error)
		return why_set(why, ERR_CONFIG, "%s: %s", path,
			       strerror(error));
	if (buf_full(text))
		return why_set(why, ERR_CONFIG, "%s: larger than %d bytes",
			       path, CONFIG_BYTES_MAX);
	return ERR_OK;
}

/* What an included file says has its own file and line behind ours. */
static enum err report(struct source *source, const struct why *inner,
		       struct why *why)
{
	const char *text = inner->text;
	bool placed = source->placed;

	source->placed = true;
	if (!placed)
		return why_set(why, ERR_CONFIG, "%s:%s", source->path, text);

	text += strcspn(text, " ");
	return why_set(why, ERR_CONFIG, "%s", text + strspn(text, " "));
}

static enum err read_file(struct source *source, struct why *why)
{
	struct buf text = BUF(CONFIG_BYTES_MAX);
	struct why inner = { .err = ERR_OK };
	enum err err = slurp(source->path, &text, why);

	if (!err && config_read(buf_text(&text), text.len, on_statement, source,
				&inner))
		err = report(source, &inner, why);
	buf_free(&text);
	return err;
}

static enum err check(const struct daemon_settings *daemon, struct why *why)
{
	enum log_level level;

	if (!log_level_read(daemon->log_level, &level))
		return why_set(why, ERR_CONFIG,
			       "log_level = %s: want error, warn, info or "
			       "debug",
			       daemon->log_level);
	if (strcmp(daemon->log, "stderr") != 0 &&
	    strcmp(daemon->log, "syslog") != 0)
		return why_set(why, ERR_CONFIG,
			       "log = %s: want stderr or syslog", daemon->log);
	return ERR_OK;
}

/* What is wrong with all of it together. */
static enum err judge(const struct config *config, struct why *why)
{
	enum err err = check(&config->daemon, why);

	if (!err)
		err = server_check(&config->server, why);
	if (!err && config->module)
		err = config->module->check(config->module_settings, why);
	return err;
}

static enum err read_some(struct reading *reading, const char *path,
			  struct why *why)
{
	struct config *config = reading->config;
	struct source source = { reading, path, 1, false };

	*config = (struct config){ .module = NULL };
	directive_defaults(&daemon_table, &config->daemon);
	directive_defaults(&server_table, &config->server);
	return read_file(&source, why);
}

/* Whether this is wrong as soon as so many statements are there. */
static bool wrong_by(struct reading *reading, const char *path, size_t count,
		     const char *text)
{
	struct config config;
	struct why why = { .err = ERR_OK };
	bool wrong;

	*reading = (struct reading){ .config = &config, .limit = count };
	wrong = !read_some(reading, path, &why) && judge(&config, &why) &&
		!strcmp(why.text, text);
	config_file_free(&config);
	return wrong;
}

/*
 * Only all statements together are wrong; but after one of them they are so
 * for the first time, or for the first time again. That one is named.
 */
static enum err locate(const char *path, size_t count, const struct why *inner,
		       struct why *why)
{
	struct reading reading;
	size_t right = 0;

	if (wrong_by(&reading, path, 0, inner->text))
		return why_set(why, ERR_CONFIG, "%s: %s", path, inner->text);

	while (count - right > 1) {
		size_t middle = right + (count - right) / 2;

		if (wrong_by(&reading, path, middle, inner->text))
			count = middle;
		else
			right = middle;
	}
	wrong_by(&reading, path, count, inner->text);
	return why_set(why, ERR_CONFIG, "%s: %s", reading.place, inner->text);
}

enum err config_file_read(struct config *config, const char *path,
			  struct why *why)
{
	struct reading reading = { .config = config, .limit = SIZE_MAX };
	struct why inner = { .err = ERR_OK };
	enum err err = read_some(&reading, path, why);

	if (!err && judge(config, &inner))
		err = locate(path, reading.done, &inner, why);
	if (err)
		config_file_free(config);
	return err;
}

void config_file_free(struct config *config)
{
	directive_free(&daemon_table, &config->daemon);
	directive_free(&server_table, &config->server);
	if (config->module)
		directive_free(config->module->directives,
			       config->module_settings);
	free(config->module_settings);
	*config = (struct config){ .module = NULL };
}

enum log_level config_log_level(const struct config *config)
{
	enum log_level level = LOG_LEVEL_INFO;

	log_level_read(config->daemon.log_level, &level);
	return level;
}
