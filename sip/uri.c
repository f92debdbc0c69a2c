/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "sip/uri.h"

/* Kept escaped in the user part: what would end it or confuse a reader. */
static bool must_stay_escaped(unsigned char c)
{
	return c <= ' ' || c >= 0x7f || strchr("@:;?/<>\"\\%&,#", c);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One character of the user part; bytes of it, or 0 where it is wrong. */
static size_t take_user(char **out, const char *text)
{
	int high, low;
	unsigned char c;

	if (*text != '%') {
		if ((unsigned char)*text <= ' ' || strchr("<>\"\\", *text))
			return 0;
		*(*out)++ = (char)tolower((unsigned char)*text);
		return 1;
	}

	high = hex_digit(text[1]);
	low = high < 0 ? -1 : hex_digit(text[2]);
	if (low < 0)
		return 0;

	c = (unsigned char)(high * 16 + low);
	if (!c)
		return 0;
	if (!must_stay_escaped(c)) {
		*(*out)++ = (char)tolower(c);
		return 3;
	}

	*(*out)++ = '%';
	*(*out)++ = (char)tolower((unsigned char)text[1]);
	*(*out)++ = (char)tolower((unsigned char)text[2]);
	return 3;
}

/* Host without port: a name, IPv4, or IPv6 in brackets; 0 if it is none. */
static size_t host_length(const char *host)
{
	size_t len = 0;

	if (*host != '[') {
		while (isalnum((unsigned char)host[len]) ||
		       (host[len] && strchr("-._", host[len])))
			len++;
		return len;
	}

	len = 1 + strspn(host + 1, "0123456789abcdefABCDEF:.");
	return len > 1 && host[len] == ']' ? len + 1 : 0;
}

static const char *after_scheme(const char *text)
{
	static const char *const schemes[] = { "sip:", "sips:", "pres:",
					       "mailto:" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (!strncasecmp(text, schemes[i], strlen(schemes[i])))
			return text + strlen(schemes[i]);

	return text;
}

enum err uri_entity(char entity[ENTITY_SIZE], const char *text, struct why *why)
{
	const char *from = after_scheme(text);
	const char *at = strchr(from, '@');
	const char *user_end = at ? memchr(from, ':', (size_t)(at - from)) : at;
	char *out = entity;
	size_t host, taken;

	if (!at || at == from || strlen(from) > ENTITY_SIZE - 8)
		return why_set(why, ERR_MALFORMED, "%.100s: want user@domain",
			       text);

	/* A password, deprecated since RFC 2543, names nobody. */
	if (!user_end)
		user_end = at;
	if (user_end == from)
		return why_set(why, ERR_MALFORMED, "%.100s: there is no user",
			       text);
	memcpy(out, "sip:", 4);
	out += 4;
	for (; from < user_end; from += taken) {
		taken = take_user(&out, from);
		if (!taken)
			return why_set(why, ERR_MALFORMED,
				       "%.100s: bad character in user", text);
	}

	*out++ = '@';
	host = host_length(at + 1);
	if (!host || (at[1 + host] && !strchr(":;?>", at[1 + host])))
		return why_set(why, ERR_MALFORMED, "%.100s: bad domain", text);
	for (size_t i = 0; i < host; i++)
		*out++ = (char)tolower((unsigned char)at[1 + i]);
	*out = '\0';
	return ERR_OK;
}

const char *uri_domain(const char *entity)
{
	const char *at = strrchr(entity, '@');

	return at ? at + 1 : "";
}
