/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an Exchange server means by its codes; the words are in ews_codes.def,
 * ews_status.def, ews_detour.def and ews_version.def.
 */
#ifndef CALENDAR_EWS_CODE_H
#define CALENDAR_EWS_CODE_H

#include <stdbool.h>

#include "base/err.h"

/* ERR_SERVER for codes that have no line. */
enum err ews_code_err(const char *code);

/* Whether the text begins with a code of trouble that passes by itself. */
bool ews_code_passes(const char *text);

/* location: of a redirection; NULL none. Never ERR_OK. */
enum err ews_status_err(int status, const char *location, struct why *why);

/* The next older schema version; NULL: there is none, or no such word. */
const char *ews_version_below(const char *version);

/* Whether the version is known and at least the floor. */
bool ews_version_reaches(const char *version, const char *floor);

#endif
