/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "base/xml.h"
#include "sip/pidf_read.h"
#include "sip/presence.h"

#define NS_PIDF "urn:ietf:params:xml:ns:pidf"

static const struct xml_limits limits = { .bytes = 65536,
					  .depth = 16,
					  .nodes = 1000 };

/* Where <activities> has been seen. */
static const char *const vocabularies[] = {
	"urn:ietf:params:xml:ns:pidf:rpid",
	"urn:ietf:params:xml:ns:pidf:status:rpid",
	"urn:cisco:params:xml:ns:pidf:rpid",
};

static const struct {
	const char *name;
	enum state state;
} activities[] = {
#define ACTIVITY(name, state) { name, STATE_##state },
#include "sip/activity.def"
};

/* agp-pidf:extended, which says more than basic. */
static const struct {
	const char *word;
	enum state state;
} extended[] = {
	{ "busy", STATE_BUSY },
	{ "away", STATE_AWAY },
	{ "extended-away", STATE_AWAY },
};

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

struct reading {
	struct claim *claim;
	bool presence;
	struct why *why;
};

/* Two digits or so of a time; -1 if there are others. */
static int digits(const char **textp, unsigned count)
{
	int value = 0;

	for (; count; count--, (*textp)++) {
		if (**textp < '0' || **textp > '9')
			return -1;
		value = 10 * value + (**textp - '0');
	}
	return value;
}

/* Seconds that "+09:00" is ahead of UTC; none said is taken for UTC. */
static int zone_s(const char *text)
{
	int sign = *text == '-' ? -1 : 1;
	int hours, minutes;

	if (*text != '+' && *text != '-')
		return 0;

	text++;
	hours = digits(&text, 2);
	text += *text == ':';
	minutes = digits(&text, 2);
	if (hours < 0 || minutes < 0)
		return 0;
	return sign * (hours * 3600 + minutes * 60);
}

/* xs:dateTime; 0 if it is none. */
static time_t moment_read(const char *text)
{
	struct tm tm = { .tm_mday = 1 };
	int *const fields[] = { &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
				&tm.tm_hour, &tm.tm_min, &tm.tm_sec };
	time_t moment;

	if (!text)
		return 0;

	for (unsigned i = 0; i < ROWS(fields); i++) {
		*fields[i] = digits(&text, i ? 2 : 4);
		if (*fields[i] < 0)
			return 0;
		if (i + 1 < ROWS(fields) && *text++ != "--T::"[i])
			return 0;
	}

	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	text += strspn(text, ".0123456789");
	moment = timegm(&tm) - zone_s(text);
	return moment > 0 ? moment : 0;
}

static bool stronger(enum state a, enum state b)
{
	const unsigned char *rank = claim_order_default.rank;
	enum claim_source x = claim_source_of(a), y = claim_source_of(b);

	if (x != y)
		return rank[x] < rank[y];
	return b == STATE_OFFLINE && a != STATE_OFFLINE;
}

/* The same said twice: once in words without times, as Blink does. */
static void say(struct claim *claim, enum state state, time_t from,
		time_t until)
{
	bool again = state == claim->state && !claim->until;

	if (!again && !stronger(state, claim->state))
		return;

	claim->state = state;
	claim->from = from;
	claim->until = until;
}

static bool known_vocabulary(const char *ns)
{
	for (size_t i = 0; i < ROWS(vocabularies); i++)
		if (!strcmp(vocabularies[i], ns))
			return true;
	return false;
}

/* Cuts between characters, not inside one. */
static void note_set(struct claim *claim, const char *text)
{
	size_t len = strnlen(text, NOTE_SIZE);

	if (claim->note[0])
		return;

	if (len == NOTE_SIZE)
		for (len--; len && ((unsigned char)text[len] & 0xc0) == 0x80;)
			len--;
	memcpy(claim->note, text, len);
	claim->note[len] = '\0';
}

static void read_activity(struct claim *claim, const struct xml_node *activity,
			  time_t from, time_t until)
{
	for (size_t i = 0; i < ROWS(activities); i++)
		if (!strcmp(activities[i].name, activity->name))
			say(claim, activities[i].state, from, until);
}

static void read_activities(struct claim *claim, const struct xml_node *node)
{
	time_t from = moment_read(xml_attr(node, "from"));
	time_t until = moment_read(xml_attr(node, "until"));

	if (!known_vocabulary(node->ns))
		return;

	if (until && until <= from)
		from = until = 0;
	for (const struct xml_node *child = node->child; child;
	     child = child->next)
		if (!strcmp(child->name, "note"))
			note_set(claim, child->text);
		else
			read_activity(claim, child, from, until);
}

static void read_extended(struct claim *claim, const char *word)
{
	for (size_t i = 0; i < ROWS(extended); i++)
		if (!strcmp(extended[i].word, word))
			say(claim, extended[i].state, 0, 0);
}

static void read_inside(struct claim *claim, const struct xml_node *node)
{
	for (const struct xml_node *child = node->child; child;
	     child = child->next)
		if (!strcmp(child->name, "activities"))
			read_activities(claim, child);
}

/* Inside a tuple: RPID was there before there were persons. */
static void read_tuple(struct claim *claim, const struct xml_node *tuple)
{
	const struct xml_node *status = xml_child(tuple, NS_PIDF, "status");

	read_inside(claim, tuple);
	if (!status)
		return;

	read_inside(claim, status);
	read_extended(claim, xml_path_text(status, "extended"));
	if (!strcmp(xml_path_text(status, "basic"), "open"))
		say(claim, STATE_AVAILABLE, 0, 0);
}

static void read_element(struct claim *claim, const struct xml_node *node)
{
	const struct xml_node *note = xml_child(node, NULL, "note");

	if (!strcmp(node->name, "tuple"))
		read_tuple(claim, node);
	else if (!strcmp(node->name, "person"))
		read_inside(claim, node);

	if (!strcmp(node->name, "note"))
		note_set(claim, node->text);
	else if (note)
		note_set(claim, note->text);
}

static void read_presence(const struct xml_node *root, void *arg)
{
	struct reading *reading = arg;

	if (strcmp(root->ns, NS_PIDF) != 0 ||
	    strcmp(root->name, "presence") != 0) {
		why_set(reading->why, ERR_MALFORMED,
			"the document is a <%.40s>, not a PIDF presence",
			root->name);
		return;
	}

	reading->presence = true;
	for (const struct xml_node *node = root->child; node; node = node->next)
		read_element(reading->claim, node);
	reading->claim->source = claim_source_of(reading->claim->state);
}

enum err pidf_read(struct claim *claim, const char *body, size_t len,
		   struct why *why)
{
	struct reading reading = { .claim = claim, .why = why };
	enum err err;

	*claim = (struct claim){ .source = CLAIM_CLIENT,
				 .state = STATE_OFFLINE };
	err = xml_read(body, len, &limits, read_presence, &reading, why);
	if (err)
		return err;
	return reading.presence ? ERR_OK : ERR_MALFORMED;
}
