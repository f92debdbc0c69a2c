/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <strings.h>

#include "calendar/ews_code.h"

enum { LOCATION_MAX = 100 };

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
	const char *code;
	enum err err;
} codes[] = {
#define EWS_CODE(code, err) { #code, ERR_##err },
#include "calendar/ews_codes.def"
};

static const struct {
	int status;
	enum err err;
	const char *text;
} statuses[] = {
#define EWS_STATUS(status, err, text) { status, ERR_##err, text },
#include "calendar/ews_status.def"
};

static const struct {
	const char *place;
	enum err err;
	const char *text;
} detours[] = {
#define EWS_DETOUR(place, err, text) { place, ERR_##err, text },
#include "calendar/ews_detour.def"
};

static const char *const versions[] = {
#define EWS_VERSION(word) #word,
#include "calendar/ews_version.def"
};

static bool contains(const char *text, const char *part)
{
	for (; *text; text++)
		if (!strncasecmp(text, part, strlen(part)))
			return true;

	return false;
}

/* As much of it as is fit to be shown; 0 for NULL. */
static size_t url_len(const char *url)
{
	size_t len = 0;

	while (url && len < LOCATION_MAX && url[len] > ' ' && url[len] < 127)
		len++;

	return len;
}

/* COUNT(versions) if there is no such word. */
static size_t version_rank(const char *version)
{
	size_t rank = 0;

	while (rank < COUNT(versions) && strcmp(versions[rank], version))
		rank++;

	return rank;
}

enum err ews_code_err(const char *code)
{
	for (size_t i = 0; i < COUNT(codes); i++)
		if (!strcmp(codes[i].code, code))
			return codes[i].err;

	return ERR_SERVER;
}

bool ews_code_passes(const char *text)
{
	size_t len = strcspn(text, ": ");

	for (size_t i = 0; i < COUNT(codes); i++)
		if (codes[i].err == ERR_SERVER &&
		    strlen(codes[i].code) == len &&
		    !strncmp(codes[i].code, text, len))
			return true;

	return false;
}

enum err ews_status_err(int status, const char *location, struct why *why)
{
	for (size_t i = 0; location && i < COUNT(detours); i++)
		if (contains(location, detours[i].place))
			return why_set(why, detours[i].err, "HTTP %d: %s",
				       status, detours[i].text);

	for (size_t i = 0; i < COUNT(statuses); i++)
		if (statuses[i].status == status)
			return why_set(why, statuses[i].err,
				       "HTTP %d: %s%s%.*s", status,
				       statuses[i].text, location ? " to " : "",
				       (int)url_len(location), location);

	return why_set(why, ERR_SERVER, "HTTP %d without an answer in it",
		       status);
}

const char *ews_version_below(const char *version)
{
	size_t rank = version_rank(version);

	return rank > 0 && rank < COUNT(versions) ? versions[rank - 1] : NULL;
}

bool ews_version_reaches(const char *version, const char *floor)
{
	size_t rank = version_rank(version);

	return rank < COUNT(versions) && rank >= version_rank(floor);
}
