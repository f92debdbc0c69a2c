/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/srv.h"

enum { RECORDS_MAX = 100, SRV_HEAD = 6 };

static unsigned number(const unsigned char *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

/* False: not a target one can go to. */
static bool read_target(const ns_msg *message, const ns_rr *record,
			struct srv_target *target)
{
	const unsigned char *data = ns_rr_rdata(*record);

	if (ns_rr_type(*record) != ns_t_srv || ns_rr_rdlen(*record) <= SRV_HEAD)
		return false;
	if (dn_expand(ns_msg_base(*message), ns_msg_end(*message),
		      data + SRV_HEAD, target->host, SRV_HOST_SIZE) < 0)
		return false;

	target->priority = number(data);
	target->weight = number(data + 2);
	target->port = number(data + 4);
	return target->host[0] && strcmp(target->host, ".") != 0 &&
	       target->port;
}

static int by_preference(const void *a, const void *b)
{
	const struct srv_target *x = a, *y = b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return strcmp(x->host, y->host);
}

static enum err judge_code(ns_msg *message, struct why *why)
{
	int code = ns_msg_getflag(*message, ns_f_rcode);

	if (code == ns_r_nxdomain)
		return why_set(why, ERR_GONE, "there is no such SRV record");
	if (code != ns_r_noerror)
		return why_set(why, ERR_SERVER, "DNS server answers code %d",
			       code);
	return ERR_OK;
}

enum err srv_read(const unsigned char *message, size_t len,
		  struct srv_answer *answer, struct why *why)
{
	ns_msg parsed;
	enum err err;
	int count;

	answer->count = 0;
	if (len > NS_MAXMSG || ns_initparse(message, (int)len, &parsed))
		return why_set(why, ERR_MALFORMED, "no DNS message");
	err = judge_code(&parsed, why);
	if (err)
		return err;

	count = ns_msg_count(parsed, ns_s_an);
	for (int i = 0;
	     i < count && i < RECORDS_MAX && answer->count < SRV_TARGETS_MAX;
	     i++) {
		ns_rr record;

		if (ns_parserr(&parsed, ns_s_an, i, &record))
			return why_set(why, ERR_MALFORMED,
				       "DNS message is broken");
		if (read_target(&parsed, &record,
				&answer->targets[answer->count]))
			answer->count++;
	}

	qsort(answer->targets, answer->count, sizeof(answer->targets[0]),
	      by_preference);
	return answer->count
		       ? ERR_OK
		       : why_set(why, ERR_GONE, "no SRV record offers it");
}
