/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * States set by hand. They outlive a restart: each change writes the whole
 * file anew beside the old one and puts it in its place.
 *
 *   sip:ann@example.com state=busy from=... until=... note="..."
 */
#ifndef MODULE_MANUAL_H
#define MODULE_MANUAL_H

#include "base/err.h"
#include "sip/claim.h"

struct manual;

enum { MANUAL_BYTES_MAX = 16 << 20 };

/*
 * path: the file; "-" none, all is forgotten; "" the usual one, or none with
 * a warning where the directory for it does not exist. A file that is not
 * there yet is empty; ERR_CONFIG names the line of one that cannot be read.
 */
enum err manual_open(struct manual **manualp, const char *path,
		     struct why *why);
void manual_close(struct manual **manualp);

/* NULL if there is none; it may be over. */
const struct claim *manual_find(const struct manual *manual,
				const char *entity);

/* claim: NULL unsets, ERR_GONE where nothing is set. */
enum err manual_set(struct manual *manual, const char *entity,
		    const struct claim *claim, struct why *why);

/*
 * "busy until 14:30 note Do not wait", "away for 2h", "dnd". Times are local
 * (zone: IANA name, NULL the host's) unless they end in Z: 14:30 is the next
 * one, else 2026-09-18T14:30.
 */
enum err manual_parse(struct claim *claim, const char *text, const char *zone,
		      time_t now, struct why *why);

/* A line of the file, cut in place; entity points into it. Pure. */
enum err manual_read_line(char *line, const char **entityp, struct claim *claim,
			  struct why *why);

#endif
