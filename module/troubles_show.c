/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/clock.h"
#include "base/metric.h"
#include "module/troubles_private.h"
#include "sip/words.h"

enum known { KNOWN_SEEN, KNOWN_NA, KNOWN_CURED };

static const struct {
	const char *id;
	enum known kind;
	const char *problem;
} known[] = {
#define KNOWN(id, kind, problem) { id, KNOWN_##kind, problem },
#include "module/trouble_known.def"
};

static void show_rows(const struct look *look, const char *lang,
		      struct json *rows, struct json *remedies)
{
	const struct trouble_sheet sheet = {
		.kind = "gateway",
		.name = look->settings.name,
		.titles = trouble_titles,
		.rows = look->report.rows,
		.count = look->at ? CHECK_COUNT : 0,
		.lang = lang,
	};

	trouble_sheet_show(&sheet, rows, remedies);
}

static void show_look(const struct look *look, const char *lang,
		      struct json *out)
{
	char text[CLOCK_TEXT_SIZE];
	enum trouble_status status =
		look->at ? look->report.overall : TROUBLE_NOT_RUN;

	json_put_text(out, "gateway", look->settings.name);
	json_put_text(out, "host", look->settings.host);
	json_put_text(out, "overall", words(lang, trouble_status_word(status)));
	json_put_text(out, "looked_at",
		      look->at ? clock_text(text, look->at) : NULL);
}

static bool is_seen(const struct look *look, const char *id)
{
	for (int i = 0; look->at && i < CHECK_COUNT; i++)
		if (look->report.rows[i].status >= TROUBLE_WARN &&
		    !strcmp(look->report.rows[i].id, id))
			return true;
	return false;
}

static const char *known_word(const struct troubles *troubles, size_t i)
{
	static const char *const words[] = {
		[KNOWN_SEEN] = "not seen",
		[KNOWN_NA] = "not applicable",
		[KNOWN_CURED] = "cannot happen",
	};

	for (const struct look *look = troubles->looks;
	     look && known[i].kind == KNOWN_SEEN; look = look->next)
		if (is_seen(look, known[i].id))
			return "seen";
	return words[known[i].kind];
}

static void show_known(const struct troubles *troubles, const char *lang,
		       struct json *array)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct json *row = json_put_object(array, NULL);
		const char *word = known_word(troubles, i);

		json_put_text(row, "id", known[i].id);
		json_put_text(row, "status", words(lang, word));
		json_put_text(row, "problem", words(lang, known[i].problem));
	}
}

static bool is_meant(const struct look *look, const char *name)
{
	return !*name || !strcmp(name, look->settings.name);
}

static enum trouble_status worst_of(const struct look *look)
{
	return !look->at || look->report.overall == TROUBLE_NOT_RUN
		       ? TROUBLE_WARN
		       : look->report.overall;
}

bool troubles_known(const struct troubles *troubles, const char *name)
{
	return troubles_look(troubles, name) != NULL;
}

enum trouble_status troubles_worst(const struct troubles *troubles,
				   const char *name)
{
	enum trouble_status worst =
		troubles->looks ? TROUBLE_PASS : TROUBLE_WARN;

	for (const struct look *look = troubles->looks; look; look = look->next)
		if (is_meant(look, name) && worst_of(look) > worst)
			worst = worst_of(look);
	return worst;
}

void troubles_show_overall(const struct troubles *troubles, const char *name,
			   const char *lang, struct json *array)
{
	for (const struct look *look = troubles->looks; look; look = look->next)
		if (is_meant(look, name))
			show_look(look, lang, json_put_object(array, NULL));
}

void troubles_show(const struct troubles *troubles, const char *name,
		   const char *lang, struct json *out)
{
	struct json *rows, *remedies;

	troubles_show_overall(troubles, name, lang,
			      json_put_array(out, "gateways"));
	rows = json_put_array(out, "rows");
	remedies = json_put_array(out, "remedies");
	for (const struct look *look = troubles->looks; look; look = look->next)
		if (is_meant(look, name))
			show_rows(look, lang, rows, remedies);
	show_known(troubles, lang, json_put_array(out, "known_problems"));
}

void troubles_metrics(const struct troubles *troubles)
{
	for (const struct look *look = troubles->looks; look;
	     look = look->next) {
		if (look->at)
			metric_set(METRIC_gateway_trouble, look->settings.name,
				   look->report.overall);
		if (look->until)
			metric_set(METRIC_certificate_seconds,
				   look->settings.name,
				   look->until - clock_now());
	}
}
