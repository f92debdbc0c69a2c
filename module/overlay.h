/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What was done to gateways at run time, laid over what the configuration
 * says of them, field by field; kept in a file of its own together with who
 * did what when, so that a restart finds both. Secrets stand there as places
 * (file:/path), as in the configuration, never as themselves.
 *
 * Changes come in two steps: a copy is changed and looked at, then kept or
 * thrown away.
 */
#ifndef MODULE_OVERLAY_H
#define MODULE_OVERLAY_H

#include <time.h>

#include "base/directive.h"
#include "base/json.h"
#include "calendar/gateway.h"

struct overlay;

enum {
	OVERLAY_DEEDS_MAX = 1000, /* remembered; the oldest go first */
	OVERLAY_BYTES_MAX = 8 << 20,
};

/* path: "" the usual one, if its directory is there; "-" none. */
enum err overlay_open(struct overlay **overlayp, const char *path,
		      struct why *why);
struct overlay *overlay_copy(const struct overlay *overlay);
void overlay_free(struct overlay **overlayp);

/* Where it is kept; NULL: nowhere, a restart forgets it. */
const char *overlay_path(const struct overlay *overlay);

/* The gateways there are: the configuration's with ours laid over. */
void overlay_texts(const struct overlay *overlay,
		   const struct directive_list *configured,
		   struct directive_list *texts);
void overlay_texts_free(struct directive_list *texts);

/* Somebody said something of a gateway of that name, if only its end. */
bool overlay_knows(const struct overlay *overlay, const char *name);

struct overlay_deed {
	const char *verb; /* of module/overlay.def */
	const char *name; /* of the gateway */
	const char *fields;
	const char *who;
	time_t when; /* UTC seconds */
};

/* Whether it is something that can be done to a gateway. */
bool overlay_is_deed(const char *verb);

/* ERR_GONE: no such gateway; ERR_CONFIG: what is wrong, naming the word. */
enum err overlay_do(struct overlay *overlay,
		    const struct directive_list *configured,
		    const struct overlay_deed *deed, struct why *why);

/* To its file, all or nothing. */
enum err overlay_keep(const struct overlay *overlay, struct why *why);

/* "configuration", "by hand", "configuration, by hand: port, secret" */
void overlay_origin(const struct overlay *overlay, const char *name,
		    struct buf *out);

/* Into arrays: names taken away by hand; who did what, the last first. */
void overlay_removed(const struct overlay *overlay, struct json *array);
void overlay_history(const struct overlay *overlay, const char *name,
		     struct json *array);

#endif
