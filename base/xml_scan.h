/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finds where an XML document ends, and holds the limits while looking.
 *
 * libxml2's push parser cannot go past the end of a root element and holds
 * bytes back as it likes, so a stream of documents is cut here first: a state
 * machine over single bytes, hence indifferent to how the stream is cut into
 * chunks. It judges nothing but size, depth, counts and what is refused
 * outright (DTDs, processing instructions, NUL); whether the document is well
 * formed is libxml2's to say, afterwards, of exactly these bytes.
 */
#ifndef BASE_XML_SCAN_H
#define BASE_XML_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/xml.h"

/* Zeroed is between documents. */
struct xml_scan {
	int state;        /* of xml_scan.c */
	char quote;       /* of the attribute value we are in, or 0 */
	char last;        /* byte before, inside a tag */
	unsigned matched; /* bytes of the mark we are looking for */
	unsigned depth;
	unsigned nodes;
	unsigned attributes; /* of this tag */
	size_t bytes;  /* how many of the last bytes seen are the document's */
	bool declared; /* <?xml was there */
	bool rooted;   /* the root's tag was begun */
	bool ended;    /* the document is complete; the next call begins anew */
};

/*
 * Takes data up to and including the end of the root element, or all of it.
 * White space, comments and a byte order mark before a document are not part
 * of it. ERR_MALFORMED, ERR_TOO_LARGE.
 */
enum err xml_scan(struct xml_scan *scan, const struct xml_limits *limits,
		  const char *data, size_t len, size_t *takenp,
		  struct why *why);

#endif
