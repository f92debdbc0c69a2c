/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The troubleshooter at work: all gateways are looked at together, each
 * bounded in time, when somebody asks, after changes and now and then; the
 * last report of each is kept.
 */
#ifndef MODULE_TROUBLES_H
#define MODULE_TROUBLES_H

#include "base/json.h"
#include "module/gateways.h"
#include "module/roster.h"
#include "module/settings.h"
#include "module/trouble.h"

struct troubles;

/* All outlive it. */
struct troubles *troubles_new(const struct settings *settings,
			      const struct gateways *gateways,
			      const struct locator *locator,
			      const struct roster *roster);
void troubles_free(struct troubles **troublesp);

/* Gateways or settings are other ones: everything is looked at before long. */
void troubles_changed(struct troubles *troubles);

typedef void troubles_h(void *arg);

/* Looks now; h once, from the loop. name: "" all. ERR_GONE: no such one. */
enum err troubles_ask(struct troubles *troubles, const char *name,
		      troubles_h *h, void *arg, struct why *why);
/* Whoever asked with this arg does not want to hear of it. */
void troubles_forget(struct troubles *troubles, const void *arg);

/* Whether there is a gateway of that name. */
bool troubles_known(const struct troubles *troubles, const char *name);

/* Of the last reports; a gateway not looked at yet is not good. */
enum trouble_status troubles_worst(const struct troubles *troubles,
				   const char *name);

/* The last reports in that language: all, or an object for each gateway. */
void troubles_show(const struct troubles *troubles, const char *name,
		   const char *lang, struct json *out);
void troubles_show_overall(const struct troubles *troubles, const char *name,
			   const char *lang, struct json *array);

/* Sets the gauges of each gateway that was looked at. */
void troubles_metrics(const struct troubles *troubles);

/* Whether a change came, whichever way, when it was last looked at. */
bool troubles_proved(const struct troubles *troubles, const char *name);

/* Gateways whose clock is known, and the least that one is off ours. */
size_t troubles_clocks(const struct troubles *troubles, int64_t *skew_msp);

/* What was fetched to go with the chain below; NULL nothing had to be. */
const struct tls_issuers_result *troubles_issuers(
	const struct troubles *troubles, const char *name);
/* The chain it sent last, NULL unknown. */
const struct tls_chain *troubles_chain(const struct troubles *troubles,
				       const char *name);

#endif
