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

/* One file being read, maybe for another one. */
struct source {
	struct config *config;
	const char *path;
	unsigned depth;
	bool placed; /* the error says already in which file and line */
};

static enum err read_file(struct config *config, const char *path,
			  unsigned depth, struct why *why);

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
	enum err err;

	if (source->depth == INCLUDE_DEPTH_MAX)
		return why_set(why, ERR_CONFIG,
			       "files include each other more than %d deep",
			       INCLUDE_DEPTH_MAX);

	snprintf(path, sizeof(path), "%.*s%s%s", folder, source->path,
		 folder ? "/" : "", name);
	err = read_file(source->config, path, source->depth + 1, why);
	source->placed = err != ERR_OK;
	return err;
}

static enum err on_statement(const struct config_statement *statement,
			     void *arg, struct why *why)
{
	struct source *source = arg;

	switch (statement->kind) {
	case CONFIG_SET:
		return set(source->config, statement->name, statement->value,
			   why);
	case CONFIG_LOADMODULE:
		return load_module(source->config, statement->value, why);
	case CONFIG_MODPARAM:
		return set_parameter(source->config, statement, why);
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
static enum err report(const struct source *source, const struct why *inner,
		       struct why *why)
{
	const char *text = inner->text;

	if (!source->placed)
		return why_set(why, ERR_CONFIG, "%s:%s", source->path, text);

	text += strcspn(text, " ");
	return why_set(why, ERR_CONFIG, "%s", text + strspn(text, " "));
}

static enum err read_file(struct config *config, const char *path,
			  unsigned depth, struct why *why)
{
	struct source source = { config, path, depth, false };
	struct buf text = BUF(CONFIG_BYTES_MAX);
	struct why inner = { .err = ERR_OK };
	enum err err = slurp(path, &text, why);

	if (!err && config_read(buf_text(&text), text.len, on_statement,
				&source, &inner))
		err = report(&source, &inner, why);
	buf_free(&text);
	return err;
}

static enum err check(const struct config *config, const char *path,
		      struct why *why)
{
	const struct daemon_settings *daemon = &config->daemon;
	enum log_level level;

	if (!log_level_read(daemon->log_level, &level))
		return why_set(why, ERR_CONFIG,
			       "%s: log_level = %s: want error, warn, info or "
			       "debug",
			       path, daemon->log_level);
	if (strcmp(daemon->log, "stderr") != 0 &&
	    strcmp(daemon->log, "syslog") != 0)
		return why_set(why, ERR_CONFIG,
			       "%s: log = %s: want stderr or syslog", path,
			       daemon->log);
	return ERR_OK;
}

enum err config_file_read(struct config *config, const char *path,
			  struct why *why)
{
	struct why inner = { .err = ERR_OK };
	enum err err;

	*config = (struct config){ .module = NULL };
	directive_defaults(&daemon_table, &config->daemon);
	directive_defaults(&server_table, &config->server);
	err = read_file(config, path, 1, why);
	if (!err)
		err = check(config, path, why);
	if (!err && server_check(&config->server, &inner))
		err = why_set(why, ERR_CONFIG, "%s: %s", path, inner.text);
	if (!err && config->module &&
	    config->module->check(config->module_settings, &inner))
		err = why_set(why, ERR_CONFIG, "%s: %s: %s", path,
			      config->module->name, inner.text);
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
