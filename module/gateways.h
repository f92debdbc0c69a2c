/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All configured presence gateways, and which of them a mailbox may be at.
 *
 * They change in two steps, so that those who use a gateway can let go of it:
 * gateways_change() makes the new set, gateways_settle() frees what is over.
 */
#ifndef MODULE_GATEWAYS_H
#define MODULE_GATEWAYS_H

#include "base/directive.h"
#include "base/json.h"
#include "calendar/gateway.h"

struct gateways;

/* No two of one name, and all fields make sense; nothing is started. */
enum err gateways_check(const struct directive_list *texts, struct why *why);

struct gateways *gateways_new(void);

/* Every feed must be gone. */
void gateways_free(struct gateways **gatewaysp);

/*
 * A gateway whose fields are the same, but for where the secret is, stays the
 * same object. renew: the one that reads its secret again, NULL: all. On error
 * nothing has changed. Choices made before are good until gateways_settle().
 */
enum err gateways_change(struct gateways *gateways,
			 const struct directive_list *texts, const char *renew,
			 struct why *why);
void gateways_settle(struct gateways *gateways);

/* Candidates for a mailbox: the one of that name, or with name "" all. */
struct gateway *const *gateways_choose(const struct gateways *gateways,
				       const char *name, size_t *countp);

size_t gateways_count(const struct gateways *gateways);
struct gateway *gateways_at(const struct gateways *gateways, size_t i);

/* One object for each into an array; h says where what we know is from. */
typedef void gateways_origin_h(const char *name, struct json *row,
			       const void *arg);
void gateways_show(const struct gateways *gateways, gateways_origin_h *h,
		   const void *arg, struct json *array);

#endif
