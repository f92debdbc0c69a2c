/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* timegm */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "directory/entry_read.h"

enum {
	NAMES_MAX = 16,
	ADDRESS_MAX = 255,
	MEMBERS_MAX = 1000000,
	DISABLED_BIT = 2, /* ADS_UF_ACCOUNTDISABLE, [MS-ADTS] 2.2.16 */
};

struct names {
	char text[DIRECTIVE_TEXT_SIZE];
	const char *names[NAMES_MAX + 1];
	size_t count;
};

struct entry_reader {
	struct names address, mailbox, home;
	char expires[DIRECTIVE_TEXT_SIZE];
	const char *attrs[3 * NAMES_MAX + 24];
	const char *changes[3 * NAMES_MAX + 24];
};

static const char *const always[] = {
	"objectClass",   "entryUUID",    "objectGUID",
	"member",        "uniqueMember", "userAccountControl",
	"nsAccountLock", "isDeleted",    "pwdAccountLockedTime",
};

static const char *const changing[] = {
	"objectGUID", "isDeleted",  "userAccountControl",
	"member",     "parentGUID", "name",
};

static const char *const group_classes[] = {
	"group",
	"groupOfNames",
	"groupOfUniqueNames",
	"groupOfMembers",
};

static void split(struct names *names, const char *list)
{
	char *rest = NULL;
	char *name;

	snprintf(names->text, sizeof(names->text), "%s", list);
	name = strtok_r(names->text, ", ", &rest);
	while (name && names->count < NAMES_MAX) {
		names->names[names->count++] = name;
		name = strtok_r(NULL, ", ", &rest);
	}
}

static size_t add_names(const char **attrs, size_t at, const struct names *from)
{
	for (size_t i = 0; i < from->count; i++)
		attrs[at++] = from->names[i];
	return at;
}

static void fill(const struct entry_reader *reader, const char **attrs,
		 const char *const *first, size_t count)
{
	size_t at = 0;

	for (size_t i = 0; i < count; i++)
		attrs[at++] = first[i];
	at = add_names(attrs, at, &reader->address);
	at = add_names(attrs, at, &reader->mailbox);
	at = add_names(attrs, at, &reader->home);
	if (reader->expires[0])
		attrs[at] = reader->expires;
}

struct entry_reader *entry_reader_new(const struct watch_settings *settings)
{
	struct entry_reader *reader = x_new(struct entry_reader);

	split(&reader->address, settings->address);
	split(&reader->mailbox, settings->mailbox);
	split(&reader->home, settings->home);
	snprintf(reader->expires, sizeof(reader->expires), "%s",
		 settings->expires);
	fill(reader, reader->attrs, always, sizeof(always) / sizeof(always[0]));
	fill(reader, reader->changes, changing,
	     sizeof(changing) / sizeof(changing[0]));
	return reader;
}

void entry_reader_free(struct entry_reader **readerp)
{
	free(*readerp);
	*readerp = NULL;
}

const char *const *entry_reader_attrs(const struct entry_reader *reader)
{
	return reader->attrs;
}

const char *const *entry_reader_changes(const struct entry_reader *reader)
{
	return reader->changes;
}

/* 32 digits, dashes between them or not. */
static bool read_digits(const char *text, size_t len, unsigned char *bytes)
{
	size_t digits = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		unsigned value;

		if (c == '-')
			continue;
		if (!isxdigit(c) || digits == 2 * PERSON_ID_BYTES)
			return false;
		value = isdigit(c) ? c - 48u : ((unsigned)c | 0x20) - 87u;
		value |= (unsigned)bytes[digits / 2] << 4;
		bytes[digits / 2] = (unsigned char)value;
		digits++;
	}

	return digits == 2 * PERSON_ID_BYTES;
}

static void swap(unsigned char *a, unsigned char *b)
{
	unsigned char was = *a;

	*a = *b;
	*b = was;
}

/* In text, the first three fields of a GUID are the other way round. */
static void turn_guid(unsigned char *bytes)
{
	swap(&bytes[0], &bytes[3]);
	swap(&bytes[1], &bytes[2]);
	swap(&bytes[4], &bytes[5]);
	swap(&bytes[6], &bytes[7]);
}

