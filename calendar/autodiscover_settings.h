/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One autodiscover directive: for which domains, whom to ask, whom to trust. */
#ifndef CALENDAR_AUTODISCOVER_SETTINGS_H
#define CALENDAR_AUTODISCOVER_SETTINGS_H

#include "base/directive.h"

struct autodiscover_settings {
#define AUTODISCOVER(name, type, initial, min, max, doc) \
	DIRECTIVE_FIELD_##type(name)
#include "calendar/autodiscover.def"
};

extern const struct directive_table autodiscover_table;

/*
 * Reads "domains=example.com gateway=hq ..." over the defaults and checks
 * what no single field can say; whether there is such a gateway is another's
 * question.
 */
enum err autodiscover_parse(struct autodiscover_settings *settings,
			    const char *text, struct why *why);

#endif
