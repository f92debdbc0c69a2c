/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the Kamailio module has to configure besides the engine's settings. */
#ifndef MODULE_KAMAILIO_SETTINGS_H
#define MODULE_KAMAILIO_SETTINGS_H

#include "base/directive.h"

struct kamailio_settings {
#define KAMAILIO(name, type, initial, min, max, doc) \
	DIRECTIVE_FIELD_##type(name)
#include "module/kamailio.def"
};

extern const struct directive_table kamailio_table;

#endif
