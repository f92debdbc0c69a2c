/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "sip/hash.h"
#include "sip/pidf.h"
#include "sip/pidf_id.h"

/* Stands for the entity while a template is made. */
#define NOBODY "sip:nobody-8d1f0c52b7e94a36@template.invalid"

enum {
	TEMPLATES = 64,
	WORD_SIZE = 128, /* languages, time zone */
	GAPS = 4,        /* entity and id of tuple, entity, id of person */
};

/* All that a document is made of, but for whom it is about. */
struct key {
	struct presence presence;
	time_t now;
	char lang[WORD_SIZE], zone[WORD_SIZE];
	bool has_zone, show_until, show_note, closed;
};

struct gap {
	size_t at, len; /* in the template */
	bool id;
};

struct template
{
	struct key key;
	struct buf text;
	struct gap gaps[GAPS];
};

static struct template templates[TEMPLATES];

/* False: it was cut. What follows it stays zero. */
static bool put_text(char *to, size_t size, const char *text)
{
	size_t len = strnlen(text, size);

	memcpy(to, text, len < size ? len : size - 1);
	return len < size;
}

/* False: too unusual. Every byte of the key is set. */
static bool make_key(struct key *key, const struct presence *presence,
		     const struct pidf_options *options, time_t now)
{
	const char *zone = options->zone ? options->zone : "";

	memset(key, 0, sizeof(*key));
	key->presence.state = presence->state;
	key->presence.source = presence->source;
	key->presence.since = presence->since;
	key->presence.until = presence->until;
	put_text(key->presence.note, sizeof(key->presence.note),
		 presence->note);
	key->now = now;
	key->has_zone = options->zone != NULL;
	key->show_until = options->show_until;
	key->show_note = options->show_note;
	key->closed = options->closed && options->closed[presence->state];
	return put_text(key->lang, WORD_SIZE, options->lang) &&
	       put_text(key->zone, WORD_SIZE, zone);
}

/* What XML takes as it is, in texts and in attributes. */
static bool is_plain(const char *entity)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789:@.-_+=~!*,;/$()";
	static bool is[UCHAR_MAX + 1];

	for (const char *c = plain; !is[')'] && *c; c++) /* the last of them */
		is[(unsigned char)*c] = true;
	while (is[(unsigned char)*entity])
		entity++;
	return !*entity;
}

static bool add_gap(struct template *template, unsigned *countp,
		    const char *found, size_t len)
{
	if (*countp == GAPS)
		return false;

	template->gaps[(*countp)++] = (struct gap){
		.at = (size_t)(found - template->text.data),
		.len = len,
		.id = len == PIDF_ID_DIGITS,
	};
	return true;
}

/* False: a note says what only the gaps should. */
static bool find_gaps(struct template *template)
{
	const char *at = buf_text(&template->text);
	char id[PIDF_ID_SIZE];
	unsigned count = 0;

	pidf_id(id, NOBODY);
	while (*at) {
		const char *name = strstr(at, NOBODY);
		const char *hash = strstr(at, id);
		bool is_name = name && (!hash || name < hash);
		const char *found = is_name ? name : hash;
		size_t len = is_name ? strlen(NOBODY) : PIDF_ID_DIGITS;

		if (!found)
			break;
		if (!add_gap(template, &count, found, len))
			return false;
		at = found + len;
	}

	return count == GAPS;
}

static const struct template *template_of(const struct key *key,
					  const struct pidf_options *options)
{
	const struct presence *presence = &key->presence;
	uint64_t place = hash_text(presence->note) ^
			 (uint64_t)presence->until * 31 ^
			 (uint64_t)presence->since * 7 ^ presence->state;
	struct template *template = &templates[place % TEMPLATES];
	struct pidf_options nobody = *options;

	if (template->text.len && !memcmp(&template->key, key, sizeof(*key)))
		return template;

	nobody.entity = NOBODY;
	buf_free(&template->text);
	template->text = BUF(PIDF_BYTES_MAX);
	memcpy(&template->key, key, sizeof(*key)); /* compared as bytes */
	pidf_build(&template->text, presence, &nobody, key->now);
	if (!buf_full(&template->text) && find_gaps(template))
		return template;

	buf_free(&template->text);
	return NULL;
}

/* With names as long as this one. */
static bool fits(const struct buf *out, const struct template *template,
		 const char *entity)
{
	size_t names = GAPS / 2 * strlen(entity);

	return out->len + template->text.len + names <= out->max;
}

static void fill(struct buf *out, const struct template *template,
		 const char *entity)
{
	const char *text = template->text.data;
	size_t len = strlen(entity), done = 0;
	char id[PIDF_ID_SIZE];

	pidf_id(id, entity);
	for (unsigned i = 0; i < GAPS; i++) {
		const struct gap *gap = &template->gaps[i];

		buf_add(out, text + done, gap->at - done);
		buf_add(out, gap->id ? id : entity,
			gap->id ? PIDF_ID_DIGITS : len);
		done = gap->at + gap->len;
	}
	buf_add(out, text + done, template->text.len - done);
}

void pidf_write(struct buf *out, const struct presence *presence,
		const struct pidf_options *options, time_t now)
{
	const struct template *template = NULL;
	struct key key;

	if (is_plain(options->entity) && make_key(&key, presence, options, now))
		template = template_of(&key, options);
	if (template && fits(out, template, options->entity))
		fill(out, template, options->entity);
	else
		pidf_build(out, presence, options, now);
}
