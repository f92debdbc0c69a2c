/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/xml.h"
#include "sip/pidf.h"
#include "sip/pidf_id.h"
#include "sip/words.h"

#define NS_PIDF     "urn:ietf:params:xml:ns:pidf"
#define NS_DM       "urn:ietf:params:xml:ns:pidf:data-model"
#define NS_RPID     "urn:ietf:params:xml:ns:pidf:rpid"
#define NS_EXTENDED "urn:ag-projects:xml:ns:pidf"

enum { ID_SIZE = 32, LANG_SIZE = 32 };

/* What goes into one document besides the presence itself. */
struct document {
	const struct presence *presence;
	const struct pidf_options *options;
	struct words_when when;
	time_t stamp;
};

void pidf_id(char id[PIDF_ID_SIZE], const char *entity)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *entity; entity++)
		hash = (hash ^ (unsigned char)*entity) *
		       UINT64_C(0x100000001b3);
	for (int i = PIDF_ID_DIGITS; i--; hash >>= 4)
		id[i] = "0123456789abcdef"[hash & 15];
	id[PIDF_ID_DIGITS] = '\0';
}

static void write_id(struct xml_out *xml, const char *prefix,
		     const char *entity)
{
	char digits[PIDF_ID_SIZE], id[ID_SIZE];

	pidf_id(digits, entity);
	snprintf(id, sizeof(id), "%s-%s", prefix, digits);
	xml_attribute(xml, "id", id);
}

static void write_element(struct xml_out *xml, const char *name,
			  const char *text)
{
	xml_start(xml, name);
	xml_text(xml, text);
	xml_end(xml);
}

static void write_time(struct xml_out *xml, const char *name, time_t moment)
{
	char text[CLOCK_TEXT_SIZE];

	write_element(xml, name, clock_text(text, moment));
}

static void write_note(struct xml_out *xml, const char *name, const char *lang,
		       const char *text)
{
	if (!*text)
		return;

	xml_start(xml, name);
	if (lang)
		xml_attribute(xml, "xml:lang", lang);
	xml_text(xml, text);
	xml_end(xml);
}

/* In whatever language the source speaks. */
static void write_own_note(struct xml_out *xml, const char *name,
			   const struct document *doc)
{
	if (doc->options->show_note)
		write_note(xml, name, NULL, doc->presence->note);
}

/* How notes are written in one language. */
struct tongue {
	const char *lang;
	struct words_when when;
};

/* The n-th of the languages; false after the last. */
static bool tongue(struct tongue *tongue, const struct document *doc, int n)
{
	const char *text = doc->options->lang;
	char word[LANG_SIZE];
	size_t len;

	for (text += strspn(text, " "); n && *text; n--) {
		text += strcspn(text, " ");
		text += strspn(text, " ");
	}
	len = strcspn(text, " ");
	if (!len)
		return false;

	snprintf(word, sizeof(word), "%.*s", (int)len, text);
	tongue->lang = words_lang(word);
	tongue->when = doc->when;
	tongue->when.lang = tongue->lang;
	return true;
}

/* In every language what it is, then until when. */
static void write_tuple_notes(struct xml_out *xml, const struct document *doc)
{
	struct tongue in;

	for (int i = 0; tongue(&in, doc, i); i++)
		write_note(xml, "note", in.lang,
			   words_state(in.lang, doc->presence->state));

	for (int i = 0; doc->options->show_until && tongue(&in, doc, i); i++) {
		char times[NOTE_SIZE];

		words_time(times, doc->presence, &in.when);
		write_note(xml, "note", in.lang, times);
	}
	write_own_note(xml, "note", doc);
}

static void write_tuple(struct xml_out *xml, const struct document *doc)
{
	const struct state_row *row = state_row(doc->presence->state);
	const bool *closed = doc->options->closed;
	bool is_closed = closed && closed[doc->presence->state];

	xml_start(xml, "tuple");
	write_id(xml, "day", doc->options->entity);
	xml_start(xml, "status");
	write_element(xml, "basic", is_closed ? "closed" : row->basic);
	write_element(xml, "agp-pidf:extended", row->extended);
	xml_end(xml);
	xml_start(xml, "contact");
	xml_attribute(xml, "priority", "0.5");
	xml_text(xml, doc->options->entity);
	xml_end(xml);
	write_tuple_notes(xml, doc);
	write_time(xml, "timestamp", doc->stamp);
	xml_end(xml);
}

static void write_activity(struct xml_out *xml, const char *activity)
{
	char name[32];

	if (!activity)
		return;

	snprintf(name, sizeof(name), "rpid:%s", activity);
	xml_start(xml, name);
	xml_end(xml);
}

static void write_moment(struct xml_out *xml, const char *name, time_t moment)
{
	char text[CLOCK_TEXT_SIZE];

	if (moment)
		xml_attribute(xml, name, clock_text(text, moment));
}

static void write_activities(struct xml_out *xml, const struct document *doc)
{
	const struct state_row *row = state_row(doc->presence->state);

	if (!row->activity)
		return;

	xml_start(xml, "rpid:activities");
	write_moment(xml, "from", doc->presence->since);
	if (doc->options->show_until)
		write_moment(xml, "until", doc->presence->until);
	write_activity(xml, row->activity);
	write_activity(xml, row->coarse);
	xml_end(xml);
}

static void write_person(struct xml_out *xml, const struct document *doc)
{
	struct presence shown = *doc->presence;
	struct tongue in;

	if (!doc->options->show_until)
		shown.until = shown.since = 0;

	xml_start(xml, "dm:person");
	write_id(xml, "per", doc->options->entity);
	write_activities(xml, doc);
	for (int i = 0; tongue(&in, doc, i); i++) {
		char sentence[NOTE_SIZE];

		words_sentence(sentence, &shown, &in.when);
		write_note(xml, "dm:note", in.lang, sentence);
	}
	write_own_note(xml, "dm:note", doc);
	write_time(xml, "dm:timestamp", doc->stamp);
	xml_end(xml);
}

void pidf_build(struct buf *out, const struct presence *presence,
		const struct pidf_options *options, time_t now)
{
	const struct document doc = {
		.presence = presence,
		.options = options,
		.when = { .zone = options->zone, .now = now },
		.stamp = presence->since ? presence->since : now,
	};
	struct xml_out *xml = xml_out_new();

	xml_start(xml, "presence");
	xml_attribute(xml, "xmlns", NS_PIDF);
	xml_attribute(xml, "xmlns:dm", NS_DM);
	xml_attribute(xml, "xmlns:rpid", NS_RPID);
	xml_attribute(xml, "xmlns:agp-pidf", NS_EXTENDED);
	xml_attribute(xml, "entity", options->entity);
	write_tuple(xml, &doc);
	write_person(xml, &doc);
	xml_out_finish(&xml, out);
}
