/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sip/listen.h"
#include "sip/sane.h"

/* In the order of enum transport. */
static const char *const words[] = { "udp:", "tcp:", "tls:" };

enum { WORDS = sizeof(words) / sizeof(words[0]), WORD_LENGTH = 4 };

static bool read_host(struct listen *at, const char *host, size_t len)
{
	if (len > 2 && host[0] == '[' && host[len - 1] == ']') {
		host++;
		len -= 2;
	}
	if (!len || len >= sizeof(at->host))
		return false;

	memcpy(at->host, host, len);
	at->host[len] = '\0';
	return sane_is_address(at->host);
}

static bool read_one(struct listen *at, const char *text)
{
	const char *colon = strrchr(text, ':');
	char *rest;

	*at = (struct listen){ 0 };
	while (at->transport < WORDS &&
	       strncmp(text, words[at->transport], WORD_LENGTH) != 0)
		at->transport++;
	if (at->transport == WORDS || colon < text + WORD_LENGTH)
		return false;
	if (!read_host(at, text + WORD_LENGTH,
		       (size_t)(colon - text) - WORD_LENGTH))
		return false;

	at->port = (unsigned)strtoul(colon + 1, &rest, 10);
	snprintf(at->port_text, sizeof(at->port_text), "%u", at->port % 65536);
	return colon[1] >= '0' && colon[1] <= '9' && !*rest && at->port &&
	       at->port < 65536;
}

enum err listen_read(struct listen listens[LISTENERS_MAX], size_t *countp,
		     const struct directive_list *list, struct why *why)
{
	static const char *const usual[] = { "udp:127.0.0.1:5060",
					     "tcp:127.0.0.1:5060" };
	size_t count = list->count ? list->count : 2;

	*countp = 0;
	for (; *countp < count && *countp < LISTENERS_MAX; ++*countp) {
		const char *text =
			list->count ? list->items[*countp] : usual[*countp];

		if (!read_one(&listens[*countp], text))
			return why_set(why, ERR_CONFIG,
				       "listen = %.80s: want udp, tcp or tls, "
				       "a numeric address and a port: "
				       "udp:192.0.2.1:5060",
				       text);
	}

	return ERR_OK;
}
