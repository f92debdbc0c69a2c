/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * struct presence as application/pidf+xml: RFC 3863, 4479, 4480.
 *
 * The one form that every client family was seen to understand: one tuple
 * first, with the one basic status and the notes; then one person with the
 * literal prefix rpid, specific activity first and busy or away last; UTC.
 */
#ifndef SIP_PIDF_H
#define SIP_PIDF_H

#include "base/buf.h"
#include "sip/presence.h"

enum { PIDF_BYTES_MAX = 16384 };

struct pidf_options {
	const char *entity; /* "sip:ann@example.org" */
	const char *lang;   /* of the notes: "en", "en ja" */
	const char *zone; /* IANA zone for "until 10:30"; NULL: host's local */
	bool show_until;
	bool show_note;     /* the source's own note (subject, client's text) */
	const bool *closed; /* by state: <basic> is closed; NULL: as its row */
};

/*
 * When very many change alike at once, the document is made for one of them
 * and filled in for the others.
 */
void pidf_write(struct buf *out, const struct presence *presence,
		const struct pidf_options *options, time_t now);

/* The same text, made from the start. */
void pidf_build(struct buf *out, const struct presence *presence,
		const struct pidf_options *options, time_t now);

#endif