static bool guid_of_dn(const char *dn, char id[PERSON_ID_SIZE])
{
	unsigned char bytes[PERSON_ID_BYTES] = { 0 };
	const char *end;
	size_t len;

	if (strncasecmp(dn, "<GUID=", 6) != 0)
		return false;

	end = strchr(dn, '>');
	len = end ? (size_t)(end - dn) - 6 : 0;
	if (!read_digits(dn + 6, len, bytes))
		return false;

	if (memchr(dn + 6, '-', len))
		turn_guid(bytes);
	id_text(id, bytes);
	return true;
}

const char *entry_plain_dn(const char *dn)
{
	while (*dn == '<') {
		const char *end = strstr(dn, ">;");

		if (!end)
			return dn;
		dn = end + 2;
	}

	return dn;
}

bool entry_id(const struct dsa_entry *entry, char id[PERSON_ID_SIZE])
{
	const struct dsa_attr *guid = dsa_entry_attr(entry, "objectGUID");
	const char *uuid = dsa_entry_text(entry, "entryUUID");
	unsigned char bytes[PERSON_ID_BYTES] = { 0 };

	if (guid && guid->count && guid->values[0].len == PERSON_ID_BYTES) {
		memcpy(bytes, guid->values[0].data, PERSON_ID_BYTES);
		id_text(id, bytes);
		return true;
	}
	if (!read_digits(uuid, strlen(uuid), bytes))
		return false;

	id_text(id, bytes);
	return true;
}

static bool is_address(const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f ||
		    strchr("<>\";,", text[i]))
			return false;

	return len <= ADDRESS_MAX && strchr(text, '@') > text &&
	       text[len - 1] != '@';
}

