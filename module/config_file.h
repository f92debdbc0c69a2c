/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daymarkd's configuration file as settings, with the module it names loaded
 * (but not started).
 */
#ifndef MODULE_CONFIG_FILE_H
#define MODULE_CONFIG_FILE_H

#include "base/log.h"
#include "module/api.h"
#include "sip/server.h"

struct daemon_settings {
#define DAEMON(name, type, initial, min, max, doc) DIRECTIVE_FIELD_##type(name)
#include "module/daemon.def"
};

extern const struct directive_table daemon_table;

struct config {
	struct daemon_settings daemon;
	struct server_settings server;
	const struct module_api *module; /* NULL: none was loaded */
	void *module_settings;
};

/*
 * ERR_CONFIG with "FILE:LINE: what is wrong". Modules stay in memory for the
 * life of the process. On error there is nothing to free.
 */
enum err config_file_read(struct config *config, const char *path,
			  struct why *why);
void config_file_free(struct config *config);

enum log_level config_log_level(const struct config *config);

#endif
