/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be configured; every field is one line of directives.def. */
#ifndef MODULE_SETTINGS_H
#define MODULE_SETTINGS_H

#include <stdbool.h>

#include "base/directive.h"
#include "base/log.h"

struct settings {
#define DIRECTIVE(name, type, initial, min, max, doc) \
	DIRECTIVE_FIELD_##type(name)
#include "module/directives.def"
};

extern const struct directive_table settings_table;

/* What no single line can say, such as retry_first <= retry_longest. */
enum err settings_check(const struct settings *settings, struct why *why);

enum log_level settings_log_level(const struct settings *settings);

#endif