static char *lower_copy(const char *text)
{
	char *copy = x_strdup(text);

	for (char *at = copy; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	return copy;
}

/* Where the address begins in one value; NULL: this value is no such one. */
static const char *address_in(const char *name, const char *value,
			      const char *proxy)
{
	if (!strcasecmp(name, "proxyAddresses")) {
		bool sip = !strcmp(proxy, "sip:");

		if (sip ? strncasecmp(value, proxy, 4) != 0
			: strncmp(value, proxy, 5) != 0)
			return NULL;
		return value + strlen(proxy);
	}

	return strncasecmp(value, "sip:", 4) ? value : value + 4;
}

static char *read_address(const struct dsa_entry *entry,
			  const struct names *names, const char *proxy)
{
	for (size_t i = 0; i < names->count; i++) {
		const struct dsa_attr *attr =
			dsa_entry_attr(entry, names->names[i]);

		for (size_t j = 0; attr && j < attr->count; j++) {
			const char *text =
				address_in(names->names[i],
					   attr->values[j].data, proxy);

			if (text && is_address(text))
				return lower_copy(text);
		}
	}

	return x_strdup("");
}

static char *read_home(const struct dsa_entry *entry, const struct names *names)
{
	struct buf out = BUF(16000);
	char *text;

	for (size_t i = 0; i < names->count; i++) {
		const char *value = dsa_entry_text(entry, names->names[i]);

		if (*value)
			buf_print(&out, "%s%s", out.len ? "; " : "",
				  entry_plain_dn(value));
	}

	text = x_strdup(buf_text(&out));
	buf_free(&out);
	return text;
}

/* 100 ns since 1601 ([MS-ADA1] 2.1); 0 and the highest are "never". */
static time_t of_filetime(const char *value)
{
	const unsigned long long never = 0x7fffffffffffffffULL;
	const long long epoch_s = 11644473600LL;
	unsigned long long ticks = strtoull(value, NULL, 10);
	long long seconds = (long long)(ticks / 10000000);

	return ticks == 0 || ticks >= never || seconds <= epoch_s
		       ? 0
		       : (time_t)(seconds - epoch_s);
}

static int two_digits(const char *at)
{
	return (at[0] - '0') * 10 + (at[1] - '0');
}

/* RFC 4517, 3.3.13, in UTC as servers write it. */
static time_t of_general_time(const char *value)
{
	struct tm tm = { 0 };

	if (strspn(value, "0123456789") < 14)
		return 0;

	tm.tm_year = two_digits(value) * 100 + two_digits(value + 2) - 1900;
	tm.tm_mon = two_digits(value + 4) - 1;
	tm.tm_mday = two_digits(value + 6);
	tm.tm_hour = two_digits(value + 8);
	tm.tm_min = two_digits(value + 10);
	tm.tm_sec = two_digits(value + 12);
	return timegm(&tm);
}

time_t entry_expiry(const char *name, const char *value)
{
	long days;

	if (!*value)
		return 0;
	if (!strcasecmp(name, "accountExpires"))
		return of_filetime(value);
	if (strcasecmp(name, "shadowExpire") != 0)
		return of_general_time(value);

	days = strtol(value, NULL, 10);
	return days <= 0 || days > 10000000 ? 0 : (time_t)days * 86400;
}

/* Locked by an administrator; lockout after wrong passwords does not count,
   or strangers could sign users out by guessing (draft-behera-ldap-password-
   policy, 5.3.3). */
static bool is_disabled(const struct dsa_entry *entry)
{
	unsigned long flags =
		strtoul(dsa_entry_text(entry, "userAccountControl"), NULL, 10);

	return (flags & DISABLED_BIT) ||
	       !strcasecmp(dsa_entry_text(entry, "nsAccountLock"), "true") ||
	       !strncmp(dsa_entry_text(entry, "pwdAccountLockedTime"),
			"000001010000", 12);
}

static bool is_group(const struct dsa_entry *entry)
{
	const struct dsa_attr *attr = dsa_entry_attr(entry, "objectClass");

	for (size_t i = 0; attr && i < attr->count; i++)
		for (size_t j = 0;
		     j < sizeof(group_classes) / sizeof(group_classes[0]); j++)
			if (!strcasecmp(attr->values[i].data, group_classes[j]))
				return true;

	return false;
}

static char *member_text(const char *dn)
{
	char id[PERSON_ID_SIZE];
	char *text;

	if (guid_of_dn(dn, id))
		return x_strdup(id);

	dn = entry_plain_dn(dn);
	text = x_zalloc(strlen(dn) + 1);
	dn_fold(text, dn);
	return text;
}

static void read_members(const struct dsa_attr *attr, struct sighting *sighting)
{
	size_t count = attr ? attr->count : 0;
	size_t all = sighting->member_count + count;

	if (!count || all > MEMBERS_MAX)
		return;

	sighting->members = x_realloc(sighting->members, all * sizeof(char *));
	for (size_t i = 0; i < count; i++) {
		sighting->members[sighting->member_count++] =
			member_text(attr->values[i].data);
	}
}

/* "member" and "member;range=0-1499" may both be there, one of them empty. */
static void read_group(const struct dsa_entry *entry, struct sighting *sighting)
{
	for (size_t i = 0; i < entry->attr_count; i++) {
		const char *name = entry->attrs[i].name;
		size_t len = strcspn(name, ";");

		if ((len == 6 && !strncasecmp(name, "member", len)) ||
		    (len == 12 && !strncasecmp(name, "uniqueMember", len)))
			read_members(&entry->attrs[i], sighting);
	}
}

bool entry_read(const struct entry_reader *reader,
		const struct dsa_entry *entry, struct sighting *sighting)
{
	*sighting = (struct sighting){ .dn = NULL };
	if (!entry_id(entry, sighting->id))
		return false;

	sighting->dn = x_strdup(entry_plain_dn(entry->dn));
	sighting->group = is_group(entry);
	sighting->deleted =
		!strcasecmp(dsa_entry_text(entry, "isDeleted"), "true");
	sighting->disabled = is_disabled(entry);
	sighting->expires =
		entry_expiry(reader->expires,
			     reader->expires[0]
				     ? dsa_entry_text(entry, reader->expires)
				     : "");
	sighting->address = read_address(entry, &reader->address, "sip:");
	sighting->mailbox = read_address(entry, &reader->mailbox, "SMTP:");
	sighting->home = read_home(entry, &reader->home);
	if (sighting->group)
		read_group(entry, sighting);
	return true;
}

unsigned long entry_range_next(const char *name)
{
	const char *range = strstr(name, ";range=");
	const char *dash = range ? strchr(range, '-') : NULL;
	unsigned long last;

	if (!dash || dash[1] == '*')
		return 0;

	errno = 0;
	last = strtoul(dash + 1, NULL, 10);
	return errno || last >= MEMBERS_MAX ? 0 : last + 1;
}
